#include "core/data/npyheader.h"

#include "core/base/error.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>
#include <vector>

namespace lathe {
namespace {

constexpr size_t longestHeader = size_t(1) << 16; ///< bytes; NumPy's own are below 10,000
constexpr size_t mostDimensions = 64;             ///< of NumPy 2

[[noreturn]] void refuse(const Message &source, const Message &reason)
{
    throw Error(ErrorCode::MalformedData, Message::tr("{} {}.", source, reason));
}

ElementType elementTypeOf(std::string_view descr, const Message &source)
{
    static const std::vector<std::pair<std::string_view, ElementType>> known = {
        {"f2", ElementType::Float16}, {"f4", ElementType::Float32}, {"f8", ElementType::Float64},
        {"u1", ElementType::UInt8},   {"i1", ElementType::Int8},    {"u2", ElementType::UInt16},
        {"i2", ElementType::Int16},   {"u4", ElementType::UInt32},  {"i4", ElementType::Int32},
        {"u8", ElementType::UInt64},  {"i8", ElementType::Int64},   {"b1", ElementType::Bool}};
    const bool bigEndian = descr.starts_with('>');
    const std::string_view kind = descr.substr(std::min(descr.size(), descr.find_first_not_of("<>|=")));
    const auto match = std::ranges::find(known, kind, &std::pair<std::string_view, ElementType>::first);
    if (match == known.end() || (bigEndian && elementBits(match->second) > 8))
        throw Error(ErrorCode::Unsupported,
                    Message::tr("{} holds values of type \"{}\"; little-endian integers, floats and bool "
                                "can be read.",
                                source, descr.substr(0, 40)));
    return match->second;
}

/// Goes through the text once, from the front.
class Reader {
public:
    Reader(std::string_view text, const Message &source) : m_text(text), m_source(source) {}
    [[noreturn]] void refuseAll() const { refuse(m_source, Message::tr("has a header that is not NumPy's")); }
    /// Whether `c` comes next, behind blanks; goes past it.
    bool take(char c)
    {
        skipBlanks();
        if (m_text.empty() || m_text.front() != c)
            return false;
        m_text.remove_prefix(1);
        return true;
    }
    void need(char c)
    {
        if (!take(c))
            refuseAll();
    }
    bool isNext(char c)
    {
        skipBlanks();
        return m_text.starts_with(c);
    }
    std::string_view quoted()
    {
        skipBlanks();
        const char quote = m_text.empty() ? ' ' : m_text.front();
        const size_t end = quote == '\'' || quote == '"' ? m_text.find(quote, 1) : std::string_view::npos;
        if (end == std::string_view::npos)
            refuseAll();
        const std::string_view inside = m_text.substr(1, end - 1);
        m_text.remove_prefix(end + 1);
        return inside;
    }
    bool truth()
    {
        skipBlanks();
        for (const auto &[word, value] : {std::pair(std::string_view("True"), true), {"False", false}})
            if (m_text.starts_with(word)) {
                m_text.remove_prefix(word.size());
                return value;
            }
        refuseAll();
    }
    int64_t dimension()
    {
        skipBlanks();
        int64_t value = 0;
        const auto [end, error] = std::from_chars(m_text.data(), m_text.data() + m_text.size(), value);
        if (error == std::errc::result_out_of_range)
            value = std::numeric_limits<int64_t>::max();
        else if (error != std::errc() || value < 0)
            refuseAll();
        m_text.remove_prefix(static_cast<size_t>(end - m_text.data()));
        if (m_text.starts_with('L')) // of Python 2
            m_text.remove_prefix(1);
        return value;
    }

private:
    void skipBlanks() { m_text.remove_prefix(std::min(m_text.size(), m_text.find_first_not_of(" \t\r\n"))); }

    std::string_view m_text;
    const Message &m_source;
};

Shape readShape(Reader &in, const Message &source)
{
    Shape shape;
    in.need('(');
    while (!in.take(')')) {
        if (shape.size() == mostDimensions)
            refuse(source, Message::tr("announces more than {} dimensions", mostDimensions));
        shape.push_back(in.dimension());
        if (!in.take(',') && !in.isNext(')'))
            in.refuseAll();
    }
    if (elementCount(shape) < 0)
        refuse(source, Message::tr("announces {} values, more than there can be", shapeText(shape)));
    return shape;
}

} // namespace

NpyPlace npyHeaderPlace(std::span<const std::byte> start, const Message &source)
{
    const auto *raw = reinterpret_cast<const unsigned char *>(start.data());
    if (start.size() < 10 || std::memcmp(raw, "\x93NUMPY", 6) != 0)
        refuse(source, Message::tr("is no .npy array: its first bytes are not those of the format"));
    const bool longHeader = raw[6] >= 2;
    if (longHeader && start.size() < npyStart)
        refuse(source, Message::tr("ends inside its header"));
    NpyPlace place{longHeader ? size_t(12) : size_t(10), raw[8] | size_t(raw[9]) << 8};
    if (longHeader)
        place.size |= size_t(raw[10]) << 16 | size_t(raw[11]) << 24;
    if (place.size > longestHeader)
        refuse(source, Message::tr("announces a header of {} bytes, longer than any of NumPy's", place.size));
    return place;
}

NpyHeader parseNpyHeader(std::string_view text, const Message &source)
{
    Reader in(text, source);
    NpyHeader header;
    std::string_view descr;
    bool records = false, hasDescr = false, hasOrder = false, hasShape = false;
    in.need('{');
    while (!in.take('}')) {
        const std::string_view key = in.quoted();
        in.need(':');
        if (key == "descr" && !in.isNext('\'') && !in.isNext('"')) {
            records = true; // a list of fields; what is behind it does not matter any more
            break;
        }
        if (key == "descr")
            descr = in.quoted();
        else if (key == "fortran_order")
            header.fortran = in.truth();
        else if (key == "shape")
            header.shape = readShape(in, source);
        else
            in.quoted(); // a text under another name; anything else is refused
        hasDescr |= key == "descr";
        hasOrder |= key == "fortran_order";
        hasShape |= key == "shape";
        if (!in.take(',') && !in.isNext('}'))
            in.refuseAll();
    }
    if (!records && (!hasOrder || !hasShape))
        in.refuseAll();
    if (!hasDescr)
        throw Error(ErrorCode::Unsupported,
                    Message::tr("{} holds records or objects; plain numbers can be read.", source));
    header.type = elementTypeOf(descr, source);
    const int64_t count = elementCount(header.shape);
    if (count > std::numeric_limits<int64_t>::max() / static_cast<int64_t>(header.elementBytes()))
        refuse(source, Message::tr("announces {} values, more than there can be", shapeText(header.shape)));
    return header;
}

} // namespace lathe
