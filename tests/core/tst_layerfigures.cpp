// What is measured of each layer on request: its time, and what the output loses with it.
#include "core/measure/batches.h"
#include "core/oracle/outputoracle.h"
#include "core/preview/layersensitivity.h"
#include "core/runtime/nodetimes.h"
#include "tests/support/graphbuilder.h"
#include "tests/support/samplesets.h"
#include "tests/support/temporaryplace.h"

#include <QDir>
#include <QTemporaryDir>
#include <QtTest>
#include <cmath>

using namespace lathe;
using namespace lathe::test;

class TstLayerFigures : public QObject {
    Q_OBJECT
private slots:
    void seconds_areTheirNodes();
    void seconds_leaveNoFileBehind();
    void missingFolder_isNamed();
    void unnamedNodes_goByTheirOutput();
    void nodesOfOneName_areToldApart();
    void sensitivity_isThatOfAFreshSession();
    void sensitivity_isUnknownOfWhatCannotBeCompressed();
    void costs_areThoseOfTheLayerCompressedAlone();
    void costs_ofTiedLayersCountOnce();
    void costs_ofASharedThreshold_goByIt();
    void costs_ofWhatGoes_areThoseOfEachAlone();
    void costs_ofNarrowerLayers_areThoseOfWholeOnes();
};

/// A heavy and a light convolution, the second without a name.
static Model twoConvolutions()
{
    GraphBuilder b;
    b.input("x", {-1, 8, 32, 32}).output("y").random("heavy", {64, 8, 5, 5}).random("light", {2, 64, 1, 1});
    b.node("Conv", {"x", "heavy"}, {"h"}, {}, "heavy").node("Relu", {"h"}, {"r"}, {}, "relu");
    b.node("Conv", {"r", "light"}, {"c"})
        .node("GlobalAveragePool", {"c"}, {"g"})
        .node("Flatten", {"g"}, {"y"});
    return b.build();
}

void TstLayerFigures::seconds_areTheirNodes()
{
    const Model model = twoConvolutions();
    QCOMPARE(layerSeconds(model, {{"heavy", 2.0}, {"relu", 8.0}, {"c", 0.5}}),
             (std::vector<double>{2.0, 0.5}));
    QVERIFY(std::isnan(layerSeconds(model, {{"heavy", 2.0}})[1]));
    const Tensor x = randomTensor({1, 8, 32, 32}, 1);
    const std::vector<TensorView> feeds{x};
    for (const double seconds : layerSeconds(model, feeds, 9))
        QVERIFY(seconds > 0.0);
}

void TstLayerFigures::seconds_leaveNoFileBehind()
{
    const QTemporaryDir folder;
    const TemporaryPlace place(folder.path());
    const Tensor x = randomTensor({1, 8, 32, 32}, 1);
    const std::vector<TensorView> feeds{x}, none;
    nodeSeconds(twoConvolutions(), feeds, 1);
    QVERIFY(QDir(folder.path()).isEmpty());
    QVERIFY_EXCEPTION_THROWN(nodeSeconds(twoConvolutions(), none, 1), Error);
    QVERIFY(QDir(folder.path()).isEmpty());
}

void TstLayerFigures::missingFolder_isNamed()
{
    const TemporaryPlace nowhere("/nowhere/at/all");
    const Tensor x = randomTensor({1, 8, 32, 32}, 1);
    const std::vector<TensorView> feeds{x};
    const auto outcome = runGuarded([&] { return nodeSeconds(twoConvolutions(), feeds, 1); });
    const auto *error = std::get_if<Error>(&outcome);
    QVERIFY(error);
    QCOMPARE(error->code(), ErrorCode::FileUnwritable);
    QVERIFY2(std::string(error->what()).find("TMPDIR") != std::string::npos, error->what());
}

void TstLayerFigures::unnamedNodes_goByTheirOutput()
{
    const Tensor x = randomTensor({1, 8, 32, 32}, 1);
    const std::vector<TensorView> feeds{x};
    const auto seconds = nodeSeconds(twoConvolutions(), feeds, 1);
    QVERIFY(seconds.contains("heavy") && seconds.contains("c"));
}

void TstLayerFigures::nodesOfOneName_areToldApart()
{
    GraphBuilder b;
    b.input("x", {-1, 8, 32, 32}).output("y").random("light", {2, 8, 1, 1}).random("heavy", {64, 2, 5, 5});
    b.node("Conv", {"x", "light"}, {"l"}, {}, "conv").node("Relu", {"l"}, {"r"}, {}, "h");
    b.node("Conv", {"r", "heavy"}, {"h"}, {}, "conv"); // its output is called as the node before it
    b.node("Sigmoid", {"h"}, {"y"}, {}, "end");
    const Tensor x = randomTensor({1, 8, 32, 32}, 1);
    const std::vector<TensorView> feeds{x};
    const Model model = b.build();
    const auto nodes = nodeSeconds(model, feeds, 1);
    std::map<std::string, double> told; // each node another figure
    for (const auto &[name, seconds] : nodes)
        told[name] = double(told.size());
    const std::vector<double> seconds = layerSeconds(model, told);
    QCOMPARE(seconds.size(), size_t(2));
    QCOMPARE(seconds[0], told.at("l"));
    QCOMPARE(seconds[1], told.at("h#"));
    QCOMPARE(nodes.size(), size_t(4)); // none hides another
}

void TstLayerFigures::sensitivity_isThatOfAFreshSession()
{
    const Model model = twoConvolutions();
    const SampleSet samples = randomSamples(model, 12);
    const Baseline baseline = measureBaseline(model, samples);
    Compressor compressor(model);
    const auto exporter = std::make_shared<Exporter>(model);
    const std::vector<double> figures =
        layerSensitivities(compressor, exporter, samples, baseline, {.bits = 2, .samples = 5});
    for (size_t layer = 0; layer < 2; ++layer) {
        LayerSettings settings;
        settings.quantize.emplace().bits = 2;
        const Recipe recipe = Recipe{}.withLayer(model.layers()[layer].name, settings);
        const BuiltModel built = buildModel(compressor.compress(recipe), Storage::Dense);
        const Matrix after = runSamples(Session(built.model), samples).values;
        // All samples here, five there: the same size, not the same number.
        const double all = (after - baseline.values).norm() / baseline.values.norm();
        QVERIFY2(figures[layer] > 0.3 * all && figures[layer] < 3.0 * all,
                 qPrintable(QString("%1 %2").arg(figures[layer]).arg(all)));
    }
    const std::vector<double> exact =
        layerSensitivities(compressor, exporter, samples, baseline, {.bits = 2, .samples = 100});
    LayerSettings settings;
    settings.quantize.emplace().bits = 2;
    const BuiltModel built =
        buildModel(compressor.compress(Recipe{}.withLayer(model.layers()[0].name, settings)), Storage::Dense);
    const Matrix after = runSamples(Session(built.model), samples).values;
    const double reference = (after - baseline.values).norm() / baseline.values.norm();
    QVERIFY(std::abs(exact[0] - reference) < 1e-3 * reference);
}

void TstLayerFigures::sensitivity_isUnknownOfWhatCannotBeCompressed()
{
    GraphBuilder b;
    b.input("x", {-1, 4}).output("y").random("w", {4, 4}).random("v", {4, 3});
    b.node("MatMul", {"x", "w"}, {"a"}, {}, "first").node("MatMul", {"a", "w"}, {"t"}, {}, "tied");
    b.node("MatMul", {"t", "v"}, {"y"}, {}, "last");
    const Model model = b.build();
    const SampleSet samples = randomSamples(model, 4);
    Compressor compressor(model);
    const auto exporter = std::make_shared<Exporter>(model);
    const std::vector<double> figures =
        layerSensitivities(compressor, exporter, samples, measureBaseline(model, samples), {});
    QVERIFY(std::isfinite(figures[0]) && std::isnan(figures[1]) && std::isfinite(figures[2]));
}

void TstLayerFigures::costs_areThoseOfTheLayerCompressedAlone()
{
    const Model model = twoConvolutions();
    const SampleSet samples = randomSamples(model, 6);
    Compressor compressor(model);
    Exporter exporter(model);
    const auto oracle = OutputOracle::of(model, samples);
    const LayerCosts costs =
        costsOfLayers(compressor, exporter, {{}, {parseRule("*:bits=2,prune=0.5")}}, *oracle);
    QCOMPARE(costs.layers.size(), size_t(2));
    for (const LayerCost &cost : costs.layers) {
        const std::string &name = model.layers()[cost.layer].name;
        const CompressedModel alone =
            compressor.compress({{}, {parseRule(globEscaped(name) + ":bits=2,prune=0.5")}});
        QVERIFY(cost.loss.has_value());
        QCOMPARE(cost.loss->distance, oracle->loss(alone)->distance);
        QCOMPARE(cost.loss->divergence, oracle->loss(alone)->divergence);
        QCOMPARE(cost.bytes, buildModel(alone, Storage::Compact).layers[cost.layer].bytes);
        QCOMPARE(cost.sourceBytes, model.layers()[cost.layer].fileBytes);
        QCOMPARE(cost.settings.quantize->bits, 2);
    }
    const LayerCosts one = costsOfLayers(
        compressor, exporter, {{}, {parseRule(globEscaped(model.layers()[1].name) + ":bits=8")}}, *oracle);
    QCOMPARE(one.layers.size(), size_t(1));
    QCOMPARE(one.layers.front().layer, size_t(1));
}

void TstLayerFigures::costs_ofTiedLayersCountOnce()
{
    GraphBuilder b;
    b.input("x", {-1, 4}).output("y").random("w", {4, 4}).random("v", {4, 3});
    b.node("MatMul", {"x", "w"}, {"a"}, {}, "first").node("MatMul", {"a", "w"}, {"t"}, {}, "tied");
    b.node("MatMul", {"t", "v"}, {"y"}, {}, "last");
    const Model model = b.build();
    Compressor compressor(model);
    Exporter exporter(model);
    const auto oracle = OutputOracle::of(model, randomSamples(model, 4));
    const LayerCosts costs = costsOfLayers(compressor, exporter, {{}, {parseRule("*:bits=3")}}, *oracle);
    QCOMPARE(costs.layers.size(), size_t(2));
    QCOMPARE(costs.layers[0].layer, size_t(0));
    QCOMPARE(costs.layers[1].layer, size_t(2));
    QCOMPARE(costs.layers[0].loss->distance,
             oracle->loss(compressor.compress({{}, {parseRule("first:bits=3")}}))->distance);
}

void TstLayerFigures::costs_ofASharedThreshold_goByIt()
{
    GraphBuilder b;
    b.input("x", {-1, 8}).output("y").random("large", {8, 8}, 1.0F).random("small", {8, 8}, 0.01F);
    b.node("MatMul", {"x", "large"}, {"a"}, {}, "first").node("MatMul", {"a", "small"}, {"y"}, {}, "last");
    const Model model = b.build();
    Compressor compressor(model);
    Exporter exporter(model);
    const auto oracle = OutputOracle::of(model, randomSamples(model, 4));
    const LayerCosts costs =
        costsOfLayers(compressor, exporter, {{}, {parseRule("*:prune=0.5,prune.scope=global")}}, *oracle);
    double ofFirst = 0.0, ofLast = 0.0;
    for (const LayerCost &cost : costs.layers)
        (cost.layer == 0 ? ofFirst : ofLast) = cost.loss->distance;
    QVERIFY2(ofLast > 0.9, qPrintable(QString::number(ofLast))); // nearly all of what goes is there
    QVERIFY2(ofFirst < 0.1, qPrintable(QString::number(ofFirst)));
}

/// Three layers one behind the other and a shortcut around the second.
static Model shortcut()
{
    GraphBuilder b;
    b.input("x", {-1, 6}).output("y").random("u", {6, 8}).random("v", {8, 8}).random("w", {8, 3});
    b.node("MatMul", {"x", "u"}, {"a"}, {}, "first").node("MatMul", {"a", "v"}, {"i"}, {}, "inner");
    b.node("Add", {"a", "i"}, {"s"}).node("MatMul", {"s", "w"}, {"y"}, {}, "last");
    return b.build();
}

void TstLayerFigures::costs_ofWhatGoes_areThoseOfEachAlone()
{
    const Model model = shortcut();
    Compressor compressor(model);
    Exporter exporter(model);
    const auto oracle = OutputOracle::of(model, randomSamples(model, 6));
    const auto lossOf = [&](const char *rule) {
        return oracle->loss(compressor.compress({{}, {parseRule(rule)}}))->distance;
    };
    const LayerCosts costs =
        costsOfLayers(compressor, exporter,
                      {{}, {parseRule("first:channels=0.25"), parseRule("inner:drop=true")}}, *oracle);
    QVERIFY(costs.layers.empty()); // nothing is encoded
    QCOMPARE(costs.removals.size(), size_t(2));
    const RemovalCost &channels = costs.removals[0];
    QCOMPARE(channels.layer, std::string("first"));
    QVERIFY(!channels.isBlock);
    QCOMPARE(channels.removed, size_t(2));
    QCOMPARE(channels.of, size_t(8));
    QCOMPARE(channels.macs, std::optional<int64_t>(2 * 6 + (8 * 8 - 6 * 6) + 2 * 3));
    QCOMPARE(channels.loss->distance, lossOf("first:channels=0.25"));
    const RemovalCost &block = costs.removals[1];
    QCOMPARE(block.layer, std::string("inner"));
    QVERIFY(block.isBlock);
    QCOMPARE(block.macs, std::optional<int64_t>(8 * 8));
    QVERIFY(block.bytes > int64_t(8) * 8 * 4);
    QCOMPARE(block.loss->distance, lossOf("inner:drop=true"));
}

void TstLayerFigures::costs_ofNarrowerLayers_areThoseOfWholeOnes()
{
    const Model model = shortcut();
    Compressor compressor(model);
    Exporter exporter(model);
    const auto oracle = OutputOracle::of(model, randomSamples(model, 6));
    const LayerCosts costs =
        costsOfLayers(compressor, exporter, {{}, {parseRule("*:channels=0.25,bits=3")}}, *oracle);
    const LayerCosts wide = costsOfLayers(compressor, exporter, {{}, {parseRule("*:bits=3")}}, *oracle);
    QCOMPARE(costs.removals.size(), size_t(1)); // "last" makes the output
    QCOMPARE(costs.layers.size(), wide.layers.size());
    for (size_t i = 0; i < wide.layers.size(); ++i) {
        QCOMPARE(costs.layers[i].bytes, wide.layers[i].bytes);
        QCOMPARE(costs.layers[i].loss->distance, wide.layers[i].loss->distance);
    }
}

QTEST_GUILESS_MAIN(TstLayerFigures)
#include "tst_layerfigures.moc"
