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

/// The first step that prunes little by little, as a plan of its own; empty: none does.
std::optional<Plan> rampOf(const Plan &plan);
/// That the ramp takes of the plan's epochs.
double rampShare(const Plan &plan);
/// What is left to train when the ramp is done.
Plan behindRamp(Plan plan);

} // namespace lathe::train
