#include "core/model/shapeinference.h"

#include "core/model/graphindex.h"
#include "core/model/protocopy.h"
#include "core/model/tensordata.h"

#include <algorithm>
#include <cmath>
#include <onnx/defs/schema.h>
#include <onnx/shape_inference/implementation.h>
#include <unordered_set>

namespace lathe {
namespace {

constexpr int64_t smallConstant = 1024; ///< elements; shapes, axes and scales are far shorter
constexpr auto opaqueDomain = "lathe.opaque";

void copyForInference(const onnx::TensorProto &from, onnx::TensorProto &to, const MappedFiles &files)
{
    if (elementCount(shapeOf(from)) > smallConstant) {
        copyTensorHead(from, to);
        return;
    }
    if (!isExternal(from)) {
        to.CopyFrom(from);
        return;
    }
    const Tensor tensor = readTensor(from, files, "");
    copyTensorHead(from, to);
    to.set_raw_data(tensor.bytes.data(), tensor.bytes.size());
}

/// The library divides by these without looking, and multiplies them freely.
bool hasHarmlessNumbers(const onnx::NodeProto &node)
{
    static const std::unordered_set<std::string_view> divisors = {
        "strides", "dilations", "kernel_shape", "blocksize", "group", "size", "num_groups", "num_outputs"};
    const auto fine = [](int64_t v) { return v > 0 && v < (int64_t{1} << 31); };
    for (const auto &attribute : node.attribute()) {
        if (!divisors.contains(attribute.name()))
            continue;
        if ((attribute.has_i() && !fine(attribute.i())) ||
            !std::all_of(attribute.ints().begin(), attribute.ints().end(), fine))
            return false;
    }
    return true;
}

/// Whether the library's operator definition fits the node. Newer operators often have the same name and
/// other inputs.
bool isKnown(const onnx::NodeProto &node, const std::unordered_map<std::string, int> &versions)
{
    const auto version = versions.find(node.domain());
    if (version == versions.end() || !hasHarmlessNumbers(node))
        return false;
    const onnx::OpSchema *schema =
        onnx::OpSchemaRegistry::Schema(node.op_type(), version->second, node.domain());
    if (!schema)
        return false;
    try {
        schema->Verify(node);
        return true;
    } catch (const std::exception &) {
        return false;
    }
}

/// Free dimensions become 1 where they are dimensions of an input, else they are left open.
void closeDimensions(onnx::ValueInfoProto &value, const std::unordered_set<std::string> &inputSymbols,
                     bool isInput)
{
    if (!value.has_type() || !value.type().has_tensor_type() || !value.type().tensor_type().has_shape())
        return;
    for (auto &dimension : *value.mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim()) {
        if (dimension.has_dim_value() && dimension.dim_value() >= 0)
            continue;
        const bool free =
            isInput || (dimension.has_dim_param() && inputSymbols.contains(dimension.dim_param()));
        dimension.clear_value();
        if (free)
            dimension.set_dim_value(1);
    }
}

class LightModel {
public:
    LightModel(const onnx::ModelProto &model, const MappedFiles &files)
    {
        copyModel(model, m_model, [&](const onnx::TensorProto &from, onnx::TensorProto &to) {
            copyForInference(from, to, files);
        });
        m_model.clear_functions();
        m_model.clear_training_info();
        normalizeImports();
        collectInputSymbols();
        forEachGraph(*m_model.mutable_graph(), [&](onnx::GraphProto &graph) { prepare(graph); });
        m_model.mutable_graph()->clear_output();
    }

    onnx::ModelProto &model() { return m_model; }

    /// Joining shape vectors again and again doubles them: a short hostile graph could ask for any amount of
    /// memory.
    bool mayPropagateData() const
    {
        static const std::unordered_set<std::string_view> passing = {
            "Concat", "Slice", "Gather", "Add", "Sub", "Mul", "Cast", "Identity", "Squeeze", "Unsqueeze"};
        std::unordered_map<std::string, double> length;
        bool harmless = true;
        forEachGraph(m_model.graph(), [&](const onnx::GraphProto &graph) {
            for (const auto &node : graph.node()) {
                double longest = smallConstant, sum = 0.0;
                for (const std::string &input : node.input()) {
                    const auto known = length.find(input);
                    const double own = known == length.end() ? 64.0 : known->second;
                    longest = std::max(longest, own);
                    sum += own;
                }
                if (!passing.contains(node.op_type()))
                    continue;
                const double result = node.op_type() == "Concat" ? sum : longest;
                harmless = harmless && result < 1e6;
                for (const std::string &output : node.output())
                    length[output] = result;
            }
        });
        return harmless;
    }

private:
    void normalizeImports()
    {
        for (auto &import : *m_model.mutable_opset_import()) {
            if (isStandardDomain(import.domain()))
                import.set_domain("");
            m_versions[import.domain()] = static_cast<int>(std::clamp<int64_t>(import.version(), 0, 1000));
        }
        auto *opaque = m_model.add_opset_import();
        opaque->set_domain(opaqueDomain);
        opaque->set_version(1);
    }

    void collectInputSymbols()
    {
        for (const auto &input : m_model.graph().input())
            for (const auto &dimension : input.type().tensor_type().shape().dim())
                if (dimension.has_dim_param())
                    m_inputSymbols.insert(dimension.dim_param());
    }

    void prepare(onnx::GraphProto &graph)
    {
        std::unordered_set<std::string>
            opaqueValues; // what inference cannot tell; there the file's word is kept
        for (auto &node : *graph.mutable_node()) {
            if (isStandardDomain(node.domain()))
                node.set_domain("");
            if (isKnown(node, m_versions))
                continue;
            opaqueValues.insert(node.output().begin(), node.output().end());
            node.set_domain(opaqueDomain);
        }
        const bool isMain = &graph == &m_model.graph();
        for (auto &input : *graph.mutable_input())
            closeDimensions(input, m_inputSymbols, isMain);
        for (auto &output : *graph.mutable_output())
            if (output.type().has_tensor_type())
                output.mutable_type()->mutable_tensor_type()->clear_shape();
        auto *values = graph.mutable_value_info();
        values->erase(std::remove_if(values->begin(), values->end(),
                                     [&](const auto &value) { return !opaqueValues.contains(value.name()); }),
                      values->end());
        for (auto &value : *values)
            closeDimensions(value, m_inputSymbols, false);
    }

    onnx::ModelProto m_model;
    std::unordered_map<std::string, int> m_versions;
    std::unordered_set<std::string> m_inputSymbols;
};

std::optional<Shape> knownShape(const onnx::TypeProto &type)
{
    if (!type.has_tensor_type() || !type.tensor_type().has_shape())
        return std::nullopt;
    Shape shape;
    for (const auto &dimension : type.tensor_type().shape().dim())
        shape.push_back(dimension.has_dim_value() ? dimension.dim_value() : -1);
    return elementCount(shape) > 0 ? std::optional(shape) : std::nullopt;
}

class Collector {
public:
    void add(const onnx::ValueInfoProto &value)
    {
        if (const std::optional<Shape> shape = knownShape(value.type()))
            add(value.name(), {static_cast<ElementType>(value.type().tensor_type().elem_type()), *shape});
    }
    void add(const std::string &name, ValueShape shape)
    {
        const auto [at, isNew] = m_shapes.emplace(name, std::move(shape));
        if (!isNew && at->second.shape != shape.shape)
            m_ambiguous.insert(name); // sibling subgraphs may use one name for two values
    }
    ValueShapes result() &&
    {
        for (const std::string &name : m_ambiguous)
            m_shapes.erase(name);
        return std::move(m_shapes);
    }

private:
    ValueShapes m_shapes;
    std::unordered_set<std::string> m_ambiguous;
};

ValueShapes collect(const onnx::ModelProto &model)
{
    Collector collector;
    forEachGraph(model.graph(), [&](const onnx::GraphProto &graph) {
        for (const auto &value : graph.input())
            collector.add(value);
        for (const auto &value : graph.value_info())
            collector.add(value);
        for (const auto &value : graph.output())
            collector.add(value);
    });
    return std::move(collector).result();
}

} // namespace

ValueShapes inferShapes(const onnx::ModelProto &model, const MappedFiles &files)
{
    LightModel light(model, files);
    try {
        const onnx::ShapeInferenceOptions options{false, 0, light.mayPropagateData()};
        onnx::shape_inference::InferShapes(light.model(), onnx::OpSchemaRegistry::Instance(), options);
    } catch (const std::exception &) {
        // What was found before the exception is still in the graph and still right.
    }
    return collect(light.model());
}

} // namespace lathe
