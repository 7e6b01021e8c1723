#include "ui/widgets/fittedcolumns.h"

#include "ui/widgets/widestwords.h"
#include "ui/widgets/wrappedheader.h"

#include <QEvent>
#include <QTableView>
#include <QTimer>

#include <algorithm>

namespace lathe::ui {
namespace {

constexpr int padding = 14; // pixels beside the text of a cell, on both sides together

} // namespace

FittedColumns::FittedColumns(QTableView *table, Rows rows)
    : QObject(table), m_table(table), m_header(WrappedHeader::install(table)), m_rows(rows)
{
    table->setWordWrap(true);
    table->setTextElideMode(Qt::ElideRight);
    table->viewport()->installEventFilter(this);
    const QAbstractItemModel *model = table->model();
    connect(model, &QAbstractItemModel::modelReset, this, &FittedColumns::fitLater);
    connect(model, &QAbstractItemModel::layoutChanged, this, &FittedColumns::fitLater);
    connect(model, &QAbstractItemModel::rowsInserted, this, &FittedColumns::fitLater);
    connect(model, &QAbstractItemModel::rowsRemoved, this, &FittedColumns::fitLater);
    connect(model, &QAbstractItemModel::columnsInserted, this, &FittedColumns::fitLater);
    connect(model, &QAbstractItemModel::headerDataChanged, this, &FittedColumns::fitLater);
}

void FittedColumns::setBeside(int column, int pixels)
{
    m_beside.resize(std::max<qsizetype>(m_beside.size(), column + 1));
    m_beside[column] = pixels;
}

void FittedColumns::fitLater()
{
    if (std::exchange(m_due, true))
        return;
    QTimer::singleShot(0, this, [this] {
        if (m_due)
            fit();
    });
}

void FittedColumns::fit()
{
    m_due = false;
    measure();
    share();
}

bool FittedColumns::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize && !m_texts.isEmpty())
        share();
    else if (event->type() == QEvent::FontChange)
        fitLater();
    return QObject::eventFilter(watched, event);
}

void FittedColumns::measure()
{
    const QAbstractItemModel *model = m_table->model();
    m_texts.fill(WidestWords(m_table->fontMetrics()), model->columnCount());
    QFont bold = m_table->font();
    bold.setBold(true); // rows may be marked by it
    for (WidestWords &texts : m_texts)
        texts = WidestWords(QFontMetrics(bold));
    for (int column = 0; column < m_texts.size(); ++column)
        for (int row = 0; row < model->rowCount(); ++row)
            m_texts[column].add(model->index(row, column).data().toString());
}

void FittedColumns::share()
{
    QVector<Need> needs;
    Need all;
    for (int column = 0; column < m_texts.size(); ++column) {
        const WidestWords &texts = m_texts[column];
        const int beside = m_beside.value(column) + padding;
        Need need{beside + texts.word(), beside + texts.line()};
        need.least = std::max(need.least, m_header->leastWidth(column));
        need.wanted = std::max({need.least, need.wanted, m_header->wantedWidth(column)});
        needs << need;
        all.least += need.least;
        all.wanted += need.wanted;
    }
    const int room = m_table->viewport()->width();
    int lines = 1;
    for (int column = 0; column < needs.size(); ++column) {
        const Need &need = needs[column];
        int width = need.least;
        if (room >= all.wanted) // what is left goes to all alike, so that columns of one kind stay alike
            width = need.wanted + (room - all.wanted) / static_cast<int>(needs.size());
        else if (room > all.least)
            width += (need.wanted - need.least) * (room - all.least) / std::max(1, all.wanted - all.least);
        m_header->resizeSection(column, width);
        lines = std::max(lines, m_texts[column].linesAt(width - m_beside.value(column) - padding));
    }
    if (m_rows == EachItsOwn) {
        for (int row = 0; row < m_table->model()->rowCount(); ++row)
            m_table->setRowHeight(row, heightOf(row));
        return;
    }
    QHeaderView *rows = m_table->verticalHeader();
    rows->setDefaultSectionSize(std::max(m_leastRowHeight, rowHeight(lines)));
}

int FittedColumns::rowHeight(int lines) const
{
    return lines * m_table->fontMetrics().lineSpacing() + 8;
}

int FittedColumns::heightOf(int row) const
{
    int lines = 1;
    for (int column = 0; column < m_texts.size(); ++column) {
        WidestWords text(m_table->fontMetrics());
        text.add(m_table->model()->index(row, column).data().toString());
        lines = std::max(lines, text.linesAt(m_table->columnWidth(column) - padding));
    }
    return rowHeight(lines);
}

} // namespace lathe::ui
