// Sentences that need no answer: where they are shown, in which order, and when they go.
#include "tests/ui/sample.h"
#include "ui/widgets/infobar.h"
#include "ui/window/dockarea.h"
#include "ui/window/mainwindow.h"
#include "ui/window/nowstrip.h"

#include <QDockWidget>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstNotices : public QObject {
    Q_OBJECT
private slots:
    void init() { startClean(); }

    void several_areShownOneAfterTheOther();
    void sameSentence_isSaidOnce();
    void anotherModel_leavesOnlyLosses();
    void comingAndGoing_movesNothing();
    void longSentence_isWholeInASmallWindow();
    void noData_goesWithTheData();
    void lostSession_isNotTalkedOver();
    void dataThatAreGone_areNotBeingMeasured();
    void refusal_namesNoOptions();

private:
    static InfoBar *barOf(const MainWindow &window) { return window.findChild<InfoBar *>(); }
    static void closeFirst(const MainWindow &window)
    {
        QTest::mouseClick(barOf(window)->findChild<QToolButton *>("infoClose"), Qt::LeftButton);
    }
};

void TstNotices::several_areShownOneAfterTheOther()
{
    MainWindow window;
    window.show();
    QVERIFY(openSample(window.workbench()));
    InfoBar *bar = barOf(window);
    QVERIFY(bar->isHidden());
    bool acted = false;
    bar->add({"first", NoticeKind::Loss});
    bar->add({"second", NoticeKind::OfModel, "Do it", [&] { acted = true; }});
    bar->showText("third");
    QCOMPARE(bar->text(), QString("first"));
    closeFirst(window);
    QCOMPARE(bar->text(), QString("second"));
    QTest::mouseClick(bar->findChild<QPushButton *>(), Qt::LeftButton);
    QVERIFY(acted);
    QCOMPARE(bar->text(), QString("third"));
    closeFirst(window);
    QVERIFY(bar->isHidden());
}

void TstNotices::sameSentence_isSaidOnce()
{
    MainWindow window;
    window.show();
    QVERIFY(openSample(window.workbench()));
    barOf(window)->showText("once");
    barOf(window)->showText("once");
    QCOMPARE(barOf(window)->waiting(), 1);
}

void TstNotices::anotherModel_leavesOnlyLosses()
{
    MainWindow window;
    window.show();
    QVERIFY(openSample(window.workbench()));
    barOf(window)->showText("of this model");
    barOf(window)->add({"was lost", NoticeKind::Loss});
    barOf(window)->add({"can be seen elsewhere", NoticeKind::Passing});
    barOf(window)->changeModel();
    QCOMPARE(barOf(window)->waiting(), 1);
    QCOMPARE(barOf(window)->text(), QString("was lost"));
}

void TstNotices::comingAndGoing_movesNothing()
{
    MainWindow window;
    window.resize(1280, 800);
    window.show();
    QVERIFY(openSample(window.workbench()));
    auto *area = window.findChild<DockArea *>();
    const auto places = [&] {
        QTest::qWait(10);
        QVector<QRect> all{area->geometry(), window.findChild<NowStrip *>()->geometry()};
        for (const QDockWidget *dock : area->findChildren<QDockWidget *>())
            all << dock->geometry();
        return all;
    };
    const QVector<QRect> before = places();
    barOf(window)->showText(QString("A sentence that takes several lines. ").repeated(9));
    QVERIFY(barOf(window)->isVisible());
    QCOMPARE(places(), before);
    // Over the panels, and the figures stay in sight.
    QVERIFY(!barOf(window)->visibleRegion().isEmpty());
    QVERIFY(area->geometry().contains(barOf(window)->geometry()));
    closeFirst(window);
    QCOMPARE(places(), before);
}

void TstNotices::longSentence_isWholeInASmallWindow()
{
    MainWindow window;
    window.resize(960, 640);
    window.show();
    QVERIFY(openSample(window.workbench()));
    barOf(window)->showText(QString("A sentence that takes several lines. ").repeated(9));
    const QLabel *text = nullptr;
    for (const QLabel *label : barOf(window)->findChildren<QLabel *>())
        if (label->text() == barOf(window)->text())
            text = label;
    QVERIFY(text);
    QTRY_VERIFY(text->height() >= text->heightForWidth(text->width()));
    barOf(window)->showText("Another one.");
    for (int words = 14; words < 26; ++words) { // one of them takes a line more once another one waits behind
        closeFirst(window);
        barOf(window)->showText(QString("word ").repeated(words));
        closeFirst(window);
        barOf(window)->showText("Another one.");
        QTRY_VERIFY(text->height() >= text->heightForWidth(text->width()));
    }
    window.resize(1280, 800);
    QTRY_VERIFY(window.findChild<DockArea *>()->geometry().contains(barOf(window)->geometry()));
}

void TstNotices::noData_goesWithTheData()
{
    QTemporaryDir folder;
    const QString model = folder.filePath("elsewhere.onnx");
    QVERIFY(QFile::copy(samplePath(), model));
    MainWindow window;
    window.show();
    QVERIFY(openSample(window.workbench())); // its data are the last ones used
    window.workbench().openModel(model);
    QTRY_VERIFY_WITH_TIMEOUT(window.workbench().modelName() == "elsewhere", patience);
    QVERIFY(settle(window.workbench()));
    QVERIFY(barOf(window)->text().startsWith("No data set yet"));
    DatasetChoice choice;
    choice.reference = QFileInfo(samplePath()).absolutePath();
    window.workbench().setDataset(choice);
    QTRY_VERIFY_WITH_TIMEOUT(window.workbench().data().has_value(), patience);
    QVERIFY(barOf(window)->isHidden());
    QVERIFY(settle(window.workbench()));
}

void TstNotices::lostSession_isNotTalkedOver()
{
    const QString place = SessionKeeper::pathFor(samplePath());
    QVERIFY(QDir().mkpath(QFileInfo(place).path()));
    QFile session(place);
    QVERIFY(session.open(QIODevice::WriteOnly));
    session.write("{\"lathe_project\": 99}");
    session.close();
    MainWindow window;
    window.show();
    QVERIFY(openSample(window.workbench()));
    const QString lost = barOf(window)->text();
    QVERIFY2(lost.contains("newer"), qPrintable(lost));
    emit window.workbench().notice("something else");
    QCOMPARE(barOf(window)->text(), lost);
    closeFirst(window);
    QCOMPARE(barOf(window)->text(), QString("something else"));
}

void TstNotices::dataThatAreGone_areNotBeingMeasured()
{
    QTemporaryDir folder;
    const QString model = folder.filePath("alone.onnx");
    QVERIFY(QFile::copy(samplePath(), model));
    DatasetChoice gone;
    gone.reference = folder.filePath("gone");
    Settings().setDataset(model, gone);
    MainWindow window;
    window.show();
    window.workbench().openModel(model);
    QTRY_VERIFY_WITH_TIMEOUT(window.workbench().hasModel(), patience);
    QVERIFY(settle(window.workbench()));
    QTRY_VERIFY(!barOf(window)->isHidden()); // what became of the data
    const auto note = [&] { return window.workbench().previews().figures().note.text(); };
    QTRY_COMPARE(QString::fromStdString(note()), QString("Choose a data set to measure accuracy."));
    QVERIFY(!window.workbench().previews().figures().failed);
}

void TstNotices::refusal_namesNoOptions()
{
    QTemporaryDir folder;
    const QString model = folder.filePath("alone.onnx");
    QVERIFY(QFile::copy(samplePath(), model));
    MainWindow window;
    window.show();
    window.workbench().openModel(model);
    QTRY_VERIFY_WITH_TIMEOUT(window.workbench().hasModel(), patience);
    QVERIFY(settle(window.workbench()));
    window.workbench().editor().editLayers(
        {0}, [](LayerSettings &s) { s.quantize = QuantizeSettings{.rounding = Rounding::Gptq}; }, "GPTQ",
        false);
    QVERIFY(settle(window.workbench()));
    const Figures &figures = window.workbench().previews().figures();
    QVERIFY(figures.failed);
    const QString note = QString::fromStdString(figures.note.text());
    QVERIFY2(note.contains("choose a data set") && !note.contains("--"), qPrintable(note));
}

QTEST_MAIN(TstNotices)
#include "tst_notices.moc"
