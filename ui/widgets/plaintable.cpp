#include "ui/widgets/plaintable.h"

#include "ui/style/theme.h"
#include "ui/widgets/panelparts.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QCoreApplication>
#include <QHeaderView>
#include <QTimer>

#include <algorithm>

namespace lathe::ui {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::PlainTable)
};

} // namespace

void makeCopyable(QTableView *table)
{
    auto *copy = new QAction(icon(QStringLiteral("copy")), Words::tr("Copy as text"), table);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    QObject::connect(copy, &QAction::triggered, table, [table] {
        const bool all = !table->selectionModel()->hasSelection();
        if (all)
            table->selectAll();
        QApplication::clipboard()->setText(selectedRowsAsText(table));
        if (all)
            table->clearSelection();
    });
    table->addAction(copy);
    table->setContextMenuPolicy(Qt::ActionsContextMenu);
}

QTableWidget *makePlainTable(const QStringList &headers, const QSet<int> &figures, QWidget *parent)
{
    auto *table = new QTableWidget(0, static_cast<int>(headers.size()), parent);
    styleTable(table);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->horizontalHeader()->setTextElideMode(Qt::ElideMiddle);
    for (int column = 0; column < headers.size(); ++column) {
        auto *header = new QTableWidgetItem(headers[column]);
        header->setToolTip(headers[column]);
        header->setTextAlignment((figures.contains(column) ? Qt::AlignRight : Qt::AlignLeft) |
                                 Qt::AlignVCenter);
        table->setHorizontalHeaderItem(column, header);
    }
    makeCopyable(table);
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

void fillPlainTable(QTableWidget *table, int count, const std::function<void(int)> &add,
                    const std::function<void()> &done)
{
    constexpr int portion = 200; // rows: some milliseconds
    const QString name = QStringLiteral("filling");
    delete table->findChild<QTimer *>(name);
    table->setRowCount(0);
    const auto addPortion = [table, count, add] {
        for (int row = table->rowCount(), end = std::min(row + portion, count); row < end; ++row)
            add(row);
        return table->rowCount() >= count;
    };
    if (addPortion()) {
        done();
        return;
    }
    auto *timer = new QTimer(table);
    timer->setObjectName(name);
    QObject::connect(timer, &QTimer::timeout, table, [timer, addPortion, done] {
        if (!addPortion())
            return;
        timer->stop();
        timer->setObjectName({});
        timer->deleteLater();
        done();
    });
    timer->start(0);
}

} // namespace lathe::ui
