#include "ui/window/chartedits.h"

#include "core/compress/plan.h"
#include "ui/base/format.h"
#include "ui/base/messages.h"
#include "ui/session/workbench.h"

#include <algorithm>
#include <cmath>

namespace lathe::ui {
namespace {

bool isNofM(const LayerSettings &settings)
{
    return settings.prune && settings.prune->pattern.kind == PrunePattern::Kind::NofM;
}

/// What is said beside the handle where it is not a threshold that decides. %1 stays for the share.
QString insteadOf(const LayerSettings &settings)
{
    const PruneSettings prune = settings.prune.value_or(PruneSettings());
    const QString share = QStringLiteral("%1");
    if (settings.rank || settings.separable)
        return ChartEdits::tr("%1 zero, in its factors").arg(share);
    if (prune.scope == PruneScope::Global)
        return ChartEdits::tr("%1 zero over all layers that share the threshold").arg(share);
    if (prune.method != PruneMethod::Magnitude)
        return ChartEdits::tr("%1 zero, chosen by %2")
            .arg(share, messageText(criterionOf(prune.method).label()));
    if (prune.pattern.kind == PrunePattern::Kind::Block)
        return ChartEdits::tr("%1 zero, in blocks of %2×%3")
            .arg(share, QString::number(prune.pattern.first), QString::number(prune.pattern.second));
    return {};
}

} // namespace

const LayerSettings &ChartEdits::settingsOf(int layer) const
{
    return m_workbench.editor().settings()[static_cast<size_t>(layer)];
}

QVector<int> ChartEdits::editable() const
{
    QVector<int> layers;
    for (const int layer : m_workbench.focus()->layers())
        if (m_workbench.editor().eligible().at(static_cast<size_t>(layer)) && !settingsOf(layer).keep)
            layers << layer;
    return layers;
}

QString ChartEdits::whyNot() const
{
    const QVector<int> &layers = m_workbench.focus()->layers();
    if (layers.size() != 1)
        return tr("None of these layers can be changed.");
    if (settingsOf(layers.first()).keep)
        return tr("This layer is kept as it is.");
    const Layer &layer = m_workbench.model().layers()[static_cast<size_t>(layers.first())];
    if (!layer.tiedTo)
        return tr("This layer cannot be compressed: %1").arg(messageText(layer.untouchable));
    const Layer &owner = m_workbench.model().layers()[*layer.tiedTo];
    return tr("This layer shares the weight of %1: change it there.").arg(QString::fromStdString(owner.name));
}

PruneLine ChartEdits::pruneLine() const
{
    PruneLine line;
    const QVector<int> layers = editable();
    if (layers.isEmpty()) {
        line.locked = whyNot();
        return line;
    }
    double gone = 0.0, all = 0.0;
    int pruned = 0, byPattern = 0;
    for (const int layer : layers) {
        const LayerSettings &settings = settingsOf(layer);
        const auto weights = double(m_workbench.model().layers()[static_cast<size_t>(layer)].parameters);
        all += weights;
        gone += settings.prune ? settings.prune->ratio * weights : 0.0;
        pruned += settings.prune ? 1 : 0;
        byPattern += isNofM(settings) ? 1 : 0;
    }
    if (pruned > 0)
        line.ratio = all > 0.0 ? gone / all : 0.0;
    if (layers.size() > 1)
        line.instead = tr("%1 zero in each layer").arg(QStringLiteral("%1"));
    else
        line.instead = insteadOf(settingsOf(layers.first()));
    if (byPattern > 0 && byPattern == pruned) {
        const PrunePattern pattern = settingsOf(layers.first()).prune.value_or(PruneSettings()).pattern;
        line.locked = layers.size() == 1
                          ? tr("%1:%2 says how many weights go.").arg(pattern.first).arg(pattern.second)
                          : tr("Their patterns say how many weights go.");
    }
    return line;
}

void ChartEdits::setRatio(double ratio, bool dragging) const
{
    const QVector<int> layers = editable();
    if (layers.isEmpty())
        return;
    const auto change = [ratio, dragging](LayerSettings &settings) {
        if (isNofM(settings))
            return;
        if (ratio <= 0.0 && !dragging) {
            settings.prune.reset();
            return;
        }
        settings.prune = settings.prune.value_or(PruneSettings());
        settings.prune->ratio = ratio; // 0 on the way: what else is chosen is not forgotten
    };
    const QString subject =
        layers.size() == 1 ? tr("Pruning") : tr("Pruning of %1 layers").arg(layers.size());
    const bool whole = std::abs(ratio * 100.0 - std::round(ratio * 100.0)) < 1e-6;
    m_workbench.editor().editLayers(layers, change, tr("%1 → %2").arg(subject, percent(ratio, whole ? 0 : 1)),
                                    dragging);
}

QVector<int> ChartEdits::channelMakers() const
{
    const int layer = m_workbench.focus()->layer();
    const auto &map = m_workbench.channels()->map();
    if (layer < 0 || !map || map->indexOf(layer) < 0)
        return {};
    QVector<int> makers{layer};
    for (const int maker : map->makers[static_cast<size_t>(map->indexOf(layer))])
        if (maker != layer && settingsOf(maker).channels)
            makers << maker;
    return makers;
}

std::optional<ChannelSettings> ChartEdits::channelSettings() const
{
    for (const int maker : channelMakers())
        if (settingsOf(maker).channels)
            return settingsOf(maker).channels;
    return {};
}

ChannelLine ChartEdits::channelLine() const
{
    ChannelLine line;
    if (editable().isEmpty()) {
        line.locked = whyNot();
        return line;
    }
    const std::optional<ChannelSettings> settings = channelSettings();
    if (!settings)
        return line;
    line.other = settings->method == ChannelMethod::Merge;
    if (settings->unit == ChannelSettings::Unit::Ratio)
        line.ratio = settings->value;
    else if (settings->unit == ChannelSettings::Unit::Keep)
        line.locked = tr("%n channel(s) stay, as the recipe counts them.", nullptr, int(settings->value));
    else
        line.locked = tr("A budget over the model says how many go.");
    return line;
}

void ChartEdits::setChannelRatio(double ratio, bool dragging) const
{
    const auto change = [ratio, dragging](LayerSettings &settings) {
        if (ratio <= 0.0 && !dragging) {
            settings.channels.reset();
            return;
        }
        settings.channels = settings.channels.value_or(ChannelSettings());
        settings.channels->unit = ChannelSettings::Unit::Ratio;
        settings.channels->value = ratio; // 0 on the way: what else is chosen is not forgotten
    };
    m_workbench.editor().editLayers(channelMakers(), change, tr("Channels → %1").arg(percent(ratio, 0)),
                                    dragging);
}

RankForm ChartEdits::formOf(int layer) const
{
    const std::optional<RankSettings> &rank = settingsOf(layer).rank;
    if (!rank || rank->form == RankForm::Channel)
        return RankForm::Channel;
    const Layer &described = m_workbench.model().layers()[static_cast<size_t>(layer)];
    return imageKernelObstacle(described).empty() ? rank->form : RankForm::Channel;
}

QString ChartEdits::rankLock() const
{
    const QVector<int> layers = editable();
    if (layers.isEmpty())
        return whyNot();
    const Layer &layer = m_workbench.model().layers()[static_cast<size_t>(layers.first())];
    const Message obstacle = factorizationObstacle(layer);
    return layers.size() > 1 || obstacle.empty()
               ? QString()
               : tr("No rank for this layer: %1").arg(messageText(obstacle));
}

std::optional<double> ChartEdits::shareOfBreakEven() const
{
    double sum = 0.0;
    int factorized = 0;
    const auto &compressed = m_workbench.previews().preview().compressed;
    for (const int layer : m_workbench.focus()->layers()) {
        const std::optional<RankSettings> &rank = settingsOf(layer).rank;
        if (!rank)
            continue;
        const auto i = static_cast<size_t>(layer);
        const auto breakEven = double(rankLimits(m_workbench.model().layers()[i], formOf(layer)).breakEven);
        double value = rank->value;
        if (rank->unit == RankSettings::Unit::Energy)
            value = compressed && i < compressed->layers.size() ? double(compressed->layers[i].rank) : 0.0;
        if (rank->unit != RankSettings::Unit::ShareOfBreakEven)
            value = breakEven > 0.0 ? value / breakEven : 0.0;
        if (value <= 0.0)
            continue;
        sum += value;
        ++factorized;
    }
    return factorized > 0 ? std::optional(sum / factorized) : std::nullopt;
}

void ChartEdits::setRank(int rank, bool dragging) const
{
    const QVector<int> layers = editable();
    if (layers.size() != 1)
        return;
    const Layer &facts = m_workbench.model().layers()[static_cast<size_t>(layers.first())];
    const auto full = static_cast<int>(rankLimits(facts, formOf(layers.first())).full);
    const auto change = [rank, full](LayerSettings &settings) {
        if (rank >= full) {
            settings.rank.reset(); // the whole spectrum is kept: no factors
            return;
        }
        settings.rank = settings.rank.value_or(RankSettings());
        settings.rank->unit = RankSettings::Unit::Rank;
        settings.rank->value = static_cast<double>(std::max(rank, 1));
        settings.separable.reset();
    };
    m_workbench.editor().editLayers(layers, change, tr("Rank → %1").arg(rank), dragging);
}

void ChartEdits::setShare(double share, bool dragging) const
{
    QVector<int> layers;
    for (const int layer : editable()) {
        const Layer &described = m_workbench.model().layers()[static_cast<size_t>(layer)];
        if (factorizationObstacle(described).empty() && rankLimits(described, formOf(layer)).breakEven > 0)
            layers << layer;
    }
    if (layers.isEmpty())
        return;
    const auto change = [share](LayerSettings &settings) {
        settings.rank = settings.rank.value_or(RankSettings());
        settings.rank->unit = RankSettings::Unit::ShareOfBreakEven;
        settings.rank->value = share;
        settings.separable.reset();
    };
    m_workbench.editor().editLayers(
        layers, change, tr("Rank of %1 layers → %2 of break-even").arg(layers.size()).arg(percent(share, 0)),
        dragging);
}

} // namespace lathe::ui
