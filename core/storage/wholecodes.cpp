#include "core/storage/wholecodes.h"

#include <algorithm>
#include <cmath>

namespace lathe {
namespace {

template <class T>
bool allEqual(const std::vector<T> &values)
{
    return std::all_of(values.begin(), values.end(), [&](T value) { return value == values.front(); });
}

/// Codes as whole numbers around whole zero points, one for each scale.
struct Codes {
    std::vector<int> codes, zeros;
    std::vector<float> scales;
    Index group = 0;
    Index cols = 0;

    size_t scaleOf(size_t element) const
    {
        if (scales.size() == 1)
            return 0;
        return element / static_cast<size_t>(group > 0 ? group : cols);
    }
};

bool makeWhole(Codes &result, const UniformCodes &codes)
{
    const bool whole = std::all_of(codes.zeroPoints.begin(), codes.zeroPoints.end(),
                                   [](float z) { return z == std::floor(z); });
    const float factor = whole ? 1.0F : 2.0F;
    for (const float zero : codes.zeroPoints)
        result.zeros.push_back(static_cast<int>(zero * factor));
    if (result.zeros.size() == 1)
        result.zeros.resize(codes.scales.values.size(), result.zeros.front());
    for (const float scale : codes.scales.values)
        result.scales.push_back(scale / factor);
    std::transform(codes.codes.begin(), codes.codes.end(), std::back_inserter(result.codes),
                   [&](uint8_t code) { return code * static_cast<int>(factor); });
    return std::all_of(result.scales.begin(), result.scales.end(),
                       [](float scale) { return std::isnormal(scale); });
}

bool fits(const std::vector<int> &values, int low, int high)
{
    return std::all_of(values.begin(), values.end(), [&](int v) { return v >= low && v <= high; });
}

} // namespace

Possible<IntegerCodes> integerCodes(const MatrixEncoding &encoding, int bits)
{
    const auto *uniform = std::get_if<UniformCodes>(&encoding.values);
    if (!uniform)
        return Message::tr("its values are not evenly spaced codes");
    Codes all{{}, {}, {}, uniform->scales.group, encoding.cols};
    if (!makeWhole(all, *uniform))
        return Message::tr("its scales are too small to be halved");
    for (size_t i = 0; i < encoding.kept.size(); ++i)
        if (encoding.kept[i] == 0)
            all.codes[i] = all.zeros[all.scaleOf(i)];
    IntegerCodes result{true, all.codes, {}, all.scales, all.group};
    for (size_t i = 0; i < all.codes.size(); ++i)
        result.codes[i] -= all.zeros[all.scaleOf(i)];
    const int half = 1 << (bits - 1);
    if (!fits(result.codes, -half, half - 1)) {
        if (!fits(all.codes, 0, 2 * half - 1) || !fits(all.zeros, 0, 2 * half - 1))
            return Message::tr("its codes of {} bits do not fit in {}", uniform->bits, bits);
        result = {false, std::move(all.codes), std::move(all.zeros), std::move(all.scales), all.group};
    }
    if (result.scales.size() > 1 && allEqual(result.scales) &&
        (result.zeros.empty() || allEqual(result.zeros))) {
        result.scales.resize(1);
        result.zeros.resize(std::min<size_t>(result.zeros.size(), 1));
        result.group = 0;
    }
    return result;
}

std::vector<std::byte> packedNibbles(const std::vector<int> &values)
{
    std::vector<std::byte> bytes((values.size() + 1) / 2);
    for (size_t i = 0; i < values.size(); ++i)
        bytes[i / 2] |= static_cast<std::byte>((values[i] & 15) << (i % 2 * 4));
    return bytes;
}

} // namespace lathe
