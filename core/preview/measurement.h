#pragma once
// What has been measured of one compressed model, sample by sample. Inside core/preview only.
#include "core/compress/compressor.h"
#include "core/measure/preview.h"
#include "core/preview/dropestimator.h"

#include <mutex>

namespace lathe {

/// What is the same for all models that are measured against one baseline.
class MeasuringDesign {
public:
    /// @param chunk samples that run together
    MeasuringDesign(const SampleSet &samples, const Baseline &baseline, size_t chunk);

    const SamplingPlan &plan() const { return m_plan; }
    const DropEstimator &estimator() const { return m_estimator; }
    const Baseline &baseline() const { return m_baseline; }
    bool hasClasses() const { return m_baseline.metrics.kind != OutputKind::NotClasses; }
    bool hasLabels() const { return m_samples.hasLabels(); }
    size_t placeOf(size_t row) const ///< in the sample set
    {
        return m_baseline.samples.empty() ? row : m_baseline.samples[row];
    }
    std::vector<size_t> placesOf(const SampleChunk &chunk) const;
    SampleComparison compare(size_t row, std::span<const float> variant) const;

private:
    MeasuringDesign(const SampleSet &samples, const Baseline &baseline, size_t chunk,
                    const std::vector<SampleComparison> &rows);

    const SampleSet &m_samples;
    const Baseline &m_baseline;
    SamplingPlan m_plan;
    DropEstimator m_estimator;
};

/// May be used from several threads.
class Measurement {
public:
    Measurement(std::shared_ptr<const MeasuringDesign> design, const CompressedModel &compressed);

    const CompressedModel &compressed() const { return m_compressed; }
    size_t samplesDone() const;
    /// Chunks to run next, those from which most is learnt first. @param samples about so many
    std::vector<size_t> next(size_t samples) const;
    /// Outputs of a chunk's samples, in its order; chunks may be added from several threads.
    /// @throws Error InvalidArgument (another width than the baseline's)
    void add(size_t chunk, const Matrix &rows);
    PreviewState state(double precision) const;

private:
    std::vector<double> weights() const;
    DropEstimate estimate() const;
    void fillPartial(PreviewState &state, double precision) const;

    std::shared_ptr<const MeasuringDesign> m_design;
    CompressedModel m_compressed;
    mutable std::mutex m_mutex; ///< of what follows
    std::vector<bool> m_chunkDone;
    std::vector<size_t> m_rows;
    std::vector<SampleComparison> m_compared; ///< as m_rows
    Matrix m_values;                          ///< by row of the baseline
};

} // namespace lathe
