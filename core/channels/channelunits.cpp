#include "core/channels/channelunits.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <optional>

namespace lathe {
namespace {

/// Channels that are on the same axes: which of them go makes no difference to what is left of these.
struct Class {
    std::vector<size_t> uses;
    size_t count = 0;         ///< channels that have to stay included
    std::vector<size_t> free; ///< lowest score first
    size_t gone = 0;          ///< of the free ones
    size_t rest = 0;          ///< of `round`: so many stay beside multiples of it
};

class Units {
public:
    Units(const ChannelGroup &group, const std::vector<double> &scores, const UnitLimits &limits)
        : m_group(group), m_scores(scores), m_limits(limits), m_placesGone(group.uses.size(), 0)
    {
        for (double &score : m_scores)
            if (std::isnan(score))
                score = std::numeric_limits<double>::infinity();
        findClasses();
    }

    std::vector<std::vector<size_t>> run()
    {
        if (!chooseRests() || !align())
            return {};
        while (const std::optional<size_t> next = cheapest())
            take({{*next, m_limits.round}});
        return std::move(m_units);
    }

private:
    void findClasses()
    {
        std::map<std::vector<size_t>, Class> classes;
        std::vector<size_t> order(m_group.channels);
        std::iota(order.begin(), order.end(), size_t{0});
        std::ranges::stable_sort(order, {}, [this](size_t c) { return m_scores[c]; });
        for (const size_t channel : order) {
            std::vector<size_t> uses;
            for (size_t u = 0; u < m_group.uses.size(); ++u)
                if (!m_group.uses[u].of(channel).empty())
                    uses.push_back(u);
            Class &known = classes[uses];
            known.uses = uses;
            ++known.count;
            if (!m_group.locked[channel])
                known.free.push_back(channel);
        }
        for (auto &[uses, found] : classes)
            m_classes.push_back(std::move(found));
    }

    std::vector<size_t> classesOn(size_t use) const
    {
        std::vector<size_t> on;
        for (size_t i = 0; i < m_classes.size(); ++i)
            if (std::ranges::binary_search(m_classes[i].uses, use))
                on.push_back(i);
        return on;
    }

    /// Where all but one class on an axis have to stay, that one makes up for them.
    bool chooseRests()
    {
        const size_t round = m_limits.round;
        std::vector<bool> isSet(m_classes.size(), false);
        for (size_t u = 0; round > 1 && u < m_group.uses.size(); ++u) {
            size_t fixed = 0;
            std::vector<size_t> moving;
            for (const size_t i : classesOn(u)) {
                if (m_classes[i].free.empty())
                    fixed += m_classes[i].count;
                else
                    moving.push_back(i);
            }
            if (moving.size() != 1)
                continue;
            const size_t rest = (round - fixed % round) % round;
            if (isSet[moving[0]] && m_classes[moving[0]].rest != rest)
                return false;
            m_classes[moving[0]].rest = rest;
            isSet[moving[0]] = true;
        }
        return true;
    }

    /// The first step: all classes at once get to where steps of `round` begin.
    bool align()
    {
        const size_t round = m_limits.round;
        std::map<size_t, size_t> sizes;
        for (size_t i = 0; i < m_classes.size(); ++i) {
            const Class &one = m_classes[i];
            if (one.free.empty())
                continue;
            if (const size_t size = (one.count % round + round - one.rest) % round; size > 0)
                sizes[i] = size;
        }
        for (size_t u = 0; u < m_group.uses.size(); ++u) {
            size_t left = 0;
            bool moves = false;
            for (const size_t i : classesOn(u)) {
                left += m_classes[i].count - (sizes.contains(i) ? sizes[i] : 0);
                moves = moves || !m_classes[i].free.empty();
            }
            if (moves && left % round != 0)
                return false;
        }
        return sizes.empty() || take(sizes);
    }

    bool fits(const std::map<size_t, size_t> &sizes) const
    {
        size_t total = m_gone;
        std::map<size_t, int64_t> going; // places by use
        for (const auto &[i, size] : sizes) {
            const Class &from = m_classes[i];
            total += size;
            if (from.gone + size > from.free.size() || total > m_limits.mostGone)
                return false;
            for (const size_t u : from.uses)
                for (size_t k = from.gone; k < from.gone + size; ++k)
                    going[u] += std::ssize(m_group.uses[u].of(from.free[k]));
        }
        return std::ranges::all_of(going, [this](const auto &of) {
            return m_placesGone[of.first] + of.second < m_group.uses[of.first].length;
        });
    }

    bool take(const std::map<size_t, size_t> &sizes)
    {
        if (!fits(sizes))
            return false;
        std::vector<size_t> unit;
        for (const auto &[i, size] : sizes) {
            Class &from = m_classes[i];
            const auto first = from.free.begin() + static_cast<ptrdiff_t>(from.gone);
            unit.insert(unit.end(), first, first + static_cast<ptrdiff_t>(size));
            for (const size_t u : from.uses)
                for (size_t k = from.gone; k < from.gone + size; ++k)
                    m_placesGone[u] += std::ssize(m_group.uses[u].of(from.free[k]));
            from.gone += size;
            m_gone += size;
        }
        m_units.push_back(std::move(unit));
        return true;
    }

    /// The class whose next step is worth least.
    std::optional<size_t> cheapest() const
    {
        std::optional<size_t> best;
        double least = std::numeric_limits<double>::infinity();
        for (size_t i = 0; i < m_classes.size(); ++i) {
            const Class &one = m_classes[i];
            if (!fits({{i, m_limits.round}}))
                continue;
            double worth = 0.0;
            for (size_t k = 0; k < m_limits.round; ++k)
                worth += m_scores[one.free[one.gone + k]];
            if (!best || worth < least) {
                best = i;
                least = worth;
            }
        }
        return best;
    }

    const ChannelGroup &m_group;
    std::vector<double> m_scores;
    UnitLimits m_limits;
    std::vector<Class> m_classes;
    std::vector<int64_t> m_placesGone; ///< by use
    size_t m_gone = 0;
    std::vector<std::vector<size_t>> m_units;
};

} // namespace

std::vector<std::vector<size_t>> channelUnits(const ChannelGroup &group, const std::vector<double> &scores,
                                              const UnitLimits &limits)
{
    return Units(group, scores, limits).run();
}

} // namespace lathe
