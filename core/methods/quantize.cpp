#include "core/methods/slices.h"

#include <algorithm>
#include <cmath>

namespace lathe {
namespace {

void checkBits(int bits)
{
    if (bits < 1 || bits > 8)
        throw Error(ErrorCode::InvalidArgument, Message::tr("Codes have 1 to 8 bits, not {}.", bits));
}

Matrix roundedTo(ElementType type, const Matrix &weight)
{
    const std::vector<float> values =
        toFloats(fromFloats(type, {weight.size()}, {weight.data(), static_cast<size_t>(weight.size())}));
    return Eigen::Map<const Matrix>(values.data(), weight.rows(), weight.cols());
}

MatrixEncoding storedAs(ElementType type, const Matrix &weight, std::vector<uint8_t> kept)
{
    const Matrix values = roundedTo(type, masked(weight, kept));
    if (!values.allFinite())
        throw Error(ErrorCode::NumericFailure,
                    Message::tr("A weight of {:g} is too large for {}.", weight.cwiseAbs().maxCoeff(),
                                elementTypeName(type)));
    return {weight.rows(), weight.cols(), std::move(kept), DenseValues{values, type}};
}

/// What lies under the threshold becomes zero, slice by slice.
std::vector<uint8_t> ternaryMask(const Matrix &weight, const QuantizeSettings &settings,
                                 std::vector<uint8_t> kept)
{
    if (kept.empty())
        kept.assign(static_cast<size_t>(weight.size()), 1);
    const Slicing slicing(weight.rows(), weight.cols(), settings);
    for (Index s = 0; s < slicing.count(); ++s) {
        const Slice slice = slicing.slice(weight, kept, s);
        double sum = 0.0;
        int64_t count = 0;
        for (size_t i = 0; i < slice.values.size(); ++i) {
            if (slice.isKept(i)) {
                sum += std::abs(double(slice.values[i]));
                ++count;
            }
        }
        const double threshold = count > 0 ? 0.7 * sum / static_cast<double>(count) : 0.0;
        for (size_t i = 0; i < slice.values.size(); ++i)
            if (std::abs(double(slice.values[i])) <= threshold)
                kept[static_cast<size_t>(s * slicing.length()) + i] = 0;
    }
    return kept;
}

bool allKept(const std::vector<uint8_t> &kept)
{
    return std::ranges::all_of(kept, [](uint8_t k) { return k != 0; });
}

} // namespace

Index effectiveGroup(Index cols, int group)
{
    for (Index divisor = std::min<Index>(group, cols); divisor * 2 >= group && divisor > 1; --divisor)
        if (cols % divisor == 0)
            return divisor == cols ? 0 : divisor;
    return 0;
}

Slicing::Slicing(Index rows, Index cols, const QuantizeSettings &settings) : m_length(rows * cols)
{
    if (settings.granularity == Granularity::Tensor)
        return;
    m_group = settings.granularity == Granularity::Group ? effectiveGroup(cols, settings.group) : 0;
    m_perRow = m_group > 0 ? cols / m_group : 1;
    m_length = m_group > 0 ? m_group : cols;
    m_count = rows * m_perRow;
}

Slice Slicing::slice(const Matrix &weight, const std::vector<uint8_t> &kept, Index index) const
{
    const auto first = static_cast<size_t>(index * m_length);
    const auto length = static_cast<size_t>(m_length);
    return {{weight.data() + first, length},
            kept.empty() ? std::span<const uint8_t>() : std::span(kept).subspan(first, length)};
}

void refuseNonFinite(const Matrix &weight)
{
    const Index bad = weight.size() - weight.array().isFinite().count();
    if (bad > 0)
        throw Error(
            ErrorCode::NumericFailure,
            bad == 1
                ? Message::tr("The weight holds NaN or infinity at 1 place; it cannot be quantized.")
                : Message::tr("The weight holds NaN or infinity at {} places; it cannot be quantized.", bad));
}

Grids::Grids(const Matrix &weight, const QuantizeSettings &settings, const std::vector<uint8_t> &kept)
    : m_settings(settings), m_slicing(weight.rows(), weight.cols(), settings)
{
    for (Index s = 0; s < m_slicing.count(); ++s)
        m_grids.push_back(gridFor(m_slicing.slice(weight, kept, s), settings, false));
    m_halfScales = m_slicing.group() > 0 &&
                   std::ranges::all_of(m_grids, [](const Grid &g) { return fitsHalf(g.scale); });
    if (m_halfScales)
        for (Index s = 0; s < m_slicing.count(); ++s)
            refit(s, m_slicing.slice(weight, kept, s));
}

UniformCodes Grids::withCodes(std::vector<uint8_t> codes) const
{
    UniformCodes result;
    result.bits = m_settings.bits;
    result.codes = std::move(codes);
    result.scales.group = m_slicing.group();
    for (const Grid &grid : m_grids) {
        result.scales.values.push_back(grid.scale);
        result.zeroPoints.push_back(grid.zeroPoint);
    }
    const bool allSame =
        std::ranges::adjacent_find(result.zeroPoints, std::ranges::not_equal_to()) == result.zeroPoints.end();
    if (m_settings.symmetric && allSame)
        result.zeroPoints.resize(std::min<size_t>(result.zeroPoints.size(), 1));
    return result;
}

UniformCodes quantizeUniform(const Matrix &weight, const QuantizeSettings &settings,
                             const std::vector<uint8_t> &kept)
{
    checkBits(settings.bits);
    refuseNonFinite(weight);
    const Grids grids(weight, settings, kept);
    std::vector<uint8_t> codes(static_cast<size_t>(weight.size()));
    for (Index s = 0; s < grids.slicing().count(); ++s)
        encode(grids.slicing().slice(weight, kept, s), grids[s], codes.data() + s * grids.slicing().length());
    return grids.withCodes(std::move(codes));
}

MatrixEncoding quantize(const Matrix &weight, const QuantizeSettings &settings, std::vector<uint8_t> kept,
                        std::span<const InverseHessian> inverses, const JobContext &ctx)
{
    refuseNonFinite(weight);
    QuantizeSettings uniform = settings;
    switch (settings.format) {
    case NumberFormat::Uniform:
        break;
    case NumberFormat::Nf4: {
        CodebookCodes codes = quantizeNormalFloat(weight, settings, kept, inverses, ctx);
        return {weight.rows(), weight.cols(), std::move(kept), std::move(codes)};
    }
    case NumberFormat::Fp16:
        return storedAs(ElementType::Float16, weight, std::move(kept));
    case NumberFormat::Bf16:
        return storedAs(ElementType::BFloat16, weight, std::move(kept));
    case NumberFormat::Ternary:
        kept = ternaryMask(weight, settings, std::move(kept));
        [[fallthrough]];
    case NumberFormat::Binary:
        uniform.bits = 1;
        uniform.symmetric = true;
        break;
    }
    checkBits(uniform.bits);
    if (allKept(kept))
        kept.clear();
    UniformCodes codes = inverses.empty() ? quantizeUniform(weight, uniform, kept)
                                          : quantizeBySweep(weight, uniform, kept, inverses, ctx);
    return {weight.rows(), weight.cols(), std::move(kept), std::move(codes)};
}

} // namespace lathe
