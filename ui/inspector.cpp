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

namespace lathe::ui {
namespace {

constexpr PruneSettings defaultPrune{.ratio = 0.5};
std::optional<double> pruneOf(const LayerSettings &s)
{
    return s.prune ? std::optional(s.prune->ratio * 100.0) : std::nullopt;
}

std::optional<double> bitsOf(const LayerSettings &s)
{
    return s.quantize ? std::optional(double(s.quantize->bits)) : std::nullopt;
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

Inspector::~Inspector()
{
    // A closing window takes the focus away, and with it a number half typed would be entered into what is
    // gone already.
    for (const MethodGroup *group : {m_prune, m_quantize, m_rank})
        group->value()->disconnect(this);
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
    // Only the height scrolls; the width is always enough, whatever the font.
    scroll->setMinimumWidth(groups->minimumSizeHint().width() +
                            style()->pixelMetric(QStyle::PM_ScrollBarExtent));

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
    back.rank = rankToOffer(back.rank);
    return back;
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
        details += QLatin1Char('\n') + tr("%n of them cannot be compressed.", nullptr, blocked);
    m_details->setText(details);
    if (m_facts.isEmpty())
        m_emptyText->setText(
            one ? tr("This layer cannot be compressed: %1").arg(m_all.first().whyNot)
                : tr("None of these layers can be compressed. The first: %1").arg(m_all.first().whyNot));
}

void Inspector::refreshPrune()
{
    m_prune->showSpread(spreadOf(m_settings, pruneOf), remembered().prune->ratio * 100.0, percentText);
}

void Inspector::refreshQuantize()
{
    const QuantizeSettings back = *remembered().quantize;
    const Spread spread = spreadOf(m_settings, bitsOf);
    m_quantize->showSpread(spread, back.bits, [](double bits) { return number(bits, 0); });
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
