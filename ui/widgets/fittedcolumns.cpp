#include "ui/widgets/fittedcolumns.h"
#include "ui/widgets/panelparts.h"

#include "ui/widgets/widestwords.h"
#include "ui/widgets/wrappedheader.h"

#include <QEvent>
#include <QTableView>
#include <QTimer>

#include <algorithm>

namespace lathe::ui {
namespace {

constexpr int mostFitted = 1000; // rows that have each its own height
constexpr int mostLines = 4;     // of the rows of longer tables: what is more is in the tooltip
constexpr int leastCut = 6;      // letters of a text that may be cut
constexpr int padding = 14;      // pixels beside the text of a cell, on both sides together

} // namespace

FittedColumns::FittedColumns(QTableView *table)
    : QObject(table), m_table(table), m_header(WrappedHeader::install(table))
{
    table->setWordWrap(true);
    table->setTextElideMode(Qt::ElideMiddle);
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

void FittedColumns::setMost(int column, int letters)
{
    m_most[column] = letters;
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
        if (const int most = m_most.value(column)) {
            const int room = beside + most * letterWidth(m_table->fontMetrics());
            need = {std::min(need.least, room), std::min(need.wanted, room)};
        }
        need.least = std::max(need.least, m_header->leastWidth(column));
        need.wanted = std::max({need.least, need.wanted, m_header->wantedWidth(column)});
        needs << need;
        all.least += need.least;
        all.wanted += need.wanted;
    }
    const int room = m_table->viewport()->width();
    for (int column = 0; column < needs.size() && all.least > room; ++column) {
        if (!m_most.contains(column))
            continue;
        const int letters = m_beside.value(column) > 0 ? 0 : leastCut; // a picture says which it is
        const int cut =
            std::max(m_beside.value(column) + padding + letters * letterWidth(m_table->fontMetrics()),
                     m_header->leastWidth(column));
        const int given = std::clamp(needs[column].least - cut, 0, all.least - room);
        needs[column].least -= given;
        all.least -= given;
    }
    for (int column = 0; column < needs.size(); ++column) {
        const Need &need = needs[column];
        int width = need.least;
        if (room >= all.wanted) // what is left goes to all alike, so that columns of one kind stay alike
            width = need.wanted + (room - all.wanted) / static_cast<int>(needs.size());
        else if (room > all.least)
            width += (need.wanted - need.least) * (room - all.least) / std::max(1, all.wanted - all.least);
        m_header->resizeSection(column, width);
    }
    fitRows();
}

void FittedColumns::fitRows()
{
    QHeaderView *rows = m_table->verticalHeader();
    const int count = m_table->model()->rowCount();
    int lines = 1;
    for (int column = 0; column < m_texts.size() && count > mostFitted; ++column)
        lines = std::max(lines, m_texts[column].linesAt(roomOf(column)));
    rows->setDefaultSectionSize(rowHeight(std::min(lines, mostLines)));
    if (count > mostFitted)
        return;
    QHash<QPair<QString, int>, int> known;
    for (int row = 0; row < count; ++row)
        if (const int height = rowHeight(linesOf(row, known)); height != m_table->rowHeight(row))
            m_table->setRowHeight(row, height);
}

int FittedColumns::roomOf(int column) const
{
    return m_table->columnWidth(column) - m_beside.value(column) - padding;
}

int FittedColumns::rowHeight(int lines) const
{
    return std::max(m_leastRowHeight, lines * m_table->fontMetrics().lineSpacing() + 8);
}

/// @param known of texts that were there before, by text and room: names of classes come again and again
int FittedColumns::linesOf(int row, QHash<QPair<QString, int>, int> &known) const
{
    constexpr qsizetype surelyOneLine = 8; // letters
    int most = 1;
    for (int column = 0; column < m_texts.size(); ++column) {
        if (m_most.contains(column))
            continue; // may be cut
        int lines = 0;
        const QString text = m_table->model()->index(row, column).data().toString();
        for (const QString &part : text.split(QLatin1Char('\n'))) {
            int &taken = known[{part, roomOf(column)}];
            if (taken == 0 && part.size() <= surelyOneLine)
                taken = 1;
            if (taken == 0) {
                QFont bold = m_table->font();
                bold.setBold(true);
                WidestWords words{QFontMetrics(bold)};
                words.add(part);
                taken = words.linesAt(roomOf(column));
            }
            lines += taken;
        }
        most = std::max(most, lines);
    }
    return most;
}

} // namespace lathe::ui
