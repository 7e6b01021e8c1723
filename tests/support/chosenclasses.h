#pragma once
#include <onnx/onnx_pb.h>
#include <vector>

namespace lathe::test {

/// The classifier gives only these classes, in this order.
inline void chooseClasses(onnx::GraphProto &graph, const std::vector<int64_t> &classes)
{
    const auto count = static_cast<int64_t>(classes.size());
    onnx::TensorProto &chosen = *graph.add_initializer();
    chosen.set_name("chosen");
    chosen.set_data_type(onnx::TensorProto::INT64);
    chosen.add_dims(count);
    chosen.mutable_int64_data()->Add(classes.begin(), classes.end());
    onnx::NodeProto &node = *graph.add_node();
    node.set_op_type("Gather");
    node.add_input(graph.output(0).name());
    node.add_input("chosen");
    node.add_output("turned");
    onnx::AttributeProto &axis = *node.add_attribute();
    axis.set_name("axis");
    axis.set_type(onnx::AttributeProto::INT);
    axis.set_i(1);
    graph.mutable_output(0)->set_name("turned");
    auto &shape = *graph.mutable_output(0)->mutable_type()->mutable_tensor_type()->mutable_shape();
    shape.mutable_dim(1)->set_dim_value(count);
}

} // namespace lathe::test
