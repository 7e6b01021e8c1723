#include "ui/data/imagepicture.h"

#include <QPainter>
#include <algorithm>

namespace lathe::ui {
namespace {

std::vector<uint8_t> brightened(std::vector<uint8_t> pixels)
{
    const uint8_t brightest = pixels.empty() ? uint8_t(0) : *std::max_element(pixels.begin(), pixels.end());
    if (brightest > 0 && brightest < 128)
        for (uint8_t &pixel : pixels)
            pixel = static_cast<uint8_t>(pixel * 255 / brightest);
    return pixels;
}

} // namespace

QImage toQImage(const Image &image, bool stretched)
{
    const bool gray = image.channels == 1;
    const std::vector<uint8_t> pixels = gray && stretched ? brightened(image.pixels) : image.pixels;
    return QImage(pixels.data(), image.width, image.height, image.width * image.channels,
                  gray ? QImage::Format_Grayscale8 : QImage::Format_BGR888)
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
