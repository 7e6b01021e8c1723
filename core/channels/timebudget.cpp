// Budgets of time, which has to be measured.
#include "core/base/error.h"
#include "core/channels/choice.h"

#include <algorithm>

namespace lathe {
namespace {

constexpr int mostSearched = 8;      ///< choices that are measured in search of the threshold
constexpr double nearEnough = 0.005; ///< of the original's time: finer is not measured

using Removed = std::vector<std::vector<size_t>>;

/// As many units of a group as save time together.
struct Step {
    size_t group = 0;
    std::vector<size_t> channels;
    double price = 0.0; ///< score for the time that is saved
};

class TimeBudget {
public:
    TimeBudget(Choosing &choosing, double share, const JobContext &ctx)
        : m_choosing(choosing), m_share(share), m_ctx(ctx)
    {
    }

    void run(const std::vector<BudgetedGroup> &groups)
    {
        const bool isWhole =
            m_choosing.question.origin == nullptr &&
            std::ranges::all_of(m_choosing.choice.removed, [](const auto &gone) { return gone.empty(); });
        m_before = isWhole ? 1.0 : measured(m_choosing.choice.removed);
        if (m_before <= m_share)
            return;
        for (size_t i = 0; i < groups.size(); ++i) {
            m_ctx.checkpoint(
                static_cast<double>(i) / static_cast<double>(groups.size() + mostSearched),
                Message::tr("measuring what channels of {} take", m_choosing.group(groups[i].group).name));
            addSteps(groups[i]);
        }
        std::ranges::stable_sort(m_steps, {}, &Step::price);
        search(groups.size());
    }

private:
    double measured(const Removed &removed) { return m_choosing.question.time(removed); }

    /// The time with the first units of one group gone.
    double timeWithout(const BudgetedGroup &of, size_t units)
    {
        Removed removed = m_choosing.choice.removed;
        for (size_t u = 0; u < units; ++u)
            removed[of.group].insert(removed[of.group].end(), of.units[u].begin(), of.units[u].end());
        return measured(removed);
    }

    void addSteps(const BudgetedGroup &of)
    {
        size_t size = 1;
        double saved = 0.0;
        while (size <= of.units.size() && (saved = m_before - timeWithout(of, size)) <= 0.0)
            size = size < of.units.size() ? std::min(2 * size, of.units.size()) : size + 1;
        double price = 0.0; // of later steps never less: a threshold takes the first ones first
        for (size_t first = 0; first + size <= of.units.size(); first += size) {
            Step step{of.group, {}, 0.0};
            double worth = 0.0;
            for (size_t u = first; u < first + size; ++u) {
                step.channels.insert(step.channels.end(), of.units[u].begin(), of.units[u].end());
                worth += of.worth[u];
            }
            price = std::max(price, worth / saved);
            step.price = price;
            m_steps.push_back(std::move(step));
        }
    }

    /// The steps below the threshold; @param keeps whether they are chosen
    Removed removedBy(size_t steps, bool keeps)
    {
        std::vector<const Step *> taken;
        for (size_t s = 0; s < steps; ++s)
            if (m_choosing.take(m_steps[s].group, m_steps[s].channels))
                taken.push_back(&m_steps[s]);
        Removed removed = m_choosing.choice.removed;
        for (auto step = taken.rbegin(); !keeps && step != taken.rend(); ++step)
            m_choosing.putBack((*step)->group, (*step)->channels);
        return removed;
    }

    void search(size_t measuredBefore)
    {
        size_t low = 0, high = m_steps.size();
        double atLow = m_before, atHigh = high > 0 ? measured(removedBy(high, false)) : m_before;
        if (atHigh > m_share)
            refuseBudget(ChannelBudget::Latency, m_share, std::min(atHigh, m_before));
        for (int i = 1; i < mostSearched && high - low > 1 && m_share - atHigh > nearEnough; ++i) {
            m_ctx.checkpoint(static_cast<double>(measuredBefore + static_cast<size_t>(i)) /
                                 static_cast<double>(measuredBefore + mostSearched),
                             Message::tr("choosing channels to remove"));
            const double part = i % 2 == 0 || atLow <= atHigh ? 0.5 : (atLow - m_share) / (atLow - atHigh);
            const auto guess = low + static_cast<size_t>(part * static_cast<double>(high - low));
            const size_t middle = std::clamp(guess, low + 1, high - 1);
            const double there = measured(removedBy(middle, false));
            (there <= m_share ? high : low) = middle;
            (there <= m_share ? atHigh : atLow) = there;
        }
        removedBy(high, true);
    }

    Choosing &m_choosing;
    double m_share;
    const JobContext &m_ctx;
    double m_before = 1.0;
    std::vector<Step> m_steps;
};

} // namespace

void chooseByTime(Choosing &choosing, double share, const std::vector<BudgetedGroup> &groups,
                  const JobContext &ctx)
{
    if (!choosing.question.time)
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("Nothing measures the time that the model takes: ask for a share of its MACs "
                                "instead."));
    TimeBudget(choosing, share, ctx).run(groups);
}

} // namespace lathe
