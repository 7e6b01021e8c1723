#pragma once
// Evenly spaced values for the weights that share a scale. Inner part of core/compress.
#include "core/recipe/settings.h"

#include <cstdint>
#include <span>
#include <vector>

namespace lathe {

/// The numbers of one tensor, channel or group, and which of them count.
struct Slice {
    std::span<const float> values;
    std::span<const uint8_t> kept; ///< empty: all

    bool isKept(size_t i) const { return kept.empty() || kept[i] != 0; }
};

/// value = scale * (code - zeroPoint), codes from lowest to highest.
struct Grid {
    float scale = 1.0F;
    float zeroPoint = 0.0F;
    float lowest = 0.0F;
    float highest = 0.0F;

    bool hasHalves() const { return zeroPoint == 0.5F; } ///< one bit symmetric: -scale / 2, scale / 2
    /// Nearest code; the value may be of any size but not NaN.
    uint8_t code(float value) const;
    float value(uint8_t code) const { return scale * (static_cast<float>(code) - zeroPoint); }
};

/// Whether a scale keeps its figures as float16.
bool fitsHalf(float scale);
float roundedToHalf(float scale);

/// @param halfScale round the scale to float16; the caller has seen that it fits, nearly.
Grid gridFor(const Slice &slice, const QuantizeSettings &settings, bool halfScale);

/// Codes of a slice; of elements that are not kept the zero point.
void encode(const Slice &slice, const Grid &grid, uint8_t *codes);

} // namespace lathe
