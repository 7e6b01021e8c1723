#include "ui/window/fileopener.h"

#include "ui/data/calibrationdialog.h"
#include "ui/session/workbench.h"
#include "ui/widgets/errordialog.h"
#include "ui/window/emptystate.h"
#include "ui/window/mainactions.h"
#include "ui/window/modeldialog.h"
#include "ui/window/projectcontroller.h"

#include <QDir>
#include <QFileDialog>

namespace lathe::ui {
namespace {

const QString recipeSuffix = QStringLiteral(".recipe.json");

QString recipeFilter()
{
    return FileOpener::tr("Recipes (*.recipe.json *.json)");
}

} // namespace

FileOpener::FileOpener(Workbench &workbench, ProjectController &projects, MainActions &actions,
                       QWidget *window)
    : QObject(window), m_workbench(workbench), m_projects(projects), m_window(window),
      m_datasets(workbench, window)
{
    connect(actions.newProject, &QAction::triggered, this, [this] { m_projects.create(lastModel()); });
    connect(actions.openModel, &QAction::triggered, this, &FileOpener::chooseModel);
    connect(actions.openSample, &QAction::triggered, this, &FileOpener::openSample);
    connect(actions.openData, &QAction::triggered, this, [this] { chooseDataset(); });
    connect(actions.calibration, &QAction::triggered, this, &FileOpener::chooseCalibration);
    connect(actions.openRecipe, &QAction::triggered, this, &FileOpener::chooseRecipe);
    connect(actions.saveRecipe, &QAction::triggered, this, [this] { saveRecipe(false); });
    connect(actions.saveRecipeAs, &QAction::triggered, this, [this] { saveRecipe(true); });
    actions.openSample->setEnabled(!samplePath().isEmpty());
    m_models.attachTo(actions.recentModels);
    m_recipes.attachTo(actions.recentRecipes);
    connect(&m_models, &RecentFiles::chosen, this, &FileOpener::openPath);
    connect(&m_recipes, &RecentFiles::chosen, this, &FileOpener::openPath);
    connect(&workbench, &Workbench::modelChanged, this, [this] { m_models.add(m_workbench.modelPath()); });
}

QString FileOpener::lastModel() const
{
    return m_workbench.hasModel() ? m_workbench.modelPath() : m_models.paths().value(0);
}

void FileOpener::openModel(const QString &path)
{
    if (!m_projects.mayLeave())
        return;
    Workbench::OpenOptions options;
    options.mayReplace = m_projects.asksAgain();
    m_workbench.openModel(path, options);
}

void FileOpener::openPath(const QString &path)
{
    const QFileInfo file(path);
    const bool isData = file.isDir() || file.fileName() == QLatin1String("dataset.json") ||
                        path.endsWith(QLatin1String(".gz")) || path.endsWith(QLatin1String(".npz")) ||
                        path.endsWith(QLatin1String(".npy"));
    const bool isRecipe = !isData && file.suffix() == QLatin1String("json");
    if (file.suffix() == QLatin1String("lathe")) {
        m_projects.open(path);
    } else if (!isData && !isRecipe) {
        openModel(path);
    } else if (!m_workbench.hasModel()) {
        showError(
            m_window, tr("Opening %1").arg(path),
            Error(ErrorCode::InvalidArgument,
                  Message::verbatim(
                      tr("%1 goes with a model. Open the model first.").arg(file.fileName()).toStdString())));
    } else if (isData) {
        chooseDataset(file.isDir() ? file.absoluteFilePath() : file.absolutePath());
    } else if (m_workbench.editor().openRecipe(path)) {
        m_recipes.add(path);
    }
}

void FileOpener::openSample()
{
    openModel(samplePath());
}

void FileOpener::chooseModel()
{
    const QString path =
        QFileDialog::getOpenFileName(m_window, tr("Open a model or a project"), QFileInfo(lastModel()).path(),
                                     tr("Models and projects (*.onnx *.lathe);;All files (*)"));
    if (!path.isEmpty())
        openPath(path);
}

void FileOpener::chooseDataset(const QString &reference)
{
    if (!m_workbench.hasModel())
        return;
    DatasetChoice start;
    if (m_workbench.data())
        start = m_workbench.data()->choice;
    if (!reference.isEmpty() && reference != start.reference)
        start = {reference, {}, start.limit};
    m_datasets.choose(start);
}

void FileOpener::chooseCalibration()
{
    if (!m_workbench.data()) {
        chooseDataset();
        return;
    }
    auto *dialog = new CalibrationDialog(*m_workbench.data(), m_window);
    connect(dialog, &QDialog::accepted, this,
            [this, dialog] { m_workbench.setCalibration(dialog->reference()); });
    openForModel(dialog, m_workbench);
}

void FileOpener::chooseRecipe()
{
    const QString path = QFileDialog::getOpenFileName(
        m_window, tr("Open a recipe"), QFileInfo(m_workbench.modelPath()).path(), recipeFilter());
    if (!path.isEmpty())
        openPath(path);
}

bool FileOpener::saveRecipe(bool askForName)
{
    QString path = m_workbench.editor().recipePath();
    if (askForName || path.isEmpty()) {
        const QString start =
            !path.isEmpty()
                ? path
                : QFileInfo(m_workbench.modelPath()).dir().filePath(m_workbench.modelName() + recipeSuffix);
        path = QFileDialog::getSaveFileName(m_window, tr("Save the recipe"), start, recipeFilter());
        if (path.isEmpty())
            return false;
        if (QFileInfo(path).suffix().isEmpty())
            path += recipeSuffix;
    }
    if (!m_workbench.saveRecipe(path))
        return false;
    m_recipes.add(path);
    emit said(tr("Saved %1.").arg(QDir::toNativeSeparators(path)));
    return true;
}

} // namespace lathe::ui
