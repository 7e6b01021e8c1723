#include "ui/window/windowplace.h"

#include <QGuiApplication>
#include <QScreen>
#include <QWidget>
#include <algorithm>

namespace lathe::ui {
namespace {

const QMargins frame(8, 40, 8, 8); // of most window managers: a title bar and thin edges
constexpr QSize least(960, 640);

qint64 area(const QRect &rect)
{
    return rect.isEmpty() ? 0 : qint64(rect.width()) * rect.height();
}

} // namespace

QRect fittedPlace(const QRect &wanted, const QVector<QRect> &available)
{
    if (available.isEmpty())
        return wanted;
    const QRect &screen = *std::ranges::max_element(
        available, {}, [&](const QRect &one) { return area(one.intersected(wanted)); });
    const QRect room = screen.marginsRemoved(frame);
    QRect place(wanted.topLeft(), wanted.size().expandedTo(least).boundedTo(room.size()));
    place.moveLeft(std::clamp(place.left(), room.left(), room.right() - place.width() + 1));
    place.moveTop(std::clamp(place.top(), room.top(), room.bottom() - place.height() + 1));
    return place;
}

void restorePlace(QWidget &window, const QByteArray &geometry, QSize size)
{
    if (!window.restoreGeometry(geometry)) {
        window.resize(size);
        return;
    }
    QVector<QRect> available;
    for (const QScreen *screen : QGuiApplication::screens())
        available << screen->availableGeometry();
    const Qt::WindowStates state = window.windowState();
    const QRect wanted = window.normalGeometry().isValid() ? window.normalGeometry() : window.geometry();
    window.setWindowState(Qt::WindowNoState); // else the place would be that of the state
    window.setGeometry(fittedPlace(wanted, available));
    window.setWindowState(state & ~Qt::WindowMinimized);
}

} // namespace lathe::ui
