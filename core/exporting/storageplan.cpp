#include "core/exporting/storageplan.h"

#include "core/exporting/factorize.h"
#include "core/exporting/productnodes.h"
#include "core/storage/matmulnbits.h"
#include "core/storage/storageforms.h"

#include <algorithm>

namespace lathe {
namespace {

Message formName(Storage storage)
{
    switch (storage) {
    case Storage::Compact:
    case Storage::Dense:
        break;
    case Storage::QdqInt8:
        return Message::tr("8-bit QDQ");
    case Storage::QdqInt4:
        return Message::tr("4-bit QDQ");
    case Storage::MatMulNBits:
        return Message::verbatim("MatMulNBits");
    case Storage::Sparse:
        return Message::tr("sparse initializer");
    }
    return {};
}

/// Whether the constant is one matrix that only lies in another order.
bool isOneMatrix(const Layer &layer)
{
    const auto &steps = layer.layout.steps;
    return layer.weightShape.size() == 2 && std::none_of(steps.begin(), steps.end(), [](const auto &step) {
               return step.kind == LayoutStep::Kind::Reshape;
           });
}

class StoragePlanner {
public:
    StoragePlanner(const SourceGraph &graph, size_t layer, Storage storage, const Vector &biasShift,
                   const Tensor *bias)
        : m_graph(graph), m_target(graph.target()), m_layer(graph.source().layers()[layer]), m_index(layer),
          m_storage(storage), m_biased(withBias(graph, layer, biasShift, bias))
    {
    }

    StoragePlan run(const Encoding *encoding)
    {
        if (encoding) {
            atRoot();
            std::visit(*this, *encoding);
            noteEncoding();
            noteRounding();
        } else {
            m_plan.home = m_graph.source().content().sites[m_index].graph;
        }
        applyBias();
        noteGoneInputs();
        count();
        return std::move(m_plan);
    }

    void operator()(const MatrixEncoding &encoding)
    {
        m_plan.plainBytes = plainBytes(rootSlot(), m_target);
        m_plan.decoded = {{rootSlot()}};
        if (m_storage == Storage::MatMulNBits && asNBits(encoding))
            return;
        DecodeFragment decoded = store(encoding, rootSlot());
        m_plan.form = std::move(decoded.form);
        m_plan.fragment = std::move(decoded.fragment);
    }

    void operator()(const FactorEncoding &encoding)
    {
        if (runsAsChain(m_graph, m_index, encoding))
            asChain(encoding);
        else
            multipliedOnLoading(encoding);
    }

private:
    void atRoot()
    {
        const ConstantPlace place = m_graph.constantOf(m_index);
        m_plan.home = place.definition.graph;
        m_plan.gone.push_back({m_layer.weightName, place});
        m_plan.values = {m_layer.weightName};
        m_plan.layouts = {m_layer.layout};
    }

    /// From IR 4 on a constant that is listed as an input is a default that may be replaced when the model is
    /// run; before, all of them are listed.
    void noteGoneInputs()
    {
        if (m_target.listConstants)
            return;
        for (const GoneConstant &constant : m_plan.gone)
            if (constant.place.definition.graph == 0 && m_graph.listingBytes(constant.name) > 0)
                m_plan.notes.push_back(Message::tr(
                    "its constant \"{}\" was also an input that could be fed, and is none any more",
                    constant.name));
    }

    WeightSlot rootSlot() const
    {
        return {m_layer.weightName, m_graph.layerPrefix(m_index), m_layer.weightType, m_layer.weightShape,
                m_layer.layout};
    }

    /// In the wanted form where the matrix has it exactly, else in the smallest.
    DecodeFragment store(const MatrixEncoding &encoding, const WeightSlot &slot)
    {
        if (m_storage == Storage::Dense)
            return {plainFragment(encoding, slot, m_target), Message::tr("plain")};
        if (canDecode(m_target, slot.type)) {
            Possible<DecodeFragment> wanted = Message();
            if (m_storage == Storage::QdqInt8 || m_storage == Storage::QdqInt4)
                wanted = qdqFragment(encoding, slot, m_target, m_storage == Storage::QdqInt8 ? 8 : 4);
            else if (m_storage == Storage::Sparse)
                wanted = sparseFragment(encoding, slot, m_target, m_graph.source().irVersion());
            if (auto *fragment = std::get_if<DecodeFragment>(&wanted)) {
                m_usesQdq = m_usesQdq || m_storage != Storage::Sparse;
                return std::move(*fragment);
            }
            noteOtherForm(std::get<Message>(wanted));
        }
        return smallestFragment(encoding, slot, m_target);
    }

    void noteOtherForm(const Message &why)
    {
        if (why.empty() || m_otherForm)
            return;
        m_otherForm = true;
        m_plan.notes.push_back(Message::tr("it has no exact form as {} and is stored compactly instead: {}",
                                           formName(m_storage), why));
    }

    bool asNBits(const MatrixEncoding &encoding)
    {
        const std::optional<std::vector<NodeRef>> way = m_graph.ownWay(m_index);
        if (!way || (m_layer.kind == LayerKind::MatMul && !isOneMatrix(m_layer))) {
            noteOtherForm(way ? Message::tr("its constant is not one matrix")
                              : Message::tr("something else reads its constant too"));
            return false;
        }
        if (!useNBits(m_biased.node, encoding, rootSlot(), m_plan.decoded.front()))
            return false;
        m_plan.form = m_nbitsForm;
        m_plan.dropped = *way;
        return true;
    }

    /// Puts the product into the plan as MatMulNBits, if it can.
    bool useNBits(const onnx::NodeProto &node, const MatrixEncoding &encoding, const WeightSlot &slot,
                  DecodedValue &decoded)
    {
        const int input = m_graph.source().content().sites[m_index].input;
        auto found = matMulNBits(node, input, m_graph.computeType(m_index), encoding, slot, m_target);
        auto *product = std::get_if<ProductNode>(&found);
        if (!product) {
            noteOtherForm(std::get<Message>(found));
            return false;
        }
        std::move(product->nodes.begin(), product->nodes.end(), std::back_inserter(m_plan.replacement));
        m_plan.fragment.append(std::move(product->constants));
        m_nbitsForm = std::move(product->form);
        decoded.asMatrix = true;
        return true;
    }

    void asChain(const FactorEncoding &encoding)
    {
        FactorNodes chain = factorNodes(m_graph, m_index, m_biased.node, encoding);
        m_plan.fragment = std::move(chain.extra);
        m_plan.values.clear();
        m_plan.layouts.clear();
        m_plan.dropped = *m_graph.ownWay(m_index);
        std::vector<Message> forms;
        for (size_t i = 0; i < chain.slots.size(); ++i) {
            const WeightSlot &slot = chain.slots[i];
            m_plan.values.push_back(slot.name);
            m_plan.layouts.push_back(slot.layout);
            m_plan.decoded.push_back({slot});
            m_plan.plainBytes += plainBytes(slot, m_target) + fileBytes(chain.nodes[i]);
            forms.push_back(storeFactor(encoding.factors[i], chain.nodes[i]));
        }
        m_plan.form = Message::tr("factors ({})", enumeration(forms));
    }

    Message storeFactor(const MatrixEncoding &factor, onnx::NodeProto &node)
    {
        const WeightSlot slot = m_plan.decoded.back().slot;
        if (m_storage == Storage::MatMulNBits && useNBits(node, factor, slot, m_plan.decoded.back()))
            return m_nbitsForm;
        DecodeFragment decoded = store(factor, slot);
        m_plan.fragment.append(std::move(decoded.fragment));
        m_plan.replacement.push_back(std::move(node));
        return decoded.form;
    }

    /// Factors of a layer that cannot run as several nodes make the file smaller, not the computation.
    void multipliedOnLoading(const FactorEncoding &encoding)
    {
        const MatrixEncoding product{m_layer.rows, m_layer.cols, {}, DenseValues{decode(encoding)}};
        m_plan.form = Message::tr("plain");
        m_plan.fragment = plainFragment(product, rootSlot(), m_target);
        m_plan.plainBytes = fileBytes(m_plan.fragment, m_target);
        m_plan.decoded = {{rootSlot()}};
        if (m_storage == Storage::Dense)
            return;
        if (canDecode(m_target, m_layer.weightType)) {
            ProductNodes nodes = productNodes(
                encoding, rootSlot(), m_target,
                [this](const MatrixEncoding &matrix, const WeightSlot &slot) { return store(matrix, slot); });
            if (fileBytes(nodes.fragment, m_target) < m_plan.plainBytes) {
                m_plan.form = std::move(nodes.form);
                m_plan.fragment = std::move(nodes.fragment);
                m_plan.decoded.clear();
                for (WeightSlot &slot : nodes.slots)
                    m_plan.decoded.push_back({std::move(slot)});
                m_plan.notes.push_back(
                    encoding.residual
                        ? Message::tr("its factors and what they leave over are added up when the model is "
                                      "loaded, for it cannot run as several layers: a smaller file, the same "
                                      "compute")
                        : Message::tr(
                              "its factors are multiplied when the model is loaded, for it cannot run "
                              "as several layers: a smaller file, the same compute"));
                return;
            }
        }
        m_plan.notes.push_back(
            Message::tr("it cannot run as several layers, and its factors would take more room than "
                        "their product, which is stored"));
    }

    /// Where nothing can be unpacked, the decoded values are the smallest that can be stored.
    void noteEncoding()
    {
        if (m_storage == Storage::Dense || canDecode(m_target, m_layer.weightType))
            return;
        const int64_t needed =
            m_layer.weightType == ElementType::BFloat16 ? oldestBFloat16Opset : oldestDecodingOpset;
        m_plan.notes.push_back(Message::tr("its values are stored as plain {}: operators that unpack codes "
                                           "and masks came with opset {}, and the model is of opset {}",
                                           elementTypeName(m_layer.weightType), needed, m_target.opset));
    }

    /// ONNX Runtime makes MatMulNBits of DequantizeLinear and a product, by default a coarser one.
    void noteRounding()
    {
        const onnx::NodeProto &node = m_biased.node;
        const bool isProduct = m_layer.kind == LayerKind::MatMul ||
                               (m_layer.kind == LayerKind::Gemm && intAttribute(node, "transB", 0) == 0);
        if (m_usesQdq && isProduct && m_graph.source().content().sites[m_index].input == 1)
            m_plan.notes.push_back(
                Message::tr("ONNX Runtime rounds its inputs to 8 bits, unless its session option "
                            "session.qdq_matmulnbits_accuracy_level is 1, as it is here"));
    }

    void applyBias()
    {
        if (!m_biased.obstacle.empty())
            m_plan.notes.push_back(Message::tr("its bias is not corrected: {}", m_biased.obstacle));
        if (m_biased.bias.empty())
            return;
        if (m_plan.replacement.empty()) {
            m_plan.replacement.push_back(m_biased.node);
            m_plan.plainBytes += fileBytes(m_biased.node);
        }
        auto &nodes = m_plan.replacement;
        nodes.insert(nodes.begin(), m_biased.before.begin(), m_biased.before.end());
        nodes.insert(nodes.end(), m_biased.after.begin(), m_biased.after.end());
        m_plan.plainBytes += fileBytes(m_biased.constants, m_target);
        for (const auto *more : {&m_biased.before, &m_biased.after})
            for (const onnx::NodeProto &node : *more)
                m_plan.plainBytes += fileBytes(node);
        m_plan.fragment.append(m_biased.constants);
        m_plan.gone.insert(m_plan.gone.end(), m_biased.gone.begin(), m_biased.gone.end());
        m_plan.bias = m_biased.bias;
    }

    void count()
    {
        m_plan.addedBytes = fileBytes(m_plan.fragment, m_target);
        for (const onnx::NodeProto &node : m_plan.replacement)
            m_plan.addedBytes += fileBytes(node);
        for (const GoneConstant &constant : m_plan.gone)
            m_plan.removedBytes += constant.place.fileBytes + m_graph.listingBytes(constant.name);
        for (const NodeRef ref : m_plan.dropped)
            m_plan.removedBytes += fileBytes(m_graph.source().content().index->node(ref));
        if (!m_plan.replacement.empty())
            m_plan.removedBytes += fileBytes(m_graph.node(m_index));
    }

    const SourceGraph &m_graph;
    const ExportTarget &m_target;
    const Layer &m_layer;
    size_t m_index;
    Storage m_storage;
    BiasedNode m_biased;
    StoragePlan m_plan;
    Message m_nbitsForm;
    bool m_otherForm = false; ///< it has been noted
    bool m_usesQdq = false;
};

Tensor valueOf(const DecodedValue &decoded, const Matrix &matrix)
{
    if (decoded.asMatrix)
        return makeTensor({matrix.rows(), matrix.cols()},
                          {matrix.data(), static_cast<size_t>(matrix.size())});
    return fromFloats(decoded.slot.type, decoded.slot.shape, matrixToConstant(decoded.slot.layout, matrix));
}

} // namespace

LayerCode ownCode(const Layer &layer, const LayerCode &code)
{
    return {layer.tiedTo ? nullptr : code.weight, code.biasShift};
}

StoragePlan planStorage(const SourceGraph &graph, size_t layer, const LayerCode &own, Storage storage,
                        const Tensor *bias)
{
    return StoragePlanner(graph, layer, storage, own.biasShift, bias).run(own.weight.get());
}

std::vector<Tensor> decodedValues(const StoragePlan &plan, const Encoding &encoding)
{
    const auto *factors = std::get_if<FactorEncoding>(&encoding);
    if (!factors || plan.decoded.size() == 1)
        return {valueOf(plan.decoded.front(), decode(encoding))};
    std::vector<Tensor> values;
    for (size_t i = 0; i < factors->factors.size(); ++i)
        values.push_back(valueOf(plan.decoded[i], decode(factors->factors[i])));
    if (factors->residual)
        values.push_back(valueOf(plan.decoded.back(), decode(*factors->residual)));
    return values;
}

} // namespace lathe
