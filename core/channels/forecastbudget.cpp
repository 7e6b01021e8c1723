// Budgets of what is known without measuring.
#include "core/base/error.h"
#include "core/channels/choice.h"

#include <algorithm>
#include <limits>
#include <queue>

namespace lathe {
namespace {

Message nameOf(ChannelBudget budget)
{
    switch (budget) {
    case ChannelBudget::Macs:
        return Message::tr("MACs");
    case ChannelBudget::Bytes:
        return Message::tr("bytes of the weights");
    case ChannelBudget::Latency:
        break;
    }
    return Message::tr("time");
}

struct Next {
    double price = 0.0;                                                     ///< score for each that is saved
    size_t group = 0;                                                       ///< in the list of groups
    bool operator<(const Next &other) const { return price > other.price; } // the cheapest comes first
};

class Greedy {
public:
    Greedy(Choosing &choosing, SlimForecast::Cost cost, double share,
           const std::vector<BudgetedGroup> &groups)
        : m_choosing(choosing), m_cost(cost), m_share(share), m_groups(groups), m_taken(groups.size(), 0),
          m_wanted(share * static_cast<double>(choosing.forecast.ofWhole(cost)))
    {
    }

    /// What a step saves shrinks as others are taken, so its price can only have risen since it was asked
    /// for: the cheapest is the one that still is when it is asked again (Minoux 1978).
    void takeCheapest(const JobContext &ctx)
    {
        for (size_t i = 0; i < m_groups.size(); ++i)
            ask(i);
        const double before = left();
        while (left() > m_wanted && !m_open.empty()) {
            ctx.checkpoint((before - left()) / std::max(before - m_wanted, 1.0),
                           Message::tr("choosing channels to remove"));
            const size_t i = m_open.top().group;
            m_open.pop();
            const double price = priceOf(i);
            if (!m_open.empty() && price > m_open.top().price) {
                ask(i);
            } else if (m_choosing.take(m_groups[i].group, m_groups[i].units[m_taken[i]])) {
                ++m_taken[i];
                ask(i);
            }
        }
        if (left() > m_wanted)
            refuseBudget(m_cost == SlimForecast::Cost::Macs ? ChannelBudget::Macs : ChannelBudget::Bytes,
                         m_share, left() / static_cast<double>(m_choosing.forecast.ofWhole(m_cost)));
    }

    /// The last step may have saved far more than was missing: of the steps that fit into the rest those that
    /// are worth most come back.
    void putBackSpare(const JobContext &ctx)
    {
        for (;;) {
            ctx.throwIfCancelled();
            size_t best = m_groups.size();
            for (size_t i = 0; i < m_groups.size(); ++i)
                if (m_taken[i] > 0 && (best == m_groups.size() || lastWorth(i) > lastWorth(best)) &&
                    fitsAgain(i))
                    best = i;
            if (best == m_groups.size())
                return;
            m_choosing.putBack(m_groups[best].group, lastUnit(best));
            --m_taken[best];
        }
    }

private:
    double left() const { return static_cast<double>(m_choosing.forecast.of(m_cost)); }
    const std::vector<size_t> &lastUnit(size_t i) const { return m_groups[i].units[m_taken[i] - 1]; }
    double lastWorth(size_t i) const { return m_groups[i].worth[m_taken[i] - 1]; }

    double priceOf(size_t i)
    {
        const int64_t saved =
            m_choosing.forecast.saved(m_cost, m_groups[i].group, m_groups[i].units[m_taken[i]]);
        return saved > 0 ? m_groups[i].worth[m_taken[i]] / static_cast<double>(saved)
                         : std::numeric_limits<double>::infinity();
    }

    /// Steps that save nothing are never taken.
    void ask(size_t i)
    {
        if (m_taken[i] == m_groups[i].units.size())
            return;
        if (const double price = priceOf(i); price < std::numeric_limits<double>::infinity())
            m_open.push({price, i});
    }

    bool fitsAgain(size_t i)
    {
        m_choosing.forecast.putBack(m_groups[i].group, lastUnit(i));
        const bool fits = left() <= m_wanted;
        m_choosing.forecast.remove(m_groups[i].group, lastUnit(i));
        return fits;
    }

    Choosing &m_choosing;
    SlimForecast::Cost m_cost;
    double m_share;
    const std::vector<BudgetedGroup> &m_groups;
    std::vector<size_t> m_taken; ///< units, by group
    double m_wanted;
    std::priority_queue<Next> m_open;
};

} // namespace

void refuseBudget(ChannelBudget budget, double share, double left)
{
    throw Error(
        ErrorCode::InvalidArgument,
        Message::tr("The channels that can go leave {:.1f} % of the model's {} at least, not {:.1f} %: "
                    "ask for more, or let channels of more layers go.",
                    100.0 * left, nameOf(budget), 100.0 * share));
}

void chooseByForecast(Choosing &choosing, SlimForecast::Cost cost, double share,
                      const std::vector<BudgetedGroup> &groups, const JobContext &ctx)
{
    if (cost == SlimForecast::Cost::Macs && !choosing.question.model.macs())
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("MACs of the model are not known, so channels cannot go by them: ask for a "
                                "ratio or for bytes."));
    Greedy greedy(choosing, cost, share, groups);
    greedy.takeCheapest(ctx);
    greedy.putBackSpare(ctx);
}

} // namespace lathe
