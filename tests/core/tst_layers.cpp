// Which nodes are layers and what their matrices are, against matrices computed by hand.
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
