#pragma once
// Constants of a graph, whichever way they are stored.
#include "core/onnx/graphindex.h"
#include "core/onnx/tensordata.h"

namespace lathe {

/// A constant of the graph, wherever it is stored.
struct ConstantInfo {
    ElementType type = ElementType::Undefined;
    Shape shape;
};
/// Type and shape of an initializer or Constant node; empty for anything else.
std::optional<ConstantInfo> constantInfo(const GraphIndex &index, const Definition &definition);
/// Its values. @throws Error MalformedModel, Unsupported (sparse)
Tensor readConstant(const GraphIndex &index, const Definition &definition, const ExternalFiles &files,
                    const std::string &source);

} // namespace lathe
