#pragma once
// The methods: pure functions from a weight to what is stored.
#include "core/base/job.h"
#include "core/compress/encoding.h"
#include "core/recipe/recipe.h"

namespace lathe {

/// Which elements stay when the round(ratio * size) smallest magnitudes go (halves away from zero). Of equal
/// magnitudes the ones later in row-major order go first, so the count is exact and the answer the same
/// everywhere. Han et al. 2015, arXiv:1506.02626.
/// @param ratio 0 <= ratio < 1. @returns [rows * cols] of 0/1. @throws Error InvalidArgument (ratio),
/// NumericFailure (NaN)
/// @note Time O(size).
std::vector<uint8_t> pruneByMagnitude(const Matrix &weight, double ratio);

/// Rounds to the nearest (halves to even, as ONNX QuantizeLinear does) of 2^bits (asymmetric) or 2^bits - 1
/// (symmetric) evenly spaced values. Symmetric: codes -(2^(k-1)-1)..2^(k-1)-1 around zero point 2^(k-1)-1,
/// scale = max|w| / (2^(k-1)-1). One bit symmetric: +-mean|w| (XNOR-Net, arXiv:1603.05279), + for zero.
/// Asymmetric: the range of the kept values widened to hold 0, an integer zero point, so that 0 is exact.
/// An all-zero channel gets scale 1 and decodes to exact zeros. Elements that are not kept do not count for
/// the range and get the zero point for their code. Scales are normal numbers (at least 1.2e-38, so weights
/// below that may vanish), and nothing decodes to infinity.
/// @throws Error InvalidArgument (bits outside 1..8), NumericFailure (NaN or infinity; the sentence says how
/// many)
UniformCodes quantizeUniform(const Matrix &weight, const QuantizeSettings &settings,
                             const std::vector<uint8_t> &kept = {});

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
