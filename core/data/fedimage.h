#pragma once
// What a model is fed of an image, as a picture again.
#include "core/data/preprocessing.h"

namespace lathe {

struct FedImage {
    /// Resized, cropped and turned as the model gets it: the smallest value that any pixel can become is 0
    /// and the largest 255, for all channels alike, so that a shift of one channel against the others is
    /// seen. The first channel is red.
    Image picture;
    double low = 0.0, high = 0.0;               ///< the values that 0 and 255 stand for
    double least = 0.0, most = 0.0, mean = 0.0; ///< of the values that are there
};
/// @throws Error as preprocess() does
FedImage fedImage(const Image &image, const Preprocessing &preprocessing);

} // namespace lathe
