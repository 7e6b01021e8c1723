#include "ui/base/format.h"

#include <QLocale>
#include <QTest>

using namespace lathe;

class TstFormat : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void bytes_areDecimalWithThreeDigits_data();
    void bytes_areDecimalWithThreeDigits();
    void count_isShort_data();
    void count_isShort();
    void seconds_picksTheUnit_data();
    void seconds_picksTheUnit();
    void ratio_hasOneDecimalAndTimesSign();
    void percent_isOfAFraction();
    void points_carrySignAndHalfWidth_data();
    void points_carrySignAndHalfWidth();
    void number_thatRoundsToNothingHasNoSign();
    void number_thatIsNoneIsSaid();
    void locale_setsTheDecimalSign();
};

void TstFormat::bytes_areDecimalWithThreeDigits_data()
{
    QTest::addColumn<qint64>("value");
    QTest::addColumn<QString>("text");
    QTest::newRow("none") << qint64(0) << "0 B";
    QTest::newRow("bytes") << qint64(999) << "999 B";
    QTest::newRow("one kB") << qint64(1000) << "1.0 kB";
    QTest::newRow("ten kB") << qint64(9960) << "10 kB";
    QTest::newRow("412 kB") << qint64(412'300) << "412 kB";
    QTest::newRow("never 1000 kB") << qint64(999'700) << "1.00 MB";
    QTest::newRow("3.61 MB") << qint64(3'610'400) << "3.61 MB";
    QTest::newRow("14.0 MB") << qint64(13'969'783) << "14.0 MB";
    QTest::newRow("548 MB") << qint64(548'000'000) << "548 MB";
    QTest::newRow("2.15 GB") << qint64(2'147'483'648) << "2.15 GB";
}

void TstFormat::bytes_areDecimalWithThreeDigits()
{
    QFETCH(qint64, value);
    QTEST(ui::bytes(value), "text");
}

void TstFormat::count_isShort_data()
{
    QTest::addColumn<qint64>("value");
    QTest::addColumn<QString>("text");
    QTest::newRow("small") << qint64(341) << "341";
    QTest::newRow("3.4 k") << qint64(3'412) << "3.4 k";
    QTest::newRow("37 k") << qint64(36'864) << "37 k";
    QTest::newRow("never 1000 k") << qint64(999'999) << "1.0 M";
    QTest::newRow("301 M") << qint64(300'774'272) << "301 M";
    QTest::newRow("4.1 G") << qint64(4'100'000'000) << "4.1 G";
}

void TstFormat::count_isShort()
{
    QFETCH(qint64, value);
    QTEST(ui::count(value), "text");
}

void TstFormat::seconds_picksTheUnit_data()
{
    QTest::addColumn<double>("value");
    QTest::addColumn<QString>("text");
    QTest::newRow("3.3 ms") << 0.0033 << "3.3 ms";
    QTest::newRow("45.7 ms") << 0.0457 << "45.7 ms";
    QTest::newRow("120 ms") << 0.1204 << "120 ms";
    QTest::newRow("µs") << 0.00042 << "420 µs";
    QTest::newRow("1.5 s") << 1.5 << "1.5 s";
    QTest::newRow("40 s") << 40.2 << "40 s";
    QTest::newRow("minutes") << 150.0 << "2.5 min";
}

void TstFormat::seconds_picksTheUnit()
{
    QFETCH(double, value);
    QTEST(ui::seconds(value), "text");
}

void TstFormat::ratio_hasOneDecimalAndTimesSign()
{
    QCOMPARE(ui::ratio(3.87), QString("3.9×"));
    QCOMPARE(ui::ratio(1.0), QString("1.0×"));
    QCOMPARE(ui::ratio(123.4), QString("123×"));
}

void TstFormat::percent_isOfAFraction()
{
    QCOMPARE(ui::percent(0.829), QString("82.9 %"));
    QCOMPARE(ui::percent(1.0), QString("100.0 %"));
    QCOMPARE(ui::percent(0.5, 0), QString("50 %"));
}

void TstFormat::points_carrySignAndHalfWidth_data()
{
    QTest::addColumn<Interval>("difference");
    QTest::addColumn<QString>("text");
    QTest::newRow("loss") << Interval{-0.005, -0.009, -0.001} << "−0.5 ± 0.4";
    QTest::newRow("gain") << Interval{0.012, 0.002, 0.022} << "+1.2 ± 1.0";
    QTest::newRow("none") << Interval{0.0, -0.003, 0.003} << "0.0 ± 0.3";
    QTest::newRow("exactly none") << Interval{} << "0.0";
    QTest::newRow("next to none") << Interval{-0.0001, -0.003, 0.003} << "0.0 ± 0.3";
}

void TstFormat::points_carrySignAndHalfWidth()
{
    QFETCH(Interval, difference);
    QTEST(ui::points(difference), "text");
}

void TstFormat::number_thatRoundsToNothingHasNoSign()
{
    QCOMPARE(ui::number(-0.04, 1), QString("0.0"));
    QCOMPARE(ui::number(-0.06, 1), QString("−0.1"));
}

void TstFormat::number_thatIsNoneIsSaid()
{
    QCOMPARE(ui::number(std::numeric_limits<double>::quiet_NaN(), 1), ui::unavailable());
    QCOMPARE(ui::number(std::numeric_limits<double>::infinity(), 1), QString("∞"));
    QCOMPARE(ui::number(-std::numeric_limits<double>::infinity(), 1), QString("−∞"));
}

void TstFormat::locale_setsTheDecimalSign()
{
    QLocale::setDefault(QLocale(QLocale::German));
    const QString text = ui::bytes(3'610'400);
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    QCOMPARE(text, QString("3,61 MB"));
}

QTEST_MAIN(TstFormat)
#include "tst_format.moc"
