#include "ui/inspector.h"

#include "ui/format.h"
#include "ui/methodgroup.h"
#include "ui/panelparts.h"
#include "ui/theme.h"

#include <QGridLayout>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace lathe::ui {
namespace {

using Unit = RankSettings::Unit;

constexpr PruneSettings defaultPrune{.ratio = 0.5};
constexpr double defaultShare = 0.5;
constexpr double defaultEnergy = 0.95;

std::optional<double> pruneOf(const LayerSettings &s)
{
    return s.prune ? std::optional(s.prune->ratio * 100.0) : std::nullopt;
}

std::optional<double> bitsOf(const LayerSettings &s)
{
    return s.quantize ? std::optional(double(s.quantize->bits)) : std::nullopt;
}

/// The controls show percent where the recipe holds shares.
double shownRank(const RankSettings &rank)
{
    return rank.unit == Unit::Rank ? rank.value : rank.value * 100.0;
}

int halfOfBreakEven(const Inspector::Facts &facts)
{
    return std::max(1, facts.breakEvenRank / 2);
}

QString percentText(double shown)
{
    return percent(shown / 100.0, std::abs(shown - std::round(shown)) < 0.05 ? 0 : 1);
}

QString spreadText(const Spread &spread, const std::function<QString(double)> &text)
{
    return spread.mixed() ? QStringLiteral("%1–%2").arg(text(spread.low), text(spread.high))
                          : text(spread.low);
}

void showValue(MethodGroup *group, const Spread &spread, double whenOff,
               const std::function<QString(double)> &text)
{
    group->setOn(spread.state());
    group->setNote(spread.mixed() ? spreadText(spread, text) : QString());
    if (spread.mixed())
        group->value()->setMixed(spread.low, spread.high);
    else
        group->value()->setValue(spread.on ? spread.low : whenOff);
}

} // namespace

Inspector::Inspector(QWidget *parent)
    : QWidget(parent), m_stack(new QStackedWidget(this)), m_emptyText(makeEmptyState({}, this)),
      m_name(new ElidedLabel(this)), m_details(makeMuted({}, this)),
      m_prune(new MethodGroup(tr("Prune"), tr("Share of weights set to zero"), this)),
      m_quantize(new MethodGroup(tr("Quantize"), tr("Bits"), this)),
      m_rank(new MethodGroup(tr("Rank"), tr("Rank"), this))
{
    QFont nameFont = scaledFont(1.0, QFont::DemiBold);
    m_name->setFont(nameFont);
    m_details->setWordWrap(true);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->setSpacing(4);
    layout->addWidget(makeTitle(tr("SETTINGS"), this));
    layout->addWidget(m_name);
    layout->addWidget(m_details);
    layout->addWidget(m_stack, 1);
    m_stack->addWidget(m_emptyText);
    m_stack->addWidget(buildControls());
    setAccessibleName(tr("Settings of the selected layers"));
    refresh();
}

QWidget *Inspector::buildControls()
{
    buildPrune();
    buildQuantize();
    buildRank();
    m_keep = new QPushButton(icon(QStringLiteral("keep")), {}, this);
    m_keep->setToolTip(tr("Switches off every method; the weight is stored as it came."));
    connect(m_keep, &QPushButton::clicked, this, [this] {
        apply([](LayerSettings &s) { s = {}; },
              isSingle() ? tr("Keep %1 as it is").arg(m_facts.first().name)
                         : tr("Keep %n layers as they are", nullptr, int(m_facts.size())),
              false);
    });

    auto *groups = new QWidget(this);
    auto *column = new QVBoxLayout(groups);
    column->setContentsMargins(0, 8, 4, 8);
    column->setSpacing(12);
    column->addWidget(m_prune);
    column->addWidget(makeLine(groups));
    column->addWidget(m_quantize);
    column->addWidget(makeLine(groups));
    column->addWidget(m_rank);
    column->addStretch();

    auto *scroll = new QScrollArea(this);
    scroll->setWidget(groups);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);

    auto *page = new QWidget(this);
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(scroll, 1);
    layout->addWidget(m_keep);
    layout->addWidget(makeLine(page));
    layout->addWidget(buildResult());
    return page;
}

void Inspector::buildPrune()
{
    m_prune->check()->setToolTip(tr("Sets the smallest weights to zero."));
    m_prune->value()->setScale({.minimum = 0,
                                .maximum = 99,
                                .fine = 0.1,
                                .coarse = 1,
                                .reset = defaultPrune.ratio * 100,
                                .unit = tr(" %")});
    connect(m_prune, &MethodGroup::switched, this, [this](bool on) {
        const PruneSettings back = *remembered().prune;
        apply([on, back](
                  LayerSettings &s) { s.prune = on ? std::optional(s.prune.value_or(back)) : std::nullopt; },
              on ? subject(QT_TR_NOOP("Pruning on"), QT_TR_NOOP("Pruning of %1 layers on"))
                 : subject(QT_TR_NOOP("Pruning off"), QT_TR_NOOP("Pruning of %1 layers off")),
              false);
    });
    connect(m_prune->value(), &ValueControl::edited, this, [this](double shown, bool dragging) {
        const auto change = [ratio = shown / 100.0, back = *remembered().prune](LayerSettings &s) {
            s.prune = s.prune.value_or(back);
            s.prune->ratio = ratio;
        };
        applyValue(subject(QT_TR_NOOP("Pruning"), QT_TR_NOOP("Pruning of %1 layers")),
                   spreadOf(m_settings, pruneOf), shown, percentText, change, dragging);
    });
}

void Inspector::buildQuantize()
{
    m_quantize->check()->setToolTip(tr("Stores each weight as one of a few evenly spaced values."));
    m_quantize->value()->setScale(
        {.minimum = 1, .maximum = 8, .fine = 1, .coarse = 1, .reset = 8, .unit = {}});
    m_granularity = m_quantize->addChoice({tr("Per channel"), tr("Per tensor")}, tr("Scale per"));
    m_granularity->setToolTip(
        tr("Per channel: each output has its own scale. Per tensor: one scale for the whole weight."));
    m_symmetric = m_quantize->addChoice({tr("Symmetric"), tr("Asymmetric")}, tr("Symmetry"));
    m_symmetric->setToolTip(
        tr("Symmetric: values around zero. Asymmetric: from the smallest to the largest weight."));
    const auto text = [](double bits) { return number(bits, 0); };
    connect(m_quantize, &MethodGroup::switched, this, [this](bool on) {
        const QuantizeSettings back = *remembered().quantize;
        apply(
            [on, back](LayerSettings &s) {
                s.quantize = on ? std::optional(s.quantize.value_or(back)) : std::nullopt;
            },
            on ? subject(QT_TR_NOOP("Quantization on"), QT_TR_NOOP("Quantization of %1 layers on"))
               : subject(QT_TR_NOOP("Quantization off"), QT_TR_NOOP("Quantization of %1 layers off")),
            false);
    });
    connect(m_quantize->value(), &ValueControl::edited, this, [this, text](double shown, bool dragging) {
        const auto change = [bits = int(shown), back = *remembered().quantize](LayerSettings &s) {
            s.quantize = s.quantize.value_or(back);
            s.quantize->bits = bits;
        };
        applyValue(subject(QT_TR_NOOP("Bits"), QT_TR_NOOP("Bits of %1 layers")), spreadOf(m_settings, bitsOf),
                   shown, text, change, dragging);
    });
    connect(m_granularity, &QComboBox::activated, this, [this](int entry) {
        const QuantizeSettings back = *remembered().quantize;
        apply(
            [entry, back](LayerSettings &s) {
                s.quantize = s.quantize.value_or(back);
                s.quantize->granularity = entry == 0 ? Granularity::Channel : Granularity::Tensor;
            },
            tr("Scale → %1").arg(m_granularity->itemText(entry).toLower()), false);
    });
    connect(m_symmetric, &QComboBox::activated, this, [this](int entry) {
        const QuantizeSettings back = *remembered().quantize;
        apply(
            [entry, back](LayerSettings &s) {
                s.quantize = s.quantize.value_or(back);
                s.quantize->symmetric = entry == 0;
            },
            tr("Quantization → %1").arg(m_symmetric->itemText(entry).toLower()), false);
    });
}

void Inspector::buildRank()
{
    m_rank->check()->setToolTip(
        tr("Replaces the weight by two thinner ones (singular value decomposition)."));
    m_rankUnit =
        m_rank->addChoice({tr("Rank"), tr("% of break-even"), tr("% of energy")}, tr("Rank given as"));
    m_rankUnit->setToolTip(
        tr("How the rank is given. Break-even: above it, two factors take more room than the weight.\n"
           "Energy: as many singular values as keep this share of the squared norm."));
    connect(m_rank, &MethodGroup::switched, this, [this](bool on) {
        const RankSettings back = *remembered().rank;
        apply([on,
               back](LayerSettings &s) { s.rank = on ? std::optional(s.rank.value_or(back)) : std::nullopt; },
              on ? subject(QT_TR_NOOP("Rank on"), QT_TR_NOOP("Rank of %1 layers on"))
                 : subject(QT_TR_NOOP("Rank off"), QT_TR_NOOP("Rank of %1 layers off")),
              false);
    });
    connect(m_rank->value(), &ValueControl::edited, this, [this](double shown, bool dragging) {
        const Unit unit = shownUnit();
        const double value = unit == Unit::Rank ? shown : shown / 100.0;
        const auto change = [unit, value, back = *remembered().rank](LayerSettings &s) {
            s.rank = s.rank.value_or(back);
            s.rank->unit = unit;
            s.rank->value = value;
        };
        const auto text = [unit](double v) { return unit == Unit::Rank ? number(v, 0) : percentText(v); };
        applyValue(subject(QT_TR_NOOP("Rank"), QT_TR_NOOP("Rank of %1 layers")), rankSpread(), shown, text,
                   change, dragging);
    });
    connect(m_rankUnit, &QComboBox::activated, this, [this](int entry) { onRankUnit(Unit(entry)); });
}

QWidget *Inspector::buildResult()
{
    auto *block = new QWidget(this);
    m_resultTitle = makeTitle({}, block);
    m_sizes = new QLabel(block);
    m_ratio = new QLabel(block);
    m_error = makeMuted({}, block);
    m_ratio->setFont(scaledFont(1.25, QFont::DemiBold));
    m_ratio->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    for (QLabel *label : {m_sizes, m_ratio, m_error})
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto *grid = new QGridLayout(block);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(4);
    grid->addWidget(m_resultTitle, 0, 0, 1, 2);
    grid->addWidget(m_sizes, 1, 0);
    grid->addWidget(m_ratio, 1, 1, 2, 1);
    grid->addWidget(m_error, 2, 0);
    grid->setColumnStretch(0, 1);
    return block;
}

void Inspector::setSelection(const QVector<Facts> &facts, const QVector<LayerSettings> &settings)
{
    m_all = facts;
    m_facts.clear();
    m_settings.clear();
    for (qsizetype i = 0; i < std::min(facts.size(), settings.size()); ++i) {
        if (!facts[i].compressible)
            continue;
        m_facts << facts[i];
        m_settings << settings[i];
    }
    rememberSettings();
    refresh();
}

void Inspector::updateFacts(const QVector<Facts> &facts)
{
    m_all = facts;
    m_facts.clear();
    std::copy_if(facts.begin(), facts.end(), std::back_inserter(m_facts),
                 [](const Facts &f) { return f.compressible; });
    m_facts.resize(m_settings.size());
    refreshResult();
    refreshRankRemark();
}

void Inspector::apply(const Edit &change, const QString &description, bool dragging)
{
    for (LayerSettings &s : m_settings)
        change(s);
    rememberSettings();
    refresh();
    emit edited(change, description, dragging);
}

void Inspector::applyValue(const QString &subject, const Spread &before, double shown,
                           const std::function<QString(double)> &text, const Edit &change, bool dragging)
{
    if (m_before.isEmpty())
        m_before = before.on ? spreadText(before, text) : unavailable();
    const QString description = tr("%1 %2 → %3").arg(subject, m_before, text(shown));
    if (!dragging)
        m_before.clear();
    apply(change, description, dragging);
}

void Inspector::rememberSettings()
{
    for (qsizetype i = 0; i < m_facts.size(); ++i) {
        LayerSettings &last = m_lastOf[m_facts[i].name];
        const LayerSettings &now = m_settings[i];
        last.prune = now.prune ? now.prune : last.prune;
        last.quantize = now.quantize ? now.quantize : last.quantize;
        last.rank = now.rank ? now.rank : last.rank;
    }
}

LayerSettings Inspector::remembered() const
{
    LayerSettings back = m_facts.isEmpty() ? LayerSettings() : m_lastOf.value(m_facts.first().name);
    back.prune = back.prune.value_or(defaultPrune);
    back.quantize = back.quantize.value_or(QuantizeSettings());
    // One number of directions does not suit layers of different shapes; a share of break-even does.
    if (!isSingle() && (!back.rank || back.rank->unit == Unit::Rank))
        back.rank = RankSettings{.unit = Unit::ShareOfBreakEven, .value = defaultShare};
    else if (!back.rank)
        back.rank = RankSettings{.unit = Unit::Rank, .value = double(halfOfBreakEven(m_facts.first()))};
    return back;
}

void Inspector::onRankUnit(Unit unit)
{
    const Unit from = shownUnit();
    if (unit == from && commonEntry(m_settings, [](const LayerSettings &s) {
            return s.rank ? std::optional(int(s.rank->unit)) : std::nullopt;
        }))
        return;
    const Spread spread = rankSpread();
    double value = unit == Unit::Energy ? defaultEnergy : defaultShare;
    if (unit == Unit::Rank) {
        value = halfOfBreakEven(
            *std::min_element(m_facts.begin(), m_facts.end(), [](const Facts &a, const Facts &b) {
                return a.breakEvenRank < b.breakEvenRank;
            }));
    }
    if (isSingle() && m_facts.first().breakEvenRank > 0) { // the same rank said otherwise
        const double breakEven = m_facts.first().breakEvenRank;
        if (from == Unit::Rank && unit == Unit::ShareOfBreakEven)
            value = spread.low / breakEven;
        else if (from == Unit::ShareOfBreakEven && unit == Unit::Rank)
            value = std::max(1.0, std::round(spread.low / 100.0 * breakEven));
    }
    const auto change = [unit, value](LayerSettings &s) {
        RankSettings rank = s.rank.value_or(RankSettings());
        rank.unit = unit;
        rank.value = value;
        s.rank = rank;
    };
    apply(change, tr("Rank given as %1").arg(m_rankUnit->itemText(int(unit)).toLower()), false);
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
    return spreadOf(m_settings, [unit = shownUnit()](const LayerSettings &s) -> std::optional<double> {
        return s.rank && s.rank->unit == unit ? std::optional(shownRank(*s.rank)) : std::nullopt;
    });
}

QString Inspector::subject(const char *one, const char *many) const
{
    return isSingle() ? tr(one) : tr(many).arg(m_facts.size());
}

void Inspector::refresh()
{
    refreshHeader();
    m_stack->setCurrentIndex(m_facts.isEmpty() ? 0 : 1);
    if (m_facts.isEmpty())
        return;
    refreshPrune();
    refreshQuantize();
    refreshRank();
    refreshResult();
    m_keep->setText(isSingle() ? tr("Keep this layer as it is") : tr("Keep these layers as they are"));
    m_keep->setEnabled(
        std::any_of(m_settings.begin(), m_settings.end(), [](const LayerSettings &s) { return !s.empty(); }));
}

void Inspector::refreshHeader()
{
    const int blocked = int(m_all.size() - m_facts.size());
    m_name->setVisible(!m_all.isEmpty());
    m_details->setVisible(!m_all.isEmpty());
    if (m_all.isEmpty()) {
        m_emptyText->setText(tr("Select a layer to choose what happens to it."));
        return;
    }
    qint64 weights = 0;
    for (const Facts &f : m_all)
        weights += f.weights;
    const bool one = m_all.size() == 1;
    m_name->setFullText(one ? m_all.first().name : tr("%n layers", nullptr, int(m_all.size())));
    QString details = one ? tr("%1 · %2 weights").arg(m_all.first().op, count(weights))
                          : tr("%1 weights").arg(count(weights));
    if (blocked > 0 && !one)
        details +=
            QLatin1Char('\n') + tr("%n of them cannot be compressed and stay as they are.", nullptr, blocked);
    m_details->setText(details);
    if (m_facts.isEmpty())
        m_emptyText->setText(
            one ? tr("This layer cannot be compressed: %1").arg(m_all.first().whyNot)
                : tr("None of these layers can be compressed. The first: %1").arg(m_all.first().whyNot));
}

void Inspector::refreshPrune()
{
    showValue(m_prune, spreadOf(m_settings, pruneOf), remembered().prune->ratio * 100.0, percentText);
}

void Inspector::refreshQuantize()
{
    const QuantizeSettings back = *remembered().quantize;
    const Spread spread = spreadOf(m_settings, bitsOf);
    showValue(m_quantize, spread, back.bits, [](double bits) { return number(bits, 0); });
    const auto shown = [&](auto entryOf) {
        return spread.on == 0 ? std::optional(entryOf(back))
                              : commonEntry(m_settings, [&](const LayerSettings &s) {
                                    return s.quantize ? std::optional(entryOf(*s.quantize)) : std::nullopt;
                                });
    };
    showChoice(m_granularity, shown([](const QuantizeSettings &q) {
                   return q.granularity == Granularity::Channel ? 0 : 1;
               }));
    showChoice(m_symmetric, shown([](const QuantizeSettings &q) { return q.symmetric ? 0 : 1; }));
}

void Inspector::refreshRank()
{
    const Unit unit = shownUnit();
    const Spread spread = rankSpread();
    const RankSettings back = *remembered().rank;
    int largest = 1;
    for (const Facts &f : m_facts)
        largest = std::max(largest, f.fullRank - 1);
    const int breakEven = m_facts.first().breakEvenRank;
    const bool sameBreakEven = std::all_of(m_facts.begin(), m_facts.end(),
                                           [&](const Facts &f) { return f.breakEvenRank == breakEven; });
    ValueControl *value = m_rank->value();
    if (!value->isHeld()) {
        switch (unit) {
        case Unit::Rank:
            value->setScale({.minimum = 1,
                             .maximum = double(largest),
                             .fine = 1,
                             .coarse = 1,
                             .reset = double(halfOfBreakEven(m_facts.first())),
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
                             .maximum = 99.9,
                             .fine = 0.1,
                             .coarse = 1,
                             .reset = defaultEnergy * 100,
                             .unit = tr(" %")});
            value->setMark(std::nullopt);
            break;
        }
    }
    const auto text = [unit](double v) { return unit == Unit::Rank ? number(v, 0) : percentText(v); };
    showValue(m_rank, spread, back.unit == unit ? shownRank(back) : value->scale().reset, text);
    const Spread any = spreadOf(
        m_settings, [](const LayerSettings &s) { return s.rank ? std::optional(1.0) : std::nullopt; });
    m_rank->setOn(any.state());
    showChoice(m_rankUnit,
               any.on == 0 ? std::optional(int(unit)) : commonEntry(m_settings, [](const LayerSettings &s) {
                   return s.rank ? std::optional(int(s.rank->unit)) : std::nullopt;
               }));
    refreshRankRemark();
}

void Inspector::refreshRankRemark()
{
    int above = 0, on = 0;
    for (qsizetype i = 0; i < m_facts.size(); ++i) {
        const Facts &f = m_facts[i];
        const std::optional<RankSettings> &rank = m_settings[i].rank;
        if (!rank)
            continue;
        ++on;
        const bool over = rank->unit == Unit::Rank               ? rank->value > f.breakEvenRank
                          : rank->unit == Unit::ShareOfBreakEven ? rank->value > 1.0
                                                                 : f.storedBytes > f.originalBytes;
        above += over;
    }
    if (!isSingle()) {
        m_rank->setRemark(
            above > 0
                ? tr("Above break-even in %1 of %2 layers: there the factors take more room than the weight.")
                      .arg(above)
                      .arg(on)
                : QString(),
            above > 0);
        return;
    }
    const Facts &f = m_facts.first();
    if (f.breakEvenRank < 1)
        m_rank->setRemark(tr("This weight is too small: no rank saves room."), on > 0);
    else if (above > 0)
        m_rank->setRemark(
            tr("Above break-even: two factors take more room than the weight. Go to rank %1 or below.")
                .arg(f.breakEvenRank),
            true);
    else
        m_rank->setRemark(tr("Break-even %1, full rank %2").arg(f.breakEvenRank).arg(f.fullRank), false);
}

void Inspector::refreshResult()
{
    qint64 original = 0, stored = 0;
    double largestError = 0.0;
    for (const Facts &f : m_facts) {
        original += f.originalBytes;
        stored += f.storedBytes;
        largestError = std::max(largestError, f.relativeError);
    }
    const bool untouched =
        std::all_of(m_settings.begin(), m_settings.end(), [](const LayerSettings &s) { return s.empty(); });
    m_resultTitle->setText(isSingle() ? tr("THIS LAYER")
                                      : tr("THESE %n LAYERS", nullptr, int(m_facts.size())));
    m_sizes->setText(untouched ? bytes(original)
                               : QStringLiteral("%1 → %2").arg(bytes(original), bytes(stored)));
    m_ratio->setText(untouched || stored <= 0 ? QString() : ratio(double(original) / double(stored)));
    m_error->setText(untouched    ? tr("stays as it is")
                     : isSingle() ? tr("weight error %1").arg(percent(largestError))
                                  : tr("weight error up to %1").arg(percent(largestError)));
}

} // namespace lathe::ui
