#include "core/train/recoverplan.h"

#include <algorithm>
#include <cmath>

namespace lathe::train {
namespace {

constexpr double usedShare = 0.8;    ///< of the time; the rest is for judging, and for what comes between
constexpr double mostUpdates = 3000; ///< of photos, after which little is gained
constexpr double mostOfSmall = 500;  ///< of what is smaller or no image
constexpr int64_t photo = 64;        ///< pixels from which on an image is more than a sign

Augmentation viewsOf(const RecoveryScale &scale)
{
    Augmentation views;
    if (!scale.images)
        return views;
    views.views = 8;
    if (scale.shorter < photo) {
        views.shift = 1;
        return views;
    }
    views.flip = true;
    views.crop = 0.5;
    views.color = 0.1;
    return views;
}

} // namespace

Plan recoveryPlan(const RecoveryScale &scale)
{
    PlanStep step;
    step.batch = scale.shorter >= photo ? 32 : 64;
    step.optimizer.relative = true;
    step.rate = scale.shorter >= photo ? 3e-4 : 3e-3; // photos: at 2e-3 what was nearly right gets worse
    step.losses = {0.5, 1, 2, 1};
    step.dropout = false;
    step.changes.statistics = false;
    step.augment = viewsOf(scale);
    const double samples = static_cast<double>(std::max<size_t>(1, scale.samples));
    const double byTime = usedShare * scale.seconds / (samples * scale.secondsOfSample);
    const double byUse =
        (scale.shorter >= photo ? mostUpdates : mostOfSmall) * static_cast<double>(step.batch) / samples;
    step.epochs = std::max(1.0, std::floor(std::min(byTime, byUse)));
    step.patience = std::max<int64_t>(8, static_cast<int64_t>(step.epochs / 4));
    step.schedule.warmup = std::min(1.0, 0.05 * step.epochs);
    Plan plan;
    plan.name = "recover";
    plan.seed = scale.seed;
    plan.steps = {step};
    return plan;
}

std::optional<Plan> rampOf(const Plan &plan)
{
    const auto found =
        std::ranges::find_if(plan.steps, [](const PlanStep &step) { return step.prune.has_value(); });
    return found != plan.steps.end() ? std::optional(Plan{{}, plan.seed, plan.validation, {*found}})
                                     : std::nullopt;
}

double rampShare(const Plan &plan)
{
    const std::optional<Plan> ramp = rampOf(plan);
    double epochs = 0;
    for (const PlanStep &step : plan.steps)
        epochs += std::max(step.epochs, step.prune ? step.prune->epochs : 0.0);
    return ramp ? std::min(1.0, ramp->steps.front().prune->epochs / epochs) : 0.0;
}

Plan behindRamp(Plan plan)
{
    for (PlanStep &step : plan.steps)
        if (step.prune) {
            step.epochs = std::max(1.0, step.epochs - step.prune->epochs);
            step.prune.reset();
        }
    return plan;
}

} // namespace lathe::train
