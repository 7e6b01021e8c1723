#include "core/train/recover.h"

#include "core/base/error.h"
#include "core/oracle/outputoracle.h"
#include "core/recover/tunedmodel.h"
#include "core/train/batchloader.h"
#include "core/train/recoverplan.h"
#include "core/train/trainedmodel.h"

#include <algorithm>
#include <fmt/format.h>

namespace lathe::train {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t fitted = 512; ///< samples at most that what goes without gradients looks at

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
        requireTrainable(m_engine, start.source);
        const std::vector<size_t> judging = placesOf(m_samples, m_data.validation(), m_samples.size());
        if (!judging.empty())
            m_oracle = OutputOracle::of(start.source, m_samples.subset(judging), m_ctx.part(0, 0.02));
        TrainedRecovery result{unrefitted(start), {}, false, false};
        result.recovered.heldOut = judging.size();
        if (const auto before = lossOf(start)) {
            result.recovered.divergenceBefore = before->divergence;
            result.recovered.ofClasses = before->ofClasses;
        }
        refit(result.recovered, start);
        train(result);
        return result;
    }

private:
    static Recovered unrefitted(const CompressedModel &start)
    {
        return {start, start.tuning, {}, 0.0, 0.0, false, 0, 0, {}};
    }

    std::optional<Oracle::Loss> lossOf(const CompressedModel &model) const
    {
        return m_oracle ? m_oracle->loss(model, m_ctx) : std::nullopt;
    }

    /// On training samples alone, so that those that judge stay unseen.
    void refit(Recovered &recovered, const CompressedModel &start)
    {
        const std::vector<size_t> places = placesOf(m_samples, m_data.training(), fitted);
        recovered.divergenceAfter = recovered.divergenceBefore;
        if (!m_options.refits || places.size() < 16)
            return;
        Recovered refitted = recoverWithoutGradients(m_compressor, start, m_samples.subset(places), {},
                                                     m_ctx.part(0.02, 0.1));
        recovered.steps = refitted.steps;
        recovered.issues = refitted.issues;
        const auto loss = lossOf(refitted.model);
        if (loss && loss->divergence >= recovered.divergenceBefore)
            return;
        recovered.model = std::move(refitted.model);
        recovered.tuning = std::move(refitted.tuning);
        recovered.divergenceAfter = loss ? loss->divergence : 0.0;
    }

    void train(TrainedRecovery &result)
    {
        Recovered &recovered = result.recovered;
        Student student = studentOf(recovered.model);
        std::vector<Message> notes;
        student.task.plan = planFor(student, notes);
        std::optional<Teacher> teacher;
        if (std::ranges::any_of(student.task.plan.steps,
                                [](const PlanStep &step) { return step.losses.needsTeacher(); }))
            student.task.teacher = &teacher.emplace(
                teacherFor(student.task, recovered.model.origin, m_data, m_ctx.part(0.1, 0.11)));
        if (m_options.onPlan)
            m_options.onPlan(student.task.plan);
        Trainer trainer(m_engine, student.task, m_data);
        recovered.fitted = m_data.training().size();
        result.training = within(trainer, result.outOfTime);
        result.training.notes.insert(result.training.notes.begin(), notes.begin(), notes.end());
        take(result, student, trainer.network());
    }

    /// Stops when the time is over; what has been learned until then is kept.
    TrainingResult within(Trainer &trainer, bool &outOfTime)
    {
        std::stop_source stop;
        const std::stop_callback forward(m_ctx.stop, [&stop] { stop.request_stop(); });
        JobContext ctx = m_ctx.part(0.12, 0.97);
        ctx.stop = stop.get_token();
        TrainerOptions options = m_options.training;
        options.onEvent = [&](const TrainingEvent &event) {
            if (m_options.training.onEvent)
                m_options.training.onEvent(event);
            if (event.seconds > m_options.seconds && !m_options.plan) {
                outOfTime = true;
                stop.request_stop();
            }
        };
        return trainer.run(options, ctx);
    }

    void take(TrainedRecovery &result, const Student &student, const Network &network)
    {
        JobContext ctx = m_ctx;
        ctx.stop = {}; // what has been learned is not thrown away
        Recovered &recovered = result.recovered;
        Tuning::Constants changed;
        const CompressedModel learned = withLearned(student, network, recovered.model, changed);
        auto tuning = tuningOf(learned, recovered.model, changed,
                               fmt::format("trained on {}", m_data.dataset().description().text()));
        CompressedModel model = m_compressor.compress(recovered.model.recipe, tuning, ctx);
        const auto loss = m_oracle ? m_oracle->loss(model, ctx) : std::nullopt;
        result.better = !loss || loss->divergence < recovered.divergenceAfter;
        if (!result.better)
            return;
        recovered.model = std::move(model);
        recovered.tuning = std::move(tuning);
        recovered.divergenceAfter = loss ? loss->divergence : 0.0;
    }

    Plan planFor(Student &student, std::vector<Message> &notes)
    {
        Plan plan = m_options.plan ? *m_options.plan : planByMeasuring(student);
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
