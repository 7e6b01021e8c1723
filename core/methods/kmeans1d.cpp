#include "core/methods/kmeans1d.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <numeric>
#include <random>

namespace lathe {
namespace {

/// Distinct positions with their weight, ascending.
struct Points {
    std::vector<double> position;
    std::vector<double> weight;
    double gathered = 0.0; ///< sum of weight * (value - position)^2 of the values gathered in the points
    size_t size() const { return position.size(); }
};

/// Sums of weight, weight * x and weight * x^2 up to each point, so that the cost of any run of points is
/// known at once.
class RunCosts {
public:
    explicit RunCosts(const Points &points)
        : m_w(points.size() + 1), m_wx(points.size() + 1), m_wxx(points.size() + 1)
    {
        for (size_t i = 0; i < points.size(); ++i) {
            const double w = points.weight[i];
            const double x = points.position[i];
            m_w[i + 1] = m_w[i] + w;
            m_wx[i + 1] = m_wx[i] + w * x;
            m_wxx[i + 1] = m_wxx[i] + w * x * x;
        }
    }
    double weight(size_t from, size_t to) const { return m_w[to] - m_w[from]; }
    double mean(size_t from, size_t to) const
    {
        const double w = weight(from, to);
        return w > 0.0 ? (m_wx[to] - m_wx[from]) / w : 0.0;
    }
    /// Least cost of the points [from, to) around one center.
    double cost(size_t from, size_t to) const
    {
        const double w = weight(from, to);
        if (w <= 0.0)
            return 0.0;
        const double wx = m_wx[to] - m_wx[from];
        return std::max(0.0, m_wxx[to] - m_wxx[from] - wx * wx / w);
    }
    double costAround(size_t from, size_t to, double center) const
    {
        return std::max(0.0, m_wxx[to] - m_wxx[from] - 2.0 * center * (m_wx[to] - m_wx[from]) +
                                 center * center * weight(from, to));
    }

private:
    std::vector<double> m_w, m_wx, m_wxx;
};

double weightOf(std::span<const float> weights, size_t i)
{
    return weights.empty() ? 1.0 : static_cast<double>(weights[i]);
}

Points sortedPoints(std::span<const float> values, std::span<const float> weights)
{
    std::vector<uint32_t> order(values.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [values](uint32_t a, uint32_t b) { return values[a] < values[b]; });
    Points points;
    for (const uint32_t i : order) {
        const double w = weightOf(weights, i);
        if (!points.position.empty() && points.position.back() == values[i]) {
            points.weight.back() += w;
        } else {
            points.position.push_back(values[i]);
            points.weight.push_back(w);
        }
    }
    return points;
}

Points binnedPoints(std::span<const float> values, std::span<const float> weights, float low, float high,
                    size_t bins)
{
    std::vector<double> w(bins), wx(bins), wxx(bins);
    const double scale = static_cast<double>(bins) / (static_cast<double>(high) - low);
    for (size_t i = 0; i < values.size(); ++i) {
        const double x = static_cast<double>(values[i]) - low;
        const size_t bin = std::min(bins - 1, static_cast<size_t>(x * scale));
        const double weight = weightOf(weights, i);
        w[bin] += weight;
        wx[bin] += weight * x;
        wxx[bin] += weight * x * x;
    }
    Points points;
    for (size_t b = 0; b < bins; ++b) {
        if (w[b] <= 0.0)
            continue;
        const double mean = wx[b] / w[b];
        points.position.push_back(low + mean);
        points.weight.push_back(w[b]);
        points.gathered += std::max(0.0, wxx[b] - mean * wx[b]);
    }
    return points;
}

/// Fills row[m] = min over s of previous[s] + cost(s, m) for m in [first, last], the best s being monotone in
/// m.
class SplitSearch {
public:
    SplitSearch(const RunCosts &costs, const std::vector<double> &previous, std::vector<double> &row,
                uint32_t *split)
        : m_costs(costs), m_previous(previous), m_row(row), m_split(split)
    {
    }
    void fill(size_t first, size_t last, size_t lowest, size_t highest)
    {
        if (first > last)
            return;
        const size_t middle = first + (last - first) / 2;
        double best = std::numeric_limits<double>::infinity();
        size_t bestSplit = lowest;
        for (size_t s = lowest; s <= std::min(middle, highest); ++s) {
            const double cost = m_previous[s] + m_costs.cost(s, middle);
            if (cost < best) {
                best = cost;
                bestSplit = s;
            }
        }
        m_row[middle] = best;
        m_split[middle] = static_cast<uint32_t>(bestSplit);
        if (middle > first)
            fill(first, middle - 1, lowest, bestSplit);
        fill(middle + 1, last, bestSplit, highest);
    }

private:
    const RunCosts &m_costs;
    const std::vector<double> &m_previous;
    std::vector<double> &m_row;
    uint32_t *m_split;
};

/// Boundaries of the optimal runs: runs + 1 indices from 0 to size.
std::vector<size_t> optimalRuns(const Points &points, size_t runs, const JobContext &ctx)
{
    const size_t n = points.size();
    runs = std::min(runs, n);
    const RunCosts costs(points);
    std::vector<double> previous(n + 1), row(n + 1);
    for (size_t m = 0; m <= n; ++m)
        previous[m] = costs.cost(0, m);
    std::vector<uint32_t> splits(runs * (n + 1));
    for (size_t r = 1; r < runs; ++r) {
        ctx.throwIfCancelled();
        SplitSearch(costs, previous, row, splits.data() + r * (n + 1)).fill(0, n, 0, n);
        std::swap(previous, row);
    }
    std::vector<size_t> bounds(runs + 1, 0);
    bounds[runs] = n;
    for (size_t r = runs; r-- > 1;)
        bounds[r] = splits[r * (n + 1) + bounds[r + 1]];
    return bounds;
}

std::vector<double> centersOfRuns(const Points &points, const std::vector<size_t> &bounds)
{
    const RunCosts costs(points);
    std::vector<double> centers;
    for (size_t r = 0; r + 1 < bounds.size(); ++r) {
        if (bounds[r] < bounds[r + 1])
            centers.push_back(costs.weight(bounds[r], bounds[r + 1]) > 0.0
                                  ? costs.mean(bounds[r], bounds[r + 1])
                                  : points.position[bounds[r]]);
    }
    return centers;
}

/// First point of each center's run; the runs meet half way between centers.
std::vector<size_t> runsAround(const Points &points, const std::vector<double> &centers)
{
    std::vector<size_t> bounds{0};
    for (size_t c = 0; c + 1 < centers.size(); ++c) {
        const double middle = (centers[c] + centers[c + 1]) / 2.0;
        bounds.push_back(
            static_cast<size_t>(std::upper_bound(points.position.begin(), points.position.end(), middle) -
                                points.position.begin()));
    }
    bounds.push_back(points.size());
    return bounds;
}

/// Lloyd's iterations on sorted points; a center `pinned` at zero does not move.
void refine(const Points &points, std::vector<double> &centers, bool pinZero, const JobContext &ctx)
{
    const RunCosts costs(points);
    constexpr int mostIterations = 300;
    for (int iteration = 0; iteration < mostIterations; ++iteration) {
        ctx.throwIfCancelled();
        const std::vector<size_t> bounds = runsAround(points, centers);
        bool moved = false;
        for (size_t c = 0; c < centers.size(); ++c) {
            if ((pinZero && centers[c] == 0.0) || costs.weight(bounds[c], bounds[c + 1]) <= 0.0)
                continue;
            const double mean = costs.mean(bounds[c], bounds[c + 1]);
            moved = moved || mean != centers[c];
            centers[c] = mean;
        }
        if (!moved)
            return;
        std::sort(centers.begin(), centers.end());
    }
}

std::vector<double> linearStart(const Points &points, size_t k)
{
    std::vector<double> centers(k);
    const double low = points.position.front();
    const double step = k > 1 ? (points.position.back() - low) / static_cast<double>(k - 1) : 0.0;
    for (size_t c = 0; c < k; ++c)
        centers[c] = low + step * static_cast<double>(c);
    return centers;
}

std::vector<double> densityStart(const Points &points, size_t k)
{
    const double total = std::accumulate(points.weight.begin(), points.weight.end(), 0.0);
    std::vector<double> centers;
    double before = 0.0;
    size_t i = 0;
    for (size_t c = 0; c < k; ++c) {
        const double target = total * (static_cast<double>(c) + 0.5) / static_cast<double>(k);
        while (i + 1 < points.size() && before + points.weight[i] < target)
            before += points.weight[i++];
        centers.push_back(points.position[i]);
    }
    return centers;
}

std::vector<double> plusPlusStart(const Points &points, size_t k, uint64_t seed)
{
    std::mt19937_64 random(seed);
    std::vector<double> chance = points.weight;
    std::vector<double> nearest(points.size(), std::numeric_limits<double>::infinity());
    std::vector<double> centers;
    while (centers.size() < k) {
        const double total = std::accumulate(chance.begin(), chance.end(), 0.0);
        if (total <= 0.0)
            break;
        double left = std::uniform_real_distribution<double>(0.0, total)(random);
        size_t pick = 0;
        while (pick + 1 < points.size() && left >= chance[pick])
            left -= chance[pick++];
        centers.push_back(points.position[pick]);
        for (size_t i = 0; i < points.size(); ++i) {
            const double d = points.position[i] - centers.back();
            nearest[i] = std::min(nearest[i], d * d);
            chance[i] = points.weight[i] * nearest[i];
        }
    }
    return centers;
}

/// Replaces the center nearest to zero by zero itself.
void pinNearestToZero(std::vector<double> &centers)
{
    const auto nearest = std::min_element(centers.begin(), centers.end(),
                                          [](double a, double b) { return std::abs(a) < std::abs(b); });
    *nearest = 0.0;
    std::sort(centers.begin(), centers.end());
}

std::vector<double> findCenters(const Points &points, const std::vector<size_t> &bestRuns,
                                const KMeansOptions &options, const JobContext &ctx)
{
    const auto k = static_cast<size_t>(options.clusters);
    std::vector<double> centers;
    switch (options.init) {
    case ClusterInit::Optimal:
        centers = centersOfRuns(points, bestRuns);
        break;
    case ClusterInit::Linear:
        centers = linearStart(points, std::min(k, points.size()));
        break;
    case ClusterInit::Density:
        centers = densityStart(points, std::min(k, points.size()));
        break;
    case ClusterInit::KMeansPlusPlus:
        centers = plusPlusStart(points, std::min(k, points.size()), options.seed);
        break;
    }
    std::sort(centers.begin(), centers.end());
    if (options.fixedZero && !std::binary_search(centers.begin(), centers.end(), 0.0)) {
        if (centers.size() < k)
            centers.insert(std::lower_bound(centers.begin(), centers.end(), 0.0), 0.0);
        else
            pinNearestToZero(centers);
        refine(points, centers, true, ctx);
    } else if (options.init != ClusterInit::Optimal) {
        refine(points, centers, options.fixedZero, ctx);
    }
    return centers;
}

void check(std::span<const float> values, std::span<const float> weights, const KMeansOptions &options)
{
    if (options.clusters < 1 || options.clusters > 256)
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("A codebook takes 1 to 256 clusters, not {}.", options.clusters));
    if (!weights.empty() && weights.size() != values.size())
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("{} values cannot have {} importances.", values.size(), weights.size()));
    const auto bad = std::count_if(values.begin(), values.end(), [](float v) { return !std::isfinite(v); });
    if (bad > 0)
        throw Error(ErrorCode::NumericFailure,
                    Message::tr("{} values are NaN or infinite and cannot be clustered.", bad));
}

/// Writes the codes and returns the cost of the values themselves.
double assign(std::span<const float> values, std::span<const float> weights, Codebook &book)
{
    std::vector<float> middles;
    for (size_t c = 0; c + 1 < book.centers.size(); ++c)
        middles.push_back(
            static_cast<float>((static_cast<double>(book.centers[c]) + book.centers[c + 1]) / 2.0));
    double cost = 0.0;
    book.codes.resize(values.size());
    for (size_t i = 0; i < values.size(); ++i) {
        const auto code = std::lower_bound(middles.begin(), middles.end(), values[i]) - middles.begin();
        book.codes[i] = static_cast<uint8_t>(code);
        const double d = static_cast<double>(values[i]) - book.centers[static_cast<size_t>(code)];
        cost += weightOf(weights, i) * d * d;
    }
    return cost;
}

} // namespace

Codebook kMeans1d(std::span<const float> values, std::span<const float> weights, const KMeansOptions &options,
                  const JobContext &ctx)
{
    check(values, weights, options);
    if (std::none_of(weights.begin(), weights.end(), [](float w) { return w > 0.0F; }))
        weights = {};
    Codebook book;
    if (values.empty())
        return book;
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    const bool gather = values.size() > options.exactLimit && *low < *high;
    const Points points = gather ? binnedPoints(values, weights, *low, *high, options.exactLimit)
                                 : sortedPoints(values, weights);
    const std::vector<size_t> bestRuns = optimalRuns(points, static_cast<size_t>(options.clusters), ctx);
    const std::vector<double> centers = findCenters(points, bestRuns, options, ctx);
    book.centers.assign(centers.begin(), centers.end());
    book.centers.erase(std::unique(book.centers.begin(), book.centers.end()), book.centers.end());
    book.cost = assign(values, weights, book);

    const RunCosts costs(points);
    double optimum = 0.0;
    for (size_t r = 0; r + 1 < bestRuns.size(); ++r)
        optimum += costs.cost(bestRuns[r], bestRuns[r + 1]);
    const double bound = std::max(0.0, std::sqrt(optimum) - std::sqrt(points.gathered));
    book.costLowerBound = std::min(book.cost, bound * bound);
    return book;
}

} // namespace lathe
