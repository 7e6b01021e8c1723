// Weights of files from elsewhere: what is read is what the file's own nodes give.
#include "core/exporting/graph.h"
#include "core/exporting/readableweights.h"
#include "core/measure/modelfit.h"
#include "core/model/layermatching.h"
#include "core/model/proto.h"
#include "tests/support/exportcases.h"

#include <QtTest>

using namespace lathe;
using namespace lathe::test;

Q_DECLARE_METATYPE(Storage)
Q_DECLARE_METATYPE(ElementType)

class TstReadableWeights : public QObject {
    Q_OBJECT
private slots:
    void exportedFile_readsBackDecodedWeights_data();
    void exportedFile_readsBackDecodedWeights();
    void factors_readBackAsTheLayerTheyStandFor_data();
    void factors_readBackAsTheLayerTheyStandFor();
    void whatOnlyMadeWeights_isLeftOut();
    void unsortedFile_losesNoNode();
    void plainFile_staysAsItIs();
    void sparsity_countsZeros();
    void integerLayers_areNotReadable();
    void unloadableFile_isLookedAtAsFarAsItGoes();
    void obstacle_isOneSentence_data();
    void obstacle_isOneSentence();
};

void TstReadableWeights::exportedFile_readsBackDecodedWeights_data()
{
    QTest::addColumn<QString>("settings");
    QTest::addColumn<Storage>("storage");
    QTest::newRow("3 bits compact") << "bits=3" << Storage::Compact;
    QTest::newRow("mask and codes") << "prune=0.7,bits=4" << Storage::Compact;
    QTest::newRow("codebook") << "clusters=8" << Storage::Compact;
    QTest::newRow("half") << "format=fp16" << Storage::Compact;
    QTest::newRow("qdq") << "bits=8" << Storage::QdqInt8;
    QTest::newRow("sparse") << "prune=0.98" << Storage::Sparse;
    QTest::newRow("dense") << "bits=4" << Storage::Dense;
}

void TstReadableWeights::exportedFile_readsBackDecodedWeights()
{
    QFETCH(QString, settings);
    QFETCH(Storage, storage);
    const Model source = network();
    Recipe recipe;
    recipe.rules.push_back(parseRule("*:" + settings.toStdString()));
    const CompressedModel compressed = Compressor(source).compress(recipe);
    const Model file = Model::parse(buildModel(compressed, storage).model.serialize());
    const ReadableModel readable = readableModel(file);
    const LayerMatching matching = matchLayers(source.layers(), readable.model.layers());
    QCOMPARE(matching.count(), source.layers().size());
    QCOMPARE(readable.storedBytes.size(), readable.model.layers().size());
    for (size_t i = 0; i < source.layers().size(); ++i) {
        QCOMPARE(matching.matches[i]->parts.size(), size_t(1));
        const size_t other = matching.matches[i]->parts.front();
        QVERIFY2(readable.isReadable(other), readable.model.layers()[other].untouchable.text().c_str());
        const Matrix expected =
            compressed.layers[i].code.weight ? decode(*compressed.layers[i].code.weight) : source.weight(i);
        const Matrix found = readable.model.weight(other);
        QCOMPARE(found.rows(), expected.rows());
        QCOMPARE(found.cols(), expected.cols());
        const double apart = (found - expected).norm() / expected.norm();
        QVERIFY2(apart < 1e-6, qPrintable(QString::number(apart)));
        QVERIFY(readable.storedBytes[other] > 0);
        if (storage == Storage::Compact)
            QVERIFY(readable.storedBytes[other] < source.layers()[i].weightBytes);
    }
}

void TstReadableWeights::factors_readBackAsTheLayerTheyStandFor_data()
{
    QTest::addColumn<size_t>("which");
    QTest::addColumn<int>("opset");
    for (size_t i = 0; i < layerCases().size(); ++i)
        for (const int opset : {7, 13})
            if (opset >= layerCases()[i].oldestOpset)
                QTest::addRow("%s, opset %d", layerCases()[i].name, opset) << i << opset;
}

void TstReadableWeights::factors_readBackAsTheLayerTheyStandFor()
{
    QFETCH(size_t, which);
    QFETCH(int, opset);
    const Model source = layerCases()[which].build(opset);
    Compressor compressor(source);
    for (const char *settings : {"rank=3", "rank=3,bits=6", "rank=3,rank.form=spatial",
                                 "rank=5,rank.form=tucker2", "separable=true", "rank=3,residual.bits=3"}) {
        Recipe recipe;
        recipe.rules.push_back(parseRule(std::string("*:") + settings));
        const CompressedModel compressed = compressor.compress(recipe);
        const Model file = Model::parse(buildModel(compressed, Storage::Compact).model.serialize());
        const ReadableModel readable = readableModel(file);
        const LayerMatching matching =
            matchLayers(source.layers(), readable.model.layers(), feedingLayers(readable.model));
        for (size_t i = 0; i < source.layers().size(); ++i) {
            const auto &encoding = compressed.layers[i].code.weight;
            if (!encoding || source.layers()[i].tiedTo || file.content().sites.empty())
                continue;
            const QByteArray what = QByteArray(settings) + " of " + source.layers()[i].name.c_str();
            QVERIFY2(matching.matches[i], what.constData());
            const LayerMatching::Match &match = *matching.matches[i];
            QCOMPARE(match.by, LayerMatching::By::Name);
            if (!readable.isReadable(match.parts)) // inside a subgraph
                continue;
            const Matrix expected = decode(*encoding), found = readable.weight(match.parts);
            QVERIFY2(found.rows() == expected.rows() && found.cols() == expected.cols(), what.constData());
            const float tolerance = source.layers()[i].weightType == ElementType::Float16 ? 2e-3F : 1e-5F;
            QVERIFY2((found - expected).norm() <= tolerance * expected.norm(), what.constData());
            QVERIFY(readable.bytesOf(match.parts) > 0);
        }
    }
}

void TstReadableWeights::whatOnlyMadeWeights_isLeftOut()
{
    const Model source = network();
    Recipe recipe;
    recipe.rules.push_back(parseRule("*:bits=3"));
    const Model file =
        Model::parse(buildModel(Compressor(source).compress(recipe), Storage::Compact).model.serialize());
    const ReadableModel readable = readableModel(file);
    QCOMPARE(readable.model.operatorCounts(), source.operatorCounts());
    const double size = double(readable.model.serializedBytes()) / double(source.serializedBytes());
    QVERIFY2(size > 0.99 && size < 1.05, qPrintable(QString::number(size))); // names and metadata differ
    QCOMPARE(readable.loadedBytes, readable.model.serializedBytes());
    recipe.rules.front() = parseRule("*:bits=8");
    const ReadableModel codes = readableModel(
        Model::parse(buildModel(Compressor(source).compress(recipe), Storage::QdqInt8).model.serialize()));
    const double share = double(codes.loadedBytes) / double(source.serializedBytes());
    QVERIFY2(share > 0.25 && share < 0.4, qPrintable(QString::number(share))); // the runtime keeps 8 bits
}

/// Some exporters write nodes in any order.
void TstReadableWeights::unsortedFile_losesNoNode()
{
    const Model source = network();
    Recipe recipe;
    recipe.rules.push_back(parseRule("conv2:bits=3"));
    onnx::ModelProto proto =
        buildModel(Compressor(source).compress(recipe), Storage::Compact).model.content().proto;
    auto &nodes = *proto.mutable_graph()->mutable_node();
    std::reverse(nodes.begin(), nodes.end());
    const ReadableModel readable = readableModel(Model::parse(proto.SerializeAsString()));
    QCOMPARE(readable.model.operatorCounts(), source.operatorCounts());
    for (size_t i = 0; i < readable.model.layers().size(); ++i)
        QVERIFY(readable.isReadable(i));
}

void TstReadableWeights::plainFile_staysAsItIs()
{
    const Model source = network();
    const ReadableModel readable = readableModel(source);
    QCOMPARE(&readable.model.content(), &source.content());
    for (size_t i = 0; i < source.layers().size(); ++i)
        QCOMPARE(readable.storedBytes[i], source.layers()[i].weightBytes);
    QCOMPARE(readable.sparsity().value(), 0.0);
}

void TstReadableWeights::sparsity_countsZeros()
{
    Tensor weight = makeTensor({4, 4}, std::vector<float>(16, 0.0F));
    weight.as<float>()[3] = 2.0F;
    weight.as<float>()[9] = -1.0F;
    const Model model = GraphBuilder()
                            .input("x", {-1, 4})
                            .output("y")
                            .constant("w", weight)
                            .node("MatMul", {"x", "w"}, {"y"}, {}, "m")
                            .build();
    QCOMPARE(readableModel(model).sparsity().value(), 14.0 / 16.0);
    const Model none = GraphBuilder().input("x", {-1, 4}).output("y").node("Relu", {"x"}, {"y"}).build();
    QVERIFY(!readableModel(none).sparsity());
}

void TstReadableWeights::integerLayers_areNotReadable()
{
    Tensor weight = makeTensor(ElementType::Int8, {4, 3});
    const Model model = GraphBuilder()
                            .input("x", {-1, 4}, ElementType::UInt8)
                            .output("y", {-1, 3}, ElementType::Int32)
                            .constant("w", weight)
                            .node("MatMulInteger", {"x", "w"}, {"y"}, {}, "m")
                            .build();
    const ReadableModel readable = readableModel(model);
    QCOMPARE(readable.model.layers().size(), size_t(1));
    QVERIFY(!readable.isReadable(0));
    QCOMPARE(readable.storedBytes[0], int64_t(12));
    QVERIFY(!readable.sparsity());
}

void TstReadableWeights::unloadableFile_isLookedAtAsFarAsItGoes()
{
    const Model model = GraphBuilder()
                            .input("x", {-1, 4})
                            .output("y")
                            .random("w", {4, 4})
                            .random("v", {4, 4})
                            .node("NoSuchOperator", {"v"}, {"u"})
                            .node("MatMul", {"x", "w"}, {"h"}, {}, "plain")
                            .node("MatMul", {"h", "u"}, {"y"}, {}, "odd")
                            .build();
    const ReadableModel readable = readableModel(model);
    QVERIFY(readable.isReadable(readable.model.layerIndex("plain")));
    QVERIFY(!readable.isReadable(readable.model.layerIndex("odd")));
    QCOMPARE(readable.storedBytes[readable.model.layerIndex("odd")], int64_t(64));
    QCOMPARE(readable.sparsity().value(), 0.0);
}

void TstReadableWeights::obstacle_isOneSentence_data()
{
    QTest::addColumn<Shape>("input");
    QTest::addColumn<ElementType>("type");
    QTest::addColumn<QString>("part");
    const ElementType f = ElementType::Float32;
    QTest::newRow("same") << Shape{-1, 3, 8, 8} << f << "";
    QTest::newRow("fixed batch") << Shape{1, 3, 8, 8} << f << "";
    QTest::newRow("free size") << Shape{-1, 3, -1, -1} << f << "";
    QTest::newRow("other size") << Shape{-1, 3, 9, 9} << f
                                << "takes float32 [?, 3, 9, 9], that of the open model";
    QTest::newRow("other layout") << Shape{-1, 8, 8, 3} << f << "[?, 8, 8, 3]";
    QTest::newRow("other rank") << Shape{-1, 192} << f << "[?, 192]";
    QTest::newRow("half") << Shape{-1, 3, 8, 8} << ElementType::Float16 << "float16";
}

void TstReadableWeights::obstacle_isOneSentence()
{
    QFETCH(Shape, input);
    QFETCH(ElementType, type);
    QFETCH(QString, part);
    const auto model = [](const Shape &shape, ElementType elements) {
        return GraphBuilder()
            .input("x", shape, elements)
            .output("y", shape, elements)
            .node("Relu", {"x"}, {"y"})
            .build();
    };
    const Model open = model({-1, 3, 8, 8}, ElementType::Float32);
    const QString obstacle = QString::fromStdString(obstacleToMeasuring(open, model(input, type)).text());
    QCOMPARE(obstacle.isEmpty(), part.isEmpty());
    QVERIFY2(obstacle.contains(part), qPrintable(obstacle));
    const Model two = GraphBuilder()
                          .input("x", {-1, 3, 8, 8})
                          .input("z", {-1, 3, 8, 8})
                          .output("y")
                          .node("Add", {"x", "z"}, {"y"})
                          .build();
    QVERIFY(obstacleToMeasuring(open, two).text().find("takes 2 inputs") != std::string::npos);
}

QTEST_APPLESS_MAIN(TstReadableWeights)
#include "tst_readableweights.moc"
