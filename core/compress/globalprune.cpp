#include "core/compress/globalprune.h"

#include <algorithm>
#include <cmath>

namespace lathe {

bool sharesThreshold(const LayerSettings &settings)
{
    const auto &prune = settings.prune;
    return prune && prune->scope == PruneScope::Global && prune->pattern.kind == PrunePattern::Kind::Single &&
           !settings.rank && !settings.separable;
}

std::vector<int64_t> countsUnderOneThreshold(const std::vector<GlobalShare> &shares,
                                             const std::function<Matrix(size_t layer)> &scoresOf)
{
    std::vector<std::vector<float>> ofLayers;
    std::vector<float> all;
    double due = 0.0;
    for (const GlobalShare &share : shares) {
        const Matrix scores = scoresOf(share.layer);
        if (!scores.allFinite()) // is refused where that layer is compressed
            return std::vector<int64_t>(shares.size(), 0);
        ofLayers.emplace_back(scores.data(), scores.data() + scores.size());
        all.insert(all.end(), ofLayers.back().begin(), ofLayers.back().end());
        due += share.ratio * static_cast<double>(scores.size());
    }
    const auto count = std::min<int64_t>(std::llround(due), std::ssize(all));
    std::vector<int64_t> counts(shares.size(), 0);
    if (count <= 0)
        return counts;
    std::ranges::nth_element(all, all.begin() + (count - 1));
    const float threshold = all[static_cast<size_t>(count - 1)];
    int64_t left = count;
    for (size_t i = 0; i < shares.size(); ++i) {
        counts[i] = std::ranges::count_if(ofLayers[i], [&](float score) { return score < threshold; });
        left -= counts[i];
    }
    for (size_t i = shares.size(); left > 0 && i-- > 0;) {
        const int64_t equal = std::ranges::count(ofLayers[i], threshold);
        const int64_t taken = std::min(left, equal);
        counts[i] += taken;
        left -= taken;
    }
    for (size_t i = 0; i < shares.size(); ++i)
        counts[i] = std::min(counts[i], std::max<int64_t>(0, std::ssize(ofLayers[i]) - 1));
    return counts;
}

Matrix outputScores(const Matrix &weight, const MatrixInputs &inputs)
{
    const Index rows = weight.rows() / inputs.groups();
    Matrix scores = weight.cwiseAbs2();
    double energy = 0.0;
    for (Index g = 0; g < inputs.groups(); ++g) {
        const Matrix part = weight.middleRows(g * rows, rows);
        energy += (part * inputs.hessian(g, true)).cwiseProduct(part).cast<double>().sum();
        const Vector cost = inputs.variance(g);
        scores.middleRows(g * rows, rows) *= cost.asDiagonal();
    }
    return energy > 0.0 ? Matrix(scores / static_cast<float>(energy)) : scores;
}

} // namespace lathe
