// The methods of the inspector: what their controls do to the settings, and how settings show in them.
#include "ui/inspector/inspector.h"
#include "ui/inspector/methodgroup.h"
#include "ui/jobs/timeleft.h"

#include <algorithm>

namespace lathe::ui {
namespace {

constexpr QLatin1String rankId("rank"); // says its value in three ways

/// "Not for 2 of the 5 layers: ..." is the choice's business; here only whether any can have it.
QString obstacleOfAll(const QVector<LayerFacts> &layers, QString LayerFacts::*obstacle)
{
    if (!obstacle || layers.isEmpty())
        return {};
    const bool none = std::none_of(layers.begin(), layers.end(),
                                   [&](const LayerFacts &f) { return (f.*obstacle).isEmpty(); });
    return none ? layers.first().*obstacle : QString();
}

/// The reason that holds for all settings with the method on; empty where it does not hold for one of them.
QString commonReason(const QVector<LayerSettings> &settings,
                     const std::function<bool(const LayerSettings &)> &isOn,
                     const std::function<QString(const LayerSettings &)> &reason)
{
    QString common;
    for (const LayerSettings &s : settings) {
        if (!reason || !isOn(s))
            continue;
        const QString own = reason(s);
        if (own.isEmpty())
            return {};
        common = own;
    }
    return common;
}

} // namespace

void Inspector::buildMethod(Bound &bound)
{
    const MethodSpec &spec = bound.spec;
    const bool isRank = spec.id == rankId;
    const QString valueName = isRank ? tr("Rank") : spec.value ? spec.value->name : QString();
    bound.group = new MethodGroup(spec.id, spec.title, spec.purpose, valueName, this);
    bound.group->check()->setToolTip(
        spec.key.isEmpty() ? spec.hint : spec.hint + QLatin1Char('\n') + tr("Key: %1").arg(spec.key));
    const auto place = static_cast<int>(&bound - m_methods.data());
    const auto connectBox = [this, place](ChoiceBox *box) {
        connect(box, &ChoiceBox::chosen, this,
                [this, place, box](int key) { onChosen(m_methods.at(place), box->choice(), key); });
        box->setCost([this, box](int key) { return costOf(box->choice(), key); });
    };
    for (const Choice &choice : spec.row)
        connectBox(bound.group->addChoice(choice));
    for (const Choice &choice : spec.more)
        connectBox(bound.group->addDetail(choice));
    connect(bound.group, &MethodGroup::switched, this,
            [this, place](bool on) { onSwitched(m_methods.at(place), on); });
    connect(bound.group, &MethodGroup::calibrationRequested, this, &Inspector::calibrationRequested);
    if (spec.value)
        bindValue(bound);
}

/// Of an entry for the selected layers, where it costs more than what they have now.
QString Inspector::costOf(const Choice &choice, int key) const
{
    if (!m_cost || m_settings.isEmpty())
        return {};
    QVector<int> layers;
    QVector<LayerSettings> with = m_settings, without = m_settings;
    for (qsizetype i = 0; i < with.size(); ++i) {
        layers << m_facts[i].layer;
        choice.set(with[i], key);
        choice.set(without[i], choice.usual());
    }
    const double seconds = m_cost(layers, with);
    return key != choice.usual() && seconds > m_cost(layers, without) ? aboutTimeText(seconds) : QString();
}

/// Of switching the method on for the selected layers, beside what they have now.
QString Inspector::costOf(const Bound &bound) const
{
    const LayerSettings back = remembered();
    QVector<int> layers;
    QVector<LayerSettings> with = m_settings;
    bool asks = false; // only what looks at data takes long
    for (qsizetype i = 0; i < with.size(); ++i) {
        layers << m_facts[i].layer;
        if (bound.spec.obstacle && !(m_facts[i].*bound.spec.obstacle).isEmpty())
            continue;
        bound.spec.switchOn(with[i], back);
        asks = asks || bound.spec.needsCalibration(with[i]);
    }
    return asks && m_cost ? aboutTimeText(m_cost(layers, with) - m_cost(layers, m_settings)) : QString();
}

void Inspector::refreshCosts()
{
    for (const Bound &bound : m_methods) {
        const bool off = std::none_of(m_settings.begin(), m_settings.end(), bound.spec.isOn);
        bound.group->setCost(off ? costOf(bound) : QString());
    }
}

MethodGroup *Inspector::method(const QString &id) const
{
    const auto found =
        std::ranges::find_if(m_methods, [&](const Bound &bound) { return bound.spec.id == id; });
    return found == m_methods.end() ? nullptr : found->group;
}

const Inspector::Bound &Inspector::rankMethod() const
{
    return *std::find_if(m_methods.begin(), m_methods.end(),
                         [](const Bound &bound) { return bound.spec.id == rankId; });
}

void Inspector::bindValue(const Bound &bound)
{
    bound.group->value()->setScale(bound.spec.value->scale);
    const auto place = static_cast<int>(&bound - m_methods.data());
    connect(bound.group->value(), &ValueControl::edited, this, [this, place](double shown, bool dragging) {
        const MethodSpec &spec = m_methods.at(place).spec;
        const auto change = [spec, shown, back = remembered()](LayerSettings &s) {
            spec.switchOn(s, back);
            spec.value->set(s, shown);
        };
        applyValue(subject(spec.value->one, spec.value->many), spreadOf(m_settings, spec.value->get), shown,
                   spec.value->text, change, dragging, spec.obstacle);
    });
}

void Inspector::onSwitched(const Bound &bound, bool on)
{
    const MethodSpec &spec = bound.spec;
    if (on)
        apply([spec, back = remembered()](LayerSettings &s) { spec.switchOn(s, back); },
              subject(spec.turnedOn, spec.allTurnedOn), false, spec.obstacle);
    else
        apply([spec](LayerSettings &s) { spec.switchOff(s); }, subject(spec.turnedOff, spec.allTurnedOff),
              false);
}

void Inspector::onChosen(const Bound &bound, const Choice &choice, int key)
{
    const auto entry = std::find_if(choice.entries.begin(), choice.entries.end(),
                                    [key](const Choice::Entry &e) { return e.key == key; });
    const auto change = [spec = bound.spec, set = choice.set, key, back = remembered()](LayerSettings &s) {
        spec.switchOn(s, back);
        set(s, key);
    };
    const bool specific = entry != choice.entries.end() && entry->obstacle &&
                          !(entry->needsCalibration && m_calibration.isEmpty());
    apply(change, tr("%1: %2 → %3").arg(bound.spec.title, choice.name.toLower(), choice.text(key)), false,
          specific ? entry->obstacle : bound.spec.obstacle);
}

/// A method that a layer cannot have says nothing of it: where all have it that can, it is on.
QVector<LayerSettings> Inspector::able(const Bound &bound) const
{
    QVector<LayerSettings> settings;
    for (qsizetype i = 0; i < m_settings.size(); ++i)
        if (!bound.spec.obstacle || (m_facts[i].*bound.spec.obstacle).isEmpty() ||
            bound.spec.isOn(m_settings[i]))
            settings << m_settings[i];
    return settings;
}

void Inspector::refreshMethod(const Bound &bound)
{
    if (bound.spec.value)
        refreshValue(bound);
    else if (bound.spec.id == rankId)
        refreshRank();
    else
        bound.group->showSpread(spreadOf(able(bound),
                                         [&](const LayerSettings &s) {
                                             return bound.spec.isOn(s) ? std::optional(1.0) : std::nullopt;
                                         }),
                                0.0, {});
    bound.group->setObstacle(obstacleOfAll(m_facts, bound.spec.obstacle));
    refreshChoices(bound);
    refreshCalibration(bound);
}

void Inspector::refreshValue(const Bound &bound)
{
    const MethodValue &value = *bound.spec.value;
    const Spread spread = spreadOf(able(bound), value.get);
    if (!bound.group->value()->isHeld()) {
        ValueControl::Scale scale = value.scale; // a value may follow from others and lie beyond
        scale.maximum = spread.on ? std::max(scale.maximum, spread.high) : scale.maximum;
        bound.group->value()->setScale(scale);
    }
    bound.group->showSpread(spread, value.get(remembered()).value_or(value.scale.reset), value.text);
    bound.group->setValueLocked(commonReason(m_settings, bound.spec.isOn, value.locked));
}

void Inspector::refreshChoices(const Bound &bound)
{
    const LayerSettings back = remembered();
    const bool anyOn = std::any_of(m_settings.begin(), m_settings.end(), bound.spec.isOn);
    QStringList unusual;
    for (ChoiceBox *box : bound.group->choices()) {
        const Choice &choice = box->choice();
        if (box == m_rankUnit)
            continue;
        const std::optional<int> key =
            anyOn ? commonEntry(m_settings,
                                [&](const LayerSettings &s) {
                                    return bound.spec.isOn(s) ? std::optional(choice.get(s)) : std::nullopt;
                                })
                  : choice.get(back);
        box->setKey(key);
        box->setLayers(m_facts, !m_calibration.isEmpty() || m_dataComing);
        const QString idle = commonReason(m_settings, bound.spec.isOn, choice.idle);
        box->setIdle(idle);
        const bool isDetail = bound.group->isDetail(box);
        if (isDetail && idle.isEmpty() && (!key || *key != choice.usual()))
            unusual << (key ? tr("%1: %2").arg(choice.name, choice.text(*key))
                            : tr("%1: mixed").arg(choice.name));
    }
    bound.group->setMoreSummary(unusual.join(QStringLiteral(" · ")));
}

void Inspector::refreshCalibration(const Bound &bound)
{
    using Calibration = MethodGroup::Calibration;
    QString obstacle;
    bool needed = false;
    for (qsizetype i = 0; i < m_settings.size(); ++i) {
        const LayerSettings &settings = m_settings[i];
        if (!bound.spec.isOn(settings) || !bound.spec.needsCalibration(settings))
            continue;
        needed = true;
        if (obstacle.isEmpty() && bound.spec.goesByInputs(settings) && !m_facts[i].noCalibration.isEmpty())
            obstacle = tr("No statistics of %1: %2.").arg(m_facts[i].name, m_facts[i].noCalibration);
        if (obstacle.isEmpty() && bound.spec.goesByGradients(settings) && !m_facts[i].noGradients.isEmpty())
            obstacle = tr("No gradients of %1: %2.").arg(m_facts[i].name, m_facts[i].noGradients);
    }
    if (!needed || (m_calibration.isEmpty() && m_dataComing))
        bound.group->setCalibration(Calibration::NotNeeded);
    else if (m_calibration.isEmpty())
        bound.group->setCalibration(Calibration::Missing,
                                    tr("This looks at the layer's inputs, so it needs data."));
    else if (!obstacle.isEmpty())
        bound.group->setCalibration(Calibration::Missing, obstacle);
    else
        bound.group->setCalibration(Calibration::Used, m_calibration);
}

} // namespace lathe::ui
