#include "core/preview/samplingplan.h"

#include "core/data/order.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lathe {
namespace {

constexpr std::array strataEnds = {0.125, 0.25, 0.5, 1.0}; ///< shares of the samples, the least sure first
constexpr size_t fewestForStrata = 64;
constexpr size_t mixedSamples = 32;

/// Samples by stratum, each in a random order.
std::vector<std::vector<size_t>> stratify(std::span<const double> margins)
{
    std::vector<size_t> order = shuffledOrder(margins.size()); // so that ties are in random order too
    std::vector<size_t> bySureness = order;
    std::ranges::stable_sort(bySureness, {}, [&](size_t row) { return std::abs(margins[row]); });
    if (margins.size() < fewestForStrata)
        return {order};
    std::vector<int> stratumOf(margins.size());
    for (size_t i = 0; i < bySureness.size(); ++i) {
        const double share = (static_cast<double>(i) + 0.5) / static_cast<double>(margins.size());
        stratumOf[bySureness[i]] =
            static_cast<int>(std::ranges::lower_bound(strataEnds, share) - strataEnds.begin());
    }
    std::vector<std::vector<size_t>> strata(strataEnds.size());
    for (const size_t row : order)
        strata[static_cast<size_t>(stratumOf[row])].push_back(row);
    return strata;
}

/// Takes samples so that the shares of the strata are right at every length.
class Mixer {
public:
    explicit Mixer(const std::vector<std::vector<size_t>> &strata, size_t total)
        : m_strata(strata), m_total(total), m_taken(strata.size())
    {
    }
    size_t next()
    {
        ++m_count;
        size_t best = 0;
        double largest = -1e300;
        for (size_t s = 0; s < m_strata.size(); ++s) {
            const double due = static_cast<double>(m_strata[s].size()) * static_cast<double>(m_count) /
                               static_cast<double>(m_total);
            const double missing = due - static_cast<double>(m_taken[s]);
            if (m_taken[s] < m_strata[s].size() && missing > largest) {
                largest = missing;
                best = s;
            }
        }
        return m_strata[best][m_taken[best]++];
    }
    size_t taken(size_t stratum) const { return m_taken[stratum]; }

private:
    const std::vector<std::vector<size_t>> &m_strata;
    size_t m_total;
    std::vector<size_t> m_taken;
    size_t m_count = 0;
};

} // namespace

SamplingPlan::SamplingPlan(std::span<const double> margins, size_t chunk) : m_stratumOf(margins.size())
{
    const std::vector<std::vector<size_t>> strata = stratify(margins);
    for (size_t s = 0; s < strata.size(); ++s) {
        m_sizes.push_back(strata[s].size());
        for (const size_t row : strata[s])
            m_stratumOf[row] = static_cast<int>(s);
    }
    Mixer mixer(strata, margins.size());
    const size_t mixed = strata.size() == 1
                             ? margins.size()
                             : std::min(margins.size(), (mixedSamples + chunk - 1) / chunk * chunk);
    for (size_t i = 0; i < mixed; ++i) {
        if (i % chunk == 0)
            m_chunks.emplace_back();
        m_chunks.back().rows.push_back(mixer.next());
    }
    m_mixed = m_chunks.size();
    for (size_t s = 0; s < strata.size(); ++s)
        for (size_t i = mixer.taken(s); i < strata[s].size(); ++i) {
            if ((i - mixer.taken(s)) % chunk == 0)
                m_chunks.push_back({{}, static_cast<int>(s)});
            m_chunks.back().rows.push_back(strata[s][i]);
        }
}

} // namespace lathe
