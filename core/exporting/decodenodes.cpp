#include "core/exporting/decodenodes.h"

#include "core/exporting/arrangement.h"
#include "core/exporting/unpacknodes.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <limits>

namespace lathe {
namespace {

/// Counts beyond this are not exact in the float32 that counts kept elements before opset 11.
constexpr int64_t largestFloatCount = int64_t{1} << 24;
/// Nodes, names and small constants of two forms never differ by more, so only payloads nearer than this have
/// to be built to be compared.
constexpr int64_t largestOverhead = 2000;

/// A mask takes 1 bit for each element; steps cannot take less unless few are kept (entropy of a quarter: 0.8
/// bits, rounded up to whole bits for each step).
bool stepsMayPay(int64_t kept, size_t elements)
{
    return kept < static_cast<int64_t>(elements) / 4;
}

/// One way to store a weight.
struct Candidate {
    std::string form;
    int64_t payload = 0; ///< bytes that grow with the weight
    std::function<Fragment()> build;
};

/// Values as they are stored before the cast to the slot's type: what is encoded has float32's digits.
ElementType storedType(ElementType type)
{
    return type == ElementType::Float64 ? ElementType::Float32 : type;
}

std::string asFloats(FragmentBuilder &builder, const std::vector<float> &values, ElementType type)
{
    return builder.constant(fromFloats(type, {static_cast<int64_t>(values.size())}, values));
}

class DenseForms {
public:
    DenseForms(const Matrix &values, const WeightSlot &slot, const ExportTarget &target)
        : m_slot(slot), m_target(target), m_type(storedType(slot.type)),
          m_values(matrixToConstant(slot.layout, values))
    {
        m_kept.resize(m_values.size());
        for (size_t i = 0; i < m_values.size(); ++i)
            if (m_values[i] != 0.0F || std::signbit(m_values[i])) {
                m_kept[i] = 1;
                m_nonzero.push_back(m_values[i]);
            }
    }

    std::vector<Candidate> candidates() const
    {
        const int64_t width = elementBits(m_type) / 8;
        const auto count = static_cast<int64_t>(m_values.size());
        const auto nonzero = static_cast<int64_t>(m_nonzero.size());
        std::vector<Candidate> all{
            {"plain", count * (elementBits(m_slot.type) / 8), [this] { return plain(m_slot.type); }}};
        if (m_type != m_slot.type)
            all.push_back({"plain float32", count * width, [this] { return plain(m_type); }});
        if (nonzero == count)
            return all;
        if (m_target.opset >= oldestCumSumOpset || nonzero < largestFloatCount)
            all.push_back({"mask + values", maskBytes(m_kept.size(), m_target.opset) + nonzero * width,
                           [this] { return masked(); }});
        if (m_target.opset >= oldestCumSumOpset && stepsMayPay(nonzero, m_kept.size()))
            if (auto steps = bestSteps(m_kept, static_cast<int>(width * 8)))
                all.push_back({"gaps + values",
                               static_cast<int64_t>(steps->steps.size()) * (steps->bits + width * 8) / 8,
                               [this, steps = std::move(*steps)] { return stepped(steps); }});
        return all;
    }

private:
    Fragment plain(ElementType type) const
    {
        FragmentBuilder builder(m_target, m_slot.prefix);
        return cast(builder, builder.constant(fromFloats(type, m_slot.shape, m_values)), type);
    }
    Fragment masked() const
    {
        FragmentBuilder builder(m_target, m_slot.prefix);
        const MaskNodes mask = unpackMask(builder, m_kept);
        std::vector<float> table{0.0F};
        table.insert(table.end(), m_nonzero.begin(), m_nonzero.end());
        const std::string values = builder.node("Gather", {asFloats(builder, table, m_type), mask.positions});
        return cast(builder, reshapeFirst(builder, values, mask.padded, m_slot.shape), m_type);
    }
    Fragment stepped(const Steps &steps) const
    {
        FragmentBuilder builder(m_target, m_slot.prefix);
        std::vector<float> entries;
        for (const int64_t index : steps.index)
            entries.push_back(index < 0 ? 0.0F : m_nonzero[static_cast<size_t>(index)]);
        const std::string stored = asFloats(builder, entries, m_type);
        const std::string values =
            m_type == ElementType::Float32 ? stored : castTo(builder, stored, ElementType::Float32);
        const std::string spread =
            scatterSteps(builder, steps, values, static_cast<int64_t>(m_values.size()));
        return cast(builder, reshapeTo(builder, spread, m_slot.shape), ElementType::Float32);
    }
    Fragment cast(FragmentBuilder &builder, const std::string &value, ElementType from) const
    {
        return builder.finish(from == m_slot.type ? value : castTo(builder, value, m_slot.type), m_slot.name);
    }

    const WeightSlot &m_slot;
    const ExportTarget &m_target;
    ElementType m_type;
    std::vector<float> m_values, m_nonzero;
    Codes m_kept;
};

bool allEqual(const std::vector<float> &values)
{
    return std::all_of(values.begin(), values.end(), [&](float value) { return value == values.front(); });
}

class CodeForms {
public:
    CodeForms(const MatrixEncoding &encoding, const WeightSlot &slot, const ExportTarget &target)
        : m_slot(slot), m_target(target), m_bits(std::get<UniformCodes>(encoding.values).bits)
    {
        const auto &codes = std::get<UniformCodes>(encoding.values);
        m_scales =
            allEqual(codes.scales.values) ? std::vector{codes.scales.values.front()} : codes.scales.values;
        m_zeroPoints = allEqual(codes.zeroPoints) ? std::vector{codes.zeroPoints.front()} : codes.zeroPoints;
        m_whole =
            std::all_of(m_zeroPoints.begin(), m_zeroPoints.end(), [](float z) { return z == std::floor(z); });
        m_arrangement =
            arrange(slot, encoding.rows, encoding.cols, m_scales.size() > 1 || m_zeroPoints.size() > 1);
        markZeros(encoding, codes);
        for (size_t i = 0; i < m_kept.size(); ++i)
            if (m_kept[i])
                m_nonzero.push_back(m_codes[i]);
    }

    std::vector<Candidate> candidates() const
    {
        std::vector<Candidate> all;
        const auto nonzero = static_cast<int64_t>(m_nonzero.size());
        const auto packedBytes = [this](int64_t codes) { return (codes * m_bits + 7) / 8; };
        if (m_whole || !m_masked)
            all.push_back({fmt::format("codes {} bit", m_bits),
                           packedBytes(static_cast<int64_t>(m_codes.size())), [this] { return allCodes(); }});
        if (m_nonzero.size() == m_codes.size())
            return all;
        if (m_target.opset >= oldestCumSumOpset || nonzero < largestFloatCount)
            all.push_back({fmt::format("mask + codes {} bit", m_bits),
                           maskBytes(m_kept.size(), m_target.opset) + packedBytes(nonzero),
                           [this] { return masked(); }});
        if (m_target.opset >= oldestCumSumOpset && zeroIsOneCode() && stepsMayPay(nonzero, m_kept.size()))
            if (auto steps = bestSteps(m_kept, m_bits))
                all.push_back({fmt::format("gaps + codes {} bit", m_bits),
                               static_cast<int64_t>(steps->steps.size()) * (steps->bits + m_bits) / 8,
                               [this, steps = std::move(*steps)] { return stepped(steps); }});
        return all;
    }

private:
    bool zeroIsOneCode() const { return m_whole && m_zeroPoints.size() == 1; }

    /// Elements that are not kept get the code that stands for zero, and what has that code need not be kept.
    void markZeros(const MatrixEncoding &encoding, const UniformCodes &codes)
    {
        Codes inMatrix = codes.codes;
        Codes kept(inMatrix.size(), 1);
        for (size_t i = 0; i < inMatrix.size(); ++i) {
            const size_t row = i / static_cast<size_t>(encoding.cols);
            const float zero = m_zeroPoints.size() == 1 ? m_zeroPoints.front() : m_zeroPoints[row];
            const bool no = !encoding.kept.empty() && encoding.kept[i] == 0;
            m_masked = m_masked || no;
            if (no)
                inMatrix[i] = static_cast<uint8_t>(zero);
            if (no || static_cast<float>(inMatrix[i]) == zero)
                kept[i] = 0;
        }
        m_codes = arranged(m_arrangement, m_slot, inMatrix, encoding.rows, encoding.cols);
        m_kept = arranged(m_arrangement, m_slot, kept, encoding.rows, encoding.cols);
    }

    Fragment allCodes() const
    {
        FragmentBuilder builder(m_target, m_slot.prefix);
        const bool one = m_zeroPoints.size() == 1;
        std::string value =
            unpackTo(builder, m_codes, m_bits, one ? m_zeroPoints.front() : 0.0F, m_arrangement.shape);
        if (!one)
            value = builder.node("Sub", {value, zeroPoints(builder)});
        return scaled(builder, value);
    }
    Fragment masked() const
    {
        FragmentBuilder builder(m_target, m_slot.prefix);
        const MaskNodes mask = unpackMask(builder, m_kept);
        const float zero = zeroIsOneCode() ? m_zeroPoints.front() : 0.0F;
        Codes table{static_cast<uint8_t>(zero)};
        table.insert(table.end(), m_nonzero.begin(), m_nonzero.end());
        std::string value =
            builder.node("Gather", {unpackFlat(builder, table, m_bits, zero), mask.positions});
        value = reshapeFirst(builder, value, mask.padded, m_arrangement.shape);
        if (!zeroIsOneCode()) { // zero points of kept elements only, so that the others stay zero
            const std::string flags = reshapeFirst(builder, mask.flags, mask.padded, m_arrangement.shape);
            value = builder.node("Sub", {value, builder.node("Mul", {flags, zeroPoints(builder)})});
        }
        return scaled(builder, value);
    }
    Fragment stepped(const Steps &steps) const
    {
        FragmentBuilder builder(m_target, m_slot.prefix);
        Codes entries;
        for (const int64_t index : steps.index)
            entries.push_back(index < 0 ? static_cast<uint8_t>(m_zeroPoints.front())
                                        : m_nonzero[static_cast<size_t>(index)]);
        const std::string values = unpackFlat(builder, entries, m_bits, m_zeroPoints.front());
        const std::string spread = scatterSteps(builder, steps, values, static_cast<int64_t>(m_codes.size()));
        return scaled(builder, reshapeTo(builder, spread, m_arrangement.shape));
    }

    std::string zeroPoints(FragmentBuilder &builder) const
    {
        const Shape shape = m_zeroPoints.size() == 1 ? Shape{1} : m_arrangement.rowShape;
        return m_whole ? smallNumbers(builder, m_zeroPoints, shape)
                       : builder.constant(makeTensor(shape, m_zeroPoints));
    }
    Fragment scaled(FragmentBuilder &builder, const std::string &value) const
    {
        const Shape shape = m_scales.size() == 1 ? Shape{1} : m_arrangement.rowShape;
        std::string result = builder.node("Mul", {value, builder.constant(makeTensor(shape, m_scales))});
        if (m_arrangement.isMatrix)
            result = undoLayout(builder, result, m_slot);
        if (m_slot.type != ElementType::Float32)
            result = castTo(builder, result, m_slot.type);
        return builder.finish(result, m_slot.name);
    }

    const WeightSlot &m_slot;
    const ExportTarget &m_target;
    int m_bits;
    std::vector<float> m_scales, m_zeroPoints;
    bool m_whole = false;
    bool m_masked = false;
    Arrangement m_arrangement;
    Codes m_codes, m_kept, m_nonzero;
};

DecodeFragment smallest(std::vector<Candidate> candidates, const ExportTarget &target)
{
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Candidate &a, const Candidate &b) { return a.payload < b.payload; });
    DecodeFragment best;
    int64_t fewest = std::numeric_limits<int64_t>::max();
    for (const Candidate &candidate : candidates) {
        if (candidate.payload > candidates.front().payload + largestOverhead)
            break;
        Fragment fragment = candidate.build();
        const int64_t bytes = fileBytes(fragment, target);
        if (bytes < fewest) {
            fewest = bytes;
            best = {std::move(fragment), candidate.form};
        }
    }
    return best;
}

} // namespace

bool canDecode(const ExportTarget &target, ElementType type)
{
    return target.opset >= (type == ElementType::BFloat16 ? oldestBFloat16Opset : oldestDecodingOpset);
}

std::string castTo(FragmentBuilder &builder, const std::string &value, ElementType type)
{
    return builder.node("Cast", {value}, {{"to", static_cast<int64_t>(type)}});
}

std::string undoLayout(FragmentBuilder &builder, std::string matrix, const WeightSlot &slot)
{
    for (size_t i = slot.layout.steps.size(); i-- > 0;) {
        const LayoutStep &step = slot.layout.steps[i];
        if (step.kind == LayoutStep::Kind::Transpose) {
            std::vector<int64_t> inverse(step.permutation.size());
            for (size_t axis = 0; axis < inverse.size(); ++axis)
                inverse[static_cast<size_t>(step.permutation[axis])] = static_cast<int64_t>(axis);
            matrix = builder.node("Transpose", {matrix}, {{"perm", inverse}});
        } else if (i == 0 || slot.layout.steps[i - 1].kind != LayoutStep::Kind::Reshape) {
            matrix = reshapeTo(builder, matrix, step.from); // of several in a row only the last one counts
        }
    }
    return matrix;
}

Fragment plainFragment(const MatrixEncoding &encoding, const WeightSlot &slot, const ExportTarget &target)
{
    FragmentBuilder builder(target, slot.prefix);
    const std::vector<float> values = matrixToConstant(slot.layout, decode(encoding));
    return builder.finish(builder.constant(fromFloats(slot.type, slot.shape, values)), slot.name);
}

int64_t plainBytes(const WeightSlot &slot, const ExportTarget &target)
{
    onnx::TensorProto head;
    head.set_name(slot.name);
    head.set_data_type(static_cast<int>(slot.type));
    for (const int64_t dimension : slot.shape)
        head.add_dims(dimension);
    const auto data = static_cast<size_t>(elementCount(slot.shape) * elementBits(slot.type) / 8);
    return withLength(head.ByteSizeLong() + static_cast<size_t>(withLength(data))) +
           (target.listConstants ? withLength(listing(head).ByteSizeLong()) : 0);
}

DecodeFragment smallestFragment(const MatrixEncoding &encoding, const WeightSlot &slot,
                                const ExportTarget &target)
{
    const auto *codes = std::get_if<UniformCodes>(&encoding.values);
    const bool hasCodes = codes && codes->scales.group == 0;
    if (!canDecode(target, slot.type))
        return {plainFragment(encoding, slot, target), "plain"};
    if (!hasCodes) {
        const DenseForms forms(decode(encoding), slot, target);
        return smallest(forms.candidates(), target);
    }
    const CodeForms forms(encoding, slot, target);
    std::vector<Candidate> candidates = forms.candidates();
    candidates.push_back({"plain", elementCount(slot.shape) * (elementBits(slot.type) / 8),
                          [&] { return plainFragment(encoding, slot, target); }});
    return smallest(std::move(candidates), target);
}

} // namespace lathe
