#include "ui/base/coretexts.h"

#include "ui/base/coreterms.h"

#include <QCoreApplication>
#include <QHash>
#include <QStringList>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace lathe::ui {
namespace {

constexpr const char *context = "lathe::ui::CoreText"; // that of the terms
constexpr qsizetype mostRemembered = 4096;

/// A term taken apart: "codes ", 1, " bit".
class Pattern {
public:
    explicit Pattern(const CoreTerm &term) : m_term(&term)
    {
        QString piece;
        for (const char *c = term.source; *c; ++c)
            if (*c == '%' && c[1] >= '1' && c[1] <= '9') {
                m_pieces << std::exchange(piece, {});
                ++c;
            } else {
                piece += QLatin1Char(*c);
            }
        m_pieces << piece;
    }
    const CoreTerm &term() const { return *m_term; }
    bool isText(qsizetype argument) const { return (m_term->texts >> argument & 1U) != 0; }

    /// What stands in its places.
    std::optional<QStringList> match(const QString &text) const
    {
        if (!text.startsWith(m_pieces.front()) || !text.endsWith(m_pieces.back()))
            return {};
        QStringList arguments;
        return matchFrom(text, m_pieces.front().size(), arguments) ? std::optional(arguments) : std::nullopt;
    }

private:
    /// Tries all ends of the next argument, the nearest first.
    bool matchFrom(const QString &text, qsizetype from, QStringList &arguments) const
    {
        const qsizetype next = arguments.size() + 1;
        if (next == m_pieces.size())
            return from == text.size();
        const QString &piece = m_pieces[next];
        for (qsizetype end = next + 1 == m_pieces.size() ? text.size() - piece.size()
                                                         : text.indexOf(piece, from);
             end >= from; end = text.indexOf(piece, end + 1)) {
            const QString argument = text.mid(from, end - from);
            if (!m_term->onlyTexts || !isText(next - 1) || isCoreText(argument)) {
                arguments << argument;
                if (matchFrom(text, end + piece.size(), arguments))
                    return true;
                arguments.removeLast();
            }
            if (piece.isEmpty())
                break;
        }
        return false;
    }

    const CoreTerm *m_term;
    QStringList m_pieces; ///< one more than places
};

const std::vector<Pattern> &patterns()
{
    static const std::vector<Pattern> all = [] {
        std::vector<Pattern> made;
        for (const CoreTerm &term : coreTerms())
            made.emplace_back(term);
        return made;
    }();
    return all;
}

QString translated(const QString &text);

/// The term in the window's language with its places filled.
QString filled(const Pattern &pattern, const QStringList &arguments)
{
    const QString said = QCoreApplication::translate(context, pattern.term().source);
    QString result;
    for (qsizetype i = 0; i < said.size(); ++i) {
        const int place = said[i] == QLatin1Char('%') && i + 1 < said.size() ? said[i + 1].digitValue() : 0;
        if (place < 1 || place > arguments.size()) {
            result += said[i];
            continue;
        }
        const QString &argument = arguments[place - 1];
        result += pattern.isText(place - 1) ? translated(argument) : argument;
        ++i;
    }
    return result;
}

QString translated(const QString &text)
{
    for (const Pattern &pattern : patterns())
        if (const auto arguments = pattern.match(text))
            return filled(pattern, *arguments);
    return text;
}

} // namespace

bool isCoreText(const QString &text)
{
    return std::ranges::any_of(patterns(),
                               [&](const Pattern &pattern) { return pattern.match(text).has_value(); });
}

QString coreText(const std::string &text)
{
    const QString source = QString::fromStdString(text);
    const char *const one = coreTerms().front().source;
    const QString language = QCoreApplication::translate(context, one);
    if (language == QLatin1String(one))
        return source;                          // the language of core
    thread_local QHash<QString, QString> known; // ten thousand layers are stored in a few forms
    thread_local QString knownIn;
    if (knownIn != language || known.size() > mostRemembered)
        known.clear();
    knownIn = language;
    auto found = known.find(source);
    if (found == known.end())
        found = known.insert(source, translated(source));
    return *found;
}

} // namespace lathe::ui
