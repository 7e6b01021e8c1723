#include "core/measure/preview.h"

#include "core/base/error.h"
#include "core/data/order.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>

namespace lathe {
namespace {

constexpr size_t firstPortion = 16;
constexpr double portionSeconds = 0.5; ///< the longest wait between two figures

double latencyOf(const Session &session, const SampleSet &samples, const JobContext &ctx)
{
    const Session *const one[] = {&session};
    const double estimate = interleavedLatency(one, samples, 1, ctx).front();
    const int repeats = static_cast<int>(std::clamp(0.3 / std::max(estimate, 1e-6), 3.0, 25.0));
    return interleavedLatency(one, samples, repeats, ctx).front();
}

std::vector<int> labelsOf(const SampleSet &samples, const std::vector<size_t> &places)
{
    std::vector<int> labels;
    for (const size_t place : places)
        labels.push_back(samples.labels()[place]);
    return labels;
}

size_t sampleCount(const Baseline &baseline, const SampleSet &samples)
{
    return baseline.samples.empty() ? samples.size() : baseline.samples.size();
}

/// Rows of a variant as they arrive, beside those of the baseline.
class Pairing {
public:
    Pairing(const SampleSet &samples, const Baseline &baseline)
        : m_samples(samples), m_baseline(baseline),
          m_order(shuffledOrder(static_cast<size_t>(baseline.values.rows()))), m_places(m_order),
          m_baselineRows(baseline.values(m_order, Eigen::all)),
          m_variantRows(baseline.values.rows(), baseline.values.cols())
    {
        if (!baseline.samples.empty())
            for (size_t &place : m_places)
                place = baseline.samples[place];
        if (samples.hasLabels())
            m_labels = labelsOf(samples, m_places);
    }
    std::vector<size_t> next(size_t count) const
    {
        const auto from = m_places.begin() + m_done;
        return {from, from + std::min<Index>(static_cast<Index>(count), total() - m_done)};
    }
    void add(const Matrix &rows)
    {
        if (rows.cols() != m_variantRows.cols())
            throw Error(ErrorCode::InvalidArgument,
                        fmt::format("The variant gives {} values for each sample, the baseline {}.",
                                    rows.cols(), m_variantRows.cols()));
        m_variantRows.middleRows(m_done, rows.rows()) = rows;
        m_done += rows.rows();
    }
    Index done() const { return m_done; }
    Index total() const { return m_variantRows.rows(); }
    PreviewState state() const
    {
        const Matrix variant = m_variantRows.topRows(m_done);
        const std::span labels =
            std::span(m_labels).first(m_samples.hasLabels() ? static_cast<size_t>(m_done) : 0);
        PreviewState state;
        state.metrics = metricsOf(variant, labels, m_baseline.metrics.kind);
        state.comparison =
            compareOutputs(m_baselineRows.topRows(m_done), variant, labels, m_baseline.metrics.kind);
        state.samplesDone = m_done;
        state.samplesTotal = total();
        for (size_t &row : state.comparison.changed)
            row = m_places[row];
        std::ranges::sort(state.comparison.changed);
        state.settled = state.complete();
        if (state.complete())
            state.values = inOrderOfBaseline();
        return state;
    }

private:
    std::shared_ptr<const Matrix> inOrderOfBaseline() const
    {
        auto values = std::make_shared<Matrix>(m_variantRows.rows(), m_variantRows.cols());
        for (size_t i = 0; i < m_order.size(); ++i)
            values->row(static_cast<Index>(m_order[i])) = m_variantRows.row(static_cast<Index>(i));
        return values;
    }

    const SampleSet &m_samples;
    const Baseline &m_baseline;
    std::vector<size_t> m_order;          ///< rows of the baseline
    std::vector<size_t> m_places;         ///< the same as places of the set
    Matrix m_baselineRows, m_variantRows; ///< in m_order
    std::vector<int> m_labels;            ///< in m_order
    Index m_done = 0;
};

/// As many samples again as are done, but no longer than the wait allows.
size_t nextPortion(Index done, double secondsSpent)
{
    if (done == 0)
        return firstPortion;
    const double perSecond = static_cast<double>(done) / std::max(secondsSpent, 1e-9);
    const double allowed = std::max<double>(firstPortion, perSecond * portionSeconds);
    return static_cast<size_t>(std::min(static_cast<double>(done), allowed));
}

} // namespace

Baseline measureBaseline(const Model &model, const SampleSet &samples, const JobContext &ctx)
{
    ctx.throwIfCancelled();
    const Session session(model);
    Baseline baseline;
    baseline.values = runSamples(session, samples, {}, ctx.part(0.0, 0.95)).values;
    baseline.metrics = metricsOf(baseline.values, samples.labels());
    baseline.latencySeconds = latencyOf(session, samples, ctx);
    ctx.checkpoint(1.0, "baseline measured");
    return baseline;
}

Baseline baselineOn(const Baseline &baseline, const SampleSet &samples, std::vector<size_t> places)
{
    if (std::ranges::any_of(places, [&](size_t place) { return place >= samples.size(); }))
        throw Error(ErrorCode::InvalidArgument,
                    fmt::format("Samples are chosen that the set of {} does not have.", samples.size()));
    Baseline part;
    part.values = baseline.values(places, Eigen::all);
    part.metrics =
        metricsOf(part.values, samples.hasLabels() ? labelsOf(samples, places) : std::vector<int>(),
                  baseline.metrics.kind);
    part.latencySeconds = baseline.latencySeconds;
    part.samples = std::move(places);
    return part;
}

PreviewState measurePreview(const Model &variant, const SampleSet &samples, const Baseline &baseline,
                            const std::function<void(const PreviewState &)> &onState, const JobContext &ctx)
{
    const size_t count = sampleCount(baseline, samples);
    if (baseline.values.rows() != static_cast<Index>(count) || count == 0)
        throw Error(ErrorCode::InvalidArgument,
                    fmt::format("The baseline was measured on {} samples, not on these {}.",
                                baseline.values.rows(), count));
    ctx.throwIfCancelled();
    const Session session(variant);
    JobContext quiet = ctx; // progress counts all samples, not those of one portion
    quiet.onProgress = nullptr;
    Pairing pairing(samples, baseline);
    PreviewState state;
    double seconds = 0.0;
    while (!state.complete() || pairing.done() == 0) {
        RunOptions options;
        options.samples = pairing.next(nextPortion(pairing.done(), seconds));
        const Outputs outputs = runSamples(session, samples, options, quiet);
        seconds += outputs.secondsRunning;
        pairing.add(outputs.values);
        state = pairing.state();
        ctx.checkpoint(static_cast<double>(state.samplesDone) / static_cast<double>(state.samplesTotal),
                       fmt::format("measured {} of {} samples", state.samplesDone, state.samplesTotal));
        if (onState)
            onState(state);
    }
    return state;
}

} // namespace lathe
