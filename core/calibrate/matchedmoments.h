#pragma once
// What a layer gets in a compressed model beside what it gives in the model that this was made from.
#include "core/calibrate/calibration.h"

namespace lathe {

/// Over columns x that the layer's matrix is multiplied with in the compressed model, and y that it gives for
/// the same place of the same sample in the source (without its bias). Means and what is around them are
/// apart, for a layer behind a mean over places varies a thousand times less than it is large.
struct MatchedMoments {
    InputStatistics inputs; ///< of x, without second moments
    Matrix covariance;      ///< [groups * cols, cols] of x, group by group
    Matrix cross;           ///< [rows, cols] covariance of y and x, each row with the x of its group
    Vector target;          ///< [rows] mean of y
    Vector targetVariance;  ///< [rows]

    InputStatistics withSecondMoments() const; ///< the inputs, for methods that go by them
};

/// Goes through a model layer by layer from its first to its last, while the layers behind are changed: of
/// each layer before the one that is asked for, the compressed model has to be what it was when that was
/// asked for. Values in between are kept as far as memory goes, so that all layers together take about as
/// long as running both models once.
class MatchedInputs {
public:
    /// @param source what both are compared in; layers by its own numbers
    /// @param columns as CalibrationOptions::leastColumns
    /// @throws Error as GatheredStatistics does
    MatchedInputs(Model source, SampleSet samples, int64_t columns, const JobContext &ctx = {});
    ~MatchedInputs();
    const SampleSet &samples() const;
    /// Why the layer has none: layers that cannot be watched, too wide ones, and those whose weight another
    /// layer has as well. Empty: it has.
    Message obstacle(size_t layer) const;
    /// @param compressed in plain form, with the source's layers @pre obstacle(layer) is empty
    /// @throws Error NumericFailure (NaN or infinity), Unsupported. @throws Cancelled
    MatchedMoments of(size_t layer, const Model &compressed, const JobContext &ctx = {});

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace lathe
