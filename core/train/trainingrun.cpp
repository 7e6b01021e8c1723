#include "core/train/trainingrun.h"

#include "core/base/error.h"
#include "core/data/order.h"
#include "core/train/prunemasks.h"

#include <algorithm>
#include <cmath>
#include <new>

namespace lathe::train {
namespace {

void add(LossValue &to, const LossValue &value)
{
    to.total += value.total;
    to.labels += value.labels;
    to.distillation += value.distillation;
    to.features += value.features;
    to.gradientNorm += value.gradientNorm;
}

LossValue mean(const LossValue &sums, int64_t count)
{
    const double n = static_cast<double>(std::max<int64_t>(1, count));
    return {sums.total / n, sums.labels / n, sums.distillation / n, sums.features / n, sums.gradientNorm / n};
}

} // namespace

TrainingRun::TrainingRun(Network &network, const TrainingTask &task, const TrainingData &data,
                         const TrainerOptions &options, std::string key, const JobContext &ctx)
    : m_network(network), m_task(task), m_data(data), m_options(options), m_key(std::move(key)), m_ctx(ctx),
      m_judge(data, task.teacher, scoresOf(task.model).value, options.keptInputs), m_watch(options.pause)
{
    for (const WeightForm &form : task.trainable.weights) {
        const auto *matrix = std::get_if<MatrixEncoding>(&form.encoding);
        m_fixed.push_back(matrix != nullptr ? matrix->kept : std::vector<uint8_t>{});
    }
}

double TrainingRun::epochsOf(const PlanStep &step) const
{
    const auto all = static_cast<int64_t>(m_data.training().size());
    const int64_t perEpoch = std::max<int64_t>(1, all / step.batch);
    return step.steps > 0 ? static_cast<double>(step.steps) / static_cast<double>(perEpoch) : step.epochs;
}

double TrainingRun::position() const
{
    const auto all = static_cast<int64_t>(m_data.training().size());
    const int64_t used = all >= step().batch ? all - all % step().batch : all;
    return static_cast<double>(m_state.epoch) +
           std::min(1.0,
                    static_cast<double>(m_state.samples) / static_cast<double>(std::max<int64_t>(1, used)));
}

double TrainingRun::fraction() const
{
    double done = 0, all = 0;
    for (size_t i = 0; i < m_task.plan.steps.size(); ++i) {
        const double epochs = epochsOf(m_task.plan.steps[i]);
        all += epochs;
        done += i < m_state.step ? epochs : i == m_state.step ? std::min(epochs, position()) : 0;
    }
    return std::min(1.0, done / all);
}

double TrainingRun::seconds() const
{
    return m_secondsBefore + m_watch.seconds();
}

Loss TrainingRun::lossOf(const PlanStep &step) const
{
    Loss loss;
    loss.output = scoresOf(m_task.model).value;
    loss.labels = step.losses.labels;
    loss.distillation = step.losses.distillation;
    loss.temperature = step.losses.temperature;
    loss.features = m_task.features.empty() ? 0 : step.losses.features;
    loss.featureValues = m_task.features;
    loss.taught = m_task.taught;
    return loss;
}

TrainingResult TrainingRun::all()
{
    try {
        start();
        go();
        return result(TrainingResult::Stop::Done, {});
    } catch (const Cancelled &) {
        save(true);
        backToBest();
        return result(TrainingResult::Stop::Cancelled, {});
    } catch (const Diverged &diverged) {
        return result(TrainingResult::Stop::Diverged, afterDivergence(diverged.reason));
    } catch (const Error &) {
        save(true); // the data may come back
        throw;
    }
}

/// Where nothing of this step is judged yet: what the step before has left, as that was computed with.
void TrainingRun::backToBest()
{
    if (!m_state.best && m_state.step > 0) {
        --m_state.step;
        prepareNetwork();
    }
    if (!m_state.bestNetwork.empty())
        m_network.setState(m_state.bestNetwork);
}

void TrainingRun::start()
{
    if (m_data.training().empty())
        throw Error(ErrorCode::MalformedData,
                    Message::tr("{} has no samples left to train on.", m_data.dataset().description()));
    requireWholeRamps();
    if (m_options.resume && std::filesystem::exists(m_options.checkpoint)) {
        m_state = readCheckpoint(m_options.checkpoint, m_key);
        m_secondsBefore = m_state.seconds;
        m_resumed = true;
        prepareNetwork();
        m_network.setState(m_state.network);
        return;
    }
    if (m_options.resume)
        note(Message::tr("{} is not there yet, so training begins at the start.",
                         m_options.checkpoint.string()));
    beginStep();
}

/// Of steps that are told in batches only the data say how long they are.
void TrainingRun::requireWholeRamps() const
{
    for (size_t i = 0; i < m_task.plan.steps.size(); ++i) {
        const PlanStep &step = m_task.plan.steps[i];
        if (step.prune && step.prune->epochs > epochsOf(step))
            throw Error(
                ErrorCode::InvalidArgument,
                Message::tr("Step {} of the plan: prune: epochs is {}, but the step has {:.2f}, so that "
                            "less than to says would be pruned.",
                            i + 1, step.prune->epochs, epochsOf(step)));
    }
}

void TrainingRun::go()
{
    while (true) {
        const auto isLeft = [this] { // one that was stopped behind its last batch is still to be judged
            return m_state.samples > 0 || position() < epochsOf(step()) - 1e-9;
        };
        while (isLeft() && (step().patience == 0 || m_state.worse < step().patience))
            runEpoch();
        if (m_state.best)
            m_network.setState(m_state.bestNetwork);
        if (m_state.step + 1 == m_task.plan.steps.size())
            return;
        ++m_state.step;
        beginStep();
    }
}

void TrainingRun::prepareNetwork()
{
    const Changes &changes = step().changes;
    Fixed fixed;
    fixed.statistics = !changes.statistics;
    fixed.dropout = !step().dropout;
    if (!changes.weights)
        for (const WeightForm &form : m_task.trainable.weights)
            fixed.constants.insert(form.constant);
    if (!changes.biases)
        fixed.constants.insert(m_task.parts.biases.begin(), m_task.parts.biases.end());
    if (!changes.normalizations)
        fixed.constants.insert(m_task.parts.normalizations.begin(), m_task.parts.normalizations.end());
    for (size_t i = 0; m_task.regrows && i < m_fixed.size(); ++i)
        if (!m_fixed[i].empty())
            m_network.setKept(i, m_fixed[i], true);
    m_network.setFixed(fixed);
    m_network.setBiasBits({m_task.parts.biases.begin(), m_task.parts.biases.end()}, step().biasBits);
    m_network.setOptimizer(step().optimizer);
    if (m_state.precisions.size() > m_state.step)
        m_network.setPrecision(m_state.precisions[m_state.step]);
}

void TrainingRun::beginStep()
{
    const bool takesBatches = m_task.trainable.batchStatistics && step().changes.statistics;
    if (takesBatches && std::min<size_t>(static_cast<size_t>(step().batch), m_data.training().size()) < 2)
        throw Error(
            ErrorCode::InvalidArgument,
            Message::tr("Step {} of the plan has one sample in a batch, of which a batch normalization "
                        "learns nothing; give a larger batch, or leave the statistics as they are.",
                        m_state.step + 1));
    m_state.epoch = m_state.samples = m_state.updates = m_state.worse = m_state.batches = 0;
    m_state.ramped = !step().prune;
    m_state.sums = {};
    m_state.firstLoss = m_state.recentLoss = 0;
    m_state.batch = step().batch;
    m_state.best.reset(); // its network stays until there is another
    if (step().prune && m_state.kept.empty())
        m_state.kept = m_fixed;
    m_halved = false;
    prepareNetwork();
    m_state.precisions.resize(m_state.step);
    m_state.precisions.push_back(precisionFor(step()));
    m_network.setPrecision(m_state.precisions.back());
    m_state.batchSizes.resize(m_state.step);
    m_state.batchSizes.push_back(m_state.batch);
    record();
}

BatchLoader::Work TrainingRun::workOfEpoch() const
{
    const std::vector<size_t> &all = m_data.training();
    const uint64_t seed = Chance::mixed(m_task.plan.seed, m_state.step, static_cast<uint64_t>(m_state.epoch));
    const std::vector<size_t> order = shuffledOrder(all.size(), seed);
    const auto done = static_cast<size_t>(m_state.samples), batch = static_cast<size_t>(m_state.batch);
    const size_t left = order.size() - std::min(done, order.size());
    const size_t used = left >= batch ? left - left % batch : done == 0 ? left : 0;
    BatchLoader::Work work;
    for (size_t i = done; i < done + used; ++i)
        work.samples.push_back(all[order[i]]);
    work.batch = batch;
    work.view.augmentation = step().augment;
    work.view.resolution = step().resolution;
    work.view.seed = m_task.plan.seed;
    const auto views = static_cast<uint64_t>(step().augment.views);
    const auto epoch = static_cast<uint64_t>(m_state.epoch);
    work.view.number = views > 0 ? epoch % views : Chance::mixed(m_state.step, epoch);
    work.labels = step().losses.labels > 0;
    work.teacher = step().losses.needsTeacher() ? m_task.teacher : nullptr;
    return work;
}

void TrainingRun::runEpoch()
{
    bool again = true;
    while (again) { // once more with smaller batches
        again = false;
        BatchLoader loader(m_data, workOfEpoch(), m_ctx);
        while (position() < epochsOf(step()) - 1e-9) {
            m_ctx.throwIfCancelled();
            if (m_options.pause != nullptr)
                m_options.pause->wait(m_ctx.stop);
            const double waited = loader.secondsWaited();
            std::optional<Batch> batch = loader.next();
            m_state.secondsWaited += loader.secondsWaited() - waited;
            if (!batch)
                break;
            const int64_t size = m_state.batch;
            learnOrHalve(*batch);
            batch.reset();
            keepWithinMemory();
            if ((again = m_state.batch != size))
                break;
            save(false);
        }
    }
    record();
    ++m_state.epoch;
    m_state.samples = m_state.batches = 0;
    m_state.sums = {};
    save(true);
}

void TrainingRun::learnOrHalve(Batch &batch)
{
    try {
        learn(batch);
    } catch (const std::bad_alloc &) {
        halve(Message::tr("Not enough memory."));
    } catch (const Error &error) {
        if (error.code() == ErrorCode::NumericFailure)
            throw Diverged{error.message()};
        if (error.code() != ErrorCode::OutOfMemory)
            throw;
        halve(error.message());
    }
}

void TrainingRun::halve(const Message &reason)
{
    if (m_halved || m_state.batch < 2)
        throw Error(ErrorCode::OutOfMemory,
                    Message::tr("There is not enough memory to learn from {} samples at a time ({}); give a "
                                "smaller batch in the plan, or a lower resolution.",
                                m_state.batch, reason));
    m_halved = true;
    makeBatchesSmaller();
}

void TrainingRun::makeBatchesSmaller()
{
    const int64_t before = m_state.batch;
    m_state.batch /= 2;
    m_state.batchSizes.back() = m_state.batch;
    note(Message::tr("There was not enough memory for a batch of {}: it goes on with {}.", before,
                     m_state.batch));
}

void TrainingRun::prune()
{
    if (!step().prune || m_state.ramped)
        return;
    const PruneRamp &ramp = *step().prune;
    m_state.ramped = position() >= ramp.epochs;
    if (m_state.ramped || m_state.updates % ramp.every == 0)
        setShare(m_network, ramp, shareAt(ramp, position()), m_state.kept, m_fixed);
}

void TrainingRun::learn(Batch &batch)
{
    prune();
    const double rate = rateAt(step(), position(), epochsOf(step()));
    batch.seed = Chance::mixed(m_task.plan.seed, m_state.step, static_cast<uint64_t>(m_state.updates));
    const LossValue loss = m_network.step(batch, lossOf(step()), rate);
    m_state.samples += batch.inputs.begin()->second.shape.front();
    ++m_state.updates;
    ++m_state.batches;
    add(m_state.sums, loss);
    watch(loss);
    TrainingEvent event;
    event.rate = rate;
    event.loss = loss;
    tell(event);
}

double TrainingRun::zeros() const
{
    size_t zeros = 0, all = 0;
    for (const auto &kept : m_state.kept) {
        all += kept.size();
        zeros += static_cast<size_t>(std::ranges::count(kept, 0));
    }
    return all > 0 ? static_cast<double>(zeros) / static_cast<double>(all) : 0.0;
}

bool TrainingRun::isEligible(double epoch) const
{
    return !step().prune || epoch >= step().prune->epochs;
}

/// What is pruned less than the plan says is no result; until then the newest counts.
bool TrainingRun::isBetter(const EpochRecord &record) const
{
    if (!m_state.best || !isEligible(m_state.best->epoch) || !record.judged || !m_state.best->judged)
        return true;
    return isEligible(record.epoch) && record.judged->isBetterThan(*m_state.best->judged, step().losses);
}

void TrainingRun::record()
{
    if (isEligible(position()))
        prune(); // all that the plan says, before it is judged as that
    EpochRecord record;
    record.step = m_state.step;
    record.epoch = position();
    record.rate = rateAt(step(), position(), epochsOf(step()));
    record.loss = mean(m_state.sums, m_state.batches);
    if (m_judge.hasSamples())
        record.judged = m_judge.judge(m_network, lossOf(step()), step().resolution, m_ctx);
    record.zeros = zeros();
    record.seconds = seconds();
    record.best = isBetter(record);
    if (record.best) {
        m_state.best = record;
        m_state.bestNetwork = m_network.state();
        m_state.worse = 0;
    } else {
        ++m_state.worse;
    }
    m_state.epochs.push_back(record);
    TrainingEvent event;
    event.kind = TrainingEvent::Kind::Epoch;
    event.record = &record;
    event.rate = record.rate;
    event.loss = record.loss;
    tell(event);
}

void TrainingRun::save(bool always)
{
    if (m_options.checkpoint.empty() || m_state.updates + m_state.epoch == 0 ||
        m_state.precisions.size() != m_state.step + 1)
        return;
    const auto now = Clock::now();
    if (!always && std::chrono::duration<double>(now - m_saved).count() < m_options.checkpointSeconds)
        return;
    m_state.network = m_network.state();
    m_state.seconds = seconds();
    try {
        writeCheckpoint(m_options.checkpoint, m_key, m_state);
    } catch (const Error &error) { // hours of work are worth more than their copy
        const Message what = Message::tr("{} Training goes on without it.", error.message());
        if (std::ranges::find(m_notes, what) == m_notes.end())
            note(what);
    }
    m_saved = Clock::now();
}

} // namespace lathe::train
