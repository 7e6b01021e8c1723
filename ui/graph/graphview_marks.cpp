// The part of GraphView that keeps what is drawn on the items: colours, figures, marks, selection.
#include "ui/graph/graphview.h"

#include <algorithm>
#include <cmath>

namespace lathe::ui {

void GraphView::setQuantity(const GraphQuantity *quantity, const GraphScale &scale,
                            const std::vector<bool> &outdated)
{
    m_quantity = quantity;
    m_outdated = outdated;
    m_scale = scale;
    refreshValues();
    update();
}

void GraphView::setKept(const std::vector<bool> &layers)
{
    m_kept = layers;
    refreshKept();
    update();
}

bool GraphView::isKept(int item) const
{
    return item >= 0 && static_cast<size_t>(item) < m_marks.kept.size() &&
           m_marks.kept[static_cast<size_t>(item)];
}

void GraphView::refreshKept()
{
    m_marks.kept.clear();
    if (!m_scene)
        return;
    const auto isKeptLayer = [this](int layer) {
        return static_cast<size_t>(layer) < m_kept.size() && m_kept[static_cast<size_t>(layer)];
    };
    for (const SceneItem &item : m_scene->items)
        m_marks.kept.push_back(item.isLayer() && std::ranges::all_of(item.layers, isKeptLayer));
}

void GraphView::refreshValues()
{
    m_marks.share.clear();
    m_marks.text.clear();
    m_marks.outdated.clear();
    if (!m_scene || !m_quantity || !m_quantity->isKnown())
        return;
    m_marks.share.reserve(m_scene->items.size());
    for (const SceneItem &item : m_scene->items) {
        const double value = item.isLayer() ? m_quantity->combined(item.layers) : std::nan("");
        m_marks.share.push_back(static_cast<float>(m_scale.shareOf(value)));
        m_marks.text.push_back(std::isnan(value) ? QString() : m_quantity->text(value));
        m_marks.outdated.push_back(std::ranges::any_of(item.layers, [this](int layer) {
            return static_cast<size_t>(layer) < m_outdated.size() && m_outdated[static_cast<size_t>(layer)];
        }));
    }
}

void GraphView::setChanges(const std::vector<LayerChange> &layers)
{
    m_changes = layers;
    refreshChanges();
    update();
}

/// A block has the mark of the layer in it that changes most.
void GraphView::refreshChanges()
{
    m_marks.change.clear();
    if (!m_scene || m_changes.empty())
        return;
    for (const SceneItem &item : m_scene->items) {
        LayerChange change = LayerChange::None;
        for (const int layer : item.layers)
            if (static_cast<size_t>(layer) < m_changes.size())
                change = std::max(change, m_changes[static_cast<size_t>(layer)]);
        m_marks.change.push_back(change);
    }
}

void GraphView::setSelectedLayers(const QVector<int> &layers)
{
    m_layers = layers;
    m_marks.selected.clear();
    if (!m_scene)
        return;
    m_marks.selected.assign(m_scene->items.size(), false);
    for (const int layer : layers)
        if (const int item = m_scene->itemOfLayer(layer); item >= 0)
            m_marks.selected[static_cast<size_t>(item)] = true;
    update();
}

void GraphView::setChannels(const ChannelLight &light)
{
    m_light = light;
    refreshChannels();
    describeCurrent();
    update();
}

/// A block has the roles of all that is in it.
void GraphView::refreshChannels()
{
    m_marks.roles.clear();
    m_marks.litEdges.clear();
    if (!m_scene || m_light.roles.size() != m_scene->document->graph.nodes.size())
        return;
    for (const SceneItem &item : m_scene->items) {
        unsigned roles = NoRole;
        for (int node = item.source.first; node < item.source.last; ++node)
            roles |= m_light.roles[static_cast<size_t>(node)];
        m_marks.roles.push_back(roles);
    }
    m_marks.litEdges.assign(m_scene->edges.size(), false);
    const std::vector<GraphEdge> &edges = m_scene->document->graph.edges;
    for (size_t e = 0; e < edges.size(); ++e) {
        if (!m_light.edges[e])
            continue;
        const int from = m_scene->itemOfNode[static_cast<size_t>(edges[e].from)];
        const int to = m_scene->itemOfNode[static_cast<size_t>(edges[e].to)];
        for (const int drawn : m_scene->outgoing[static_cast<size_t>(from)])
            if (m_scene->edges[static_cast<size_t>(drawn)].source.to == to)
                m_marks.litEdges[static_cast<size_t>(drawn)] = true;
    }
}

/// What the item has to do with the channels that are lit.
QStringList GraphView::channelTexts(int item) const
{
    QStringList texts;
    if (static_cast<size_t>(item) >= m_marks.roles.size())
        return texts;
    for (const ChannelRole role : {MakesChannels, ReadsChannels, PassesChannels})
        if (m_marks.roles[static_cast<size_t>(item)] & role)
            texts << roleName(role);
    const DrawnItem &source = m_scene->items[static_cast<size_t>(item)].source;
    for (int node = source.first; node < source.last; ++node)
        if (const QString reason = m_light.reasons.value(node); !reason.isEmpty() && !texts.contains(reason))
            texts << reason;
    return texts;
}

void GraphView::setHits(const std::vector<bool> &items)
{
    m_marks.hit = items;
    update();
}

} // namespace lathe::ui
