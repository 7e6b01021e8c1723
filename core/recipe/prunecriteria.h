#pragma once
// By what pruning chooses weights: the one table that recipes, summaries, window, help and compression go by.
// How a criterion scores weights is in core/methods/prunecriteria.cpp.
#include "core/base/enumerators.h"
#include "core/base/message.h"

#include <array>
#include <string_view>

namespace lathe {

enum class PruneMethod { Magnitude, Wanda, Obs, Random, Taylor, Taylor2, Fisher, Movement };

struct PruneCriterion {
    PruneMethod method;
    std::string_view name;    ///< in recipes
    Message (*label)();       ///< in summaries and the window
    Message (*hint)();        ///< a sentence
    std::string_view help;    ///< the page that tells of it
    bool byInputs = false;    ///< needs statistics of the layer's inputs
    bool rowByRow = false;    ///< each row loses its own share
    bool refits = false;      ///< the weights that stay, and the bias, make up for those that go
    bool byGradients = false; ///< needs gradients of the loss by the weights
};

/// The first is what is used where nothing is said.
inline constexpr std::array pruneCriteria{
    PruneCriterion{.method = PruneMethod::Magnitude, // Han et al. 2015, arXiv:1506.02626
                   .name = "magnitude",
                   .label = [] { return Message::tr("Magnitude"); },
                   .hint = [] { return Message::tr("The smallest go."); },
                   .help = "prune"},
    PruneCriterion{.method = PruneMethod::Wanda, // Sun et al. 2023, arXiv:2306.11695
                   .name = "wanda",
                   .label = [] { return Message::tr("Wanda"); },
                   .hint =
                       [] {
                           return Message::tr(
                               "The smallest go, measured with the size of their inputs, row by row.");
                       },
                   .help = "wanda",
                   .byInputs = true,
                   .rowByRow = true},
    PruneCriterion{.method = PruneMethod::Obs, // Frantar & Alistarh 2023, arXiv:2301.00774
                   .name = "obs",
                   .label = [] { return Message::tr("OBS"); },
                   .hint =
                       [] {
                           return Message::tr(
                               "Optimal Brain Surgeon: those go that change the layer's output least, and "
                               "the others make up for them. Slower.");
                       },
                   .help = "obs",
                   .byInputs = true,
                   .refits = true},
    PruneCriterion{.method = PruneMethod::Random, // Liu et al. 2022, arXiv:2202.02643
                   .name = "random",
                   .label = [] { return Message::tr("Random"); },
                   .hint =
                       [] {
                           return Message::tr(
                               "Any go, the same at every run: what a criterion has to do better than.");
                       },
                   .help = "prune"},
    PruneCriterion{.method = PruneMethod::Taylor, // Molchanov et al. 2017, arXiv:1611.06440
                   .name = "taylor",
                   .label = [] { return Message::tr("Taylor"); },
                   .hint =
                       [] {
                           return Message::tr(
                               "Those go that, by its gradient, change the error of the answers least. One "
                               "pass backwards through the model for each sample.");
                       },
                   .help = "gradients",
                   .byGradients = true},
    PruneCriterion{.method = PruneMethod::Taylor2, // LeCun et al. 1990; Molchanov et al. 2019
                   .name = "taylor2",
                   .label = [] { return Message::tr("Taylor, second order"); },
                   .hint =
                       [] {
                           return Message::tr("By the gradient of the answers' error and its curvature. One "
                                              "pass backwards through the model for each sample.");
                       },
                   .help = "gradients",
                   .byGradients = true},
    PruneCriterion{.method = PruneMethod::Fisher, // Theis et al. 2018, arXiv:1801.05787
                   .name = "fisher",
                   .label = [] { return Message::tr("Fisher"); },
                   .hint =
                       [] {
                           return Message::tr(
                               "By the curvature of the answers' error alone, as the Fisher information "
                               "tells it. One pass backwards through the model for each sample.");
                       },
                   .help = "gradients",
                   .byGradients = true},
    PruneCriterion{.method = PruneMethod::Movement, // Sanh et al. 2020, arXiv:2005.07683
                   .name = "movement",
                   .label = [] { return Message::tr("Movement"); },
                   .hint =
                       [] {
                           return Message::tr("Those go that further training would move towards zero. One "
                                              "pass backwards through the model for each sample.");
                       },
                   .help = "gradients",
                   .byGradients = true},
};

constexpr const PruneCriterion &criterionOf(PruneMethod method)
{
    return pruneCriteria.at(static_cast<size_t>(method));
}

static_assert(coversAll<PruneMethod, pruneCriteria.size()>(), "a criterion has no row");
static_assert(
    [] {
        for (size_t i = 0; i < pruneCriteria.size(); ++i)
            if (pruneCriteria[i].method != static_cast<PruneMethod>(i))
                return false;
        return true;
    }(),
    "the rows stand in the order of the enumeration");

} // namespace lathe
