#include "ui/window/focuscharts.h"

#include "core/compress/plan.h"
#include "ui/charts/histogramchart.h"
#include "ui/charts/spectrumchart.h"
#include "ui/session/layerfacts.h"
#include "ui/session/workbench.h"

#include <algorithm>
#include <utility>

namespace lathe::ui {
namespace {

// Charts that empty themselves for less than this only flicker.
constexpr int longestUnnoticed = 150; // ms

/// The form of factors that the layer has, where it can have that one.
RankForm formOf(const Workbench &workbench, int layer)
{
    const std::optional<RankSettings> &rank = workbench.editor().settings()[static_cast<size_t>(layer)].rank;
    if (!rank || rank->form == RankForm::Channel)
        return RankForm::Channel;
    const Layer &described = workbench.model().layers()[static_cast<size_t>(layer)];
    return imageKernelObstacle(described).empty() ? rank->form : RankForm::Channel;
}

} // namespace

FocusCharts::FocusCharts(Workbench &workbench)
    : m_workbench(workbench), m_histogram(new HistogramChart), m_spectrum(new SpectrumChart)
{
    m_clearing.setSingleShot(true);
    connect(&m_clearing, &QTimer::timeout, this, &FocusCharts::clear);
    connect(&workbench, &Workbench::modelChanged, this, [this] { m_shownSpectrum = {}; });
    connect(&workbench, &Workbench::recipeChanged, this, &FocusCharts::refreshRank);
    connect(&workbench, &Workbench::resultsChanged, this, &FocusCharts::refreshRank);
    connect(workbench.focus(), &LayerFocus::analysisChanged, this, &FocusCharts::refreshAnalysis);
    connect(workbench.focus(), &LayerFocus::viewChanged, this, &FocusCharts::refreshWeights);
    connect(workbench.focus(), &LayerFocus::spectrumChanged, this, &FocusCharts::refreshSpectrum);
    connect(m_spectrum, &SpectrumChart::rankDragged, this, [this](int rank) { editRank(rank, true); });
    connect(m_spectrum, &SpectrumChart::rankReleased, this, [this](int rank) { editRank(rank, false); });
}

void FocusCharts::clear()
{
    m_histogram->clear();
    m_spectrum->clear();
    m_shownSpectrum = {};
}

void FocusCharts::refreshAnalysis()
{
    const int layer = m_workbench.focus()->layer();
    const auto analysis = m_workbench.focus()->analysis();
    if (!analysis) {
        const bool underWay = layer >= 0 && m_workbench.focus()->failure().isEmpty();
        m_clearing.start(underWay ? longestUnnoticed : 0);
        return;
    }
    m_clearing.stop();
    const Layer &facts = m_workbench.model().layers()[static_cast<size_t>(layer)];
    const QString name = QString::fromStdString(facts.name);
    m_histogram->setOriginal(analysis->histogram, name);
    refreshWeights();
    refreshRank();
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
    const Layer &facts = m_workbench.model().layers()[static_cast<size_t>(layer)];
    const RankLimits limits = rankLimits(facts, formOf(m_workbench, layer));
    if (std::exchange(m_shownSpectrum, {spectrum, limits.breakEven}) == std::pair(spectrum, limits.breakEven))
        return; // a drag moves the line only
    if (spectrum->singularValues.empty())
        m_spectrum->clear();
    else
        m_spectrum->setSpectrum(*spectrum, limits.breakEven, QString::fromStdString(facts.name));
}

void FocusCharts::refreshRank()
{
    const int layer = m_workbench.focus()->layer();
    if (layer < 0)
        return;
    m_workbench.focus()->setForm(formOf(m_workbench, layer));
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

void FocusCharts::editRank(int rank, bool dragging)
{
    const int layer = m_workbench.focus()->layer();
    if (layer < 0)
        return;
    const Layer &facts = m_workbench.model().layers()[static_cast<size_t>(layer)];
    const auto full = static_cast<int>(rankLimits(facts, formOf(m_workbench, layer)).full);
    const auto change = [rank, full](LayerSettings &settings) {
        if (rank >= full) {
            settings.rank.reset(); // the whole spectrum is kept: no factors
            return;
        }
        settings.rank = settings.rank.value_or(RankSettings());
        settings.rank->unit = RankSettings::Unit::Rank;
        settings.rank->value = static_cast<double>(std::max(rank, 1));
        settings.separable.reset();
    };
    m_workbench.editor().editLayers({layer}, change, tr("Rank → %1").arg(rank), dragging);
}

} // namespace lathe::ui
