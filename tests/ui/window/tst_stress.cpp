// Random work in the window: nothing crashes, nothing grows, and the last figure is that of a fresh
// measurement.
#include "tests/support/residentbytes.h"
#include "tests/ui/sample.h"
#include "ui/layers/layerpanel.h"
#include "ui/window/mainwindow.h"

#include <QTemporaryDir>
#include <QtTest>

#include <random>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstStress : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { startClean(); }
    void randomWork_endsInTheFigureOfAFreshMeasurement();

private:
    void act(MainWindow &window, unsigned action);
    int pick(int count) { return static_cast<int>(m_random() % static_cast<unsigned>(count)); }
    LayerSettings randomSettings();

    std::mt19937 m_random{7};
    QTemporaryDir m_folder;
};

LayerSettings TstStress::randomSettings()
{
    LayerSettings settings;
    switch (pick(5)) {
    case 0:
        setBits(settings, 1 + pick(8));
        break;
    case 1:
        settings.prune = PruneSettings{0.1 * (1 + pick(9))};
        break;
    case 2:
        settings.cluster = ClusterSettings{2 << pick(6)};
        break;
    case 3:
        settings.rank = RankSettings{RankSettings::Unit::ShareOfBreakEven, 0.1 * (1 + pick(9))};
        break;
    default:
        break;
    }
    return settings;
}

void TstStress::act(MainWindow &window, unsigned action)
{
    Workbench &workbench = window.workbench();
    const int layers = static_cast<int>(workbench.model().layers().size());
    const QVector<int> some =
        pick(3) == 0 ? QVector<int>{pick(layers), pick(layers)} : QVector<int>{pick(layers)};
    switch (action % 9) {
    case 0:
        window.findChild<LayerPanel *>()->selectLayers(some);
        break;
    case 1:
        workbench.editor().undoStack()->undo();
        break;
    case 2:
        workbench.editor().undoStack()->redo();
        break;
    case 3:
        workbench.editor().openRecipe(m_folder.filePath(QString("%1.json").arg(pick(3))));
        break;
    case 4:
        workbench.saveRecipe(m_folder.filePath(QString("%1.json").arg(pick(3))));
        break;
    case 5:
        workbench.cancel();
        break;
    case 6:
        workbench.measureAgain();
        break;
    default: {
        const LayerSettings settings = randomSettings();
        const bool dragging = pick(2) == 0;
        workbench.editor().editLayers(
            some, [&settings](LayerSettings &s) { s = settings; }, "Edit", dragging);
        break;
    }
    }
}

/// A variant of the recipe of the moment was measured: its figures are the recipe's.
static bool isKept(Workbench &workbench)
{
    return std::ranges::any_of(workbench.variants()->variants(), [&](const Variant &variant) {
        return !variant.isBaseline() && variant.recipe == workbench.editor().recipe() &&
               variant.figures.top1->value == workbench.previews().figures().top1->value;
    });
}

void TstStress::randomWork_endsInTheFigureOfAFreshMeasurement()
{
    const int actions = std::max(200, qEnvironmentVariableIntValue("LATHE_STRESS_ACTIONS"));
    MainWindow window;
    window.show();
    Workbench &workbench = window.workbench();
    QVERIFY(openSample(workbench));
    for (int i = 0; i < 3; ++i)
        QVERIFY(workbench.saveRecipe(m_folder.filePath(QString("%1.json").arg(i))));
    connect(&workbench, &Workbench::figuresChanged, this, [&] {
        const Figures::Standing state = workbench.previews().figures().quality;
        if (state == Figures::Settled || state == Figures::Measuring)
            QVERIFY(workbench.previews().isCurrent() || isKept(workbench)); // never an older recipe's figure
    });
    qint64 warm = 0;
    for (int i = 0; i < actions; ++i) {
        act(window, m_random());
        QTest::qWait(pick(25));
        if (i == actions / 2)
            warm = residentBytes();
    }
    const qint64 grown = residentBytes() - warm;
    workbench.editor().editLayers(
        {3}, [](LayerSettings &s) { setBits(s, 2); }, "Bits", false);
    QVERIFY(settle(workbench));
    workbench.measureAgain();
    QVERIFY(settle(workbench));
    qInfo("grown by %.1f MB in the second half of %d actions", double(grown) / 1e6, actions);

    Compressor fresh(Model::load(samplePath().toStdString()));
    const BuiltModel built = buildModel(fresh.compress(workbench.editor().recipe()), Storage::Dense);
    const LoadedData &data = *workbench.data();
    const PreviewState state = measureVariant(built.model, *data.samples, *data.baseline);
    QCOMPARE(workbench.previews().figures().quality, Figures::Settled);
    QCOMPARE(workbench.previews().figures().samplesDone, workbench.previews().figures().samplesTotal);
    QCOMPARE(workbench.previews().figures().top1->value, state.metrics.top1->value);
#ifndef __SANITIZE_ADDRESS__ // which keeps what is freed for a while
    QVERIFY2(grown < 200'000'000, qPrintable(QString::number(grown)));
#endif
}

QTEST_MAIN(TstStress)
#include "tst_stress.moc"
