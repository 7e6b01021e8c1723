#include "core/train/plan.h"

#include "core/base/error.h"
#include "core/base/fileio.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numbers>

namespace lathe::train {
namespace {

PlanStep stepOf(double epochs, int64_t batch, Optimizer optimizer, double rate)
{
    PlanStep step;
    step.epochs = epochs;
    step.batch = batch;
    step.optimizer = optimizer;
    step.rate = rate;
    return step;
}

Optimizer nesterov(double weightDecay)
{
    return {Optimizer::Kind::Sgd, 0.9, 0.9, 0.999, weightDecay, 0};
}

Optimizer adam()
{
    return PlanStep().optimizer;
}

Plan named(const char *name, PlanStep step)
{
    Plan plan;
    plan.name = name;
    plan.steps.push_back(std::move(step));
    return plan;
}

/// From fresh weights, no more than minutes for small networks.
Plan standard()
{
    PlanStep step = stepOf(20, 64, {Optimizer::Kind::AdamW, 0.9, 0.9, 0.999, 0.1, 0}, 0.002);
    step.schedule.warmup = 0.5;
    return named("standard", step);
}

Plan quick()
{
    return named("quick", stepOf(5, 64, adam(), 0.002));
}

/// Photographs from fresh weights: He et al. 2016, arXiv:1512.03385, section 4.2, with a cosine.
Plan images()
{
    PlanStep step = stepOf(100, 128, nesterov(5e-4), 0.1);
    step.schedule.warmup = 1;
    step.augment.flip = true;
    step.augment.shift = 4;
    return named("images", step);
}

/// Weights that are good already, on new data.
Plan finetune()
{
    PlanStep step = stepOf(10, 32, adam(), 1e-4);
    step.schedule.warmup = 0.5;
    step.optimizer.clip = 1;
    step.changes.statistics = false;
    step.patience = 4;
    return named("finetune", step);
}

/// From another model's outputs: Hinton et al. 2015, arXiv:1503.02531.
Plan distill()
{
    PlanStep step = stepOf(20, 64, adam(), 0.001);
    step.losses = {0, 1, 4, 0};
    step.augment.views = 8;
    return named("distill", step);
}

/// Nine of ten weights go, little by little, and the rest makes up for them.
Plan gradual()
{
    PlanStep step = stepOf(15, 64, adam(), 5e-4);
    step.prune = PruneRamp{};
    step.prune->epochs = 8;
    step.prune->regrow = 0.1;
    return named("gradual", step);
}

constexpr std::array presets{standard, quick, images, finetune, distill, gradual};

} // namespace

void setEpochs(PlanStep &step, double epochs)
{
    if (step.prune) {
        const double scale = step.steps > 0 ? 1.0 : epochs / step.epochs;
        step.prune->epochs = std::min(step.prune->epochs * scale, epochs);
    }
    step.epochs = epochs;
    step.steps = 0;
}

std::vector<std::string> planPresets()
{
    std::vector<std::string> names;
    for (const auto make : presets)
        names.push_back(make().name);
    return names;
}

Plan planPreset(std::string_view name)
{
    for (const auto make : presets)
        if (Plan plan = make(); plan.name == name)
            return plan;
    throw Error(ErrorCode::InvalidArgument,
                Message::tr("There is no training plan \"{}\"; there are {}.", name,
                            fmt::format("{}", fmt::join(planPresets(), ", "))));
}

Plan loadPlan(const std::filesystem::path &path)
{
    return planFromJson(readFile(path), path.string());
}

double rateAt(const PlanStep &step, double epoch, double epochs)
{
    const Schedule &schedule = step.schedule;
    if (epoch < schedule.warmup)
        return step.rate * epoch / schedule.warmup;
    const double done = epoch - schedule.warmup, whole = std::max(epochs - schedule.warmup, 1e-9);
    switch (schedule.kind) {
    case Schedule::Kind::Constant:
        break;
    case Schedule::Kind::Cosine: {
        const double wave = (1 + std::cos(std::numbers::pi * std::min(done / whole, 1.0))) / 2;
        return step.rate * (schedule.last + (1 - schedule.last) * wave);
    }
    case Schedule::Kind::Step:
        return step.rate * std::pow(schedule.factor, std::floor(done / schedule.every));
    case Schedule::Kind::Exponential:
        return step.rate * std::pow(schedule.factor, std::floor(done));
    }
    return step.rate;
}

double shareAt(const PruneRamp &ramp, double epoch)
{
    const double left = ramp.epochs > 0 ? std::clamp(1 - epoch / ramp.epochs, 0.0, 1.0) : 0.0;
    return ramp.to + (ramp.from - ramp.to) * left * left * left;
}

} // namespace lathe::train
