// What is compared is what a plain count over the samples gives.
#include "tests/support/places.h"
#include "tests/support/residualmodel.h"
#include "tests/ui/compared.h"
#include "ui/base/format.h"
#include "ui/compare/samplemodel.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <numeric>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstVariantComparison : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void changedSamples_areThoseOfThePlainMeasurement();
    void probabilities_areThoseOfTheOutputs();
    void portions_addUpAndGrow();
    void partialResults_areTheBeginningOfTheWhole();
    void classes_countTheRightOnes();
    void confusions_addUpToTheWrongOnes();
    void figures_areThoseOfTheCommandLine();
    void withoutData_comparesLayers();
    void factorsInAFile_areTheLayerTheyStandFor();
    void file_isComparedByItsWeights();
    void wholeFigures_areThoseOfThePlainMeasurement();
    void untouchedLayers_haveOneSize();
    void widths_standBesideEachOther();
    void droppedLayer_isGone();

private:
    Workbench m_workbench;
    QTemporaryDir m_folder;
};

void TstVariantComparison::initTestCase()
{
    startClean();
    QVERIFY(openSample(m_workbench));
}

void TstVariantComparison::changedSamples_areThoseOfThePlainMeasurement()
{
    const Recipe recipe = variant("", "*:bits=2").recipe;
    const VariantComparison comparison = compare(m_workbench, {{}, recipe});
    const EvaluationData &data = *m_workbench.data();
    const Model made =
        m_workbench.exporter()->build(m_workbench.compressor()->compress(recipe), Storage::Dense).model;
    const PreviewState plain = measureVariant(made, *data.samples, *data.baseline);
    std::vector<size_t> changed;
    int64_t right = 0;
    for (const ComparedSample &sample : comparison.answers) {
        QCOMPARE(sample.label, data.samples->labels()[sample.place]);
        QVERIFY(!sample.name.isEmpty());
        QCOMPARE(sample.differs(), sample.tops[0] != sample.tops[1]);
        if (sample.differs())
            changed.push_back(sample.place);
        right += sample.isRight(1);
    }
    QVERIFY(!changed.empty());
    QVERIFY(changed == plain.comparison.changed);
    QCOMPARE(comparison.differing(), int64_t(changed.size()));
    QCOMPARE(comparison.samples, int64_t(data.samples->size()));
    QVERIFY(std::abs(double(right) / double(comparison.samples) - plain.metrics.top1->value) < 1e-9);
    QCOMPARE(comparison.tallies[1].changed, int64_t(changed.size()));
    const double points = double(comparison.tallies[1].mended - comparison.tallies[1].broken);
    QVERIFY(std::abs(points / double(comparison.samples) -
                     (plain.metrics.top1->value - data.baseline->metrics.top1->value)) < 1e-9);
}

void TstVariantComparison::probabilities_areThoseOfTheOutputs()
{
    const VariantComparison comparison = compare(m_workbench, {{}, variant("", "*:bits=3").recipe});
    for (const size_t sample : {size_t(0), size_t(40), comparison.answers.size() - 1}) // of several portions
        for (size_t v = 0; v < 2; ++v) {
            const std::vector<ClassShare> all =
                likeliestClasses(*comparison.studies[v], sample, 100, comparison.kind);
            QCOMPARE(all.size(), size_t(10));
            double sum = 0;
            for (size_t i = 0; i < all.size(); ++i) {
                sum += all[i].share;
                QVERIFY(i == 0 || all[i].share <= all[i - 1].share);
            }
            QVERIFY(std::abs(sum - 1.0) < 1e-6);
            QCOMPARE(all.front().label, comparison.answers[sample].tops[v]);
            QVERIFY(std::abs(all.front().share - double(comparison.answers[sample].probabilities[v])) < 1e-6);
            QCOMPARE(likeliestClasses(*comparison.studies[v], sample, 5, comparison.kind).size(), size_t(5));
        }
    QVERIFY(likeliestClasses(*comparison.studies[0], comparison.answers.size(), 5, comparison.kind).empty());
    Matrix odd(2, 3);
    odd << 1.0F, std::numeric_limits<float>::quiet_NaN(), 3.0F, 0.2F, 0.5F, 0.3F;
    const SampleAnswers broken = answersOf(odd, OutputKind::Logits);
    QVERIFY(std::isnan(broken.probabilities[0])); // and no figure is made of it
    QCOMPARE(probabilityText(double(broken.probabilities[0])), unavailable());
    QCOMPARE(answersOf(odd.bottomRows(1), OutputKind::Probabilities).probabilities[0], 0.5F);
}

void TstVariantComparison::portions_addUpAndGrow()
{
    for (const size_t samples : {size_t(1), size_t(31), size_t(33), size_t(540), size_t(10000)}) {
        const std::vector<size_t> portions = portionsOf(samples);
        QCOMPARE(std::accumulate(portions.begin(), portions.end(), size_t(0)), samples);
        QVERIFY(portions.front() <= 32);
    }
    QVERIFY(portionsOf(0).empty());
}

void TstVariantComparison::partialResults_areTheBeginningOfTheWhole()
{
    ComparisonTask task;
    task.variants = {{}, variant("", "*:bits=2").recipe};
    task.data = m_workbench.data();
    std::vector<SharedComparison> parts;
    const SharedComparison whole =
        compareVariants(*m_workbench.compressor(), *m_workbench.exporter(), task, {},
                        [&](const SharedComparison &part) { parts.push_back(part); });
    QVERIFY(parts.size() > 4);
    QVERIFY(parts[0]->studies[0] && !parts[0]->studies[1]); // layers one variant after the other
    int64_t samples = 0;
    for (const SharedComparison &part : parts) {
        QVERIFY(part->samples >= samples);
        samples = part->samples;
        QCOMPARE(part->answers.size(), size_t(part->samples));
        for (size_t i = 0; i < part->answers.size(); ++i)
            QVERIFY(part->answers[i].tops == whole->answers[i].tops);
    }
    QVERIFY(whole->isComplete);
    // What is known is not run again: studies are taken over as they are.
    task.known = whole->studies;
    const SharedComparison again =
        compareVariants(*m_workbench.compressor(), *m_workbench.exporter(), task, {});
    QVERIFY(again->studies == whole->studies);
    QCOMPARE(again->differing(), whole->differing());
    // Half of what is known is gone on from.
    VariantStudy half = *whole->studies[1];
    half.portions.resize(2);
    task.known[1] = std::make_shared<const VariantStudy>(half);
    const SharedComparison goneOn =
        compareVariants(*m_workbench.compressor(), *m_workbench.exporter(), task, {});
    QCOMPARE(goneOn->studies[1]->portions[0], half.portions[0]);
    QCOMPARE(goneOn->differing(), whole->differing());
}

void TstVariantComparison::classes_countTheRightOnes()
{
    const VariantComparison comparison = compare(m_workbench, {{}, variant("", "*:bits=2").recipe});
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

void TstVariantComparison::confusions_addUpToTheWrongOnes()
{
    const VariantComparison comparison = compare(m_workbench, {{}, variant("", "*:bits=1").recipe});
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

void TstVariantComparison::figures_areThoseOfTheCommandLine()
{
    const Recipe recipe = variant("", "*:bits=2").recipe;
    const QString path = exportTo(m_workbench, m_folder, "two.onnx", "*:bits=2", Storage::Compact);
    QProcess lathe;
    lathe.start(QString::fromStdString(builtPath("lathe")),
                {"compare", samplePath(), path, "--data", QFileInfo(samplePath()).path() + ":test",
                 "--preprocess", samplePath("digits.preprocessor_config.json"), "--json"});
    QVERIFY(lathe.waitForFinished(patience));
    const QJsonObject told = QJsonDocument::fromJson(lathe.readAllStandardOutput()).object();
    QVERIFY2(!told.isEmpty(), lathe.readAllStandardError().constData());
    const QJsonObject its = told["models"].toArray()[1].toObject();
    VariantSource file;
    file.file = fileAt(path);
    const VariantComparison comparison = compare(m_workbench, {{}, recipe, file});
    QVERIFY(comparison.answers[0].tops[1] == comparison.answers[0].tops[2]);
    const double agreement = 1.0 - double(comparison.tallies[2].changed) / double(comparison.samples);
    int64_t right = 0;
    for (const ComparedSample &sample : comparison.answers)
        right += sample.isRight(2);
    QVERIFY2(std::abs(its["comparison"].toObject()["agreement"].toDouble() - agreement) < 1e-9,
             QJsonDocument(its).toJson().constData());
    QVERIFY(std::abs(its["top1"].toDouble() - double(right) / double(comparison.samples)) < 1e-9);
}

void TstVariantComparison::withoutData_comparesLayers()
{
    ComparisonTask task;
    task.variants = {{}, variant("", "fc1:bits=2").recipe};
    const SharedComparison comparison =
        compareVariants(*m_workbench.compressor(), *m_workbench.exporter(), task, {});
    QVERIFY(!comparison->measured);
    QVERIFY(comparison->answers.empty() && comparison->classes.empty());
    QVERIFY(comparison->studies[1]->layers[3].bytes < comparison->studies[0]->layers[3].bytes);
}

void TstVariantComparison::factorsInAFile_areTheLayerTheyStandFor()
{
    VariantSource file;
    file.file =
        fileAt(exportTo(m_workbench, m_folder, "factors.onnx", "*:rank=60%,bits=8", Storage::Compact));
    const VariantComparison comparison =
        compare(m_workbench, {variant("", "*:rank=60%,bits=8").recipe, file});
    for (size_t i = 0; i < m_workbench.model().layers().size(); ++i) {
        const ComparedLayer &ofRecipe = comparison.studies[0]->layers[i],
                            &ofFile = comparison.studies[1]->layers[i];
        QVERIFY(ofFile.known && ofFile.error.has_value());
        QVERIFY2(std::abs(*ofFile.error - *ofRecipe.error) < 1e-5, qPrintable(ofFile.text));
        QVERIFY2(ofFile.text.contains("factors"), qPrintable(ofFile.text));
        QVERIFY(ofFile.bytes < m_workbench.model().layers()[i].weightBytes);
    }
}

void TstVariantComparison::file_isComparedByItsWeights()
{
    const QString path = exportTo(m_workbench, m_folder, "mine.onnx", "*:bits=3", Storage::Compact);
    VariantSource file;
    file.file = fileAt(path);
    const VariantComparison comparison = compare(m_workbench, {variant("", "*:bits=3").recipe, file});
    QCOMPARE(comparison.differing(), int64_t(0)); // the same weights, stored otherwise
    QCOMPARE(comparison.studies[1]->weights.file->matching.count(), m_workbench.model().layers().size());
    for (size_t i = 0; i < m_workbench.model().layers().size(); ++i) {
        const ComparedLayer &ofRecipe = comparison.studies[0]->layers[i],
                            &ofFile = comparison.studies[1]->layers[i];
        QVERIFY(ofFile.known && ofFile.error.has_value());
        QVERIFY(std::abs(*ofFile.error - *ofRecipe.error) < 1e-6);
        QVERIFY2(ofFile.text.contains("bits a weight"), qPrintable(ofFile.text));
        if (m_workbench.model().layers()[i].parameters > 4000) // scales are not what it is about
            QVERIFY(ofFile.bytes < m_workbench.model().layers()[i].weightBytes / 5);
        const Matrix a = *comparison.studies[0]->weights.of(m_workbench.model(), i);
        const Matrix b = *comparison.studies[1]->weights.of(m_workbench.model(), i);
        QVERIFY((a - b).norm() <= 1e-6F * a.norm());
    }
}

/// Where one of them was calibrated, all are measured on the other half.
void TstVariantComparison::wholeFigures_areThoseOfThePlainMeasurement()
{
    const Recipe plain = variant("", "*:bits=2").recipe,
                 calibrated = variant("", "*:bits=3,rounding=gptq").recipe;
    const EvaluationData &data = *m_workbench.data();
    QVERIFY(data.isCalibratedOnHalf());
    const VariantComparison comparison = compare(m_workbench, {{}, plain, calibrated});
    QCOMPARE(comparison.whole.size(), size_t(3));
    QCOMPARE(comparison.data, data.measuredOn(LearnedFrom::Calibration));
    QVERIFY(comparison.data != data.measuredOn(LearnedFrom::Nothing));
    const std::vector<Recipe> recipes{{}, plain, calibrated};
    for (size_t v = 0; v < recipes.size(); ++v) {
        const Model made = m_workbench.exporter()
                               ->build(m_workbench.compressor()->compress(recipes[v]), Storage::Dense)
                               .model;
        const PreviewState state = measureVariant(made, *data.samples, *data.heldOut);
        QCOMPARE(comparison.whole[v].metrics.top1->value, state.metrics.top1->value);
        QCOMPARE(comparison.whole[v].comparison.top1Difference->value,
                 state.comparison.top1Difference->value);
        QCOMPARE(comparison.whole[v].comparison.agreement->value, state.comparison.agreement->value);
    }
    QCOMPARE(compare(m_workbench, {{}, plain}).data, data.measuredOn(LearnedFrom::Nothing));
}

/// As it is stored in the file, whoever says so.
void TstVariantComparison::untouchedLayers_haveOneSize()
{
    VariantSource file;
    file.file = fileAt(samplePath());
    const VariantComparison comparison = compare(m_workbench, {{}, variant("", "fc1:bits=2").recipe, file});
    const std::vector<Layer> &layers = m_workbench.model().layers();
    for (size_t i = 0; i < layers.size(); ++i) {
        QVERIFY(layers[i].fileBytes > layers[i].weightBytes); // its name takes room, too
        QCOMPARE(comparison.studies[0]->layers[i].bytes, layers[i].fileBytes);
        QCOMPARE(comparison.studies[2]->layers[i].bytes, layers[i].fileBytes);
        if (layers[i].name != "fc1")
            QCOMPARE(comparison.studies[1]->layers[i].bytes, layers[i].fileBytes);
    }
}

void TstVariantComparison::widths_standBesideEachOther()
{
    const char *rule = "conv2:channels=0.25";
    VariantSource file;
    file.file = fileAt(exportTo(m_workbench, m_folder, "narrow.onnx", rule, Storage::Compact));
    const VariantComparison comparison =
        compare(m_workbench, {{}, variant("", rule).recipe, variant("", "conv2:channels=0.5").recipe, file});
    const auto conv2 = size_t(layerNamed(m_workbench, "conv2")),
               conv3 = size_t(layerNamed(m_workbench, "conv3"));
    const auto layerOf = [&](size_t study, size_t layer) -> const ComparedLayer & {
        return comparison.studies[study]->layers[layer];
    };
    const auto weightOf = [&](size_t study, size_t layer) {
        return comparison.studies[study]->weights.of(m_workbench.model(), layer);
    };
    QVERIFY2(layerOf(1, conv2).text.contains("24 × 144 left"), qPrintable(layerOf(1, conv2).text));
    QVERIFY2(layerOf(1, conv3).text.contains("48 × 216 left"), qPrintable(layerOf(1, conv3).text));
    QVERIFY(layerOf(1, conv3).bytes < layerOf(0, conv3).bytes);
    for (const size_t layer : {conv2, conv3}) // though nothing was asked of conv3
        QVERIFY(!layerOf(1, layer).isLike(layerOf(0, layer)) && !layerOf(1, layer).isLike(layerOf(2, layer)));
    const auto fc2 = size_t(layerNamed(m_workbench, "fc2"));
    QVERIFY(layerOf(1, fc2).isLike(layerOf(0, fc2)));
    QCOMPARE(weightOf(0, conv2)->rows(), Index(32));
    QCOMPARE(weightOf(1, conv2)->rows(), Index(24));
    QCOMPARE(weightOf(2, conv3)->cols(), Index(144));
    QVERIFY(*weightOf(3, conv2) == *weightOf(1, conv2)); // the file has the same
    QVERIFY(comparison.answers[0].tops[1] == comparison.answers[0].tops[3]);
}

void TstVariantComparison::droppedLayer_isGone()
{
    const Model model = residualBlocks(3, true).build();
    Compressor compressor(model);
    Exporter exporter(model);
    const VariantStudy whole = studyVariant(compressor, exporter, VariantSource(), {});
    const VariantStudy without =
        studyVariant(compressor, exporter, VariantSource(variant("", "first_1:drop=true").recipe), {});
    for (const char *name : {"first_1", "second_1"}) {
        const size_t layer = model.layerIndex(name);
        QVERIFY2(without.layers[layer].gone, name);
        QVERIFY(!without.layers[layer].isLike(whole.layers[layer]));
        QVERIFY(!without.weights.of(model, layer));
        QVERIFY2(without.layers[layer].text.contains("gone"), qPrintable(without.layers[layer].text));
    }
    const size_t other = model.layerIndex("first_2");
    QVERIFY(without.layers[other].isLike(whole.layers[other]));
    QVERIFY(without.weights.of(model, other) == whole.weights.of(model, other));
}

QTEST_MAIN(TstVariantComparison)
#include "tst_variantcomparison.moc"
