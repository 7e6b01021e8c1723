#include "core/rewrite/channelgroups.h"

#include "core/rewrite/grouping.h"

namespace lathe {
namespace {

bool isNext(std::span<const int32_t> places, std::span<const int32_t> before, int64_t step)
{
    return std::ranges::equal(places, before, {}, [&](int32_t place) { return place - step; });
}

} // namespace

std::vector<ChannelRun> runsOf(const ChannelUse &use)
{
    std::vector<ChannelRun> runs;
    for (size_t c = 0; c + 1 < use.begins.size(); ++c) {
        const std::span<const int32_t> places = use.of(c);
        if (places.empty())
            continue;
        const bool follows = !runs.empty() && runs.back().first + runs.back().count == c;
        if (follows) {
            ChannelRun &run = runs.back();
            const std::span<const int32_t> before = use.of(c - 1);
            const int64_t step = int64_t{places[0]} - before[0];
            if ((run.count == 1 || run.step == step) && isNext(places, before, step)) {
                run.step = step;
                ++run.count;
                continue;
            }
        }
        runs.push_back({c, 1, 0, {places.begin(), places.end()}});
    }
    return runs;
}

ChannelGroups channelGroups(const Model &model, const JobContext &ctx)
{
    const ChannelGraph graph = followChannels(model, ctx.part(0.0, 0.7));
    Grouping grouping = findGroups(model, graph);
    lockChannels(grouping, ctx.part(0.7, 1.0));
    weighChannels(grouping);
    addChanges(grouping);
    findZeros(grouping);
    countRows(grouping);
    return std::move(grouping.result);
}

} // namespace lathe
