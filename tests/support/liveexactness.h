#pragma once
// Whether what a live preview measures is what the exported file gives.
#include "core/preview/livepreview.h"

#include <string>

namespace lathe::test {

/// Recipes one after the other on one model, each measured live and, anew, as the exported file runs.
class LiveCheck {
public:
    LiveCheck(const Model &model, SampleSet samples, std::shared_ptr<const Calibration> calibration = nullptr,
              const LiveOptions &options = {int64_t(1) << 30, 0.0});

    /// @param layers that move
    /// @returns what is wrong; empty: same top-1 on each sample, and outputs within `tolerance` of the
    /// largest one, or neighbours in float16 where that is what the model gives
    std::string faultOf(const Recipe &recipe, const std::vector<size_t> &layers);
    std::string faultOf(const CompressedModel &compressed, const std::vector<size_t> &layers);
    CompressedModel compress(const Recipe &recipe) { return m_compressor.compress(recipe); }
    LivePreview &live() { return m_live; }
    Exporter &exporter() { return *m_exporter; }
    const Baseline &baseline() const { return *m_baseline; }
    const SampleSet &samples() const { return *m_samples; }
    const PreviewState &last() const { return m_last; }
    double largestDifference() const { return m_largest; } ///< of all measured so far, neighbours left out
    double neighbours() const { return m_neighbours; }     ///< most of one check, as a share of its outputs

    double tolerance = 1e-4;

private:
    /// The largest difference as a share of the largest output.
    double distance(const Matrix &values, const Matrix &expected, bool isFloat16);

    Compressor m_compressor;
    std::shared_ptr<Exporter> m_exporter;
    std::shared_ptr<const SampleSet> m_samples;
    std::shared_ptr<const Baseline> m_baseline;
    LivePreview m_live;
    PreviewState m_last;
    double m_largest = 0.0, m_neighbours = 0.0;
};

/// "layer:settings" for one layer name, which may hold any character.
Recipe recipeFor(const Model &model, const std::vector<std::pair<size_t, std::string>> &settings);

} // namespace lathe::test
