#include "ui/variants/variantworkrows.h"

#include "ui/variants/variantmodel.h"
#include "ui/variants/variantworkrow.h"

#include <QAbstractItemDelegate>
#include <QTreeView>

#include <algorithm>

namespace lathe::ui {

VariantWorkRows::VariantWorkRows(QTreeView *view, std::function<QModelIndex(int)> indexOf)
    : QObject(view), m_view(view), m_indexOf(std::move(indexOf))
{
}

void VariantWorkRows::setModel(VariantModel *model)
{
    m_model = model;
    connect(model, &VariantModel::workChanged, this, &VariantWorkRows::refreshRow);
    // After the view has its rows.
    const QAbstractItemModel *shown = m_view->model();
    connect(shown, &QAbstractItemModel::modelReset, this, &VariantWorkRows::refresh, Qt::QueuedConnection);
    connect(shown, &QAbstractItemModel::layoutChanged, this, &VariantWorkRows::refresh, Qt::QueuedConnection);
    connect(shown, &QAbstractItemModel::rowsInserted, this, &VariantWorkRows::refresh, Qt::QueuedConnection);
    connect(shown, &QAbstractItemModel::rowsMoved, this, &VariantWorkRows::refresh, Qt::QueuedConnection);
    connect(model, &QAbstractItemModel::dataChanged, this, &VariantWorkRows::refresh, Qt::QueuedConnection);
}

void VariantWorkRows::refresh()
{
    if (!m_model)
        return;
    for (int variant = 1; variant < m_model->rowCount(); ++variant)
        if (m_model->at(variant).work || m_rows.contains(m_model->at(variant).id))
            refreshRow(variant);
}

void VariantWorkRows::refreshRow(int variant)
{
    const QModelIndex index = m_indexOf(variant);
    if (!index.isValid())
        return;
    const Variant &shown = m_model->at(variant);
    // Why a file cannot be had may take more than a line.
    m_view->setUniformRowHeights(std::ranges::none_of(
        m_model->variants(), [](const Variant &each) { return each.work && !each.work->error.isEmpty(); }));
    m_view->setFirstColumnSpanned(index.row(), index.parent(), shown.work.has_value());
    if (!shown.work) {
        m_view->setIndexWidget(index, nullptr);
        m_rows.remove(shown.id);
        return;
    }
    QPointer<VariantWorkRow> &row = m_rows[shown.id];
    if (!row || m_view->indexWidget(index) != row) {
        row = new VariantWorkRow;
        connect(
            row, &VariantWorkRow::cancelled, this, [this, id = shown.id] { emit cancelled(id); },
            Qt::QueuedConnection);
        connect(
            row, &VariantWorkRow::retried, this, [this, id = shown.id] { emit retried(id); },
            Qt::QueuedConnection);
        connect(
            row, &VariantWorkRow::heightChanged, this, [this, id = shown.id] { fitHeight(id); },
            Qt::QueuedConnection);
        m_view->setIndexWidget(index, row);
    }
    row->setWork(shown.name, *shown.work);
    if (!shown.work->error.isEmpty())
        fitHeight(shown.id);
}

void VariantWorkRows::fitHeight(const QString &id)
{
    if (const QModelIndex index = m_indexOf(m_model->rowOf(id)); index.isValid())
        emit m_view->itemDelegate()->sizeHintChanged(index);
}

} // namespace lathe::ui
