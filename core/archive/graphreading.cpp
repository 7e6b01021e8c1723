#include "core/archive/graphreading.h"

#include <algorithm>

namespace lathe {
namespace {

/// Field numbers of onnx.proto.
constexpr uint64_t nodeInput = 1, nodeOutput = 2, nodeOperator = 4, graphInitializer = 5, tensorName = 8,
                   tensorRaw = 9, valueName = 1;
constexpr uint64_t endless = ~uint64_t{0};
constexpr uint32_t operatorHash = 0x2C1B3C6DU, fieldBits = 6, fieldsKept = 0xFFFFFFU;

/// Names of what an export adds count up in 0..9, a..z, 10, ... behind a dot.
std::string following(std::string name)
{
    if (name.empty())
        return name;
    char &last = name.back();
    if (last == 'z') {
        name.back() = '1';
        return name + '0';
    }
    last = last == '9' ? 'a' : static_cast<char>(last + 1);
    return name;
}

/// What stands before the dot of a name that an export gave; empty for others.
std::string groupOf(const std::string &name)
{
    const size_t dot = name.find('.');
    return name.starts_with('_') && dot != std::string::npos ? name.substr(0, dot) : std::string();
}

} // namespace

void GraphReading::begin(std::vector<Hole> holes)
{
    *this = GraphReading();
    m_holes = std::move(holes);
    m_levels = {{Kind::Model, endless, 0}};
    skipHoles();
    foresee();
}

GraphReading::Kind GraphReading::inner(Kind outer, uint64_t field)
{
    switch (outer) {
    case Kind::Model:
        return field == 7 ? Kind::Graph : field == 8 || field == 14 ? Kind::Entry : Kind::Other;
    case Kind::Graph:
        return field == 1                                  ? Kind::Node
               : field == graphInitializer                 ? Kind::Tensor
               : field == 11 || field == 12 || field == 13 ? Kind::Value
                                                           : Kind::Other;
    case Kind::Node:
        return field == 5 ? Kind::Attribute : Kind::Other;
    case Kind::Attribute:
        return field == 5 ? Kind::Tensor : field == 6 ? Kind::Graph : Kind::Other;
    case Kind::Value:
        return field == 2 ? Kind::Type : Kind::Other;
    case Kind::Type:
        return field == 1 ? Kind::TensorType : Kind::Other;
    case Kind::TensorType:
        return field == 2 ? Kind::Shape : Kind::Other;
    case Kind::Shape:
        return field == 1 ? Kind::Dimension : Kind::Other;
    default:
        return Kind::Other;
    }
}

void GraphReading::begins(Part part, uint64_t left)
{
    m_part = part;
    m_left = left;
    m_position = 0;
    m_number = 0;
    m_digits = 0;
    m_text.clear();
}

bool GraphReading::number(uint8_t byte)
{
    const uint32_t shift = 7 * m_position++;
    if (shift < 64)
        m_number |= uint64_t{byte & 0x7FU} << shift;
    return byte < 0x80;
}

void GraphReading::add(uint8_t byte)
{
    ++m_at;
    ++m_offset;
    switch (m_part) {
    case Part::Tag:
        if (number(byte))
            tag();
        break;
    case Part::Number:
        if (number(byte))
            begins(Part::Tag, 0);
        break;
    case Part::Length:
        if (number(byte))
            length();
        break;
    case Part::Text:
        m_text.push_back(static_cast<char>(byte));
        m_digits = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f') ? m_digits + 1 : 0;
        ++m_position;
        if (--m_left == 0)
            text();
        break;
    case Part::Fixed:
    case Part::Digest:
        ++m_position;
        if (--m_left == 0)
            begins(Part::Tag, 0);
        break;
    }
    skipHoles();
    leave();
    foresee();
}

void GraphReading::tag()
{
    m_field = m_number >> 3U;
    Level &level = m_levels.back();
    level.fields = (level.fields << fieldBits | (m_field & 63U)) & fieldsKept;
    switch (m_number & 7U) {
    case 0:
        return begins(Part::Number, 0);
    case 1:
        return begins(Part::Fixed, 8);
    case 2:
        return begins(Part::Length, 0);
    case 5:
        return begins(Part::Fixed, 4);
    default:
        return begins(Part::Tag, 0);
    }
}

void GraphReading::length()
{
    const uint64_t length = std::min(m_number, endless - m_offset);
    const Kind kind = inner(m_levels.back().kind, m_field);
    if (kind != Kind::Other && m_levels.size() < deepest) {
        if (kind == Kind::Tensor)
            m_tensorStart = m_offset;
        m_levels.push_back({kind, m_offset + length, 0});
        begins(Part::Tag, 0);
    } else {
        begins(Part::Text, length);
        if (length == 0)
            text();
    }
}

void GraphReading::text()
{
    if (isField(Kind::Node, nodeInput))
        m_inputs.push_back(m_text);
    else if (isField(Kind::Node, nodeOutput)) {
        m_output = m_text;
        m_nextOutput = following(m_text);
        m_defined.insert(m_text);
        node();
    } else if (isField(Kind::Node, nodeOperator)) {
        m_operators *= operatorHash;
        for (const char c : m_text)
            m_operators = (m_operators + static_cast<uint8_t>(c)) * operatorHash;
        m_operators &= fieldsKept;
    } else if (isField(Kind::Tensor, tensorName) || isField(Kind::Value, valueName)) {
        m_defined.insert(m_text);
        if (const auto open = m_groupOf.find(m_text); open != m_groupOf.end()) {
            m_open.erase({open->second, m_text});
            m_groupOf.erase(open);
        }
    }
    m_last[m_path & ~7U] = std::move(m_text);
    begins(Part::Tag, 0);
}

/// A node's inputs that nothing defines are constants, and those of one group stand together: first those of
/// its own, then those that others share.
void GraphReading::node()
{
    std::string group = groupOf(m_output);
    for (const std::string &input : m_inputs)
        if (group.empty())
            group = groupOf(input);
    for (const std::string &input : m_inputs) {
        if (input.empty() || m_defined.contains(input) || m_groupOf.contains(input))
            continue;
        const std::string place = group.empty() ? group : group + (groupOf(input).empty() ? "~" : ".");
        m_open.emplace(place, input);
        m_groupOf[input] = place;
    }
    m_inputs.clear();
}

void GraphReading::skipHoles()
{
    for (; m_nextHole < m_holes.size() && m_holes[m_nextHole].at == m_at; ++m_nextHole) {
        const uint64_t size = m_holes[m_nextHole].size;
        m_offset += size;
        if (m_levels.back().kind == Kind::Tensor)
            m_tensorOverhead = m_offset - m_tensorStart - size;
        if (m_part != Part::Text || size >= m_left)
            begins(Part::Tag, 0);
        else
            m_left -= size;
    }
}

void GraphReading::leave()
{
    while (m_levels.size() > 1 && m_offset >= m_levels.back().end)
        m_levels.pop_back();
}

void GraphReading::expect(Hint hint, const std::string &text)
{
    if (m_part == Part::Length)
        expect(hint, text.size());
    else if (m_part == Part::Text && m_position < text.size())
        m_expected[hint] = static_cast<uint8_t>(text[m_position]);
}

void GraphReading::expect(Hint hint, uint64_t number)
{
    const uint32_t shift = 7 * m_position;
    if (shift < 64 && (number >> shift != 0 || m_position == 0))
        m_expected[hint] = static_cast<uint32_t>(number >> shift & 0x7FU) |
                           (shift < 57 && number >> shift > 0x7F ? 0x80U : 0U);
}

void GraphReading::foresee()
{
    const Level &level = m_levels.back();
    const uint64_t field = m_part == Part::Tag ? level.fields & 31U : std::min<uint64_t>(m_field, 31);
    const auto fieldPath = static_cast<uint32_t>((static_cast<uint64_t>(level.kind) * 32 + field) * 8);
    m_path = fieldPath + static_cast<uint32_t>(isDigest() ? Part::Digest : m_part);
    m_expected.fill(nothing);
    if (m_part == Part::Tag || m_part == Part::Fixed)
        return;
    if (const auto last = m_last.find(fieldPath); last != m_last.end())
        expect(SameAgain, last->second);
    if (level.kind == Kind::Node) {
        expect(LastOutput, m_output);
        expect(NextOutput, m_nextOutput);
    }
    if (isField(Kind::Tensor, tensorName) && !m_open.empty())
        expect(NextConstant, m_open.begin()->second);
    if (m_part != Part::Length || m_nextHole == m_holes.size())
        return;
    const Hole &hole = m_holes[m_nextHole];
    if (isField(Kind::Graph, graphInitializer))
        expect(Length, hole.size + m_tensorOverhead);
    else if (isField(Kind::Tensor, tensorRaw) && hole.at - m_at <= sizeof(uint64_t))
        expect(Length, hole.size);
}

} // namespace lathe
