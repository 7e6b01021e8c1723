#include "core/recipe/settings.h"

#include "core/recipe/keys.h"
#include "core/recipe/meaning.h"

#include <fmt/format.h>

namespace lathe {
namespace {

std::string pruneSummary(const PruneSettings &prune)
{
    std::string text = fmt::format("{:.4g} % pruned", 100.0 * prune.ratio);
    if (prune.pattern.kind != PrunePattern::Kind::Single)
        text += ' ' + recipe::patternText(prune.pattern);
    if (prune.scope == PruneScope::Global)
        text += " globally";
    if (prune.method != pruneCriteria.front().method)
        text += fmt::format(" ({})", criterionOf(prune.method).label);
    return text;
}

std::string rankSummary(const RankSettings &rank)
{
    std::string text;
    switch (rank.unit) {
    case RankSettings::Unit::Rank:
        text = fmt::format("rank {}", rank.value);
        break;
    case RankSettings::Unit::ShareOfBreakEven:
        text = fmt::format("rank {:.4g} % of break-even", 100.0 * rank.value);
        break;
    case RankSettings::Unit::Energy:
        text = fmt::format("rank for {:.4g} % of the energy", 100.0 * rank.value);
        break;
    }
    if (rank.form != RankForm::Channel)
        text += rank.form == RankForm::Spatial ? " spatial" : " Tucker-2";
    if (rank.method == RankMethod::ActivationSvd)
        text += " on activations";
    if (rank.bits > 0)
        text += fmt::format(" at {} {}", rank.bits, rank.bits == 1 ? "bit" : "bits");
    if (rank.residualBits > 0)
        text += fmt::format(" + {}-bit residual", rank.residualBits);
    return text;
}

std::string formatSummary(const QuantizeSettings &quantize)
{
    switch (quantize.format) {
    case NumberFormat::Uniform:
        return fmt::format("{} {}{}", quantize.bits, quantize.bits == 1 ? "bit" : "bits",
                           quantize.symmetric ? "" : " asymmetric");
    case NumberFormat::Nf4:
        return "NF4";
    case NumberFormat::Fp16:
        return "float16";
    case NumberFormat::Bf16:
        return "bfloat16";
    case NumberFormat::Ternary:
        return "ternary";
    case NumberFormat::Binary:
        return "binary";
    }
    return {};
}

std::string quantizeSummary(const QuantizeSettings &quantize)
{
    std::string text = formatSummary(quantize);
    if (quantize.format == NumberFormat::Fp16 || quantize.format == NumberFormat::Bf16)
        return text;
    if (quantize.granularity == Granularity::Tensor)
        text += " per tensor";
    if (quantize.granularity == Granularity::Group)
        text += fmt::format(" group {}", quantize.group);
    if (quantize.rounding == Rounding::Gptq)
        text += " (GPTQ)";
    if (quantize.scale == ScaleKind::PowerOfTwo)
        text += " scales 2^n";
    return text;
}

} // namespace

int bitsOfFormat(NumberFormat format)
{
    switch (format) {
    case NumberFormat::Uniform:
        return 0;
    case NumberFormat::Nf4:
        return 4;
    case NumberFormat::Fp16:
    case NumberFormat::Bf16:
        return 16;
    case NumberFormat::Ternary:
        return 2;
    case NumberFormat::Binary:
        return 1;
    }
    return 0;
}

std::string_view nameOf(BiasCorrection correction)
{
    return recipe::infoOf(recipe::Key::BiasCorrection).choices[static_cast<size_t>(correction)];
}

LayerSettings normalized(LayerSettings settings)
{
    if (auto &prune = settings.prune; prune && prune->pattern.kind == PrunePattern::Kind::NofM)
        prune->ratio = 1.0 - static_cast<double>(prune->pattern.first) / prune->pattern.second;
    if (auto &quantize = settings.quantize) {
        if (const int fixed = bitsOfFormat(quantize->format); fixed > 0)
            quantize->bits = fixed;
        else if (quantize->bits == 16) // was said of a format given up since
            quantize->bits = QuantizeSettings().bits;
        if (quantize->granularity != Granularity::Group)
            quantize->group = QuantizeSettings().group;
        if (quantize->format != NumberFormat::Uniform)
            quantize->scale = QuantizeSettings().scale;
    }
    return settings;
}

bool needsCalibration(const LayerSettings &settings)
{
    const auto &[prune, quantize, rank, cluster, separable, fold, renormalize] = settings;
    return (prune && criterionOf(prune->method).byInputs) ||
           (quantize &&
            (quantize->rounding == Rounding::Gptq || quantize->biasCorrection == BiasCorrection::Data)) ||
           (rank && rank->method == RankMethod::ActivationSvd) ||
           (cluster && cluster->weighting != ClusterWeighting::None) ||
           (separable && separable->onActivations) || renormalize;
}

LayerSettings withoutCalibration(LayerSettings settings)
{
    auto &[prune, quantize, rank, cluster, separable, fold, renormalize] = settings;
    if (prune && criterionOf(prune->method).byInputs)
        prune->method = pruneCriteria.front().method;
    if (quantize) {
        quantize->rounding = Rounding::Nearest;
        if (quantize->biasCorrection == BiasCorrection::Data)
            quantize->biasCorrection = BiasCorrection::Auto;
    }
    if (rank)
        rank->method = RankMethod::Svd;
    if (cluster)
        cluster->weighting = ClusterWeighting::None;
    if (separable)
        separable->onActivations = false;
    renormalize.reset();
    return settings;
}

bool correctsBias(const LayerSettings &settings)
{
    const auto &[prune, quantize, rank, cluster, separable, fold, renormalize] = settings;
    return (quantize && quantize->biasCorrection == BiasCorrection::Data) ||
           (prune && criterionOf(prune->method).refits) ||
           (rank && rank->method == RankMethod::ActivationSvd) ||
           (cluster && cluster->weighting != ClusterWeighting::None) ||
           (separable && separable->onActivations);
}

bool isTakenApart(const LayerSettings &settings)
{
    return settings.rank || settings.separable;
}

std::string summary(const LayerSettings &settings)
{
    std::string text;
    const auto add = [&](const std::string &part) { text += (text.empty() ? "" : ", ") + part; };
    if (settings.fold)
        add("normalization folded");
    if (settings.prune)
        add(pruneSummary(*settings.prune));
    if (settings.rank)
        add(rankSummary(*settings.rank));
    if (settings.separable)
        add(settings.separable->onActivations ? "separable on activations" : "separable");
    if (settings.quantize)
        add(quantizeSummary(*settings.quantize));
    if (settings.cluster)
        add(fmt::format("{} clusters", settings.cluster->clusters));
    if (settings.renormalize)
        add("normalization measured again");
    return text.empty() ? "as it is" : text;
}

} // namespace lathe
