#include "core/channels/channelelimination.h"

#include "core/base/blas.h"
#include "core/base/parallel.h"
#include "core/methods/secondorder.h"

#include <Eigen/Cholesky>
#include <Eigen/LU>

namespace lathe {
namespace {

using Eigen::MatrixXd;

constexpr Index panelRows = 128; ///< what is applied at once, so that the products are large ones
constexpr Index blockRows = 256;

/// Calls body(first, count) for parts of [0, end), on the job's threads.
template <class Body>
void inBlocks(Index end, const JobContext &ctx, const Body &body)
{
    parallelFor(static_cast<size_t>((end + blockRows - 1) / blockRows), ctx, [&](size_t i) {
        const Index first = static_cast<Index>(i) * blockRows;
        body(first, std::min(blockRows, end - first));
    });
}

/// The lower triangle of a^T a of an upper triangular a.
Matrix gramOfUpper(const Matrix &upper, const JobContext &ctx)
{
    Matrix gram = Matrix::Zero(upper.rows(), upper.cols());
    inBlocks(upper.rows(), ctx, [&](Index first, Index count) {
        for (Index left = 0; left <= first; left += blockRows) {
            const Index width = std::min(blockRows, upper.cols() - left);
            addTransposedProduct(gram.block(first, left, count, width), 1.0F,
                                 upper.block(0, first, left + width, count),
                                 upper.block(0, left, left + width, width));
        }
    });
    return gram;
}

Matrix withRows(const Matrix &matrix, const std::vector<Index> &rows)
{
    Matrix result(std::ssize(rows), matrix.cols());
    for (Index r = 0; r < result.rows(); ++r)
        result.row(r) = matrix.row(rows[static_cast<size_t>(r)]);
    return result;
}

} // namespace

ChannelElimination::ChannelElimination(const Matrix &weight, const Matrix &hessian,
                                       std::vector<Columns> channels, double damping, const JobContext &ctx)
    : m_weight(weight.transpose()), m_channels(std::move(channels)),
      m_gone(static_cast<size_t>(weight.cols()), 0)
{
    const bool known = hessian.cols() == hessian.rows() && hessian.cols() > 1;
    const Matrix image = known ? product(hessian, m_weight) : Matrix(hessian.col(0).asDiagonal() * m_weight);
    m_energy = image.cwiseProduct(m_weight).cast<double>().sum();
    const Vector diagonal = known ? Vector(hessian.diagonal()) : Vector(hessian.col(0));
    const auto live = static_cast<double>((diagonal.array() > 0.0F).count());
    const double scale = live > 0.0 ? diagonal.cwiseMax(0.0F).cast<double>().sum() / live : 0.0;
    for (Index c = 0; c < diagonal.size(); ++c)
        if (diagonal[c] <= 0.0F) // always the same: nothing is lost
            m_weight.row(c).setZero();
    if (known && scale > 0.0)
        invert(hessian, damping, ctx);
    for (const Columns &columns : m_channels) {
        const Index size = std::ssize(columns);
        MatrixXd own = MatrixXd::Zero(size, size);
        for (Index i = 0; i < size; ++i)
            for (Index j = 0; j < size; ++j) {
                const Index a = columns[static_cast<size_t>(i)], b = columns[static_cast<size_t>(j)];
                own(i, j) = known ? hessian(a, b) : i == j ? diagonal[a] : 0.0F;
            }
        own.diagonal().array() += scale > 0.0 ? damping * scale : 1.0;
        m_alone.push_back(own.inverse());
        m_blocks.push_back(m_inverse.size() > 0 ? blockOf(columns) : m_alone.back());
    }
}

void ChannelElimination::invert(const Matrix &hessian, double damping, const JobContext &ctx)
{
    m_inverse = gramOfUpper(invertHessian(hessian, damping, ctx).upper, ctx);
    Index most = 1;
    for (const Columns &columns : m_channels)
        most = std::max(most, std::ssize(columns));
    m_panel.resize(std::max(panelRows, most), m_inverse.cols());
}

MatrixXd ChannelElimination::blockOf(const Columns &columns) const
{
    const Index size = std::ssize(columns);
    MatrixXd block(size, size);
    for (Index i = 0; i < size; ++i)
        for (Index j = 0; j < size; ++j) {
            const Index a = columns[static_cast<size_t>(i)], b = columns[static_cast<size_t>(j)];
            block(i, j) = m_inverse(std::max(a, b), std::min(a, b));
        }
    return block;
}

/// [H^-1]_BB is at least [H_BB]^-1; where rounding has eaten it up, it is as good as that.
MatrixXd ChannelElimination::factorOf(size_t channel, bool &alone) const
{
    const Eigen::LLT<MatrixXd> factor(m_blocks[channel]);
    alone = m_inverse.size() == 0 || factor.info() != Eigen::Success;
    return alone ? MatrixXd(Eigen::LLT<MatrixXd>(m_alone[channel]).matrixL()) : MatrixXd(factor.matrixL());
}

double ChannelElimination::cost(size_t channel) const
{
    const Columns &columns = m_channels[channel];
    if (columns.empty())
        return 0.0;
    bool alone = false;
    const Matrix lower = factorOf(channel, alone).cast<float>();
    if (columns.size() == 1)
        return static_cast<double>(m_weight.row(columns[0]).squaredNorm()) /
               (static_cast<double>(lower(0, 0)) * static_cast<double>(lower(0, 0)));
    Matrix rows = withRows(m_weight, columns);
    lower.triangularView<Eigen::Lower>().solveInPlace(rows);
    return rows.squaredNorm();
}

/// Rows of the inverse with what waits in the panel applied.
Matrix ChannelElimination::inverseRows(const Columns &columns) const
{
    Matrix rows(std::ssize(columns), m_inverse.cols());
    Matrix waiting(m_waiting, rows.rows());
    for (Index i = 0; i < rows.rows(); ++i) {
        const Index at = columns[static_cast<size_t>(i)];
        rows.row(i).head(at) = m_inverse.row(at).head(at);
        rows.row(i).tail(rows.cols() - at) = m_inverse.col(at).tail(rows.cols() - at).transpose();
        waiting.col(i) = m_panel.col(at).head(m_waiting);
    }
    addTransposedProduct(rows, -1.0F, waiting, m_panel.topRows(m_waiting));
    return rows;
}

void ChannelElimination::remove(size_t channel, const JobContext &ctx)
{
    const Columns columns = std::move(m_channels[channel]);
    m_channels[channel].clear();
    if (columns.empty())
        return;
    const Index size = std::ssize(columns);
    bool alone = false;
    const Matrix lower = factorOf(channel, alone).cast<float>();
    if (!alone) {
        if (m_waiting + size > m_panel.rows())
            applyPanel(ctx);
        auto spread = m_panel.middleRows(m_waiting, size);
        spread = inverseRows(columns);
        lower.triangularView<Eigen::Lower>().solveInPlace(spread);
        Matrix rows = withRows(m_weight, columns);
        lower.triangularView<Eigen::Lower>().solveInPlace(rows);
        addTransposedProduct(m_weight, -1.0F, spread, rows);
        for (size_t c = 0; c < m_channels.size(); ++c) {
            if (m_channels[c].empty())
                continue;
            MatrixXd part(size, std::ssize(m_channels[c]));
            for (Index i = 0; i < part.cols(); ++i)
                part.col(i) = spread.col(m_channels[c][static_cast<size_t>(i)]).cast<double>();
            m_blocks[c].noalias() -= part.transpose() * part;
        }
        m_waiting += size;
    }
    for (const Index column : columns) {
        m_weight.row(column).setZero();
        m_gone[static_cast<size_t>(column)] = 1;
    }
    m_goneCount += size;
    if (4 * m_goneCount > m_weight.rows())
        dropRemoved(ctx);
}

void ChannelElimination::applyPanel(const JobContext &ctx)
{
    const auto panel = m_panel.topRows(m_waiting);
    inBlocks(m_inverse.rows(), ctx, [&](Index first, Index count) {
        addTransposedProduct(m_inverse.block(first, 0, count, first + count), -1.0F,
                             panel.middleCols(first, count), panel.leftCols(first + count));
    });
    m_waiting = 0;
}

/// What is left is worked on faster.
void ChannelElimination::dropRemoved(const JobContext &ctx)
{
    if (m_inverse.size() == 0)
        return;
    applyPanel(ctx);
    std::vector<Index> kept, next(m_gone.size(), -1);
    for (size_t c = 0; c < m_gone.size(); ++c)
        if (!m_gone[c]) {
            next[c] = std::ssize(kept);
            kept.push_back(static_cast<Index>(c));
        }
    m_weight = withRows(m_weight, kept);
    Matrix inverse(std::ssize(kept), std::ssize(kept));
    for (Index r = 0; r < inverse.rows(); ++r)
        for (Index c = 0; c <= r; ++c)
            inverse(r, c) = m_inverse(kept[static_cast<size_t>(r)], kept[static_cast<size_t>(c)]);
    m_inverse = std::move(inverse);
    m_panel.resize(m_panel.rows(), std::ssize(kept));
    for (Columns &columns : m_channels)
        for (Index &column : columns)
            column = next[static_cast<size_t>(column)];
    m_gone.assign(kept.size(), 0);
    m_goneCount = 0;
}

} // namespace lathe
