#include "core/methods/freevalues.h"

#include "core/base/blas.h"
#include "core/base/parallel.h"
#include "core/methods/grid.h"
#include "core/methods/refit.h"

#include <algorithm>
#include <cmath>

namespace lathe {
namespace {

Index scaleOf(const Scales &scales, Index cols, Index element)
{
    if (scales.values.size() <= 1)
        return 0;
    const Index row = element / cols;
    return scales.group > 0 ? row * (cols / scales.group) + element % cols / scales.group : row;
}

/// [groups * r, c] times [groups * c, d], group by group.
Matrix blockProduct(const Matrix &a, const Matrix &b, Index groups, const JobContext &ctx)
{
    const Index rows = a.rows() / groups, inner = b.rows() / groups;
    Matrix result(a.rows(), b.cols());
    result.setZero();
    if (groups > 1) {
        parallelFor(static_cast<size_t>(groups), ctx, [&](size_t place) {
            const auto g = static_cast<Index>(place);
            result.middleRows(g * rows, rows).noalias() =
                a.middleRows(g * rows, rows) * b.middleRows(g * inner, inner);
        });
        return result;
    }
    constexpr Index atOnce = 128;
    parallelFor(static_cast<size_t>((rows + atOnce - 1) / atOnce), ctx, [&](size_t place) {
        const Index first = static_cast<Index>(place) * atOnce;
        const Index count = std::min(atOnce, rows - first);
        addProduct(result.middleRows(first, count), 1.0F, a.middleRows(first, count), b);
    });
    return result;
}

} // namespace

FreeValues::FreeValues(const MatrixEncoding &structure, bool scalesMove) : m_structure(structure)
{
    const Index size = structure.rows * structure.cols;
    const auto kept = [&](Index i) {
        return structure.kept.empty() || structure.kept[static_cast<size_t>(i)];
    };
    std::vector<float> start;
    m_index.assign(static_cast<size_t>(size), -1);
    if (const auto *dense = std::get_if<DenseValues>(&structure.values)) {
        for (Index i = 0; i < size; ++i)
            if (kept(i)) {
                m_index[static_cast<size_t>(i)] = static_cast<int32_t>(start.size());
                start.push_back(dense->values.data()[i]);
            }
    } else {
        const auto *codebook = std::get_if<CodebookCodes>(&structure.values);
        const auto *uniform = std::get_if<UniformCodes>(&structure.values);
        const Scales &scales = codebook ? codebook->scales : uniform->scales;
        const bool ofTable = codebook && scales.values.empty();
        if (!ofTable && !scalesMove)
            return;
        const std::vector<float> &all = ofTable ? codebook->tables : scales.values;
        std::vector<int32_t> places(all.size(), -1);
        if (!ofTable)
            m_factor.assign(static_cast<size_t>(size), 0.0F);
        for (Index i = 0; i < size; ++i) {
            const auto at = static_cast<size_t>(i);
            if (!kept(i))
                continue;
            const Index row = i / structure.cols;
            const Index table =
                codebook && codebook->rowsPerTable > 0 ? row / codebook->rowsPerTable * codebook->entries : 0;
            const Index place = ofTable ? table + codebook->codes[at] : scaleOf(scales, structure.cols, i);
            if (ofTable && all[static_cast<size_t>(place)] == 0.0F)
                continue; // what is not kept may have it too
            if (!ofTable) {
                m_factor[at] =
                    codebook
                        ? codebook->tables[static_cast<size_t>(table + codebook->codes[at])]
                        : static_cast<float>(uniform->codes[at]) -
                              uniform->zeroPoints[uniform->zeroPoints.size() > 1 ? static_cast<size_t>(place)
                                                                                 : 0];
                if (m_factor[at] == 0.0F)
                    continue; // a scale of nothing but zeros changes nothing
            }
            int32_t &index = places[static_cast<size_t>(place)];
            if (index < 0) {
                index = static_cast<int32_t>(start.size());
                start.push_back(all[static_cast<size_t>(place)]);
                m_places.push_back(place);
            }
            m_index[at] = index;
        }
    }
    m_start = Eigen::Map<const Vector>(start.data(), std::ssize(start));
}

template <class F>
void FreeValues::forEach(const F &f) const
{
    for (size_t i = 0; i < m_index.size(); ++i)
        if (m_index[i] >= 0)
            f(static_cast<Index>(i), m_index[i], m_factor.empty() ? 1.0F : m_factor[i]);
}

Matrix FreeValues::matrix(const Vector &values) const
{
    Matrix result = Matrix::Zero(m_structure.rows, m_structure.cols);
    forEach([&](Index place, int32_t index, float factor) { result.data()[place] = factor * values[index]; });
    return result;
}

Vector FreeValues::adjoint(const Matrix &gradient) const
{
    Eigen::VectorXd result = Eigen::VectorXd::Zero(count());
    forEach([&](Index place, int32_t index, float factor) {
        result[index] += static_cast<double>(factor) * static_cast<double>(gradient.data()[place]);
    });
    return result.cast<float>();
}

Vector FreeValues::squares(const Matrix &weights) const
{
    Eigen::VectorXd result = Eigen::VectorXd::Zero(count());
    forEach([&](Index place, int32_t index, float factor) {
        result[index] += static_cast<double>(factor) * static_cast<double>(factor) *
                         static_cast<double>(weights.data()[place]);
    });
    return result.cast<float>();
}

MatrixEncoding FreeValues::encoding(const Vector &values) const
{
    const auto *codebook = std::get_if<CodebookCodes>(&m_structure.values);
    MatrixEncoding result = m_structure;
    if (std::holds_alternative<DenseValues>(m_structure.values))
        return refit(m_structure, matrix(values));
    if (codebook && codebook->scales.values.empty()) {
        auto &tables = std::get<CodebookCodes>(result.values).tables;
        for (size_t i = 0; i < m_places.size(); ++i)
            tables[static_cast<size_t>(m_places[i])] = values[static_cast<Index>(i)];
        return refit(result, decode(result)); // in order
    }
    Scales &scales = codebook ? std::get<CodebookCodes>(result.values).scales
                              : std::get<UniformCodes>(result.values).scales;
    for (size_t i = 0; i < m_places.size(); ++i) {
        const float wanted = values[static_cast<Index>(i)];
        if (!(wanted >= std::numeric_limits<float>::min()) || !std::isfinite(wanted))
            continue;
        scales.values[static_cast<size_t>(m_places[i])] =
            scales.group > 0 && fitsHalf(wanted) ? roundedToHalf(wanted) : wanted;
    }
    return result;
}

Vector leastSquares(const FreeValues &values, const QuadraticCost &cost, double ridge, int iterations,
                    const JobContext &ctx)
{
    constexpr double enough = 1e-10; // of the first residual's square
    const auto added = static_cast<float>(ridge);
    // Of the difference to the start, so that the ridge draws it to nothing.
    const auto applied = [&](const Vector &difference) {
        const Matrix m = values.matrix(difference);
        Matrix gradient = blockProduct(m, cost.hessian, cost.groups, ctx);
        if (cost.left.size() > 0)
            gradient = blockProduct(cost.left, gradient, cost.groups, ctx);
        gradient += added * m;
        return values.adjoint(gradient);
    };
    const Index rows = cost.linear.rows() / cost.groups;
    Matrix diagonal(cost.linear.rows(), cost.linear.cols());
    for (Index r = 0; r < diagonal.rows(); ++r) {
        const Index g = r / rows;
        const float left = cost.left.size() > 0 ? cost.left(r, r - g * rows) : 1.0F;
        diagonal.row(r) =
            left *
                cost.hessian.middleRows(g * diagonal.cols(), diagonal.cols()).diagonal().transpose().array() +
            added;
    }
    const Vector scale = values.squares(diagonal).cwiseMax(std::numeric_limits<float>::min()).cwiseInverse();

    const Matrix start = values.matrix(values.start());
    Matrix slope = blockProduct(start, cost.hessian, cost.groups, ctx);
    if (cost.left.size() > 0)
        slope = blockProduct(cost.left, slope, cost.groups, ctx);
    Vector residual = values.adjoint(cost.linear - slope);
    Vector difference = Vector::Zero(values.count());
    Vector direction = scale.cwiseProduct(residual);
    auto dot = [](const Vector &a, const Vector &b) { return a.cast<double>().dot(b.cast<double>()); };
    double now = dot(residual, direction);
    const double first = now;
    for (int i = 0; i < iterations && now > enough * first; ++i) {
        ctx.throwIfCancelled();
        const Vector image = applied(direction);
        const double curvature = dot(direction, image);
        if (!(curvature > 0.0))
            break;
        const auto step = static_cast<float>(now / curvature);
        difference += step * direction;
        residual -= step * image;
        const Vector next = scale.cwiseProduct(residual);
        const double then = dot(residual, next);
        direction = next + static_cast<float>(then / now) * direction;
        now = then;
    }
    return values.start() + difference;
}

} // namespace lathe
