#include "ui/charts/errorchart.h"

#include "ui/base/format.h"
#include "ui/base/tabletext.h"
#include "ui/style/theme.h"

#include <QCategoryAxis>
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
    : LayerBars(tr("ERRORS"), tr("Change a layer, or choose a preset, to see what each layer loses."), parent)
{
    setAccessibleName(tr("Error of each layer"));
    restyle();
    setErrors({});
}

void ErrorChart::setOutcomes(const LayerOutcomes &outcomes)
{
    if (!outcomes.preview.compressed)
        return;
    QVector<LayerError> errors;
    const std::vector<LayerResult> &results = outcomes.preview.compressed->layers;
    for (size_t i = 0; i < outcomes.layers.size() && i < results.size(); ++i) {
        LayerError error{.layer = QString::fromStdString(outcomes.layers[i].name),
                         .relative = {},
                         .ofOutput = results[i].normalizedError.has_value(),
                         .outdated = outcomes.isOutdated(i)};
        if (results[i].code.weight)
            error.relative = results[i].normalizedError.value_or(results[i].relativeError);
        errors << error;
    }
    setErrors(errors);
}

void ErrorChart::setErrors(const QVector<LayerError> &errors)
{
    m_errors = errors;
    const bool any =
        std::ranges::any_of(m_errors, [](const LayerError &e) { return e.relative.has_value(); });
    yAxis()->setTitleText(axisTitle());
    setLayers(any ? int(m_errors.size()) : 0);
}

/// Of what: with data it is the error of what comes out.
QString ErrorChart::axisTitle() const
{
    const auto known = [this](bool ofOutput) {
        return std::ranges::any_of(m_errors,
                                   [=](const LayerError &e) { return e.relative && e.ofOutput == ofOutput; });
    };
    if (known(true) == known(false))
        return tr("error (dB)");
    return known(true) ? tr("output error (dB)") : tr("weight error (dB)");
}

LayerBars::Axis ErrorChart::heightAxis() const
{
    double low = -10.0, high = 0.0;
    for (const LayerError &error : m_errors)
        if (const std::optional<double> value = decibelOf(error)) {
            low = std::min(low, *value);
            high = std::max(high, *value);
        }
    low = std::floor((low - 1.0) / 10.0) * 10.0;
    return {low, high + 2.0, numberTicks(low, high + 2.0, ticksUp())};
}

double ErrorChart::heightOf(int layer) const
{
    return decibelOf(m_errors.at(layer)).value_or(yAxis()->min());
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

void ErrorChart::paintBar(QPainter &painter, int layer) const
{
    if (!m_errors[layer].relative)
        return;
    const QRectF bar = barOf(layer, heightOf(layer));
    const QColor ink = inked(m_errors[layer].outdated ? colors().muted : colors().current, layer);
    if (m_errors[layer].ofOutput) {
        painter.fillRect(bar, layer == hovered() ? ink.lighter(120) : ink);
        return;
    }
    QColor fill = ink; // hollow: of the weights, not of what comes out
    fill.setAlphaF((layer == hovered() ? 0.3f : 0.12f) * ink.alphaF());
    painter.setPen(QPen(ink, 1));
    painter.setBrush(fill);
    painter.drawRect(bar);
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
