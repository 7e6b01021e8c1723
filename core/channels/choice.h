#pragma once
// A choice of channels while it is made. Inside core/channels only.
#include "core/channels/channelchoice.h"
#include "core/channels/slimforecast.h"

namespace lathe {

/// The groups that lose channels under one budget, with the steps in which they can.
struct BudgetedGroup {
    size_t group = 0;
    std::vector<std::vector<size_t>> units; ///< each lowest scores first
    std::vector<double> worth;              ///< of each unit
};

struct Choosing {
    const ChannelQuestion &question;
    SlimForecast forecast;
    ChannelChoice choice;

    const ChannelGroup &group(size_t g) const { return question.groups.groups[g]; }
    /// @returns false, and nothing goes, where an axis would be left without any
    bool take(size_t g, const std::vector<size_t> &channels);
    /// @param channels that were taken of the group last
    void putBack(size_t g, const std::vector<size_t> &channels);
    void note(size_t g, const Message &message);
};

/// Until the model takes that share of the original's MACs or bytes. @throws Error InvalidArgument
void chooseByForecast(Choosing &choosing, SlimForecast::Cost cost, double share,
                      const std::vector<BudgetedGroup> &groups, const JobContext &ctx);
/// Of its time. @throws Error InvalidArgument
void chooseByTime(Choosing &choosing, double share, const std::vector<BudgetedGroup> &groups,
                  const JobContext &ctx);
/// @param left share
[[noreturn]] void refuseBudget(ChannelBudget budget, double share, double left);

} // namespace lathe
