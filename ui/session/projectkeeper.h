#pragma once
#include "core/project/project.h"
#include "ui/jobs/jobrunner.h"

#include <QDateTime>
#include <QLockFile>
#include <QThreadPool>
#include <QTimer>
#include <memory>

namespace lathe::ui {

class Workbench;

/// A project that was read and can be opened as soon as it is known where its model is.
struct ProjectOpening {
    QString path; ///< of the project
    ReadProject read;
    QString model; ///< empty: it is not where the project says
    bool fromJournal = false;
    std::shared_ptr<QLockFile> lock;
};

/// Keeps the work of a workbench in a project file: reads and writes it, knows whether it is modified, keeps
/// a journal of what is not saved yet and a lock against a second window.
class ProjectKeeper : public QObject {
    Q_OBJECT
public:
    ProjectKeeper(Workbench *workbench, QObject *parent);
    ~ProjectKeeper() override; ///< without close(): the journal stays, as after a crash

    bool isOpen() const { return !m_path.isEmpty(); }
    const QString &path() const { return m_path; }
    QString name() const; ///< file name without its suffix
    bool isModified() const { return isOpen() && m_modified; }
    void check(); ///< brings isModified() up to date at once; it follows changes a little later by itself
    /// What the user decided, to be compared with later; empty when none is open. Figures are no part of it:
    /// they go on coming by themselves.
    std::string decisions() const;

    /// The layout of the window goes into the file too, but a change of it is no modification.
    void setLayout(std::function<QByteArray()> layout) { m_layout = std::move(layout); }

    /// @param fromJournal what was not saved when the program ended, in place of the file
    /// @throws Error FileUnreadable (also when another window has it), MalformedData
    ProjectOpening prepare(const QString &path, bool fromJournal) const;
    /// In the background; opened() when it is there. @param model may differ from the project's: it was
    /// moved. @param mayReplace as Workbench::OpenOptions has it
    void open(const ProjectOpening &opening, const QString &model, std::function<bool()> mayReplace = {});
    /// An empty project for a model. @throws Error as save()
    void create(const QString &path, const QString &model, std::function<bool()> mayReplace = {});
    /// @throws Error FileUnwritable, and FileUnreadable when another window has the file
    void save(const QString &path);
    void discard(); ///< What is not saved is not wanted: the journal goes.
    void close();   ///< as discard(), and the lock goes

    /// When changes of the project were kept that were never saved; nothing while a window has it open.
    static std::optional<QDateTime> unsavedChanges(const QString &project);
    static QStringList abandonedProjects(); ///< with unsaved changes
    static void discardChanges(const QString &project);

    static constexpr int journalDelay = 3000; ///< ms after a change

signals:
    void opened(const QStringList &losses, const QByteArray &layout);
    void modifiedChanged();
    void modelDiffers(); ///< from the one that the figures belong to; those are gone

private:
    Project snapshot(bool withLayout) const;
    void takeOver();
    void hashModel(const QString &expected);
    void dropFigures();
    void checkSoon();
    void writeJournal();
    void removeJournal();

    Workbench *m_workbench;
    std::function<QByteArray()> m_layout;
    std::optional<ProjectOpening> m_pending;
    QString m_path;
    std::shared_ptr<QLockFile> m_lock;
    std::string m_modelHash;
    std::optional<DataChoice> m_data; ///< of the file, until the workbench has it
    std::string m_saved;              ///< what the file says
    bool m_modified = false;
    QTimer m_check, m_journal;
    JobRunner m_hashRunner;
    QThreadPool m_writer; ///< one thread: what is written later is newer
};

} // namespace lathe::ui
