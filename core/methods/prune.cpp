#include "core/methods/methods.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace lathe {
namespace {

void checkRatio(double ratio)
{
    if (!(ratio >= 0.0 && ratio < 1.0))
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("A pruning ratio is 0 or more and below 1, not {}.", ratio));
}

/// Marks the `count` smallest of the scores with 0; of equal ones the later go first.
void markSmallest(std::span<const float> scores, int64_t count, std::span<uint8_t> kept)
{
    std::ranges::fill(kept, uint8_t(1));
    if (count <= 0)
        return;
    std::vector<float> sorted(scores.begin(), scores.end());
    const auto last = sorted.begin() + static_cast<std::ptrdiff_t>(count - 1);
    std::nth_element(sorted.begin(), last, sorted.end());
    const float threshold = *last;
    int64_t left = count; // how many at the threshold itself must still go
    for (size_t i = 0; i < scores.size(); ++i) {
        if (scores[i] < threshold) {
            kept[i] = 0;
            --left;
        }
    }
    for (size_t i = scores.size(); left > 0; --i) {
        if (scores[i - 1] == threshold) {
            kept[i - 1] = 0;
            --left;
        }
    }
}

std::vector<uint8_t> wholeMatrix(const Matrix &scores, const ScoreRules &rules)
{
    const auto size = static_cast<size_t>(scores.size());
    const int64_t count =
        rules.count.value_or(std::llround(rules.ratio * static_cast<double>(scores.size())));
    std::vector<uint8_t> kept(size);
    markSmallest({scores.data(), size}, count, kept);
    return kept;
}

std::vector<uint8_t> rowByRow(const Matrix &scores, double ratio)
{
    const auto cols = static_cast<size_t>(scores.cols());
    std::vector<uint8_t> kept(static_cast<size_t>(scores.size()));
    int64_t gone = 0;
    for (Index r = 0; r < scores.rows(); ++r) { // what is due so far, so that rounding does not add up
        const int64_t due = std::llround(ratio * static_cast<double>((r + 1) * scores.cols()));
        markSmallest({scores.row(r).data(), cols}, due - gone,
                     std::span(kept).subspan(static_cast<size_t>(r) * cols, cols));
        gone = due;
    }
    return kept;
}

std::vector<uint8_t> someOfEach(const Matrix &scores, const PrunePattern &pattern)
{
    const auto of = static_cast<size_t>(pattern.second);
    if (static_cast<size_t>(scores.cols()) % of != 0)
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("{}:{} pruning needs rows whose length is a multiple of {}, not {}.",
                                pattern.first, of, of, scores.cols()));
    const auto size = static_cast<size_t>(scores.size());
    std::vector<uint8_t> kept(size);
    for (size_t start = 0; start < size; start += of)
        markSmallest({scores.data() + start, of}, pattern.second - pattern.first,
                     std::span(kept).subspan(start, of));
    return kept;
}

std::vector<uint8_t> byBlocks(const Matrix &scores, const ScoreRules &rules)
{
    const Index height = rules.pattern.first;
    const Index width = rules.pattern.second;
    Matrix sums = Matrix::Zero((scores.rows() + height - 1) / height, (scores.cols() + width - 1) / width);
    for (Index r = 0; r < scores.rows(); ++r)
        for (Index c = 0; c < scores.cols(); ++c)
            sums(r / height, c / width) += scores(r, c);
    const std::vector<uint8_t> blocks = wholeMatrix(sums, {.ratio = rules.ratio});
    std::vector<uint8_t> kept(static_cast<size_t>(scores.size()));
    for (Index r = 0; r < scores.rows(); ++r)
        for (Index c = 0; c < scores.cols(); ++c)
            kept[static_cast<size_t>(r * scores.cols() + c)] =
                blocks[static_cast<size_t>(r / height * sums.cols() + c / width)];
    return kept;
}

} // namespace

std::vector<uint8_t> pruneByScores(const Matrix &scores, const ScoreRules &rules)
{
    if (scores.hasNaN())
        throw Error(ErrorCode::NumericFailure,
                    Message::tr("A weight that holds NaN has no smallest magnitudes."));
    if (rules.pattern.kind == PrunePattern::Kind::NofM)
        return someOfEach(scores, rules.pattern);
    checkRatio(rules.ratio);
    if (rules.pattern.kind == PrunePattern::Kind::Block)
        return byBlocks(scores, rules);
    return rules.rowByRow && !rules.count ? rowByRow(scores, rules.ratio) : wholeMatrix(scores, rules);
}

std::vector<uint8_t> pruneByMagnitude(const Matrix &weight, double ratio)
{
    return pruneByScores(weight.cwiseAbs(), {.ratio = ratio});
}

Matrix masked(const Matrix &weight, const std::vector<uint8_t> &kept)
{
    Matrix result = weight;
    for (size_t i = 0; i < kept.size(); ++i)
        if (!kept[i])
            result.data()[i] = 0.0F;
    return result;
}

} // namespace lathe
