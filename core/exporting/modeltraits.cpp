#include "core/exporting/modeltraits.h"

#include "core/model/proto.h"
#include "core/onnx/graphindex.h"

#include <algorithm>
#include <set>
#include <unordered_map>

namespace lathe {
namespace {

constexpr int64_t oldestTrainingDropout = 12; ///< before, Dropout changes nothing

bool isHalf(int type)
{
    return type == onnx::TensorProto::FLOAT16 || type == onnx::TensorProto::BFLOAT16;
}

/// What is known of a value while nodes are gone through in their order.
struct Known {
    bool fed = false;  ///< depends on what is fed
    bool half = false; ///< is float16 or bfloat16, as far as it can be told
};

class HalfSearch {
public:
    explicit HalfSearch(const Model &model) : m_index(*model.content().index) {}

    bool run()
    {
        for (const GraphIndex::Entry &entry : m_index.graphs())
            addGraph(*entry.graph);
        // Files may order their nodes as they like; each pass carries what is known at least one node
        // further.
        for (bool news = true; news && !m_found;) {
            news = false;
            for (const NodeRef ref : m_index.nodes())
                news = look(m_index.node(ref)) || news;
        }
        return m_found;
    }

private:
    void addGraph(const onnx::GraphProto &graph)
    {
        for (const auto &input : graph.input()) // those of a subgraph are what its node feeds
            m_known[input.name()] = {true, isHalf(input.type().tensor_type().elem_type())};
        for (const auto &constant : graph.initializer())
            m_known[constant.name()] = {false, isHalf(constant.data_type())};
        for (const auto &constant : graph.sparse_initializer())
            m_known[constant.values().name()] = {false, isHalf(constant.values().data_type())};
        for (const auto *values : {&graph.value_info(), &graph.output()})
            for (const auto &value : *values)
                if (isHalf(value.type().tensor_type().elem_type()))
                    m_known[value.name()].half = true;
    }

    /// @returns whether anything was learnt
    bool look(const onnx::NodeProto &node)
    {
        Known made;
        for (const std::string &input : node.input())
            if (const auto known = m_known.find(input); known != m_known.end())
                made = {made.fed || known->second.fed, made.half || known->second.half};
        m_found = m_found || (made.fed && made.half);
        if (node.op_type() == "Cast") {
            made.half = isHalf(static_cast<int>(intAttribute(node, "to", 0)));
            m_found = m_found || (made.fed && made.half);
        } else if (const auto *value = findAttribute(node, "value"); value && value->has_t()) {
            made.half = isHalf(value->t().data_type());
        }
        bool news = false;
        for (const std::string &output : node.output()) {
            Known &known = m_known[output];
            const Known more{known.fed || made.fed, known.half || made.half};
            news = news || more.fed != known.fed || more.half != known.half;
            known = more;
        }
        return news;
    }

    const GraphIndex &m_index;
    std::unordered_map<std::string, Known> m_known;
    bool m_found = false;
};

bool isRandom(const onnx::NodeProto &node, int64_t opset)
{
    static const std::set<std::string> always{"RandomNormal",      "RandomNormalLike", "RandomUniform",
                                              "RandomUniformLike", "Bernoulli",        "Multinomial"};
    if (!isStandardDomain(node.domain()) || findAttribute(node, "seed"))
        return false;
    if (always.contains(node.op_type()))
        return true;
    constexpr int trainingInput = 2;
    return node.op_type() == "Dropout" && opset >= oldestTrainingDropout &&
           node.input_size() > trainingInput && !node.input(trainingInput).empty();
}

/// Calls visit(node) for all nodes, those of functions last.
template <class Proto, class Visit>
void forEachNode(Proto &proto, const Visit &visit)
{
    if constexpr (std::is_const_v<Proto>) {
        forEachGraph(proto.graph(), [&](const onnx::GraphProto &graph) {
            for (const auto &node : graph.node())
                visit(node);
        });
        for (const auto &function : proto.functions())
            for (const auto &node : function.node())
                visit(node);
    } else {
        forEachGraph(*proto.mutable_graph(), [&](onnx::GraphProto &graph) {
            for (auto &node : *graph.mutable_node())
                visit(node);
        });
        for (auto &function : *proto.mutable_functions())
            for (auto &node : *function.mutable_node())
                visit(node);
    }
}

void setSeed(onnx::NodeProto &node, int seed)
{
    onnx::AttributeProto &attribute = *node.add_attribute();
    attribute.set_name("seed");
    if (node.op_type() == "Dropout") {
        attribute.set_type(onnx::AttributeProto::INT);
        attribute.set_i(seed);
    } else {
        attribute.set_type(onnx::AttributeProto::FLOAT);
        attribute.set_f(static_cast<float>(seed));
    }
}

} // namespace

bool computesInHalf(const Model &model)
{
    return HalfSearch(model).run();
}

std::string unseededOperators(const Model &model)
{
    std::set<std::string> names;
    forEachNode(model.content().proto, [&](const onnx::NodeProto &node) {
        if (isRandom(node, model.opset()))
            names.insert(node.op_type());
    });
    std::string list;
    for (const std::string &name : names)
        list += (list.empty() ? "" : ", ") + name;
    return list;
}

Model withSeeds(const Model &model)
{
    onnx::ModelProto proto = model.content().proto;
    int seed = 0;
    forEachNode(proto, [&](onnx::NodeProto &node) {
        if (isRandom(node, model.opset()))
            setSeed(node, ++seed);
    });
    return modelFromProto(std::move(proto), model);
}

int64_t quantizedValues(const Model &model)
{
    int64_t count = 0;
    for (const NodeRef ref : model.content().index->nodes())
        count += model.content().index->node(ref).op_type() == "QuantizeLinear" ? 1 : 0;
    return count;
}

double quantizationStep(int64_t quantized)
{
    // 127 steps up to the largest value; ranges are rarely used to their end, hence twice as much.
    constexpr double step = 2.0 / 127.0;
    return std::min(0.5, static_cast<double>(quantized) * step);
}

} // namespace lathe
