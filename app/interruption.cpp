#include "app/interruption.h"

#include <array>
#include <csignal>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
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
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, signal);
    std::signal(signal, SIG_DFL);
    ::pthread_sigmask(SIG_UNBLOCK, &one, nullptr);
    std::raise(signal);
}

} // namespace

Interruption::Interruption()
{
    std::signal(SIGXFSZ, SIG_IGN); // a file size limit is then an error of write(), told like a full disk
    sigset_t watched;
    sigemptyset(&watched);
    for (const int signal : {SIGINT, SIGTERM})
        if (!ignored(signal))
            sigaddset(&watched, signal);
    ::pthread_sigmask(SIG_BLOCK, &watched, nullptr);
    m_signals = ::signalfd(-1, &watched, SFD_CLOEXEC);
    m_end = ::eventfd(0, EFD_CLOEXEC);
    m_thread = std::thread([this] { watch(); });
}

Interruption::~Interruption()
{
    ::eventfd_write(m_end, 1);
    m_thread.join();
    ::close(m_signals);
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
        signalfd_siginfo info{};
        if (::read(m_signals, &info, sizeof info) != sizeof info)
            continue;
        if (!m_stop.request_stop()) // asked before
            endBySignal(static_cast<int>(info.ssi_signo));
    }
}

} // namespace lathe
