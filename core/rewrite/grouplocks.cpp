#include "core/rewrite/channelreasons.h"
#include "core/rewrite/grouping.h"

#include <algorithm>

namespace lathe {
namespace {

/// The first maker that has the channel.
AxisId firstRoot(Grouping &grouping, size_t g, size_t channel)
{
    for (const ChannelFacts::Root &root : grouping.rootsOf[g])
        if (!grouping.useOf(g, root.axis)->of(channel).empty())
            return root.axis;
    return grouping.rootsOf[g].front().axis;
}

/// Reasons of the channels that are locked; most have one that others have, too.
void explainLocks(Grouping &grouping, size_t g, ChannelReasons &reasons)
{
    ChannelGroup &group = grouping.result.groups[g];
    std::vector<FoundReason> known; // as the group's locks
    for (size_t c = 0; c < group.channels; ++c) {
        const uint32_t element = grouping.elements[g][c];
        group.locked[c] = grouping.graph.axes.isRootLocked(element);
        if (!group.locked[c])
            continue;
        const bool isInterface = grouping.graph.axes.isRootInterface(element);
        auto reason = std::ranges::find_if(known, [&](const FoundReason &r) {
            return r.isInterface == isInterface && reasons.holds(r, element);
        });
        if (reason == known.end()) {
            known.push_back(reasons.find(firstRoot(grouping, g, c), element));
            group.locks.push_back({{}, known.back().text, known.back().isInterface});
            reason = known.end() - 1;
        }
        group.locks[static_cast<size_t>(reason - known.begin())].channels.push_back(c);
    }
}

/// What is all of an axis cannot go.
void lockWholes(ChannelGroup &group)
{
    for (const ChannelUse &use : group.uses)
        for (size_t c = 0; c < group.channels; ++c)
            if (!group.locked[c] && std::ssize(use.of(c)) == use.length) {
                group.locked[c] = true;
                group.locks.push_back(
                    {{c},
                     use.length > 1 && group.channels == 1
                         ? Message::tr("all of them hang together: nothing of {} would be left", use.tensor)
                         : Message::tr("nothing of {} would be left", use.tensor),
                     false});
            }
}

} // namespace

void lockChannels(Grouping &grouping, const JobContext &ctx)
{
    ChannelReasons reasons(grouping.graph);
    std::vector<ChannelGroup> &groups = grouping.result.groups;
    for (size_t g = 0; g < groups.size(); ++g) {
        ctx.checkpoint(static_cast<double>(g) / static_cast<double>(groups.size()),
                       Message::tr("finding groups of channels"));
        groups[g].locked.assign(groups[g].channels, false);
        explainLocks(grouping, g, reasons);
        lockWholes(groups[g]);
    }
    for (const ChannelFacts::Note &note : grouping.graph.facts.notes)
        for (const size_t g : grouping.groupsOfAxis[static_cast<size_t>(note.axis)])
            if (groups[g].mixed.empty())
                groups[g].mixed = note.text;
}

} // namespace lathe
