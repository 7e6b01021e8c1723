#include "core/base/error.h"
#include "core/model/constantorder.h"

#include <algorithm>
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

/// Of a square that both sides of a transpose touch while it is in the cache.
constexpr int64_t tile = 32;

template <class T>
void transposePlain(std::span<const T> values, int64_t rows, int64_t cols, T *result)
{
    for (int64_t r0 = 0; r0 < rows; r0 += tile)
        for (int64_t c0 = 0; c0 < cols; c0 += tile)
            for (int64_t c = c0; c < std::min(c0 + tile, cols); ++c)
                for (int64_t r = r0; r < std::min(r0 + tile, rows); ++r)
                    result[c * rows + r] = values[static_cast<size_t>(r * cols + c)];
}

/// Row-major values of `shape` reordered so that dimension d of the result is dimension permutation[d] of the
/// source.
template <class T>
void transpose(std::span<const T> values, const Shape &shape, const std::vector<int64_t> &permutation,
               T *result)
{
    if (shape.size() == 2 && permutation[0] == 1)
        return transposePlain(values, shape[0], shape[1], result);
    const Shape sourceStrides = rowMajorStrides(shape);
    const size_t rank = shape.size();
    Shape extent(rank), stride(rank), position(rank, 0);
    for (size_t d = 0; d < rank; ++d) {
        extent[d] = shape[static_cast<size_t>(permutation[d])];
        stride[d] = sourceStrides[static_cast<size_t>(permutation[d])];
    }
    int64_t source = 0;
    for (size_t i = 0; i < values.size(); ++i) {
        result[i] = values[static_cast<size_t>(source)];
        for (size_t d = rank; d-- > 0;) {
            source += stride[d];
            if (++position[d] < extent[d])
                break;
            source -= stride[d] * extent[d];
            position[d] = 0;
        }
    }
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
                    Message::tr("{} numbers do not fill a {} x {} matrix.", constant.size(), rows, cols));
    std::vector<const LayoutStep *> moves;
    for (const LayoutStep &step : layout.steps)
        if (step.kind == LayoutStep::Kind::Transpose)
            moves.push_back(&step);
    if (moves.empty())
        return Eigen::Map<const Matrix>(constant.data(), rows, cols);
    Matrix result(rows, cols);
    std::vector<float> held;
    for (const LayoutStep *move : moves) {
        if (move == moves.back()) {
            transpose(constant, move->from, move->permutation, result.data());
            break;
        }
        std::vector<float> moved(constant.size());
        transpose(constant, move->from, move->permutation, moved.data());
        held = std::move(moved);
        constant = held;
    }
    return result;
}

namespace {

template <class T>
std::vector<T> inConstantOrder(const WeightLayout &layout, std::span<const T> matrix)
{
    std::vector<T> values;
    for (auto step = layout.steps.rbegin(); step != layout.steps.rend(); ++step) {
        if (step->kind != LayoutStep::Kind::Transpose)
            continue;
        std::vector<T> moved(matrix.size());
        transpose(matrix, step->to, inverse(step->permutation), moved.data());
        values = std::move(moved);
        matrix = values;
    }
    return values.empty() ? std::vector<T>(matrix.begin(), matrix.end()) : values;
}

} // namespace

std::vector<float> matrixToConstant(const WeightLayout &layout, const Matrix &matrix)
{
    return inConstantOrder<float>(layout, {matrix.data(), static_cast<size_t>(matrix.size())});
}

std::vector<uint8_t> matrixToConstant(const WeightLayout &layout, std::span<const uint8_t> codes)
{
    return inConstantOrder(layout, codes);
}

std::vector<int> matrixToConstant(const WeightLayout &layout, std::span<const int> numbers)
{
    return inConstantOrder(layout, numbers);
}

} // namespace lathe
