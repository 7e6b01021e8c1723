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

void GraphView::setHits(const std::vector<bool> &items)
{
    m_marks.hit = items;
    update();
}

} // namespace lathe::ui
