#pragma once
#include "ui/compare/filefindings.h"
#include "ui/jobs/jobrunner.h"

#include <QQueue>
#include <QStringList>

namespace lathe::ui {

class Workbench;

/// Adds ONNX files from elsewhere to the variants of a workbench, one after the other, in the background:
/// measures them, and looks whether those that a project or a session names are still there.
class VariantFiles : public QObject {
    Q_OBJECT
public:
    explicit VariantFiles(Workbench &workbench, QObject *parent = nullptr);

    void add(const QStringList &paths);
    void measure(const QVector<int> &rows); ///< again; variants that are no files are left out
    bool isBusy() const { return m_runner.isRunning() || m_checker.isRunning() || !m_waiting.isEmpty(); }

signals:
    void finished();                  ///< nothing is left to do
    void notice(const QString &text); ///< one sentence
    void failed(const QString &what, const lathe::Error &error);

private:
    struct Task {
        QString path;
        QString id; ///< of the variant that is measured again; empty: it is a new one
    };
    void next();
    void finish(const Task &task, const Outcome<FileFindings> &outcome);
    void show(const Task &task, const FileFindings &findings);
    void lookAfter();
    void check();
    void measureNew();

    Workbench &m_workbench;
    QQueue<Task> m_waiting;
    JobRunner m_runner, m_checker;
};

} // namespace lathe::ui
