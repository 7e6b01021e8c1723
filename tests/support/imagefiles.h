#pragma once
// Writes images as PNG and JPEG in tests.
#include "core/data/dataset.h"

#include <string>

namespace lathe::test {

struct PngForm {
    int claimedWidth = 0, claimedHeight = 0; ///< in the header instead of the true size; 0: the true one
    bool badProfile = false;                 ///< with a colour profile that libpng warns of
};
/// Of an image with one channel or three (blue first). Without interlacing.
std::string pngBytes(const Image &image, const PngForm &form = {});
/// The same at the highest quality; grey, or colours of full resolution.
std::string jpegBytes(const Image &image, bool progressive = false);

} // namespace lathe::test
