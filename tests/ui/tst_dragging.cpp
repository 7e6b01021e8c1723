// Dragging a control on the largest model while everything else works.
#include "tests/support/graphbuilder.h"
#include "tests/ui/heartbeat.h"
#include "tests/ui/sample.h"
#include "ui/layerpanel.h"
#include "ui/mainwindow.h"
#include "ui/valuecontrol.h"

#include <QElapsedTimer>
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

namespace {

constexpr double longestAllowed = 16.0; // ms, one picture of the screen

struct Drag {
    std::vector<double> beats; ///< ms of processor time, ascending
    int figures = 0;           ///< shown while it lasted
};

/// In a window of its own. Nothing is returned when no slider could be dragged.
std::optional<Drag> dragBits(const QString &model, const QString &layerName, int milliseconds)
{
    const QString data = qEnvironmentVariable("LATHE_TEST_DATA");
    MainWindow window;
    window.resize(1440, 900);
    window.show();
    Workbench &workbench = window.workbench();
    Workbench::OpenOptions options;
    options.dataset = data + "/imagenet-sample";
    workbench.openModel(data + "/models/" + model, options);
    if (!QTest::qWaitFor([&] { return workbench.hasModel() && workbench.data() && workbench.isSettled(); },
                         300000))
        return {};
    const int layer = static_cast<int>(workbench.model().layerIndex(layerName.toStdString()));
    window.findChild<LayerPanel *>()->selectLayers({layer});
    workbench.editLayers(
        {layer}, [](LayerSettings &s) { setBits(s, 8); }, "Bits → 8", false);
    if (!settle(workbench))
        return {};
    MarkSlider *slider = nullptr;
    for (MarkSlider *candidate : window.findChildren<MarkSlider *>())
        if (candidate->isVisible() && candidate->accessibleName() == "Bits")
            slider = candidate;
    if (!slider)
        return {};

    Drag drag;
    QObject::connect(&workbench, &Workbench::figuresChanged, &window,
                     [&] { drag.figures += workbench.figures().quality == Figures::Measuring; });
    const QPoint centre = slider->rect().center();
    QTest::mousePress(slider, Qt::LeftButton, {}, centre);
    Heartbeat heartbeat;
    QElapsedTimer clock;
    clock.start();
    for (int step = 0; clock.elapsed() < milliseconds; ++step) {
        const double phase = 0.5 + 0.45 * std::sin(step / 12.0);
        QTest::mouseMove(slider, {int(phase * slider->width()), centre.y()});
        QTest::qWait(15);
    }
    QTest::mouseRelease(slider, Qt::LeftButton, {}, centre);
    drag.beats = heartbeat.beats();
    std::ranges::sort(drag.beats);
    if (!settle(workbench))
        return {};
    return drag;
}

} // namespace

class TstDragging : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { startClean(); }
    void largestModel_neverBlocksTheGuiThread();
};

void TstDragging::largestModel_neverBlocksTheGuiThread()
{
    LATHE_NEED_TEST_DATA();
    const int seconds = qEnvironmentVariableIntValue("LATHE_DRAG_SECONDS");
#ifdef __SANITIZE_ADDRESS__
    constexpr double allowed = 10.0 * longestAllowed; // everything takes several times as long
#else
    constexpr double allowed = longestAllowed;
#endif
    // What else the machine does costs processor time too, by emptying its caches: it only ever adds, while
    // what the window does is the same in each round.
    double least = std::numeric_limits<double>::infinity();
    for (int round = 0; round < 3 && least > allowed; ++round) {
        startClean();
        const std::optional<Drag> drag =
            dragBits("mobilenetv2.onnx", "conv_50", 1000 * (seconds > 0 ? seconds : 3));
        QVERIFY(drag && !drag->beats.empty());
        const std::vector<double> &beats = drag->beats;
        qInfo("%zu beats; ms of processor time between two: median %.2f, 99 %% below %.2f, longest %.2f; %d "
              "figures shown",
              beats.size(), beats[beats.size() / 2], beats[beats.size() * 99 / 100], beats.back(),
              drag->figures);
        QVERIFY(drag->figures > 0); // they move with the control
        QVERIFY2(beats.back() <= 3.0 * allowed, qPrintable(QString::number(beats.back())));
        least = std::min(least, beats.back());
    }
    QVERIFY2(least <= allowed, qPrintable(QString::number(least)));
}

QTEST_MAIN(TstDragging)
#include "tst_dragging.moc"
