#include "ui/base/settingstext.h"

#include "ui/base/messages.h"

#include <QCoreApplication>
#include <QStringList>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::SettingsText)
};

QString pruneText(PruneSettings prune)
{
    const PruneMethod method = std::exchange(prune.method, pruneCriteria.front().method);
    const QString share = settingsText({.prune = prune});
    return method == prune.method
               ? share
               : QStringLiteral("%1 %2").arg(messageText(criterionOf(method).label()), share);
}

QString quantizeText(const QuantizeSettings &quantize)
{
    const QString values =
        settingsText({.quantize = QuantizeSettings{.bits = quantize.bits, .format = quantize.format}});
    if (quantize.format == NumberFormat::Fp16 || quantize.format == NumberFormat::Bf16)
        return values;
    QStringList words{values};
    if (quantize.rounding == Rounding::Gptq)
        words.prepend(Words::tr("GPTQ"));
    if (quantize.granularity == Granularity::Group)
        words << Words::tr("g%1", "in groups of so many weights").arg(quantize.group);
    if (quantize.granularity == Granularity::Tensor)
        words << Words::tr("per tensor");
    if (quantize.format == NumberFormat::Uniform && !quantize.symmetric)
        words << Words::tr("asym");
    if (quantize.scale == ScaleKind::PowerOfTwo)
        words << Words::tr("scales 2^n");
    return words.join(QLatin1Char(' '));
}

} // namespace

QString settingsText(const LayerSettings &settings)
{
    return messageText(summary(settings));
}

QString shortSettingsText(const LayerSettings &settings)
{
    QStringList parts;
    if (settings.drop || settings.channels)
        parts << settingsText({.channels = settings.channels, .drop = settings.drop});
    if (settings.prune)
        parts << pruneText(*settings.prune);
    if (settings.rank || settings.separable)
        parts << settingsText({.rank = settings.rank, .separable = settings.separable});
    if (settings.quantize)
        parts << quantizeText(*settings.quantize);
    if (settings.cluster)
        parts << settingsText({.cluster = settings.cluster});
    if (settings.fold)
        parts << Words::tr("folded");
    if (settings.renormalize)
        parts << Words::tr("renormalized");
    return parts.isEmpty() ? settingsText(settings) : parts.join(Words::tr(", ", "between settings"));
}

} // namespace lathe::ui
