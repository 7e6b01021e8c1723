#include "core/base/sha256.h"
#include "core/calibrate/calibration.h"
#include "core/certify/publish.h"
#include "core/certify/report.h"
#include "core/certify/reportfigures.h"
#include "core/exporting/exportedrecipe.h"
#include "core/exporting/graph.h"
#include "tests/support/liveexactness.h"
#include "tests/support/modelruns.h"
#include "tests/support/populations.h"
#include "tests/support/samplesets.h"

#include <QTemporaryDir>
#include <QTest>

using namespace lathe;
using namespace lathe::test;

/// Folding as one setting among the others: preview, sizes, files and certificates.
class TstFoldedExport : public QObject {
    Q_OBJECT
private slots:
    void foldedAlone_computesTheSameInLess();
    void costs_areThoseOfTheFile_data();
    void costs_areThoseOfTheFile();
    void movingLayers_areMeasuredAsExported();
    void files_pass();
    void filesMadeWithData_passWithoutIt();
    void layersThatCannot_areNamed();
    void report_drawsFoldedWeightsBesideFoldedOnes();

private:
    static Model model(int64_t batch = -1);
    static Recipe recipeOf(const std::vector<std::string> &rules);
};

/// Two convolutions with normalizations, one of them depthwise, then a Gemm without.
Model TstFoldedExport::model(int64_t batch)
{
    GraphBuilder graph;
    graph.input("x", {batch, 3, 8, 8}).random("w1", {8, 3, 3, 3}, 0.3F).random("w2", {8, 1, 3, 3}, 0.3F);
    graph.random("w3", {10, 8}).random("b3", {10});
    for (const char *n : {"1", "2"}) {
        const std::string number = n;
        graph.random("s" + number, {8}).random("t" + number, {8}).random("m" + number, {8}, 0.2F);
        graph.constant("v" + number, makeTensor(Shape{8}, std::vector<float>(8, 0.7F)));
    }
    graph.node("Conv", {"x", "w1"}, {"c1"}, {{"pads", std::vector<int64_t>{1, 1, 1, 1}}}, "conv1");
    graph.node("BatchNormalization", {"c1", "s1", "t1", "m1", "v1"}, {"n1"}).node("Relu", {"n1"}, {"r1"});
    graph.node("Conv", {"r1", "w2"}, {"c2"}, {{"group", int64_t(8)}}, "conv2");
    graph.node("BatchNormalization", {"c2", "s2", "t2", "m2", "v2"}, {"n2"}).node("Relu", {"n2"}, {"r2"});
    graph.node("GlobalAveragePool", {"r2"}, {"p"}).node("Flatten", {"p"}, {"f"});
    graph.node("Gemm", {"f", "w3", "b3"}, {"y"}, {{"transB", int64_t(1)}}, "fc").output("y", {batch, 10});
    return graph.build();
}

Recipe TstFoldedExport::recipeOf(const std::vector<std::string> &rules)
{
    Recipe recipe;
    for (const std::string &rule : rules)
        recipe.rules.push_back(parseRule(rule));
    return recipe;
}

void TstFoldedExport::foldedAlone_computesTheSameInLess()
{
    const Model source = model(1);
    const CompressedModel compressed = Compressor(source).compress(recipeOf({"conv*:fold=batchnorm"}));
    QVERIFY(compressed.isRewritten() && !compressed.changesNothing());
    QVERIFY(compressed.issues.empty());
    QCOMPARE(compressed.origin.sha256(), source.sha256());
    for (const LayerResult &layer : compressed.layers)
        QVERIFY(layer.code.changesNothing());
    const Model built = buildModel(compressed, Storage::Compact).model;
    QVERIFY(!built.operatorCounts().contains("BatchNormalization"));
    QVERIFY(relativeDifference(outputOf(built), outputOf(source)) < 1e-5);
    QCOMPARE(built.metadata().at("lathe.source_sha256"), source.sha256());
}

void TstFoldedExport::costs_areThoseOfTheFile_data()
{
    QTest::addColumn<QString>("rules");
    QTest::newRow("folded") << "*:fold=batchnorm";
    QTest::newRow("one folded, all in 4 bits") << "conv2:fold=batchnorm;*:bits=4";
    QTest::newRow("folded, pruned, factors") << "conv*:fold=batchnorm;*:prune=0.5;conv1:rank=2";
    QTest::newRow("folded, bias corrected") << "*:fold=batchnorm,bits=3,bias_correction=constants";
}

void TstFoldedExport::costs_areThoseOfTheFile()
{
    QFETCH(QString, rules);
    std::vector<std::string> list;
    for (const QString &rule : rules.split(';'))
        list.push_back(rule.toStdString());
    const Model source = model();
    Compressor compressor(source);
    Exporter exporter(source);
    const CompressedModel compressed = compressor.compress(recipeOf(list));
    const BuiltModel built = exporter.build(compressed, Storage::Compact);
    QCOMPARE(exporter.costs(compressed).fileBytes, built.model.serializedBytes());
    QCOMPARE(built.model.serialize(), buildModel(compressed, Storage::Compact).model.serialize());
    QCOMPARE(compressor.compress(recipeOf(list)).source.serialize(), compressed.source.serialize());
    const CompressedModel again = Compressor(source).compress(recipeOf(list));
    QCOMPARE(buildModel(again, Storage::Compact).model.serialize(), built.model.serialize());
}

void TstFoldedExport::movingLayers_areMeasuredAsExported()
{
    const Model source = model();
    LiveCheck check(source, randomSamples(source, 60, mixedLabels(60)));
    QCOMPARE(check.faultOf(recipeOf({"*:fold=batchnorm"}), {}), std::string());
    for (const char *bits : {"bits=4", "bits=3", "bits=2"})
        QCOMPARE(check.faultOf(recipeOf({"*:fold=batchnorm", std::string("conv1:") + bits}), {0}),
                 std::string());
    QCOMPARE(check.faultOf(recipeOf({"conv1:fold=batchnorm,bits=4"}), {0}), std::string());
    QCOMPARE(check.faultOf(recipeOf({"conv1:bits=4"}), {0}), std::string());
}

void TstFoldedExport::files_pass()
{
    QTemporaryDir folder;
    const Model source = model();
    const std::string path = folder.filePath("small.onnx").toStdString();
    const CompressedModel compressed = Compressor(source).compress(recipeOf({"*:fold=batchnorm,bits=4"}));
    buildModel(compressed, Storage::Compact).model.save(path);
    QVERIFY(certify(path, compressed).passed());
    QVERIFY(certify(path, source, recipeOfExport(Model::load(path))).passed());
    QVERIFY(certify(path, source, recipeOf({"*:bits=4"})).failed()); // of another recipe
}

void TstFoldedExport::filesMadeWithData_passWithoutIt()
{
    QTemporaryDir folder;
    const Model source = model();
    const std::string path = folder.filePath("small.onnx").toStdString();
    const auto calibration = calibrate(source, randomSamples(source, 40), {});
    const CompressedModel compressed =
        Compressor(source, calibration).compress(recipeOf({"*:fold=batchnorm,bits=4,rounding=gptq"}));
    QVERIFY(!compressed.calibrationHash.empty());
    buildModel(compressed, Storage::Compact).model.save(path);
    QVERIFY(certify(path, compressed).passed());
    QVERIFY(certify(path, source, compressed.finalRecipe()).passed());
}

void TstFoldedExport::layersThatCannot_areNamed()
{
    const CompressedModel compressed = Compressor(model()).compress(recipeOf({"*:fold=batchnorm"}));
    QCOMPARE(compressed.issues.size(), size_t(1));
    QCOMPARE(compressed.issues[0].message.text(),
             std::string("Nothing is folded into fc: no batch normalization alone takes its "
                         "output."));
}

void TstFoldedExport::report_drawsFoldedWeightsBesideFoldedOnes()
{
    const CompressedModel compressed =
        Compressor(model(1)).compress(recipeOf({"conv1:fold=batchnorm,bits=8"}));
    const BuiltModel built = buildModel(compressed, Storage::Compact);
    const std::string html = reportHtml({"small.onnx", compressed, built, {}, {}, {}});
    const Matrix before = compressed.source.weight(0), after = decode(*compressed.layers[0].code.weight);
    const auto values = [](const Matrix &matrix) {
        return std::span<const float>(matrix.data(), static_cast<size_t>(matrix.size()));
    };
    const std::string picture = histogramFigure(weightHistograms("conv1", values(before), values(after)),
                                                [](const Message &message) { return message.text(); });
    QVERIFY(html.find(picture) != std::string::npos);
}

QTEST_GUILESS_MAIN(TstFoldedExport)
#include "tst_foldedexport.moc"
