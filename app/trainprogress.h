#pragma once
// How a training goes, for programs that look on.
#include "app/document.h"
#include "core/train/trainer.h"

#include <chrono>
#include <cstdio>
#include <memory>

namespace lathe {

class Console;

/// One JSON object a line: "update" (at most ten a second), "epoch", "note", and "end" as the last one.
class TrainProgress {
public:
    /// @param target a file, "-" for stderr; empty: nobody looks on @param append goes on behind what is
    /// there
    /// @throws Error FileUnwritable
    TrainProgress(const std::string &target, bool append, Console &console);

    void tell(const train::TrainingEvent &event);
    void end(const train::TrainingResult &result);
    bool isOnStderr() const { return m_file == nullptr && m_wanted; }

private:
    void write(const Json &line);

    struct Close {
        void operator()(std::FILE *file) const { std::fclose(file); }
    };
    using Clock = std::chrono::steady_clock;
    Console &m_console;
    std::string m_target;
    bool m_wanted;
    std::unique_ptr<std::FILE, Close> m_file;
    Clock::time_point m_last;
};

Json judgementJson(const std::optional<train::Judgement> &judged); ///< samples, accuracy, loss; null: none
Json epochJson(const train::EpochRecord &record);
std::string stopName(train::TrainingResult::Stop stop); ///< "done", "cancelled", "diverged"

} // namespace lathe
