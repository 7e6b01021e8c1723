#include "core/train/trainer.h"

#include "core/base/error.h"
#include "core/base/fileio.h"
#include "core/data/order.h"
#include "core/train/prunemasks.h"
#include "core/train/trainingrun.h"

#include <algorithm>

namespace lathe::train {

void TrainingPause::set(bool paused)
{
    {
        const std::lock_guard lock(m_mutex);
        if (paused == m_paused)
            return;
        if (paused)
            m_since = Clock::now();
        else
            m_waited += std::chrono::duration<double>(Clock::now() - m_since).count();
        m_paused = paused;
    }
    m_changed.notify_all();
}

void TrainingPause::wait(const std::stop_token &stop)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, stop, [this] { return !m_paused; });
}

double TrainingPause::waited() const
{
    const std::lock_guard lock(m_mutex);
    return m_waited + (m_paused ? std::chrono::duration<double>(Clock::now() - m_since).count() : 0.0);
}

struct Trainer::Content {
    Engine &engine;
    TrainingTask task;
    const TrainingData &data;
    std::unique_ptr<Network> network;
};

Trainer::Trainer(Engine &engine, TrainingTask task, const TrainingData &data)
{
    for (const PlanStep &step : task.plan.steps)
        if (step.losses.needsTeacher() && task.teacher == nullptr)
            throw Error(ErrorCode::InvalidArgument,
                        Message::tr("The plan learns from a teacher, but none is given."));
    auto network = engine.network(task.model, task.trainable);
    m_content = std::make_unique<Content>(Content{engine, std::move(task), data, std::move(network)});
}

Trainer::~Trainer() = default;

const Network &Trainer::network() const
{
    return *m_content->network;
}

const TrainingTask &Trainer::task() const
{
    return m_content->task;
}

std::string Trainer::key() const
{
    const TrainingTask &task = m_content->task;
    Sha256 hash;
    const auto add = [&hash](std::string_view text) {
        hash.add(std::as_bytes(std::span(text)));
        hash.add(std::as_bytes(std::span("", 1)));
    };
    add(task.model.sha256());
    add(toJson(task.plan));
    add(m_content->data.hash());
    add(task.teacher != nullptr ? task.teacher->hash() : "");
    add(m_content->engine.version());
    for (const std::string &feature : task.features)
        add(feature);
    for (const WeightForm &form : task.trainable.weights) {
        const Matrix values = decode(form.encoding);
        hash.add(std::as_bytes(std::span(values.data(), static_cast<size_t>(values.size()))));
    }
    return hexText(hash.finish());
}

TrainingResult Trainer::run(const TrainerOptions &options, const JobContext &ctx)
{
    m_content->engine.setThreads(ctx.threadCount());
    TrainingRun run(*m_content->network, m_content->task, m_content->data, options, key(), ctx);
    return run.all();
}

} // namespace lathe::train
