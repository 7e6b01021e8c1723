#pragma once
// Resizing of 8-bit images to the same values as Pillow, which torchvision and Hugging Face resize by: what a
// model was trained and measured with must not come out differently here.
#include "core/data/dataset.h"

#include <array>
#include <string>

namespace lathe {

/// Numbered as in Pillow and in the key `resample` of preprocessor_config.json. All but Nearest widen with
/// the scale when they shrink (anti-aliasing).
enum class Resample { Nearest = 0, Lanczos = 1, Bilinear = 2, Bicubic = 3, Box = 4, Hamming = 5 };
inline constexpr std::array resampleNames = {"nearest", "lanczos", "bilinear", "bicubic", "box", "hamming"};

struct PixelSize {
    int64_t width = 0, height = 0;
    bool operator==(const PixelSize &) const = default;
};
struct PixelRect {
    int64_t left = 0, top = 0, width = 0, height = 0;
};

/// The pixels inside `window` of `image` resized to `size`; what is outside is never computed, so that an
/// image of absurd proportions takes no more memory than its centre. Fixed-point sums of 22 bits, rows first,
/// rounded to 8 bits between both passes. @param window lies inside `size` and is not empty.
Image resampled(const Image &image, PixelSize size, Resample filter, const PixelRect &window);

} // namespace lathe
