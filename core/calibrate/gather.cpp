#include "core/calibrate/gather.h"

#include "core/base/parallel.h"
#include "core/calibrate/watch.h"
#include "core/runtime/session.h"

#include <algorithm>
#include <bit>
#include <fmt/format.h>
#include <list>

namespace lathe {
namespace {

/// The batch a model insists on; 0 when any will do.
size_t fixedBatch(const std::vector<ValueInfo> &inputs)
{
    for (const ValueInfo &input : inputs)
        if (input.hasShape && !input.shape.empty() && input.shape[0] > 0)
            return static_cast<size_t>(input.shape[0]);
    return 0;
}

/// The samples of one run; the last sample pads a batch that is not full.
class Feeds {
public:
    Feeds(const SampleSet &samples, size_t first, size_t valid, size_t run)
    {
        for (const Tensor &tensor : samples.tensors()) {
            const size_t size = tensor.bytes.size() / samples.size();
            Shape shape = tensor.shape;
            shape[0] = static_cast<int64_t>(run);
            const auto bytes = std::span(tensor.bytes).subspan(first * size, valid * size);
            if (valid == run) {
                m_views.emplace_back(tensor.type, shape, bytes);
                continue;
            }
            std::vector<std::byte> &copy = m_copies.emplace_back(bytes.begin(), bytes.end());
            for (size_t i = valid; i < run; ++i)
                copy.insert(copy.end(), bytes.end() - static_cast<long>(size), bytes.end());
            m_views.emplace_back(tensor.type, shape, copy);
        }
    }
    std::span<const TensorView> views() const { return m_views; }

private:
    std::vector<TensorView> m_views;
    std::list<std::vector<std::byte>> m_copies;
};

class WaveRun {
public:
    using Watches = std::vector<std::unique_ptr<Watch>>;

    WaveRun(const Model &model, const SampleSet &samples, const std::vector<WatchedLayer> &wave,
            Watches &watches, const JobContext &ctx)
        : m_samples(samples), m_watches(watches), m_ctx(ctx),
          m_session(model, sessionOptions(model, wave, ctx)), m_fixed(fixedBatch(m_session.inputs()) > 0)
    {
        for (size_t i = model.outputs().size(); i < m_session.outputs().size(); ++i)
            m_wanted.push_back(i);
    }
    /// A free batch dimension that does not work (a shape fixed inside the graph) falls back to batches of 1.
    void run(size_t batch)
    {
        for (size_t first = 0; first < m_samples.size();) {
            m_ctx.checkpoint(static_cast<double>(first) / static_cast<double>(m_samples.size()),
                             Message::tr("calibrating {} layers, sample {} of {}", m_watches.size(),
                                         first + 1, m_samples.size()));
            const size_t valid = std::min(batch, m_samples.size() - first);
            const size_t size = m_fixed ? batch : valid;
            const Feeds feeds(m_samples, first, valid, size);
            std::vector<Tensor> results;
            try {
                if (!m_wanted.empty())
                    results = m_session.runFor(m_wanted, feeds.views(), m_ctx);
            } catch (const Error &) {
                if (m_fixed || first > 0 || batch == 1)
                    throw;
                batch = 1;
                continue;
            }
            add(results, feeds.views(), first, size, valid);
            first += valid;
        }
        flush(true);
    }

private:
    /// Outputs of nodes only: inputs of the model are at hand.
    static SessionOptions sessionOptions(const Model &model, const std::vector<WatchedLayer> &wave,
                                         const JobContext &ctx)
    {
        SessionOptions options;
        options.threads = ctx.threadCount();
        std::vector<std::string> known;
        for (const ValueInfo &input : model.inputs())
            known.push_back(input.name);
        for (const WatchedLayer &layer : wave) {
            for (const LayerInput &input : layer.inputs) {
                if (std::ranges::find(known, input.value) != known.end())
                    continue;
                known.push_back(input.value);
                options.extraOutputs.push_back(input.value);
            }
        }
        return options;
    }

    void add(const std::vector<Tensor> &results, std::span<const TensorView> feeds, size_t first, size_t run,
             size_t valid)
    {
        std::unordered_map<std::string, Floats> tensors;
        for (size_t i = 0; i < results.size(); ++i)
            tensors[m_session.outputs()[m_wanted[i]].name] =
                Floats(results[i].type, results[i].shape, results[i].bytes);
        for (size_t i = 0; i < feeds.size(); ++i)
            if (elementBits(feeds[i].type) >= 8)
                tensors[m_session.inputs()[i].name] = Floats(feeds[i].type, feeds[i].shape, feeds[i].bytes);
        parallelFor(m_watches.size(), m_ctx,
                    [&](size_t i) { m_watches[i]->begin(tensors, first, run, valid); });
        while (std::ranges::any_of(m_watches, [](const auto &watch) { return watch->hasMore(); })) {
            parallelFor(m_watches.size(), m_ctx, [&](size_t i) { m_watches[i]->fill(); });
            flush(false);
        }
    }

    /// Adds up the blocks that are full, or all of them.
    void flush(bool all)
    {
        std::vector<std::pair<MomentSums *, size_t>> tasks;
        std::vector<MomentSums *> blocks;
        for (const auto &watch : m_watches) {
            MomentSums &sums = watch->sums();
            if (!sums.full() && !(all && sums.pending()))
                continue;
            blocks.push_back(&sums);
            for (size_t task = 0; task < sums.tasks(); ++task)
                tasks.emplace_back(&sums, task);
        }
        parallelFor(tasks.size(), m_ctx, [&](size_t i) { tasks[i].first->runTask(tasks[i].second); });
        for (MomentSums *sums : blocks)
            sums->endBlock();
    }

    const SampleSet &m_samples;
    Watches &m_watches;
    const JobContext &m_ctx;
    Session m_session;
    bool m_fixed;
    std::vector<size_t> m_wanted;
};

} // namespace

int64_t WatchedLayer::sumBytes() const
{
    return MomentSums::bytesFor(groups, cols, second);
}

size_t goodBatch(const std::vector<WatchedLayer> &layers, const Model &model,
                 const CalibrationOptions &options)
{
    if (const size_t fixed = fixedBatch(model.inputs()); fixed > 0)
        return fixed;
    const auto counts = model.operatorCounts();
    const bool mixes = std::ranges::any_of(
        counts, [](const auto &entry) { return entry.first.find("DynamicQuantize") != std::string::npos; });
    if (mixes || options.batch > 0)
        return mixes ? 1 : options.batch;
    constexpr int64_t bytesAtOnce = int64_t(4) << 20;
    int64_t largest = 1;
    for (const WatchedLayer &layer : layers)
        largest = std::max(largest, layer.inputBytes);
    return std::bit_floor(static_cast<size_t>(std::clamp<int64_t>(bytesAtOnce / largest, 1, 64)));
}

void gatherWave(const Model &model, const SampleSet &samples, const std::vector<WatchedLayer> &wave,
                size_t batch, const CalibrationOptions &options, const JobContext &ctx,
                const std::function<void(size_t layer, InputStatistics)> &finished)
{
    WaveRun::Watches watches;
    {
        WaveRun run(model, samples, wave, watches, ctx);
        // Making a session takes room for a while: the sums come after it, and the moments once it is gone.
        for (const WatchedLayer &layer : wave)
            watches.push_back(std::make_unique<Watch>(layer, options, samples.size()));
        run.run(batch);
    }
    for (std::unique_ptr<Watch> &watch : watches) {
        ctx.throwIfCancelled();
        finished(watch->layer(), watch->finish(samples.size()));
        watch.reset();
    }
}

} // namespace lathe
