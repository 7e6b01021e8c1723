#pragma once
// How long and how a compressed model is trained, where nobody says it.
#include "core/train/plan.h"

namespace lathe::train {

/// What a plan is made for.
struct RecoveryScale {
    size_t samples = 0;            ///< to learn from
    bool images = false;           ///< inputs that can be shown in other views
    int64_t shorter = 0;           ///< pixels of their shorter side
    double secondsOfSample = 1e-3; ///< a step takes, with what the data and the teacher take
    double seconds = 600;          ///< there are
    uint64_t seed = 1;
};

/// The teacher's outputs and features, and labels where they serve; statistics of normalizations stay. As
/// many epochs as the time allows, but no more than bring something.
Plan recoveryPlan(const RecoveryScale &scale);

} // namespace lathe::train
