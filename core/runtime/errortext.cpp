#include "core/runtime/errortext.h"

#include <algorithm>
#include <cctype>
#include <optional>

namespace lathe {
namespace {

/// Position after a C++ function signature ("void a::B::c(int, d<e>) const [with T = float] "), 0 when there
/// is none.
size_t endOfSignature(std::string_view text)
{
    size_t open = text.find('(');
    if (open == std::string_view::npos || text.substr(0, open).find("::") == std::string_view::npos ||
        text.substr(0, open).find(". ") != std::string_view::npos)
        return 0;
    int depth = 0;
    for (size_t i = open; i < text.size(); ++i) {
        const char c = text[i];
        depth += c == '(' || c == '<' || c == '[' ? 1 : c == ')' || c == '>' || c == ']' ? -1 : 0;
        if (depth != 0 || c == ':' || text.substr(i + 1).starts_with("::"))
            continue;
        const std::string_view rest = text.substr(i + 1);
        for (const std::string_view tail : {" const [with", " [with"}) {
            if (rest.starts_with(tail)) {
                const size_t close = rest.find("] ");
                return close == std::string_view::npos ? text.size() : i + 1 + close + 2;
            }
        }
        if (rest.starts_with(" const "))
            return i + 1 + 7;
        if (rest.starts_with(" "))
            return i + 2;
    }
    return 0;
}

bool isWord(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
}

struct Place {
    size_t begin = 0, end = 0;
};

/// The first "folder/file.cc:12 ", by hand: names of layers make sentences as long as they like, and a
/// regular expression would go one call deeper for each letter.
std::optional<Place> placeIn(std::string_view text)
{
    for (size_t dot = text.find('.'); dot != std::string_view::npos; dot = text.find('.', dot + 1)) {
        for (const std::string_view ending : {".cc:", ".cpp:", ".h:", ".hpp:", ".cu:"}) {
            if (!text.substr(dot).starts_with(ending))
                continue;
            const size_t digits = dot + ending.size();
            const size_t end = text.find_first_not_of("0123456789", digits);
            size_t begin = dot;
            while (begin > 0 && isWord(text[begin - 1]))
                --begin;
            if (end == std::string_view::npos || end == digits || text[end] != ' ' || begin == dot)
                continue;
            if (begin > 0 && text[begin - 1] == '/')                 // with the folders in front
                begin = text.find_last_of(" \t\n\r", begin - 1) + 1; // no blank: npos + 1 is the start
            return Place{begin, end + 1};
        }
    }
    return std::nullopt;
}

/// "file.cc:12 function message" -> "message"
std::string withoutPlaces(std::string text)
{
    while (const auto place = placeIn(text)) {
        const std::string before = text.substr(0, place->begin);
        std::string after = text.substr(place->end);
        size_t skip = endOfSignature(after);
        if (skip == 0)
            skip = std::min(after.size(), after.find(' ') + 1); // a bare function name
        after.erase(0, skip);
        if (const size_t condition = after.find(" was false. "); condition != std::string::npos)
            after.erase(0, condition + 12);
        text = before + after;
    }
    return text;
}

} // namespace

Message runtimeSentence(std::string_view what)
{
    const size_t start = std::min(what.find_first_not_of(" \n\r\t"), what.size());
    what.remove_prefix(start);
    std::string text = withoutPlaces(std::string(what.substr(0, what.find('\n'))));
    while (!text.empty() && (text.back() == ' ' || text.back() == '\r' || text.back() == '.'))
        text.pop_back();
    return text.empty() ? Message::tr("no reason given.") : Message::verbatim(text + ".");
}

} // namespace lathe
