#include "core/base/error.h"
#include "core/model/layer.h"

#include <fmt/format.h>
#include <numeric>

namespace lathe {
namespace {

Shape rowMajorStrides(const Shape &shape)
{
    Shape strides(shape.size(), 1);
    for (size_t d = shape.size(); d-- > 1;)
        strides[d - 1] = strides[d] * shape[d];
    return strides;
}

/// Row-major values of `shape` reordered so that dimension d of the result is dimension permutation[d] of the
/// source.
std::vector<float> transposed(std::span<const float> values, const Shape &shape,
                              const std::vector<int64_t> &permutation)
{
    if (shape.size() == 2) { // the everyday case, worth Eigen's blocking
        std::vector<float> result(values.size());
        Eigen::Map<Matrix>(result.data(), shape[1], shape[0]) =
            Eigen::Map<const Matrix>(values.data(), shape[0], shape[1]).transpose();
        return permutation[0] == 1 ? result : std::vector<float>(values.begin(), values.end());
    }
    const Shape sourceStrides = rowMajorStrides(shape);
    const size_t rank = shape.size();
    Shape extent(rank), stride(rank), position(rank, 0);
    for (size_t d = 0; d < rank; ++d) {
        extent[d] = shape[static_cast<size_t>(permutation[d])];
        stride[d] = sourceStrides[static_cast<size_t>(permutation[d])];
    }
    std::vector<float> result(values.size());
    int64_t source = 0;
    for (float &target : result) {
        target = values[static_cast<size_t>(source)];
        for (size_t d = rank; d-- > 0;) {
            source += stride[d];
            if (++position[d] < extent[d])
                break;
            source -= stride[d] * extent[d];
            position[d] = 0;
        }
    }
    return result;
}

std::vector<int64_t> inverse(const std::vector<int64_t> &permutation)
{
    std::vector<int64_t> result(permutation.size());
    for (size_t d = 0; d < permutation.size(); ++d)
        result[static_cast<size_t>(permutation[d])] = static_cast<int64_t>(d);
    return result;
}

} // namespace

Matrix constantToMatrix(const WeightLayout &layout, std::span<const float> constant, Index rows, Index cols)
{
    if (static_cast<int64_t>(constant.size()) != rows * cols)
        throw Error(ErrorCode::Internal,
                    fmt::format("{} numbers do not fill a {} x {} matrix.", constant.size(), rows, cols));
    std::vector<float> held;
    for (const LayoutStep &step : layout.steps) {
        if (step.kind == LayoutStep::Kind::Transpose) {
            held = transposed(constant, step.from, step.permutation);
            constant = held;
        }
    }
    return Eigen::Map<const Matrix>(constant.data(), rows, cols);
}

std::vector<float> matrixToConstant(const WeightLayout &layout, const Matrix &matrix)
{
    std::vector<float> values(matrix.data(), matrix.data() + matrix.size());
    for (auto step = layout.steps.rbegin(); step != layout.steps.rend(); ++step)
        if (step->kind == LayoutStep::Kind::Transpose)
            values = transposed(values, step->to, inverse(step->permutation));
    return values;
}

} // namespace lathe
