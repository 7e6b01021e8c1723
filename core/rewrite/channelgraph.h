#pragma once
// The axes of a model's main graph with all that the rules of its operators say. Inside core/rewrite only.
#include "core/model/model.h"
#include "core/rewrite/rulesite.h"
#include "core/rewrite/shapeorigins.h"
#include "core/shapes/shapeinference.h"

namespace lathe {

struct ChannelGraph {
    /// A node that shapes its output by numbers that it reads.
    struct Shaped {
        int node = -1;
        std::string what;       ///< "shape", "sizes"
        std::string input;      ///< name of the numbers
        int from = -1, to = -1; ///< tensors
    };

    ChannelAxes axes;
    ChannelFacts facts;
    ShapeOrigins origins;
    InferredValues values;
    std::vector<std::vector<int>> in, out; ///< tensors by node; -1: absent or of unknown shape
    std::vector<std::string> labels;       ///< by node
    std::vector<Shaped> shaped;
    std::unordered_map<int, Message> unfollowed;  ///< by node: why it locks all its axes
    std::unordered_map<std::string, float> reals; ///< constants of one number that bound or fill

    std::optional<float> realOf(const std::string &name) const
    {
        const auto found = reals.find(name);
        return found == reals.end() ? std::nullopt : std::optional(found->second);
    }
};

/// @throws Cancelled
ChannelGraph followChannels(const Model &model, const JobContext &ctx);

} // namespace lathe
