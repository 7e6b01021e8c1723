#pragma once
// Eigenvalues and -vectors of large symmetric matrices that stop when told to, which Eigen's own solvers
// cannot.
#include "core/base/job.h"
#include "core/base/matrix.h"

namespace lathe {

/// Eigenvalues in no particular order. @param matrix its lower triangle counts; used up.
/// @throws Error NumericFailure (no convergence: the matrix holds NaN) @throws Cancelled within about 0.2 s
/// @note Time 4/3 n^3: Householder reflections to tridiagonal form, then implicit QL; Golub & Van Loan 8.3.
Eigen::VectorXd symmetricEigenvalues(Eigen::MatrixXd matrix, const JobContext &ctx = {});

struct SymmetricEigen {
    Eigen::VectorXd values;
    Eigen::MatrixXf vectors; ///< column i belongs to values[i]; orthonormal to float precision (the work is
                             ///< done in double)
};
/// The same with eigenvectors, which take most of the time (about 9 n^3) and run on ctx.threadCount()
/// threads.
SymmetricEigen symmetricEigen(Eigen::MatrixXd matrix, const JobContext &ctx = {});

} // namespace lathe
