#pragma once
// One hash over all weights that a file unpacks to. Inside core only.
#include "core/exporting/storageplan.h"

namespace lathe {

using Plans = std::vector<std::shared_ptr<const StoragePlan>>; ///< layer by layer; null where nothing changes

constexpr size_t sha256Digits = 64;

/// Of the weights as a file made by these plans holds them, layer by layer, untouched ones too, each with its
/// corrected bias; factors that are multiplied on loading one by one. Weights inside subgraphs, which no run
/// shows, do not count. Where constants were replaced, then of all others that could have been.
std::string decodedHash(const SourceGraph &graph, const Plans &plans, const CompressedModel &compressed,
                        const JobContext &ctx);
/// The same, from the file.
/// @throws Error Unsupported when ONNX Runtime cannot unpack a weight
std::string decodedHash(const SourceGraph &graph, const Model &file, const JobContext &ctx);

} // namespace lathe
