#include "ui/base/imagepicture.h"

#include <QPainter>
#include <algorithm>

namespace lathe::ui {
namespace {

uint8_t brightestOf(const Image &image)
{
    return image.pixels.empty() ? uint8_t(0) : *std::max_element(image.pixels.begin(), image.pixels.end());
}

} // namespace

bool isDark(const Image &image)
{
    const uint8_t brightest = brightestOf(image);
    return image.channels == 1 && brightest > 0 && brightest < 128;
}

QImage toQImage(const Image &image, bool brightened)
{
    std::vector<uint8_t> pixels = image.pixels;
    if (const int brightest = brightestOf(image); brightened && brightest > 0)
        for (uint8_t &pixel : pixels)
            pixel = static_cast<uint8_t>(pixel * 255 / brightest);
    return QImage(pixels.data(), image.width, image.height, image.width * image.channels,
                  image.channels == 1 ? QImage::Format_Grayscale8 : QImage::Format_BGR888)
        .copy();
}

QPixmap onSquare(const QImage &image, int side)
{
    const bool few = std::max(image.width(), image.height()) * 2 < side;
    const QImage scaled = image.scaled(side, side, Qt::KeepAspectRatio,
                                       few ? Qt::FastTransformation : Qt::SmoothTransformation);
    QPixmap square(side, side);
    square.fill(Qt::transparent);
    QPainter(&square).drawImage((side - scaled.width()) / 2, (side - scaled.height()) / 2, scaled);
    return square;
}

} // namespace lathe::ui
