#include "ui/window/queueclock.h"

#ifdef Q_OS_LINUX
#include <unistd.h>
#endif

namespace lathe::ui {

QueueClock::QueueClock(const QString &path) : m_file(std::make_unique<QFile>(path))
{
    m_file->open(QIODevice::ReadOnly | QIODevice::Unbuffered);
}

QueueClock QueueClock::ofThisThread()
{
#ifdef Q_OS_LINUX
    return QueueClock(QStringLiteral("/proc/self/task/%1/schedstat").arg(gettid()));
#else
    return QueueClock(QString());
#endif
}

QueueClock QueueClock::reopened() const
{
    return QueueClock(m_file->fileName());
}

/// Nanoseconds of work, nanoseconds in line, turns.
double QueueClock::now()
{
    if (!m_file->isOpen() || !m_file->seek(0))
        return 0.0;
    return 1e-6 * m_file->readAll().split(' ').value(1).toDouble();
}

} // namespace lathe::ui
