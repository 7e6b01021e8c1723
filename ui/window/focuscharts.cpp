#include "ui/window/focuscharts.h"

#include "core/compress/plan.h"
#include "ui/base/messages.h"
#include "ui/base/shortnames.h"
#include "ui/charts/spectrachart.h"
#include "ui/charts/spectrumchart.h"
#include "ui/session/workbench.h"

#include <algorithm>
#include <utility>

namespace lathe::ui {
namespace {

// Charts that empty themselves for less than this only flicker.
constexpr int longestUnnoticed = 150; // ms
constexpr int spectraTogether = 80;   // ms in which spectra that arrive are drawn at once

/// The name with what was done to the weight before anything else.
QString describedText(const QString &name, const RewrittenWeight &rewritten, const Layer &left)
{
    QString text = name;
    if (rewritten.folded)
        text = FocusCharts::tr("%1, normalization folded in").arg(text);
    if (rewritten.narrowed != 0)
        text = FocusCharts::tr("%1, %2 × %3 left").arg(text).arg(left.rows).arg(left.cols);
    return text;
}

/// In numbers of the width that the file has for the weight.
RankBytes bytesOf(const Layer &layer, RankForm form, Index ranks)
{
    RankBytes bytes;
    if (layer.parameters <= 0)
        return bytes;
    const double each = double(layer.weightBytes) / double(layer.parameters);
    bytes.whole = layer.weightBytes;
    for (Index rank = 1; rank <= ranks; ++rank)
        bytes.factors << qint64(double(factorWeights(layer, form, rank)) * each);
    return bytes;
}

} // namespace

FocusCharts::FocusCharts(Workbench &workbench)
    : m_workbench(workbench), m_edits(workbench), m_histogram(new HistogramChart),
      m_spectrum(new SpectrumChart), m_spectra(new SpectraChart)
{
    m_clearing.setSingleShot(true);
    m_spectraDue.setSingleShot(true);
    m_spectraDue.setInterval(spectraTogether);
    const LayerFocus *focus = workbench.focus();
    connect(&m_clearing, &QTimer::timeout, this, &FocusCharts::clear);
    connect(&m_spectraDue, &QTimer::timeout, this, &FocusCharts::refreshSpectra);
    connect(&workbench, &Workbench::modelChanged, this, [this] {
        m_shownSpectrum = {};
        readNames();
    });
    connect(&workbench, &Workbench::recipeChanged, this, &FocusCharts::refreshHandles);
    connect(&workbench, &Workbench::resultsChanged, this, &FocusCharts::refreshHandles);
    connect(focus, &LayerFocus::analysisChanged, this, &FocusCharts::refreshAnalysis);
    connect(focus, &LayerFocus::viewChanged, this, &FocusCharts::refreshWeights);
    connect(focus, &LayerFocus::spectrumChanged, this, &FocusCharts::refreshSpectrum);
    connect(focus, &LayerFocus::layerAnalyzed, &m_spectraDue, qOverload<>(&QTimer::start));
    connect(workbench.focus()->together(), &SelectionStats::changed, this, &FocusCharts::refreshTogether);
    connect(m_histogram, &HistogramChart::ratioDragged, this,
            [this](double r) { m_edits.setRatio(r, true); });
    connect(m_histogram, &HistogramChart::ratioReleased, this,
            [this](double r) { m_edits.setRatio(r, false); });
    connect(m_spectrum, &SpectrumChart::rankDragged, this, [this](int rank) { m_edits.setRank(rank, true); });
    connect(m_spectrum, &SpectrumChart::rankReleased, this,
            [this](int rank) { m_edits.setRank(rank, false); });
    connect(m_spectra, &SpectraChart::shareDragged, this, [this](double s) { m_edits.setShare(s, true); });
    connect(m_spectra, &SpectraChart::shareReleased, this, [this](double s) { m_edits.setShare(s, false); });
}

void FocusCharts::readNames()
{
    QStringList names;
    for (const Layer &layer : m_workbench.model().layers())
        names << QString::fromStdString(layer.name);
    const QVector<QStringList> forms = nameForms(names);
    m_forms.clear();
    for (qsizetype i = 0; i < names.size(); ++i)
        m_forms[names[i]] = forms[i];
    m_spectrum->setNameForms(m_forms);
}

bool FocusCharts::isOne() const
{
    return m_workbench.focus()->layer() >= 0;
}

QString FocusCharts::severalText(qsizetype layers)
{
    return tr("%n layers", nullptr, int(layers));
}

QString FocusCharts::whyNothing(Workbench &workbench)
{
    const int layer = workbench.focus()->layer();
    if (layer < 0 || workbench.focus()->failure().isEmpty())
        return {};
    const Layer &facts = workbench.model().layers()[static_cast<size_t>(layer)];
    const QString why =
        facts.untouchable.empty() ? workbench.focus()->failure() : messageText(facts.untouchable);
    return tr("There are no weights of %1 to show: %2").arg(QString::fromStdString(facts.name), why);
}

void FocusCharts::clear()
{
    const bool underWay = !m_workbench.focus()->layers().isEmpty();
    const QString why = whyNothing(m_workbench);
    const QString what = why.isEmpty() && underWay ? tr("The weights are being looked at.") : why;
    m_histogram->clear(what);
    m_spectrum->clear(what);
    m_shownSpectrum = {};
}

void FocusCharts::refreshAnalysis()
{
    const int layer = m_workbench.focus()->layer();
    if (m_workbench.focus()->layers().size() > 1) {
        m_shownSpectrum = {};
        m_clearing.start(longestUnnoticed);
        refreshTogether();
        refreshSpectra();
        return;
    }
    const auto analysis = m_workbench.focus()->analysis();
    if (!analysis) {
        const bool underWay = layer >= 0 && m_workbench.focus()->failure().isEmpty();
        m_clearing.start(underWay ? longestUnnoticed : 0);
        return;
    }
    m_clearing.stop();
    const Layer &facts = m_workbench.focus()->described(layer);
    const RewrittenWeight rewritten = m_workbench.focus()->rewritten(layer);
    const QString name = QString::fromStdString(facts.name);
    const QString described = describedText(name, rewritten, facts);
    QStringList forms;
    for (const QString &form : m_forms.value(name, {name}))
        forms << describedText(form, rewritten, facts);
    m_histogram->setNameForms({{described, forms}});
    m_histogram->setOriginal(analysis->histogram, described);
    refreshWeights();
    refreshHandles();
}

void FocusCharts::refreshWeights()
{
    if (!m_workbench.focus()->analysis())
        return; // the charts still show the layer of before
    const WeightView &view = m_workbench.focus()->view();
    m_histogram->setCompressed(view.histogram);
    m_histogram->setLevels(view.levels);
    m_histogram->setThreshold(view.threshold);
}

void FocusCharts::refreshSpectrum()
{
    const int layer = m_workbench.focus()->layer();
    const Spectrum *spectrum = m_workbench.focus()->spectrum();
    if (layer < 0 || !spectrum)
        return; // the chart still shows the layer, or the form, of before
    const Layer &facts = m_workbench.focus()->described(layer);
    const RankForm form = m_edits.formOf(layer);
    const RankLimits limits = rankLimits(facts, form);
    if (std::exchange(m_shownSpectrum, {spectrum, limits.breakEven}) == std::pair(spectrum, limits.breakEven))
        return; // a drag moves the line only
    if (spectrum->singularValues.empty())
        m_spectrum->clear(tr("This weight has no singular values: it holds values that are no numbers."));
    else
        m_spectrum->setSpectrum(*spectrum, limits.breakEven, QString::fromStdString(facts.name),
                                bytesOf(facts, form, Index(spectrum->singularValues.size())));
}

void FocusCharts::refreshRank()
{
    const int layer = m_workbench.focus()->layer();
    m_workbench.focus()->setForm(m_edits.formOf(layer));
    refreshSpectrum();
    const auto index = static_cast<size_t>(layer);
    const std::optional<RankSettings> &rank = m_workbench.editor().settings()[index].rank;
    const auto &compressed = m_workbench.previews().preview().compressed;
    if (!rank)
        m_spectrum->setRank({});
    else if (rank->unit == RankSettings::Unit::Rank)
        m_spectrum->setRank(static_cast<int>(rank->value));
    else if (m_workbench.previews().isCurrent() && compressed->layers[index].rank > 0)
        m_spectrum->setRank(static_cast<int>(compressed->layers[index].rank));
}

void FocusCharts::refreshHandles()
{
    if (m_workbench.focus()->layers().isEmpty())
        return;
    m_histogram->setPruning(m_edits.pruneLine());
    const QString lock = m_edits.rankLock();
    m_spectrum->setLocked(lock);
    m_spectra->setLocked(lock);
    if (isOne())
        refreshRank();
    else
        m_spectra->setShare(m_edits.shareOfBreakEven());
}

void FocusCharts::refreshTogether()
{
    SelectionStats *together = m_workbench.focus()->together();
    if (together->total() == 0)
        return;
    if (together->failed() == together->total()) {
        m_clearing.stop();
        m_histogram->clear(tr("The weights of these layers cannot be read."));
        return;
    }
    const Histogram original = together->original();
    if (original.counts.empty())
        return; // nothing yet
    m_clearing.stop();
    m_histogram->setOriginal(original, severalText(together->total() - together->failed()));
    m_histogram->setCompressed(together->compressed());
    m_histogram->setLevels({});
    m_histogram->setThreshold({});
    m_histogram->setPruning(m_edits.pruneLine());
}

void FocusCharts::refreshSpectra()
{
    const QVector<int> &layers = m_workbench.focus()->layers();
    if (layers.size() < 2)
        return;
    QVector<LayerSpectrum> spectra;
    int done = 0;
    for (const int layer : layers) {
        done += m_workbench.focus()->isDone(layer) ? 1 : 0;
        const auto analysis = m_workbench.focus()->analysisOf(layer);
        if (!analysis)
            continue;
        const Layer &facts = m_workbench.model().layers()[static_cast<size_t>(layer)];
        const Index ranks = Index(analysis->spectrum.singularValues.size());
        spectra << LayerSpectrum{.layer = QString::fromStdString(facts.name),
                                 .spectrum = {analysis, &analysis->spectrum},
                                 .breakEven = rankLimits(facts, RankForm::Channel).breakEven,
                                 .bytes = bytesOf(facts, RankForm::Channel, ranks)};
    }
    const QString subject = done < layers.size() ? tr("%1 of %2 layers so far").arg(done).arg(layers.size())
                                                 : severalText(layers.size());
    m_spectra->setSpectra(spectra, subject,
                          done < layers.size()
                              ? tr("Their singular values are being worked out.")
                              : tr("None of these layers has a rank at which factors take less room."));
    m_spectra->setLocked(m_edits.rankLock());
    m_spectra->setShare(m_edits.shareOfBreakEven());
}

} // namespace lathe::ui
