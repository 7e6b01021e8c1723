#include "ui/base/shortnames.h"

#include <QHash>
#include <QSet>

#include <algorithm>
#include <functional>

namespace lathe::ui {
namespace {

constexpr qsizetype longName = 20; // characters; a column as wide leaves room for figures beside it
constexpr qsizetype leastCut = 3;  // letters of a word that is worth cutting
constexpr double usualStart = 0.4; // of the room: ends tell more than beginnings

bool isSeparator(QChar c)
{
    return c == QLatin1Char('/') || c == QLatin1Char('.') || c == QLatin1Char('_') || c == QLatin1Char('-');
}

/// Between the words of a sentence, as in the names of variants: "fc1: 8 bits", "50 % pruned, 4 bits".
bool isPause(QStringView text)
{
    return text == QLatin1String(": ") || text == QLatin1String(", ") || text == QChar(0xFF0C) ||
           text == QChar(0xFF1A) || text == QChar(0x3001);
}

/// @param length of what is to be left out at the beginning, or at the end
bool isBetweenWords(const QString &name, qsizetype length, bool atEnd)
{
    const QStringView out = atEnd ? QStringView(name).last(length) : QStringView(name).first(length);
    const auto edge = [&](qsizetype letters) {
        return out.size() < letters ? QStringView() : atEnd ? out.first(letters) : out.last(letters);
    };
    return isSeparator(edge(1)[0]) || isPause(edge(1)) || isPause(edge(2));
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
        if (!isBetweenWords(first, length, atEnd))
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

/// A run of letters in names, such as layer in layer1.0.conv2.
struct Word {
    QString letters;
    qsizetype holders = 0; ///< names
    double places = 0.0;   ///< of it among the words of each name, summed up
    double place() const { return places / double(std::max<qsizetype>(1, holders)); }
};

/// @param take gets where each run of letters begins and ends
void forEachWord(const QString &name, const std::function<void(qsizetype, qsizetype)> &take)
{
    for (qsizetype i = 0; i < name.size(); ++i) {
        const qsizetype begin = i;
        while (i < name.size() && name[i].isLetter())
            ++i;
        if (i > begin)
            take(begin, i);
    }
}

/// Those that more than half of the names hold and that are worth cutting, in the order in which they come.
QVector<Word> commonWords(const QStringList &names)
{
    QHash<QString, Word> words;
    for (const QString &name : names) {
        QHash<QString, int> own;
        int place = 0;
        forEachWord(name, [&](qsizetype begin, qsizetype end) {
            if (end - begin >= leastCut && !own.contains(name.mid(begin, end - begin)))
                own.insert(name.mid(begin, end - begin), place);
            ++place;
        });
        for (const auto &[letters, at] : own.asKeyValueRange()) {
            Word &word = words[letters];
            word.letters = letters;
            ++word.holders;
            word.places += at;
        }
    }
    QVector<Word> common;
    for (const Word &word : std::as_const(words))
        if (word.holders * 2 > names.size())
            common << word;
    std::ranges::sort(common, [](const Word &a, const Word &b) {
        return a.place() != b.place() ? a.place() < b.place() : a.letters < b.letters;
    });
    return common;
}

/// What becomes of words: cut to their first letter, or left out where a number tells them apart.
struct Cuts {
    QSet<QString> initial, gone;
};

QString cut(const QString &name, const Cuts &cuts)
{
    QString shorter;
    qsizetype done = 0;
    forEachWord(name, [&](qsizetype begin, qsizetype end) {
        if (begin < done)
            return;
        const QString word = name.mid(begin, end - begin);
        const qsizetype number = end < name.size() && isSeparator(name[end]) ? end + 1 : end;
        const bool numbered = number < name.size() && name[number].isDigit();
        shorter += QStringView(name).mid(done, begin - done);
        if (cuts.gone.contains(word) && numbered && (begin == 0 || isSeparator(name[begin - 1]))) {
            done = number;
            return;
        }
        shorter += cuts.initial.contains(word) ? word.left(1) : word;
        done = end;
    });
    shorter += QStringView(name).mid(done);
    return saysSomething(shorter) ? shorter : name;
}

/// Adds a form to each name that it makes shorter, unless it could be taken for one of another name.
class Forms {
public:
    explicit Forms(const QStringList &names, const QStringList &first) : m_names(names)
    {
        for (qsizetype i = 0; i < names.size(); ++i) {
            m_forms << QStringList{first[i]};
            m_owners.insert(first[i], names[i]);
        }
    }
    /// @returns whether it was done
    bool add(const Cuts &cuts)
    {
        QStringList shorter;
        QHash<QString, QString> owners = m_owners;
        for (qsizetype i = 0; i < m_names.size(); ++i) {
            shorter << cut(m_forms[i].first(), cuts);
            if (owners.value(shorter.last(), m_names[i]) != m_names[i])
                return false;
            owners.insert(shorter.last(), m_names[i]);
        }
        m_owners = owners;
        for (qsizetype i = 0; i < m_names.size(); ++i)
            if (shorter[i] != m_forms[i].last())
                m_forms[i] << shorter[i];
        return true;
    }
    const QVector<QStringList> &forms() const { return m_forms; }

private:
    QStringList m_names;
    QVector<QStringList> m_forms;
    QHash<QString, QString> m_owners; ///< names by form
};

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

QVector<QStringList> nameForms(const QStringList &names)
{
    Forms forms(names, shortNames(names));
    if (distinct(names) < 2)
        return forms.forms();
    QStringList first;
    for (const QStringList &form : forms.forms())
        first << form.first();
    QVector<Word> words = commonWords(first);
    const Word last = words.isEmpty() ? Word() : words.takeLast(); // says most of what a layer is
    Cuts cuts;
    const auto attempt = [&](QSet<QString> Cuts::*set, const QString &letters) {
        Cuts more = cuts;
        (more.*set).insert(letters);
        if (forms.add(more))
            cuts = more;
    };
    for (const Word &word : std::as_const(words))
        attempt(&Cuts::initial, word.letters);
    for (const Word &word : std::as_const(words))
        attempt(&Cuts::gone, word.letters);
    if (!last.letters.isEmpty())
        attempt(&Cuts::initial, last.letters);
    return forms.forms();
}

QString fittingForm(const QStringList &forms, const QFontMetrics &metrics, int width)
{
    for (const QString &form : forms)
        if (metrics.horizontalAdvance(form) <= width)
            return form;
    return forms.isEmpty() ? QString() : elidedName(forms.last(), metrics, width);
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
