// Sentences that need no answer: where they are shown, in which order, and when they go.
#include "tests/ui/sample.h"
#include "ui/variants/variantspanel.h"
#include "ui/widgets/elidednote.h"
#include "ui/widgets/infobar.h"
#include "ui/window/dockarea.h"
#include "ui/window/mainwindow.h"
#include "ui/window/nowstrip.h"

#include <QDockWidget>
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
    void whatIsSaid_coversNothing_data();
    void whatIsSaid_coversNothing();
    void longSentence_isWholeInASmallWindow();
    void deletedVariants_canBeBroughtBack();
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
    QTest::mouseClick(bar->findChild<QToolButton *>("infoAction"), Qt::LeftButton);
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
    QVERIFY(!barOf(window)->visibleRegion().isEmpty());
    closeFirst(window);
    QCOMPARE(places(), before);
    // Nor does what waits behind one move what can be done about it.
    barOf(window)->add({"first", NoticeKind::Loss, "Do it", [] {}});
    const auto *button = barOf(window)->findChild<QToolButton *>("infoAction");
    QTest::qWait(10);
    const QRect place = button->geometry();
    barOf(window)->showText("second");
    QTest::qWait(10);
    QCOMPARE(button->geometry(), place);
    QCOMPARE(places(), before);
}

void TstNotices::whatIsSaid_coversNothing_data()
{
    QTest::addColumn<QSize>("size");
    for (const QSize &size : {QSize(960, 640), QSize(1280, 800), QSize(1440, 900)})
        QTest::addRow("%d wide", size.width()) << size;
}

/// Whatever panels are open: no part of the window lies under the line or over it.
void TstNotices::whatIsSaid_coversNothing()
{
    QFETCH(QSize, size);
    MainWindow window;
    window.resize(size);
    window.show();
    QVERIFY(openSample(window.workbench()));
    InfoBar *bar = barOf(window);
    bar->add(
        {QString("A sentence that takes several lines. ").repeated(9), NoticeKind::OfModel, "Do it", [] {}});
    bar->showText("Another one.");
    for (const Perspective perspective : {Perspective::Inspect, Perspective::Tune, Perspective::Compare}) {
        window.findChild<DockArea *>()->setPerspective(perspective);
        QTest::qWait(50);
        QCOMPARE(window.size(), size);
        const QRect said(bar->mapTo(&window, QPoint()), bar->size());
        QVERIFY(window.rect().contains(said));
        int seen = 0;
        for (const QWidget *part : window.findChildren<QWidget *>()) {
            if (!part->isVisible() || part->isWindow() || part == bar || bar->isAncestorOf(part) ||
                part->isAncestorOf(bar) || part->visibleRegion().isEmpty())
                continue;
            ++seen;
            const QRect place(part->mapTo(&window, QPoint()), part->size());
            const QRect shown = part->visibleRegion().boundingRect().translated(place.topLeft());
            QVERIFY2(!shown.intersects(said),
                     qPrintable(QString("%1 %2").arg(part->metaObject()->className(), part->objectName())));
        }
        QVERIFY(seen > 50);
        for (const QToolButton *button : bar->findChildren<QToolButton *>())
            QVERIFY(said.contains(QRect(button->mapTo(&window, QPoint()), button->size())));
    }
}

void TstNotices::longSentence_isWholeInASmallWindow()
{
    MainWindow window;
    window.resize(960, 640);
    window.show();
    QVERIFY(openSample(window.workbench()));
    auto *text = barOf(window)->findChild<ElidedNote *>();
    const QString longest = "Compressing has cost accuracy. Recover wins part of it back by fitting the "
                            "compressed layers to what "
                            "the original says on 42 unlabelled images, which takes about 40 s.";
    barOf(window)->add({longest, NoticeKind::OfModel, "Show how…", [] {}});
    barOf(window)->showText("Another one.");
    QTRY_COMPARE(text->lines().join(' '), longest);
    // Of what is longer still the rest is told by the tool tip, and the end is marked.
    closeFirst(window);
    closeFirst(window);
    barOf(window)->showText(longest.repeated(4));
    QTRY_VERIFY(text->lines().join(' ').endsWith(QChar(0x2026)));
    QCOMPARE(text->toolTip(), longest.repeated(4));
    QCOMPARE(barOf(window)->text(), longest.repeated(4));
}

void TstNotices::deletedVariants_canBeBroughtBack()
{
    MainWindow window;
    window.show();
    QVERIFY(openSample(window.workbench()));
    VariantStore &store = window.workbench().variantStore();
    for (const char *name : {"first", "second", "third"})
        store.save(name);
    VariantModel &model = *store.model();
    model.setData(model.index(2, VariantModel::Name), "why", VariantModel::NoteRole);
    const QVector<Variant> before = model.variants();
    auto *panel = window.findChild<VariantsPanel *>();
    emit panel->deleteRequested({3, 2});
    QCOMPARE(model.variants().size(), 2);
    QCOMPARE(barOf(window)->text(), QString("2 variants are deleted."));
    QTest::mouseClick(barOf(window)->findChild<QToolButton *>("infoAction"), Qt::LeftButton);
    QCOMPARE(model.variants().size(), before.size());
    for (qsizetype row = 0; row < before.size(); ++row)
        QCOMPARE(model.at(int(row)).id, before[row].id);
    QCOMPARE(model.at(2).note, QString("why"));
    QCOMPARE(panel->selectedVariants(), (QVector<int>{2, 3}));
    QVERIFY(barOf(window)->text().isEmpty());
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
