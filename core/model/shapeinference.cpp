#include "core/model/shapeinference.h"

#include "core/model/graphindex.h"
#include "core/model/proto.h"
#include "core/model/shapearithmetic.h"
#include "core/model/tensordata.h"
#include "core/model/weightpath.h"

#include <algorithm>
#include <map>
#include <onnx/defs/schema.h>
#include <onnx/shape_inference/implementation.h>
#include <unordered_set>

// The library's own pass over a whole graph trusts its input: an operator whose input type is not known, or
// whose attributes are odd, can crash it. So nodes are given to it one by one, and only those that it is sure
// to understand.

namespace lathe {
namespace {

constexpr int64_t largestDimension = int64_t{1} << 31;

/// The library divides by some of these without looking, and multiplies all freely.
bool hasHarmlessNumbers(const onnx::NodeProto &node)
{
    static const std::unordered_set<std::string_view> divisors = {
        "strides", "dilations", "kernel_shape", "blocksize", "group", "size", "num_groups", "num_outputs"};
    for (const auto &attribute : node.attribute()) {
        const int64_t least = divisors.contains(attribute.name()) ? 1 : -largestDimension;
        const auto fine = [&](int64_t v) { return v >= least && v < largestDimension; };
        if ((attribute.has_i() && !fine(attribute.i())) ||
            (attribute.name() != "ends" &&
             !std::all_of(attribute.ints().begin(), attribute.ints().end(), fine)))
            return false;
    }
    return true;
}

bool holdsGraph(const onnx::NodeProto &node)
{
    return std::any_of(node.attribute().begin(), node.attribute().end(), [](const auto &attribute) {
        return attribute.has_g() || attribute.graphs_size() > 0;
    });
}

onnx::TypeProto tensorType(ElementType type, const Shape &shape)
{
    onnx::TypeProto result;
    auto *tensor = result.mutable_tensor_type();
    tensor->set_elem_type(static_cast<int>(type));
    tensor->mutable_shape(); // a scalar has a shape too
    for (const int64_t d : shape)
        tensor->mutable_shape()->add_dim()->set_dim_value(d);
    return result;
}

onnx::TensorProto tensorOf(const WholeNumbers &numbers)
{
    onnx::TensorProto tensor;
    tensor.set_data_type(static_cast<int>(numbers.type));
    if (!numbers.scalar)
        tensor.add_dims(static_cast<int64_t>(numbers.values.size()));
    for (const int64_t value : numbers.values) {
        if (numbers.type == ElementType::Int64)
            tensor.add_int64_data(value);
        else
            tensor.add_int32_data(static_cast<int32_t>(value));
    }
    return tensor;
}

std::optional<ValueShape> knownShape(const onnx::TypeProto &type)
{
    if (!type.has_tensor_type() || !type.tensor_type().has_shape())
        return std::nullopt;
    ValueShape value{static_cast<ElementType>(type.tensor_type().elem_type()), {}};
    for (const auto &dimension : type.tensor_type().shape().dim()) {
        const bool sane = dimension.has_dim_value() && dimension.dim_value() > 0 &&
                          dimension.dim_value() < largestDimension;
        if (!sane)
            return std::nullopt;
        value.shape.push_back(dimension.dim_value());
    }
    return elementCount(value.shape) > 0 ? std::optional(value) : std::nullopt;
}

struct Value {
    std::optional<ValueShape> shape;
    std::optional<WholeNumbers> numbers;
    std::optional<onnx::TensorProto> data; ///< of a small constant, for the library to look at
};

class Walker {
public:
    Walker(const onnx::ModelProto &model, const GraphIndex &index, const MappedFiles &files)
        : m_index(index), m_files(files), m_values(index.graphs().size())
    {
        for (const auto &import : model.opset_import())
            m_versions[isStandardDomain(import.domain()) ? "" : import.domain()] =
                static_cast<int>(std::clamp<int64_t>(import.version(), 0, 1000));
        for (const auto &input : model.graph().input())
            for (const auto &dimension : input.type().tensor_type().shape().dim())
                if (dimension.has_dim_param())
                    m_inputSymbols.insert(dimension.dim_param());
    }

    ValueShapes run()
    {
        for (size_t g = 0; g < m_index.graphs().size(); ++g) {
            addDeclared(g);
            const NodeRef owner = m_index.owner(static_cast<int>(g));
            m_children[{owner.graph, owner.node}].push_back(static_cast<int>(g));
        }
        visitGraph(0);
        return collect();
    }

private:
    using Scope = std::unordered_map<std::string_view, Value>;

    /// Inputs and constants of a graph, and what it says itself of values in between.
    void addDeclared(size_t g)
    {
        const onnx::GraphProto &graph = *m_index.graphs()[g].graph;
        Scope &scope = m_values[g];
        for (const auto &[name, definition] : m_index.graphs()[g].names)
            if (const std::optional<ConstantInfo> info = constantInfo(m_index, definition))
                scope[name] = constantValue(*info, definition);
        for (const auto &input : graph.input())
            if (!scope.contains(input.name()))
                scope[input.name()].shape = knownShape(closed(input.type(), g == 0));
        for (const auto &value : graph.value_info())
            m_declared[g][value.name()] = &value;
        for (const auto &value : graph.output())
            m_declared[g][value.name()] = &value;
    }

    Value constantValue(const ConstantInfo &info, const Definition &definition) const
    {
        Value value;
        value.shape = ValueShape{info.type, info.shape};
        const bool readable =
            definition.kind != Definition::Kind::SparseInitializer && elementBits(info.type) >= 8;
        if (!readable || elementCount(info.shape) > static_cast<int64_t>(maxWholeNumbers))
            return value;
        const Tensor tensor = readConstant(m_index, definition, m_files, {});
        value.data = makeTensorProto({}, tensor);
        const bool whole = info.type == ElementType::Int64 || info.type == ElementType::Int32 ||
                           info.type == ElementType::Bool;
        if (!whole || info.shape.size() > 1)
            return value;
        value.numbers = WholeNumbers{info.shape.empty(), info.type, {}};
        for (int64_t i = 0; i < elementCount(info.shape); ++i)
            value.numbers->values.push_back(numberAt(tensor, static_cast<size_t>(i)));
        return value;
    }

    static int64_t numberAt(const Tensor &tensor, size_t i)
    {
        if (tensor.type == ElementType::Int64)
            return tensor.as<int64_t>()[i];
        return tensor.type == ElementType::Int32 ? tensor.as<int32_t>()[i] : tensor.as<uint8_t>()[i];
    }

    /// Free dimensions become 1 where they are dimensions of an input.
    onnx::TypeProto closed(onnx::TypeProto type, bool isInput) const
    {
        if (!type.has_tensor_type() || !type.tensor_type().has_shape())
            return type;
        for (auto &dimension : *type.mutable_tensor_type()->mutable_shape()->mutable_dim()) {
            const bool fixed = dimension.has_dim_value() && dimension.dim_value() >= 0;
            if (!fixed &&
                (isInput || (dimension.has_dim_param() && m_inputSymbols.contains(dimension.dim_param()))))
                dimension.set_dim_value(1);
        }
        return type;
    }

    Value *find(int graph, const std::string &name)
    {
        for (; graph >= 0; graph = m_index.owner(graph).graph) {
            Scope &scope = m_values[static_cast<size_t>(graph)];
            if (const auto at = scope.find(name); at != scope.end())
                return &at->second;
        }
        return nullptr;
    }

    void visitGraph(int graph)
    {
        for (int n = 0; n < m_index.graphs()[static_cast<size_t>(graph)].graph->node_size(); ++n) {
            const auto children = m_children.find({graph, n});
            if (children != m_children.end())
                for (const int child : children->second)
                    visitGraph(child);
            visit({graph, n});
            if (children != m_children.end() && m_index.node(NodeRef{graph, n}).op_type() == "If")
                joinBranches({graph, n}, children->second);
        }
    }

    /// An output of If is known where both branches agree.
    void joinBranches(NodeRef ref, const std::vector<int> &branches)
    {
        const onnx::NodeProto &node = m_index.node(ref);
        for (int i = 0; i < node.output_size(); ++i) {
            std::optional<ValueShape> joint;
            for (const int branch : branches) {
                const onnx::GraphProto &graph = *m_index.graphs()[static_cast<size_t>(branch)].graph;
                const Value *value = i < graph.output_size() ? find(branch, graph.output(i).name()) : nullptr;
                const bool agrees = value && value->shape && (!joint || joint->shape == value->shape->shape);
                if (!agrees) {
                    joint.reset();
                    break;
                }
                joint = value->shape;
            }
            if (joint && !node.output(i).empty())
                m_values[static_cast<size_t>(ref.graph)][node.output(i)].shape = joint;
        }
    }

    void visit(NodeRef ref)
    {
        const onnx::NodeProto &node = m_index.node(ref);
        if (constantInfo(m_index, {ref.graph, Definition::Kind::Node, ref.node}))
            return;
        std::vector<Value *> inputs;
        for (const std::string &input : node.input())
            inputs.push_back(input.empty() ? nullptr : find(ref.graph, input));
        const std::vector<std::optional<ValueShape>> shapes = infer(node, inputs);
        for (int i = 0; i < node.output_size(); ++i) {
            if (node.output(i).empty())
                continue;
            Value &value = m_values[static_cast<size_t>(ref.graph)][node.output(i)];
            value.shape = shapes[static_cast<size_t>(i)];
            if (!value.shape)
                value.shape = declared(ref.graph, node.output(i));
        }
        if (isStandardDomain(node.domain()) && node.output_size() == 1)
            evaluateNumbers(node, inputs, m_values[static_cast<size_t>(ref.graph)][node.output(0)]);
    }

    std::optional<ValueShape> declared(int graph, const std::string &name) const
    {
        const auto values = m_declared.find(static_cast<size_t>(graph));
        if (values == m_declared.end())
            return std::nullopt;
        const auto at = values->second.find(name);
        return at == values->second.end() ? std::nullopt : knownShape(closed(at->second->type(), false));
    }

    static void evaluateNumbers(const onnx::NodeProto &node, const std::vector<Value *> &inputs,
                                Value &output)
    {
        const auto input = [&](int i) {
            return static_cast<size_t>(i) < inputs.size() ? inputs[static_cast<size_t>(i)] : nullptr;
        };
        output.numbers = evaluate(
            node,
            [&](int i) -> const WholeNumbers * {
                const Value *value = input(i);
                return value && value->numbers ? &*value->numbers : nullptr;
            },
            [&](int i) -> const Shape * {
                const Value *value = input(i);
                return value && value->shape ? &value->shape->shape : nullptr;
            });
        if (!output.numbers)
            return;
        output.data = tensorOf(*output.numbers);
        const auto count = static_cast<int64_t>(output.numbers->values.size());
        output.shape = ValueShape{output.numbers->type, output.numbers->scalar ? Shape{} : Shape{count}};
    }

    /// Whether the library's definition fits the node. Newer operators often have the same name and other
    /// inputs.
    const onnx::OpSchema *schemaOf(const onnx::NodeProto &node) const
    {
        const std::string domain = isStandardDomain(node.domain()) ? "" : node.domain();
        const auto version = m_versions.find(domain);
        if (version == m_versions.end() || holdsGraph(node) || !hasHarmlessNumbers(node))
            return nullptr;
        const onnx::OpSchema *schema =
            onnx::OpSchemaRegistry::Schema(node.op_type(), version->second, domain);
        if (schema && schema->has_type_and_shape_inference_function()) {
            schema->Verify(node);
            return schema;
        }
        return nullptr;
    }

    std::vector<std::optional<ValueShape>> infer(const onnx::NodeProto &node,
                                                 const std::vector<Value *> &inputs) const
    {
        std::vector<std::optional<ValueShape>> result(static_cast<size_t>(node.output_size()));
        try {
            const onnx::OpSchema *schema = schemaOf(node);
            if (!schema)
                return result;
            std::unordered_map<std::string, onnx::TypeProto> types;
            std::unordered_map<std::string, onnx::TypeProto *> typePointers;
            std::unordered_map<std::string, const onnx::TensorProto *> data;
            for (int i = 0; i < node.input_size(); ++i) {
                const Value *value = inputs[static_cast<size_t>(i)];
                if (node.input(i).empty())
                    continue;
                if (!value || !value->shape)
                    return result;
                auto &type = types[node.input(i)] = tensorType(value->shape->type, value->shape->shape);
                typePointers[node.input(i)] = &type;
                if (value->data)
                    data[node.input(i)] = &*value->data;
            }
            onnx::NodeProto copy = node; // the context wants it mutable
            onnx::shape_inference::InferenceContextImpl context(copy, typePointers, data, {});
            schema->GetTypeAndShapeInferenceFunction()(context);
            for (size_t i = 0; i < result.size(); ++i)
                result[i] = knownShape(context.allOutputTypes_[i]);
        } catch (const std::exception &) {
            std::fill(result.begin(), result.end(),
                      std::nullopt); // the node is odd: its outputs stay unknown
        }
        return result;
    }

    ValueShapes collect() const
    {
        ValueShapes result;
        std::unordered_set<std::string> ambiguous; // sibling subgraphs may use one name for two values
        for (const Scope &scope : m_values)
            for (const auto &[name, value] : scope)
                if (value.shape) {
                    const auto [at, isNew] = result.emplace(name, *value.shape);
                    if (!isNew && at->second.shape != value.shape->shape)
                        ambiguous.insert(at->first);
                }
        for (const std::string &name : ambiguous)
            result.erase(name);
        return result;
    }

    const GraphIndex &m_index;
    const MappedFiles &m_files;
    std::vector<Scope> m_values;                                ///< by graph
    std::map<std::pair<int, int>, std::vector<int>> m_children; ///< subgraphs of a node
    std::unordered_map<size_t, std::unordered_map<std::string_view, const onnx::ValueInfoProto *>> m_declared;
    std::unordered_map<std::string, int> m_versions;
    std::unordered_set<std::string> m_inputSymbols;
};

} // namespace

ValueShapes inferShapes(const onnx::ModelProto &model, const GraphIndex &index, const MappedFiles &files)
{
    return Walker(model, index, files).run();
}

} // namespace lathe
