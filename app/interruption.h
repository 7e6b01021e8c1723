#pragma once
#include <stop_token>
#include <thread>

namespace lathe {

/// Turns the first SIGINT or SIGTERM into a stop request; the second one ends the process. One at a time.
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
    int m_end = -1;     ///< eventfd: the watching thread is to go
    std::thread m_thread;
};

} // namespace lathe
