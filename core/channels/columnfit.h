#pragma once
// Columns of a weight that make up for others that go, by ridge least squares. Inside core/channels only.
#include "core/base/job.h"
#include "core/base/matrix.h"

#include <vector>

namespace lathe {

struct ColumnFit {
    Matrix change; ///< [rows, kept] what is added to the columns that stay
    Vector shift;  ///< [rows] what is added to the bias; zeros when nothing may be
};

/// Least E|W_R x_R - D x_S - b|^2 + damping * d * |D|^2 over D, where d is the mean diagonal of x's moments:
/// D = W_R C_RS (C_SS + damping d I)^-1, and b is what D leaves of the mean. The ridge pulls to the weight as
/// it is, not to zero, so that inputs that tell nothing of the others keep their columns. Should the factors
/// fail for rounding, the damping grows tenfold.
/// He et al. 2017, arXiv:1707.06168, section 3.1, there without ridge and bias.
/// Time O(kept^3 + kept^2 rows) in double.
/// @param weight [rows, cols] @param secondMoment [cols, cols] mean of x x^T
/// @param mean [cols] of x, for a bias that is fitted, too; empty: none is
/// @param gone, kept columns of which nothing is in both
/// @throws Error NumericFailure (no finite moments) @throws Cancelled
ColumnFit fitColumns(const Matrix &weight, const Eigen::Ref<const Matrix> &secondMoment, const Vector &mean,
                     const std::vector<Index> &gone, const std::vector<Index> &kept, double damping,
                     const JobContext &ctx);

} // namespace lathe
