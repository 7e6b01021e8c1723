#include "ui/charts/tagplaces.h"

#include <QTest>

#include <random>

using namespace lathe::ui;

class TstTagPlaces : public QObject {
    Q_OBJECT
private slots:
    void everyTag_isNearestToWhatItNames_data();
    void everyTag_isNearestToWhatItNames();
    void aLonePoint_hasItsTagBesideIt();
    void crowdedPoints_areLedTo();
    void noRoom_noTag();
    void whatIsAlwaysThere_isLedToPastOthers();
};

void TstTagPlaces::everyTag_isNearestToWhatItNames_data()
{
    QTest::addColumn<int>("points");
    QTest::addColumn<double>("spread"); // of the points, as a share of the room
    for (const int points : {1, 2, 5, 9, 20, 60})
        for (const double spread : {1.0, 0.3, 0.05})
            QTest::addRow("%d over %g", points, spread) << points << spread;
}

void TstTagPlaces::everyTag_isNearestToWhatItNames()
{
    QFETCH(int, points);
    QFETCH(double, spread);
    std::mt19937 random(static_cast<unsigned>(points));
    std::uniform_real_distribution<double> share(0.0, 1.0);
    int placed = 0;
    for (int trial = 0; trial < 40; ++trial) {
        const QRectF room(40, 10, 120 + 800 * share(random), 60 + 400 * share(random));
        QVector<Tag> tags;
        QVector<QRectF> obstacles;
        for (int i = 0; i < points; ++i) {
            const QPointF at = room.topLeft() + QPointF(room.width() * (0.1 + 0.8 * spread * share(random)),
                                                        room.height() * (0.1 + 0.8 * spread * share(random)));
            tags << Tag{at, QSizeF(20 + 120 * share(random), 14)};
            obstacles << QRectF(at - QPointF(6, 6), QSizeF(12, 12));
        }
        const QVector<TagPlace> places = placeTags(tags, obstacles, room, 10.0);
        QCOMPARE(places.size(), tags.size());
        for (int i = 0; i < points; ++i) {
            const QRectF &box = places[i].box;
            if (box.isEmpty())
                continue;
            ++placed;
            QVERIFY(room.contains(box));
            for (int j = 0; j < points; ++j) {
                QVERIFY(distanceTo(box, tags[i].at) <= distanceTo(box, tags[j].at) + 1e-9);
                QVERIFY(!box.intersects(obstacles[j]));
                QVERIFY(i == j || !box.intersects(places[j].box));
            }
        }
    }
    QVERIFY(placed > 0);
}

void TstTagPlaces::aLonePoint_hasItsTagBesideIt()
{
    const auto places = placeTags({{QPointF(50, 50), QSizeF(40, 14)}}, {}, QRectF(0, 0, 200, 100), 10.0);
    QCOMPARE(places[0].box, QRectF(60, 43, 40, 14));
    QVERIFY(places[0].leader.isNull());
}

/// Points side by side have no places of their own beside them: lines say which name is whose.
void TstTagPlaces::crowdedPoints_areLedTo()
{
    QVector<Tag> tags;
    QVector<QRectF> obstacles;
    for (int i = 0; i < 5; ++i) {
        tags << Tag{QPointF(200 + 16 * i, 100), QSizeF(60, 14)};
        obstacles << QRectF(tags.last().at - QPointF(6, 6), QSizeF(12, 12));
    }
    const auto places = placeTags(tags, obstacles, QRectF(0, 0, 500, 200), 10.0);
    int led = 0, placed = 0;
    for (int i = 0; i < 5; ++i) {
        placed += places[i].box.isEmpty() ? 0 : 1;
        if (places[i].leader.isNull())
            continue;
        ++led;
        QCOMPARE(places[i].leader.p1(), tags[i].at);
        QVERIFY(distanceTo(places[i].box, places[i].leader.p2()) < 1e-6);
    }
    QVERIFY2(placed >= 4 && led >= 1, qPrintable(QString("%1 %2").arg(placed).arg(led)));
}

void TstTagPlaces::noRoom_noTag()
{
    const auto places = placeTags({{QPointF(20, 20), QSizeF(80, 14)}}, {}, QRectF(0, 0, 60, 40), 10.0);
    QVERIFY(places[0].box.isEmpty() && places[0].leader.isNull());
}

/// At the upper edge, in a corner between others: every way out leads nearer to one of them.
void TstTagPlaces::whatIsAlwaysThere_isLedToPastOthers()
{
    QVector<Tag> tags{{QPointF(40, 8), QSizeF(50, 14)}};
    for (const QPointF &other : {QPointF(44, 9), QPointF(36, 9), QPointF(40, 12)})
        tags << Tag{other, QSizeF(90, 14)};
    QVector<QRectF> obstacles;
    for (const Tag &tag : tags)
        obstacles << QRectF(tag.at - QPointF(6, 6), QSizeF(12, 12));
    const QRectF room(0, 0, 400, 200);
    QVERIFY(placeTags(tags, obstacles, room, 10.0)[0].box.isEmpty()); // else this test tests nothing
    tags[0].always = true;
    const TagPlace place = placeTags(tags, obstacles, room, 10.0)[0];
    QVERIFY(room.contains(place.box));
    QCOMPARE(place.leader.p1(), tags[0].at);
    QVERIFY(distanceTo(place.box, place.leader.p2()) < 1e-6);
    for (const QRectF &obstacle : obstacles)
        QVERIFY(!place.box.intersects(obstacle));
}

QTEST_MAIN(TstTagPlaces)
#include "tst_tagplaces.moc"
