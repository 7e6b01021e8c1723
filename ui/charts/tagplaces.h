#pragma once
#include <QRectF>
#include <QVector>

namespace lathe::ui {

struct Tag {
    QPointF at; ///< what it names
    QSizeF size;
    QVector<QPointF> elsewhere = {}; ///< stands for the same, where there is no room at the first place
};

/// Where tags go: beside, above or below what they name, inside the room, over no obstacle and no other tag;
/// earlier ones choose first. Empty rectangles: those that find no room.
/// @param gap from what is named to its tag
QVector<QRectF> placeTags(const QVector<Tag> &tags, const QVector<QRectF> &obstacles, const QRectF &room,
                          double gap);

} // namespace lathe::ui
