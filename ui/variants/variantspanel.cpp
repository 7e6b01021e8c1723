#include "ui/variants/variantspanel.h"

#include "ui/base/settings.h"
#include "ui/style/theme.h"
#include "ui/variants/variantdelegate.h"
#include "ui/variants/variantmodel.h"
#include "ui/variants/variantnotes.h"
#include "ui/variants/varianttree.h"
#include "ui/widgets/panelparts.h"

#include <QAction>
#include <QClipboard>
#include <QCollator>
#include <QDropEvent>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QMenu>
#include <QMimeData>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>

namespace lathe::ui {
namespace {

const QString notesKey = QStringLiteral("variants/notes");
const QString splitKey = QStringLiteral("variants/split");

QStringList modelFiles(const QMimeData *data)
{
    QStringList paths;
    for (const QUrl &url : data->urls())
        if (url.isLocalFile() && url.toLocalFile().endsWith(QLatin1String(".onnx"), Qt::CaseInsensitive))
            paths << url.toLocalFile();
    return paths;
}

} // namespace

/// Siblings in the order of a column. The baseline stays on top whatever the order: it is what the others are
/// read against.
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
        const auto isBaseline = [](const QModelIndex &index) {
            return index.row() == 0 && !index.parent().isValid();
        };
        if (isBaseline(left) || isBaseline(right))
            return isBaseline(left) == (sortOrder() == Qt::AscendingOrder);
        const QVariant a = left.data(sortRole()), b = right.data(sortRole());
        if (a.typeId() == QMetaType::QString)
            return m_collator.compare(a.toString(), b.toString()) < 0;
        return QSortFilterProxyModel::lessThan(left, right);
    }

private:
    QCollator m_collator;
};

VariantsPanel::VariantsPanel(QWidget *parent)
    : QWidget(parent), m_order(new Order(this)), m_view(new QTreeView(this)),
      m_stack(new QStackedWidget(this)), m_notes(new VariantNotes(this))
{
    setAcceptDrops(true);
    auto *bar = new QHBoxLayout;
    bar->setSpacing(4);
    bar->addWidget(makeTitle(tr("VARIANTS"), this));
    bar->addSpacing(8);
    buildActions(bar);
    bar->addStretch();
    buildView();

    QLabel *empty = makeEmptyState(
        tr("Open a model to see its baseline here, and beside it the variants you keep."), this);
    empty->setBackgroundRole(QPalette::Base);
    empty->setAutoFillBackground(true);
    m_stack->addWidget(empty);
    m_stack->addWidget(m_view);
    auto *split = new QSplitter(this);
    split->setChildrenCollapsible(false);
    split->addWidget(m_stack);
    split->addWidget(m_notes);
    split->setStretchFactor(0, 1);
    split->restoreState(Settings().bytes(splitKey));
    connect(split, &QSplitter::splitterMoved, this,
            [split] { Settings().setBytes(splitKey, split->saveState()); });
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 4, 8, 8);
    layout->setSpacing(4);
    layout->addLayout(bar);
    layout->addWidget(split, 1);
    connect(m_notes, &VariantNotes::noteEdited, this, [this](const QString &note) {
        const QVector<int> rows = selectedVariants();
        if (rows.size() == 1)
            m_model->setData(m_model->index(rows.first(), VariantModel::Name), note, VariantModel::NoteRole);
    });
    m_showNotes->setChecked(!Settings().list(notesKey).isEmpty());
    showNotes(m_showNotes->isChecked());
    setSaveEnabled(false);
    refresh();
}

void VariantsPanel::buildView()
{
    styleTree(m_view);
    m_view->setItemDelegate(new VariantDelegate(m_view));
    m_view->setEditTriggers(
        QAbstractItemView::NoEditTriggers); // F2 edits the name whatever column is current
    m_view->setExpandsOnDoubleClick(false); // it applies
    m_view->setAcceptDrops(false);          // what is dropped here is the panel's
    m_view->viewport()->setAcceptDrops(false);
    m_view->setModel(m_order);
    m_view->header()->setSortIndicatorClearable(true);
    m_view->header()->setSortIndicator(-1, Qt::AscendingOrder);
    m_view->setSortingEnabled(true);
    m_view->header()->setStretchLastSection(true);
    m_view->setAccessibleName(tr("Variants"));
    connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this, &VariantsPanel::refresh);
    connect(m_view, &QWidget::customContextMenuRequested, this, &VariantsPanel::showContextMenu);
    connect(m_view, &QTreeView::activated, this, &VariantsPanel::applySelected);
    connect(m_order, &QAbstractItemModel::rowsInserted, this,
            [this](const QModelIndex &parent) { m_view->expand(parent); });
    connect(m_order, &QAbstractItemModel::rowsMoved, m_view, &QTreeView::expandAll);
    connect(m_order, &QAbstractItemModel::layoutChanged, m_view, &QTreeView::expandAll);
    connect(m_order, &QAbstractItemModel::modelReset, m_view, &QTreeView::expandAll);
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
    if (slot)
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
    bar->addSpacing(8);
    m_addFile =
        addAction(bar, QStringLiteral("import"), tr("Add ONNX file…"),
                  tr("Adds an ONNX file from elsewhere as a variant: it is measured on the same samples"), {},
                  true, &VariantsPanel::chooseFile);
    m_showNotes = addAction(bar, QStringLiteral("note"), tr("Notes"),
                            tr("Shows the notes on the selected variant"), {}, false, nullptr);
    m_showNotes->setCheckable(true);
    connect(m_showNotes, &QAction::toggled, this, &VariantsPanel::showNotes);
    m_measure = addAction(nullptr, QStringLiteral("reset"), tr("Measure Again"),
                          tr("Measures the file on the samples of the moment"), {}, false,
                          &VariantsPanel::measureSelected);
    m_copy = addAction(nullptr, QStringLiteral("copy"), tr("Copy as Text"), tr("Copies the selected rows"),
                       QKeySequence::Copy, false, &VariantsPanel::copySelection);
}

void VariantsPanel::setModel(VariantModel *model)
{
    if (m_model)
        m_model->disconnect(this);
    m_model = model;
    m_order->setSourceModel(nullptr);
    delete m_tree;
    m_tree = new VariantTree(model, this);
    m_order->setSourceModel(m_tree);
    addColumnMenu(m_view, VariantModel::Name, QStringLiteral("variants"));
    connect(model, &QAbstractItemModel::modelReset, this, &VariantsPanel::fitColumns);
    connect(model, &QAbstractItemModel::rowsInserted, this, &VariantsPanel::fitColumns);
    connect(model, &QAbstractItemModel::rowsRemoved, this, &VariantsPanel::refresh);
    connect(model, &QAbstractItemModel::dataChanged, this, [this] {
        widenColumns();
        refreshApply(selectedVariants().size() == 1);
        refreshNotes();
    });
    m_view->expandAll();
    fitColumns();
}

void VariantsPanel::fitColumns()
{
    const int em = fontMetrics().averageCharWidth();
    for (int column = 0; column < VariantModel::RecipeSummary; ++column)
        m_view->resizeColumnToContents(column);
    m_view->setColumnWidth(VariantModel::Name,
                           std::clamp(m_view->columnWidth(VariantModel::Name), em * 16, em * 40));
    for (int column = VariantModel::Top1; column < VariantModel::RecipeSummary; ++column)
        m_view->setColumnWidth(column, std::max(m_view->columnWidth(column) + em, em * 9));
    refresh();
}

/// Figures of the baseline come after its row, and give each row a drawing beside its own.
void VariantsPanel::widenColumns()
{
    const QAbstractItemView *view = m_view;
    for (int column = VariantModel::Top1; column < VariantModel::RecipeSummary; ++column)
        if (const int needed = view->sizeHintForColumn(column); needed > m_view->columnWidth(column))
            m_view->setColumnWidth(column, needed + fontMetrics().averageCharWidth());
}

QModelIndex VariantsPanel::viewIndex(int variant) const
{
    return m_order->mapFromSource(m_tree->indexOf(variant, VariantModel::Name));
}

QVector<int> VariantsPanel::selectedVariants() const
{
    QVector<int> rows;
    for (const QModelIndex &index : m_view->selectionModel()->selectedRows())
        rows << m_tree->variantOf(m_order->mapToSource(index));
    std::sort(rows.begin(), rows.end());
    return rows;
}

QVector<int> VariantsPanel::selectedFiles() const
{
    QVector<int> rows = selectedVariants();
    rows.removeIf([this](int row) { return !m_model->at(row).file; });
    return rows;
}

void VariantsPanel::selectVariants(const QVector<int> &rows)
{
    QItemSelection selection;
    QModelIndex last;
    for (const int row : rows) {
        last = viewIndex(row);
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
    m_addFile->setEnabled(enabled);
}

void VariantsPanel::refresh()
{
    const QVector<int> rows = selectedVariants();
    const bool one = rows.size() == 1;
    const bool onlyBaseline = one && rows.first() == 0;
    refreshApply(one);
    m_compare->setEnabled(rows.size() >= 2 && rows.size() <= mostCompared);
    m_duplicate->setEnabled(one);
    m_rename->setEnabled(one && !onlyBaseline);
    m_delete->setEnabled(!rows.isEmpty() && !onlyBaseline);
    m_copy->setEnabled(!rows.isEmpty());
    m_measure->setEnabled(!selectedFiles().isEmpty());
    m_stack->setCurrentIndex(m_order->rowCount() > 0 ? 1 : 0);
    refreshNotes();
    emit selectionChanged(rows);
}

void VariantsPanel::refreshApply(bool one)
{
    const bool isFile = one && !selectedFiles().isEmpty();
    m_apply->setEnabled(one && !isFile);
    m_apply->setToolTip(isFile ? tr("A file from elsewhere has no recipe to apply. It can be compared, or "
                                    "opened as a model of its own.")
                               : tr("Makes the recipe of the selected variant the current one"));
}

void VariantsPanel::refreshNotes()
{
    const QVector<int> rows = selectedVariants();
    if (rows.size() != 1) {
        m_notes->setVariant(nullptr, {}, false);
        return;
    }
    const Variant &variant = m_model->at(rows.first());
    const int parent = m_tree->variantOf(m_tree->indexOf(rows.first()).parent());
    m_notes->setVariant(&variant, parent > 0 ? m_model->at(parent).name : QString(), rows.first() > 0);
}

void VariantsPanel::showNotes(bool on)
{
    m_notes->setVisible(on);
    Settings().setList(notesKey, on ? QStringList{QStringLiteral("shown")} : QStringList());
}

void VariantsPanel::applySelected()
{
    if (m_apply->isEnabled())
        emit applyRequested(selectedVariants().first());
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
    m_view->edit(viewIndex(selectedVariants().first()));
}

void VariantsPanel::deleteSelected()
{
    QVector<int> rows = selectedVariants();
    rows.removeAll(0);
    emit deleteRequested(rows);
}

void VariantsPanel::measureSelected()
{
    emit measureRequested(selectedFiles());
}

void VariantsPanel::chooseFile()
{
    const QStringList paths = QFileDialog::getOpenFileNames(this, tr("Add ONNX files as variants"), QString(),
                                                            tr("ONNX models (*.onnx);;All files (*)"));
    if (!paths.isEmpty())
        emit filesRequested(paths);
}

/// Models are this panel's while one is open; everything else is the window's.
void VariantsPanel::dragEnterEvent(QDragEnterEvent *event)
{
    const QStringList paths = modelFiles(event->mimeData());
    event->setAccepted(m_addFile->isEnabled() && !paths.isEmpty() &&
                       paths.size() == event->mimeData()->urls().size());
}

void VariantsPanel::dropEvent(QDropEvent *event)
{
    event->acceptProposedAction();
    emit filesRequested(modelFiles(event->mimeData()));
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
    if (m_measure->isEnabled())
        menu.addAction(m_measure);
    menu.addActions({m_addFile, m_copy});
    menu.exec(m_view->viewport()->mapToGlobal(position));
}

} // namespace lathe::ui
