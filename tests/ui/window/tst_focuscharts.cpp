// The charts of the selected layers in the window: what is dragged in them, what they say of several layers.
#include "tests/support/graphbuilder.h"
#include "tests/ui/chartpages.h"
#include "tests/ui/sample.h"
#include "ui/charts/histogramchart.h"
#include "ui/charts/plotview.h"
#include "ui/charts/rangechart.h"
#include "ui/charts/sparsitychart.h"
#include "ui/charts/spectrachart.h"
#include "ui/charts/spectrumchart.h"
#include "ui/layers/layerpanel.h"
#include "ui/widgets/panelparts.h"
#include "ui/widgets/valuecontrol.h"
#include "ui/window/mainwindow.h"

#include <QChart>
#include <QLabel>
#include <QSpinBox>
#include <QtTest>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstFocusCharts : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup() { m_window.reset(); }

    void draggedThreshold_prunesLiveInOneStep();
    void draggedThreshold_switchesPruningOn();
    void thresholdLetGoAtZero_switchesPruningOff();
    void keys_pruneToo();
    void patterns_lockTheThreshold();
    void otherMethods_sayWhatTheHandleStandsFor_data();
    void otherMethods_sayWhatTheHandleStandsFor();
    void keptLayer_hasNoHandle();
    void keptLayers_haveNoHandle();
    void severalLayers_areSummed();
    void severalLayers_arePrunedTogether();
    void severalLayers_areFactorizedTogether();
    void severalLayers_haveABoxEach();
    void subject_isWhole_data();
    void subject_isWhole();
    void oneLayerAgain_hasItsOwnCharts();
    void layerWithoutWeights_saysWhy();
    void foldedLayer_isComparedWithWhatItWasAfterFolding();

private:
    void open(const Model &model, const QString &name);
    void select(const QVector<int> &layers);
    Workbench &workbench() { return m_window->workbench(); }
    const LayerSettings &settings(int layer) { return workbench().editor().settings()[size_t(layer)]; }
    template <class T>
    T *find()
    {
        return m_window->findChild<T *>();
    }
    static QWidget *viewport(const QWidget *chart) { return chart->findChild<PlotView *>()->viewport(); }
    static QPoint middle(const QWidget *chart, double x)
    {
        return {qRound(x), viewport(chart)->height() / 2};
    }
    /// Of the handle, by real events. @param away from zero, in pixels
    void dragHandle(int away, bool letGo = true);
    static QString visibleText(const QWidget *widget);
    static qint64 total(const QString &csv, int column);

    std::unique_ptr<MainWindow> m_window;
    QTemporaryDir m_folder;
    int m_layer = -1; ///< fc1
};

void TstFocusCharts::init()
{
    startClean();
    applyTheme(Scheme::Light);
    m_window = std::make_unique<MainWindow>();
    m_window->resize(1440, 900);
    m_window->show();
    QVERIFY(openSample(workbench()));
    m_layer = static_cast<int>(workbench().model().layerIndex("fc1"));
    select({m_layer});
    QTRY_VERIFY(!find<HistogramChart>()->handlePlaces().isEmpty());
}

void TstFocusCharts::open(const Model &model, const QString &name)
{
    const QString path = m_folder.filePath(name + ".onnx");
    model.save(path.toStdString());
    workbench().openModel(path);
    QTRY_VERIFY_WITH_TIMEOUT(workbench().modelName() == name && workbench().isSettled(), patience);
}

void TstFocusCharts::select(const QVector<int> &layers)
{
    find<LayerPanel>()->selectLayers(layers);
    QVERIFY(settle(workbench()));
    QCoreApplication::processEvents();
}

void TstFocusCharts::dragHandle(int away, bool letGo)
{
    auto *chart = find<HistogramChart>();
    const double from = chart->handlePlaces().first();
    QTest::mousePress(viewport(chart), Qt::LeftButton, {}, middle(chart, from));
    for (int part = 1; part <= 4; ++part)
        QTest::mouseMove(viewport(chart), middle(chart, from + away * part / 4.0));
    if (letGo)
        QTest::mouseRelease(viewport(chart), Qt::LeftButton, {}, middle(chart, from + away));
}

QString TstFocusCharts::visibleText(const QWidget *widget)
{
    QStringList texts;
    for (const QLabel *label : widget->findChildren<QLabel *>())
        if (label->isVisibleTo(widget))
            texts << label->text();
    return texts.join('|');
}

qint64 TstFocusCharts::total(const QString &csv, int column)
{
    qint64 sum = 0;
    for (const QString &row : csv.split('\n').mid(1))
        sum += row.split(',').value(column).toLongLong();
    return sum;
}

void TstFocusCharts::draggedThreshold_prunesLiveInOneStep()
{
    workbench().editor().editLayers(
        {m_layer}, [](LayerSettings &s) { s.prune = PruneSettings{.ratio = 0.3}; }, "on", false);
    QVERIFY(settle(workbench()));
    const int steps = workbench().editor().undoStack()->count();
    dragHandle(60, false);
    const double ratio = settings(m_layer).prune->ratio;
    QVERIFY2(ratio > 0.35, qPrintable(QString::number(ratio))); // while it is held
    QVERIFY(workbench().editor().isDragging());
    QTest::mouseRelease(viewport(find<HistogramChart>()), Qt::LeftButton, {},
                        middle(find<HistogramChart>(), find<HistogramChart>()->handlePlaces().first()));
    QCOMPARE(settings(m_layer).prune->ratio, ratio);
    QVERIFY(!workbench().editor().isDragging());
    QCOMPARE(workbench().editor().undoStack()->count(), steps + 1);
    // The inspector moves along, and the line stands where the weights are cut.
    bool shown = false;
    for (ValueControl *control : m_window->findChildren<ValueControl *>())
        shown = shown || (control->isVisible() && std::abs(control->spinBox()->value() - ratio * 100) < 0.05);
    QVERIFY(shown);
    QVERIFY(settle(workbench()));
    const auto threshold = workbench().focus()->view().threshold;
    QVERIFY(threshold.has_value());
    auto *plot = find<HistogramChart>()->findChild<PlotView *>()->chart();
    QTRY_VERIFY(std::abs(find<HistogramChart>()->handlePlaces().first() -
                         plot->mapToPosition({*threshold, 0}).x()) < 0.01);
    workbench().editor().undoStack()->undo();
    QCOMPARE(settings(m_layer).prune->ratio, 0.3);
}

void TstFocusCharts::draggedThreshold_switchesPruningOn()
{
    QVERIFY(!settings(m_layer).prune);
    dragHandle(50);
    QVERIFY(settings(m_layer).prune && settings(m_layer).prune->ratio > 0.1);
    QCOMPARE(settings(m_layer).prune->method, PruneMethod::Magnitude);
    workbench().editor().undoStack()->undo();
    QVERIFY(!settings(m_layer).prune);
}

void TstFocusCharts::thresholdLetGoAtZero_switchesPruningOff()
{
    workbench().editor().editLayers(
        {m_layer},
        [](LayerSettings &s) { s.prune = PruneSettings{.ratio = 0.3, .method = PruneMethod::Random}; }, "on",
        false);
    QVERIFY(settle(workbench()));
    auto *chart = find<HistogramChart>();
    const QRectF area = chart->findChild<PlotView *>()->chart()->plotArea();
    const double zero = chart->findChild<PlotView *>()->chart()->mapToPosition({0.0, 0.0}).x();
    QVERIFY(area.contains(QPointF(zero, area.center().y())));
    dragHandle(int(zero - chart->handlePlaces().first()), false);
    QVERIFY(settings(m_layer).prune); // what else is chosen is not forgotten on the way
    QCOMPARE(settings(m_layer).prune->method, PruneMethod::Random);
    QTest::mouseRelease(viewport(chart), Qt::LeftButton, {}, middle(chart, zero));
    QVERIFY(!settings(m_layer).prune);
}

void TstFocusCharts::keys_pruneToo()
{
    auto *view = find<HistogramChart>()->findChild<PlotView *>();
    QTest::keyClick(view, Qt::Key_PageUp);
    QTest::keyClick(view, Qt::Key_Right);
    QCOMPARE(settings(m_layer).prune->ratio, 0.11);
    QVERIFY(view->accessibleDescription().contains("11"));
}

void TstFocusCharts::patterns_lockTheThreshold()
{
    workbench().editor().editLayers(
        {m_layer},
        [](LayerSettings &s) {
            s.prune = PruneSettings{.ratio = 0.5, .pattern = {PrunePattern::Kind::NofM, 2, 4}};
        },
        "2:4", false);
    QVERIFY(settle(workbench()));
    auto *chart = find<HistogramChart>();
    QVERIFY(chart->handlePlaces().isEmpty());
    QVERIFY(chart->findChild<PlotView *>()->toolTip().startsWith("2:4"));
}

void TstFocusCharts::otherMethods_sayWhatTheHandleStandsFor_data()
{
    QTest::addColumn<PruneSettings>("prune");
    QTest::addColumn<QString>("expected");
    QTest::newRow("magnitude") << PruneSettings{.ratio = 0.5} << "";
    QTest::newRow("random") << PruneSettings{.ratio = 0.5, .method = PruneMethod::Random} << "Random";
    QTest::newRow("blocks") << PruneSettings{.ratio = 0.5, .pattern = {PrunePattern::Kind::Block, 4, 1}}
                            << "4×1";
    QTest::newRow("over all") << PruneSettings{.ratio = 0.5, .scope = PruneScope::Global} << "all layers";
}

void TstFocusCharts::otherMethods_sayWhatTheHandleStandsFor()
{
    QFETCH(PruneSettings, prune);
    QFETCH(QString, expected);
    workbench().editor().editLayers(
        {m_layer}, [&](LayerSettings &s) { s.prune = prune; }, "on", false);
    QVERIFY(settle(workbench()));
    auto *chart = find<HistogramChart>();
    QCOMPARE(chart->pruning().instead.isEmpty(), expected.isEmpty());
    QVERIFY2(chart->pruning().instead.contains(expected), qPrintable(chart->pruning().instead));
    QCOMPARE(chart->pruning().ratio, std::optional(0.5));
    dragHandle(30);
    QVERIFY(settings(m_layer).prune->ratio > 0.5);
    QCOMPARE(settings(m_layer).prune->method, prune.method);
    QCOMPARE(settings(m_layer).prune->pattern, prune.pattern);
}

void TstFocusCharts::keptLayer_hasNoHandle()
{
    workbench().editor().setKept({m_layer}, true);
    QVERIFY(settle(workbench()));
    QVERIFY(settings(m_layer).keep);
    QVERIFY(find<HistogramChart>()->handlePlaces().isEmpty());
    auto *spectrum = find<SpectrumChart>()->findChild<PlotView *>();
    for (const PlotView *view : {find<HistogramChart>()->findChild<PlotView *>(), spectrum})
        QVERIFY2(view->toolTip().contains("kept"), qPrintable(view->toolTip()));
    QTest::keyClick(spectrum, Qt::Key_Home);
    QVERIFY(!find<SpectrumChart>()->rank());
    workbench().editor().setKept({m_layer}, false);
    QVERIFY(settle(workbench()));
    QVERIFY(!find<HistogramChart>()->handlePlaces().isEmpty());
    QVERIFY(spectrum->toolTip().startsWith("Drag"));
}

void TstFocusCharts::keptLayers_haveNoHandle()
{
    workbench().focus()->setLayers({0, 1});
    QVERIFY(settle(workbench()));
    QVERIFY(!find<HistogramChart>()->handlePlaces().isEmpty());
    workbench().editor().setKept({0, 1}, true);
    QVERIFY(settle(workbench()));
    QVERIFY(find<HistogramChart>()->handlePlaces().isEmpty());
    auto *spectra = find<SpectraChart>()->findChild<PlotView *>();
    QTest::keyClick(spectra, Qt::Key_Left);
    QVERIFY(!settings(0).rank && !settings(1).rank);
}

void TstFocusCharts::severalLayers_areSummed()
{
    auto *chart = find<HistogramChart>();
    const std::vector<Layer> &layers = workbench().model().layers();
    select({0, 1, m_layer});
    QTRY_COMPARE(total(chart->csv(), 2),
                 layers[0].parameters + layers[1].parameters + layers[size_t(m_layer)].parameters);
    QVERIFY2(visibleText(chart).contains("3 layers"), qPrintable(visibleText(chart)));
    QCOMPARE(total(chart->csv(), 3), 0); // nothing is compressed
    workbench().editor().editLayers(
        {m_layer}, [](LayerSettings &s) { s.prune = PruneSettings{.ratio = 0.9}; }, "on", false);
    QVERIFY(settle(workbench()));
    QTRY_COMPARE(total(chart->csv(), 3), total(chart->csv(), 2));
    QVERIFY(chart->csv().split('\n').size() > 250);
    QTest::keyClick(chart->findChild<PlotView *>(), Qt::Key_Home, Qt::ControlModifier);
    QCOMPARE(chart->hoverText().size(), 3);
}

void TstFocusCharts::severalLayers_arePrunedTogether()
{
    select({0, 1, m_layer});
    auto *chart = find<HistogramChart>();
    QTRY_VERIFY(!chart->handlePlaces().isEmpty());
    const int steps = workbench().editor().undoStack()->count();
    dragHandle(40);
    const double ratio = settings(m_layer).prune->ratio;
    QVERIFY(ratio > 0.0);
    QCOMPARE(settings(0).prune->ratio, ratio);
    QCOMPARE(settings(1).prune->ratio, ratio);
    QVERIFY(!settings(2).prune);
    QCOMPARE(workbench().editor().undoStack()->count(), steps + 1);
    QVERIFY(workbench().editor().undoStack()->undoText().contains("3 layers"));
    QVERIFY(settle(workbench()));
    workbench().editor().undoStack()->undo();
    QVERIFY(!settings(0).prune && !settings(1).prune && !settings(m_layer).prune);
}

void TstFocusCharts::severalLayers_areFactorizedTogether()
{
    select({1, 2, m_layer});
    auto *chart = find<SpectraChart>();
    QTRY_COMPARE(chart->layers(), 3);
    QVERIFY(chart->isVisible() && !find<SpectrumChart>()->isVisible());
    QVERIFY2(visibleText(chart).contains("3 layers"), qPrintable(visibleText(chart)));
    QTest::keyClick(chart->findChild<PlotView *>(), Qt::Key_End); // break-even
    QTest::keyClick(chart->findChild<PlotView *>(), Qt::Key_PageDown);
    for (const int layer : {1, 2, m_layer}) {
        QVERIFY(settings(layer).rank.has_value());
        QCOMPARE(settings(layer).rank->unit, RankSettings::Unit::ShareOfBreakEven);
        QCOMPARE(settings(layer).rank->value, 0.9);
    }
    QCOMPARE(chart->share(), std::optional(0.9));
    QVERIFY(chart->csv().contains("\"fc1\",1,"));
}

void TstFocusCharts::severalLayers_haveABoxEach()
{
    auto *ranges = find<RangeChart>();
    auto *sparsity = find<SparsityChart>();
    auto *pages = static_cast<ChartPages *>(ranges->parentWidget()->parentWidget());
    select({0, m_layer});
    choosePage(*pages, 1);
    QTRY_COMPARE(ranges->csv().split('\n').size(), 4); // header, two layers, end
    QVERIFY(ranges->csv().contains("\"fc1\","));
    workbench().editor().editLayers(
        {0, m_layer}, [](LayerSettings &s) { s.prune = PruneSettings{.ratio = 0.5}; }, "on", false);
    QTRY_VERIFY(ranges->csv().contains("compressed_minimum"));
    choosePage(*pages, 2);
    QTRY_VERIFY(sparsity->csv().contains("element,0,0.5"));
    QTRY_VERIFY(visibleText(sparsity).contains("2 layers"));
}

void TstFocusCharts::subject_isWhole_data()
{
    QTest::addColumn<QSize>("size");
    for (const QSize &size : {QSize(960, 640), QSize(1280, 800), QSize(1440, 900)})
        QTest::addRow("%d wide", size.width()) << size;
}

/// Whom a chart is of is said in the table's words, and before what its colours mean.
void TstFocusCharts::subject_isWhole()
{
    QFETCH(QSize, size);
    GraphBuilder b;
    b.input("x", {1, 4}).output("y");
    std::string last = "x";
    for (int i = 0; i < 12; ++i) {
        const std::string number = std::to_string(i), to = i == 11 ? "y" : "h" + number;
        b.random("w" + number, {4, 4});
        b.node("MatMul", {last, "w" + number}, {to}, {}, "squeezenet0_fire" + number + "_matmul_fwd");
        last = to;
    }
    open(b.build(), "deep");
    m_window->resize(size);
    for (const QVector<int> &layers : {QVector<int>{3}, QVector<int>{0, 1, 2, 3, 4}}) {
        select(layers);
        auto *pages = static_cast<ChartPages *>(find<RangeChart>()->parentWidget()->parentWidget());
        for (const int page : {0, 1, 2}) {
            pages->setCurrent(page);
            const QString wanted = layers.size() == 1 ? "fire3" : "5 layers";
            const auto isSeen = [&] {
                for (const ElidedLabel *label : pages->findChildren<ElidedLabel *>())
                    if (label->isVisible() && label->text().contains(wanted) &&
                        label->width() >= label->fontMetrics().horizontalAdvance(label->text()) &&
                        (layers.size() > 1 || label->toolTip() == "squeezenet0_fire3_matmul_fwd"))
                        return true;
                return false;
            };
            QTRY_VERIFY2(isSeen(), qPrintable(QString("%1: %2").arg(page).arg(visibleText(pages))));
        }
        pages->setCurrent(0);
    }
}

void TstFocusCharts::oneLayerAgain_hasItsOwnCharts()
{
    select({0, m_layer});
    select({m_layer});
    QTRY_VERIFY(find<SpectrumChart>()->isVisible());
    QCOMPARE(total(find<HistogramChart>()->csv(), 2),
             workbench().model().layers()[size_t(m_layer)].parameters);
    QVERIFY(visibleText(find<HistogramChart>()).contains("fc1"));
}

void TstFocusCharts::layerWithoutWeights_saysWhy()
{
    Tensor codes = makeTensor(ElementType::Int8, {4, 3});
    for (size_t i = 0; i < 12; ++i)
        codes.as<int8_t>()[i] = int8_t(i);
    GraphBuilder graph;
    graph.input("x", {1, 4}, ElementType::UInt8)
        .output("y", {1, 3}, ElementType::Int32)
        .constant("w", codes)
        .node("MatMulInteger", {"x", "w"}, {"y"}, {}, "held");
    open(graph.build(), "integers");
    select({0});
    for (const QWidget *chart :
         {static_cast<QWidget *>(find<HistogramChart>()), static_cast<QWidget *>(find<SpectrumChart>())}) {
        QTRY_VERIFY2(visibleText(chart).contains("There are no weights of held to show"),
                     qPrintable(visibleText(chart)));
        QVERIFY2(visibleText(chart).contains("int8"), qPrintable(visibleText(chart)));
    }
}

void TstFocusCharts::foldedLayer_isComparedWithWhatItWasAfterFolding()
{
    Tensor variance = randomTensor({14}, 4);
    for (float &value : variance.as<float>())
        value = value * value + 0.3F;
    GraphBuilder graph;
    graph.input("x", {1, 12, 8, 8})
        .output("y", {1, 14, 6, 6})
        .random("w1", {14, 12, 3, 3}, 0.2F)
        .random("gain", {14})
        .random("shift", {14})
        .random("mean", {14})
        .constant("variance", variance)
        .node("Conv", {"x", "w1"}, {"c"}, {}, "middle")
        .node("BatchNormalization", {"c", "gain", "shift", "mean", "variance"}, {"y"});
    open(graph.build(), "normalized");
    select({0});
    auto *chart = find<HistogramChart>();
    const QString plain = chart->csv();
    workbench().editor().editLayers(
        {0},
        [](LayerSettings &s) {
            s.fold = FoldSettings();
            setBits(s, 8);
        },
        "fold", false);
    QVERIFY(settle(workbench()));
    const auto &compressed = workbench().previews().preview().compressed;
    QVERIFY(compressed->isRewritten());
    const Matrix folded = compressed->source.weight(0);
    const Histogram expected = histogram({folded.data(), size_t(folded.size())}, 256);
    QTRY_VERIFY(chart->csv() != plain);
    QTRY_VERIFY(std::abs(chart->csv().split('\n').value(1).split(',').value(0).toDouble() - expected.low) <
                1e-6);
    QVERIFY(settle(workbench()));
    // Rounding may take the ends beyond the range of the original.
    QTRY_VERIFY(total(chart->csv(), 3) >= total(chart->csv(), 2) - 2);
    QVERIFY2(visibleText(chart).contains("folded"), qPrintable(visibleText(chart)));
    workbench().editor().undoStack()->undo();
    QVERIFY(settle(workbench()));
    QTRY_COMPARE(chart->csv().split('\n').value(1).split(',').value(0),
                 plain.split('\n').value(1).split(',').value(0));
}

QTEST_MAIN(TstFocusCharts)
#include "tst_focuscharts.moc"
