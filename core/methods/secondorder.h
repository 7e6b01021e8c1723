#pragma once
// Second-order compression of one layer: weights go or are rounded one column at a time, the error is made up
// for by the columns to come.
#include "core/base/job.h"
#include "core/base/matrix.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace lathe {

/// What the sweep knows of the layer's inputs: the upper Cholesky factor of the inverse of the damped Hessian
/// H + damping * mean(diag H) * I, H = X X^T [cols, cols], the mean taken over inputs that are not always
/// zero. One that is gets the mean on H's diagonal: its weights do not matter.
struct InverseHessian {
    Matrix upper; ///< [cols, cols]; row j from the diagonal on is what column j's error costs the later ones
    double damping =
        0.0; ///< share of the mean diagonal that was added; larger than asked for when H was singular
    std::vector<uint8_t> dead; ///< [cols] 1 where the input was always zero
};
/// Frantar et al. 2023, arXiv:2210.17323 (GPTQ), step 3; the damping grows tenfold until the factorization
/// succeeds.
/// @param hessian [cols, cols], symmetric, finite, positive semidefinite.
/// @throws Error NumericFailure (NaN, or not positive even with damping 1). @throws Cancelled
InverseHessian invertHessian(const Matrix &hessian, double damping = 0.01, const JobContext &ctx = {});

/// Given column `col` of the weights as corrected so far, the values to be stored. Called for col = 0, 1, 2,
/// ...
using ColumnRule = std::function<void(Index col, const Vector &current, Vector &stored)>;
/// Told before the columns [first, first + count) are swept, with their corrected weights [rows, count]:
/// choose the mask of the block there.
using BlockRule = std::function<void(Index first, const Matrix &block)>;

struct SweepRules {
    ColumnRule column;
    BlockRule block; ///< may be empty
    Index blockColumns = 128;
};

/// The sweep: for each column the error (current - stored) / U[j,j] is spread over the later columns by row j
/// of U. Blocks of columns are updated lazily. @returns what was stored [rows, cols].
/// @throws Cancelled
Matrix sweepColumns(const Matrix &weight, const InverseHessian &inverse, const SweepRules &rules,
                    const JobContext &ctx = {});

struct PrunedWeights {
    Matrix values;             ///< [rows, cols] the remaining weights after correction, zero elsewhere
    std::vector<uint8_t> kept; ///< [rows * cols] of 0/1
};

/// Optimal Brain Surgeon in blocks as SparseGPT does (Hassibi & Stork 1993; Frantar & Alistarh 2023,
/// arXiv:2301.00774): in each block of columns the weights with the smallest w^2 / U[j,j]^2 go. The number
/// that goes is exactly round(ratio * size). @param ratio 0 <= ratio < 1.
PrunedWeights pruneBySurgeon(const Matrix &weight, const InverseHessian &inverse, double ratio,
                             const JobContext &ctx = {});
/// The same where exactly `keep` of every `of` consecutive weights of a row stay.
/// @throws Error InvalidArgument when cols is no multiple of `of`.
PrunedWeights pruneBySurgeonNofM(const Matrix &weight, const InverseHessian &inverse, int keep, int of,
                                 const JobContext &ctx = {});

/// The same where blocks of `height` rows and `width` columns go whole, those with the smallest sum; blocks
/// at the edges may be smaller. The number of blocks that goes is exactly round(ratio * blocks).
PrunedWeights pruneBySurgeonBlocks(const Matrix &weight, const InverseHessian &inverse, double ratio,
                                   Index height, Index width, const JobContext &ctx = {});

/// Moves the kept weights towards the least-squares optimum tr((W - V) H (W - V)^T) of their mask by
/// preconditioned conjugate gradients, all rows at once (Meng et al. 2024, arXiv:2406.07831, section 3.3).
/// The error never grows. Time O(iterations * rows * cols^2).
void refineKept(const Matrix &weight, const Matrix &hessian, PrunedWeights &pruned, int iterations = 10,
                const JobContext &ctx = {});

/// tr((W - V) H (W - V)^T) / tr(W H W^T): relative output error on the calibration data; 0 when W H W^T is 0.
double relativeOutputError(const Matrix &weight, const Matrix &stored, const Matrix &hessian);

} // namespace lathe
