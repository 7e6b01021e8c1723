#include "ui/variants/recipesummary.h"

#include "ui/base/settingstext.h"
#include "ui/variants/variantmodel.h"

#include <algorithm>

namespace lathe::ui {
namespace {

/// What a rule alone leads to, in the words of the layer table; its keys where they switch on no method.
QString effectOf(const Rule &rule)
{
    const Recipe alone{{}, {Rule{"*", rule.changes}}};
    const LayerSettings settings = alone.resolve({"layer"}).front();
    const auto isOff = [](const Change &c) { return c.value == "off" && c.key != "bias_correction"; };
    if (settings != LayerSettings() || std::all_of(rule.changes.begin(), rule.changes.end(), isOff))
        return settingsText(settings);
    QStringList changes;
    for (const Change &c : rule.changes)
        changes << QStringLiteral("%1 %2").arg(QString::fromStdString(c.key),
                                               QString::fromStdString(c.value));
    return changes.join(QStringLiteral(", "));
}

} // namespace

QStringList rulesText(const Recipe &recipe)
{
    QStringList patterns, texts;
    for (size_t i = 0; i < recipe.rules.size(); ++i) {
        const QString effect = effectOf(recipe.rules[i]);
        patterns << QString::fromStdString(recipe.rules[i].pattern);
        if (i + 1 < recipe.rules.size() && effectOf(recipe.rules[i + 1]) == effect)
            continue;
        texts << QStringLiteral("%1: %2").arg(patterns.join(QStringLiteral(", ")), effect);
        patterns.clear();
    }
    return texts;
}

QString recipeSummary(const Recipe &recipe)
{
    constexpr int shown = 2;
    const QStringList rules = rulesText(recipe);
    if (rules.isEmpty())
        return VariantModel::tr("as it is");
    const int rest = int(rules.size()) - shown;
    const QString text = rules.mid(0, shown).join(QStringLiteral("; "));
    return rest > 0 ? VariantModel::tr("%1 and %n more", nullptr, rest).arg(text) : text;
}

} // namespace lathe::ui
