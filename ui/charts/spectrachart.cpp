#include "ui/charts/spectrachart.h"

#include "ui/base/format.h"
#include "ui/base/shortnames.h"
#include "ui/base/tabletext.h"
#include "ui/charts/axisticks.h"
#include "ui/charts/curvelegend.h"
#include "ui/charts/plotview.h"
#include "ui/style/theme.h"

#include <QCategoryAxis>
#include <QPaintEngine>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace lathe::ui {
namespace {

constexpr double percentOfOne = 100.0;
constexpr double smallestDecade = -4.0; ///< under that there is only rounding noise
constexpr size_t mostPoints = 96;       ///< of each curve
constexpr int mostCurves = 100;         ///< more of them only take time: they cannot be told apart
constexpr qsizetype mostNamed = 4;      ///< that a legend can name

double logShare(const Spectrum &spectrum, size_t i)
{
    return std::max(smallestDecade, std::log10(std::max(spectrum.singularValues[i], 1e-300) /
                                               spectrum.singularValues.front()));
}

/// As a recipe rounds a share of break-even.
Index rankAt(const LayerSpectrum &layer, double percent)
{
    const auto rank = Index(std::floor(percent / percentOfOne * double(layer.breakEven) + 1e-9));
    return std::clamp<Index>(rank, 1, Index(layer.spectrum->singularValues.size()));
}

} // namespace

bool LayerSpectrum::isUsable() const
{
    return breakEven >= 1 && spectrum && !spectrum->singularValues.empty() &&
           spectrum->singularValues.front() > 0.0 &&
           spectrum->energy.size() == spectrum->singularValues.size();
}

SpectraChart::SpectraChart(QWidget *parent)
    : RankChart(tr("SPECTRUM"), tr("Select layers to see their singular values over each other."), parent),
      m_eachLabel(new SeriesLabel(
          tr("each layer"), [] { return colors().original; }, this)),
      m_energyLabel(new SeriesLabel(
          tr("energy, mean"), [] { return colors().third; }, this)),
      m_legend(new CurveLegend(this))
{
    xAxis()->setTitleText(tr("rank (% of break-even)"));
    yAxis()->setTitleText(tr("relative singular value"));
    addToLegend(m_eachLabel);
    addToLegend(m_energyLabel);
    static_cast<QVBoxLayout *>(layout())->insertWidget(1, m_legend);
    connect(handle(), &LineHandle::dragged, this,
            [this](double percent) { emit shareDragged(percent / percentOfOne); });
    connect(handle(), &LineHandle::released, this,
            [this](double percent) { emit shareReleased(percent / percentOfOne); });
    connect(handle(), &LineHandle::changed, this, [this] { view()->setAccessibleDescription(lineText()); });
    keepSubject();
    view()->setAccessibleName(tr("Rank"));
    setTip(tr("Drag the line, or use the arrow keys, to choose the rank of all of them as a share of "
              "break-even. Ctrl and the arrow keys tell of each share."));
    setAccessibleName(tr("Singular values of the selected layers"));
    restyle();
    clear();
}

void SpectraChart::setSpectra(const QVector<LayerSpectrum> &spectra, const QString &subject,
                              const QString &emptyText)
{
    m_spectra.clear();
    m_longest = m_lowest = 0.0;
    for (const LayerSpectrum &layer : spectra) {
        if (!layer.isUsable())
            continue;
        m_spectra << layer;
        const size_t size = layer.spectrum->singularValues.size();
        m_longest = std::max(m_longest, percentOfOne * double(size) / double(layer.breakEven));
        m_lowest = std::min(m_lowest, logShare(*layer.spectrum, size - 1));
    }
    m_longest = std::ceil(m_longest);
    setSubject(subject);
    setHovered(-1);
    const bool named = m_spectra.size() <= mostNamed;
    m_eachLabel->setVisible(!named);
    m_eachLabel->setText(drawn() < layers() ? tr("%1 of the %2 layers").arg(drawn()).arg(layers())
                                            : tr("each layer"));
    m_energyLabel->setVisible(!m_spectra.isEmpty());
    m_legend->setVisible(named && !m_spectra.isEmpty());
    m_breakEven = m_spectra.isEmpty() ? 0.0 : percentOfOne;
    m_breakEvenText = tr("break-even");
    setHandle({.lowest = 1.0,
               .highest = m_spectra.isEmpty() ? 1.0 : percentOfOne,
               .rest = m_longest,
               .step = 1.0,
               .fine = 0.1,
               .page = 10.0});
    if (m_spectra.isEmpty()) {
        handle()->drop();
        showEmpty(emptyText);
        return;
    }
    refreshCurves();
    refreshAxes();
    showPlot();
}

void SpectraChart::refreshCurves()
{
    QList<QPointF> means;
    for (double percent = 1.0; percent <= m_longest; percent += 2.0)
        means << QPointF(percent, energyAt(percent).mean);
    setEnergy(means);
    QStringList names;
    for (const LayerSpectrum &layer : m_spectra)
        names << layer.layer;
    if (names.size() > mostNamed)
        return;
    names = shortNames(names);
    QVector<Curve> curves;
    for (int i = 0; i < names.size(); ++i)
        curves << Curve{names[i], i, {0.0}};
    m_legend->setCurves(curves);
}

SpectraChart::Energy SpectraChart::energyAt(double percent) const
{
    Energy all;
    for (int i = 0; i < m_spectra.size(); ++i) {
        const LayerSpectrum &layer = m_spectra[i];
        const Index rank = rankAt(layer, percent);
        const double kept = layer.spectrum->energy[size_t(rank - 1)];
        if (kept < all.least || all.leastOf < 0) {
            all.least = kept;
            all.leastOf = i;
        }
        all.most = std::max(all.most, kept);
        all.mean += kept / double(m_spectra.size());
        if (rank <= layer.bytes.factors.size()) {
            all.whole += layer.bytes.whole;
            all.factors += layer.bytes.factors[rank - 1];
        }
    }
    return all;
}

void SpectraChart::refreshAxes()
{
    m_picture = {};
    if (m_spectra.isEmpty())
        return;
    xAxis()->setRange(0.0, m_longest * 1.02);
    setTicks(xAxis(), numberTicks(0.0, m_longest, ticksAcross()));
    refreshValueAxes(m_lowest, 0.0);
    updateOverlay();
}

void SpectraChart::setShare(std::optional<double> share)
{
    handle()->setValue(share ? std::optional(*share * percentOfOne) : std::nullopt);
    updateOverlay();
}

std::optional<double> SpectraChart::share() const
{
    const std::optional<double> percent = handle()->value();
    return percent ? std::optional(*percent / percentOfOne) : std::nullopt;
}

QString SpectraChart::lineText() const
{
    if (!handle()->value())
        return tr("drag to lower the rank");
    const double percent = handle()->shown();
    const Energy energy = energyAt(percent);
    return tr("%1 of break-even · energy %2 to %3")
        .arg(ui::percent(percent / percentOfOne, 0), ui::percent(energy.least), ui::percent(energy.most));
}

int SpectraChart::itemAt(QPointF position) const
{
    return m_spectra.isEmpty()
               ? -1
               : std::clamp(int(std::lround(valueAt(position.x()))), 1, std::max(1, int(m_longest))) - 1;
}

QPointF SpectraChart::positionOf(int item) const
{
    return QPointF(xOf(item + 1.0), plotArea().top() + plotArea().height() / 3.0);
}

QStringList SpectraChart::describe(int item) const
{
    if (m_spectra.isEmpty())
        return {};
    const double share = item + 1.0;
    const Energy energy = energyAt(share);
    QStringList lines{tr("rank at %1 of break-even").arg(percent(share / percentOfOne, 0)),
                      tr("energy kept: %1 in the mean").arg(percent(energy.mean)),
                      tr("least: %1 in %2").arg(percent(energy.least), m_spectra[energy.leastOf].layer)};
    if (energy.whole > 0)
        lines << tr("as factors %1 instead of %2").arg(bytes(energy.factors), bytes(energy.whole));
    return lines;
}

int SpectraChart::drawn() const
{
    return std::min(mostCurves, int(m_spectra.size()));
}

QPen SpectraChart::penOf(int layer) const
{
    if (m_spectra.size() <= mostNamed)
        return curvePen(layer);
    QColor ink = colors().original;
    ink.setAlphaF(0.6F);
    return {ink, 1.2};
}

void SpectraChart::paintCurves(QPainter &painter)
{
    if (painter.paintEngine()->type() != QPaintEngine::Raster) {
        drawCurves(painter); // lines, in a file of lines
        return;
    }
    const double scale = painter.device()->devicePixelRatioF();
    const QSize size = (QSizeF(view()->viewport()->size()) * scale).toSize();
    const QRgb ink = colors().original.rgba();
    if (m_picture.pixels.size() != size || m_picture.area != plotArea() || m_picture.ink != ink) {
        m_picture = {QPixmap(size), plotArea(), ink};
        m_picture.pixels.setDevicePixelRatio(scale);
        m_picture.pixels.fill(Qt::transparent);
        QPainter onto(&m_picture.pixels);
        onto.setRenderHints(painter.renderHints());
        drawCurves(onto);
    }
    painter.drawPixmap(QPointF(), m_picture.pixels);
}

void SpectraChart::drawCurves(QPainter &painter) const
{
    for (int curve = 0; curve < drawn(); ++curve) {
        const auto i = int(qint64(curve) * m_spectra.size() / drawn()); // from all parts of the selection
        const LayerSpectrum &layer = m_spectra[i];
        const size_t size = layer.spectrum->singularValues.size(), every = size / mostPoints + 1;
        QPolygonF line;
        for (size_t at = 0; at < size; at += every)
            line << this->at(percentOfOne * double(at + 1) / double(layer.breakEven),
                             logShare(*layer.spectrum, at));
        painter.setPen(penOf(i));
        painter.drawPolyline(line);
    }
}

QString SpectraChart::csv() const
{
    QString text = QStringLiteral("layer,rank,share_of_break_even,singular_value,energy\n");
    for (const LayerSpectrum &layer : m_spectra)
        for (size_t i = 0; i < layer.spectrum->singularValues.size(); ++i)
            text += QStringLiteral("%1,%2,%3,%4,%5\n")
                        .arg(csvText(layer.layer))
                        .arg(i + 1)
                        .arg(double(i + 1) / double(layer.breakEven), 0, 'g', 6)
                        .arg(layer.spectrum->singularValues[i], 0, 'g', 9)
                        .arg(layer.spectrum->energy[i], 0, 'g', 9);
    return text;
}

} // namespace lathe::ui
