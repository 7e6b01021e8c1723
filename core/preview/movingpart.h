#pragma once
// The few nodes that changing constants enter. Inside core/preview only.
#include "core/model/model.h"
#include "core/preview/graphcut.h"

#include <optional>

namespace lathe {

/// Cuts a model once more, right behind the nodes that read the changing constants and what a runtime fuses
/// with them: before the cut is all that has to be made anew when these change, behind it what never does.
/// Empty: it does not come apart so.
/// @param behind as modelBehind() gives it @param changing its inputs that are constants
std::optional<GraphCut> cutBehindMoving(const Model &behind, const std::set<std::string> &changing);

} // namespace lathe
