#include "core/storage/uniformforms.h"

#include <algorithm>
#include <cmath>

namespace lathe {
namespace {

bool allEqual(const std::vector<float> &values)
{
    return std::all_of(values.begin(), values.end(), [&](float value) { return value == values.front(); });
}

std::vector<float> oneIfEqual(const std::vector<float> &values)
{
    return allEqual(values) ? std::vector{values.front()} : values;
}

bool areWhole(const std::vector<float> &values)
{
    return std::all_of(values.begin(), values.end(), [](float value) { return value == std::floor(value); });
}

Message formOf(CodeWay::Kind way, int bits)
{
    switch (way) {
    case CodeWay::Kind::Whole:
        break;
    case CodeWay::Kind::Mask:
        return Message::tr("mask + codes {} bit", bits);
    case CodeWay::Kind::Gaps:
        return Message::tr("gaps + codes {} bit", bits);
    }
    return Message::tr("codes {} bit", bits);
}

} // namespace

UniformForms::UniformForms(const MatrixEncoding &encoding, const WeightSlot &slot, const ExportTarget &target)
    : m_slot(slot), m_target(target), m_rows(encoding.rows), m_cols(encoding.cols),
      m_bits(std::get<UniformCodes>(encoding.values).bits), m_stream(makeStream(encoding))
{
}

size_t UniformForms::numberOf(size_t element) const
{
    return m_span > 0 ? element / static_cast<size_t>(m_span) : 0;
}

/// Elements that are not kept get the code that stands for zero, and what has that code need not be kept.
CodeStream UniformForms::makeStream(const MatrixEncoding &encoding)
{
    const auto &codes = std::get<UniformCodes>(encoding.values);
    m_scales = oneIfEqual(codes.scales.values);
    m_zeroPoints = oneIfEqual(codes.zeroPoints);
    if (m_scales.size() > 1 || m_zeroPoints.size() > 1)
        m_span = codes.scales.group > 0 ? codes.scales.group : m_cols;
    Codes kept(codes.codes.size(), 1);
    for (size_t i = 0; i < kept.size(); ++i) {
        const bool no = !encoding.kept.empty() && encoding.kept[i] == 0;
        const float zero = m_zeroPoints[m_zeroPoints.size() == 1 ? 0 : numberOf(i)];
        m_masked = m_masked || no;
        kept[i] = no || static_cast<float>(codes.codes[i]) == zero ? 0 : 1;
    }
    forgetUnused(kept);
    m_whole = areWhole(m_zeroPoints);
    Codes inMatrix = codes.codes;
    for (size_t i = 0; i < kept.size(); ++i)
        if (!kept[i])
            inMatrix[i] = static_cast<uint8_t>(m_zeroPoints[m_zeroPoints.size() == 1 ? 0 : numberOf(i)]);
    if (m_scales.size() == 1 && m_zeroPoints.size() == 1)
        m_span = 0;
    m_arrangement = arrange(m_slot, m_rows, m_cols, m_span);
    const auto inOrder = [&](const Codes &elements) { return arranged(m_arrangement, m_slot, elements); };
    const bool one = m_zeroPoints.size() == 1;
    return {inOrder(inMatrix),
            inOrder(kept),
            m_bits,
            one && (m_whole || !m_masked) ? m_zeroPoints.front() : 0.0F,
            zeroIsOneCode() ? CodeStream::Zero::OneCode : CodeStream::Zero::Flagged,
            ElementType::Float32};
}

/// Where nothing is kept, any zero point does: the others' when these agree.
void UniformForms::forgetUnused(const Codes &kept)
{
    if (m_zeroPoints.size() == 1 || (!m_masked && !areWhole(m_zeroPoints)))
        return;
    std::vector<uint8_t> used(m_zeroPoints.size());
    for (size_t i = 0; i < kept.size(); ++i)
        if (kept[i])
            used[numberOf(i)] = 1;
    std::vector<float> needed;
    for (size_t i = 0; i < used.size(); ++i)
        if (used[i])
            needed.push_back(m_zeroPoints[i]);
    if (needed.empty())
        needed.push_back(m_zeroPoints.front());
    if (allEqual(needed))
        m_zeroPoints = {needed.front()};
}

std::vector<Candidate> UniformForms::candidates() const
{
    std::vector<Candidate> all;
    const bool needsFlags = !m_whole && m_masked;
    const auto numbers = static_cast<int64_t>(m_scales.size());
    const int64_t sideBytes =
        numbers * (exactInFloat16(m_scales) ? 2 : 4) + std::ssize(m_zeroPoints) * m_bits / 8;
    for (CodeWay &way : m_stream.ways(m_target)) {
        if (way.kind == CodeWay::Kind::Whole && needsFlags)
            continue;
        all.push_back({formOf(way.kind, m_bits), way.bytes + sideBytes, [this, way] { return build(way); }});
    }
    return all;
}

std::string UniformForms::zeroPoints(FragmentBuilder &builder) const
{
    const Shape shape = m_zeroPoints.size() == 1 ? Shape{1} : m_arrangement.numberShape;
    if (m_whole)
        return smallNumbers(builder, m_zeroPoints, m_bits, shape);
    std::vector<float> doubled = m_zeroPoints;
    for (float &number : doubled)
        number *= 2.0F;
    const bool fit = areWhole(doubled) && *std::ranges::max_element(doubled) < std::ldexp(1.0F, m_bits);
    if (!fit || doubled.size() <= numbersWorthANode)
        return builder.constant(makeTensor(shape, m_zeroPoints));
    constexpr float half = 0.5F;
    return builder.node("Mul", {smallNumbers(builder, doubled, m_bits, shape),
                                builder.shared("H", makeTensor({1}, {&half, 1}))});
}

Fragment UniformForms::build(const CodeWay &way) const
{
    FragmentBuilder builder(m_target, m_slot.prefix);
    const UnpackedCodes codes = way.unpack(builder, m_arrangement.shape);
    std::string value = codes.value;
    if (!codes.flags.empty()) // zero points of kept elements only, so that the others stay zero
        value = builder.node("Sub", {value, builder.node("Mul", {codes.flags, zeroPoints(builder)})});
    else if (m_zeroPoints.size() > 1)
        value = builder.node("Sub", {value, zeroPoints(builder)});
    const Shape shape = m_scales.size() == 1 ? Shape{1} : m_arrangement.numberShape;
    value = builder.node("Mul", {value, floatNumbers(builder, m_scales, shape)});
    value = intoSlot(builder, value, m_arrangement.shape, m_arrangement, m_slot, m_rows, m_cols);
    if (m_slot.type != ElementType::Float32)
        value = castTo(builder, value, m_slot.type);
    return builder.finish(value, m_slot.name);
}

std::optional<MatrixEncoding> asTernary(const MatrixEncoding &encoding)
{
    const auto *codes = std::get_if<UniformCodes>(&encoding.values);
    if (!codes || codes->bits != 1 || areWhole(codes->zeroPoints) ||
        (encoding.kept.empty() && allEqual(codes->zeroPoints)))
        return std::nullopt;
    UniformCodes ternary{2, Codes(codes->codes.size()), codes->scales, {1.0F}};
    for (float &scale : ternary.scales.values)
        scale *= 0.5F;
    const bool one = codes->zeroPoints.size() == 1;
    const auto span = static_cast<size_t>(codes->scales.group > 0 ? codes->scales.group : encoding.cols);
    for (size_t i = 0; i < ternary.codes.size(); ++i) {
        const float zero = codes->zeroPoints[one ? 0 : i / span];
        const bool no =
            (!encoding.kept.empty() && encoding.kept[i] == 0) || static_cast<float>(codes->codes[i]) == zero;
        ternary.codes[i] = static_cast<uint8_t>(no ? 1 : 2 * codes->codes[i]);
    }
    return MatrixEncoding{encoding.rows, encoding.cols, {}, std::move(ternary)};
}

} // namespace lathe
