// The rank of the inspector: three ways of saying it, and where it stops to pay off.
#include "ui/base/format.h"
#include "ui/inspector/inspector.h"
#include "ui/inspector/methodgroup.h"

#include <algorithm>
#include <cmath>

namespace lathe::ui {
namespace {

using Unit = RankSettings::Unit;

constexpr double defaultShare = 0.5;
constexpr double defaultEnergy = 0.95;

/// The controls show percent where the recipe holds shares.
double shownRank(const RankSettings &rank)
{
    return rank.unit == Unit::Rank ? rank.value : rank.value * 100.0;
}

/// Of the form that the settings ask for.
LayerFacts::Ranks ranksOf(const LayerFacts &facts, const LayerSettings &settings)
{
    const RankForm form = settings.rank ? settings.rank->form : RankForm::Channel;
    const LayerFacts::Ranks ranks = facts.ranks.at(static_cast<size_t>(form));
    return ranks.full > 0 ? ranks : facts.ranks.front(); // a form that the layer cannot have
}

int halfOf(const LayerFacts::Ranks &ranks)
{
    return std::max(1, ranks.breakEven / 2);
}

std::optional<int> unitOf(const LayerSettings &s)
{
    return s.rank ? std::optional(int(s.rank->unit)) : std::nullopt;
}

} // namespace

void Inspector::buildRank()
{
    MethodGroup *group = rankMethod().group;
    m_rankUnit = group->addChoice(
        {.name = tr("Rank given as"),
         .hint =
             tr("How the rank is given. Break-even: above it, the factors take more room than the weight.\n"
                "Energy: as many singular values as keep this share of the squared norm."),
         .entries = {{int(Unit::Rank), tr("Rank"), {}},
                     {int(Unit::ShareOfBreakEven), tr("% of break-even"), {}},
                     {int(Unit::Energy), tr("% of energy"), {}}},
         .get = [](const LayerSettings &settings) { return int(settings.rank->unit); },
         .set = {}});
    connect(group->value(), &ValueControl::edited, this, [this](double shown, bool dragging) {
        const Unit unit = shownUnit();
        const double value = unit == Unit::Rank ? shown : shown / 100.0;
        const auto change = [unit, value, spec = rankMethod().spec, back = remembered()](LayerSettings &s) {
            spec.switchOn(s, back);
            s.rank->unit = unit;
            s.rank->value = value;
        };
        const auto text = [unit](double v) { return unit == Unit::Rank ? number(v, 0) : percentText(v); };
        applyValue(subject(tr("Rank"), tr("Rank of %1 layers")), rankSpread(), shown, text, change, dragging,
                   &LayerFacts::noFactors);
    });
    connect(m_rankUnit, &ChoiceBox::chosen, this, [this](int unit) { onRankUnit(Unit(unit)); });
}

RankSettings::Unit Inspector::shownUnit() const
{
    for (const LayerSettings &s : m_settings)
        if (s.rank)
            return s.rank->unit;
    return remembered().rank->unit;
}

Spread Inspector::rankSpread() const
{
    return spreadOf(
        able(rankMethod()), [unit = shownUnit()](const LayerSettings &s) -> std::optional<double> {
            return s.rank && s.rank->unit == unit ? std::optional(shownRank(*s.rank)) : std::nullopt;
        });
}

RankSettings Inspector::rankToOffer(const std::optional<RankSettings> &last) const
{
    // One number of directions does not suit layers of different shapes; a share of break-even does.
    if (!isSingle() && (!last || last->unit == Unit::Rank))
        return {.unit = Unit::ShareOfBreakEven, .value = defaultShare};
    return last.value_or(
        RankSettings{.unit = Unit::Rank, .value = double(halfOf(m_facts.first().ranks.front()))});
}

QVector<LayerFacts::Ranks> Inspector::shownRanks() const
{
    QVector<LayerFacts::Ranks> ranks;
    for (qsizetype i = 0; i < m_facts.size(); ++i)
        ranks << ranksOf(m_facts[i], m_settings[i]);
    return ranks;
}

void Inspector::onRankUnit(Unit unit)
{
    const Unit from = shownUnit();
    if (unit == from && commonEntry(m_settings, unitOf))
        return;
    const QVector<LayerFacts::Ranks> ranks = shownRanks();
    const double shown = rankMethod().group->value()->spinBox()->value();
    double value = unit == Unit::Energy ? defaultEnergy : defaultShare;
    if (unit == Unit::Rank) {
        int smallest = halfOf(ranks.first());
        for (const LayerFacts::Ranks &one : ranks)
            smallest = std::min(smallest, halfOf(one));
        value = smallest;
    }
    if (isSingle() && ranks.first().breakEven > 0) { // the same rank said otherwise
        const double breakEven = ranks.first().breakEven;
        if (from == Unit::Rank && unit == Unit::ShareOfBreakEven)
            value = std::max(0.001, std::round(shown / breakEven * 1000.0) / 1000.0);
        else if (from == Unit::ShareOfBreakEven && unit == Unit::Rank)
            value = std::max(1.0, std::round(shown / 100.0 * breakEven));
    }
    const auto change = [unit, value, spec = rankMethod().spec, back = remembered()](LayerSettings &s) {
        spec.switchOn(s, back);
        s.rank->unit = unit;
        s.rank->value = value;
    };
    apply(change, tr("Rank given as %1").arg(m_rankUnit->choice().text(int(unit)).toLower()), false,
          &LayerFacts::noFactors);
}

void Inspector::refreshRank()
{
    const Unit unit = shownUnit();
    const Spread spread = rankSpread();
    const RankSettings back = *remembered().rank;
    const QVector<LayerFacts::Ranks> ranks = shownRanks();
    int largest = 1;
    for (const LayerFacts::Ranks &one : ranks)
        largest = std::max(largest, one.full - 1);
    const int breakEven = ranks.first().breakEven;
    const bool sameBreakEven = std::all_of(
        ranks.begin(), ranks.end(), [&](const LayerFacts::Ranks &one) { return one.breakEven == breakEven; });
    ValueControl *value = rankMethod().group->value();
    if (!value->isHeld()) {
        switch (unit) {
        case Unit::Rank:
            value->setScale({.minimum = 1,
                             .maximum = double(largest),
                             .fine = 1,
                             .coarse = 1,
                             .reset = double(halfOf(ranks.first())),
                             .unit = {}});
            value->setMark(sameBreakEven ? std::optional(double(breakEven)) : std::nullopt,
                           tr("Break-even %1").arg(breakEven));
            break;
        case Unit::ShareOfBreakEven:
            value->setScale({.minimum = 1,
                             .maximum = std::max(100.0, spread.high),
                             .fine = 0.1,
                             .coarse = 1,
                             .reset = defaultShare * 100,
                             .unit = tr(" %")});
            value->setMark(100.0, tr("Break-even"));
            break;
        case Unit::Energy:
            value->setScale({.minimum = spread.on ? std::min(50.0, std::floor(spread.low)) : 50.0,
                             .maximum = std::max(99.9, spread.high),
                             .fine = 0.1,
                             .coarse = 1,
                             .reset = defaultEnergy * 100,
                             .unit = tr(" %")});
            value->setMark(std::nullopt);
            break;
        }
    }
    const auto text = [unit](double v) { return unit == Unit::Rank ? number(v, 0) : percentText(v); };
    rankMethod().group->showSpread(spread, back.unit == unit ? shownRank(back) : value->scale().reset, text);
    const Spread any = spreadOf(able(rankMethod()), [](const LayerSettings &s) {
        return s.rank ? std::optional(1.0) : std::nullopt;
    });
    rankMethod().group->setOn(any.state());
    m_rankUnit->setKey(any.on == 0 ? std::optional(int(unit)) : commonEntry(m_settings, unitOf));
    refreshRankRemark();
}

void Inspector::refreshRankRemark()
{
    const QVector<LayerFacts::Ranks> ranks = shownRanks();
    int above = 0, on = 0;
    for (qsizetype i = 0; i < m_facts.size(); ++i) {
        const Facts &f = m_facts[i];
        std::optional<RankSettings> rank = m_settings[i].rank;
        on += rank.has_value();
        if (!rank && isSingle())
            rank = remembered().rank; // as it would be on, so that switching it moves nothing
        if (!rank)
            continue;
        const bool over = rank->unit == Unit::Rank ? rank->value > ranks[i].breakEven
                          : rank->unit == Unit::ShareOfBreakEven
                              ? rank->value > 1.0
                              : m_settings[i].rank && f.storedBytes > f.originalBytes;
        above += over;
    }
    if (!isSingle()) {
        rankMethod().group->setRemark(
            above > 0 ? tr("Above break-even in %1 of %2 layers: there factors take more room.")
                            .arg(above)
                            .arg(m_facts.size())
                      : QString(),
            above > 0);
        return;
    }
    const LayerFacts::Ranks &only = ranks.first();
    if (only.breakEven < 1)
        rankMethod().group->setRemark(tr("This weight is too small: no rank saves room."), on > 0);
    else if (above > 0)
        rankMethod().group->setRemark(
            tr("Above break-even: factors take more room. Go to rank %1 or below.").arg(only.breakEven),
            true);
    else
        rankMethod().group->setRemark(tr("Break-even %1, full rank %2").arg(only.breakEven).arg(only.full),
                                      false);
}

} // namespace lathe::ui
