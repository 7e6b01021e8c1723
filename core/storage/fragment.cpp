#include "core/storage/fragment.h"

#include <iterator>

namespace lathe {
namespace {

struct FillAttribute {
    onnx::AttributeProto *attribute;
    void operator()(int64_t value) const
    {
        attribute->set_type(onnx::AttributeProto::INT);
        attribute->set_i(value);
    }
    void operator()(float value) const
    {
        attribute->set_type(onnx::AttributeProto::FLOAT);
        attribute->set_f(value);
    }
    void operator()(const std::vector<int64_t> &values) const
    {
        attribute->set_type(onnx::AttributeProto::INTS);
        for (const int64_t value : values)
            attribute->add_ints(value);
    }
};

} // namespace

void Fragment::append(Fragment other)
{
    std::move(other.nodes.begin(), other.nodes.end(), std::back_inserter(nodes));
    std::move(other.constants.begin(), other.constants.end(), std::back_inserter(constants));
    std::move(other.sparse.begin(), other.sparse.end(), std::back_inserter(sparse));
    shared.merge(other.shared);
}

onnx::ValueInfoProto listing(const onnx::TensorProto &constant)
{
    onnx::ValueInfoProto info;
    info.set_name(constant.name());
    auto *type = info.mutable_type()->mutable_tensor_type();
    type->set_elem_type(constant.data_type());
    auto *shape = type->mutable_shape();
    for (const int64_t dimension : constant.dims())
        shape->add_dim()->set_dim_value(dimension);
    return info;
}

int64_t fileBytes(const onnx::TensorProto &constant, const ExportTarget &target)
{
    return withLength(constant.ByteSizeLong()) +
           (target.listConstants ? withLength(listing(constant).ByteSizeLong()) : 0);
}

int64_t fileBytes(const onnx::NodeProto &node)
{
    return withLength(node.ByteSizeLong());
}

int64_t fileBytes(const Fragment &fragment, const ExportTarget &target)
{
    int64_t sum = 0;
    for (const onnx::NodeProto &node : fragment.nodes)
        sum += fileBytes(node);
    for (const onnx::TensorProto &constant : fragment.constants)
        sum += fileBytes(constant, target);
    for (const onnx::SparseTensorProto &constant : fragment.sparse)
        sum += withLength(constant.ByteSizeLong());
    return sum;
}

onnx::NodeProto makeNode(const char *op, const std::vector<std::string> &inputs, const std::string &output,
                         NodeAttributes attributes)
{
    onnx::NodeProto node;
    node.set_op_type(op);
    for (const std::string &input : inputs)
        node.add_input(input);
    node.add_output(output);
    for (const auto &[name, value] : attributes) {
        onnx::AttributeProto *attribute = node.add_attribute();
        attribute->set_name(name);
        std::visit(FillAttribute{attribute}, value);
    }
    return node;
}

std::string shortNumber(size_t number)
{
    constexpr size_t radix = 36;
    std::string text;
    do {
        text.insert(text.begin(), "0123456789abcdefghijklmnopqrstuvwxyz"[number % radix]);
        number /= radix;
    } while (number > 0);
    return text;
}

std::string FragmentBuilder::nextName()
{
    return m_prefix + '.' + shortNumber(m_names++);
}

std::string FragmentBuilder::constant(const Tensor &tensor)
{
    m_fragment.constants.push_back(makeTensorProto(nextName(), tensor));
    return m_fragment.constants.back().name();
}

std::string FragmentBuilder::shared(const std::string &key, const Tensor &tensor)
{
    const std::string name = m_target->prefix + key;
    m_fragment.shared.try_emplace(name, makeTensorProto(name, tensor));
    return name;
}

std::string FragmentBuilder::node(const char *op, const std::vector<std::string> &inputs,
                                  NodeAttributes attributes)
{
    const std::string output = nextName();
    m_fragment.nodes.push_back(makeNode(op, inputs, output, attributes));
    return output;
}

Fragment FragmentBuilder::finish(const std::string &value, const std::string &name)
{
    if (!m_fragment.nodes.empty() && m_fragment.nodes.back().output(0) == value)
        m_fragment.nodes.back().set_output(0, name);
    else
        m_fragment.constants.back().set_name(name);
    return std::move(m_fragment);
}

} // namespace lathe
