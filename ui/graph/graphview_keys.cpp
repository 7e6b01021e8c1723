// The part of GraphView that walks by keys and says in words what it shows.
#include "ui/base/format.h"
#include "ui/graph/graphview.h"

#include <QAccessible>
#include <QKeyEvent>

#include <cmath>
#include <limits>

namespace lathe::ui {
namespace {

const Shape *shapeOf(const GraphScene &scene, int item, bool incoming)
{
    const auto &edges =
        incoming ? scene.incoming[static_cast<size_t>(item)] : scene.outgoing[static_cast<size_t>(item)];
    if (edges.empty())
        return nullptr;
    const int first = scene.edges[static_cast<size_t>(edges.front())].source.edge;
    const GraphEdge &edge = scene.document->graph.edges[static_cast<size_t>(first)];
    return edge.hasShape ? &edge.shape : nullptr;
}

} // namespace

/// The end of an edge that lies most straight above or below; -1: there is none.
int GraphView::neighbour(int key) const
{
    const auto item = static_cast<size_t>(m_marks.current);
    const bool down = key == Qt::Key_Down;
    const double x = m_scene->items[item].rect.center().x();
    int best = -1;
    double least = std::numeric_limits<double>::max();
    for (const int edge : down ? m_scene->outgoing[item] : m_scene->incoming[item]) {
        const DrawnEdge &source = m_scene->edges[static_cast<size_t>(edge)].source;
        const int other = down ? source.to : source.from;
        const QPointF there = m_scene->items[static_cast<size_t>(other)].rect.center();
        const double distance =
            std::abs(there.x() - x) + std::abs(there.y() - m_scene->items[item].rect.center().y());
        if (distance < least) {
            least = distance;
            best = other;
        }
    }
    return best;
}

/// The next item in about the same row.
int GraphView::beside(bool right) const
{
    const QRectF mine = m_scene->items[static_cast<size_t>(m_marks.current)].rect;
    const double reach = m_scene->size.width() + 1;
    const QRectF area = right ? QRectF(mine.right() + 1, mine.top() - 20, reach, mine.height() + 40)
                              : QRectF(mine.left() - 1 - reach, mine.top() - 20, reach, mine.height() + 40);
    int best = -1;
    double least = std::numeric_limits<double>::max();
    for (const int item : m_scene->itemsIn(area)) {
        const double distance =
            std::abs(m_scene->items[static_cast<size_t>(item)].rect.center().x() - mine.center().x());
        if (item != m_marks.current && distance > 1 && distance < least) {
            least = distance;
            best = item;
        }
    }
    return best;
}

void GraphView::step(int key)
{
    const int last = static_cast<int>(m_scene->items.size()) - 1;
    int next = -1;
    if (key == Qt::Key_Home || (m_marks.current < 0 && key != Qt::Key_End))
        next = 0;
    else if (key == Qt::Key_End)
        next = last;
    else if (key == Qt::Key_Left || key == Qt::Key_Right)
        next = beside(key == Qt::Key_Right);
    else
        next = neighbour(key);
    if (next < 0)
        return;
    setCurrentItem(next, true);
    reveal(next);
}

void GraphView::keyPressEvent(QKeyEvent *event)
{
    const QPointF middle(width() / 2.0, height() / 2.0);
    const bool plain = !(event->modifiers() & (Qt::ControlModifier | Qt::AltModifier));
    if (!m_scene || m_scene->items.empty() || !plain) {
        event->ignore();
        return;
    }
    switch (event->key()) {
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Home:
    case Qt::Key_End:
        step(event->key());
        return;
    case Qt::Key_PageUp:
    case Qt::Key_PageDown:
        pan({0, (event->key() == Qt::Key_PageUp ? 0.8 : -0.8) * height()});
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_marks.current < 0)
            return;
        if (m_scene->items[static_cast<size_t>(m_marks.current)].block)
            emit blockToggled(m_marks.current);
        else
            emit nodeOpened(m_marks.current, true);
        return;
    case Qt::Key_Backspace:
        if (m_marks.current >= 0 && !m_scene->items[static_cast<size_t>(m_marks.current)].block)
            emit blockToggled(m_marks.current);
        return;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        setZoom(m_zoom * 1.25, middle);
        return;
    case Qt::Key_Minus:
        setZoom(m_zoom / 1.25, middle);
        return;
    case Qt::Key_0:
        setZoom(1.0, middle);
        return;
    case Qt::Key_F:
        fit();
        return;
    case Qt::Key_S:
        for (size_t i = 0; i < m_marks.selected.size(); ++i)
            if (m_marks.selected[i]) {
                reveal(static_cast<int>(i));
                centreOn(static_cast<int>(i));
                return;
            }
        return;
    default:
        event->ignore();
    }
}

QString GraphView::toolTipOf(int index) const
{
    const auto i = static_cast<size_t>(index);
    const SceneItem &item = m_scene->items[i];
    const ModelGraph &graph = m_scene->document->graph;
    QStringList lines;
    const auto line = [&](const QString &text) { lines << text.toHtmlEscaped(); };
    if (item.block) {
        lines << QStringLiteral("<b>%1</b>").arg(item.title.toHtmlEscaped());
        const int length = (item.source.last - item.source.first) / item.repeats;
        line(item.repeats > 1 ? tr("%1 equal blocks of %2 operators each").arg(item.repeats).arg(length)
                              : tr("%n operator(s)", nullptr, length));
        line(tr("%n layer(s)", nullptr, static_cast<int>(item.layers.size())));
    } else {
        const GraphNode &node = graph.nodes[static_cast<size_t>(item.source.node)];
        lines << QStringLiteral("<b>%1</b>").arg(shownName(node.name).toHtmlEscaped());
        line(item.terminal ? (node.kind == GraphNode::Kind::Input ? tr("Input of the model")
                                                                  : tr("Output of the model"))
                           : shownName(node.op));
        if (node.constantBytes > 0)
            line(tr("%n constant(s), %1", nullptr, node.constants).arg(bytes(node.constantBytes)));
        if (node.subgraphs > 0)
            line(tr("%n graph(s) inside, not drawn", nullptr, node.subgraphs));
    }
    if (const Shape *shape = shapeOf(*m_scene, index, true))
        line(tr("in %1").arg(dimensions(*shape)));
    if (const Shape *shape = shapeOf(*m_scene, index, false))
        line(tr("out %1").arg(dimensions(*shape)));
    if (m_quantity && i < m_marks.text.size() && !m_marks.text[i].isEmpty())
        line(QStringLiteral("%1: %2").arg(m_quantity->name, m_marks.text[i]));
    if (i < m_marks.outdated.size() && m_marks.outdated[i])
        line(tr("Of the recipe before; it is being computed."));
    if (i < m_marks.change.size() && m_marks.change[i] != LayerChange::None)
        line(changeName(m_marks.change[i]));
    if (const QStringList channels = channelTexts(index); !channels.isEmpty())
        line(tr("Channels of the selected layer: %1").arg(channels.join(QStringLiteral(", "))));
    line(item.block ? tr("Double-click or Enter opens it")
                    : tr("A click or Enter shows all that is known of it"));
    return QStringLiteral("<p style='white-space:pre'>%1</p>").arg(lines.join(QStringLiteral("<br>")));
}

/// For those who hear the window instead of seeing it.
void GraphView::describeCurrent()
{
    QString text;
    if (m_scene && m_marks.current >= 0) {
        const auto i = static_cast<size_t>(m_marks.current);
        const SceneItem &item = m_scene->items[i];
        const QString name = // whole: what is heard is not short of room
            item.isLayer() && !item.block
                ? shownName(m_scene->document->graph.nodes[static_cast<size_t>(item.source.node)].name)
                : item.detail;
        text = tr("%1 %2, %3 of %4")
                   .arg(item.title, name, QString::number(i + 1), QString::number(m_scene->items.size()));
        if (i < m_marks.change.size() && m_marks.change[i] != LayerChange::None)
            text += QStringLiteral(", ") + changeName(m_marks.change[i]);
        if (i < m_marks.text.size() && !m_marks.text[i].isEmpty())
            text += QStringLiteral(", ") + m_marks.text[i];
        for (const QString &channels : channelTexts(m_marks.current))
            text += QStringLiteral(", ") + channels;
    }
    if (text == accessibleDescription())
        return;
    setAccessibleDescription(text);
    QAccessibleEvent event(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&event);
}

} // namespace lathe::ui
