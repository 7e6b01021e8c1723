#include "core/measure/measure.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/data/stepprogress.h"
#include "core/measure/batches.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <fmt/format.h>
#include <mutex>
#include <numeric>

namespace lathe {
namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Runs an order of samples at one batch size and collects the rows.
class BatchRun {
public:
    BatchRun(const Session &session, const SampleSet &samples, std::span<const size_t> order, size_t batch)
        : m_session(session), m_samples(samples), m_order(order), m_batch(batch)
    {
    }
    Matrix run(const JobContext &ctx)
    {
        const auto stage = [](size_t done, size_t total) {
            return Message::tr("running sample {} of {}", done, total);
        };
        StepProgress progress(ctx, stage, m_order.size());
        parallelFor((m_order.size() + m_batch - 1) / m_batch, ctx, [&](size_t chunk) {
            const size_t first = chunk * m_batch;
            const std::span<const size_t> part =
                m_order.subspan(first, std::min(m_batch, m_order.size() - first));
            const SampleFeeds feeds(m_samples, part, m_batch);
            constexpr std::array<size_t, 1> firstOutput = {0};
            store(m_session.runFor(firstOutput, feeds.views(), ctx).front(), first, part.size());
            progress.step(part.size());
        });
        return std::move(m_values);
    }

private:
    void store(const Tensor &output, size_t first, size_t rows)
    {
        const Matrix values = sampleRows(output, m_session.outputs().front().name, m_batch, rows);
        {
            const std::lock_guard lock(m_mutex); // the width is that of whichever batch ends first
            if (m_values.size() == 0)
                m_values.resize(static_cast<Index>(m_order.size()), values.cols());
            requireWidth(m_values.cols(), output);
        }
        m_values.middleRows(static_cast<Index>(first), static_cast<Index>(rows)) = values;
    }
    void requireWidth(Index width, const Tensor &output) const
    {
        if (output.count() != width * static_cast<Index>(m_batch))
            throw Error(ErrorCode::Unsupported,
                        Message::tr("The first output \"{}\" changes its shape between samples (now {}), so "
                                    "samples cannot be compared.",
                                    m_session.outputs().front().name, shapeText(output.shape)));
    }

    const Session &m_session;
    const SampleSet &m_samples;
    std::span<const size_t> m_order;
    size_t m_batch;
    std::mutex m_mutex;
    Matrix m_values;
};

std::vector<size_t> orderOf(const SampleSet &samples, const RunOptions &options)
{
    std::vector<size_t> order = options.samples;
    if (order.empty()) {
        const size_t first = std::min(options.first, samples.size());
        order.resize(options.count == 0 ? samples.size() - first : options.count);
        std::iota(order.begin(), order.end(), first);
    }
    if (order.empty())
        throw Error(ErrorCode::InvalidArgument, Message::tr("There are no samples to run."));
    for (const size_t index : order)
        if (index >= samples.size())
            throw Error(ErrorCode::InvalidArgument,
                        Message::tr("Sample {} is asked for, but there are {}.", index, samples.size()));
    return order;
}

size_t freeBatch(const Session &session, const SampleSet &samples, const RunOptions &options, size_t count,
                 const JobContext &ctx)
{
    if (session.mixesBatch())
        return 1;
    const auto threads = static_cast<size_t>(ctx.threadCount());
    const size_t share = (count + threads - 1) / threads; // so that a small portion keeps every thread busy
    return options.batch > 0 ? options.batch : std::min(goodBatch(samples), share);
}

} // namespace

Outputs runSamples(const Session &session, const SampleSet &samples, const RunOptions &options,
                   const JobContext &ctx)
{
    if (session.outputs().empty())
        throw Error(ErrorCode::Unsupported, Message::tr("The model has no outputs."));
    const std::vector<size_t> order = orderOf(samples, options);
    const size_t fixed = fixedBatch(session.inputs());
    const size_t batch = fixed > 0 ? fixed : freeBatch(session, samples, options, order.size(), ctx);
    const Clock::time_point start = Clock::now();
    Outputs outputs;
    try {
        outputs.values = BatchRun(session, samples, order, batch).run(ctx);
    } catch (const Error &) {
        if (fixed > 0 || batch == 1)
            throw;
        outputs.values = BatchRun(session, samples, order, 1).run(ctx);
    }
    outputs.secondsRunning = secondsSince(start);
    return outputs;
}

std::vector<Interval> interleavedLatency(std::span<const Session *const> sessions, const SampleSet &samples,
                                         int repeats, const JobContext &ctx)
{
    if (samples.size() == 0 || repeats < 1)
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("Latency needs at least one sample and one repeat."));
    std::vector<std::vector<double>> seconds(sessions.size());
    for (int repeat = -1; repeat < repeats; ++repeat) { // the first round only warms up
        const std::array<size_t, 1> sample = {static_cast<size_t>(repeat + 1) % samples.size()};
        for (size_t s = 0; s < sessions.size(); ++s) {
            const size_t batch = std::max<size_t>(1, fixedBatch(sessions[s]->inputs()));
            const SampleFeeds feeds(samples, sample, batch);
            const Clock::time_point start = Clock::now();
            sessions[s]->run(feeds.views(), ctx);
            if (repeat >= 0)
                seconds[s].push_back(secondsSince(start) / static_cast<double>(batch));
        }
    }
    std::vector<Interval> medians;
    for (std::vector<double> &times : seconds)
        medians.push_back(medianInterval(std::move(times)));
    return medians;
}

} // namespace lathe
