#include "core/evaluate/preprocessing.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

namespace lathe {
namespace {

int channelCount(Preprocessing::Channels channels)
{
    return channels == Preprocessing::Channels::Gray ? 1 : 3;
}

cv::Size resizedSize(cv::Size from, const Preprocessing &p)
{
    if (!p.doResize)
        return from;
    if (p.shortestEdge == 0)
        return {p.resizeWidth, p.resizeHeight};
    const auto longer = [&p](int a, int b) { // the longer side is cut off, not rounded, as torchvision does
        return static_cast<int>(int64_t(p.shortestEdge) * a / b);
    };
    return from.width <= from.height ? cv::Size(p.shortestEdge, longer(from.height, from.width))
                                     : cv::Size(longer(from.width, from.height), p.shortestEdge);
}

cv::Mat resized(const cv::Mat &from, const Preprocessing &p)
{
    const cv::Size size = resizedSize(from.size(), p);
    if (size == from.size())
        return from;
    // Averaging when shrinking stands for the antialiasing of Pillow, whose resizing models are trained with;
    // OpenCV's linear interpolation would skip pixels.
    const bool shrinks = size.width < from.cols || size.height < from.rows;
    cv::Mat to;
    cv::resize(from, to, size, 0, 0, shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);
    return to;
}

/// Centre crop with black where the image is smaller.
cv::Mat cropped(const cv::Mat &from, const Preprocessing &p)
{
    if (!p.doCenterCrop || (from.rows == p.cropHeight && from.cols == p.cropWidth))
        return from;
    cv::Mat to = cv::Mat::zeros(p.cropHeight, p.cropWidth, from.type());
    const int height = std::min(from.rows, p.cropHeight);
    const int width = std::min(from.cols, p.cropWidth);
    const cv::Rect source((from.cols - width) / 2, (from.rows - height) / 2, width, height);
    const cv::Rect target((p.cropWidth - width) / 2, (p.cropHeight - height) / 2, width, height);
    from(source).copyTo(to(target));
    return to;
}

cv::Mat inChannelOrder(const cv::Mat &from, Preprocessing::Channels channels)
{
    using enum Preprocessing::Channels;
    cv::Mat to; // its own memory: `from` may be the caller's image
    if (from.channels() == 1 && channels != Gray)
        cv::cvtColor(from, to, cv::COLOR_GRAY2BGR);
    else if (from.channels() == 3 && channels == Gray)
        cv::cvtColor(from, to, cv::COLOR_BGR2GRAY);
    else if (from.channels() == 3 && channels == Rgb)
        cv::cvtColor(from, to, cv::COLOR_BGR2RGB);
    else
        return from;
    return to;
}

/// The value that each of the 256 pixel values becomes, for one channel.
std::array<float, 256> valueTable(const Preprocessing &p, size_t channel)
{
    std::array<float, 256> table{};
    const auto pick = [channel](const std::vector<double> &values) {
        return values[values.size() > 1 ? channel : 0];
    };
    for (size_t v = 0; v < table.size(); ++v) {
        double value = static_cast<double>(v) * (p.doRescale ? p.rescaleFactor : 1.0);
        if (p.doNormalize)
            value = (value - pick(p.mean)) / pick(p.deviation);
        table[v] = static_cast<float>(value);
    }
    return table;
}

void writeValues(const cv::Mat &pixels, const Preprocessing &p, std::span<float> out)
{
    const auto channels = static_cast<size_t>(pixels.channels());
    const auto rows = static_cast<size_t>(pixels.rows);
    const auto cols = static_cast<size_t>(pixels.cols);
    const bool planar = p.layout == Preprocessing::Layout::Nchw;
    for (size_t c = 0; c < channels; ++c) {
        const std::array<float, 256> table = valueTable(p, c);
        float *to = out.data() + (planar ? c * rows * cols : c);
        const size_t step = planar ? 1 : channels;
        for (size_t y = 0; y < rows; ++y) {
            const uchar *from = pixels.ptr<uchar>(static_cast<int>(y)) + c;
            for (size_t x = 0; x < cols; ++x, to += step)
                *to = table[from[x * channels]];
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
    if (!fits)
        throw Error(ErrorCode::MalformedData,
                    fmt::format("The preprocessing{} makes {} of an image, but the input \"{}\" takes {} "
                                "(the first dimension counts "
                                "samples); change size, channel_order or layout.",
                                p.name.empty() ? "" : fmt::format(" \"{}\"", p.name), shapeText(sample),
                                input.name, shapeText(input.shape)));
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

/// Layout and channel count of an image input, where its shape tells.
void followShape(const ValueInfo &input, Preprocessing *p)
{
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
                fmt::format("There is no preprocessing \"{}\"; give a file or one of: {}.", name, names));
}

std::vector<std::string> preprocessingPresets()
{
    std::vector<std::string> names;
    for (const Preprocessing &preset : presets())
        names.push_back(preset.name);
    return names;
}

Preprocessing guessPreprocessing(const ValueInfo &input)
{
    Preprocessing p = preprocessingPreset(isFloat(input.type) ? "unit" : "raw");
    followShape(input, &p);
    p.name = "guessed";
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

Shape sampleShape(const Image &image, const Preprocessing &preprocessing)
{
    cv::Size size = resizedSize({image.width, image.height}, preprocessing);
    if (preprocessing.doCenterCrop)
        size = {preprocessing.cropWidth, preprocessing.cropHeight};
    return layoutShape(channelCount(preprocessing.channels), size.height, size.width, preprocessing.layout);
}

void preprocess(const Image &image, const Preprocessing &preprocessing, const ValueInfo &input,
                std::span<float> out)
{
    const Shape shape = sampleShape(image, preprocessing);
    requireFit(shape, preprocessing, input);
    if (static_cast<int64_t>(out.size()) != elementCount(shape))
        throw Error(ErrorCode::MalformedData,
                    fmt::format("An image becomes {}, which is not the {} values of the samples before it; "
                                "resize or crop all images "
                                "to one size.",
                                shapeText(shape), out.size()));
    try {
        const cv::Mat pixels(image.height, image.width, CV_8UC(image.channels),
                             const_cast<uint8_t *>(image.pixels.data()));
        writeValues(
            inChannelOrder(cropped(resized(pixels, preprocessing), preprocessing), preprocessing.channels),
            preprocessing, out);
    } catch (const cv::Exception &e) {
        throw Error(ErrorCode::MalformedData,
                    fmt::format("An image of {} x {} pixels cannot be preprocessed ({}).", image.width,
                                image.height, e.err));
    }
}

} // namespace lathe
