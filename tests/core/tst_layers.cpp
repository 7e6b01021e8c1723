// Which nodes are layers and what their matrices are, against matrices computed by hand.
#include "core/base/error.h"
#include "core/model/proto.h"
#include "tests/support/graphbuilder.h"

#include <QElapsedTimer>
#include <QTest>

using namespace lathe;
using lathe::test::GraphBuilder;
using lathe::test::randomTensor;

namespace {

Tensor counting(const Shape &shape)
{
    Tensor tensor = makeTensor(ElementType::Float32, shape);
    float next = 0.0F;
    for (float &v : tensor.as<float>())
        v = next++;
    return tensor;
}

Tensor integers(const std::vector<int64_t> &values)
{
    Tensor tensor = makeTensor(ElementType::Int64, {static_cast<int64_t>(values.size())});
    std::copy(values.begin(), values.end(), tensor.as<int64_t>().begin());
    return tensor;
}

/// Numbers counted up along the constant, so that entry (r, c) of the matrix tells where it came from.
using Place = std::function<int64_t(int64_t row, int64_t col)>;

void compareWithPlaces(const Model &model, size_t layer, Index rows, Index cols, const Place &place)
{
    const Layer &info = model.layers().at(layer);
    QCOMPARE(info.untouchable, std::string());
    QCOMPARE(info.rows, rows);
    QCOMPARE(info.cols, cols);
    const Matrix weight = model.weight(layer);
    for (Index r = 0; r < rows; ++r)
        for (Index c = 0; c < cols; ++c)
            QCOMPARE(weight(r, c), static_cast<float>(place(r, c)));
    const std::vector<float> back = matrixToConstant(info.layout, weight);
    for (size_t i = 0; i < back.size(); ++i)
        QCOMPARE(back[i], static_cast<float>(i));
}

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

class TstLayers : public QObject {
    Q_OBJECT
private slots:
    void conv_isOutByTheRest();
    void convOfOneAndThreeDimensions_keepTheKernel();
    void transposedConv_movesOutFirst_data();
    void transposedConv_movesOutFirst();
    void gemm_isOutByIn_data();
    void gemm_isOutByIn();
    void matmul_isOutByIn_data();
    void matmul_isOutByIn();
    void embedding_isEntriesByWidth();
    void recurrent_givesTwoLayers_data();
    void recurrent_givesTwoLayers();
    void chain_isFollowedToTheStoredConstant();
    void chain_throughCastFindsTheHalf();
    void chain_thatCannotBeFollowedIsSaid();
    void sameConstant_isTied();
    void sameConstantReadOtherwise_isTiedAndNoted();
    void names_areUnique();
    void manyAlike_stayFast();
    void untouchable_saysWhy_data();
    void untouchable_saysWhy();
    void noConstant_noLayer();
    void foreignOperators_areLeftAlone();
    void sameNameInTwoBranches_isUntouchable();
    void macs_matchTheFormulas_data();
    void macs_matchTheFormulas();
    void macs_areForOneSample();
};

void TstLayers::conv_isOutByTheRest()
{
    GraphBuilder builder;
    builder.input("x", {1, 6, 9, 9}).constant("w", counting({4, 3, 3, 2}));
    builder.node("Conv", {"x", "w"}, {"y"}, {{"group", int64_t{2}}}, "c1").output("y");
    const Model model = builder.build();
    compareWithPlaces(model, 0, 4, 18, [](int64_t r, int64_t c) { return r * 18 + c; });
    const Layer &layer = model.layers()[0];
    QCOMPARE(layer.name, std::string("c1"));
    QCOMPARE(layer.groups, int64_t{2});
    QCOMPARE(layer.kernel, (Shape{3, 2}));
    QCOMPARE(layer.parameters, int64_t{72});
    QCOMPARE(layer.weightBytes, int64_t{288});
    QCOMPARE(layer.inputShape, (Shape{1, 6, 9, 9}));
    QCOMPARE(layer.outputShape, (Shape{1, 4, 7, 8}));
    QVERIFY(layer.compressible());
    QCOMPARE(layer.fullRank(), Index{4});
    QCOMPARE(layer.breakEvenRank(), Index{3}); // 3 * 22 < 72
}

void TstLayers::convOfOneAndThreeDimensions_keepTheKernel()
{
    GraphBuilder builder;
    builder.input("a", {1, 2, 9}).input("b", {1, 2, 9, 9, 9});
    builder.constant("w1", counting({4, 2, 3})).constant("w3", counting({4, 2, 3, 2, 1}));
    builder.node("Conv", {"a", "w1"}, {"y1"}).node("Conv", {"b", "w3"}, {"y3"}).output("y1");
    const Model model = builder.build();
    QCOMPARE(model.layers()[0].kernel, (Shape{3}));
    QCOMPARE(model.layers()[1].kernel, (Shape{3, 2, 1}));
    QCOMPARE(model.layers()[0].cols, Index{6});
    QCOMPARE(model.layers()[1].cols, Index{12});
}

void TstLayers::transposedConv_movesOutFirst_data()
{
    QTest::addColumn<int>("groups");
    QTest::newRow("plain") << 1;
    QTest::newRow("two groups") << 2;
    QTest::newRow("as many groups as inputs") << 4;
}

void TstLayers::transposedConv_movesOutFirst()
{
    QFETCH(int, groups);
    constexpr int64_t in = 4, outPerGroup = 3, kernel = 6;
    GraphBuilder builder;
    builder.input("x", {1, in, 5, 5}).constant("w", counting({in, outPerGroup, 2, 3})).output("y");
    builder.node("ConvTranspose", {"x", "w"}, {"y"}, {{"group", int64_t{groups}}});
    const int64_t inPerGroup = in / groups;
    compareWithPlaces(builder.build(), 0, outPerGroup * groups, inPerGroup * kernel,
                      [&](int64_t r, int64_t c) {
                          const int64_t group = r / outPerGroup, out = r % outPerGroup;
                          const int64_t channel = group * inPerGroup + c / kernel;
                          return (channel * outPerGroup + out) * kernel + c % kernel;
                      });
}

void TstLayers::gemm_isOutByIn_data()
{
    QTest::addColumn<bool>("right");
    QTest::addColumn<bool>("transposed");
    QTest::newRow("B") << true << false;
    QTest::newRow("B transposed") << true << true;
    QTest::newRow("A") << false << false;
    QTest::newRow("A transposed") << false << true;
}

void TstLayers::gemm_isOutByIn()
{
    QFETCH(bool, right);
    QFETCH(bool, transposed);
    constexpr int64_t out = 3, in = 5;
    const bool stored = right == transposed; // [out, in] in the file
    GraphBuilder builder;
    builder.constant("w", counting(stored ? Shape{out, in} : Shape{in, out})).output("y");
    builder.input("x", right ? Shape{2, in} : Shape{in, 2});
    builder.node("Gemm", right ? std::vector<std::string>{"x", "w"} : std::vector<std::string>{"w", "x"},
                 {"y"}, {{right ? "transB" : "transA", int64_t{transposed}}});
    const Model model = builder.build();
    compareWithPlaces(model, 0, out, in,
                      [&](int64_t r, int64_t c) { return stored ? r * in + c : c * out + r; });
    QCOMPARE(model.layers()[0].inputShape, right ? (Shape{2, in}) : (Shape{in, 2}));
    QCOMPARE(model.layers()[0].layout.steps.empty(), stored);
}

void TstLayers::matmul_isOutByIn_data()
{
    QTest::addColumn<QList<int>>("shape");
    QTest::addColumn<bool>("right");
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("cols");
    QTest::newRow("right") << QList{5, 3} << true << 3 << 5;
    QTest::newRow("left") << QList{3, 5} << false << 3 << 5;
    QTest::newRow("vector right") << QList{5} << true << 1 << 5;
    QTest::newRow("vector left") << QList{5} << false << 1 << 5;
    QTest::newRow("batch right") << QList{2, 4, 5, 3} << true << 24 << 5;
    QTest::newRow("batch left") << QList{2, 4, 3, 5} << false << 24 << 5;
}

void TstLayers::matmul_isOutByIn()
{
    QFETCH(QList<int>, shape);
    QFETCH(bool, right);
    QFETCH(int, rows);
    QFETCH(int, cols);
    GraphBuilder builder;
    builder.constant("w", counting(Shape(shape.begin(), shape.end()))).output("y");
    builder.input("x", right ? Shape{7, 5} : Shape{5, 7});
    builder.node("MatMul", right ? std::vector<std::string>{"x", "w"} : std::vector<std::string>{"w", "x"},
                 {"y"});
    const int64_t out = right && shape.size() > 1 ? shape.back() : rows; // columns of one matrix of the batch
    compareWithPlaces(builder.build(), 0, rows, cols, [&](int64_t r, int64_t c) {
        if (!right || shape.size() == 1)
            return r * cols + c;
        return (r / out) * out * cols + c * out + r % out;
    });
}

void TstLayers::embedding_isEntriesByWidth()
{
    GraphBuilder builder;
    builder.input("i", {1, 6}, ElementType::Int64).constant("table", counting({10, 4}));
    builder.constant("other", counting({10, 4})).constant("numbers", integers({1, 2, 3}));
    builder.node("Gather", {"table", "i"}, {"e"})
        .node("Gather", {"other", "i"}, {"o"}, {{"axis", int64_t{1}}});
    builder.node("Gather", {"numbers", "i"}, {"n"}).output("e");
    const Model model = builder.build();
    QCOMPARE(model.layers().size(), size_t{1}); // along axis 1, or of whole numbers, it is no embedding
    QCOMPARE(int(model.layers()[0].kind), int(LayerKind::Embedding));
    compareWithPlaces(model, 0, 10, 4, [](int64_t r, int64_t c) { return r * 4 + c; });
    QCOMPARE(*model.layers()[0].macs, int64_t{0});
    QCOMPARE(model.layers()[0].inputShape, (Shape{1, 6}));
}

void TstLayers::recurrent_givesTwoLayers_data()
{
    QTest::addColumn<QString>("op");
    QTest::addColumn<int>("gates");
    QTest::newRow("LSTM") << "LSTM" << 4;
    QTest::newRow("GRU") << "GRU" << 3;
}

void TstLayers::recurrent_givesTwoLayers()
{
    QFETCH(QString, op);
    QFETCH(int, gates);
    constexpr int64_t hidden = 5, in = 3, directions = 2, steps = 7;
    GraphBuilder builder;
    builder.input("x", {steps, 1, in}).constant("w", counting({directions, gates * hidden, in})).output("y");
    builder.constant("r", counting({directions, gates * hidden, hidden}));
    builder.node(op.toStdString(), {"x", "w", "r"}, {"y"},
                 {{"hidden_size", hidden}, {"direction", std::string("bidirectional")}}, "rnn");
    const Model model = builder.build();
    QCOMPARE(model.layers().size(), size_t{2});
    QCOMPARE(model.layers()[0].name, std::string("rnn/W"));
    QCOMPARE(model.layers()[1].name, std::string("rnn/R"));
    compareWithPlaces(model, 0, directions * gates * hidden, in,
                      [](int64_t r, int64_t c) { return r * in + c; });
    compareWithPlaces(model, 1, directions * gates * hidden, hidden,
                      [](int64_t r, int64_t c) { return r * hidden + c; });
    QCOMPARE(*model.layers()[0].macs, steps * directions * gates * hidden * in);
    QCOMPARE(*model.layers()[1].macs, steps * directions * gates * hidden * hidden);
}

void TstLayers::chain_isFollowedToTheStoredConstant()
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

void TstLayers::chain_throughCastFindsTheHalf()
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

void TstLayers::chain_thatCannotBeFollowedIsSaid()
{
    GraphBuilder builder;
    builder.input("x", {1, 8})
        .input("to", {2}, ElementType::Int64)
        .constant("stored", counting({24}))
        .output("y");
    builder.node("Reshape", {"stored", "to"}, {"w"}).node("Gemm", {"x", "w"}, {"y"});
    const Model model = builder.build();
    QVERIFY2(QString::fromStdString(model.layers()[0].untouchable).contains("Reshape"),
             model.layers()[0].untouchable.c_str());
    QVERIFY_EXCEPTION_THROWN(model.weight(0), Error);
}

void TstLayers::sameConstant_isTied()
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

void TstLayers::sameConstantReadOtherwise_isTiedAndNoted()
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

void TstLayers::names_areUnique()
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

void TstLayers::manyAlike_stayFast()
{
    GraphBuilder
        builder; // one weight, one name and a chain of computed weights: all three invite quadratic work
    builder.input("x", {1, 4}).random("w", {4, 4}).random("v0", {4, 4});
    constexpr int count = 20000;
    for (int i = 0; i < count; ++i) {
        const std::string n = std::to_string(i), next = std::to_string(i + 1);
        builder.node("MatMul", {i == 0 ? "x" : "h" + n, "w"}, {"h" + next}, {}, "fc");
        builder.node("Neg", {"v" + n}, {"v" + next})
            .node("MatMul", {"x", "v" + next}, {"y" + next}, {}, "computed");
    }
    QElapsedTimer timer;
    timer.start();
    const Model model = builder.output("h1").build();
    QVERIFY2(timer.elapsed() < 10000, qPrintable(QString("%1 ms").arg(timer.elapsed())));
    QCOMPARE(model.layers().size(), size_t{2 * count});
    QCOMPARE(model.layers()[2].name, std::string("fc#2"));
    QCOMPARE(*model.layers()[2].tiedTo, size_t{0});
    QVERIFY(model.layers().back().untouchable.find("computed by Neg") != std::string::npos);
}

void TstLayers::untouchable_saysWhy_data()
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

void TstLayers::untouchable_saysWhy()
{
    QFETCH(std::function<GraphBuilder()>, make);
    QFETCH(QString, phrase);
    QFETCH(int, rows);
    const Model model = make().build();
    QCOMPARE(model.layers().size(), size_t{1});
    const Layer &layer = model.layers()[0];
    QVERIFY2(QString::fromStdString(layer.untouchable).contains(phrase), layer.untouchable.c_str());
    QCOMPARE(layer.rows, Index{rows});
    QVERIFY(!layer.compressible());
    QVERIFY_EXCEPTION_THROWN(model.weight(0), Error);
}

void TstLayers::noConstant_noLayer()
{
    GraphBuilder builder;
    builder.input("q", {1, 4}).input("k", {4, 4}).random("noise", {1, 4});
    builder.node("MatMul", {"q", "k"}, {"a"})
        .node("RandomNormal", {}, {"r"})
        .node("MatMul", {"q", "r"}, {"b"});
    builder.node("Add", {"q", "noise"}, {"s"}).node("MatMul", {"s", "k"}, {"y"}).output("y");
    QVERIFY(builder.build().layers().empty());
}

void TstLayers::foreignOperators_areLeftAlone()
{
    GraphBuilder builder;
    builder.input("x", {1, 4}).random("w", {4, 4}).node("MatMul", {"x", "w"}, {"y"}).output("y");
    builder.proto().mutable_graph()->mutable_node(0)->set_domain("com.example");
    QVERIFY(builder.build().layers().empty());
}

void TstLayers::sameNameInTwoBranches_isUntouchable()
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

void TstLayers::macs_matchTheFormulas_data()
{
    QTest::addColumn<QString>("op");
    QTest::addColumn<QList<int>>("input");
    QTest::addColumn<QList<int>>("weight");
    QTest::addColumn<int>("group");
    QTest::addColumn<qint64>("macs");
    QTest::newRow("conv") << "Conv" << QList{1, 3, 8, 8} << QList{16, 3, 3, 3} << 1 << qint64(36 * 16 * 27);
    QTest::newRow("depthwise") << "Conv" << QList{1, 8, 8, 8} << QList{8, 1, 3, 3} << 8 << qint64(36 * 8 * 9);
    QTest::newRow("transposed") << "ConvTranspose" << QList{1, 4, 5, 5} << QList{4, 6, 2, 2} << 1
                                << qint64(25 * 4 * 6 * 4);
    QTest::newRow("transposed groups")
        << "ConvTranspose" << QList{1, 4, 5, 5} << QList{4, 3, 2, 2} << 2 << qint64(25 * 4 * 3 * 4);
    QTest::newRow("product") << "MatMul" << QList{1, 17, 12} << QList{12, 5} << 0 << qint64(17 * 12 * 5);
    QTest::newRow("batch of products")
        << "MatMul" << QList{2, 7, 12} << QList{2, 12, 5} << 0 << qint64(7 * 12 * 5);
}

void TstLayers::macs_matchTheFormulas()
{
    QFETCH(QString, op);
    QFETCH(QList<int>, input);
    QFETCH(QList<int>, weight);
    QFETCH(int, group);
    QFETCH(qint64, macs);
    GraphBuilder builder;
    builder.input("x", Shape(input.begin(), input.end()))
        .random("w", Shape(weight.begin(), weight.end()))
        .output("y");
    std::vector<std::pair<std::string, test::Attribute>> attributes;
    if (group > 0)
        attributes.emplace_back("group", int64_t{group});
    const Model model = builder.node(op.toStdString(), {"x", "w"}, {"y"}, attributes).build();
    QCOMPARE(qint64(*model.layers()[0].macs), macs);
}

void TstLayers::macs_areForOneSample()
{
    const auto macsAtBatch = [](int64_t batch) {
        GraphBuilder builder;
        builder.input("x", {batch, 3, 8, 8}).random("k", {4, 3, 3, 3}).random("w", {5, 4}).output("y");
        builder.node("Conv", {"x", "k"}, {"c"})
            .node("GlobalAveragePool", {"c"}, {"p"})
            .node("Flatten", {"p"}, {"f"});
        return *builder.node("Gemm", {"f", "w"}, {"y"}, {{"transB", int64_t{1}}}).build().macs();
    };
    QCOMPARE(macsAtBatch(1), int64_t{36 * 4 * 27 + 20});
    QCOMPARE(macsAtBatch(-1), macsAtBatch(1));
    QCOMPARE(macsAtBatch(16), macsAtBatch(1));
}

QTEST_GUILESS_MAIN(TstLayers)
#include "tst_layers.moc"
