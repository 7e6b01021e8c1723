#include "ui/charts/tagplaces.h"

#include <algorithm>

namespace lathe::ui {
namespace {

/// Beside a point, above or below it; the best first.
QVector<QRectF> placesAt(QPointF at, QSizeF size, double gap)
{
    const double w = size.width(), h = size.height();
    QVector<QRectF> places;
    for (const QPointF corner :
         {QPointF(gap, -h / 2), QPointF(-gap - w, -h / 2), QPointF(-w / 2, -gap - h), QPointF(-w / 2, gap),
          QPointF(gap, -gap - h), QPointF(-gap - w, -gap - h), QPointF(gap, gap), QPointF(-gap - w, gap),
          // At the edge of the room there is only one way to go.
          QPointF(gap - w, -gap - h), QPointF(gap - w, gap)})
        places << QRectF(at + corner, size);
    return places;
}

} // namespace

QVector<QRectF> placeTags(const QVector<Tag> &tags, const QVector<QRectF> &obstacles, const QRectF &room,
                          double gap)
{
    QVector<QRectF> places, taken = obstacles;
    for (const Tag &tag : tags) {
        QVector<QRectF> candidates = placesAt(tag.at, tag.size, gap);
        for (const QPointF &at : tag.elsewhere)
            candidates << placesAt(at, tag.size, gap);
        const auto found = std::ranges::find_if(candidates, [&](const QRectF &box) {
            return room.contains(box) &&
                   std::ranges::none_of(taken, [&](const QRectF &other) { return other.intersects(box); });
        });
        places << (found == candidates.end() ? QRectF() : *found);
        if (found != candidates.end())
            taken << *found;
    }
    return places;
}

} // namespace lathe::ui
