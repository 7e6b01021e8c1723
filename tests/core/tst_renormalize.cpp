#include "core/calibrate/calibration.h"
#include "core/certify/certificate.h"
#include "core/data/preprocessing.h"
#include "core/exporting/exportedrecipe.h"
#include "core/exporting/graph.h"
#include "core/measure/measure.h"
#include "core/model/proto.h"
#include "core/runtime/session.h"
#include "tests/support/graphbuilder.h"
#include "tests/support/liveexactness.h"
#include "tests/support/modelruns.h"
#include "tests/support/populations.h"
#include "tests/support/samplesets.h"

#include <QTemporaryDir>
#include <QTest>

using namespace lathe;
using namespace lathe::test;

/// Statistics of normalizations that are measured again, from the recipe to the file.
class TstRenormalize : public QObject {
    Q_OBJECT
private slots:
    void statistics_areThoseOfTheBatch_data();
    void statistics_areThoseOfTheBatch();
    void cost_isSaidAndLearned();
    void untouchedModels_keepTheirMeans();
    void costs_areThoseOfTheFile();
    void movingLayers_areMeasuredAsExported();
    void files_pass();
    void filesThatAreChanged_fail();
    void layersWithoutNormalization_areNamed();
    void dataIsAskedFor();
    void realModels_areMeasuredAsExported_data();
    void realModels_areMeasuredAsExported();
    void realModels_getBetter_data();
    void realModels_getBetter();

private:
    static Model model(int64_t batch = -1, int opset = 13);
    static Recipe recipeOf(const std::vector<std::string> &rules);
    static std::shared_ptr<const Calibration> calibrationOf(const Model &source, size_t count = 48);
};

/// Two convolutions with normalizations, the second behind a sum, then a Gemm without.
Model TstRenormalize::model(int64_t batch, int opset)
{
    GraphBuilder graph(opset);
    graph.input("x", {batch, 3, 8, 8}).random("w1", {8, 3, 3, 3}, 0.3F).random("w2", {8, 8, 3, 3}, 0.3F);
    graph.random("w3", {10, 8}).random("b3", {10}).random("b2", {8});
    for (const char *n : {"1", "2"}) {
        const std::string number = n;
        graph.random("s" + number, {8}).random("t" + number, {8}).random("m" + number, {8}, 0.2F);
        graph.constant("v" + number, makeTensor(Shape{8}, std::vector<float>(8, 0.7F)));
    }
    const std::vector<std::pair<std::string, Attribute>> same = {{"pads", std::vector<int64_t>{1, 1, 1, 1}}};
    graph.node("Conv", {"x", "w1"}, {"c1"}, same, "conv1");
    graph.node("BatchNormalization", {"c1", "s1", "t1", "m1", "v1"}, {"n1"}, {{"epsilon", 0.01F}});
    graph.node("Relu", {"n1"}, {"r1"});
    graph.node("Conv", {"r1", "w2", "b2"}, {"c2"}, same, "conv2").node("Add", {"c2", "r1"}, {"a2"});
    graph.node("BatchNormalization", {"a2", "s2", "t2", "m2", "v2"}, {"n2"}).node("Relu", {"n2"}, {"r2"});
    graph.node("GlobalAveragePool", {"r2"}, {"p"}).node("Flatten", {"p"}, {"f"});
    graph.node("Gemm", {"f", "w3", "b3"}, {"y"}, {{"transB", int64_t(1)}}, "fc").output("y", {batch, 10});
    return graph.build();
}

Recipe TstRenormalize::recipeOf(const std::vector<std::string> &rules)
{
    Recipe recipe;
    for (const std::string &rule : rules)
        recipe.rules.push_back(parseRule(rule));
    return recipe;
}

std::shared_ptr<const Calibration> TstRenormalize::calibrationOf(const Model &source, size_t count)
{
    CalibrationOptions options;
    options.cacheFolder.clear();
    return calibrate(source, randomSamples(source, count), options);
}

void TstRenormalize::statistics_areThoseOfTheBatch_data()
{
    QTest::addColumn<qint64>("batch");
    QTest::addColumn<int>("opset");
    QTest::newRow("any batch") << qint64(-1) << 13;
    QTest::newRow("a batch of one") << qint64(1) << 13;
    QTest::newRow("axes as an input") << qint64(-1) << 18;
    QTest::newRow("opset 9") << qint64(1) << 9;
}

/// With the constants in their places, what goes into each normalization has them for mean and variance: the
/// first exactly, the next one because the first one is as it was while the next one was measured.
void TstRenormalize::statistics_areThoseOfTheBatch()
{
    QFETCH(qint64, batch);
    QFETCH(int, opset);
    constexpr size_t count = 48; // all of one batch
    const Model source = model(batch, opset);
    const SampleSet samples = randomSamples(source, count);
    const CompressedModel compressed = Compressor(source, calibrationOf(source, count))
                                           .compress(recipeOf({"*:prune=0.6", "conv*:renormalize=data"}));
    QCOMPARE(compressed.constants().size(), size_t(4));
    const Model built = buildModel(compressed, Storage::Dense).model;
    SessionOptions options;
    options.extraOutputs = {"c1", "a2"};
    const Session session(built, options);
    for (const auto &[value, number] : {std::pair{1, "1"}, {2, "2"}}) {
        std::array<double, 8> sum{}, squares{};
        for (size_t i = 0; i < count; ++i) {
            const std::vector<Tensor> one = samples.batch(i, 1);
            const std::vector<TensorView> views(one.begin(), one.end());
            const std::vector<float> values = toFloats(session.run(views)[static_cast<size_t>(value)]);
            for (size_t v = 0; v < values.size(); ++v) {
                sum.at(v / 64) += double(values[v]);
                squares.at(v / 64) += double(values[v]) * double(values[v]);
            }
        }
        const auto mean = compressed.constants().at(std::string("m") + number).as<float>();
        const auto variance = compressed.constants().at(std::string("v") + number).as<float>();
        for (size_t c = 0; c < 8; ++c) {
            const double m = sum.at(c) / (count * 64), v = squares.at(c) / (count * 64) - m * m;
            QVERIFY(std::abs(m - double(mean[c])) < 1e-4 * (1.0 + std::sqrt(v)));
            QVERIFY(std::abs(v - double(variance[c])) < 1e-3 * v + 1e-6);
        }
    }
}

void TstRenormalize::cost_isSaidAndLearned()
{
    const Model source = model();
    const auto rates = std::make_shared<WorkRates>();
    rates->set(SlowWork::Renormalizing, 1.0);
    Compressor compressor(source, calibrationOf(source), {false, nullptr, rates});
    const auto seconds = [&](const Recipe &recipe) {
        return compressor.expectedSeconds(recipe.resolve({"conv1", "conv2", "fc"}));
    };
    const Recipe renormalized = recipeOf({"*:bits=4", "conv*:renormalize=data"});
    QCOMPARE(seconds(recipeOf({"*:bits=4"})), 0.0);
    QVERIFY(seconds(renormalized) >= renormalizingWork(source.layers()).units);
    compressor.compress(renormalized);
    QCOMPARE(seconds(renormalized), 0.0); // it is known
    QCOMPARE(Compressor(source).expectedSeconds(renormalized.resolve({"conv1", "conv2", "fc"})), 0.0);
}

void TstRenormalize::untouchedModels_keepTheirMeans()
{
    const Model source = model();
    const CompressedModel none = Compressor(source, calibrationOf(source)).compress(recipeOf({}));
    QVERIFY(!none.tuning && none.changesNothing());
    const CompressedModel measured =
        Compressor(source, calibrationOf(source)).compress(recipeOf({"conv1:renormalize=data"}));
    QCOMPARE(measured.constants().size(), size_t(2));
    QVERIFY(!measured.changesNothing() && measured.layers[0].code.changesNothing());
    QVERIFY(measured.constants().contains("m1") && measured.constants().contains("v1"));
}

void TstRenormalize::costs_areThoseOfTheFile()
{
    const Model source = model();
    const auto calibration = calibrationOf(source);
    Compressor compressor(source, calibration);
    Exporter exporter(source);
    for (const char *rule : {"*:renormalize=data", "*:bits=4,renormalize=data", "*:rank=2,renormalize=data",
                             "conv1:prune=0.5,renormalize=data,fold=batchnorm"}) {
        const Recipe recipe = recipeOf({rule});
        const CompressedModel compressed = compressor.compress(recipe);
        const BuiltModel built = exporter.build(compressed, Storage::Compact);
        QCOMPARE(exporter.costs(compressed).fileBytes, built.model.serializedBytes());
        QCOMPARE(compressor.compress(recipe).tuning, compressed.tuning); // remembered
        const CompressedModel again = Compressor(source, calibration).compress(recipe);
        QCOMPARE(buildModel(again, Storage::Compact).model.serialize(), built.model.serialize());
    }
}

void TstRenormalize::movingLayers_areMeasuredAsExported()
{
    const Model source = model();
    LiveCheck check(source, randomSamples(source, 60, mixedLabels(60)), calibrationOf(source));
    QCOMPARE(check.faultOf(recipeOf({"*:renormalize=data"}), {}), std::string());
    for (const size_t layer : {0, 1, 2})
        for (const char *bits : {"bits=4", "bits=3", "prune=0.7"})
            QCOMPARE(check.faultOf(recipeOf({"*:renormalize=data", source.layers()[layer].name + ":" + bits}),
                                   {layer}),
                     std::string());
    QCOMPARE(check.faultOf(recipeOf({"conv1:prune=0.7"}), {0}), std::string());
    const CompressedModel second = check.compress(recipeOf({"*:renormalize=data", "conv2:prune=0.7"}));
    check.live().prepare(second, {1});
    QVERIFY(check.live().facts(second, {1}).ready);
    QVERIFY(check.live().facts(second, {1}).macShare < 0.9); // the first normalization stays before the cut
}

void TstRenormalize::files_pass()
{
    QTemporaryDir folder;
    const Model source = model();
    const std::string path = folder.filePath("small.onnx").toStdString();
    const auto calibration = calibrationOf(source);
    const CompressedModel compressed =
        Compressor(source, calibration).compress(recipeOf({"*:prune=0.6,bits=4,renormalize=data"}));
    for (const Storage storage : {Storage::Compact, Storage::QdqInt8, Storage::QdqInt4}) {
        buildModel(compressed, storage).model.save(path);
        const Model file = Model::load(path);
        QCOMPARE(file.metadata().at("lathe.tuning_sha256"), compressed.tuning->sha256());
        QVERIFY(certify(path, compressed).passed());
        CertifyOptions options;
        options.calibration = calibration;
        QVERIFY(certify(path, source, recipeOfExport(file), options).passed());
        QVERIFY(certify(path, source, recipeOfExport(file)).passed()); // by the hash that it carries
    }
}

void TstRenormalize::filesThatAreChanged_fail()
{
    QTemporaryDir folder;
    const Model source = model();
    const std::string path = folder.filePath("small.onnx").toStdString();
    const CompressedModel compressed =
        Compressor(source, calibrationOf(source)).compress(recipeOf({"*:prune=0.6,renormalize=data"}));
    for (const char *name : {"m2", "s1"}) { // one that was replaced, one that was not
        onnx::ModelProto proto = buildModel(compressed, Storage::Compact).model.content().proto;
        for (auto &constant : *proto.mutable_graph()->mutable_initializer())
            if (constant.name() == name) {
                Tensor tensor = readTensor(constant, source.content());
                tensor.as<float>()[3] += 0.25F;
                constant = makeTensorProto(name, tensor);
            }
        modelFromProto(std::move(proto), source).save(path);
        QVERIFY(certify(path, source, compressed.finalRecipe()).failed());
    }
    QVERIFY(certify(path, compressed).failed());
}

void TstRenormalize::layersWithoutNormalization_areNamed()
{
    const Model source = model();
    const CompressedModel compressed =
        Compressor(source, calibrationOf(source)).compress(recipeOf({"*:renormalize=data"}));
    QCOMPARE(compressed.issues.size(), size_t(1));
    QCOMPARE(
        compressed.issues[0].message.text(),
        std::string("Nothing is measured again behind fc: no batch normalization takes what it gives before "
                    "another layer does."));
}

void TstRenormalize::dataIsAskedFor()
{
    const Model source = model();
    QVERIFY(needsInputs(source, recipeOf({"conv1:renormalize=data"})));
    QVERIFY_EXCEPTION_THROWN(Compressor(source).compress(recipeOf({"conv1:renormalize=data"})), Error);
}

void TstRenormalize::realModels_areMeasuredAsExported_data()
{
    QTest::addColumn<size_t>("layer"); ///< that moves
    QTest::newRow("resnet20_cifar10") << size_t(9);
    QTest::newRow("resnet56_cifar10") << size_t(40);
    QTest::newRow("vit_cifar10_ibp_3_3_8") << size_t(6);
}

void TstRenormalize::realModels_areMeasuredAsExported()
{
    LATHE_NEED_TEST_DATA();
    QFETCH(size_t, layer);
    const Model source = Model::load(testData() + "/models/" + QTest::currentDataTag() + ".onnx");
    const SampleSet samples = SampleSet::prepare(source, Dataset::open(testData() + "/cifar10-sample"),
                                                 findPreprocessing(source.path()).value(), 80);
    const auto calibration = calibrate(source, samples.subset({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
    LiveCheck check(source, samples, calibration);
    const std::string name = source.layers()[layer].name;
    for (const char *settings : {"bits=4", "prune=0.8", "prune=0.7"})
        QCOMPARE(check.faultOf(recipeOf({"*:prune=0.5,renormalize=data", name + ":" + settings}), {layer}),
                 std::string());
    QTemporaryDir folder;
    const std::string path = folder.filePath("small.onnx").toStdString();
    const CompressedModel compressed = check.compress(recipeOf({"*:prune=0.5,renormalize=data"}));
    QVERIFY(compressed.constants().size() > 5);
    buildModel(compressed, Storage::Compact).model.save(path);
    QVERIFY(certify(path, compressed).passed());
    QVERIFY(certify(path, source, compressed.finalRecipe()).passed());
}

void TstRenormalize::realModels_getBetter_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("data");
    QTest::addColumn<QString>("rule");
    QTest::addColumn<int>("points"); ///< of 100 that are won at least
    QTest::newRow("resnet20, 70 % pruned") << "resnet20_cifar10"
                                           << "cifar10-sample"
                                           << "*:prune=0.7" << 20;
    QTest::newRow("resnet56, 70 % pruned") << "resnet56_cifar10"
                                           << "cifar10-sample"
                                           << "*:prune=0.7" << 10;
    QTest::newRow("resnet56, 80 % pruned") << "resnet56_cifar10"
                                           << "cifar10-sample"
                                           << "*:prune=0.8" << 15;
    QTest::newRow("resnet56, ternary") << "resnet56_cifar10"
                                       << "cifar10-sample"
                                       << "*:format=ternary" << 30;
    QTest::newRow("transformer, 60 % pruned") << "vit_cifar10_ibp_3_3_8"
                                              << "cifar10-sample"
                                              << "*:prune=0.6" << 0;
}

void TstRenormalize::realModels_getBetter()
{
    QFETCH(QString, file);
    QFETCH(QString, data);
    QFETCH(QString, rule);
    QFETCH(int, points);
    LATHE_NEED_TEST_DATA();
    const std::string folder = testData();
    const Model source = Model::load(folder + "/models/" + file.toStdString() + ".onnx");
    const Dataset dataset = Dataset::open(folder + "/" + data.toStdString());
    const SampleSet all = SampleSet::prepare(source, dataset, findPreprocessing(source.path()).value(), 1000);
    std::vector<size_t> even, odd;
    for (size_t i = 0; i < all.size(); ++i)
        (i % 2 == 0 ? even : odd).push_back(i);
    Compressor compressor(source, calibrate(source, all.subset(even)));
    const SampleSet samples = all.subset(odd);
    const auto accuracy = [&](const std::string &settings) {
        const Model built = buildModel(compressor.compress(recipeOf({settings})), Storage::Dense).model;
        return 100.0 * metricsOf(runSamples(Session(built), samples).values, samples.labels()).top1->value;
    };
    const double before = accuracy(rule.toStdString());
    const double after = accuracy(rule.toStdString() + ",renormalize=data");
    qInfo("top-1 %.2f %% -> %.2f %%", before, after);
    QVERIFY(after >= before + points);
}

QTEST_GUILESS_MAIN(TstRenormalize)
#include "tst_renormalize.moc"
