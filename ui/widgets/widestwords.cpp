#include "ui/widgets/widestwords.h"

#include <algorithm>

namespace lathe::ui {
namespace {

constexpr qsizetype candidates = 24; // the widest one is among so many of the longest

} // namespace

QStringList wordsOf(const QString &text)
{
    QString spaced = text;
    return spaced.replace(QLatin1Char('\n'), QLatin1Char(' ')).split(QLatin1Char(' '), Qt::SkipEmptyParts);
}

void WidestWords::keepLongest(QStringList &kept, const QString &text)
{
    if (kept.size() == candidates && text.size() <= kept.back().size())
        return;
    const auto longer = [](const QString &a, const QString &b) { return a.size() > b.size(); };
    kept.insert(std::ranges::upper_bound(kept, text, longer), text);
    if (kept.size() > candidates)
        kept.removeLast();
}

void WidestWords::add(const QString &text)
{
    const bool tooShort = m_words.size() == candidates && text.size() <= m_words.back().size();
    if (tooShort || m_seen.contains(text))
        return;
    m_seen.insert(text);
    keepLongest(m_texts, text);
    for (const QString &line : text.split(QLatin1Char('\n')))
        keepLongest(m_lines, line);
    for (const QString &word : wordsOf(text))
        keepLongest(m_words, word);
}

int WidestWords::widest(const QStringList &texts) const
{
    int width = 0;
    for (const QString &text : texts)
        width = std::max(width, m_metrics.horizontalAdvance(text));
    return width;
}

int WidestWords::word() const
{
    return widest(m_words);
}

int WidestWords::line() const
{
    return widest(m_lines);
}

int WidestWords::linesAt(int width) const
{
    int height = m_metrics.lineSpacing();
    for (const QString &text : m_texts)
        height = std::max(
            height,
            m_metrics.boundingRect(QRect(0, 0, std::max(1, width), 0), Qt::TextWordWrap, text).height());
    return std::max(1, (height + m_metrics.lineSpacing() / 2) / m_metrics.lineSpacing());
}

} // namespace lathe::ui
