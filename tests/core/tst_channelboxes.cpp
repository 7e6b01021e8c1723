#include "core/analysis/channelboxes.h"
#include "tests/support/graphbuilder.h"

#include <QtTest>
#include <algorithm>
#include <limits>

using namespace lathe;
using namespace lathe::test;

class TstChannelBoxes : public QObject {
    Q_OBJECT
private slots:
    void boxes_areThoseOfTheSortedRow_data();
    void boxes_areThoseOfTheSortedRow();
    void notFinite_isLeftOut();
    void emptyWeight_hasNoValues();
    void cancel_isObeyed();
};

void TstChannelBoxes::boxes_areThoseOfTheSortedRow_data()
{
    QTest::addColumn<int>("cols");
    for (const int cols : {1, 2, 3, 4, 5, 9, 100, 1001})
        QTest::addRow("%d", cols) << cols;
}

void TstChannelBoxes::boxes_areThoseOfTheSortedRow()
{
    QFETCH(int, cols);
    const Matrix weight = randomMatrix(5, cols, unsigned(cols));
    const std::vector<ChannelBox> boxes = channelBoxes(weight);
    QCOMPARE(boxes.size(), size_t(5));
    for (Index r = 0; r < weight.rows(); ++r) {
        std::vector<float> row(weight.row(r).data(), weight.row(r).data() + cols);
        std::ranges::sort(row);
        const ChannelBox &box = boxes[size_t(r)];
        const auto last = row.size() - 1;
        QCOMPARE(box.minimum, row.front());
        QCOMPARE(box.lower, row[last / 4]);
        QCOMPARE(box.median, row[last / 2]);
        QCOMPARE(box.upper, row[last * 3 / 4]);
        QCOMPARE(box.maximum, row.back());
    }
}

void TstChannelBoxes::notFinite_isLeftOut()
{
    Matrix weight(2, 3);
    const float nan = std::numeric_limits<float>::quiet_NaN(),
                infinite = std::numeric_limits<float>::infinity();
    weight << nan, 2.0F, -infinite, nan, nan, infinite;
    const std::vector<ChannelBox> boxes = channelBoxes(weight);
    QCOMPARE(boxes[0].minimum, 2.0F);
    QCOMPARE(boxes[0].maximum, 2.0F);
    QCOMPARE(boxes[1].maximum, 0.0F);
}

void TstChannelBoxes::emptyWeight_hasNoValues()
{
    QVERIFY(channelBoxes(Matrix(0, 7)).empty());
    QCOMPARE(channelBoxes(Matrix(2, 0)).size(), size_t(2));
}

void TstChannelBoxes::cancel_isObeyed()
{
    std::stop_source stop;
    stop.request_stop();
    JobContext ctx;
    ctx.stop = stop.get_token();
    QVERIFY_EXCEPTION_THROWN(channelBoxes(randomMatrix(4, 4, 1), ctx), Cancelled);
}

QTEST_APPLESS_MAIN(TstChannelBoxes)
#include "tst_channelboxes.moc"
