#pragma once
#include <QRect>
#include <QVector>

namespace lathe::ui {

/// Where a callout goes.
struct CalloutPlace {
    QRect frame;
    Qt::Edge edge = Qt::LeftEdge; ///< of the callout, where its arrow is
    bool pointing = true;         ///< false: there is no room beside what it speaks of
    bool operator==(const CalloutPlace &) const = default;
};

/// Beside the target, inside the room; never over the target, nor over what else must stay in sight, unless
/// there is no other place. @param gap between target and callout
CalloutPlace placeCallout(QSize size, const QRect &target, const QVector<QRect> &inSight, const QRect &room,
                          int gap);

} // namespace lathe::ui
