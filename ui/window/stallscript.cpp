#include "ui/window/stallscript.h"

#include "core/base/error.h"

#include <QMap>
#include <QRegularExpression>

namespace lathe::ui {
namespace {

const QRegularExpression span(QStringLiteral("^\\d+(\\.\\d+)?\\.\\.\\d+(\\.\\d+)?$"));
const QRegularExpression size(QStringLiteral("^\\d{3,4}x\\d{3,4}$"));

const QRegularExpression fileName(QStringLiteral("^[\\w-]+$")); // without its suffix

struct Grammar {
    int fewest, most;
    QVector<QRegularExpression> words = {}; ///< what each word is like; without one: anything
};

QRegularExpression oneOf(const QString &alternatives)
{
    return QRegularExpression(QStringLiteral("^(%1)$").arg(alternatives));
}

const QMap<QString, Grammar> &grammars()
{
    constexpr int any = 1000;
    static const QMap<QString, Grammar> all{
        {QStringLiteral("open"), {0, 0}},
        {QStringLiteral("select"), {1, any}},
        {QStringLiteral("drag"),
         {2, 2, {oneOf(QStringLiteral("prune|quantize|rank|cluster|channels")), span}}},
        {QStringLiteral("preset"), {1, 1}},
        {QStringLiteral("save"), {0, 0}},
        {QStringLiteral("perspective"), {1, 1, {oneOf(QStringLiteral("inspect|tune|compare"))}}},
        {QStringLiteral("undo"), {0, 0}},
        {QStringLiteral("redo"), {0, 0}},
        {QStringLiteral("search"), {1, 1}},
        {QStringLiteral("resize"), {1, 1, {size}}},
        {QStringLiteral("scheme"), {1, 1, {oneOf(QStringLiteral("light|dark"))}}},
        {QStringLiteral("export"), {0, 0}},
        {QStringLiteral("recover"), {1, 1, {oneOf(QStringLiteral("without|training|start"))}}},
        {QStringLiteral("wait-idle"), {0, 0}},
        {QStringLiteral("chart"),
         {1, 1, {oneOf(QStringLiteral("weights|ranges|sparsity|channels|spectrum|errors|storage"))}}},
        {QStringLiteral("picture"), {1, 1, {fileName}}},
    };
    return all;
}

QStringList wordsOf(const QString &line)
{
    static const QRegularExpression word(QStringLiteral("\"([^\"]*)\"|([^\\s\"]+)"));
    QStringList words;
    for (auto match = word.globalMatch(line); match.hasNext();) {
        const QRegularExpressionMatch found = match.next();
        words << (found.captured(1).isEmpty() ? found.captured(2) : found.captured(1));
    }
    return words;
}

bool fits(const StallStep &step)
{
    const auto grammar = grammars().constFind(step.action);
    if (grammar == grammars().cend() || step.words.size() < grammar->fewest ||
        step.words.size() > grammar->most)
        return false;
    for (qsizetype i = 0; i < std::min(step.words.size(), grammar->words.size()); ++i)
        if (!grammar->words[i].match(step.words[i]).hasMatch())
            return false;
    return true;
}

} // namespace

QVector<StallStep> parseStallScript(const QString &script)
{
    QVector<StallStep> steps;
    int number = 0;
    for (const QString &line : script.split(QLatin1Char('\n'))) {
        ++number;
        QStringList words = wordsOf(line.section(QLatin1Char('#'), 0, 0));
        if (words.isEmpty())
            continue;
        const QString action = words.takeFirst();
        const StallStep step{number, action, words};
        if (!fits(step))
            throw Error(ErrorCode::InvalidArgument, Message::tr("Line {} of the script is no action: {}.",
                                                                number, line.trimmed().toStdString()));
        steps << step;
    }
    return steps;
}

} // namespace lathe::ui
