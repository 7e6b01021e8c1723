#include "ui/jobs/timeleft.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::TimeLeft)
};

constexpr qint64 shortestHistory = 1000;   // ms, before a time left is named
constexpr double leastDone = 0.02;         ///< of the whole
constexpr double memory = 0.1;             ///< share of the whole after which an old pace counts for little
constexpr double clearlyWrong = 0.2;       ///< of what is left
constexpr double clearlyWrongAtOnce = 2e3; // ms

} // namespace

void TimeLeft::add(qint64 milliseconds, double fraction)
{
    const double more = fraction - m_fraction;
    if (more <= 0.0)
        return;
    // The pace of late counts most, but one quick or slow step does not turn everything over.
    const double pace = static_cast<double>(milliseconds - m_last) / more;
    const double weight = m_pace > 0.0 ? 1.0 - std::exp(-more / memory) : 1.0;
    m_pace += weight * (pace - m_pace);
    m_fraction = fraction;
    m_last = milliseconds;
    const auto now = static_cast<double>(milliseconds);
    const double overall = now / fraction;
    const double left = (1.0 - fraction) * 0.5 * (m_pace + overall);
    const double said = m_end - now;
    if (m_end < 0.0 ||
        std::abs(left - said) > std::max(clearlyWrong * std::max(left, said), clearlyWrongAtOnce))
        m_end = now + left;
    else
        m_end += 0.1 * (left - said);
}

std::optional<int> TimeLeft::seconds(qint64 milliseconds) const
{
    if (milliseconds < shortestHistory || m_fraction < leastDone || m_end < 0.0)
        return {};
    const auto now = static_cast<double>(milliseconds);
    if (now <= m_end)
        return static_cast<int>(std::ceil(1e-3 * (m_end - now)));
    // It takes longer than was said, and nothing has moved since: by the pace of the whole it gets longer
    // yet.
    return static_cast<int>(std::ceil(1e-3 * now * (1.0 - m_fraction) / m_fraction));
}

QString timeLeftText(int seconds)
{
    if (seconds < 0)
        return {};
    if (seconds >= 90)
        return Words::tr("%1 min left").arg((seconds + 30) / 60);
    const int step = seconds > 20 ? 10 : seconds > 10 ? 5 : 1;
    return Words::tr("%1 s left").arg((seconds + step - 1) / step * step);
}

QString aboutTimeText(double seconds)
{
    constexpr double atOnce = 2.0;
    if (!(seconds >= atOnce))
        return {};
    if (seconds >= 90.0)
        return Words::tr("about %1 min on this machine").arg(std::lround(seconds / 60.0));
    const double step = seconds > 20.0 ? 10.0 : seconds > 10.0 ? 5.0 : 1.0;
    return Words::tr("about %1 s on this machine").arg(std::lround(seconds / step) * static_cast<long>(step));
}

} // namespace lathe::ui
