#pragma once
// How many weights go in each of several layers that are pruned together. Inner part of core/compress.
#include "core/methods/matrixinputs.h"
#include "core/recipe/settings.h"

#include <array>
#include <functional>

namespace lathe {

/// Whether the layer's weights are pruned by the threshold of all such layers: single weights, before
/// anything else is done to them.
bool sharesThreshold(const LayerSettings &settings);

struct GlobalShare {
    size_t layer = 0;
    double ratio = 0.0; ///< of the layer's weights, adds to what all of them lose together
};

/// How many weights each layer loses when the sum over them goes by score, whatever layer it lies in. Each
/// layer keeps at least one. Of equal scores those of later layers go first.
/// @param scoresOf the scores of a layer's weights, in a measure that all layers share
std::vector<int64_t> countsUnderOneThreshold(const std::vector<GlobalShare> &shares,
                                             const std::function<Matrix(size_t layer)> &scoresOf);

/// Ratios by which a layer is pruned alone to tell what that costs the model.
constexpr std::array<double, 3> trialRatios{0.3, 0.5, 0.7};

struct PruneCosts {
    int64_t size = 0;                              ///< weights of the layer
    std::array<double, trialRatios.size()> lost{}; ///< of the model's output, at each of the trial ratios
};

/// How many weights each layer loses so that the costs of all layers add up to the least. Between the trial
/// ratios a cost goes by a line of its logarithm over log(r / (1 - r)). No layer loses more than 90 % or less
/// than 10 % as long as the sum leaves that open. As many go as under one threshold.
/// @param costs of the layers of `shares`, in their order
std::vector<int64_t> countsByCost(const std::vector<GlobalShare> &shares,
                                  const std::vector<PruneCosts> &costs);

/// What losing a weight costs, as a share of what the layer's output varies by: w^2 Var(x) / tr(W C W^T), C
/// the covariance of x. By this for Optimal Brain Surgeon too: its own score, of one weight gone and all
/// others made up, is far too small where many go.
Matrix outputScores(const Matrix &weight, const MatrixInputs &inputs);

} // namespace lathe
