#include "core/preview/chunkrunner.h"

#include <array>
#include <chrono>
#include <limits>

namespace lathe {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int rounds = 3; ///< of what is timed; the fastest counts

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

const Session *pointerTo(const std::optional<Session> &session)
{
    return session ? &*session : nullptr;
}

} // namespace

Tensor WholeModelRunner::run(size_t, const std::vector<size_t> &places, const JobContext &ctx) const
{
    const SampleFeeds feeds(m_samples, places, m_fixed > 0 ? m_fixed : places.size());
    constexpr std::array<size_t, 1> firstOutput = {0};
    return std::move(m_session.runFor(firstOutput, feeds.views(), ctx).front());
}

SuffixRunner::SuffixRunner(std::shared_ptr<const Cut> cut, ActivationCache &cache, const SampleSet &samples,
                           size_t fixed, const NamedTensors &constants)
    : m_cut(std::move(cut)), m_cache(cache), m_samples(samples), m_fixed(fixed), m_constants(constants)
{
    for (const auto &[name, tensor] : constants)
        m_fed.emplace(name, TensorView(tensor));
}

SampleFeeds SuffixRunner::feeds(const std::vector<size_t> &places) const
{
    return {m_samples, places, m_fixed > 0 ? m_fixed : places.size()};
}

std::shared_ptr<const CutValues> SuffixRunner::before(std::span<const TensorView> inputs,
                                                      const JobContext &ctx) const
{
    return std::make_shared<const CutValues>(m_cut->suffix->runBefore(inputs, ctx));
}

bool SuffixRunner::fill(size_t chunk, const std::vector<size_t> &places, const JobContext &ctx) const
{
    return m_cache.find(m_cut->id, chunk) ||
           m_cache.insert(m_cut->id, chunk, before(feeds(places).views(), ctx));
}

void SuffixRunner::endFill(size_t place, const JobContext &ctx) const
{
    m_cut->suffix->runBefore(feeds({place}).views(), ctx, RunMemory::Freed);
}

Tensor SuffixRunner::run(size_t chunk, const std::vector<size_t> &places, const JobContext &ctx) const
{
    const Suffix &suffix = *m_cut->suffix;
    auto values = m_cache.find(m_cut->id, chunk);
    if (values && !suffix.readsInputs())
        return suffix.runBehind({}, *values, m_fed, pointerTo(m_baked), ctx);
    const SampleFeeds inputs = feeds(places);
    if (suffix.hasPrefix() && !values && m_cut->whole)
        return m_cut->whole->runBehind(inputs.views(), {}, m_fed, pointerTo(m_bakedWhole), ctx);
    if (suffix.hasPrefix() && !values) {
        values = before(inputs.views(), ctx);
        m_cache.insert(m_cut->id, chunk, values);
    }
    return suffix.runBehind(inputs.views(), values ? *values : CutValues{}, m_fed, pointerTo(m_baked), ctx);
}

void SuffixRunner::expect(size_t samples, int threads)
{
    const double gain = m_cut->costs.fedExcess * static_cast<double>(samples) / threads;
    if (m_baked || gain <= m_cut->costs.bakeSeconds * (m_cut->whole ? 2.0 : 1.0))
        return;
    m_baked.emplace(m_cut->suffix->bake(m_constants));
    if (m_cut->whole)
        m_bakedWhole.emplace(m_cut->whole->bake(m_constants));
}

double SuffixRunner::secondsBefore(std::span<const TensorView> inputs, const JobContext &ctx) const
{
    double fastest = std::numeric_limits<double>::infinity();
    for (int round = 0; round < rounds; ++round) {
        const Clock::time_point start = Clock::now();
        before(inputs, ctx);
        fastest = std::min(fastest, secondsSince(start));
    }
    return fastest;
}

CutCosts SuffixRunner::costs(size_t chunk, const std::vector<size_t> &places, const JobContext &ctx) const
{
    const Suffix &suffix = *m_cut->suffix;
    CutCosts costs;
    Clock::time_point start = Clock::now();
    const Session baked = suffix.bake(m_constants);
    costs.bakeSeconds = secondsSince(start);
    const SampleFeeds inputs = feeds(places);
    std::shared_ptr<const CutValues> values = m_cache.find(m_cut->id, chunk);
    if (!values)
        values = suffix.hasPrefix() ? before(inputs.views(), ctx) : std::make_shared<const CutValues>();
    constexpr double never = std::numeric_limits<double>::infinity();
    std::array<double, 2> fastest = {never, never};
    for (size_t run = 0; run < 2 * rounds; ++run) {
        start = Clock::now();
        suffix.runBehind(inputs.views(), *values, m_fed, run % 2 == 0 ? nullptr : &baked, ctx);
        fastest[run % 2] = std::min(fastest[run % 2], secondsSince(start));
    }
    if (suffix.hasPrefix() && !suffix.macShare())
        costs.timeShare = fastest[1] / (fastest[1] + secondsBefore(inputs.views(), ctx));
    costs.fedExcess = std::max(0.0, fastest[0] - fastest[1]) / static_cast<double>(places.size());
    return costs;
}

} // namespace lathe
