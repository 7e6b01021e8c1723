#include "core/model/proto.h"
#include "core/onnx/einsum.h"
#include "core/runtime/shapes.h"
#include "tests/support/graphbuilder.h"

#include <QTest>

using namespace lathe;
using namespace lathe::test;

namespace {

GraphBuilder &ofMicrosoft(GraphBuilder &graph)
{
    auto &node = *graph.proto().mutable_graph()->mutable_node()->rbegin();
    node.set_domain("com.microsoft");
    if (graph.proto().opset_import_size() == 1) {
        auto *import = graph.proto().add_opset_import();
        import->set_domain("com.microsoft");
        import->set_version(1);
    }
    return graph;
}

Tensor bytesTensor(ElementType type, const Shape &shape)
{
    return makeTensor(type, shape);
}

Model completed(const GraphBuilder &graph)
{
    return completeShapes(graph.build());
}

} // namespace

/// What multiplies beside the layers, and weights that are no floats.
class TstProducts : public QObject {
    Q_OBJECT
private slots:
    void productOfComputedValues_isCounted();
    void fusedOperators_areCounted_data();
    void fusedOperators_areCounted();
    void codedBlocks_areCounted();
    void unknownOperator_makesALowerBound();
    void attention_makesALowerBound();
    void loopBody_makesALowerBound();
    void einsum_isCounted_data();
    void einsum_isCounted();
    void productOfConstants_isNotCounted();
    void smallTypes_areParameters_data();
    void smallTypes_areParameters();
    void dequantizedWeights_areParameters();
    void packedWeights_makeALowerBound();
};

void TstProducts::productOfComputedValues_isCounted()
{
    GraphBuilder graph;
    graph.input("a", {2, 3, 4})
        .input("b", {2, 4, 5})
        .output("y", {2, 3, 5})
        .node("MatMul", {"a", "b"}, {"y"});
    const Model model = graph.build();
    QVERIFY(model.layers().empty());
    QCOMPARE(model.macs().value_or(-1), int64_t(3 * 4 * 5)); // of one sample of two
    QVERIFY(!model.hasMoreMacs());
}

void TstProducts::fusedOperators_areCounted_data()
{
    QTest::addColumn<QString>("op");
    QTest::addColumn<qint64>("macs");
    QTest::newRow("FusedConv") << "FusedConv" << qint64(6 * 6 * 5 * 3 * 9);
    QTest::newRow("FusedGemm") << "FusedGemm" << qint64(7 * 11);
    QTest::newRow("FusedMatMul") << "FusedMatMul" << qint64(7 * 11);
}

void TstProducts::fusedOperators_areCounted()
{
    QFETCH(QString, op);
    QFETCH(qint64, macs);
    GraphBuilder graph;
    if (op == "FusedConv") {
        graph.input("x", {-1, 3, 8, 8}).output("y").random("w", {5, 3, 3, 3}, 0.1F);
        graph.node("FusedConv", {"x", "w"}, {"y"}, {{"activation", std::string("Relu")}}, "conv");
    } else {
        graph.input("x", {-1, 7}).output("y").random("w", {11, 7}, 0.1F);
        graph.node(op.toStdString(), {"x", "w"}, {"y"}, {{"transB", int64_t(1)}}, "product");
        if (op == "FusedGemm") {
            auto *activation = graph.proto().mutable_graph()->mutable_node(0)->add_attribute();
            activation->set_name("activation");
            activation->set_type(onnx::AttributeProto::STRING);
            activation->set_s("Relu");
        }
    }
    const Model model = completed(ofMicrosoft(graph));
    QCOMPARE(qint64(model.macs().value_or(-1)), macs);
    QVERIFY(!model.hasMoreMacs());
}

void TstProducts::codedBlocks_areCounted()
{
    GraphBuilder graph;
    graph.input("x", {-1, 64}).output("y", {-1, 10});
    graph.constant("codes", bytesTensor(ElementType::UInt8, {10, 2, 16})).random("scales", {20});
    graph.node("MatMulNBits", {"x", "codes", "scales"}, {"y"},
               {{"K", int64_t(64)}, {"N", int64_t(10)}, {"bits", int64_t(4)}, {"block_size", int64_t(32)}});
    const Model model = completed(ofMicrosoft(graph));
    QCOMPARE(model.macs().value_or(-1), int64_t(640));
    QVERIFY(!model.hasMoreMacs() && !model.hasMoreParameters());
    QCOMPARE(model.parameterCount(), int64_t(640 + 20));
}

void TstProducts::unknownOperator_makesALowerBound()
{
    GraphBuilder graph;
    graph.input("x", {1, 4}).output("y", {1, 4}).random("w", {4, 4}).random("v", {4, 4});
    graph.node("MatMul", {"x", "w"}, {"h"}).node("Mystery", {"h", "v"}, {"y"});
    const Model model = ofMicrosoft(graph).build();
    QCOMPARE(model.macs().value_or(-1), int64_t(16));
    QVERIFY(model.hasMoreMacs());
    QVERIFY(!model.hasMoreParameters()); // v is there to be counted
    QCOMPARE(model.parameterCount(), int64_t(32));
}

void TstProducts::attention_makesALowerBound()
{
    GraphBuilder graph(23, 11);
    graph.input("q", {1, 2, 4, 8}).input("k", {1, 2, 4, 8}).input("v", {1, 2, 4, 8}).output("y");
    graph.node("Attention", {"q", "k", "v"}, {"y"});
    QVERIFY(graph.build().hasMoreMacs());
}

void TstProducts::loopBody_makesALowerBound()
{
    GraphBuilder body;
    body.input("i", {}, ElementType::Int64).input("c", {}, ElementType::Bool).input("h", {1, 4});
    body.output("c2", {}, ElementType::Bool).output("h2", {1, 4}).random("w", {4, 4});
    body.node("Identity", {"c"}, {"c2"}).node("MatMul", {"h", "w"}, {"h2"});
    GraphBuilder graph;
    graph.input("n", {}, ElementType::Int64).input("x", {1, 4}).output("y", {1, 4});
    graph.node("Loop", {"n", "", "x"}, {"y"}).subgraph("body", body);
    const Model model = graph.build();
    QCOMPARE(model.layers().size(), size_t(1));
    QVERIFY(model.hasMoreMacs()); // once for each step
}

void TstProducts::einsum_isCounted_data()
{
    QTest::addColumn<QString>("equation");
    QTest::addColumn<Shape>("a");
    QTest::addColumn<Shape>("b");
    QTest::addColumn<qint64>("macs");
    QTest::newRow("product") << "ij,jk->ik" << Shape{2, 3} << Shape{3, 5} << qint64(30);
    QTest::newRow("blanks") << "i j , j k" << Shape{2, 3} << Shape{3, 5} << qint64(30);
    QTest::newRow("attention") << "bhid,bhjd->bhij" << Shape{1, 2, 3, 8} << Shape{1, 2, 4, 8} << qint64(192);
    QTest::newRow("ellipsis") << "...ij,jk->...ik" << Shape{7, 2, 3} << Shape{3, 5} << qint64(210);
    QTest::newRow("broadcast") << "...i,...i->..." << Shape{7, 1, 3} << Shape{4, 3} << qint64(84);
    QTest::newRow("other rank") << "ij,jk->ik" << Shape{2, 3, 1} << Shape{3, 5} << qint64(-1);
    QTest::newRow("sizes apart") << "ij,jk->ik" << Shape{2, 4} << Shape{3, 5} << qint64(-1);
    QTest::newRow("no comma") << "ij->ji" << Shape{2, 4} << Shape{3, 5} << qint64(-1);
}

void TstProducts::einsum_isCounted()
{
    QFETCH(QString, equation);
    QFETCH(Shape, a);
    QFETCH(Shape, b);
    QFETCH(qint64, macs);
    QCOMPARE(qint64(einsumProducts(equation.toStdString(), {a, b}).value_or(-1)), macs);
    if (macs < 0)
        return;
    GraphBuilder graph;
    graph.input("a", a).output("y").random("w", b);
    graph.node("Einsum", {"a", "w"}, {"y"}, {{"equation", equation.toStdString()}});
    const Model model = completed(graph);
    QVERIFY(!model.hasMoreMacs());
    QVERIFY(macs % model.macs().value_or(-1) == 0); // of one sample, where the first dimension is one
}

void TstProducts::productOfConstants_isNotCounted()
{
    GraphBuilder graph;
    graph.input("x", {1, 4}).output("y", {1, 4}).random("a", {4, 2}).random("b", {2, 4});
    graph.node("MatMul", {"a", "b"}, {"w"}).node("Add", {"x", "w"}, {"h"});
    graph.node("ReduceMean", {"h"}, {"y"});
    const Model model = graph.build();
    QCOMPARE(model.macs().value_or(-1), int64_t(0));
    QVERIFY(!model.hasMoreMacs());
}

void TstProducts::smallTypes_areParameters_data()
{
    QTest::addColumn<int>("type");
    for (const int type : {17, 18, 19, 20, 21, 22, 23, 24, 25, 26})
        QTest::newRow(elementTypeName(ElementType(type)).c_str()) << type;
}

void TstProducts::smallTypes_areParameters()
{
    QFETCH(int, type);
    GraphBuilder graph(21, 10);
    graph.input("x", {1, 4}).output("y", {1, 4});
    graph.constant("w", bytesTensor(ElementType(type), {3, 5})).node("Identity", {"x"}, {"y"});
    const Model model = graph.build();
    QCOMPARE(model.parameterCount(), int64_t(15));
    QVERIFY(!model.hasMoreParameters());
    onnx::TensorProto &typed = *graph.proto().mutable_graph()->mutable_initializer(0);
    const int entries = static_cast<int>(typed.raw_data().size()); // one number for each byte
    typed.clear_raw_data();
    for (int i = 0; i < entries; ++i)
        typed.add_int32_data(1);
    QCOMPARE(graph.build().parameterCount(), int64_t(15));
}

void TstProducts::dequantizedWeights_areParameters()
{
    GraphBuilder graph;
    graph.input("x", {1, 4}).output("y", {1, 6}).constant("codes", bytesTensor(ElementType::Int8, {4, 6}));
    graph.constant("scale", makeTensor(Shape{}, std::vector{0.5F}));
    graph.constant("indices", bytesTensor(ElementType::Int64, {100}));
    graph.node("DequantizeLinear", {"codes", "scale"}, {"w"}).node("MatMul", {"x", "w"}, {"y"});
    const Model model = graph.build();
    QCOMPARE(model.parameterCount(), int64_t(24 + 1));
    QVERIFY(!model.hasMoreParameters());
}

void TstProducts::packedWeights_makeALowerBound()
{
    GraphBuilder graph;
    graph.input("x", {1, 4}).output("y", {1, 4}).constant("packed", bytesTensor(ElementType::UInt8, {8}));
    graph.node("Unpack", {"x", "packed"}, {"y"});
    QVERIFY(ofMicrosoft(graph).build().hasMoreParameters());
}

QTEST_GUILESS_MAIN(TstProducts)
#include "tst_products.moc"
