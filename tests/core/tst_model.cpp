// Loading and saving: every way a weight can be stored, external data, what a model says of itself.
#include "core/base/error.h"
#include "core/base/fileio.h"
#include "core/model/proto.h"
#include "tests/support/graphbuilder.h"
#include "tests/support/residentbytes.h"
#include "tests/support/smallmodels.h"

#include <QTemporaryDir>
#include <QTest>
#include <fstream>

using namespace lathe;
using lathe::test::expectedMatrix;
using lathe::test::gemmGraph;
using lathe::test::GraphBuilder;
using lathe::test::values;
using lathe::test::writeAll;

class TstModel : public QObject {
    Q_OBJECT
private slots:
    void weight_isReadFromEveryStorage_data();
    void weight_isReadFromEveryStorage();
    void description_isRead();
    void inputs_leaveOutInitializers();
    void domainWrittenOut_meansTheStandardOne();
    void hash_isOfTheFile();
    void layerIndex_namesTheNearest();
    void copies_shareTheirContent();
    void findConstant_looksIntoSubgraphs();
    void withLayerShapes_completesMacs();
    void realModels_haveTheirLayers_data();
    void realModels_haveTheirLayers();
    void hundredMegabytes_areCopiedOnce();
    void cancelledLoad_throws();
};

void TstModel::weight_isReadFromEveryStorage_data()
{
    QTest::addColumn<int>("type");
    QTest::addColumn<QString>("storage");
    for (const int type : {1, 10, 11, 16})
        for (const char *storage : {"raw", "typed", "node", "input"}) {
            const std::string name = elementTypeName(static_cast<ElementType>(type)) + " " + storage;
            QTest::newRow(name.c_str()) << type << storage;
        }
    QTest::newRow("value_floats") << 1 << "floats";
}

void TstModel::weight_isReadFromEveryStorage()
{
    QFETCH(int, type);
    QFETCH(QString, storage);
    const Tensor tensor = fromFloats(static_cast<ElementType>(type), {2, 3}, values);
    GraphBuilder builder(13, 3);
    if (storage == "raw" || storage == "input")
        builder.constant("w", tensor);
    if (storage == "input")
        builder.input("w", {2, 3}, tensor.type);
    if (storage == "node")
        builder.node("Constant", {}, {"w"}, {{"value", tensor}});
    if (storage == "floats") {
        Tensor shape = makeTensor(ElementType::Int64, {2});
        shape.as<int64_t>()[0] = 2;
        shape.as<int64_t>()[1] = -1;
        builder.node("Constant", {}, {"list"}, {{"value_floats", values}}).constant("shape", shape);
        builder.node("Reshape", {"list", "shape"}, {"w"});
    }
    if (storage == "typed") {
        auto *proto = builder.proto().mutable_graph()->add_initializer();
        proto->set_name("w");
        proto->set_data_type(type);
        proto->add_dims(2);
        proto->add_dims(3);
        for (size_t i = 0; i < values.size(); ++i) {
            if (type == onnx::TensorProto::FLOAT)
                proto->add_float_data(values[i]);
            else if (type == onnx::TensorProto::DOUBLE)
                proto->add_double_data(static_cast<double>(values[i]));
            else
                proto->add_int32_data(tensor.as<uint16_t>()[i]);
        }
    }
    builder.input("x", {1, 3}, tensor.type).node("Gemm", {"x", "w"}, {"y"}, {{"transB", int64_t{1}}});
    const Model model = builder.output("y").build();
    QCOMPARE(model.layers().size(), size_t{1});
    QCOMPARE(model.layers()[0].untouchable.text(), std::string());
    QCOMPARE(int(model.layers()[0].weightType), type);
    QCOMPARE(model.weight(0), expectedMatrix);
    QCOMPARE(model.inputs().size(), size_t{1});
    QCOMPARE(model.parameterCount(), int64_t{6});
}

void TstModel::description_isRead()
{
    GraphBuilder builder = gemmGraph().constant("w", makeTensor({2, 3}, values));
    builder.proto().set_producer_name("somebody");
    auto *entry = builder.proto().add_metadata_props();
    entry->set_key("author");
    entry->set_value("me");
    auto *import = builder.proto().add_opset_import();
    import->set_domain("com.example");
    import->set_version(3);
    builder.node("Strange", {"y"}, {"z"});
    builder.proto().mutable_graph()->mutable_node(1)->set_domain("com.example");
    const Model model = builder.build();
    QCOMPARE(model.irVersion(), int64_t{7});
    QCOMPARE(model.opset(), int64_t{13});
    QCOMPARE(model.opsets().at("com.example"), int64_t{3});
    QCOMPARE(model.producer(), std::string("somebody"));
    QCOMPARE(model.metadata().at("author"), std::string("me"));
    QCOMPARE(model.operatorCounts(), (std::map<std::string, int>{{"Gemm", 1}, {"com.example.Strange", 1}}));
    QCOMPARE(model.outputs().size(), size_t{1});
    QCOMPARE(model.outputs()[0].shape, (Shape{1, 2}));
    QVERIFY(model.path().empty());
    QCOMPARE(model.fileBytes(), model.serializedBytes());
}

void TstModel::inputs_leaveOutInitializers()
{
    GraphBuilder builder(13, 3);
    builder.input("x", {-1, 3}).input("w", {2, 3}).constant("w", makeTensor({2, 3}, values));
    const Model model = builder.node("Gemm", {"x", "w"}, {"y"}, {{"transB", int64_t{1}}}).output("y").build();
    QCOMPARE(model.inputs().size(), size_t{1});
    QCOMPARE(model.inputs()[0].name, std::string("x"));
    QCOMPARE(model.inputs()[0].shape, (Shape{-1, 3}));
    QCOMPARE(model.inputs()[0].dimensionNames, (std::vector<std::string>{"N", ""}));
    QVERIFY(model.inputs()[0].hasShape);
    QVERIFY(!model.outputs()[0].hasShape);
}

void TstModel::domainWrittenOut_meansTheStandardOne()
{
    GraphBuilder builder = gemmGraph().constant("w", makeTensor({2, 3}, values));
    builder.proto().mutable_opset_import(0)->set_domain("ai.onnx");
    builder.proto().mutable_graph()->mutable_node(0)->set_domain("ai.onnx");
    const Model model = builder.build();
    QCOMPARE(model.opset(), int64_t{13});
    QCOMPARE(model.layers().size(), size_t{1});
    QCOMPARE(*model.macs(), int64_t{6});
    QCOMPARE(model.operatorCounts().at("Gemm"), 1);
}

void TstModel::hash_isOfTheFile()
{
    QTemporaryDir folder;
    const std::filesystem::path path = std::filesystem::path(folder.path().toStdString()) / "m.onnx";
    const std::string bytes = gemmGraph().constant("w", makeTensor({2, 3}, values)).bytes();
    writeAll(path, bytes);
    QCOMPARE(Model::load(path).sha256(), sha256Hex(bytes));
    QCOMPARE(Model::parse(bytes).sha256(), sha256Hex(bytes));
}

void TstModel::layerIndex_namesTheNearest()
{
    GraphBuilder builder;
    builder.input("x", {1, 3, 8, 8}).random("a", {4, 3, 3, 3}).random("b", {4, 4, 3, 3});
    builder.node("Conv", {"x", "a"}, {"h"}, {}, "stem")
        .node("Conv", {"h", "b"}, {"y"}, {}, "head")
        .output("y");
    const Model model = builder.build();
    QCOMPARE(model.layerIndex("head"), size_t{1});
    try {
        model.layerIndex("steam");
        QFAIL("a layer that is not there was found");
    } catch (const Error &e) {
        QCOMPARE(e.code(), ErrorCode::InvalidArgument);
        QVERIFY2(QString(e.what()).contains("nearest names are \"stem\""), e.what());
    }
}

void TstModel::copies_shareTheirContent()
{
    const Model model = gemmGraph().constant("w", makeTensor({2, 3}, values)).build();
    const Model copy = model;
    QCOMPARE(&copy.content(), &model.content());
    const Model shaped = model.withLayerShapes({});
    QCOMPARE(&shaped.content().proto, &model.content().proto);
}

void TstModel::findConstant_looksIntoSubgraphs()
{
    GraphBuilder builder;
    builder.input("flag", {}, ElementType::Bool).input("x", {2, 3}).node("If", {"flag"}, {"y"}).output("y");
    for (const char *name : {"then_branch", "else_branch"}) {
        GraphBuilder branch;
        const std::string weight = std::string("w_") + name;
        branch.random(weight, {3, 7}).node("MatMul", {"x", weight}, {std::string(name) + "_y"});
        branch.node("Constant", {}, {std::string("c_") + name}, {{"value_float", 1.0F}});
        branch.output(std::string(name) + "_y");
        auto *attribute = builder.proto().mutable_graph()->mutable_node(0)->add_attribute();
        attribute->set_name(name);
        attribute->set_type(onnx::AttributeProto::GRAPH);
        *attribute->mutable_g() = branch.proto().graph();
    }
    const Model model = builder.build();
    QCOMPARE(model.layers().size(), size_t{2});
    QCOMPARE(model.operatorCounts().at("MatMul"), 2);
    onnx::ModelProto proto = model.content().proto;
    const ConstantSite site = findConstant(proto, "w_else_branch");
    QCOMPARE(site.graph, proto.mutable_graph()->mutable_node(0)->mutable_attribute(1)->mutable_g());
    QCOMPARE(site.initializer, 0);
    QCOMPARE(findConstant(proto, "c_then_branch").constantNode, 1);
    QVERIFY(!findConstant(proto, "nothing").graph);
    for (size_t i = 0; i < 2; ++i) {
        const LayerSite &layer = model.content().sites[i];
        const onnx::NodeProto &node = graphAt(proto, layer.graph).node(layer.node);
        QCOMPARE(node.input(layer.input), model.layers()[i].weightName);
    }
}

void TstModel::withLayerShapes_completesMacs()
{
    GraphBuilder builder;
    builder.input("x", {2})
        .random("w", {3, 4})
        .node("Unheard", {"x"}, {"h"})
        .node("MatMul", {"h", "w"}, {"y"});
    builder.proto().mutable_graph()->mutable_node(0)->set_domain("com.example");
    const Model model = builder.output("y").build();
    QVERIFY(!model.macs());
    const Model shaped = model.withLayerShapes({{"h", {5, 3}}, {"y", {5, 4}}});
    QCOMPARE(*shaped.macs(), int64_t{60});
    QCOMPARE(shaped.layers()[0].inputShape, (Shape{5, 3}));
    QVERIFY(!model.macs()); // the first one is as it was
}

void TstModel::realModels_haveTheirLayers_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("convolutions");
    QTest::addColumn<int>("products");
    QTest::addColumn<qint64>("parameters");
    QTest::addColumn<double>("megaMacs");
    // Layers by models' README; parameters: sum over the stored float tensors; MACs: published figures where
    // there are any. The transformer's by hand from its weights' shapes, 16 patches and 17 tokens: embedding
    // 16 * 48 * 192, in each of 3 blocks 17 * (4 * 48 * 48 + 2 * 48 * 96) by weights and 2 products of
    // computed values in 3 heads, 17 * 17 * 16 each, and the head's 10 * 48.
    constexpr double transformer =
        (16 * 48 * 192 + 3 * (17 * (4 * 48 * 48 + 2 * 48 * 96) + 2 * 3 * 17 * 17 * 16) + 10 * 48) / 1e6;
    QTest::newRow("mobilenetv2") << "mobilenetv2.onnx" << 52 << 1 << qint64(3487818) << 300.774;
    QTest::newRow("squeezenet1.1") << "squeezenet1.1.onnx" << 26 << 0 << qint64(1235496) << 349.152;
    QTest::newRow("squeezenet fp16") << "squeezenet_fp16.onnx" << 26 << 0 << qint64(1235496) << 349.152;
    QTest::newRow("resnet20") << "resnet20_cifar10.onnx" << 21 << 1 << qint64(274042) << 40.813;
    QTest::newRow("resnet56") << "resnet56_cifar10.onnx" << 55 << 1 << qint64(857082) << 125.486;
    QTest::newRow("vit") << "vit_cifar10_ibp_3_3_8.onnx" << 1 << 19 << qint64(68269) << transformer;
    QTest::newRow("mnist") << "mnist-8.onnx" << 2 << 1 << qint64(5994) << 0.78656;
    QTest::newRow("fashion") << "fashion_mnist_cnn.onnx" << 3 << 2 << qint64(914698) << 19.006;
}

void TstModel::realModels_haveTheirLayers()
{
    LATHE_NEED_TEST_DATA();
    QFETCH(QString, file);
    QFETCH(int, convolutions);
    QFETCH(int, products);
    QFETCH(qint64, parameters);
    QFETCH(double, megaMacs);
    const std::filesystem::path path =
        std::filesystem::path(test::testData()) / "models" / file.toStdString();
    const Model model = Model::load(path);
    int found = 0;
    for (size_t i = 0; i < model.layers().size(); ++i) {
        const Layer &layer = model.layers()[i];
        found += layer.kind == LayerKind::Conv;
        QVERIFY2(layer.compressible(), layer.untouchable.text().c_str());
        QVERIFY(!layer.inputShape.empty() && !layer.outputShape.empty());
        const Matrix weight = model.weight(i);
        QCOMPARE(weight.size(), layer.parameters);
        QVERIFY(weight.allFinite());
    }
    QCOMPARE(found, convolutions);
    QCOMPARE(int(model.layers().size()), convolutions + products);
    QCOMPARE(qint64(model.parameterCount()), parameters);
    QVERIFY(std::abs(double(*model.macs()) / 1e6 - megaMacs) < 0.001);
    QCOMPARE(model.serialize(), readFile(path)); // read and written without a change
}

void TstModel::hundredMegabytes_areCopiedOnce()
{
    QTemporaryDir folder;
    const std::filesystem::path path = std::filesystem::path(folder.path().toStdString()) / "big.onnx";
    GraphBuilder builder;
    builder.input("x", {1, 5000}).output("y");
    builder.constant("w", makeTensor(ElementType::Float32, {5000, 5000}));
    builder.node("Gemm", {"x", "w"}, {"y"}, {{"transB", int64_t{1}}});
    writeAll(path, builder.bytes());
    builder = GraphBuilder();
    if (!lathe::test::restartPeak())
        QSKIP("this system does not tell a process how much memory it took at most");
    const int64_t before = lathe::test::residentBytes();
    const Model model = Model::load(path);
    const int64_t more = lathe::test::peakBytes() - before;
    QVERIFY2(more < 230'000'000, qPrintable(QString("%1 MB").arg(double(more) / 1e6)));
    QCOMPARE(*model.macs(), int64_t{25000000});
}

void TstModel::cancelledLoad_throws()
{
    std::stop_source stop;
    stop.request_stop();
    const std::string bytes = gemmGraph().constant("w", makeTensor({2, 3}, values)).bytes();
    QVERIFY_EXCEPTION_THROWN(Model::parse(bytes, {}, JobContext{stop.get_token(), {}, 1}), Cancelled);
}

QTEST_GUILESS_MAIN(TstModel)
#include "tst_model.moc"
