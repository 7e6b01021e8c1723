// The part of MainWindow that opens what a path names, and saves recipes.
#include "ui/data/calibrationdialog.h"
#include "ui/data/datasetdialog.h"
#include "ui/export/exportdialog.h"
#include "ui/window/emptystate.h"
#include "ui/window/mainwindow.h"
#include "ui/window/modeldialog.h"

#include <QDir>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QMimeData>
#include <QStatusBar>

namespace lathe::ui {
namespace {

const QString recipeSuffix = QStringLiteral(".recipe.json");

QString recipeFilter()
{
    return MainWindow::tr("Recipes (*.recipe.json *.json)");
}

} // namespace

void MainWindow::openPath(const QString &path)
{
    const QFileInfo file(path);
    const bool isData = file.isDir() || file.fileName() == QLatin1String("dataset.json") ||
                        path.endsWith(QLatin1String(".gz")) || path.endsWith(QLatin1String(".npz")) ||
                        path.endsWith(QLatin1String(".npy"));
    const bool isRecipe = !isData && file.suffix() == QLatin1String("json");
    if (file.suffix() == QLatin1String("lathe")) {
        openProject(path);
    } else if (!isData && !isRecipe) {
        openModel(path);
    } else if (!m_workbench->hasModel()) {
        reportError(
            tr("Opening %1").arg(path),
            Error(ErrorCode::InvalidArgument,
                  tr("%1 goes with a model. Open the model first.").arg(file.fileName()).toStdString()));
    } else if (isData) {
        chooseDataset(file.isDir() ? file.absoluteFilePath() : file.absolutePath());
    } else if (m_workbench->openRecipe(path)) {
        m_recentRecipes.add(path);
        refreshTitle();
    }
}

void MainWindow::openSample()
{
    openModel(samplePath());
}

void MainWindow::chooseModel()
{
    const QString folder =
        m_workbench->hasModel() ? m_workbench->modelPath() : m_recentModels.paths().value(0);
    const QString path =
        QFileDialog::getOpenFileName(this, tr("Open a model or a project"), QFileInfo(folder).path(),
                                     tr("Models and projects (*.onnx *.lathe);;All files (*)"));
    if (!path.isEmpty())
        openPath(path);
}

void MainWindow::chooseDataset(const QString &reference)
{
    if (!m_workbench->hasModel())
        return;
    DatasetChoice start;
    if (m_workbench->data())
        start = m_workbench->data()->choice;
    if (!reference.isEmpty() && reference != start.reference)
        start = {reference, {}, start.limit};
    auto *dialog = new DatasetDialog(m_workbench->model(), start, this);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { m_workbench->setDataset(dialog->choice()); });
    openForModel(dialog, *m_workbench);
}

void MainWindow::chooseCalibration()
{
    if (!m_workbench->data()) {
        chooseDataset();
        return;
    }
    auto *dialog = new CalibrationDialog(*m_workbench->data(), this);
    connect(dialog, &QDialog::accepted, this,
            [this, dialog] { m_workbench->setCalibration(dialog->reference()); });
    openForModel(dialog, *m_workbench);
}

void MainWindow::chooseRecipe()
{
    const QString path = QFileDialog::getOpenFileName(
        this, tr("Open a recipe"), QFileInfo(m_workbench->modelPath()).path(), recipeFilter());
    if (!path.isEmpty())
        openPath(path);
}

bool MainWindow::saveRecipe(bool askForName)
{
    QString path = m_workbench->recipePath();
    if (askForName || path.isEmpty()) {
        const QString start =
            !path.isEmpty()
                ? path
                : QFileInfo(m_workbench->modelPath()).dir().filePath(m_workbench->modelName() + recipeSuffix);
        path = QFileDialog::getSaveFileName(this, tr("Save the recipe"), start, recipeFilter());
        if (path.isEmpty())
            return false;
        if (QFileInfo(path).suffix().isEmpty())
            path += recipeSuffix;
    }
    if (!m_workbench->saveRecipe(path))
        return false;
    m_recentRecipes.add(path);
    refreshTitle();
    statusBar()->showMessage(tr("Saved %1.").arg(QDir::toNativeSeparators(path)), 4000);
    return true;
}

void MainWindow::exportModel()
{
    auto *dialog = new ExportDialog(*m_workbench, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
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
    openPath(event->mimeData()->urls().front().toLocalFile());
}

} // namespace lathe::ui
