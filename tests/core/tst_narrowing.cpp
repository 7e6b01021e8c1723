#include "core/calibrate/calibration.h"
#include "core/certify/publish.h"
#include "core/compress/maskedmodel.h"
#include "core/compress/tuningfile.h"
#include "core/exporting/exportedrecipe.h"
#include "core/exporting/graph.h"
#include "core/exporting/removedfrom.h"
#include "core/rewrite/slim.h"
#include "tests/support/liveexactness.h"
#include "tests/support/modelruns.h"
#include "tests/support/populations.h"
#include "tests/support/samplesets.h"

#include <QTemporaryDir>
#include <QTest>

using namespace lathe;
using namespace lathe::test;

/// Channels that go as one setting among the others: recipes, preview, sizes, files and certificates.
class TstNarrowing : public QObject {
    Q_OBJECT
private slots:
    void channels_goWithAllThatReadsThem();
    void settings_areOfTheGroup_data();
    void settings_areOfTheGroup();
    void otherMethods_workOnWhatIsLeft_data();
    void otherMethods_workOnWhatIsLeft();
    void costs_areThoseOfTheFile_data() { otherMethods_workOnWhatIsLeft_data(); }
    void costs_areThoseOfTheFile();
    void movingChannels_areMeasuredAsExported();
    void unchangedLayers_areTheSameEncoding();
    void files_pass();
    void filesMadeWithData_passWithoutIt_data();
    void filesMadeWithData_passWithoutIt();
    void fileOfOtherChannels_fails();
    void unreadableOrigin_isSaid();
    void mixedChannels_areNotMasked();
    void refittedChannels_areMeasuredAsExported_data();
    void refittedChannels_areMeasuredAsExported();
    void budget_holdsOfTheFile_data();
    void budget_holdsOfTheFile();
    void data_areAskedFor();
    void droppedBlock_isSkipped();
    void droppedLayers_keepTheirPlaces();
    void blocksThatStay_areNoted();
    void droppedAndNarrowed_areMeasuredAsExported();
    void droppedAndRefitted_passes();
    void offOfAMember_isOfTheGroup();
    void budgets_areOfTheWholeModel();
    void channelsByTheMachine_passAnywhere();
    void mergedChannels_giveWhatAllGave();
    void groupsThatCannotBeMerged_stay();
    void trainedValuesOfOtherChannels_areRefused();
    void trainedValues_bringTheirChannels();

private:
    static Model model(int64_t batch = -1);
    static Recipe recipeOf(const QString &rules);
    static std::vector<Index> rowsOf(const CompressedModel &compressed);
};

/// A residual block of convolutions with normalizations, one of them depthwise, then a Gemm without.
Model TstNarrowing::model(int64_t batch)
{
    GraphBuilder graph;
    graph.input("x", {batch, 3, 8, 8}).random("w1", {8, 3, 3, 3}, 0.3F).random("w2", {8, 1, 3, 3}, 0.3F);
    graph.random("w3", {8, 8, 1, 1}, 0.3F).random("w4", {10, 8}).random("b4", {10});
    for (const char *n : {"1", "2", "3"}) {
        const std::string number = n;
        graph.random("s" + number, {8}).random("t" + number, {8}).random("m" + number, {8}, 0.2F);
        graph.constant("v" + number, makeTensor(Shape{8}, std::vector<float>(8, 0.7F)));
    }
    const std::vector<int64_t> pads{1, 1, 1, 1};
    graph.node("Conv", {"x", "w1"}, {"c1"}, {{"pads", pads}}, "conv1");
    graph.node("BatchNormalization", {"c1", "s1", "t1", "m1", "v1"}, {"n1"}).node("Relu", {"n1"}, {"r1"});
    graph.node("Conv", {"r1", "w2"}, {"c2"}, {{"group", int64_t(8)}, {"pads", pads}}, "conv2");
    graph.node("BatchNormalization", {"c2", "s2", "t2", "m2", "v2"}, {"n2"}).node("Relu", {"n2"}, {"r2"});
    graph.node("Conv", {"r2", "w3"}, {"c3"}, {}, "conv3");
    graph.node("BatchNormalization", {"c3", "s3", "t3", "m3", "v3"}, {"n3"}).node("Relu", {"n3"}, {"r3"});
    graph.node("GlobalAveragePool", {"r3"}, {"p"}).node("Flatten", {"p"}, {"f"});
    graph.node("Gemm", {"f", "w4", "b4"}, {"y"}, {{"transB", int64_t(1)}}, "fc").output("y", {batch, 10});
    return graph.build();
}

/// Rules with ; between.
Recipe TstNarrowing::recipeOf(const QString &rules)
{
    Recipe recipe;
    for (const QString &rule : rules.split(';'))
        recipe.rules.push_back(parseRule(rule.toStdString()));
    return recipe;
}

std::vector<Index> TstNarrowing::rowsOf(const CompressedModel &compressed)
{
    std::vector<Index> rows;
    for (const Layer &layer : compressed.source.layers())
        rows.push_back(layer.rows);
    return rows;
}

void TstNarrowing::channels_goWithAllThatReadsThem()
{
    const Model source = model(1);
    const CompressedModel compressed = Compressor(source).compress(recipeOf("*:channels=0.5"));
    QVERIFY(compressed.isRewritten() && compressed.narrowing && !compressed.changesNothing());
    QCOMPARE(rowsOf(compressed), (std::vector<Index>{4, 4, 4, 10}));
    QCOMPARE(compressed.source.layers()[3].cols, Index(4));
    for (const LayerResult &layer : compressed.layers)
        QVERIFY(layer.code.changesNothing() && layer.settings.channels);
    const Model built = buildModel(compressed, Storage::Compact).model;
    QVERIFY(built.serializedBytes() < source.serializedBytes());
    QVERIFY(*built.macs() < *source.macs());
    QVERIFY(isMaskable(*compressed.narrowing));
    MaskedModels masks;
    const Model masked = buildModel(masks.masked(compressed), Storage::Dense).model;
    QCOMPARE(masked.layers()[0].rows, Index(8));
    QVERIFY(relativeDifference(outputOf(built), outputOf(masked)) < 1e-5);
    QVERIFY(relativeDifference(outputOf(built), outputOf(source)) > 1e-3);
}

void TstNarrowing::settings_areOfTheGroup_data()
{
    QTest::addColumn<QString>("rules");
    QTest::addColumn<QList<int>>("rows");
    QTest::addColumn<QString>("note");
    QTest::newRow("any member") << "conv2:channels=0.5" << QList<int>{4, 4, 8, 10} << "";
    QTest::newRow("the last rule")
        << "conv2:channels=0.5;conv1:channels=0.25" << QList<int>{6, 6, 8, 10}
        << "conv2 shares its channels with conv1 and follows the settings of that layer.";
    QTest::newRow("a count") << "conv3:channels.keep=5" << QList<int>{8, 8, 5, 10} << "";
    QTest::newRow("the output") << "fc:channels=0.5" << QList<int>{8, 8, 8, 10} << "fc";
    QTest::newRow("kept maker")
        << "*:channels=0.5;conv2:keep=true" << QList<int>{8, 8, 4, 10}
        << "conv1 loses no channels: conv2 has to change with it, and is kept as it is.";
    QTest::newRow("kept reader")
        << "*:channels=0.5;fc:keep=true" << QList<int>{4, 4, 8, 10}
        << "conv3 loses no channels: fc has to change with it, and is kept as it is.";
}

void TstNarrowing::settings_areOfTheGroup()
{
    QFETCH(QString, rules);
    QFETCH(QList<int>, rows);
    QFETCH(QString, note);
    const CompressedModel compressed = Compressor(model()).compress(recipeOf(rules));
    const std::vector<Index> found = rowsOf(compressed);
    QCOMPARE(QList<int>(found.begin(), found.end()), rows);
    const bool said = std::ranges::any_of(compressed.issues, [&](const Issue &issue) {
        return QString::fromStdString(issue.message.text()).contains(note);
    });
    QVERIFY2(note.isEmpty() || said, qPrintable(note));
}

void TstNarrowing::otherMethods_workOnWhatIsLeft_data()
{
    QTest::addColumn<QString>("rules");
    QTest::newRow("alone") << "*:channels=0.4";
    QTest::newRow("4 bits") << "*:channels=0.4,bits=4";
    QTest::newRow("folded, 4 bits") << "*:channels=0.4,bits=4,fold=batchnorm";
    QTest::newRow("pruned by one threshold") << "*:channels=0.4,prune=0.5,prune.scope=global";
    QTest::newRow("factors") << "*:channels=0.25;conv3:rank=2";
    QTest::newRow("bias corrected") << "*:channels=0.4,bits=3,bias_correction=constants";
}

void TstNarrowing::otherMethods_workOnWhatIsLeft()
{
    QFETCH(QString, rules);
    const Model source = model(1);
    const CompressedModel compressed = Compressor(source).compress(recipeOf(rules));
    QVERIFY(compressed.narrowing != nullptr);
    for (size_t i = 0; i < compressed.layers.size(); ++i)
        if (const auto &code = compressed.layers[i].code.weight)
            QCOMPARE(decode(*code).rows(), compressed.source.layers()[i].rows);
    MaskedModels masks;
    const Model masked = buildModel(masks.masked(compressed), Storage::Dense).model;
    QVERIFY(relativeDifference(outputOf(buildModel(compressed, Storage::Compact).model), outputOf(masked)) <
            1e-5);
}

void TstNarrowing::costs_areThoseOfTheFile()
{
    QFETCH(QString, rules);
    const Model source = model();
    Compressor compressor(source);
    Exporter exporter(source);
    const CompressedModel compressed = compressor.compress(recipeOf(rules));
    const BuiltModel built = exporter.build(compressed, Storage::Compact);
    const FileCosts costs = exporter.costs(compressed);
    QCOMPARE(costs.fileBytes, built.model.serializedBytes());
    QVERIFY(costs.macs.has_value());
    const CompressedModel again = Compressor(source).compress(recipeOf(rules));
    QCOMPARE(buildModel(again, Storage::Compact).model.serialize(), built.model.serialize());
}

void TstNarrowing::movingChannels_areMeasuredAsExported()
{
    const Model source = model();
    LiveCheck check(source, randomSamples(source, 60, mixedLabels(60)));
    for (const char *share : {"0.25", "0.5", "0.6", "0.25"})
        QCOMPARE(check.faultOf(recipeOf(QString("conv2:channels=%1").arg(share)), {1}), std::string());
    for (const char *share : {"0.5", "0.25"})
        QCOMPARE(
            check.faultOf(recipeOf(QString("conv1:channels=0.5;conv3:channels=%1,bits=4").arg(share)), {2}),
            std::string());
    QCOMPARE(check.faultOf(recipeOf("*:channels=0.5,fold=batchnorm"), {}), std::string());
    QCOMPARE(check.faultOf(recipeOf("conv3:bits=4"), {2}), std::string());
}

/// What stays the same must not be taken for another one, or no part of the preview would be kept.
void TstNarrowing::unchangedLayers_areTheSameEncoding()
{
    Compressor compressor(model());
    MaskedModels masks;
    const CompressedModel one =
        masks.masked(compressor.compress(recipeOf("conv1:channels=0.5;conv3:channels=0.5")));
    const CompressedModel two =
        masks.masked(compressor.compress(recipeOf("conv1:channels=0.5;conv3:channels=0.25")));
    QVERIFY(one.layers[2].code.weight && one.layers[2].code == two.layers[2].code); // reads conv1's
    QVERIFY(!(one.layers[3].code == two.layers[3].code));
    QVERIFY(one.layers[0].code.changesNothing());
    const CompressedModel again =
        masks.masked(compressor.compress(recipeOf("conv1:channels=0.5;conv3:channels=0.5")));
    QVERIFY(again.layers[3].code == one.layers[3].code);
}

void TstNarrowing::files_pass()
{
    QTemporaryDir folder;
    const Model source = model();
    const std::string path = folder.filePath("small.onnx").toStdString();
    const CompressedModel compressed = Compressor(source).compress(recipeOf("*:channels=0.4,bits=4"));
    buildModel(compressed, Storage::Compact).model.save(path);
    const Certificate certificate = certify(path, compressed);
    QVERIFY(certificate.passed());
    QVERIFY(std::ranges::any_of(certificate.checks, [](const CertificateCheck &check) {
        return check.name.text() == "equals the original that ignores what was removed" &&
               check.result == CertificateCheck::Result::Passed;
    }));
    const Model file = Model::load(path);
    RemovedChannels said = removedFrom(file);
    said.resize(
        compressed.narrowing->removed.size()); // of groups behind the last one that lost some it is silent
    QCOMPARE(said, compressed.narrowing->removed);
    QVERIFY(certify(path, source, recipeOfExport(file)).passed());
    QVERIFY(certify(path, source, recipeOf("*:channels=0.25,bits=4")).failed()); // another recipe
}

void TstNarrowing::filesMadeWithData_passWithoutIt_data()
{
    QTest::addColumn<QString>("rules");
    QTest::newRow("GPTQ") << "*:channels=0.4,bits=4,rounding=gptq";
    QTest::newRow("chosen by data") << "*:channels=0.4,channels.criterion=energy";
    QTest::newRow("fitted") << "*:channels=0.4,channels.refit=data";
}

void TstNarrowing::filesMadeWithData_passWithoutIt()
{
    QFETCH(QString, rules);
    QTemporaryDir folder;
    const Model source = model();
    const std::string path = folder.filePath("small.onnx").toStdString();
    const auto calibration = calibrate(source, randomSamples(source, 40), {});
    const CompressedModel compressed = Compressor(source, calibration).compress(recipeOf(rules));
    QVERIFY(!compressed.calibrationHash.empty());
    buildModel(compressed, Storage::Compact).model.save(path);
    QVERIFY(certify(path, compressed).passed());
    QVERIFY(certify(path, source, compressed.finalRecipe()).passed());
}

/// The recipe is the one that the file names, its weights are of other channels.
void TstNarrowing::fileOfOtherChannels_fails()
{
    QTemporaryDir folder;
    const Model source = model();
    const std::string path = folder.filePath("small.onnx").toStdString();
    CompressedModel compressed = Compressor(source).compress(recipeOf("*:channels=0.5"));
    RemovedChannels others = compressed.narrowing->removed;
    others.front() = others.front() == std::vector<size_t>{0, 1, 2, 3} ? std::vector<size_t>{4, 5, 6, 7}
                                                                       : std::vector<size_t>{0, 1, 2, 3};
    CompressedModel wrong = compressed;
    wrong.source = slim(source, *compressed.narrowing->groups, others);
    buildModel(wrong, Storage::Compact).model.save(path);
    QVERIFY(certify(path, compressed).failed());
}

void TstNarrowing::unreadableOrigin_isSaid()
{
    QTemporaryDir folder;
    const std::string path = folder.filePath("small.onnx").toStdString();
    const CompressedModel compressed = Compressor(model()).compress(recipeOf("*:channels=0.5"));
    std::string bytes = buildModel(compressed, Storage::Compact).model.serialize();
    const size_t at = bytes.find("\"removed\"");
    QVERIFY(at != std::string::npos);
    bytes.replace(at, 9, "\"rEmoved\"");
    QFile file(QString::fromStdString(path));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes.data(), qint64(bytes.size())) > 0);
    file.close();
    try {
        removedFrom(Model::load(path));
        QFAIL("nothing thrown");
    } catch (const Error &error) {
        QCOMPARE(error.message().text(),
                 "What " + path + " says of its channels (lathe.origin) cannot be read.");
    }
}

/// Where all channels are normalized together, ignoring some is not the same as having fewer.
void TstNarrowing::mixedChannels_areNotMasked()
{
    GraphBuilder graph(17);
    graph.input("x", {-1, 6}).random("w1", {6, 8}).random("s", {8}).random("t", {8}).random("w2", {8, 10});
    graph.node("MatMul", {"x", "w1"}, {"a"}, {}, "first");
    graph.node("LayerNormalization", {"a", "s", "t"}, {"n"}).node("MatMul", {"n", "w2"}, {"y"}, {}, "second");
    graph.output("y", {-1, 10});
    const Model source = graph.build();
    const CompressedModel compressed = Compressor(source).compress(recipeOf("first:channels=0.5"));
    QCOMPARE(rowsOf(compressed), (std::vector<Index>{4, 10}));
    QVERIFY(!isMaskable(*compressed.narrowing));
    LiveCheck check(source, randomSamples(source, 60, mixedLabels(60)));
    QCOMPARE(check.faultOf(recipeOf("first:channels=0.5"), {0}), std::string());
}

void TstNarrowing::refittedChannels_areMeasuredAsExported_data()
{
    QTest::addColumn<QString>("rules");
    QTest::newRow("data") << "*:channels=0.4,channels.refit=data";
    QTest::newRow("data, 4 bits") << "*:channels=0.4,channels.refit=data,bits=4";
    QTest::newRow("constants") << "*:channels=0.4,channels.refit=constants";
    QTest::newRow("second order") << "*:channels=0.4,channels.refit=data,channels.criterion=obs";
}

/// The bias that a layer gets is in the preview, too, though the wide model has none there.
void TstNarrowing::refittedChannels_areMeasuredAsExported()
{
    QFETCH(QString, rules);
    const Model source = model(1);
    const auto calibration = calibrate(source, randomSamples(source, 40), {});
    Compressor compressor(source, calibration);
    const CompressedModel compressed = compressor.compress(recipeOf(rules));
    QVERIFY(compressed.narrowing && isMaskable(*compressed.narrowing));
    QVERIFY(compressed.source.layers()[2].rows > 0);
    MaskedModels masks;
    const CompressedModel masked = masks.masked(compressed);
    QVERIFY(&masked.source.content() == &source.content());
    QVERIFY(relativeDifference(outputOf(buildModel(compressed, Storage::Dense).model),
                               outputOf(buildModel(masked, Storage::Dense).model)) < 1e-5);
}

void TstNarrowing::budget_holdsOfTheFile_data()
{
    QTest::addColumn<QString>("budget");
    QTest::newRow("MACs") << "macs";
    QTest::newRow("bytes") << "bytes";
}

void TstNarrowing::budget_holdsOfTheFile()
{
    QFETCH(QString, budget);
    const Model source = model(1);
    const CompressedModel compressed =
        Compressor(source).compress(recipeOf(QString("*:channels.budget=%1:60%").arg(budget)));
    const BuiltModel built = buildModel(compressed, Storage::Dense);
    if (budget == "macs") {
        QVERIFY(*built.macs <= 0.6 * static_cast<double>(*source.macs()));
        QVERIFY(*built.macs > 0.4 * static_cast<double>(*source.macs()));
    } else {
        QVERIFY(built.model.parameterCount() <= 0.6 * static_cast<double>(source.parameterCount()) + 8);
        QVERIFY(built.model.parameterCount() > 0.4 * static_cast<double>(source.parameterCount()));
    }
}

void TstNarrowing::data_areAskedFor()
{
    for (const char *rule :
         {"*:channels=0.5,channels.criterion=energy", "*:channels=0.5,channels.refit=data"})
        try {
            Compressor(model()).compress(recipeOf(rule));
            QFAIL("nothing thrown");
        } catch (const Error &error) {
            QCOMPARE(error.code(), ErrorCode::InvalidArgument);
            QVERIFY(error.message().text().find("`conv1`") != std::string::npos);
        }
}

/// conv2 and its normalization and activation, whose input is as wide as their output.
void TstNarrowing::droppedBlock_isSkipped()
{
    const Model source = model(1);
    Compressor compressor(source);
    QVERIFY(compressor.dropObstacle(1).empty());
    const CompressedModel compressed = compressor.compress(recipeOf("conv2:drop=true"));
    QVERIFY(compressed.isRewritten() && !compressed.narrowing);
    const Model built = buildModel(compressed, Storage::Compact).model;
    QCOMPARE(built.layers().size(), size_t(3));
    QCOMPARE(built.operatorCounts().at("Conv"), 2);
    QVERIFY(built.serializedBytes() < source.serializedBytes());
    QTemporaryDir folder;
    const std::string path = folder.filePath("small.onnx").toStdString();
    built.save(path);
    QVERIFY(certify(path, compressed).passed());
    QVERIFY(certify(path, source, recipeOfExport(Model::load(path))).passed());
}

void TstNarrowing::droppedLayers_keepTheirPlaces()
{
    const Model source = model();
    const CompressedModel compressed = Compressor(source).compress(recipeOf("conv2:drop=true;*:bits=4"));
    QCOMPARE(compressed.layers.size(), source.layers().size());
    for (size_t i = 0; i < source.layers().size(); ++i)
        QCOMPARE(compressed.source.layers()[i].name, source.layers()[i].name);
    QVERIFY(compressed.source.layers()[1].absent && !compressed.layers[1].code.weight);
    QVERIFY(compressed.layers[2].code.weight != nullptr);
    const BuiltModel built = buildModel(compressed, Storage::Compact);
    QCOMPARE(built.layers.size(), source.layers().size());
    QCOMPARE(built.layers[1].bytes, int64_t(0));
    Exporter exporter(source);
    QCOMPARE(exporter.costs(compressed).fileBytes, built.model.serializedBytes());
}

void TstNarrowing::blocksThatStay_areNoted()
{
    const CompressedModel compressed =
        Compressor(model()).compress(recipeOf("fc:drop=true;conv2:drop=true;conv2:keep=true"));
    QVERIFY(!compressed.isRewritten());
    QVERIFY(std::ranges::any_of(compressed.issues, [](const Issue &issue) {
        return issue.layer == "fc" && issue.message.text().starts_with("fc stays: ");
    }));
}

void TstNarrowing::droppedAndNarrowed_areMeasuredAsExported()
{
    const Model source = model();
    LiveCheck check(source, randomSamples(source, 60, mixedLabels(60)));
    QCOMPARE(check.faultOf(recipeOf("conv2:drop=true"), {1}), std::string());
    for (const char *share : {"0.25", "0.5"})
        QCOMPARE(check.faultOf(recipeOf(QString("conv2:drop=true;*:channels=%1").arg(share)), {0}),
                 std::string());
    QCOMPARE(check.faultOf(recipeOf("conv1:bits=4"), {0}), std::string());
}

void TstNarrowing::droppedAndRefitted_passes()
{
    const Model source = model(1);
    for (const char *how : {"refit=constants", "method=merge", "method=merge,channels.refit=constants"}) {
        const CompressedModel compressed = Compressor(source).compress(
            recipeOf(QString("*:channels=0.4,channels.%1;conv2:drop=true").arg(how)));
        QVERIFY(compressed.narrowing && compressed.source.layers()[1].absent);
        QTemporaryDir folder;
        const std::string path = folder.filePath("small.onnx").toStdString();
        buildModel(compressed, Storage::Compact).model.save(path);
        QVERIFY2(certify(path, compressed).passed(), how);
    }
}

/// conv2 is depthwise: it makes the channels of conv1 anew.
void TstNarrowing::offOfAMember_isOfTheGroup()
{
    const Model source = model();
    const auto rows = [&](const QString &rules) {
        return rowsOf(Compressor(source).compress(recipeOf(rules)));
    };
    QCOMPARE(rows("*:channels=0.5;conv2:channels=off"), (std::vector<Index>{8, 8, 4, 10}));
    QCOMPARE(rows("conv2:channels=off;*:channels=0.5"), (std::vector<Index>{4, 4, 4, 10}));
    QCOMPARE(rows("conv1:channels=0.5"), (std::vector<Index>{4, 4, 8, 10})); // nothing is said of conv2
}

void TstNarrowing::budgets_areOfTheWholeModel()
{
    const Model source = model(1);
    const Recipe dropped = recipeOf("conv2:drop=true");
    const int64_t left = *Compressor(source).compress(dropped).source.macs();
    const double share = static_cast<double>(left) / static_cast<double>(*source.macs());
    const auto macsAt = [&](double budget) {
        return *Compressor(source)
                    .compress(
                        recipeOf(QString("conv2:drop=true;conv3:channels.budget=macs:%1%").arg(100 * budget)))
                    .source.macs();
    };
    QCOMPARE(macsAt(share + 0.01), left); // that is reached already
    QVERIFY(macsAt(share - 0.05) < left);
    QVERIFY(macsAt(share - 0.05) <= (share - 0.05) * static_cast<double>(*source.macs()));
}

/// Another machine would choose others, by its times or by how many channels it computes at once.
void TstNarrowing::channelsByTheMachine_passAnywhere()
{
    const Model source = model(1);
    const Recipe asked = recipeOf("*:channels=0.5,channels.round=auto");
    CompressedModel compressed = Compressor(source).compress(recipeOf("*:channels=0.5"));
    compressed.recipe = asked;
    QTemporaryDir folder;
    const std::string path = folder.filePath("small.onnx").toStdString();
    buildModel(compressed, Storage::Compact).model.save(path);
    const Certificate certificate = certify(path, source, asked);
    QVERIFY(certificate.passed());
    QVERIFY(std::ranges::any_of(certificate.checks, [](const CertificateCheck &check) {
        return check.detail.text().starts_with("Which channels go was decided on the machine");
    }));
}

/// Two channels of conv3 are the same: one that stands for both loses nothing.
void TstNarrowing::mergedChannels_giveWhatAllGave()
{
    GraphBuilder graph;
    Tensor weight = randomTensor({6, 3, 3, 3}, 1);
    const std::span<float> values = weight.as<float>();
    std::ranges::copy(values.subspan(27, 27), values.begin() + 4 * 27); // channel 4 is channel 1
    graph.input("x", {1, 3, 8, 8}).constant("w1", weight).random("w2", {10, 6});
    graph.node("Conv", {"x", "w1"}, {"c"}, {}, "conv").node("Relu", {"c"}, {"r"});
    graph.node("GlobalAveragePool", {"r"}, {"p"}).node("Flatten", {"p"}, {"f"});
    graph.node("Gemm", {"f", "w2"}, {"y"}, {{"transB", int64_t(1)}}, "fc").output("y", {1, 10});
    const Model source = graph.build();
    const CompressedModel compressed =
        Compressor(source).compress(recipeOf("conv:channels.keep=5,channels.method=merge"));
    QCOMPARE(compressed.source.layers()[0].rows, Index(5));
    QVERIFY(!isMaskable(*compressed.narrowing));
    QVERIFY(relativeDifference(outputOf(buildModel(compressed, Storage::Dense).model), outputOf(source)) <
            1e-5);
    const CompressedModel removed = Compressor(source).compress(recipeOf("conv:channels.keep=5"));
    QVERIFY(relativeDifference(outputOf(buildModel(removed, Storage::Dense).model), outputOf(source)) > 1e-3);
}

/// A normalization over all channels has to see each of them.
void TstNarrowing::groupsThatCannotBeMerged_stay()
{
    GraphBuilder graph;
    graph.input("x", {4, 6}).random("w1", {6, 8}).random("w2", {8, 6}).random("w3", {6, 5});
    graph.random("s", {8}).random("t", {8});
    graph.node("MatMul", {"x", "w1"}, {"a"}, {}, "a");
    graph.node("LayerNormalization", {"a", "s", "t"}, {"n"}, {{"axis", int64_t(-1)}}, "n");
    graph.node("MatMul", {"n", "w2"}, {"b"}, {}, "b").node("MatMul", {"b", "w3"}, {"c"}, {}, "c").output("c");
    const CompressedModel compressed =
        Compressor(graph.build()).compress(recipeOf("*:channels=0.5,channels.method=merge"));
    QCOMPARE(rowsOf(compressed), (std::vector<Index>{8, 3, 5}));
    QVERIFY(std::ranges::any_of(compressed.issues, [](const Issue &issue) {
        return issue.message.text().starts_with("Channels of a are not merged: ");
    }));
}

void TstNarrowing::trainedValuesOfOtherChannels_areRefused()
{
    const Model source = model();
    const CompressedModel chosen = Compressor(source).compress(recipeOf("*:channels=0.5"));
    const auto tuning =
        std::make_shared<const Tuning>(std::vector<std::optional<TunedLayer>>(), Tuning::Constants(),
                                       Tuning::Source("learned"), std::nullopt, chosen.narrowing->removed);
    for (const char *other :
         {"*:channels=0.25", "*:channels=0.5;conv3:keep=true", "*:channels=0.5;conv3:channels=off"})
        try {
            Compressor(source).compress(recipeOf(other), tuning);
            QFAIL(other);
        } catch (const Error &error) {
            QCOMPARE(error.code(), ErrorCode::InvalidArgument);
            QVERIFY(error.message().text().starts_with("The trained values are of a model that lost "));
        }
    QCOMPARE(Compressor(source).compress(recipeOf("*:channels=0.5"), tuning).narrowing->removed,
             chosen.narrowing->removed);
}

/// What was learned without some channels is laid over a model without the same ones, whatever would be
/// chosen now.
void TstNarrowing::trainedValues_bringTheirChannels()
{
    const Model source = model();
    const Recipe recipe = recipeOf("*:channels=0.5");
    const CompressedModel chosen = Compressor(source).compress(recipe);
    RemovedChannels others = chosen.narrowing->removed;
    others.front() = others.front() == std::vector<size_t>{0, 1, 2, 3} ? std::vector<size_t>{4, 5, 6, 7}
                                                                       : std::vector<size_t>{0, 1, 2, 3};
    const Matrix learned = randomMatrix(4, 27, 5);
    const auto weight = std::make_shared<const Encoding>(MatrixEncoding{4, 27, {}, DenseValues{learned}});
    const auto tuning = std::make_shared<const Tuning>(
        std::vector<std::optional<TunedLayer>>{TunedLayer{{}, {weight, {}}, {}}}, Tuning::Constants(),
        Tuning::Source("learned"), std::nullopt, others);
    QTemporaryDir folder;
    const std::string path = folder.filePath("a.tuning.npz").toStdString();
    saveTuning({tuning, {source.sha256(), {}, {}, {}, {}}}, path);
    const TuningFile read = loadTuning(path, {});
    QCOMPARE(read.tuning->sha256(), tuning->sha256());
    const CompressedModel compressed = Compressor(source).compress(recipe, read.tuning);
    QCOMPARE(compressed.narrowing->removed, others);
    QCOMPARE(compressed.layers[0].trained, LayerResult::Trained::Carried);
    QVERIFY(decode(*compressed.layers[0].code.weight) == learned);
    const auto beyond =
        std::make_shared<const Tuning>(std::vector<std::optional<TunedLayer>>(), Tuning::Constants(),
                                       Tuning::Source("learned"), std::nullopt, RemovedChannels{{99}});
    QVERIFY_EXCEPTION_THROWN(Compressor(source).compress(recipe, beyond), Error);
}

QTEST_GUILESS_MAIN(TstNarrowing)
#include "tst_narrowing.moc"
