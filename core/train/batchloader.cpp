#include "core/train/batchloader.h"

#include "core/base/error.h"

#include <chrono>

namespace lathe::train {
namespace {

constexpr size_t ahead = 3; ///< batches that wait at most

/// What is the same for the same values of a sample; none: another each time.
std::optional<uint64_t> keyOf(const View &view)
{
    const auto resolution = static_cast<uint64_t>(view.resolution);
    if (view.augmentation.changesNothing())
        return Chance::mixed(resolution, 0);
    if (view.augmentation.views == 0)
        return {};
    return Chance::mixed(resolution, view.seed, view.number + 1);
}

} // namespace

Batch batchOf(const TrainingData &data, std::span<const size_t> samples, const BatchLoader::Work &work,
              const JobContext &ctx)
{
    Batch batch;
    batch.inputs = data.inputs(samples, work.view, ctx);
    if (work.labels)
        batch.labels = data.labels(samples);
    if (work.teacher != nullptr) {
        Teacher::Answer answer = work.teacher->answer(batch.inputs, samples, keyOf(work.view), ctx);
        batch.teacher = std::move(answer.scores);
        batch.features = std::move(answer.features);
    }
    return batch;
}

BatchLoader::BatchLoader(const TrainingData &data, Work work, const JobContext &ctx)
    : m_data(data), m_work(std::move(work)), m_ctx(ctx)
{
    m_ctx.onProgress = {};
    m_maker = std::jthread([this](const std::stop_token &stop) { make(stop); });
}

BatchLoader::~BatchLoader()
{
    m_maker.request_stop();
    m_changed.notify_all();
}

void BatchLoader::make(const std::stop_token &stop)
{
    const std::span<const size_t> all(m_work.samples);
    const size_t size = std::min(m_work.batch, all.size());
    try {
        for (size_t first = 0; first < all.size() && !stop.stop_requested(); first += size) {
            if (!m_work.whole && first + size > all.size())
                break;
            const size_t count = std::min(size, all.size() - first);
            Batch batch = lathe::train::batchOf(m_data, all.subspan(first, count), m_work, m_ctx);
            std::unique_lock lock(m_mutex);
            m_changed.wait(lock, stop, [this] { return m_ready.size() < ahead; });
            m_ready.push_back(std::move(batch));
            m_changed.notify_all();
        }
    } catch (...) {
        const std::lock_guard lock(m_mutex);
        m_failure = std::current_exception();
    }
    const std::lock_guard lock(m_mutex);
    m_ended = true;
    m_changed.notify_all();
}

std::optional<Batch> BatchLoader::next()
{
    const auto start = std::chrono::steady_clock::now();
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return !m_ready.empty() || m_ended; });
    m_waited += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (m_ready.empty()) {
        if (m_failure)
            std::rethrow_exception(m_failure);
        return {};
    }
    std::optional<Batch> batch = std::move(m_ready.front());
    m_ready.pop_front();
    m_changed.notify_all();
    return batch;
}

} // namespace lathe::train
