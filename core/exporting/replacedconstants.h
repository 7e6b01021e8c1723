#pragma once
// Constants of the source that get other values. Inside core only.
#include "core/compress/tuning.h"
#include "core/exporting/sourcegraph.h"

#include <set>

namespace lathe {

struct CompressedModel;

/// What replaces the bias to which a layer's shift is added: the exported bias is made of both. Null where
/// the layer has no shift, or keeps its bias.
const Tensor *replacedBias(const SourceGraph &graph, size_t layer, const LayerCode &code,
                           const Tuning::Constants &constants);
/// The replaced constants that the exported graph has by their names, whatever its form of storage: all but
/// biases that shifts are added to.
Tuning::Constants looseConstants(const SourceGraph &graph, const CompressedModel &compressed);
/// Constants of the main graph that may be replaced: all of floating point but weights of layers, in the
/// order of the file.
std::vector<std::string> replaceableConstants(const SourceGraph &graph);
/// Puts the values in place of those of a copy of the source's graph. @throws Error Internal
void replaceConstants(const SourceGraph &graph, const Tuning::Constants &constants, onnx::GraphProto &copy);
/// By how many bytes that makes the graph longer.
int64_t growthBy(const SourceGraph &graph, const Tuning::Constants &constants);

} // namespace lathe
