#pragma once
// The verbs of the command line. Each file app/VERB.cpp defines one.
#include "core/base/error.h"

#include <array>
#include <cstdint>
#include <functional>

namespace CLI {
class App;
}

namespace lathe {

class Console;

/// Options that every verb takes.
struct CommonOptions {
    bool json = false;  ///< one JSON document on stdout instead of text
    bool quiet = false; ///< no progress, no notes; errors are still told
    int threads = 0;    ///< 0: one for each core
};

struct Verb {
    CLI::App *parser = nullptr;         ///< the subcommand with its options
    std::function<void(Console &)> run; ///< called after parsing. @throws Error, Cancelled
};

Verb addInspect(CLI::App &app);
Verb addAnalyze(CLI::App &app);
Verb addEvaluate(CLI::App &app);
Verb addSensitivity(CLI::App &app);
Verb addGroups(CLI::App &app);
Verb addCompress(CLI::App &app);
Verb addRecover(CLI::App &app);
Verb addNetwork(CLI::App &app);
Verb addTrain(CLI::App &app);
Verb addVerify(CLI::App &app);
Verb addCompare(CLI::App &app);
Verb addPack(CLI::App &app);
Verb addUnpack(CLI::App &app);

/// In the order that help lists them.
inline constexpr std::array verbs{addInspect,  addAnalyze, addEvaluate, addSensitivity, addGroups,
                                  addCompress, addRecover, addNetwork,  addTrain,       addVerify,
                                  addCompare,  addPack,    addUnpack};

} // namespace lathe
