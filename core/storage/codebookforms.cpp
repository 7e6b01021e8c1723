#include "core/storage/codebookforms.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace lathe {
namespace {

constexpr int64_t oldestGatherElementsOpset = 11;
constexpr Index notFound = -1;

/// What a mask and a scatter leave behind is +0.
bool isPlainZero(float value)
{
    return value == 0.0F && !std::signbit(value);
}

/// A name for what has this content: FNV-1a, 64 bits.
std::string contentKey(const std::vector<float> &values)
{
    uint64_t hash = 0xcbf29ce484222325U;
    for (const std::byte byte : std::as_bytes(std::span(values)))
        hash = (hash ^ static_cast<uint64_t>(byte)) * 0x100000001b3U;
    return "T" + shortNumber(hash);
}

Message formOf(CodeWay::Kind way, int bits)
{
    switch (way) {
    case CodeWay::Kind::Whole:
        break;
    case CodeWay::Kind::Mask:
        return Message::tr("mask + codebook {} bit", bits);
    case CodeWay::Kind::Gaps:
        return Message::tr("gaps + codebook {} bit", bits);
    }
    return Message::tr("codebook {} bit", bits);
}

} // namespace

CodebookForms::CodebookForms(const MatrixEncoding &encoding, const WeightSlot &slot,
                             const ExportTarget &target)
    : m_slot(slot), m_target(target), m_rows(encoding.rows), m_cols(encoding.cols)
{
    const auto &codes = std::get<CodebookCodes>(encoding.values);
    m_bits = codes.bits;
    m_entries = codes.entries;
    m_rowsPerTable = codes.rowsPerTable > 0 ? std::min(codes.rowsPerTable, m_rows) : m_rows;
    m_tableCount = (m_rows + m_rowsPerTable - 1) / m_rowsPerTable;
    m_tables = codes.tables;
    m_scales = codes.scales.values;
    foldScale();
    if (!m_scales.empty())
        m_span = codes.scales.group > 0 ? codes.scales.group : m_cols;
    const bool inSlotsType = m_scales.empty() && m_slot.type != ElementType::Float64;
    m_tableType = inSlotsType ? m_slot.type : ElementType::Float32;
    m_codes = codes.codes;
    if (makeZeroTheFirst(encoding))
        arrangeCodes();
}

/// One scale for all multiplies the entries here just as it would their values in the graph.
void CodebookForms::foldScale()
{
    if (m_scales.empty() ||
        std::ranges::any_of(m_scales, [this](float scale) { return scale != m_scales.front(); }))
        return;
    for (float &entry : m_tables)
        entry *= m_scales.front();
    m_scales.clear();
}

size_t CodebookForms::tableOf(size_t element) const
{
    return element / static_cast<size_t>(m_rowsPerTable * m_cols);
}

/// Gives every table without a zero one, at its front.
void CodebookForms::insertZeros()
{
    std::vector<float> wider;
    for (Index t = 0; t < m_tableCount; ++t) {
        wider.push_back(0.0F);
        wider.insert(wider.end(), table(t), table(t) + m_entries);
    }
    m_tables = std::move(wider);
    ++m_entries;
    for (uint8_t &code : m_codes)
        ++code;
}

/// Makes 0 the code of zero in every table that has one, so that what is left out of the codes is 0 whatever
/// its table.
/// @returns false when there is no code for an element that is not kept.
bool CodebookForms::makeZeroTheFirst(const MatrixEncoding &encoding)
{
    const auto isDropped = [&](size_t i) { return !encoding.kept.empty() && encoding.kept[i] == 0; };
    const auto zeroOf = [this](Index t) {
        const float *entries = table(t);
        const float *zero = std::find_if(entries, entries + m_entries, isPlainZero);
        return zero == entries + m_entries ? notFound : static_cast<Index>(zero - entries);
    };
    std::vector<Index> zeros(static_cast<size_t>(m_tableCount));
    for (Index t = 0; t < m_tableCount; ++t)
        zeros[static_cast<size_t>(t)] = zeroOf(t);
    for (size_t i = 0; i < m_codes.size(); ++i) {
        if (!isDropped(i) || zeros[tableOf(i)] != notFound)
            continue;
        if (m_entries >= Index{1} << m_bits)
            return false;
        insertZeros();
        std::ranges::fill(zeros, Index{0});
    }
    m_kept.assign(m_codes.size(), 1);
    for (size_t i = 0; i < m_codes.size(); ++i) {
        const Index zero = zeros[tableOf(i)];
        const bool isZero = isPlainZero(table(static_cast<Index>(tableOf(i)))[m_codes[i]]);
        if (isDropped(i) || isZero)
            m_codes[i] = m_kept[i] = 0;
        else if (m_codes[i] == 0 && zero != notFound)
            m_codes[i] = static_cast<uint8_t>(zero);
    }
    for (Index t = 0; t < m_tableCount; ++t)
        if (const Index zero = zeros[static_cast<size_t>(t)]; zero != notFound)
            std::swap(table(t)[0], table(t)[zero]);
    return true;
}

void CodebookForms::arrangeCodes()
{
    m_arrangement = m_tableCount == 1 ? arrange(m_slot, m_rows, m_cols, m_span)
                                      : inMatrixOrder(m_slot, m_rows, m_cols, m_span);
    if (m_tableCount == 1)
        m_codeShape = m_arrangement.shape;
    else if (m_rows % m_rowsPerTable == 0)
        m_codeShape = {m_tableCount, m_rowsPerTable * m_cols};
    else
        m_codeShape = {m_rows, m_cols};
    m_stream.emplace(arranged(m_arrangement, m_slot, m_codes), arranged(m_arrangement, m_slot, m_kept),
                     m_bits, 0.0F, CodeStream::Zero::OneCode, ElementType::Int32);
}

std::vector<Candidate> CodebookForms::candidates() const
{
    std::vector<Candidate> all;
    if (!m_stream)
        return all;
    const int64_t sideBytes =
        std::ssize(m_tables) * (m_tableType != ElementType::Float32 || exactInFloat16(m_tables) ? 2 : 4) +
        std::ssize(m_scales) * (exactInFloat16(m_scales) ? 2 : 4);
    for (CodeWay &way : m_stream->ways(m_target))
        all.push_back({formOf(way.kind, m_bits), way.bytes + sideBytes, [this, way] { return build(way); }});
    return all;
}

std::string CodebookForms::tables(FragmentBuilder &builder, const Shape &shape) const
{
    if (m_tableType != ElementType::Float32)
        return builder.constant(fromFloats(m_tableType, shape, m_tables));
    if (m_tableCount == 1 && !m_scales.empty()) // made for the scales, not for the weight: others have it too
        return builder.shared(contentKey(m_tables), makeTensor(shape, m_tables));
    return floatNumbers(builder, m_tables, shape);
}

/// Where the table of each row of m_codeShape starts.
std::string CodebookForms::tableStarts(FragmentBuilder &builder) const
{
    const auto entries = static_cast<int32_t>(m_entries);
    std::vector<int32_t> numbers(static_cast<size_t>(m_codeShape[0]));
    std::iota(numbers.begin(), numbers.end(), 0);
    if (m_codeShape[0] == m_tableCount) {
        for (int32_t &number : numbers)
            number *= entries;
        return builder.shared(fmt::format("J{}x{}", m_tableCount, entries),
                              int32Tensor({m_tableCount, 1}, numbers));
    }
    for (int32_t &number : numbers)
        number /= static_cast<int32_t>(m_rowsPerTable);
    return builder.node("Mul", {wholeNumbers(builder, numbers, {m_rows, 1}),
                                builder.shared(fmt::format("I{}", entries), int32Tensor({1}, {entries}))});
}

std::string CodebookForms::lookUp(FragmentBuilder &builder, const std::string &codes) const
{
    const bool oneEach = m_codeShape[0] == m_tableCount;
    if (m_tableCount > 1 && oneEach && m_target.opset >= oldestGatherElementsOpset)
        return builder.node("GatherElements", {tables(builder, {m_tableCount, m_entries}), codes},
                            {{"axis", int64_t{1}}});
    const std::string values = tables(builder, {m_tableCount * m_entries});
    if (m_tableCount == 1)
        return builder.node("Gather", {values, codes});
    return builder.node("Gather", {values, builder.node("Add", {codes, tableStarts(builder)})});
}

Fragment CodebookForms::build(const CodeWay &way) const
{
    FragmentBuilder builder(m_target, m_slot.prefix);
    std::string value = lookUp(builder, way.unpack(builder, m_codeShape).value);
    Shape shape = m_codeShape;
    if (!m_scales.empty()) {
        if (shape != m_arrangement.shape)
            value = reshapeTo(builder, value, m_arrangement.shape);
        shape = m_arrangement.shape;
        value = builder.node("Mul", {value, floatNumbers(builder, m_scales, m_arrangement.numberShape)});
    }
    value = intoSlot(builder, value, shape, m_arrangement, m_slot, m_rows, m_cols);
    if (m_tableType != m_slot.type)
        value = castTo(builder, value, m_slot.type);
    return builder.finish(value, m_slot.name);
}

} // namespace lathe
