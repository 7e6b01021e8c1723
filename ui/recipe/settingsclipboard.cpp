#include "ui/recipe/settingsclipboard.h"

#include "core/recipe/recipe.h"

#include <QCoreApplication>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::SettingsClipboard)
};

[[noreturn]] void refuse(const QString &sentence)
{
    throw Error(ErrorCode::InvalidArgument, sentence.toStdString());
}

/// The name that an escaped pattern stands for.
QString plainName(const std::string &pattern)
{
    std::string name;
    for (size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == '\\' && i + 1 < pattern.size())
            ++i;
        name += pattern[i];
    }
    return QString::fromStdString(name);
}

QString obstacleOf(const RankSettings &rank, const LayerFacts &facts)
{
    if (!facts.noFactors.isEmpty())
        return facts.noFactors;
    if (rank.form == RankForm::Spatial)
        return facts.noSpatial;
    return rank.form == RankForm::Tucker2 ? facts.noTucker : QString();
}

void fitRank(FittedSettings &fitted, const LayerFacts &facts)
{
    std::optional<RankSettings> &rank = fitted.settings.rank;
    const int largest = facts.ranks.at(static_cast<size_t>(rank->form)).full - 1;
    QString obstacle = obstacleOf(*rank, facts);
    if (obstacle.isEmpty() && largest < 1)
        obstacle = Words::tr("its weight has one singular value");
    if (!obstacle.isEmpty()) {
        rank.reset();
        fitted.remarks << Words::tr("no rank: %1").arg(obstacle);
    } else if (rank->unit == RankSettings::Unit::Rank && rank->value > largest) {
        rank->value = largest;
        fitted.remarks << Words::tr("rank limited to %1").arg(largest);
    }
}

void fitPattern(FittedSettings &fitted, const Layer &layer)
{
    const PrunePattern &pattern = fitted.settings.prune->pattern;
    if (pattern.kind != PrunePattern::Kind::NofM || layer.cols % pattern.second == 0)
        return;
    fitted.remarks << Words::tr("no %1:%2 pruning: its rows have %3 weights")
                          .arg(pattern.first)
                          .arg(pattern.second)
                          .arg(layer.cols);
    fitted.settings.prune.reset();
}

/// The same methods by the weights alone.
LayerSettings withoutCalibration(LayerSettings settings)
{
    if (settings.prune)
        settings.prune->method = PruneMethod::Magnitude;
    if (settings.quantize) {
        settings.quantize->rounding = Rounding::Nearest;
        if (settings.quantize->biasCorrection == BiasCorrection::Data)
            settings.quantize->biasCorrection = BiasCorrection::Auto;
    }
    if (settings.rank)
        settings.rank->method = RankMethod::Svd;
    if (settings.cluster)
        settings.cluster->weighting = ClusterWeighting::None;
    if (settings.separable)
        settings.separable->onActivations = false;
    return settings;
}

/// What reading a recipe of version 1 puts before its rules.
bool saysABiasDefault(const Rule &rule)
{
    return rule.pattern == "*" && rule.changes.size() == 1 && rule.changes.front().key == "bias_correction";
}

} // namespace

QString settingsToText(const QString &layerName, const LayerSettings &settings)
{
    Rule rule = exactRule(layerName.toStdString(), settings);
    if (!settings.empty())
        rule.changes = changesFor(settings); // of methods that are off there is nothing to read
    return QString::fromStdString(toJson(rule));
}

CopiedSettings settingsFromText(const QString &text)
{
    if (!text.trimmed().startsWith(QLatin1Char('{')) && !text.trimmed().startsWith(QLatin1Char('[')))
        refuse(Words::tr("There are no settings on the clipboard. Copy those of a layer first."));
    std::vector<Rule> rules = rulesFromJson(text.toStdString(), Words::tr("The clipboard").toStdString());
    if (rules.size() == 2 && saysABiasDefault(rules.front())) {
        rules.back().changes.insert(rules.back().changes.begin(), rules.front().changes.front());
        rules.erase(rules.begin());
    }
    if (rules.size() != 1)
        refuse(Words::tr("The clipboard holds a recipe of %1 rules. Only one can be pasted; open the recipe "
                         "from a file instead.")
                   .arg(rules.size()));
    const QString from = plainName(rules.front().pattern);
    rules.front().pattern = "*";
    return {from, Recipe{{}, rules}.resolve({"layer"}).front()};
}

FittedSettings fittedTo(const LayerSettings &settings, const Layer &layer, const LayerFacts &facts)
{
    FittedSettings fitted{settings, {}};
    if (settings.rank)
        fitRank(fitted, facts);
    if (settings.prune)
        fitPattern(fitted, layer);
    if (settings.separable && !facts.noSeparable.isEmpty()) {
        fitted.settings.separable.reset();
        fitted.remarks << Words::tr("not separable: %1").arg(facts.noSeparable);
    }
    if (settings.fold && !facts.noFold.isEmpty()) {
        fitted.settings.fold.reset();
        fitted.remarks << Words::tr("nothing folded: %1").arg(facts.noFold);
    }
    if (needsCalibration(fitted.settings) && !facts.noCalibration.isEmpty()) {
        fitted.settings = withoutCalibration(fitted.settings);
        fitted.remarks << Words::tr("by its weights alone: %1").arg(facts.noCalibration);
    }
    return fitted;
}

} // namespace lathe::ui
