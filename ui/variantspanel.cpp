#include "ui/variantspanel.h"

#include "ui/comparedialog.h"
#include "ui/panelparts.h"
#include "ui/theme.h"
#include "ui/variantmodel.h"

#include <QAction>
#include <QClipboard>
#include <QCollator>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QMenu>
#include <QSortFilterProxyModel>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace lathe::ui {

/// The baseline stays on top whatever the order: it is what the others are read against.
class VariantsPanel::Order : public QSortFilterProxyModel {
public:
    explicit Order(QObject *parent) : QSortFilterProxyModel(parent)
    {
        m_collator.setNumericMode(true);
        setSortRole(VariantModel::SortRole);
    }

protected:
    bool lessThan(const QModelIndex &left, const QModelIndex &right) const override
    {
        if (left.row() == 0 || right.row() == 0)
            return (left.row() == 0) == (sortOrder() == Qt::AscendingOrder);
        const QVariant a = left.data(sortRole()), b = right.data(sortRole());
        if (a.typeId() == QMetaType::QString)
            return m_collator.compare(a.toString(), b.toString()) < 0;
        return QSortFilterProxyModel::lessThan(left, right);
    }

private:
    QCollator m_collator;
};

VariantsPanel::VariantsPanel(QWidget *parent)
    : QWidget(parent), m_order(new Order(this)), m_view(new QTableView(this)),
      m_stack(new QStackedWidget(this))
{
    auto *bar = new QHBoxLayout;
    bar->setSpacing(4);
    bar->addWidget(makeTitle(tr("VARIANTS"), this));
    bar->addSpacing(8);
    buildActions(bar);
    bar->addStretch();

    styleTable(m_view);
    m_view->setEditTriggers(
        QAbstractItemView::NoEditTriggers); // F2 edits the name whatever column is current
    m_view->setModel(m_order);
    m_view->setSortingEnabled(true);
    m_view->horizontalHeader()->setSortIndicatorClearable(true);
    m_view->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    m_view->horizontalHeader()->setStretchLastSection(true);
    m_view->setAccessibleName(tr("Variants"));
    connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this, &VariantsPanel::refresh);
    connect(m_view, &QWidget::customContextMenuRequested, this, &VariantsPanel::showContextMenu);
    connect(m_view, &QTableView::activated, this, &VariantsPanel::applySelected);

    QLabel *empty = makeEmptyState(
        tr("Open a model to see its baseline here, and beside it the variants you keep."), this);
    empty->setBackgroundRole(QPalette::Base);
    empty->setAutoFillBackground(true);
    m_stack->addWidget(empty);
    m_stack->addWidget(m_view);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 4, 8, 8);
    layout->setSpacing(4);
    layout->addLayout(bar);
    layout->addWidget(m_stack, 1);
    setSaveEnabled(false);
    refresh();
}

QAction *VariantsPanel::addAction(QHBoxLayout *bar, const QString &iconName, const QString &text,
                                  const QString &toolTip, const QKeySequence &shortcut, bool showText,
                                  void (VariantsPanel::*slot)())
{
    auto *action = new QAction(icon(iconName), text, this);
    action->setToolTip(shortcut.isEmpty()
                           ? toolTip
                           : tr("%1 (%2)").arg(toolTip, shortcut.toString(QKeySequence::NativeText)));
    action->setShortcut(shortcut);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(action, &QAction::triggered, this, slot);
    QWidget::addAction(action);
    if (!bar)
        return action;
    auto *button = new QToolButton(this);
    button->setDefaultAction(action);
    button->setAutoRaise(true);
    button->setToolButtonStyle(showText ? Qt::ToolButtonTextBesideIcon : Qt::ToolButtonIconOnly);
    button->setAccessibleName(text);
    button->setFocusPolicy(Qt::TabFocus);
    bar->addWidget(button);
    return action;
}

void VariantsPanel::buildActions(QHBoxLayout *bar)
{
    m_save = addAction(bar, QStringLiteral("variant"), tr("Save current"),
                       tr("Keeps the current recipe and its figures as a variant"), {}, true,
                       &VariantsPanel::saveRequested);
    m_apply = addAction(bar, QStringLiteral("apply"), tr("Apply"),
                        tr("Makes the recipe of the selected variant the current one"), {}, true,
                        &VariantsPanel::applySelected);
    m_compare = addAction(bar, QStringLiteral("compare"), tr("Compare"),
                          tr("Compares the selected variants, two to four of them: layers, samples, classes"),
                          {}, true, &VariantsPanel::compareSelected);
    m_duplicate =
        addAction(bar, QStringLiteral("duplicate"), tr("Duplicate"), tr("Duplicates the selected variant"),
                  {}, false, &VariantsPanel::duplicateSelected);
    m_rename = addAction(bar, QStringLiteral("rename"), tr("Rename"), tr("Renames the selected variant"),
                         Qt::Key_F2, false, &VariantsPanel::renameSelected);
    m_delete = addAction(bar, QStringLiteral("delete"), tr("Delete"), tr("Deletes the selected variants"),
                         QKeySequence::Delete, false, &VariantsPanel::deleteSelected);
    m_copy = addAction(nullptr, QStringLiteral("copy"), tr("Copy as Text"), tr("Copies the selected rows"),
                       QKeySequence::Copy, false, &VariantsPanel::copySelection);
}

void VariantsPanel::setModel(VariantModel *model)
{
    if (m_model)
        m_model->disconnect(this);
    m_model = model;
    m_order->setSourceModel(model);
    if (model) {
        addColumnMenu(m_view, VariantModel::Name, QStringLiteral("variants"));
        connect(model, &QAbstractItemModel::modelReset, this, &VariantsPanel::fitColumns);
        connect(model, &QAbstractItemModel::rowsInserted, this, &VariantsPanel::fitColumns);
        connect(model, &QAbstractItemModel::rowsRemoved, this, &VariantsPanel::refresh);
    }
    fitColumns();
}

void VariantsPanel::fitColumns()
{
    m_view->resizeColumnsToContents();
    const int em = fontMetrics().averageCharWidth();
    const int name = m_view->columnWidth(VariantModel::Name);
    m_view->setColumnWidth(VariantModel::Name, std::clamp(name, em * 16, em * 36));
    for (int column = VariantModel::Top1; column < VariantModel::RecipeSummary; ++column)
        m_view->setColumnWidth(column, std::max(m_view->columnWidth(column) + em, em * 9));
    refresh();
}

QVector<int> VariantsPanel::selectedVariants() const
{
    QVector<int> rows;
    for (const QModelIndex &index : m_view->selectionModel()->selectedRows())
        rows << m_order->mapToSource(index).row();
    std::sort(rows.begin(), rows.end());
    return rows;
}

void VariantsPanel::selectVariants(const QVector<int> &rows)
{
    QItemSelection selection;
    QModelIndex last;
    for (const int row : rows) {
        last = m_order->mapFromSource(m_model->index(row, VariantModel::Name));
        selection.select(last, last);
    }
    m_view->selectionModel()->setCurrentIndex(last, QItemSelectionModel::NoUpdate);
    m_view->selectionModel()->select(selection,
                                     QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    if (last.isValid())
        m_view->scrollTo(last);
}

void VariantsPanel::setSaveEnabled(bool enabled)
{
    m_save->setEnabled(enabled);
}

void VariantsPanel::refresh()
{
    const QVector<int> rows = selectedVariants();
    const bool one = rows.size() == 1;
    const bool onlyBaseline = one && rows.first() == 0;
    m_apply->setEnabled(one);
    m_compare->setEnabled(rows.size() >= 2 && rows.size() <= CompareDialog::mostVariants);
    m_duplicate->setEnabled(one);
    m_rename->setEnabled(one && !onlyBaseline);
    m_delete->setEnabled(!rows.isEmpty() && !onlyBaseline);
    m_copy->setEnabled(!rows.isEmpty());
    m_stack->setCurrentIndex(m_order->rowCount() > 0 ? 1 : 0);
    emit selectionChanged(rows);
}

void VariantsPanel::applySelected()
{
    const QVector<int> rows = selectedVariants();
    if (rows.size() == 1)
        emit applyRequested(rows.first());
}

void VariantsPanel::compareSelected()
{
    const QVector<int> rows = selectedVariants();
    if (m_compare->isEnabled())
        emit compareRequested(rows);
}

void VariantsPanel::duplicateSelected()
{
    emit duplicateRequested(selectedVariants().first());
}

void VariantsPanel::renameSelected()
{
    m_view->edit(m_order->mapFromSource(m_model->index(selectedVariants().first(), VariantModel::Name)));
}

void VariantsPanel::deleteSelected()
{
    QVector<int> rows = selectedVariants();
    rows.removeAll(0);
    emit deleteRequested(rows);
}

void VariantsPanel::copySelection()
{
    QGuiApplication::clipboard()->setText(selectedRowsAsText(m_view));
}

void VariantsPanel::showContextMenu(const QPoint &position)
{
    QMenu menu(this);
    menu.addActions({m_apply, m_compare, m_duplicate, m_rename, m_delete});
    menu.addSeparator();
    menu.addAction(m_copy);
    menu.exec(m_view->viewport()->mapToGlobal(position));
}

} // namespace lathe::ui
