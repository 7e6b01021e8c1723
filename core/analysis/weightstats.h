#pragma once
// What a weight looks like: histogram, moments, ranges, sparsity, spectrum. Pure functions of a matrix.
#include "core/base/job.h"
#include "core/model/layer.h"

#include <array>
#include <functional>
#include <map>
#include <vector>

namespace lathe {

struct Histogram {
    double low = 0.0;            ///< left edge of the first bin
    double high = 0.0;           ///< right edge of the last bin; equal to low only when all values are equal
    std::vector<int64_t> counts; ///< equal widths; the sum is the number of finite values inside [low, high]
};
/// @param low,high range to cover; values outside are not counted. Both 0: the finite range of the values.
///   Where all of them are equal the first bin counts them.
/// @throws Error InvalidArgument (no bins, or no range)
Histogram histogram(std::span<const float> values, int bins, double low = 0.0, double high = 0.0);

struct Moments {
    int64_t count = 0;     ///< finite values
    int64_t nonFinite = 0; ///< NaN and infinities, left out of everything else
    double mean = 0.0, deviation = 0.0, skewness = 0.0, excessKurtosis = 0.0;
    double minimum = 0.0, maximum = 0.0, meanAbsolute = 0.0, norm = 0.0; ///< norm: Frobenius
};
/// Of the values as a population, summed in double; a constant has deviation, skewness and kurtosis of
/// exactly 0.
Moments moments(std::span<const float> values);

struct ChannelRange {
    float minimum, maximum;
};
std::vector<ChannelRange> rowRanges(const Matrix &weight); ///< one for each output channel

/// Share of zeros, 0..1. "Near" zero: |w| <= nearThreshold * max |w|.
struct Sparsity {
    /// Exact zeros; a row or column counts when all of it is zero.
    double element = 0.0, row = 0.0, column = 0.0;
    double kernel = 0.0;  ///< kh x kw patches that are all zero (convolutions; else equal to element)
    double channel = 0.0; ///< input channels that are all zero (convolutions; else equal to column)
    double nearElement = 0.0, nearRow = 0.0, nearColumn = 0.0, nearKernel = 0.0, nearChannel = 0.0;
    double nearThreshold = 1e-3;
};
/// @param kernelSize elements of one kernel (kh * kw), 1 for a plain matrix; cols is a multiple of it.
Sparsity sparsity(const Matrix &weight, Index kernelSize, double nearThreshold = 1e-3);

/// Shannon entropy in bits of the values spread over 256 equal bins of their range; 0 for a constant.
double binnedEntropy(std::span<const float> values);

/// energy[r-1]: share of the squared norm kept by the r largest singular values, last one 1 (all 0 for a zero
/// matrix).
std::vector<double> energyCurve(std::span<const double> singularValues);
/// Smallest rank, from 1, whose energy is at least `share` (0..1); 1 for a zero matrix, 0 for an empty one.
Index rankForEnergy(std::span<const double> energy, double share);

struct Spectrum {
    std::vector<double> singularValues;      ///< descending, min(rows, cols) of them
    std::vector<double> energy;              ///< energyCurve() of them
    double effectiveRank = 0.0;              ///< exp of the entropy of s_i / sum(s), Roy & Vetterli 2007
    double stableRank = 0.0;                 ///< ||W||_F^2 / ||W||_2^2, Rudelson & Vershynin 2007
    Index rankForEnergy(double share) const; ///< as the function above
};
/// W W^T or W^T W, whichever is smaller, summed in double; only the lower triangle is filled.
/// @throws Cancelled within about 0.2 s
Eigen::MatrixXd smallerGram(const Matrix &weight, const JobContext &ctx = {});
/// Singular values from the eigenvalues of the smaller Gram matrix.
/// @throws Error NumericFailure (NaN or infinity in the weight) @throws Cancelled
/// @note singular values are right to 1e-4 relative down to 1e-4 of the largest.
Spectrum spectrum(const Matrix &weight, const JobContext &ctx = {});

struct LayerAnalysis {
    Moments moments;
    Histogram histogram; ///< 256 bins over the finite range
    std::vector<ChannelRange> channelRanges;
    Sparsity sparsity;
    double entropyBits = 0.0;
    Spectrum spectrum; ///< empty when the weight holds NaN or infinity
};
/// @param kernelSize as in sparsity(). @throws Cancelled
LayerAnalysis analyzeWeight(const Matrix &weight, Index kernelSize, const JobContext &ctx = {});

/// Gives the weight of a layer that is decodable.
using WeightDecoder = std::function<Matrix(size_t layer)>;
/// All compressible layers whose index is in `layers` (empty: all) in parallel; with a decoder the decodable
/// ones too.
std::map<size_t, LayerAnalysis> analyzeLayers(const class Model &model, std::span<const size_t> layers,
                                              const JobContext &ctx = {}, const WeightDecoder &decoder = {});

} // namespace lathe
