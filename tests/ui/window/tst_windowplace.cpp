// Where the window and its panels were comes back, on whatever screens there are now.
#include "tests/ui/sample.h"
#include "ui/base/settings.h"
#include "ui/window/dockarea.h"
#include "ui/window/mainwindow.h"
#include "ui/window/windowplace.h"

#include <QDockWidget>
#include <QJsonDocument>
#include <QJsonObject>
#include <QScreen>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstWindowPlace : public QObject {
    Q_OBJECT
private slots:
    void init() { startClean(); }

    void place_isWholeOnAScreen_data();
    void place_isWholeOnAScreen();
    void place_thatFits_stays();
    void window_comesBackOntoTheScreen_data();
    void window_comesBackOntoTheScreen();
    void panels_keepTheirShares_data();
    void panels_keepTheirShares();
    void arrangementOfBefore_isRead();
};

void TstWindowPlace::place_isWholeOnAScreen_data()
{
    QTest::addColumn<QRect>("wanted");
    QTest::addColumn<QVector<QRect>>("screens");
    QTest::addColumn<int>("on");
    const QRect first(0, 0, 1920, 1053), second(1920, 0, 2560, 1440), low(0, 27, 1280, 773);
    QTest::newRow("of a larger screen") << QRect(100, 100, 2400, 1300) << QVector{first} << 0;
    QTest::newRow("of a screen that is gone") << QRect(2500, 200, 1440, 900) << QVector{first} << 0;
    QTest::newRow("on the second") << QRect(1800, 200, 1440, 900) << QVector{first, second} << 1;
    QTest::newRow("above the edge") << QRect(-300, -500, 1440, 900) << QVector{first, second} << 0;
    QTest::newRow("half as many points") << QRect(300, 200, 2300, 1200) << QVector{low} << 0;
    QTest::newRow("hardly anything") << QRect(300, 200, 60, 20) << QVector{first} << 0;
}

void TstWindowPlace::place_isWholeOnAScreen()
{
    QFETCH(QRect, wanted);
    QFETCH(QVector<QRect>, screens);
    QFETCH(int, on);
    const QRect place = fittedPlace(wanted, screens);
    QVERIFY(screens[on].contains(place.marginsAdded({4, 32, 4, 4}))); // with its frame
    QVERIFY(place.width() >= 960 && place.height() >= 640);
}

void TstWindowPlace::place_thatFits_stays()
{
    const QRect place(200, 100, 1440, 900);
    QCOMPARE(fittedPlace(place, {{0, 0, 1920, 1080}}), place);
}

void TstWindowPlace::window_comesBackOntoTheScreen_data()
{
    QTest::addColumn<QRect>("before");
    QTest::newRow("larger than the screen") << QRect(0, 0, 3000, 2000);
    QTest::newRow("beside it") << QRect(-4000, 50, 960, 640);
}

void TstWindowPlace::window_comesBackOntoTheScreen()
{
    QFETCH(QRect, before);
    {
        QWidget window;
        window.setGeometry(before);
        Settings().setBytes("window/geometry", window.saveGeometry());
    }
    MainWindow window;
    const QRect screen = window.screen()->availableGeometry();
    QVERIFY2(screen.contains(window.geometry()), qPrintable(QString("%1 x %2 at %3, %4")
                                                                .arg(window.width())
                                                                .arg(window.height())
                                                                .arg(window.x())
                                                                .arg(window.y())));
}

void TstWindowPlace::panels_keepTheirShares_data()
{
    QTest::addColumn<QSize>("size");
    QTest::newRow("smaller") << QSize(1200, 800); // a narrower one arranges the panels otherwise
    QTest::newRow("scale 2") << QSize(1280, 720);
    QTest::newRow("larger") << QSize(2560, 1440);
}

void TstWindowPlace::panels_keepTheirShares()
{
    QFETCH(QSize, size);
    QByteArray saved;
    QHash<int, QSizeF> before;
    const QVector<DockArea::Panel> panels{DockArea::Layers, DockArea::Weights, DockArea::Settings,
                                          DockArea::Variants};
    const auto shareOf = [](const DockArea &area, DockArea::Panel panel) {
        const QSize own = area.dock(panel)->size();
        return QSizeF(double(own.width()) / area.width(), double(own.height()) / area.height());
    };
    {
        MainWindow window;
        window.resize(1800, 1000);
        window.show();
        QVERIFY(openSample(window.workbench()));
        QTest::qWait(20);
        auto *area = window.findChild<DockArea *>();
        for (const DockArea::Panel panel : panels)
            before.insert(panel, shareOf(*area, panel));
        saved = area->save();
    }
    startClean();
    MainWindow window;
    window.resize(size);
    window.show();
    QVERIFY(openSample(window.workbench()));
    auto *area = window.findChild<DockArea *>();
    QVERIFY(area->restore(saved));
    QTRY_COMPARE(window.size(), size);
    for (const DockArea::Panel panel : panels) {
        QSizeF now;
        const auto isKept = [&] {
            now = shareOf(*area, panel);
            return std::abs(now.width() - before[panel].width()) < 0.12 &&
                   std::abs(now.height() - before[panel].height()) < 0.12;
        };
        QVERIFY2(QTest::qWaitFor(isKept), qPrintable(QString("%1: %2 x %3 instead of %4 x %5")
                                                         .arg(area->dock(panel)->objectName())
                                                         .arg(now.width())
                                                         .arg(now.height())
                                                         .arg(before[panel].width())
                                                         .arg(before[panel].height())));
    }
}

void TstWindowPlace::arrangementOfBefore_isRead()
{
    MainWindow window;
    window.resize(1280, 800);
    window.show();
    QVERIFY(openSample(window.workbench()));
    auto *area = window.findChild<DockArea *>();
    area->dock(DockArea::Spectrum)->hide();
    QJsonObject saved = QJsonDocument::fromJson(area->save()).object();
    saved["tune"] = saved["tune"].toObject()["state"]; // what was written before: the state alone
    area->reset();
    QVERIFY(!area->dock(DockArea::Spectrum)->isHidden());
    QVERIFY(area->restore(QJsonDocument(saved).toJson()));
    QVERIFY(area->dock(DockArea::Spectrum)->isHidden());
}

QTEST_MAIN(TstWindowPlace)
#include "tst_windowplace.moc"
