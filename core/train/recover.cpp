#include "core/train/recover.h"

#include "core/base/error.h"
#include "core/oracle/outputoracle.h"
#include "core/recover/tunedmodel.h"
#include "core/train/batchloader.h"
#include "core/train/recoverplan.h"
#include "core/train/recoverramp.h"
#include "core/train/trainedmodel.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>

namespace lathe::train {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double blockShare = 0.15; ///< of the time, for the blocks
constexpr size_t fitted = 512;      ///< samples at most that what goes without gradients looks at

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// The places in the set of some samples of the data.
std::vector<size_t> placesOf(const SampleSet &samples, const std::vector<size_t> &wanted, size_t most)
{
    std::vector<size_t> places;
    for (size_t i = 0; i < samples.size() && places.size() < most; ++i)
        if (std::ranges::binary_search(wanted, samples.datasetIndices()[i]))
            places.push_back(i);
    return places;
}

/// One run with all that it needs.
class Recovering {
public:
    Recovering(Engine &engine, Compressor &compressor, const TrainingData &data, const SampleSet &samples,
               const RecoverOptions &options, const JobContext &ctx)
        : m_engine(engine), m_compressor(compressor), m_data(data), m_samples(samples), m_options(options),
          m_ctx(ctx)
    {
    }

    TrainedRecovery run(const CompressedModel &start)
    {
        requireGradients(start.source);
        const std::vector<size_t> judging = placesOf(m_samples, m_data.validation(), m_samples.size());
        if (!judging.empty())
            m_oracle = OutputOracle::of(start.source, m_samples.subset(judging), m_ctx.part(0, 0.02));
        TrainedRecovery result{unrefitted(start), {}, {}, {}, {}, {}, {}, false};
        result.recovered.heldOut = judging.size();
        if (const auto before = lossOf(start)) {
            result.recovered.divergenceBefore = before->divergence;
            result.recovered.ofClasses = before->ofClasses;
        }
        if (const PlanStep *ramp = rampOfPlan())
            prune(result, *ramp);
        else
            refit(result.recovered, start);
        trainBlocks(result);
        train(result);
        if (!result.recovered.tuning) { // nothing was of use: what there was before
            result.recovered.tuning = tuningOf(start, start, start.constants(), "as compressed");
            result.recovered.model =
                m_compressor.compress(start.recipe, result.recovered.tuning, unstopped());
        }
        return result;
    }

private:
    void requireGradients(const Model &source) const
    {
        try {
            requireTrainable(m_engine, source);
        } catch (const Error &error) {
            throw Error(error.code(),
                        Message::tr("{} Recovery without gradients (--without-gradients) needs none.",
                                    error.message()));
        }
    }

    static Recovered unrefitted(const CompressedModel &start)
    {
        return {start, start.tuning, {}, 0.0, 0.0, false, 0, 0, {}};
    }

    std::optional<Oracle::Loss> lossOf(const CompressedModel &model) const
    {
        JobContext ctx = m_ctx;
        ctx.onProgress = {}; // a moment of each stage
        return m_oracle ? m_oracle->loss(model, ctx) : std::nullopt;
    }

    /// On training samples alone, so that those that judge stay unseen.
    void refit(Recovered &recovered, const CompressedModel &start)
    {
        const std::vector<size_t> places = placesOf(m_samples, m_data.training(), fitted);
        recovered.divergenceAfter = recovered.divergenceBefore;
        if (!m_options.refits || places.size() < 16)
            return;
        RecoveryOptions refitting;
        refitting.steps = m_options.steps;
        Recovered refitted = recoverWithoutGradients(m_compressor, start, m_samples.subset(places), refitting,
                                                     m_ctx.part(0.02, 0.1));
        recovered.steps = refitted.steps;
        recovered.issues = refitted.issues;
        const auto loss = lossOf(refitted.model);
        if (loss && loss->divergence >= recovered.divergenceBefore)
            return;
        adopt(recovered, std::move(refitted.model), loss);
    }

    static void adopt(Recovered &recovered, CompressedModel model, const std::optional<Oracle::Loss> &loss)
    {
        recovered.tuning = model.tuning;
        recovered.model = std::move(model);
        recovered.divergenceAfter = loss ? loss->divergence : 0.0;
    }

    const PlanStep *rampOfPlan() const
    {
        if (!m_options.plan)
            return nullptr;
        const auto &steps = m_options.plan->steps;
        const auto found = std::ranges::find_if(steps, [](const PlanStep &s) { return s.prune.has_value(); });
        return found != steps.end() ? &*found : nullptr;
    }

    /// Whatever it brings: it is what the plan says.
    void prune(TrainedRecovery &result, const PlanStep &step)
    {
        const auto begun = Clock::now();
        Recovered &recovered = result.recovered;
        Plan plan{{}, m_options.plan->seed, m_options.plan->validation, {step}};
        useLabelsWhereTheyServe(plan, m_data, scoresOf(recovered.model.source).classes);
        const SampleSet samples = m_samples.subset(placesOf(m_samples, m_data.training(), fitted));
        const RampTask task{m_data, samples, plan.steps.front(), plan.seed, m_options.training.onEvent};
        CompressedModel model = prunedInStages(m_engine, recovered.model, task, m_ctx.part(0.02, 0.1));
        const auto loss = lossOf(model);
        result.gradual = {model.layers.size(), true, recovered.divergenceBefore,
                          loss ? loss->divergence : 0.0, secondsSince(begun)};
        adopt(recovered, std::move(model), loss);
    }

    /// What has been learned is not thrown away.
    JobContext unstopped() const
    {
        JobContext ctx = m_ctx;
        ctx.stop = {};
        return ctx;
    }

    std::string description() const
    {
        return fmt::format("trained on {}", m_data.dataset().description().text());
    }

    /// Kept only where the whole model gets nearer to the original, too.
    void trainBlocks(TrainedRecovery &result)
    {
        Recovered &recovered = result.recovered;
        if (!m_options.blocks || m_data.training().size() < 16)
            return;
        const auto begun = Clock::now();
        m_engine.setThreads(m_ctx.threadCount());
        BlockResult trained = recoverBlocks(m_engine, recovered.model, m_data, m_options.seconds * blockShare,
                                            m_options.seed, m_ctx.part(0.1, 0.2));
        result.blocks = std::move(trained.blocks);
        const auto loss = lossOf(trained.model);
        result.byBlocks = {result.blocks.size(), loss && loss->divergence < recovered.divergenceAfter,
                           recovered.divergenceAfter, loss ? loss->divergence : 0.0, secondsSince(begun)};
        if (result.byBlocks.kept)
            adopt(recovered, std::move(trained.model), loss);
    }

    void train(TrainedRecovery &result)
    {
        Recovered &recovered = result.recovered;
        Student student = studentOf(recovered.model);
        student.task.plan = planFor(student, result.notes);
        std::optional<Teacher> teacher;
        if (std::ranges::any_of(student.task.plan.steps,
                                [](const PlanStep &step) { return step.losses.needsTeacher(); }))
            student.task.teacher = &teacher.emplace(
                teacherFor(student.task, recovered.model.origin, m_data, m_ctx.part(0.2, 0.21)));
        if (m_options.onPlan)
            m_options.onPlan(student.task.plan);
        Trainer trainer(m_engine, student.task, m_data);
        recovered.fitted = m_data.training().size();
        result.training = within(trainer, result.outOfTime);
        take(result, student, trainer.network());
    }

    /// Stops when the time is over; what has been learned until then is kept.
    TrainingResult within(Trainer &trainer, bool &outOfTime)
    {
        std::stop_source stop;
        const std::stop_callback forward(m_ctx.stop, [&stop] { stop.request_stop(); });
        JobContext ctx = m_ctx.part(0.21, 0.97);
        ctx.stop = stop.get_token();
        TrainerOptions options = m_options.training;
        options.onEvent = [&](const TrainingEvent &event) {
            if (m_options.training.onEvent)
                m_options.training.onEvent(event);
            if (event.seconds > m_options.seconds && m_options.limited) {
                outOfTime = true;
                stop.request_stop();
            }
        };
        return trainer.run(options, ctx);
    }

    void take(TrainedRecovery &result, const Student &student, const Network &network)
    {
        const JobContext ctx = unstopped();
        Recovered &recovered = result.recovered;
        const auto tuning = withLearned(student, network, recovered.model, description()).tuning;
        CompressedModel model = m_compressor.compress(recovered.model.recipe, tuning, ctx);
        const auto loss = m_oracle ? m_oracle->loss(model, ctx) : std::nullopt;
        result.whole = {student.layers.size(), !loss || loss->divergence < recovered.divergenceAfter,
                        recovered.divergenceAfter, loss ? loss->divergence : 0.0, result.training.seconds};
        if (result.whole.kept)
            adopt(recovered, std::move(model), loss);
    }

    Plan planFor(Student &student, std::vector<Message> &notes)
    {
        Plan plan = m_options.plan ? *m_options.plan : planByMeasuring(student);
        for (PlanStep &step : plan.steps)
            if (step.prune) { // that has been done
                step.epochs = std::max(1.0, step.epochs - step.prune->epochs);
                step.prune.reset();
            }
        notes = useLabelsWhereTheyServe(plan, m_data, scoresOf(student.task.model).classes);
        return plan;
    }

    /// A few steps at rate 0 on the first samples say what one takes.
    Plan planByMeasuring(const Student &student)
    {
        RecoveryScale scale;
        scale.samples = m_data.training().size();
        const Shape input = student.task.model.inputs().front().shape;
        scale.images = m_data.dataset().holdsImages() && input.size() == 4;
        if (scale.images) {
            std::vector<int64_t> sides(input.begin() + 1, input.end());
            std::ranges::sort(sides);
            scale.shorter = sides[1]; // channels are fewer
        }
        scale.seconds = m_options.seconds;
        scale.seed = m_options.seed;
        Plan plan = recoveryPlan(scale);
        scale.secondsOfSample = secondsOfSample(student, plan.steps.front());
        return recoveryPlan(scale);
    }

    double secondsOfSample(const Student &student, const PlanStep &step)
    {
        m_engine.setThreads(m_ctx.threadCount());
        TrainingTask task = student.task;
        task.plan.steps = {step};
        Teacher teacher = teacherFor(task, student.task.model, m_data, m_ctx);
        const std::span<const size_t> all(m_data.training());
        const auto count = std::min<size_t>(static_cast<size_t>(step.batch), all.size());
        BatchLoader::Work work;
        work.view.augmentation = step.augment;
        work.teacher = &teacher;
        const auto begun = Clock::now();
        const Batch batch = batchOf(m_data, all.first(count), work, m_ctx);
        const double preparing = secondsSince(begun);
        const auto network = m_engine.network(task.model, task.trainable);
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
            const auto start = Clock::now();
            network->step(batch, loss, 0);
            least = i == 0 ? secondsSince(start) : std::min(least, secondsSince(start));
            m_ctx.throwIfCancelled();
        }
        // Made ahead while a step is taken, and asked of the teacher once for each view.
        return std::max(least, preparing / 2) / static_cast<double>(count);
    }

    Engine &m_engine;
    Compressor &m_compressor;
    const TrainingData &m_data;
    const SampleSet &m_samples;
    const RecoverOptions &m_options;
    const JobContext &m_ctx;
    std::shared_ptr<const OutputOracle> m_oracle;
};

} // namespace

TrainedRecovery recoverByTraining(Engine &engine, Compressor &compressor, const CompressedModel &start,
                                  const TrainingData &data, const SampleSet &samples,
                                  const RecoverOptions &options, const JobContext &ctx)
{
    return Recovering(engine, compressor, data, samples, options, ctx).run(start);
}

} // namespace lathe::train
