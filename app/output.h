#pragma once
// The program's three channels: results on stdout, messages and progress on stderr.
#include "app/command.h"
#include "core/base/issue.h"
#include "core/base/job.h"

#include <chrono>
#include <cstdio>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace lathe {

/// A bar on a terminal; elsewhere a line for every tenth of the way. Silent for the first half second, so
/// that short work leaves no trace.
class ProgressDisplay {
public:
    explicit ProgressDisplay(bool enabled);
    void show(const Progress &progress); ///< from any thread
    /// Writes to another place, with the bar taken off the terminal. @returns false when not all of it was
    /// taken.
    bool writeBetween(std::FILE *to, const std::string &text);

private:
    using Clock = std::chrono::steady_clock;
    void drawBar(int percent, const std::string &stage);

    const bool m_enabled;
    const bool m_terminal;
    const Clock::time_point m_start = Clock::now();
    std::mutex m_mutex;
    Clock::time_point m_lastDrawn;
    int m_lastTenth = 0;
    bool m_drawn = false;
};

class Console {
public:
    Console(const CommonOptions &options, std::stop_token stop);

    bool json() const { return m_options.json; }
    JobContext job(); ///< stop token, threads and progress for core

    void message(const std::string &sentence); ///< "lathe: ..." on stderr, unless --quiet
    void error(const std::string &sentence);   ///< the same, always
    void issues(const std::vector<Issue> &found);

    /// The result: called once, as the last step of a verb. @throws Error FileUnwritable when stdout does not
    /// take it.
    void printText(const std::string &text);
    void printJson(const nlohmann::ordered_json &document);

private:
    void write(const std::string &text);

    CommonOptions m_options;
    std::stop_token m_stop;
    ProgressDisplay m_progress;
};

} // namespace lathe
