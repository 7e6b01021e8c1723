#include "ui/presets.h"

#include <QCoreApplication>
#include <algorithm>
#include <map>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::Presets)
};

/// "bits" for bits, symmetric and granularity; "rank" for rank, rank.energy, ...
std::string methodOf(const std::string &key)
{
    if (key == "symmetric" || key == "granularity")
        return "bits";
    return key.substr(0, key.find('.'));
}

} // namespace

QVector<Preset> presets()
{
    return {
        {Words::tr("8 bits"), Words::tr("Stores every weight in 8 bits, scaled per channel"),
         parseRule("*:bits=8")},
        {Words::tr("4 bits"), Words::tr("Stores every weight in 4 bits, scaled per channel"),
         parseRule("*:bits=4")},
        {Words::tr("3 bits"), Words::tr("Stores every weight in 3 bits, scaled per channel"),
         parseRule("*:bits=3")},
        {Words::tr("Half rank"), Words::tr("Splits every layer into two factors of half its break-even rank"),
         parseRule("*:rank=50%")},
        {Words::tr("Prune half"), Words::tr("Sets the smaller half of every layer's weights to zero"),
         parseRule("*:prune=0.5")},
        {Words::tr("Keep all as it is"), Words::tr("Takes every change of the recipe back"), Rule{"*", {}}},
    };
}

Recipe withPreset(const Recipe &recipe, const Preset &preset)
{
    Recipe result;
    result.name = recipe.name;
    if (preset.rule.changes.empty())
        return result;
    const std::string method = methodOf(preset.rule.changes.front().key);
    for (Rule rule : recipe.rules) {
        std::erase_if(rule.changes, [&](const Change &c) { return methodOf(c.key) == method; });
        if (!rule.changes.empty())
            result.rules.push_back(std::move(rule));
    }
    result.rules.push_back(preset.rule);
    return result;
}

Recipe recipeFor(const Recipe &base, const std::vector<std::string> &names, const std::vector<bool> &eligible,
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
        std::erase_if(all.changes,
                      [](const Change &c) { return c.value == "off"; }); // nothing comes before it
        if (!all.changes.empty())
            shortest.rules.push_back(std::move(all));
        return shortest;
    }
    Recipe result = base;
    const std::vector<LayerSettings> now = base.resolve(names);
    for (size_t i = 0; i < names.size(); ++i)
        if (eligible[i] && now[i] != wanted[i])
            result = result.withLayer(names[i], wanted[i]);
    return result;
}

QString settingsName(const std::vector<LayerSettings> &settings, const std::vector<std::string> &names,
                     const std::vector<bool> &eligible)
{
    std::map<std::string, std::vector<size_t>> layersBySettings;
    size_t count = 0;
    for (size_t i = 0; i < settings.size(); ++i) {
        if (eligible[i]) {
            layersBySettings[summary(settings[i])].push_back(i);
            ++count;
        }
    }
    layersBySettings.erase(summary(LayerSettings{})); // the name is about what changes
    if (layersBySettings.empty())
        return Words::tr("as it is");
    const auto &[text, layers] =
        *std::max_element(layersBySettings.begin(), layersBySettings.end(),
                          [](const auto &a, const auto &b) { return a.second.size() < b.second.size(); });
    const QString most = QString::fromStdString(text);
    if (layers.size() == count)
        return most;
    if (layersBySettings.size() == 1 && layers.size() == 1)
        return QStringLiteral("%1: %2").arg(QString::fromStdString(names[layers.front()]), most);
    return Words::tr("%1, mixed").arg(most);
}

} // namespace lathe::ui
