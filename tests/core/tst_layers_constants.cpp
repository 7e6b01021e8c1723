// Which constant feeds a layer: chains, ties, and weights that cannot be compressed.
#include "core/base/error.h"
#include "core/model/proto.h"
#include "tests/support/graphbuilder.h"
#include "tests/support/layerweights.h"

#include <QTest>

using namespace lathe;
using lathe::test::compareWithPlaces;
using lathe::test::counting;
using lathe::test::GraphBuilder;
using lathe::test::integers;
using lathe::test::randomTensor;

namespace {

/// dequantized int8 weight [4, 3] named "w"
GraphBuilder dequantized()
{
    GraphBuilder builder;
    Tensor codes = makeTensor(ElementType::Int8, {4, 3});
    builder.constant("codes", codes).constant("scale", makeTensor(Shape{}, std::vector{0.5F}));
    builder.node("DequantizeLinear", {"codes", "scale"}, {"w"});
    return builder;
}

} // namespace

class TstLayersConstants : public QObject {
    Q_OBJECT
private slots:
    void chain_isFollowedToTheStoredConstant();
    void chain_throughCastFindsTheHalf();
    void chain_thatCannotBeFollowedIsSaid();
    void sameConstant_isTied();
    void sameConstantReadOtherwise_isTiedAndNoted();
    void names_areUnique();
    void manyAlike_areToldApart();
    void untouchable_saysWhy_data();
    void untouchable_saysWhy();
    void noConstant_noLayer();
    void foreignOperators_areLeftAlone();
    void sameNameInTwoBranches_isUntouchable();
};

void TstLayersConstants::chain_isFollowedToTheStoredConstant()
{
    // [24] -> Reshape [2, 0-th kept.., -1] -> Transpose -> Unsqueeze -> Squeeze -> Identity -> Gemm
    GraphBuilder builder;
    builder.input("x", {1, 8}).constant("stored", counting({24})).constant("to", integers({8, -1}));
    builder.constant("axes", integers({0}));
    builder.node("Reshape", {"stored", "to"}, {"a"}).node("Transpose", {"a"}, {"b"});
    builder.node("Unsqueeze", {"b", "axes"}, {"c"})
        .node("Squeeze", {"c", "axes"}, {"d"})
        .node("Identity", {"d"}, {"w"});
    builder.node("Gemm", {"x", "w"}, {"y"}, {{"transB", int64_t{1}}}).output("y");
    const Model model = builder.build();
    QCOMPARE(model.layers()[0].weightName, std::string("stored"));
    QCOMPARE(model.layers()[0].weightShape, (Shape{24}));
    QCOMPARE(model.layers()[0].layout.steps.size(),
             size_t{2}); // one Reshape, one Transpose; the rest changes nothing
    compareWithPlaces(model, 0, 3, 8, [](int64_t r, int64_t c) { return c * 3 + r; });
}

void TstLayersConstants::chain_throughCastFindsTheHalf()
{
    GraphBuilder builder;
    const std::vector<float> numbers{0, 1, 2, 3, 4, 5};
    builder.input("x", {1, 3})
        .constant("stored", fromFloats(ElementType::Float16, {2, 3}, numbers))
        .output("y");
    builder.node("Cast", {"stored"}, {"w"}, {{"to", int64_t{1}}});
    builder.node("Gemm", {"x", "w"}, {"y"}, {{"transB", int64_t{1}}});
    const Model model = builder.build();
    QCOMPARE(int(model.layers()[0].weightType), int(ElementType::Float16));
    QCOMPARE(model.layers()[0].weightBytes, int64_t{12});
    compareWithPlaces(model, 0, 2, 3, [](int64_t r, int64_t c) { return r * 3 + c; });
}

void TstLayersConstants::chain_thatCannotBeFollowedIsSaid()
{
    GraphBuilder builder;
    builder.input("x", {1, 8})
        .input("to", {2}, ElementType::Int64)
        .constant("stored", counting({24}))
        .output("y");
    builder.node("Reshape", {"stored", "to"}, {"w"}).node("Gemm", {"x", "w"}, {"y"});
    const Model model = builder.build();
    QVERIFY2(QString::fromStdString(model.layers()[0].untouchable.text()).contains("Reshape"),
             model.layers()[0].untouchable.text().c_str());
    QVERIFY_EXCEPTION_THROWN(model.weight(0), Error);
}

void TstLayersConstants::sameConstant_isTied()
{
    GraphBuilder builder;
    builder.input("x", {1, 4}).random("w", {4, 4}).random("v", {4, 4}).output("y");
    builder.node("MatMul", {"x", "w"}, {"a"})
        .node("MatMul", {"a", "v"}, {"b"})
        .node("MatMul", {"b", "w"}, {"y"});
    const Model model = builder.build();
    QVERIFY(!model.layers()[0].tiedTo && !model.layers()[1].tiedTo);
    QCOMPARE(*model.layers()[2].tiedTo, size_t{0});
    QVERIFY(!model.layers()[2].compressible());
    QCOMPARE(model.weight(2), model.weight(0));
    QVERIFY(model.issues().empty());
    QCOMPARE(model.parameterCount(), int64_t{32}); // stored once, counted once
}

void TstLayersConstants::sameConstantReadOtherwise_isTiedAndNoted()
{
    GraphBuilder builder; // a language model's embedding, used again to score the words
    builder.input("i", {1, 2}, ElementType::Int64).random("table", {10, 4}).output("y");
    builder.node("Gather", {"table", "i"}, {"e"}, {}, "embed").node("Transpose", {"table"}, {"t"});
    builder.node("MatMul", {"e", "t"}, {"y"}, {}, "score");
    const Model model = builder.build();
    QCOMPARE(*model.layers()[1].tiedTo, size_t{0});
    QVERIFY(model.issues().empty()); // both are [entries, width]

    GraphBuilder square;
    square.input("x", {1, 4}).random("w", {4, 4}).node("MatMul", {"x", "w"}, {"a"}, {}, "one").output("y");
    square.node("Gemm", {"a", "w"}, {"y"}, {{"transB", int64_t{1}}}, "two");
    const Model other = square.build();
    QCOMPARE(*other.layers()[1].tiedTo, size_t{0});
    QCOMPARE(other.issues().size(), size_t{1});
    QCOMPARE(other.issues()[0].layer, std::string("two"));
}

void TstLayersConstants::names_areUnique()
{
    GraphBuilder builder;
    builder.input("x", {1, 4})
        .random("a", {4, 4})
        .random("b", {4, 4})
        .random("c", {4, 4})
        .random("d", {4, 4});
    builder.node("MatMul", {"x", "a"}, {"h1"}, {}, "fc").node("MatMul", {"h1", "b"}, {"h2"}, {}, "fc");
    builder.node("MatMul", {"h2", "c"}, {"h3"}, {}, "fc#2").node("MatMul", {"h3", "d"}, {"y"}).output("y");
    const Model model = builder.build();
    std::vector<std::string> names;
    for (const Layer &layer : model.layers())
        names.push_back(layer.name);
    QCOMPARE(names, (std::vector<std::string>{"fc", "fc#2", "fc#2#2", "y"}));
}

void TstLayersConstants::manyAlike_areToldApart()
{
    GraphBuilder
        builder; // one weight, one name and a chain of computed weights: all three invite quadratic work
    builder.input("x", {1, 4}).random("w", {4, 4}).random("v0", {4, 4});
    constexpr int count = 50000; // with which quadratic work would not end
    for (int i = 0; i < count; ++i) {
        const std::string n = std::to_string(i), next = std::to_string(i + 1);
        builder.node("MatMul", {i == 0 ? "x" : "h" + n, "w"}, {"h" + next}, {}, "fc");
        builder.node("Neg", {"v" + n}, {"v" + next})
            .node("MatMul", {"x", "v" + next}, {"y" + next}, {}, "computed");
    }
    const Model model = builder.output("h1").build();
    QCOMPARE(model.layers().size(), size_t{2 * count});
    QCOMPARE(model.layers()[2].name, std::string("fc#2"));
    QCOMPARE(*model.layers()[2].tiedTo, size_t{0});
    QVERIFY(model.layers().back().untouchable.text().find("computed by Neg") != std::string::npos);
}

void TstLayersConstants::untouchable_saysWhy_data()
{
    QTest::addColumn<std::function<GraphBuilder()>>("make");
    QTest::addColumn<QString>("phrase");
    QTest::addColumn<int>("rows");
    using Make = std::function<GraphBuilder()>;
    QTest::newRow("dequantized") << Make([] {
        return dequantized().input("x", {1, 4}).node("MatMul", {"x", "w"}, {"y"}).output("y");
    }) << "already stored as int8"
                                 << 3;
    QTest::newRow("transposed after it") << Make([] {
        return dequantized()
            .input("x", {1, 3})
            .node("Transpose", {"w"}, {"t"})
            .node("Gemm", {"x", "t"}, {"y"})
            .output("y");
    }) << "already stored as int8" << 4;
    QTest::newRow("integer convolution") << Make([] {
        GraphBuilder builder;
        builder.input("x", {1, 3, 5, 5}, ElementType::UInt8).output("y");
        return builder.constant("w", makeTensor(ElementType::UInt8, {4, 3, 2, 2}))
            .node("ConvInteger", {"x", "w"}, {"y"});
    }) << "already stored as uint8" << 4;
    QTest::newRow("integer product") << Make([] {
        GraphBuilder builder;
        builder.input("x", {1, 4}, ElementType::Int32).output("y");
        return builder.constant("w", makeTensor(ElementType::Int32, {4, 3}))
            .node("MatMul", {"x", "w"}, {"y"});
    }) << "type int32" << 3;
    QTest::newRow("computed") << Make([] {
        GraphBuilder builder;
        builder.input("x", {1, 4})
            .random("a", {4, 3})
            .random("b", {4, 3})
            .node("Mul", {"a", "b"}, {"w"})
            .output("y");
        return builder.node("MatMul", {"x", "w"}, {"y"});
    }) << "computed by Mul" << 3;
    QTest::newRow("filled") << Make([] {
        GraphBuilder builder;
        builder.input("x", {1, 4})
            .constant("shape", integers({4, 3}))
            .node("ConstantOfShape", {"shape"}, {"w"});
        return builder.node("MatMul", {"x", "w"}, {"y"}).output("y");
    }) << "computed by ConstantOfShape"
                            << 3;
    QTest::newRow("wrong shape") << Make([] {
        return GraphBuilder()
            .input("x", {1, 4})
            .random("w", {4, 3})
            .node("Conv", {"x", "w"}, {"y"})
            .output("y");
    }) << "does not fit Conv" << 0;
}

void TstLayersConstants::untouchable_saysWhy()
{
    QFETCH(std::function<GraphBuilder()>, make);
    QFETCH(QString, phrase);
    QFETCH(int, rows);
    const Model model = make().build();
    QCOMPARE(model.layers().size(), size_t{1});
    const Layer &layer = model.layers()[0];
    QVERIFY2(QString::fromStdString(layer.untouchable.text()).contains(phrase),
             layer.untouchable.text().c_str());
    QCOMPARE(layer.rows, Index{rows});
    QVERIFY(!layer.compressible());
    QVERIFY_EXCEPTION_THROWN(model.weight(0), Error);
}

void TstLayersConstants::noConstant_noLayer()
{
    GraphBuilder builder;
    builder.input("q", {1, 4}).input("k", {4, 4}).random("noise", {1, 4});
    builder.node("MatMul", {"q", "k"}, {"a"})
        .node("RandomNormal", {}, {"r"})
        .node("MatMul", {"q", "r"}, {"b"});
    builder.node("Add", {"q", "noise"}, {"s"}).node("MatMul", {"s", "k"}, {"y"}).output("y");
    QVERIFY(builder.build().layers().empty());
}

void TstLayersConstants::foreignOperators_areLeftAlone()
{
    GraphBuilder builder;
    builder.input("x", {1, 4}).random("w", {4, 4}).node("MatMul", {"x", "w"}, {"y"}).output("y");
    builder.proto().mutable_graph()->mutable_node(0)->set_domain("com.example");
    QVERIFY(builder.build().layers().empty());
}

void TstLayersConstants::sameNameInTwoBranches_isUntouchable()
{
    GraphBuilder builder;
    builder.input("flag", {}, ElementType::Bool).input("x", {2, 3}).node("If", {"flag"}, {"y"}).output("y");
    for (const char *name : {"then_branch", "else_branch"}) {
        GraphBuilder branch;
        branch.random("w", {3, 7}).node("MatMul", {"x", "w"}, {"o"}).output("o");
        auto *attribute = builder.proto().mutable_graph()->mutable_node(0)->add_attribute();
        attribute->set_name(name);
        attribute->set_type(onnx::AttributeProto::GRAPH);
        *attribute->mutable_g() = branch.proto().graph();
    }
    const Model model = builder.build();
    QCOMPARE(model.layers().size(), size_t{2});
    QVERIFY(!model.layers()[0].untouchable.empty() && !model.layers()[1].untouchable.empty());
}

QTEST_GUILESS_MAIN(TstLayersConstants)
#include "tst_layers_constants.moc"
