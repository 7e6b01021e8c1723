#include "core/compress/fit.h"

namespace lathe {
namespace {

void fitRank(FittedSettings &fitted, const Layer &layer, const LayerObstacles &obstacles)
{
    std::optional<RankSettings> &rank = fitted.settings.rank;
    Message obstacle = obstacles.factors;
    if (obstacle.empty() && rank->form != RankForm::Channel)
        obstacle = obstacles.imageKernel;
    const Index largest = rankLimits(layer, rank->form).full - 1;
    if (obstacle.empty() && largest < 1)
        obstacle = Message::tr("its weight has one singular value");
    if (!obstacle.empty()) {
        rank.reset();
        fitted.remarks.push_back(Message::tr("no rank: {}", obstacle));
    } else if (rank->unit == RankSettings::Unit::Rank && rank->value > static_cast<double>(largest)) {
        rank->value = static_cast<double>(largest);
        fitted.remarks.push_back(Message::tr("rank limited to {}", largest));
    }
}

void fitPattern(FittedSettings &fitted, const Layer &layer)
{
    const PrunePattern pattern = fitted.settings.prune->pattern;
    if (fitsRows(pattern, layer))
        return;
    fitted.remarks.push_back(
        Message::tr("no {}:{} pruning: its rows have {} weights", pattern.first, pattern.second, layer.cols));
    fitted.settings.prune.reset();
}

} // namespace

LayerObstacles obstaclesOf(const Compressor &compressor, size_t layer)
{
    const Layer &one = compressor.source().layers().at(layer);
    const Calibration *calibration = compressor.calibration().get();
    return {.factors = factorizationObstacle(one),
            .imageKernel = imageKernelObstacle(one),
            .fold = compressor.foldObstacle(layer),
            .renormalize = compressor.renormalizeObstacle(layer),
            .calibration = calibration ? calibration->obstacle(layer) : Message(),
            .gradients = calibration ? calibration->gradientObstacle(layer) : Message()};
}

FittedSettings fitted(const LayerSettings &settings, const Layer &layer, const LayerObstacles &obstacles)
{
    FittedSettings fitted{settings, {}};
    if (settings.rank)
        fitRank(fitted, layer, obstacles);
    if (settings.prune)
        fitPattern(fitted, layer);
    if (settings.separable && !obstacles.imageKernel.empty()) {
        fitted.settings.separable.reset();
        fitted.remarks.push_back(Message::tr("not separable: {}", obstacles.imageKernel));
    }
    if (settings.fold && !obstacles.fold.empty()) {
        fitted.settings.fold.reset();
        fitted.remarks.push_back(Message::tr("nothing folded: {}", obstacles.fold));
    }
    if (settings.renormalize && !obstacles.renormalize.empty()) {
        fitted.settings.renormalize.reset();
        fitted.remarks.push_back(Message::tr("nothing measured again: {}", obstacles.renormalize));
    }
    if (settings.channels && !obstacles.channels.empty()) {
        fitted.settings.channels.reset();
        fitted.remarks.push_back(Message::tr("no channels go: {}", obstacles.channels));
    }
    if (settings.drop && !obstacles.drop.empty()) {
        fitted.settings.drop.reset();
        fitted.remarks.push_back(Message::tr("its block stays: {}", obstacles.drop));
    }
    if (goesByInputs(fitted.settings) && !obstacles.calibration.empty()) {
        const auto renormalize = fitted.settings.renormalize; // goes by what comes behind
        fitted.settings = withoutCalibration(fitted.settings);
        fitted.settings.renormalize = renormalize;
        fitted.remarks.push_back(Message::tr("by its weights alone: {}", obstacles.calibration));
    }
    if (goesByGradients(fitted.settings) && !obstacles.gradients.empty()) {
        fitted.settings.prune->method = pruneCriteria.front().method;
        fitted.remarks.push_back(Message::tr("pruned by magnitude: {}", obstacles.gradients));
    }
    return fitted;
}

} // namespace lathe
