#include "tests/ui/sample.h"
#include "ui/charts/plotview.h"
#include "ui/charts/tradeoffchart.h"
#include "ui/variants/variantspanel.h"
#include "ui/window/dockarea.h"
#include "ui/window/mainwindow.h"

#include <QCategoryAxis>
#include <QChart>
#include <QDockWidget>
#include <QLabel>
#include <QToolButton>
#include <QXmlStreamReader>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstTradeoffChart : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void cleanup() { m_chart.reset(); }

    void points_areWhatTheStripShows();
    void withoutLabels_agreementIsShown();
    void withoutClasses_signalToNoiseIsShown();
    void withoutData_saysHowToGetIt();
    void guess_isOpenAndNamedSo();
    void figuresOfTheRecipeBefore_areOld();
    void unknownSize_isLeftOut();
    void firmPoint_isFilledAndAnOpenOneHollow();
    void hover_tellsNameAndFigures();
    void click_selectsAndDoubleClickApplies();
    void currentPoint_cannotBeChosen();
    void arrowKeys_walkBySizeAndEnterApplies();
    void logButton_spreadsSmallFiles();
    void names_areCrossedByNothing_data();
    void names_areCrossedByNothing();
    void besideTheCurrentPoint_onlyThatIsNamed_data();
    void besideTheCurrentPoint_onlyThatIsNamed();
    void highestPoint_hasRoomForItsName();
    void names_areShortenedByWhatTheyShare();
    void accuracies_stayWithinWhatThereIs_data();
    void accuracies_stayWithinWhatThereIs();
    void qualityAxis_fitsThePoints();
    void axisTitles_areWhole_data();
    void axisTitles_areWhole();
    void lowChart_leavesTheLowerTitleOut();
    void arrowKeys_tellOfTheChosenOne();
    void csv_isQuoted();
    void svg_holdsTheNames();
    void oddNumbers_areDrawnWithoutHarm_data();
    void oddNumbers_areDrawnWithoutHarm();
    void window_movesTheCurrentPointAndKeepsVariants();

private:
    static Variant variant(const QString &name, qint64 bytes, double difference, double halfWidth);
    static QVector<Variant> digits();
    static Figures current();
    QPoint at(int point) const { return m_chart->positionOf(point).toPoint(); }
    QWidget *viewport() const { return m_chart->findChild<PlotView *>()->viewport(); }

    std::unique_ptr<TradeoffChart> m_chart;
};

Variant TstTradeoffChart::variant(const QString &name, qint64 bytes, double difference, double halfWidth)
{
    Variant v;
    v.id = v.name = name;
    v.figures.sizes = v.figures.quality = Figures::Settled;
    v.figures.bytes = bytes;
    v.figures.originalBytes = 14'000'000;
    v.figures.samplesDone = v.figures.samplesTotal = 500;
    v.figures.top1 = Interval{0.83 + difference, 0.8, 0.86};
    v.figures.top1Difference = Interval{difference, difference - halfWidth, difference + halfWidth};
    return v;
}

QVector<Variant> TstTradeoffChart::digits()
{
    Variant baseline = variant("baseline", 14'000'000, 0.0, 0.0);
    baseline.figures.top1Difference.reset();
    return {baseline, variant("8 bits", 3'600'000, -0.001, 0.002),
            variant("4 bits, \"rough\"", 2'000'000, -0.02, 0.01)};
}

Figures TstTradeoffChart::current()
{
    Figures f = variant("", 2'800'000, -0.01, 0.02).figures;
    f.quality = Figures::Measuring;
    f.samplesDone = 64;
    f.fullSet = Interval{-0.009, -0.02, 0.001};
    return f;
}

void TstTradeoffChart::initTestCase()
{
    startClean();
    applyTheme(Scheme::Light);
}

void TstTradeoffChart::init()
{
    m_chart = std::make_unique<TradeoffChart>();
    m_chart->resize(520, 300);
    m_chart->setTradeoff(tradeoff(digits(), current()));
    m_chart->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_chart.get()));
    QCoreApplication::processEvents();
}

void TstTradeoffChart::points_areWhatTheStripShows()
{
    const Tradeoff t = tradeoff(digits(), current());
    QCOMPARE(t.quality, Quality::Top1);
    QCOMPARE(t.points.size(), 4);
    QCOMPARE(t.baseline, std::optional(0.0));
    QCOMPARE(t.points[1].quality.value, -0.1);
    QCOMPARE(t.points[1].quality.low, -0.3);
    QCOMPARE(t.points[1].quality.high, 0.1); // a variant measured on all samples has its interval
    QCOMPARE(t.points[3].kind, TradeoffPoint::Current);
    QCOMPARE(t.points[3].certainty, TradeoffPoint::Open);
    QCOMPARE(t.points[3].quality.value, -1.0); // not fullSet, which the strip tells in its tool tip only
    QCOMPARE(t.points[3].quality.low, -3.0);
    const QString shown = figureText(Figure::Difference, current()).text;
    QVERIFY2(describe(t.points[3], t.quality).join('|').contains(shown), qPrintable(shown));
}

void TstTradeoffChart::withoutLabels_agreementIsShown()
{
    QVector<Variant> variants = digits();
    for (Variant &v : variants)
        v.figures.top1 = v.figures.top1Difference = {};
    variants[1].figures.agreement = Interval{0.99, 0.97, 0.995};
    const Tradeoff t = tradeoff(variants, {});
    QCOMPARE(t.quality, Quality::Agreement);
    QCOMPARE(t.points.size(), 2);
    QCOMPARE(t.points[0].quality.value, 100.0);
    QCOMPARE(t.points[1].quality.value, 99.0);
    QCOMPARE(t.points[1].quality.low, 97.0);
    QCOMPARE(t.points[1].quality.high, 99.5);
}

void TstTradeoffChart::withoutClasses_signalToNoiseIsShown()
{
    QVector<Variant> variants = digits();
    for (Variant &v : variants)
        v.figures.top1 = v.figures.top1Difference = {};
    variants[1].figures.sqnr = 31.5;
    variants[2].figures.sqnr = std::numeric_limits<double>::infinity();
    const Tradeoff t = tradeoff(variants, {});
    QCOMPARE(t.quality, Quality::Sqnr);
    QCOMPARE(t.points.size(), 1);
    QCOMPARE(describe(t.points[0], t.quality).at(1), QString("31.5 dB"));
}

void TstTradeoffChart::withoutData_saysHowToGetIt()
{
    QVector<Variant> variants = digits();
    variants[0].figures.samplesTotal = 0;
    m_chart->setTradeoff(tradeoff(variants, current()));
    QVERIFY(m_chart->isEmpty());
    bool told = false;
    for (const QLabel *label : m_chart->findChildren<QLabel *>())
        told |= label->isVisible() && label->text().contains("data set");
    QVERIFY(told);
}

void TstTradeoffChart::guess_isOpenAndNamedSo()
{
    Figures f = current();
    f.quality = Figures::Outdated;
    f.guess = Figures::Guess{.difference = -0.03, .typicalError = 0.01, .points = 4, .checked = 2};
    const Tradeoff t = tradeoff(digits(), f);
    QCOMPARE(t.points[3].quality.value, -3.0);
    QCOMPARE(t.points[3].quality.low, -4.0);
    QCOMPARE(t.points[3].certainty, TradeoffPoint::Open);
    QVERIFY(describe(t.points[3], t.quality).join('|').contains("guessed"));
    QVERIFY(toCsv(t).contains(",guessed\n"));
}

void TstTradeoffChart::figuresOfTheRecipeBefore_areOld()
{
    Figures f = current();
    f.quality = Figures::Outdated;
    QCOMPARE(tradeoff(digits(), f).points[3].certainty, TradeoffPoint::Old);
    f.quality = Figures::Settled;
    f.sizes = Figures::Outdated; // the point would stand at the size of another recipe
    QCOMPARE(tradeoff(digits(), f).points[3].certainty, TradeoffPoint::Old);
}

void TstTradeoffChart::unknownSize_isLeftOut()
{
    Figures f = current();
    f.bytes = 0;
    QCOMPARE(tradeoff(digits(), f).points.size(), 3);
    QCOMPARE(tradeoff({}, f).points.size(), 0);
}

void TstTradeoffChart::lowChart_leavesTheLowerTitleOut()
{
    const auto shown = [this] {
        const auto axes = m_chart->findChild<PlotView *>()->chart()->axes(Qt::Horizontal);
        return !axes.isEmpty() && axes.first()->isTitleVisible();
    };
    QVERIFY(shown());
    m_chart->resize(520, 110);
    QVERIFY(!shown());
    m_chart->resize(520, 300);
    QVERIFY(shown());
}

void TstTradeoffChart::firmPoint_isFilledAndAnOpenOneHollow()
{
    const QImage image = viewport()->grab().toImage();
    QCOMPARE(image.pixelColor(at(1)), colors().third);
    QCOMPARE(image.pixelColor(at(0)), colors().original);
    QVERIFY(image.pixelColor(at(3) + QPoint(2, 0)) != colors().current);
    Figures f = current();
    f.quality = Figures::Settled;
    m_chart->setTradeoff(tradeoff(digits(), f));
    QCOMPARE(viewport()->grab().toImage().pixelColor(at(3) + QPoint(2, 0)), colors().current);
}

void TstTradeoffChart::hover_tellsNameAndFigures()
{
    QVERIFY(m_chart->hoverText().isEmpty());
    QTest::mouseMove(viewport(), at(1));
    const QString text = m_chart->hoverText().join('|');
    QVERIFY2(text.contains("8 bits") && text.contains("82.9") && text.contains("3.60 MB"), qPrintable(text));
    QTest::mouseMove(viewport(), at(3));
    QVERIFY(m_chart->hoverText().join('|').contains("of 64"));
    QTest::mouseMove(viewport(), QPoint(2, 2));
    QVERIFY(m_chart->hoverText().isEmpty());
}

void TstTradeoffChart::click_selectsAndDoubleClickApplies()
{
    QSignalSpy selected(m_chart.get(), &TradeoffChart::variantSelected);
    QSignalSpy applied(m_chart.get(), &TradeoffChart::variantApplied);
    QTest::mouseClick(viewport(), Qt::LeftButton, {}, at(2));
    QCOMPARE(selected.size(), 1);
    QCOMPARE(m_chart->selected(), 2);
    QCOMPARE(applied.size(), 0);
    QTest::mouseDClick(viewport(), Qt::LeftButton, {}, at(1));
    QCOMPARE(applied.size(), 1);
    QCOMPARE(applied.first().first().toInt(), 1);
}

void TstTradeoffChart::currentPoint_cannotBeChosen()
{
    QSignalSpy selected(m_chart.get(), &TradeoffChart::variantSelected);
    QTest::mouseClick(viewport(), Qt::LeftButton, {}, at(3));
    QCOMPARE(selected.size(), 0);
}

void TstTradeoffChart::arrowKeys_walkBySizeAndEnterApplies()
{
    QSignalSpy applied(m_chart.get(), &TradeoffChart::variantApplied);
    auto *view = m_chart->findChild<PlotView *>();
    QTest::keyClick(view, Qt::Key_Return);
    QCOMPARE(applied.size(), 0); // nothing is selected
    QTest::keyClick(view, Qt::Key_Right);
    QCOMPARE(m_chart->selected(), 2); // the smallest file
    QTest::keyClick(view, Qt::Key_Right);
    QCOMPARE(m_chart->selected(), 1);
    QTest::keyClick(view, Qt::Key_Right);
    QTest::keyClick(view, Qt::Key_Right);
    QCOMPARE(m_chart->selected(), 0); // the largest one, and no further
    QTest::keyClick(view, Qt::Key_Left);
    QTest::keyClick(view, Qt::Key_Return);
    QCOMPARE(applied.size(), 1);
    QCOMPARE(applied.first().first().toInt(), 1);
}

void TstTradeoffChart::logButton_spreadsSmallFiles()
{
    const auto apart = [this] { return m_chart->positionOf(1).x() - m_chart->positionOf(2).x(); };
    const double linear = apart();
    QTest::mouseClick(m_chart->findChild<QToolButton *>(), Qt::LeftButton);
    QVERIFY(m_chart->isLogarithmic());
    QVERIFY(apart() > linear * 1.5);
}

void TstTradeoffChart::names_areCrossedByNothing_data()
{
    QTest::addColumn<int>("variants");
    QTest::addColumn<double>("drop"); // from one to the next
    QTest::addColumn<QSize>("size");
    for (const QSize &size : {QSize(520, 300), QSize(380, 180), QSize(900, 420)}) {
        QTest::addRow("one as good as the baseline, %d wide", size.width()) << 1 << 0.0 << size;
        QTest::addRow("four close to it, %d wide", size.width()) << 4 << 0.002 << size;
        QTest::addRow("twelve, %d wide", size.width()) << 12 << 0.01 << size;
    }
}

void TstTradeoffChart::names_areCrossedByNothing()
{
    QFETCH(int, variants);
    QFETCH(double, drop);
    QFETCH(QSize, size);
    QVector<Variant> all{digits().first()};
    for (int i = 0; i < variants; ++i)
        all << variant(QString("variant %1").arg(i), 13'000'000 - i * 1'000'000, -drop * i, 0.004);
    m_chart->resize(size);
    m_chart->setTradeoff(tradeoff(all, current()));
    QCoreApplication::processEvents();
    const QVector<TagPlace> names = m_chart->namePlaces();
    QCOMPARE(names.size(), all.size() + 1);
    const QVector<QRectF> lines = m_chart->lines();
    QCOMPARE(lines.size(), all.size() + 2); // one for the baseline, one for each interval
    for (int i = 0; i < names.size(); ++i) {
        const QRectF &name = names[i].box;
        if (name.isEmpty())
            continue;
        double ownDistance = distanceTo(name, m_chart->positionOf(i));
        if (i == 0) // the line is the baseline's as well
            ownDistance =
                std::min(ownDistance, distanceTo(name, {name.center().x(), m_chart->positionOf(0).y()}));
        for (const QRectF &line : lines)
            QVERIFY(!name.intersects(line));
        for (int j = 0; j < names.size(); ++j) {
            QVERIFY(i == j || !name.intersects(names[j].box));
            QVERIFY(!name.contains(m_chart->positionOf(j)));
            QVERIFY(ownDistance <= distanceTo(name, m_chart->positionOf(j)));
        }
    }
    QVERIFY(!names.last().box.isEmpty());  // the recipe of the moment chooses first
    QVERIFY(!names.first().box.isEmpty()); // then the baseline
    if (const QString folder = qEnvironmentVariable("LATHE_SCREENS"); !folder.isEmpty())
        m_chart->grab().save(
            QString("%1/tradeoff-%2.png").arg(folder, QString(QTest::currentDataTag()).replace(' ', '-')));
}

void TstTradeoffChart::besideTheCurrentPoint_onlyThatIsNamed_data()
{
    QTest::addColumn<QPointF>("aside"); // of a variant, in pixels from the current point
    QTest::addColumn<bool>("isNamed");
    QTest::newRow("4 px aside and 1 px lower") << QPointF(4, 1) << false;
    QTest::newRow("4 px to the left") << QPointF(-4, 0) << false;
    QTest::newRow("at the same place") << QPointF(0, 0) << false;
    QTest::newRow("9 px aside and 1 px lower") << QPointF(9, 1) << true;
    QTest::newRow("9 px higher") << QPointF(0, -9) << true;
}

void TstTradeoffChart::besideTheCurrentPoint_onlyThatIsNamed()
{
    QFETCH(QPointF, aside);
    QFETCH(bool, isNamed);
    Figures now = variant("", 2'800'000, -0.001, 0.0).figures;
    QVector<Variant> all{digits().first(), variant("far below", 2'000'000, -0.6, 0.0),
                         variant("4 bits group 32", 3'000'000, -0.01, 0.0)};
    m_chart->setTradeoff(tradeoff(all, now));
    const QPointF perUnit = (m_chart->positionOf(1) - m_chart->positionOf(0)); // of what lies between them
    const double bytesPerPixel = -12'000'000 / perUnit.x(), dropPerPixel = 0.6 / perUnit.y();
    all[2] = variant("4 bits group 32", 2'800'000 + std::lround(aside.x() * std::abs(bytesPerPixel)),
                     -0.001 - aside.y() * dropPerPixel, 0.0);
    m_chart->setTradeoff(tradeoff(all, now));
    const QPointF apart = m_chart->positionOf(2) - m_chart->positionOf(3);
    QVERIFY2((apart - aside).manhattanLength() < 1.0,
             qPrintable(QString("%1 %2").arg(apart.x()).arg(apart.y())));
    const QVector<TagPlace> names = m_chart->namePlaces();
    QVERIFY(!names[3].box.isEmpty());
    QCOMPARE(!names[2].box.isEmpty(), isNamed);
    for (int other = 0; other < 3; ++other)
        if (isNamed || other != 2)
            QVERIFY(distanceTo(names[3].box, m_chart->positionOf(3)) <=
                    distanceTo(names[3].box, m_chart->positionOf(other)));
}

/// Of a network that is hardly ever wrong nothing can be better than the baseline by much.
void TstTradeoffChart::highestPoint_hasRoomForItsName()
{
    QVector<Variant> all{digits().first(), variant("rough", 2'000'000, -0.6, 0.0)};
    all[0].figures.top1 = Interval{0.995, 0.99, 1.0};
    for (const QSize &size : {QSize(520, 300), QSize(380, 180)}) {
        m_chart->resize(size);
        m_chart->setTradeoff(tradeoff(all, {}));
        QCoreApplication::processEvents();
        const double top = m_chart->findChild<PlotView *>()->chart()->plotArea().top();
        QVERIFY2(m_chart->positionOf(0).y() - top >= 21.0,
                 qPrintable(QString::number(m_chart->positionOf(0).y() - top)));
    }
}

void TstTradeoffChart::names_areShortenedByWhatTheyShare()
{
    m_chart->setTradeoff(
        tradeoff({digits().first(), variant("squeezenet_all_layers_in_8_bits", 3'600'000, -0.001, 0.0),
                  variant("squeezenet_all_layers_in_4_bits", 2'000'000, -0.02, 0.0)},
                 {}));
    QTemporaryDir folder;
    QCOMPARE(m_chart->saveImageTo(folder.filePath("chart.svg")), QString());
    QFile file(folder.filePath("chart.svg"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QString text = file.readAll();
    QVERIFY(!text.contains("squeezenet_all")); // what both begin with
    QTest::mouseMove(viewport(), at(1));
    QCOMPARE(m_chart->hoverText().first(), QString("squeezenet_all_layers_in_8_bits"));
}

void TstTradeoffChart::accuracies_stayWithinWhatThereIs_data()
{
    QTest::addColumn<double>("difference");
    QTest::addColumn<double>("halfWidth");
    QTest::newRow("all lost, and hardly measured") << -0.8 << 0.5;
    QTest::newRow("a wide interval") << -0.01 << 0.6;
    QTest::newRow("better") << 0.15 << 0.3;
}

void TstTradeoffChart::accuracies_stayWithinWhatThereIs()
{
    QFETCH(double, difference);
    QFETCH(double, halfWidth);
    m_chart->setTradeoff(tradeoff({digits().first(), variant("a", 2'000'000, difference, halfWidth)}, {}));
    auto *axis =
        static_cast<QCategoryAxis *>(m_chart->findChild<PlotView *>()->chart()->axes(Qt::Vertical).first());
    QVERIFY2(axis->min() >= -83.0 - 1e-9, qPrintable(QString::number(axis->min()))); // of 83 %
    // Above what is possible there is room for a name, and no number.
    const double height = m_chart->findChild<PlotView *>()->chart()->plotArea().height();
    QVERIFY2(axis->max() <= 17.0 + 25.0 * (axis->max() - axis->min()) / height,
             qPrintable(QString::number(axis->max())));
    QVERIFY(axis->categoriesLabels().size() >= 2);
    for (const QString &label : axis->categoriesLabels())
        QVERIFY2(QString(label).replace(QChar(0x2212), '-').remove('+').toDouble() <= 17.0,
                 qPrintable(label));
    const QVector<QRectF> lines = m_chart->lines();
    const QRectF area = m_chart->findChild<PlotView *>()->chart()->plotArea();
    for (const QRectF &line : lines)
        QVERIFY(area.adjusted(-9, -9, 9, 9).contains(line));
}

void TstTradeoffChart::qualityAxis_fitsThePoints()
{
    auto *axis =
        static_cast<QCategoryAxis *>(m_chart->findChild<PlotView *>()->chart()->axes(Qt::Vertical).first());
    const QVector<Variant> good = {digits().first(), variant("a", 3'000'000, -0.01, 0.005)};
    QVector<Variant> all = good;
    all << variant("b", 2'000'000, -0.5, 0.01);
    m_chart->setTradeoff(tradeoff(all, {}));
    QVERIFY(axis->min() <= -51.0 && axis->min() >= -62.0);
    m_chart->setTradeoff(tradeoff(good, {})); // the bad one is gone
    QVERIFY2(axis->min() <= -1.5 && axis->min() >= -2.1, qPrintable(QString::number(axis->min())));
    QVERIFY2(axis->max() >= 0.0 && axis->max() <= 0.6, qPrintable(QString::number(axis->max())));
    Figures moving = variant("", 2'500'000, -0.01, 0.0).figures;
    m_chart->setTradeoff(tradeoff(good, moving));
    const double low = axis->min();
    moving.top1Difference = Interval{-0.011, -0.011, -0.011};
    m_chart->setTradeoff(tradeoff(good, moving));
    QCOMPARE(axis->min(), low); // it stands still while a control moves a little
}

void TstTradeoffChart::axisTitles_areWhole_data()
{
    QTest::addColumn<QSize>("size");
    for (const QSize &size : {QSize(240, 120), QSize(380, 180), QSize(900, 420)})
        QTest::addRow("%d wide", size.width()) << size;
}

void TstTradeoffChart::axisTitles_areWhole()
{
    QFETCH(QSize, size);
    m_chart->resize(size);
    QCoreApplication::processEvents();
    const auto titles = m_chart->axisTitles();
    QCOMPARE(titles.size(), 1);
    QCOMPARE(titles.first().text, QString("difference (points)"));
    const QRectF area = m_chart->findChild<PlotView *>()->chart()->plotArea();
    QVERIFY(titles.first().box.bottom() <= area.top());
    QVERIFY(titles.first().box.right() <= viewport()->width());
}

void TstTradeoffChart::arrowKeys_tellOfTheChosenOne()
{
    auto *view = m_chart->findChild<PlotView *>();
    QTest::keyClick(view, Qt::Key_Right);
    QVERIFY(m_chart->hoverText().first().startsWith("4 bits"));
    QVERIFY(view->accessibleDescription().contains("4 bits"));
    QTest::keyClick(view, Qt::Key_End); // the recipe of the moment cannot be chosen, but told of
    QVERIFY(m_chart->hoverText().join('|').contains("of 64"));
}

void TstTradeoffChart::csv_isQuoted()
{
    const QStringList lines = m_chart->csv().split('\n');
    QCOMPARE(lines[0], QString("name,size_bytes,top1_difference_points,low,high,samples,certainty"));
    QCOMPARE(lines[2], QString("\"8 bits\",3600000,-0.1,-0.3,0.1,500,measured"));
    QVERIFY(lines[3].startsWith("\"4 bits, \"\"rough\"\"\",2000000,-2,"));
    QVERIFY(lines[4].endsWith(",64,unfinished"));
}

void TstTradeoffChart::svg_holdsTheNames()
{
    QTemporaryDir folder;
    const QString path = folder.filePath("chart.svg");
    QCOMPARE(m_chart->saveImageTo(path), QString());
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QXmlStreamReader xml(&file);
    QString words;
    while (!xml.atEnd())
        if (xml.readNext() == QXmlStreamReader::Characters)
            words += xml.text();
    QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
    QVERIFY2(words.contains("8 bits") && words.contains("file size"), qPrintable(words));
    QVERIFY(!m_chart->saveImageTo(folder.filePath("no/such/folder.svg")).isEmpty());
    QCOMPARE(m_chart->saveImageTo(folder.filePath("chart.png")), QString());
    QCOMPARE(QImage(folder.filePath("chart.png")).size(), m_chart->size() * 2);
}

void TstTradeoffChart::oddNumbers_areDrawnWithoutHarm_data()
{
    QTest::addColumn<qint64>("bytes");
    QTest::addColumn<double>("difference");
    QTest::newRow("equal") << qint64(14'000'000) << 0.0;
    QTest::newRow("tiny") << qint64(1) << -0.83;
    QTest::newRow("larger and better") << qint64(5'000'000'000) << 0.17;
}

void TstTradeoffChart::oddNumbers_areDrawnWithoutHarm()
{
    QFETCH(qint64, bytes);
    QFETCH(double, difference);
    for (const bool logarithmic : {false, true}) {
        m_chart->setLogarithmic(logarithmic);
        m_chart->setTradeoff(
            tradeoff({digits().first(), variant(QString(300, 'x'), bytes, difference, 0.3)}, {}));
        QVERIFY(!m_chart->grab().isNull());
        QTest::mouseMove(viewport(), at(1));
        QVERIFY(!m_chart->grab().isNull());
    }
}

void TstTradeoffChart::window_movesTheCurrentPointAndKeepsVariants()
{
    MainWindow window;
    window.resize(1280, 800);
    window.show();
    QVERIFY(openSample(window.workbench()));
    auto *chart = window.findChild<TradeoffChart *>();
    QVERIFY(chart && chart->isVisible());
    const QString before = chart->csv();
    window.workbench().editor().applyPreset(presets().first());
    QVERIFY(settle(window.workbench()));
    QTRY_VERIFY(chart->csv() != before);
    window.workbench().variantStore().save("kept");
    QVERIFY(settle(window.workbench()));
    QVERIFY(chart->csv().contains("\"kept\""));
    QCoreApplication::processEvents();

    QTest::keyClick(chart->findChild<PlotView *>(), Qt::Key_Right);
    QCOMPARE(window.findChild<VariantsPanel *>()->selectedVariants(), QVector<int>{1});
    window.findChild<VariantsPanel *>()->selectVariants({0});
    QCOMPARE(chart->selected(), 0);
    QTest::keyClick(chart->findChild<PlotView *>(), Qt::Key_Return); // back to the baseline
    QVERIFY(window.workbench().editor().recipe() == window.workbench().variants()->at(0).recipe);
}

QTEST_MAIN(TstTradeoffChart)
#include "tst_tradeoffchart.moc"
