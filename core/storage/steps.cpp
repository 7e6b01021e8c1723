// Kept elements as steps from one to the next.
#include "core/storage/unpacknodes.h"

#include <limits>

namespace lathe {
namespace {

constexpr size_t entriesTogether = 8; ///< divides into whole groups at any width

std::vector<int64_t> keptPositions(const Codes &kept)
{
    std::vector<int64_t> positions;
    for (size_t i = 0; i < kept.size(); ++i)
        if (kept[i])
            positions.push_back(static_cast<int64_t>(i));
    return positions;
}

int64_t entriesNeeded(const std::vector<int64_t> &positions, int bits)
{
    const int64_t longest = (int64_t{1} << bits) - 1;
    int64_t entries = 0;
    int64_t last = 0;
    for (const int64_t position : positions) {
        const int64_t step = position - last;
        entries += step <= longest ? 1 : (step + longest - 1) / longest;
        last = position;
    }
    constexpr auto together = static_cast<int64_t>(entriesTogether);
    return (entries + together - 1) / together * together;
}

Steps stepsOf(const std::vector<int64_t> &positions, int bits)
{
    const int64_t longest = (int64_t{1} << bits) - 1;
    Steps result{bits, {}, {}};
    int64_t last = 0;
    for (size_t i = 0; i < positions.size(); ++i) {
        int64_t step = positions[i] - last;
        for (; step > longest; step -= longest) {
            result.steps.push_back(static_cast<uint8_t>(longest));
            result.index.push_back(-1);
        }
        result.steps.push_back(static_cast<uint8_t>(step));
        result.index.push_back(static_cast<int64_t>(i));
        last = positions[i];
    }
    return result;
}

/// Adds empty entries behind the last element, then in gaps, until entries come in whole groups.
bool fillUp(Steps &steps, int64_t roomBehind)
{
    while (steps.steps.size() % entriesTogether != 0 && roomBehind-- > 0) {
        steps.steps.push_back(1);
        steps.index.push_back(-1);
    }
    for (size_t i = 1; i < steps.steps.size() && steps.steps.size() % entriesTogether != 0; ++i) {
        if (steps.steps[i] < 2)
            continue;
        --steps.steps[i];
        const auto at = static_cast<std::ptrdiff_t>(i);
        steps.steps.insert(steps.steps.begin() + at, 1);
        steps.index.insert(steps.index.begin() + at, -1);
    }
    return steps.steps.size() % entriesTogether == 0;
}

} // namespace

std::optional<Steps> bestSteps(const Codes &kept, int valueBits)
{
    const std::vector<int64_t> positions = keptPositions(kept);
    if (positions.empty())
        return std::nullopt;
    int best = 0;
    int64_t fewest = std::numeric_limits<int64_t>::max();
    for (int bits = 1; bits <= 8; ++bits) {
        const int64_t size = entriesNeeded(positions, bits) * (bits + valueBits);
        if (size < fewest) {
            fewest = size;
            best = bits;
        }
    }
    Steps steps = stepsOf(positions, best);
    if (!fillUp(steps, static_cast<int64_t>(kept.size()) - 1 - positions.back()))
        return std::nullopt;
    return steps;
}

} // namespace lathe
