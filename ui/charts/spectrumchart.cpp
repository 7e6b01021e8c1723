#include "ui/charts/spectrumchart.h"

#include "ui/base/format.h"
#include "ui/charts/axisticks.h"
#include "ui/charts/plotview.h"
#include "ui/style/theme.h"

#include <QChart>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace lathe::ui {
namespace {

constexpr double reach = 8.0;           ///< pixels beside the line in which it can be taken
constexpr size_t mostPoints = 1024;     ///< more of them than pixels only cost time
constexpr double smallestDecade = -4.0; ///< below the largest value; under that there is only rounding noise

} // namespace

SpectrumChart::SpectrumChart(QWidget *parent)
    : ChartPanel(tr("SPECTRUM"),
                 tr("Select a layer to see its singular values and how many of them it needs."), parent),
      m_values(new QLineSeries), m_energy(new QLineSeries), m_xAxis(new QCategoryAxis(this)),
      m_valueAxis(new QCategoryAxis(this)), m_energyAxis(new QCategoryAxis(this))
{
    for (QCategoryAxis *axis : {m_xAxis, m_valueAxis, m_energyAxis}) {
        axis->setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
        axis->setTruncateLabels(false);
    }
    m_xAxis->setTitleText(tr("rank"));
    m_valueAxis->setTitleText(tr("singular value"));
    m_energyAxis->setTitleText(tr("energy kept (%)"));
    m_xAxis->setGridLineVisible(false);
    m_energyAxis->setGridLineVisible(false);
    m_energyAxis->setRange(0.0, 1.05);
    chart()->addAxis(m_xAxis, Qt::AlignBottom);
    chart()->addAxis(m_valueAxis, Qt::AlignLeft);
    chart()->addAxis(m_energyAxis, Qt::AlignRight);
    chart()->addSeries(m_values);
    chart()->addSeries(m_energy);
    m_values->attachAxis(m_xAxis);
    m_values->attachAxis(m_valueAxis);
    m_energy->attachAxis(m_xAxis);
    m_energy->attachAxis(m_energyAxis);
    addToLegend(new SeriesLabel(
        tr("singular values"), [] { return colors().original; }, this));
    addToLegend(new SeriesLabel(
        tr("energy"), [] { return colors().third; }, this));
    view()->setFocusPolicy(Qt::StrongFocus);
    view()->setAccessibleName(tr("Rank"));
    view()->setToolTip(tr("Drag the line, or use the arrow keys, to choose the rank."));
    setAccessibleName(tr("Singular values of the layer"));
    restyle();
    clear();
}

void SpectrumChart::setSpectrum(const Spectrum &spectrum, Index breakEven, const QString &layerName)
{
    if (layerName != m_layer) {
        m_dragging = false;
        m_rank.reset();
    }
    m_layer = layerName;
    m_spectrum = spectrum;
    m_breakEven = breakEven;
    setSubject(layerName);
    const size_t size = spectrum.singularValues.size();
    if (size == 0 || spectrum.energy.size() != size || !(spectrum.singularValues.front() > 0.0)) {
        m_spectrum = {};
        showEmpty(size == 0 ? tr("This weight has no spectrum: it holds values that are no numbers.")
                            : tr("All weights of this layer are zero."));
        return;
    }
    const double low = lowestLog();
    QList<QPointF> values, energy;
    const size_t every = size / mostPoints + 1;
    const auto add = [&](size_t i) {
        const double rank = double(i + 1);
        values << QPointF(rank, std::max(low, std::log10(std::max(spectrum.singularValues[i], 1e-300))));
        energy << QPointF(rank, spectrum.energy[i]);
    };
    for (size_t i = 0; i < size; i += every)
        add(i);
    if ((size - 1) % every != 0)
        add(size - 1);
    m_values->replace(values);
    m_energy->replace(energy);
    refreshAxes();
    showPlot();
    updateOverlay();
}

double SpectrumChart::lowestLog() const
{
    return std::max(std::log10(m_spectrum.singularValues.front()) + smallestDecade,
                    std::log10(std::max(m_spectrum.singularValues.back(), 1e-300)));
}

void SpectrumChart::refreshAxes()
{
    Ticks energyTicks;
    for (const double share : roundNumbers(0.0, 100.0, ticksUp()))
        energyTicks << std::pair(share / 100.0, number(share, 0));
    setTicks(m_energyAxis, energyTicks);
    if (fullRank() == 0)
        return;
    m_xAxis->setRange(0.0, fullRank() * 1.02);
    setTicks(m_xAxis, numberTicks(0.0, fullRank(), ticksAcross()));
    const double low = lowestLog(), high = std::log10(m_spectrum.singularValues.front());
    const double room = std::max(0.05, (high - low) * 0.05);
    m_valueAxis->setRange(low - room, high + room);
    setTicks(m_valueAxis, logTicks(low - room, high + room, ticksUp()));
}

void SpectrumChart::setRank(std::optional<int> rank)
{
    if (m_dragging)
        return;
    m_rank = rank;
    updateOverlay();
}

void SpectrumChart::clear()
{
    m_spectrum = {};
    m_layer.clear();
    m_breakEven = 0;
    m_rank.reset();
    m_dragging = false;
    setSubject({});
    showEmpty();
}

void SpectrumChart::restyle()
{
    m_values->setPen(QPen(colors().original, 2));
    m_energy->setPen(QPen(colors().third, 1.6));
    styleAxis(m_xAxis);
    styleAxis(m_valueAxis);
    styleAxis(m_energyAxis);
}

void SpectrumChart::paintOverlay(QPainter &painter)
{
    if (fullRank() == 0)
        return;
    if (m_rank) { // what is left out
        const QRectF area = plotArea();
        QColor veil = colors().surface;
        veil.setAlphaF(0.6f);
        painter.fillRect(QRectF(QPointF(xOf(shownRank()), area.top()), area.bottomRight()), veil);
    }
    paintBreakEven(painter);
    paintRank(painter);
}

void SpectrumChart::paintBreakEven(QPainter &painter) const
{
    if (m_breakEven < 1 || m_breakEven >= fullRank())
        return;
    const QRectF area = plotArea();
    const double x = xOf(double(m_breakEven));
    painter.setPen(QPen(colors().muted, 1, Qt::DashLine));
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    const double height = QFontMetricsF(scaledFont(titleScale)).height();
    drawTag(painter, QPointF(x + 3, area.bottom() - height), tr("break-even %1").arg(m_breakEven),
            colors().muted);
}

void SpectrumChart::paintRank(QPainter &painter) const
{
    const QRectF area = plotArea();
    const double x = xOf(shownRank());
    const bool on = m_rank.has_value();
    painter.setPen(QPen(colors().accent, on ? 2.0 : 1.4, on ? Qt::SolidLine : Qt::DotLine));
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    const double radius = fontMetrics().height() * 0.36;
    const QPointF handle(x, area.center().y());
    if (view()->hasFocus()) {
        QColor halo = colors().accent;
        halo.setAlphaF(0.3f);
        painter.setPen(Qt::NoPen);
        painter.setBrush(halo);
        painter.drawEllipse(handle, radius + 4, radius + 4);
    }
    painter.setPen(QPen(colors().accent, 2));
    painter.setBrush(on ? colors().accent : colors().surface);
    painter.drawEllipse(handle, radius, radius);

    const QString text = on ? tr("rank %1 · energy %2")
                                  .arg(shownRank())
                                  .arg(percent(m_spectrum.energy[size_t(shownRank() - 1)]))
                            : tr("drag to lower the rank");
    const bool left = x > area.center().x();
    const double height = QFontMetricsF(scaledFont(titleScale)).height();
    drawTag(painter, QPointF(x + (left ? -radius - 6 : radius + 6), on ? area.top() + height : handle.y()),
            text, on ? colors().text : colors().muted, left);
}

int SpectrumChart::shownRank() const
{
    return std::clamp(m_rank.value_or(fullRank()), 1, std::max(1, fullRank()));
}

bool SpectrumChart::isOverLine(double x) const
{
    return fullRank() > 1 && std::abs(x - xOf(shownRank())) <= reach;
}

void SpectrumChart::moveTo(int rank)
{
    m_rank = std::clamp(rank, 1, std::max(1, fullRank() - 1));
    view()->setAccessibleDescription(tr("Rank %1 of %2").arg(*m_rank).arg(fullRank()));
    updateOverlay();
}

bool SpectrumChart::handleViewEvent(QEvent *event)
{
    switch (event->type()) {
    case QEvent::MouseButtonPress:
    case QEvent::MouseMove:
    case QEvent::MouseButtonRelease:
        return onMouse(static_cast<QMouseEvent *>(event));
    case QEvent::KeyPress:
        return onKey(static_cast<QKeyEvent *>(event));
    default:
        return false;
    }
}

bool SpectrumChart::onMouse(QMouseEvent *event)
{
    const double x = event->position().x();
    if (event->type() == QEvent::MouseButtonPress) {
        if (event->button() != Qt::LeftButton || !isOverLine(x))
            return false;
        m_dragging = true;
        m_moved = false;
        m_grab = x - xOf(shownRank());
        view()->setFocus(Qt::MouseFocusReason);
        return true;
    }
    if (event->type() == QEvent::MouseMove) {
        view()->viewport()->setCursor(m_dragging || isOverLine(x) ? Qt::SplitHCursor : Qt::ArrowCursor);
        if (!m_dragging)
            return false;
        const std::optional<int> before = m_rank;
        moveTo(int(std::lround(valueOf(x - m_grab))));
        if (m_rank != before) {
            m_moved = true;
            emit rankDragged(*m_rank);
        }
        return true;
    }
    if (!m_dragging || event->button() != Qt::LeftButton)
        return false;
    m_dragging = false;
    if (m_moved)
        emit rankReleased(*m_rank);
    return true;
}

bool SpectrumChart::onKey(QKeyEvent *event)
{
    if (fullRank() < 2 || m_dragging)
        return false;
    const int page = std::max(1, fullRank() / 10);
    int rank = shownRank();
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Down:
        rank -= 1;
        break;
    case Qt::Key_Right:
    case Qt::Key_Up:
        rank += 1;
        break;
    case Qt::Key_PageDown:
        rank -= page;
        break;
    case Qt::Key_PageUp:
        rank += page;
        break;
    case Qt::Key_Home:
        rank = 1;
        break;
    case Qt::Key_End:
        rank = fullRank() - 1;
        break;
    default:
        return false;
    }
    const std::optional<int> before = m_rank;
    moveTo(rank);
    if (m_rank != before)
        emit rankReleased(*m_rank);
    return true;
}

QString SpectrumChart::csv() const
{
    QString text = QStringLiteral("rank,singular_value,energy\n");
    for (size_t i = 0; i < m_spectrum.singularValues.size(); ++i)
        text += QStringLiteral("%1,%2,%3\n")
                    .arg(i + 1)
                    .arg(m_spectrum.singularValues[i], 0, 'g', 9)
                    .arg(m_spectrum.energy[i], 0, 'g', 9);
    return text;
}

} // namespace lathe::ui
