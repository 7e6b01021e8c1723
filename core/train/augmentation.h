#pragma once
// Images that are changed a little each time they are shown, so that what is learned does not hang on them.
#include "core/base/chance.h"
#include "core/data/resample.h"

#include <cstdint>

namespace lathe::train {

struct Augmentation {
    bool flip = false; ///< left and right, every second time
    double crop = 1; ///< least share of the image's area in a part of about its shape that is blown up to all
    double shift = 0;    ///< most pixels up, down, left and right
    double rotation = 0; ///< most degrees either way
    double scale = 0;    ///< most share larger or smaller
    double color = 0;    ///< most share by which brightness, contrast and saturation go up or down
    double mix = 0;      ///< share of the views that another image shines through (mixup, arXiv:1710.09412)
    int64_t views = 0;   ///< so many different ones of each image, shown in turn; 0: another each epoch

    bool changesNothing() const
    {
        return !flip && crop >= 1 && shift <= 0 && rotation <= 0 && scale <= 0 && color <= 0 && mix <= 0;
    }
    bool operator==(const Augmentation &) const = default;
};

/// One view of an image, of the same size; a cropped one (crop below 1) of the size `fed`. What comes in at
/// the edges is as the edge.
Image augmented(const Image &image, const Augmentation &augmentation, PixelSize fed, Chance chance);

} // namespace lathe::train
