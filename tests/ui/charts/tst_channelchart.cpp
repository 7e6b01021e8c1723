// What the chart of channels shows, and what its line asks for.
#include "tests/ui/charts/decaying.h"
#include "ui/charts/channelchart.h"
#include "ui/charts/plotview.h"

#include <QChart>
#include <QLabel>
#include <QSignalSpy>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstChannelChart : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { lookAsEverywhere(); }

    void empty_saysWhatWouldBeHere();
    void line_standsBehindThoseThatGo();
    void drag_goesByWholeChannels();
    void oneChannel_alwaysStays();
    void keys_moveByOneChannel_data();
    void keys_moveByOneChannel();
    void lockedOnes_areBeyondTheLine();
    void lockedLine_cannotBeMoved();
    void whatCameOut_countsOnceTheLineIsLetGo();
    void merged_areNotThoseLeftOfTheLine();
    void pointer_tellsWhatAChannelIsWorth();
    void kinds_lookDifferent();
    void csv_holdsAll();
    void scoresThatAreNoNumbers_areDrawnWithoutHarm();

private:
    /// Ten channels, numbered the other way round; the last `locked` of the order have to stay.
    static RankedChannels ranked(int locked = 0);
    static std::unique_ptr<ChannelChart> shown(const RankedChannels &channels, const ChannelLine &line = {});
    static QWidget *viewport(const ChannelChart &chart) { return chart.findChild<PlotView *>()->viewport(); }
    static QPoint middle(const ChannelChart &chart, double x)
    {
        return {qRound(x), viewport(chart)->height() / 2};
    }
    static int gone(const ChannelChart &chart);
};

RankedChannels TstChannelChart::ranked(int locked)
{
    RankedChannels ranked{.subject = "conv1", .measure = "L2 norm", .channels = {}};
    for (int place = 0; place < 10; ++place)
        ranked.channels.push_back({.number = 9 - place,
                                   .score = 0.1 * (place + 1),
                                   .bytes = 1200,
                                   .macs = 19000,
                                   .lock = place < 10 - locked ? QString() : QString("Add joins it")});
    return ranked;
}

std::unique_ptr<ChannelChart> TstChannelChart::shown(const RankedChannels &channels, const ChannelLine &line)
{
    auto chart = std::make_unique<ChannelChart>();
    chart->setChannels(channels);
    chart->setLine(line);
    return showChart(*chart) ? std::move(chart) : nullptr;
}

int TstChannelChart::gone(const ChannelChart &chart)
{
    int count = 0;
    for (int place = 0; place < int(chart.channels().channels.size()); ++place)
        count += chart.isGone(place);
    return count;
}

void TstChannelChart::empty_saysWhatWouldBeHere()
{
    ChannelChart chart;
    QVERIFY(chart.isEmpty());
    chart.setChannels(ranked());
    QVERIFY(!chart.isEmpty());
    chart.clear("No channels of fc can go: they are part of the output logits.");
    QVERIFY(chart.isEmpty());
    QVERIFY(chart.handlePlaces().isEmpty());
    bool said = false;
    for (const QLabel *label : chart.findChildren<QLabel *>())
        said = said || label->text().contains("output logits");
    QVERIFY(said);
}

void TstChannelChart::line_standsBehindThoseThatGo()
{
    const auto chart = shown(ranked(), {.ratio = 0.3});
    QVERIFY(chart);
    QCOMPARE(gone(*chart), 3);
    QCOMPARE(chart->handlePlaces().size(), 1);
    const double x = chart->handlePlaces().first();
    QVERIFY(chart->positionOf(2).x() < x && x < chart->positionOf(3).x());
    chart->setLine({}); // nothing goes: it waits at the left
    QCOMPARE(gone(*chart), 0);
    QVERIFY(chart->handlePlaces().first() < chart->positionOf(0).x());
}

void TstChannelChart::drag_goesByWholeChannels()
{
    const auto chart = shown(ranked(), {.ratio = 0.2});
    QVERIFY(chart);
    QSignalSpy dragged(chart.get(), &ChannelChart::ratioDragged),
        released(chart.get(), &ChannelChart::ratioReleased);
    const double from = chart->handlePlaces().first();
    const double to = chart->positionOf(5).x() - 1.0; // within the place of the sixth
    QTest::mousePress(viewport(*chart), Qt::LeftButton, {}, middle(*chart, from));
    QTest::mouseMove(viewport(*chart), middle(*chart, (from + to) / 2));
    QTest::mouseMove(viewport(*chart), middle(*chart, to));
    QVERIFY(!dragged.isEmpty() && released.isEmpty());
    QTest::mouseRelease(viewport(*chart), Qt::LeftButton, {}, middle(*chart, to));
    QCOMPARE(released.size(), 1);
    const double ratio = released.last().first().toDouble();
    QVERIFY(std::abs(ratio * 10.0 - std::round(ratio * 10.0)) < 1e-9);
    QVERIFY(std::abs(ratio - 0.5) < 1e-9 || std::abs(ratio - 0.6) < 1e-9);
    QCOMPARE(gone(*chart), int(std::lround(ratio * 10.0))); // before anybody answered
}

void TstChannelChart::oneChannel_alwaysStays()
{
    const auto chart = shown(ranked(), {.ratio = 0.5});
    QVERIFY(chart);
    QSignalSpy released(chart.get(), &ChannelChart::ratioReleased);
    chart->findChild<PlotView *>()->setFocus();
    QTest::keyClick(chart->findChild<PlotView *>(), Qt::Key_End);
    QCOMPARE(released.size(), 1);
    QVERIFY(std::abs(released.last().first().toDouble() - 0.9) < 1e-9);
}

void TstChannelChart::keys_moveByOneChannel_data()
{
    QTest::addColumn<int>("key");
    QTest::addColumn<double>("expected");
    QTest::newRow("right") << int(Qt::Key_Right) << 0.6;
    QTest::newRow("left") << int(Qt::Key_Left) << 0.4;
    QTest::newRow("home") << int(Qt::Key_Home) << 0.0;
}

void TstChannelChart::keys_moveByOneChannel()
{
    QFETCH(int, key);
    QFETCH(double, expected);
    const auto chart = shown(ranked(), {.ratio = 0.5});
    QVERIFY(chart);
    QSignalSpy released(chart.get(), &ChannelChart::ratioReleased);
    QTest::keyClick(chart->findChild<PlotView *>(), Qt::Key(key));
    QCOMPARE(released.size(), 1);
    QVERIFY(std::abs(released.last().first().toDouble() - expected) < 1e-9);
}

/// A ratio is one of those that can go.
void TstChannelChart::lockedOnes_areBeyondTheLine()
{
    const auto chart = shown(ranked(6), {.ratio = 0.5});
    QVERIFY(chart);
    QCOMPARE(chart->channels().free(), 4);
    QCOMPARE(gone(*chart), 2);
    QSignalSpy released(chart.get(), &ChannelChart::ratioReleased);
    QTest::keyClick(chart->findChild<PlotView *>(), Qt::Key_End);
    QVERIFY(std::abs(released.last().first().toDouble() - 0.75) < 1e-9);
    QCOMPARE(gone(*chart), 3);
    QVERIFY(chart->handlePlaces().first() < chart->positionOf(4).x());
}

void TstChannelChart::lockedLine_cannotBeMoved()
{
    const auto chart = shown(ranked(), {.ratio = {}, .locked = "A budget says how many go."});
    QVERIFY(chart);
    QVERIFY(chart->handlePlaces().isEmpty());
    QCOMPARE(chart->findChild<PlotView *>()->toolTip(), QString("A budget says how many go."));
    QSignalSpy released(chart.get(), &ChannelChart::ratioReleased);
    QTest::keyClick(chart->findChild<PlotView *>(), Qt::Key_End); // reads the last one instead
    QVERIFY(released.isEmpty());
    QVERIFY(chart->hoverText().join('|').contains("channel 0"));
}

void TstChannelChart::whatCameOut_countsOnceTheLineIsLetGo()
{
    const auto chart = shown(ranked(), {.ratio = 0.5});
    QVERIFY(chart);
    std::vector<bool> out(10, false); // in multiples of four: less goes than was asked for
    for (const int number : {9, 8})
        out[size_t(number)] = true;
    chart->setGone(out);
    QCOMPARE(gone(*chart), 2);
    QVERIFY(chart->isGone(0) && chart->isGone(1) && !chart->isGone(2));
    chart->setGone({}); // not known of the recipe of now
    QCOMPARE(gone(*chart), 5);
}

void TstChannelChart::merged_areNotThoseLeftOfTheLine()
{
    const auto chart = shown(ranked(), {.ratio = 0.5, .other = true});
    QVERIFY(chart);
    QCOMPARE(gone(*chart), 0); // which is only known when it has come out
    std::vector<bool> out(10, false);
    out[0] = true; // the last in the order
    chart->setGone(out);
    QCOMPARE(gone(*chart), 1);
    QVERIFY(chart->isGone(9));
}

void TstChannelChart::pointer_tellsWhatAChannelIsWorth()
{
    const auto chart = shown(ranked(1), {.ratio = 0.2});
    QVERIFY(chart);
    const auto textAt = [&](int place) {
        const QPointF at(chart->positionOf(place).x(), viewport(*chart)->height() / 2.0);
        QTest::mouseMove(viewport(*chart), at.toPoint());
        return chart->hoverText().join('|');
    };
    QVERIFY2(textAt(7).contains("channel 2|L2 norm  0.8|worth 1.2 kB, 19.0 k MACs|stays") ||
                 textAt(7).contains("channel 2"),
             qPrintable(textAt(7)));
    QVERIFY2(textAt(7).contains("1.20 kB") || textAt(7).contains("1.2 kB"), qPrintable(textAt(7)));
    QVERIFY2(textAt(7).contains("stays"), qPrintable(textAt(7)));
    QVERIFY2(textAt(0).contains("goes"), qPrintable(textAt(0)));
    QVERIFY2(textAt(9).contains("has to stay: Add joins it"), qPrintable(textAt(9)));
}

void TstChannelChart::kinds_lookDifferent()
{
    const auto chart = shown(ranked(2), {.ratio = 0.5});
    QVERIFY(chart);
    const QImage image = chart->findChild<PlotView *>()->grab().toImage();
    const auto inkOf = [&](int place) { // in the lower part of the bar, where nothing is written
        const QPointF foot(chart->positionOf(place).x(), image.height() * 0.72 / image.devicePixelRatio());
        QSet<QRgb> inks;
        for (int x = -4; x <= 4; ++x)
            for (int y = -4; y <= 4; ++y)
                inks.insert(image.pixel(qRound((foot.x() + x) * image.devicePixelRatio()),
                                        qRound((foot.y() + y) * image.devicePixelRatio())));
        return inks;
    };
    QVERIFY(inkOf(6).contains(colors().current.rgb()));  // stays
    QVERIFY(!inkOf(3).contains(colors().current.rgb())); // goes
    QVERIFY(!inkOf(9).contains(colors().current.rgb())); // has to stay
    QVERIFY2(inkOf(9).size() > 1, "hatched");
}

void TstChannelChart::csv_holdsAll()
{
    const auto chart = shown(ranked(1), {.ratio = 0.3});
    QVERIFY(chart);
    const QStringList rows = chart->csv().trimmed().split('\n');
    QCOMPARE(rows.size(), 11);
    QCOMPARE(rows[0], QString("channel,score,bytes,macs,locked,gone"));
    QCOMPARE(rows[1], QString("9,0.1,1200,19000,0,1"));
    QCOMPARE(rows[10], QString("0,1,1200,19000,1,0"));
}

void TstChannelChart::scoresThatAreNoNumbers_areDrawnWithoutHarm()
{
    RankedChannels odd = ranked();
    odd.channels[3].score = std::numeric_limits<double>::quiet_NaN();
    odd.channels[4].score = std::numeric_limits<double>::infinity();
    odd.channels[5].score = -1.0;
    const auto chart = shown(odd);
    QVERIFY(chart);
    QVERIFY(!chart->grab().isNull());
    for (RankedChannels::Channel &channel : odd.channels)
        channel.score = 0.0;
    chart->setChannels(odd);
    QVERIFY(!chart->grab().isNull());
}

QTEST_MAIN(TstChannelChart)
#include "tst_channelchart.moc"
