#pragma once
// What core says. A sentence keeps what it is made of, so that a window can say the same in another language.
#include <fmt/format.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace lathe {

/// A sentence or a term in English, made of a text with places and what stands in them; an argument that is a
/// message itself is translated with it. Immutable, cheap to copy.
class Message {
public:
    struct Argument;

    Message() = default; ///< says nothing
    /// `text` is a literal in fmt's syntax without numbers ("{} is empty."): translations are collected from
    /// these calls and found by it. No bare literal as the second argument: it would be collected as a remark
    /// on the first.
    template <class... T>
    static Message tr(fmt::format_string<T...> text, T &&...arguments);
    /// What others said (a runtime, the system) or named: the same in each language.
    static Message verbatim(std::string text);

    const std::string &text() const; ///< in English
    bool empty() const { return text().empty(); }
    /// Gives a pattern in another language. Its places are {} in the order of the arguments or {0}, {1} by
    /// number.
    using Translate = std::function<std::string(const std::string &pattern)>;
    std::string in(const Translate &translate) const;

    /// "" of one that is verbatim.
    const std::string &pattern() const;
    const std::vector<Argument> &arguments() const;
    /// What pattern() and arguments() gave, as a file kept it. A pattern with other places than arguments is
    /// verbatim.
    static Message of(const std::string &pattern, std::vector<Argument> arguments);

    /// The same with all that is no pattern changed: names, paths, what others said.
    Message rewritten(const std::function<std::string(std::string)> &change) const;

    friend bool operator==(const Message &a, const Message &b) { return a.text() == b.text(); }

private:
    struct Content;
    static Message make(std::string_view pattern, std::vector<Argument> arguments);
    static std::vector<std::string> placesOf(std::string_view pattern); ///< "{}", "{:.3f}"
    template <class T>
    static Argument argument(const std::string &place, const T &value);

    std::shared_ptr<const Content> m_content;
};

/// "a, b, c"
Message enumeration(const std::vector<Message> &messages);

/// Something, or why there is no such thing: a sentence's end.
template <class T>
using Possible = std::variant<T, Message>;

/// One of the two.
struct Message::Argument {
    std::string text; ///< as it stands in the sentence
    Message message;
};

template <class T>
Message::Argument Message::argument(const std::string &place, const T &value)
{
    if constexpr (std::is_same_v<T, Message>)
        return {{}, value};
    else
        return {fmt::format(fmt::runtime(place), value), {}};
}

template <class... T>
Message Message::tr(fmt::format_string<T...> text, T &&...arguments)
{
    const fmt::string_view view = text;
    const std::string_view pattern(view.data(), view.size());
    if constexpr (sizeof...(T) == 0) {
        return make(pattern, {});
    } else {
        const std::vector<std::string> places = placesOf(pattern);
        size_t next = 0;
        return make(pattern, {argument(places[next++], arguments)...});
    }
}

} // namespace lathe

template <>
struct fmt::formatter<lathe::Message> : fmt::formatter<std::string_view> {
    template <class Context>
    auto format(const lathe::Message &message, Context &context) const
    {
        return fmt::formatter<std::string_view>::format(message.text(), context);
    }
};
