// Reading preprocessor_config.json.
#include "core/data/preprocessing.h"

#include "core/base/error.h"
#include "core/data/shallowjson.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace lathe {
namespace {

using nlohmann::json;

constexpr int largestEdge = 1 << 14;

/// A value as it stands in a sentence.
std::string shortText(const json &value)
{
    const std::string text = value.is_structured() ? "" : value.dump();
    return text.empty() || text.size() > 40 ? value.type_name() : text;
}

class Reader {
public:
    Reader(std::string_view text, const std::string &source)
        : m_source(source), m_document(parseShallowJson(text, source))
    {
    }
    [[noreturn]] void refuse(const Message &reason) const
    {
        throw Error(ErrorCode::MalformedData, Message::tr("{} {}.", m_source, reason));
    }
    const json &document() const { return m_document; }
    bool has(const char *key) const { return m_document.contains(key) && !m_document[key].is_null(); }
    bool flag(const char *key, bool otherwise) const
    {
        if (!has(key))
            return otherwise;
        if (!m_document[key].is_boolean())
            refuse(Message::tr("needs true or false for \"{}\"", key));
        return m_document[key];
    }
    double number(const char *key, double otherwise) const
    {
        if (!has(key))
            return otherwise;
        if (!m_document[key].is_number())
            refuse(Message::tr("needs a number for \"{}\"", key));
        return m_document[key];
    }
    std::vector<double> numbers(const char *key) const
    {
        if (!has(key))
            refuse(Message::tr("normalizes but has no \"{}\"", key));
        const json &value = m_document[key];
        if (value.is_number())
            return {value.get<double>()};
        if (!value.is_array() || !std::ranges::all_of(value, [](const json &v) { return v.is_number(); }))
            refuse(Message::tr("needs numbers for \"{}\"", key));
        return value.get<std::vector<double>>();
    }
    /// One of `names`, case apart; its index.
    size_t choice(const char *key, const std::vector<std::string> &names) const
    {
        if (!has(key))
            return 0;
        std::string text = m_document[key].is_string() ? m_document[key].get<std::string>() : "";
        std::ranges::transform(text, text.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        const auto match = std::ranges::find(names, text);
        if (match == names.end())
            refuse(Message::tr("has {} for \"{}\"; it takes {}", shortText(m_document[key]), key,
                               json(names).dump()));
        return static_cast<size_t>(match - names.begin());
    }
    /// The class of Hugging Face that wrote the file, without its endings: "ViT". Empty: none is named.
    std::string family() const
    {
        const char *key = has("image_processor_type") ? "image_processor_type" : "feature_extractor_type";
        if (!has(key))
            return {};
        if (!m_document[key].is_string())
            refuse(Message::tr("needs a text for \"{}\"", key));
        std::string name = m_document[key];
        for (const std::string_view ending : {"Fast", "ImageProcessor", "FeatureExtractor"})
            if (name.ends_with(ending))
                name.resize(name.size() - ending.size());
        return name;
    }
    int edge(const json &value, const char *key) const
    {
        if (!value.is_number_integer() || value < 1 || value > largestEdge)
            refuse(Message::tr("needs whole numbers of pixels from 1 to {} for \"{}\"", largestEdge, key));
        return value;
    }

private:
    std::string m_source;
    json m_document;
};

bool isOneOf(const std::string &text, std::initializer_list<const char *> list)
{
    return std::ranges::find(list, text) != list.end();
}

/// Whether one number for "size" means a square. Hugging Face's classes differ in that, and the file does not
/// say; without a class it is the shortest edge, as torchvision has it.
bool numberIsSquare(const Reader &in, const std::string &family)
{
    if (in.has("default_to_square"))
        return in.flag("default_to_square", false);
    if (isOneOf(family, {"ViT", "DeiT", "Beit", "EfficientNet", "Flava", "DPT", "Siglip", "Segformer"}))
        return true;
    if (!isOneOf(family, {"", "CLIP", "ChineseCLIP", "ConvNext", "Bit", "MobileNetV1", "MobileNetV2",
                          "MobileViT", "PoolFormer", "Levit"}))
        in.refuse(Message::tr("has one number for \"size\", which may mean two things with \"{}\"; write "
                              "{{\"shortest_edge\": N}} or {{\"height\": N, \"width\": N}}",
                              family));
    return false;
}

/// {"height": H, "width": W}, [H, W] or, where one number means a square, N.
bool readSides(const Reader &in, const char *key, bool square, int *height, int *width)
{
    const json &size = in.document()[key];
    const std::string heightKey = fmt::format("{}.height", key), widthKey = fmt::format("{}.width", key);
    if (size.is_object() && size.contains("height") && size.contains("width") && size.size() == 2) {
        *height = in.edge(size["height"], heightKey.c_str());
        *width = in.edge(size["width"], widthKey.c_str());
    } else if (size.is_array() && size.size() == 2) {
        *height = in.edge(size[0], heightKey.c_str());
        *width = in.edge(size[1], widthKey.c_str());
    } else if (square && size.is_number()) {
        *height = *width = in.edge(size, heightKey.c_str());
    } else {
        return false;
    }
    return true;
}

void readSize(const Reader &in, const std::string &family, Preprocessing *p)
{
    if (!in.has("size"))
        in.refuse(Message::tr("resizes but has no \"size\""));
    const json &size = in.document()["size"];
    const bool square = size.is_number() && numberIsSquare(in, family);
    if (readSides(in, "size", square, &p->resizeHeight, &p->resizeWidth))
        return;
    if (size.is_object()) {
        for (const auto &[key, value] : size.items())
            if (!isOneOf(key, {"shortest_edge", "longest_edge"}))
                in.refuse(Message::tr("has \"size\" with \"{}\"; it takes height and width, or shortest_edge "
                                      "and longest_edge",
                                      key));
        if (size.contains("longest_edge"))
            p->longestEdge = in.edge(size["longest_edge"], "size.longest_edge");
    }
    if (!size.is_object() || size.contains("shortest_edge") || p->longestEdge == 0)
        p->shortestEdge =
            in.edge(size.is_object() ? size.value("shortest_edge", json()) : size, "size.shortest_edge");
    if (p->longestEdge > 0 && p->longestEdge <= p->shortestEdge)
        in.refuse(Message::tr("has a \"size\" whose longest_edge is not above its shortest_edge"));
    if (family == "Levit") // always resizes by so much more than it crops to
        p->shortestEdge = static_cast<int>(256.0 / 224.0 * p->shortestEdge);
}

Resample readResample(const Reader &in)
{
    if (!in.has("resample"))
        return Resample::Bilinear; // as torchvision's own weights
    const json &value = in.document()["resample"];
    if (!value.is_number_integer() || value < 0 || value >= resampleNames.size())
        in.refuse(
            Message::tr("has {} for \"resample\"; it takes 0 to 5, Pillow's numbers of nearest, lanczos, "
                        "bilinear, bicubic, box and hamming",
                        shortText(value)));
    return static_cast<Resample>(value.get<int>());
}

void readCrop(const Reader &in, Preprocessing *p)
{
    if (!in.has("crop_size"))
        in.refuse(Message::tr("crops but has no \"crop_size\""));
    if (!readSides(in, "crop_size", true, &p->cropHeight, &p->cropWidth))
        in.refuse(Message::tr(
            "needs a number, or height and width, as whole numbers of pixels for \"crop_size.height\" and "
            "\"crop_size.width\""));
}

/// "crop_pct": what is cropped is this share of what is resized to.
void readCropShare(const Reader &in, const std::string &family, Preprocessing *p)
{
    const double standard = family == "ConvNext" ? 224.0 / 256.0 : family == "PoolFormer" ? 0.9 : 0.0;
    const double share = in.number("crop_pct", standard);
    if (!p->doResize || (share == 0.0 && !in.has("crop_pct")))
        return;
    if (!(share > 0.0 && share <= 1.0))
        in.refuse(Message::tr("needs a share above 0 and up to 1 for \"crop_pct\""));
    if (!isOneOf(family, {"", "ConvNext", "PoolFormer"}))
        in.refuse(Message::tr("has the key \"crop_pct\", which \"{}\" does not know", family));
    const bool square = p->resizeHeight > 0 && p->resizeHeight == p->resizeWidth;
    const int side = square ? p->resizeHeight : p->shortestEdge;
    if (side == 0 || p->longestEdge > 0)
        in.refuse(Message::tr("has the key \"crop_pct\", but no \"size\" of one shortest_edge"));
    constexpr int neverCropped = 384; // from this size on ConvNext stretches the whole image to a square
    p->shortestEdge = p->resizeHeight = p->resizeWidth = 0;
    if (!p->doCenterCrop && side >= neverCropped) {
        p->resizeHeight = p->resizeWidth = side;
        return;
    }
    p->shortestEdge = static_cast<int>(side / share);
    if (!p->doCenterCrop)
        p->cropHeight = p->cropWidth = side;
    p->doCenterCrop = true;
}

void readPad(const Reader &in, Preprocessing *p)
{
    if (!in.flag("do_pad", false))
        return;
    const char *key = in.has("pad_size") ? "pad_size" : "size";
    if (!in.has(key) || !readSides(in, key, false, &p->padHeight, &p->padWidth))
        in.refuse(
            Message::tr("pads (\"do_pad\"), but neither \"pad_size\" nor \"size\" gives height and width"));
}

void readChannels(const Reader &in, const std::string &family, Preprocessing *p)
{
    p->channels = static_cast<Preprocessing::Channels>(in.choice("channel_order", {"rgb", "bgr", "gray"}));
    in.flag("do_convert_rgb", true); // three channels come out either way, unless channel_order says gray
    if (!in.flag("do_flip_channel_order", family == "MobileViT"))
        return;
    if (in.has("channel_order") || in.flag("do_normalize", false))
        in.refuse(
            Message::tr("has the key \"do_flip_channel_order\" beside channel_order or do_normalize; write "
                        "\"channel_order\": \"bgr\" and the means in that order instead"));
    p->channels = Preprocessing::Channels::Bgr;
}

void readNormalization(const Reader &in, Preprocessing *p)
{
    p->mean = in.numbers("image_mean");
    p->deviation = in.numbers("image_std");
    const size_t channels = p->channels == Preprocessing::Channels::Gray ? 1 : 3;
    for (const auto &[key, values] :
         {std::pair{"image_mean", &p->mean}, std::pair{"image_std", &p->deviation}})
        if (values->size() != 1 && values->size() != channels)
            in.refuse(channels == 1
                          ? Message::tr("has {} numbers for \"{}\" with 1 channel", values->size(), key)
                          : Message::tr("has {} numbers for \"{}\" with {} channels", values->size(), key,
                                        channels));
    if (std::ranges::any_of(p->deviation, [](double d) { return d == 0.0; }))
        in.refuse(Message::tr("has a zero in \"image_std\", by which values are divided"));
}

/// EfficientNet divides by the deviation once more where its classifier is included.
void readSecondDivision(const Reader &in, const std::string &family, Preprocessing *p)
{
    if (!in.flag("include_top", family == "EfficientNet"))
        return;
    if (family != "EfficientNet")
        in.refuse(Message::tr("has the key \"include_top\", which belongs to EfficientNet alone"));
    if (p->doNormalize) {
        for (double &deviation : p->deviation)
            deviation *= deviation;
        return;
    }
    p->deviation = in.numbers("image_std");
    p->mean = {0.0};
    p->doNormalize = true;
}

/// Keys of Hugging Face's files that say who reads them and how, or what becomes of labels; nothing about
/// pixels.
bool saysNothingOfPixels(const std::string &key)
{
    return key.starts_with('_') || key.starts_with('$') ||
           isOneOf(key, {"image_processor_type",
                         "feature_extractor_type",
                         "processor_class",
                         "tokenizer_class",
                         "auto_map",
                         "input_data_format",
                         "return_tensors",
                         "use_fast",
                         "device",
                         "disable_grouping",
                         "model_input_names",
                         "transformers_version",
                         "do_reduce_labels",
                         "reduce_labels",
                         "name",
                         "description",
                         "comment",
                         "source",
                         "licence",
                         "license"});
}

/// A key that is not honoured may be there when it asks for nothing.
void refuseUnknown(const Reader &in)
{
    for (const auto &[key, value] : in.document().items()) {
        const bool known = isOneOf(key, {"do_resize",         "size",           "resample",
                                         "default_to_square", "crop_pct",       "do_center_crop",
                                         "crop_size",         "do_rescale",     "rescale_factor",
                                         "rescale_offset",    "do_normalize",   "image_mean",
                                         "image_std",         "include_top",    "do_pad",
                                         "pad_size",          "do_convert_rgb", "do_flip_channel_order",
                                         "channel_order",     "layout",         "data_format"});
        const bool asksNothing = value.is_null() || (value.is_boolean() && !value.get<bool>());
        if (!known && !asksNothing && !saysNothingOfPixels(key))
            in.refuse(Message::tr("has the key \"{}\", which is not understood; take it out if it does not "
                                  "change the pixels, else make the images ready beforehand",
                                  key));
    }
}

} // namespace

Preprocessing preprocessingFromJson(std::string_view text, const std::string &source)
{
    const Reader in(text, source);
    refuseUnknown(in);
    const std::string family = in.family();
    Preprocessing p;
    p.name = source;
    readChannels(in, family, &p);
    const size_t order = in.choice("data_format", {"channels_first", "channels_last"});
    p.layout =
        static_cast<Preprocessing::Layout>(in.has("layout") ? in.choice("layout", {"nchw", "nhwc"}) : order);
    p.doResize = in.flag("do_resize", false);
    if (p.doResize)
        readSize(in, family, &p);
    p.resample = readResample(in);
    p.doCenterCrop = in.flag("do_center_crop", false);
    if (p.doCenterCrop && family == "Perceiver")
        in.refuse(Message::tr(
            "crops before it resizes (\"image_processor_type\" Perceiver), which cannot be followed; make "
            "the images ready beforehand"));
    if (p.doCenterCrop)
        readCrop(in, &p);
    readCropShare(in, family, &p);
    p.doRescale = in.flag("do_rescale", true);
    p.rescaleFactor = in.number("rescale_factor", p.doRescale ? 1.0 / 255.0 : 1.0);
    p.rescaleOffset = in.flag("rescale_offset", false);
    p.doNormalize = in.flag("do_normalize", false);
    if (p.doNormalize)
        readNormalization(in, &p);
    readSecondDivision(in, family, &p);
    readPad(in, &p);
    return p;
}

} // namespace lathe
