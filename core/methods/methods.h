#pragma once
// The methods: pure functions from a weight to what is stored.
#include "core/base/job.h"
#include "core/methods/encoding.h"
#include "core/methods/secondorder.h"
#include "core/recipe/settings.h"

#include <span>

namespace lathe {

/// Which elements stay when the round(ratio * size) smallest magnitudes go (halves away from zero). Of equal
/// magnitudes the ones later in row-major order go first, so the count is exact and the answer the same
/// everywhere. Han et al. 2015, arXiv:1506.02626.
/// @param ratio 0 <= ratio < 1. @returns [rows * cols] of 0/1. @throws Error InvalidArgument (ratio),
/// NumericFailure (NaN)
/// @note Time O(size).
std::vector<uint8_t> pruneByMagnitude(const Matrix &weight, double ratio);

/// The same for any scores and patterns.
struct ScoreRules {
    double ratio = 0.0;
    std::optional<int64_t> count =
        {}; ///< goes instead of round(ratio * size), for PrunePattern::Kind::Single
    PrunePattern pattern = {};
    bool rowByRow = false; ///< each row loses its own share (Wanda); the total count is exact all the same
};
/// @param scores [rows, cols] >= 0: what losing an element costs. A block costs the sum of its elements and
/// round(ratio * blocks) of them go; blocks at the right and lower edge may be smaller.
/// @throws Error InvalidArgument (ratio; rows that are no multiple of M), NumericFailure (NaN)
std::vector<uint8_t> pruneByScores(const Matrix &scores, const ScoreRules &rules);

/// Rounds to the nearest (halves to even, as ONNX QuantizeLinear does) of 2^bits (asymmetric) or 2^bits - 1
/// (symmetric) evenly spaced values. Symmetric: codes -(2^(k-1)-1)..2^(k-1)-1 around zero point 2^(k-1)-1,
/// scale = max|w| / (2^(k-1)-1). One bit symmetric: +-mean|w| (XNOR-Net, arXiv:1603.05279), + for zero.
/// Asymmetric: the range of the kept values widened to hold 0, an integer zero point, so that 0 is exact.
/// The range is as `settings.range` says; values outside are clipped. A group is the largest divisor of cols
/// from settings.group / 2 up to settings.group; without one, the row. Scales of groups are rounded to
/// float16 where that loses no more than float16 has figures. An all-zero channel gets scale 1 and decodes to
/// exact zeros. As powers of two (settings.scale), scales are rounded up. Elements that are not kept do not
/// count for the range and get the zero point for their code. Scales are normal numbers (at least 1.2e-38, so
/// weights below that may vanish), and nothing decodes to infinity.
/// @throws Error InvalidArgument (bits outside 1..8), NumericFailure (NaN or infinity; the sentence says how
/// many)
UniformCodes quantizeUniform(const Matrix &weight, const QuantizeSettings &settings,
                             const std::vector<uint8_t> &kept = {});

/// Any format, to the nearest value; GPTQ where there are inverse Hessians.
/// Ternary: -a, 0, a with a threshold of 0.7 mean |w| and a = mean |w| over it (Li et al. 2016,
/// arXiv:1605.04711). NF4: the 16 values of Dettmers et al. 2023, arXiv:2305.14314, appendix E, times max|w|.
/// @param inverses of the inputs [cols, cols] of each group of rows; empty: nearest.
/// @throws Error as above @throws Cancelled
MatrixEncoding quantize(const Matrix &weight, const QuantizeSettings &settings, std::vector<uint8_t> kept,
                        std::span<const InverseHessian> inverses = {}, const JobContext &ctx = {});

/// Rounds again such that every row's sum stays what it was, and so its output for what all inputs have in
/// common: of the elements nearest to a tie as few are rounded the other way as it takes (Guo et al. 2022,
/// arXiv:2202.07471), then the row's own scale makes up for the rest where that moves nothing by an eighth of
/// a step. What is not uniform, or in groups, stays as it is, and so do scales that are powers of two.
/// @returns whether it can be done
bool keepSums(const Matrix &weight, MatrixEncoding &encoding, ScaleKind scales = ScaleKind::Any);

/// The group that is used for rows of so many columns; 0: the whole row.
Index effectiveGroup(Index cols, int group);

/// A codebook for each settings.group rows. Elements that are not kept get the code of an exact zero.
/// @param importance [rows, cols] of each element, or empty
/// @throws Error InvalidArgument, NumericFailure @throws Cancelled
MatrixEncoding cluster(const Matrix &weight, const ClusterSettings &settings, std::vector<uint8_t> kept,
                       const Matrix &importance = {}, const JobContext &ctx = {});

/// Zero where not kept.
Matrix masked(const Matrix &weight, const std::vector<uint8_t> &kept);

/// Truncated SVD with the singular values split evenly: left = U sqrt(S), right = sqrt(S) V^T.
/// Best rank-r answer in the Frobenius norm: Eckart & Young 1936; on networks: Denton et al. 2014,
/// arXiv:1404.0736.
struct SvdFactors {
    Matrix u;                                              ///< [rows, min(rows, cols)]
    Eigen::VectorXf values;                                ///< descending
    Matrix v;                                              ///< [cols, min(rows, cols)]
    std::pair<Matrix, Matrix> truncated(Index rank) const; ///< left [rows, rank], right [rank, cols]
    std::vector<double> energy() const;                    ///< as Spectrum::energy
    Index rankForEnergy(double share) const;               ///< as Spectrum::rankForEnergy
};
/// From the eigenvectors of the smaller Gram matrix (in double) and one product with the weight: at full rank
/// the factors give the weight back to 1e-5 relative, and the error at each rank is the smallest possible to
/// the same measure.
/// @throws Error NumericFailure (NaN or infinity) @throws Cancelled
/// @note Time O(rows * cols * min(rows, cols)), on ctx.threadCount() threads in part; obeys Cancel between
/// panels of work.
SvdFactors svd(const Matrix &weight, const JobContext &ctx = {});

} // namespace lathe
