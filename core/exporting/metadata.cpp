#include "core/exporting/metadata.h"

#include "core/exporting/removedfrom.h"
#include "core/storage/fragment.h"

#include <algorithm>
#include <set>

namespace lathe {
namespace {

onnx::StringStringEntryProto entry(const char *key, const std::string &value)
{
    onnx::StringStringEntryProto result;
    result.set_key(key);
    result.set_value(value);
    return result;
}

bool replaces(const std::vector<onnx::StringStringEntryProto> &entries,
              const onnx::StringStringEntryProto &old)
{
    static const std::set<std::string> ofExports{originKey, calibrationKey, calibrationHashKey, tuningHashKey,
                                                 decodedHashKey};
    return ofExports.contains(old.key()) ||
           std::any_of(entries.begin(), entries.end(), [&](const auto &e) { return e.key() == old.key(); });
}

} // namespace

std::vector<onnx::StringStringEntryProto> exportMetadata(const CompressedModel &compressed,
                                                         const std::string &decodedHash)
{
    std::vector<onnx::StringStringEntryProto> entries{entry(recipeKey, toJson(compressed.finalRecipe())),
                                                      entry(sourceHashKey, compressed.origin.sha256()),
                                                      entry(versionKey, LATHE_VERSION)};
    if (!compressed.calibration.empty()) {
        entries.push_back(entry(calibrationKey, compressed.calibration.text()));
        entries.push_back(entry(calibrationHashKey, compressed.calibrationHash));
    }
    if (compressed.narrowing)
        entries.push_back(entry(originKey, originJson(*compressed.narrowing)));
    if (compressed.tuning)
        entries.push_back(entry(tuningHashKey, compressed.tuning->sha256()));
    if (needsDecodedHash(compressed))
        entries.push_back(entry(decodedHashKey, decodedHash));
    return entries;
}

bool goesByMachine(const Model &source, const Recipe &recipe)
{
    std::vector<std::string> names;
    for (const Layer &layer : source.layers())
        names.push_back(layer.name);
    return std::ranges::any_of(recipe.resolve(names), [](const LayerSettings &settings) {
        const std::optional<ChannelSettings> &channels = settings.channels;
        return channels && (channels->round == 0 || (channels->unit == ChannelSettings::Unit::Budget &&
                                                     channels->budget == ChannelBudget::Latency));
    });
}

bool needsDecodedHash(const CompressedModel &compressed)
{
    return !compressed.calibration.empty() || compressed.tuning ||
           (compressed.narrowing && goesByMachine(compressed.origin, compressed.finalRecipe()));
}

void setMetadata(onnx::ModelProto &proto, const std::vector<onnx::StringStringEntryProto> &entries)
{
    auto &props = *proto.mutable_metadata_props();
    for (int i = props.size(); i-- > 0;)
        if (replaces(entries, props[i]))
            props.DeleteSubrange(i, 1);
    for (const auto &e : entries)
        *props.Add() = e;
}

int64_t metadataGrowth(const onnx::ModelProto &proto,
                       const std::vector<onnx::StringStringEntryProto> &entries)
{
    int64_t growth = 0;
    for (const auto &e : entries)
        growth += withLength(e.ByteSizeLong());
    for (const auto &old : proto.metadata_props())
        if (replaces(entries, old))
            growth -= withLength(old.ByteSizeLong());
    return growth;
}

} // namespace lathe
