#include "core/exporting/metadata.h"

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
    static const std::set<std::string> ofExports{calibrationKey, calibrationHashKey, tuningHashKey,
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
    if (compressed.tuning)
        entries.push_back(entry(tuningHashKey, compressed.tuning->sha256()));
    if (needsDecodedHash(compressed))
        entries.push_back(entry(decodedHashKey, decodedHash));
    return entries;
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
