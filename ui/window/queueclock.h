#pragma once
#include <QFile>

#include <memory>

namespace lathe::ui {

/// How long a thread of this program has stood in line for a processor, ready to work. Linux only.
class QueueClock {
public:
    static QueueClock ofThisThread();
    /// Milliseconds so far; 0 where the system does not tell. To be read by one thread at a time.
    double now();
    QueueClock reopened() const; ///< the same, to be read by another thread

private:
    explicit QueueClock(const QString &path);
    std::unique_ptr<QFile> m_file;
};

} // namespace lathe::ui
