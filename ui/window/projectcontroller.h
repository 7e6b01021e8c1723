#pragma once
#include "ui/base/recentfiles.h"
#include "ui/window/missingmodel.h"

class QDateTime;
class QWidget;

namespace lathe::ui {

class MainActions;
class ProjectKeeper;
struct ProjectOpening;
class Workbench;

/// Makes, opens, saves and leaves projects, with the questions that come with it. Connects the actions for
/// that, but for a new one.
class ProjectController : public QObject {
    Q_OBJECT
public:
    /// @param window parent of dialogs
    ProjectController(Workbench &workbench, MainActions &actions, QWidget *window);

    ProjectKeeper &keeper() { return *m_keeper; }
    MissingModel &missingModel() { return m_missing; }
    QStringList recent() const { return m_recent.paths(); }

    /// @param start where the search for its model begins
    void create(const QString &start);
    /// Asks for a model that is not where the project says, and what to do with changes that were not saved.
    void open(const QString &path, bool fromJournal = false);
    /// @returns false when it was not saved: the user changed their mind, or it failed and that was said.
    bool save(bool askForName);
    /// For another model, or the end. Asks when there is something to save; a search for the model of another
    /// project ends with it. @returns false to stay.
    bool mayLeave();
    /// For what was read after mayLeave(): who was asked about what there was is asked about changes made
    /// since.
    std::function<bool()> asksAgain();
    /// What was not saved when the program ended, if there is such a thing.
    void offerRecovery();

signals:
    void said(const QString &sentence); ///< for the status bar

private:
    bool askToLeave();
    bool chooseBetween(ProjectOpening &opening, const QDateTime &unsaved);
    void onFound(const ProjectOpening &opening, const QString &model);
    void onOpened(const QStringList &losses);

    Workbench &m_workbench;
    QWidget *m_window;
    ProjectKeeper *m_keeper;
    MissingModel m_missing;
    std::string m_left; ///< decisions in the project that may be left
    RecentFiles m_recent{QStringLiteral("recent/projects")};
};

} // namespace lathe::ui
