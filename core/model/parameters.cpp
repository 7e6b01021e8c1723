#include "core/model/parameters.h"

#include "core/model/products.h"
#include "core/model/weightpath.h"
#include "core/onnx/localfunctions.h"

#include <algorithm>
#include <map>

namespace lathe {
namespace {

/// Types that hold nothing but weights, their scales and what is added to them.
bool holdsNumbers(ElementType type)
{
    switch (type) {
    case ElementType::Float32:
    case ElementType::Float16:
    case ElementType::BFloat16:
    case ElementType::Float64:
    case ElementType::Float8E4M3FN:
    case ElementType::Float8E4M3FNUZ:
    case ElementType::Float8E5M2:
    case ElementType::Float8E5M2FNUZ:
    case ElementType::Float8E8M0:
    case ElementType::Float4E2M1:
    case ElementType::UInt4:
    case ElementType::Int4:
    case ElementType::UInt2:
    case ElementType::Int2:
        return true;
    default:
        return false;
    }
}

class Counter {
public:
    explicit Counter(const Model::Content &content)
        : m_content(content), m_index(*content.index),
          m_tracer(m_index, content.externalFiles, content.label), m_functions(content.proto)
    {
    }

    ParameterCount run()
    {
        for (size_t g = 0; g < m_index.graphs().size(); ++g)
            for (const auto &[name, definition] : m_index.graphs()[g].names)
                if (const auto info = constantInfo(m_index, definition); info && holdsNumbers(info->type))
                    add(definition, elementCount(info->shape));
        for (const NodeRef ref : m_index.nodes())
            addCodes(ref);
        ParameterCount result;
        for (const auto &[place, count] : m_counts)
            result.elements += std::max<int64_t>(count, 0);
        result.more =
            m_more || std::any_of(m_content.layers.begin(), m_content.layers.end(), [](const Layer &layer) {
                return layer.weightName.empty(); // computed, from whatever it is packed in
            });
        return result;
    }

private:
    void add(const Definition &at, int64_t count)
    {
        m_counts[{at.graph, static_cast<int>(at.kind), at.index}] = count;
    }

    void addCodes(NodeRef ref)
    {
        const onnx::NodeProto &node = m_index.node(ref);
        m_more = m_more || m_functions.find(node); // which may hold weights
        const CodedWeight coded = codedWeight(node);
        if (coded.input >= 0 && coded.input < node.input_size()) {
            const WeightPath path = m_tracer.trace(ref.graph, node.input(coded.input));
            if (path.origin == WeightPath::Origin::Constant)
                add(path.root, coded.count.value_or(elementCount(path.rootShape)));
        }
        if (!isUnknownOperator(node))
            return;
        for (const std::string &input : node.input()) {
            const WeightPath path = m_tracer.trace(ref.graph, input);
            m_more = m_more || (path.origin == WeightPath::Origin::Constant && !holdsNumbers(path.type) &&
                                elementCount(path.rootShape) > 1);
        }
    }

    const Model::Content &m_content;
    const GraphIndex &m_index;
    WeightTracer m_tracer;
    LocalFunctions m_functions;                            ///< that are still called
    std::map<std::tuple<int, int, int>, int64_t> m_counts; ///< by graph, kind and number: each once
    bool m_more = false;
};

} // namespace

ParameterCount countParameters(const Model::Content &content)
{
    return Counter(content).run();
}

} // namespace lathe
