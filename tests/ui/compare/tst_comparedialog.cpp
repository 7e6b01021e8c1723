// Variants side by side: what the pages say is what a plain count over the samples gives.
#include "tests/ui/sample.h"
#include "ui/charts/overlaidcharts.h"
#include "ui/charts/plotview.h"
#include "ui/compare/comparedialog.h"
#include "ui/compare/confusionview.h"
#include "ui/compare/weightcomparison.h"
#include "ui/style/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QTabWidget>
#include <QTableWidget>
#include <QtTest>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstCompareDialog : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void flippedSamples_areThoseThatDiffer();
    void classes_countTheRightOnes();
    void confusions_addUpToTheWrongOnes();
    void fourVariants_haveAColumnEach();
    void withoutData_comparesLayers();
    void onlyDifferent_hidesTheOthers();
    void confusionView_saysWhatACellMeans();
    void confusionView_namesItsClasses_data();
    void confusionView_namesItsClasses();
    void confusionView_leavesOutWhatIsNotConfused();
    void differences_areMarked();
    void file_standsBesideRecipes();
    void factorsInAFile_areTheLayerTheyStandFor();
    void goneFile_isSaidInOneSentence();
    void weights_areOfTheLayerThatIsChosen();
    void weights_followADoubleClickOnTheLayer();

private:
    QString exportTo(const QString &name, const char *rule, Storage storage);
    Variant variant(const char *name, const char *rule) const
    {
        Variant v;
        v.name = name;
        if (*rule)
            v.recipe.rules.push_back(parseRule(rule));
        return v;
    }
    VariantComparison compare(const std::vector<VariantSource> &sources)
    {
        return compareVariants(*m_workbench.compressor(), *m_workbench.exporter(), sources,
                               &*m_workbench.data(), {});
    }
    bool finish(CompareDialog &dialog)
    {
        auto *summary = dialog.findChild<QLabel *>("compareFlips");
        return QTest::qWaitFor([&] { return !summary->text().contains("Running"); }, patience);
    }

    VariantFile fileAt(const QString &path)
    {
        VariantFile file;
        file.path = path;
        file.sha256 = QString::fromStdString(Model::load(path.toStdString()).sha256());
        return file;
    }

    Workbench m_workbench;
    QTemporaryDir m_folder;
};

/// A file as someone else might have made it.
QString TstCompareDialog::exportTo(const QString &name, const char *rule, Storage storage)
{
    Recipe recipe;
    recipe.rules.push_back(parseRule(rule));
    const QString path = m_folder.filePath(name);
    m_workbench.exporter()
        ->build(m_workbench.compressor()->compress(recipe), storage)
        .model.save(path.toStdString());
    return path;
}

void TstCompareDialog::initTestCase()
{
    startClean();
    QVERIFY(openSample(m_workbench));
}

void TstCompareDialog::flippedSamples_areThoseThatDiffer()
{
    const VariantComparison comparison = compare({{}, variant("", "*:bits=2").recipe});
    QVERIFY(!comparison.flipped.empty());
    QCOMPARE(comparison.flipped.size(), comparison.lastAgainstFirst->changed.size());
    for (size_t i = 0; i < comparison.flipped.size(); ++i) {
        const FlippedSample &sample = comparison.flipped[i];
        QCOMPARE(sample.place, comparison.lastAgainstFirst->changed[i]);
        QCOMPARE(sample.label, m_workbench.data()->samples->labels()[sample.place]);
        QVERIFY(sample.tops[0] != sample.tops[1]);
        QVERIFY(!sample.name.isEmpty());
        QCOMPARE(sample.image.pixels.empty(), i >= flippedImages);
    }
}

void TstCompareDialog::classes_countTheRightOnes()
{
    const VariantComparison comparison = compare({{}, variant("", "*:bits=2").recipe});
    QCOMPARE(comparison.classes.size(), size_t(10));
    int64_t samples = 0, right = 0;
    for (const ClassAccuracy &entry : comparison.classes) {
        samples += entry.samples;
        right += entry.right[0];
    }
    QCOMPARE(samples, comparison.samples);
    const double top1 = m_workbench.data()->baseline->metrics.top1->value;
    QVERIFY(std::abs(double(right) / double(samples) - top1) < 1e-9);
}

void TstCompareDialog::confusions_addUpToTheWrongOnes()
{
    const VariantComparison comparison = compare({{}, variant("", "*:bits=1").recipe});
    int64_t wrongMore = 0;
    for (const Confusion &confusion : comparison.confusions) {
        QVERIFY(confusion.label != confusion.top);
        QVERIFY(confusion.samples[0] != confusion.samples[1]);
        wrongMore += confusion.samples[1] - confusion.samples[0];
    }
    int64_t rightLess = 0;
    for (const ClassAccuracy &entry : comparison.classes)
        rightLess += entry.right[0] - entry.right[1];
    QCOMPARE(wrongMore, rightLess);
}

void TstCompareDialog::fourVariants_haveAColumnEach()
{
    CompareDialog dialog(m_workbench, {variant("a", ""), variant("b", "*:bits=4"), variant("c", "*:bits=2"),
                                       variant("d", "*:prune=0.5")});
    dialog.show();
    QVERIFY(finish(dialog));
    auto *layers = dialog.findChild<QTableWidget *>("compareLayers");
    QCOMPARE(layers->columnCount(), 1 + 3 * 4);
    QCOMPARE(layers->rowCount(), int(m_workbench.model().layers().size()));
    auto *samples = dialog.findChild<QTableWidget *>("compareSamples");
    QCOMPARE(samples->columnCount(), 3 + 4);
    QVERIFY(samples->rowCount() > 0);
    QVERIFY(!samples->item(0, 0)->data(Qt::DecorationRole).value<QPixmap>().isNull());
    QCOMPARE(dialog.findChild<QTableWidget *>("compareClasses")->rowCount(), 10);
    QVERIFY(dialog.findChild<QTableWidget *>("compareConfusions")->rowCount() > 0);
    auto *pages = dialog.findChild<QTabWidget *>();
    for (int page = 0; page < pages->count(); ++page) {
        pages->setCurrentIndex(page);
        QVERIFY(!dialog.grab().isNull());
    }
}

void TstCompareDialog::withoutData_comparesLayers()
{
    const VariantComparison comparison = compareVariants(*m_workbench.compressor(), *m_workbench.exporter(),
                                                         {{}, variant("", "fc1:bits=2").recipe}, nullptr, {});
    QVERIFY(!comparison.measured);
    QVERIFY(comparison.flipped.empty() && comparison.classes.empty());
    QVERIFY(comparison.layers[1][3].bytes < comparison.layers[0][3].bytes);
}

void TstCompareDialog::onlyDifferent_hidesTheOthers()
{
    CompareDialog dialog(m_workbench, {variant("a", ""), variant("b", "fc1:bits=2")});
    dialog.show();
    QVERIFY(finish(dialog));
    QTest::mouseClick(dialog.findChild<QCheckBox *>(), Qt::LeftButton, {}, {8, 8});
    auto *layers = dialog.findChild<QTableWidget *>("compareLayers");
    int shown = 0;
    for (int row = 0; row < layers->rowCount(); ++row)
        shown += !layers->isRowHidden(row);
    QCOMPARE(shown, 1);
}

void TstCompareDialog::confusionView_saysWhatACellMeans()
{
    VariantComparison comparison;
    comparison.classNames = {"cat", "dog"};
    comparison.confusions = {{0, 1, {3, 7}}};
    comparison.classes = {{0, 20, {17, 13}}, {1, 20, {20, 20}}};
    ConfusionView view;
    view.resize(324, 324);
    view.setComparison(&comparison, 0, 1);
    QCOMPARE(view.textAt(view.cellRect(0, 1).center().toPoint()), QString("cat as dog: 3 → 7"));
    QCOMPARE(view.textAt(view.cellRect(0, 0).center().toPoint()), QString("cat right: 17 → 13"));
    QVERIFY(view.textAt({2, 2}).isEmpty());
    QVERIFY(!view.grab().isNull());
}

/// Each class is taken for the next one, the later ones more often.
VariantComparison confusedInTurn(int classes, const QString &name)
{
    VariantComparison comparison;
    for (int i = 0; i < classes; ++i) {
        comparison.classNames.push_back(name.arg(i).toStdString());
        comparison.confusions.push_back({i, (i + 1) % classes, {2, 3 + i}});
        comparison.classes.push_back({i, 2 * classes, {classes, classes - 1 - i}});
    }
    return comparison;
}

void TstCompareDialog::confusionView_namesItsClasses_data()
{
    QTest::addColumn<int>("classes");
    QTest::addColumn<QString>("className");
    QTest::addColumn<bool>("allShown");
    QTest::newRow("two") << 2 << "class %1" << true;
    QTest::newRow("ten") << 10 << "%1" << true;
    QTest::newRow("ten with long names") << 10 << "a %1 hundred words long name, or nearly so" << true;
    QTest::newRow("thousand") << 1000 << "breed of dog, number %1" << false;
}

void TstCompareDialog::confusionView_namesItsClasses()
{
    QFETCH(int, classes);
    QFETCH(QString, className);
    QFETCH(bool, allShown);
    const VariantComparison comparison = confusedInTurn(classes, className);
    ConfusionView view;
    for (const QSize &size : {QSize(360, 360), QSize(700, 420), QSize(300, 600), QSize(160, 160)}) {
        view.resize(size);
        view.setComparison(&comparison, 0, 1);
        const std::vector<int> &shown = view.shownClasses();
        if (size.width() >= 300)
            QCOMPARE(shown.size() == size_t(classes), allShown);
        QVERIFY(shown.size() >= 2);
        QVERIFY(std::ranges::find(shown, classes - 1) != shown.end()); // what changed most
        const double line = QFontMetricsF(scaledFont(titleScale)).height();
        for (const int label : shown) {
            const QRectF cell = view.cellRect(label, label);
            QVERIFY(QRectF(view.rect()).contains(cell));
            if (size.width() >= 300)
                QVERIFY(cell.height() >= line); // its name has a line of its own
            const QRectF area = view.cellRect(shown.front(), shown.front());
            const QString name = className.arg(label);
            QCOMPARE(view.textAt(QPointF(area.left() - 8, cell.center().y()).toPoint()), name);
            QCOMPARE(view.textAt(QPointF(cell.center().x(), area.top() - 8).toPoint()), name);
        }
        const QImage image = view.grab().toImage();
        if (const QString folder = qEnvironmentVariable("LATHE_SCREENS"); !folder.isEmpty())
            image.save(QString("%1/confusions-%2-%3.png")
                           .arg(folder, QString(QTest::currentDataTag()).replace(' ', '-'))
                           .arg(size.width()));
    }
}

void TstCompareDialog::confusionView_leavesOutWhatIsNotConfused()
{
    VariantComparison comparison = confusedInTurn(1000, "class %1");
    for (Confusion &confusion : comparison.confusions)
        if (confusion.label != 500)
            confusion.samples = {4, 4, 9}; // a third variant differs
        else
            confusion.samples = {4, 2, 4};
    for (ClassAccuracy &entry : comparison.classes)
        entry.right.push_back(entry.right[0]);
    ConfusionView view;
    view.resize(360, 360);
    view.setComparison(&comparison, 0, 1);
    QCOMPARE(view.shownClasses(), (std::vector<int>{500, 501}));
    QCOMPARE(view.textAt(view.cellRect(500, 501).center().toPoint()),
             QString("class 500 as class 501: 4 → 2"));
    view.setComparison(nullptr, 0, 1);
    QVERIFY(view.shownClasses().empty());
    QVERIFY(view.textAt({100, 100}).isEmpty());
}

void TstCompareDialog::differences_areMarked()
{
    CompareDialog dialog(m_workbench, {variant("a", ""), variant("b", "fc1:bits=2")});
    dialog.show();
    QVERIFY(finish(dialog));
    auto *layers = dialog.findChild<QTableWidget *>("compareLayers");
    const int fc1 = int(m_workbench.model().layerIndex("fc1"));
    QVERIFY(layers->item(fc1, 2)->font().bold());
    QVERIFY(!layers->item(fc1, 1)->font().bold()); // the first one is what the others are held against
    QVERIFY(layers->item(fc1, 2)->background().style() != Qt::NoBrush);
    QVERIFY(!layers->item(0, 2)->font().bold());
    QCOMPARE(layers->item(0, 2)->foreground().color(), colors().muted);
}

void TstCompareDialog::file_standsBesideRecipes()
{
    const QString path = exportTo("mine.onnx", "*:bits=3", Storage::Compact);
    VariantSource file;
    file.file = fileAt(path);
    const VariantComparison comparison = compare({variant("", "*:bits=3").recipe, file});
    QVERIFY(comparison.flipped.empty()); // the same weights, stored otherwise
    QCOMPARE(comparison.weights[1].file->matching.count(), m_workbench.model().layers().size());
    for (size_t i = 0; i < m_workbench.model().layers().size(); ++i) {
        const ComparedLayer &ofRecipe = comparison.layers[0][i], &ofFile = comparison.layers[1][i];
        QVERIFY(ofFile.known && ofFile.error.has_value());
        QVERIFY(std::abs(*ofFile.error - *ofRecipe.error) < 1e-6);
        QVERIFY2(ofFile.text.contains("bits a weight"), qPrintable(ofFile.text));
        if (m_workbench.model().layers()[i].parameters > 4000) // scales are not what it is about
            QVERIFY(ofFile.bytes < m_workbench.model().layers()[i].weightBytes / 5);
        const Matrix a = *comparison.weights[0].of(m_workbench.model(), i);
        const Matrix b = *comparison.weights[1].of(m_workbench.model(), i);
        QVERIFY((a - b).norm() <= 1e-6F * a.norm());
    }
    Variant fromElsewhere;
    fromElsewhere.name = "mine";
    fromElsewhere.file = file.file;
    CompareDialog dialog(m_workbench, {variant("a", ""), variant("b", "*:bits=2"), fromElsewhere});
    dialog.show();
    QVERIFY(finish(dialog));
    QCOMPARE(dialog.findChild<QTableWidget *>("compareClasses")->rowCount(), 10);
    QVERIFY(dialog.findChild<QLabel *>("compareFlips")->text().contains("another class"));
}

void TstCompareDialog::factorsInAFile_areTheLayerTheyStandFor()
{
    VariantSource file;
    file.file = fileAt(exportTo("factors.onnx", "*:rank=60%,bits=8", Storage::Compact));
    const VariantComparison comparison = compare({variant("", "*:rank=60%,bits=8").recipe, file});
    for (size_t i = 0; i < m_workbench.model().layers().size(); ++i) {
        const ComparedLayer &ofRecipe = comparison.layers[0][i], &ofFile = comparison.layers[1][i];
        QVERIFY(ofFile.known && ofFile.error.has_value());
        QVERIFY2(std::abs(*ofFile.error - *ofRecipe.error) < 1e-5, qPrintable(ofFile.text));
        QVERIFY2(ofFile.text.contains("factors"), qPrintable(ofFile.text));
        QVERIFY(ofFile.bytes < m_workbench.model().layers()[i].weightBytes);
    }
}

void TstCompareDialog::goneFile_isSaidInOneSentence()
{
    const QString path = exportTo("gone.onnx", "*:bits=8", Storage::Dense);
    Variant file;
    file.name = "gone";
    file.file = fileAt(path);
    QVERIFY(QFile::remove(path));
    {
        CompareDialog dialog(m_workbench, {variant("a", ""), file});
        dialog.show();
        QVERIFY(finish(dialog));
        QVERIFY2(dialog.findChild<QLabel *>("compareFlips")->text().contains("gone.onnx"),
                 qPrintable(dialog.findChild<QLabel *>("compareFlips")->text()));
    }
    exportTo("gone.onnx", "*:bits=4", Storage::Dense); // another one under its name
    CompareDialog dialog(m_workbench, {variant("a", ""), file});
    dialog.show();
    QVERIFY(finish(dialog));
    const QString text = dialog.findChild<QLabel *>("compareFlips")->text();
    QVERIFY2(text.contains("gone.onnx is not the file that was measured"), qPrintable(text));
}

void TstCompareDialog::weights_areOfTheLayerThatIsChosen()
{
    Variant baseline = variant("baseline", "");
    baseline.id = "baseline";
    CompareDialog dialog(m_workbench,
                         {baseline, variant("pruned", "*:prune=0.5"), variant("half rank", "fc1:rank=8")});
    dialog.show();
    QVERIFY(finish(dialog));
    auto *weights = dialog.findChild<WeightComparison *>();
    dialog.findChild<QTabWidget *>()->setCurrentWidget(weights);
    auto *histograms = weights->findChild<OverlaidHistograms *>();
    auto *spectra = weights->findChild<OverlaidSpectra *>();
    QTRY_VERIFY_WITH_TIMEOUT(!histograms->isEmpty() && !weights->isBusy(), patience);
    const int fc1 = int(m_workbench.model().layerIndex("fc1"));
    weights->findChild<QComboBox *>()->setCurrentIndex(fc1);
    QTRY_VERIFY_WITH_TIMEOUT(!weights->isBusy(), patience);
    const Layer &layer = m_workbench.model().layers()[size_t(fc1)];
    QCOMPARE(histograms->curves().size(), 3);
    for (const Curve &curve : histograms->curves()) {
        double sum = 0;
        for (const double count : curve.values)
            sum += count;
        QCOMPARE(sum, double(layer.parameters)); // every weight is in some bin
    }
    QCOMPARE(histograms->curves()[0].line, -1);
    QVERIFY(curvePen(1).style() != curvePen(2).style() && curvePen(1).color() != curvePen(2).color());
    const std::vector<double> &cut = spectra->curves()[2].values, &whole = spectra->curves()[0].values;
    QCOMPARE(whole.size(), size_t(layer.fullRank()));
    QVERIFY(cut[7] > 0.9 * whole[7] && cut[12] < 1e-3 * cut[0]); // eight directions are left
    QCOMPARE(histograms->csv().count('\n'), 129);
    QVERIFY(spectra->csv().startsWith("rank,\"baseline\",\"pruned\",\"half rank\"\n"));
    QWidget *viewport = spectra->findChild<PlotView *>()->viewport();
    QTest::mouseMove(viewport, spectra->positionOf(3).toPoint());
    QCOMPARE(spectra->hoverText().size(), 4);
    QVERIFY(spectra->hoverText().first().contains("singular value 4"));
    for (const bool log : {false, true}) {
        histograms->setLogarithmic(log);
        QVERIFY(!histograms->grab().isNull());
    }
}

void TstCompareDialog::weights_followADoubleClickOnTheLayer()
{
    CompareDialog dialog(m_workbench, {variant("a", ""), variant("b", "*:bits=2")});
    dialog.show();
    QVERIFY(finish(dialog));
    auto *layers = dialog.findChild<QTableWidget *>("compareLayers");
    const QPoint at = layers->visualItemRect(layers->item(1, 0)).center();
    QTest::mouseClick(layers->viewport(), Qt::LeftButton, {}, at);
    QTest::mouseDClick(layers->viewport(), Qt::LeftButton, {}, at);
    auto *weights = dialog.findChild<WeightComparison *>();
    QCOMPARE(dialog.findChild<QTabWidget *>()->currentWidget(), weights);
    QCOMPARE(weights->layer(), 1);
    QTRY_VERIFY_WITH_TIMEOUT(!weights->isBusy(), patience);
}

QTEST_MAIN(TstCompareDialog)
#include "tst_comparedialog.moc"
