#pragma once
#include <QLineF>
#include <QRectF>
#include <QVector>

namespace lathe::ui {

struct Tag {
    QPointF at; ///< what it names
    QSizeF size;
    QVector<QPointF> elsewhere = {}; ///< stands for the same (places on a line that leads to it)
    bool always = false;             ///< rather led to past another point than left out
};

struct TagPlace {
    QRectF box = {};    ///< empty: there is no room
    QLineF leader = {}; ///< from what is named to the box, where that is not beside it; null: it is
};

/// Where tags go: inside the room, over no obstacle, no other tag and no leader; earlier ones choose first.
/// None is nearer to what another one names than to what it names itself, or what stands for it; those that
/// have no such place stay away, but for those that are always to be there.
/// @param gap from what is named to its tag
QVector<TagPlace> placeTags(const QVector<Tag> &tags, const QVector<QRectF> &obstacles, const QRectF &room,
                            double gap);

/// From a point to the nearest of a rectangle; 0 inside.
double distanceTo(const QRectF &box, QPointF point);

} // namespace lathe::ui
