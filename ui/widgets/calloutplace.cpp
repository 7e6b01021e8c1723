#include "ui/widgets/calloutplace.h"

#include <algorithm>
#include <limits>

namespace lathe::ui {
namespace {

/// Nearest to `wanted` so that [value, value + length] lies in [low, high].
int fitted(int wanted, int length, int low, int high)
{
    return std::max(low, std::min(wanted, high - length + 1));
}

/// The callout on that side of the target, its middle as near to the target's as the room allows.
QRect beside(QSize size, const QRect &target, Qt::Edge side, const QRect &room, int gap)
{
    QRect frame({}, size);
    frame.moveCenter(target.center());
    switch (side) {
    case Qt::RightEdge:
        frame.moveLeft(target.right() + 1 + gap);
        break;
    case Qt::LeftEdge:
        frame.moveRight(target.left() - 1 - gap);
        break;
    case Qt::BottomEdge:
        frame.moveTop(target.bottom() + 1 + gap);
        break;
    case Qt::TopEdge:
        frame.moveBottom(target.top() - 1 - gap);
        break;
    }
    if (side == Qt::RightEdge || side == Qt::LeftEdge)
        frame.moveTop(fitted(frame.top(), size.height(), room.top(), room.bottom()));
    else
        frame.moveLeft(fitted(frame.left(), size.width(), room.left(), room.right()));
    return frame;
}

Qt::Edge opposite(Qt::Edge edge)
{
    switch (edge) {
    case Qt::LeftEdge:
        return Qt::RightEdge;
    case Qt::RightEdge:
        return Qt::LeftEdge;
    case Qt::TopEdge:
        return Qt::BottomEdge;
    case Qt::BottomEdge:
        break;
    }
    return Qt::TopEdge;
}

bool hits(const QRect &frame, const QVector<QRect> &rects)
{
    return std::ranges::any_of(rects, [&](const QRect &rect) { return rect.intersects(frame); });
}

/// Moved along the target until nothing that must stay in sight is under it; empty: it is wherever it goes.
QRect slid(QRect frame, const QRect &target, Qt::Edge side, const QVector<QRect> &inSight, const QRect &room)
{
    const bool vertical = side == Qt::LeftEdge || side == Qt::RightEdge;
    const QVector<QRect> candidates = [&] {
        QVector<QRect> all{frame};
        for (const QRect &rect : inSight) {
            QRect before = frame, after = frame;
            if (vertical) {
                before.moveBottom(rect.top() - 1);
                after.moveTop(rect.bottom() + 1);
            } else {
                before.moveRight(rect.left() - 1);
                after.moveLeft(rect.right() + 1);
            }
            all << before << after;
        }
        return all;
    }();
    for (const QRect &one : candidates) {
        const bool alongside = vertical ? one.top() <= target.bottom() && one.bottom() >= target.top()
                                        : one.left() <= target.right() && one.right() >= target.left();
        if (alongside && room.contains(one) && !one.intersects(target) && !hits(one, inSight))
            return one;
    }
    return {};
}

qint64 area(const QRect &rect)
{
    return rect.isValid() ? qint64(rect.width()) * rect.height() : 0;
}

} // namespace

CalloutPlace placeCallout(QSize size, const QRect &target, const QVector<QRect> &inSight, const QRect &room,
                          int gap)
{
    for (const Qt::Edge side : {Qt::RightEdge, Qt::LeftEdge, Qt::BottomEdge, Qt::TopEdge})
        if (const QRect frame = slid(beside(size, target, side, room, gap), target, side, inSight, room);
            frame.isValid())
            return {frame, opposite(side), true};
    // No room beside it: the corner that hides least, the target counting most.
    CalloutPlace best{{}, Qt::LeftEdge, false};
    qint64 least = std::numeric_limits<qint64>::max();
    for (const int x : {room.left(), room.right() - size.width() + 1})
        for (const int y : {room.top(), room.bottom() - size.height() + 1}) {
            const QRect frame(QPoint(x, y), size);
            qint64 hidden = 100 * area(frame & target);
            for (const QRect &rect : inSight)
                hidden += area(frame & rect);
            if (hidden < least) {
                least = hidden;
                best.frame = frame;
            }
        }
    return best;
}

} // namespace lathe::ui
