#pragma once
// What an exported file says of its making. Internal to core/exporting.
#include "core/compress/compressor.h"
#include "core/model/proto.h"

namespace lathe {

constexpr const char *recipeKey = "lathe.recipe";
constexpr const char *sourceHashKey = "lathe.source_sha256";
constexpr const char *versionKey = "lathe.version";

/// What a model carries that was made from the source by the recipe.
std::vector<onnx::StringStringEntryProto> exportMetadata(const CompressedModel &compressed);
/// Replaces entries of the same key.
void setMetadata(onnx::ModelProto &proto, const std::vector<onnx::StringStringEntryProto> &entries);
/// By how many bytes setMetadata() would make the file longer.
int64_t metadataGrowth(const onnx::ModelProto &proto,
                       const std::vector<onnx::StringStringEntryProto> &entries);

} // namespace lathe
