// What the parts of core that edit graphs need (core/model/proto.h).
#include "core/base/error.h"
#include "core/model/proto.h"
#include "core/onnx/graphindex.h"
#include "core/onnx/tensordata.h"

#include <fmt/format.h>

namespace lathe {

Tensor readTensor(const onnx::TensorProto &proto, const Model::Content &content)
{
    return readTensor(proto, content.externalFiles, content.label);
}

onnx::TensorProto makeTensorProto(const std::string &name, const Tensor &tensor)
{
    onnx::TensorProto proto;
    proto.set_name(name);
    proto.set_data_type(static_cast<int>(tensor.type));
    for (const int64_t d : tensor.shape)
        proto.add_dims(d);
    proto.set_raw_data(tensor.bytes.data(), tensor.bytes.size());
    return proto;
}

onnx::GraphProto &graphAt(onnx::ModelProto &proto, int ordinal)
{
    onnx::GraphProto *found = nullptr;
    forEachGraph(*proto.mutable_graph(), [&](onnx::GraphProto &graph) {
        if (ordinal-- == 0)
            found = &graph;
    });
    if (!found)
        throw Error(ErrorCode::Internal,
                    Message::tr("A subgraph is asked for that the model does not have."));
    return *found;
}

ConstantSite findConstant(onnx::ModelProto &proto, const std::string &name)
{
    ConstantSite site;
    forEachGraph(*proto.mutable_graph(), [&](onnx::GraphProto &graph) {
        for (int i = 0; i < graph.initializer_size() && !site.graph; ++i)
            if (graph.initializer(i).name() == name)
                site = {&graph, i, -1};
        for (int i = 0; i < graph.node_size() && !site.graph; ++i)
            if (graph.node(i).op_type() == "Constant" && graph.node(i).output_size() == 1 &&
                graph.node(i).output(0) == name)
                site = {&graph, -1, i};
    });
    return site;
}

} // namespace lathe
