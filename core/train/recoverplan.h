#pragma once
// How long and how a compressed model is trained, where nobody says it.
#include "core/train/plan.h"
#include "core/train/recoverstudent.h"

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
/// The same, where a few steps on the first samples say how long one takes.
Plan measuredPlan(Engine &engine, const Student &student, const TrainingData &data, double seconds,
                  uint64_t seed, const JobContext &ctx = {});

} // namespace lathe::train
