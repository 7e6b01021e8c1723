#include "core/train/recover.h"

#include "core/base/error.h"
#include "core/oracle/outputoracle.h"
#include "core/recover/tunedmodel.h"
#include "core/train/batchloader.h"
#include "core/train/recoverplan.h"
#include "core/train/recoverramp.h"
#include "core/train/recoverstart.h"
#include "core/train/timelimit.h"
#include "core/train/trainedmodel.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>

namespace lathe::train {
namespace {

constexpr double refitShare = 0.6;  ///< of the time, for what goes without gradients
constexpr double blockShare = 0.15; ///< of the time, for the blocks
constexpr size_t fitted = 512;      ///< samples at most that what goes without gradients looks at
constexpr size_t fewestJudging = 8; ///< samples that can say what of it is of use

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
        requireLabelsOfPlan(start.source);
        const std::optional<Plan> ramp = rampOfPlan(start.source);
        m_file.emplace(m_options.training.checkpoint, start, m_data, ramp ? &*ramp : nullptr);
        const Reached reached = reachedBefore();
        m_oneByOne = !m_data.training().empty() && !takesBatches(m_engine, start.source, m_data, m_ctx);
        const std::vector<size_t> judging = placesOf(m_samples, m_data.validation(), m_samples.size());
        if (!judging.empty())
            m_oracle = OutputOracle::of(start.origin, m_samples.subset(judging), m_ctx.part(0, 0.02));
        TrainedRecovery result{unrefitted(start), {}, {}, {}, {}, {}, {}, false};
        result.recovered.heldOut = judging.size();
        if (const auto before = lossOf(start)) {
            result.recovered.divergenceBefore = before->divergence;
            result.recovered.ofClasses = before->ofClasses;
        }
        comeToTheWhole(result, start, ramp, reached);
        train(result);
        if (!result.recovered.tuning) { // nothing was of use: what there was before
            result.recovered.tuning =
                tuningOf(start, start, start.constants(), {"as compressed", std::set<std::string>()});
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

    /// Before anything takes time. What serves for a part only is told when the whole network is trained.
    void requireLabelsOfPlan(const Model &source) const
    {
        if (!m_options.plan)
            return;
        Plan plan = *m_options.plan;
        useLabelsWhereTheyServe(plan, m_data, scoresOf(source).classes);
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

    /// What an earlier run has done; a new one begins with nothing of it.
    Reached reachedBefore()
    {
        if (!m_options.training.resume) {
            m_file->removeOthers();
            return {};
        }
        Reached reached = m_file->read(m_ctx).value_or(Reached{});
        m_secondsBefore = reached.seconds;
        return reached;
    }

    /// All that comes before the whole network is trained, behind what an earlier run has done of it.
    void comeToTheWhole(TrainedRecovery &result, const CompressedModel &start,
                        const std::optional<Plan> &ramp, const Reached &reached)
    {
        using enum Reached::Next;
        if (reached.next == Refit || reached.next == Ramp) {
            if (ramp)
                prune(result, *ramp, reached);
            else
                refit(result, start, reached);
            keepModel(result, start, Blocks);
        } else {
            CompressedModel model = m_compressor.compress(start.recipe, reached.tuning, m_ctx);
            const auto loss = lossOf(model);
            adopt(result.recovered, std::move(model), loss);
        }
        if (reached.next == Whole)
            return;
        trainBlocks(result);
        keepModel(result, start, Whole);
    }

    void keepModel(TrainedRecovery &result, const CompressedModel &start, Reached::Next next) const
    {
        const CompressedModel &model = result.recovered.model;
        keep(result, {next, tuningOf(model, start, model.constants(), learned())});
    }

    void keep(TrainedRecovery &result, Reached reached) const
    {
        reached.seconds = spent();
        m_file->keep(reached, result.notes);
    }

    /// One step at a time: when the time is over, only the one that it ended in is lost. But a model that
    /// lacks channels or blocks can be fitted to the original only as long as it has learned nothing: all at
    /// once, until the time is over.
    std::vector<std::vector<RecoveryStep>> rounds(const CompressedModel &model) const
    {
        if (isNarrower(model))
            return {m_options.steps};
        std::vector<std::vector<RecoveryStep>> rounds;
        for (const RecoveryStep step : m_options.steps)
            rounds.push_back({step});
        return rounds;
    }

    /// Fitted to training samples alone, so that those that judge stay unseen.
    void refit(TrainedRecovery &result, const CompressedModel &start, const Reached &reached)
    {
        Recovered &recovered = result.recovered;
        const std::vector<size_t> places = placesOf(m_samples, m_data.training(), fitted);
        recovered.divergenceAfter = recovered.divergenceBefore;
        if (!m_options.refits || places.size() < 16)
            return;
        const SplitSamples samples = forFitting(places);
        const double seconds = std::max(0.0, shareOfTime(refitShare) - m_secondsBefore);
        const TimeLimit limit(m_ctx.part(0.02, 0.1), seconds, m_options.training.pause);
        CompressedModel model =
            reached.tuning ? m_compressor.compress(start.recipe, reached.tuning, m_ctx) : start;
        std::vector<RecoveryOutcome> tried = reached.tried;
        const bool narrower = isNarrower(model);
        bool isCut = false;
        try {
            for (std::vector<RecoveryStep> round : rounds(model)) {
                std::erase_if(round, [&](RecoveryStep step) {
                    return std::ranges::any_of(tried, [&](const auto &other) {
                        return other.step == step || includes(other, step);
                    });
                });
                if (round.empty())
                    continue;
                RecoveryOptions one;
                one.steps = round;
                one.columns = m_options.columns;
                one.augment = m_options.augment;
                if (m_options.training.memory > 0)
                    one.viewBytes = m_options.training.memory / 4;
                if (narrower)
                    one.isEnough = [&] { return limit.isOver(); };
                Recovered refitted = recoverWithoutGradients(
                    m_compressor, model, samples, one, narrower ? m_ctx.part(0.02, 0.1) : limit.context());
                tried.insert(tried.end(), refitted.steps.begin(), refitted.steps.end());
                recovered.steps.insert(recovered.steps.end(), refitted.steps.begin(), refitted.steps.end());
                addNew(recovered.issues, refitted.issues);
                model = std::move(refitted.model);
                keep(result, {Reached::Next::Refit, model.tuning, tried});
            }
        } catch (const Cancelled &) {
            if (!limit.isOver())
                throw;
            isCut = true;
        }
        if (isCut || (narrower && limit.isOver()))
            result.notes.push_back(
                Message::tr("What goes without gradients took longer than its three fifths of the "
                            "time, so that not all of it was done."));
        const auto loss = lossOf(model);
        if (!model.tuning || (loss && loss->divergence >= recovered.divergenceBefore))
            return;
        adopt(recovered, std::move(model), loss);
    }

    /// Few samples that judge would choose by chance; then some of those that are learned from do.
    SplitSamples forFitting(const std::vector<size_t> &training) const
    {
        const std::vector<size_t> judging = placesOf(m_samples, m_data.validation(), fitted);
        if (judging.size() < fewestJudging)
            return splitSamples(m_samples.subset(training));
        return {m_samples.subset(training), m_samples.subset(judging)};
    }

    static void addNew(std::vector<Issue> &issues, const std::vector<Issue> &more)
    {
        for (const Issue &issue : more)
            if (std::ranges::find(issues, issue.message, &Issue::message) == issues.end())
                issues.push_back(issue);
    }

    double shareOfTime(double share) const
    {
        return m_options.limited ? share * m_options.seconds : std::numeric_limits<double>::infinity();
    }

    double spent() const { return m_secondsBefore + m_watch.seconds(); }

    /// For a stage that is the last one. @returns none: as long as the plan says
    std::optional<double> timeLeft() const
    {
        return m_options.limited ? std::optional(std::max(0.0, m_options.seconds - spent())) : std::nullopt;
    }

    static void adopt(Recovered &recovered, CompressedModel model, const std::optional<Oracle::Loss> &loss)
    {
        recovered.tuning = model.tuning;
        recovered.model = std::move(model);
        recovered.divergenceAfter = loss ? loss->divergence : 0.0;
    }

    std::optional<Plan> rampOfPlan(const Model &source) const
    {
        if (!m_options.plan)
            return {};
        std::optional<Plan> ramp = rampOf(*m_options.plan);
        if (ramp)
            useLabelsWhereTheyServe(*ramp, m_data, scoresOf(source).classes);
        return ramp;
    }

    /// Whatever it brings: it is what the plan says.
    void prune(TrainedRecovery &result, const Plan &plan, const Reached &reached)
    {
        const Stopwatch watch(m_options.training.pause);
        Recovered &recovered = result.recovered;
        const SampleSet samples = m_samples.subset(placesOf(m_samples, m_data.training(), fitted));
        RampTask task{m_data,
                      samples,
                      plan.steps.front(),
                      plan.seed,
                      m_options.training.onEvent,
                      {},
                      m_oneByOne,
                      m_options.training.memory,
                      m_options.teacherMemory,
                      m_options.training.pause,
                      m_options.training.keptInputs};
        if (m_options.limited)
            task.seconds = std::max(0.0, m_options.seconds * rampShare(*m_options.plan) - m_secondsBefore);
        task.done = reached.stages;
        task.learned = reached.tuning ? reached.tuning->constants() : Tuning::Constants();
        task.onStage = [&](int64_t done, Tuning::Constants values) {
            keep(result, {Reached::Next::Ramp,
                          std::make_shared<const Tuning>(std::vector<std::optional<TunedLayer>>(),
                                                         std::move(values), learned()),
                          {},
                          done});
        };
        CompressedModel model = prunedInStages(m_engine, recovered.model, task, m_ctx.part(0.02, 0.1));
        const auto loss = lossOf(model);
        result.gradual = {model.layers.size(), true, recovered.divergenceBefore,
                          loss ? loss->divergence : 0.0, watch.seconds()};
        adopt(recovered, std::move(model), loss);
    }

    /// What has been learned is not thrown away.
    JobContext unstopped() const
    {
        JobContext ctx = m_ctx;
        ctx.stop = {};
        return ctx;
    }

    Tuning::Source learned() const { return learnedOn("trained", m_data); }

    /// Kept only where the whole model gets nearer to the original, too.
    void trainBlocks(TrainedRecovery &result)
    {
        Recovered &recovered = result.recovered;
        if (!m_options.blocks || m_oneByOne || m_data.training().size() < 16 || isNarrower(recovered.model))
            return;
        const Stopwatch watch(m_options.training.pause);
        m_engine.setThreads(m_ctx.threadCount());
        BlockResult trained{recovered.model, {}};
        try {
            const double share = m_options.seconds * blockShare;
            trained =
                recoverBlocks(m_engine, recovered.model, m_data, std::min(share, timeLeft().value_or(share)),
                              m_options.seed, m_ctx.part(0.1, 0.2), m_options.training.pause,
                              memoryLeft(m_options.training.memory) / 2);
        } catch (const Error &error) {
            if (error.code() != ErrorCode::Unsupported && error.code() != ErrorCode::OutOfMemory)
                throw;
            result.notes.push_back(Message::tr("No block is trained by itself: {}", error.message()));
            return;
        }
        result.blocks = std::move(trained.blocks);
        const auto loss = lossOf(trained.model);
        result.byBlocks = {result.blocks.size(), loss && loss->divergence < recovered.divergenceAfter,
                           recovered.divergenceAfter, loss ? loss->divergence : 0.0, watch.seconds()};
        if (result.byBlocks.kept)
            adopt(recovered, std::move(trained.model), loss);
    }

    void train(TrainedRecovery &result)
    {
        Recovered &recovered = result.recovered;
        Student student = studentOf(recovered.model, m_oneByOne);
        student.task.plan = planFor(student, result.notes);
        std::optional<Teacher> teacher;
        if (std::ranges::any_of(student.task.plan.steps,
                                [](const PlanStep &step) { return step.losses.needsTeacher(); }))
            student.task.teacher =
                &teacher.emplace(teacherFor(student.task, recovered.model.origin, m_data,
                                            m_ctx.part(0.2, 0.21), m_options.teacherMemory));
        m_file->keepPlan(student.task.plan, result.notes);
        if (m_options.onPlan)
            m_options.onPlan(student.task.plan);
        Trainer trainer(m_engine, student.task, m_data);
        recovered.fitted = m_data.training().size();
        TrainerOptions options = m_options.training;
        options.onEvent = [&](const TrainingEvent &event) {
            if (m_options.training.onEvent)
                m_options.training.onEvent(event);
            if (m_options.onBest && event.record && event.record->best && event.record->epoch > 0)
                m_options.onBest(withLearned(student, trainer.network(), recovered.model, learned()).tuning);
        };
        result.training = trainWithin(trainer, options, timeLeft(), result.outOfTime, m_ctx.part(0.21, 0.97));
        take(result, student, trainer.network());
    }

    /// Who learns from labels alone may well move away from the original.
    static bool becameBetter(const TrainingResult &training, const Losses &losses)
    {
        if (training.epochs.empty())
            return true;
        const auto &first = training.epochs.front().judged, &best = training.best.judged;
        return !first || !best || best->isBetterThan(*first, losses);
    }

    void take(TrainedRecovery &result, const Student &student, const Network &network)
    {
        const JobContext ctx = unstopped();
        Recovered &recovered = result.recovered;
        const auto tuning = withLearned(student, network, recovered.model, learned()).tuning;
        CompressedModel model = m_compressor.compress(recovered.model.recipe, tuning, ctx);
        const auto loss = m_oracle ? m_oracle->loss(model, ctx) : std::nullopt;
        const PlanStep &last = student.task.plan.steps.back();
        // Without it biases would have any value.
        const bool asPlanned = last.biasBits > 0;
        const double divergence = loss ? loss->divergence : 0.0;
        const bool better = last.losses.needsTeacher() ? !loss || divergence < recovered.divergenceAfter
                                                       : becameBetter(result.training, last.losses);
        result.whole = {student.layers.size(), asPlanned || better, recovered.divergenceAfter, divergence,
                        result.training.seconds};
        if (result.whole.kept)
            adopt(recovered, std::move(model), loss);
    }

    Plan planOfMeasuring(const Student &student) const
    {
        JobContext unpaused = m_ctx; // a pause would be measured as the time that a step takes
        unpaused.onProgress = {};
        Plan plan = measuredPlan(m_engine, student, m_data, timeLeft().value_or(m_options.seconds),
                                 m_options.seed, unpaused);
        plan.validation = m_options.validation;
        return plan;
    }

    Plan planFor(Student &student, std::vector<Message> &notes)
    {
        Plan plan = m_options.plan ? behindRamp(*m_options.plan) : planOfMeasuring(student);
        const auto more = useLabelsWhereTheyServe(plan, m_data, scoresOf(student.task.model).classes);
        notes.insert(notes.end(), more.begin(), more.end());
        return plan;
    }

    Engine &m_engine;
    Compressor &m_compressor;
    const TrainingData &m_data;
    const SampleSet &m_samples;
    const RecoverOptions &m_options;
    const JobContext &m_ctx;
    const Stopwatch m_watch{m_options.training.pause};
    double m_secondsBefore = 0; ///< of a run that this one goes on with
    std::optional<StartFile> m_file;
    bool m_oneByOne = false;
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
