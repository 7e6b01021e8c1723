#include "core/base/blas.h"

#include "core/base/parallel.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cblas.h>
#include <vector>

namespace lathe {
namespace {

constexpr Index blockSize = 256; // a few milliseconds of work for each step, so that Cancel is obeyed at once

int size(Index n)
{
    return static_cast<int>(n);
}

void gemm(CBLAS_TRANSPOSE transposed, MatrixView c, float factor, ConstMatrixView a, ConstMatrixView b,
          CBLAS_TRANSPOSE second = CblasNoTrans)
{
    if (c.size() == 0 || b.size() == 0)
        return;
    cblas_sgemm(CblasRowMajor, transposed, second, size(c.rows()), size(c.cols()),
                size(transposed == CblasTrans ? a.rows() : a.cols()), factor, a.data(), size(a.outerStride()),
                b.data(), size(b.outerStride()), 1.0F, c.data(), size(c.outerStride()));
}

bool choleskyOfBlock(MatrixView a)
{
    const Eigen::LLT<Matrix> cholesky(a);
    a.triangularView<Eigen::Lower>() = cholesky.matrixLLT();
    return cholesky.info() == Eigen::Success;
}

void invertBlock(MatrixView a)
{
    Matrix inverse = Matrix::Identity(a.rows(), a.cols());
    a.triangularView<Eigen::Lower>().solveInPlace(inverse);
    a.triangularView<Eigen::Lower>() = inverse;
}

struct Range {
    Index first = 0;
    Index count = 0;
};

std::vector<Range> blocksOf(Index first, Index end, Index length)
{
    std::vector<Range> blocks;
    for (Index i = first; i < end; i += length)
        blocks.push_back({i, std::min(length, end - i)});
    return blocks;
}

} // namespace

void addProduct(MatrixView c, float factor, ConstMatrixView a, ConstMatrixView b)
{
    gemm(CblasNoTrans, c, factor, a, b);
}

void addTransposedProduct(MatrixView c, float factor, ConstMatrixView a, ConstMatrixView b)
{
    gemm(CblasTrans, c, factor, a, b);
}

Matrix product(ConstMatrixView a, ConstMatrixView b)
{
    Matrix c = Matrix::Zero(a.rows(), b.cols());
    gemm(CblasNoTrans, c, 1.0F, a, b);
    return c;
}

void addGram(Eigen::MatrixXd &c, const Eigen::MatrixXd &a)
{
    if (a.size() > 0)
        cblas_dsyrk(CblasColMajor, CblasLower, CblasNoTrans, size(a.rows()), size(a.cols()), 1.0, a.data(),
                    size(a.rows()), 1.0, c.data(), size(c.rows()));
}

bool choleskyInPlace(Matrix &a, const JobContext &ctx)
{
    for (const Range pivot : blocksOf(0, a.rows(), blockSize)) {
        ctx.throwIfCancelled();
        auto diagonal = a.block(pivot.first, pivot.first, pivot.count, pivot.count);
        if (!choleskyOfBlock(diagonal))
            return false;
        const std::vector<Range> below = blocksOf(pivot.first + pivot.count, a.rows(), blockSize);
        parallelFor(below.size(), ctx, [&](size_t i) {
            cblas_strsm(CblasRowMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, size(below[i].count),
                        size(pivot.count), 1.0F, diagonal.data(), size(a.outerStride()),
                        &a(below[i].first, pivot.first), size(a.outerStride()));
        });
        parallelFor(below.size() * (below.size() + 1) / 2, ctx, [&](size_t task) {
            size_t row = 0;
            for (; task > row; ++row)
                task -= row + 1;
            const Range r = below[row];
            const Range c = below[task];
            gemm(CblasNoTrans, a.block(r.first, c.first, r.count, c.count), -1.0F,
                 a.block(r.first, pivot.first, r.count, pivot.count),
                 a.block(c.first, pivot.first, c.count, pivot.count), CblasTrans);
        });
    }
    return true;
}

void invertLowerInPlace(Matrix &a, const JobContext &ctx)
{
    a.triangularView<Eigen::StrictlyUpper>().setZero();
    std::vector<Range> pivots = blocksOf(0, a.rows(), blockSize);
    std::reverse(pivots.begin(), pivots.end());
    for (const Range pivot : pivots) { // below and right of it, a is inverted already
        ctx.throwIfCancelled();
        const Index next = pivot.first + pivot.count;
        const Index rest = a.rows() - next;
        const std::vector<Range> strips = blocksOf(pivot.first, next, 64);
        parallelFor(rest > 0 ? strips.size() : 0, ctx, [&](size_t i) {
            cblas_strmm(CblasRowMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, size(rest),
                        size(strips[i].count), -1.0F, &a(next, next), size(a.outerStride()),
                        &a(next, strips[i].first), size(a.outerStride()));
        });
        const std::vector<Range> below = blocksOf(next, a.rows(), blockSize);
        parallelFor(below.size(), ctx, [&](size_t i) {
            cblas_strsm(CblasRowMajor, CblasRight, CblasLower, CblasNoTrans, CblasNonUnit,
                        size(below[i].count), size(pivot.count), 1.0F, &a(pivot.first, pivot.first),
                        size(a.outerStride()), &a(below[i].first, pivot.first), size(a.outerStride()));
        });
        invertBlock(a.block(pivot.first, pivot.first, pivot.count, pivot.count));
    }
}

} // namespace lathe
