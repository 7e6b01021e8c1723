#include "ui/style/theme.h"
#include "ui/widgets/elidednote.h"
#include "ui/widgets/figurelabel.h"
#include "ui/window/nowstrip.h"

#include <QLabel>
#include <QLocale>
#include <QTest>

using namespace lathe;
using namespace lathe::ui;

class TstNowStrip : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void noFigures_areDashes();
    void figures_areShownWithUnits();
    void guess_isShownUntilSomethingIsMeasured();
    void withoutLabels_theNoteSaysWhy();
    void outdated_isGreyedAtOnce();
    void columns_standStillWhileFiguresMove();
    void failure_isSaid();
    void narrowWindow_shrinksFiguresNotColumns();
    void everyFigure_hasAName();
    void wideWindow_spreadsTheFigures();
    void longNote_isElidedAndWholeOnHover();

private:
    static Figures baseline();
    static Figures current();
    static FigureLabel *labelOf(const NowStrip &strip, const QString &name);
};

void TstNowStrip::initTestCase()
{
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    applyTheme(Scheme::Light);
}

Figures TstNowStrip::baseline()
{
    Figures f;
    f.top1 = Interval{0.834, 0.80, 0.864};
    f.agreement = Interval{1.0, 0.99, 1.0};
    f.bytes = f.originalBytes = 13'969'783;
    f.macs = f.originalMacs = 300'774'272;
    f.latency = 0.0034;
    f.samplesDone = f.samplesTotal = 500;
    f.sizes = f.quality = f.running = Figures::Settled;
    return f;
}

Figures TstNowStrip::current()
{
    Figures f = baseline();
    f.top1 = Interval{0.829, 0.79, 0.86};
    f.top1Difference = Interval{-0.005, -0.009, -0.001};
    f.agreement = Interval{0.972, 0.94, 0.99};
    f.bytes = 3'610'400;
    f.latency = 0.0033;
    f.baselineLatency = 0.0034;
    f.samplesDone = 214;
    f.quality = Figures::Measuring;
    return f;
}

FigureLabel *TstNowStrip::labelOf(const NowStrip &strip, const QString &name)
{
    for (FigureLabel *label : strip.findChildren<FigureLabel *>())
        if (label->accessibleName() == name)
            return label;
    return nullptr;
}

void TstNowStrip::noFigures_areDashes()
{
    NowStrip strip;
    for (int i = 0; i < NowStrip::ColumnCount; ++i)
        QCOMPARE(strip.currentText(NowStrip::Column(i)), QString("–"));
}

void TstNowStrip::figures_areShownWithUnits()
{
    NowStrip strip;
    strip.setBaseline(baseline());
    strip.setCurrent(current());
    QCOMPARE(strip.currentText(Figure::Accuracy), QString("82.9 % ± 3.5"));
    QCOMPARE(strip.currentText(Figure::Difference), QString("−0.5 ± 0.4 (214/500)"));
    // Its value need not be the middle of its interval.
    QVERIFY(labelOf(strip, "Now: Difference")->toolTip().contains("95 % interval −0.9 to −0.1"));
    QVERIFY(labelOf(strip, "Now: Top-1")
                ->toolTip()
                .contains("On 214 of 500 samples, where the baseline gives 83.4 %"));
    QCOMPARE(strip.currentText(Figure::Agreement), QString("97.2 %"));
    QCOMPARE(strip.currentText(Figure::Size), QString("3.61 MB"));
    QCOMPARE(strip.currentText(Figure::Ratio), QString("3.9×"));
    QCOMPARE(strip.currentText(Figure::Macs), QString("301 M"));
    QCOMPARE(strip.currentText(Figure::Latency), QString("3.3 ms 0.97×"));
    QCOMPARE(strip.baselineText(Figure::Accuracy), QString("83.4 % ± 3.2"));
    QCOMPARE(strip.baselineText(Figure::Size), QString("14.0 MB"));
}

void TstNowStrip::guess_isShownUntilSomethingIsMeasured()
{
    NowStrip strip;
    Figures f = current();
    f.quality = Figures::Outdated;
    f.guess = Figures::Guess{-0.012, 0.003, 4, 7};
    strip.setCurrent(f);
    QCOMPARE(strip.currentText(Figure::Difference), QString("≈ −1.2"));
    QVERIFY(labelOf(strip, "Now: Difference")->toolTip().contains("off by 0.3 points"));
    f.quality = Figures::Measuring;
    strip.setCurrent(f);
    QCOMPARE(strip.currentText(Figure::Difference), QString("−0.5 ± 0.4 (214/500)"));
}

void TstNowStrip::withoutLabels_theNoteSaysWhy()
{
    NowStrip strip;
    Figures f = current();
    f.top1.reset();
    f.top1Difference.reset();
    f.note = Message::verbatim("No labels: agreement is shown instead.");
    strip.setCurrent(f);
    QCOMPARE(strip.currentText(Figure::Accuracy), QString("–"));
    QVERIFY(labelOf(strip, "Now: Top-1")->toolTip().contains("No labels"));
    QVERIFY(!labelOf(strip, "Now: Agreement")->toolTip().contains("No labels"));
}

void TstNowStrip::outdated_isGreyedAtOnce()
{
    NowStrip strip;
    strip.resize(1280, strip.sizeHint().height());
    strip.setBaseline(baseline());
    strip.setCurrent(current());
    strip.show();
    QVERIFY(QTest::qWaitForWindowExposed(&strip));
    const QVector<QColor> inks{colors().text, colors().muted, colors().loss, colors().good};
    const auto apart = [](const QColor &a, const QColor &b) {
        return std::abs(a.red() - b.red()) + std::abs(a.green() - b.green()) + std::abs(a.blue() - b.blue());
    };
    const auto inkOf =
        [&](const QString &name) { // what the figure is painted in; its note stands to its right
            const QImage image = labelOf(strip, name)->grab().toImage();
            const QColor paper = image.pixelColor(0, 0);
            QColor full = paper;
            for (int y = 0; y < image.height(); ++y)
                for (int x = 0; x < image.width() / 2; ++x)
                    if (apart(image.pixelColor(x, y), paper) > apart(full, paper))
                        full = image.pixelColor(x, y);
            return *std::min_element(inks.begin(), inks.end(), [&](const QColor &a, const QColor &b) {
                return apart(a, full) < apart(b, full);
            });
        };
    const QStringList names{"Now: Top-1", "Now: Difference", "Now: Agreement", "Now: File size",
                            "Now: Ratio", "Now: MACs",       "Now: Latency"};
    for (int i = 0; i < names.size(); ++i)
        QCOMPARE(inkOf(names[i]), i == 1 ? colors().loss : colors().text);
    Figures f = current();
    f.outdate();
    strip.setCurrent(f);
    for (const QString &name : names) {
        QCOMPARE(inkOf(name), colors().muted);
        QVERIFY2(labelOf(strip, name)->toolTip().contains("has changed"), qPrintable(name));
    }
    f.sizes = Figures::Settled; // the size is worked out before accuracy is measured
    strip.setCurrent(f);
    for (int i = 0; i < names.size(); ++i)
        QCOMPARE(inkOf(names[i]), i >= 3 && i <= 5 ? colors().text : colors().muted);
}

void TstNowStrip::columns_standStillWhileFiguresMove()
{
    NowStrip strip;
    strip.resize(1280, strip.sizeHint().height());
    strip.setBaseline(baseline());
    strip.show();
    QVERIFY(QTest::qWaitForWindowExposed(&strip));
    Figures f = current();
    strip.setCurrent(f);
    QCoreApplication::processEvents();
    QVector<QRect> places;
    for (const FigureLabel *label : strip.findChildren<FigureLabel *>())
        places << label->geometry();
    for (const qint64 done : {1, 50, 499, 500}) {
        f.samplesDone = done;
        f.top1Difference = Interval{-double(done) / 1000.0, -0.6, 0.1};
        f.bytes = 11'111 * done;
        strip.setCurrent(f);
        QCoreApplication::processEvents();
        QVector<QRect> now;
        for (const FigureLabel *label : strip.findChildren<FigureLabel *>())
            now << label->geometry();
        QCOMPARE(now, places);
    }
}

void TstNowStrip::failure_isSaid()
{
    NowStrip strip;
    Figures f = current();
    f.outdate();
    f.failed = true;
    f.note = Message::verbatim("The runtime could not load the model.");
    strip.setCurrent(f);
    bool said = false;
    for (const QLabel *label : strip.findChildren<QLabel *>())
        said = said || label->text() == QString::fromStdString(f.note.text());
    QVERIFY(said);
}

void TstNowStrip::narrowWindow_shrinksFiguresNotColumns()
{
    NowStrip strip;
    strip.setBaseline(baseline());
    strip.setCurrent(current());
    strip.resize(1280, 80);
    strip.show();
    QVERIFY(QTest::qWaitForWindowExposed(&strip));
    const int wide = labelOf(strip, "Now: File size")->sizeHint().height();
    QVERIFY2(strip.minimumSizeHint().width() <= 860,
             qPrintable(QString::number(strip.minimumSizeHint().width())));
    // What the figures leave free tells how sure the accuracy is, before anything else.
    strip.resize(960, 80);
    QCoreApplication::processEvents();
    QVERIFY2(labelOf(strip, "Now: Top-1")->noteColumn() > 0, "room for the interval");
    strip.resize(strip.minimumSizeHint().width(), 80);
    QCoreApplication::processEvents();
    QVERIFY(labelOf(strip, "Now: File size")->sizeHint().height() < wide);
    for (const FigureLabel *label : strip.findChildren<FigureLabel *>()) {
        QVERIFY2(label->width() >= label->sizeHint().width(), qPrintable(label->accessibleName()));
        QVERIFY(label->geometry().right() <= strip.width());
    }
}

void TstNowStrip::everyFigure_hasAName()
{
    NowStrip strip;
    strip.setCurrent(current());
    for (const FigureLabel *label : strip.findChildren<FigureLabel *>())
        QVERIFY(!label->accessibleName().isEmpty());
    QCOMPARE(labelOf(strip, "Now: File size")->accessibleDescription(), QString("3.61 MB"));
}

void TstNowStrip::wideWindow_spreadsTheFigures()
{
    NowStrip strip;
    strip.setBaseline(baseline());
    strip.setCurrent(current());
    strip.show();
    const auto lastAt = [&](int width) {
        strip.resize(width, 80);
        QCoreApplication::processEvents();
        return labelOf(strip, "Now: Latency")->geometry().right();
    };
    const int at1440 = lastAt(1440), at1920 = lastAt(1920), at2560 = lastAt(2560);
    QVERIFY2(at1920 > at1440 + 100 && at2560 > at1920,
             qPrintable(QString("%1 %2 %3").arg(at1440).arg(at1920).arg(at2560)));
    QVERIFY2(at2560 > 2560 / 2, qPrintable(QString::number(at2560)));
}

void TstNowStrip::longNote_isElidedAndWholeOnHover()
{
    NowStrip strip;
    strip.resize(1280, strip.sizeHint().height());
    strip.show();
    QVERIFY(QTest::qWaitForWindowExposed(&strip));
    const QString words = QString("The runtime could not load the model. ").repeated(20).trimmed();
    Figures f = current();
    f.failed = true;
    f.note = Message::verbatim(words.toStdString());
    const int height = strip.sizeHint().height();
    strip.setCurrent(f);
    QCoreApplication::processEvents();
    QCOMPARE(strip.sizeHint().height(), height);
    const auto *note = strip.findChild<ElidedNote *>();
    QVERIFY(note && note->isVisible());
    QCOMPARE(note->toolTip(), words);
    const QStringList lines = note->lines();
    QVERIFY(lines.size() > 1 && lines.size() * note->fontMetrics().lineSpacing() <= note->height());
    QVERIFY(lines.last().endsWith(QChar(0x2026)));
    QVERIFY(words.startsWith(lines.first()));
}

QTEST_MAIN(TstNowStrip)
#include "tst_nowstrip.moc"
