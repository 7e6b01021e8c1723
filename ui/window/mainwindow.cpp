#include "ui/window/mainwindow.h"

#include "ui/charts/chartpages.h"
#include "ui/charts/histogramchart.h"
#include "ui/charts/spectrumchart.h"
#include "ui/charts/tradeoffchart.h"
#include "ui/compare/comparedialog.h"
#include "ui/compare/variantfiles.h"
#include "ui/graph/graphpanel.h"
#include "ui/help/aboutdialog.h"
#include "ui/help/helpwindow.h"
#include "ui/inspector/inspector.h"
#include "ui/jobs/closequestion.h"
#include "ui/jobs/jobmodel.h"
#include "ui/jobs/jobprogress.h"
#include "ui/jobs/jobspanel.h"
#include "ui/jobs/jobstatus.h"
#include "ui/layers/layerpanel.h"
#include "ui/layers/layertablemodel.h"
#include "ui/recipe/historypanel.h"
#include "ui/session/layerprobe.h"
#include "ui/session/projectkeeper.h"
#include "ui/variants/variantspanel.h"
#include "ui/widgets/errordialog.h"
#include "ui/widgets/infobar.h"
#include "ui/widgets/verticalscroll.h"
#include "ui/window/chartdesk.h"
#include "ui/window/emptystate.h"
#include "ui/window/nowstrip.h"
#include "ui/window/preferencesdialog.h"

#include <QApplication>
#include <QClipboard>
#include <QCloseEvent>
#include <QLabel>
#include <QScreen>
#include <QStackedWidget>
#include <QStatusBar>
#include <QVBoxLayout>

namespace lathe::ui {
namespace {

const QString geometryKey = QStringLiteral("window/geometry");

} // namespace

QSize MainWindow::firstSize(QSize screen)
{
    const QSize frame(16, 48); // of most window managers: a title bar and thin edges
    return QSize(1440, 900).boundedTo((screen - frame).expandedTo(QSize(1024, 640)));
}

MainWindow::MainWindow(QWidget *parent)
    : QMainWindow(parent), m_workbench(new Workbench(this)),
      m_actions(new MainActions(this, m_workbench->undoStack())),
      m_project(new ProjectKeeper(m_workbench, this)), m_layers(new LayerTableModel(this)),
      m_progress(new JobProgress(JobModel::instance(), this))
{
    setAcceptDrops(true);
    setWindowIcon(QIcon(QStringLiteral(":/lathe-workbench.svg")));
    // Before anything is built: sizes follow from style and font.
    const Preferences preferences = Preferences::load();
    setScheme(preferences.scheme);
    JobRunner::setDefaultThreads(preferences.threads);
    buildCentre();
    buildStatusBar();
    connectActions();
    connectWorkbench();
    connectViews();
    connectVariants();
    connectProject();
    connectLayers();
    connectTour();
    m_clearCharts.setSingleShot(true);
    connect(&m_clearCharts, &QTimer::timeout, this, &MainWindow::clearCharts);
    if (!restoreGeometry(Settings().bytes(geometryKey)))
        resize(firstSize(screen()->availableSize()));
    refreshTitle();
    refreshFigures();
    refreshData();
}

MainWindow::~MainWindow()
{
    // Children go after this body; what they still say on their way out is not for a window that is half
    // gone.
    for (QObject *speaker :
         {static_cast<QObject *>(m_workbench), static_cast<QObject *>(m_workbench->focus()),
          static_cast<QObject *>(m_workbench->undoStack()), static_cast<QObject *>(m_project)})
        speaker->disconnect(this);
}

void MainWindow::buildCentre()
{
    m_graph = new GraphPanel;
    m_layerPanel = new LayerPanel;
    m_layerPanel->setModel(m_layers);
    m_histogram = new HistogramChart;
    m_spectrum = new SpectrumChart;
    m_charts = new ChartDesk(*m_workbench, m_histogram, m_spectrum, this);
    m_inspector = new Inspector;
    m_variants = new VariantsPanel;
    m_variants->setModel(m_workbench->variants());
    m_panels = new DockArea;
    m_panels->addPanel(DockArea::Layers, tr("Layers"), m_layerPanel);
    m_panels->addPanel(DockArea::Weights, tr("Weights"), m_charts->weightPages());
    m_panels->addPanel(DockArea::Spectrum, tr("Spectrum"), m_charts->spectrumPages());
    m_panels->addPanel(DockArea::Settings, tr("Settings"), new VerticalScroll(m_inspector));
    m_panels->addPanel(DockArea::Variants, tr("Variants"), m_variants);
    m_panels->addPanel(DockArea::Jobs, tr("Jobs"), new JobsPanel(JobModel::instance()));
    m_panels->addPanel(DockArea::Graph, tr("Graph"), m_graph);
    m_panels->addPanel(DockArea::Tradeoff, tr("Trade-off"), m_charts->tradeoff());
    auto *history = new HistoryPanel(m_workbench->undoStack());
    m_panels->addPanel(DockArea::History, tr("History"), history);
    connect(history, &HistoryPanel::jumpBegan, m_workbench, &Workbench::beginJump);
    connect(history, &HistoryPanel::jumpEnded, m_workbench, &Workbench::endJump);
    m_actions->setPanels(m_panels->panelActions());
    m_now = new NowStrip;

    m_info = new InfoBar;
    m_work = new QWidget;
    auto *work = new QVBoxLayout(m_work);
    work->setContentsMargins(0, 0, 0, 0);
    work->setSpacing(0);
    work->addWidget(m_info);
    work->addWidget(m_panels, 1);
    work->addWidget(m_now); // below whatever is arranged above: always in sight

    m_empty = new EmptyState;
    m_pages = new QStackedWidget;
    m_pages->addWidget(m_empty);
    m_pages->addWidget(m_work);
    setCentralWidget(m_pages);
}

void MainWindow::buildStatusBar()
{
    m_jobs = new JobStatus;
    m_dataLabel = new QLabel;
    m_dataLabel->setObjectName(QStringLiteral("dataLabel"));
    m_dataLabel->setContentsMargins(8, 0, 8, 0);
    statusBar()->setSizeGripEnabled(false);
    statusBar()->addPermanentWidget(m_jobs);
    statusBar()->addPermanentWidget(m_dataLabel);
    connect(m_progress, &JobProgress::changed, this, &MainWindow::refreshTitle);
    connect(m_jobs, &JobStatus::cancelRequested, m_workbench, &Workbench::cancel);
}

void MainWindow::connectActions()
{
    MainActions *a = m_actions;
    connect(a->openModel, &QAction::triggered, this, &MainWindow::chooseModel);
    connect(a->openSample, &QAction::triggered, this, &MainWindow::openSample);
    connect(a->openData, &QAction::triggered, this, [this] { chooseDataset(); });
    connect(a->calibration, &QAction::triggered, this, &MainWindow::chooseCalibration);
    connect(a->openRecipe, &QAction::triggered, this, &MainWindow::chooseRecipe);
    connect(a->saveRecipe, &QAction::triggered, this, [this] { saveRecipe(false); });
    connect(a->saveRecipeAs, &QAction::triggered, this, [this] { saveRecipe(true); });
    connect(a->exportModel, &QAction::triggered, this, &MainWindow::exportModel);
    connect(a->quit, &QAction::triggered, this, &QWidget::close);
    connect(a->saveVariant, &QAction::triggered, this, &MainWindow::saveVariant);
    connect(a->copyCommandLine, &QAction::triggered, this, [this] {
        QApplication::clipboard()->setText(
            m_workbench->commandLine(m_workbench->modelName() + QStringLiteral(".small.onnx")));
        statusBar()->showMessage(tr("The command line is on the clipboard."), 4000);
    });
    connect(a->measureAgain, &QAction::triggered, m_workbench, &Workbench::measureAgain);
    connect(a->cancel, &QAction::triggered, m_workbench, &Workbench::cancel);
    connect(a->resetLayout, &QAction::triggered, m_panels, &DockArea::reset);
    connect(a, &MainActions::perspectiveChosen, m_panels, &DockArea::setPerspective);
    connect(m_panels, &DockArea::perspectiveChanged, a, &MainActions::setPerspective);
    connect(a->preferences, &QAction::triggered, this, &MainWindow::showPreferences);
    connect(a->help, &QAction::triggered, this, [this] { HelpWindow::show(QStringLiteral("index"), this); });
    HelpWindow::bindKey(this);
    connect(a->about, &QAction::triggered, this, [this] { showAbout(this); });
    connect(a->keyboardHelp, &QAction::triggered, this, [this] { showKeyboardHelp(this, m_actions->all()); });
    connect(a, &MainActions::presetChosen, m_workbench, &Workbench::applyPreset);
    connect(a, &MainActions::schemeChosen, this, [this](Scheme scheme) {
        setScheme(scheme);
        Preferences chosen = Preferences::load();
        chosen.scheme = scheme;
        chosen.save();
    });
    a->openSample->setEnabled(!samplePath().isEmpty());
    connect(m_empty, &EmptyState::openRequested, this, &MainWindow::chooseModel);
    connect(m_empty, &EmptyState::sampleRequested, this, &MainWindow::openSample);
    connect(m_empty, &EmptyState::pathRequested, this, &MainWindow::openPath);
    m_empty->setRecent(m_recentProjects.paths(), m_recentModels.paths());

    m_recentModels.attachTo(a->recentModels);
    m_recentRecipes.attachTo(a->recentRecipes);
    connect(&m_recentModels, &RecentFiles::chosen, this, &MainWindow::openPath);
    connect(&m_recentRecipes, &RecentFiles::chosen, this, &MainWindow::openPath);
}

void MainWindow::connectWorkbench()
{
    Workbench *w = m_workbench;
    connect(w, &Workbench::modelChanged, this, &MainWindow::onModelChanged);
    connect(w, &Workbench::dataChanged, this, &MainWindow::refreshData);
    connect(w, &Workbench::recipeChanged, this, &MainWindow::refreshInspector);
    connect(w, &Workbench::recipeChanged, this, &MainWindow::refreshRank);
    connect(w, &Workbench::recipeChanged, this, &MainWindow::refreshStanding);
    connect(w, &Workbench::resultsChanged, this, &MainWindow::refreshResults);
    connect(w, &Workbench::figuresChanged, this, &MainWindow::refreshFigures);
    connect(w, &Workbench::progressed, m_jobs, &JobStatus::setProgress);
    connect(w, &Workbench::busyChanged, this, [this] {
        m_jobs->setBusy(m_workbench->isBusy());
        m_empty->setOpening(m_workbench->isBusy());
    });
    connect(w, &Workbench::failed, this, &MainWindow::reportError);
    connect(w, &Workbench::notice, this, [this](const QString &text) { m_info->showText(text); });
    connect(w, &Workbench::datasetOffered, this, [this](const QString &reference) {
        m_info->showText(
            tr("No data set yet: sizes are exact, accuracy is unknown. The last one was %1.").arg(reference),
            tr("Check and use it…"), [this, reference] { chooseDataset(reference); });
    });
    connect(w->focus(), &LayerFocus::analysisChanged, this, &MainWindow::refreshAnalysis);
    connect(w->focus(), &LayerFocus::viewChanged, this, &MainWindow::refreshWeightView);
    connect(w->focus(), &LayerFocus::spectrumChanged, this, &MainWindow::refreshSpectrum);
    connect(w->undoStack(), &QUndoStack::cleanChanged, this, &MainWindow::refreshTitle);
}

void MainWindow::connectViews()
{
    auto *probe = new LayerProbe(*m_workbench, this);
    connect(m_graph, &GraphPanel::probeWanted, probe, &LayerProbe::request);
    connect(probe, &LayerProbe::measured, m_graph, &GraphPanel::setProbe);
    connect(probe, &LayerProbe::forgotten, m_graph, &GraphPanel::forgetProbes);
    connect(probe, &LayerProbe::refused, m_info, [this](const QString &why) { m_info->showText(why); });
    connect(m_layerPanel, &LayerPanel::selectionChanged, this, &MainWindow::onSelectionChanged);
    connect(m_graph, &GraphPanel::layersSelected, m_layerPanel, &LayerPanel::selectLayers);
    connect(m_inspector, &Inspector::edited, this,
            [this](const std::function<void(LayerSettings &)> &change, const QString &description,
                   bool dragging, const QVector<int> &layers) {
                m_workbench->editLayers(layers, change, description, dragging);
            });
    connect(m_inspector, &Inspector::calibrationRequested, this, &MainWindow::chooseCalibration);
    connect(m_spectrum, &SpectrumChart::rankDragged, this, [this](int rank) { editRank(rank, true); });
    connect(m_spectrum, &SpectrumChart::rankReleased, this, [this](int rank) { editRank(rank, false); });
}

void MainWindow::connectVariants()
{
    connect(m_variants, &VariantsPanel::saveRequested, this, &MainWindow::saveVariant);
    connect(m_variants, &VariantsPanel::applyRequested, m_workbench, &Workbench::applyVariant);
    connect(m_variants, &VariantsPanel::duplicateRequested, m_workbench, &Workbench::duplicateVariant);
    connect(m_variants, &VariantsPanel::deleteRequested, m_workbench, &Workbench::deleteVariants);
    connect(m_variants, &VariantsPanel::selectionChanged, m_charts, &ChartDesk::setSelectedVariants);
    connect(m_charts, &ChartDesk::layerChosen, this,
            [this](int layer) { m_layerPanel->selectLayers({layer}); });
    connect(m_charts, &ChartDesk::variantChosen, this,
            [this](int row) { m_variants->selectVariants({row}); });
    connect(m_variants, &VariantsPanel::compareRequested, this, &MainWindow::compareVariants);
    auto *files = new VariantFiles(*m_workbench, this);
    connect(m_variants, &VariantsPanel::filesRequested, files, &VariantFiles::add);
    connect(m_variants, &VariantsPanel::measureRequested, files, &VariantFiles::measure);
}

void MainWindow::saveVariant()
{
    if (!m_workbench->hasModel())
        return;
    const int row = m_workbench->saveVariant();
    statusBar()->showMessage(
        tr("Saved as variant \"%1\". F2 changes its name.").arg(m_workbench->variants()->at(row).name), 6000);
}

void MainWindow::compareVariants(const QVector<int> &rows)
{
    QVector<Variant> variants;
    for (const int row : rows)
        variants << m_workbench->variants()->at(row);
    auto *dialog = new CompareDialog(*m_workbench, variants, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->show();
}

void MainWindow::showPreferences()
{
    auto *dialog = new PreferencesDialog(Preferences::load(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        const Preferences chosen = dialog->preferences();
        chosen.save();
        setScheme(chosen.scheme);
        JobRunner::setDefaultThreads(chosen.threads);
    });
    dialog->open();
}

void MainWindow::reportError(const QString &action, const Error &error)
{
    showError(this, action, error);
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    if (!CloseQuestion::mayClose(JobModel::instance(), this) || !mayLeaveProject()) {
        event->ignore();
        return;
    }
    JobModel::instance()->cancelAll();
    m_workbench->saveSession();
    m_project->close();
    Settings().setBytes(geometryKey, saveGeometry());
    saveLayout();
    event->accept();
}

} // namespace lathe::ui
