#include "core/methods/secondorder.h"

#include "core/base/blas.h"
#include "core/base/parallel.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <span>

namespace lathe {
namespace {

/// Turns the symmetric h into the upper factor U with U^T U = inverse(h), in place: one Cholesky
/// factorization and one triangular inverse. Let P reverse the order of rows and columns. P h P = L L^T gives
/// h = (P L P)(P L P)^T with an upper R = P L P, so inverse(h) = R^-T R^-1 = U^T U with U = R^-1.
bool inverseFactor(Matrix &h, const JobContext &ctx)
{
    std::reverse(h.data(), h.data() + h.size()); // P h P
    if (!choleskyInPlace(h, ctx))
        return false;
    invertLowerInPlace(h, ctx);
    std::reverse(h.data(), h.data() + h.size());
    return h.allFinite();
}

constexpr Index stripRows = 256;

std::vector<Index> stripsOf(Index rows)
{
    std::vector<Index> firsts;
    for (Index first = 0; first < rows; first += stripRows)
        firsts.push_back(first);
    return firsts;
}

/// The `count` smallest scores, ties by place, so that the number is exact.
void markSmallest(std::span<const float> scores, Index count, std::vector<uint8_t> &kept)
{
    std::vector<uint32_t> order(scores.size());
    std::iota(order.begin(), order.end(), 0U);
    const auto cheaper = [scores](uint32_t a, uint32_t b) {
        return scores[a] < scores[b] || (scores[a] == scores[b] && a < b);
    };
    std::nth_element(order.begin(), order.begin() + count, order.end(), cheaper);
    kept.assign(scores.size(), 1);
    for (Index i = 0; i < count; ++i)
        kept[order[static_cast<size_t>(i)]] = 0;
}

/// w^2 / U[j,j]^2: what removing a weight costs the output (Hassibi & Stork 1993, equation 5).
Matrix saliency(const Matrix &block, const InverseHessian &inverse, Index first)
{
    Matrix scores = block.array().square();
    for (Index c = 0; c < block.cols(); ++c)
        scores.col(c) /= inverse.upper(first + c, first + c) * inverse.upper(first + c, first + c);
    return scores;
}

/// Runs the sweep with a mask that `choose` fills for each block: kept [rows, count] of the block, 1 = stays.
PrunedWeights
sweepWithMask(const Matrix &weight, const InverseHessian &inverse, Index blockColumns,
              const std::function<void(Index first, const Matrix &block, std::vector<uint8_t> &kept)> &choose,
              const JobContext &ctx)
{
    PrunedWeights result;
    result.kept.assign(static_cast<size_t>(weight.size()), 1);
    std::vector<uint8_t> blockKept;
    Index blockFirst = 0;
    Index blockCount = 0;
    SweepRules rules;
    rules.blockColumns = blockColumns;
    rules.block = [&](Index first, const Matrix &block) {
        blockFirst = first;
        blockCount = block.cols();
        choose(first, block, blockKept);
    };
    rules.column = [&](Index col, const Vector &current, Vector &stored) {
        for (Index r = 0; r < current.size(); ++r) {
            const uint8_t kept = blockKept[static_cast<size_t>(r * blockCount + col - blockFirst)];
            stored[r] = kept ? current[r] : 0.0F;
            result.kept[static_cast<size_t>(r * weight.cols() + col)] = kept;
        }
    };
    result.values = sweepColumns(weight, inverse, rules, ctx);
    return result;
}

} // namespace

InverseHessian invertHessian(const Matrix &hessian, double damping, const JobContext &ctx)
{
    if (!hessian.allFinite())
        throw Error(
            ErrorCode::NumericFailure,
            Message::tr("The layer's input statistics hold NaN or infinity: check the calibration data."));
    InverseHessian result;
    const Index cols = hessian.rows();
    result.dead.assign(static_cast<size_t>(cols), 0);
    double total = 0.0;
    Index alive = 0;
    for (Index i = 0; i < cols; ++i) {
        if (hessian(i, i) > 0.0F) {
            total += static_cast<double>(hessian(i, i));
            ++alive;
        } else {
            result.dead[static_cast<size_t>(i)] = 1;
        }
    }
    const double mean = alive > 0 ? total / static_cast<double>(alive) : 1.0;
    for (double share = damping; share <= 1.0 + 1e-9; share = std::max(share * 10.0, 1e-4)) {
        result.upper = hessian;
        for (Index i = 0; i < cols; ++i) {
            const double own =
                result.dead[static_cast<size_t>(i)] ? mean : static_cast<double>(hessian(i, i));
            result.upper(i, i) = static_cast<float>(own + share * mean);
        }
        if (inverseFactor(result.upper, ctx)) {
            result.damping = share;
            return result;
        }
    }
    throw Error(ErrorCode::NumericFailure,
                Message::tr("The layer's input covariance cannot be inverted, not even with full damping."));
}

Matrix sweepColumns(const Matrix &weight, const InverseHessian &inverse, const SweepRules &rules,
                    const JobContext &ctx)
{
    const Index cols = weight.cols();
    Matrix current = weight.transpose(); // [cols, rows]: the sweep works by columns of the weight
    for (Index c = 0; c < cols; ++c) {
        if (inverse.dead[static_cast<size_t>(c)])
            current.row(c).setZero();
    }
    Vector now(weight.rows()), stored(weight.rows());
    for (Index first = 0; first < cols; first += rules.blockColumns) {
        ctx.checkpoint(static_cast<double>(first) / static_cast<double>(cols), {});
        const Index count = std::min(rules.blockColumns, cols - first);
        if (rules.block)
            rules.block(first, current.middleRows(first, count).transpose());
        Matrix errors(count, weight.rows());
        for (Index j = first; j < first + count; ++j) {
            now = current.row(j);
            rules.column(j, now, stored);
            errors.row(j - first) = (now - stored).transpose() / inverse.upper(j, j);
            for (Index later = j + 1; later < first + count; ++later)
                current.row(later) -= inverse.upper(j, later) * errors.row(j - first);
            current.row(j) = stored;
        }
        const Index rest = cols - first - count;
        const std::vector<Index> strips = stripsOf(rest);
        parallelFor(strips.size(), ctx, [&](size_t i) {
            const Index from = first + count + strips[i];
            const Index width = std::min(stripRows, cols - from);
            addTransposedProduct(current.middleRows(from, width), -1.0F,
                                 inverse.upper.block(first, from, count, width), errors);
        });
    }
    return current.transpose();
}

PrunedWeights pruneBySurgeon(const Matrix &weight, const InverseHessian &inverse, double ratio,
                             const JobContext &ctx)
{
    if (!(ratio >= 0.0 && ratio < 1.0))
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("A pruning ratio is at least 0 and below 1, not {}.", ratio));
    // The total is exact: each block takes what the columns so far should have lost less what they have.
    Index gone = 0;
    const auto choose = [&](Index first, const Matrix &block, std::vector<uint8_t> &kept) {
        const double columnsDone = static_cast<double>(first + block.cols());
        const auto due =
            static_cast<Index>(std::llround(ratio * columnsDone * static_cast<double>(weight.rows())));
        const Matrix scores = saliency(block, inverse, first);
        markSmallest({scores.data(), static_cast<size_t>(scores.size())},
                     std::clamp<Index>(due - gone, 0, scores.size()), kept);
        gone = due;
    };
    return sweepWithMask(weight, inverse, 128, choose, ctx);
}

PrunedWeights pruneBySurgeonNofM(const Matrix &weight, const InverseHessian &inverse, int keep, int of,
                                 const JobContext &ctx)
{
    if (of < 1 || keep < 0 || keep > of || weight.cols() % of != 0)
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("{}:{} pruning needs rows whose length is a multiple of {}, not {}.", keep,
                                of, of, weight.cols()));
    const auto choose = [&](Index first, const Matrix &block, std::vector<uint8_t> &kept) {
        const Matrix scores = saliency(block, inverse, first);
        kept.assign(static_cast<size_t>(scores.size()), 1);
        std::vector<uint8_t> group;
        for (Index start = 0; start < scores.size(); start += of) {
            markSmallest({scores.data() + start, static_cast<size_t>(of)}, of - keep, group);
            std::copy(group.begin(), group.end(), kept.begin() + start);
        }
    };
    const Index blockColumns = std::max<Index>(of, 128 / of * of);
    return sweepWithMask(weight, inverse, blockColumns, choose, ctx);
}

PrunedWeights pruneBySurgeonBlocks(const Matrix &weight, const InverseHessian &inverse, double ratio,
                                   Index height, Index width, const JobContext &ctx)
{
    const Index down = (weight.rows() + height - 1) / height;
    Index gone = 0;
    const auto choose = [&](Index first, const Matrix &block, std::vector<uint8_t> &kept) {
        const Matrix scores = saliency(block, inverse, first);
        Matrix sums = Matrix::Zero(down, (block.cols() + width - 1) / width);
        for (Index r = 0; r < scores.rows(); ++r)
            for (Index c = 0; c < scores.cols(); ++c)
                sums(r / height, c / width) += scores(r, c);
        const double blocksDone = static_cast<double>(down * (first / width + sums.cols()));
        const auto due = static_cast<Index>(std::llround(ratio * blocksDone));
        std::vector<uint8_t> blocks;
        markSmallest({sums.data(), static_cast<size_t>(sums.size())},
                     std::clamp<Index>(due - gone, 0, sums.size()), blocks);
        gone = due;
        kept.resize(static_cast<size_t>(scores.size()));
        for (Index r = 0; r < scores.rows(); ++r)
            for (Index c = 0; c < scores.cols(); ++c)
                kept[static_cast<size_t>(r * scores.cols() + c)] =
                    blocks[static_cast<size_t>(r / height * sums.cols() + c / width)];
    };
    const Index blockColumns = std::max<Index>(width, 128 / width * width);
    return sweepWithMask(weight, inverse, blockColumns, choose, ctx);
}

void refineKept(const Matrix &weight, const Matrix &hessian, PrunedWeights &pruned, int iterations,
                const JobContext &ctx)
{
    const Index rows = weight.rows();
    const Matrix mask =
        Eigen::Map<const Eigen::Matrix<uint8_t, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
            pruned.kept.data(), rows, weight.cols())
            .cast<float>();
    const Eigen::RowVectorXf diagonal = hessian.diagonal().transpose();
    const Eigen::RowVectorXf preconditioner = (diagonal.array() > 0.0F).select(diagonal.cwiseInverse(), 0.0F);
    Matrix residual = product(weight - pruned.values, hessian).cwiseProduct(mask); // minus half the gradient
    Matrix scaled = residual * preconditioner.asDiagonal();
    Matrix direction = scaled;
    Vector progress = residual.cwiseProduct(scaled).rowwise().sum();
    for (int i = 0; i < iterations; ++i) {
        ctx.throwIfCancelled();
        const Matrix image = product(direction, hessian).cwiseProduct(mask);
        const Vector curvature = direction.cwiseProduct(image).rowwise().sum();
        const Vector step = (curvature.array() > 0.0F).select(progress.cwiseQuotient(curvature), 0.0F);
        pruned.values += step.asDiagonal() * direction;
        residual -= step.asDiagonal() * image;
        scaled = residual * preconditioner.asDiagonal();
        const Vector next = residual.cwiseProduct(scaled).rowwise().sum();
        const Vector turn = (progress.array() > 0.0F).select(next.cwiseQuotient(progress), 0.0F);
        direction = scaled + turn.asDiagonal() * direction;
        progress = next;
    }
}

double relativeOutputError(const Matrix &weight, const Matrix &stored, const Matrix &hessian)
{
    const Matrix difference = weight - stored;
    const double total = product(weight, hessian).cwiseProduct(weight).cast<double>().sum();
    if (total <= 0.0)
        return 0.0;
    return std::max(0.0, product(difference, hessian).cwiseProduct(difference).cast<double>().sum()) / total;
}

} // namespace lathe
