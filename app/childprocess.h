#pragma once
#include "core/base/job.h"

#include <string>
#include <utility>
#include <vector>

namespace lathe {

/// Runs this program once more and returns what it prints on stdout; its stderr is this one's. Cancelling
/// ends it too.
/// @param environment variables to set for it, over those of this process
/// @throws Error Internal (it cannot be started, or fails), Cancelled
std::string outputOfSelf(const std::vector<std::string> &arguments,
                         const std::vector<std::pair<std::string, std::string>> &environment,
                         const JobContext &ctx);

} // namespace lathe
