#pragma once
#include <QFontMetrics>
#include <QSet>
#include <QStringList>

namespace lathe::ui {

/// What is kept together where a text goes on in further lines.
QStringList wordsOf(const QString &text);

/// Finds how much room the texts of a column need without measuring each of thousands: only the longest are.
class WidestWords {
public:
    explicit WidestWords(const QFontMetrics &metrics) : m_metrics(metrics) {}
    void add(const QString &text);
    int word() const; ///< pixels of the widest word
    int line() const; ///< pixels of the widest line
    /// Lines of the text that takes the most when lines are that wide.
    int linesAt(int width) const;

private:
    static void keepLongest(QStringList &kept, const QString &text);
    int widest(const QStringList &texts) const;

    QFontMetrics m_metrics;
    QStringList m_texts, m_lines, m_words; ///< the longest by letters
    QSet<QString> m_seen;
};

} // namespace lathe::ui
