#pragma once
#include "ui/session/workbench.h"
#include "ui/window/dockarea.h"
#include "ui/window/fileopener.h"
#include "ui/window/mainactions.h"
#include "ui/window/projectcontroller.h"
#include "ui/window/windowtour.h"

#include <QMainWindow>

class QStackedWidget;

namespace lathe::ui {

class ChartDesk;
class CompareDesk;
class EmptyState;
class FocusCharts;
class InfoBar;
class Inspector;
class InspectorBinding;
class JobProgress;
class JobStatus;
class LayerViews;
class NowStrip;
class ProjectKeeper;
class RecoverDesk;
class VariantDesk;

/// The window: makes the parts, lays them out and connects them. What a part does stands in its own class.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(QWidget *parent = nullptr);
    ~MainWindow() override;

    Workbench &workbench() { return *m_workbench; }
    MainActions &actions() { return *m_actions; }
    ProjectController &projects() { return *m_projects; }
    ProjectKeeper &project() { return m_projects->keeper(); }
    FileOpener &files() { return *m_files; }
    WindowTour &tour() { return *m_tour; }
    RecoverDesk &recovery() { return *m_recover; }
    void setScheme(Scheme scheme);
    /// What a window that was never sized takes: all of it, with its frame, is on the screen.
    static QSize firstSize(QSize screen);

protected:
    void closeEvent(QCloseEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    void makeViews();
    void buildPanels();
    void buildCentre();
    void buildStatusBar();
    void connectActions();
    void connectWorkbench();
    void connectViews();
    void connectProject();
    void connectEmptyState();

    void onModelChanged();
    void refreshTitle();
    void refreshFigures();
    void exportModel();
    void copyCommandLine();
    void showPreferences();
    void restoreLayout();
    void saveLayout();

    Workbench *m_workbench;
    MainActions *m_actions;
    ProjectController *m_projects;
    FileOpener *m_files;
    JobProgress *m_progress; ///< for the title

    // Gone before the workbench and the widgets, which are children: these listen to both.
    std::unique_ptr<LayerViews> m_layers;
    std::unique_ptr<FocusCharts> m_focusCharts;
    std::unique_ptr<ChartDesk> m_charts;
    std::unique_ptr<VariantDesk> m_variants;
    std::unique_ptr<CompareDesk> m_compare;
    std::unique_ptr<InspectorBinding> m_inspecting;
    std::unique_ptr<RecoverDesk> m_recover;
    std::unique_ptr<WindowTour> m_tour;

    QStackedWidget *m_pages;
    EmptyState *m_empty;
    QWidget *m_work;
    InfoBar *m_info;
    DockArea *m_panels;
    Inspector *m_inspector;
    NowStrip *m_now;
    JobStatus *m_jobs;
    bool m_laidOut = false; ///< the panels have had their real size, so theirs can be set and kept
};

} // namespace lathe::ui
