#include "core/preview/measurement.h"

#include "core/base/error.h"

#include <algorithm>

namespace lathe {
namespace {

std::span<const float> rowOf(const Matrix &values, size_t row)
{
    return {values.data() + static_cast<Index>(row) * values.cols(), static_cast<size_t>(values.cols())};
}

std::vector<double> marginsOf(const std::vector<SampleComparison> &rows)
{
    std::vector<double> margins;
    for (const SampleComparison &row : rows)
        margins.push_back(row.baselineMargin);
    return margins;
}

std::vector<bool> rightOf(const std::vector<SampleComparison> &rows)
{
    std::vector<bool> right;
    for (const SampleComparison &row : rows)
        right.push_back(row.baselineRank <= 0); // without a label the baseline is what is right
    return right;
}

std::vector<SampleComparison> compareWithItself(const SampleSet &samples, const Baseline &baseline)
{
    std::vector<SampleComparison> rows;
    for (size_t row = 0; row < static_cast<size_t>(baseline.values.rows()); ++row) {
        const size_t place = baseline.samples.empty() ? row : baseline.samples[row];
        const auto values = rowOf(baseline.values, row);
        rows.push_back(compareSample(
            values, values, samples.hasLabels() ? std::optional(samples.labels()[place]) : std::nullopt,
            baseline.metrics.kind));
    }
    return rows;
}

} // namespace

MeasuringDesign::MeasuringDesign(const SampleSet &samples, const Baseline &baseline, size_t chunk)
    : MeasuringDesign(samples, baseline, chunk, compareWithItself(samples, baseline))
{
}

MeasuringDesign::MeasuringDesign(const SampleSet &samples, const Baseline &baseline, size_t chunk,
                                 const std::vector<SampleComparison> &rows)
    : m_samples(samples), m_baseline(baseline), m_plan(marginsOf(rows), chunk),
      m_estimator(m_plan, marginsOf(rows), rightOf(rows))
{
}

std::vector<size_t> MeasuringDesign::placesOf(const SampleChunk &chunk) const
{
    std::vector<size_t> places;
    for (const size_t row : chunk.rows)
        places.push_back(placeOf(row));
    return places;
}

SampleComparison MeasuringDesign::compare(size_t row, std::span<const float> variant) const
{
    return compareSample(rowOf(m_baseline.values, row), variant,
                         hasLabels() ? std::optional(m_samples.labels()[placeOf(row)]) : std::nullopt,
                         m_baseline.metrics.kind);
}

Measurement::Measurement(std::shared_ptr<const MeasuringDesign> design, const CompressedModel &compressed)
    : m_design(std::move(design)), m_compressed(compressed), m_chunkDone(m_design->plan().chunks().size()),
      m_values(m_design->baseline().values.rows(), m_design->baseline().values.cols())
{
}

size_t Measurement::samplesDone() const
{
    const std::lock_guard lock(m_mutex);
    return m_rows.size();
}

std::vector<size_t> Measurement::next(size_t samples) const
{
    const std::lock_guard lock(m_mutex);
    const SamplingPlan &plan = m_design->plan();
    std::vector<size_t> chosen;
    size_t count = 0;
    const auto take = [&](size_t chunk) {
        chosen.push_back(chunk);
        count += plan.chunks()[chunk].rows.size();
    };
    for (size_t chunk = 0; chunk < plan.mixedChunks() && count < samples; ++chunk)
        if (!m_chunkDone[chunk])
            take(chunk);
    if (count >= samples || plan.mixedChunks() == plan.chunks().size())
        return chosen;
    std::vector<double> worth(static_cast<size_t>(plan.strata()), 1.0);
    std::vector<double> taken(worth.size());
    if (!m_rows.empty() && m_design->hasClasses())
        worth = estimate().worth;
    for (const size_t row : m_rows)
        taken[static_cast<size_t>(plan.stratumOf(row))] += 1.0;
    std::vector<size_t> queue(worth.size()); // next chunk of each stratum
    while (count < samples) {
        std::optional<size_t> best;
        for (size_t s = 0; s < worth.size(); ++s) {
            while (queue[s] < plan.chunks().size() &&
                   (plan.chunks()[queue[s]].stratum != static_cast<int>(s) || m_chunkDone[queue[s]]))
                ++queue[s];
            if (queue[s] < plan.chunks().size() && (!best || worth[s] > worth[*best]))
                best = s;
        }
        if (!best)
            break;
        const auto more = static_cast<double>(plan.chunks()[queue[*best]].rows.size());
        const double before = taken[*best];
        taken[*best] += more;
        worth[*best] *= (before + 0.5) * (before + 1.0) / ((taken[*best] + 0.5) * (taken[*best] + 1.0));
        take(queue[*best]++);
    }
    return chosen;
}

void Measurement::add(size_t chunk, const Matrix &rows)
{
    if (rows.cols() != m_values.cols())
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("The variant gives {} values for each sample, the baseline {}.", rows.cols(),
                                m_values.cols()));
    const std::vector<size_t> &of = m_design->plan().chunks()[chunk].rows;
    std::vector<SampleComparison> compared;
    for (size_t i = 0; i < of.size(); ++i)
        compared.push_back(m_design->compare(of[i], rowOf(rows, i)));
    const std::lock_guard lock(m_mutex);
    if (m_chunkDone[chunk]) // a cancelled run of the same may have ended late
        return;
    for (size_t i = 0; i < of.size(); ++i)
        m_values.row(static_cast<Index>(of[i])) = rows.row(static_cast<Index>(i));
    m_rows.insert(m_rows.end(), of.begin(), of.end());
    m_compared.insert(m_compared.end(), compared.begin(), compared.end());
    m_chunkDone[chunk] = true;
}

std::vector<double> Measurement::weights() const
{
    const SamplingPlan &plan = m_design->plan();
    std::vector<double> taken(static_cast<size_t>(plan.strata()));
    for (const size_t row : m_rows)
        taken[static_cast<size_t>(plan.stratumOf(row))] += 1.0;
    std::vector<double> weights;
    for (const size_t row : m_rows) {
        const int stratum = plan.stratumOf(row);
        weights.push_back(static_cast<double>(plan.sizeOf(stratum)) / taken[static_cast<size_t>(stratum)]);
    }
    return weights;
}

DropEstimate Measurement::estimate() const
{
    return m_design->estimator().estimate(m_rows, m_compared);
}

PreviewState Measurement::state(double precision) const
{
    const std::lock_guard lock(m_mutex);
    PreviewState state;
    state.samplesDone = static_cast<int64_t>(m_rows.size());
    state.samplesTotal = m_values.rows();
    const Baseline &baseline = m_design->baseline();
    std::vector<double> weight;
    if (!state.complete())
        weight = weights();
    state.metrics = variantMetrics(m_compared, baseline.metrics.kind, m_values.cols(), weight);
    state.comparison = summarize(m_compared, baseline.metrics.kind, weight);
    for (size_t &index : state.comparison.changed)
        index = m_design->placeOf(m_rows[index]);
    std::ranges::sort(state.comparison.changed);
    if (state.complete()) {
        state.settled = true;
        state.values = std::make_shared<const Matrix>(m_values);
        if (m_design->hasClasses()) {
            const double value = m_design->hasLabels() ? state.comparison.top1Difference->value
                                                       : state.comparison.agreement->value - 1.0;
            state.fullSet = Interval{value, value, value};
        }
    } else if (m_design->hasClasses()) {
        fillPartial(state, precision);
    }
    return state;
}

void Measurement::fillPartial(PreviewState &state, double precision) const
{
    const DropEstimate drop = estimate();
    state.fullSet = drop.fullSet;
    state.settled = precision > 0.0 && drop.fullSet.halfWidth() <= precision;
    const auto shifted = [&](double by) { // the estimate may leave what a share can be
        const auto share = [by](double difference) { return std::clamp(difference + by, 0.0, 1.0); };
        return Interval{share(drop.population.value), share(drop.population.low),
                        share(drop.population.high)};
    };
    if (!m_design->hasLabels()) {
        state.comparison.agreement = shifted(1.0);
        return;
    }
    state.comparison.top1Difference = drop.population;
    state.metrics.top1 = shifted(m_design->baseline().metrics.top1->value);
}

} // namespace lathe
