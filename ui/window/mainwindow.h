#pragma once
#include "ui/base/recentfiles.h"
#include "ui/session/layerfacts.h"
#include "ui/session/workbench.h"
#include "ui/window/dockarea.h"
#include "ui/window/mainactions.h"

#include <QMainWindow>

class QLabel;
class QStackedWidget;

namespace lathe::ui {

class ChartDesk;
class EmptyState;
class GraphPanel;
class HistogramChart;
class InfoBar;
class JobProgress;
class Inspector;
class JobStatus;
class LayerPanel;
class LayerTableModel;
class NowStrip;
class ProjectKeeper;
struct ProjectOpening;
class SpectrumChart;
class Tour;
class VariantsPanel;

/// The window: lays the views out and ties them to the workbench.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(QWidget *parent = nullptr);
    ~MainWindow() override;

    Workbench &workbench() { return *m_workbench; }
    MainActions &actions() { return *m_actions; }
    ProjectKeeper &project() { return *m_project; }
    /// A model, a project, a recipe, a data folder or one of a data set's files; by what it is. What a drop
    /// and the command line bring.
    void openPath(const QString &path);
    void openSample();
    void chooseModel();
    void chooseDataset(const QString &reference = {});
    /// The data set first where there is none.
    void chooseCalibration();
    /// Asks for a model that is not where the project says, and what to do with changes that were not saved.
    void openProject(const QString &path, bool fromJournal = false);
    /// @returns false when it was not saved: the user changed their mind, or it failed and that was said.
    bool saveProject(bool askForName);
    /// What was not saved when the program ended, if there is such a thing.
    void offerRecovery();
    void setScheme(Scheme scheme);
    /// On the open model, or on the sample where none is open.
    void takeTour();
    /// What a window that was never sized takes: all of it, with its frame, is on the screen.
    static QSize firstSize(QSize screen);

protected:
    void closeEvent(QCloseEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    void buildCentre();
    void buildStatusBar();
    void connectActions();
    void connectWorkbench();
    void connectViews();
    void connectVariants();
    void connectProject();
    void connectLayers();
    void connectTour();

    void onModelChanged();
    void onSelectionChanged(const QVector<int> &layers);
    void refreshTitle();
    void refreshAnalysis();
    void clearCharts();
    void refreshWeightView();
    void refreshSpectrum();
    void refreshRank();
    void refreshInspector();
    void refreshFacts();
    QVector<LayerFacts> selectedFacts();
    void refreshResults();
    void refreshStanding();
    void refreshFigures();
    void refreshData();
    void editRank(int rank, bool dragging);

    void openModel(const QString &path);
    void newProject();
    bool mayLeaveProject();
    bool chooseBetween(ProjectOpening &opening, const QDateTime &unsaved);
    QString findMissingModel(const ProjectOpening &opening);
    void onProjectOpened(const QStringList &losses, const QByteArray &layout);
    void showPreferences();
    void chooseRecipe();
    bool saveRecipe(bool askForName);
    void exportModel();
    void saveVariant();
    void compareVariants(const QVector<int> &rows);
    void reportError(const QString &action, const Error &error);
    void restoreLayout();
    void saveLayout();

    Workbench *m_workbench;
    MainActions *m_actions;
    ProjectKeeper *m_project;
    RecentFiles m_recentProjects{QStringLiteral("recent/projects")};
    RecentFiles m_recentModels{QStringLiteral("recent/models")};
    RecentFiles m_recentRecipes{QStringLiteral("recent/recipes")};
    LayerTableModel *m_layers;

    QStackedWidget *m_pages;
    EmptyState *m_empty;
    QWidget *m_work;
    InfoBar *m_info;
    DockArea *m_panels;
    LayerPanel *m_layerPanel;
    GraphPanel *m_graph;
    HistogramChart *m_histogram;
    SpectrumChart *m_spectrum;
    ChartDesk *m_charts;
    Inspector *m_inspector;
    NowStrip *m_now;
    VariantsPanel *m_variants;
    JobStatus *m_jobs;
    JobProgress *m_progress; ///< for the title
    Tour *m_tour;
    QLabel *m_dataLabel;
    QTimer m_clearCharts;
    std::optional<KnownFacts> m_knownFacts;             ///< of the open model
    std::pair<const Spectrum *, Index> m_shownSpectrum; ///< and its break-even rank; of the open model
    bool m_laidOut = false; ///< the panels have had their real size, so theirs can be set and kept
};

} // namespace lathe::ui
