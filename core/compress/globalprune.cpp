#include "core/compress/globalprune.h"

#include "core/recipe/meaning.h"

#include <algorithm>
#include <cmath>

namespace lathe {
namespace {

/// What the model's output loses over the share of a layer's weights that goes.
class CostCurve {
public:
    explicit CostCurve(const PruneCosts &costs)
    {
        constexpr double least = 1e-7; // below, rounding errors of the outputs
        constexpr double rise = 1e-3;  // what is measured may fall by chance
        for (size_t i = 0; i < m_logs.size(); ++i) {
            m_logs[i] = std::log(std::max(costs.lost[i], least));
            if (i > 0)
                m_logs[i] = std::max(m_logs[i], m_logs[i - 1] + rise);
        }
    }

    double at(double ratio) const
    {
        size_t i = 0;
        while (i + 2 < m_logs.size() && ratio > trialRatios[i + 1])
            ++i;
        const double low = logit(trialRatios[i]);
        const double part = (logit(ratio) - low) / (logit(trialRatios[i + 1]) - low);
        return std::exp(m_logs[i] + part * (m_logs[i + 1] - m_logs[i]));
    }

private:
    static double logit(double ratio) { return std::log(ratio / (1.0 - ratio)); }
    std::array<double, trialRatios.size()> m_logs{};
};

/// More weights of a layer, and what each of them costs.
struct Step {
    size_t share = 0;
    int64_t from = 0, to = 0;
    double slope = 0.0;
};

/// The lower convex hull of the costs, so that the slopes of a layer's steps rise.
void appendSteps(size_t share, const PruneCosts &costs, double low, double high, std::vector<Step> &steps)
{
    constexpr int places = 80;
    const CostCurve curve(costs);
    std::vector<std::pair<int64_t, double>> hull;
    const auto slope = [](const auto &a, const auto &b) {
        return (b.second - a.second) / static_cast<double>(b.first - a.first);
    };
    for (int i = 0; i <= places; ++i) {
        const double ratio = low + (high - low) * i / places;
        const std::pair point(static_cast<int64_t>(ratio * static_cast<double>(costs.size)), curve.at(ratio));
        if (!hull.empty() && hull.back().first == point.first)
            continue;
        while (hull.size() > 1 && slope(hull.end()[-2], hull.back()) >= slope(hull.back(), point))
            hull.pop_back();
        hull.push_back(point);
    }
    for (size_t i = 1; i < hull.size(); ++i)
        steps.push_back({share, hull[i - 1].first, hull[i].first, slope(hull[i - 1], hull[i])});
}

} // namespace

bool sharesThreshold(const LayerSettings &settings)
{
    const auto &prune = settings.prune;
    return prune && prune->scope == PruneScope::Global && prune->pattern.kind == PrunePattern::Kind::Single &&
           !isTakenApart(settings);
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

std::vector<int64_t> countsByCost(const std::vector<GlobalShare> &shares,
                                  const std::vector<PruneCosts> &costs)
{
    double due = 0.0, all = 0.0;
    for (size_t i = 0; i < shares.size(); ++i) {
        due += shares[i].ratio * static_cast<double>(costs[i].size);
        all += static_cast<double>(costs[i].size);
    }
    std::vector<int64_t> counts(shares.size(), 0);
    const double ratio = all > 0.0 ? due / all : 0.0;
    if (ratio <= 0.0)
        return counts;
    const double low = std::min(0.1, ratio / 2.0), high = std::max(0.9, (1.0 + ratio) / 2.0);
    std::vector<Step> steps;
    int64_t left = std::llround(due);
    for (size_t i = 0; i < shares.size(); ++i) {
        appendSteps(i, costs[i], low, high, steps);
        counts[i] = static_cast<int64_t>(low * static_cast<double>(costs[i].size));
        left -= counts[i];
    }
    std::ranges::stable_sort(steps, {}, &Step::slope);
    for (const Step &step : steps) {
        const int64_t taken = std::min(left, step.to - step.from);
        counts[step.share] += taken;
        left -= taken;
    }
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
