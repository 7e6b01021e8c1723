#include "ui/charts/errorchart.h"

#include "ui/base/format.h"
#include "ui/base/tabletext.h"
#include "ui/charts/axisticks.h"
#include "ui/charts/plotview.h"
#include "ui/style/theme.h"

#include <QCategoryAxis>
#include <QKeyEvent>
#include <QLocale>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace lathe::ui {
namespace {

constexpr double lowest = -120.0; ///< decibel; float32 itself is no better
constexpr double highest = 6.0;

std::optional<double> decibelOf(const LayerError &error)
{
    if (!error.relative)
        return {};
    return *error.relative > 0.0 ? std::clamp(20.0 * std::log10(*error.relative), lowest, highest) : lowest;
}

} // namespace

ErrorChart::ErrorChart(QWidget *parent)
    : DrawnChart(tr("LAYER ERRORS"), tr("Change a layer, or choose a preset, to see what each layer loses."),
                 parent)
{
    xAxis()->setTitleText(tr("layer"));
    yAxis()->setTitleText(tr("error (dB)"));
    setAccessibleName(tr("Error of each layer"));
    view()->setFocusPolicy(Qt::StrongFocus);
    connect(this, &DrawnChart::itemClicked, this, &ErrorChart::layerClicked);
    restyle();
    setErrors({});
}

void ErrorChart::setErrors(const QVector<LayerError> &errors)
{
    if (errors.size() != m_errors.size())
        setHovered(-1);
    m_errors = errors;
    const bool any =
        std::ranges::any_of(m_errors, [](const LayerError &e) { return e.relative.has_value(); });
    if (!any) {
        setHovered(-1);
        showEmpty();
        return;
    }
    refreshAxes();
    showPlot();
}

void ErrorChart::setSelected(const QVector<int> &layers)
{
    m_selected = layers;
    updateOverlay();
}

void ErrorChart::refreshAxes()
{
    double low = -10.0, high = 0.0;
    for (const LayerError &error : m_errors)
        if (const std::optional<double> value = decibelOf(error)) {
            low = std::min(low, *value);
            high = std::max(high, *value);
        }
    m_floor = std::floor((low - 1.0) / 10.0) * 10.0;
    xAxis()->setRange(-0.5, std::max<double>(1.0, double(m_errors.size())) - 0.5);
    yAxis()->setRange(m_floor, high + 2.0);
    Ticks layers;
    for (const double layer : roundNumbers(0.0, double(m_errors.size()) - 1.0, ticksAcross()))
        if (layer == std::floor(layer))
            layers << std::pair(layer, QLocale().toString(qint64(layer) + 1));
    setTicks(xAxis(), layers);
    setTicks(yAxis(), numberTicks(m_floor, high + 2.0, ticksUp()));
    updateOverlay();
}

double ErrorChart::heightOf(int layer) const
{
    return decibelOf(m_errors.at(layer)).value_or(m_floor);
}

QPointF ErrorChart::positionOf(int layer) const
{
    return at(layer, heightOf(layer));
}

int ErrorChart::itemAt(QPointF position) const
{
    const auto layer = static_cast<int>(std::lround(valueAt(position.x())));
    return layer >= 0 && layer < m_errors.size() ? layer : -1;
}

QStringList ErrorChart::describe(int layer) const
{
    const LayerError &error = m_errors.at(layer);
    if (!error.relative)
        return {error.layer, tr("as it is")};
    const QString what = error.ofOutput ? tr("output error") : tr("weight error");
    QStringList lines{error.layer, QStringLiteral("%1 %2").arg(what, percent(*error.relative, 2)),
                      tr("%1 signal to noise").arg(decibel(*error.relative))};
    if (!error.ofOutput)
        lines << tr("calibration data tell the error of its output");
    return lines;
}

void ErrorChart::paintItems(QPainter &painter)
{
    painter.setRenderHint(QPainter::Antialiasing, false);
    // Bars that share a pixel: the largest of them is seen.
    const double each = plotArea().width() / double(m_errors.size());
    const auto together = static_cast<int>(std::max(1.0, std::ceil(2.0 / std::max(each, 1e-6))));
    for (int first = 0; first < m_errors.size(); first += together) {
        int worst = first;
        for (int i = first; i < std::min<int>(first + together, int(m_errors.size())); ++i)
            if (heightOf(i) > heightOf(worst))
                worst = i;
        paintBar(painter, worst);
    }
    painter.setRenderHint(QPainter::Antialiasing);
    for (const int layer : m_selected) {
        if (layer < 0 || layer >= m_errors.size())
            continue;
        const QPointF foot = at(layer, m_floor);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colors().accent);
        painter.drawPolygon(QPolygonF({foot - QPointF(0, 1), foot + QPointF(-4, 5), foot + QPointF(4, 5)}));
    }
}

void ErrorChart::paintBar(QPainter &painter, int layer) const
{
    if (!m_errors[layer].relative)
        return;
    const double half = 0.4;
    QRectF bar(at(layer - half, heightOf(layer)), at(layer + half, m_floor));
    bar.setWidth(std::max(bar.width(), 1.0));
    const QColor ink = m_errors[layer].outdated ? colors().muted : colors().current;
    if (m_errors[layer].ofOutput) {
        painter.fillRect(bar, layer == hovered() ? ink.lighter(120) : ink);
        return;
    }
    QColor fill = ink; // hollow: of the weights, not of what comes out
    fill.setAlphaF(layer == hovered() ? 0.3f : 0.12f);
    painter.setPen(QPen(ink, 1));
    painter.setBrush(fill);
    painter.drawRect(bar);
}

bool ErrorChart::step(int by)
{
    if (m_errors.isEmpty())
        return false;
    const int from = m_selected.isEmpty() ? (by > 0 ? -1 : int(m_errors.size())) : m_selected.first();
    const int to = std::clamp(from + by, 0, int(m_errors.size()) - 1);
    if (to != from)
        emit layerClicked(to);
    return true;
}

bool ErrorChart::handleViewEvent(QEvent *event)
{
    if (event->type() != QEvent::KeyPress)
        return DrawnChart::handleViewEvent(event);
    const int key = static_cast<QKeyEvent *>(event)->key();
    return (key == Qt::Key_Left && step(-1)) || (key == Qt::Key_Right && step(1));
}

QString ErrorChart::csv() const
{
    QString text = QStringLiteral("layer,relative_error,error_decibel,of\n");
    for (const LayerError &error : m_errors)
        text += QStringLiteral("%1,%2,%3,%4\n")
                    .arg(csvText(error.layer),
                         error.relative ? QString::number(*error.relative, 'g', 9) : QString(),
                         error.relative ? QString::number(*decibelOf(error), 'g', 6) : QString(),
                         !error.relative  ? QString()
                         : error.ofOutput ? QStringLiteral("output")
                                          : QStringLiteral("weight"));
    return text;
}

} // namespace lathe::ui
