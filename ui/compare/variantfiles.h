#pragma once
#include "ui/compare/filefindings.h"
#include "ui/jobs/jobrunner.h"

#include <QQueue>
#include <QStringList>

namespace lathe::ui {

class Workbench;

/// Adds ONNX files from elsewhere to the variants of a workbench, one after the other, in the background:
/// measures them, and looks whether those that a project or a session names are still there. Each has its row
/// at once, which tells how far it is, or why it cannot be had.
class VariantFiles : public QObject {
    Q_OBJECT
public:
    explicit VariantFiles(Workbench &workbench, QObject *parent = nullptr);

    /// Those that are among the variants already are no second time: alreadyThere().
    void add(const QStringList &paths);
    void measure(const QVector<int> &rows); ///< again; variants that are no files are left out
    void cancel(const QString &id);         ///< a file that has no figures yet goes
    void retry(const QString &id);          ///< after an error
    bool isBusy() const { return m_runner.isRunning() || m_checker.isRunning() || !m_waiting.isEmpty(); }

signals:
    void finished();                  ///< nothing is left to do
    void notice(const QString &text); ///< one sentence
    void alreadyThere(const QVector<int> &rows, const QString &sentence);
    void failed(const QString &what, const lathe::Error &error);

private:
    struct Task {
        QString path;
        QString id; ///< of the variant
    };
    void next();
    void finish(const Task &task, const Outcome<FileFindings> &outcome);
    int rowOfFile(const QString &path) const;
    void tellAlreadyThere(const QVector<int> &rows);
    void enqueue(int row);
    void show(int row, const FileFindings &findings);
    void showError(int row, const Error &error);
    void setStage(double fraction, const QString &stage);
    void forgetRemoved();
    void lookAfter();
    void check();
    void measureNew();

    Workbench &m_workbench;
    QQueue<Task> m_waiting;
    Task m_current; ///< while it runs
    JobRunner m_runner, m_checker;
};

} // namespace lathe::ui
