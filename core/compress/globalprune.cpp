#include "core/compress/globalprune.h"

#include <algorithm>
#include <cmath>

namespace lathe {

bool sharesThreshold(const LayerSettings &settings)
{
    const auto &prune = settings.prune;
    return prune && prune->scope == PruneScope::Global && prune->method == PruneMethod::Magnitude &&
           prune->pattern.kind == PrunePattern::Kind::Single && !settings.rank && !settings.separable;
}

std::vector<int64_t> countsUnderOneThreshold(const Model &model, const std::vector<GlobalShare> &shares)
{
    std::vector<std::vector<float>> magnitudes;
    std::vector<float> all;
    double due = 0.0;
    for (const GlobalShare &share : shares) {
        const Matrix weight = model.weight(share.layer).cwiseAbs();
        if (!weight.allFinite()) // is refused where that layer is compressed
            return std::vector<int64_t>(shares.size(), 0);
        magnitudes.emplace_back(weight.data(), weight.data() + weight.size());
        all.insert(all.end(), magnitudes.back().begin(), magnitudes.back().end());
        due += share.ratio * static_cast<double>(weight.size());
    }
    const auto count = std::min<int64_t>(std::llround(due), std::ssize(all));
    std::vector<int64_t> counts(shares.size(), 0);
    if (count <= 0)
        return counts;
    std::ranges::nth_element(all, all.begin() + (count - 1));
    const float threshold = all[static_cast<size_t>(count - 1)];
    int64_t left = count;
    for (size_t i = 0; i < shares.size(); ++i) {
        counts[i] = std::ranges::count_if(magnitudes[i], [&](float m) { return m < threshold; });
        left -= counts[i];
    }
    for (size_t i = shares.size(); left > 0 && i-- > 0;) {
        const int64_t equal = std::ranges::count(magnitudes[i], threshold);
        const int64_t taken = std::min(left, equal);
        counts[i] += taken;
        left -= taken;
    }
    for (size_t i = 0; i < shares.size(); ++i)
        counts[i] = std::min(counts[i], std::max<int64_t>(0, std::ssize(magnitudes[i]) - 1));
    return counts;
}

} // namespace lathe
