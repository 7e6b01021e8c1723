#pragma once
// Dense products and triangular factorizations by BLIS, with kernels for what the processor can do
// (processor.h), held against double once before their first use (blasproducts.h). BLIS itself runs
// single-threaded here; what takes a context spreads blocks over the job's own threads.
#include "core/base/job.h"
#include "core/base/matrix.h"

#include <string>

namespace lathe {

/// A row-major matrix or a block of one.
using MatrixView = Eigen::Ref<Matrix, 0, Eigen::OuterStride<>>;
using ConstMatrixView = Eigen::Ref<const Matrix, 0, Eigen::OuterStride<>>;

/// Why products are slower than they could be, a sentence for the user; empty: they are not.
Message productsNote();
/// "BLIS skx", or "Eigen" where those are wrong.
std::string kernelsInUse();

/// c += factor * a * b. May be called from several threads at once, as everything here.
void addProduct(MatrixView c, float factor, ConstMatrixView a, ConstMatrixView b);
/// c += factor * a^T * b
void addTransposedProduct(MatrixView c, float factor, ConstMatrixView a, ConstMatrixView b);
Matrix product(ConstMatrixView a, ConstMatrixView b);

/// The lower triangle of c += a * a^T.
void addGram(Eigen::MatrixXd &c, const Eigen::MatrixXd &a);

/// Replaces the lower triangle of the symmetric a by L with a = L L^T, in place; what is above the diagonal
/// is neither read nor meaningful afterwards. @returns false when a is not positive definite. @throws
/// Cancelled
bool choleskyInPlace(Matrix &a, const JobContext &ctx = {});
/// Replaces the lower triangle of a, regular, by its inverse; zeros above. @throws Cancelled
void invertLowerInPlace(Matrix &a, const JobContext &ctx = {});

} // namespace lathe
