#pragma once
#include <QString>

namespace lathe::ui {

/// What a cell says in full, where what is shown is shorter.
inline constexpr int FullTextRole = Qt::UserRole + 64;

/// A cell of a table that is copied for another program: one line, and no formula where the text comes from a
/// file. A spreadsheet computes what begins with = + - or @; figures with their sign stay as they are.
QString cellText(const QString &text);
/// The same between quotes, for CSV.
QString csvText(const QString &text);

} // namespace lathe::ui
