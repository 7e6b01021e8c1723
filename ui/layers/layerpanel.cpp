#include "ui/layers/layerpanel.h"

#include "ui/base/tabletext.h"
#include "ui/layers/layerdelegate.h"
#include "ui/layers/layertablemodel.h"
#include "ui/style/theme.h"
#include "ui/widgets/columnfit.h"
#include "ui/widgets/keepinsight.h"
#include "ui/widgets/panelparts.h"

#include <QClipboard>
#include <QCollator>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QRegularExpression>
#include <QShortcut>
#include <QSortFilterProxyModel>
#include <QStackedWidget>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

namespace lathe::ui {
namespace {

using M = LayerTableModel;

/// By what the choice is made comes first: what is asked of a layer, what that gives, how much it is of the
/// whole.
const QVector<ColumnFit::Column> columns = {
    {M::Name, 9, 20, 11},
    {M::Settings, 13, 22, 7},
    {M::Stored, 8, 0, 7},
    {M::Share, 12, 12, 8}, // the figure whole
    {M::Error, 8},
    {M::Bytes, 8},
    {M::Op, 6},
    {M::Output, 8},
    {M::Parameters, 8},
    {M::Macs, 8},
    {M::Shape, 10, 20, 8},
    {M::Theory, 8, 0, 0, true},
    {M::Huffman, 8, 0, 0, true},
    {M::Shannon, 8, 0, 0, true},
};
constexpr int essential = 4;

} // namespace

/// Rows that hold every word (in name, operator or settings; * and ? as in a recipe's patterns); names sort
/// as people count.
class LayerPanel::Filter : public QSortFilterProxyModel {
public:
    explicit Filter(QObject *parent) : QSortFilterProxyModel(parent)
    {
        m_collator.setNumericMode(true);
        m_collator.setCaseSensitivity(Qt::CaseInsensitive);
        setSortRole(LayerTableModel::SortRole);
        // Figures change while a slider moves: rows must not jump under the eye. Sorting is done when asked
        // for.
        setDynamicSortFilter(false);
    }
    void setWords(const QString &text)
    {
        m_words.clear();
        for (const QString &word : text.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
            QString pattern = QRegularExpression::escape(word);
            pattern.replace(QLatin1String("\\*"), QLatin1String(".*"))
                .replace(QLatin1String("\\?"), QLatin1String("."));
            m_words << QRegularExpression(pattern, QRegularExpression::CaseInsensitiveOption);
        }
        invalidate(); // not row by row, as invalidateFilter() tells it: each gap would move all rows behind
                      // it
    }
    bool filtering() const { return !m_words.isEmpty(); }

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override
    {
        const auto holds = [&](int column, const QRegularExpression &word) { // as it is shown, or in full
            const QModelIndex cell = sourceModel()->index(row, column, parent);
            return cell.data(FullTextRole).toString().contains(word) || cell.data().toString().contains(word);
        };
        return std::ranges::all_of(m_words, [&](const QRegularExpression &word) {
            return holds(LayerTableModel::Name, word) || holds(LayerTableModel::Op, word) ||
                   holds(LayerTableModel::Settings, word);
        });
    }
    bool lessThan(const QModelIndex &left, const QModelIndex &right) const override
    {
        const QVariant a = left.data(sortRole()), b = right.data(sortRole());
        if (a.typeId() == QMetaType::QString) // many are equal, and the collator takes its time with those
            return a.toString() != b.toString() && m_collator.compare(a.toString(), b.toString()) < 0;
        return a.toDouble() < b.toDouble();
    }

private:
    QVector<QRegularExpression> m_words;
    QCollator m_collator;
};

LayerPanel::LayerPanel(QWidget *parent)
    : QWidget(parent), m_proxy(new Filter(this)), m_view(new QTableView(this)), m_filter(new QLineEdit(this)),
      m_count(makeMuted({}, this)), m_emptyText(makeEmptyState({}, this)), m_stack(new QStackedWidget(this))
{
    buildFilter();
    buildTable();

    QLabel *title = makeTitle(tr("LAYERS"), this);
    m_count->setFont(scaledFont(titleScale));
    auto *header = new QHBoxLayout;
    header->setSpacing(8);
    header->addWidget(title);
    header->addWidget(m_count);
    header->addStretch(1);
    header->addWidget(m_filter, 3);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->setSpacing(8);
    layout->addLayout(header);
    layout->addWidget(m_stack, 1);

    m_stack->addWidget(m_emptyText);
    m_stack->addWidget(m_view);
    m_emptyText->setBackgroundRole(QPalette::Base);
    m_emptyText->setAutoFillBackground(true);
    setTabOrder(m_filter, m_view);
    refreshCounts();
}

void LayerPanel::buildFilter()
{
    m_filter->setPlaceholderText(tr("Filter"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setAccessibleName(tr("Filter layers"));
    const QKeySequence shortcut(QKeySequence::Find);
    m_filter->setToolTip(tr("Words of the name, operator or settings; * and ? stand for any letters (%1)")
                             .arg(shortcut.toString(QKeySequence::NativeText)));
    m_filter->addAction(icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    m_filter->setMaximumWidth(fontMetrics().averageCharWidth() * 40);
    m_filter->installEventFilter(this);
    connect(m_filter, &QLineEdit::textChanged, this, &LayerPanel::onFilterEdited);
    connect(new QShortcut(shortcut, this), &QShortcut::activated, this, [this] {
        m_filter->setFocus(Qt::ShortcutFocusReason);
        m_filter->selectAll();
    });
}

void LayerPanel::buildTable()
{
    styleTable(m_view);
    m_view->setObjectName(QStringLiteral("layerTable"));
    m_view->setModel(m_proxy);
    // The header asks for every column whether all its rows are selected, at each painting.
    QHeaderView *header = m_view->horizontalHeader();
    header->setSelectionModel(new QItemSelectionModel(m_proxy, header));
    m_view->setItemDelegate(new LayerDelegate(m_view));
    new KeepInSight(m_view);
    m_view->setSortingEnabled(true);
    header->setSortIndicatorClearable(true); // the third click: the order of the model
    header->setSortIndicator(-1, Qt::AscendingOrder);
    m_view->setAccessibleName(tr("Layers"));
    connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &LayerPanel::announceSelection);
    connect(m_view, &QWidget::customContextMenuRequested, this, &LayerPanel::showContextMenu);
    auto *copy = new QShortcut(QKeySequence::Copy, m_view, nullptr, nullptr, Qt::WidgetShortcut);
    connect(copy, &QShortcut::activated, this, &LayerPanel::copySelection);
}

void LayerPanel::setModel(LayerTableModel *model)
{
    if (m_model)
        m_model->disconnect(this);
    m_model = model;
    m_proxy->setSourceModel(model);
    delete m_columns;
    m_columns = model ? new ColumnFit(m_view, m_view->horizontalHeader(), QStringLiteral("layers"), columns,
                                      essential)
                      : nullptr;
    if (model) {
        connect(model, &QAbstractItemModel::modelReset, this, &LayerPanel::onModelReset);
        connect(model, &QAbstractItemModel::dataChanged, m_columns, &ColumnFit::refit);
    }
    onModelReset();
}

void LayerPanel::onModelReset()
{
    m_filter->clear();
    const QHeaderView *header = m_view->horizontalHeader();
    m_proxy->sort(header->sortIndicatorSection(), header->sortIndicatorOrder());
    if (m_columns)
        m_columns->restart();
    refreshCounts();
    announceSelection();
}

void LayerPanel::onFilterEdited(const QString &text)
{
    m_proxy->setWords(text);
    refreshCounts();
    announceSelection();
}

QVector<int> LayerPanel::readSelection() const
{
    QVector<int> layers;
    for (const QItemSelectionRange &range : m_view->selectionModel()->selection()) // of whole rows
        for (int row = range.top(); row <= range.bottom(); ++row)
            layers << m_proxy->mapToSource(m_proxy->index(row, 0)).row();
    std::sort(layers.begin(), layers.end());
    return layers;
}

void LayerPanel::selectLayers(const QVector<int> &layers)
{
    const auto rowOf = [this](int layer) { return m_proxy->mapFromSource(m_model->index(layer, 0)); };
    if (std::any_of(layers.begin(), layers.end(), [&](int layer) { return !rowOf(layer).isValid(); }))
        m_filter->clear();
    QVector<int> rows;
    for (const int layer : layers)
        rows << rowOf(layer).row();
    std::ranges::sort(rows);
    // Neighbours as one range: what Qt does with a selection goes by the number of its ranges.
    QItemSelection selection;
    for (qsizetype first = 0, i = 1; i <= rows.size(); ++i)
        if (i == rows.size() || rows[i] > rows[i - 1] + 1) {
            selection.select(m_proxy->index(rows[first], 0), m_proxy->index(rows[i - 1], 0));
            first = i;
        }
    m_view->selectionModel()->select(selection,
                                     QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    if (layers.isEmpty())
        return;
    m_view->selectionModel()->setCurrentIndex(rowOf(layers.first()), QItemSelectionModel::NoUpdate);
    m_view->scrollTo(rowOf(layers.first()));
}

void LayerPanel::announceSelection()
{
    const QVector<int> layers = readSelection();
    if (layers == m_selected)
        return;
    m_selected = layers;
    refreshCounts();
    emit selectionChanged(layers);
}

void LayerPanel::refreshCounts()
{
    const int all = m_model ? m_model->rowCount() : 0;
    const int shown = m_proxy->rowCount();
    const int selected = int(m_selected.size());
    if (all == 0)
        m_count->clear();
    else if (selected > 1)
        m_count->setText(tr("%1 of %2 selected").arg(selected).arg(all));
    else if (shown < all)
        m_count->setText(tr("%1 of %2").arg(shown).arg(all));
    else
        m_count->setText(QString::number(all));
    if (!m_model || (all == 0 && m_model->totalBytes() == 0))
        m_emptyText->setText(tr("Open an ONNX model to see its layers."));
    else if (all == 0)
        m_emptyText->setText(
            tr("This model has no layer with a constant weight, so there is nothing to compress."));
    else
        m_emptyText->setText(tr("No layer matches “%1”.").arg(m_filter->text()));
    m_filter->setEnabled(all > 0);
    m_stack->setCurrentIndex(shown > 0 ? 1 : 0);
}

void LayerPanel::copySelection() const
{
    if (!selectedLayers().isEmpty())
        QGuiApplication::clipboard()->setText(selectedRowsAsText(m_view, m_columns->sections()));
}

void LayerPanel::selectSameOperator()
{
    const QModelIndex current = m_view->currentIndex();
    const QString op = current.siblingAtColumn(LayerTableModel::Op).data().toString();
    QVector<int> layers;
    for (int row = 0; row < m_proxy->rowCount(); ++row)
        if (m_proxy->index(row, LayerTableModel::Op).data().toString() == op)
            layers << m_proxy->mapToSource(m_proxy->index(row, 0)).row();
    selectLayers(layers);
}

void LayerPanel::showContextMenu(const QPoint &position)
{
    QMenu menu(this);
    QAction *copy =
        menu.addAction(icon(QStringLiteral("copy")), tr("Copy as text"), this, &LayerPanel::copySelection);
    copy->setShortcut(QKeySequence::Copy);
    copy->setEnabled(!selectedLayers().isEmpty());
    menu.addSeparator();
    menu.addActions(m_actions);
    menu.addSeparator();
    QAction *all = menu.addAction(tr("Select all"), m_view, &QTableView::selectAll);
    all->setShortcut(QKeySequence::SelectAll);
    const QModelIndex current = m_view->currentIndex();
    if (current.isValid())
        menu.addAction(
            tr("Select all %1 layers").arg(current.siblingAtColumn(LayerTableModel::Op).data().toString()),
            this, &LayerPanel::selectSameOperator);
    menu.addSeparator();
    m_columns->fillMenu(menu.addMenu(tr("Columns")));
    menu.exec(m_view->viewport()->mapToGlobal(position));
}

bool LayerPanel::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_filter && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Escape && !m_filter->text().isEmpty()) {
            m_filter->clear();
            return true;
        }
        if (key == Qt::Key_Down || key == Qt::Key_Return || key == Qt::Key_Enter) {
            m_view->setFocus(Qt::OtherFocusReason);
            if (!m_view->currentIndex().isValid() || m_view->selectionModel()->selectedRows().isEmpty())
                m_view->selectRow(0);
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace lathe::ui
