#pragma once
// Factorizations beyond the plain SVD: on calibration data, over space, by both channel axes, depthwise
// separable.
#include "core/base/job.h"
#include "core/methods/kernelshape.h"

#include <array>

namespace lathe {

/// Best rank-r map on the calibration data: minimizes ||(W - left * right) X||_F with X X^T = covariance
/// (Yuan et al. 2023, arXiv:2312.05821, and Wang et al. 2024, arXiv:2403.07378, whitening by the Cholesky
/// factor).
/// @param covariance [cols, cols] sum or mean of x x^T; damped by `damping` times its mean diagonal when it
/// is singular.
/// @returns left [rows, rank], right [rank, cols]. @throws Error InvalidArgument (rank), NumericFailure.
/// @throws Cancelled
std::pair<Matrix, Matrix> factorizeOnActivations(const Matrix &weight, const Matrix &covariance, Index rank,
                                                 const JobContext &ctx = {});

/// height x 1 convolution with `rank` outputs, then 1 x width with `out` outputs (Jaderberg et al. 2014,
/// arXiv:1405.3866, scheme 2): best in the Frobenius norm by one SVD.
struct SpatialFactors {
    Matrix vertical;   ///< [rank, in * height]
    Matrix horizontal; ///< [out, rank * width]
};
SpatialFactors factorizeSpatially(const Matrix &weight, const KernelShape &shape, Index rank,
                                  const JobContext &ctx = {});
struct SvdFactors;
/// The same in two steps: [in * height, out * width], and from its SVD.
Matrix spatialUnfolding(const Matrix &weight, const KernelShape &shape);
SpatialFactors spatialFactors(const SvdFactors &unfolded, const KernelShape &shape, Index rank);
Matrix compose(const SpatialFactors &factors, const KernelShape &shape); ///< the weight matrix they stand for

/// 1 x 1 to rankIn channels, height x width from rankIn to rankOut, 1 x 1 to out (Kim et al. 2016,
/// arXiv:1511.06530), by higher-order orthogonal iteration.
struct TuckerFactors {
    Matrix input;  ///< [rankIn, in]
    Matrix core;   ///< [rankOut, rankIn * height * width]
    Matrix output; ///< [out, rankOut]
};
TuckerFactors factorizeTucker2(const Matrix &weight, const KernelShape &shape, Index rankOut, Index rankIn,
                               const JobContext &ctx = {});
Matrix compose(const TuckerFactors &factors, const KernelShape &shape);

/// One height x width filter for each input channel, then 1 x 1 (Howard et al. 2017, arXiv:1704.04861), as
/// the best least-squares stand-in for the standard convolution: on the weights a rank-1 SVD of each input
/// channel; with a covariance [cols, cols] refined on the layer's output by alternating least squares.
struct SeparableFactors {
    Matrix depthwise; ///< [in, height * width]
    Matrix pointwise; ///< [out, in]
};
SeparableFactors separate(const Matrix &weight, const KernelShape &shape, const Matrix *covariance = nullptr,
                          const JobContext &ctx = {});
Matrix compose(const SeparableFactors &factors, const KernelShape &shape);

} // namespace lathe
