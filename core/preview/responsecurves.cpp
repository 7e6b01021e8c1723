#include "core/preview/responsecurves.h"

#include "core/base/median.h"

#include <algorithm>
#include <cmath>

namespace lathe {
namespace {

constexpr size_t pointsKept = 500;
constexpr double largestDrop = -1.0;

double codeNoise(double levels)
{
    return 1.0 / std::max(1.0, levels * levels);
}

double rankNoise(const RankSettings &rank)
{
    switch (rank.unit) {
    case RankSettings::Unit::Rank:
        return 1.0 / (1.0 + rank.value);
    case RankSettings::Unit::ShareOfBreakEven:
        return 1.0 / (1.0 + 8.0 * rank.value);
    case RankSettings::Unit::Energy:
        return 1.0 - rank.value;
    }
    return 0.0;
}

double noiseOfLayer(const LayerSettings &settings)
{
    double noise = 0.0;
    if (settings.prune)
        noise += std::pow(settings.prune->ratio, 3.0); // small weights go first
    if (settings.quantize)
        noise += codeNoise(std::exp2(settings.quantize->bits));
    if (settings.cluster)
        noise += codeNoise(settings.cluster->clusters);
    if (settings.rank)
        noise += rankNoise(*settings.rank) +
                 (settings.rank->bits > 0 ? codeNoise(std::exp2(settings.rank->bits)) : 0.0);
    if (settings.separable)
        noise += 0.25;
    return noise;
}

/// The same but for what the controls with a number say.
bool sameFamily(LayerSettings a, LayerSettings b)
{
    if (a.prune && b.prune)
        a.prune->ratio = b.prune->ratio;
    if (a.quantize && b.quantize)
        a.quantize->bits = b.quantize->bits;
    if (a.cluster && b.cluster)
        a.cluster->clusters = b.cluster->clusters;
    if (a.rank && b.rank) {
        a.rank->value = b.rank->value;
        a.rank->bits = b.rank->bits;
    }
    return a == b;
}

} // namespace

double noiseOf(std::span<const LayerSettings> settings)
{
    double noise = 0.0;
    for (const LayerSettings &layer : settings)
        noise += noiseOfLayer(layer);
    return noise;
}

void ResponseCurves::add(const std::vector<LayerSettings> &settings, double difference)
{
    std::erase_if(m_points, [&](const Point &point) { return point.settings == settings; });
    m_points.push_back({settings, difference});
    if (m_points.size() > pointsKept)
        m_points.erase(m_points.begin());
}

std::optional<DropGuess> ResponseCurves::guess(const std::vector<LayerSettings> &settings,
                                               std::span<const size_t> moving) const
{
    std::vector<bool> moves(settings.size());
    for (const size_t layer : moving)
        moves[layer] = true;
    std::vector<std::pair<double, double>> curve; // noise, difference
    for (const Point &point : m_points) {
        bool fits = point.settings.size() == settings.size();
        for (size_t i = 0; fits && i < settings.size(); ++i)
            fits = moves[i] ? point.settings[i].empty() || sameFamily(point.settings[i], settings[i])
                            : point.settings[i] == settings[i];
        if (fits)
            curve.emplace_back(noiseOf(point.settings), point.difference);
    }
    if (curve.empty())
        return {};
    std::ranges::sort(curve);
    const double noise = noiseOf(settings);
    DropGuess guess{0.0, curve.size(), 0.0, m_errors.size()};
    const auto after = std::ranges::lower_bound(curve, std::pair(noise, largestDrop));
    if (after == curve.begin()) {
        guess.difference = curve.front().second;
    } else if (after != curve.end()) {
        const auto before = std::prev(after);
        const double part = (noise - before->first) / std::max(1e-300, after->first - before->first);
        guess.difference = before->second + std::min(1.0, part) * (after->second - before->second);
    } else if (curve.size() == 1) {
        return {}; // one point says nothing of what is beyond it
    } else {
        const auto [x0, y0] = curve[curve.size() - 2];
        const auto [x1, y1] = curve.back();
        const double slope = x1 > x0 ? std::min(0.0, (y1 - y0) / (x1 - x0)) : 0.0;
        guess.difference = std::max(largestDrop, y1 + slope * (noise - x1));
    }
    if (!m_errors.empty())
        guess.typicalError = median(m_errors);
    return guess;
}

void ResponseCurves::check(const DropGuess &guess, double measured)
{
    m_errors.push_back(std::abs(guess.difference - measured));
    if (m_errors.size() > pointsKept)
        m_errors.erase(m_errors.begin());
}

void ResponseCurves::clear()
{
    m_points.clear();
    m_errors.clear();
}

} // namespace lathe
