#include "core/compress/nextnormalizations.h"

#include "core/model/proto.h"
#include "core/onnx/constants.h"
#include "core/onnx/graphview.h"

#include <algorithm>
#include <set>

namespace lathe {
namespace {

constexpr int64_t inferenceOpset =
    7; ///< before it a BatchNormalization says by an attribute whether it trains
constexpr int meanInput = 3, varianceInput = 4;

bool isNormalization(const onnx::NodeProto &node)
{
    return node.op_type() == "BatchNormalization" && isStandardDomain(node.domain());
}

class Finder {
public:
    explicit Finder(const Model &model) : m_model(model), m_content(model.content()), m_view(*m_content.view)
    {
        for (const LayerSite &site : m_content.sites)
            if (site.graph == 0)
                m_layerNodes.insert(site.node);
    }

    /// The nodes of normalizations behind the layer.
    std::vector<int> behind(size_t layer) const
    {
        std::vector<int> found;
        const LayerSite &site = m_content.sites[layer];
        if (site.graph != 0)
            return found;
        std::set<int> seen{site.node};
        std::vector<int> open{site.node};
        while (!open.empty()) {
            const int node = open.back();
            open.pop_back();
            for (const std::string &value : nodeAt(node).output())
                for (const GraphView::Use &use : m_view.readers(0, value)) {
                    const int reader = use.node.node;
                    if (use.node.graph != 0 || m_layerNodes.contains(reader) || !seen.insert(reader).second)
                        continue;
                    (isNormalization(nodeAt(reader)) ? found : open).push_back(reader);
                }
        }
        std::ranges::sort(found);
        return found;
    }

    bool canBeMeasured(int normalization) const
    {
        const onnx::NodeProto &node = nodeAt(normalization);
        const auto outputs =
            std::ranges::count_if(node.output(), [](const auto &name) { return !name.empty(); });
        return m_model.opset() >= inferenceOpset && intAttribute(node, "training_mode", 0) == 0 &&
               intAttribute(node, "spatial", 1) == 1 && outputs == 1 && node.input_size() > varianceInput &&
               isOwnConstant(node.input(meanInput)) && isOwnConstant(node.input(varianceInput));
    }

    NextNormalization described(int normalization) const
    {
        const onnx::NodeProto &node = nodeAt(normalization);
        return {node.output(0), node.input(meanInput), node.input(varianceInput)};
    }

private:
    const onnx::NodeProto &nodeAt(int node) const { return m_content.index->node(NodeRef{0, node}); }

    bool isOwnConstant(const std::string &name) const
    {
        const auto found = m_content.index->find(0, name);
        if (!found || found->kind == Definition::Kind::SparseInitializer || !m_view.onlyReader(0, name))
            return false;
        const auto info = constantInfo(*m_content.index, *found);
        return info && info->type == ElementType::Float32 && info->shape.size() == 1;
    }

    const Model &m_model;
    const Model::Content &m_content;
    const GraphView &m_view;
    std::set<int> m_layerNodes;
};

} // namespace

NextNormalizations::NextNormalizations(const Model &model) : m_layers(model.layers().size())
{
    const Finder finder(model);
    for (size_t i = 0; i < m_layers.size(); ++i) {
        const std::vector<int> found = finder.behind(i);
        for (const int node : found)
            if (finder.canBeMeasured(node))
                m_layers[i].behind.push_back(finder.described(node));
        if (m_layers[i].behind.empty())
            m_layers[i].obstacle =
                found.empty()
                    ? Message::tr("no batch normalization takes what it gives before another layer does")
                    : Message::tr("the normalization behind it has no float32 statistics of its own");
    }
}

} // namespace lathe
