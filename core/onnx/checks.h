#pragma once
// What must hold before anything else looks into a model. Inside core only.
#include "core/base/issue.h"
#include "core/onnx/externaldata.h"
#include "core/onnx/graphview.h"

#include <functional>

namespace lathe {

/// Calls the visitors for every tensor of a model: initializers, attributes, subgraphs, model-local
/// functions.
struct TensorVisitor {
    std::function<void(const onnx::TensorProto &)> dense;
    std::function<void(const onnx::SparseTensorProto &)> sparse;
};
void forEachTensor(const onnx::ModelProto &model, const TensorVisitor &visitor);

/// Opset imports and the presence of a graph. @throws Error MalformedModel
void checkHeader(const onnx::ModelProto &model, const std::string &source);
/// Opens external files and compares every tensor with its data. @throws Error MalformedModel
void checkTensors(const onnx::ModelProto &model, const std::filesystem::path &folder,
                  const std::string &source, ExternalFiles &files);
/// No value made twice, no cycle. Nodes out of order and unknown names are reported as issues.
/// @throws Error MalformedModel naming a node on the cycle
void checkGraphs(const GraphView &view, const std::string &source, std::vector<Issue> &issues);

} // namespace lathe
