#include "ui/recipe/settingsclipboard.h"

#include "core/recipe/recipe.h"

#include <QCoreApplication>
#include <algorithm>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::SettingsClipboard)
};

[[noreturn]] void refuse(const QString &sentence)
{
    throw Error(ErrorCode::InvalidArgument, Message::verbatim(sentence.toStdString()));
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

bool mayHoldSettings(const QString &text)
{
    const auto first = std::ranges::find_if_not(text, [](QChar c) { return c.isSpace(); });
    return first != text.end() && (*first == QLatin1Char('{') || *first == QLatin1Char('['));
}

CopiedSettings settingsFromText(const QString &text)
{
    if (!mayHoldSettings(text))
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

} // namespace lathe::ui
