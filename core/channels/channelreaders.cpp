#include "core/channels/channelreaders.h"

#include "core/model/proto.h"
#include "core/onnx/graphview.h"

#include <numeric>
#include <set>

namespace lathe {
namespace {

/// Where on an axis of the stored constant each column of the layer's matrix lies: [groups * cols]; empty
/// where that is not the same in all rows of a group.
std::vector<int32_t> columnPlaces(const Layer &layer, size_t axis)
{
    const Shape &shape = layer.weightShape;
    if (axis >= shape.size() || layer.rows % layer.groups != 0)
        return {};
    const int64_t inner = std::accumulate(shape.begin() + static_cast<ptrdiff_t>(axis) + 1, shape.end(),
                                          int64_t(1), std::multiplies<>());
    std::vector<float> stored(static_cast<size_t>(elementCount(shape)));
    for (size_t i = 0; i < stored.size(); ++i) // of less than 2^24 places, so that floats are exact
        stored[i] = static_cast<float>(static_cast<int64_t>(i) / inner % shape[axis]);
    const Matrix matrix = constantToMatrix(layer.layout, stored, layer.rows, layer.cols);
    const Index rows = layer.rows / layer.groups;
    std::vector<int32_t> places;
    for (Index g = 0; g < layer.groups; ++g) {
        const auto part = matrix.middleRows(g * rows, rows);
        if ((part.rowwise() - part.row(0)).any())
            return {};
        for (Index c = 0; c < layer.cols; ++c)
            places.push_back(static_cast<int32_t>(part(0, c)));
    }
    return places;
}

/// Layers of one weight are tied to the first, however each of them reads it.
bool readAlike(const Layer &a, const Layer &b)
{
    return a.layout.steps == b.layout.steps && a.rows == b.rows && a.cols == b.cols && a.groups == b.groups;
}

class Finder {
public:
    Finder(const Model &model, const ChannelGroup &group)
        : m_layers(model.layers()), m_content(model.content()), m_group(group)
    {
    }

    ChannelReaders run()
    {
        for (const ChannelUse &use : m_group.uses)
            if (use.summed && use.stored)
                for (size_t i = 0; i < m_layers.size(); ++i)
                    if (reads(i, use))
                        add(i, use);
        for (const std::string &node : m_group.readers)
            if (!m_met.contains(node))
                m_result.others.emplace_back(node, reasonOf(node));
        return std::move(m_result);
    }

private:
    std::string nodeOf(size_t layer) const
    {
        return nodeLabel(m_content.proto.graph().node(m_content.sites[layer].node));
    }

    bool reads(size_t layer, const ChannelUse &use) const
    {
        const LayerSite &site = m_content.sites[layer];
        return site.graph == 0 && m_layers[layer].weightName == use.tensor &&
               (use.readerIndex < 0 || use.readerIndex == site.node);
    }

    void add(size_t layer, const ChannelUse &use)
    {
        m_met.insert(nodeOf(layer));
        const Layer &described = m_layers[layer];
        if (described.tiedTo && readAlike(described, m_layers[*described.tiedTo]))
            return;
        std::vector<int32_t> places;
        Message obstacle = described.untouchable;
        if (obstacle.empty() && described.weightType == ElementType::Float64)
            obstacle = Message::tr("its weight has more digits than are computed with");
        if (obstacle.empty() && !isItsOwn(layer))
            obstacle = Message::tr("something else reads its weight too");
        if (obstacle.empty() && (places = columnPlaces(described, use.axis)).empty())
            obstacle = Message::tr("its columns are not what it sums over");
        if (obstacle.empty())
            m_result.readers.push_back({layer, &use, std::move(places)});
        else
            m_result.others.emplace_back(described.name, obstacle);
    }

    /// Read by this layer and what is tied to it alone, through nodes that only reorder it.
    bool isItsOwn(size_t layer) const
    {
        std::set<std::pair<int, int>> sites; // of nodes, with the input that is the weight
        for (size_t i = 0; i < m_layers.size(); ++i)
            if (m_content.sites[i].graph == 0 &&
                (i == layer || (m_layers[i].tiedTo == layer && readAlike(m_layers[i], m_layers[layer]))))
                sites.emplace(m_content.sites[i].node, m_content.sites[i].input);
        return endsAt(sites, m_layers[layer].weightName);
    }

    bool endsAt(const std::set<std::pair<int, int>> &sites, std::string_view value) const
    {
        if (m_content.view->isOutput(0, value))
            return false;
        return std::ranges::all_of(m_content.view->readers(0, value), [&](const GraphView::Use &use) {
            if (use.node.graph != 0)
                return false;
            if (sites.contains({use.node.node, use.input}))
                return true;
            const onnx::NodeProto &node = m_content.index->node(use.node);
            const bool reorders = node.op_type() == "Transpose" || node.op_type() == "Reshape" ||
                                  node.op_type() == "Identity" || node.op_type() == "Flatten" ||
                                  node.op_type() == "Squeeze" || node.op_type() == "Unsqueeze";
            return reorders && use.input == 0 && endsAt(sites, node.output(0));
        });
    }

    Message reasonOf(const std::string &node) const
    {
        for (size_t i = 0; i < m_layers.size(); ++i)
            if (m_content.sites[i].graph == 0 && nodeOf(i) == node && !m_layers[i].untouchable.empty())
                return m_layers[i].untouchable;
        return Message::tr("its weight is not one constant");
    }

    const std::vector<Layer> &m_layers;
    const Model::Content &m_content;
    const ChannelGroup &m_group;
    std::set<std::string> m_met; ///< labels of nodes
    ChannelReaders m_result;
};

} // namespace

ChannelReaders readersOf(const Model &model, const ChannelGroup &group)
{
    return Finder(model, group).run();
}

std::vector<int32_t> channelsByPlace(const ChannelUse &use)
{
    std::vector<int32_t> channels(static_cast<size_t>(use.length), -1);
    for (size_t c = 0; c + 1 < use.begins.size(); ++c)
        for (const int32_t place : use.of(c))
            channels[static_cast<size_t>(place)] = static_cast<int32_t>(c);
    return channels;
}

} // namespace lathe
