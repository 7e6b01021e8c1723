#include "core/methods/encoding.h"

#include "core/methods/convfactors.h"

#include <algorithm>

namespace lathe {
namespace {

/// For each element of a row in turn, its scale or zero point.
class RowEntries {
public:
    RowEntries(const std::vector<float> &values, Index group, Index row, Index cols)
        : m_values(values.data()), m_group(cols)
    {
        if (group > 0 && values.size() > 1) {
            m_group = group;
            m_values += row * (cols / group);
        } else if (values.size() > 1) {
            m_values += row;
        }
    }
    float operator[](Index col) const { return m_values[col / m_group]; }
    Index length() const { return m_group; } ///< of runs with the same entry

private:
    const float *m_values;
    Index m_group;
};

/// Calls f(first, count, entry) for the runs of a row that share a scale.
template <class F>
void forEachRun(const RowEntries &entries, Index cols, const F &f)
{
    const Index length = std::max<Index>(entries.length(), 1);
    for (Index c = 0; c < cols; c += length)
        f(c, std::min(length, cols - c), entries[c]);
}

Matrix decodeCodes(const UniformCodes &codes, Index rows, Index cols)
{
    Matrix values(rows, cols);
    for (Index r = 0; r < rows; ++r) {
        const RowEntries zeroPoints(codes.zeroPoints, codes.scales.group, r, cols);
        const uint8_t *code = codes.codes.data() + r * cols;
        float *value = values.row(r).data();
        forEachRun({codes.scales.values, codes.scales.group, r, cols}, cols,
                   [&](Index first, Index count, float scale) {
                       const float zeroPoint = zeroPoints[first];
                       for (Index c = first; c < first + count; ++c)
                           value[c] = scale * (static_cast<float>(code[c]) - zeroPoint);
                   });
    }
    return values;
}

const float *tableOf(const CodebookCodes &codes, Index row)
{
    return codes.tables.data() + (codes.rowsPerTable > 0 ? row / codes.rowsPerTable * codes.entries : 0);
}

Matrix decodeTable(const CodebookCodes &codes, Index rows, Index cols)
{
    static const std::vector<float> one{1.0F};
    const bool scaled = !codes.scales.values.empty();
    Matrix values(rows, cols);
    for (Index r = 0; r < rows; ++r) {
        const float *table = tableOf(codes, r);
        const uint8_t *code = codes.codes.data() + r * cols;
        float *value = values.row(r).data();
        forEachRun({scaled ? codes.scales.values : one, codes.scales.group, r, cols}, cols,
                   [&](Index first, Index count, float scale) {
                       for (Index c = first; c < first + count; ++c)
                           value[c] = scale * table[code[c]];
                   });
    }
    return values;
}

struct DecodeValues {
    Index rows, cols;
    Matrix operator()(const DenseValues &dense) const { return dense.values; }
    Matrix operator()(const UniformCodes &codes) const { return decodeCodes(codes, rows, cols); }
    Matrix operator()(const CodebookCodes &codes) const { return decodeTable(codes, rows, cols); }
};

/// 1 for each element that is zero by its value alone, whatever the mask says.
std::vector<uint8_t> zeroValues(const MatrixEncoding &encoding)
{
    const Matrix values = std::visit(DecodeValues{encoding.rows, encoding.cols}, encoding.values);
    std::vector<uint8_t> zeros(static_cast<size_t>(values.size()));
    std::transform(values.data(), values.data() + values.size(), zeros.begin(),
                   [](float v) { return v == 0.0F ? 1 : 0; });
    return zeros;
}

/// Whether every element that is not kept decodes to zero without the mask too.
bool maskIsImplied(const MatrixEncoding &encoding)
{
    const std::vector<uint8_t> zeros = zeroValues(encoding);
    return std::ranges::equal(encoding.kept, zeros, [](uint8_t kept, uint8_t zero) { return kept || zero; });
}

int64_t zeroCount(const MatrixEncoding &encoding)
{
    std::vector<uint8_t> zeros = zeroValues(encoding);
    for (size_t i = 0; i < encoding.kept.size(); ++i)
        zeros[i] |= encoding.kept[i] == 0 ? 1 : 0;
    return std::ranges::count(zeros, uint8_t(1));
}

/// Group by group: the groups of the right factor, and of the left one's rows, lie one below the other.
Matrix groupedProduct(const Matrix &left, const Matrix &right, Index groups)
{
    const Index rank = left.cols();
    const Index rows = left.rows() / groups;
    Matrix product(left.rows(), right.cols());
    for (Index g = 0; g < groups; ++g)
        product.middleRows(g * rows, rows).noalias() =
            left.middleRows(g * rows, rows) * right.middleRows(g * rank, rank);
    return product;
}

Matrix composed(const FactorEncoding &encoding, const std::vector<Matrix> &parts)
{
    switch (encoding.form) {
    case FactorForm::Product:
        return groupedProduct(parts[1], parts[0], encoding.groups);
    case FactorForm::Spatial:
        return compose(SpatialFactors{parts[0], parts[1]}, encoding.kernel);
    case FactorForm::Tucker2:
        return compose(TuckerFactors{parts[0], parts[1], parts[2]}, encoding.kernel);
    case FactorForm::Separable:
        return compose(SeparableFactors{parts[0], parts[1]}, encoding.kernel);
    }
    return {};
}

/// Of each element, and of all that belongs to several.
struct ContentBits {
    int64_t element = 0, side = 0;
};

struct BitsOfValues {
    int valueBits;
    ContentBits operator()(const DenseValues &dense) const
    {
        const bool half = dense.storage != ElementType::Undefined;
        return {half ? int64_t(elementBits(dense.storage)) : valueBits, 0};
    }
    ContentBits operator()(const UniformCodes &codes) const
    {
        return {codes.bits, bitsOf(codes.scales) + std::ssize(codes.zeroPoints) * codes.bits};
    }
    ContentBits operator()(const CodebookCodes &codes) const
    {
        return {codes.bits, bitsOf(codes.scales) + std::ssize(codes.tables) * valueBits};
    }
    int64_t bitsOf(const Scales &scales) const
    {
        return std::ssize(scales.values) * (scales.group > 0 ? std::min(16, valueBits) : valueBits);
    }
};

} // namespace

Matrix decode(const MatrixEncoding &encoding)
{
    Matrix values = std::visit(DecodeValues{encoding.rows, encoding.cols}, encoding.values);
    for (size_t i = 0; i < encoding.kept.size(); ++i)
        if (!encoding.kept[i])
            values.data()[i] = 0.0F;
    return values;
}

Matrix decode(const FactorEncoding &encoding)
{
    std::vector<Matrix> parts;
    for (const MatrixEncoding &factor : encoding.factors)
        parts.push_back(decode(factor));
    Matrix weight = composed(encoding, parts);
    if (encoding.residual)
        weight += decode(*encoding.residual);
    return weight;
}

Matrix decode(const Encoding &encoding)
{
    return std::visit([](const auto &e) { return decode(e); }, encoding);
}

int64_t theoreticalBits(const MatrixEncoding &encoding, int valueBits)
{
    const int64_t size = encoding.rows * encoding.cols;
    const auto [elementBits, sideBits] = std::visit(BitsOfValues{valueBits}, encoding.values);
    const int64_t all = size * elementBits + sideBits;
    if (encoding.kept.empty())
        return all;
    const int64_t kept = std::ranges::count_if(encoding.kept, [](uint8_t k) { return k != 0; });
    const int64_t withMask = size + kept * elementBits + sideBits;
    return all < withMask && maskIsImplied(encoding) ? all : withMask;
}

int64_t theoreticalBits(const Encoding &encoding, int valueBits)
{
    int64_t bits = 0;
    for (const MatrixEncoding *matrix : matricesOf(encoding))
        bits += theoreticalBits(*matrix, valueBits);
    return bits;
}

double storedSparsity(const Encoding &encoding)
{
    int64_t zeros = 0;
    int64_t size = 0;
    for (const MatrixEncoding *matrix : matricesOf(encoding)) {
        zeros += zeroCount(*matrix);
        size += matrix->rows * matrix->cols;
    }
    return size > 0 ? static_cast<double>(zeros) / static_cast<double>(size) : 0.0;
}

std::vector<const MatrixEncoding *> matricesOf(const Encoding &encoding)
{
    const auto *split = std::get_if<FactorEncoding>(&encoding);
    if (!split)
        return {&std::get<MatrixEncoding>(encoding)};
    std::vector<const MatrixEncoding *> matrices;
    for (const MatrixEncoding &factor : split->factors)
        matrices.push_back(&factor);
    if (split->residual)
        matrices.push_back(&*split->residual);
    return matrices;
}

} // namespace lathe
