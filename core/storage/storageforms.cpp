#include "core/storage/storageforms.h"

#include "core/model/constantorder.h"
#include "core/storage/unpacknodes.h"
#include "core/storage/wholecodes.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lathe {
namespace {

/// Whether the numbers of a matrix, sent through the layout, are those of one axis of the constant.
std::optional<size_t> axisOf(const std::vector<int> &numbers, Index extent, const WeightSlot &slot)
{
    const std::vector<int> traced = matrixToConstant(slot.layout, std::span<const int>(numbers));
    size_t stride = 1;
    for (size_t axis = slot.shape.size(); axis-- > 0;) {
        const auto size = static_cast<size_t>(slot.shape[axis]);
        bool matches = slot.shape[axis] == extent;
        for (size_t i = 0; matches && i < traced.size(); ++i)
            matches = static_cast<size_t>(traced[i]) == i / stride % size;
        if (matches)
            return axis;
        stride *= size;
    }
    return std::nullopt;
}

std::optional<size_t> rowAxis(const MatrixEncoding &encoding, const WeightSlot &slot)
{
    std::vector<int> numbers(static_cast<size_t>(encoding.rows * encoding.cols));
    for (size_t i = 0; i < numbers.size(); ++i)
        numbers[i] = static_cast<int>(i / static_cast<size_t>(encoding.cols));
    return axisOf(numbers, encoding.rows, slot);
}

std::optional<size_t> columnAxis(const MatrixEncoding &encoding, const WeightSlot &slot)
{
    std::vector<int> numbers(static_cast<size_t>(encoding.rows * encoding.cols));
    for (size_t i = 0; i < numbers.size(); ++i)
        numbers[i] = static_cast<int>(i % static_cast<size_t>(encoding.cols));
    return axisOf(numbers, encoding.cols, slot);
}

/// In which shape the integers are stored, and along which axis scales change.
struct Placement {
    Shape shape;
    Shape scaleShape; ///< empty: a scalar
    int64_t axis = 0;
    int64_t block = 0;       ///< elements along the axis that share a scale; 0: one
    bool inConstant = true;  ///< in the order of the constant, not of the matrix
    bool swapScales = false; ///< columns come before rows in the constant
    bool needsAxis = false;
};

Placement placementOf(const IntegerCodes &codes, const MatrixEncoding &encoding, const WeightSlot &slot,
                      int64_t opset)
{
    const Shape matrix{encoding.rows, encoding.cols};
    if (codes.scales.size() == 1)
        return {slot.shape, {}, 0, 0, true, false, false};
    const std::optional<size_t> rows = rowAxis(encoding, slot);
    if (codes.group == 0) {
        if (rows)
            return {slot.shape, {encoding.rows}, static_cast<int64_t>(*rows), 0, true, false, true};
        return {matrix, {encoding.rows}, 0, 0, false, false, true};
    }
    const Index groups = encoding.cols / codes.group;
    if (opset < oldestInt4Opset) // groups as channels of another matrix
        return {{encoding.rows * groups, codes.group}, {encoding.rows * groups}, 0, 0, false, false, true};
    const std::optional<size_t> cols = columnAxis(encoding, slot);
    if (!rows || !cols || *rows == *cols)
        return {matrix, {encoding.rows, groups}, 1, codes.group, false, false, true};
    Shape scales = slot.shape;
    scales[*cols] = groups;
    return {slot.shape, scales, static_cast<int64_t>(*cols), codes.group, true, *cols < *rows, true};
}

class QdqForm {
public:
    QdqForm(const MatrixEncoding &encoding, const WeightSlot &slot, const ExportTarget &target,
            IntegerCodes codes, int bits)
        : m_encoding(encoding), m_slot(slot), m_codes(std::move(codes)), m_bits(bits),
          m_place(placementOf(m_codes, encoding, slot, target.opset)), m_builder(target, slot.prefix)
    {
    }

    Message obstacle() const
    {
        const int64_t opset = m_builder.target().opset;
        if (opset < oldestQdqOpset)
            return Message::tr("DequantizeLinear came with opset {}, and the model is of opset {}",
                               oldestQdqOpset, opset);
        if (m_place.needsAxis && opset < oldestQdqAxisOpset)
            return Message::tr("it has a scale for each channel, which DequantizeLinear takes from opset {} "
                               "on, and the model is of opset {}",
                               oldestQdqAxisOpset, opset);
        return {};
    }

    DecodeFragment build()
    {
        std::vector<std::string> inputs{m_builder.constant(integers(ordered(m_codes.codes), m_place.shape)),
                                        m_builder.constant(makeTensor(m_place.scaleShape, scales()))};
        if (!m_codes.isSigned)
            inputs.push_back(m_builder.constant(integers(spread(m_codes.zeros), m_place.scaleShape)));
        std::string value = dequantized(inputs);
        if (!m_place.inConstant) {
            if (m_place.shape != Shape{m_encoding.rows, m_encoding.cols})
                value = reshapeTo(m_builder, value, {m_encoding.rows, m_encoding.cols});
            value = undoLayout(m_builder, value, m_slot);
        }
        if (m_slot.type != ElementType::Float32)
            value = castTo(m_builder, value, m_slot.type);
        return {m_builder.finish(value, m_slot.name),
                m_codes.isSigned ? Message::tr("int{} QDQ", m_bits) : Message::tr("uint{} QDQ", m_bits)};
    }

private:
    std::string dequantized(const std::vector<std::string> &inputs)
    {
        if (m_place.block > 0)
            return m_builder.node("DequantizeLinear", inputs,
                                  {{"axis", m_place.axis}, {"block_size", m_place.block}});
        if (m_place.needsAxis)
            return m_builder.node("DequantizeLinear", inputs, {{"axis", m_place.axis}});
        return m_builder.node("DequantizeLinear", inputs);
    }

    std::vector<int> ordered(const std::vector<int> &values) const
    {
        if (!m_place.inConstant)
            return values;
        return matrixToConstant(m_slot.layout, std::span<const int>(values));
    }

    /// One number for each scale, in the order in which they are stored.
    template <class T>
    std::vector<T> spread(const std::vector<T> &values) const
    {
        if (!m_place.swapScales)
            return values;
        const size_t groups = values.size() / static_cast<size_t>(m_encoding.rows);
        std::vector<T> swapped;
        for (size_t group = 0; group < groups; ++group)
            for (size_t row = 0; row < static_cast<size_t>(m_encoding.rows); ++row)
                swapped.push_back(values[row * groups + group]);
        return swapped;
    }
    std::vector<float> scales() const { return spread(m_codes.scales); }

    Tensor integers(const std::vector<int> &values, const Shape &shape) const
    {
        Tensor tensor{ElementType::Int8, shape, {}};
        if (m_bits == 4) {
            tensor.type = m_codes.isSigned ? ElementType::Int4 : ElementType::UInt4;
            tensor.bytes = packedNibbles(values);
            return tensor;
        }
        if (!m_codes.isSigned)
            tensor.type = ElementType::UInt8;
        std::transform(values.begin(), values.end(), std::back_inserter(tensor.bytes),
                       [](int value) { return static_cast<std::byte>(value & 255); });
        return tensor;
    }

    const MatrixEncoding &m_encoding;
    const WeightSlot &m_slot;
    IntegerCodes m_codes;
    int m_bits;
    Placement m_place;
    FragmentBuilder m_builder;
};

} // namespace

Possible<DecodeFragment> qdqFragment(const MatrixEncoding &encoding, const WeightSlot &slot,
                                     const ExportTarget &target, int bits)
{
    Possible<IntegerCodes> codes = integerCodes(encoding, bits);
    if (const auto *why = std::get_if<Message>(&codes))
        return *why;
    QdqForm form(encoding, slot, target, std::get<IntegerCodes>(std::move(codes)), bits);
    if (Message obstacle = form.obstacle(); !obstacle.empty())
        return obstacle;
    return form.build();
}

Possible<DecodeFragment> sparseFragment(const MatrixEncoding &encoding, const WeightSlot &slot,
                                        const ExportTarget &target, int64_t irVersion)
{
    if (irVersion < oldestSparseIr || target.opset < oldestSparseOpset)
        return Message::tr("sparse initializers came with IR version {} and opset {}, and the model is of IR "
                           "version {} and opset {}",
                           oldestSparseIr, oldestSparseOpset, irVersion, target.opset);
    const std::vector<float> values = matrixToConstant(slot.layout, decode(encoding));
    std::vector<float> nonzero;
    std::vector<int64_t> places;
    for (size_t i = 0; i < values.size(); ++i)
        if (values[i] != 0.0F || std::signbit(values[i])) {
            nonzero.push_back(values[i]);
            places.push_back(static_cast<int64_t>(i));
        }
    const auto count = static_cast<int64_t>(nonzero.size());
    const int64_t width = elementBits(slot.type) / 8;
    if (count == 0)
        return Message::tr("all its values are zero");
    if (count * (width + 8) >= static_cast<int64_t>(values.size()) * width)
        return Message::tr(
            "{} of its {} values are not zero, which takes more room as a sparse initializer than plain",
            count, values.size());
    onnx::SparseTensorProto sparse;
    *sparse.mutable_values() = makeTensorProto(slot.name, fromFloats(slot.type, {count}, nonzero));
    Tensor indices = makeTensor(ElementType::Int64, {count});
    std::copy(places.begin(), places.end(), indices.as<int64_t>().begin());
    *sparse.mutable_indices() = makeTensorProto(slot.prefix + ".i", indices);
    sparse.mutable_dims()->Add(slot.shape.begin(), slot.shape.end());
    DecodeFragment result{{}, Message::tr("sparse")};
    result.fragment.sparse.push_back(std::move(sparse));
    return result;
}

} // namespace lathe
