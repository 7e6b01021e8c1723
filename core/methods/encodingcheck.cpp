#include "core/methods/encodingcheck.h"

#include <algorithm>
#include <cmath>

namespace lathe {
namespace {

bool allFinite(const std::vector<float> &values)
{
    return std::ranges::all_of(values, [](float v) { return std::isfinite(v); });
}

Message faultOfScales(const Scales &scales, const MatrixEncoding &matrix)
{
    const Index group = scales.group;
    if (group < 0 || (group > 0 && matrix.cols % group != 0))
        return Message::tr("has groups that do not make up its rows");
    const auto count = std::ssize(scales.values);
    const bool fits =
        group > 0 ? count == matrix.rows * (matrix.cols / group) : count == 1 || count == matrix.rows;
    if (!fits)
        return Message::tr("has {} scales", count);
    const bool positive = std::ranges::all_of(scales.values, [](float v) { return v > 0.0F; });
    return positive && allFinite(scales.values) ? Message() : Message::tr("has a scale that is none");
}

struct FaultOfValues {
    const MatrixEncoding &matrix;

    Message operator()(const DenseValues &dense) const
    {
        const ElementType storage = dense.storage;
        if (dense.values.rows() != matrix.rows || dense.values.cols() != matrix.cols)
            return Message::tr("has values of another shape");
        if (storage != ElementType::Undefined && storage != ElementType::Float16 &&
            storage != ElementType::BFloat16)
            return Message::tr("has values of type {}", elementTypeName(storage));
        if (!dense.values.allFinite())
            return Message::tr("holds NaN or infinity");
        if (storage == ElementType::Undefined)
            return {};
        const Tensor stored = fromFloats(storage, {matrix.rows, matrix.cols},
                                         {dense.values.data(), static_cast<size_t>(dense.values.size())});
        return std::ranges::equal(toFloats(stored), std::span(dense.values.data(), stored.bytes.size() / 2))
                   ? Message()
                   : Message::tr("has values that are no {}", elementTypeName(storage));
    }

    Message operator()(const UniformCodes &codes) const
    {
        if (Message fault = faultOfCodes(codes.codes, codes.bits, Index(1) << std::clamp(codes.bits, 0, 8));
            !fault.empty())
            return fault;
        if (Message fault = faultOfScales(codes.scales, matrix); !fault.empty())
            return fault;
        if (codes.zeroPoints.size() != 1 && codes.zeroPoints.size() != codes.scales.values.size())
            return Message::tr("has {} zero points", codes.zeroPoints.size());
        const auto most = static_cast<float>((1 << codes.bits) - 1);
        const bool whole = std::ranges::all_of(codes.zeroPoints, [&](float z) {
            return (z >= 0.0F && z <= most && z == std::floor(z)) || (codes.bits == 1 && z == 0.5F);
        });
        return whole ? Message() : Message::tr("has a zero point that is no code");
    }

    Message operator()(const CodebookCodes &codes) const
    {
        if (codes.entries < 2 || codes.bits < 1 || codes.bits > 8 || codes.entries > (Index(1) << codes.bits))
            return Message::tr("has tables of {} values for {} bits", codes.entries, codes.bits);
        if (Message fault = faultOfCodes(codes.codes, codes.bits, codes.entries); !fault.empty())
            return fault;
        if (!codes.scales.values.empty())
            if (Message fault = faultOfScales(codes.scales, matrix); !fault.empty())
                return fault;
        if (codes.rowsPerTable < 0)
            return Message::tr("has tables of {} rows", codes.rowsPerTable);
        const Index perTable = codes.rowsPerTable > 0 ? codes.rowsPerTable : std::max<Index>(1, matrix.rows);
        const Index tables = (matrix.rows + perTable - 1) / perTable;
        if (std::ssize(codes.tables) != tables * codes.entries || !allFinite(codes.tables))
            return Message::tr("has other tables than its rows need");
        for (Index t = 0; t < tables; ++t) {
            const auto first = codes.tables.begin() + t * codes.entries;
            if (!std::is_sorted(first, first + codes.entries))
                return Message::tr("has a table that does not ascend");
        }
        return {};
    }

    Message faultOfCodes(const std::vector<uint8_t> &codes, int bits, Index below) const
    {
        if (bits < 1 || bits > 8)
            return Message::tr("has codes of {} bits", bits);
        if (std::ssize(codes) != matrix.rows * matrix.cols)
            return Message::tr("has {} codes", codes.size());
        return std::ranges::all_of(codes, [&](uint8_t code) { return code < below; })
                   ? Message()
                   : Message::tr("has a code above its {} bits", bits);
    }
};

constexpr Index mostValues = Index(1) << 40; ///< of a matrix: products of dimensions stay far from overflow

/// By the values alone, as decoders without a mask need it; one bit has no zero.
bool zeroWhereGone(const MatrixEncoding &matrix)
{
    const auto *uniform = std::get_if<UniformCodes>(&matrix.values);
    if (matrix.kept.empty() || (uniform && uniform->bits == 1))
        return true;
    const Matrix values = decode(MatrixEncoding{matrix.rows, matrix.cols, {}, matrix.values});
    for (size_t i = 0; i < matrix.kept.size(); ++i)
        if (!matrix.kept[i] && values.data()[i] != 0.0F)
            return false;
    return true;
}

Message faultOfMatrix(const MatrixEncoding &matrix)
{
    if (matrix.rows < 1 || matrix.cols < 1 || matrix.rows > mostValues / matrix.cols)
        return Message::tr("has {} rows and {} columns", matrix.rows, matrix.cols);
    if (!matrix.kept.empty()) {
        if (std::ssize(matrix.kept) != matrix.rows * matrix.cols)
            return Message::tr("has a mask of another shape");
        if (std::ranges::any_of(matrix.kept, [](uint8_t kept) { return kept > 1; }))
            return Message::tr("has a mask that is none");
    }
    Message fault = std::visit(FaultOfValues{matrix}, matrix.values);
    return fault.empty() && !zeroWhereGone(matrix) ? Message::tr("has a value where its mask says no")
                                                   : fault;
}

using Sizes = std::vector<std::pair<Index, Index>>;

/// Rows and columns of each factor as the first ones say them; empty: of another number.
Sizes sizesOf(const FactorEncoding &e)
{
    const auto &f = e.factors;
    const KernelShape &k = e.kernel;
    if (f.size() != (e.form == FactorForm::Tucker2 ? 3U : 2U))
        return {};
    switch (e.form) {
    case FactorForm::Product:
        return {{e.groups * f[1].cols, f[0].cols}, {f[1].rows, f[1].cols}};
    case FactorForm::Spatial:
        return {{f[0].rows, k.in * k.height}, {k.out, f[0].rows * k.width}};
    case FactorForm::Tucker2:
        return {{f[0].rows, k.in}, {f[1].rows, f[0].rows * k.area()}, {k.out, f[1].rows}};
    case FactorForm::Separable:
        return {{k.in, k.area()}, {k.out, k.in}};
    }
    return {};
}

Message faultOfFactors(const FactorEncoding &factors)
{
    for (const Index side :
         {factors.groups, factors.kernel.out, factors.kernel.in, factors.kernel.height, factors.kernel.width})
        if (side < 1 || side > (Index(1) << 20))
            return Message::tr("has a kernel that is none");
    const Sizes sizes = sizesOf(factors);
    if (sizes.empty())
        return Message::tr("has {} factors", factors.factors.size());
    for (size_t i = 0; i < sizes.size(); ++i) {
        if (Message fault = faultOfMatrix(factors.factors[i]); !fault.empty())
            return fault;
        if (sizes[i] != std::pair(factors.factors[i].rows, factors.factors[i].cols))
            return Message::tr("has factors that do not fit each other");
    }
    if (factors.factors.back().rows % factors.groups != 0)
        return Message::tr("has factors that do not fit each other");
    return factors.residual ? faultOfMatrix(*factors.residual) : Message();
}

} // namespace

Message faultOf(const Encoding &encoding)
{
    if (const auto *matrix = std::get_if<MatrixEncoding>(&encoding))
        return faultOfMatrix(*matrix);
    return faultOfFactors(std::get<FactorEncoding>(encoding));
}

} // namespace lathe
