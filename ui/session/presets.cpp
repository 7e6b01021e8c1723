#include "ui/session/presets.h"

#include "core/recipe/keys.h"
#include "ui/base/settingstext.h"

#include <QCoreApplication>
#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::Presets)
};

using Methods = std::set<recipe::Method>;

/// Whether the rule would not be heard where one of the methods comes after it.
bool isReplaced(const Change &change, const Methods &by)
{
    const std::optional<recipe::Method> method = recipe::infoOf(change.key).method;
    return method && std::ranges::any_of(by, [&](recipe::Method other) {
               return method == other || recipe::excludeEachOther(*method, other);
           });
}

void forget(std::vector<Rule> &rules, const Methods &methods)
{
    std::vector<Rule> left;
    for (Rule &rule : rules) {
        const auto gone =
            std::erase_if(rule.changes, [&](const Change &c) { return isReplaced(c, methods); });
        if (gone == 0 || !rule.changes.empty())
            left.push_back(std::move(rule));
    }
    rules = std::move(left);
}

/// For all layers, over what was said of them.
void add(std::vector<Rule> &rules, const Rule &rule)
{
    if (rule.pattern == "*") {
        Methods methods;
        for (const Change &change : rule.changes)
            if (const auto method = recipe::infoOf(change.key).method)
                methods.insert(*method);
        forget(rules, methods);
    }
    std::erase(rules, rule);
    rules.push_back(rule);
}

/// What the rules say of layers that are kept, and nothing else.
std::vector<Rule> keepingRules(const std::vector<Rule> &rules)
{
    std::vector<Rule> keeping;
    for (Rule rule : rules) {
        std::erase_if(rule.changes, [](const Change &c) { return recipe::infoOf(c.key).method.has_value(); });
        if (!rule.changes.empty())
            keeping.push_back(std::move(rule));
    }
    return keeping;
}

/// A key that came later: a program that does not know it reads every recipe that does without.
bool isUnsaidDefault(const Change &change)
{
    return change.key == "scale" && change.value == "any";
}

/// What recipeFor() is asked for.
struct Task {
    const Recipe &base;
    const std::vector<LayerSettings> &now;
    const std::vector<std::string> &names;
    const std::vector<bool> &eligible;
    const std::vector<LayerSettings> &wanted;

    /// Those that can be compressed and are not kept.
    std::vector<size_t> freeLayers() const
    {
        std::vector<size_t> layers;
        for (size_t i = 0; i < names.size(); ++i)
            if (eligible[i] && !wanted[i].keep)
                layers.push_back(i);
        return layers;
    }
    std::vector<size_t> movingLayers() const
    {
        std::vector<size_t> layers;
        for (size_t i = 0; i < names.size(); ++i)
            if (eligible[i] && now[i] != wanted[i])
                layers.push_back(i);
        return layers;
    }
};

/// One rule, and what is kept.
Recipe asOne(const Task &task, const LayerSettings &settings)
{
    Recipe shortest;
    shortest.name = task.base.name;
    Rule all{"*", exactRule("x", settings).changes};
    std::erase_if(all.changes, [](const Change &c) { // nothing comes before it
        return recipe::switchesOff(recipe::infoOf(c.key), c.value) || isUnsaidDefault(c);
    });
    if (!all.changes.empty())
        shortest.rules.push_back(std::move(all));
    std::ranges::move(keepingRules(task.base.rules), std::back_inserter(shortest.rules));
    return shortest;
}

/// What most of the layers are to have of a method, and whether most of them change it.
template <class T>
std::pair<std::optional<T>, bool> mostWanted(const Task &task, const std::vector<size_t> &layers,
                                             std::optional<T> LayerSettings::*method)
{
    std::vector<std::pair<std::optional<T>, size_t>> counts;
    size_t changed = 0;
    for (const size_t i : layers) {
        const std::optional<T> &value = task.wanted[i].*method;
        changed += value == task.now[i].*method ? 0 : 1;
        const auto known = std::ranges::find(counts, value, &std::pair<std::optional<T>, size_t>::first);
        if (known == counts.end())
            counts.emplace_back(value, 1);
        else
            ++known->second;
    }
    const auto most = std::ranges::max_element(counts, {}, &std::pair<std::optional<T>, size_t>::second);
    return {most == counts.end() ? std::nullopt : most->first, 2 * changed > layers.size()};
}

/// What most layers get by one rule, and one for each other; null where that is not shorter than a rule for
/// each that moves.
std::optional<Recipe> byMost(const Task &task, const std::vector<size_t> &moving)
{
    const std::vector<size_t> free = task.freeLayers();
    if (2 * moving.size() <= free.size())
        return {};
    LayerSettings common;
    Methods methods;
    forEachMethod([&](auto method) {
        if (const auto [value, changes] = mostWanted(task, free, method); changes) {
            common.*method = value;
            methods.insert(recipe::methodOf(method));
        }
    });
    Recipe result = task.base;
    forget(result.rules, methods);
    if (!common.empty())
        result.rules.push_back({"*", changesFor(common)});
    const std::vector<LayerSettings> reached = result.resolve(task.names);
    std::vector<size_t> others;
    for (const size_t i : free)
        if (reached[i] != task.wanted[i])
            others.push_back(i);
    if (methods.empty() || others.size() + 1 >= moving.size())
        return {};
    for (const size_t i : others)
        result = result.withLayer(task.names[i], task.wanted[i]);
    return result;
}

} // namespace

QVector<Preset> presets()
{
    return {
        {Words::tr("8-bit per channel"),
         Words::tr("Stores every weight in 8 bits, scaled per channel"),
         {parseRule("*:bits=8")}},
        {Words::tr("4-bit group 32"),
         Words::tr(
             "Stores every weight in 4 bits, 32 neighbours share a scale; small networks lose much by it"),
         {parseRule("*:bits=4,group=32")}},
        {Words::tr("4-bit group 32, GPTQ"),
         Words::tr(
             "The same, rounded so that errors cancel out in each layer's output; needs calibration data"),
         {parseRule("*:bits=4,group=32,symmetric=false,rounding=gptq")}},
        {Words::tr("6-bit codebook"),
         Words::tr("Stores every weight as one of 64 values that suit its channel and three beside it"),
         {parseRule("*:clusters=64,clusters.group=4")}},
        {Words::tr("Half pruned (OBS)"),
         Words::tr("Sets half of the weights to zero where the output loses least, the others make up for "
                   "it; needs "
                   "calibration data"),
         {parseRule("*:prune=0.5,prune.method=obs,prune.scope=global")}},
        {Words::tr("Deep Compression"),
         Words::tr("The same with 40 % of the weights, and the others as one of 32 values"),
         {parseRule("*:prune=0.4,prune.method=obs,prune.scope=global,clusters=32,clusters.group=16,"
                    "clusters.weighting=activation")}},
        {Words::tr("Half rank"),
         Words::tr("Splits every layer into two factors of half its break-even rank; most networks lose much "
                   "by it"),
         {parseRule("*:rank=50%")}},
        {Words::tr("No compression"),
         Words::tr("Takes every change back; layers that are kept stay kept"),
         {}},
    };
}

Recipe withPreset(const Recipe &recipe, const Preset &preset, PresetMode mode)
{
    Recipe result;
    result.name = recipe.name;
    if (mode == PresetMode::Add && !preset.rules.empty()) {
        result.rules = recipe.rules;
        for (const Rule &rule : preset.rules)
            add(result.rules, rule);
        return result;
    }
    result.rules = preset.rules;
    for (const Rule &rule : keepingRules(recipe.rules))
        if (std::ranges::find(result.rules, rule) == result.rules.end())
            result.rules.push_back(rule);
    return result;
}

Recipe recipeFor(const Recipe &base, const std::vector<LayerSettings> &now,
                 const std::vector<std::string> &names, const std::vector<bool> &eligible,
                 const std::vector<LayerSettings> &wanted)
{
    const Task task{base, now, names, eligible, wanted};
    if (const std::vector<size_t> free = task.freeLayers();
        !free.empty() &&
        std::ranges::all_of(free, [&](size_t i) { return wanted[i] == wanted[free.front()]; }))
        return asOne(task, wanted[free.front()]);
    const std::vector<size_t> moving = task.movingLayers();
    if (std::optional<Recipe> shorter = byMost(task, moving))
        return *shorter;
    Recipe result = base;
    for (const size_t i : moving)
        result = result.withLayer(names[i], wanted[i]);
    return result;
}

QString settingsName(const std::vector<LayerSettings> &settings, const std::vector<std::string> &names,
                     const std::vector<bool> &eligible)
{
    std::map<QString, std::vector<size_t>> layersBySettings;
    size_t count = 0;
    int kept = 0;
    for (size_t i = 0; i < settings.size(); ++i) {
        if (!eligible[i])
            continue;
        if (settings[i].keep) {
            ++kept;
            continue;
        }
        layersBySettings[settingsText(settings[i])].push_back(i);
        ++count;
    }
    layersBySettings.erase(settingsText({})); // the name is about what changes
    const auto named = [kept](const QString &name) {
        return kept == 0 ? name : Words::tr("%1, %2 kept").arg(name, QString::number(kept));
    };
    if (layersBySettings.empty())
        return Words::tr("as it is");
    const auto &[most, layers] =
        *std::max_element(layersBySettings.begin(), layersBySettings.end(),
                          [](const auto &a, const auto &b) { return a.second.size() < b.second.size(); });
    if (layers.size() == count)
        return named(most);
    if (layersBySettings.size() == 1 && layers.size() == 1)
        return named(QStringLiteral("%1: %2").arg(QString::fromStdString(names[layers.front()]), most));
    return named(Words::tr("%1, mixed").arg(most));
}

} // namespace lathe::ui
