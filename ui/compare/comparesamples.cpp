#include "ui/compare/comparesamples.h"

#include "ui/compare/sampleview.h"
#include "ui/style/theme.h"
#include "ui/widgets/fittedcolumns.h"
#include "ui/widgets/panelparts.h"
#include "ui/widgets/plaintable.h"

#include <QButtonGroup>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QStackedWidget>
#include <QToolButton>

namespace lathe::ui {
namespace {

QString filterText(SampleModel::Filter filter, int count)
{
    switch (filter) {
    case SampleModel::Changed:
        return CompareSamples::tr("Changed (%1)").arg(count);
    case SampleModel::Broken:
        return CompareSamples::tr("Broken (%1)").arg(count);
    case SampleModel::Mended:
        return CompareSamples::tr("Mended (%1)").arg(count);
    case SampleModel::All:
    case SampleModel::FilterCount:
        break;
    }
    return CompareSamples::tr("All (%1)").arg(count);
}

QString filterTip(SampleModel::Filter filter)
{
    switch (filter) {
    case SampleModel::Changed:
        return CompareSamples::tr("Samples that do not get the same class from all of them");
    case SampleModel::Broken:
        return CompareSamples::tr("Right in the baseline, wrong in one of the variants");
    case SampleModel::Mended:
        return CompareSamples::tr("Wrong in the baseline, right in one of the variants");
    case SampleModel::All:
    case SampleModel::FilterCount:
        break;
    }
    return CompareSamples::tr("Every sample");
}

QString emptyText(SampleModel::Filter filter)
{
    switch (filter) {
    case SampleModel::Changed:
        return CompareSamples::tr("All samples get the same class from all of them.");
    case SampleModel::Broken:
        return CompareSamples::tr("No sample that the baseline gets right becomes wrong.");
    case SampleModel::Mended:
        return CompareSamples::tr("No sample that the baseline gets wrong becomes right.");
    case SampleModel::All:
    case SampleModel::FilterCount:
        break;
    }
    return CompareSamples::tr("No sample has run yet.");
}

} // namespace

CompareSamples::CompareSamples(QWidget *parent)
    : QWidget(parent), m_images(new SampleImages(this)), m_model(new SampleModel(m_images, this)),
      m_filters(new QButtonGroup(this)), m_copy(new QToolButton(this)), m_pages(new QStackedWidget(this)),
      m_list(new QTableView(this)), m_empty(makeEmptyState({}, this)),
      m_closeUp(new SampleView(m_model, m_images, this))
{
    buildList();
    m_pages->addWidget(m_list);
    m_pages->addWidget(m_empty);
    m_pages->addWidget(m_closeUp);
    auto *bar = new QHBoxLayout;
    buildBar(bar);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 8, 0, 0);
    column->addLayout(bar);
    column->addWidget(m_pages, 1);
    connect(m_closeUp, &SampleView::closeRequested, this, &CompareSamples::closeSample);
    connect(m_closeUp, &SampleView::rowChanged, m_list, [this](int row) { m_list->selectRow(row); });
    refreshFilters();
    refreshEmpty();
}

void CompareSamples::buildBar(QHBoxLayout *bar)
{
    bar->setSpacing(4);
    for (int i = 0; i < SampleModel::FilterCount; ++i) {
        auto *button = new QToolButton(this);
        button->setCheckable(true);
        button->setAutoRaise(true);
        button->setFocusPolicy(Qt::TabFocus);
        button->setToolTip(filterTip(static_cast<SampleModel::Filter>(i)));
        m_filters->addButton(button, i);
        bar->addWidget(button);
    }
    m_filters->button(SampleModel::Changed)->setChecked(true);
    connect(m_filters, &QButtonGroup::idClicked, this, &CompareSamples::chooseFilter);
    bar->addStretch();
    m_copy->setObjectName(QStringLiteral("copySamples"));
    m_copy->setText(tr("Copy as CSV"));
    m_copy->setToolTip(tr("Copy the listed samples with all answers and probabilities"));
    m_copy->setIcon(icon(QStringLiteral("copy")));
    m_copy->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_copy->setAutoRaise(true);
    m_copy->setFocusPolicy(Qt::TabFocus);
    connect(m_copy, &QToolButton::clicked, this, &CompareSamples::copyCsv);
    bar->addWidget(m_copy);
}

void CompareSamples::buildList()
{
    m_list->setObjectName(QStringLiteral("compareSamples"));
    m_list->setAccessibleName(tr("Samples"));
    styleTable(m_list);
    m_list->setIconSize({SampleImages::thumbnail, SampleImages::thumbnail});
    m_list->setModel(m_model);
    makeCopyable(m_list);
    m_columns = new FittedColumns(m_list);
    m_columns->setMost(SampleModel::Sample, 16);
    connect(m_list, &QTableView::activated, this,
            [this](const QModelIndex &index) { openSample(index.row()); });
    connect(m_list, &QTableView::clicked, this, [this](const QModelIndex &index) {
        if (index.column() == SampleModel::Sample && m_images->holdsImages())
            openSample(index.row()); // the picture is what is clicked
    });
}

void CompareSamples::setComparison(const QVector<Variant> &variants, const SharedComparison &comparison,
                                   const std::vector<size_t> &datasetIndices)
{
    const bool wasCloseUp = isCloseUp();
    const QModelIndex current = m_list->currentIndex();
    const int row = wasCloseUp ? m_closeUp->row() : current.row();
    const bool known = row >= 0 && row < m_model->rowCount();
    const size_t number = known ? m_model->numberOf(row) : 0;
    m_images->setDataset(comparison ? comparison->dataset : nullptr);
    const int beside = m_images->holdsImages() ? SampleImages::thumbnail + 6 : 0;
    m_columns->setBeside(SampleModel::Sample, beside);
    m_columns->setLeastRowHeight(beside);
    const QSignalBlocker quiet(m_list->selectionModel()); // the same samples with more below them
    m_model->setComparison(variants, comparison, datasetIndices);
    const int now = known ? m_model->rowOf(number) : -1;
    if (now >= 0)
        m_list->setCurrentIndex(m_model->index(now, 0));
    if (wasCloseUp && now >= 0)
        m_closeUp->setRow(now);
    else if (wasCloseUp)
        closeSample();
    refreshFilters();
    refreshEmpty();
}

void CompareSamples::chooseFilter(int filter)
{
    m_model->setFilter(static_cast<SampleModel::Filter>(filter));
    m_pages->setCurrentWidget(m_list);
    refreshEmpty();
}

void CompareSamples::refreshFilters()
{
    const bool labelled = m_model->comparison() && m_model->comparison()->hasLabels;
    for (int i = 0; i < SampleModel::FilterCount; ++i) {
        const auto filter = static_cast<SampleModel::Filter>(i);
        const bool needsLabels = filter == SampleModel::Broken || filter == SampleModel::Mended;
        m_filters->button(i)->setText(filterText(filter, m_model->countOf(filter)));
        m_filters->button(i)->setVisible(labelled || !needsLabels);
    }
}

void CompareSamples::refreshEmpty()
{
    const bool ran = m_model->comparison() && !m_model->comparison()->answers.empty();
    m_empty->setText(emptyText(ran ? m_model->filter() : SampleModel::All));
    m_copy->setEnabled(m_model->rowCount() > 0);
    if (!isCloseUp())
        m_pages->setCurrentWidget(m_model->rowCount() > 0 ? static_cast<QWidget *>(m_list) : m_empty);
}

bool CompareSamples::isCloseUp() const
{
    return m_pages->currentWidget() == m_closeUp;
}

void CompareSamples::openSample(int row)
{
    m_closeUp->setRow(row);
    m_pages->setCurrentWidget(m_closeUp);
    m_closeUp->setFocus();
}

void CompareSamples::closeSample()
{
    const bool hadFocus = m_closeUp->isAncestorOf(focusWidget()) || m_closeUp->hasFocus();
    m_pages->setCurrentWidget(m_list);
    refreshEmpty();
    if (hadFocus)
        m_list->setFocus();
    m_list->scrollTo(m_list->currentIndex());
}

void CompareSamples::copyCsv() const
{
    QGuiApplication::clipboard()->setText(m_model->csv());
}

} // namespace lathe::ui
