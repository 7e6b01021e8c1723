#include "ui/base/shortnames.h"

#include <QHash>
#include <QSet>

#include <algorithm>

namespace lathe::ui {
namespace {

constexpr qsizetype longName = 20; // characters; a column as wide leaves room for figures beside it
constexpr double usualStart = 0.4; // of the room: ends tell more than beginnings

bool isSeparator(QChar c)
{
    return c == QLatin1Char('/') || c == QLatin1Char('.') || c == QLatin1Char('_') || c == QLatin1Char('-');
}

/// 42 alone says nothing where Conv_42 was meant.
bool saysSomething(QStringView text)
{
    return std::ranges::any_of(text, [](QChar c) { return c.isLetter(); });
}

qsizetype distinct(const QStringList &names)
{
    return QSet<QString>(names.begin(), names.end()).size();
}

bool anyLong(const QStringList &names)
{
    return std::ranges::any_of(names, [](const QString &name) { return name.size() > longName; });
}

/// Characters that all names begin with (or end with).
qsizetype shared(const QStringList &names, bool atEnd)
{
    const auto at = [atEnd](const QString &name, qsizetype i) {
        return name[atEnd ? name.size() - 1 - i : i];
    };
    const QString &first = names.first();
    qsizetype length = first.size();
    for (const QString &name : names) {
        length = std::min(length, name.size());
        qsizetype same = 0;
        while (same < length && at(name, same) == at(first, same))
            ++same;
        length = same;
    }
    return length;
}

/// Whole words only, and as many of them as leave a rest that says something.
QStringList withoutShared(const QStringList &names, bool atEnd)
{
    const QString &first = names.first();
    for (qsizetype length = shared(names, atEnd); length > 0; --length) {
        if (!isSeparator(first[atEnd ? first.size() - length : length - 1]))
            continue;
        QStringList rests;
        for (const QString &name : names)
            rests << (atEnd ? name.chopped(length) : name.mid(length));
        if (std::ranges::all_of(rests, [](const QString &rest) { return saysSomething(rest); }))
            return rests;
    }
    return names;
}

/// The separator between the largest parts of a name; null for a name of one part.
QChar separatorOf(const QString &name)
{
    for (const char c : {'/', '.', '_', '-'})
        if (name.contains(QLatin1Char(c)))
            return QLatin1Char(c);
    return {};
}

QStringList partsOf(const QString &name)
{
    const QChar separator = separatorOf(name);
    return separator.isNull() ? QStringList{name} : name.split(separator);
}

/// 1/1.0/1.0.0/fc -> 1.0.0/fc
QString withoutRepeated(const QString &name)
{
    const QStringList parts = partsOf(name);
    QStringList kept;
    for (qsizetype i = 0; i < parts.size(); ++i) {
        const bool again =
            i + 1 < parts.size() && parts[i + 1].startsWith(parts[i]) &&
            (parts[i + 1].size() == parts[i].size() || isSeparator(parts[i + 1][parts[i].size()]));
        if (!again)
            kept << parts[i];
    }
    return kept.join(separatorOf(name));
}

QString withoutPart(const QString &name, const QString &part)
{
    QStringList parts = partsOf(name);
    parts.removeAll(part);
    const QString rest = parts.join(separatorOf(name));
    return saysSomething(rest) ? rest : name;
}

/// Parts that more than half of the names hold, the most frequent first.
QStringList frequentParts(const QStringList &names)
{
    QHash<QString, qsizetype> holders;
    for (const QString &name : names) {
        const QStringList parts = partsOf(name);
        for (const QString &part : QSet<QString>(parts.begin(), parts.end()))
            ++holders[part];
    }
    QStringList frequent;
    for (auto it = holders.cbegin(); it != holders.cend(); ++it)
        if (it.value() * 2 > names.size() && saysSomething(it.key()))
            frequent << it.key();
    std::ranges::sort(frequent, [&](const QString &a, const QString &b) {
        const auto rank = [&](const QString &part) { return std::pair(holders[part], part.size()); };
        return rank(a) != rank(b) ? rank(a) > rank(b) : a < b;
    });
    return frequent;
}

/// @param start share of the room that the beginning gets
QString elided(const QString &name, const QFontMetrics &metrics, int width, double start)
{
    if (metrics.horizontalAdvance(name) <= width)
        return name;
    const QString head = metrics.elidedText(name, Qt::ElideRight, int(width * start));
    if (head.size() < 2) // the ellipsis alone, or not even that
        return metrics.elidedText(name, Qt::ElideLeft, width);
    const int left = width - metrics.horizontalAdvance(head) + metrics.horizontalAdvance(head.back());
    return head + metrics.elidedText(name, Qt::ElideLeft, left).mid(1);
}

} // namespace

QStringList shortNames(const QStringList &names)
{
    const qsizetype different = distinct(names);
    if (different < 2)
        return names;
    QStringList best = withoutShared(withoutShared(names, true), false);
    const auto improve = [&](auto &&shorter) {
        QStringList candidate;
        for (const QString &name : std::as_const(best))
            candidate << shorter(name);
        if (distinct(candidate) == different)
            best = candidate;
    };
    if (anyLong(best))
        improve(withoutRepeated);
    if (anyLong(best))
        for (const QString &part : frequentParts(best)) {
            improve([&](const QString &name) { return withoutPart(name, part); });
            if (!anyLong(best))
                break;
        }
    return best;
}

QString elidedName(const QString &name, const QFontMetrics &metrics, int width)
{
    return elided(name, metrics, width, usualStart);
}

QStringList elidedNames(const QStringList &names, const QFontMetrics &metrics, int width)
{
    const qsizetype different = distinct(names);
    QStringList best;
    qsizetype mostDistinct = 0;
    for (const double start : {usualStart, 0.6, 0.2, 0.8, 0.0}) {
        QStringList candidate;
        for (const QString &name : names)
            candidate << elided(name, metrics, width, start);
        const qsizetype found = distinct(candidate);
        if (found > mostDistinct) {
            mostDistinct = found;
            best = candidate;
        }
        if (mostDistinct == different)
            break;
    }
    return best;
}

} // namespace lathe::ui
