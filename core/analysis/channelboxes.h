#pragma once
// How the weights of each output channel are spread.
#include "core/base/job.h"
#include "core/base/matrix.h"

#include <vector>

namespace lathe {

/// Quartiles are values of the channel: of n in ascending order those at (n - 1) / 4, / 2 and * 3 / 4,
/// rounded down.
struct ChannelBox {
    float minimum = 0.0F, lower = 0.0F, median = 0.0F, upper = 0.0F, maximum = 0.0F;
};
/// One for each row. NaN and infinities are left out; a row that holds nothing else is all zero.
/// @throws Cancelled
std::vector<ChannelBox> channelBoxes(const Matrix &weight, const JobContext &ctx = {});

} // namespace lathe
