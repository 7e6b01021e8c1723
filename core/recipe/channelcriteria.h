#pragma once
// By what channels are chosen that go: the one table that recipes, summaries, window, help and compression go
// by. How a criterion scores channels is in core/channels.
#include "core/base/enumerators.h"
#include "core/base/message.h"

#include <array>
#include <string_view>

namespace lathe {

enum class ChannelCriterion {
    L2,
    L1,
    Normalization,
    GeometricMedian,
    Mean,
    NonZero,
    Energy,
    SecondOrder,
    Random,
    Taylor,
    Fisher
};

struct ChannelCriterionInfo {
    ChannelCriterion criterion;
    std::string_view name;    ///< in recipes
    Message (*label)();       ///< in summaries and the window
    Message (*hint)();        ///< a sentence
    bool byInputs = false;    ///< needs statistics of what layers get
    bool byGradients = false; ///< needs gradients of the loss by the weights
};

/// The first is what is used where nothing is said.
inline constexpr std::array channelCriteria{
    ChannelCriterionInfo{
        .criterion = ChannelCriterion::L2, // Li et al. 2017, arXiv:1608.08710, section 3.1
        .name = "l2",
        .label = [] { return Message::tr("L2 norm"); },
        .hint =
            [] { return Message::tr("Those with the smallest weights go, by the sum of their squares."); }},
    ChannelCriterionInfo{
        .criterion = ChannelCriterion::L1, // the same
        .name = "l1",
        .label = [] { return Message::tr("L1 norm"); },
        .hint = [] { return Message::tr("Those with the smallest weights go, by the sum of their sizes."); }},
    ChannelCriterionInfo{
        .criterion = ChannelCriterion::Normalization, // Liu et al. 2017, arXiv:1708.06519
        .name = "normalization",
        .label = [] { return Message::tr("Normalization scale"); },
        .hint =
            [] {
                return Message::tr(
                    "Those go that the normalization behind them makes smallest; where there is "
                    "none, by the L2 norm.");
            }},
    ChannelCriterionInfo{
        .criterion = ChannelCriterion::GeometricMedian, // He et al. 2019, arXiv:1811.00250
        .name = "median",
        .label = [] { return Message::tr("Geometric median"); },
        .hint =
            [] {
                return Message::tr(
                    "Those go whose weights are nearest to all others': they can be replaced best.");
            }},
    ChannelCriterionInfo{
        .criterion = ChannelCriterion::Mean, // Molchanov et al. 2017, arXiv:1611.06440, section 2.2
        .name = "mean",
        .label = [] { return Message::tr("Mean activation"); },
        .hint = [] { return Message::tr("Those go that are smallest on average on the calibration data."); },
        .byInputs = true},
    ChannelCriterionInfo{
        .criterion = ChannelCriterion::NonZero, // Hu et al. 2016, arXiv:1607.03250
        .name = "nonzero",
        .label = [] { return Message::tr("Share of non-zeros"); },
        .hint = [] { return Message::tr("Those go that are most often zero on the calibration data."); },
        .byInputs = true},
    ChannelCriterionInfo{
        .criterion = ChannelCriterion::Energy, // Luo et al. 2017, arXiv:1707.06342, equation 6
        .name = "energy",
        .label = [] { return Message::tr("Output energy"); },
        .hint =
            [] {
                return Message::tr(
                    "Those go that give the layers behind them least, measured on the calibration data.");
            },
        .byInputs = true},
    ChannelCriterionInfo{
        .criterion =
            ChannelCriterion::SecondOrder, // Hassibi & Stork 1993; Frantar & Alistarh 2022, 2208.11580
        .name = "obs",
        .label = [] { return Message::tr("Second order"); },
        .hint =
            [] {
                return Message::tr(
                    "One after the other those go that the channels left can make up for best, "
                    "on the calibration data. Slower.");
            },
        .byInputs = true},
    ChannelCriterionInfo{
        .criterion = ChannelCriterion::Random, // Liu et al. 2022, arXiv:2202.02643
        .name = "random",
        .label = [] { return Message::tr("Random"); },
        .hint =
            [] {
                return Message::tr("Any go, the same at every run: what a criterion has to do better than.");
            }},
    ChannelCriterionInfo{
        .criterion = ChannelCriterion::Taylor, // Molchanov et al. 2019, arXiv:1906.10771
        .name = "taylor",
        .label = [] { return Message::tr("Taylor"); },
        .hint =
            [] {
                return Message::tr(
                    "Those go that, by its gradient, change the error of the answers least. One "
                    "pass backwards through the model for each sample.");
            },
        .byGradients = true},
    ChannelCriterionInfo{
        .criterion = ChannelCriterion::Fisher, // Theis et al. 2018, arXiv:1801.05787
        .name = "fisher",
        .label = [] { return Message::tr("Fisher"); },
        .hint =
            [] {
                return Message::tr("By the curvature of the answers' error alone, as the Fisher information "
                                   "tells it. One pass backwards through the model for each sample.");
            },
        .byGradients = true},
};

constexpr const ChannelCriterionInfo &criterionOf(ChannelCriterion criterion)
{
    return channelCriteria.at(static_cast<size_t>(criterion));
}

static_assert(coversAll<ChannelCriterion, channelCriteria.size()>(), "a criterion has no row");
static_assert(
    [] {
        for (size_t i = 0; i < channelCriteria.size(); ++i)
            if (channelCriteria[i].criterion != static_cast<ChannelCriterion>(i))
                return false;
        return true;
    }(),
    "the rows stand in the order of the enumeration");

} // namespace lathe
