#include "core/methods/refit.h"

#include "core/base/error.h"
#include "core/methods/grid.h"
#include "core/onnx/tensor.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lathe {
namespace {

constexpr double noNewScale = 1e-6; ///< of a scale: less is what a sum of products loses

/// The elements of a matrix that are stored, and which of the scales each has.
class Elements {
public:
    Elements(const MatrixEncoding &structure, const Matrix &values) : m_structure(structure), m_values(values)
    {
    }

    /// f(place, value, index of its scale)
    template <class F>
    void forEach(const Scales &scales, const F &f) const
    {
        const Index cols = m_structure.cols;
        for (Index i = 0; i < m_values.size(); ++i)
            if (m_structure.kept.empty() || m_structure.kept[static_cast<size_t>(i)])
                f(static_cast<size_t>(i), m_values.data()[i], indexOf(scales, i / cols, i % cols));
    }
    Index rowOf(size_t place) const { return static_cast<Index>(place) / m_structure.cols; }

private:
    size_t indexOf(const Scales &scales, Index row, Index col) const
    {
        if (scales.values.size() <= 1)
            return 0;
        return static_cast<size_t>(
            scales.group > 0 ? row * (m_structure.cols / scales.group) + col / scales.group : row);
    }

    const MatrixEncoding &m_structure;
    const Matrix &m_values;
};

/// Scales that make scale * step nearest to the values.
/// @param stepOf what the scale of an element is multiplied with
template <class StepOf>
void fitScales(Scales &scales, const Elements &elements, const StepOf &stepOf)
{
    std::vector<double> products(scales.values.size()), squares(scales.values.size());
    elements.forEach(scales, [&](size_t place, float value, size_t scale) {
        const double step = stepOf(place, scale);
        products[scale] += step * static_cast<double>(value);
        squares[scale] += step * step;
    });
    for (size_t i = 0; i < scales.values.size(); ++i) {
        const double old = scales.values[i];
        const double best = squares[i] > 0.0 ? products[i] / squares[i] : old;
        if (!(best > 0.0) || std::abs(best - old) <= noNewScale * old)
            continue;
        const auto wanted = static_cast<float>(best);
        scales.values[i] = scales.group > 0 && fitsHalf(wanted) ? roundedToHalf(wanted) : wanted;
    }
}

class Refitter {
public:
    explicit Refitter(const Elements &elements) : m_elements(elements) {}

    void operator()(DenseValues &dense) const
    {
        Matrix values = Matrix::Zero(dense.values.rows(), dense.values.cols());
        m_elements.forEach({}, [&](size_t place, float value, size_t) { values.data()[place] = value; });
        if (dense.storage != ElementType::Undefined) {
            const Tensor stored = fromFloats(dense.storage, {values.rows(), values.cols()},
                                             {values.data(), static_cast<size_t>(values.size())});
            std::ranges::copy(toFloats(stored), values.data());
        }
        dense.values = std::move(values);
    }

    void operator()(UniformCodes &codes) const
    {
        const auto zeroPoint = [&](size_t scale) {
            return codes.zeroPoints[codes.zeroPoints.size() > 1 ? scale : 0];
        };
        const auto round = [&] {
            const auto most = static_cast<float>((1 << codes.bits) - 1);
            m_elements.forEach(codes.scales, [&](size_t place, float value, size_t scale) {
                const float code = value / codes.scales.values[scale] + zeroPoint(scale);
                codes.codes[place] = static_cast<uint8_t>(std::clamp(std::nearbyint(code), 0.0F, most));
            });
        };
        round();
        fitScales(codes.scales, m_elements, [&](size_t place, size_t scale) {
            return static_cast<double>(codes.codes[place]) - static_cast<double>(zeroPoint(scale));
        });
        round();
    }

    void operator()(CodebookCodes &codes) const
    {
        if (codes.scales.values.empty())
            return fitTables(codes);
        const auto tableOf = [&](size_t place) {
            const Index table = codes.rowsPerTable > 0 ? m_elements.rowOf(place) / codes.rowsPerTable : 0;
            return std::span(codes.tables)
                .subspan(static_cast<size_t>(table * codes.entries), static_cast<size_t>(codes.entries));
        };
        const auto assign = [&] {
            m_elements.forEach(codes.scales, [&](size_t place, float value, size_t scale) {
                const std::span table = tableOf(place);
                const float wanted = value / codes.scales.values[scale];
                const auto nearest = std::ranges::min_element(
                    table, {}, [&](float entry) { return std::abs(entry - wanted); });
                codes.codes[place] = static_cast<uint8_t>(nearest - table.begin());
            });
        };
        assign();
        fitScales(codes.scales, m_elements, [&](size_t place, size_t) {
            return static_cast<double>(tableOf(place)[codes.codes[place]]);
        });
        assign();
    }

private:
    /// Entries that nothing has stay; where the means change places, so do the codes.
    void fitTables(CodebookCodes &codes) const
    {
        const auto entries = static_cast<size_t>(codes.entries);
        std::vector<double> sums(codes.tables.size());
        std::vector<int64_t> counts(codes.tables.size());
        const auto firstOf = [&](size_t place) {
            return codes.rowsPerTable > 0
                       ? static_cast<size_t>(m_elements.rowOf(place) / codes.rowsPerTable) * entries
                       : 0;
        };
        m_elements.forEach({}, [&](size_t place, float value, size_t) {
            sums[firstOf(place) + codes.codes[place]] += static_cast<double>(value);
            ++counts[firstOf(place) + codes.codes[place]];
        });
        for (size_t i = 0; i < codes.tables.size(); ++i)
            if (counts[i] > 0)
                codes.tables[i] = static_cast<float>(sums[i] / static_cast<double>(counts[i]));
        std::vector<uint8_t> places(codes.tables.size()); // of each entry, in its table
        for (size_t first = 0; first < codes.tables.size(); first += entries) {
            std::vector<uint8_t> order(entries);
            std::iota(order.begin(), order.end(), uint8_t(0));
            const std::vector<float> table(codes.tables.begin() + static_cast<std::ptrdiff_t>(first),
                                           codes.tables.begin() +
                                               static_cast<std::ptrdiff_t>(first + entries));
            std::ranges::stable_sort(order, {}, [&](uint8_t entry) { return table[entry]; });
            for (size_t i = 0; i < entries; ++i) {
                codes.tables[first + i] = table[order[i]];
                places[first + order[i]] = static_cast<uint8_t>(i);
            }
        }
        for (size_t place = 0; place < codes.codes.size(); ++place)
            codes.codes[place] = places[firstOf(place) + codes.codes[place]];
    }

    const Elements &m_elements;
};

} // namespace

MatrixEncoding refit(const MatrixEncoding &structure, const Matrix &values)
{
    if (values.rows() != structure.rows || values.cols() != structure.cols)
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("An encoding is to be fitted to a matrix of another shape."));
    MatrixEncoding fitted = structure;
    std::visit(Refitter(Elements(structure, values)), fitted.values);
    return fitted;
}

Encoding refit(const Encoding &structure, std::span<const Matrix> values)
{
    if (values.size() != matricesOf(structure).size())
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("An encoding is to be fitted to another number of matrices."));
    if (const auto *matrix = std::get_if<MatrixEncoding>(&structure))
        return refit(*matrix, values.front());
    FactorEncoding fitted = std::get<FactorEncoding>(structure);
    for (size_t i = 0; i < fitted.factors.size(); ++i)
        fitted.factors[i] = refit(fitted.factors[i], values[i]);
    if (fitted.residual)
        fitted.residual = refit(*fitted.residual, values.back());
    return fitted;
}

} // namespace lathe
