#pragma once
#include "core/compress/slowwork.h"

#include <memory>

namespace lathe::ui {

/// How fast this machine does what takes long: what earlier runs of the program learned, and this one goes on
/// learning.
std::shared_ptr<WorkRates> machineRates();
void saveMachineRates();

} // namespace lathe::ui
