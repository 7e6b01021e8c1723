// Preprocessing as files: written, and found beside a model.
#include "core/base/fileio.h"
#include "core/data/preprocessing.h"

#include <nlohmann/json.hpp>

namespace lathe {

std::string toJson(const Preprocessing &p)
{
    nlohmann::ordered_json out;
    out["do_resize"] = p.doResize;
    if (p.doResize) {
        if (p.shortestEdge > 0)
            out["size"]["shortest_edge"] = p.shortestEdge;
        if (p.longestEdge > 0)
            out["size"]["longest_edge"] = p.longestEdge;
        if (p.shortestEdge == 0 && p.longestEdge == 0)
            out["size"] = {{"height", p.resizeHeight}, {"width", p.resizeWidth}};
        out["resample"] = static_cast<int>(p.resample);
    }
    out["do_center_crop"] = p.doCenterCrop;
    if (p.doCenterCrop)
        out["crop_size"] = {{"height", p.cropHeight}, {"width", p.cropWidth}};
    out["do_rescale"] = p.doRescale;
    out["rescale_factor"] = p.rescaleFactor;
    if (p.rescaleOffset)
        out["rescale_offset"] = true;
    out["do_normalize"] = p.doNormalize;
    if (p.doNormalize) {
        out["image_mean"] = p.mean;
        out["image_std"] = p.deviation;
    }
    if (p.padWidth > 0) {
        out["do_pad"] = true;
        out["pad_size"] = {{"height", p.padHeight}, {"width", p.padWidth}};
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
    if (fileOrPreset.starts_with('{')) {
        Preprocessing preprocessing = preprocessingFromJson(fileOrPreset, "This preprocessing");
        preprocessing.name = "custom";
        return preprocessing;
    }
    if (std::filesystem::is_regular_file(fileOrPreset))
        return preprocessingFromJson(readFile(fileOrPreset), fileOrPreset);
    return preprocessingPreset(fileOrPreset);
}

} // namespace lathe
