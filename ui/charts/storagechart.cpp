#include "ui/charts/storagechart.h"

#include "ui/base/format.h"
#include "ui/base/tabletext.h"
#include "ui/style/theme.h"

#include <QCategoryAxis>
#include <QPainter>

#include <algorithm>

namespace lathe::ui {
StorageChart::StorageChart(QWidget *parent)
    : LayerBars(tr("STORAGE"), tr("Open a model to see what each layer takes in the file."), parent)
{
    addToLegend(new SeriesLabel(
        tr("before"), [] { return colors().original; }, this));
    addToLegend(new SeriesLabel(
        tr("after"), [] { return colors().current; }, this));
    setAccessibleName(tr("Bytes of each layer in the file, before and after"));
    restyle();
    setBytes({});
}

void StorageChart::setOutcomes(const LayerOutcomes &outcomes)
{
    QVector<LayerBytes> bytes;
    for (size_t i = 0; i < outcomes.layers.size(); ++i) {
        const Layer &layer = outcomes.layers[i];
        LayerBytes each{.layer = QString::fromStdString(layer.name),
                        .before = layer.tiedTo ? 0 : layer.fileBytes,
                        .outdated = outcomes.isOutdated(i)};
        if (const auto &storage = outcomes.preview.storage; storage && i < storage->size())
            each.after = (*storage)[i].bytes;
        bytes << each;
    }
    setBytes(bytes);
}

void StorageChart::setBytes(const QVector<LayerBytes> &bytes)
{
    m_bytes = bytes;
    setLayers(int(m_bytes.size()));
}

double StorageChart::heightOf(int layer) const
{
    const LayerBytes &bytes = m_bytes.at(layer);
    return double(std::max(bytes.before, bytes.after.value_or(0)));
}

LayerBars::Axis StorageChart::heightAxis() const
{
    double high = 1.0;
    for (int i = 0; i < m_bytes.size(); ++i)
        high = std::max(high, heightOf(i));
    const double unit = byteUnit(high);
    yAxis()->setTitleText(unit == 1e6 ? tr("in the file (MB)") : tr("in the file (kB)"));
    Ticks ticks;
    for (const auto &[at, label] : numberTicks(0.0, 1.05 * high / unit, ticksUp()))
        ticks << std::pair(at * unit, label);
    return {0.0, 1.05 * high, ticks};
}

QStringList StorageChart::describe(int layer) const
{
    const LayerBytes &of = m_bytes.at(layer);
    QStringList lines{of.layer, tr("%1 before").arg(bytes(of.before))};
    if (!of.after)
        return lines;
    lines << (of.before > 0
                  ? tr("%1 after, %2").arg(bytes(*of.after), percent(double(*of.after) / double(of.before)))
                  : tr("%1 after").arg(bytes(*of.after)));
    qint64 all = 0;
    for (const LayerBytes &each : m_bytes)
        all += each.after.value_or(0);
    if (all > 0)
        lines << tr("%1 of what the layers take").arg(percent(double(*of.after) / double(all)));
    return lines;
}

void StorageChart::paintBar(QPainter &painter, int layer) const
{
    const LayerBytes &of = m_bytes.at(layer);
    const auto ink = [&](const QColor &colour) {
        return inked(of.outdated ? colors().muted : colour, layer);
    };
    QRectF before = barOf(layer, double(of.before)), after = barOf(layer, double(of.after.value_or(0)));
    if (before.width() >= 4.0) { // room for two
        before.setRight(before.center().x());
        after.setLeft(before.right() + 1.0);
    }
    painter.fillRect(before, ink(colors().original));
    if (of.after)
        painter.fillRect(after, ink(colors().current));
}

QString StorageChart::csv() const
{
    QString text = QStringLiteral("layer,bytes_before,bytes_after\n");
    for (const LayerBytes &each : m_bytes)
        text += QStringLiteral("%1,%2,%3\n")
                    .arg(csvText(each.layer), QString::number(each.before),
                         each.after ? QString::number(*each.after) : QString());
    return text;
}

} // namespace lathe::ui
