#pragma once
// Which weights stay, looked for all at once. Inner part of core/compress.
#include "core/methods/secondorder.h"

namespace lathe {

/// By scores [rows, cols], the higher the dearer, which weights stay: [rows * cols] of 0/1.
using MaskRule = std::function<std::vector<uint8_t>(const Matrix &scores)>;

/// Looks for other weights to keep, as many as `rule` says, so that the output error
/// tr((W - V) H (W - V)^T) gets smaller: a sweep decides column by column and never takes back. Alternating
/// directions of multipliers from `start` on, the inputs scaled to one norm, then refineKept(); Meng et al.
/// 2024, arXiv:2406.07831 (ALPS), Algorithm 1 with a penalty that rises faster. Never worse than `start`.
/// @param hessian [cols, cols] as refined with, positive definite or all zero
/// @note Time O(iterations * (rows + cols) * cols^2) with 8 to 60 iterations, the smaller the matrix the
/// more. @throws Cancelled
PrunedWeights searchMask(const Matrix &weight, const Matrix &hessian, PrunedWeights start,
                         const MaskRule &rule, const JobContext &ctx = {});

} // namespace lathe
