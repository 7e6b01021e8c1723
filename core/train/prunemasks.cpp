#include "core/train/prunemasks.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lathe::train {
namespace {

constexpr float gone = -1; ///< below every magnitude

/// How much a weight is worth; those that are there have an advantage where others may come back.
std::vector<float> scoresOf(const Matrix &values, const PruneRamp &ramp, const std::vector<uint8_t> &kept,
                            const std::vector<uint8_t> &fixed)
{
    std::vector<float> scores(static_cast<size_t>(values.size()));
    for (size_t i = 0; i < scores.size(); ++i) {
        const bool never = !fixed.empty() && fixed[i] == 0;
        const bool there = kept.empty() || kept[i] != 0;
        const float size = std::abs(values.data()[i]);
        if (never || (!there && ramp.regrow == 0))
            scores[i] = gone;
        else
            scores[i] = there ? size * static_cast<float>(1 + ramp.regrow) : size;
    }
    return scores;
}

} // namespace

std::vector<uint8_t> largestKept(const std::vector<float> &scores, double share)
{
    const auto removed = std::min(
        scores.size(), static_cast<size_t>(std::llround(share * static_cast<double>(scores.size()))));
    std::vector<uint32_t> order(scores.size());
    std::iota(order.begin(), order.end(), 0U);
    const auto before = [&scores](uint32_t a, uint32_t b) { // what goes first
        return scores[a] != scores[b] ? scores[a] < scores[b] : a > b;
    };
    std::nth_element(order.begin(), order.begin() + static_cast<long>(removed), order.end(), before);
    std::vector<uint8_t> kept(scores.size(), 1);
    for (size_t i = 0; i < removed; ++i)
        kept[order[i]] = 0;
    for (size_t i = 0; i < scores.size(); ++i)
        if (scores[i] == gone)
            kept[i] = 0;
    return kept;
}

void setShare(Network &network, const PruneRamp &ramp, double share, std::vector<std::vector<uint8_t>> &kept,
              const std::vector<std::vector<uint8_t>> &fixed)
{
    std::vector<std::vector<float>> scores;
    for (size_t i = 0; i < kept.size(); ++i)
        scores.push_back(scoresOf(network.unmasked(i), ramp, kept[i], fixed[i]));
    if (ramp.scope == PruneRamp::Scope::Global) {
        std::vector<float> all;
        for (const auto &one : scores)
            all.insert(all.end(), one.begin(), one.end());
        const std::vector<uint8_t> stays = largestKept(all, share);
        size_t begin = 0;
        for (size_t i = 0; i < kept.size(); ++i) {
            const auto first = stays.begin() + static_cast<long>(begin);
            kept[i].assign(first, first + static_cast<long>(scores[i].size()));
            begin += scores[i].size();
        }
    } else {
        for (size_t i = 0; i < kept.size(); ++i)
            kept[i] = largestKept(scores[i], share);
    }
    for (size_t i = 0; i < kept.size(); ++i)
        network.setKept(i, kept[i], ramp.regrow > 0);
}

} // namespace lathe::train
