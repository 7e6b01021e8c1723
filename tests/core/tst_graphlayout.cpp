#include "core/graph/drawngraph.h"
#include "core/graph/layout.h"
#include "tests/support/graphbuilder.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>
#include <clocale>
#include <random>
#include <set>
#include <thread>

using namespace lathe;

namespace {

struct Drawing {
    std::vector<LayoutItem> items;
    std::vector<LayoutEdge> edges;

    int add(double width = 120, double height = 36)
    {
        items.push_back({width, height});
        return int(items.size()) - 1;
    }
    void connect(int from, int to) { edges.push_back({from, to}); }
};

/// Residual blocks in a row: four items and a skip each.
Drawing residuals(int blocks)
{
    Drawing d;
    int last = d.add();
    for (int b = 0; b < blocks; ++b) {
        const int start = last;
        for (int i = 0; i < 4; ++i) {
            const int item = d.add(i % 2 == 0 ? 160 : 72, i % 2 == 0 ? 40 : 24);
            d.connect(last, item);
            last = item;
        }
        d.connect(start, last);
    }
    return d;
}

/// Each item reads one or two of the `reach` before it.
Drawing tangle(int count, int reach, unsigned seed)
{
    std::mt19937 random(seed);
    Drawing d;
    d.add();
    for (int i = 1; i < count; ++i) {
        d.add(60.0 + double(random() % 5) * 24, 24);
        std::set<int> sources{std::max(0, i - 1 - int(random() % unsigned(reach))),
                              std::max(0, i - 1 - int(random() % unsigned(reach)))};
        for (const int source : sources)
            d.connect(source, i);
    }
    return d;
}

Drawing wide(int branches)
{
    Drawing d;
    const int top = d.add();
    for (int i = 0; i < branches; ++i)
        d.connect(top, d.add());
    const int bottom = d.add();
    for (int i = 1; i <= branches; ++i)
        d.connect(i, bottom);
    return d;
}

/// One item that every tenth of a long chain reads, as a mask is.
Drawing masked(int count)
{
    Drawing d;
    const int mask = d.add();
    int last = d.add();
    for (int i = 0; i < count; ++i) {
        const int item = d.add();
        d.connect(last, item);
        if (i % 10 == 0)
            d.connect(mask, item);
        last = item;
    }
    return d;
}

Drawing separate(int parts)
{
    Drawing d;
    for (int i = 0; i < parts; ++i) {
        const int a = d.add(), b = d.add(), c = d.add();
        d.connect(a, b);
        d.connect(a, c);
    }
    return d;
}

Drawing sources(int count)
{
    Drawing d;
    int last = d.add();
    for (int i = 0; i < count; ++i) {
        const int constant = d.add(48, 20), before = d.add(48, 20), sum = d.add();
        d.connect(constant, before);
        d.connect(before, sum);
        d.connect(last, sum);
        last = sum;
    }
    d.add(); // an end that nothing reads and that reads nothing
    return d;
}

bool isInside(double value, double limit)
{
    return value > -0.01 && value < limit + 0.01;
}

} // namespace

class TstGraphLayout : public QObject {
    Q_OBJECT
private slots:
    void drawing_isInLayers_data();
    void drawing_isInLayers();
    void equalParts_lookEqual();
    void manyThreads_getTheirOwnLayouts();
    void cancelled_stops();
    void nothing_givesNothing();
    void localeWithComma_changesNothing();
};

void TstGraphLayout::drawing_isInLayers_data()
{
    QTest::addColumn<Drawing>("drawing");
    QTest::addColumn<bool>("plain");
    Drawing one;
    one.add();
    QTest::newRow("one item") << one << false;
    QTest::newRow("residual blocks") << residuals(20) << false;
    QTest::newRow("10,000 items in blocks") << residuals(2500) << false;
    QTest::newRow("50,000 items in blocks") << residuals(12500) << false;
    QTest::newRow("tangle of 100") << tangle(100, 6, 1) << false;
    QTest::newRow("tangle of 300") << tangle(300, 4, 2) << false;
    QTest::newRow("tangle of 10,000") << tangle(10000, 30, 3) << true;
    QTest::newRow("50,000 beside each other") << wide(50000) << true;
    QTest::newRow("300 beside each other") << wide(300) << false;
    QTest::newRow("a mask for 2,000") << masked(2000) << false;
    QTest::newRow("separate parts") << separate(200) << false;
    QTest::newRow("sources on the way") << sources(50) << false;
}

void TstGraphLayout::drawing_isInLayers()
{
    QFETCH(Drawing, drawing);
    QFETCH(bool, plain);
    const GraphLayout layout = layoutGraph(drawing.items, drawing.edges);
    QCOMPARE(layout.plain, plain);
    QCOMPARE(layout.centres.size(), drawing.items.size());
    QCOMPARE(layout.routes.size(), drawing.edges.size());

    struct Box {
        double left, right, top, bottom;
    };
    std::vector<Box> boxes;
    for (size_t i = 0; i < drawing.items.size(); ++i) {
        const LayoutPoint c = layout.centres[i];
        const LayoutItem size = drawing.items[i];
        boxes.push_back(
            {c.x - size.width / 2, c.x + size.width / 2, c.y - size.height / 2, c.y + size.height / 2});
        QVERIFY(isInside(boxes.back().left, layout.width) && isInside(boxes.back().right, layout.width));
        QVERIFY(isInside(boxes.back().top, layout.height) && isInside(boxes.back().bottom, layout.height));
    }
    for (size_t e = 0; e < drawing.edges.size(); ++e) {
        const Box &from = boxes[size_t(drawing.edges[e].from)], &to = boxes[size_t(drawing.edges[e].to)];
        QVERIFY2(from.bottom < to.top, qPrintable(QString("edge %1 leads upwards").arg(e)));
        const std::vector<LayoutPoint> &points = layout.routes[e].points;
        QVERIFY(points.size() >= 4 && points.size() % 3 == 1);
        QVERIFY(std::abs(points.front().y - from.bottom) < 2 && std::abs(points.back().y - to.top) < 2);
        QVERIFY(points.front().x > from.left - 1 && points.front().x < from.right + 1);
        QVERIFY(points.back().x > to.left - 1 && points.back().x < to.right + 1);
    }
    std::sort(boxes.begin(), boxes.end(), [](const Box &a, const Box &b) { return a.top < b.top; });
    for (size_t i = 0; i < boxes.size(); ++i)
        for (size_t k = i + 1; k < boxes.size() && boxes[k].top < boxes[i].bottom; ++k)
            QVERIFY2(boxes[k].left > boxes[i].right - 0.01 || boxes[k].right < boxes[i].left + 0.01,
                     "two items overlap");
}

void TstGraphLayout::equalParts_lookEqual()
{
    const Drawing drawing = residuals(3);
    const GraphLayout layout = layoutGraph(drawing.items, drawing.edges);
    for (size_t i = 0; i + 8 < drawing.items.size(); ++i) {
        const LayoutPoint a = layout.centres[i], b = layout.centres[i + 4], c = layout.centres[i + 8];
        if (i == 0) // the first item has another size
            continue;
        QVERIFY(std::abs((b.x - a.x) - (c.x - b.x)) < 0.01 && std::abs((b.y - a.y) - (c.y - b.y)) < 0.01);
    }
}

void TstGraphLayout::manyThreads_getTheirOwnLayouts()
{
    const Drawing drawing = tangle(80, 5, 4);
    const GraphLayout expected = layoutGraph(drawing.items, drawing.edges);
    std::vector<GraphLayout> layouts(4);
    std::vector<std::thread> threads;
    for (GraphLayout &layout : layouts)
        threads.emplace_back([&] { layout = layoutGraph(drawing.items, drawing.edges); });
    for (std::thread &thread : threads)
        thread.join();
    for (const GraphLayout &layout : layouts)
        for (size_t i = 0; i < drawing.items.size(); ++i)
            QCOMPARE(layout.centres[i].x, expected.centres[i].x);
}

void TstGraphLayout::cancelled_stops()
{
    const Drawing drawing = residuals(100);
    std::stop_source stop;
    stop.request_stop();
    JobContext ctx;
    ctx.stop = stop.get_token();
    QVERIFY_EXCEPTION_THROWN(layoutGraph(drawing.items, drawing.edges, ctx), Cancelled);
}

void TstGraphLayout::nothing_givesNothing()
{
    QVERIFY(layoutGraph({}, {}).centres.empty());
}

void TstGraphLayout::localeWithComma_changesNothing()
{
    const Drawing drawing = tangle(40, 4, 5);
    const GraphLayout expected = layoutGraph(drawing.items, drawing.edges);
    const QTemporaryDir
        folder; // few systems have a locale with a comma at hand; the package locales can make one
    QCOMPARE(QProcess::execute("localedef",
                               {"-i", "de_DE", "-f", "UTF-8", "--quiet", folder.filePath("de_DE.UTF-8")}),
             0);
    qputenv("LOCPATH", folder.path().toUtf8());
    const std::string before = setlocale(LC_NUMERIC, nullptr);
    QVERIFY(setlocale(LC_NUMERIC, "de_DE.UTF-8"));
    QCOMPARE(std::string(localeconv()->decimal_point), std::string(","));
    const GraphLayout layout = layoutGraph(drawing.items, drawing.edges);
    setlocale(LC_NUMERIC, before.c_str());
    qunsetenv("LOCPATH");
    QCOMPARE(layout.width, expected.width);
    QCOMPARE(layout.height, expected.height);
}

QTEST_GUILESS_MAIN(TstGraphLayout)
#include "tst_graphlayout.moc"
