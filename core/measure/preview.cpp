#include "core/measure/preview.h"

#include "core/base/error.h"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>

namespace lathe {
namespace {

Interval latencyOf(const Session &session, const SampleSet &samples, const JobContext &ctx)
{
    const Session *const one[] = {&session};
    const double estimate = interleavedLatency(one, samples, 1, ctx).front().value;
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

std::vector<size_t> placesOf(const Baseline &baseline, const SampleSet &samples)
{
    std::vector<size_t> places = baseline.samples;
    if (places.empty()) {
        places.resize(samples.size());
        std::iota(places.begin(), places.end(), size_t{0});
    }
    return places;
}

} // namespace

Baseline measureBaseline(const Model &model, const SampleSet &samples, const JobContext &ctx)
{
    ctx.throwIfCancelled();
    const Session session(model);
    Baseline baseline;
    baseline.values = runSamples(session, samples, {}, ctx.part(0.0, 0.95)).values;
    baseline.metrics = metricsOf(baseline.values, samples.labels());
    baseline.latency = latencyOf(session, samples, ctx);
    ctx.checkpoint(1.0, Message::tr("baseline measured"));
    return baseline;
}

Baseline baselineOn(const Baseline &baseline, const SampleSet &samples, std::vector<size_t> places)
{
    if (std::ranges::any_of(places, [&](size_t place) { return place >= samples.size(); }))
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("Samples are chosen that the set of {} does not have.", samples.size()));
    Baseline part;
    part.values = baseline.values(places, Eigen::all);
    part.metrics =
        metricsOf(part.values, samples.hasLabels() ? labelsOf(samples, places) : std::vector<int>(),
                  baseline.metrics.kind);
    part.latency = baseline.latency;
    part.samples = std::move(places);
    return part;
}

PreviewState measureVariant(const Model &variant, const SampleSet &samples, const Baseline &baseline,
                            const JobContext &ctx)
{
    RunOptions options;
    options.samples = placesOf(baseline, samples);
    const auto count = static_cast<Index>(options.samples.size());
    if (baseline.values.rows() != count || count == 0)
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("The baseline was measured on {} samples, not on these {}.",
                                baseline.values.rows(), count));
    ctx.throwIfCancelled();
    Matrix values = runSamples(Session(variant), samples, options, ctx).values;
    if (values.cols() != baseline.values.cols())
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("The variant gives {} values for each sample, the baseline {}.",
                                values.cols(), baseline.values.cols()));
    const std::vector<int> labels =
        samples.hasLabels() ? labelsOf(samples, options.samples) : std::vector<int>();
    PreviewState state;
    state.metrics = metricsOf(values, labels, baseline.metrics.kind);
    state.comparison = compareOutputs(baseline.values, values, labels, baseline.metrics.kind);
    for (size_t &row : state.comparison.changed)
        row = options.samples[row];
    state.samplesDone = state.samplesTotal = count;
    state.values = std::make_shared<const Matrix>(std::move(values));
    state.settled = true;
    return state;
}

} // namespace lathe
