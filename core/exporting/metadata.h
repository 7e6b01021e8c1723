#pragma once
// What an exported file says of its making. Inside core only.
#include "core/compress/compressor.h"
#include "core/model/proto.h"

namespace lathe {

constexpr const char *recipeKey = "lathe.recipe";
constexpr const char *sourceHashKey = "lathe.source_sha256";
constexpr const char *originKey = "lathe.origin";
constexpr const char *versionKey = "lathe.version";
constexpr const char *calibrationKey = "lathe.calibration";
constexpr const char *calibrationHashKey = "lathe.calibration_sha256";
constexpr const char *tuningHashKey = "lathe.tuning_sha256";
constexpr const char *decodedHashKey = "lathe.decoded_sha256";

/// What a model carries that was made from the source by the recipe.
/// @param decodedHash of its weights; only with calibration data or trained values, without which they cannot
/// be made again
std::vector<onnx::StringStringEntryProto> exportMetadata(const CompressedModel &compressed,
                                                         const std::string &decodedHash);
/// Whether the file carries what cannot be made again from source and recipe alone, so that it needs a hash
/// of its decoded weights.
bool needsDecodedHash(const CompressedModel &compressed);
/// Whether which channels go depends on the machine that it is decided on: on times, or on how many channels
/// its runtime computes at once. The file says which went.
bool goesByMachine(const Model &source, const Recipe &recipe);
/// Replaces entries of the same key; what only an earlier export said goes.
void setMetadata(onnx::ModelProto &proto, const std::vector<onnx::StringStringEntryProto> &entries);
/// By how many bytes setMetadata() would make the file longer.
int64_t metadataGrowth(const onnx::ModelProto &proto,
                       const std::vector<onnx::StringStringEntryProto> &entries);

} // namespace lathe
