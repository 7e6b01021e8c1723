#include "core/base/median.h"

#include <QTest>
#include <cmath>

using namespace lathe;

class TstMedian : public QObject {
    Q_OBJECT
private slots:
    void median_isTheValueInTheMiddle_data();
    void median_isTheValueInTheMiddle();
    void median_ofNoneIsNaN() { QVERIFY(std::isnan(median({}))); }
};

void TstMedian::median_isTheValueInTheMiddle_data()
{
    QTest::addColumn<std::vector<double>>("values");
    QTest::addColumn<double>("expected");
    QTest::newRow("one") << std::vector{4.0} << 4.0;
    QTest::newRow("two: their mean") << std::vector{5.0, 1.0} << 3.0;
    QTest::newRow("odd, unsorted") << std::vector{9.0, -1.0, 2.0} << 2.0;
    QTest::newRow("even: the mean of the middle two") << std::vector{8.0, 1.0, 100.0, 3.0} << 5.5;
    QTest::newRow("equal values") << std::vector{2.0, 2.0, 2.0, 7.0} << 2.0;
    QTest::newRow("falling") << std::vector{6.0, 5.0, 4.0, 3.0, 2.0, 1.0} << 3.5;
}

void TstMedian::median_isTheValueInTheMiddle()
{
    QFETCH(std::vector<double>, values);
    QFETCH(double, expected);
    QCOMPARE(median(values), expected);
}

QTEST_APPLESS_MAIN(TstMedian)
#include "tst_median.moc"
