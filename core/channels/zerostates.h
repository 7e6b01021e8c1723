#pragma once
// Where the channels of a group are zero, one by one. Inside core/channels only.
#include "core/rewrite/channelgroups.h"

#include <map>
#include <optional>
#include <set>

namespace onnx {
class NodeProto;
} // namespace onnx

namespace lathe {

/// Follows what nodes make of the constants of a group, as findZeros() of core/rewrite does for all of its
/// channels at once.
class ZeroStates {
public:
    enum class State : char {
        None, ///< it has nothing of the channel
        Zero,
        Other
    };

    ZeroStates(const Model &model, const ChannelGroup &group);

    /// Whether all that layers sum over of it is multiplied by zero; false where none does.
    bool isDead(size_t channel) const;

private:
    using States = std::vector<State>; ///< by channel
    struct Sides {
        States made, summed; ///< as rows and values; as columns of weights
    };

    void readConstants();
    void follow();
    Sides &sides(const std::string &tensor, int reader);
    /// Of an input; nullptr: it holds nothing of the group.
    const Sides *sidesOf(int node, int input) const;
    State at(int node, int input, size_t channel) const;
    void visit(int node);
    State made(int node, size_t channel) const;
    State multiplied(int node, size_t channel) const;
    State recurrent(int node, size_t channel) const;
    State normalized(int node, size_t channel) const;
    State quantized(int node, size_t channel) const;
    State allOf(int node, size_t channel, int first) const;
    State ofParts(int node, size_t channel) const;
    bool sums(int node) const;
    State readBy(int node, size_t channel) const;
    bool sumsOverItself(int node, size_t channel) const;
    const onnx::NodeProto &node(int index) const;
    std::optional<float> realOf(const std::string &name) const;

    const Model &m_model;
    const ChannelGroup &m_group;
    std::map<std::pair<std::string, int>, Sides>
        m_sides;           ///< by tensor and the node that has its own; -1: all
    std::set<int> m_nodes; ///< that read or make something of the group
};

} // namespace lathe
