#include "core/train/augmentation.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

namespace lathe::train {
namespace {

cv::Mat matOf(const Image &image)
{
    return {image.height, image.width, CV_8UC(image.channels), const_cast<uint8_t *>(image.pixels.data())};
}

Image likeImage(const Image &image)
{
    return {image.width, image.height, image.channels, std::vector<uint8_t>(image.pixels.size())};
}

/// A part of the image, blown up to all of it (Szegedy et al. 2015, arXiv:1409.4842, section 6).
Image cropped(const Image &image, double least, PixelSize fed, Chance &chance)
{
    const double area = chance.between(least, 1.0);
    const double aspect = std::exp(chance.between(-std::log(4.0 / 3.0), std::log(4.0 / 3.0)));
    const auto side = [area](int whole, double stretch) {
        return std::clamp(static_cast<int>(std::lround(whole * std::sqrt(area * stretch))), 1, whole);
    };
    const int width = side(image.width, aspect), height = side(image.height, 1.0 / aspect);
    const int left = static_cast<int>(chance.share() * (image.width - width + 1));
    const int top = static_cast<int>(chance.share() * (image.height - height + 1));
    Image result{static_cast<int>(fed.width), static_cast<int>(fed.height), image.channels, {}};
    result.pixels.resize(static_cast<size_t>(fed.width * fed.height * image.channels));
    cv::Mat out = matOf(result);
    const bool shrinks = width > fed.width && height > fed.height;
    cv::resize(matOf(image)(cv::Rect(left, top, width, height)), out, out.size(), 0, 0,
               shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);
    return result;
}

/// Flipped, moved, turned and scaled at once, so that pixels are mixed no more than once.
Image moved(const Image &image, const Augmentation &how, Chance &chance)
{
    const bool flips = how.flip && chance.next() % 2 == 0;
    const double angle = how.rotation > 0 ? chance.between(-how.rotation, how.rotation) : 0.0;
    const double scale = how.scale > 0 ? chance.between(1 - how.scale, 1 + how.scale) : 1.0;
    const bool mixes = angle != 0 || scale != 1;
    const auto offset = [&] {
        const double far = how.shift > 0 ? chance.between(-how.shift, how.shift) : 0.0;
        return mixes ? far : std::trunc(far + std::copysign(0.5, far));
    };
    const double right = offset(), down = offset();
    if (!flips && right == 0 && down == 0 && !mixes)
        return image;
    const double turn = angle * std::numbers::pi / 180;
    const double a = std::cos(turn) * scale, b = std::sin(turn) * scale, mirror = flips ? -1.0 : 1.0;
    const double x = (image.width - 1) / 2.0, y = (image.height - 1) / 2.0;
    const cv::Matx23d matrix(a * mirror, -b, x - a * mirror * x + b * y + right, //
                             b * mirror, a, y - b * mirror * x - a * y + down);
    Image result = likeImage(image);
    cv::Mat out = matOf(result);
    cv::warpAffine(matOf(image), out, matrix, out.size(), mixes ? cv::INTER_LINEAR : cv::INTER_NEAREST,
                   cv::BORDER_REPLICATE);
    return result;
}

Image recolored(Image image, double most, Chance &chance)
{
    const double brightness = chance.between(1 - most, 1 + most),
                 contrast = chance.between(1 - most, 1 + most);
    const double saturation = chance.between(1 - most, 1 + most);
    const auto channels = static_cast<size_t>(image.channels);
    const auto gray = [&](size_t i) { // BT.601, blue first
        return channels == 3
                   ? 0.114 * image.pixels[i] + 0.587 * image.pixels[i + 1] + 0.299 * image.pixels[i + 2]
                   : static_cast<double>(image.pixels[i]);
    };
    double mean = 0;
    for (size_t i = 0; i + channels <= image.pixels.size(); i += channels)
        mean += gray(i);
    mean /= static_cast<double>(std::max<size_t>(1, image.pixels.size() / channels));
    for (size_t i = 0; i + channels <= image.pixels.size(); i += channels) {
        const double middle = gray(i);
        for (size_t c = 0; c < channels; ++c) {
            const double colour = middle + (image.pixels[i + c] - middle) * saturation;
            const double value = (mean + (colour - mean) * contrast) * brightness;
            image.pixels[i + c] = static_cast<uint8_t>(std::clamp(std::lround(value), 0L, 255L));
        }
    }
    return image;
}

} // namespace

Image augmented(const Image &image, const Augmentation &augmentation, PixelSize fed, Chance chance)
{
    Image result = moved(augmentation.crop < 1 ? cropped(image, augmentation.crop, fed, chance) : image,
                         augmentation, chance);
    return augmentation.color > 0 ? recolored(std::move(result), augmentation.color, chance) : result;
}

} // namespace lathe::train
