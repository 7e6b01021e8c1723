#pragma once
#include "ui/base/recentfiles.h"
#include "ui/window/datasetchooser.h"

class QWidget;

namespace lathe::ui {

class MainActions;
class ProjectController;
class Workbench;

/// Knows what a path is and what to do with it: opens models, projects, recipes and data, asks for them, and
/// saves recipes. Connects the actions for that.
class FileOpener : public QObject {
    Q_OBJECT
public:
    /// @param window parent of dialogs
    FileOpener(Workbench &workbench, ProjectController &projects, MainActions &actions, QWidget *window);

    /// A model, a project, a recipe, a data folder or one of a data set's files; by what it is. What a drop
    /// and the command line bring.
    void openPath(const QString &path);
    void openSample();
    void chooseModel();
    void chooseDataset(const QString &reference = {});
    /// The data set first where there is none.
    void chooseCalibration();
    void chooseRecipe();
    /// @returns false when it was not saved: the user changed their mind, or it failed and that was said.
    bool saveRecipe(bool askForName);
    QStringList recentModels() const { return m_models.paths(); }

signals:
    void said(const QString &sentence); ///< for the status bar

private:
    void openModel(const QString &path);
    QString lastModel() const; ///< the open one, or the one opened last; where dialogs begin

    Workbench &m_workbench;
    ProjectController &m_projects;
    QWidget *m_window;
    DatasetChooser m_datasets;
    RecentFiles m_models{QStringLiteral("recent/models")};
    RecentFiles m_recipes{QStringLiteral("recent/recipes")};
};

} // namespace lathe::ui
