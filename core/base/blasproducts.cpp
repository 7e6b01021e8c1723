#include "core/base/blasproducts.h"

#include <cblas.h>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace lathe {
namespace {

int size(Index n)
{
    return static_cast<int>(n);
}

CBLAS_TRANSPOSE transposedIf(bool yes)
{
    return yes ? CblasTrans : CblasNoTrans;
}

/// Always the same values in [-1, 1], quickly.
class Values {
public:
    template <class M>
    M matrix(Index rows, Index cols)
    {
        M result(rows, cols);
        for (auto &value : result.reshaped())
            value = static_cast<typename M::Scalar>(next());
        return result;
    }
    /// A triangle that is not nearly singular; what is above it must not be read.
    Matrix lower(Index n)
    {
        Matrix result = matrix<Matrix>(n, n) / std::sqrt(static_cast<float>(n));
        result.diagonal().array() += 2.0F;
        result.triangularView<Eigen::StrictlyUpper>().setConstant(std::numeric_limits<float>::quiet_NaN());
        return result;
    }

private:
    float next()
    {
        m_state = m_state * 1664525U + 1013904223U;
        return static_cast<float>(m_state >> 8) * 0x1p-23F - 1.0F;
    }
    uint32_t m_state = 1;
};

/// Of rounding, in sums of `length` products that a random vector of `width` then adds up.
double tolerance(double epsilon, Index length, Index width)
{
    return 2.0 * epsilon * static_cast<double>(length) * std::sqrt(static_cast<double>(width));
}

bool near(const Eigen::VectorXd &got, const Eigen::VectorXd &right, double tolerance)
{
    return (got - right).cwiseAbs().maxCoeff() <= tolerance; // NaN is not
}

bool addIsRight(const Products &products, Index m, Index n, Index k, Transposed which)
{
    Values values;
    const Matrix a = which == Transposed::First ? values.matrix<Matrix>(k, m) : values.matrix<Matrix>(m, k);
    const Matrix b = which == Transposed::Second ? values.matrix<Matrix>(n, k) : values.matrix<Matrix>(k, n);
    const auto v = values.matrix<Eigen::VectorXd>(n, 1);
    Matrix c = values.matrix<Matrix>(m, n);
    Eigen::VectorXd image = which == Transposed::Second ? Eigen::VectorXd(b.cast<double>().transpose() * v)
                                                        : Eigen::VectorXd(b.cast<double>() * v);
    image = which == Transposed::First ? Eigen::VectorXd(a.cast<double>().transpose() * image)
                                       : Eigen::VectorXd(a.cast<double>() * image);
    const Eigen::VectorXd right = c.cast<double>() * v - 0.5 * image;
    products.add(c, -0.5F, a, b, which);
    return near(c.cast<double>() * v, right, tolerance(std::numeric_limits<float>::epsilon(), k, n));
}

bool addGramIsRight(const Products &products, Index m, Index k)
{
    Values values;
    const auto a = values.matrix<Eigen::MatrixXd>(m, k);
    const auto v = values.matrix<Eigen::VectorXd>(m, 1);
    Eigen::MatrixXd c = Eigen::MatrixXd::Zero(m, m);
    const Eigen::VectorXd right = a * (a.transpose() * v);
    products.addGram(c, a);
    return near(c.selfadjointView<Eigen::Lower>() * v, right,
                16.0 * tolerance(std::numeric_limits<double>::epsilon(), k, m));
}

bool multiplyLowerIsRight(const Products &products, Index m, Index n)
{
    Values values;
    const Matrix lower = values.lower(m);
    const auto v = values.matrix<Eigen::VectorXd>(n, 1);
    Matrix b = values.matrix<Matrix>(m, n);
    const Eigen::VectorXd bv = b.cast<double>() * v;
    const Eigen::MatrixXd wide = lower.cast<double>();
    const Eigen::VectorXd right = -(wide.triangularView<Eigen::Lower>() * bv);
    products.multiplyLower(b, -1.0F, lower);
    return near(b.cast<double>() * v, right, tolerance(std::numeric_limits<float>::epsilon(), m, n));
}

bool divideByLowerIsRight(const Products &products, Index m, Index n, bool transpose)
{
    Values values;
    const Matrix lower = values.lower(n);
    const auto v = values.matrix<Eigen::VectorXd>(n, 1);
    Matrix b = values.matrix<Matrix>(m, n);
    const Eigen::VectorXd right = b.cast<double>() * v;
    const Eigen::MatrixXd wide = lower.cast<double>();
    const Eigen::VectorXd lv = transpose
                                   ? Eigen::VectorXd(wide.transpose().triangularView<Eigen::Upper>() * v)
                                   : Eigen::VectorXd(wide.triangularView<Eigen::Lower>() * v);
    products.divideByLower(b, lower, transpose);
    return near(b.cast<double>() * lv, right, tolerance(std::numeric_limits<float>::epsilon(), n, n));
}

} // namespace

const Products blisProducts{
    .add =
        [](MatrixView c, float factor, ConstMatrixView a, ConstMatrixView b, Transposed which) {
            cblas_sgemm(CblasRowMajor, transposedIf(which == Transposed::First),
                        transposedIf(which == Transposed::Second), size(c.rows()), size(c.cols()),
                        size(which == Transposed::First ? a.rows() : a.cols()), factor, a.data(),
                        size(a.outerStride()), b.data(), size(b.outerStride()), 1.0F, c.data(),
                        size(c.outerStride()));
        },
    .addGram =
        [](Eigen::MatrixXd &c, const Eigen::MatrixXd &a) {
            cblas_dsyrk(CblasColMajor, CblasLower, CblasNoTrans, size(a.rows()), size(a.cols()), 1.0,
                        a.data(), size(a.rows()), 1.0, c.data(), size(c.rows()));
        },
    .multiplyLower =
        [](MatrixView b, float factor, ConstMatrixView lower) {
            cblas_strmm(CblasRowMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, size(b.rows()),
                        size(b.cols()), factor, lower.data(), size(lower.outerStride()), b.data(),
                        size(b.outerStride()));
        },
    .divideByLower =
        [](MatrixView b, ConstMatrixView lower, bool transpose) {
            cblas_strsm(CblasRowMajor, CblasRight, CblasLower, transposedIf(transpose), CblasNonUnit,
                        size(b.rows()), size(b.cols()), 1.0F, lower.data(), size(lower.outerStride()),
                        b.data(), size(b.outerStride()));
        },
};

const Products eigenProducts{
    .add =
        [](MatrixView c, float factor, ConstMatrixView a, ConstMatrixView b, Transposed which) {
            if (which == Transposed::First)
                c.noalias() += factor * a.transpose() * b;
            else if (which == Transposed::Second)
                c.noalias() += factor * a * b.transpose();
            else
                c.noalias() += factor * a * b;
        },
    .addGram = [](Eigen::MatrixXd &c,
                  const Eigen::MatrixXd &a) { c.selfadjointView<Eigen::Lower>().rankUpdate(a); },
    .multiplyLower =
        [](MatrixView b, float factor, ConstMatrixView lower) {
            const Matrix scaled = factor * b;
            b = lower.triangularView<Eigen::Lower>() * scaled;
        },
    .divideByLower =
        [](MatrixView b, ConstMatrixView lower, bool transpose) {
            if (transpose)
                lower.transpose().triangularView<Eigen::Upper>().solveInPlace<Eigen::OnTheRight>(b);
            else
                lower.triangularView<Eigen::Lower>().solveInPlace<Eigen::OnTheRight>(b);
        },
};

bool areRight(const Products &products)
{
    return addIsRight(products, 512, 512, 512, Transposed::None) &&
           addIsRight(products, 131, 257, 190, Transposed::None) &&
           addIsRight(products, 131, 257, 190, Transposed::First) &&
           addIsRight(products, 131, 257, 190, Transposed::Second) && addGramIsRight(products, 203, 307) &&
           multiplyLowerIsRight(products, 203, 61) && divideByLowerIsRight(products, 61, 203, true) &&
           divideByLowerIsRight(products, 61, 203, false);
}

ChosenProducts chooseProducts(const Products &fast, const std::string &kernels)
{
    if (areRight(fast))
        return {fast, {}};
    return {eigenProducts,
            Message::tr(
                "BLIS's kernels {} multiply matrices wrongly on this processor, so slower ones are taken.",
                kernels)};
}

} // namespace lathe
