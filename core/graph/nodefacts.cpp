#include "core/graph/nodefacts.h"

#include "core/model/proto.h"
#include "core/onnx/constants.h"
#include "core/onnx/makers.h"
#include "core/onnx/valuetypes.h"
#include "core/shapes/shapeinference.h"

#include <algorithm>
#include <fmt/format.h>

namespace lathe {
namespace {

constexpr int mostListed = 24;      ///< numbers of an attribute
constexpr size_t mostText = 400;    ///< characters of one
constexpr int mostOperators = 100;  ///< of a graph inside of a node
constexpr size_t mostMakers = 2000; ///< of a constant

template <class List>
std::string listText(const List &list)
{
    std::string text = "[";
    for (int i = 0; i < std::min(list.size(), mostListed); ++i)
        text += fmt::format("{}{}", i == 0 ? "" : ", ", list.Get(i));
    return text + (list.size() > mostListed ? fmt::format(", … ({})]", list.size()) : "]");
}

std::string shortened(std::string text)
{
    if (text.size() <= mostText)
        return text;
    size_t end = mostText;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) // not inside of a character
        --end;
    return text.substr(0, end) + "…";
}

std::string tensorText(const onnx::TensorProto &tensor)
{
    return fmt::format("{} {}", elementTypeName(typeOf(tensor)), shapeText(shapeOf(tensor)));
}

std::string attributeText(const onnx::AttributeProto &attribute)
{
    using Type = onnx::AttributeProto;
    switch (attribute.type()) {
    case Type::INT:
        return fmt::format("{}", attribute.i());
    case Type::FLOAT:
        return fmt::format("{}", attribute.f());
    case Type::STRING:
        return shortened(attribute.s());
    case Type::INTS:
        return listText(attribute.ints());
    case Type::FLOATS:
        return listText(attribute.floats());
    case Type::STRINGS:
        return shortened(listText(attribute.strings()));
    case Type::TENSOR:
        return tensorText(attribute.t());
    case Type::TENSORS:
        return fmt::format("{} × tensor", attribute.tensors_size());
    case Type::SPARSE_TENSOR:
        return "sparse " + tensorText(attribute.sparse_tensor().values());
    default:
        break;
    }
    if (attribute.has_i()) // old files leave the type out
        return fmt::format("{}", attribute.i());
    return attribute.ints_size() > 0 ? listText(attribute.ints()) : std::string("…");
}

std::string operatorText(const onnx::NodeProto &node)
{
    return isStandardDomain(node.domain()) ? node.op_type()
                                           : fmt::format("{}.{}", node.domain(), node.op_type());
}

SubgraphFacts subgraphFacts(const std::string &attribute, const onnx::GraphProto &graph)
{
    SubgraphFacts facts{attribute, {}, static_cast<size_t>(graph.node_size())};
    for (int i = 0; i < std::min(graph.node_size(), mostOperators); ++i)
        facts.operators.push_back(operatorText(graph.node(i)));
    return facts;
}

} // namespace

struct NodeReader::Knowledge {
    explicit Knowledge(const Model &m)
        : model(m), content(model.content()), types(valueTypes(*content.view)),
          shapes(inferShapes(content.proto, *content.view, content.externalFiles))
    {
    }

    ValueFacts value(const std::string &name) const
    {
        ValueFacts facts{ValueFacts::Origin::Computed, name, ElementType::Undefined, {}, false, 0, {}};
        if (name.empty()) {
            facts.origin = ValueFacts::Origin::LeftOut;
            return facts;
        }
        if (const auto type = types.find(name); type != types.end())
            facts.type = type->second;
        if (const auto shape = shapes.find(name); shape != shapes.end()) {
            facts.shape = shape->second;
            facts.hasShape = true;
        }
        if (const auto definition = content.index->find(0, name))
            describeOrigin(facts, *definition);
        return facts;
    }

    void describeOrigin(ValueFacts &facts, const Definition &definition) const
    {
        if (definition.kind == Definition::Kind::Input) {
            facts.origin = ValueFacts::Origin::Input;
            return;
        }
        const ValuePlace place{0, facts.name};
        const std::vector<Definition> makers = makersOf(*content.view, std::span(&place, 1), mostMakers);
        if (const auto info = constantInfo(*content.index, definition)) {
            facts.origin = ValueFacts::Origin::Constant;
            facts.type = info->type;
            facts.shape = info->shape;
            facts.hasShape = true;
            facts.bytes = bytesOfConstants(*content.index, makers);
            return;
        }
        if (makers.empty() || std::ranges::any_of(makers, [this](const Definition &maker) {
                return maker.kind == Definition::Kind::Input || isSource(maker);
            }))
            return;
        facts.origin = ValueFacts::Origin::Folded;
        facts.bytes = bytesOfConstants(*content.index, makers);
        for (const Definition &maker : makers)
            if (maker.kind == Definition::Kind::Node && !constantInfo(*content.index, maker))
                facts.operators.push_back(operatorText(content.index->node(maker)));
    }

    /// Makes something of nothing, such as random numbers.
    bool isSource(const Definition &maker) const
    {
        return maker.kind == Definition::Kind::Node && content.index->node(maker).input_size() == 0 &&
               !constantInfo(*content.index, maker);
    }

    NodeFacts terminal(const GraphNode &node) const
    {
        NodeFacts facts;
        facts.name = node.name;
        const bool isInput = node.kind == GraphNode::Kind::Input;
        const auto &declared = isInput ? content.proto.graph().input() : content.proto.graph().output();
        for (const auto &info : declared)
            if (info.name() == node.name)
                facts.documentation = info.doc_string();
        ValueFacts its = value(node.name);
        for (const ValueInfo &info : isInput ? content.inputs : content.outputs)
            if (info.name == node.name && info.hasShape) {
                its.shape = info.shape;
                its.hasShape = true;
            }
        (isInput ? facts.outputs : facts.inputs).push_back(std::move(its));
        return facts;
    }

    Model model;
    const Model::Content &content;
    ValueTypes types;
    ValueShapes shapes;
};

NodeReader::NodeReader(const Model &model) : m_knowledge(std::make_unique<const Knowledge>(model)) {}

NodeReader::~NodeReader() = default;

NodeFacts NodeReader::facts(const GraphNode &node) const
{
    const Model::Content &content = m_knowledge->content;
    const std::optional<Definition> at =
        node.kind == GraphNode::Kind::Operator ? content.index->find(0, node.output) : std::nullopt;
    if (!at || at->kind != Definition::Kind::Node)
        return m_knowledge->terminal(node);
    const onnx::NodeProto &proto = content.index->node(*at);
    NodeFacts facts;
    facts.name = proto.name();
    facts.op = proto.op_type();
    facts.domain = isStandardDomain(proto.domain()) ? "ai.onnx" : proto.domain();
    const auto version = content.opsets.find(isStandardDomain(proto.domain()) ? "" : proto.domain());
    facts.version = version == content.opsets.end() ? 0 : version->second;
    facts.documentation = shortened(proto.doc_string());
    for (const auto &attribute : proto.attribute()) {
        if (attribute.has_g())
            facts.subgraphs.push_back(subgraphFacts(attribute.name(), attribute.g()));
        for (const auto &graph : attribute.graphs())
            facts.subgraphs.push_back(subgraphFacts(attribute.name(), graph));
        if (!attribute.has_g() && attribute.graphs_size() == 0)
            facts.attributes.push_back({attribute.name(), attributeText(attribute)});
    }
    for (const std::string &name : proto.input())
        facts.inputs.push_back(m_knowledge->value(name));
    for (const std::string &name : proto.output())
        if (!name.empty())
            facts.outputs.push_back(m_knowledge->value(name));
    return facts;
}

namespace {

/// Walks from a value back through what only the variant has.
class NewNodes {
public:
    NewNodes(const Model &original, const Model &variant)
        : m_original(*original.content().view), m_view(*variant.content().view), m_index(m_view.index())
    {
    }

    NodeReplacement behind(const std::string &output)
    {
        if (const auto maker = m_view.producer(0, output))
            visit(*maker);
        return std::move(m_result);
    }

private:
    /// @returns whether what the node gives depends on what is fed
    bool visit(NodeRef ref)
    {
        if (const auto known = m_met.find(ref.node); known != m_met.end())
            return known->second;
        m_met[ref.node] = false; // a circle ends here
        const onnx::NodeProto &node = m_index.node(ref);
        bool depends = false;
        for (const std::string &input : node.input())
            depends = readsFed(input) || depends;
        m_met[ref.node] = depends;
        if (depends || node.op_type() != "Constant")
            (depends ? m_result.computing : m_result.unpacking).push_back(operatorText(node));
        return depends;
    }
    bool readsFed(const std::string &value)
    {
        const auto here = value.empty() ? std::nullopt : m_index.find(0, value);
        if (!here || here->kind == Definition::Kind::Initializer ||
            here->kind == Definition::Kind::SparseInitializer)
            return false;
        if (here->kind == Definition::Kind::Input || wasFed(value))
            return true;
        return visit({here->graph, here->index});
    }
    /// The walk ends at what the original computes too.
    bool wasFed(const std::string &value) const
    {
        const auto before = m_original.index().find(0, value);
        if (!before || before->kind != Definition::Kind::Node)
            return false;
        const ValuePlace place{0, value};
        const std::vector<Definition> makers = makersOf(m_original, std::span(&place, 1), mostMakers);
        return makers.empty() || std::ranges::any_of(makers, [](const Definition &maker) {
                   return maker.kind == Definition::Kind::Input;
               });
    }

    const GraphView &m_original;
    const GraphView &m_view;
    const GraphIndex &m_index;
    std::map<int, bool> m_met; ///< by node: whether it depends on what is fed
    NodeReplacement m_result;
};

} // namespace

NodeReplacement replacementOf(const Model &original, const Model &variant, const GraphNode &node)
{
    return NewNodes(original, variant).behind(node.output);
}

} // namespace lathe
