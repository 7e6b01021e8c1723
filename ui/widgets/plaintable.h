#pragma once
#include <QSet>
#include <QTableWidget>

#include <functional>

namespace lathe::ui {

/// Ctrl+C and the context menu copy the selected rows as text, or all rows where none is selected.
void makeCopyable(QTableView *table);
/// A read-only table, which is copyable.
/// @param figures columns that hold numbers: aligned to the right, header included.
QTableWidget *makePlainTable(const QStringList &headers, const QSet<int> &figures, QWidget *parent);
/// Appends a row and aligns it.
void addPlainRow(QTableWidget *table, const QStringList &texts);

/// Empties the table and calls add(0), add(1), .. in portions between which the window lives on, then `done`;
/// few rows are there at once. A second call for the same table takes the place of the first. Both are
/// dropped with it.
void fillPlainTable(QTableWidget *table, int count, const std::function<void(int)> &add,
                    const std::function<void()> &done);

} // namespace lathe::ui
