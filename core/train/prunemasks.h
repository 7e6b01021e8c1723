#pragma once
// Which weights are there while a plan removes them little by little.
#include "core/train/plan.h"

namespace lathe::train {

/// Gives the network the masks of that share of zeros. What has been removed before and moves on unseen
/// (ramp.regrow) comes back where it has grown past what is there.
/// @param kept by weight, as the network has them; what was masked from the beginning never comes back
/// @param fixed by weight: masks of the model itself, empty: none
void setShare(Network &network, const PruneRamp &ramp, double share, std::vector<std::vector<uint8_t>> &kept,
              const std::vector<std::vector<uint8_t>> &fixed);

/// Which of the scores stay: the largest, so many that `share` of all are gone; of equal ones the first.
std::vector<uint8_t> largestKept(const std::vector<float> &scores, double share);

} // namespace lathe::train
