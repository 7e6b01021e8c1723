#include "core/exporting/graph.h"

#include "core/model/proto.h"
#include "core/onnx/graphindex.h"
#include "core/runtime/session.h"
#include "core/runtime/simplified.h"
#include "tests/support/exportcases.h"

#include <QTest>
#include <algorithm>
#include <onnx/checker.h>

using namespace lathe;
using namespace lathe::test;

namespace {

CompressedModel compressed(const Model &source, const std::string &rule)
{
    return Compressor(source).compress({"", {parseRule(rule)}});
}

BuiltModel compact(const Model &source, const std::string &rule)
{
    return buildModel(compressed(source, rule), Storage::Compact);
}

/// One product with a weight of rows * cols elements.
Model product(Index rows, Index cols, int opset = 13, int irVersion = 7)
{
    GraphBuilder builder(opset, irVersion);
    builder.input("x", {1, cols})
        .output("y")
        .constant("w", randomTensor({cols, rows}, 9))
        .node("MatMul", {"x", "w"}, {"y"}, {}, "m");
    if (irVersion < 4)
        builder.input("w", {cols, rows});
    return builder.build();
}

Tensor run(const Session &session)
{
    std::vector<Tensor> feed;
    for (const ValueInfo &input : session.inputs())
        feed.push_back(fromFloats(input.type, input.shape, toFloats(randomTensor(input.shape, 2))));
    return session.run(std::vector<TensorView>(feed.begin(), feed.end()))[0];
}

bool sameOutputs(const Model &a, const Model &b)
{
    const Tensor x = run(Session(a));
    const Tensor y = run(Session(b));
    return x.type == y.type && x.shape == y.shape && x.bytes == y.bytes;
}

} // namespace

class TstStorage : public QObject {
    Q_OBJECT
private slots:
    void bits_takeBits_data();
    void bits_takeBits();
    void smallestForm_isChosen_data();
    void smallestForm_isChosen();
    void tinyLayers_stayPlain();
    void everyFile_isValidOnnx_data();
    void everyFile_isValidOnnx();
    void unpacking_isFoldedOnLoading_data();
    void unpacking_isFoldedOnLoading();
    void oldOpset_staysPlainAndSaysSo();
    void bfloat16_isUnpackedWhereItCanBe_data();
    void bfloat16_isUnpackedWhereItCanBe();
    void oldIr_listsConstantsButAsksForNoMoreInputs();
    void exportedFile_hasTheSameLayers_data();
    void exportedFile_hasTheSameLayers();
    void newNames_neverClash();
    void factors_canBeCompressedAgain();
    void layersWithoutTwoNodes_sayTheyAreMultiplied();
    void untouchedModel_keepsItsGraph();
    void costs_followEveryChange();
    void otherModel_isRefused();
    void stopped_isCancelled();
};

void TstStorage::bits_takeBits_data()
{
    QTest::addColumn<int>("bits");
    QTest::addColumn<int>("opset");
    for (int bits = 1; bits <= 8; ++bits)
        for (const int opset : {7, 13})
            QTest::addRow("%d bits, opset %d", bits, opset) << bits << opset;
}

void TstStorage::bits_takeBits()
{
    QFETCH(int, bits);
    QFETCH(int, opset);
    const Model source = product(512, 512, opset);
    const BuiltModel built = compact(source, "*:granularity=tensor,bits=" + std::to_string(bits));
    constexpr int64_t overhead = 3000; // graph, recipe, hash and the constants that unpack
    QVERIFY(built.model.serializedBytes() <= 512 * 512 * bits / 8 + overhead);
    QVERIFY(built.layers[0].bytes <= built.model.serializedBytes());
}

void TstStorage::smallestForm_isChosen_data()
{
    QTest::addColumn<QString>("settings");
    QTest::addColumn<int>("opset");
    QTest::addColumn<QString>("form");
    QTest::addRow("all codes") << "bits=8" << 13 << "codes 8 bit";
    QTest::addRow("many zero codes") << "bits=3,granularity=tensor" << 13 << "mask + codes 3 bit";
    QTest::addRow("half pruned") << "prune=0.5" << 13 << "mask + values";
    QTest::addRow("half pruned, old") << "prune=0.5" << 7 << "mask + values";
    QTest::addRow("nearly all pruned") << "prune=0.97" << 13 << "gaps + values";
    QTest::addRow("nearly all pruned, old") << "prune=0.97" << 9 << "mask + values";
    QTest::addRow("pruned codes") << "prune=0.6,bits=4" << 13 << "mask + codes 4 bit";
    QTest::addRow("few codes") << "prune=0.97,bits=8" << 13 << "gaps + codes 8 bit";
    QTest::addRow("hardly pruned codes") << "prune=0.01,bits=8" << 13 << "codes 8 bit";
    QTest::addRow("two signs") << "bits=1" << 13 << "codes 1 bit";
    QTest::addRow("two signs and zeros") << "prune=0.5,bits=1" << 13 << "mask + codes 1 bit";
    QTest::addRow("factors") << "rank=8,bits=6" << 13 << "factors (codes 6 bit, codes 6 bit)";
    QTest::addRow("plain factors") << "rank=8" << 7 << "factors (plain, plain)";
}

void TstStorage::smallestForm_isChosen()
{
    QFETCH(QString, settings);
    QFETCH(int, opset);
    QFETCH(QString, form);
    const BuiltModel built = compact(product(300, 200, opset), "*:" + settings.toStdString());
    QCOMPARE(QString::fromStdString(built.layers[0].form.text()), form);
}

void TstStorage::tinyLayers_stayPlain()
{
    const Model source = product(6, 5);
    const BuiltModel built = compact(source, "*:bits=4");
    QCOMPARE(built.layers[0].form.text(), std::string("plain"));
    QCOMPARE(built.layers[0].values, std::vector<std::string>{"w"});
    QCOMPARE(built.model.operatorCounts(), source.operatorCounts());
    QVERIFY(!sameOutputs(built.model, source)); // the values are the decoded ones
}

void TstStorage::everyFile_isValidOnnx_data()
{
    QTest::addColumn<int>("layer");
    QTest::addColumn<int>("opset");
    for (size_t i = 0; i < layerCases().size(); ++i)
        for (const int opset : {7, 9, 11, 13, 17})
            if (opset >= layerCases()[i].oldestOpset)
                QTest::addRow("%s, opset %d", layerCases()[i].name, opset) << static_cast<int>(i) << opset;
}

void TstStorage::everyFile_isValidOnnx()
{
    QFETCH(int, layer);
    QFETCH(int, opset);
    const Model source = layerCases()[static_cast<size_t>(layer)].build(opset);
    for (const char *rule :
         {"*:bits=3", "*:prune=0.6", "*:prune=0.95,bits=4,symmetric=false", "*:rank=3,bits=5"}) {
        const BuiltModel built = compact(source, rule);
        onnx::ModelProto proto = built.model.content().proto;
        forEachGraph(*proto.mutable_graph(), [](onnx::GraphProto &graph) { // the test models leave it out
            for (auto &output : *graph.mutable_output())
                output.mutable_type()->mutable_tensor_type()->mutable_shape();
        });
        try {
            onnx::checker::check_model(proto);
        } catch (const std::exception &e) {
            QFAIL(qPrintable(QString(rule) + ": " + e.what()));
        }
    }
}

void TstStorage::unpacking_isFoldedOnLoading_data()
{
    QTest::addColumn<QString>("settings");
    QTest::addColumn<int>("opset");
    for (const char *settings : {"bits=3", "bits=8", "prune=0.6,bits=4", "prune=0.97"})
        for (const int opset : {7, 13})
            QTest::addRow("%s, opset %d", settings, opset) << QString(settings) << opset;
}

/// Of all nodes that unpack, the runtime leaves none to be run: the weight is there when it has loaded.
void TstStorage::unpacking_isFoldedOnLoading()
{
    QFETCH(QString, settings);
    QFETCH(int, opset);
    const BuiltModel built = compact(product(256, 256, opset), "*:" + settings.toStdString());
    QVERIFY(built.model.operatorCounts().size() > 1);
    QCOMPARE(simplifiedByRuntime(built.model).operatorCounts(), (std::map<std::string, int>{{"MatMul", 1}}));
}

void TstStorage::oldOpset_staysPlainAndSaysSo()
{
    const BuiltModel built = compact(product(64, 64, 6), "*:bits=3");
    QCOMPARE(built.layers[0].form.text(), std::string("plain"));
    QCOMPARE(built.issues.size(), size_t{1});
    QCOMPARE(built.issues[0].layer, std::string("m"));
    QVERIFY2(built.issues[0].message.text().find("opset 7") != std::string::npos,
             built.issues[0].message.text().c_str());
}

void TstStorage::bfloat16_isUnpackedWhereItCanBe_data()
{
    QTest::addColumn<int>("opset");
    QTest::addColumn<QString>("form");
    QTest::addRow("opset 11") << 11 << "plain";
    QTest::addRow("opset 13") << 13 << "codes 5 bit";
}

void TstStorage::bfloat16_isUnpackedWhereItCanBe()
{
    QFETCH(int, opset);
    QFETCH(QString, form);
    GraphBuilder builder(opset);
    const Tensor values = randomTensor({64, 60}, 3);
    const Model source = builder.input("x", {1, 64}, ElementType::BFloat16)
                             .output("y", {}, ElementType::BFloat16)
                             .constant("w", fromFloats(ElementType::BFloat16, values.shape, toFloats(values)))
                             .node("MatMul", {"x", "w"}, {"y"})
                             .build();
    const BuiltModel built = compact(source, "*:bits=5");
    QCOMPARE(QString::fromStdString(built.layers[0].form.text()), form);
    QCOMPARE(built.issues.empty(), opset >= 13);
}

void TstStorage::oldIr_listsConstantsButAsksForNoMoreInputs()
{
    const Model source = product(100, 90, 8, 3);
    QCOMPARE(source.inputs().size(), size_t{1});
    for (const char *rule : {"*:bits=3", "*:prune=0.7", "*:rank=5,bits=4"}) {
        const BuiltModel built = compact(source, rule);
        QCOMPARE(built.model.irVersion(), int64_t{3});
        QCOMPARE(built.model.inputs().size(), size_t{1});
        const onnx::GraphProto &graph = built.model.content().proto.graph();
        QCOMPARE(graph.input_size(), graph.initializer_size() + 1);
        QVERIFY(sameOutputs(built.model, buildModel(compressed(source, rule), Storage::Dense).model));
    }
}

void TstStorage::exportedFile_hasTheSameLayers_data()
{
    QTest::addColumn<QString>("settings");
    QTest::addColumn<int>("opset");
    for (const char *settings : {"bits=3", "bits=8", "prune=0.6", "prune=0.97,bits=4"})
        for (const int opset : {7, 13})
            QTest::addRow("%s, opset %d", settings, opset) << QString(settings) << opset;
}

/// Nodes that unpack a weight are no layers, and what a layer costs to run is known as before.
void TstStorage::exportedFile_hasTheSameLayers()
{
    QFETCH(QString, settings);
    QFETCH(int, opset);
    const Model source = product(100, 90, opset);
    const Model again = Model::parse(compact(source, "*:" + settings.toStdString()).model.serialize());
    QCOMPARE(again.layers().size(), size_t{1});
    QCOMPARE(again.layers()[0].name, std::string("m"));
    QVERIFY(!again.layers()[0].compressible());
    QCOMPARE(again.macs(), source.macs());
}

void TstStorage::newNames_neverClash()
{
    GraphBuilder builder(13);
    const Model source = builder.input("x", {1, 60})
                             .output("_D3")
                             .random("_0.0", {60, 60})
                             .random("__0.1", {60, 60})
                             .node("MatMul", {"x", "_0.0"}, {"_E3"})
                             .node("MatMul", {"_E3", "__0.1"}, {"_D3"})
                             .build();
    const BuiltModel built = compact(source, "*:bits=3");
    QCOMPARE(built.layers[0].form.text(), std::string("codes 3 bit"));
    QVERIFY(sameOutputs(built.model, buildModel(compressed(source, "*:bits=3"), Storage::Dense).model));
}

/// An export is a model like any other.
void TstStorage::factors_canBeCompressedAgain()
{
    const Model source = product(300, 200);
    const BuiltModel once = compact(source, "m:rank=20");
    const Model again = Model::parse(once.model.serialize());
    QCOMPARE(again.layers().size(), size_t{2});
    QCOMPARE(again.layers()[0].name, std::string("m.reduce"));
    const BuiltModel twice = compact(again, "*:bits=6");
    QCOMPARE(twice.layers[1].form.text(), std::string("codes 6 bit"));
    QCOMPARE(twice.model.metadata().at("lathe.source_sha256"), again.sha256());
    QCOMPARE(twice.model.content().proto.metadata_props_size(), 3);
    QVERIFY(sameOutputs(twice.model, buildModel(compressed(again, "*:bits=6"), Storage::Dense).model));
}

void TstStorage::layersWithoutTwoNodes_sayTheyAreMultiplied()
{
    GraphBuilder builder(13);
    const Model source = builder.input("x", {1, 80, 9, 9})
                             .output("y")
                             .random("w", {80, 40, 3, 3})
                             .node("ConvTranspose", {"x", "w"}, {"y"}, {}, "up")
                             .build();
    const CompressedModel lowRank = compressed(source, "*:rank=10");
    const BuiltModel built = buildModel(lowRank, Storage::Compact);
    QCOMPARE(QString::fromStdString(built.layers[0].form.text()),
             QString("factors (plain, plain), multiplied on loading"));
    QCOMPARE(built.issues.size(), size_t{1});
    QVERIFY2(built.issues[0].message.text().find("same compute") != std::string::npos,
             built.issues[0].message.text().c_str());
    QCOMPARE(Exporter(source).costs(lowRank).macs, source.macs()); // not a multiplication less
}

void TstStorage::untouchedModel_keepsItsGraph()
{
    const Model source = product(30, 20);
    const BuiltModel built = buildModel(Compressor(source).compress({}), Storage::Compact);
    QCOMPARE(built.model.content().proto.graph().SerializeAsString(),
             source.content().proto.graph().SerializeAsString());
    QCOMPARE(built.layers[0].form.text(), std::string("plain"));
    QVERIFY(built.layers[0].values.empty());
}

void TstStorage::costs_followEveryChange()
{
    GraphBuilder builder(13);
    builder.input("x", {1, 200}).output("h4");
    for (int i = 0; i < 5; ++i)
        builder.random("w" + std::to_string(i), {200, 200})
            .node("MatMul", {i == 0 ? "x" : "h" + std::to_string(i - 1), "w" + std::to_string(i)},
                  {"h" + std::to_string(i)}, {}, "m" + std::to_string(i));
    const Model source = builder.build();
    Compressor compressor(source);
    Exporter exporter(source);
    Recipe recipe;
    for (const char *rule : {"m0:bits=3", "m1:prune=0.9", "m0:bits=5", "m*:rank=12", "m3:bits=2",
                             "m2:rank=off,prune=0.5,bits=4", "*:bits=off"}) {
        recipe.rules.push_back(parseRule(rule));
        const CompressedModel model = compressor.compress(recipe);
        const FileCosts costs = exporter.costs(model);
        const BuiltModel built = exporter.build(model, Storage::Compact);
        QCOMPARE(costs.fileBytes, built.model.serializedBytes());
        QCOMPARE(costs.fileBytes, static_cast<int64_t>(built.model.serialize().size()));
        QCOMPARE(costs.macs, exporter.build(model, Storage::Dense).model.macs());
        for (size_t i = 0; i < costs.layers.size(); ++i) {
            QCOMPARE(costs.layers[i].form, built.layers[i].form);
            QCOMPARE(costs.layers[i].bytes, built.layers[i].bytes);
        }
    }
}

void TstStorage::otherModel_isRefused()
{
    try {
        Exporter(product(30, 20)).build(compressed(network(), "*:bits=4"), Storage::Compact);
        QFAIL("a compressed form of another model was exported");
    } catch (const Error &error) {
        QCOMPARE(error.code(), ErrorCode::Internal);
    }
}

void TstStorage::stopped_isCancelled()
{
    std::stop_source stop;
    stop.request_stop();
    const CompressedModel model = compressed(product(30, 20), "*:bits=4");
    QVERIFY_EXCEPTION_THROWN(buildModel(model, Storage::Compact, {stop.get_token(), {}}), Cancelled);
}

QTEST_GUILESS_MAIN(TstStorage)
#include "tst_storage.moc"
