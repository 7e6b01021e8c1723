// The part of MainWindow that opens, saves and leaves projects, with the questions that come with it.
#include "ui/session/projectkeeper.h"
#include "ui/widgets/errordialog.h"
#include "ui/widgets/infobar.h"
#include "ui/window/mainwindow.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QLocale>
#include <QMessageBox>
#include <QPushButton>
#include <QStatusBar>

namespace lathe::ui {
namespace {

const QString projectSuffix = QStringLiteral(".lathe");

QString projectFilter()
{
    return MainWindow::tr("Lathe projects (*.lathe)");
}

QString withSuffix(const QString &path)
{
    return path.endsWith(projectSuffix) ? path : path + projectSuffix;
}

QString fileName(const QString &path)
{
    return QFileInfo(path).fileName();
}

} // namespace

void MainWindow::connectProject()
{
    MainActions *a = m_actions;
    connect(a->newProject, &QAction::triggered, this, &MainWindow::newProject);
    connect(a->saveProject, &QAction::triggered, this, [this] { saveProject(false); });
    connect(a->saveProjectAs, &QAction::triggered, this, [this] { saveProject(true); });
    m_recentProjects.attachTo(a->recentProjects);
    connect(&m_recentProjects, &RecentFiles::chosen, this, &MainWindow::openPath);
    m_project->setLayout([this] { return m_laidOut ? m_panels->save() : QByteArray(); });
    connect(m_project, &ProjectKeeper::opened, this, &MainWindow::onProjectOpened);
    connect(m_project, &ProjectKeeper::modifiedChanged, this, &MainWindow::refreshTitle);
    connect(m_project, &ProjectKeeper::modelDiffers, this, [this] {
        m_info->showText(
            tr("%1 is not the file that was measured in this project. Recipes were kept, figures were "
               "dropped.")
                .arg(fileName(m_workbench->modelPath())));
    });
}

void MainWindow::openModel(const QString &path)
{
    if (mayLeaveProject())
        m_workbench->openModel(path);
}

void MainWindow::newProject()
{
    if (!mayLeaveProject())
        return;
    const QString start =
        m_workbench->hasModel() ? m_workbench->modelPath() : m_recentModels.paths().value(0);
    const QString model = QFileDialog::getOpenFileName(this, tr("The model of the new project"), start,
                                                       tr("ONNX models (*.onnx);;All files (*)"));
    if (model.isEmpty())
        return;
    const QFileInfo file(model);
    const QString path = QFileDialog::getSaveFileName(
        this, tr("The file of the new project"), file.dir().filePath(file.completeBaseName() + projectSuffix),
        projectFilter());
    if (path.isEmpty())
        return;
    const auto outcome = runGuarded([&] { m_project->create(withSuffix(path), model); });
    if (const auto *error = std::get_if<Error>(&outcome))
        reportError(tr("Making the project %1").arg(path), *error);
}

void MainWindow::openProject(const QString &path, bool fromJournal)
{
    if (!mayLeaveProject())
        return;
    auto outcome = runGuarded([&] { return m_project->prepare(path, fromJournal); });
    const auto unsaved = fromJournal ? std::nullopt : ProjectKeeper::unsavedChanges(path);
    if (const auto *error = std::get_if<Error>(&outcome)) {
        reportError(tr("Opening %1").arg(QDir::toNativeSeparators(path)), *error);
        // Of a file that says nothing any more, the journal may still be there.
        if (unsaved && error->code() == ErrorCode::MalformedData)
            offerRecovery();
        return;
    }
    auto &opening = std::get<ProjectOpening>(outcome);
    if (unsaved && !chooseBetween(opening, *unsaved))
        return;
    const QString model = opening.model.isEmpty() ? findMissingModel(opening) : opening.model;
    if (!model.isEmpty())
        m_project->open(opening, model);
}

/// @returns false for neither.
bool MainWindow::chooseBetween(ProjectOpening &opening, const QDateTime &unsaved)
{
    QMessageBox box(QMessageBox::Question, tr("Lathe"),
                    tr("Lathe ended before %1 was saved. Changes up to %2 were kept.")
                        .arg(fileName(opening.path), QLocale().toString(unsaved, QLocale::ShortFormat)),
                    QMessageBox::Cancel, this);
    box.setObjectName(QStringLiteral("recoveryDialog"));
    const QPushButton *restore = box.addButton(tr("&Restore the changes"), QMessageBox::AcceptRole);
    const QPushButton *asSaved = box.addButton(tr("Open as &saved"), QMessageBox::DestructiveRole);
    box.exec();
    if (box.clickedButton() == asSaved) {
        ProjectKeeper::discardChanges(opening.path);
        return true;
    }
    if (box.clickedButton() != restore)
        return false;
    const QString path = opening.path;
    opening.lock.reset(); // the next one takes it
    auto outcome = runGuarded([&] { return m_project->prepare(path, true); });
    if (const auto *error = std::get_if<Error>(&outcome)) {
        reportError(tr("Restoring the changes of %1").arg(fileName(path)), *error);
        return false;
    }
    opening = std::get<ProjectOpening>(std::move(outcome));
    return true;
}

QString MainWindow::findMissingModel(const ProjectOpening &opening)
{
    const QString model = QString::fromStdString(opening.read.project.model.path.string());
    QMessageBox box(
        QMessageBox::Warning, tr("Lathe"),
        tr("%1 is no longer in %2, and not beside %3 either.")
            .arg(fileName(model), QDir::toNativeSeparators(QFileInfo(model).path()), fileName(opening.path)),
        QMessageBox::Cancel, this);
    box.setObjectName(QStringLiteral("modelMissingDialog"));
    box.setInformativeText(
        tr("Show where the model is now. Recipes, variants and figures stay with it; the project "
           "remembers its new place when it is saved."));
    const QPushButton *find = box.addButton(tr("&Find the model…"), QMessageBox::AcceptRole);
    box.exec();
    if (box.clickedButton() != find)
        return {};
    return QFileDialog::getOpenFileName(this, tr("Where is %1?").arg(fileName(model)),
                                        QFileInfo(opening.path).path(),
                                        tr("ONNX models (*.onnx);;All files (*)"));
}

void MainWindow::onProjectOpened(const QStringList &losses, const QByteArray &layout)
{
    m_recentProjects.add(m_project->path());
    if (!layout.isEmpty())
        m_panels->restore(layout);
    if (!losses.isEmpty())
        reportError(tr("Opening %1").arg(QDir::toNativeSeparators(m_project->path())),
                    Error(ErrorCode::MalformedData, losses.join(QLatin1Char('\n')).toStdString()));
}

bool MainWindow::saveProject(bool askForName)
{
    if (!m_workbench->hasModel())
        return false;
    QString path = m_project->path();
    if (askForName || path.isEmpty()) {
        const QString start = !path.isEmpty() ? path
                                              : QFileInfo(m_workbench->modelPath())
                                                    .dir()
                                                    .filePath(m_workbench->modelName() + projectSuffix);
        path = QFileDialog::getSaveFileName(this, tr("Save the project"), start, projectFilter());
        if (path.isEmpty())
            return false;
        path = withSuffix(path);
    }
    const auto outcome = runGuarded([&] { m_project->save(path); });
    if (const auto *error = std::get_if<Error>(&outcome)) {
        reportError(tr("Saving the project %1").arg(QDir::toNativeSeparators(path)), *error);
        return false;
    }
    m_recentProjects.add(path);
    refreshTitle();
    statusBar()->showMessage(tr("Saved %1.").arg(QDir::toNativeSeparators(path)), 4000);
    return true;
}

/// Asks when there is something to save. @returns false to stay.
bool MainWindow::mayLeaveProject()
{
    m_project->check();
    if (!m_project->isModified())
        return true;
    QMessageBox box(QMessageBox::Question, tr("Lathe"), tr("Save the changes of %1?").arg(m_project->name()),
                    QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, this);
    box.setObjectName(QStringLiteral("saveChangesDialog"));
    box.setDefaultButton(QMessageBox::Save);
    box.button(QMessageBox::Discard)->setText(tr("&Do not save")); // platforms have other words for it
    const int answer = box.exec();
    if (answer == QMessageBox::Save)
        return saveProject(false);
    if (answer == QMessageBox::Discard)
        m_project->discard();
    return answer == QMessageBox::Discard;
}

void MainWindow::offerRecovery()
{
    const QStringList abandoned = ProjectKeeper::abandonedProjects();
    if (abandoned.isEmpty())
        return;
    const QString &path = abandoned.back();
    QMessageBox box(QMessageBox::Question, tr("Lathe"),
                    tr("Lathe ended before %1 was saved.").arg(fileName(path)), QMessageBox::NoButton, this);
    box.setObjectName(QStringLiteral("startRecoveryDialog"));
    box.setInformativeText(
        tr("Its changes were kept. Until they are restored, they are offered again whenever the "
           "project is opened."));
    const QPushButton *restore = box.addButton(tr("&Open it with the changes"), QMessageBox::AcceptRole);
    box.addButton(tr("&Later"), QMessageBox::RejectRole);
    box.exec();
    if (box.clickedButton() == restore)
        openProject(path, true);
}

} // namespace lathe::ui
