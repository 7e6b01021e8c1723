// Preprocessing as preprocessor_config.json.
#include "core/evaluate/preprocessing.h"

#include "core/base/error.h"
#include "core/base/fileio.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace lathe {
namespace {

using nlohmann::json;

constexpr int largestEdge = 1 << 14;

class Reader {
public:
    Reader(std::string_view text, const std::string &source) : m_source(source)
    {
        try {
            m_document = json::parse(text);
        } catch (const json::exception &e) {
            refuse(fmt::format("is not valid JSON ({})", e.what()));
        }
        if (!m_document.is_object())
            refuse("holds no JSON object");
    }
    [[noreturn]] void refuse(const std::string &reason) const
    {
        throw Error(ErrorCode::MalformedData, fmt::format("{} {}.", m_source, reason));
    }
    const json &document() const { return m_document; }
    bool has(const char *key) const { return m_document.contains(key) && !m_document[key].is_null(); }
    bool flag(const char *key, bool otherwise) const
    {
        if (!has(key))
            return otherwise;
        if (!m_document[key].is_boolean())
            refuse(fmt::format("needs true or false for \"{}\"", key));
        return m_document[key];
    }
    double number(const char *key, double otherwise) const
    {
        if (!has(key))
            return otherwise;
        if (!m_document[key].is_number())
            refuse(fmt::format("needs a number for \"{}\"", key));
        return m_document[key];
    }
    std::vector<double> numbers(const char *key) const
    {
        if (!has(key))
            refuse(fmt::format("normalizes but has no \"{}\"", key));
        const json list = m_document[key].is_array() ? m_document[key] : json::array({m_document[key]});
        if (!std::ranges::all_of(list, [](const json &v) { return v.is_number(); }))
            refuse(fmt::format("needs numbers for \"{}\"", key));
        return list.get<std::vector<double>>();
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
            refuse(fmt::format("has {} for \"{}\"; it takes {}", m_document[key].dump(), key,
                               json(names).dump()));
        return static_cast<size_t>(match - names.begin());
    }
    int edge(const json &value, const char *key) const
    {
        if (!value.is_number_integer() || value < 1 || value > largestEdge)
            refuse(fmt::format("needs whole numbers of pixels from 1 to {} for \"{}\"", largestEdge, key));
        return value;
    }

private:
    std::string m_source;
    json m_document;
};

void readSize(const Reader &in, Preprocessing *p)
{
    if (!in.has("size"))
        in.refuse("resizes but has no \"size\"");
    const json &size = in.document()["size"];
    if (size.is_object() && size.contains("height") && size.contains("width")) {
        p->resizeHeight = in.edge(size["height"], "size.height");
        p->resizeWidth = in.edge(size["width"], "size.width");
    } else {
        p->shortestEdge =
            in.edge(size.is_object() ? size.value("shortest_edge", json()) : size, "size.shortest_edge");
    }
}

void readCrop(const Reader &in, Preprocessing *p)
{
    if (!in.has("crop_size"))
        in.refuse("crops but has no \"crop_size\"");
    const json &size = in.document()["crop_size"];
    p->cropHeight = in.edge(size.is_object() ? size.value("height", json()) : size, "crop_size.height");
    p->cropWidth = in.edge(size.is_object() ? size.value("width", json()) : size, "crop_size.width");
}

void readNormalization(const Reader &in, Preprocessing *p)
{
    p->mean = in.numbers("image_mean");
    p->deviation = in.numbers("image_std");
    const size_t channels = p->channels == Preprocessing::Channels::Gray ? 1 : 3;
    for (const auto &[key, values] :
         {std::pair{"image_mean", &p->mean}, std::pair{"image_std", &p->deviation}})
        if (values->size() != 1 && values->size() != channels)
            in.refuse(fmt::format("has {} numbers for \"{}\" with {} channel{}", values->size(), key,
                                  channels, channels == 1 ? "" : "s"));
    if (std::ranges::any_of(p->deviation, [](double d) { return d == 0.0; }))
        in.refuse("has a zero in \"image_std\", by which values are divided");
}

void noteUnknown(const json &document, const std::string &source, std::vector<std::string> *notes)
{
    static const std::vector<std::string> known = {
        "do_resize",    "size",       "do_center_crop", "crop_size",     "do_rescale", "rescale_factor",
        "do_normalize", "image_mean", "image_std",      "channel_order", "layout"};
    for (const auto &[key, value] : document.items())
        if (notes && std::ranges::find(known, key) == known.end())
            notes->push_back(fmt::format("{}: the key \"{}\" is not used.", source, key));
}

} // namespace

Preprocessing preprocessingFromJson(std::string_view text, const std::string &source,
                                    std::vector<std::string> *notes)
{
    const Reader in(text, source);
    Preprocessing p;
    p.name = source;
    p.channels = static_cast<Preprocessing::Channels>(in.choice("channel_order", {"rgb", "bgr", "gray"}));
    p.layout = static_cast<Preprocessing::Layout>(in.choice("layout", {"nchw", "nhwc"}));
    p.doResize = in.flag("do_resize", false);
    if (p.doResize)
        readSize(in, &p);
    p.doCenterCrop = in.flag("do_center_crop", false);
    if (p.doCenterCrop)
        readCrop(in, &p);
    p.doRescale = in.flag("do_rescale", true);
    p.rescaleFactor = in.number("rescale_factor", p.doRescale ? 1.0 / 255.0 : 1.0);
    p.doNormalize = in.flag("do_normalize", false);
    if (p.doNormalize)
        readNormalization(in, &p);
    noteUnknown(in.document(), source, notes);
    return p;
}

std::string toJson(const Preprocessing &p)
{
    nlohmann::ordered_json out;
    out["do_resize"] = p.doResize;
    if (p.doResize && p.shortestEdge > 0)
        out["size"] = {{"shortest_edge", p.shortestEdge}};
    else if (p.doResize)
        out["size"] = {{"height", p.resizeHeight}, {"width", p.resizeWidth}};
    out["do_center_crop"] = p.doCenterCrop;
    if (p.doCenterCrop)
        out["crop_size"] = {{"height", p.cropHeight}, {"width", p.cropWidth}};
    out["do_rescale"] = p.doRescale;
    out["rescale_factor"] = p.rescaleFactor;
    out["do_normalize"] = p.doNormalize;
    if (p.doNormalize) {
        out["image_mean"] = p.mean;
        out["image_std"] = p.deviation;
    }
    constexpr const char *orders[] = {"rgb", "bgr", "gray"};
    out["channel_order"] = orders[static_cast<size_t>(p.channels)];
    out["layout"] = p.layout == Preprocessing::Layout::Nchw ? "NCHW" : "NHWC";
    return out.dump(2) + "\n";
}

std::optional<Preprocessing> findPreprocessing(const std::filesystem::path &model)
{
    const std::filesystem::path folder = model.parent_path();
    for (const auto &file : {folder / (model.stem().string() + ".preprocessor_config.json"),
                             folder / "preprocessor_config.json"})
        if (std::filesystem::exists(file))
            return preprocessingFromJson(readFile(file), file.string());
    return std::nullopt;
}

Preprocessing loadPreprocessing(const std::string &fileOrPreset)
{
    if (std::filesystem::is_regular_file(fileOrPreset))
        return preprocessingFromJson(readFile(fileOrPreset), fileOrPreset);
    return preprocessingPreset(fileOrPreset);
}

} // namespace lathe
