#pragma once
// What channels are to the layers that read them, by the statistics of their inputs. Inside core/channels
// only.
#include "core/methods/statistics.h"
#include "core/rewrite/channelgroups.h"

namespace lathe {

/// For each channel the sum over the layers that read it of ||W_j||^2 E[x_j^2] over its columns j, as a share
/// of that sum over all columns of the layer: the part that it has in what the layer gives, were no input to
/// go with another. Layers without statistics are left out. @returns by channel, or why there are none
Possible<std::vector<double>> readersEnergy(const Model &model, const ChannelGroup &group,
                                            const Calibration &calibration, const JobContext &ctx);
/// |E[x_j]|, on average over the channel's columns in all these layers.
Possible<std::vector<double>> readMeans(const Model &model, const ChannelGroup &group,
                                        const Calibration &calibration, const JobContext &ctx);

} // namespace lathe
