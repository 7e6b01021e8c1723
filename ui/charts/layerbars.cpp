#include "ui/charts/layerbars.h"

#include "ui/charts/plotview.h"
#include "ui/style/theme.h"

#include <QCategoryAxis>
#include <QKeyEvent>
#include <QLocale>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace lathe::ui {

LayerBars::LayerBars(const QString &title, const QString &emptyText, QWidget *parent)
    : DrawnChart(title, emptyText, parent)
{
    xAxis()->setTitleText(tr("layer"));
    connect(this, &DrawnChart::itemClicked, this, &LayerBars::layerClicked);
}

void LayerBars::setLayers(int layers)
{
    if (layers != m_layers)
        setHovered(-1);
    m_layers = layers;
    if (layers == 0) {
        showEmpty();
        return;
    }
    refreshAxes();
    showPlot();
}

void LayerBars::setSelected(const QVector<int> &layers)
{
    m_selected = layers;
    m_isSelected.assign(layers.isEmpty() ? 0 : size_t(std::ranges::max(layers)) + 1, false);
    for (const int layer : layers)
        m_isSelected[size_t(layer)] = true;
    updateOverlay();
}

void LayerBars::refreshAxes()
{
    const Axis heights = heightAxis();
    m_ground = heights.low;
    xAxis()->setRange(-0.5, std::max<double>(1.0, m_layers) - 0.5);
    yAxis()->setRange(heights.low, heights.high);
    Ticks layers;
    for (const double layer : roundNumbers(0.0, m_layers - 1.0, ticksAcross()))
        if (layer == std::floor(layer))
            layers << std::pair(layer, QLocale().toString(qint64(layer) + 1));
    setTicks(xAxis(), layers);
    setTicks(yAxis(), heights.ticks);
    updateOverlay();
}

QColor LayerBars::inked(QColor colour, int layer) const
{
    if (hasSelection() && !isSelected(layer) && layer != hovered())
        colour.setAlphaF(colour.alphaF() * 0.5F);
    return colour;
}

QPointF LayerBars::positionOf(int layer) const
{
    return at(layer, heightOf(layer));
}

QRectF LayerBars::barOf(int layer, double height) const
{
    const double half = 0.4;
    QRectF bar(at(layer - half, height), at(layer + half, m_ground));
    bar.setWidth(std::max(bar.width(), 1.0));
    bar.setTop(std::min(bar.top(), bar.bottom() - 1.0));
    return bar;
}

int LayerBars::itemAt(QPointF position) const
{
    const auto layer = static_cast<int>(std::lround(valueAt(position.x())));
    return layer >= 0 && layer < m_layers ? layer : -1;
}

void LayerBars::paintItems(QPainter &painter)
{
    painter.setRenderHint(QPainter::Antialiasing, false);
    const double each = plotArea().width() / double(m_layers);
    const auto together = static_cast<int>(std::max(1.0, std::ceil(2.0 / std::max(each, 1e-6))));
    for (int first = 0; first < m_layers; first += together) {
        int highest = first;
        for (int i = first; i < std::min(first + together, m_layers); ++i)
            if (heightOf(i) > heightOf(highest))
                highest = i;
        paintBar(painter, highest);
    }
    painter.setRenderHint(QPainter::Antialiasing);
    for (const int layer : m_selected)
        if (layer >= 0 && layer < m_layers)
            paintMark(painter, layer);
}

void LayerBars::paintMark(QPainter &painter, int layer) const
{
    const QPointF foot = at(layer, m_ground);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colors().accent);
    painter.drawPolygon(QPolygonF({foot - QPointF(0, 1), foot + QPointF(-4, 5), foot + QPointF(4, 5)}));
}

bool LayerBars::step(int by)
{
    if (m_layers == 0)
        return false;
    const int from = m_selected.isEmpty() ? (by > 0 ? -1 : m_layers) : m_selected.first();
    const int to = std::clamp(from + by, 0, m_layers - 1);
    setHovered(to);
    if (to != from || m_selected.size() > 1)
        emit layerClicked(to);
    return true;
}

bool LayerBars::handleViewEvent(QEvent *event)
{
    if (event->type() != QEvent::KeyPress)
        return DrawnChart::handleViewEvent(event);
    switch (static_cast<QKeyEvent *>(event)->key()) { // what the others walk over is chosen here
    case Qt::Key_Left:
        return step(-1);
    case Qt::Key_Right:
        return step(1);
    default:
        return DrawnChart::handleViewEvent(event);
    }
}

} // namespace lathe::ui
