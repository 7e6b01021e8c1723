#pragma once
#include <stop_token>
#include <thread>

namespace lathe {

/// Turns the first SIGINT, SIGTERM or SIGHUP into a stop request; the second one ends the process. Where no
/// descriptor or thread is left for that, signals do what they do by themselves. One at a time.
class Interruption {
public:
    Interruption();
    ~Interruption();
    Interruption(const Interruption &) = delete;
    Interruption &operator=(const Interruption &) = delete;
    std::stop_token token() const { return m_stop.get_token(); }

private:
    void watch();

    std::stop_source m_stop;
    int m_signals = -1; ///< the end of the pipe that is read
    std::thread m_thread;
};

} // namespace lathe
