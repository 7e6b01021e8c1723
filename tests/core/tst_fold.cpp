#include "core/rewrite/fold.h"

#include "core/base/error.h"
#include "tests/support/modelruns.h"

#include <QTest>

using namespace lathe;
using namespace lathe::test;

/// Batch normalizations folded into the layers before them: what comes out stays.
class TstFold : public QObject {
    Q_OBJECT
private slots:
    void folded_givesTheSame_data();
    void folded_givesTheSame();
    void obstacles_areNamed_data();
    void obstacles_areNamed();
    void sharedParameters_stayWhereTheyAreRead();
    void unfoldableLayer_isRefused();
    void halfOverflow_isRefused();
    void oldFile_listsTheNewConstant();
    void otherBranch_keepsItsConstants();

private:
    /// The constants s, t, m and v of a normalization.
    static GraphBuilder &parameters(GraphBuilder &graph, int64_t channels, const std::string &prefix = "",
                                    ElementType type = ElementType::Float32);
    static GraphBuilder convolution(int opset = 13);
};

GraphBuilder &TstFold::parameters(GraphBuilder &graph, int64_t channels, const std::string &prefix,
                                  ElementType type)
{
    const auto constant = [&](const std::string &name, unsigned seed, float low) {
        std::vector<float> values = toFloats(randomTensor({channels}, seed));
        for (float &value : values)
            value = low > 0.0F ? low + std::abs(value) : value;
        graph.constant(prefix + name, fromFloats(type, {channels}, values));
    };
    constant("s", 1, 0.0F);
    constant("t", 2, 0.0F);
    constant("m", 3, 0.0F);
    constant("v", 4, 0.1F);
    return graph;
}

/// Convolution "conv" of weight w with bias b, normalized, then Relu.
GraphBuilder TstFold::convolution(int opset)
{
    GraphBuilder graph(opset);
    graph.input("x", {1, 4, 6, 6}).random("w", {6, 4, 3, 3}).random("b", {6});
    graph.node("Conv", {"x", "w", "b"}, {"c"}, {{"pads", std::vector<int64_t>{1, 1, 1, 1}}}, "conv");
    parameters(graph, 6).node("BatchNormalization", {"c", "s", "t", "m", "v"}, {"n"}, {{"epsilon", 0.01F}},
                              "bn");
    graph.node("Relu", {"n"}, {"y"}).output("y");
    return graph;
}

void TstFold::folded_givesTheSame_data()
{
    QTest::addColumn<GraphBuilder>("graph");
    QTest::addColumn<double>("tolerance");
    QTest::newRow("convolution with bias") << convolution() << 1e-5;
    QTest::newRow("opset 8") << convolution(8) << 1e-5;
    {
        GraphBuilder graph;
        graph.input("x", {1, 4, 6, 6}).random("w", {8, 1, 3, 3});
        graph.node("Conv", {"x", "w"}, {"c"}, {{"group", int64_t(4)}}, "depthwise");
        parameters(graph, 8).node("BatchNormalization", {"c", "s", "t", "m", "v"}, {"y"}).output("y");
        QTest::newRow("depthwise without bias, normalized at the end") << graph << 1e-5;
    }
    {
        GraphBuilder graph;
        graph.input("x", {1, 4, 5, 5}).random("w", {4, 3, 2, 2});
        graph.node("ConvTranspose", {"x", "w"}, {"c"}, {{"strides", std::vector<int64_t>{2, 2}}}, "up");
        parameters(graph, 3).node("BatchNormalization", {"c", "s", "t", "m", "v"}, {"y"}).output("y");
        QTest::newRow("transposed convolution") << graph << 1e-5;
    }
    for (const int64_t transposed : {0, 1}) {
        GraphBuilder graph;
        graph.input("x", {2, 5}).random("w", transposed ? Shape{7, 5} : Shape{5, 7}).random("c", {1, 7});
        graph.node("Gemm", {"x", "w", "c"}, {"g"}, {{"transB", transposed}, {"alpha", 0.5F}, {"beta", -2.0F}},
                   "fc");
        parameters(graph, 7).node("BatchNormalization", {"g", "s", "t", "m", "v"}, {"y"}).output("y");
        QTest::addRow("Gemm with alpha and beta, transB=%d", int(transposed)) << graph << 1e-5;
    }
    {
        GraphBuilder graph;
        graph.input("x", {2, 5}).random("w", {5, 7}).constant("c", makeTensor(Shape{1}, std::vector{0.75F}));
        graph.node("Gemm", {"x", "w", "c"}, {"g"}, {}, "fc");
        parameters(graph, 7).node("BatchNormalization", {"g", "s", "t", "m", "v"}, {"y"}).output("y");
        QTest::newRow("Gemm with one bias for all") << graph << 1e-5;
    }
    {
        GraphBuilder graph;
        graph.input("x", {2, 5}).random("w", {7, 5});
        graph.node("Transpose", {"w"}, {"wt"}).node("MatMul", {"x", "wt"}, {"p"}, {}, "fc");
        parameters(graph, 7).node("BatchNormalization", {"p", "s", "t", "m", "v"}, {"y"}).output("y");
        QTest::newRow("MatMul of a transposed weight") << graph << 1e-5;
    }
    {
        GraphBuilder graph;
        graph.input("x", {1, 4, 6, 6})
            .node("Constant", {}, {"w"}, {{"value", randomTensor({6, 4, 1, 1}, 5)}});
        graph.node("Conv", {"x", "w"}, {"c"}, {}, "conv");
        parameters(graph, 6).node("BatchNormalization", {"c", "s", "t", "m", "v"}, {"y"}).output("y");
        QTest::newRow("weight of a Constant node") << graph << 1e-5;
    }
    {
        GraphBuilder graph;
        graph.input("x", {1, 4, 6, 6}).random("w", {6, 4, 3, 3}).node("Conv", {"x", "w"}, {"c"});
        parameters(graph, 6).node("BatchNormalization", {"c", "s", "t", "m", "v"}, {"y"}).output("y");
        QTest::newRow("a node without a name") << graph << 1e-5;
    }
    {
        GraphBuilder graph;
        const ElementType half = ElementType::Float16;
        graph.input("x", {1, 4, 6, 6}, half);
        graph.constant("w", fromFloats(half, {6, 4, 3, 3}, toFloats(randomTensor({6, 4, 3, 3}, 5))));
        graph.node("Conv", {"x", "w"}, {"c"}, {}, "conv");
        parameters(graph, 6, "", half).node("BatchNormalization", {"c", "s", "t", "m", "v"}, {"y"});
        graph.output("y", {}, half);
        QTest::newRow("float16") << graph << 4e-3;
    }
}

void TstFold::folded_givesTheSame()
{
    QFETCH(GraphBuilder, graph);
    QFETCH(double, tolerance);
    const Model model = graph.build();
    QCOMPARE(model.layers().size(), size_t(1));
    const Folding folding(model);
    QCOMPARE(folding.obstacle(0), Message());
    const Model folded = folding.folded({0});
    const std::map<std::string, int> before = model.operatorCounts(), after = folded.operatorCounts();
    QCOMPARE(before.at("BatchNormalization"), 1);
    QVERIFY(!after.contains("BatchNormalization"));
    QCOMPARE(folded.layers()[0].name, model.layers()[0].name);
    QCOMPARE(folded.layers()[0].rows, model.layers()[0].rows);
    QVERIFY(folded.serializedBytes() < model.serializedBytes());
    for (const bool optimize : {false, true})
        QVERIFY(relativeDifference(outputOf(folded, optimize), outputOf(model, false)) < tolerance);
}

void TstFold::obstacles_areNamed_data()
{
    QTest::addColumn<GraphBuilder>("graph");
    QTest::addColumn<QString>("obstacle");
    const auto normalized = [](GraphBuilder &graph, const std::string &value, int64_t channels) {
        parameters(graph, channels).node("BatchNormalization", {value, "s", "t", "m", "v"}, {"n"});
    };
    const QString none = "no batch normalization alone takes its output";
    {
        GraphBuilder graph = convolution();
        graph.node("Neg", {"c"}, {"z"}).output("z");
        QTest::newRow("its output is read elsewhere") << graph << none;
    }
    {
        GraphBuilder graph = convolution();
        graph.output("c");
        QTest::newRow("its output is returned") << graph << none;
    }
    {
        GraphBuilder graph;
        graph.input("x", {1, 4, 6, 6})
            .random("w", {6, 4, 3, 3})
            .node("Conv", {"x", "w"}, {"y"}, {}, "conv")
            .output("y");
        QTest::newRow("nothing behind it") << graph << none;
    }
    {
        GraphBuilder graph = convolution();
        graph.node("Neg", {"w"}, {"z"}).output("z");
        QTest::newRow("its weight is read elsewhere") << graph << "something else reads its weight too";
    }
    {
        GraphBuilder graph;
        graph.input("x", {1, 4, 6, 6}).input("v", {6}).random("w", {6, 4, 3, 3});
        graph.random("s", {6}).random("t", {6}).random("m", {6});
        graph.node("Conv", {"x", "w"}, {"c"}, {}, "conv")
            .node("BatchNormalization", {"c", "s", "t", "m", "v"}, {"y"})
            .output("y");
        QTest::newRow("a variance that is fed")
            << graph << "the variance of the normalization behind it is not one constant for each channel";
    }
    {
        GraphBuilder graph;
        graph.input("x", {1, 4, 6, 6}).input("b", {6}).random("w", {6, 4, 3, 3});
        graph.node("Conv", {"x", "w", "b"}, {"c"}, {}, "conv");
        normalized(graph, "c", 6);
        graph.output("n");
        QTest::newRow("a bias that is fed") << graph << "its bias is not one constant for each channel";
    }
    {
        GraphBuilder graph;
        graph.input("x", {1, 3, 5}).random("w", {5, 7}).node("MatMul", {"x", "w"}, {"c"}, {}, "fc");
        normalized(graph, "c", 3);
        graph.output("n");
        QTest::newRow("channels are not the rows")
            << graph << "its rows are not what the normalization works on one by one";
    }
    {
        GraphBuilder graph = convolution(14);
        auto &attribute = *graph.proto().mutable_graph()->mutable_node(1)->add_attribute();
        attribute.set_name("training_mode");
        attribute.set_type(onnx::AttributeProto::INT);
        attribute.set_i(1);
        QTest::newRow("it trains") << graph << "the normalization behind it trains";
    }
    {
        GraphBuilder graph;
        graph.input("x", {1, 4, 6, 6}).random("w", {6, 4, 3, 3}).node("Conv", {"x", "w"}, {"c"}, {}, "conv");
        const auto constant = [&](const char *name, float value) {
            graph.constant(name, makeTensor(Shape{6}, std::vector<float>(6, value)));
        };
        constant("s", 1.0F), constant("t", 0.0F), constant("m", 0.0F), constant("v", -1.0F);
        graph.node("BatchNormalization", {"c", "s", "t", "m", "v"}, {"y"}).output("y");
        QTest::newRow("a negative variance")
            << graph << "the constants of the normalization behind it give no finite numbers";
    }
}

void TstFold::obstacles_areNamed()
{
    QFETCH(GraphBuilder, graph);
    QFETCH(QString, obstacle);
    const Model model = graph.build();
    QCOMPARE(QString::fromStdString(Folding(model).obstacle(0).text()), obstacle);
}

void TstFold::sharedParameters_stayWhereTheyAreRead()
{
    GraphBuilder graph;
    graph.input("x", {1, 4, 6, 6}).random("w1", {4, 4, 1, 1}).random("w2", {4, 4, 1, 1}).random("b", {4});
    parameters(graph, 4);
    graph.node("Conv", {"x", "w1", "b"}, {"c1"}, {}, "one");
    graph.node("BatchNormalization", {"c1", "s", "t", "m", "v"}, {"n1"}).node("Relu", {"n1"}, {"r"});
    graph.node("Conv", {"r", "w2", "b"}, {"c2"}, {}, "two");
    graph.node("BatchNormalization", {"c2", "s", "t", "m", "v"}, {"y"}).output("y");
    const Model model = graph.build();
    const Folding folding(model);
    const Tensor expected = outputOf(model, false);
    for (const std::vector<size_t> &layers : {std::vector<size_t>{0}, {1}, {0, 1}}) {
        const Model folded = folding.folded(layers);
        QVERIFY(relativeDifference(outputOf(folded), expected) < 1e-5);
        const onnx::ModelProto proto = [&] {
            onnx::ModelProto parsed;
            parsed.ParseFromString(folded.serialize());
            return parsed;
        }();
        const auto &constants = proto.graph().initializer();
        const bool keeps = std::ranges::any_of(constants, [](const auto &c) { return c.name() == "v"; });
        QCOMPARE(keeps, layers.size() == 1);
    }
}

void TstFold::unfoldableLayer_isRefused()
{
    GraphBuilder graph;
    graph.input("x", {1, 4, 6, 6})
        .random("w", {6, 4, 3, 3})
        .node("Conv", {"x", "w"}, {"y"}, {}, "conv")
        .output("y");
    const Model model = graph.build();
    QVERIFY_EXCEPTION_THROWN(Folding(model).folded({0}), Error);
}

void TstFold::halfOverflow_isRefused()
{
    GraphBuilder graph;
    const ElementType half = ElementType::Float16;
    graph.input("x", {1, 1, 2, 2}, half).constant("w", fromFloats(half, {1, 1, 1, 1}, std::vector{60000.0F}));
    graph.node("Conv", {"x", "w"}, {"c"}, {}, "conv");
    for (const auto &[name, value] : {std::pair("s", 3.0F), {"t", 0.0F}, {"m", 0.0F}, {"v", 1.0F}})
        graph.constant(name, fromFloats(half, {1}, std::vector{value}));
    graph.node("BatchNormalization", {"c", "s", "t", "m", "v"}, {"y"}).output("y", {}, half);
    const Model model = graph.build();
    try {
        Folding(model).folded({0});
        QFAIL("nothing was thrown");
    } catch (const Error &error) {
        QCOMPARE(error.code(), ErrorCode::NumericFailure);
        QVERIFY(QString(error.what()).startsWith("conv: "));
    }
}

// Before IR version 4 every constant is an input too.
void TstFold::oldFile_listsTheNewConstant()
{
    GraphBuilder graph = convolution(8);
    onnx::ModelProto &proto = graph.proto();
    proto.set_ir_version(3);
    for (const auto &constant : proto.graph().initializer()) {
        auto &input = *proto.mutable_graph()->add_input();
        input.set_name(constant.name());
        auto &type = *input.mutable_type()->mutable_tensor_type();
        type.set_elem_type(constant.data_type());
        for (const int64_t dimension : constant.dims())
            type.mutable_shape()->add_dim()->set_dim_value(dimension);
    }
    const Model model = graph.build();
    const Model folded = Folding(model).folded({0});
    onnx::ModelProto parsed;
    QVERIFY(parsed.ParseFromString(folded.serialize()));
    std::set<std::string> listed, constants;
    for (const auto &input : parsed.graph().input())
        listed.insert(input.name());
    for (const auto &constant : parsed.graph().initializer())
        constants.insert(constant.name());
    QVERIFY(std::ranges::includes(listed, constants));
    QCOMPARE(listed.size(), constants.size() + 1); // and what is fed
    QVERIFY(relativeDifference(outputOf(folded), outputOf(model, false)) < 1e-5);
}

void TstFold::otherBranch_keepsItsConstants()
{
    GraphBuilder graph;
    graph.input("x", {1, 4, 6, 6}).input("flag", {}, ElementType::Bool);
    graph.node("If", {"flag"}, {"y"}).output("y");
    for (const auto &[attribute, layer] : {std::pair("then_branch", "one"), {"else_branch", "two"}}) {
        GraphBuilder branch;
        const std::string weight = std::string(layer) + "_w";
        branch.random(weight, {4, 4, 1, 1}).node("Conv", {"x", weight}, {"c"}, {}, layer);
        parameters(branch, 4).node("BatchNormalization", {"c", "s", "t", "m", "v"}, {"z"}).output("z");
        graph.subgraph(attribute, branch);
    }
    const Model model = graph.build();
    QCOMPARE(model.layers().size(), size_t(2));
    const Model folded = Folding(model).folded({0});
    onnx::ModelProto parsed;
    QVERIFY(parsed.ParseFromString(folded.serialize()));
    std::map<std::string, bool> hasVariance;
    for (const auto &attribute : parsed.graph().node(0).attribute())
        hasVariance[attribute.name()] = std::ranges::any_of(
            attribute.g().initializer(), [](const auto &constant) { return constant.name() == "v"; });
    const bool firstIsThen = folded.layers()[0].name == "one";
    QCOMPARE(hasVariance.at("then_branch"), !firstIsThen);
    QCOMPARE(hasVariance.at("else_branch"), firstIsThen);
}

QTEST_GUILESS_MAIN(TstFold)
#include "tst_fold.moc"
