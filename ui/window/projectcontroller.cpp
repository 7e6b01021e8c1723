#include "ui/window/projectcontroller.h"

#include "ui/base/messages.h"
#include "ui/session/projectkeeper.h"
#include "ui/session/workbench.h"
#include "ui/widgets/errordialog.h"
#include "ui/window/mainactions.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QLocale>
#include <QMessageBox>
#include <QPushButton>

namespace lathe::ui {
namespace {

const QString projectSuffix = QStringLiteral(".lathe");

QString projectFilter()
{
    return ProjectController::tr("Lathe projects (*.lathe)");
}

QString withSuffix(const QString &path)
{
    return path.endsWith(projectSuffix) ? path : path + projectSuffix;
}

QString fileName(const QString &path)
{
    return QFileInfo(path).fileName();
}

/// "Lathe ended before p.lathe was saved. Changes up to 12:30 were kept."
QString keptSentence(const QString &project, const QDateTime &when)
{
    return ProjectController::tr("Lathe ended before %1 was saved. Changes up to %2 were kept.")
        .arg(fileName(project), QLocale().toString(when, QLocale::ShortFormat));
}

/// Where nothing can be written another place may do.
Error withWayOut(const Error &error)
{
    if (error.code() != ErrorCode::FileUnwritable)
        return error;
    return Error(error.code(),
                 Message::verbatim((messageText(error.message()) + QLatin1Char(' ') +
                                    ProjectController::tr(
                                        "Save it in another folder: File ▸ Save project as (Ctrl+Shift+S)."))
                                       .toStdString()));
}

} // namespace

ProjectController::ProjectController(Workbench &workbench, MainActions &actions, QWidget *window)
    : QObject(window), m_workbench(workbench), m_window(window),
      m_keeper(new ProjectKeeper(&workbench, this)), m_missing(window)
{
    connect(&m_missing, &MissingModel::found, this, &ProjectController::onFound);
    connect(&m_missing, &MissingModel::givenUp, m_keeper, &ProjectKeeper::check);
    connect(actions.saveProject, &QAction::triggered, this, [this] { save(false); });
    connect(actions.saveProjectAs, &QAction::triggered, this, [this] { save(true); });
    m_recent.attachTo(actions.recentProjects);
    connect(&m_recent, &RecentFiles::chosen, this, [this](const QString &path) { open(path); });
    connect(m_keeper, &ProjectKeeper::opened, this, &ProjectController::onOpened);
}

void ProjectController::create(const QString &start)
{
    if (!mayLeave())
        return;
    const QString model = QFileDialog::getOpenFileName(m_window, tr("The model of the new project"), start,
                                                       tr("ONNX models (*.onnx);;All files (*)"));
    if (model.isEmpty())
        return;
    const QFileInfo file(model);
    const QString path = QFileDialog::getSaveFileName(
        m_window, tr("The file of the new project"),
        file.dir().filePath(file.completeBaseName() + projectSuffix), projectFilter());
    if (path.isEmpty())
        return;
    const auto outcome = runGuarded([&] { m_keeper->create(withSuffix(path), model, asksAgain()); });
    if (const auto *error = std::get_if<Error>(&outcome))
        showError(m_window, tr("Making the project %1").arg(path), *error);
}

void ProjectController::open(const QString &path, bool fromJournal)
{
    if (!mayLeave())
        return;
    auto outcome = runGuarded([&] { return m_keeper->prepare(path, fromJournal); });
    const auto unsaved = fromJournal ? std::nullopt : ProjectKeeper::unsavedChanges(path);
    if (const auto *error = std::get_if<Error>(&outcome)) {
        showError(m_window, tr("Opening %1").arg(QDir::toNativeSeparators(path)), *error);
        // Of a file that says nothing any more, the journal may still be there.
        if (unsaved && error->code() == ErrorCode::MalformedData)
            offerRecovery();
        return;
    }
    auto &opening = std::get<ProjectOpening>(outcome);
    if (unsaved && !chooseBetween(opening, *unsaved))
        return;
    if (opening.model.isEmpty()) {
        m_missing.ask(opening);
    } else {
        m_keeper->open(opening, opening.model, asksAgain());
    }
}

void ProjectController::onFound(const ProjectOpening &opening, const QString &model)
{
    if (asksAgain()())
        m_keeper->open(opening, model, asksAgain());
}

std::function<bool()> ProjectController::asksAgain()
{
    return [this] { return m_keeper->decisions() == m_left || mayLeave(); };
}

/// @returns false for neither.
bool ProjectController::chooseBetween(ProjectOpening &opening, const QDateTime &unsaved)
{
    QMessageBox box(QMessageBox::Question, tr("Lathe"), keptSentence(opening.path, unsaved),
                    QMessageBox::Cancel, m_window);
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
    auto outcome = runGuarded([&] { return m_keeper->prepare(path, true); });
    if (const auto *error = std::get_if<Error>(&outcome)) {
        showError(m_window, tr("Restoring the changes of %1").arg(fileName(path)), *error);
        return false;
    }
    opening = std::get<ProjectOpening>(std::move(outcome));
    return true;
}

void ProjectController::onOpened(const QStringList &losses)
{
    m_recent.add(m_keeper->path());
    if (!losses.isEmpty())
        showError(
            m_window, tr("Opening %1").arg(QDir::toNativeSeparators(m_keeper->path())),
            Error(ErrorCode::MalformedData, Message::verbatim(losses.join(QLatin1Char('\n')).toStdString())));
}

bool ProjectController::save(bool askForName)
{
    if (!m_workbench.hasModel())
        return false;
    QString path = m_keeper->path();
    if (askForName || path.isEmpty()) {
        const QString start =
            !path.isEmpty()
                ? path
                : QFileInfo(m_workbench.modelPath()).dir().filePath(m_workbench.modelName() + projectSuffix);
        path = QFileDialog::getSaveFileName(m_window, tr("Save the project"), start, projectFilter());
        if (path.isEmpty())
            return false;
        path = withSuffix(path);
    }
    const auto outcome = runGuarded([&] { m_keeper->save(path); });
    if (const auto *error = std::get_if<Error>(&outcome)) {
        showError(m_window, tr("Saving the project %1").arg(QDir::toNativeSeparators(path)),
                  withWayOut(*error));
        return false;
    }
    m_recent.add(path);
    emit said(tr("Saved %1.").arg(QDir::toNativeSeparators(path)));
    return true;
}

bool ProjectController::mayLeave()
{
    const bool leaves = askToLeave();
    if (leaves) {
        m_missing.abandon();
        m_left = m_keeper->decisions();
    }
    return leaves;
}

bool ProjectController::askToLeave()
{
    m_keeper->check();
    if (!m_keeper->isModified())
        return true;
    QMessageBox box(QMessageBox::Question, tr("Lathe"), tr("Save the changes of %1?").arg(m_keeper->name()),
                    QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, m_window);
    box.setObjectName(QStringLiteral("saveChangesDialog"));
    box.setDefaultButton(QMessageBox::Save);
    box.button(QMessageBox::Discard)->setText(tr("&Do not save")); // platforms have other words for it
    const int answer = box.exec();
    if (answer == QMessageBox::Save)
        return save(false);
    if (answer == QMessageBox::Discard)
        m_keeper->discard();
    return answer == QMessageBox::Discard;
}

void ProjectController::offerRecovery()
{
    const QStringList abandoned = ProjectKeeper::abandonedProjects();
    if (abandoned.isEmpty())
        return;
    const QString &path = abandoned.back();
    const QDateTime when = ProjectKeeper::unsavedChanges(path).value_or(QDateTime());
    QMessageBox box(QMessageBox::Question, tr("Lathe"), keptSentence(path, when), QMessageBox::NoButton,
                    m_window);
    box.setObjectName(QStringLiteral("startRecoveryDialog"));
    box.setInformativeText(
        tr("Until they are restored, they are offered again whenever the project is opened."));
    const QPushButton *restore = box.addButton(tr("&Open it with the changes"), QMessageBox::AcceptRole);
    box.addButton(tr("&Later"), QMessageBox::RejectRole);
    box.exec();
    if (box.clickedButton() == restore)
        open(path, true);
}

} // namespace lathe::ui
