// The part of MainWindow that keeps the views equal to the workbench, and the layout between runs.
#include "core/compress/plan.h"
#include "ui/base/format.h"
#include "ui/charts/histogramchart.h"
#include "ui/charts/spectrumchart.h"
#include "ui/graph/graphpanel.h"
#include "ui/inspector/inspector.h"
#include "ui/jobs/jobprogress.h"
#include "ui/layers/layerpanel.h"
#include "ui/layers/layertablemodel.h"
#include "ui/session/projectkeeper.h"
#include "ui/variants/variantspanel.h"
#include "ui/widgets/infobar.h"
#include "ui/window/emptystate.h"
#include "ui/window/mainwindow.h"
#include "ui/window/nowstrip.h"

#include <QDir>
#include <QFileInfo>
#include <QLabel>
#include <QLayout>
#include <QStackedWidget>
#include <algorithm>
#include <utility>

namespace lathe::ui {
namespace {

// Charts that empty themselves for less than this only flicker.
constexpr int longestUnnoticed = 150; // ms

constexpr int manyLayers = 500; ///< whose settings take a while to show
const QString panelsKey = QStringLiteral("window/panels");

/// Where the file could get smaller most: the layer that a person looks at first.
int heaviestLayer(const std::vector<Layer> &layers)
{
    int heaviest = layers.empty() ? -1 : 0;
    int64_t most = -1;
    for (size_t i = 0; i < layers.size(); ++i) {
        if (layers[i].compressible() && layers[i].weightBytes > most) {
            most = layers[i].weightBytes;
            heaviest = static_cast<int>(i);
        }
    }
    return heaviest;
}

/// The form of factors that the layer has, where it can have that one.
RankForm formOf(const Workbench &workbench, int layer)
{
    const std::optional<RankSettings> &rank = workbench.settings()[static_cast<size_t>(layer)].rank;
    if (!rank || rank->form == RankForm::Channel)
        return RankForm::Channel;
    return layerFacts(workbench.model(), layer, nullptr).noSpatial.isEmpty() ? rank->form : RankForm::Channel;
}

} // namespace

void MainWindow::onModelChanged()
{
    const Model &model = m_workbench->model();
    m_info->hide();
    m_shownSpectrum = {};
    m_knownFacts.reset();
    m_layers->setLayers(model.layers(), model.fileBytes());
    m_graph->setModel(model);
    m_pages->setCurrentWidget(m_work);
    restoreLayout();
    m_actions->setModelOpen(true);
    m_variants->setSaveEnabled(true);
    m_recentModels.add(m_workbench->modelPath());
    refreshTitle();
    const int first = heaviestLayer(model.layers());
    if (first >= 0) {
        m_layerPanel->selectLayers({first});
        // The table learns its height only now; then the layer can be scrolled to.
        QTimer::singleShot(0, this, [this] { m_layerPanel->selectLayers(m_layerPanel->selectedLayers()); });
    } else {
        onSelectionChanged({});
    }
    if (model.layers().empty())
        m_info->showText(
            tr("This model has no layer with a constant weight, so there is nothing to compress."));
}

void MainWindow::onSelectionChanged(const QVector<int> &layers)
{
    if (!m_workbench->hasModel())
        return;
    m_workbench->setFocus(layers.value(0, -1));
    m_workbench->selectLayers(layers);
    m_graph->selectLayers(layers);
    if (layers.size() < manyLayers)
        refreshInspector();
    else
        QTimer::singleShot(0, this, &MainWindow::refreshInspector); // with the rest it would be a halt
}

void MainWindow::refreshTitle()
{
    const bool open = m_workbench->hasModel();
    const QString name = m_project->isOpen() ? m_project->name() : m_workbench->modelName();
    const QString title = open ? tr("%1[*] – Lathe").arg(name) : tr("Lathe");
    const std::optional<int> percent = m_progress->percent(); // first: task bars show little more
    setWindowTitle(percent ? tr("%1 % – %2").arg(*percent).arg(title) : title);
    setWindowModified(open &&
                      (m_project->isOpen() ? m_project->isModified() : !m_workbench->undoStack()->isClean()));
}

void MainWindow::refreshAnalysis()
{
    const int layer = m_workbench->focus()->layer();
    const auto analysis = m_workbench->focus()->analysis();
    if (!analysis) {
        const bool underWay = layer >= 0 && m_workbench->focus()->failure().isEmpty();
        m_clearCharts.start(underWay ? longestUnnoticed : 0);
        return;
    }
    m_clearCharts.stop();
    const Layer &facts = m_workbench->model().layers()[static_cast<size_t>(layer)];
    const QString name = QString::fromStdString(facts.name);
    m_histogram->setOriginal(analysis->histogram, name);
    refreshWeightView();
    refreshRank();
}

void MainWindow::refreshSpectrum()
{
    const int layer = m_workbench->focus()->layer();
    const Spectrum *spectrum = m_workbench->focus()->spectrum();
    if (layer < 0 || !spectrum)
        return; // the chart still shows the layer, or the form, of before
    const Layer &facts = m_workbench->model().layers()[static_cast<size_t>(layer)];
    const RankLimits limits = rankLimits(facts, formOf(*m_workbench, layer));
    if (std::exchange(m_shownSpectrum, {spectrum, limits.breakEven}) == std::pair(spectrum, limits.breakEven))
        return; // a drag moves the line only
    if (spectrum->singularValues.empty())
        m_spectrum->clear();
    else
        m_spectrum->setSpectrum(*spectrum, limits.breakEven, QString::fromStdString(facts.name));
}

void MainWindow::clearCharts()
{
    m_histogram->clear();
    m_spectrum->clear();
    m_shownSpectrum = {};
}

void MainWindow::refreshWeightView()
{
    if (!m_workbench->focus()->analysis())
        return; // the charts still show the layer of before
    const WeightView &view = m_workbench->focus()->view();
    m_histogram->setCompressed(view.histogram);
    m_histogram->setLevels(view.levels);
    m_histogram->setThreshold(view.threshold);
}

void MainWindow::refreshRank()
{
    const int layer = m_workbench->focus()->layer();
    if (layer < 0)
        return;
    m_workbench->focus()->setForm(formOf(*m_workbench, layer));
    refreshSpectrum();
    const auto index = static_cast<size_t>(layer);
    const std::optional<RankSettings> &rank = m_workbench->settings()[index].rank;
    const auto &compressed = m_workbench->preview().compressed;
    if (!rank)
        m_spectrum->setRank({});
    else if (rank->unit == RankSettings::Unit::Rank)
        m_spectrum->setRank(static_cast<int>(rank->value));
    else if (m_workbench->isCurrent() && compressed->layers[index].rank > 0)
        m_spectrum->setRank(static_cast<int>(compressed->layers[index].rank));
}

void MainWindow::editRank(int rank, bool dragging)
{
    const int layer = m_workbench->focus()->layer();
    if (layer < 0)
        return;
    const Layer &facts = m_workbench->model().layers()[static_cast<size_t>(layer)];
    const auto full = static_cast<int>(rankLimits(facts, formOf(*m_workbench, layer)).full);
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
    m_workbench->editLayers({layer}, change, tr("Rank → %1").arg(rank), dragging);
}

QVector<LayerFacts> MainWindow::selectedFacts()
{
    const std::shared_ptr<const Calibration> calibration = m_workbench->calibration();
    if (!m_knownFacts || m_knownFacts->calibration() != calibration.get())
        m_knownFacts.emplace(m_workbench->model(), calibration);
    QVector<LayerFacts> all;
    const PreviewUpdate &preview = m_workbench->preview();
    for (const int row : m_layerPanel->selectedLayers()) {
        const auto i = static_cast<size_t>(row);
        LayerFacts facts = m_knownFacts->of(row);
        if (preview.storage)
            facts.storedBytes = (*preview.storage)[i].bytes;
        if (preview.compressed) {
            facts.relativeError = preview.compressed->layers[i].relativeError;
            facts.outputError = preview.compressed->layers[i].normalizedError;
            facts.huffmanBits = preview.entropy ? (*preview.entropy)[i].huffmanBits : 0;
            facts.theoreticalBits = preview.compressed->layers[i].theoreticalBits;
        }
        facts.outdated = m_workbench->isOutdated(row);
        all.push_back(facts);
    }
    return all;
}

void MainWindow::refreshInspector()
{
    QVector<LayerSettings> settings;
    for (const int layer : m_layerPanel->selectedLayers())
        settings.push_back(m_workbench->settings()[static_cast<size_t>(layer)]);
    m_inspector->setSelection(selectedFacts(), settings);
}

void MainWindow::refreshFacts()
{
    m_inspector->updateFacts(selectedFacts());
}

void MainWindow::refreshResults()
{
    const PreviewUpdate &preview = m_workbench->preview();
    if (preview.compressed && preview.storage && preview.entropy)
        m_layers->setResults(preview.compressed->layers, *preview.storage, *preview.entropy);
    m_graph->setResults(preview);
    refreshStanding();
    refreshFacts();
    refreshRank();
}

/// What was worked out for the recipe before is grey as soon as there is another one.
void MainWindow::refreshStanding()
{
    m_layers->setOutdated(m_workbench->outdatedLayers());
    m_graph->setOutdated(m_workbench->outdatedLayers());
}

void MainWindow::refreshFigures()
{
    m_now->setBaseline(m_workbench->baseline());
    m_now->setCurrent(m_workbench->figures());
}

void MainWindow::refreshData()
{
    const std::optional<LoadedData> &data = m_workbench->data();
    if (!m_workbench->hasModel())
        m_dataLabel->clear();
    else if (data)
        m_dataLabel->setText(samplesText(data->samples->description()));
    else
        m_dataLabel->setText(m_workbench->isLoadingData() ? tr("preparing data") : tr("no data set"));
    m_dataLabel->setToolTip(data ? tr("Measured on %1\nPreprocessing: %2, %3")
                                       .arg(QDir::toNativeSeparators(data->choice.reference),
                                            QString::fromStdString(data->preprocessing.name),
                                            data->preprocessingSource)
                                 : QString());
    m_inspector->setCalibration(m_workbench->calibrationText());
    if (m_workbench->hasModel())
        refreshInspector();
    refreshFigures();
}

void MainWindow::setScheme(Scheme scheme)
{
    applyTheme(scheme);
    m_actions->setScheme(scheme);
}

void MainWindow::restoreLayout()
{
    if (std::exchange(m_laidOut, true))
        return;
    m_work->layout()->activate(); // sizes set before the panels have theirs would be scaled
    if (!m_panels->restore(Settings().bytes(panelsKey)))
        m_panels->setPerspective(Perspective::Tune);
}

void MainWindow::saveLayout()
{
    if (m_laidOut)
        Settings().setBytes(panelsKey, m_panels->save());
}

} // namespace lathe::ui
