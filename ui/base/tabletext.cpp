#include "ui/base/tabletext.h"

#include <algorithm>

namespace lathe::ui {
namespace {

bool isFigure(const QString &text)
{
    static const QString others = QStringLiteral("+-.,%± \u00A0\u202F\u2212");
    return std::ranges::all_of(text, [](QChar c) { return c.isDigit() || others.contains(c); });
}

} // namespace

QString cellText(const QString &text)
{
    QString cell = text;
    std::ranges::replace_if(
        cell,
        [](QChar c) { return c == QLatin1Char('\t') || c == QLatin1Char('\n') || c == QLatin1Char('\r'); },
        QLatin1Char(' '));
    const bool formula = !cell.isEmpty() && QStringLiteral("=+-@").contains(cell.trimmed().left(1));
    return formula && !cell.trimmed().isEmpty() && !isFigure(cell) ? QLatin1Char('\'') + cell : cell;
}

QString csvText(const QString &text)
{
    QString quoted = cellText(text);
    quoted.replace(QLatin1Char('"'), QLatin1String("\"\""));
    return QLatin1Char('"') + quoted + QLatin1Char('"');
}

} // namespace lathe::ui
