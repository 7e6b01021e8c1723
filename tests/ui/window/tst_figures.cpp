#include "tests/ui/sample.h"
#include "ui/base/figuretext.h"
#include "ui/base/format.h"
#include "ui/charts/tradeoffchart.h"
#include "ui/compare/compareview.h"
#include "ui/export/exportdialog.h"
#include "ui/graph/graphlegend.h"
#include "ui/graph/graphpanel.h"
#include "ui/inspector/inspector.h"
#include "ui/layers/layerpanel.h"
#include "ui/layers/layertablemodel.h"
#include "ui/session/projectkeeper.h"
#include "ui/style/theme.h"
#include "ui/variants/variantsamples.h"
#include "ui/widgets/figurelabel.h"
#include "ui/window/mainactions.h"
#include "ui/window/mainwindow.h"
#include "ui/window/nowstrip.h"

#include <QLabel>
#include <QTableWidget>
#include <QTemporaryDir>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

/// A figure is the same wherever it stands, and grey wherever it is of the recipe before.
class TstFigures : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();

    void whileMeasuring_everyViewShowsTheSame_data();
    void whileMeasuring_everyViewShowsTheSame();
    void afterSettling_everyViewShowsTheSame();
    void comparedVariants_followTheirMeasurement();
    void undo_bringsBackTheFiguresOfTheVariant();
    void session_bringsBackTheSameFigures();
    void project_bringsBackTheSameFigures();
    void otherData_areOtherFigures();
    void variantSavedAtOnce_hasNothingOfTheRecipeBefore();
    void edit_greysAllThatFollowsFromTheRecipe();
    void sizes_comeBeforeAccuracy();
    void huffman_countsUntouchedLayers();
    void report_saysWhatTheStripSays();
    void untouchedModel_hasOneSize();
    void latency_isNoFasterThanItVaries();

private:
    using Texts = QMap<QString, QString>;
    static Texts ofStrip(const MainWindow &window);
    static Texts ofVariant(MainWindow &window, int row);
    static Texts ofNow(MainWindow &window, int row);
    static QString unlike(MainWindow &window, int row); ///< a view that shows something else; empty: none
    static QStringList chartLine(const QString &csv, const QString &name);
    static bool open(MainWindow &window);
    static QVector<FigureInk> inks(const MainWindow &window);
};

void TstFigures::initTestCase()
{
    qRegisterMetaType<lathe::Error>("lathe::Error");
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    applyTheme(Scheme::Light);
}

void TstFigures::init()
{
    startClean();
}

bool TstFigures::open(MainWindow &window)
{
    window.resize(1440, 900);
    window.show();
    return openSample(window.workbench());
}

static const QMap<Figure, VariantModel::Column> columns{
    {Figure::Accuracy, VariantModel::Top1},       {Figure::Difference, VariantModel::Difference},
    {Figure::Agreement, VariantModel::Agreement}, {Figure::Size, VariantModel::Size},
    {Figure::Ratio, VariantModel::Ratio},         {Figure::Macs, VariantModel::Macs}};

TstFigures::Texts TstFigures::ofStrip(const MainWindow &window)
{
    Texts texts;
    const auto *strip = window.findChild<NowStrip *>();
    for (auto figure = columns.begin(); figure != columns.end(); ++figure)
        texts.insert(QString::number(int(figure.key())), strip->currentText(figure.key()));
    return texts;
}

TstFigures::Texts TstFigures::ofVariant(MainWindow &window, int row)
{
    Texts texts;
    const VariantModel &model = *window.workbench().variants();
    for (auto figure = columns.begin(); figure != columns.end(); ++figure)
        texts.insert(QString::number(int(figure.key())), model.index(row, figure.value()).data().toString());
    return texts;
}

/// What the table is to show of the figures of the moment, which stand among those of other samples.
TstFigures::Texts TstFigures::ofNow(MainWindow &window, int row)
{
    Texts texts;
    QVector<Variant> variants = window.workbench().variants()->variants();
    variants[row].figures = window.workbench().previews().figures();
    for (auto figure = columns.begin(); figure != columns.end(); ++figure)
        texts.insert(QString::number(int(figure.key())), figureAmong(variants, row, figure.key()).whole());
    return texts;
}

QStringList TstFigures::chartLine(const QString &csv, const QString &name)
{
    for (const QString &line : csv.split('\n'))
        if (line.startsWith('"' + name + "\","))
            return line.split(',');
    return {};
}

/// Looks at the strip, the table of the variants and the chart, where variant `row` is of the recipe.
QString TstFigures::unlike(MainWindow &window, int row)
{
    Workbench &workbench = window.workbench();
    const Figures &now = workbench.previews().figures();
    const Figures &kept = workbench.variants()->at(row).figures;
    if (ofNow(window, row) != ofVariant(window, row))
        return "table: " + ofVariant(window, row).values().join(" | ") +
               " now: " + ofNow(window, row).values().join(" | ");
    for (auto figure = columns.begin(); figure != columns.end(); ++figure)
        if (ofStrip(window)[QString::number(int(figure.key()))] != figureText(figure.key(), now).whole())
            return "strip: " + ofStrip(window).values().join(" | ");
    if (kept.top1Difference->low != now.top1Difference->low || kept.agreement->low != now.agreement->low)
        return "interval";
    const Tradeoff shown = tradeoff(workbench.variants()->variants(), now);
    const TradeoffPoint &current = shown.points.last();
    for (const TradeoffPoint &point : {current, shown.points.at(row)}) {
        if (point.quality.value != 100.0 * now.top1Difference->value ||
            point.quality.low != 100.0 * now.top1Difference->low ||
            point.quality.high != 100.0 * now.top1Difference->high || point.figures.bytes != now.bytes)
            return "chart: " + point.name;
        const QString told = describe(point, shown.quality).join('\n');
        for (const Figure figure : {Figure::Accuracy, Figure::Difference, Figure::Size, Figure::Ratio})
            if (!told.contains(figureText(figure, now).text))
                return "hover: " + told;
    }
    return {};
}

void TstFigures::whileMeasuring_everyViewShowsTheSame_data()
{
    QTest::addColumn<QString>("preset");
    QTest::newRow("plain") << "4-bit group 32";
    QTest::newRow("calibrated on one half, measured on the other") << "4-bit group 32, GPTQ";
}

void TstFigures::whileMeasuring_everyViewShowsTheSame()
{
    QFETCH(QString, preset);
    MainWindow window;
    QVERIFY(open(window));
    Workbench &workbench = window.workbench();
    workbench.editor().applyPreset(presetNamed(preset));
    const int row = workbench.variantStore().save("kept");
    int looks = 0;
    QStringList faults;
    connect(&workbench, &Workbench::figuresChanged, this, [&] { // after the views
        if (!Figures::isCurrent(workbench.previews().figures().quality))
            return;
        ++looks;
        const QString fault = unlike(window, row);
        if (!fault.isEmpty())
            faults << fault;
    });
    QVERIFY(settle(workbench));
    QVERIFY2(faults.isEmpty(), qPrintable(faults.join('\n')));
    QVERIFY(looks >= 2);
}

void TstFigures::afterSettling_everyViewShowsTheSame()
{
    MainWindow window;
    QVERIFY(open(window));
    Workbench &workbench = window.workbench();
    workbench.editor().applyPreset(presetNamed("4-bit group 32"));
    const int row = workbench.variantStore().save("kept");
    QVERIFY(settle(workbench));
    const Figures &now = workbench.previews().figures();
    QCOMPARE(now.samplesDone, now.samplesTotal); // what is kept is kept exactly
    QCOMPARE(unlike(window, row), QString());
    QVERIFY(now.latencyRange && now.baselineLatencyRange);
    QCOMPARE(workbench.variants()->index(row, VariantModel::Latency).data().toString(),
             window.findChild<NowStrip *>()->currentText(Figure::Latency));

    // The chart itself, a little later than the others; a variant has its bar however well it is measured.
    const auto *chart = window.findChild<TradeoffChart *>();
    QTRY_COMPARE(chartLine(chart->csv(), "current").mid(1), chartLine(chart->csv(), "kept").mid(1));
    const QStringList line = chartLine(chart->csv(), "kept");
    QCOMPARE(line[1].toLongLong(), qint64(now.bytes));
    QCOMPARE(points({line[2].toDouble() / 100, line[3].toDouble() / 100, line[4].toDouble() / 100}),
             points(*now.top1Difference));
    QVERIFY(line[3].toDouble() < line[4].toDouble());

    // The layers, of which the inspector, the table and the graph speak.
    window.findChild<LayerPanel *>()->selectLayers({0});
    const auto *layers = window.findChild<LayerTableModel *>();
    const QString stored = layers->index(0, LayerTableModel::Stored).data().toString();
    QVERIFY(window.findChild<QLabel *>("resultSizes")->text().endsWith(stored));
    const QVector<GraphQuantity> quantities =
        graphQuantities(workbench.model(), workbench.previews().preview());
    QCOMPARE(quantities[1].text(quantities[1].values[0]), stored);

    // What would be written.
    ExportDialog dialog(workbench);
    QSignalSpy weighed(&dialog, &ExportDialog::weighed);
    QVERIFY(weighed.wait(patience));
    const auto *strip = window.findChild<NowStrip *>();
    bool told = false;
    for (const QLabel *label : dialog.findChildren<QLabel *>())
        told |= label->text().contains(strip->currentText(Figure::Size)) &&
                label->text().contains(strip->currentText(Figure::Ratio));
    QVERIFY(told);
}

void TstFigures::comparedVariants_followTheirMeasurement()
{
    MainWindow window;
    QVERIFY(open(window));
    Workbench &workbench = window.workbench();
    workbench.editor().applyPreset(presetNamed("4-bit group 32"));
    const int row = workbench.variantStore().save("kept");
    const VariantModel &variants = *workbench.variants();
    CompareView view(workbench);
    view.show();
    view.setVariants({variants.at(row).id}); // while it is being measured
    QVERIFY(settle(workbench));
    const auto *totals = view.findChild<QTableWidget *>("compareTotals");
    const auto shown = [totals](int figure, int column) {
        return totals->item(figure, column)->text().replace(QChar::Nbsp, ' ');
    };
    const auto once = [](QString text) { // the head of the figures says for all how many samples there are
        return text.replace(QChar::Nbsp, ' ').remove("(540/540)").trimmed();
    };
    const auto *strip = window.findChild<NowStrip *>();
    for (int figure = 0; figure < figureCount; ++figure) {
        const QString told = once(strip->currentText(Figure(figure)));
        if (Figure(figure) == Figure::Latency) // what it is beside the baseline's stands in a row of its own
            QVERIFY2(told.startsWith(shown(figure, 2)), qPrintable(told));
        else
            QCOMPARE(shown(figure, 2), told);
        QVERIFY(shown(figure, 2) != unavailable());
    }
    for (int figure = 0; figure < figureCount; ++figure)
        if (Figure(figure) != Figure::Agreement) // with itself
            QCOMPARE(shown(figure, 1), once(strip->baselineText(Figure(figure))));
}

void TstFigures::undo_bringsBackTheFiguresOfTheVariant()
{
    MainWindow window;
    QVERIFY(open(window));
    Workbench &workbench = window.workbench();
    workbench.editor().applyPreset(presetNamed("4-bit group 32"));
    const int row = workbench.variantStore().save("kept");
    QVERIFY(settle(workbench));
    const Texts before = ofStrip(window);
    const QString latency = window.findChild<NowStrip *>()->currentText(Figure::Latency);
    workbench.editor().applyPreset(presetNamed("8-bit per channel"));
    QCOMPARE(ofVariant(window, row), before); // of its recipe, whatever the recipe of the moment is
    QVERIFY(settle(workbench));
    QVERIFY(ofStrip(window) != before);
    workbench.editor().undoStack()->undo();
    QCOMPARE(ofStrip(window), before); // at once: it is known
    QVERIFY(!inks(window).contains(FigureInk::Muted));
    QCOMPARE(unlike(window, row), QString());
    QVERIFY(settle(workbench));
    QCOMPARE(ofStrip(window), before);
    QCOMPARE(window.findChild<NowStrip *>()->currentText(Figure::Latency), latency);
    QCOMPARE(unlike(window, row), QString());
}

void TstFigures::session_bringsBackTheSameFigures()
{
    Texts before;
    {
        MainWindow window;
        QVERIFY(open(window));
        window.workbench().editor().applyPreset(presetNamed("4-bit group 32"));
        window.workbench().variantStore().save("kept");
        QVERIFY(settle(window.workbench()));
        before = ofStrip(window);
    }
    MainWindow window;
    QVERIFY(open(window));
    QVERIFY(!window.workbench().editor().recipe().rules.empty());
    QCOMPARE(ofStrip(window), before);
    QCOMPARE(unlike(window, 1), QString());
}

void TstFigures::project_bringsBackTheSameFigures()
{
    QTemporaryDir folder;
    const QString path = folder.filePath("p.lathe");
    Texts before;
    {
        MainWindow window;
        QVERIFY(open(window));
        window.workbench().editor().applyPreset(presetNamed("4-bit group 32"));
        window.workbench().variantStore().save("kept");
        QVERIFY(settle(window.workbench()));
        before = ofStrip(window);
        window.project().save(path);
    }
    startClean(); // nothing but the file may be needed
    MainWindow window;
    window.resize(1440, 900);
    window.show();
    QSignalSpy opened(&window.project(), &ProjectKeeper::opened);
    window.files().openPath(path);
    QVERIFY(QTest::qWaitFor([&] { return !opened.isEmpty(); }, patience));
    QVERIFY(settle(window.workbench()));
    QCOMPARE(ofStrip(window), before);
    QCOMPARE(unlike(window, 1), QString());
    window.project().check();
    QVERIFY(!window.isWindowModified()); // opening and measuring is no change
}

void TstFigures::otherData_areOtherFigures()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    workbench.editor().applyPreset(presetNamed("4-bit group 32"));
    const int row = workbench.variantStore().save("kept");
    QVERIFY(settle(workbench));
    const std::string basis = workbench.previews().figures().basis;
    QVERIFY(!basis.empty());
    QCOMPARE(workbench.variants()->at(row).figures.basis, basis);
    DatasetChoice fewer = workbench.data()->choice;
    fewer.limit = 200;
    workbench.setDataset(fewer);
    QVERIFY(settle(workbench));
    QVERIFY(workbench.previews().figures().basis != basis);
    QCOMPARE(workbench.previews().figures().samplesTotal, int64_t(200));
    QCOMPARE(workbench.variants()->at(row).figures.basis, workbench.previews().figures().basis);
}

void TstFigures::variantSavedAtOnce_hasNothingOfTheRecipeBefore()
{
    MainWindow window;
    QVERIFY(open(window));
    Workbench &workbench = window.workbench();
    workbench.editor().applyPreset(presetNamed("4-bit group 32"));
    const int row = workbench.variantStore().save("kept");
    for (const QString &text : ofVariant(window, row))
        QCOMPARE(text, unavailable()); // the untouched model's were there a moment ago
    QVERIFY(!workbench.variants()->at(row).when.isValid());
    workbench.editor().applyPreset(presetNamed("8-bit per channel")); // before anything was measured
    QVERIFY(settle(workbench));
    for (const QString &text : ofVariant(window, row))
        QCOMPARE(text, unavailable());
    workbench.variantStore().apply(row);
    QVERIFY(settle(workbench));
    QCOMPARE(unlike(window, row), QString());
}

QVector<FigureInk> TstFigures::inks(const MainWindow &window)
{
    QVector<FigureInk> found;
    for (const FigureLabel *label : window.findChild<NowStrip *>()->findChildren<FigureLabel *>())
        if (label->accessibleName().startsWith("Now: "))
            found << label->ink();
    return found;
}

void TstFigures::edit_greysAllThatFollowsFromTheRecipe()
{
    MainWindow window;
    QVERIFY(open(window));
    Workbench &workbench = window.workbench();
    workbench.editor().applyPreset(presetNamed("4-bit group 32"));
    QVERIFY(settle(workbench));
    auto *graph = window.findChild<GraphPanel *>();
    graph->colourBy("stored");
    window.findChild<LayerPanel *>()->selectLayers({0});
    const auto *layers = window.findChild<LayerTableModel *>();
    const auto isMuted = [&](int row, int column) {
        return layers->index(row, column).data(Qt::ForegroundRole).value<QColor>() == colors().muted;
    };
    const QLabel *sizes = window.findChild<QLabel *>("resultSizes");
    const auto *legend = window.findChild<GraphLegend *>();
    QVERIFY(!inks(window).contains(FigureInk::Muted));
    QVERIFY(!isMuted(0, LayerTableModel::Stored) && !legend->isOutdated());
    QCOMPARE(sizes->foregroundRole(), QPalette::WindowText);

    workbench.editor().editLayers(
        {0}, [](LayerSettings &s) { setBits(s, 2); }, "Bits", false);
    // Nothing was worked out yet: no event has been handled.
    for (const FigureInk ink : inks(window))
        QVERIFY(ink == FigureInk::Muted || ink == FigureInk::Guess);
    QVERIFY(isMuted(0, LayerTableModel::Stored) && isMuted(0, LayerTableModel::Error));
    QVERIFY(!isMuted(0, LayerTableModel::Bytes));  // the untouched layer's
    QVERIFY(!isMuted(1, LayerTableModel::Stored)); // nothing changed there
    QCOMPARE(sizes->foregroundRole(), QPalette::PlaceholderText);
    QVERIFY(legend->isOutdated());
    const Tradeoff shown = tradeoff(workbench.variants()->variants(), workbench.previews().figures());
    QCOMPARE(shown.points.last().certainty, TradeoffPoint::Old);

    QVERIFY(settle(workbench));
    QVERIFY(!inks(window).contains(FigureInk::Muted));
    QVERIFY(!isMuted(0, LayerTableModel::Stored) && !legend->isOutdated());
    QCOMPARE(sizes->foregroundRole(), QPalette::WindowText);
}

void TstFigures::sizes_comeBeforeAccuracy()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    QVector<std::pair<Figures::Standing, Figures::Standing>> steps; // sizes, quality
    QVector<bool> outputs; // whether statistics of what goes into the layers were there
    connect(&workbench, &Workbench::figuresChanged, this, [&] {
        steps << std::pair(workbench.previews().figures().sizes, workbench.previews().figures().quality);
        outputs << workbench.previews().preview().compressed->layers.front().outputError.has_value();
    });
    workbench.editor().applyPreset(presetNamed("4-bit group 32"));
    QVERIFY(settle(workbench));
    QCOMPARE(steps.first(), std::pair(Figures::Outdated, Figures::Outdated));
    const auto sized = steps.indexOf(std::pair(Figures::Settled, Figures::Outdated));
    QVERIFY(sized > 0);
    QVERIFY(!outputs[sized]); // nothing waits for statistics that the recipe can do without
    QCOMPARE(steps.last(), std::pair(Figures::Settled, Figures::Settled));
    QVERIFY(outputs.last());
}

void TstFigures::huffman_countsUntouchedLayers()
{
    MainWindow window;
    QVERIFY(open(window));
    Workbench &workbench = window.workbench();
    workbench.editor().editLayers(
        {0}, [](LayerSettings &s) { setBits(s, 4); }, "Bits", false);
    QVERIFY(settle(workbench));
    QVector<int> all;
    int64_t bits = 0;
    for (size_t i = 0; i < workbench.model().layers().size(); ++i) {
        all << int(i);
        bits += entropyCost(*workbench.previews().preview().compressed, i).huffmanBits;
    }
    window.findChild<LayerPanel *>()->selectLayers(all);
    const QString theory = window.findChild<QLabel *>("resultTheory")->text();
    QVERIFY2(theory.contains(bytes(bytesOfBits(bits))), qPrintable(theory));
    const auto *layers = window.findChild<LayerTableModel *>();
    for (int row = 1; row < layers->rowCount(); ++row) // untouched: their plain weights
        QCOMPARE(layers->index(row, LayerTableModel::Huffman).data().toString(),
                 bytes(int64_t(sizeof(float)) * workbench.model().layers()[size_t(row)].parameters));
}

void TstFigures::report_saysWhatTheStripSays()
{
    QTemporaryDir folder;
    MainWindow window;
    QVERIFY(open(window));
    Workbench &workbench = window.workbench();
    workbench.editor().applyPreset(presetNamed("4-bit group 32"));
    workbench.variantStore().save("kept"); // on all samples, as a report is
    QVERIFY(settle(workbench));
    const LoadedData &data = *workbench.data();
    ExportInput input;
    input.compressor = workbench.compressor();
    input.exporter = workbench.exporter();
    input.recipe = workbench.editor().recipe();
    input.target = folder.filePath("small.onnx");
    input.report = true;
    input.samples = data.samples;
    input.baseline = data.baseline;
    input.heldOut = data.heldOut;
    input.preprocessing = data.preprocessing;
    QFile page(exportRecipe(input, {}).report);
    QVERIFY(page.open(QIODevice::ReadOnly));
    const QString html = QString::fromUtf8(page.readAll());
    const Interval &difference = *workbench.previews().figures().top1Difference;
    const QString said =
        QString::asprintf("%+.2f ± %.2f points", 100 * difference.value, 100 * difference.halfWidth());
    QVERIFY2(html.contains(said), qPrintable(said));
    QVERIFY(html.contains(QString::number(100 * workbench.previews().figures().top1->value, 'f', 2)));
}

/// That of its file, which is not written anew.
void TstFigures::untouchedModel_hasOneSize()
{
    MainWindow window;
    QVERIFY(open(window));
    Workbench &workbench = window.workbench();
    const QString size = bytes(QFileInfo(samplePath()).size());
    const auto *strip = window.findChild<NowStrip *>();
    QCOMPARE(strip->currentText(Figure::Size), size);
    QCOMPARE(strip->baselineText(Figure::Size), size);
    QCOMPARE(workbench.variants()->index(0, VariantModel::Size).data().toString(), size);
    QCOMPARE(workbench.previews().figures().bytes, qint64(QFileInfo(samplePath()).size()));
    QCOMPARE(workbench.previews().figures().ratio(), std::optional(1.0));
}

void TstFigures::latency_isNoFasterThanItVaries()
{
    Figures f;
    f.running = Figures::Settled;
    f.latency = 0.0033;
    f.baselineLatency = 0.0034;
    QCOMPARE(figureText(Figure::Latency, f).whole(), QString("3.3 ms 0.97×")); // of an earlier version
    f.latencyRange = Interval{0.0033, 0.0031, 0.0036};
    f.baselineLatencyRange = Interval{0.0034, 0.0032, 0.0037};
    QCOMPARE(figureText(Figure::Latency, f).whole(), QString("3.3 ms (3.1–3.6) not distinguishable"));
    QVERIFY(figureText(Figure::Latency, f).toolTip.contains("0.97× of the baseline"));
    f.baselineLatency = 0.0050;
    f.baselineLatencyRange = Interval{0.0050, 0.0048, 0.0053};
    QCOMPARE(figureText(Figure::Latency, f).whole(), QString("3.3 ms (3.1–3.6) 0.66×"));
    QCOMPARE(figureText(Figure::Latency, f, true).whole(), QString("3.3 ms (3.1–3.6)"));
    f.latencyRange = Interval{0.0009, 0.00098, 0.0012};
    f.latency = 0.001;
    QCOMPARE(figureText(Figure::Latency, f, true).whole(), QString("1.0 ms (980 µs–1.2 ms)"));
}

QTEST_MAIN(TstFigures)
#include "tst_figures.moc"
