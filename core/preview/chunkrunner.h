#pragma once
// What computes the outputs of a variant for chunks of samples. Inside core/preview only.
#include "core/measure/batches.h"
#include "core/preview/cutpool.h"

namespace lathe {

/// run() may be called from several threads at once, expect() not beside it.
class ChunkRunner {
public:
    virtual ~ChunkRunner() = default;
    /// The first output. @param chunk number of the chunk @param places of its samples in the set
    virtual Tensor run(size_t chunk, const std::vector<size_t> &places, const JobContext &ctx) const = 0;
    /// May take a while to become faster for so many samples on so many threads.
    virtual void expect(size_t /*samples*/, int /*threads*/) {}
};

class WholeModelRunner : public ChunkRunner {
public:
    /// @param fixed batch of the model; 0: any
    WholeModelRunner(const Model &model, const SampleSet &samples, size_t fixed)
        : m_session(model), m_samples(samples), m_fixed(fixed)
    {
    }
    Tensor run(size_t chunk, const std::vector<size_t> &places, const JobContext &ctx) const override;

private:
    Session m_session;
    const SampleSet &m_samples;
    size_t m_fixed;
};

class SuffixRunner : public ChunkRunner {
public:
    /// @param cut with a suffix @param constants of the layers that move
    SuffixRunner(std::shared_ptr<const Cut> cut, ActivationCache &cache, const SampleSet &samples,
                 size_t fixed, const NamedTensors &constants);

    Tensor run(size_t chunk, const std::vector<size_t> &places, const JobContext &ctx) const override;
    void expect(size_t samples, int threads) override;
    /// Puts what enters the cut into the cache. @returns whether there is room for more
    bool fill(size_t chunk, const std::vector<size_t> &places, const JobContext &ctx) const;
    /// Nothing is filled for a while: the part before the cut gives back what it ran in.
    void endFill(size_t place, const JobContext &ctx) const;
    /// What both kinds of sessions cost, by a few runs in turn.
    CutCosts costs(size_t chunk, const std::vector<size_t> &places, const JobContext &ctx) const;

private:
    /// Seconds that the part before the cut takes for these samples.
    double secondsBefore(std::span<const TensorView> inputs, const JobContext &ctx) const;
    SampleFeeds feeds(const std::vector<size_t> &places) const;
    std::shared_ptr<const CutValues> before(std::span<const TensorView> inputs, const JobContext &ctx) const;

    std::shared_ptr<const Cut> m_cut;
    ActivationCache &m_cache;
    const SampleSet &m_samples;
    size_t m_fixed;
    const NamedTensors &m_constants;
    std::map<std::string, TensorView> m_fed;
    std::optional<Session> m_baked, m_bakedWhole;
};

} // namespace lathe
