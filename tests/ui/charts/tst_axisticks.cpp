#include "ui/charts/axisticks.h"

#include <QCategoryAxis>
#include <QLocale>
#include <QSignalSpy>
#include <QTest>

using namespace lathe::ui;

class TstAxisTicks : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void numberTicks_areRoundAndFew_data();
    void numberTicks_areRoundAndFew();
    void logTicks_arePowersOrRoundNumbers_data();
    void logTicks_arePowersOrRoundNumbers();
    void ticks_stayInTheRangeWhateverItIs();
    void everyRange_hasTwoLabels();
    void emptyRange_hasNoTicks();
    void setTicks_signalsOnceAndOnlyForAChange();
    void setTicks_startsTheGridAtTheFirstTick();

private:
    static QString labels(const Ticks &ticks)
    {
        QStringList texts;
        for (const auto &tick : ticks)
            texts << tick.second;
        return texts.join(' ');
    }
};

void TstAxisTicks::numberTicks_areRoundAndFew_data()
{
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    QTest::addColumn<int>("most");
    QTest::addColumn<QString>("expected");
    QTest::newRow("weights") << -0.2 << 0.2 << 4 << "−0.2 −0.1 0.0 0.1 0.2";
    QTest::newRow("ranks") << 0.0 << 128.0 << 4 << "0 50 100";
    QTest::newRow("off centre") << -0.001 << 15.07 << 4 << "0 5 10 15";
    QTest::newRow("narrow") << 100.0 << 100.001 << 2 << "100.0000 100.0005 100.0010";
}

void TstAxisTicks::numberTicks_areRoundAndFew()
{
    QFETCH(double, low);
    QFETCH(double, high);
    QFETCH(int, most);
    QTEST(labels(numberTicks(low, high, most)), "expected");
}

void TstAxisTicks::logTicks_arePowersOrRoundNumbers_data()
{
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    QTest::addColumn<int>("most");
    QTest::addColumn<QString>("expected");
    QTest::newRow("five powers") << -3.2 << 1.1 << 6 << "10⁻³ 10⁻² 10⁻¹ 10⁰ 10¹";
    QTest::newRow("every second") << -4.0 << 2.0 << 4 << "10⁻⁴ 10⁻² 10⁰ 10²";
    QTest::newRow("two digits") << 9.9 << 12.1 << 6 << "10¹⁰ 10¹¹ 10¹²";
    QTest::newRow("one power and a half") << -0.4 << 1.1 << 6 << "0.5 1 2 5 10";
    QTest::newRow("few of them") << -0.9 << 0.95 << 4 << "0.3 1 3";
    QTest::newRow("two powers, little room") << -0.1 << 1.4 << 2 << "1 10";
    QTest::newRow("small ones") << -6.8 << -6.2 << 4 << "2×10⁻⁷ 5×10⁻⁷";
    QTest::newRow("powers, little room") << -3.5 << 3.5 << 1 << "10⁻³ 10³";
    QTest::newRow("within a power") << std::log10(2.0) << std::log10(4.1) << 3 << "2 3 4";
}

void TstAxisTicks::logTicks_arePowersOrRoundNumbers()
{
    QFETCH(double, low);
    QFETCH(double, high);
    QFETCH(int, most);
    QTEST(labels(logTicks(low, high, most)), "expected");
}

void TstAxisTicks::ticks_stayInTheRangeWhateverItIs()
{
    for (double size = 1e-30; size < 1e30; size *= 7.3) {
        for (const double low : {0.0, -size, -0.3 * size, 0.5 * size}) {
            for (const int most : {1, 2, 5, 10}) {
                const QVector<double> numbers = roundNumbers(low, low + size, most);
                QVERIFY(numbers.size() <= most + 1);
                for (const double number : numbers)
                    QVERIFY(number >= low - size * 1e-6 && number <= low + size * (1.0 + 1e-6));
            }
        }
    }
}

/// With one label nothing on an axis can be read.
void TstAxisTicks::everyRange_hasTwoLabels()
{
    for (double low = -9.0; low < 9.0; low += 0.13) {
        for (double span = 0.05; span < 12.0; span *= 1.21) {
            for (const int most : {1, 2, 3, 4, 6, 10}) {
                const QString where = QString("%1 %2 %3").arg(low).arg(span).arg(most);
                for (const Ticks &ticks :
                     {logTicks(low, low + span, most), numberTicks(low, low + span, most)}) {
                    QVERIFY2(ticks.size() >= 2, qPrintable(where));
                    QSet<QString> texts;
                    for (const auto &[at, text] : ticks) {
                        QVERIFY2(at >= low - 1e-6 && at <= low + span + 1e-6, qPrintable(where));
                        texts.insert(text);
                    }
                    QCOMPARE(texts.size(), ticks.size()); // an axis knows its ticks by their labels
                    QVERIFY2(ticks.size() <= std::max(most, 2) + 4, qPrintable(where + ": " + labels(ticks)));
                }
            }
        }
    }
}

void TstAxisTicks::emptyRange_hasNoTicks()
{
    QVERIFY(roundNumbers(1.0, 1.0, 5).isEmpty());
    QVERIFY(roundNumbers(2.0, 1.0, 5).isEmpty());
    QVERIFY(roundNumbers(0.0, 1.0, 0).isEmpty());
}

void TstAxisTicks::setTicks_signalsOnceAndOnlyForAChange()
{
    QCategoryAxis axis;
    QSignalSpy changed(&axis, &QCategoryAxis::categoriesChanged);
    setTicks(&axis, numberTicks(0.0, 10.0, 5));
    QCOMPARE(changed.size(), 1);
    setTicks(&axis, numberTicks(0.0, 10.0, 5));
    QCOMPARE(changed.size(), 1);
    setTicks(&axis, numberTicks(-5.0, 10.0, 5));
    QCOMPARE(changed.size(), 2);
    QCOMPARE(axis.categoriesLabels().size(), 4);
    setTicks(&axis, {});
    QVERIFY(axis.categoriesLabels().isEmpty());
}

void TstAxisTicks::setTicks_startsTheGridAtTheFirstTick()
{
    QCategoryAxis axis;
    setTicks(&axis, logTicks(-5.0, -1.0, 5));
    QCOMPARE(axis.startValue(axis.categoriesLabels().first()), -5.0);
    QCOMPARE(axis.endValue(axis.categoriesLabels().last()), -1.0);
}

QTEST_MAIN(TstAxisTicks)
#include "tst_axisticks.moc"
