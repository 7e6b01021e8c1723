#pragma once
#include "ui/recipe/presetmenu.h"
#include "ui/style/theme.h"
#include "ui/window/dockarea.h"

#include <QAction>
#include <QObject>

class QMainWindow;
class QMenu;
class QUndoStack;

namespace lathe::ui {

/// The commands of the window with their texts, keys, menus and toolbar. What they do is connected by
/// MainWindow.
class MainActions : public QObject {
    Q_OBJECT
public:
    MainActions(QMainWindow *window, QUndoStack *undoStack);

    QAction *newProject, *saveProject, *saveProjectAs;
    QAction *openModel, *openSample, *openData, *calibration, *openRecipe, *saveRecipe, *saveRecipeAs,
        *exportModel, *quit;
    QAction *undo, *redo, *saveVariant, *recover, *removeDead, *copyCommandLine;
    QAction *keepLayers, *copySettings, *pasteSettings, *editRules;
    QList<QAction *> methods; ///< lead to a method of the inspector; its id is their data
    QAction *nextPanel, *previousPanel;
    QAction *measureAgain, *pauseMeasuring, *cancel, *resetLayout;
    QAction *preferences, *help, *tour, *keyboardHelp, *about;
    PresetMenu *presets;
    QMenu *recentProjects, *recentModels, *recentRecipes;

    /// Everything that makes no sense without a model.
    void setModelOpen(bool open);
    void setScheme(Scheme scheme);
    void setPerspective(Perspective perspective);
    /// What shows and hides the panels, for the View menu.
    void setPanels(const QList<QAction *> &panels);
    QList<QAction *> all() const { return m_all; }

signals:
    void schemeChosen(lathe::ui::Scheme scheme);
    void perspectiveChosen(lathe::ui::Perspective perspective);

private:
    QAction *add(QMenu *menu, const QString &text, const QString &tip, const QString &iconName,
                 const QList<QKeySequence> &keys = {});
    void makeUndo(QMenu *menu, QUndoStack *stack);
    void makeFileMenu(QMainWindow *window);
    void makeEditMenu(QMainWindow *window, QUndoStack *stack);
    void makeLayersMenu(QMainWindow *window);
    void makeViewMenu(QMainWindow *window);
    void makePerspectives(QMenu *menu);
    void makeHelpMenu(QMainWindow *window);
    void makeToolBar(QMainWindow *window);

    QMenu *m_panels = nullptr;
    QList<QAction *> m_all;
    QList<QAction *> m_needModel;
    QList<QAction *> m_schemes;      ///< System, Light, Dark
    QList<QAction *> m_perspectives; ///< Inspect, Tune, Compare
};

} // namespace lathe::ui
