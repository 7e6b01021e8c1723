#pragma once
// Layers that read channels that go make up for them, in closed form.
#include "core/base/issue.h"
#include "core/methods/statistics.h"
#include "core/recipe/settings.h"
#include "core/rewrite/channelgroups.h"

namespace lathe {

/// The model, still as wide, in which each layer that reads channels that go has the columns of those that
/// stay and the bias that make up for them best; the columns of those that go are zero. Where a bias is
/// added, the groups of the result have places on it: slim() needs its channelGroups(), which are the same
/// ones in the same order.
///
/// ChannelRefit::Data: ridge least squares of each layer's output as it was on the inputs that stay, He et
/// al. 2017, arXiv:1707.06168, section 3.1, for all groups together that a layer reads; the bias is fitted,
/// too. Where a product has none, it goes without. Layers of one weight are fitted on the sum of what they
/// get. Inputs without second moments make up by the bias alone.
/// ChannelRefit::Constants: the bias alone gets what channels give on average, as far as normalizations say
/// it (core/analysis/normalizations.h).
/// ChannelRefit::Off: nothing.
/// Weights that are computed (codes of a quantized model) or read in another way, too, stay with a note.
///
/// @param removed by group the channels that go @param how by group
/// @param calibration of the model; may be null where no group asks for data
/// @throws Error InvalidArgument (lists of another length, data asked for without calibration), others of
/// calibration @throws Cancelled
Model refitted(const Model &model, const ChannelGroups &groups,
               const std::vector<std::vector<size_t>> &removed, const std::vector<ChannelRefit> &how,
               const Calibration *calibration, std::vector<Issue> &notes, const JobContext &ctx = {});

/// What the layer's bias in the refitted model is more than in the one that it was made of, [rows]; empty: no
/// bias of it can be told.
Vector biasAdded(const Model &before, const Model &refitted, size_t layer);

} // namespace lathe
