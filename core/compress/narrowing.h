#pragma once
// What a model loses of its width before its layers are encoded.
#include "core/base/issue.h"
#include "core/recipe/settings.h"
#include "core/rewrite/channelgroups.h"

#include <memory>
#include <vector>

namespace lathe {

/// By group, as channelGroups() gives them: rising. Empty: none goes.
using RemovedChannels = std::vector<std::vector<size_t>>;

/// What the origin becomes before its layers are encoded. Equal plans make equal models, with the same
/// calibration data.
struct RewritePlan {
    std::vector<size_t> folded = {};       ///< layers with a normalization to be folded into them
    std::vector<size_t> dropped = {};      ///< layers whose block goes, of the model with these folded
    RemovedChannels removed = {};          ///< of what is left then
    std::vector<ChannelRefit> refits = {}; ///< by group, as `removed`
    std::vector<bool> merged = {};         ///< by group: into others, instead of removed
    bool empty() const { return folded.empty() && dropped.empty() && removed.empty(); }
    bool operator==(const RewritePlan &) const = default;
};

struct Narrowing {
    Model wide;   ///< the origin, or what is left of it when it is folded and blocks are dropped
    Model filled; ///< the same where layers make up for what they will no longer read
    std::shared_ptr<const ChannelGroups> groups; ///< of both
    RemovedChannels removed;
    std::vector<ChannelRefit> refits = {}; ///< by group
    std::vector<bool> merged = {};         ///< by group
    std::vector<Issue> notes;              ///< of layers that could not make up for it
};

} // namespace lathe
