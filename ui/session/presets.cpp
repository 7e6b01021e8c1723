#include "ui/session/presets.h"

#include "core/recipe/keys.h"
#include "ui/base/settingstext.h"

#include <QCoreApplication>
#include <algorithm>
#include <map>
#include <set>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::Presets)
};

/// Whether the rule would not be heard where one of the method comes after it.
bool isReplaced(const Change &change, const std::set<recipe::Method> &by)
{
    const recipe::Method method = recipe::infoOf(change.key).method;
    return std::ranges::any_of(
        by, [&](recipe::Method other) { return method == other || recipe::excludeEachOther(method, other); });
}

/// A key that came later: a program that does not know it reads every recipe that does without.
bool isUnsaidDefault(const Change &change)
{
    return change.key == "scale" && change.value == "any";
}

} // namespace

QVector<Preset> presets()
{
    return {
        {Words::tr("8-bit per channel"), Words::tr("Stores every weight in 8 bits, scaled per channel"),
         parseRule("*:bits=8")},
        {Words::tr("4-bit group 32"),
         Words::tr(
             "Stores every weight in 4 bits, 32 neighbours share a scale; small networks lose much by it"),
         parseRule("*:bits=4,group=32")},
        {Words::tr("4-bit group 32, GPTQ"),
         Words::tr(
             "The same, rounded so that errors cancel out in each layer's output; needs calibration data"),
         parseRule("*:bits=4,group=32,symmetric=false,rounding=gptq")},
        {Words::tr("6-bit codebook"),
         Words::tr("Stores every weight as one of 64 values that suit its channel and three beside it"),
         parseRule("*:clusters=64,clusters.group=4")},
        {Words::tr("Half pruned (OBS)"),
         Words::tr("Sets half of the weights to zero where the output loses least, the others make up for "
                   "it; needs "
                   "calibration data"),
         parseRule("*:prune=0.5,prune.method=obs,prune.scope=global")},
        {Words::tr("Deep Compression"),
         Words::tr("The same with 40 % of the weights, and the others as one of 32 values"),
         parseRule("*:prune=0.4,prune.method=obs,prune.scope=global,clusters=32,clusters.group=16,"
                   "clusters.weighting=activation")},
        {Words::tr("Half rank"),
         Words::tr("Splits every layer into two factors of half its break-even rank; most networks lose much "
                   "by it"),
         parseRule("*:rank=50%")},
        {Words::tr("Keep all as it is"), Words::tr("Takes every change of the recipe back"), Rule{"*", {}}},
    };
}

Recipe withPreset(const Recipe &recipe, const Preset &preset)
{
    Recipe result;
    result.name = recipe.name;
    if (preset.rule.changes.empty())
        return result;
    std::set<recipe::Method> methods;
    for (const Change &change : preset.rule.changes)
        methods.insert(recipe::infoOf(change.key).method);
    for (Rule rule : recipe.rules) {
        std::erase_if(rule.changes, [&](const Change &c) { return isReplaced(c, methods); });
        if (!rule.changes.empty())
            result.rules.push_back(std::move(rule));
    }
    result.rules.push_back(preset.rule);
    return result;
}

Recipe recipeFor(const Recipe &base, const std::vector<LayerSettings> &now,
                 const std::vector<std::string> &names, const std::vector<bool> &eligible,
                 const std::vector<LayerSettings> &wanted)
{
    const auto first =
        static_cast<size_t>(std::find(eligible.begin(), eligible.end(), true) - eligible.begin());
    bool allAgree = first < names.size();
    for (size_t i = first; i < names.size() && allAgree; ++i)
        allAgree = !eligible[i] || wanted[i] == wanted[first];
    if (allAgree) {
        Recipe shortest;
        shortest.name = base.name;
        Rule all{"*", exactRule(names[first], wanted[first]).changes};
        std::erase_if(all.changes, [](const Change &c) { // nothing comes before it
            return recipe::switchesOff(recipe::infoOf(c.key), c.value) || isUnsaidDefault(c);
        });
        if (!all.changes.empty())
            shortest.rules.push_back(std::move(all));
        return shortest;
    }
    Recipe result = base;
    for (size_t i = 0; i < names.size(); ++i)
        if (eligible[i] && now[i] != wanted[i])
            result = result.withLayer(names[i], wanted[i]);
    return result;
}

QString settingsName(const std::vector<LayerSettings> &settings, const std::vector<std::string> &names,
                     const std::vector<bool> &eligible)
{
    std::map<QString, std::vector<size_t>> layersBySettings;
    size_t count = 0;
    for (size_t i = 0; i < settings.size(); ++i) {
        if (eligible[i]) {
            layersBySettings[settingsText(settings[i])].push_back(i);
            ++count;
        }
    }
    layersBySettings.erase(settingsText({})); // the name is about what changes
    if (layersBySettings.empty())
        return Words::tr("as it is");
    const auto &[most, layers] =
        *std::max_element(layersBySettings.begin(), layersBySettings.end(),
                          [](const auto &a, const auto &b) { return a.second.size() < b.second.size(); });
    if (layers.size() == count)
        return most;
    if (layersBySettings.size() == 1 && layers.size() == 1)
        return QStringLiteral("%1: %2").arg(QString::fromStdString(names[layers.front()]), most);
    return Words::tr("%1, mixed").arg(most);
}

} // namespace lathe::ui
