#include "core/train/batchloader.h"
#include "core/train/recoverplan.h"
#include "core/train/timelimit.h"
#include "core/train/trainedmodel.h"

#include <algorithm>

namespace lathe::train {
namespace {

/// Steps at rate 0, from which nothing is learned.
double secondsOfSample(Engine &engine, const Student &student, const TrainingData &data, const PlanStep &step,
                       const JobContext &ctx)
{
    engine.setThreads(ctx.threadCount());
    TrainingTask task = student.task;
    task.plan.steps = {step};
    Teacher teacher = teacherFor(task, student.task.model, data, ctx);
    const std::span<const size_t> all(data.training());
    const auto count = std::min<size_t>(static_cast<size_t>(step.batch), all.size());
    BatchLoader::Work work;
    work.view.augmentation = step.augment;
    work.teacher = &teacher;
    const Stopwatch made;
    const Batch batch = batchOf(data, all.first(count), work, ctx);
    const double preparing = made.seconds();
    const auto network = engine.network(task.model, task.trainable);
    Loss loss;
    loss.output = scoresOf(task.model).value;
    loss.distillation = step.losses.distillation;
    loss.features = step.losses.features;
    loss.featureValues = task.features;
    network->setFixed({{}, true, true});
    network->setOptimizer(step.optimizer);
    double least = 0;
    constexpr int tries = 3; // the first one sets up
    for (int i = 0; i < tries; ++i) {
        const Stopwatch one;
        network->step(batch, loss, 0);
        least = i == 0 ? one.seconds() : std::min(least, one.seconds());
        ctx.throwIfCancelled();
    }
    // Made ahead while a step is taken, and asked of the teacher once for each view.
    return std::max(least, preparing / 2) / static_cast<double>(count);
}

} // namespace

Plan measuredPlan(Engine &engine, const Student &student, const TrainingData &data, double seconds,
                  uint64_t seed, const JobContext &ctx)
{
    RecoveryScale scale;
    scale.samples = data.training().size();
    const Shape input = student.task.model.inputs().front().shape;
    scale.images = data.dataset().holdsImages() && input.size() == 4;
    if (scale.images) {
        std::vector<int64_t> sides(input.begin() + 1, input.end());
        std::ranges::sort(sides);
        scale.shorter = sides[1]; // channels are fewer
    }
    scale.seconds = seconds;
    scale.seed = seed;
    const Plan plan = recoveryPlan(scale);
    const Stopwatch watch;
    scale.secondsOfSample = secondsOfSample(engine, student, data, plan.steps.front(), ctx);
    scale.seconds = std::max(0.0, seconds - watch.seconds());
    return recoveryPlan(scale);
}

} // namespace lathe::train
