#pragma once
// Channels of a model that can only be removed together: what structured pruning chooses among.
#include "core/model/model.h"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

namespace lathe {

/// An axis of a tensor that channels of a group have places on.
struct ChannelUse {
    std::string tensor;
    size_t axis = 0;
    int64_t length = 0;
    bool stored = false; ///< a constant of the file; else a value that nodes compute
    bool summed = false; ///< a layer sums over it: columns of a weight, not rows
    /// Node that reads a small constant in its own way, while others read it too: it needs one of its own.
    std::string reader;
    int readerIndex = -1;         ///< of that node in the main graph
    std::vector<int32_t> places;  ///< on the axis: those of channel 0, of channel 1, ...; ascending in each
    std::vector<uint32_t> begins; ///< in `places`, by channel, and the end

    std::span<const int32_t> of(size_t channel) const
    {
        return std::span(places).subspan(begins[channel], begins[channel + 1] - begins[channel]);
    }
};

/// Channels first .. first + count - 1 of a use: the places of one are those of the one before + step.
struct ChannelRun {
    size_t first = 0, count = 0;
    int64_t step = 0;
    std::vector<int32_t> places; ///< of channel `first`
};
/// A use in as few runs as going through it in order gives; channels without a place on it are in none.
std::vector<ChannelRun> runsOf(const ChannelUse &use);

/// What a node says in numbers that no longer holds when channels of a group are gone.
struct ChannelChange {
    std::string node;
    int index = -1;   ///< of that node in the main graph
    std::string what; ///< attributes or the input: "group", "split", "starts, ends", "shape"
    /// Of a shape or sizes: the entries that are wrong then. Others are taken from a tensor that gets as much
    /// shorter, or keep their length, or are 0 or -1.
    std::vector<size_t> entries;
};

struct ChannelLock {
    std::vector<size_t> channels;
    Message reason;           ///< a clause: "Add_12 joins it with the output logits"
    bool isInterface = false; ///< because of an input or output of the model
};

/// Channels whose makers cannot be told apart: they are rows of the same weights.
struct ChannelGroup {
    std::string name;                 ///< of the first layer that makes them
    std::vector<std::string> makers;  ///< nodes that make them, in running order
    std::vector<std::string> readers; ///< nodes that sum over them
    size_t channels = 0;
    int64_t rows = 0; ///< of the makers' weights, all together
    std::vector<ChannelUse> uses;
    std::vector<ChannelChange> changes;
    std::vector<ChannelLock> locks;
    std::vector<bool> locked; ///< by channel
    /// Why removing a channel is not the same as layers that ignore it: what mixes channels by other than
    /// weights ("LayerNorm_3 normalizes over all of them together"); empty: it is the same.
    Message mixed;
    /// Why a channel is not zero where layers read it when all that makes it is zero, so that even such a one
    /// is not free ("Sigmoid_5 makes something else than zero of zero"); empty: it is zero there.
    Message notZero;
    std::vector<int64_t> bytes; ///< by channel: of stored constants that go with it, when it alone goes
    std::vector<int64_t> macs;  ///< likewise, for one sample; what is not known counts 0

    /// Channels that can be removed, as long as one stays on each axis.
    size_t prunable() const { return static_cast<size_t>(std::ranges::count(locked, false)); }
};

struct ChannelGroups {
    std::vector<ChannelGroup> groups; ///< in running order of the first maker
    int64_t rows = 0;                 ///< of the weights of all layers that make channels
    int64_t freeRows = 0;             ///< those that no input or output of the model holds
    int64_t prunableRows = 0;         ///< those of channels that can be removed

    /// Of the free ones; 1 when there are none.
    double coverage() const
    {
        return freeRows > 0 ? static_cast<double>(prunableRows) / static_cast<double>(freeRows) : 1.0;
    }
};

/// Of the main graph. What is not understood keeps its channels, with the reason.
/// @throws Cancelled
ChannelGroups channelGroups(const Model &model, const JobContext &ctx = {});

} // namespace lathe
