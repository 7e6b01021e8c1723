#include "ui/window/mainactions.h"

#include "ui/inspector/methodspec.h"

#include <QActionGroup>
#include <QApplication>
#include <QMainWindow>
#include <QMenuBar>
#include <QToolBar>
#include <QToolButton>
#include <QUndoStack>

namespace lathe::ui {
namespace {

QString withKey(const QString &tip, const QAction *action)
{
    const QString key = action->shortcut().toString(QKeySequence::NativeText);
    return key.isEmpty() ? tip : QStringLiteral("%1 (%2)").arg(tip, key);
}

/// The pointer leaves the button while the menu has it, and nobody tells the button: it would stay lit.
void letGoAfter(QMenu *menu, QToolButton *button)
{
    const auto letGo = [button] {
        if (button->rect().contains(button->mapFromGlobal(QCursor::pos())))
            return;
        QEvent leave(QEvent::Leave);
        QApplication::sendEvent(button, &leave);
    };
    QObject::connect(menu, &QMenu::aboutToHide, button, letGo, Qt::QueuedConnection);
}

} // namespace

MainActions::MainActions(QMainWindow *window, QUndoStack *undoStack) : QObject(window)
{
    makeFileMenu(window);
    makeEditMenu(window, undoStack);
    makeLayersMenu(window);
    makeViewMenu(window);
    makeHelpMenu(window);
    makeToolBar(window);
    m_needModel << QList<QAction *>{saveProject,
                                    saveProjectAs,
                                    openData,
                                    calibration,
                                    openRecipe,
                                    saveRecipe,
                                    saveRecipeAs,
                                    exportModel,
                                    saveVariant,
                                    recover,
                                    measureAgain,
                                    pauseMeasuring,
                                    resetLayout,
                                    copyCommandLine,
                                    keepLayers,
                                    copySettings,
                                    editRules,
                                    presets->menuAction(),
                                    m_panels->menuAction()}
                << m_perspectives;
    setModelOpen(false);
}

QAction *MainActions::add(QMenu *menu, const QString &text, const QString &tip, const QString &iconName,
                          const QList<QKeySequence> &keys)
{
    QAction *action = menu->addAction(text);
    if (!iconName.isEmpty())
        action->setIcon(icon(iconName));
    action->setShortcuts(keys);
    action->setStatusTip(tip);
    action->setToolTip(withKey(tip, action));
    m_all.push_back(action);
    return action;
}

void MainActions::makeFileMenu(QMainWindow *window)
{
    QMenu *menu = window->menuBar()->addMenu(tr("&File"));
    newProject = add(menu, tr("&New project…"), tr("Begin a project for a model, in a file of its own"), {},
                     {QKeySequence::New});
    openModel = add(menu, tr("&Open model or project…"), tr("Open an ONNX model or a project"),
                    QStringLiteral("open"), {QKeySequence::Open});
    openSample = add(menu, tr("Open the s&ample"), tr("Open the bundled digit reader with its images"),
                     QStringLiteral("model"));
    recentProjects = menu->addMenu(tr("Recent &projects"));
    recentModels = menu->addMenu(tr("Recent &models"));
    saveProject = add(menu, tr("&Save project"), tr("Save data set, recipe, variants and layout to a file"),
                      QStringLiteral("save"), {QKeySequence::Save});
    saveProjectAs = add(menu, tr("Save project &as…"), tr("Save the project to a new file"), {},
                        {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S)});
    menu->addSeparator();
    openData = add(menu, tr("&Data set…"), tr("Choose the data that accuracy is measured on"),
                   QStringLiteral("data"), {QKeySequence(Qt::CTRL | Qt::Key_D)});
    calibration = add(menu, tr("Cali&bration data…"),
                      tr("Choose the data that methods look at that need a layer's inputs"), {});
    menu->addSeparator();
    openRecipe = add(menu, tr("Open &recipe…"), tr("Open a recipe for this model"), QStringLiteral("recipe"),
                     {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O)});
    recentRecipes = menu->addMenu(tr("Recent re&cipes"));
    saveRecipe = add(menu, tr("Sa&ve recipe"), tr("Save the recipe to its file"), {});
    saveRecipeAs = add(menu, tr("Save recipe as…"), tr("Save the recipe to a new file"), {});
    menu->addSeparator();
    exportModel = add(menu, tr("&Export…"), tr("Write the compressed model to an ONNX file"),
                      QStringLiteral("export"), {QKeySequence(Qt::CTRL | Qt::Key_E)});
    menu->addSeparator();
    quit = add(menu, tr("&Quit"), tr("Close the window; the session is kept"), {},
               {QKeySequence(Qt::CTRL | Qt::Key_Q)});
}

void MainActions::makeUndo(QMenu *menu, QUndoStack *stack)
{
    undo = add(menu, tr("&Undo"), tr("Undo"), QStringLiteral("undo"), {QKeySequence::Undo});
    redo = add(menu, tr("&Redo"), tr("Redo"), QStringLiteral("redo"),
               {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y)});
    undo->setEnabled(false);
    redo->setEnabled(false);
    connect(undo, &QAction::triggered, stack, &QUndoStack::undo);
    connect(redo, &QAction::triggered, stack, &QUndoStack::redo);
    connect(stack, &QUndoStack::canUndoChanged, undo, &QAction::setEnabled);
    connect(stack, &QUndoStack::canRedoChanged, redo, &QAction::setEnabled);
    // The toolbar keeps the short word; what would be undone is in the tip.
    connect(stack, &QUndoStack::undoTextChanged, undo, [this](const QString &what) {
        undo->setToolTip(withKey(what.isEmpty() ? tr("Undo") : tr("Undo: %1").arg(what), undo));
        undo->setStatusTip(undo->toolTip());
    });
    connect(stack, &QUndoStack::redoTextChanged, redo, [this](const QString &what) {
        redo->setToolTip(withKey(what.isEmpty() ? tr("Redo") : tr("Redo: %1").arg(what), redo));
        redo->setStatusTip(redo->toolTip());
    });
}

void MainActions::makeEditMenu(QMainWindow *window, QUndoStack *stack)
{
    QMenu *menu = window->menuBar()->addMenu(tr("&Edit"));
    makeUndo(menu, stack);
    menu->addSeparator();
    presets = new PresetMenu(tr("&Presets"), window);
    menu->addMenu(presets);
    for (QAction *action : presets->builtIn()) {
        action->setToolTip(withKey(action->statusTip(), action));
        m_all.push_back(action);
    }
    saveVariant = add(menu, tr("Save &variant"), tr("Keep the recipe and its figures as a variant"),
                      QStringLiteral("variant"), {QKeySequence(Qt::CTRL | Qt::Key_K)});
    recover = add(menu, tr("Reco&ver…"), tr("Win back what compressing has lost"), QStringLiteral("undo"),
                  {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_R)});
    removeDead = add(menu, tr("Remove &dead channels"),
                     tr("Channels that give nothing to any layer go; what the model computes stays."), {});
    menu->addSeparator();
    copyCommandLine =
        add(menu, tr("Copy as command &line"), tr("Copy the lathe command that makes the same file"),
            QStringLiteral("copy"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_L)});
    menu->addSeparator();
    preferences = add(menu, tr("Pr&eferences…"), tr("Colours, threads and memory"),
                      QStringLiteral("settings"), {QKeySequence(Qt::CTRL | Qt::Key_Comma)});
}

void MainActions::makeLayersMenu(QMainWindow *window)
{
    QMenu *menu = window->menuBar()->addMenu(tr("&Layers"));
    keepLayers =
        add(menu, tr("&Keep as it is"), tr("Nothing changes the selected layers until they are let go"),
            QStringLiteral("keep"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_K)});
    keepLayers->setCheckable(true);
    menu->addSeparator();
    copySettings = add(menu, tr("&Copy settings"), tr("Copy what is done to the selected layer"),
                       QStringLiteral("copy"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C)});
    pasteSettings = add(menu, tr("&Paste settings"), tr("Do the same to the selected layers"),
                        QStringLiteral("apply"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_V)});
    menu->addSeparator();
    QMenu *settings = menu->addMenu(tr("Go to &settings"));
    for (const MethodSpec &method : methodSpecs()) {
        if (method.key.isEmpty())
            continue;
        QAction *action =
            add(settings, method.title, tr("Settings of the selected layers: %1").arg(method.title), {},
                {QKeySequence(method.key)});
        action->setData(method.id);
        methods << action;
        m_needModel << action;
    }
    editRules = add(menu, tr("&Rules…"), tr("Settings for all layers of a name, as patterns"),
                    QStringLiteral("recipe"), {QKeySequence(Qt::CTRL | Qt::Key_R)});
}

void MainActions::makePerspectives(QMenu *menu)
{
    auto *group = new QActionGroup(this);
    const QStringList tips{
        tr("Arrange the window to look at the model"),
        tr("Arrange the window to change layers and watch what follows"),
        tr("Set variants beside the baseline: samples, classes, layers; once more, or Esc, leads back")};
    for (int i = 0; i < perspectiveCount; ++i) {
        const auto perspective = static_cast<Perspective>(i);
        QAction *action = add(menu, QStringLiteral("&%1").arg(perspectiveName(perspective)), tips.at(i), {},
                              {QKeySequence(QStringLiteral("Alt+%1").arg(i + 1))});
        action->setIconText(perspectiveName(perspective));
        action->setCheckable(true);
        group->addAction(action);
        m_perspectives << action;
        connect(action, &QAction::triggered, this,
                [this, perspective] { emit perspectiveChosen(perspective); });
    }
}

void MainActions::makeViewMenu(QMainWindow *window)
{
    QMenu *menu = window->menuBar()->addMenu(tr("&View"));
    makePerspectives(menu);
    m_panels = menu->addMenu(tr("&Panels"));
    nextPanel =
        add(menu, tr("&Next panel"), tr("Put the focus on the next panel"), {}, {QKeySequence(Qt::Key_F6)});
    previousPanel = add(menu, tr("Pre&vious panel"), tr("Put the focus on the previous panel"), {},
                        {QKeySequence(Qt::SHIFT | Qt::Key_F6)});
    m_needModel << nextPanel << previousPanel;
    resetLayout = add(menu, tr("&Reset layout"), tr("Put the panels of this perspective back"), {});
    menu->addSeparator();
    auto *group = new QActionGroup(this);
    for (const auto &[scheme, name] :
         {std::pair{Scheme::System, tr("As the &system")}, std::pair{Scheme::Light, tr("&Light")},
          std::pair{Scheme::Dark, tr("&Dark")}}) {
        QAction *action = group->addAction(menu->addAction(name));
        action->setCheckable(true);
        m_schemes.push_back(action);
        connect(action, &QAction::triggered, this, [this, scheme = scheme] { emit schemeChosen(scheme); });
    }
    menu->addSeparator();
    measureAgain = add(menu, tr("&Measure again"), tr("Measure the recipe once more"), QStringLiteral("play"),
                       {QKeySequence(Qt::Key_F5)});
    pauseMeasuring =
        add(menu, tr("Pa&use measuring"), tr("Stop before all samples are measured; once more: go on"),
            QStringLiteral("pause"), {QKeySequence(Qt::SHIFT | Qt::Key_F5)});
    pauseMeasuring->setCheckable(true);
    cancel = add(menu, tr("&Cancel"), tr("Stop what is running"), QStringLiteral("cancel"),
                 {QKeySequence(Qt::Key_Escape)});
}

void MainActions::makeHelpMenu(QMainWindow *window)
{
    QMenu *menu = window->menuBar()->addMenu(tr("&Help"));
    help = add(menu, tr("&Contents"), tr("How Lathe works; F1 tells about what has the focus"), {});
    tour = add(menu, tr("Take the &tour"), tr("Choose a layer, change it, see what it did, export"), {});
    keyboardHelp = add(menu, tr("&Keyboard"), tr("List all keys"), {}, {QKeySequence(Qt::CTRL | Qt::Key_F1)});
    about = add(menu, tr("&About Lathe"), tr("Version and licence"), QStringLiteral("info"));
}

void MainActions::makeToolBar(QMainWindow *window)
{
    QToolBar *bar = window->addToolBar(tr("Commands"));
    bar->setObjectName(QStringLiteral("toolBar"));
    bar->setMovable(false);
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    bar->setIconSize({16, 16});
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    openModel->setIconText(tr("Open"));
    openData->setIconText(tr("Data"));
    exportModel->setIconText(tr("Export"));
    undo->setIconText(tr("Undo"));
    redo->setIconText(tr("Redo"));
    saveVariant->setIconText(tr("Save variant"));
    bar->addActions({openModel, openData});
    bar->addSeparator();
    bar->addActions({undo, redo});
    bar->addSeparator();
    presets->menuAction()->setIconText(tr("Presets"));
    presets->menuAction()->setToolTip(tr("Settings for all layers, or for those that are selected"));
    bar->addAction(presets->menuAction());
    if (auto *button = qobject_cast<QToolButton *>(bar->widgetForAction(presets->menuAction()))) {
        button->setPopupMode(QToolButton::InstantPopup);
        letGoAfter(presets, button);
    }
    bar->addActions({saveVariant, exportModel});
    auto *space = new QWidget;
    space->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    bar->addWidget(space);
    bar->addActions(m_perspectives);
}

void MainActions::setModelOpen(bool open)
{
    for (QAction *action : m_needModel)
        action->setEnabled(open);
    presets->setModelOpen(open);
}

void MainActions::setPerspective(Perspective perspective)
{
    m_perspectives.at(static_cast<int>(perspective))->setChecked(true);
}

void MainActions::setPanels(const QList<QAction *> &panels)
{
    m_panels->addActions(panels);
}

void MainActions::setScheme(Scheme scheme)
{
    m_schemes.at(static_cast<int>(scheme))->setChecked(true);
}

} // namespace lathe::ui
