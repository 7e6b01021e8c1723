#include "ui/plaintable.h"

#include "ui/panelparts.h"

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QShortcut>

namespace lathe::ui {

QTableWidget *makePlainTable(const QStringList &headers, const QSet<int> &figures, QWidget *parent)
{
    auto *table = new QTableWidget(0, static_cast<int>(headers.size()), parent);
    styleTable(table);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setContextMenuPolicy(Qt::NoContextMenu);
    table->horizontalHeader()->setTextElideMode(Qt::ElideMiddle);
    for (int column = 0; column < headers.size(); ++column) {
        auto *header = new QTableWidgetItem(headers[column]);
        header->setToolTip(headers[column]);
        header->setTextAlignment((figures.contains(column) ? Qt::AlignRight : Qt::AlignLeft) |
                                 Qt::AlignVCenter);
        table->setHorizontalHeaderItem(column, header);
    }
    auto *copy = new QShortcut(QKeySequence::Copy, table, nullptr, nullptr, Qt::WidgetShortcut);
    QObject::connect(copy, &QShortcut::activated, table,
                     [table] { QApplication::clipboard()->setText(selectedRowsAsText(table)); });
    return table;
}

void addPlainRow(QTableWidget *table, const QStringList &texts)
{
    const int row = table->rowCount();
    table->insertRow(row);
    for (int column = 0; column < texts.size(); ++column) {
        auto *item = new QTableWidgetItem(texts[column]);
        item->setToolTip(texts[column]); // a narrow column leaves some of it out
        item->setTextAlignment(Qt::Alignment(table->horizontalHeaderItem(column)->textAlignment()));
        table->setItem(row, column, item);
    }
}

} // namespace lathe::ui
