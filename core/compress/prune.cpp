#include "core/compress/methods.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace lathe {

std::vector<uint8_t> pruneByMagnitude(const Matrix &weight, double ratio)
{
    if (!(ratio >= 0.0 && ratio < 1.0))
        throw Error(ErrorCode::InvalidArgument,
                    fmt::format("A pruning ratio is 0 or more and below 1, not {}.", ratio));
    if (weight.hasNaN())
        throw Error(ErrorCode::NumericFailure, "A weight that holds NaN has no smallest magnitudes.");
    const auto size = static_cast<size_t>(weight.size());
    std::vector<uint8_t> kept(size, 1);
    const auto pruned = static_cast<size_t>(std::llround(ratio * static_cast<double>(size)));
    if (pruned == 0)
        return kept;

    std::vector<float> magnitudes(size);
    Eigen::Map<Eigen::ArrayXf>(magnitudes.data(), weight.size()) =
        weight.reshaped<Eigen::RowMajor>().array().abs();
    const auto last = magnitudes.begin() + static_cast<std::ptrdiff_t>(pruned - 1);
    std::nth_element(magnitudes.begin(), last, magnitudes.end());
    const float threshold = *last;

    size_t left = pruned; // how many at the threshold itself must still go
    for (size_t i = 0; i < size; ++i) {
        if (std::abs(weight.data()[i]) < threshold) {
            kept[i] = 0;
            --left;
        }
    }
    for (size_t i = size; left > 0; --i) {
        if (std::abs(weight.data()[i - 1]) == threshold) {
            kept[i - 1] = 0;
            --left;
        }
    }
    return kept;
}

Matrix masked(const Matrix &weight, const std::vector<uint8_t> &kept)
{
    Matrix result = weight;
    for (size_t i = 0; i < kept.size(); ++i)
        if (!kept[i])
            result.data()[i] = 0.0F;
    return result;
}

} // namespace lathe
