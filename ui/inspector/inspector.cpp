#include "ui/inspector/inspector.h"

#include "core/compress/entropycost.h"

#include "ui/base/format.h"
#include "ui/inspector/keepbar.h"
#include "ui/inspector/methodgroup.h"
#include "ui/style/theme.h"
#include "ui/widgets/panelparts.h"
#include "ui/widgets/verticalscroll.h"

#include <QGridLayout>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace lathe::ui {
Inspector::Inspector(QWidget *parent)
    : QWidget(parent), m_stack(new QStackedWidget(this)), m_emptyText(makeEmptyState({}, this)),
      m_name(new ElidedLabel(this)), m_details(makeMuted({}, this))
{
    for (MethodSpec &spec : methodSpecs())
        m_methods.push_back({std::move(spec)});
    QFont nameFont = scaledFont(1.0, QFont::DemiBold);
    m_name->setFont(nameFont);
    wrapFreely(m_details);
    wrapFreely(m_emptyText);
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
    m_costsDue.setSingleShot(true);
    m_costsDue.setInterval(200);
    connect(&m_costsDue, &QTimer::timeout, this, &Inspector::refreshCosts);
    refresh();
}

Inspector::~Inspector()
{
    // A closing window takes the focus away, and with it a number half typed would be entered into what is
    // gone already.
    for (const Bound &bound : m_methods) {
        if (bound.group->value())
            bound.group->value()->disconnect(this);
        for (const ChoiceBox *box : bound.group->choices())
            box->disconnect(this);
    }
}

QWidget *Inspector::buildControls()
{
    for (Bound &bound : m_methods)
        buildMethod(bound);
    buildRank();
    m_keep = new KeepBar(this);
    connect(m_keep, &KeepBar::requested, this, [this](bool keep) {
        QVector<int> layers;
        for (const Facts &facts : m_all)
            if (facts.compressible)
                layers << facts.layer;
        emit keepRequested(layers, keep);
    });

    m_groups = new QWidget(this);
    auto *column = new QVBoxLayout(m_groups);
    column->setContentsMargins(0, 8, 4, 8);
    column->setSpacing(8);
    for (const Bound &bound : m_methods) {
        if (&bound != &m_methods.first())
            column->addWidget(makeLine(m_groups));
        column->addWidget(bound.group);
    }
    column->addStretch();

    auto *scroll = new VerticalScroll(m_groups, this);
    scroll->setFocusPolicy(Qt::NoFocus);
    // In a low window it is this that gets small; else all around it would scroll as well.
    scroll->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Ignored);
    scroll->setMinimumHeight(fontMetrics().height() * 8);

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

QWidget *Inspector::buildResult()
{
    auto *block = new QWidget(this);
    m_resultTitle = makeTitle({}, block);
    m_sizes = new QLabel(block);
    m_ratio = new QLabel(block);
    m_error = makeMuted({}, block);
    m_theory = makeMuted({}, block);
    m_theory->setToolTip(tr("Bits of the file for each weight; in theory, its codes, scales, tables and "
                            "masks without anything else"));
    // As high as they get: what stands above is not pushed when a method is switched on.
    for (QLabel *label : {m_error, m_theory}) {
        wrapFreely(label);
        label->setMinimumHeight(2 * label->fontMetrics().lineSpacing());
        label->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    }
    m_ratio->setFont(scaledFont(1.25, QFont::DemiBold));
    m_ratio->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_sizes->setObjectName(QStringLiteral("resultSizes"));
    m_theory->setObjectName(QStringLiteral("resultTheory"));
    for (QLabel *label : {m_sizes, m_ratio, m_error, m_theory})
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto *grid = new QGridLayout(block);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(4);
    grid->addWidget(m_resultTitle, 0, 0, 1, 2);
    grid->addWidget(m_sizes, 1, 0);
    grid->addWidget(m_ratio, 1, 1);
    grid->addWidget(m_theory, 2, 0, 1, 2);
    grid->addWidget(m_error, 3, 0, 1, 2);
    grid->setColumnStretch(0, 1);
    return block;
}

void Inspector::setSelection(const QVector<Facts> &facts, const QVector<LayerSettings> &settings)
{
    m_all = facts;
    m_facts.clear();
    m_settings.clear();
    m_shown.fill(false, facts.size());
    const auto count = std::min(facts.size(), settings.size());
    m_possible = m_kept = 0;
    for (qsizetype i = 0; i < count; ++i) {
        m_possible += facts[i].compressible;
        m_kept += facts[i].compressible && settings[i].keep;
    }
    for (qsizetype i = 0; i < count; ++i) {
        if (!facts[i].compressible || (settings[i].keep && m_kept < m_possible))
            continue;
        m_shown[i] = true;
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
    for (qsizetype i = 0; i < std::min(facts.size(), m_shown.size()); ++i)
        if (m_shown[i])
            m_facts << facts[i];
    m_facts.resize(m_settings.size());
    refreshResult();
    refreshRankRemark();
}

void Inspector::setCalibration(const QString &description)
{
    if (description == m_calibration)
        return;
    m_calibration = description;
    refresh();
}

void Inspector::setDataComing(bool on)
{
    if (std::exchange(m_dataComing, on) != on)
        refresh();
}

void Inspector::apply(const Edit &edit, const QString &description, bool dragging,
                      QString LayerFacts::*obstacle)
{
    QVector<int> layers;
    QVector<LayerSettings> settings;
    for (qsizetype i = 0; i < m_settings.size(); ++i) {
        if (obstacle && !(m_facts[i].*obstacle).isEmpty())
            continue;
        edit(m_settings[i]);
        m_settings[i] = normalized(m_settings[i]);
        layers << m_facts[i].layer;
        settings << m_settings[i];
    }
    rememberSettings();
    refresh();
    if (!layers.isEmpty())
        emit edited(layers, settings, description, dragging);
}

void Inspector::applyValue(const QString &subject, const Spread &before, double shown,
                           const std::function<QString(double)> &text, const Edit &change, bool dragging,
                           QString LayerFacts::*obstacle)
{
    if (m_before.isEmpty())
        m_before = before.on ? spreadText(before, text) : unavailable();
    const QString description = tr("%1 %2 → %3").arg(subject, m_before, text(shown));
    if (!dragging)
        m_before.clear();
    apply(change, description, dragging, obstacle);
}

void Inspector::rememberSettings()
{
    for (qsizetype i = 0; i < m_facts.size(); ++i) {
        LayerSettings &last = m_lastOf[m_facts[i].name];
        const LayerSettings &now = m_settings[i];
        forEachMethod([&](auto method) {
            if (now.*method)
                last.*method = now.*method;
        });
    }
}

LayerSettings Inspector::remembered() const
{
    LayerSettings back = m_facts.isEmpty() ? LayerSettings() : m_lastOf.value(m_facts.first().name);
    back.prune = back.prune.value_or(defaultPrune);
    back.channels = back.channels.value_or(defaultChannels);
    back.rank = rankToOffer(back.rank);
    forEachMethod([&](auto method) {
        if (!(back.*method))
            (back.*method).emplace();
    });
    return back;
}

QString Inspector::subject(const QString &one, const QString &many) const
{
    return isSingle() ? one : many.arg(m_facts.size());
}

void Inspector::refresh()
{
    refreshHeader();
    m_stack->setCurrentIndex(m_facts.isEmpty() ? 0 : 1);
    if (m_facts.isEmpty())
        return;
    for (const Bound &bound : m_methods)
        refreshMethod(bound);
    m_costsDue.start();
    refreshResult();
    m_groups->setEnabled(!isKept());
    m_keep->setState(m_kept, int(m_facts.size()) + (isKept() ? 0 : m_kept));
}

void Inspector::refreshHeader()
{
    const int blocked = int(m_all.size() - m_facts.size()) - (isKept() ? 0 : m_kept);
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
    if (m_kept > 0 && !isKept())
        details += QLatin1Char('\n') + tr("Those that are kept as they are (%1) stay so.").arg(m_kept);
    m_details->setText(details);
    if (m_facts.isEmpty())
        m_emptyText->setText(
            one ? tr("This layer cannot be compressed: %1").arg(m_all.first().whyNot)
                : tr("None of these layers can be compressed. The first: %1").arg(m_all.first().whyNot));
}

void Inspector::refreshResult()
{
    qint64 original = 0, stored = 0, weights = 0, theoreticalBits = 0, huffman = 0;
    double weightError = 0.0, outputError = 0.0;
    bool outputKnown = true, outdated = false, pending = false;
    for (const Facts &f : m_facts) {
        original += f.originalBytes;
        stored += f.storedBytes;
        weights += f.weightsLeft.value_or(f.weights);
        theoreticalBits += f.theoreticalBits;
        huffman += f.huffmanBits;
        outdated = outdated || f.outdated;
        pending = pending || f.pending;
        weightError = std::max(weightError, f.relativeError);
        outputKnown = outputKnown && f.outputError.has_value();
        outputError = std::max(outputError, f.outputError.value_or(0.0));
    }
    const bool narrowed = std::any_of(m_facts.begin(), m_facts.end(), [](const Facts &f) {
        return f.weightsLeft.value_or(f.weights) != f.weights; // others may have taken it along
    });
    const bool untouched = !narrowed && std::all_of(m_settings.begin(), m_settings.end(),
                                                    [](const LayerSettings &s) { return s.empty(); });
    m_resultTitle->setText(isSingle() ? tr("THIS LAYER")
                                      : tr("THESE %n LAYERS", nullptr, int(m_facts.size())));
    m_sizes->setText(
        untouched ? bytes(original)
                  : QStringLiteral("%1 → %2").arg(bytes(original), pending ? unavailable() : bytes(stored)));
    m_ratio->setText(untouched || stored <= 0 ? QString()
                     : pending                ? unavailable()
                                              : ratio(double(original) / double(stored)));
    QString error = untouched    ? tr("stays as it is")
                    : pending    ? tr("not computed yet")
                    : isSingle() ? tr("weight error %1").arg(percent(weightError))
                                 : tr("weight error up to %1").arg(percent(weightError));
    if (!untouched && !pending && outputKnown)
        error += QStringLiteral(" · ") + (isSingle() ? tr("output %1").arg(decibel(outputError))
                                                     : tr("output from %1").arg(decibel(outputError)));
    if (isSingle() && m_facts.first().prunedTogether)
        error += QLatin1Char('\n') +
                 tr("%1 pruned by the common threshold").arg(percent(*m_facts.first().prunedTogether));
    m_error->setText(error);
    m_error->setToolTip(
        outputKnown || untouched
            ? tr("Weights: the change against the weight. Output: signal to noise of what the layer "
                 "gives on calibration data.")
            : tr("What this does to the layer's output is known with calibration data."));
    const QString perWeight = number(8.0 * double(stored) / double(std::max<qint64>(weights, 1)), 2);
    QString theory =
        bytes(bytesOfBits(theoreticalBits)) != bytes(stored)
            ? tr("%1 bits a weight, in theory %2").arg(perWeight, bytes(bytesOfBits(theoreticalBits)))
            : tr("%1 bits a weight").arg(perWeight);
    if (huffman > 0)
        theory += QLatin1Char('\n') + tr("Huffman-coded %1").arg(bytes(bytesOfBits(huffman)));
    m_theory->setText(!untouched && !pending && theoreticalBits > 0 ? theory : QString());
    m_sizes->setForegroundRole(outdated && !untouched ? QPalette::PlaceholderText : QPalette::WindowText);
    m_ratio->setForegroundRole(m_sizes->foregroundRole());
    m_sizes->setToolTip(outdated && !untouched ? tr("Of the recipe before; it is being computed.")
                                               : QString());
}

} // namespace lathe::ui
