#include "ui/variants/variantspanel.h"

#include "ui/base/settings.h"
#include "ui/style/theme.h"
#include "ui/variants/variantdelegate.h"
#include "ui/variants/variantmodel.h"
#include "ui/variants/variantnotes.h"
#include "ui/variants/variantorder.h"
#include "ui/variants/varianttree.h"
#include "ui/variants/variantworkrows.h"
#include "ui/widgets/buttonrow.h"
#include "ui/widgets/columnfit.h"
#include "ui/widgets/panelparts.h"

#include <QAction>
#include <QClipboard>
#include <QDropEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QMenu>
#include <QMimeData>
#include <QSplitter>
#include <QStackedWidget>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>

namespace lathe::ui {
namespace {

const QString notesKey = QStringLiteral("variants/notes");
const QString treeKey = QStringLiteral("variants/tree");
const QString splitKey = QStringLiteral("variants/split");
const QString folderKey = QStringLiteral("variants/folder");

using M = VariantModel;

/// By what the choice is made comes first: how good, how small.
const QVector<ColumnFit::Column> columns = {
    {M::Name, 15, 27, 8},
    {M::Top1, 9, 0, 9},
    {M::Size, 17, 17, 9}, // the figure whole
    {M::Ratio, 6, 0, 6},
    {M::Difference, 28, 28, 20},
    {M::Agreement, 9},
    {M::Latency, 9},
    {M::RecipeSummary, 20, 30, 14, false, true},
    {M::From, 10, 16, 10},
    {M::Macs, 8},
    {M::When, 8},
};
constexpr int essential = 4;

QStringList modelFiles(const QMimeData *data)
{
    QStringList paths;
    for (const QUrl &url : data->urls())
        if (url.isLocalFile() && url.toLocalFile().endsWith(QLatin1String(".onnx"), Qt::CaseInsensitive))
            paths << url.toLocalFile();
    return paths;
}

} // namespace

VariantsPanel::VariantsPanel(QWidget *parent)
    : QWidget(parent), m_order(new VariantOrder(this)), m_view(new QTreeView(this)),
      m_stack(new QStackedWidget(this)), m_notes(new VariantNotes(this))
{
    setAcceptDrops(true);
    m_work = new VariantWorkRows(m_view, [this](int variant) { return viewIndex(variant); });
    connect(m_work, &VariantWorkRows::cancelled, this, &VariantsPanel::fileCancelled);
    connect(m_work, &VariantWorkRows::retried, this, &VariantsPanel::fileRetried);
    auto *bar = new ButtonRow;
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
    m_showTree->setChecked(!Settings().list(treeKey).isEmpty());
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
    m_view->setObjectName(QStringLiteral("variantList"));
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

void VariantsPanel::setModel(VariantModel *model)
{
    if (m_model)
        m_model->disconnect(this);
    m_model = model;
    m_order->setSourceModel(nullptr);
    delete m_tree;
    m_tree = new VariantTree(model, this);
    m_order->setSourceModel(m_tree);
    m_tree->setFlat(!m_showTree->isChecked());
    m_view->setRootIsDecorated(m_showTree->isChecked());
    delete m_columns;
    m_columns = new ColumnFit(m_view, m_view->header(), QStringLiteral("variants"), columns, essential);
    connect(model, &QAbstractItemModel::modelReset, this, [this] {
        rankColumns();
        m_columns->restart();
        refresh();
    });
    connect(model, &QAbstractItemModel::rowsInserted, m_columns, &ColumnFit::refit);
    connect(model, &QAbstractItemModel::rowsInserted, this, &VariantsPanel::refresh);
    connect(model, &QAbstractItemModel::rowsRemoved, m_columns, &ColumnFit::refit);
    connect(model, &QAbstractItemModel::rowsRemoved, this, &VariantsPanel::refresh);
    connect(model, &QAbstractItemModel::dataChanged, this, [this] {
        rankColumns();
        m_columns->refit(); // figures of the baseline come after its row, and give each row a drawing
        refreshApply(selectedVariants().size() == 1);
        refreshNotes();
    });
    m_work->setModel(model);
    rankColumns();
    m_view->expandAll();
    refresh();
}

void VariantsPanel::showTree(bool on)
{
    Settings().setList(treeKey, on ? QStringList{QStringLiteral("shown")} : QStringList());
    if (!m_tree)
        return;
    const QVector<int> selected = selectedVariants();
    m_tree->setFlat(!on);
    m_view->setRootIsDecorated(on);
    selectVariants(selected);
}

/// Without labels it is the agreement that tells variants apart.
void VariantsPanel::rankColumns()
{
    const auto known = [this](auto figure) {
        return std::ranges::any_of(m_model->variants(),
                                   [&](const Variant &v) { return (v.figures.*figure).has_value(); });
    };
    const bool unlabelled = !known(&Figures::top1) && known(&Figures::agreement);
    m_columns->setPriority(unlabelled
                               ? QVector<int>{M::Agreement, M::Size, M::Ratio, M::Top1, M::Difference}
                               : QVector<int>{M::Top1, M::Size, M::Ratio, M::Difference, M::Agreement});
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
    m_compare->setEnabled(!rows.isEmpty() && !onlyBaseline);
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
    const int parent = m_model->parentOf(rows.first());
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
    const QString last = Settings().text(folderKey);
    const QStringList paths = QFileDialog::getOpenFileNames(this, tr("Add ONNX files as variants"),
                                                            QFileInfo(last).isDir() ? last : m_modelFolder,
                                                            tr("ONNX models (*.onnx);;All files (*)"));
    if (paths.isEmpty())
        return;
    Settings().setText(folderKey, QFileInfo(paths.first()).path());
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
    QGuiApplication::clipboard()->setText(selectedRowsAsText(m_view, m_columns->sections()));
}

void VariantsPanel::showContextMenu(const QPoint &position)
{
    QMenu menu(this);
    menu.addActions({m_apply, m_compare, m_duplicate, m_rename, m_delete});
    menu.addSeparator();
    if (m_measure->isEnabled())
        menu.addAction(m_measure);
    menu.addActions({m_addFile, m_copy});
    menu.addSeparator();
    m_columns->fillMenu(menu.addMenu(tr("Columns")));
    menu.addAction(m_showTree);
    menu.exec(m_view->viewport()->mapToGlobal(position));
}

} // namespace lathe::ui
