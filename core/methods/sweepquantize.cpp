// Rounding column by column, and the fixed codebook of NF4.
#include "core/methods/slices.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lathe {
namespace {

/// Quantiles of a normal distribution, scaled to [-1, 1], with an exact 0. Dettmers et al. 2023, appendix E.
constexpr std::array<float, 16> normalFloat{-1.0F,
                                            -0.6961928009986877F,
                                            -0.5250730514526367F,
                                            -0.39491748809814453F,
                                            -0.28444138169288635F,
                                            -0.18477343022823334F,
                                            -0.09105003625154495F,
                                            0.0F,
                                            0.07958029955625534F,
                                            0.16093020141124725F,
                                            0.24611230194568634F,
                                            0.33791524171829224F,
                                            0.44070982933044434F,
                                            0.5626170039176941F,
                                            0.7229568362236023F,
                                            1.0F};
constexpr uint8_t normalFloatZero = 7;

uint8_t nearestNormalFloat(float value)
{
    const auto above = std::ranges::lower_bound(normalFloat, value);
    if (above == normalFloat.begin())
        return 0;
    if (above == normalFloat.end())
        return 15;
    const auto index = static_cast<uint8_t>(above - normalFloat.begin());
    return value - *(above - 1) <= *above - value ? static_cast<uint8_t>(index - 1) : index;
}

/// Columns that are fitted together: whole groups.
Index blockColumns(Index group)
{
    constexpr Index usual = 128;
    return group > 0 ? std::max(group, usual / group * group) : usual;
}

bool isKept(const std::vector<uint8_t> &kept, Index place)
{
    return kept.empty() || kept[static_cast<size_t>(place)] != 0;
}

Slice sliceOf(const float *values, const std::vector<uint8_t> &kept, Index place, Index length)
{
    const auto size = static_cast<size_t>(length);
    return {{values, size},
            kept.empty() ? std::span<const uint8_t>()
                         : std::span(kept).subspan(static_cast<size_t>(place), size)};
}

/// The sweep for any rounding: `refit` is told the corrected weights of whole groups (slice number and
/// numbers), `code` and `value` round one weight. Codes of what is not kept are `zeroCode(slice)`.
template <class Rounding>
std::vector<uint8_t> sweepCodes(const Matrix &weight, const Slicing &slicing,
                                const std::vector<uint8_t> &kept, std::span<const InverseHessian> inverses,
                                Rounding &rounding, const JobContext &ctx)
{
    const Index cols = weight.cols();
    const Index rows = weight.rows() / static_cast<Index>(inverses.size()); // of a group
    std::vector<uint8_t> codes(static_cast<size_t>(weight.size()));
    Index top = 0;
    SweepRules rules;
    rules.blockColumns = blockColumns(slicing.group());
    if (slicing.group() > 0)
        rules.block = [&](Index first, const Matrix &block) {
            const Index group = slicing.group();
            for (Index r = 0; r < block.rows(); ++r)
                for (Index c = 0; c < block.cols(); c += group)
                    rounding.refit(
                        slicing.of(top + r, first + c),
                        sliceOf(block.row(r).data() + c, kept, (top + r) * cols + first + c, group));
        };
    rules.column = [&](Index col, const Vector &current, Vector &stored) {
        for (Index r = 0; r < current.size(); ++r) {
            const Index place = (top + r) * cols + col;
            const Index slice = slicing.of(top + r, col);
            uint8_t &code = codes[static_cast<size_t>(place)];
            const bool keeps = isKept(kept, place);
            code = keeps ? rounding.code(slice, current[r]) : rounding.zeroCode(slice);
            stored[r] = keeps ? rounding.value(slice, code) : 0.0F;
        }
    };
    for (const InverseHessian &inverse : inverses) {
        sweepColumns(weight.middleRows(top, rows), inverse, rules, ctx);
        top += rows;
    }
    return codes;
}

struct UniformRounding {
    Grids &grids;
    void refit(Index slice, const Slice &numbers) { grids.refit(slice, numbers); }
    uint8_t code(Index slice, float value) const { return grids[slice].code(value); }
    float value(Index slice, uint8_t code) const { return grids[slice].value(code); }
    uint8_t zeroCode(Index slice) const { return static_cast<uint8_t>(grids[slice].zeroPoint); }
};

struct NormalFloatRounding {
    std::vector<float> scales;
    bool half = false;

    void refit(Index slice, const Slice &numbers)
    {
        float most = 0.0F;
        for (size_t i = 0; i < numbers.values.size(); ++i)
            if (numbers.isKept(i))
                most = std::max(most, std::abs(numbers.values[i]));
        const float scale = most > 0.0F ? most : 1.0F;
        scales[static_cast<size_t>(slice)] =
            half ? std::clamp(roundedToHalf(scale), 6.103515625e-5F, 65504.0F) : scale;
    }
    float scaleOf(Index slice) const { return scales[static_cast<size_t>(slice)]; }
    uint8_t code(Index slice, float value) const { return nearestNormalFloat(value / scaleOf(slice)); }
    float value(Index slice, uint8_t code) const { return scaleOf(slice) * normalFloat[code]; }
    uint8_t zeroCode(Index) const { return normalFloatZero; }
};

} // namespace

UniformCodes quantizeBySweep(const Matrix &weight, const QuantizeSettings &settings,
                             const std::vector<uint8_t> &kept, std::span<const InverseHessian> inverses,
                             const JobContext &ctx)
{
    Grids grids(weight, settings, kept);
    UniformRounding rounding{grids};
    return grids.withCodes(sweepCodes(weight, grids.slicing(), kept, inverses, rounding, ctx));
}

CodebookCodes quantizeNormalFloat(const Matrix &weight, const QuantizeSettings &settings,
                                  const std::vector<uint8_t> &kept, std::span<const InverseHessian> inverses,
                                  const JobContext &ctx)
{
    const Slicing slicing(weight.rows(), weight.cols(), settings);
    NormalFloatRounding rounding{std::vector<float>(static_cast<size_t>(slicing.count()), 1.0F)};
    const auto fitAll = [&] {
        for (Index s = 0; s < slicing.count(); ++s)
            rounding.refit(s, slicing.slice(weight, kept, s));
    };
    fitAll();
    if (slicing.group() > 0 && std::ranges::all_of(rounding.scales, fitsHalf)) {
        rounding.half = true;
        fitAll();
    }
    CodebookCodes result;
    if (!inverses.empty()) {
        result.codes = sweepCodes(weight, slicing, kept, inverses, rounding, ctx);
    } else {
        result.codes.resize(static_cast<size_t>(weight.size()));
        for (Index i = 0; i < weight.size(); ++i)
            result.codes[static_cast<size_t>(i)] =
                isKept(kept, i) ? rounding.code(i / slicing.length(), weight.data()[i]) : normalFloatZero;
    }
    result.bits = 4;
    result.entries = 16;
    result.tables.assign(normalFloat.begin(), normalFloat.end());
    result.scales = {std::move(rounding.scales), slicing.group()};
    return result;
}

} // namespace lathe
