#include "core/storage/codestream.h"

#include "core/storage/decodenodes.h"

namespace lathe {

CodeStream::CodeStream(Codes codes, Codes kept, int bits, float zero, Zero kind, ElementType as)
    : m_codes(std::move(codes)), m_kept(std::move(kept)), m_bits(bits), m_zero(zero), m_kind(kind), m_as(as)
{
    for (size_t i = 0; i < m_kept.size(); ++i)
        if (m_kept[i])
            m_nonzero.push_back(m_codes[i]);
}

std::vector<CodeWay> CodeStream::ways(const ExportTarget &target) const
{
    const auto packedBytes = [this](size_t codes) { return (static_cast<int64_t>(codes) * m_bits + 7) / 8; };
    std::vector<CodeWay> result{
        {CodeWay::Kind::Whole, packedBytes(m_codes.size()),
         [this](FragmentBuilder &builder, const Shape &shape) { return all(builder, shape); }}};
    if (m_nonzero.size() == m_codes.size())
        return result;
    if (canCountKept(target, m_nonzero.size()))
        result.push_back(
            {CodeWay::Kind::Mask, maskBytes(m_kept.size(), target.opset) + packedBytes(m_nonzero.size()),
             [this](FragmentBuilder &builder, const Shape &shape) { return masked(builder, shape); }});
    if (m_kind == Zero::OneCode && target.opset >= oldestCumSumOpset &&
        stepsMayPay(m_nonzero.size(), m_kept.size()))
        if (auto steps = bestSteps(m_kept, m_bits))
            result.push_back(
                {CodeWay::Kind::Gaps, static_cast<int64_t>(steps->steps.size()) * (steps->bits + m_bits) / 8,
                 [this, steps = std::move(*steps)](FragmentBuilder &builder, const Shape &shape) {
                     return stepped(builder, shape, steps);
                 }});
    return result;
}

UnpackedCodes CodeStream::all(FragmentBuilder &builder, const Shape &shape) const
{
    return {unpackTo(builder, m_codes, m_bits, m_zero, shape, m_as), {}};
}

UnpackedCodes CodeStream::masked(FragmentBuilder &builder, const Shape &shape) const
{
    const MaskNodes mask = unpackMask(builder, m_kept);
    Codes table{static_cast<uint8_t>(m_zero)};
    table.insert(table.end(), m_nonzero.begin(), m_nonzero.end());
    const std::string codes = unpackFlat(builder, table, m_bits, m_zero, m_as);
    const std::string value =
        reshapeFirst(builder, builder.node("Gather", {codes, mask.positions}), mask.padded, shape);
    if (m_kind == Zero::OneCode)
        return {value, {}};
    return {value, reshapeFirst(builder, mask.flags, mask.padded, shape)};
}

UnpackedCodes CodeStream::stepped(FragmentBuilder &builder, const Shape &shape, const Steps &steps) const
{
    Codes entries;
    for (const int64_t index : steps.index)
        entries.push_back(index < 0 ? static_cast<uint8_t>(m_zero) : m_nonzero[static_cast<size_t>(index)]);
    const std::string values = unpackFlat(builder, entries, m_bits, m_zero, ElementType::Float32);
    const std::string spread = scatterSteps(builder, steps, values, static_cast<int64_t>(m_codes.size()));
    const std::string value = reshapeTo(builder, spread, shape);
    return {m_as == ElementType::Float32 ? value : castTo(builder, value, m_as), {}};
}

} // namespace lathe
