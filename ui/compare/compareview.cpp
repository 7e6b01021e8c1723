#include "ui/compare/compareview.h"

#include "ui/base/format.h"
#include "ui/compare/compareclasses.h"
#include "ui/compare/comparelayers.h"
#include "ui/compare/comparesamples.h"
#include "ui/compare/comparetotals.h"
#include "ui/compare/comparisonrunner.h"
#include "ui/compare/weightcomparison.h"
#include "ui/session/workbench.h"
#include "ui/style/theme.h"
#include "ui/widgets/panelparts.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabWidget>
#include <QToolButton>

#include <algorithm>

namespace lathe::ui {
namespace {

constexpr int steps = 1000;

bool isSameSource(const Variant &a, const Variant &b)
{
    const QString first = a.file ? a.file->path + a.file->sha256 : QString();
    const QString second = b.file ? b.file->path + b.file->sha256 : QString();
    return a.id == b.id && first == second && a.recipe == b.recipe && sameValues(a.tuning, b.tuning);
}

/// Variants whose layers are known.
qsizetype studied(const VariantComparison &comparison)
{
    return std::ranges::count_if(comparison.studies, [](const auto &study) { return study != nullptr; });
}

} // namespace

CompareView::CompareView(Workbench &workbench, QWidget *parent)
    : QWidget(parent), m_workbench(workbench), m_runner(new ComparisonRunner(this)),
      m_stack(new QStackedWidget(this)), m_empty(makeEmptyState({}, this)), m_summary(new QLabel(this)),
      m_bar(new QProgressBar(this)), m_stop(new QToolButton(this)),
      m_split(new QSplitter(Qt::Vertical, this)), m_totals(new CompareTotals(this)),
      m_pages(new QTabWidget(this)), m_samples(new CompareSamples(this)), m_classes(new CompareClasses(this)),
      m_confusions(new CompareConfusions(this)), m_layers(new CompareLayers(this)),
      m_weights(new WeightComparison(this))
{
    setObjectName(QStringLiteral("compareView"));
    m_split->setChildrenCollapsible(false);
    m_split->addWidget(m_totals);
    m_split->addWidget(makePages());
    connect(m_split, &QSplitter::splitterMoved, this, [this] { m_splitMoved = true; });
    connect(m_totals->rows(), &QHeaderView::sectionResized, this, &CompareView::fitTotals,
            Qt::QueuedConnection);
    m_split->setStretchFactor(0, 0);
    m_split->setStretchFactor(1, 1);
    auto *content = new QWidget(this);
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(8, 4, 8, 8);
    column->setSpacing(4);
    column->addWidget(makeHead());
    column->addWidget(m_split, 1);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(content);
    auto *whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(m_stack);
    follow();
    chooseVariants();
}

CompareView::~CompareView()
{
    m_runner->disconnect(this);
}

QWidget *CompareView::makeHead()
{
    m_summary->setObjectName(QStringLiteral("compareFlips"));
    m_summary->setWordWrap(true);
    m_summary->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_bar->setRange(0, steps);
    m_bar->setTextVisible(false);
    m_bar->setFixedSize(120, 8);
    m_bar->setAccessibleName(tr("Progress of the comparison"));
    m_stop->setObjectName(QStringLiteral("compareStop"));
    m_stop->setAutoRaise(true);
    m_stop->setFocusPolicy(Qt::TabFocus);
    m_stop->setText(tr("Go on")); // the wider of its texts is not known before: both have room
    for (QWidget *widget : {static_cast<QWidget *>(m_bar), static_cast<QWidget *>(m_stop)}) {
        QSizePolicy policy = widget->sizePolicy();
        policy.setRetainSizeWhenHidden(true); // what is below stays where it is
        widget->setSizePolicy(policy);
    }
    connect(m_stop, &QToolButton::clicked, this, &CompareView::stopOrGoOn);
    auto *head = new QWidget(this);
    auto *row = new QHBoxLayout(head);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(m_summary, 1);
    row->addWidget(m_bar);
    row->addWidget(m_stop);
    return head;
}

/// A page, or one sentence in its place.
QStackedWidget *CompareView::addPage(QWidget *page, const QString &title)
{
    auto *stack = new QStackedWidget(this);
    stack->addWidget(page);
    stack->addWidget(makeEmptyState({}, this));
    m_pages->addTab(stack, title);
    return stack;
}

QSet<int> CompareView::allPages()
{
    return {Samples, Classes, Confusions, Layers, Weights};
}

QWidget *CompareView::makePages()
{
    m_pages->setObjectName(QStringLiteral("comparePages"));
    m_pages->setDocumentMode(true);
    int page = 0;
    for (const auto &[widget, title] : {std::pair<QWidget *, QString>{m_samples, tr("&Samples")},
                                        {m_classes, tr("&Classes")},
                                        {m_confusions, tr("C&onfusions")},
                                        {m_layers, tr("&Layers")},
                                        {m_weights, tr("&Weights")}})
        m_pageStacks[page++] = addPage(widget, title);
    connect(m_pages, &QTabWidget::currentChanged, this, &CompareView::showPage);
    connect(m_layers, &CompareLayers::layerChosen, this, [this](int layer) {
        m_weights->setLayer(layer);
        m_pages->setCurrentIndex(Weights);
    });
    return m_pages;
}

void CompareView::follow()
{
    connect(m_runner, &ComparisonRunner::advanced, this, &CompareView::advance);
    connect(m_runner, &ComparisonRunner::progressed, this, &CompareView::showProgress);
    connect(m_runner, &ComparisonRunner::ended, this, &CompareView::end);
    const VariantModel *variants = m_workbench.variants();
    connect(variants, &QAbstractItemModel::dataChanged, this, &CompareView::followVariants);
    connect(variants, &QAbstractItemModel::rowsInserted, this, &CompareView::chooseVariants);
    connect(variants, &QAbstractItemModel::rowsRemoved, this, &CompareView::chooseVariants);
    connect(variants, &QAbstractItemModel::modelReset, this, &CompareView::chooseVariants);
    connect(&m_workbench, &Workbench::modelChanged, this, [this] {
        m_runner->forget();
        m_variants.clear();
        m_weights->setModel(m_workbench.model());
        chooseVariants();
    });
    connect(&m_workbench, &Workbench::dataChanged, this, [this] {
        if (m_workbench.isLoadingData()) {
            refreshReasons();
            return;
        }
        m_runner->forgetCalibrated();
        start();
    });
    if (m_workbench.hasModel())
        m_weights->setModel(m_workbench.model());
}

void CompareView::setVariants(const QStringList &ids)
{
    m_ids = ids;
    chooseVariants();
}

/// Those of the chosen ones that are there. What was known stays when it is about the same variants.
void CompareView::chooseVariants()
{
    const VariantModel *all = m_workbench.variants();
    QVector<Variant> chosen;
    m_leftOut = 0;
    for (int row = 1; row < all->rowCount(); ++row) {
        if (!m_ids.contains(all->at(row).id) || all->at(row).work)
            continue;
        if (chosen.size() < mostCompared)
            chosen << all->at(row);
        else
            ++m_leftOut;
    }
    if (!chosen.isEmpty())
        chosen.prepend(all->at(0));
    const bool same = std::ranges::equal(chosen, m_variants, isSameSource);
    m_variants = chosen;
    m_empty->setText(emptyText());
    m_stack->setCurrentIndex(chosen.isEmpty() ? 0 : 1);
    if (same)
        refreshHead();
    else
        start();
}

/// Figures and names: a variant that is being measured goes on being it.
void CompareView::followVariants()
{
    const QStringList before = namesOf(m_variants);
    chooseVariants();
    if (namesOf(m_variants) != before)
        showAll(allPages());
    else
        showTotals();
    refreshHead(); // what the figures were measured on
}

void CompareView::start()
{
    m_runner->abandon();
    m_comparison = nullptr;
    m_error.clear();
    m_due = !m_variants.isEmpty();
    m_weights->setComparison(nullptr, {});
    showAll(allPages());
    if (!m_due || !isVisible())
        return;
    run();
}

void CompareView::run()
{
    m_due = false;
    m_runner->start(m_workbench, m_variants);
    showProgress(0.0, tr("Comparing"));
    refreshReasons();
}

void CompareView::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    showTotals();
    if (m_due)
        start();
}

/// Nobody waits for it: what is known of each variant is kept.
void CompareView::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_due |= m_runner->isRunning();
    m_runner->abandon();
}

bool CompareView::isBusy() const
{
    return m_runner->isRunning();
}

bool CompareView::closeSample()
{
    if (!m_samples->isCloseUp() || m_pages->currentIndex() != Samples)
        return false;
    m_samples->closeSample();
    return true;
}

void CompareView::stopOrGoOn()
{
    if (m_runner->isRunning()) {
        m_runner->cancel();
        return;
    }
    run();
}

void CompareView::advance(const SharedComparison &comparison)
{
    const bool sameLayers = m_comparison && studied(*m_comparison) == studied(*comparison);
    m_comparison = comparison;
    showAll(sameLayers ? QSet<int>{Samples, Classes, Confusions} : allPages());
}

void CompareView::end(const QString &error)
{
    m_error = error;
    refreshHead();
    refreshReasons();
}

void CompareView::showProgress(double fraction, const QString &stage)
{
    const QString left = m_runner->timeLeft();
    m_bar->setValue(static_cast<int>(fraction * steps));
    refreshHead();
    m_summary->setText(left.isEmpty() ? tr("%1…").arg(stage) : tr("%1, %2").arg(stage, left));
}

/// What is out of sight follows when it is looked at.
void CompareView::showAll(const QSet<int> &changed)
{
    showTotals();
    m_stale += changed;
    refreshReasons();
    refreshHead();
    showPage(m_pages->currentIndex());
    const int64_t differing = m_comparison ? m_comparison->differing() : 0;
    m_pages->setTabText(Samples, m_comparison && m_comparison->isOfClasses()
                                     ? tr("&Samples (%1)").arg(differing)
                                     : tr("&Samples"));
}

void CompareView::showTotals()
{
    if (!isVisible())
        return; // once it is
    m_totals->setComparison(m_variants, m_comparison.get());
    fitTotals();
}

/// All rows where there is room; what is below is what one works with.
void CompareView::fitTotals()
{
    if (m_splitMoved)
        return;
    const int whole = m_split->height() - m_split->handleWidth();
    const int totals =
        m_totals->heightWithin(std::min(whole / 2, whole - m_pages->minimumSizeHint().height()));
    m_split->setSizes({totals, whole - totals});
}

void CompareView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_stack->layout()->activate();
    fitTotals();
}

void CompareView::showPage(int page)
{
    if (!m_stale.remove(page))
        return;
    const auto &data = m_workbench.data();
    switch (static_cast<Page>(page)) {
    case Samples:
        if (m_comparison && data)
            m_samples->setComparison(m_variants, m_comparison, data->samples->datasetIndices());
        else
            m_samples->clear();
        break;
    case Classes:
        m_classes->setComparison(m_variants, m_comparison);
        break;
    case Confusions:
        m_confusions->setComparison(m_variants, m_comparison);
        break;
    case Layers:
        if (m_comparison)
            m_layers->setComparison(m_workbench.model(), m_variants, m_comparison);
        break;
    case Weights:
        showWeights();
        break;
    case PageCount:
        break;
    }
}

void CompareView::showWeights()
{
    const bool ready = m_comparison && studied(*m_comparison) == m_variants.size();
    QStringList names;
    for (const Variant &variant : m_variants)
        names << (variant.isBaseline() ? QString() : variant.name);
    m_weights->setComparison(ready ? m_comparison : nullptr, names);
}

} // namespace lathe::ui
