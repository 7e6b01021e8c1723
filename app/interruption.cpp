#include "app/interruption.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace lathe {
namespace {

/// A signal that the caller told us to ignore (nohup, a job in the background of a script) stays ignored.
bool ignored(int signal)
{
    struct sigaction action {};
    return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

void endBySignal(int signal)
{
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

std::atomic<int> written = -1; ///< end of the pipe that the handler writes to

/// May run on any thread: libraries may have started some before main(), where no mask of ours holds.
void note(int signal)
{
    const int before = errno;
    const auto number = static_cast<unsigned char>(signal);
    (void)!::write(written, &number, 1);
    errno = before;
}

} // namespace

Interruption::Interruption()
{
    std::signal(SIGXFSZ, SIG_IGN); // a file size limit is then an error of write(), told like a full disk
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) == 0) {
        m_signals = ends[0];
        written = ends[1];
    }
    for (const int signal : {SIGINT, SIGTERM})
        if (m_signals >= 0 && !ignored(signal)) {
            struct sigaction action {};
            action.sa_handler = note;
            action.sa_flags = SA_RESTART;
            ::sigaction(signal, &action, nullptr);
        }
    m_end = ::eventfd(0, EFD_CLOEXEC);
    m_thread = std::thread([this] { watch(); });
}

Interruption::~Interruption()
{
    ::eventfd_write(m_end, 1);
    m_thread.join();
    for (const int signal : {SIGINT, SIGTERM})
        if (!ignored(signal))
            std::signal(signal, SIG_DFL);
    ::close(m_signals);
    ::close(written.exchange(-1));
    ::close(m_end);
}

void Interruption::watch()
{
    std::array<pollfd, 2> sources{pollfd{m_signals, POLLIN, 0}, pollfd{m_end, POLLIN, 0}};
    while (true) {
        if (::poll(sources.data(), sources.size(), -1) < 0)
            continue;
        if (sources[1].revents != 0)
            return;
        unsigned char number = 0;
        if (::read(m_signals, &number, 1) != 1)
            continue;
        if (!m_stop.request_stop()) // asked before
            endBySignal(number);
    }
}

} // namespace lathe
