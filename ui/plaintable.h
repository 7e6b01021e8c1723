#pragma once
#include <QSet>
#include <QTableWidget>

namespace lathe::ui {

/// A read-only table of a dialog: rows are copied as text by Ctrl+C.
/// @param figures columns that hold numbers: aligned to the right, header included.
QTableWidget *makePlainTable(const QStringList &headers, const QSet<int> &figures, QWidget *parent);
/// Appends a row and aligns it.
void addPlainRow(QTableWidget *table, const QStringList &texts);

} // namespace lathe::ui
