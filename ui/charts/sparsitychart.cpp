#include "ui/charts/sparsitychart.h"

#include "ui/base/format.h"
#include "ui/charts/axisticks.h"
#include "ui/style/theme.h"

#include <QCategoryAxis>
#include <QHBoxLayout>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace lathe::ui {

SparsityChart::SparsityChart(QWidget *parent)
    : DrawnChart(tr("SPARSITY"), tr("Select a layer to see which share of its weights is zero."), parent),
      m_originalLabel(new SeriesLabel(
          tr("original"), [] { return colors().original; }, this)),
      m_compressedLabel(new SeriesLabel(
          tr("compressed"), [] { return colors().current; }, this))
{
    yAxis()->setTitleText(tr("zero (%)"));
    addToLegend(m_originalLabel);
    addToLegend(m_compressedLabel);
    setAccessibleName(tr("Share of the layer's weights, rows, columns, kernels and channels that is zero"));
    restyle();
    clear();
}

void SparsityChart::setSparsity(const Sparsity &original, const std::optional<Sparsity> &compressed,
                                bool kernels, const QString &layerName)
{
    m_groups = {{tr("elements"), QStringLiteral("element"), &Sparsity::element, &Sparsity::nearElement},
                {tr("rows"), QStringLiteral("row"), &Sparsity::row, &Sparsity::nearRow},
                {tr("columns"), QStringLiteral("column"), &Sparsity::column, &Sparsity::nearColumn}};
    if (kernels)
        m_groups << Group{tr("kernels"), QStringLiteral("kernel"), &Sparsity::kernel, &Sparsity::nearKernel}
                 << Group{tr("channels"), QStringLiteral("channel"), &Sparsity::channel,
                          &Sparsity::nearChannel};
    m_original = original;
    m_compressed = compressed;
    setHovered(-1);
    m_originalLabel->show();
    m_compressedLabel->setVisible(compressed.has_value());
    setSubject(layerName);
    refreshAxes();
    showPlot();
}

void SparsityChart::clear(const QString &why)
{
    m_groups.clear();
    m_compressed.reset();
    setHovered(-1);
    m_originalLabel->hide();
    m_compressedLabel->hide();
    setSubject({});
    showEmpty(why);
}

void SparsityChart::refreshAxes()
{
    if (m_groups.isEmpty())
        return;
    xAxis()->setRange(-0.5, double(m_groups.size()) - 0.5);
    yAxis()->setRange(0.0, 108.0); // room for the figure on a full bar
    Ticks names;
    for (qsizetype i = 0; i < m_groups.size(); ++i)
        names << std::pair(double(i), m_groups[i].name);
    setTicks(xAxis(), names);
    setTicks(yAxis(), numberTicks(0.0, 100.0, std::min(ticksUp(), 5)));
    updateOverlay();
}

QPointF SparsityChart::positionOf(int group) const
{
    return at(group, 0.0) - QPointF(0.0, plotArea().height() / 3.0);
}

int SparsityChart::itemAt(QPointF position) const
{
    const auto group = static_cast<int>(std::lround(valueAt(position.x())));
    return group >= 0 && group < m_groups.size() ? group : -1;
}

QStringList SparsityChart::describe(int group) const
{
    const Group &g = m_groups.at(group);
    const auto line = [&g](const QString &name, const Sparsity &s) {
        return tr("%1: %2 zero, %3 within %4 of the largest")
            .arg(name, percent(s.*g.exact), percent(s.*g.near), percent(s.nearThreshold));
    };
    QStringList lines{g.name, line(tr("original"), m_original)};
    if (m_compressed)
        lines << line(tr("compressed"), *m_compressed);
    return lines;
}

QVector<SparsityChart::Bar> SparsityChart::bars() const
{
    QVector<Bar> all;
    for (int i = 0; i < m_groups.size(); ++i) {
        double Sparsity::*const share = m_groups[i].exact;
        if (!m_compressed) {
            all << Bar{i, -0.2, 0.4, m_original.*share, colors().original};
            continue;
        }
        all << Bar{i, -0.38, 0.36, m_original.*share, colors().original}
            << Bar{i, 0.02, 0.36, (*m_compressed).*share, colors().current};
    }
    return all;
}

QRectF SparsityChart::rectOf(const Bar &bar) const
{
    const double left = bar.group + bar.left;
    return QRectF(at(left, bar.share * 100.0), at(left + bar.width, 0.0))
        .adjusted(0, bar.share > 0.0 ? -1.0 : 0.0, 0, 0);
}

QVector<SparsityChart::Figure> SparsityChart::figures() const
{
    const QFontMetricsF metrics(scaledFont(titleScale));
    const double place = at(1.0, 0.0).x() - at(0.0, 0.0).x(); // of a group
    const QVector<Bar> all = bars();
    const bool both = std::ranges::all_of(all, [&](const Bar &bar) {
        return metrics.horizontalAdvance(percent(bar.share)) < (bar.width + 0.06) * place;
    });
    QVector<Figure> figures;
    for (const Bar &bar : all) {
        const QString text = percent(bar.share);
        const QSizeF size(metrics.horizontalAdvance(text), metrics.height());
        const bool isAlone = !m_compressed || bar.left > 0.0;
        if (!both && (!isAlone || size.width() > place))
            continue; // told on hover
        const QRectF rect = rectOf(bar);
        figures << Figure{
            QRectF(QPointF(rect.center().x() - size.width() / 2.0, rect.top() - size.height() - 1.0), size),
            text, bar.ink};
    }
    return figures;
}

void SparsityChart::paintItems(QPainter &painter)
{
    for (const Bar &bar : bars())
        painter.fillRect(rectOf(bar), bar.ink);
    painter.setFont(scaledFont(titleScale));
    for (const Figure &figure : figures()) {
        painter.setPen(figure.ink);
        painter.drawText(figure.box, int(Qt::AlignCenter | Qt::TextDontClip), figure.text);
    }
}

QString SparsityChart::csv() const
{
    QString text = QStringLiteral("granularity,original,compressed\n");
    for (const Group &group : m_groups)
        text += QStringLiteral("%1,%2,%3\n")
                    .arg(group.key, QString::number(m_original.*group.exact, 'g', 9),
                         m_compressed ? QString::number((*m_compressed).*group.exact, 'g', 9) : QString());
    return text;
}

} // namespace lathe::ui
