#include "core/base/blas.h"

#include "core/base/blasproducts.h"
#include "core/base/parallel.h"
#include "core/base/processor.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <blis.h>
#include <cstdlib>
#include <vector>

namespace lathe {
namespace {

constexpr Index blockSize = 256; // a few milliseconds of work for each step, so that Cancel is obeyed at once

/// Done before main(), while there is one thread: BLIS reads the environment at its first call, and setting
/// it then would race with whoever else reads it.
[[maybe_unused]] const bool kernelsAreSet = [] {
    const char *name = "BLIS_ARCH_TYPE";
    if (const auto value = archType(std::getenv(name), thisProcessor()))
        return setenv(name, value->c_str(), 1) == 0;
    return true;
}();

std::string blisKernels()
{
    bli_init(); // asked before that, BLIS aborts where the environment names kernels
    return bli_arch_string(bli_arch_query_id());
}

/// BLIS keeps to its kernels once they are chosen, so what makes up for wrong ones is not BLIS.
const ChosenProducts &chosen()
{
    static const ChosenProducts once = chooseProducts(blisProducts, blisKernels());
    return once;
}

void add(MatrixView c, float factor, ConstMatrixView a, ConstMatrixView b,
         Transposed which = Transposed::None)
{
    if (c.size() > 0 && b.size() > 0)
        chosen().products.add(c, factor, a, b, which);
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

Message productsNote()
{
    return chosen().note;
}

std::string kernelsInUse()
{
    return chosen().note.empty() ? "BLIS " + blisKernels() : "Eigen";
}

void addProduct(MatrixView c, float factor, ConstMatrixView a, ConstMatrixView b)
{
    add(c, factor, a, b);
}

void addTransposedProduct(MatrixView c, float factor, ConstMatrixView a, ConstMatrixView b)
{
    add(c, factor, a, b, Transposed::First);
}

Matrix product(ConstMatrixView a, ConstMatrixView b)
{
    Matrix c = Matrix::Zero(a.rows(), b.cols());
    add(c, 1.0F, a, b);
    return c;
}

void addGram(Eigen::MatrixXd &c, const Eigen::MatrixXd &a)
{
    if (a.size() > 0)
        chosen().products.addGram(c, a);
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
            chosen().products.divideByLower(a.block(below[i].first, pivot.first, below[i].count, pivot.count),
                                            diagonal, true);
        });
        parallelFor(below.size() * (below.size() + 1) / 2, ctx, [&](size_t task) {
            size_t row = 0;
            for (; task > row; ++row)
                task -= row + 1;
            const Range r = below[row];
            const Range c = below[task];
            add(a.block(r.first, c.first, r.count, c.count), -1.0F,
                a.block(r.first, pivot.first, r.count, pivot.count),
                a.block(c.first, pivot.first, c.count, pivot.count), Transposed::Second);
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
            chosen().products.multiplyLower(a.block(next, strips[i].first, rest, strips[i].count), -1.0F,
                                            a.block(next, next, rest, rest));
        });
        const std::vector<Range> below = blocksOf(next, a.rows(), blockSize);
        parallelFor(below.size(), ctx, [&](size_t i) {
            chosen().products.divideByLower(a.block(below[i].first, pivot.first, below[i].count, pivot.count),
                                            a.block(pivot.first, pivot.first, pivot.count, pivot.count),
                                            false);
        });
        invertBlock(a.block(pivot.first, pivot.first, pivot.count, pivot.count));
    }
}

} // namespace lathe
