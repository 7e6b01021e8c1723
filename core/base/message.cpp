#include "core/base/message.h"

#include <optional>
#include <utility>

namespace lathe {

struct Message::Content {
    std::string text;
    std::string pattern;
    std::vector<Argument> arguments;
};

namespace {

const std::string nothing;

/// A pattern taken apart: what stands before each place, then the place; what is left at the end has none.
struct Piece {
    std::string before;
    std::optional<std::string_view> place; ///< what stands between its braces
};

std::vector<Piece> piecesOf(std::string_view pattern)
{
    std::vector<Piece> pieces;
    std::string before;
    for (size_t i = 0; i < pattern.size(); ++i) {
        const bool doubled = i + 1 < pattern.size() && pattern[i + 1] == pattern[i];
        if (const char c = pattern[i]; c != '{' && c != '}') {
            before += c;
        } else if (doubled) {
            before += c;
            ++i;
        } else if (const size_t end = pattern.find('}', i); c == '{' && end != std::string_view::npos) {
            pieces.push_back({std::exchange(before, {}), pattern.substr(i + 1, end - i - 1)});
            i = end;
        }
    }
    pieces.push_back({before, {}});
    return pieces;
}

/// Which argument a place asks for: its number, or the next one.
size_t wanted(std::string_view place, size_t &next)
{
    size_t number = 0;
    size_t digits = 0;
    for (; digits < place.size() && place[digits] >= '0' && place[digits] <= '9'; ++digits)
        number = number * 10 + static_cast<size_t>(place[digits] - '0');
    return digits > 0 ? number : next++;
}

std::string filled(std::string_view pattern, const std::vector<std::string> &arguments)
{
    std::string text;
    size_t next = 0;
    for (const Piece &piece : piecesOf(pattern)) {
        text += piece.before;
        if (!piece.place)
            continue;
        if (const size_t index = wanted(*piece.place, next); index < arguments.size())
            text += arguments[index];
    }
    return text;
}

} // namespace

std::vector<std::string> Message::placesOf(std::string_view pattern)
{
    std::vector<std::string> places;
    for (const Piece &piece : piecesOf(pattern))
        if (piece.place)
            places.push_back("{" + std::string(*piece.place) + "}");
    return places;
}

Message Message::make(std::string_view pattern, std::vector<Argument> arguments)
{
    std::vector<std::string> texts;
    texts.reserve(arguments.size());
    for (const Argument &argument : arguments)
        texts.push_back(argument.message.empty() ? argument.text : argument.message.text());
    Message message;
    message.m_content = std::make_shared<const Content>(
        Content{filled(pattern, texts), std::string(pattern), std::move(arguments)});
    return message;
}

Message Message::verbatim(std::string text)
{
    Message message;
    if (!text.empty())
        message.m_content = std::make_shared<const Content>(Content{std::move(text), {}, {}});
    return message;
}

Message Message::of(const std::string &pattern, std::vector<Argument> arguments)
{
    return placesOf(pattern).size() == arguments.size() ? make(pattern, std::move(arguments))
                                                        : verbatim(pattern);
}

const std::string &Message::text() const
{
    return m_content ? m_content->text : nothing;
}

const std::string &Message::pattern() const
{
    return m_content ? m_content->pattern : nothing;
}

const std::vector<Message::Argument> &Message::arguments() const
{
    static const std::vector<Argument> none;
    return m_content ? m_content->arguments : none;
}

Message Message::rewritten(const std::function<std::string(std::string)> &change) const
{
    if (pattern().empty())
        return verbatim(change(text()));
    std::vector<Argument> changed;
    for (const Argument &argument : arguments())
        changed.push_back({argument.message.empty() ? change(argument.text) : std::string(),
                           argument.message.rewritten(change)});
    return make(pattern(), std::move(changed));
}

std::string Message::in(const Translate &translate) const
{
    if (pattern().empty())
        return text();
    std::vector<std::string> texts;
    for (const Argument &argument : arguments())
        texts.push_back(argument.message.empty() ? argument.text : argument.message.in(translate));
    return filled(translate(pattern()), texts);
}

Message enumeration(const std::vector<Message> &messages)
{
    Message all;
    for (const Message &message : messages)
        all = all.empty() ? message : Message::tr("{}, {}", all, message);
    return all;
}

} // namespace lathe
