// Files that Lathe wrote, opened again: what is stored is counted and read as the file computes with it.
#include "core/analysis/weightstats.h"
#include "core/exporting/graph.h"
#include "core/exporting/readableweights.h"
#include "core/model/proto.h"
#include "tests/support/exportcases.h"

#include <QtTest>

using namespace lathe;
using namespace lathe::test;

Q_DECLARE_METATYPE(Storage)

class TstReopened : public QObject {
    Q_OBJECT
private slots:
    void file_showsWhatIsStored_data();
    void file_showsWhatIsStored();
    void productWithBlocks_isALayer();
    void reorderedBlocks_areCountedOnly();
    void packedLayer_saysWhyItStays();
    void analysis_readsPackedWeights();
    void weightMadeOfAnInput_cannotBeDecoded();
    void othersFiles_showWhatTheyStore_data();
    void othersFiles_showWhatTheyStore();
};

namespace {

CompressedModel compressedBy(const Model &source, const QString &settings)
{
    Recipe recipe;
    // What corrects an output belongs to no weight.
    const QString alone = settings.contains("bits=") ? settings + ",bias_correction=off" : settings;
    recipe.rules.push_back(parseRule("*:" + alone.toStdString()));
    return Compressor(source).compress(recipe);
}

Model reopened(const CompressedModel &compressed, Storage storage)
{
    return Model::parse(buildModel(compressed, storage).model.serialize());
}

bool isSame(const Matrix &a, const Matrix &b)
{
    return a.rows() == b.rows() && a.cols() == b.cols() &&
           std::memcmp(a.data(), b.data(), sizeof(float) * static_cast<size_t>(a.size())) == 0;
}

} // namespace

void TstReopened::file_showsWhatIsStored_data()
{
    QTest::addColumn<QString>("settings");
    QTest::addColumn<Storage>("storage");
    for (const int bits : {1, 2, 3, 4, 5, 6, 7, 8})
        QTest::addRow("%d bits", bits) << QString("bits=%1").arg(bits) << Storage::Compact;
    QTest::newRow("groups") << "bits=4,group=9,symmetric=false" << Storage::Compact;
    QTest::newRow("mask and codes") << "prune=0.7,bits=4" << Storage::Compact;
    QTest::newRow("mask and numbers") << "prune=0.7" << Storage::Compact;
    QTest::newRow("codebook") << "clusters=8" << Storage::Compact;
    QTest::newRow("mask and codebook") << "prune=0.6,clusters=16" << Storage::Compact;
    QTest::newRow("half") << "format=fp16" << Storage::Compact;
    QTest::newRow("qdq8") << "bits=8" << Storage::QdqInt8;
    QTest::newRow("qdq4") << "bits=4" << Storage::QdqInt4;
    QTest::newRow("blocks") << "bits=4" << Storage::MatMulNBits;
    QTest::newRow("sparse") << "prune=0.98" << Storage::Sparse;
    QTest::newRow("dense") << "bits=4" << Storage::Dense;
    QTest::newRow("factors") << "rank=3" << Storage::Compact;
    QTest::newRow("factors of codes") << "rank=5,bits=6" << Storage::Compact;
}

void TstReopened::file_showsWhatIsStored()
{
    QFETCH(QString, settings);
    QFETCH(Storage, storage);
    const CompressedModel compressed = compressedBy(network(), settings);
    const BuiltModel built = buildModel(compressed, storage);
    const Model file = Model::parse(built.model.serialize());
    const Model dense = Model::parse(buildModel(compressed, Storage::Dense).model.serialize());
    QCOMPARE(file.layers().size(), dense.layers().size());

    int64_t exported = 0, found = 0;
    for (const LayerStorage &layer : built.layers)
        exported += layer.bytes;
    for (const LayerStorage &layer : buildModel(Compressor(file).compress({}), Storage::Compact).layers)
        found += layer.bytes;
    // The nodes that multiply, and a Cast after a half, belong to no weight.
    const bool more =
        settings.startsWith("rank") || settings.endsWith("fp16") || storage == Storage::MatMulNBits;
    QVERIFY2(more ? found < exported : found == exported,
             qPrintable(QString("%1 of %2 bytes").arg(found).arg(exported)));

    for (size_t i = 0; i < file.layers().size(); ++i) {
        const Layer &layer = file.layers()[i];
        QVERIFY2(layer.weightBytes > 0, layer.name.c_str());
        QVERIFY(layer.storedBits() > 0);
        QVERIFY(layer.compressible() || layer.decodable);
        QVERIFY2(isSame(readableWeight(file, i), dense.weight(i)), layer.name.c_str());
    }
}

void TstReopened::productWithBlocks_isALayer()
{
    GraphBuilder b;
    b.input("x", {2, 64}).output("y", {2, 32}).random("w", {64, 32});
    b.node("MatMul", {"x", "w"}, {"y"}, {}, "product");
    const Model source = b.build();
    const CompressedModel compressed = compressedBy(source, "bits=4,group=32");
    const Model file = reopened(compressed, Storage::MatMulNBits);
    QCOMPARE(file.operatorCounts().at("com.microsoft.MatMulNBits"), 1);
    QCOMPARE(file.layers().size(), size_t(1));
    const Layer &layer = file.layers().front();
    QCOMPARE(layer.rows, Index(32));
    QCOMPARE(layer.cols, Index(64));
    QCOMPARE(layer.parameters, int64_t(2048));
    QVERIFY(layer.weightBytes >= 1024 + 64 * 4 &&
            layer.weightBytes <= 1024 + 64 * 4 + 32); // codes, scales, zeros
    QCOMPARE(layer.macs, source.layers().front().macs);
    QCOMPARE(file.macs(), source.macs());
    QCOMPARE(file.macsOutsideLayers(), int64_t(0));
    QVERIFY(isSame(readableWeight(file, 0), decode(*compressed.layers[0].code.weight)));
    const ReadableModel readable = readableModel(file);
    QVERIFY(readable.isReadable(0));
    QVERIFY(isSame(readable.model.weight(0), readableWeight(file, 0)));
    QVERIFY(readable.loadedBytes < file.serializedBytes() + 1024); // the codes stay codes
}

void TstReopened::reorderedBlocks_areCountedOnly()
{
    GraphBuilder b;
    b.input("x", {2, 64}).output("y", {2, 32}).random("w", {64, 32});
    b.node("MatMul", {"x", "w"}, {"y"}, {}, "product");
    onnx::ModelProto proto =
        buildModel(compressedBy(b.build(), "bits=4,group=32"), Storage::MatMulNBits).model.content().proto;
    auto *order =
        proto.mutable_graph()->add_initializer(); // groups in an order of its own, as GPTQ leaves them
    *order = makeTensorProto("order", makeTensor(ElementType::Int32, {64}));
    auto *node = proto.mutable_graph()->mutable_node(0);
    while (node->input_size() < 4)
        node->add_input("");
    node->add_input("order");
    const Model file = Model::parse(proto.SerializeAsString());
    QCOMPARE(file.layers().size(), size_t(1));
    QVERIFY(file.layers()[0].weightBytes > 1024);
    QVERIFY(!file.layers()[0].decodable); // its values would be wrong
    QVERIFY(!readableModel(file).isReadable(0));
    QVERIFY_EXCEPTION_THROWN(readableWeight(file, 0), Error);
}

void TstReopened::packedLayer_saysWhyItStays()
{
    const Model file = reopened(compressedBy(network(), "bits=4"), Storage::Compact);
    for (size_t i = 0; i < file.layers().size(); ++i) {
        QVERIFY(!file.layers()[i].compressible());
        const QString why = QString::fromStdString(file.layers()[i].untouchable.text());
        QVERIFY2(why.startsWith("Lathe has already stored its weight, in "), qPrintable(why));
        QVERIFY_EXCEPTION_THROWN(file.weight(i), Error); // what compresses does not take it for a plain one
    }
    const Model dense = reopened(compressedBy(network(), "bits=4"), Storage::Dense);
    for (const Layer &layer : dense.layers())
        QVERIFY(layer.compressible());
}

void TstReopened::analysis_readsPackedWeights()
{
    const CompressedModel compressed = compressedBy(network(), "bits=4");
    const Model file = reopened(compressed, Storage::Compact);
    QVERIFY(analyzeLayers(file, {}).empty());
    const auto decoder = [&](size_t layer) { return readableWeight(file, layer); };
    const auto analyses = analyzeLayers(file, {}, {}, decoder);
    QCOMPARE(analyses.size(), file.layers().size());
    const Matrix weight = decode(*compressed.layers[0].code.weight);
    QCOMPARE(analyses.at(0).moments.maximum, double(weight.maxCoeff()));
    QCOMPARE(analyses.at(0).moments.count, int64_t(weight.size()));
}

void TstReopened::weightMadeOfAnInput_cannotBeDecoded()
{
    GraphBuilder b;
    b.input("x", {1, 8}).input("to", {2}, ElementType::Int64).random("stored", {24}).output("y");
    b.node("Reshape", {"stored", "to"}, {"w"}).node("Gemm", {"x", "w"}, {"y"});
    const Model model = b.build();
    QVERIFY(!model.layers()[0].decodable);
    QVERIFY_EXCEPTION_THROWN(readableWeight(model, 0), Error);
}

void TstReopened::othersFiles_showWhatTheyStore_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<bool>("decodable");
    QTest::newRow("dynamic") << "models/mobilenetv2_int8_dynamic.onnx" << false;
    QTest::newRow("dynamic, quantized on loading") << "odd-models/mnist_quantized.onnx" << false;
    QTest::newRow("4 bits") << "odd-models/conv.int4_weights.qdq.onnx" << true;
    QTest::newRow("by channel") << "odd-models/conv_qdq_s8s8_perchannel.onnx" << true;
    QTest::newRow("external") << "odd-models/conv_qdq_external_ini.onnx" << true;
    QTest::newRow("whole network") << "odd-models/micro_kws_m_qdq.onnx" << true;
    QTest::newRow("shared scales") << "odd-models/qdq_with_multi_consumer_dq_nodes.onnx" << true;
}

void TstReopened::othersFiles_showWhatTheyStore()
{
    LATHE_NEED_TEST_DATA();
    QFETCH(QString, file);
    QFETCH(bool, decodable);
    const Model model = Model::load((QString::fromStdString(testData()) + "/" + file).toStdString());
    QVERIFY(!model.layers().empty());
    for (size_t i = 0; i < model.layers().size(); ++i) {
        const Layer &layer = model.layers()[i];
        QVERIFY2(layer.weightBytes > 0, layer.name.c_str());
        QCOMPARE(layer.decodable, decodable);
        if (!decodable)
            continue;
        const Matrix weight = readableWeight(model, i);
        QCOMPARE(weight.size(), Index(layer.parameters));
        QVERIFY(weight.cwiseAbs().maxCoeff() > 0);
    }
}

QTEST_GUILESS_MAIN(TstReopened)
#include "tst_reopened.moc"
