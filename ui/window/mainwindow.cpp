#include "ui/window/mainwindow.h"

#include "ui/charts/chartpages.h"
#include "ui/charts/histogramchart.h"
#include "ui/charts/spectrumchart.h"
#include "ui/charts/tradeoffchart.h"
#include "ui/compare/compareview.h"
#include "ui/export/exportdialog.h"
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
#include "ui/recipe/historypanel.h"
#include "ui/recover/recoverdesk.h"
#include "ui/session/projectkeeper.h"
#include "ui/variants/variantspanel.h"
#include "ui/widgets/elidedstatusbar.h"
#include "ui/widgets/errordialog.h"
#include "ui/widgets/infobar.h"
#include "ui/widgets/verticalscroll.h"
#include "ui/window/chartdesk.h"
#include "ui/window/comparedesk.h"
#include "ui/window/datalabel.h"
#include "ui/window/deadcommand.h"
#include "ui/window/emptystate.h"
#include "ui/window/focuscharts.h"
#include "ui/window/inspectorbinding.h"
#include "ui/window/layercommands.h"
#include "ui/window/layerviews.h"
#include "ui/window/measuringcontrol.h"
#include "ui/window/nowstrip.h"
#include "ui/window/panelwalk.h"
#include "ui/window/preferencesdialog.h"
#include "ui/window/presetcommands.h"
#include "ui/window/recovercommands.h"
#include "ui/window/variantdesk.h"
#include "ui/window/windowplace.h"

#include <QApplication>
#include <QClipboard>
#include <QCloseEvent>
#include <QFileInfo>
#include <QMimeData>
#include <QScreen>
#include <QStackedWidget>
#include <QStatusBar>
#include <QVBoxLayout>
#include <utility>

namespace lathe::ui {
namespace {

const QString geometryKey = QStringLiteral("window/geometry");
const QString panelsKey = QStringLiteral("window/panels");
const QString noDataTopic = QStringLiteral("no data");

} // namespace

QSize MainWindow::firstSize(QSize screen)
{
    const QSize frame(16, 48); // of most window managers: a title bar and thin edges
    return QSize(1440, 900).boundedTo((screen - frame).expandedTo(QSize(960, 640)));
}

MainWindow::MainWindow(QWidget *parent)
    : QMainWindow(parent), m_workbench(new Workbench(this)),
      m_actions(new MainActions(this, m_workbench->editor().undoStack())),
      m_projects(new ProjectController(*m_workbench, *m_actions, this)),
      m_files(new FileOpener(*m_workbench, *m_projects, *m_actions, this)),
      m_progress(new JobProgress(JobModel::instance(), this))
{
    setAcceptDrops(true);
    setWindowIcon(QIcon(QStringLiteral(":/lathe-workbench.svg")));
    // Before anything is built: sizes follow from style and font.
    const Preferences preferences = Preferences::load();
    setScheme(preferences.scheme);
    JobRunner::setDefaultThreads(preferences.threads);
    makeViews();
    buildPanels();
    buildCentre();
    buildStatusBar();
    connectActions();
    connectWorkbench();
    connectViews();
    connectProject();
    connectEmptyState();
    restorePlace(*this, Settings().bytes(geometryKey), firstSize(screen()->availableSize()));
    refreshTitle();
    refreshFigures();
}

MainWindow::~MainWindow()
{
    // Children go after this body; what they still say on their way out is not for a window that is half
    // gone.
    for (QObject *speaker :
         {static_cast<QObject *>(m_workbench), static_cast<QObject *>(m_workbench->editor().undoStack()),
          static_cast<QObject *>(&project())})
        speaker->disconnect(this);
}

void MainWindow::makeViews()
{
    m_layers = std::make_unique<LayerViews>(*m_workbench);
    m_focusCharts = std::make_unique<FocusCharts>(*m_workbench);
    m_charts = std::make_unique<ChartDesk>(*m_workbench, *m_focusCharts);
    m_variants = std::make_unique<VariantDesk>(*m_workbench, *m_actions, *m_charts);
    m_inspector = new Inspector;
    m_inspecting = std::make_unique<InspectorBinding>(*m_workbench, *m_inspector, *m_layers->panel());
    m_recover = std::make_unique<RecoverDesk>(*m_workbench);
    m_now = new NowStrip;
}

void MainWindow::buildPanels()
{
    m_panels = new DockArea;
    m_panels->addPanel(DockArea::Layers, tr("Layers"), m_layers->panel());
    m_panels->addPanel(DockArea::Weights, tr("Weights"), m_charts->weightPages());
    m_panels->addPanel(DockArea::Spectrum, tr("Spectrum"), m_charts->spectrumPages());
    m_panels->addPanel(DockArea::Settings, tr("Settings"), new VerticalScroll(m_inspector));
    m_panels->addPanel(DockArea::Variants, tr("Variants"), m_variants->panel());
    m_panels->addPanel(DockArea::Jobs, tr("Jobs"), new JobsPanel(JobModel::instance()));
    m_panels->addPanel(DockArea::Graph, tr("Graph"), m_layers->graph());
    m_panels->addPanel(DockArea::Tradeoff, tr("Trade-off"), m_charts->tradeoff());
    auto *history = new HistoryPanel(m_workbench->editor().undoStack());
    m_panels->addPanel(DockArea::History, tr("History"), history);
    connect(history, &HistoryPanel::jumpBegan, &m_workbench->editor(), &RecipeEditor::beginJump);
    connect(history, &HistoryPanel::jumpEnded, &m_workbench->editor(), &RecipeEditor::endJump);
    m_compare = std::make_unique<CompareDesk>(*m_workbench, *m_variants->panel(), *m_panels);
    m_panels->addPanel(DockArea::Comparison, tr("Comparison"), m_compare->view());
    m_panels->addPanel(DockArea::Recover, tr("Recover"), new VerticalScroll(m_recover->panel()));
    m_actions->setPanels(m_panels->panelActions());
}

void MainWindow::buildCentre()
{
    m_work = new QWidget;
    auto *work = new QVBoxLayout(m_work);
    work->setContentsMargins(0, 0, 0, 0);
    work->setSpacing(0);
    work->addWidget(m_panels, 1);
    work->addWidget(m_now); // below whatever is arranged above: always in sight
    m_info = new InfoBar;
    work->addWidget(m_info);

    m_empty = new EmptyState;
    m_pages = new QStackedWidget;
    m_pages->addWidget(m_empty);
    m_pages->addWidget(m_work);
    setCentralWidget(m_pages);
}

void MainWindow::buildStatusBar()
{
    m_jobs = new JobStatus(JobModel::instance());
    setStatusBar(new ElidedStatusBar);
    statusBar()->setSizeGripEnabled(false);
    statusBar()->addPermanentWidget(m_jobs);
    statusBar()->addPermanentWidget(new DataLabel(*m_workbench));
    connect(m_progress, &JobProgress::changed, this, &MainWindow::refreshTitle);
}

void MainWindow::connectActions()
{
    MainActions *a = m_actions;
    connect(a->exportModel, &QAction::triggered, this, &MainWindow::exportModel);
    connect(a->quit, &QAction::triggered, this, &QWidget::close);
    connect(a->copyCommandLine, &QAction::triggered, this, &MainWindow::copyCommandLine);
    connect(a->measureAgain, &QAction::triggered, m_workbench, &Workbench::measureAgain);
    connect(a->cancel, &QAction::triggered, m_compare.get(), &CompareDesk::escape);
    new MeasuringControl(*m_workbench, m_now, a->pauseMeasuring);
    connect(a->resetLayout, &QAction::triggered, m_panels, &DockArea::reset);
    connect(a, &MainActions::perspectiveChosen, m_compare.get(), &CompareDesk::choose);
    connect(m_panels, &DockArea::perspectiveChanged, a, &MainActions::setPerspective);
    connect(a->preferences, &QAction::triggered, this, &MainWindow::showPreferences);
    connect(a->help, &QAction::triggered, this, [this] { HelpWindow::show(QStringLiteral("index"), this); });
    HelpWindow::bindKey(this);
    connect(a->about, &QAction::triggered, this, [this] { showAbout(this); });
    connect(a->keyboardHelp, &QAction::triggered, this, [this] { showKeyboardHelp(this, m_actions->all()); });
    connect(a, &MainActions::schemeChosen, this, [this](Scheme scheme) {
        setScheme(scheme);
        Preferences chosen = Preferences::load();
        chosen.scheme = scheme;
        chosen.save();
    });
    auto *presets = new PresetCommands(*m_workbench, *m_layers->panel(), *a->presets, this);
    connect(presets, &PresetCommands::said, this,
            [this](const QString &sentence) { statusBar()->showMessage(sentence, 12000); });
    auto *dead = new DeadCommand(*m_workbench, a->removeDead, this);
    connect(dead, &DeadCommand::said, this,
            [this](const QString &sentence) { statusBar()->showMessage(sentence, 12000); });
    auto *layers = new LayerCommands(*m_workbench, *m_layers->panel(), *a, this);
    connect(layers, &LayerCommands::said, this,
            [this](const QString &sentence) { statusBar()->showMessage(sentence, 12000); });
}

void MainWindow::connectWorkbench()
{
    Workbench *w = m_workbench;
    connect(w, &Workbench::modelChanged, this, &MainWindow::onModelChanged);
    connect(w, &Workbench::dataChanged, this, &MainWindow::refreshFigures);
    connect(w, &Workbench::figuresChanged, this, &MainWindow::refreshFigures);
    connect(w, &Workbench::busyChanged, m_empty, [this] { m_empty->setOpening(m_workbench->isBusy()); });
    connect(w, &Workbench::failed, this,
            [this](const QString &action, const Error &error) { showError(this, action, error); });
    connect(w, &Workbench::notice, m_info, [this](const QString &text, NoticeKind kind) {
        m_info->add({text, kind});
    });
    connect(w, &Workbench::datasetOffered, this, [this](const QString &reference) {
        m_info->add(
            {tr("No data set yet: sizes are exact, accuracy is unknown. The last one was %1.").arg(reference),
             NoticeKind::OfModel, tr("Check and use it…"),
             [this, reference] {
                 m_files->chooseDataset(reference);
                 if (!m_workbench->data()) // until it is used, the offer stands
                     emit m_workbench->datasetOffered(reference);
             },
             noDataTopic});
    });
    connect(w, &Workbench::dataChanged, m_info, [this] {
        if (m_workbench->data())
            m_info->withdraw(noDataTopic);
    });
    connect(w->editor().undoStack(), &QUndoStack::cleanChanged, this, &MainWindow::refreshTitle);
}

void MainWindow::connectViews()
{
    connect(m_layers.get(), &LayerViews::selectionChanged, m_inspecting.get(),
            &InspectorBinding::showSelection);
    connect(m_layers.get(), &LayerViews::selectionChanged, m_charts.get(),
            [this] { m_charts->setSelectedLayers(m_layers->panel()->selectedLayers()); });
    connect(m_layers.get(), &LayerViews::refused, m_info,
            [this](const QString &why) { m_info->showText(why); });
    connect(m_inspector, &Inspector::calibrationRequested, m_files, &FileOpener::chooseCalibration);
    connect(m_charts.get(), &ChartDesk::layerChosen, m_layers->panel(),
            [this](int layer) { m_layers->panel()->selectLayers({layer}); });
    connect(m_variants.get(), &VariantDesk::removed, m_info,
            [this](const QString &sentence, const std::function<void()> &bringBack) {
                m_info->add({sentence, NoticeKind::OfModel, tr("Bring back"), bringBack});
            });
    connect(m_variants.get(), &VariantDesk::said, this,
            [this](const QString &sentence) { statusBar()->showMessage(sentence, 6000); });
    new RecoverCommands(*m_workbench, *m_recover, *m_actions->recover, *m_panels, *m_info);
    connect(m_recover.get(), &RecoverDesk::said, this,
            [this](const QString &sentence) { statusBar()->showMessage(sentence, 12000); });
    new PanelWalk(*m_actions, *m_panels, *m_inspector, this);
    m_tour = std::make_unique<WindowTour>(
        this, *m_workbench, *m_actions, *m_files,
        TourStops{m_panels, m_layers->panel(), m_inspector, m_focusCharts->spectrum(), m_now});
}

void MainWindow::connectProject()
{
    const auto say = [this](const QString &sentence) { statusBar()->showMessage(sentence, 4000); };
    connect(m_files, &FileOpener::said, this, say);
    connect(m_projects, &ProjectController::said, this, say);
    ProjectKeeper *keeper = &project();
    keeper->setLayout([this] { return m_laidOut ? m_panels->save() : QByteArray(); });
    connect(keeper, &ProjectKeeper::opened, this, [this](const QStringList &, const QByteArray &layout) {
        if (!layout.isEmpty())
            m_panels->restore(layout);
    });
    connect(keeper, &ProjectKeeper::modifiedChanged, this, &MainWindow::refreshTitle);
    connect(keeper, &ProjectKeeper::modelDiffers, this, [this] {
        m_info->showText(
            tr("%1 is not the file that was measured in this project. Recipes were kept, figures were "
               "dropped.")
                .arg(QFileInfo(m_workbench->modelPath()).fileName()));
    });
}

void MainWindow::connectEmptyState()
{
    connect(m_empty, &EmptyState::openRequested, m_files, &FileOpener::chooseModel);
    connect(m_empty, &EmptyState::sampleRequested, m_files, &FileOpener::openSample);
    connect(m_empty, &EmptyState::pathRequested, m_files, &FileOpener::openPath);
    connect(m_empty, &EmptyState::tourRequested, m_tour.get(), &WindowTour::take);
    m_empty->setRecent(m_projects->recent(), m_files->recentModels());
}

void MainWindow::onModelChanged()
{
    m_info->changeModel();
    m_pages->setCurrentWidget(m_work);
    restoreLayout();
    m_actions->setModelOpen(true);
    refreshTitle();
    m_layers->selectFirst();
    if (m_workbench->model().layers().empty())
        m_info->showText(
            tr("This model has no layer with a constant weight, so there is nothing to compress."));
}

void MainWindow::refreshTitle()
{
    const bool open = m_workbench->hasModel();
    const QString name = project().isOpen() ? project().name() : m_workbench->modelName();
    const QString title = open ? tr("%1[*] – Lathe").arg(name) : tr("Lathe");
    const std::optional<int> percent = m_progress->percent(); // first: task bars show little more
    setWindowTitle(percent ? tr("%1 % – %2").arg(*percent).arg(title) : title);
    setWindowModified(open && (project().isOpen() ? project().isModified()
                                                  : !m_workbench->editor().undoStack()->isClean()));
}

void MainWindow::refreshFigures()
{
    m_now->setBaseline(m_workbench->previews().baseline());
    m_now->setCurrent(m_workbench->previews().figures());
}

void MainWindow::exportModel()
{
    auto *dialog = new ExportDialog(*m_workbench, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::copyCommandLine()
{
    QApplication::clipboard()->setText(
        m_workbench->commandLine(m_workbench->modelName() + QStringLiteral(".small.onnx")));
    statusBar()->showMessage(tr("The command line is on the clipboard."), 4000);
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

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    const QList<QUrl> urls = event->mimeData()->urls();
    if (urls.size() == 1 && urls.front().isLocalFile())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent *event)
{
    event->acceptProposedAction();
    m_files->openPath(event->mimeData()->urls().front().toLocalFile());
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    if (!CloseQuestion::mayClose(JobModel::instance(), this) || !m_projects->mayLeave()) {
        event->ignore();
        return;
    }
    JobModel::instance()->cancelAll();
    m_workbench->saveSession();
    project().close();
    Settings().setBytes(geometryKey, saveGeometry());
    saveLayout();
    event->accept();
}

} // namespace lathe::ui
