// Dragging a control on the largest model while everything else works.
#include "tests/support/graphbuilder.h"
#include "tests/ui/sample.h"
#include "ui/layers/layerpanel.h"
#include "ui/widgets/valuecontrol.h"
#include "ui/window/mainwindow.h"

#include <QtTest>

#include <cmath>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstDragging : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { startClean(); }
    void largestModel_showsFiguresWhileTheControlMoves();
};

void TstDragging::largestModel_showsFiguresWhileTheControlMoves()
{
    LATHE_NEED_TEST_DATA();
    const QString data = QString::fromStdString(testData());
    constexpr int longPatience = 300000;
    MainWindow window;
    window.resize(1440, 900);
    window.show();
    Workbench &workbench = window.workbench();
    Workbench::OpenOptions options;
    options.dataset = data + "/imagenet-sample";
    workbench.openModel(data + "/models/mobilenetv2.onnx", options);
    QTRY_VERIFY_WITH_TIMEOUT(workbench.hasModel() && workbench.data() && workbench.isSettled(), longPatience);
    const int layer = static_cast<int>(workbench.model().layerIndex("conv_50"));
    window.findChild<LayerPanel *>()->selectLayers({layer});
    workbench.editor().editLayers(
        {layer}, [](LayerSettings &s) { setBits(s, 8); }, "Bits → 8", false);
    QVERIFY(settle(workbench));
    MarkSlider *slider = nullptr;
    for (MarkSlider *candidate : window.findChildren<MarkSlider *>())
        if (candidate->isVisible() && candidate->accessibleName() == "Bits")
            slider = candidate;
    QVERIFY(slider);

    int figures = 0;
    connect(&workbench, &Workbench::figuresChanged, this,
            [&] { figures += workbench.previews().figures().quality == Figures::Measuring; });
    const QPoint centre = slider->rect().center();
    const auto bits = [&] { return workbench.editor().settings().at(size_t(layer)).quantize->bits; };
    QTest::mousePress(slider, Qt::LeftButton, {}, centre);
    int step = 0;
    const auto goesOn = [&] { // until figures moved with the control, however long one takes here
        const double phase = 0.5 + 0.45 * std::sin(step++ / 12.0);
        QTest::mouseMove(slider, {int(phase * slider->width()), centre.y()});
        QTest::qWait(15);
        return step >= 100 && figures >= 3;
    };
    QTRY_VERIFY_WITH_TIMEOUT(goesOn(), longPatience);
    for (const int end : {0, 1}) { // each move is the setting at once, whatever is being measured
        QTest::mouseMove(slider, {end * (slider->width() - 1), centre.y()});
        QCOMPARE(bits(), end == 0 ? 1 : 8);
    }
    QTest::mouseRelease(slider, Qt::LeftButton, {}, centre);
    QVERIFY(settle(workbench));
}

QTEST_MAIN(TstDragging)
#include "tst_dragging.moc"
