#include "core/analysis/symmetriceigen.h"

#include "core/base/parallel.h"

#include <Eigen/Householder>
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace lathe {
namespace {

/// A = Q T Q^T with Q = H_0 H_1 ... H_(n-2), H_i = I - factor_i v_i v_i^T.
struct Tridiagonal {
    Eigen::VectorXd diagonal;
    Eigen::VectorXd subdiagonal;
    Eigen::MatrixXd reflectors; ///< v_i in column i from row i + 1 on
    Eigen::VectorXd factors;
};

Tridiagonal tridiagonalize(Eigen::MatrixXd a, const JobContext &ctx)
{
    const Index n = a.rows();
    const Index steps = std::max<Index>(n - 1, 0);
    Tridiagonal t{Eigen::VectorXd(n), Eigen::VectorXd(steps), {}, Eigen::VectorXd(steps)};
    for (Index i = 0; i < steps; ++i) {
        ctx.throwIfCancelled();
        const Index rest = n - i - 1;
        a.col(i).tail(rest).makeHouseholderInPlace(t.factors[i], t.subdiagonal[i]);
        a(i + 1, i) = 1.0;
        const auto v = a.col(i).tail(rest);
        auto corner = a.bottomRightCorner(rest, rest).selfadjointView<Eigen::Lower>();
        Eigen::VectorXd p = corner * (t.factors[i] * v);
        p -= (0.5 * t.factors[i] * p.dot(v)) * v;
        corner.rankUpdate(v, p, -1.0);
    }
    t.diagonal = a.diagonal();
    t.reflectors = std::move(a);
    return t;
}

/// Turns columns `column` and `column + 1`.
struct Rotation {
    Index column;
    double cosine, sine;
};

/// One implicit QL sweep with Wilkinson's shift over the block [low, high], which has no zero subdiagonal
/// inside.
template <class Rotate>
void sweepBlock(Eigen::VectorXd &d, Eigen::VectorXd &e, Index low, Index high, const Rotate &rotate)
{
    double g = (d[low + 1] - d[low]) / (2.0 * e[low]);
    g = d[high] - d[low] + e[low] / (g + std::copysign(std::sqrt(g * g + 1.0), g));
    double s = 1.0;
    double c = 1.0;
    double p = 0.0;
    for (Index i = high - 1; i >= low; --i) {
        const double f = s * e[i];
        const double b = c * e[i];
        const double r = std::hypot(f, g);
        e[i + 1] = r;
        if (r == 0.0) { // the block falls in two
            d[i + 1] -= p;
            e[high] = 0.0;
            return;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1] - p;
        const double q = (d[i] - g) * s + 2.0 * c * b;
        p = s * q;
        d[i + 1] = g + p;
        g = c * q - b;
        rotate(Rotation{i, c, s});
    }
    d[low] -= p;
    e[low] = g;
    e[high] = 0.0;
}

/// d (diagonal) becomes the eigenvalues of the tridiagonal matrix. Every rotation goes to `rotate`, in order.
template <class Rotate>
void diagonalize(Eigen::VectorXd &d, Eigen::VectorXd e, const JobContext &ctx, const Rotate &rotate)
{
    const Index n = d.size();
    constexpr double epsilon = std::numeric_limits<double>::epsilon();
    constexpr int patience = 30;
    constexpr int mostSweeps = 60; // about two are needed for each eigenvalue
    // Of a matrix of low rank all but a few entries are the rounding errors of those few: beside each other
    // they never become small, beside the matrix they are.
    const double norm =
        (d.size() > 0 ? d.cwiseAbs().maxCoeff() : 0.0) + (e.size() > 0 ? e.cwiseAbs().maxCoeff() : 0.0);
    e.conservativeResize(n);
    e.tail(std::min<Index>(n, 1)).setZero();
    for (Index low = 0; low < n; ++low) {
        for (int sweep = 0;; ++sweep) {
            ctx.throwIfCancelled();
            const double least = sweep < patience ? 0.0 : epsilon * norm;
            Index high = low;
            while (high + 1 < n && !(std::abs(e[high]) <=
                                     std::max(least, epsilon * (std::abs(d[high]) + std::abs(d[high + 1])))))
                ++high;
            if (high == low)
                break;
            if (sweep == mostSweeps)
                throw Error(ErrorCode::NumericFailure,
                            Message::tr("The eigenvalues of a matrix did not converge."));
            sweepBlock(d, e, low, high, rotate);
        }
    }
}

/// The eigenvectors' rows in strips: each strip sees all reflections and rotations by itself, and stays in
/// the cache while it does.
class VectorStrips {
public:
    VectorStrips(const Tridiagonal &t, const JobContext &ctx) : m_size(t.diagonal.size()), m_ctx(ctx)
    {
        m_strips.resize(static_cast<size_t>((m_size + stripRows - 1) / stripRows));
        parallelFor(m_strips.size(), m_ctx, [&](size_t k) { m_strips[k] = reflectedIdentity(t, rowOf(k)); });
        m_waiting.reserve(batch);
    }

    void add(const Rotation &rotation)
    {
        m_waiting.push_back(rotation);
        if (m_waiting.size() == batch)
            apply();
    }

    Eigen::MatrixXf vectors()
    {
        apply();
        Eigen::MatrixXf result(m_size, m_size);
        for (size_t k = 0; k < m_strips.size(); ++k) {
            const Index rows = std::min(stripRows, m_size - rowOf(k));
            result.middleRows(rowOf(k), rows) = m_strips[k].topRows(rows).cast<float>();
        }
        return result;
    }

private:
    static constexpr Index stripRows = 16;
    static constexpr size_t batch = size_t(1) << 18U;
    using Strip = Eigen::Matrix<double, stripRows, Eigen::Dynamic>;

    static Index rowOf(size_t strip) { return static_cast<Index>(strip) * stripRows; }

    Strip reflectedIdentity(const Tridiagonal &t, Index firstRow) const
    {
        Strip strip = Strip::Zero(stripRows, m_size);
        for (Index r = 0; r < std::min(stripRows, m_size - firstRow); ++r)
            strip(r, firstRow + r) = 1.0;
        for (Index i = 0; i + 1 < m_size; ++i) {
            m_ctx.throwIfCancelled();
            const Index rest = m_size - i - 1;
            const auto v = t.reflectors.col(i).tail(rest);
            auto columns = strip.rightCols(rest);
            const Eigen::Matrix<double, stripRows, 1> projection = t.factors[i] * (columns * v);
            for (Index c = 0; c < rest; ++c)
                columns.col(c) -= v[c] * projection;
        }
        return strip;
    }

    void apply()
    {
        parallelFor(m_strips.size(), m_ctx, [&](size_t k) {
            Strip &strip = m_strips[k];
            for (const Rotation &r : m_waiting) {
                const Eigen::Matrix<double, stripRows, 1> left = strip.col(r.column);
                strip.col(r.column) = r.cosine * left - r.sine * strip.col(r.column + 1);
                strip.col(r.column + 1) = r.sine * left + r.cosine * strip.col(r.column + 1);
            }
        });
        m_waiting.clear();
    }

    Index m_size;
    const JobContext &m_ctx;
    std::vector<Strip> m_strips;
    std::vector<Rotation> m_waiting;
};

} // namespace

Eigen::VectorXd symmetricEigenvalues(Eigen::MatrixXd matrix, const JobContext &ctx)
{
    Tridiagonal t = tridiagonalize(std::move(matrix), ctx);
    diagonalize(t.diagonal, t.subdiagonal, ctx, [](const Rotation &) {});
    return t.diagonal;
}

SymmetricEigen symmetricEigen(Eigen::MatrixXd matrix, const JobContext &ctx)
{
    Tridiagonal t = tridiagonalize(std::move(matrix), ctx);
    VectorStrips strips(t, ctx);
    diagonalize(t.diagonal, t.subdiagonal, ctx, [&](const Rotation &rotation) { strips.add(rotation); });
    return {t.diagonal, strips.vectors()};
}

} // namespace lathe
