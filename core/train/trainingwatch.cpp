// What a run is told by its loss, and what it tells.
#include "core/base/error.h"
#include "core/train/trainingrun.h"

#include <algorithm>
#include <cmath>

namespace lathe::train {
namespace {

constexpr double recentShare = 0.05; ///< of the newest in the mean of late losses
constexpr double exploded = 10;      ///< times as large

} // namespace

/// Numbers that are there, but far from what they were: the rate is too high.
void TrainingRun::watch(const LossValue &loss)
{
    if (m_state.updates == 1) { // the loss before anything has moved
        m_state.firstLoss = m_state.recentLoss = loss.total;
        return;
    }
    m_state.recentLoss += recentShare * (loss.total - m_state.recentLoss);
    if (m_state.recentLoss > exploded * (m_state.firstLoss + 1))
        throw Diverged{Message::tr("The loss has grown from {:.3g} to {:.3g}, most of all by {}",
                                   m_state.firstLoss, m_state.recentLoss, grownLayer())};
}

/// The layer whose weights have grown most since the best network.
std::string TrainingRun::grownLayer() const
{
    const std::vector<Encoding> now = m_network.weights();
    const std::string state = m_network.state();
    m_network.setState(m_state.bestNetwork);
    const std::vector<Encoding> before = m_network.weights();
    m_network.setState(state);
    double most = 0;
    std::string name;
    for (size_t i = 0; i < now.size(); ++i) {
        const double grown = decode(now[i]).norm() / std::max(1e-12F, decode(before[i]).norm());
        if (grown > most) {
            most = grown;
            name = m_task.trainable.weights[i].constant;
        }
    }
    for (const Parts::Weight &weight : m_task.parts.weights)
        if (weight.constant == name)
            return m_task.model.layers()[weight.layer].name;
    return name;
}

/// @throws Error where nothing has been learned yet that could be kept
Message TrainingRun::afterDivergence(const Message &reason)
{
    const Message what = Message::tr("At update {} in epoch {} of step {} of the plan: {}",
                                     m_state.updates + 1, m_state.epoch + 1, m_state.step + 1, reason);
    if (!m_state.best || (m_state.step == 0 && m_state.best->epoch == 0))
        throw Error(
            ErrorCode::NumericFailure,
            Message::tr("{}; nothing had been learned yet. Give a lower rate, or clip the gradient.", what));
    m_network.setState(m_state.bestNetwork);
    return what;
}

void TrainingRun::note(const Message &what)
{
    m_notes.push_back(what);
    TrainingEvent event;
    event.kind = TrainingEvent::Kind::Note;
    event.note = what;
    tell(event);
}

void TrainingRun::tell(TrainingEvent event) const
{
    event.step = m_state.step;
    event.epoch = position();
    event.epochs = epochsOf(step());
    event.updates = m_state.updates;
    event.fraction = fraction();
    event.seconds = seconds();
    const double here = event.fraction > 0 ? event.seconds / event.fraction : 0;
    event.secondsLeft = here * (1 - event.fraction);
    if (m_options.onEvent)
        m_options.onEvent(event);
    if (m_ctx.onProgress)
        m_ctx.onProgress({event.fraction, Message::tr("epoch {} of {}",
                                                      std::min(m_state.epoch + 1,
                                                               static_cast<int64_t>(std::ceil(event.epochs))),
                                                      std::ceil(event.epochs))});
}

TrainingResult TrainingRun::result(TrainingResult::Stop stop, Message reason)
{
    TrainingResult result;
    result.stop = stop;
    result.reason = std::move(reason);
    result.plan = m_task.plan;
    for (size_t i = 0; i < m_state.batchSizes.size(); ++i)
        result.plan.steps[i].batch = m_state.batchSizes[i];
    for (size_t i = 0; i < m_state.precisions.size(); ++i)
        result.plan.steps[i].precision = m_state.precisions[i] == Precision::BFloat16
                                             ? PrecisionChoice::BFloat16
                                             : PrecisionChoice::Float32;
    for (const EpochRecord &record : m_state.epochs) // of a step that is not judged yet none
        if (record.best)
            result.best = record;
    result.epochs = std::move(m_state.epochs);
    result.seconds = seconds();
    result.secondsWaited = m_state.secondsWaited;
    result.resumed = m_resumed;
    result.notes = std::move(m_notes);
    return result;
}

} // namespace lathe::train
