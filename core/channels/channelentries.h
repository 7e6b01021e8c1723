#pragma once
// Which numbers of the weights of layers belong to which channels. Inside core/channels only.
#include "core/base/job.h"
#include "core/rewrite/channelgroups.h"

namespace lathe {

using ChannelNumbers = Eigen::Matrix<int32_t, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// The weight of a layer with the channel of each of its numbers; -1: of none.
struct LayerEntries {
    size_t layer = 0;
    Matrix weight;           ///< [rows, cols]
    ChannelNumbers channels; ///< as the weight
};

/// Layers of the main graph that make channels of the group, each weight once, with its rows in them.
std::vector<LayerEntries> madeEntries(const Model &model, const ChannelGroup &group);
/// Layers that sum over them, with the columns.
std::vector<LayerEntries> readEntries(const Model &model, const ChannelGroup &group);
/// The layers of readEntries(), without their weights.
std::vector<size_t> readingLayers(const Model &model, const ChannelGroup &group);

/// A constant that channels of the group have places on, as floats; [numbers of the tensor]
struct StoredEntries {
    std::vector<float> values;
    std::vector<int32_t> channels; ///< -1: of none
};
/// @param use stored
StoredEntries storedEntries(const Model &model, const ChannelUse &use);

} // namespace lathe
