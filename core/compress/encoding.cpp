#include "core/compress/encoding.h"

#include <algorithm>

namespace lathe {
namespace {

/// Of one row: the only entry, or the row's own.
float entryOf(const std::vector<float> &values, Index row)
{
    return values.size() == 1 ? values.front() : values[static_cast<size_t>(row)];
}

Matrix decodeCodes(const UniformCodes &codes, Index rows, Index cols)
{
    Matrix values(rows, cols);
    for (Index r = 0; r < rows; ++r) {
        const float scale = entryOf(codes.scales, r);
        const float zeroPoint = entryOf(codes.zeroPoints, r);
        const uint8_t *code = codes.codes.data() + r * cols;
        float *value = values.row(r).data();
        for (Index c = 0; c < cols; ++c)
            value[c] = scale * (static_cast<float>(code[c]) - zeroPoint);
    }
    return values;
}

struct DecodeValues {
    Index rows, cols;
    Matrix operator()(const DenseValues &dense) const { return dense.values; }
    Matrix operator()(const UniformCodes &codes) const { return decodeCodes(codes, rows, cols); }
};

/// 1 for each element that is zero by its value alone, whatever the mask says.
struct ZeroValues {
    Index rows, cols;
    std::vector<uint8_t> operator()(const DenseValues &dense) const
    {
        std::vector<uint8_t> zeros(static_cast<size_t>(rows * cols));
        std::transform(dense.values.data(), dense.values.data() + dense.values.size(), zeros.begin(),
                       [](float v) { return v == 0.0F ? 1 : 0; });
        return zeros;
    }
    std::vector<uint8_t> operator()(const UniformCodes &codes) const
    {
        std::vector<uint8_t> zeros(codes.codes.size());
        for (Index r = 0; r < rows; ++r) {
            const auto from = codes.codes.begin() + r * cols;
            std::transform(from, from + cols, zeros.begin() + r * cols,
                           [zero = entryOf(codes.zeroPoints, r)](uint8_t code) {
                               return static_cast<float>(code) == zero ? 1 : 0;
                           });
        }
        return zeros;
    }
};

std::vector<uint8_t> zeroValues(const MatrixEncoding &encoding)
{
    return std::visit(ZeroValues{encoding.rows, encoding.cols}, encoding.values);
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
    return decode(encoding.left) * decode(encoding.right);
}

Matrix decode(const Encoding &encoding)
{
    return std::visit([](const auto &e) { return decode(e); }, encoding);
}

int64_t theoreticalBits(const MatrixEncoding &encoding, int valueBits)
{
    const int64_t size = encoding.rows * encoding.cols;
    int64_t elementBits = valueBits;
    int64_t sideBits = 0;
    if (const auto *codes = std::get_if<UniformCodes>(&encoding.values)) {
        elementBits = codes->bits;
        sideBits = std::ssize(codes->scales) * valueBits + std::ssize(codes->zeroPoints) * codes->bits;
    }
    const int64_t all = size * elementBits + sideBits;
    if (encoding.kept.empty())
        return all;
    const int64_t kept = std::ranges::count_if(encoding.kept, [](uint8_t k) { return k != 0; });
    const int64_t withMask = size + kept * elementBits + sideBits;
    return all < withMask && maskIsImplied(encoding) ? all : withMask;
}

int64_t theoreticalBits(const Encoding &encoding, int valueBits)
{
    if (const auto *factors = std::get_if<FactorEncoding>(&encoding))
        return theoreticalBits(factors->left, valueBits) + theoreticalBits(factors->right, valueBits);
    return theoreticalBits(std::get<MatrixEncoding>(encoding), valueBits);
}

double storedSparsity(const Encoding &encoding)
{
    int64_t zeros = 0;
    int64_t size = 0;
    const auto add = [&](const MatrixEncoding &matrix) {
        zeros += zeroCount(matrix);
        size += matrix.rows * matrix.cols;
    };
    if (const auto *factors = std::get_if<FactorEncoding>(&encoding)) {
        add(factors->left);
        add(factors->right);
    } else {
        add(std::get<MatrixEncoding>(encoding));
    }
    return size > 0 ? static_cast<double>(zeros) / static_cast<double>(size) : 0.0;
}

} // namespace lathe
