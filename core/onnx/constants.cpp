#include "core/onnx/constants.h"

#include "core/base/error.h"

#include <algorithm>
#include <fmt/format.h>

namespace lathe {
namespace {

const onnx::TensorProto *tensorOf(const GraphIndex &index, const Definition &definition)
{
    if (definition.kind == Definition::Kind::Initializer)
        return &index.graphs()[static_cast<size_t>(definition.graph)].graph->initializer(definition.index);
    if (definition.kind != Definition::Kind::Node)
        return nullptr;
    const auto *value = findAttribute(index.node(definition), "value");
    return value && value->has_t() ? &value->t() : nullptr;
}

bool isConstantNode(const onnx::NodeProto &node)
{
    return node.op_type() == "Constant" && isStandardDomain(node.domain());
}

template <class T, class List>
Tensor listTensor(ElementType type, const List &values)
{
    Tensor tensor = makeTensor(type, {values.size()});
    std::copy(values.begin(), values.end(), tensor.as<T>().begin());
    return tensor;
}

/// value_float, value_floats, value_int, value_ints of a Constant node; Undefined for other forms.
Tensor plainValue(const onnx::NodeProto &node)
{
    for (const auto &attribute : node.attribute()) {
        if (attribute.name() == "value_float")
            return makeTensor(Shape{}, std::vector{attribute.f()});
        if (attribute.name() == "value_floats")
            return listTensor<float>(ElementType::Float32, attribute.floats());
        if (attribute.name() == "value_ints")
            return listTensor<int64_t>(ElementType::Int64, attribute.ints());
        if (attribute.name() == "value_int") {
            Tensor tensor = makeTensor(ElementType::Int64, {});
            tensor.as<int64_t>()[0] = attribute.i();
            return tensor;
        }
    }
    return {};
}

} // namespace

std::optional<ConstantInfo> constantInfo(const GraphIndex &index, const Definition &definition)
{
    if (definition.kind == Definition::Kind::Node && !isConstantNode(index.node(definition)))
        return std::nullopt;
    if (const onnx::TensorProto *tensor = tensorOf(index, definition))
        return ConstantInfo{typeOf(*tensor), shapeOf(*tensor)};
    if (definition.kind == Definition::Kind::SparseInitializer) {
        const auto &graph = *index.graphs()[static_cast<size_t>(definition.graph)].graph;
        const auto &sparse = graph.sparse_initializer(definition.index);
        return ConstantInfo{typeOf(sparse.values()), shapeOf(sparse)};
    }
    if (definition.kind != Definition::Kind::Node)
        return std::nullopt;
    if (const auto *sparse = findAttribute(index.node(definition), "sparse_value"))
        return ConstantInfo{typeOf(sparse->sparse_tensor().values()), shapeOf(sparse->sparse_tensor())};
    const Tensor plain = plainValue(index.node(definition));
    return ConstantInfo{plain.type, plain.shape};
}

Tensor readConstant(const GraphIndex &index, const Definition &definition, const ExternalFiles &files,
                    const std::string &source)
{
    if (const onnx::TensorProto *tensor = tensorOf(index, definition))
        return readTensor(*tensor, files, source);
    if (definition.kind == Definition::Kind::Node)
        if (Tensor plain = plainValue(index.node(definition)); plain.type != ElementType::Undefined)
            return plain;
    throw Error(ErrorCode::Unsupported,
                Message::tr("{}: a sparse or text constant cannot be read as a weight.", source));
}

} // namespace lathe
