#pragma once
#include <QRect>
#include <QVector>

class QWidget;

namespace lathe::ui {

/// Nearest to `wanted`, so that all of the window with its frame is on one screen: on that which shows most
/// of it, or the first. Never smaller than a window is of use, unless the screen is.
/// @param available of each screen, without panels of the system
QRect fittedPlace(const QRect &wanted, const QVector<QRect> &available);

/// Where the window stood and how large it was, as QWidget::saveGeometry() has it, brought onto the screens
/// there are now. A place that says nothing leaves `size`.
void restorePlace(QWidget &window, const QByteArray &geometry, QSize size);

} // namespace lathe::ui
