#include "core/recipe/settings.h"

#include "core/recipe/keys.h"
#include "core/recipe/meaning.h"

namespace lathe {
namespace {

/// A term and what says more of it.
Message with(const Message &term, const Message &more)
{
    return Message::tr("{} {}", term, more);
}

Message bitsText(int bits)
{
    return bits == 1 ? Message::tr("1 bit") : Message::tr("{} bits", bits);
}

Message pruneSummary(const PruneSettings &prune)
{
    Message text = Message::tr("{:.4g} % pruned", 100.0 * prune.ratio);
    if (prune.pattern.kind != PrunePattern::Kind::Single)
        text = with(text, Message::verbatim(recipe::patternText(prune.pattern)));
    if (prune.scope == PruneScope::Global)
        text = with(text, Message::tr("globally"));
    if (prune.method != pruneCriteria.front().method)
        text = Message::tr("{} ({})", text, criterionOf(prune.method).label());
    return text;
}

Message rankValueSummary(const RankSettings &rank)
{
    switch (rank.unit) {
    case RankSettings::Unit::Rank:
        return Message::tr("rank {}", rank.value);
    case RankSettings::Unit::ShareOfBreakEven:
        return Message::tr("rank {:.4g} % of break-even", 100.0 * rank.value);
    case RankSettings::Unit::Energy:
        return Message::tr("rank for {:.4g} % of the energy", 100.0 * rank.value);
    }
    return {};
}

Message rankSummary(const RankSettings &rank)
{
    Message text = rankValueSummary(rank);
    if (rank.form != RankForm::Channel)
        text = with(text, rank.form == RankForm::Spatial ? Message::tr("spatial") : Message::tr("Tucker-2"));
    if (rank.method == RankMethod::ActivationSvd)
        text = with(text, Message::tr("on activations"));
    if (rank.bits > 0)
        text = with(text, Message::tr("at {}", bitsText(rank.bits)));
    if (rank.residualBits > 0)
        text = with(text, Message::tr("+ {}-bit residual", rank.residualBits));
    return text;
}

Message budgetSummary(const ChannelSettings &channels)
{
    const double percent = 100.0 * channels.value;
    switch (channels.budget) {
    case ChannelBudget::Macs:
        return Message::tr("channels for {:.4g} % of the MACs", percent);
    case ChannelBudget::Bytes:
        return Message::tr("channels for {:.4g} % of the bytes", percent);
    case ChannelBudget::Latency:
        return Message::tr("channels for {:.4g} % of the time", percent);
    }
    return {};
}

Message channelsSummary(const ChannelSettings &channels)
{
    const bool merges = channels.method == ChannelMethod::Merge;
    Message text;
    switch (channels.unit) {
    case ChannelSettings::Unit::Ratio:
        text = merges ? Message::tr("{:.4g} % of the channels merged", 100.0 * channels.value)
                      : Message::tr("{:.4g} % of the channels removed", 100.0 * channels.value);
        break;
    case ChannelSettings::Unit::Keep:
        text = Message::tr("{} channels", channels.value);
        break;
    case ChannelSettings::Unit::Budget:
        text = budgetSummary(channels);
        break;
    }
    if (channels.criterion != channelCriteria.front().criterion && !merges)
        text = Message::tr("{} ({})", text, criterionOf(channels.criterion).label());
    if (channels.refit != ChannelRefit::Off)
        text = with(text, Message::tr("refitted"));
    if (channels.round != 1)
        text = with(text, channels.round == 0 ? Message::tr("in whole blocks")
                                              : Message::tr("in multiples of {}", channels.round));
    return text;
}

Message formatSummary(const QuantizeSettings &quantize)
{
    switch (quantize.format) {
    case NumberFormat::Uniform:
        return quantize.symmetric ? bitsText(quantize.bits)
                                  : with(bitsText(quantize.bits), Message::tr("asymmetric"));
    case NumberFormat::Nf4:
        return Message::tr("NF4");
    case NumberFormat::Fp16:
        return Message::tr("float16");
    case NumberFormat::Bf16:
        return Message::tr("bfloat16");
    case NumberFormat::Ternary:
        return Message::tr("ternary");
    case NumberFormat::Binary:
        return Message::tr("binary");
    }
    return {};
}

Message quantizeSummary(const QuantizeSettings &quantize)
{
    Message text = formatSummary(quantize);
    if (quantize.format == NumberFormat::Fp16 || quantize.format == NumberFormat::Bf16)
        return text;
    if (quantize.granularity == Granularity::Tensor)
        text = with(text, Message::tr("per tensor"));
    if (quantize.granularity == Granularity::Group)
        text = with(text, Message::tr("group {}", quantize.group));
    if (quantize.rounding == Rounding::Gptq)
        text = with(text, Message::tr("(GPTQ)"));
    if (quantize.scale == ScaleKind::PowerOfTwo)
        text = with(text, Message::tr("scales 2^n"));
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
    if (settings.keep)
        return {.keep = true};
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

bool goesByInputs(const LayerSettings &settings)
{
    const auto &[prune, quantize, rank, cluster, separable, fold, renormalize, channels, drop, keep] =
        settings;
    return (prune && criterionOf(prune->method).byInputs) ||
           (quantize &&
            (quantize->rounding == Rounding::Gptq || quantize->biasCorrection == BiasCorrection::Data)) ||
           (rank && rank->method == RankMethod::ActivationSvd) ||
           (cluster && cluster->weighting != ClusterWeighting::None) ||
           (separable && separable->onActivations);
}

bool goesByGradients(const LayerSettings &settings)
{
    return settings.prune && criterionOf(settings.prune->method).byGradients;
}

bool goesByData(const ChannelSettings &channels)
{
    const ChannelCriterionInfo &criterion = criterionOf(channels.criterion);
    return channels.refit == ChannelRefit::Data ||
           (channels.method == ChannelMethod::Remove && (criterion.byInputs || criterion.byGradients));
}

bool needsCalibration(const LayerSettings &settings)
{
    return goesByInputs(settings) || goesByGradients(settings) || settings.renormalize ||
           (settings.channels && goesByData(*settings.channels));
}

LayerSettings withoutCalibration(LayerSettings settings)
{
    auto &[prune, quantize, rank, cluster, separable, fold, renormalize, channels, drop, keep] = settings;
    if (prune && (criterionOf(prune->method).byInputs || criterionOf(prune->method).byGradients))
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
    if (channels && goesByData(*channels)) {
        channels->criterion = channelCriteria.front().criterion;
        if (channels->refit == ChannelRefit::Data)
            channels->refit = ChannelRefit::Constants;
    }
    return settings;
}

bool correctsBias(const LayerSettings &settings)
{
    const auto &[prune, quantize, rank, cluster, separable, fold, renormalize, channels, drop, keep] =
        settings;
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

Message summary(const LayerSettings &settings)
{
    if (settings.keep)
        return Message::tr("kept as it is");
    Message text;
    const auto add = [&](const Message &part) {
        text = text.empty() ? part : Message::tr("{}, {}", text, part);
    };
    if (settings.fold)
        add(Message::tr("normalization folded"));
    if (settings.drop)
        add(Message::tr("block dropped"));
    if (settings.channels)
        add(channelsSummary(*settings.channels));
    if (settings.prune)
        add(pruneSummary(*settings.prune));
    if (settings.rank)
        add(rankSummary(*settings.rank));
    if (settings.separable)
        add(settings.separable->onActivations ? Message::tr("separable on activations")
                                              : Message::tr("separable"));
    if (settings.quantize)
        add(quantizeSummary(*settings.quantize));
    if (settings.cluster)
        add(Message::tr("{} clusters", settings.cluster->clusters));
    if (settings.renormalize)
        add(Message::tr("normalization measured again"));
    return text.empty() ? Message::tr("as it is") : text;
}

} // namespace lathe
