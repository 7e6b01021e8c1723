#include "ui/charts/tagplaces.h"

#include <algorithm>
#include <cmath>

namespace lathe::ui {
namespace {

constexpr int rings = 4; ///< ways to go further away from the point
enum class Led { No, Clearly, Somehow };
constexpr double clearly = 1.25;        ///< how much further the next point is where no leader tells
constexpr double leaderClearance = 6.0; ///< of a leader from what it does not lead to

QPointF nearestOf(const QRectF &box, QPointF point)
{
    return {std::clamp(point.x(), box.left(), box.right()), std::clamp(point.y(), box.top(), box.bottom())};
}

bool crosses(const QLineF &line, const QRectF &box)
{
    if (line.isNull())
        return false;
    if (box.contains(line.p1()) || box.contains(line.p2()))
        return true;
    const QPointF corners[] = {box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft()};
    for (int i = 0; i < 4; ++i)
        if (line.intersects(QLineF(corners[i], corners[(i + 1) % 4])) == QLineF::BoundedIntersection)
            return true;
    return false;
}

double distanceTo(const QLineF &line, QPointF point)
{
    const QPointF along = line.p2() - line.p1(), from = point - line.p1();
    const double length = QPointF::dotProduct(along, along);
    const double place = length > 0.0 ? std::clamp(QPointF::dotProduct(from, along) / length, 0.0, 1.0) : 0.0;
    return QLineF(line.p1() + place * along, point).length();
}

/// Beside a point, above or below it; the best first.
QVector<QRectF> placesAt(QPointF at, QSizeF size, double gap)
{
    const double w = size.width(), h = size.height();
    QVector<QRectF> places;
    for (const QPointF corner :
         {QPointF(gap, -h / 2), QPointF(-gap - w, -h / 2), QPointF(-w / 2, -gap - h), QPointF(-w / 2, gap),
          QPointF(gap, -gap - h), QPointF(-gap - w, -gap - h), QPointF(gap, gap), QPointF(-gap - w, gap),
          // At the edge of the room there is only one way to go.
          QPointF(gap - w, -gap - h), QPointF(gap - w, gap), QPointF(-gap, -gap - h), QPointF(-gap, gap)})
        places << QRectF(at + corner, size);
    return places;
}

/// What is placed already, and what is in the way.
class Board {
public:
    Board(const QVector<Tag> &tags, const QVector<QRectF> &obstacles, const QRectF &room)
        : m_tags(tags), m_taken(obstacles), m_room(room)
    {
    }

    TagPlace place(const Tag &tag, double gap)
    {
        for (const Led led : {Led::No, Led::Clearly}) {
            if (const TagPlace found = placeAt(tag, tag.at, gap, led); !found.box.isEmpty())
                return found;
            for (const QPointF &at : tag.elsewhere)
                if (const TagPlace found = placeAt(tag, at, gap / 3.0, Led::No); !found.box.isEmpty())
                    return found;
        }
        return tag.always ? placeAt(tag, tag.at, gap, Led::Somehow) : TagPlace();
    }

private:
    TagPlace placeAt(const Tag &tag, QPointF at, double gap, Led how)
    {
        const bool led = how != Led::No;
        for (int ring = led ? 1 : 0; ring < (led ? rings : 1); ++ring)
            for (const QRectF &box : placesAt(at, tag.size, gap + ring * tag.size.height())) {
                const TagPlace candidate{box, led ? QLineF(at, nearestOf(box, at)) : QLineF()};
                if (!isFree(candidate) || (how != Led::Somehow && !isNearest(tag, at, candidate)))
                    continue;
                m_taken << box;
                m_boxes << box;
                m_leaders << candidate.leader;
                return candidate;
            }
        return {};
    }

    bool isFree(const TagPlace &place) const
    {
        const auto inTheWay = [&](const QRectF &other) { return other.intersects(place.box); };
        const auto led = [&](const QLineF &leader) { return crosses(leader, place.box); };
        const auto cut = [&](const QRectF &box) { return crosses(place.leader, box); };
        const auto across = [&](const QLineF &leader) {
            return !leader.isNull() && !place.leader.isNull() &&
                   leader.intersects(place.leader) == QLineF::BoundedIntersection;
        };
        return m_room.contains(place.box) && std::ranges::none_of(m_taken, inTheWay) &&
               std::ranges::none_of(m_leaders, led) && std::ranges::none_of(m_boxes, cut) &&
               std::ranges::none_of(m_leaders, across);
    }

    bool isNearest(const Tag &tag, QPointF at, const TagPlace &place) const
    {
        const double own = ui::distanceTo(place.box, at);
        return std::ranges::all_of(m_tags, [&](const Tag &other) {
            const double apart = QLineF(other.at, at).length();
            const double distance = ui::distanceTo(place.box, other.at);
            if (&other == &tag || apart == 0.0)
                return true;
            if (place.leader.isNull())
                return distance >= own * clearly;
            return distance >= own && distanceTo(place.leader, other.at) >= std::min(leaderClearance, apart);
        });
    }

    const QVector<Tag> &m_tags;
    QVector<QRectF> m_taken, m_boxes;
    QVector<QLineF> m_leaders;
    QRectF m_room;
};

} // namespace

double distanceTo(const QRectF &box, QPointF point)
{
    return QLineF(nearestOf(box, point), point).length();
}

QVector<TagPlace> placeTags(const QVector<Tag> &tags, const QVector<QRectF> &obstacles, const QRectF &room,
                            double gap)
{
    Board board(tags, obstacles, room);
    QVector<TagPlace> places;
    for (const Tag &tag : tags)
        places << board.place(tag, gap);
    return places;
}

} // namespace lathe::ui
