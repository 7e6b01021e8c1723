#include "core/recipe/recipe.h"

namespace lathe {
namespace {

constexpr char32_t invalidByte = 0x110000; // plus the byte: outside Unicode, so equal to itself alone

/// Takes one UTF-8 character off the front. A byte that is no valid UTF-8 counts as a character of its own.
char32_t takeCharacter(std::string_view &text)
{
    const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(0);
    const size_t length = lead < 0x80                   ? 1
                          : lead >= 0xC2 && lead < 0xE0 ? 2
                          : lead >= 0xE0 && lead < 0xF0 ? 3
                          : lead >= 0xF0 && lead < 0xF5 ? 4
                                                        : 0;
    char32_t character = length <= 1 ? lead : lead & (0x7FU >> length);
    bool valid = length > 0 && length <= text.size();
    for (size_t i = 1; valid && i < length; ++i) {
        valid = (byte(i) & 0xC0U) == 0x80U;
        character = character << 6U | (byte(i) & 0x3FU);
    }
    const bool overlong =
        (length == 3 && character < 0x800) || (length == 4 && (character < 0x10000 || character > 0x10FFFF));
    const bool surrogate = character >= 0xD800 && character <= 0xDFFF;
    if (!valid || overlong || surrogate) {
        text.remove_prefix(1);
        return invalidByte + lead;
    }
    text.remove_prefix(length);
    return character;
}

/// A set at the front of the pattern, after its '['. @returns false when it is never closed: then '[' is
/// plain.
bool takeSet(std::string_view &pattern, char32_t character, bool &inside)
{
    std::string_view rest = pattern;
    const bool negated = rest.starts_with('!') || rest.starts_with('^');
    if (negated)
        rest.remove_prefix(1);
    bool found = false;
    for (bool first = true; !rest.empty(); first = false) {
        if (rest.front() == ']' && !first) {
            rest.remove_prefix(1);
            pattern = rest;
            inside = found != negated;
            return true;
        }
        const auto takeMember = [&] {
            if (rest.front() == '\\' && rest.size() > 1)
                rest.remove_prefix(1);
            return takeCharacter(rest);
        };
        const char32_t low = takeMember();
        char32_t high = low;
        if (rest.size() > 1 && rest[0] == '-' && rest[1] != ']') {
            rest.remove_prefix(1);
            high = takeMember();
        }
        found = found || (low <= character && character <= high);
    }
    return false;
}

/// Matches one pattern element other than * against one character; takes both off the front.
bool takeOne(std::string_view &pattern, std::string_view &name)
{
    const char32_t character = takeCharacter(name);
    char32_t wanted = takeCharacter(pattern);
    if (wanted == U'?')
        return true;
    bool inside = false;
    if (wanted == U'[' && takeSet(pattern, character, inside))
        return inside;
    if (wanted == U'\\' && !pattern.empty())
        wanted = takeCharacter(pattern);
    return wanted == character;
}

bool isValidUtf8Start(std::string_view text)
{
    return takeCharacter(text) < invalidByte;
}

} // namespace

bool isUtf8(std::string_view text)
{
    while (!text.empty())
        if (takeCharacter(text) >= invalidByte)
            return false;
    return true;
}

bool globMatches(std::string_view pattern, std::string_view name)
{
    std::string_view afterStar; // where to go on when a try fails: one more character for the last star
    std::string_view starName;
    bool hasStar = false;
    while (!name.empty()) {
        if (pattern.starts_with('*')) {
            pattern.remove_prefix(1);
            afterStar = pattern;
            starName = name;
            hasStar = true;
        } else if (pattern.empty() || !takeOne(pattern, name)) {
            if (!hasStar)
                return false;
            takeCharacter(starName);
            pattern = afterStar;
            name = starName;
        }
    }
    return pattern.find_first_not_of('*') == std::string_view::npos;
}

std::string globEscaped(std::string_view name)
{
    std::string escaped;
    while (!name.empty()) {
        if (!isValidUtf8Start(name)) { // a file could not carry it
            escaped += '?';
            name.remove_prefix(1);
            continue;
        }
        if (std::string_view("*?[]\\").find(name.front()) != std::string_view::npos)
            escaped += '\\';
        const size_t before = name.size();
        std::string_view rest = name;
        takeCharacter(rest);
        escaped += name.substr(0, before - rest.size());
        name = rest;
    }
    return escaped;
}

} // namespace lathe
