#pragma once
#include "tests/support/processortime.h"

#include <QObject>

#include <algorithm>
#include <vector>

namespace lathe::test {

/// How much of the GUI thread's own processor time passes between two turns of the event loop: what a block
/// costs, however busy the machine is with other things.
class Heartbeat : public QObject {
public:
    Heartbeat() { startTimer(0); }
    void restart()
    {
        m_beats.clear();
        m_last = now();
    }
    const std::vector<double> &beats() const { return m_beats; } ///< milliseconds
    double longest() const { return m_beats.empty() ? 0.0 : *std::ranges::max_element(m_beats); }

protected:
    void timerEvent(QTimerEvent *) override
    {
        const double time = now();
        m_beats.push_back(time - m_last);
        m_last = time;
    }

private:
    static double now() { return 1e3 * processorSeconds(); }
    std::vector<double> m_beats;
    double m_last = now();
};

} // namespace lathe::test
