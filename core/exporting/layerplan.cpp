#include "core/exporting/layerplan.h"

#include "core/exporting/factorize.h"

#include <fmt/format.h>

namespace lathe {
namespace {

class Planner {
public:
    Planner(const SourceGraph &graph, size_t layer, Storage storage)
        : m_graph(graph), m_target(graph.target()), m_layer(graph.source().layers()[layer]), m_index(layer),
          m_storage(storage)
    {
    }

    LayerPlan operator()(const MatrixEncoding &encoding) const
    {
        LayerPlan plan = atRoot();
        DecodeFragment decoded = decodeNodes(encoding, rootSlot());
        plan.form = std::move(decoded.form);
        plan.fragment = std::move(decoded.fragment);
        plan.plainBytes = plainBytes(rootSlot(), m_target);
        plan.note = encodingNote();
        return plan;
    }

    LayerPlan operator()(const FactorEncoding &encoding) const
    {
        const bool twoFactors =
            encoding.form == FactorForm::Product && encoding.groups == 1 && !encoding.residual;
        return twoFactors && canRunAsTwoNodes(m_graph, m_index) ? asTwoNodes(encoding)
                                                                : multipliedOnLoading(encoding, twoFactors);
    }

private:
    /// Where nothing can be unpacked, the decoded values are the smallest that can be stored.
    std::string encodingNote() const
    {
        if (m_storage == Storage::Dense || canDecode(m_target, m_layer.weightType))
            return {};
        const int64_t needed =
            m_layer.weightType == ElementType::BFloat16 ? oldestBFloat16Opset : oldestDecodingOpset;
        return fmt::format("its values are stored as plain {}: operators that unpack codes and masks came "
                           "with opset {}, and "
                           "the model is of opset {}",
                           elementTypeName(m_layer.weightType), needed, m_target.opset);
    }

    LayerPlan atRoot() const
    {
        LayerPlan plan;
        plan.values = {m_layer.weightName};
        plan.removedBytes = m_graph.constantOf(m_index).fileBytes + m_graph.listingBytes(m_layer.weightName);
        return plan;
    }

    WeightSlot rootSlot() const
    {
        return {m_layer.weightName, m_graph.layerPrefix(m_index), m_layer.weightType, m_layer.weightShape,
                m_layer.layout};
    }

    DecodeFragment decodeNodes(const MatrixEncoding &encoding, const WeightSlot &slot) const
    {
        if (m_storage == Storage::Dense)
            return {plainFragment(encoding, slot, m_target), "plain"};
        return smallestFragment(encoding, slot, m_target);
    }

    LayerPlan asTwoNodes(const FactorEncoding &encoding) const
    {
        LayerPlan plan = atRoot();
        TwoNodes two = twoNodes(m_graph, m_index, encoding.factors[0].rows);
        DecodeFragment right = decodeNodes(encoding.factors[0], two.right);
        DecodeFragment left = decodeNodes(encoding.factors[1], two.left);
        plan.form = fmt::format("factors ({}, {})", left.form, right.form);
        plan.values = {two.left.name, two.right.name};
        plan.fragment = std::move(two.extra);
        plan.fragment.append(std::move(right.fragment));
        plan.fragment.append(std::move(left.fragment));
        plan.replacement = std::move(two.nodes);
        plan.plainBytes = plainBytes(two.left, m_target) + plainBytes(two.right, m_target);
        for (const onnx::NodeProto &node : plan.replacement)
            plan.plainBytes += fileBytes(node);
        plan.dropped = *m_graph.ownWay(m_index);
        plan.removedBytes += fileBytes(m_graph.node(m_index));
        for (const NodeRef ref : plan.dropped)
            plan.removedBytes += fileBytes(m_graph.source().content().index->node(ref));
        plan.note = encodingNote();
        return plan;
    }

    /// Factors of a layer that cannot run as two nodes make the file smaller, not the computation.
    LayerPlan multipliedOnLoading(const FactorEncoding &encoding, bool twoFactors) const
    {
        const MatrixEncoding product{m_layer.rows, m_layer.cols, {}, DenseValues{decode(encoding)}};
        LayerPlan plan = atRoot();
        plan.form = "plain";
        plan.fragment = plainFragment(product, rootSlot(), m_target);
        plan.plainBytes = fileBytes(plan.fragment, m_target);
        if (m_storage == Storage::Dense)
            return plan;
        std::string form;
        Fragment factors;
        const bool possible = twoFactors && canDecode(m_target, m_layer.weightType);
        if (possible)
            factors = productNodes(encoding, form);
        if (possible && fileBytes(factors, m_target) < plan.plainBytes) {
            plan.note = "it cannot run as two layers; its factors are multiplied when the model is loaded: a "
                        "smaller file, "
                        "the same compute";
            plan.form = std::move(form);
            plan.fragment = std::move(factors);
        } else {
            plan.note = "it cannot run as two layers, and its factors would take more room than their "
                        "product, which is stored";
        }
        return plan;
    }

    Fragment productNodes(const FactorEncoding &encoding, std::string &form) const
    {
        const WeightSlot root = rootSlot();
        const Index rank = encoding.factors[0].rows;
        const WeightSlot left{
            root.prefix + 'B', root.prefix + 'B', ElementType::Float32, {m_layer.rows, rank}, {}};
        const WeightSlot right{
            root.prefix + 'A', root.prefix + 'A', ElementType::Float32, {rank, m_layer.cols}, {}};
        DecodeFragment l = decodeNodes(encoding.factors[1], left);
        DecodeFragment r = decodeNodes(encoding.factors[0], right);
        form = fmt::format("factors ({}, {}), multiplied on loading", l.form, r.form);
        FragmentBuilder builder(m_target, root.prefix);
        builder.append(std::move(l.fragment));
        builder.append(std::move(r.fragment));
        std::string value = undoLayout(builder, builder.node("MatMul", {left.name, right.name}), root);
        if (root.type != ElementType::Float32)
            value = castTo(builder, value, root.type);
        return builder.finish(value, root.name);
    }

    const SourceGraph &m_graph;
    const ExportTarget &m_target;
    const Layer &m_layer;
    size_t m_index;
    Storage m_storage;
};

} // namespace

LayerPlan planLayer(const SourceGraph &graph, size_t layer, const Encoding &encoding, Storage storage)
{
    LayerPlan plan = std::visit(Planner(graph, layer, storage), encoding);
    plan.addedBytes = fileBytes(plan.fragment, graph.target());
    for (const onnx::NodeProto &node : plan.replacement)
        plan.addedBytes += fileBytes(node);
    return plan;
}

} // namespace lathe
