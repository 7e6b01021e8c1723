#include "ui/graph/graphpainter.h"

#include "ui/graph/channellight.h"
#include "ui/style/theme.h"

#include <QHash>
#include <QPainter>
#include <QSet>

#include <cmath>
#include <utility>

namespace lathe::ui {
namespace {

// Below these scales something is not worth painting: text of 7 px, corners and curves of a pixel.
constexpr double titlesFrom = 0.5, detailsFrom = 0.62, shapesFrom = 0.22, edgesFrom = 0.05;
constexpr double padding = 10;

QFont inScene(QFont font)
{
    font.setHintingPreference(QFont::PreferNoHinting); // widths that grow with the scale
    return font;
}

QColor greyOf(const QColor &color)
{
    const int grey = qGray(color.rgb());
    return {grey, grey, grey};
}

} // namespace

GraphPainter::GraphPainter(QPainter &painter, const GraphScene &scene, const GraphMarks &marks, double scale)
    : m_painter(painter), m_scene(scene), m_marks(marks), m_scale(scale), m_body(inScene(scaledFont(1.0))),
      m_bold(inScene(scaledFont(1.0, QFont::DemiBold))), m_small(inScene(scaledFont(titleScale)))
{
}

void GraphPainter::paint(const QRectF &area)
{
    m_painter.setRenderHint(QPainter::Antialiasing, m_scale >= shapesFrom);
    if (m_scale >= edgesFrom)
        paintEdges(area);
    const std::vector<int> items = m_scene.itemsIn(area);
    if (m_scale < shapesFrom) {
        paintDots(items);
    } else {
        for (const int item : items)
            paintItem(item);
    }
    m_painter.setRenderHint(QPainter::Antialiasing, true);
    for (const int item : items)
        if (const unsigned roles = rolesOf(item); roles != NoRole)
            paintRoles(m_painter, m_scene.items[static_cast<size_t>(item)].rect, roles, hairline());
    QSet<std::pair<QPoint, int>> ringed;
    for (const int item : items) {
        const int rings = ringsOf(item);
        if (rings == NoRing)
            continue;
        const auto place = std::pair(pixelOf(item), rings);
        if (m_scale < shapesFrom && ringed.contains(place))
            continue; // one ring would lie on the other
        ringed.insert(place);
        paintRings(item, rings);
    }
    if (m_scale >= titlesFrom)
        for (const int item : items)
            paintBadges(item);
}

QPoint GraphPainter::pixelOf(int item) const
{
    const QPointF corner = m_scene.items[static_cast<size_t>(item)].rect.topLeft() * m_scale;
    return {static_cast<int>(std::floor(corner.x())), static_cast<int>(std::floor(corner.y()))};
}

void GraphPainter::paintEdges(const QRectF &area)
{
    const std::vector<int> edges = m_scene.edgesIn(area);
    const auto touches = [this](int edge, int item) {
        const DrawnEdge &source = m_scene.edges[static_cast<size_t>(edge)].source;
        return item >= 0 && (source.from == item || source.to == item);
    };
    const auto isLit = [this](int edge) {
        return static_cast<size_t>(edge) < m_marks.litEdges.size() &&
               m_marks.litEdges[static_cast<size_t>(edge)];
    };
    if (m_scale < shapesFrom) {
        QVector<QLineF> lines;
        for (const int edge : edges) {
            const QPainterPath &path = m_scene.edges[static_cast<size_t>(edge)].path;
            lines << QLineF(path.elementAt(0), path.currentPosition());
        }
        m_painter.setPen(QPen(colors().line, 0));
        m_painter.drawLines(lines);
        for (const int edge : edges)
            if (isLit(edge))
                paintEdge(edge, Stress::Lit);
        return;
    }
    for (const int edge : edges)
        paintEdge(edge, Stress::None);
    for (const int edge : edges) // on top of the others
        if (isLit(edge))
            paintEdge(edge, Stress::Lit);
        else if (touches(edge, m_marks.current) || touches(edge, m_marks.hover))
            paintEdge(edge, Stress::Strong);
}

unsigned GraphPainter::rolesOf(int item) const
{
    const auto i = static_cast<size_t>(item);
    return i < m_marks.roles.size() ? m_marks.roles[i] : NoRole;
}

/// Those that channels go along are the widest: they can be told without their colour.
void GraphPainter::paintEdge(int index, Stress stress)
{
    const SceneEdge &edge = m_scene.edges[static_cast<size_t>(index)];
    QPen pen(colors().original, 1.2);
    if (stress == Stress::Strong)
        pen = QPen(colors().current, 2.0);
    else if (stress == Stress::Lit)
        pen = QPen(colors().third, std::max(3.2, 1.6 * hairline()));
    if (edge.detour)
        pen.setDashPattern({4, 3});
    m_painter.setPen(pen);
    m_painter.setBrush(Qt::NoBrush);
    m_painter.drawPath(edge.path);
    if (m_scale < titlesFrom)
        return;
    const QPointF tip = edge.path.currentPosition();
    QPolygonF head;
    head << tip << tip + QPointF(-3.5, -7) << tip + QPointF(3.5, -7);
    m_painter.setPen(Qt::NoPen);
    m_painter.setBrush(pen.color());
    m_painter.drawPolygon(head);
}

QColor GraphPainter::fillOf(int item) const
{
    const auto i = static_cast<size_t>(item);
    const SceneItem &what = m_scene.items[i];
    if (i < m_marks.share.size() && !std::isnan(m_marks.share[i]))
        return i < m_marks.outdated.size() && m_marks.outdated[i] ? greyOf(rampColor(m_marks.share[i]))
                                                                  : rampColor(m_marks.share[i]);
    return what.isLayer() || what.block ? colors().surface : colors().panel;
}

void GraphPainter::paintItem(int index)
{
    const auto i = static_cast<size_t>(index);
    const SceneItem &item = m_scene.items[i];
    const bool coloured = i < m_marks.share.size() && !std::isnan(m_marks.share[i]);
    const QColor fill = fillOf(index);
    const QColor quiet = isDark() ? colors().muted.darker(170) : colors().original.lighter(135);
    const QPen outline(item.isLayer() || item.block ? colors().muted : quiet, 1.0);
    if (item.block && item.repeats > 1) // a pile
        for (const double shift : {6.0, 3.0}) {
            m_painter.setPen(outline);
            m_painter.setBrush(colors().panel);
            m_painter.drawRoundedRect(item.rect.translated(shift, shift), 4, 4);
        }
    paintBody(item, fill, outline);
    const QColor ink = coloured ? inkOn(fill) : item.isLayer() || item.block ? colors().text : colors().muted;
    paintText(item, i < m_marks.text.size() ? m_marks.text[i] : QString(), ink, coloured);
}

void GraphPainter::paintBody(const SceneItem &item, const QColor &fill, const QPen &outline)
{
    m_painter.setPen(outline);
    m_painter.setBrush(fill);
    const double radius = item.terminal ? item.rect.height() / 2 : 4;
    m_painter.drawRoundedRect(item.rect, radius, radius);
}

void GraphPainter::paintText(const SceneItem &item, const QString &figure, const QColor &ink, bool coloured)
{
    if (m_scale < titlesFrom)
        return;
    const QRectF inner = item.rect.adjusted(padding, 0, -padding, 0);
    m_painter.setPen(ink);
    if (item.detail.isEmpty()) {
        m_painter.setFont(m_body);
        m_painter.drawText(item.rect, int(Qt::AlignCenter), item.title);
        return;
    }
    QRectF top = inner, bottom = inner;
    top.setBottom(inner.center().y() + 1);
    bottom.setTop(inner.center().y() + 1);
    top.adjust(0, 3, 0, 0);
    bottom.adjust(0, 0, 0, -3);
    m_painter.setFont(m_bold);
    m_painter.drawText(top, int(Qt::AlignLeft | Qt::AlignVCenter), item.title);
    const QString right = item.repeats > 1 ? QStringLiteral("×%1").arg(item.repeats) : QString();
    if (!right.isEmpty())
        m_painter.drawText(top, int(Qt::AlignRight | Qt::AlignVCenter), right);
    if (m_scale < detailsFrom)
        return;
    m_painter.setFont(m_small);
    QRectF figureRoom = item.repeats > 1 ? bottom : top;
    const double figureWidth = figure.isEmpty() ? 0 : QFontMetricsF(m_small).horizontalAdvance(figure) + 8;
    if (!figure.isEmpty())
        m_painter.drawText(figureRoom, int(Qt::AlignRight | Qt::AlignVCenter), figure);
    QColor soft = ink;
    soft.setAlphaF(coloured ? 1.0f : 0.7f); // nothing is to spare on the middle of the ramp
    m_painter.setPen(soft);
    QRectF room = bottom;
    if (item.repeats > 1)
        room.setRight(room.right() - figureWidth);
    m_painter.drawText(room, int(Qt::AlignLeft | Qt::AlignVCenter),
                       QFontMetricsF(m_small).elidedText(item.detail, Qt::ElideRight, room.width()));
}

/// At the corners, over the rings, where neither name nor figure stands.
void GraphPainter::paintBadges(int index)
{
    const auto i = static_cast<size_t>(index);
    const QRectF &rect = m_scene.items[i].rect;
    if (i < m_marks.change.size())
        paintChange(m_painter, QRectF(rect.right() - 13, rect.bottom() - 6, 20, 13), m_marks.change[i]);
    if (i >= m_marks.kept.size() || !m_marks.kept[i])
        return;
    const QRectF badge(rect.right() - 9, rect.top() - 7, 16, 16);
    m_painter.setPen(QPen(colors().muted, 1.0));
    m_painter.setBrush(colors().surface);
    m_painter.drawEllipse(badge);
    icon(QStringLiteral("keep")).paint(&m_painter, badge.adjusted(2, 2, -2, -2).toRect());
}

int GraphPainter::ringsOf(int item) const
{
    const auto i = static_cast<size_t>(item);
    int rings = NoRing;
    if (i < m_marks.hit.size() && m_marks.hit[i])
        rings |= HitRing;
    if (i < m_marks.selected.size() && m_marks.selected[i])
        rings |= SelectedRing;
    if (item == m_marks.current)
        rings |= CurrentRing;
    return rings;
}

/// Found items get a dashed ring, selected ones a thick one, the current one a thick one with a gap: each can
/// be told without its colour.
void GraphPainter::paintRings(int index, int rings)
{
    const QRectF &rect = m_scene.items[static_cast<size_t>(index)].rect;
    const double width = std::max(2.0, 2.0 * hairline());
    m_painter.setBrush(Qt::NoBrush);
    const auto ring = [&](double distance, const QPen &pen) {
        m_painter.setPen(pen);
        m_painter.drawRoundedRect(rect.adjusted(-distance, -distance, distance, distance), 4 + distance,
                                  4 + distance);
    };
    if (rings & HitRing) {
        QPen pen(colors().accent, width);
        pen.setDashPattern({3, 2});
        ring(width * (m_scale < shapesFrom ? 1.0 : 2.4), pen);
    }
    if (rings & SelectedRing)
        ring(width / 2, QPen(colors().current, width));
    if (rings & CurrentRing)
        ring(width * 1.5, QPen(colors().current, width));
}

/// So small that only place and colour count; what falls on one pixel is painted once, a layer rather than
/// what lies between layers.
void GraphPainter::paintDots(const std::vector<int> &items)
{
    const auto stands = [this](int item) {
        const SceneItem &what = m_scene.items[static_cast<size_t>(item)];
        return what.isLayer() || what.block;
    };
    QHash<QPoint, int> shown;
    for (const int item : items) {
        const QPoint pixel = pixelOf(item);
        if (stands(item) || !shown.contains(pixel))
            shown[pixel] = item;
    }
    m_painter.setPen(Qt::NoPen);
    for (const int item : items) {
        if (shown.value(pixelOf(item)) != item)
            continue;
        QColor fill = stands(item) ? fillOf(item) : colors().line;
        if (fill == colors().surface)
            fill = colors().original;
        QRectF rect = m_scene.items[static_cast<size_t>(item)].rect;
        rect.setHeight(std::max(rect.height(), hairline()));
        rect.setWidth(std::max(rect.width(), hairline()));
        m_painter.fillRect(rect, fill);
    }
}

} // namespace lathe::ui
