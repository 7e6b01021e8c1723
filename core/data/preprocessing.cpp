#include "core/data/preprocessing.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lathe {
namespace {

int channelCount(Preprocessing::Channels channels)
{
    return channels == Preprocessing::Channels::Gray ? 1 : 3;
}

/// Sides in the proportion of `from`. What is no whole number of pixels is cut off, as torchvision and
/// Hugging Face do.
PixelSize inProportion(PixelSize from, const Preprocessing &p)
{
    const int64_t shorter = std::min(from.width, from.height), longer = std::max(from.width, from.height);
    int64_t newShorter = p.shortestEdge;
    int64_t newLonger = shorter > 0 ? newShorter * longer / shorter : 0;
    if (p.longestEdge > 0 && (newShorter == 0 || newLonger > p.longestEdge)) {
        // Alone, the longer edge belongs to the processor of Segment Anything, which rounds.
        newShorter = newShorter == 0 ? (2 * int64_t(p.longestEdge) * shorter + longer) / (2 * longer)
                                     : p.longestEdge * newShorter / newLonger;
        newLonger = p.longestEdge;
    }
    newShorter = std::max<int64_t>(1, newShorter);
    return from.width <= from.height ? PixelSize{newShorter, newLonger} : PixelSize{newLonger, newShorter};
}

PixelSize resizedSize(PixelSize from, const Preprocessing &p)
{
    if (!p.doResize)
        return from;
    return p.shortestEdge > 0 || p.longestEdge > 0 ? inProportion(from, p)
                                                   : PixelSize{p.resizeWidth, p.resizeHeight};
}

/// Where the pixels that are used come from and go to.
struct Placement {
    PixelSize resized;
    PixelRect window;          ///< of the resized image
    int64_t left = 0, top = 0; ///< of the window in the canvas
    PixelSize canvas;          ///< after cropping
    PixelSize padded;
};

Placement placementOf(PixelSize image, const Preprocessing &p)
{
    Placement place;
    place.resized = resizedSize(image, p);
    place.canvas = p.doCenterCrop ? PixelSize{p.cropWidth, p.cropHeight} : place.resized;
    const auto along = [](int64_t have, int64_t want, int64_t *from, int64_t *count, int64_t *to) {
        *from = std::max<int64_t>(0, have - want) / 2;
        *to = (std::max<int64_t>(0, want - have) + 1) / 2; // the odd row goes in front, as in Hugging Face's
        *count = std::min(have, want);
    };
    along(place.resized.width, place.canvas.width, &place.window.left, &place.window.width, &place.left);
    along(place.resized.height, place.canvas.height, &place.window.top, &place.window.height, &place.top);
    place.padded = p.padWidth > 0 ? PixelSize{p.padWidth, p.padHeight} : place.canvas;
    return place;
}

/// ITU-R BT.601 in fixed point, as Pillow's "L".
Image inGray(const Image &from)
{
    Image to{from.width, from.height, 1, {}};
    to.pixels.reserve(from.pixels.size() / 3);
    for (size_t i = 0; i + 2 < from.pixels.size(); i += 3)
        to.pixels.push_back(static_cast<uint8_t>(
            (from.pixels[i + 2] * 19595 + from.pixels[i + 1] * 38470 + from.pixels[i] * 7471 + 0x8000) >>
            16));
    return to;
}

/// The value that each of the 256 pixel values becomes, for one channel.
std::array<float, 256> valueTable(const Preprocessing &p, size_t channel)
{
    std::array<float, 256> table{};
    for (size_t v = 0; v < table.size(); ++v)
        table[v] = static_cast<float>(fedValue(p, static_cast<double>(v), channel));
    return table;
}

/// @param pixels the window, with one channel or three, blue first
void writeValues(const Image &pixels, const Placement &place, const Preprocessing &p, std::span<float> out)
{
    const auto channels = static_cast<size_t>(channelCount(p.channels));
    const bool planar = p.layout == Preprocessing::Layout::Nchw;
    const size_t plane = out.size() / channels;
    std::ranges::fill(out, 0.0F);
    for (size_t c = 0; c < channels; ++c) {
        const std::array<float, 256> table = valueTable(p, c);
        const auto own = static_cast<size_t>(pixels.channels);
        const size_t source = own == 1 ? 0 : p.channels == Preprocessing::Channels::Rgb ? 2 - c : c;
        const size_t step = planar ? 1 : channels;
        float *const start = out.data() + (planar ? c * plane : c);
        for (int64_t y = 0; y < place.canvas.height; ++y) {
            float *to = start + static_cast<size_t>(y * place.padded.width) * step;
            const int64_t row = y - place.top;
            const bool outside = row < 0 || row >= place.window.height;
            const uint8_t *from =
                outside ? nullptr
                        : pixels.pixels.data() + static_cast<size_t>(row * pixels.width) * own + source;
            for (int64_t x = -place.left; x < place.canvas.width - place.left; ++x, to += step)
                *to = table[outside || x < 0 || x >= place.window.width ? 0
                                                                        : from[static_cast<size_t>(x) * own]];
        }
    }
}

Shape layoutShape(int64_t channels, int64_t height, int64_t width, Preprocessing::Layout layout)
{
    return layout == Preprocessing::Layout::Nchw ? Shape{channels, height, width}
                                                 : Shape{height, width, channels};
}

void requireFit(const Shape &sample, const Preprocessing &p, const ValueInfo &input)
{
    if (!input.hasShape)
        return;
    const bool fits = input.shape.size() == sample.size() + 1 &&
                      std::equal(sample.begin(), sample.end(), input.shape.begin() + 1,
                                 [](int64_t have, int64_t want) { return want < 0 || want == have; });
    const Message what =
        p.name.empty() ? Message::tr("The preprocessing") : Message::tr("The preprocessing \"{}\"", p.name);
    if (!fits)
        throw Error(
            ErrorCode::MalformedData,
            Message::tr("{} makes {} of an image, but the input \"{}\" takes {} (the first dimension counts "
                        "samples); change size, channel_order or layout.",
                        what, shapeText(sample), input.name, shapeText(input.shape)));
}

const std::vector<Preprocessing> &presets()
{
    static const std::vector<Preprocessing> all = [] {
        Preprocessing unit;
        unit.name = "unit";
        Preprocessing imagenet;
        imagenet.name = "imagenet";
        imagenet.doResize = imagenet.doCenterCrop = imagenet.doNormalize = true;
        imagenet.shortestEdge = 256;
        imagenet.cropHeight = imagenet.cropWidth = 224;
        imagenet.mean = {0.485, 0.456, 0.406};
        imagenet.deviation = {0.229, 0.224, 0.225};
        Preprocessing caffe = imagenet;
        caffe.name = "imagenet-bgr-caffe";
        caffe.channels = Preprocessing::Channels::Bgr;
        caffe.doRescale = false;
        caffe.rescaleFactor = 1.0;
        caffe.mean = {104.0, 117.0, 123.0};
        caffe.deviation = {1.0};
        Preprocessing cifar = unit;
        cifar.name = "cifar10";
        cifar.doNormalize = true;
        cifar.mean = {0.4914, 0.4822, 0.4465};
        cifar.deviation = {0.2471, 0.2435, 0.2616};
        Preprocessing raw = unit;
        raw.name = "raw";
        raw.doRescale = false;
        raw.rescaleFactor = 1.0;
        Preprocessing symmetric = unit;
        symmetric.name = "minus1to1";
        symmetric.doNormalize = true;
        symmetric.mean = {0.5};
        symmetric.deviation = {0.5};
        return std::vector{imagenet, caffe, cifar, unit, raw, symmetric};
    }();
    return all;
}

bool isChannelCount(int64_t dimension)
{
    return dimension == 1 || dimension == 3;
}

/// The side of a square of so many values; 0: there is none.
int sideOf(int64_t values)
{
    const auto side = static_cast<int64_t>(std::lround(std::sqrt(static_cast<double>(values))));
    return side * side == values && side <= INT16_MAX ? static_cast<int>(side) : 0;
}

/// Layout and channel count of an image input, where its shape tells.
void followShape(const ValueInfo &input, Preprocessing *p)
{
    if (sideOf(flatCount(input.shape)) > 0 && p->mean.size() <= 1)
        p->channels = Preprocessing::Channels::Gray;
    if (input.shape.size() != 4)
        return;
    const bool nhwc = !isChannelCount(input.shape[1]) && isChannelCount(input.shape[3]);
    p->layout = nhwc ? Preprocessing::Layout::Nhwc : Preprocessing::Layout::Nchw;
    if (input.shape[nhwc ? 3 : 1] == 1 && p->mean.size() <= 1)
        p->channels = Preprocessing::Channels::Gray;
}

} // namespace

Preprocessing preprocessingPreset(std::string_view name)
{
    const auto match = std::ranges::find(presets(), name, &Preprocessing::name);
    if (match != presets().end())
        return *match;
    std::string names;
    for (const std::string &known : preprocessingPresets())
        names += (names.empty() ? "" : ", ") + known;
    throw Error(ErrorCode::InvalidArgument,
                Message::tr("There is no preprocessing \"{}\"; give a file or one of: {}.", name, names));
}

std::vector<std::string> preprocessingPresets()
{
    std::vector<std::string> names;
    for (const Preprocessing &preset : presets())
        names.push_back(preset.name);
    return names;
}

int64_t flatCount(const Shape &inputShape)
{
    if (inputShape.size() < 2 || inputShape.size() == 4)
        return 0;
    const Shape sample(inputShape.begin() + 1, inputShape.end());
    const bool known = std::ranges::all_of(sample, [](int64_t dimension) { return dimension > 0; });
    return known ? std::max<int64_t>(0, elementCount(sample)) : 0;
}

Preprocessing guessPreprocessing(const ValueInfo &input)
{
    Preprocessing p = preprocessingPreset(isFloat(input.type) ? "unit" : "raw");
    followShape(input, &p);
    p.name = "guessed";
    const int64_t flat = flatCount(input.shape);
    const bool colours = p.channels != Preprocessing::Channels::Gray;
    if (const int side = colours && flat % 3 != 0 ? 0 : sideOf(colours ? flat / 3 : flat); side > 0) {
        p.doResize = true;
        p.resizeHeight = p.resizeWidth = side;
    }
    if (input.shape.size() == 4) {
        const size_t height = p.layout == Preprocessing::Layout::Nchw ? 2 : 1;
        p.doResize = input.shape[height] > 0 && input.shape[height + 1] > 0;
        if (p.doResize) {
            p.resizeHeight = static_cast<int>(input.shape[height]);
            p.resizeWidth = static_cast<int>(input.shape[height + 1]);
        }
    }
    return p;
}

Preprocessing adaptedTo(const ValueInfo &input, const Preprocessing &preprocessing)
{
    Preprocessing adapted = preprocessing;
    if (std::ranges::find(presets(), preprocessing) != presets().end())
        followShape(input, &adapted);
    return adapted;
}

double fedValue(const Preprocessing &p, double pixel, size_t channel)
{
    const auto pick = [channel](const std::vector<double> &values) {
        return values[values.size() > 1 ? channel : 0];
    };
    double value = pixel;
    if (p.doRescale)
        value = value * p.rescaleFactor - (p.rescaleOffset ? 1.0 : 0.0);
    if (p.doNormalize)
        value = (value - pick(p.mean)) / pick(p.deviation);
    return value;
}

Shape sampleShape(const Image &image, const Preprocessing &preprocessing)
{
    const PixelSize size = placementOf({image.width, image.height}, preprocessing).padded;
    return layoutShape(channelCount(preprocessing.channels), size.height, size.width, preprocessing.layout);
}

void preprocess(const Image &image, const Preprocessing &preprocessing, const ValueInfo &input,
                std::span<float> out)
{
    const Shape shape = sampleShape(image, preprocessing);
    requireFit(shape, preprocessing, input);
    if (static_cast<int64_t>(out.size()) != elementCount(shape))
        throw Error(ErrorCode::MalformedData,
                    Message::tr("An image becomes {}, which is not the {} values of the samples before it; "
                                "resize or crop all images "
                                "to one size.",
                                shapeText(shape), out.size()));
    const PixelSize size{image.width, image.height};
    const Placement place = placementOf(size, preprocessing);
    if (place.padded.width < place.canvas.width || place.padded.height < place.canvas.height)
        throw Error(ErrorCode::MalformedData,
                    Message::tr("An image becomes {} x {} pixels, more than the {} x {} of its \"pad_size\".",
                                place.canvas.width, place.canvas.height, place.padded.width,
                                place.padded.height));
    const bool whole =
        place.resized == size && place.window.width == size.width && place.window.height == size.height;
    Image changed;
    if (!whole)
        changed = resampled(image, place.resized, preprocessing.resample, place.window);
    if (preprocessing.channels == Preprocessing::Channels::Gray && image.channels == 3)
        changed = inGray(whole ? image : changed);
    writeValues(changed.pixels.empty() ? image : changed, place, preprocessing, out);
}

} // namespace lathe
