#include "ui/base/settingstext.h"

#include "core/recipe/keys.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::SettingsText)
};

/// Up to four digits of a share in percent.
QString percentOf(double share)
{
    return QLocale().toString(100.0 * share, 'g', 4);
}

QString bitsText(int bits)
{
    return bits == 1 ? Words::tr("1 bit") : Words::tr("%1 bits").arg(bits);
}

QString pruneText(const PruneSettings &prune)
{
    QStringList parts{Words::tr("%1 % pruned").arg(percentOf(prune.ratio))};
    if (prune.pattern.kind != PrunePattern::Kind::Single)
        parts << QString::fromStdString(recipe::patternText(prune.pattern));
    if (prune.scope == PruneScope::Global)
        parts << Words::tr("globally");
    if (prune.method != pruneCriteria.front().method)
        parts << QStringLiteral("(%1)").arg(criterionText(criterionOf(prune.method).label));
    return parts.join(QLatin1Char(' '));
}

QString rankValueText(const RankSettings &rank)
{
    switch (rank.unit) {
    case RankSettings::Unit::Rank:
        return Words::tr("rank %1").arg(rank.value);
    case RankSettings::Unit::ShareOfBreakEven:
        return Words::tr("rank %1 % of break-even").arg(percentOf(rank.value));
    case RankSettings::Unit::Energy:
        return Words::tr("rank for %1 % of the energy").arg(percentOf(rank.value));
    }
    return {};
}

QString rankText(const RankSettings &rank)
{
    QStringList parts{rankValueText(rank)};
    if (rank.form != RankForm::Channel)
        parts << (rank.form == RankForm::Spatial ? Words::tr("spatial") : QStringLiteral("Tucker-2"));
    if (rank.method == RankMethod::ActivationSvd)
        parts << Words::tr("on activations");
    if (rank.bits > 0)
        parts << Words::tr("at %1").arg(bitsText(rank.bits));
    if (rank.residualBits > 0)
        parts << Words::tr("+ %1-bit residual").arg(rank.residualBits);
    return parts.join(QLatin1Char(' '));
}

QString formatText(const QuantizeSettings &quantize)
{
    switch (quantize.format) {
    case NumberFormat::Uniform:
        return bitsText(quantize.bits) +
               (quantize.symmetric ? QString() : QLatin1Char(' ') + Words::tr("asymmetric"));
    case NumberFormat::Nf4:
        return QStringLiteral("NF4");
    case NumberFormat::Fp16:
        return QStringLiteral("float16");
    case NumberFormat::Bf16:
        return QStringLiteral("bfloat16");
    case NumberFormat::Ternary:
        return Words::tr("ternary");
    case NumberFormat::Binary:
        return Words::tr("binary");
    }
    return {};
}

QString quantizeText(const QuantizeSettings &quantize)
{
    QStringList parts{formatText(quantize)};
    if (quantize.format == NumberFormat::Fp16 || quantize.format == NumberFormat::Bf16)
        return parts.first();
    if (quantize.granularity == Granularity::Tensor)
        parts << Words::tr("per tensor");
    if (quantize.granularity == Granularity::Group)
        parts << Words::tr("group %1").arg(quantize.group);
    if (quantize.rounding == Rounding::Gptq)
        parts << QStringLiteral("(GPTQ)");
    if (quantize.scale == ScaleKind::PowerOfTwo)
        parts << Words::tr("scales 2^n");
    return parts.join(QLatin1Char(' '));
}

} // namespace

QString criterionText(std::string_view text)
{
    return QCoreApplication::translate("lathe::PruneCriterion", text.data()); // literals, so they end in a 0
}

QString settingsText(const LayerSettings &settings)
{
    QStringList parts;
    if (settings.fold)
        parts << Words::tr("normalization folded");
    if (settings.prune)
        parts << pruneText(*settings.prune);
    if (settings.rank)
        parts << rankText(*settings.rank);
    if (settings.separable)
        parts << (settings.separable->onActivations ? Words::tr("separable on activations")
                                                    : Words::tr("separable"));
    if (settings.quantize)
        parts << quantizeText(*settings.quantize);
    if (settings.cluster)
        parts << Words::tr("%1 clusters").arg(settings.cluster->clusters);
    if (settings.renormalize)
        parts << Words::tr("normalization measured again");
    return parts.isEmpty() ? Words::tr("as it is") : parts.join(Words::tr(", "));
}

} // namespace lathe::ui
