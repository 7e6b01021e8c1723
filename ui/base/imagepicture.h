#pragma once
#include "core/data/dataset.h"

#include <QImage>
#include <QPixmap>

namespace lathe::ui {

/// Whether it is made brighter to be seen: some grey sets use a part of the range only (digits of 0..16).
bool isDark(const Image &image);
/// As it is stored. @param brightened the brightest pixel becomes white
QImage toQImage(const Image &image, bool brightened);

/// As large as fits on a square, in its middle, on nothing. Few pixels are shown as squares.
QPixmap onSquare(const QImage &image, int side);

} // namespace lathe::ui
