#include "tests/support/graphbuilder.h"

#include <cstdlib>
#include <filesystem>

namespace lathe::test {
namespace {

void declare(onnx::ValueInfoProto *info, const std::string &name, const Shape &shape, ElementType type)
{
    info->set_name(name);
    auto *tensor = info->mutable_type()->mutable_tensor_type();
    tensor->set_elem_type(static_cast<int>(type));
    for (const int64_t d : shape) {
        auto *dimension = tensor->mutable_shape()->add_dim();
        if (d < 0)
            dimension->set_dim_param("N");
        else
            dimension->set_dim_value(d);
    }
}

void fill(onnx::TensorProto *proto, const std::string &name, const Tensor &tensor)
{
    proto->set_name(name);
    proto->set_data_type(static_cast<int>(tensor.type));
    for (const int64_t d : tensor.shape)
        proto->add_dims(d);
    proto->set_raw_data(tensor.bytes.data(), tensor.bytes.size());
}

struct SetAttribute {
    onnx::AttributeProto *a;
    void operator()(int64_t v) const { a->set_type(onnx::AttributeProto::INT), a->set_i(v); }
    void operator()(float v) const { a->set_type(onnx::AttributeProto::FLOAT), a->set_f(v); }
    void operator()(const std::string &v) const { a->set_type(onnx::AttributeProto::STRING), a->set_s(v); }
    void operator()(const std::vector<int64_t> &v) const
    {
        a->set_type(onnx::AttributeProto::INTS);
        for (const int64_t x : v)
            a->add_ints(x);
    }
    void operator()(const std::vector<float> &v) const
    {
        a->set_type(onnx::AttributeProto::FLOATS);
        for (const float x : v)
            a->add_floats(x);
    }
    void operator()(const Tensor &v) const
    {
        a->set_type(onnx::AttributeProto::TENSOR), fill(a->mutable_t(), "", v);
    }
};

} // namespace

GraphBuilder::GraphBuilder(int opset, int irVersion)
{
    m_model.set_ir_version(irVersion);
    m_model.set_producer_name("lathe tests");
    m_model.mutable_graph()->set_name("test");
    auto *import = m_model.add_opset_import();
    import->set_domain("");
    import->set_version(opset);
}

GraphBuilder &GraphBuilder::input(const std::string &name, const Shape &shape, ElementType type)
{
    declare(m_model.mutable_graph()->add_input(), name, shape, type);
    return *this;
}

GraphBuilder &GraphBuilder::output(const std::string &name, const Shape &shape, ElementType type)
{
    auto *info = m_model.mutable_graph()->add_output();
    if (shape.empty()) {
        info->set_name(name);
        info->mutable_type()->mutable_tensor_type()->set_elem_type(static_cast<int>(type));
    } else {
        declare(info, name, shape, type);
    }
    return *this;
}

GraphBuilder &GraphBuilder::constant(const std::string &name, const Tensor &tensor)
{
    fill(m_model.mutable_graph()->add_initializer(), name, tensor);
    return *this;
}

GraphBuilder &GraphBuilder::random(const std::string &name, const Shape &shape, float scale)
{
    return constant(name, randomTensor(shape, m_random(), scale));
}

GraphBuilder &GraphBuilder::node(const std::string &op, const std::vector<std::string> &inputs,
                                 const std::vector<std::string> &outputs,
                                 const std::vector<std::pair<std::string, Attribute>> &attributes,
                                 const std::string &name)
{
    auto *node = m_model.mutable_graph()->add_node();
    node->set_op_type(op);
    node->set_name(name);
    for (const auto &i : inputs)
        node->add_input(i);
    for (const auto &o : outputs)
        node->add_output(o);
    for (const auto &[key, value] : attributes) {
        auto *attribute = node->add_attribute();
        attribute->set_name(key);
        std::visit(SetAttribute{attribute}, value);
    }
    return *this;
}

GraphBuilder &GraphBuilder::subgraph(const std::string &attribute, const GraphBuilder &inner)
{
    auto *graph = m_model.mutable_graph();
    auto *added = graph->mutable_node(graph->node_size() - 1)->add_attribute();
    added->set_name(attribute);
    added->set_type(onnx::AttributeProto::GRAPH);
    *added->mutable_g() = inner.m_model.graph();
    added->mutable_g()->set_name(attribute);
    return *this;
}

std::string GraphBuilder::bytes() const
{
    return m_model.SerializeAsString();
}

Model GraphBuilder::build() const
{
    return Model::parse(bytes());
}

Tensor randomTensor(const Shape &shape, unsigned seed, float scale)
{
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(0.0F, scale);
    Tensor tensor;
    tensor.type = ElementType::Float32;
    tensor.shape = shape;
    size_t count = 1;
    for (const int64_t d : shape)
        count *= static_cast<size_t>(d);
    tensor.bytes.resize(count * sizeof(float));
    for (float &v : tensor.as<float>())
        v = normal(random);
    return tensor;
}

Matrix randomMatrix(Index rows, Index cols, unsigned seed, float scale)
{
    const Tensor tensor = randomTensor({rows, cols}, seed, scale);
    return Eigen::Map<const Matrix>(tensor.as<float>().data(), rows, cols);
}

std::string testData()
{
    const char *folder = std::getenv("LATHE_TEST_DATA");
    return folder && std::filesystem::is_directory(folder) ? folder : "";
}

} // namespace lathe::test
