#include "ui/base/messages.h"
#include "ui/base/settingstext.h"
#include "ui/inspector/methodspecparts.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::MethodSpec)
};

constexpr int sideLimit = 1024; // of a pattern, as recipes have it
constexpr int kindFactor = (sideLimit + 1) * (sideLimit + 1);

int patternKey(const PrunePattern &p)
{
    return keyOf(p.kind) * kindFactor + p.first * (sideLimit + 1) + p.second;
}

PrunePattern patternOf(int key)
{
    return {static_cast<PrunePattern::Kind>(key / kindFactor), key % kindFactor / (sideLimit + 1),
            key % (sideLimit + 1)};
}

QString patternText(int key)
{
    const PrunePattern p = patternOf(key);
    return p.kind == PrunePattern::Kind::NofM ? QStringLiteral("%1:%2").arg(p.first).arg(p.second)
                                              : Words::tr("blocks of %1×%2").arg(p.first).arg(p.second);
}

std::optional<int> parsePattern(const QString &text)
{
    static const QRegularExpression form(QStringLiteral("(\\d+)\\s*([:x×*])\\s*(\\d+)"));
    const QRegularExpressionMatch match = form.match(text);
    if (!match.hasMatch())
        return text == Words::tr("none") ? std::optional(patternKey(PrunePattern())) : std::nullopt;
    const bool isNofM = match.captured(2) == QLatin1String(":");
    const PrunePattern p{isNofM ? PrunePattern::Kind::NofM : PrunePattern::Kind::Block,
                         match.captured(1).toInt(), match.captured(3).toInt()};
    const bool inRange = p.first >= 1 && p.second >= 1 && p.first <= sideLimit && p.second <= sideLimit;
    if (!inRange || (isNofM && p.first >= p.second))
        return {};
    return patternKey(p.first == 1 && p.second == 1 ? PrunePattern() : p);
}

bool isNofM(const LayerSettings &s)
{
    return s.prune->pattern.kind == PrunePattern::Kind::NofM;
}

Choice pruneMethodChoice()
{
    Choice choice{.name = Words::tr("Which weights go"),
                  .hint = Words::tr("How the weights that matter least are found"),
                  .entries = {},
                  .get = [](const LayerSettings &s) { return keyOf(s.prune->method); },
                  .set = [](LayerSettings &s, int key) { s.prune->method = static_cast<PruneMethod>(key); }};
    for (const PruneCriterion &criterion : pruneCriteria)
        choice.entries.push_back({keyOf(criterion.method), messageText(criterion.label()),
                                  messageText(criterion.hint()), criterion.byInputs || criterion.byGradients,
                                  criterion.byInputs      ? &LayerFacts::noCalibration
                                  : criterion.byGradients ? &LayerFacts::noGradients
                                                          : nullptr});
    return choice;
}

Choice patternChoice()
{
    const auto entry = [](PrunePattern p, const QString &hint) {
        return Choice::Entry{patternKey(p), patternText(patternKey(p)), hint};
    };
    using Kind = PrunePattern::Kind;
    return {.name = Words::tr("Pattern"),
            .hint = Words::tr(
                "Which weights go together. 2:4 keeps two of every four weights of a row; 4×1 takes "
                "blocks of four rows and one column. Any other can be typed."),
            .entries = {{patternKey(PrunePattern()), Words::tr("none"), Words::tr("Each weight by itself")},
                        entry({Kind::NofM, 2, 4}, Words::tr("Two of every four stay: half is pruned.")),
                        entry({Kind::NofM, 1, 4}, Words::tr("One of every four stays.")),
                        entry({Kind::NofM, 4, 8}, Words::tr("Four of every eight stay: half is pruned.")),
                        entry({Kind::Block, 4, 1}, Words::tr("Four outputs together")),
                        entry({Kind::Block, 1, 4}, Words::tr("Four neighbours of a row together"))},
            .get = [](const LayerSettings &s) { return patternKey(s.prune->pattern); },
            .set =
                [](LayerSettings &s, int key) {
                    const bool followed = isNofM(s);
                    s.prune->pattern = patternOf(key);
                    if (followed && !isNofM(s))
                        s.prune->ratio = defaultPrune.ratio; // the ratio of before was the pattern's
                },
            .textOf = patternText,
            .parse = parsePattern};
}

Choice scopeChoice()
{
    return {.name = Words::tr("Ratio holds"),
            .hint = Words::tr(
                "In each layer, or over all layers of this scope together, which share one threshold"),
            .entries = {{keyOf(PruneScope::Layer), Words::tr("in each layer"), {}},
                        {keyOf(PruneScope::Global), Words::tr("over all layers"),
                         Words::tr("Layers with small weights lose more than the others.")}},
            .get = [](const LayerSettings &s) { return keyOf(s.prune->scope); },
            .set = [](LayerSettings &s, int key) { s.prune->scope = static_cast<PruneScope>(key); },
            .idle =
                [](const LayerSettings &s) {
                    return isNofM(s) ? Words::tr("An N:M pattern holds in every row.") : QString();
                }};
}

} // namespace

MethodSpec pruneSpec()
{
    MethodSpec spec = specOf(&LayerSettings::prune);
    spec.id = QStringLiteral("prune");
    spec.title = Words::tr("Prune");
    spec.key = QStringLiteral("P");
    spec.purpose = Words::tr("weights to zero");
    spec.hint = Words::tr("Sets the weights that matter least to zero.");
    spec.turnedOn = Words::tr("Pruning on");
    spec.allTurnedOn = Words::tr("Pruning of %1 layers on");
    spec.turnedOff = Words::tr("Pruning off");
    spec.allTurnedOff = Words::tr("Pruning of %1 layers off");
    spec.value = MethodValue{.name = Words::tr("Share of weights set to zero"),
                             .scale = {.minimum = 0,
                                       .maximum = 99,
                                       .fine = 0.1,
                                       .coarse = 1,
                                       .reset = defaultPrune.ratio * 100,
                                       .unit = Words::tr(" %")},
                             .get = [](const LayerSettings &s) -> std::optional<double> {
                                 return s.prune ? std::optional(s.prune->ratio * 100.0) : std::nullopt;
                             },
                             .set = [](LayerSettings &s, double shown) { s.prune->ratio = shown / 100.0; },
                             .text = percentText,
                             .one = Words::tr("Pruning"),
                             .many = Words::tr("Pruning of %1 layers"),
                             .locked =
                                 [](const LayerSettings &s) {
                                     return s.prune && isNofM(s)
                                                ? Words::tr("%1 says how many weights go.")
                                                      .arg(patternText(patternKey(s.prune->pattern)))
                                                : QString();
                                 }};
    spec.row = {pruneMethodChoice()};
    spec.more = {patternChoice(), scopeChoice()};
    return spec;
}

} // namespace lathe::ui
