#pragma once
#include "ui/session/workbench.h"
#include "ui/window/heartbeat.h"
#include "ui/window/stallreport.h"
#include "ui/window/stallscript.h"

#include <QElapsedTimer>
#include <QTimer>

#include <functional>

class QAction;

namespace lathe::ui {

class MainWindow;

/// Does in the window what a script says, by mouse and keys as a person would, and measures how long the
/// window does not answer meanwhile.
class StallRun : public QObject {
    Q_OBJECT
public:
    /// @param path,options of the model that `open` opens
    /// @param pictures folder that `picture` writes to; empty: such a step fails
    StallRun(MainWindow &window, const QVector<StallStep> &steps, const QString &path,
             const Workbench::OpenOptions &options, const QString &pictures = {});
    const std::vector<Stalls> &stalls() const { return m_stalls; }

signals:
    void finished();
    void failed(int line, const QString &why); ///< nothing more is done

private:
    /// Small moves of one action, one for each turn of the clock.
    using Moves = std::vector<std::function<void()>>;

    void next();
    void turn();
    bool isDone() const;
    void finishStep();
    void fail(const QString &why);
    Moves movesOf(const StallStep &step);
    Moves select(const QStringList &layers);
    Moves drag(const QString &method, const QString &span);
    Moves type(const QString &text);
    Moves triggerAction(QAction *action);
    Moves applyPreset(const QString &name);
    Moves exportAndClose();
    Moves recover(const QString &what);
    Moves showChart(const QString &name);
    void note();

    MainWindow &m_window;
    QVector<StallStep> m_steps;
    QString m_path, m_pictures;
    Workbench::OpenOptions m_options;
    qsizetype m_at = -1;
    Moves m_moves;
    size_t m_move = 0;
    int m_quietTurns = 0;
    QElapsedTimer m_stepTime;
    std::vector<Stalls> m_stalls;
    QTimer m_clock;
    Heartbeat m_heartbeat;
};

} // namespace lathe::ui
