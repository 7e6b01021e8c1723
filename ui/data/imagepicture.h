#pragma once
#include "core/data/dataset.h"

#include <QImage>
#include <QPixmap>

namespace lathe::ui {

/// As it is stored. @param stretched grey sets that use a part of the range only (digits of 0..16) are made
/// brighter: as they are they would be black
QImage toQImage(const Image &image, bool stretched);

/// As large as fits on a square, in its middle, on nothing. Few pixels are shown as squares.
QPixmap onSquare(const QImage &image, int side);

} // namespace lathe::ui
