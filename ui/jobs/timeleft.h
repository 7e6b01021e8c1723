#pragma once
#include <QString>

#include <optional>

namespace lathe::ui {

/// How long work will still take, from how far it was when. Steady: what is said runs down with the clock and
/// is put right only where it is clearly wrong. Nothing is said of the first seconds. No clock of its own.
class TimeLeft {
public:
    /// @param milliseconds since the work began, never fewer than before @param fraction done, 0..1
    void add(qint64 milliseconds, double fraction);
    /// Whole seconds; empty: too little is known. @param milliseconds as in add()
    std::optional<int> seconds(qint64 milliseconds) const;

private:
    double m_fraction = 0.0;
    qint64 m_last = 0;   ///< when the fraction grew last
    double m_pace = 0.0; ///< milliseconds for all of it, as of late
    double m_end = -1.0; ///< when the work will be done, in milliseconds since it began
};

/// "about 40 s left", "2 min left": no finer than it is known. Empty for negative seconds.
QString timeLeftText(int seconds);
/// "about 40 s on this machine"; empty for what is over at once.
QString aboutTimeText(double seconds);

} // namespace lathe::ui
