#include "core/compress/plan.h"

#include "core/analysis/weightstats.h"
#include "core/compress/methods.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace lathe {
namespace {

/// A constant of more than two dimensions is several matrices; the last step of its layout stacks them.
bool isStackOfMatrices(const Layer &layer)
{
    if (layer.layout.steps.empty())
        return false;
    const LayoutStep &last = layer.layout.steps.back();
    return last.kind == LayoutStep::Kind::Reshape && last.from.size() > 2 &&
           elementCount(Shape(last.from.begin(), last.from.end() - 2)) > 1;
}

void planRank(PlannedLayer &planned, const Layer &layer, const RankSettings &settings,
              const std::function<std::vector<double>()> &energy)
{
    const auto note = [&](Issue::Severity severity, const std::string &text) {
        planned.issue = Issue{severity, layer.name, text};
    };
    if (const std::string obstacle = factorizationObstacle(layer); !obstacle.empty())
        return note(Issue::Severity::Warning, fmt::format("{} is not factorized: {}.", layer.name, obstacle));
    const Index rank = requestedRank(settings, layer, energy);
    if (rank >= layer.fullRank())
        return note(Issue::Severity::Warning,
                    fmt::format("Rank {} is not below the full rank {} of {}; the layer is not factorized.",
                                rank, layer.fullRank(), layer.name));
    planned.plan.rank = rank;
    if (rank > layer.breakEvenRank())
        note(Issue::Severity::Note,
             fmt::format(
                 "Rank {} saves no weights in {}: two factors are smaller than one weight up to rank {}.",
                 rank, layer.name, layer.breakEvenRank()));
}

MatrixEncoding encodeMatrix(const Matrix &weight, const Plan &plan)
{
    MatrixEncoding encoding;
    encoding.rows = weight.rows();
    encoding.cols = weight.cols();
    if (plan.ratio > 0.0)
        encoding.kept = pruneByMagnitude(weight, plan.ratio);
    if (std::ranges::all_of(encoding.kept, [](uint8_t kept) { return kept != 0; }))
        encoding.kept.clear(); // the ratio rounds to no element at all
    if (plan.bits > 0)
        encoding.values =
            quantizeUniform(weight, {plan.bits, plan.symmetric, plan.granularity}, encoding.kept);
    else
        encoding.values = DenseValues{masked(weight, encoding.kept)};
    return encoding;
}

} // namespace

std::string factorizationObstacle(const Layer &layer)
{
    switch (layer.kind) {
    case LayerKind::Gemm:
    case LayerKind::Embedding:
        return {};
    case LayerKind::MatMul:
        return isStackOfMatrices(layer) ? "its constant holds several matrices" : "";
    case LayerKind::Conv:
    case LayerKind::ConvTranspose:
        return layer.groups > 1 ? "it is a grouped convolution" : "";
    case LayerKind::Lstm:
    case LayerKind::Gru:
        return "a recurrent layer takes its weight as one matrix";
    }
    return {};
}

Index requestedRank(const RankSettings &settings, const Layer &layer,
                    const std::function<std::vector<double>()> &energy)
{
    switch (settings.unit) {
    case RankSettings::Unit::Rank:
        return static_cast<Index>(settings.value);
    case RankSettings::Unit::ShareOfBreakEven: {
        const double rank = settings.value * static_cast<double>(layer.breakEvenRank());
        return std::max<Index>(
            1, static_cast<Index>(std::min(std::floor(rank + 1e-9), 1e9))); // 0.29 * 100 is 28.999...
    }
    case RankSettings::Unit::Energy:
        return rankForEnergy(energy(), settings.value);
    }
    return 1;
}

PlannedLayer planLayer(const Layer &layer, const LayerSettings &settings,
                       const std::function<std::vector<double>()> &energy)
{
    exactRule(layer.name, settings); // refuses values outside their ranges, in the words of the recipe
    PlannedLayer planned;
    if (settings.prune)
        planned.plan.ratio = settings.prune->ratio;
    if (settings.quantize) {
        planned.plan.bits = settings.quantize->bits;
        planned.plan.symmetric = settings.quantize->symmetric;
        planned.plan.granularity = settings.quantize->granularity;
    }
    if (settings.rank)
        planRank(planned, layer, *settings.rank, energy);
    return planned;
}

Encoding encodeWeight(const Matrix &weight, const Plan &plan, const SvdFactors *factors)
{
    if (plan.rank == 0)
        return encodeMatrix(weight, plan);
    const auto [left, right] = factors->truncated(plan.rank);
    return FactorEncoding{encodeMatrix(left, plan), encodeMatrix(right, plan)};
}

} // namespace lathe
