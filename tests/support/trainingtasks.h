#pragma once
// What a trainer is given in tests: digits, plans and networks without a teacher.
#include "core/train/networks.h"
#include "core/train/trainedmodel.h"
#include "tests/support/digitsdata.h"

namespace lathe::test {

using namespace train;

inline const TrainingData &digits()
{
    static const TrainingData data = digitsFor(networkOf("mlp:64-10"));
    return data;
}

inline PlanStep stepOf(double epochs, double rate = 0.3)
{
    PlanStep step;
    step.epochs = epochs;
    step.rate = rate;
    step.batch = 32;
    return step;
}

inline Plan planOf(std::vector<PlanStep> steps)
{
    Plan plan;
    plan.steps = std::move(steps);
    return plan;
}

inline TrainingTask taskOf(const Model &model, Plan plan)
{
    const Parts parts = partsOf(model);
    return {model, parts, trainableOf(model, parts), std::move(plan), nullptr, {}};
}

inline TrainingTask linear(Plan plan)
{
    return taskOf(networkOf("mlp:64-10"), std::move(plan));
}

inline std::string bytesOf(const Trainer &trainer)
{
    return trainedModel(trainer, trainer.task().plan).serialize();
}

/// Runs until that many updates are done, then stops as Ctrl+C does.
inline TrainingResult runFor(Trainer &trainer, TrainerOptions options, int updates)
{
    std::stop_source stop;
    options.onEvent = [&](const TrainingEvent &event) {
        if (event.kind == TrainingEvent::Kind::Update && --updates == 0)
            stop.request_stop();
    };
    JobContext ctx;
    ctx.stop = stop.get_token();
    ctx.threads = 1;
    return trainer.run(options, ctx);
}

} // namespace lathe::test
