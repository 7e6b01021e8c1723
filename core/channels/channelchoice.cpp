#include "core/channels/channelchoice.h"

#include "core/base/processor.h"
#include "core/channels/channelunits.h"
#include "core/channels/choice.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace lathe {
namespace {

using Unit = ChannelSettings::Unit;

/// Channels that the runtime's convolutions compute at once (MlasNchwcGetBlockSize).
size_t widthOfRuntime()
{
    return thisProcessor().avx512 ? 16 : 8;
}

size_t roundOf(const ChannelSettings &settings)
{
    return settings.round > 0 ? static_cast<size_t>(settings.round) : widthOfRuntime();
}

size_t mostGone(const ChannelGroup &group, const ChannelSettings &settings)
{
    const auto least = static_cast<size_t>(std::max(settings.leastLeft, 1));
    return group.channels > least ? std::min(group.prunable(), group.channels - least) : 0;
}

class Chooser {
public:
    Chooser(const ChannelQuestion &question, const JobContext &ctx)
        : m_choosing{question, SlimForecast(question.model, question.groups), {}}, m_question(question),
          m_ctx(ctx)
    {
        m_choosing.choice.removed.resize(question.groups.groups.size());
        if (question.origin != nullptr)
            m_choosing.forecast.setWhole(*question.origin);
    }

    ChannelChoice run()
    {
        std::map<std::pair<ChannelBudget, double>, std::vector<size_t>> budgets;
        for (size_t g = 0; g < m_question.settings.size(); ++g) {
            const auto &settings = m_question.settings[g];
            if (!settings || isHeld(g))
                continue;
            if (settings->unit == Unit::Budget)
                budgets[{settings->budget, settings->value}].push_back(g);
            else
                byCount(g, *settings);
        }
        size_t done = 0;
        for (const auto &[budget, groups] : budgets) {
            const double all = static_cast<double>(budgets.size());
            byBudget(budget.first, budget.second, groups,
                     m_ctx.part(static_cast<double>(done) / all, static_cast<double>(done + 1) / all));
            ++done;
        }
        for (std::vector<size_t> &removed : m_choosing.choice.removed)
            std::ranges::sort(removed);
        return std::move(m_choosing.choice);
    }

private:
    /// Whether no channel of the group can go at all, which is noted.
    bool isHeld(size_t g)
    {
        const ChannelGroup &group = m_choosing.group(g);
        if (group.prunable() > 0)
            return false;
        m_choosing.note(
            g, group.locks.empty()
                   ? Message::tr("`{}` has no channels that could go.", group.name)
                   : Message::tr("No channel of `{}` can go: {}.", group.name, group.locks.front().reason));
        return true;
    }

    void byCount(size_t g, const ChannelSettings &settings)
    {
        const ChannelGroup &group = m_choosing.group(g);
        const size_t wanted = wantedOf(g, settings);
        if (wanted == 0)
            return;
        size_t gone = 0;
        for (const std::vector<size_t> &unit : unitsOf(g, settings)) {
            if (gone + unit.size() > wanted || !m_choosing.take(g, unit))
                break;
            gone += unit.size();
        }
        if (gone == 0 && !m_isNoted)
            m_choosing.note(
                g, Message::tr("Nothing of `{}` goes: {} of its {} channels would, but of those that stay at "
                               "least {} and a multiple of {} have to.",
                               group.name, wanted, group.channels, std::max(settings.leastLeft, 1),
                               roundOf(settings)));
    }

    /// How many shall go.
    size_t wantedOf(size_t g, const ChannelSettings &settings)
    {
        const ChannelGroup &group = m_choosing.group(g);
        const size_t free = group.prunable();
        if (settings.unit == Unit::Ratio) {
            const auto wanted = static_cast<size_t>(std::llround(settings.value * static_cast<double>(free)));
            if (wanted == 0 && settings.value > 0.0)
                m_choosing.note(g,
                                Message::tr("Nothing of `{}` goes: the ratio {} is less than one of the {} "
                                            "channels that can.",
                                            group.name, settings.value, free));
            return wanted;
        }
        const auto keep = static_cast<size_t>(std::llround(settings.value));
        if (keep > group.channels) {
            m_choosing.note(g,
                            Message::tr("Nothing of `{}` goes: {} of its channels shall stay, but it has {}.",
                                        group.name, keep, group.channels));
            return 0;
        }
        if (group.channels - keep > free)
            m_choosing.note(g,
                            Message::tr("{} channels of `{}` stay instead of {}, for the others cannot go: "
                                        "{}.",
                                        group.channels - free, group.name, keep,
                                        group.locks.empty() ? Message::tr("something has to be left")
                                                            : group.locks.front().reason));
        return std::min(group.channels - keep, free);
    }

    /// In what steps channels go; what prevents any is noted.
    std::vector<std::vector<size_t>> unitsOf(size_t g, const ChannelSettings &settings)
    {
        const ChannelGroup &group = m_choosing.group(g);
        const size_t round = roundOf(settings), most = mostGone(group, settings);
        m_isNoted = true;
        if (round > group.channels) {
            m_choosing.note(g,
                            Message::tr("Nothing of `{}` goes: a multiple of {} shall stay, but it has only "
                                        "{} channels.",
                                        group.name, round, group.channels));
            return {};
        }
        if (most == 0) {
            m_choosing.note(g, Message::tr("Nothing of `{}` goes: at least {} of its {} channels shall stay.",
                                           group.name, settings.leastLeft, group.channels));
            return {};
        }
        m_isNoted = false;
        return channelUnits(group, m_question.scores.at(g), {round, most});
    }

    void byBudget(ChannelBudget budget, double share, const std::vector<size_t> &groups,
                  const JobContext &ctx)
    {
        std::vector<BudgetedGroup> budgeted;
        const std::map<ChannelCriterion, double> means = meanScores(groups);
        for (const size_t g : groups) {
            const ChannelSettings &settings = *m_question.settings[g];
            BudgetedGroup one{g, unitsOf(g, settings), {}};
            const double scale = means.at(settings.criterion);
            for (const std::vector<size_t> &unit : one.units) {
                double worth = 0.0;
                for (const size_t channel : unit)
                    worth += m_question.scores[g][channel] / scale;
                one.worth.push_back(worth);
            }
            if (!one.units.empty())
                budgeted.push_back(std::move(one));
        }
        if (budget == ChannelBudget::Latency)
            chooseByTime(m_choosing, share, budgeted, ctx);
        else
            chooseByForecast(m_choosing,
                             budget == ChannelBudget::Macs ? SlimForecast::Cost::Macs
                                                           : SlimForecast::Cost::Bytes,
                             share, budgeted, ctx);
    }

    /// By criterion, over all channels of the groups; 1 where it is no scale.
    std::map<ChannelCriterion, double> meanScores(const std::vector<size_t> &groups) const
    {
        std::map<ChannelCriterion, std::pair<double, double>> sums;
        for (const size_t g : groups)
            for (const double score : m_question.scores.at(g))
                if (std::isfinite(score)) {
                    auto &[sum, count] = sums[m_question.settings[g]->criterion];
                    sum += score;
                    count += 1.0;
                }
        std::map<ChannelCriterion, double> means;
        for (const size_t g : groups) {
            const auto &[sum, count] = sums[m_question.settings[g]->criterion];
            means[m_question.settings[g]->criterion] = sum > 0.0 ? sum / count : 1.0;
        }
        return means;
    }

    Choosing m_choosing;
    const ChannelQuestion &m_question;
    const JobContext &m_ctx;
    bool m_isNoted = false; ///< why the group that was looked at last has no steps
};

} // namespace

bool Choosing::take(size_t g, const std::vector<size_t> &channels)
{
    if (!forecast.canRemove(g, channels))
        return false;
    forecast.remove(g, channels);
    choice.removed[g].insert(choice.removed[g].end(), channels.begin(), channels.end());
    return true;
}

void Choosing::putBack(size_t g, const std::vector<size_t> &channels)
{
    forecast.putBack(g, channels);
    choice.removed[g].resize(choice.removed[g].size() - channels.size());
}

void Choosing::note(size_t g, const Message &message)
{
    choice.notes.push_back({Issue::Severity::Note, group(g).name, message});
}

ChannelChoice chooseChannels(const ChannelQuestion &question, const JobContext &ctx)
{
    return Chooser(question, ctx).run();
}

ChannelChoice chooseChannels(const Model &model, const ChannelGroups &groups,
                             const std::vector<std::optional<ChannelSettings>> &settings,
                             const ChannelSources &sources, const MeasuredTime &time, const JobContext &ctx)
{
    std::vector<std::optional<ChannelCriterion>> wanted(groups.groups.size());
    for (size_t g = 0; g < std::min(wanted.size(), settings.size()); ++g)
        if (settings[g] && groups.groups[g].prunable() > 0)
            wanted[g] = settings[g]->criterion;
    const ChannelScores scores = channelScores(model, groups, wanted, sources, ctx.part(0.0, 0.5));
    ChannelChoice choice =
        chooseChannels({model, groups, settings, scores.byGroup, time}, ctx.part(0.5, 1.0));
    choice.notes.insert(choice.notes.begin(), scores.notes.begin(), scores.notes.end());
    return choice;
}

} // namespace lathe
