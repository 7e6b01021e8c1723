#pragma once
// What the parts of `lathe bench` share.
#include "app/command.h"
#include "app/document.h"
#include "core/base/job.h"

#include <chrono>
#include <span>

namespace lathe {

class Stopwatch {
public:
    double seconds() const
    {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count();
    }

private:
    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
};

void addRepeats(CLI::App &parser, int &repeats);

Verb addBenchPreview(CLI::App &bench);
Verb addBenchAnalyze(CLI::App &bench);
Verb addBenchEvaluate(CLI::App &bench);
Verb addBenchCompress(CLI::App &bench);
Verb addBenchCoding(CLI::App &bench);
Verb addBenchTrain(CLI::App &bench);
Verb addBenchChannels(CLI::App &bench);

} // namespace lathe
