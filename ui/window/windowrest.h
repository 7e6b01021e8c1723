#pragma once
#include <QObject>
#include <QTimer>

#include <chrono>

namespace lathe::ui {

class Workbench;

/// Whether all that the window shows of the open model is there: nothing is being read, computed or measured,
/// and nothing more comes by itself.
bool isAtRest(const Workbench &workbench);

/// Waits until the window is at rest and has painted what came last.
class WindowRest : public QObject {
    Q_OBJECT
public:
    explicit WindowRest(const Workbench &workbench, QObject *parent = nullptr);
    void wait(std::chrono::milliseconds most);

signals:
    void over(bool atRest); ///< once for each wait(); false: something is still missing

private:
    void look();

    const Workbench &m_workbench;
    QTimer m_clock;
    int m_quiet = 0; ///< looks in a row at which it was at rest
    std::chrono::steady_clock::time_point m_end;
};

} // namespace lathe::ui
