#include "app/interruption.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <system_error>
#include <unistd.h>

namespace lathe {
namespace {

constexpr std::array watched{SIGINT, SIGTERM, SIGHUP};
constexpr int endOfWatch = 0; ///< is no signal

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
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    try {
        m_signals = ends[0];
        m_thread = std::thread([this] { watch(); });
    } catch (const std::system_error &) {
        m_signals = -1;
        ::close(ends[0]);
        ::close(ends[1]);
        return;
    }
    written = ends[1];
    for (const int signal : watched)
        if (!ignored(signal)) {
            struct sigaction action {};
            action.sa_handler = note;
            action.sa_flags = SA_RESTART;
            ::sigaction(signal, &action, nullptr);
        }
}

Interruption::~Interruption()
{
    if (m_signals < 0)
        return;
    for (const int signal : watched)
        if (!ignored(signal))
            std::signal(signal, SIG_DFL);
    note(endOfWatch);
    m_thread.join();
    ::close(m_signals);
    ::close(written.exchange(-1));
}

void Interruption::watch()
{
    pollfd source{m_signals, POLLIN, 0};
    while (::poll(&source, 1, -1) >= 0 || errno == EINTR) {
        unsigned char number = 0;
        if (::read(m_signals, &number, 1) != 1)
            continue;
        if (number == endOfWatch)
            return;
        if (!m_stop.request_stop()) // asked before
            endBySignal(number);
    }
}

} // namespace lathe
