#include "core/exporting/graph.h"
#include "core/measure/measure.h"
#include "core/model/proto.h"
#include "core/onnx/graphindex.h"
#include "core/recover/recovery.h"
#include "core/recover/tunedmodel.h"
#include "core/rewrite/blocks.h"
#include "tests/support/calibrationruns.h"
#include "tests/support/samplesets.h"

#include <QTest>

using namespace lathe;
using namespace lathe::test;

/// Recovery without gradients of models that lost channels or blocks.
class TstRecoverNarrow : public QObject {
    Q_OBJECT
private slots:
    void channels_areMadeUpForByLayersThatStay();
    void blocks_areMadeUpForByLayersBehind();
    void standIns_haveTheNamesOfWhatWent();
    void enough_leavesTheOtherLayers();
    void whatIsNearer_comesFirst();
    void encodedOnes_getNormalizationsAlone_data();
    void encodedOnes_getNormalizationsAlone();
    void nothingThatHelps_leavesTheModel();

private:
    static Model network();
    static SampleSet samplesOf(const Model &model);
    static CompressedModel compressed(Compressor &compressor, const std::vector<std::string> &rules);
};

/// Two convolutions with a normalization each, the second with a shortcut around it, and a product.
Model TstRecoverNarrow::network()
{
    GraphBuilder graph;
    graph.input("x", {-1, 3, 6, 6}).random("w1", {16, 3, 3, 3}, 0.3F).random("w2", {16, 16, 1, 1}, 0.3F);
    graph.random("w3", {10, 16});
    for (const std::string n : {"1", "2"}) {
        graph.random("s" + n, {16}).random("t" + n, {16}).random("m" + n, {16}, 0.2F);
        graph.constant("v" + n, makeTensor(Shape{16}, std::vector<float>(16, 0.7F)));
    }
    graph.node("Conv", {"x", "w1"}, {"c1"}, {}, "conv1");
    graph.node("BatchNormalization", {"c1", "s1", "t1", "m1", "v1"}, {"n1"}).node("Relu", {"n1"}, {"r1"});
    graph.node("Conv", {"r1", "w2"}, {"c2"}, {}, "conv2");
    graph.node("BatchNormalization", {"c2", "s2", "t2", "m2", "v2"}, {"n2"}).node("Add", {"n2", "r1"}, {"a"});
    graph.node("Relu", {"a"}, {"r2"}).node("GlobalAveragePool", {"r2"}, {"p"}).node("Flatten", {"p"}, {"f"});
    graph.node("Gemm", {"f", "w3"}, {"y"}, {{"transB", int64_t(1)}}, "fc").output("y", {-1, 10});
    return graph.build();
}

/// As behind a Relu, so that what goes is missing from the means.
SampleSet TstRecoverNarrow::samplesOf(const Model &model)
{
    Tensor tensor = randomTensor({200, 3, 6, 6}, 3);
    for (float &value : tensor.as<float>())
        value = std::abs(value);
    return sampleSet(model, {{"x", tensor}});
}

CompressedModel TstRecoverNarrow::compressed(Compressor &compressor, const std::vector<std::string> &rules)
{
    Recipe recipe;
    for (const std::string &rule : rules)
        recipe.rules.push_back(parseRule(rule));
    return compressor.compress(recipe);
}

void TstRecoverNarrow::channels_areMadeUpForByLayersThatStay()
{
    const Model source = network();
    Compressor compressor(source);
    const CompressedModel start = compressed(compressor, {"conv1:channels=0.5"});
    const Recovered recovered = recoverWithoutGradients(compressor, start, splitSamples(samplesOf(source)));
    QVERIFY(recovered.divergenceAfter < 0.5 * recovered.divergenceBefore);
    QVERIFY(recovered.issues.empty());
    QVERIFY(recovered.tuning);
    const BuiltModel before = buildModel(start, Storage::Compact),
                     after = buildModel(recovered.model, Storage::Compact);
    QCOMPARE(after.macs, before.macs);
    QCOMPARE(recovered.model.source.layers()[0].rows, Index(8));
    // What was learned makes the same model again.
    const CompressedModel again = compressor.compress(start.recipe, recovered.tuning);
    QCOMPARE(buildModel(again, Storage::Compact).model.serialize(), after.model.serialize());
}

void TstRecoverNarrow::blocks_areMadeUpForByLayersBehind()
{
    const Model source = network();
    Compressor compressor(source);
    const CompressedModel start = compressed(compressor, {"conv2:drop=true"});
    QVERIFY(start.source.layers()[1].absent);
    RecoveryOptions options;
    options.steps = {RecoveryStep::Refit};
    const SampleSet samples = samplesOf(source);
    const Recovered recovered = recoverWithoutGradients(compressor, start, splitSamples(samples), options);
    QCOMPARE(recovered.steps.size(), size_t(1));
    QVERIFY(recovered.steps.front().kept);
    QVERIFY(recovered.issues.empty());
    QVERIFY(recovered.divergenceAfter < 0.5 * recovered.divergenceBefore);
    // What stands before the block gets and gives what it did, so that it stays.
    QVERIFY(!recovered.model.layers[0].code.weight && recovered.model.layers[2].code.weight);
    const CompressedModel again = compressor.compress(start.recipe, recovered.tuning);
    QVERIFY(buildModel(again, Storage::Compact).model.serialize() ==
            buildModel(recovered.model, Storage::Compact).model.serialize());
    const SplitSamples split = splitSamples(samples);
    const auto outputs = [&](const Model &model) { return runSamples(Session(model), split.heldOut).values; };
    const Matrix wanted = outputs(source);
    const double lost = (outputs(buildModel(start, Storage::Dense).model) - wanted).norm();
    QVERIFY((outputs(buildModel(recovered.model, Storage::Dense).model) - wanted).norm() < 0.7 * lost);
}

void TstRecoverNarrow::standIns_haveTheNamesOfWhatWent()
{
    const Model source = network();
    const Blocks blocks = skippableBlocks(source);
    const Model left = withoutBlocks(source, blocks, {*blocks.ofLayer[1]});
    const Model named = withStandIns(left, blocks);
    const std::string &output = blocks.blocks[*blocks.ofLayer[1]].output;
    QVERIFY(!left.content().index->find(0, output) && named.content().index->find(0, output));
    const SampleSet samples = samplesOf(source).subset({0, 1, 2});
    SessionOptions options;
    options.extraOutputs = {output, blocks.blocks[*blocks.ofLayer[1]].input};
    const Session session(named, options);
    const std::vector<Tensor> values =
        session.run(std::vector<TensorView>(samples.tensors().begin(), samples.tensors().end()));
    QCOMPARE(values.size(), size_t(3));
    QVERIFY(values[1].bytes == values[2].bytes);
}

void TstRecoverNarrow::enough_leavesTheOtherLayers()
{
    const Model source = network();
    Compressor compressor(source);
    const CompressedModel start = compressed(compressor, {"conv2:drop=true"});
    const auto fitted = [&](int layers) {
        RecoveryOptions options;
        options.steps = {RecoveryStep::Refit};
        options.isEnough = [&layers] { return layers-- == 0; };
        return recoverWithoutGradients(compressor, start, splitSamples(samplesOf(source)), options);
    };
    QVERIFY(!fitted(2).tuning); // the first gives what it gave, the second went
    const Recovered all = fitted(3);
    QCOMPARE(all.steps.front().layers, Index(1));
    QVERIFY(all.tuning && all.divergenceAfter < all.divergenceBefore);
}

void TstRecoverNarrow::whatIsNearer_comesFirst()
{
    const Model source = network();
    Compressor compressor(source);
    const Recovered recovered = recoverWithoutGradients(
        compressor, compressed(compressor, {"conv1:channels=0.5"}), splitSamples(samplesOf(source)));
    QVERIFY(recovered.steps.size() > 1);
    QCOMPARE(nameOf(recovered.steps.front().step), nameOf(RecoveryStep::Normalizations));
    for (const RecoveryOutcome &outcome : recovered.steps)
        QVERIFY(outcome.step != RecoveryStep::Encoding && outcome.step != RecoveryStep::Calibration);
}

void TstRecoverNarrow::encodedOnes_getNormalizationsAlone_data()
{
    QTest::addColumn<QString>("rule");
    QTest::newRow("channels and bits") << "*:channels=0.5,bits=4";
    QTest::newRow("a block and bits") << "*:drop=true,bits=4";
}

void TstRecoverNarrow::encodedOnes_getNormalizationsAlone()
{
    QFETCH(QString, rule);
    const Model source = network();
    Compressor compressor(source);
    const CompressedModel start = compressed(compressor, {rule.toStdString()});
    QVERIFY(isNarrower(start));
    const Recovered recovered = recoverWithoutGradients(compressor, start, splitSamples(samplesOf(source)));
    QVERIFY(std::ranges::all_of(recovered.steps, [](const RecoveryOutcome &outcome) {
        return outcome.step == RecoveryStep::Normalizations;
    }));
    QCOMPARE(recovered.issues.size(), size_t(1));
    QVERIFY(recovered.issues.front().message.text().find("only its normalizations") != std::string::npos);
    QVERIFY(recovered.divergenceAfter <= recovered.divergenceBefore);
}

void TstRecoverNarrow::nothingThatHelps_leavesTheModel()
{
    const Model source = network();
    Compressor compressor(source);
    const CompressedModel start = compressed(compressor, {"conv1:channels=0.5"});
    RecoveryOptions options;
    options.steps = {RecoveryStep::Encoding};
    const Recovered recovered =
        recoverWithoutGradients(compressor, start, splitSamples(samplesOf(source)), options);
    QVERIFY(!recovered.tuning && recovered.steps.empty());
    QCOMPARE(buildModel(recovered.model, Storage::Compact).model.serialize(),
             buildModel(start, Storage::Compact).model.serialize());
}

QTEST_GUILESS_MAIN(TstRecoverNarrow)
#include "tst_recovernarrow.moc"
