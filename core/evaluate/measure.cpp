#include "core/evaluate/measure.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/evaluate/stepprogress.h"

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstring>
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

/// The batch a model insists on; 0 when any will do.
size_t fixedBatch(const Session &session)
{
    for (const ValueInfo &input : session.inputs())
        if (input.hasShape && !input.shape.empty() && input.shape[0] > 0)
            return static_cast<size_t>(input.shape[0]);
    return 0;
}

size_t bytesPerSample(const SampleSet &samples)
{
    size_t bytes = 0;
    for (const Tensor &tensor : samples.tensors())
        bytes += tensor.bytes.size();
    return samples.size() > 0 ? bytes / samples.size() : 0;
}

/// Large enough to spread the cost of a run, small enough that the activations stay in the processor's
/// caches.
size_t goodBatch(const SampleSet &samples)
{
    constexpr size_t batchBytes = size_t(1) << 18;
    return std::bit_floor(
        std::clamp(batchBytes / std::max<size_t>(1, bytesPerSample(samples)), size_t(8), size_t(32)));
}

/// Samples [begin, end) of an order, as feeds: views where they lie one after the other, else a copy.
class Feeds {
public:
    Feeds(const SampleSet &samples, std::span<const size_t> order, size_t batch)
    {
        const bool consecutive =
            order.size() == batch &&
            std::ranges::adjacent_find(order, [](size_t a, size_t b) { return b != a + 1; }) == order.end();
        for (const Tensor &tensor : samples.tensors()) {
            const size_t size = tensor.bytes.size() / samples.size();
            Shape shape = tensor.shape;
            shape[0] = static_cast<int64_t>(batch);
            if (consecutive) {
                m_views.emplace_back(tensor.type, shape,
                                     std::span(tensor.bytes).subspan(order.front() * size, batch * size));
                continue;
            }
            std::vector<std::byte> &copy = m_copies.emplace_back(batch * size);
            for (size_t i = 0; i < batch; ++i) // the last sample pads a batch that is not full
                std::memcpy(copy.data() + i * size,
                            tensor.bytes.data() + order[std::min(i, order.size() - 1)] * size, size);
            m_views.emplace_back(tensor.type, shape, copy);
        }
    }
    std::span<const TensorView> views() const { return m_views; }

private:
    std::vector<TensorView> m_views;
    std::vector<std::vector<std::byte>> m_copies;
};

/// Runs an order of samples at one batch size and collects the rows.
class BatchRun {
public:
    BatchRun(const Session &session, const SampleSet &samples, std::span<const size_t> order, size_t batch)
        : m_session(session), m_samples(samples), m_order(order), m_batch(batch)
    {
    }
    Matrix run(const JobContext &ctx)
    {
        StepProgress progress(ctx, "running sample", m_order.size());
        parallelFor((m_order.size() + m_batch - 1) / m_batch, ctx, [&](size_t chunk) {
            const size_t first = chunk * m_batch;
            const std::span<const size_t> part =
                m_order.subspan(first, std::min(m_batch, m_order.size() - first));
            const Feeds feeds(m_samples, part, m_batch);
            constexpr std::array<size_t, 1> firstOutput = {0};
            store(m_session.runFor(firstOutput, feeds.views(), ctx).front(), first, part.size());
            progress.step(part.size());
        });
        return std::move(m_values);
    }

private:
    std::string outputName() const { return m_session.outputs().front().name; }
    void store(const Tensor &output, size_t first, size_t rows)
    {
        if (output.type == ElementType::Undefined || output.type == ElementType::String)
            throw Error(ErrorCode::Unsupported,
                        fmt::format("The first output \"{}\" holds no numbers, so it cannot be measured.",
                                    outputName()));
        if (m_batch > 1 && (output.shape.empty() || output.shape[0] != static_cast<int64_t>(m_batch)))
            throw Error(ErrorCode::Unsupported, fmt::format("The first output \"{}\" is {} for {} samples; "
                                                            "its first dimension must count the samples.",
                                                            outputName(), shapeText(output.shape), m_batch));
        const auto width = static_cast<size_t>(output.count()) / m_batch;
        float *to = rowsOf(width, output) + first * width;
        if (output.type == ElementType::Float32) {
            std::memcpy(to, output.bytes.data(), rows * width * sizeof(float));
        } else {
            const std::vector<float> values = toFloats(output);
            std::copy_n(values.begin(), rows * width, to);
        }
    }
    /// The matrix takes its width from whichever batch ends first; the others must have the same.
    float *rowsOf(size_t width, const Tensor &output)
    {
        const std::lock_guard lock(m_mutex);
        if (m_values.size() == 0)
            m_values.resize(static_cast<Index>(m_order.size()), static_cast<Index>(width));
        if (m_values.cols() != static_cast<Index>(width))
            throw Error(ErrorCode::Unsupported,
                        fmt::format("The first output \"{}\" changes its shape between samples (now {}), so "
                                    "samples cannot be compared.",
                                    outputName(), shapeText(output.shape)));
        return m_values.data();
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
        throw Error(ErrorCode::InvalidArgument, "There are no samples to run.");
    for (const size_t index : order)
        if (index >= samples.size())
            throw Error(ErrorCode::InvalidArgument,
                        fmt::format("Sample {} is asked for, but there are {}.", index, samples.size()));
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
        throw Error(ErrorCode::Unsupported, "The model has no outputs.");
    const std::vector<size_t> order = orderOf(samples, options);
    const size_t fixed = fixedBatch(session);
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

std::vector<double> interleavedLatency(std::span<const Session *const> sessions, const SampleSet &samples,
                                       int repeats, const JobContext &ctx)
{
    if (samples.size() == 0 || repeats < 1)
        throw Error(ErrorCode::InvalidArgument, "Latency needs at least one sample and one repeat.");
    std::vector<std::vector<double>> seconds(sessions.size());
    for (int repeat = -1; repeat < repeats; ++repeat) { // the first round only warms up
        const std::array<size_t, 1> sample = {static_cast<size_t>(repeat + 1) % samples.size()};
        for (size_t s = 0; s < sessions.size(); ++s) {
            const size_t batch = std::max<size_t>(1, fixedBatch(*sessions[s]));
            const Feeds feeds(samples, sample, batch);
            const Clock::time_point start = Clock::now();
            sessions[s]->run(feeds.views(), ctx);
            if (repeat >= 0)
                seconds[s].push_back(secondsSince(start) / static_cast<double>(batch));
        }
    }
    std::vector<double> medians;
    for (std::vector<double> &times : seconds) {
        const auto middle = times.begin() + static_cast<long>(times.size() / 2);
        std::ranges::nth_element(times, middle);
        medians.push_back(*middle);
    }
    return medians;
}

} // namespace lathe
