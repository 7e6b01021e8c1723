#pragma once
// The numbers of an encoding that may change while its structure stays, and their least-squares optimum.
#include "core/base/job.h"
#include "core/methods/encoding.h"

namespace lathe {

/// Of one matrix whose mask, codes and assignment stay: the kept values, the entries of a codebook, or the
/// scales of codes. The matrix is linear in them.
class FreeValues {
public:
    /// @param scalesMove whether scales may take any value @param structure must outlive this
    explicit FreeValues(const MatrixEncoding &structure, bool scalesMove = true);
    Index count() const { return m_start.size(); } ///< 0: nothing may change
    const Vector &start() const { return m_start; }
    /// Of these values: [rows, cols].
    Matrix matrix(const Vector &values) const;
    /// Sums over what each value stands for: the adjoint of matrix().
    Vector adjoint(const Matrix &gradient) const;
    /// The same with the squares of what each value is multiplied with.
    Vector squares(const Matrix &weights) const;
    /// As it is stored: values rounded to their type, tables in order; a scale that would not be positive
    /// stays.
    MatrixEncoding encoding(const Vector &values) const;

private:
    template <class F>
    void forEach(const F &f) const;

    const MatrixEncoding &m_structure;
    Vector m_start;
    std::vector<int32_t> m_index; ///< of each element its value; -1: none
    std::vector<float> m_factor;  ///< what that is multiplied with; empty: 1
    std::vector<Index> m_places;  ///< of the values in `tables` or `scales`; empty: elements in order
};

/// Of V = L M, M the matrix of free values: what is minimized is tr(V H V^T) - 2 tr(V C^T) + ridge |M -
/// M0|^2, M0 what they are at the start, group by group of rows.
struct QuadraticCost {
    Matrix left;    ///< [groups * r, r] L^T L of each group; empty: L is 1
    Matrix hessian; ///< [groups * cols, cols] H
    Matrix linear;  ///< [rows of M, cols] L^T C
    Index groups = 1;
};
/// By preconditioned conjugate gradients from the start on. @throws Cancelled
/// @note Time O(iterations * rows * cols^2).
Vector leastSquares(const FreeValues &values, const QuadraticCost &cost, double ridge, int iterations,
                    const JobContext &ctx = {});

} // namespace lathe
