#include "core/shapes/shapeinference.h"

#include "core/onnx/constants.h"
#include "core/onnx/tensordata.h"
#include "core/shapes/shaperules.h"

#include <algorithm>
#include <unordered_set>

namespace lathe {
namespace {

std::optional<Shape> knownShape(const onnx::TypeProto &type)
{
    if (!type.has_tensor_type() || !type.tensor_type().has_shape())
        return std::nullopt;
    Shape shape;
    for (const auto &dimension : type.tensor_type().shape().dim()) {
        const bool sane = dimension.has_dim_value() && dimension.dim_value() < largestDimension;
        shape.push_back(sane ? dimension.dim_value() : -1);
    }
    return elementCount(shape) > 0 ? std::optional(shape) : std::nullopt;
}

struct Value {
    std::optional<Shape> shape;
    std::optional<WholeNumbers> numbers;
    std::optional<std::vector<float>> reals; ///< of a short constant
};

class Walker {
public:
    Walker(const onnx::ModelProto &model, const GraphView &view, const ExternalFiles &files,
           FreeLengths lengths)
        : m_view(view), m_index(view.index()), m_files(files), m_lengths(std::move(lengths)),
          m_values(m_index.graphs().size())
    {
        for (const auto &input : model.graph().input())
            for (const auto &dimension : input.type().tensor_type().shape().dim())
                if (dimension.has_dim_param())
                    m_inputSymbols.insert(dimension.dim_param());
    }

    void run()
    {
        for (size_t g = 0; g < m_index.graphs().size(); ++g)
            addDeclared(g);
        visitGraph(0);
    }

    ValueShapes shapes() const
    {
        ValueShapes result;
        std::unordered_set<std::string> ambiguous; // sibling subgraphs may use one name for two values
        for (const Scope &scope : m_values)
            for (const auto &[name, value] : scope)
                if (value.shape) {
                    const auto [at, isNew] = result.emplace(name, *value.shape);
                    if (!isNew && at->second != *value.shape)
                        ambiguous.insert(at->first);
                }
        for (const std::string &name : ambiguous)
            result.erase(name);
        return result;
    }

    std::unordered_map<std::string, WholeNumbers> numbers() const
    {
        std::unordered_map<std::string, WholeNumbers> result;
        for (const auto &[name, value] : m_values[0])
            if (value.numbers)
                result.emplace(name, *value.numbers);
        return result;
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
        value.shape = info.shape;
        const bool whole = info.type == ElementType::Int64 || info.type == ElementType::Int32 ||
                           info.type == ElementType::Bool;
        if ((!whole && info.type != ElementType::Float32) || info.shape.size() > 1 ||
            elementCount(info.shape) > static_cast<int64_t>(maxWholeNumbers) || isSparse(definition))
            return value;
        const Tensor tensor = readConstant(m_index, definition, m_files, {});
        if (!whole) {
            value.reals = toFloats(tensor);
            return value;
        }
        value.numbers = WholeNumbers{info.shape.empty(), {}};
        for (int64_t i = 0; i < elementCount(info.shape); ++i)
            value.numbers->values.push_back(numberAt(tensor, static_cast<size_t>(i)));
        return value;
    }

    bool isSparse(const Definition &definition) const
    {
        return definition.kind == Definition::Kind::SparseInitializer ||
               (definition.kind == Definition::Kind::Node &&
                findAttribute(m_index.node(definition), "sparse_value") != nullptr);
    }

    static int64_t numberAt(const Tensor &tensor, size_t i)
    {
        if (tensor.type == ElementType::Int64)
            return tensor.as<int64_t>()[i];
        return tensor.type == ElementType::Int32 ? tensor.as<int32_t>()[i] : tensor.as<uint8_t>()[i];
    }

    /// Free dimensions get a length where they are dimensions of an input.
    onnx::TypeProto closed(onnx::TypeProto type, bool isInput) const
    {
        if (!type.has_tensor_type() || !type.tensor_type().has_shape())
            return type;
        for (auto &dimension : *type.mutable_tensor_type()->mutable_shape()->mutable_dim()) {
            const bool fixed = dimension.has_dim_value() && dimension.dim_value() >= 0;
            if (!fixed &&
                (isInput || (dimension.has_dim_param() && m_inputSymbols.contains(dimension.dim_param()))))
                dimension.set_dim_value(m_lengths(dimension.dim_param()));
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
        for (const int n : m_view.order(graph)) {
            const std::vector<int> &inner = m_index.subgraphs({graph, n});
            for (const int child : inner)
                visitGraph(child);
            visit({graph, n});
            if (!inner.empty() && m_index.node(NodeRef{graph, n}).op_type() == "If")
                joinBranches({graph, n}, inner);
        }
    }

    /// An output of If is known where both branches agree.
    void joinBranches(NodeRef ref, const std::vector<int> &branches)
    {
        const onnx::NodeProto &node = m_index.node(ref);
        for (int i = 0; i < node.output_size(); ++i) {
            std::optional<Shape> joint;
            for (const int branch : branches) {
                const onnx::GraphProto &graph = *m_index.graphs()[static_cast<size_t>(branch)].graph;
                const Value *value = i < graph.output_size() ? find(branch, graph.output(i).name()) : nullptr;
                const bool agrees = value && value->shape && (!joint || *joint == *value->shape);
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
        std::vector<RuleInput> inputs;
        for (const std::string &input : node.input())
            inputs.push_back(known(ref.graph, input));
        const std::vector<std::optional<Shape>> shapes = outputShapes(node, inputs);
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

    std::optional<Shape> declared(int graph, const std::string &name) const
    {
        const auto values = m_declared.find(static_cast<size_t>(graph));
        if (values == m_declared.end())
            return std::nullopt;
        const auto at = values->second.find(name);
        return at == values->second.end() ? std::nullopt : knownShape(closed(at->second->type(), false));
    }

    RuleInput known(int graph, const std::string &name)
    {
        const Value *value = name.empty() ? nullptr : find(graph, name);
        if (!value)
            return {};
        return {value->shape ? &*value->shape : nullptr, value->numbers ? &*value->numbers : nullptr,
                value->reals ? &*value->reals : nullptr};
    }

    static void evaluateNumbers(const onnx::NodeProto &node, const std::vector<RuleInput> &inputs,
                                Value &output)
    {
        const auto input = [&](int i) {
            return i < node.input_size() ? inputs[static_cast<size_t>(i)] : RuleInput{};
        };
        output.numbers = evaluate(
            node, [&](int i) { return input(i).numbers; }, [&](int i) { return input(i).shape; });
        if (!output.numbers)
            return;
        const auto count = static_cast<int64_t>(output.numbers->values.size());
        output.shape = output.numbers->scalar ? Shape{} : Shape{count};
    }

    const GraphView &m_view;
    const GraphIndex &m_index;
    const ExternalFiles &m_files;
    FreeLengths m_lengths;
    std::vector<Scope> m_values; ///< by graph
    std::unordered_map<size_t, std::unordered_map<std::string_view, const onnx::ValueInfoProto *>> m_declared;
    std::unordered_set<std::string> m_inputSymbols;
};

int64_t one(const std::string & /*symbol*/)
{
    return 1;
}

} // namespace

ValueShapes inferShapes(const onnx::ModelProto &model, const GraphView &view, const ExternalFiles &files)
{
    return inferShapes(model, view, files, one);
}

ValueShapes inferShapes(const onnx::ModelProto &model, const GraphView &view, const ExternalFiles &files,
                        FreeLengths lengths)
{
    Walker walker(model, view, files, std::move(lengths));
    walker.run();
    return walker.shapes();
}

InferredValues inferValues(const onnx::ModelProto &model, const GraphView &view, const ExternalFiles &files)
{
    Walker walker(model, view, files, one);
    walker.run();
    return {walker.shapes(), walker.numbers()};
}

} // namespace lathe
