#include "core/rewrite/blocks.h"

#include "core/base/error.h"
#include "tests/support/messageof.h"
#include "tests/support/modelruns.h"
#include "tests/support/onnxchecks.h"

#include <QTest>
#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace lathe;
using namespace lathe::test;

namespace {

using Ints = std::vector<int64_t>;
using Texts = std::vector<std::string>;

/// "a b: x > y": layers, input, output.
Texts textsOf(const Model &model, const Blocks &found)
{
    Texts texts;
    for (const Block &block : found.blocks) {
        Texts layers;
        for (const size_t layer : block.layers)
            layers.push_back(model.layers()[layer].name);
        texts.push_back(fmt::format("{}: {} > {}", fmt::join(layers, " "), block.input, block.output));
    }
    return texts;
}

/// Convolution NAME of weight NAME_w and bias NAME_b that gives NAME; keeps the size.
GraphBuilder &conv(GraphBuilder &graph, const std::string &name, const std::string &from, int64_t in,
                   int64_t out, int64_t groups = 1)
{
    graph.random(name + "_w", {out, in / groups, 1, 1}, 0.3F).random(name + "_b", {out});
    return graph.node("Conv", {from, name + "_w", name + "_b"}, {name}, {{"group", groups}}, name);
}

GraphBuilder &product(GraphBuilder &graph, const std::string &name, const std::string &from, int64_t in,
                      int64_t out)
{
    graph.random(name + "_w", {in, out}, 0.3F);
    return graph.node("MatMul", {from, name + "_w"}, {name}, {}, name);
}

GraphBuilder &normalization(GraphBuilder &graph, const std::string &name, const std::string &from,
                            int64_t width)
{
    graph.random(name + "_s", {width}).random(name + "_t", {width}).random(name + "_m", {width});
    graph.constant(name + "_v", makeTensor(Shape{width}, std::vector(static_cast<size_t>(width), 2.0F)));
    return graph.node("BatchNormalization", {from, name + "_s", name + "_t", name + "_m", name + "_v"},
                      {name});
}

GraphBuilder &numbers(GraphBuilder &graph, const std::string &name, const Ints &values)
{
    Tensor tensor = makeTensor(ElementType::Int64, {std::ssize(values)});
    std::ranges::copy(values, tensor.as<int64_t>().begin());
    return graph.constant(name, tensor);
}

GraphBuilder image(int64_t channels)
{
    GraphBuilder graph;
    graph.input("x", {-1, channels, 4, 4});
    return graph;
}

/// On the stream z of 8 channels two convolutions, added to it: NAME.
GraphBuilder &residual(GraphBuilder &graph, const std::string &name, const std::string &from)
{
    conv(graph, name + "1", from, 8, 8).node("Relu", {name + "1"}, {name + "r"});
    return conv(graph, name + "2", name + "r", 8, 8).node("Add", {name + "2", from}, {name});
}

/// stem, two blocks with an activation behind, head.
GraphBuilder network()
{
    GraphBuilder graph = image(3);
    conv(graph, "stem", "x", 3, 8);
    residual(graph, "a", "stem").node("Relu", {"a"}, {"z"});
    residual(graph, "b", "z").node("Relu", {"b"}, {"w"});
    return conv(graph, "head", "w", 8, 5).output("head");
}

/// Of one head on `from`, keys and values of `of`, with a mask from an input of the model.
GraphBuilder &attention(GraphBuilder &graph, const std::string &n, const std::string &from,
                        const std::string &of)
{
    product(graph, n + "q", from, 8, 8);
    product(graph, n + "k", of, 8, 8);
    product(graph, n + "v", of, 8, 8);
    graph.node("Transpose", {n + "k"}, {n + "t"}, {{"perm", Ints{0, 2, 1}}});
    graph.node("MatMul", {n + "q", n + "t"}, {n + "s"}).node("Add", {n + "s", "penalty"}, {n + "m"});
    graph.node("Softmax", {n + "m"}, {n + "p"}, {{"axis", int64_t(-1)}});
    graph.node("MatMul", {n + "p", n + "v"}, {n + "c"}).node("Shape", {from}, {n + "shape"});
    graph.node("Reshape", {n + "c", n + "shape"}, {n + "f"});
    return product(graph, n + "o", n + "f", 8, 8);
}

/// The penalty is made of an input for attention alone.
GraphBuilder sentence()
{
    GraphBuilder graph;
    graph.input("x", {-1, 6, 8}).input("mask", {-1, 1, 6});
    return graph.node("Neg", {"mask"}, {"penalty"});
}

/// Readers of each block's output read its input, as one would do by hand; all else stays in the graph.
Model rewired(const Model &model, const std::vector<const Block *> &blocks)
{
    onnx::ModelProto proto = model.content().proto;
    for (const Block *block : blocks) {
        for (auto &node : *proto.mutable_graph()->mutable_node())
            for (std::string &input : *node.mutable_input())
                if (input == block->output)
                    input = block->input;
        for (auto &output : *proto.mutable_graph()->mutable_output())
            if (output.name() == block->output)
                output.set_name(block->input);
    }
    return modelFromProto(std::move(proto), model);
}

std::vector<size_t> all(const Blocks &found)
{
    std::vector<size_t> numbers;
    for (size_t i = 0; i < found.blocks.size(); ++i)
        numbers.push_back(i);
    return numbers;
}

} // namespace

/// Which parts of a graph can be skipped, by structures written here, and what is left without them. Real
/// networks: tst_blocks_models.
class TstBlocks : public QObject {
    Q_OBJECT
private slots:
    void structures_haveTheirBlocks_data();
    void structures_haveTheirBlocks();
    void obstacles_sayWhy_data();
    void obstacles_sayWhy();
    void whatServesAlone_goesToo();
    void bytesAndMacs_areOfWhatGoes();
    void nothingSkipped_isTheSameFile();
    void blocksInARow_allGo();
    void nestedOnes_theOuterGoes();
    void outputOfTheModel_isGivenByAnIdentity();
    void valueReadInABranch_isReadThereToo();
    void oldFile_losesItsListedConstants();
    void numberThatIsNone_isRefused();
};

void TstBlocks::structures_haveTheirBlocks_data()
{
    QTest::addColumn<GraphBuilder>("graph");
    QTest::addColumn<Texts>("expected");
    const auto add = [](const char *name, const GraphBuilder &graph, const Texts &expected) {
        QTest::newRow(name) << graph << expected;
    };
    add("residual", network(), {"a1 a2: stem > a", "b1 b2: z > b"});

    GraphBuilder inverted = image(8);
    conv(inverted, "a1", "x", 8, 32).node("Relu", {"a1"}, {"r1"});
    conv(inverted, "a2", "r1", 32, 32, 32).node("Relu", {"a2"}, {"r2"});
    conv(inverted, "a3", "r2", 32, 8).node("Add", {"x", "a3"}, {"a"});
    conv(inverted, "head", "a", 8, 5).output("head");
    add("inverted residual", inverted, {"a1 a2 a3: x > a"});

    GraphBuilder chain = image(3);
    conv(chain, "a", "x", 3, 8).node("Relu", {"a"}, {"ar"});
    normalization(conv(chain, "b", "ar", 8, 8), "bn", "b", 8).node("Relu", {"bn"}, {"br"});
    conv(chain, "c", "br", 8, 8).node("Sigmoid", {"c"}, {"cs"}).node("Mul", {"c", "cs"}, {"cr"});
    chain.node("MaxPool", {"cr"}, {"p"}, {{"kernel_shape", Ints{2, 2}}});
    conv(chain, "d", "p", 8, 5).output("d");
    add("chain with activations", chain, {"b: ar > br", "c: br > cr"});

    GraphBuilder branches = image(3);
    conv(branches, "a", "x", 3, 8).node("Relu", {"a"}, {"z"});
    conv(branches, "s", "z", 8, 2).node("Relu", {"s"}, {"sr"});
    conv(conv(branches, "e1", "sr", 2, 4), "e2", "sr", 2, 4);
    branches.node("Concat", {"e1", "e2"}, {"e"}, {{"axis", int64_t(1)}}).node("Relu", {"e"}, {"er"});
    conv(branches, "d", "er", 8, 5).output("d");
    add("branches joined", branches, {"s e1 e2: z > er"});

    GraphBuilder gated = image(3);
    conv(gated, "stem", "x", 3, 8);
    conv(gated, "a", "stem", 8, 16).node("GlobalAveragePool", {"a"}, {"p"});
    conv(conv(gated, "g1", "p", 16, 4), "g2", "g1", 4, 16).node("Sigmoid", {"g2"}, {"g"});
    gated.node("Mul", {"a", "g"}, {"m"});
    conv(gated, "b", "m", 16, 8).node("Add", {"b", "stem"}, {"y"});
    conv(gated, "head", "y", 8, 5).output("head");
    add("gate in a residual", gated, {"a g1 g2 b: stem > y", "g1 g2: a > m"});

    GraphBuilder body = image(3);
    residual(residual(conv(body, "stem", "x", 3, 8), "a", "stem"), "b", "a");
    conv(body, "last", "b", 8, 8).node("Add", {"stem", "last"}, {"y"});
    conv(body, "head", "y", 8, 5).output("head");
    add("body of several", body, {"a1 a2: stem > a", "b1 b2: a > b", "last: b > last"});

    GraphBuilder encoder = sentence();
    normalization(encoder, "n", "x", 6);
    attention(encoder, "a", "n", "n").node("Add", {"x", "ao"}, {"y"});
    product(encoder, "up", "y", 8, 20).node("Relu", {"up"}, {"ur"});
    product(encoder, "down", "ur", 20, 8).node("Add", {"down", "y"}, {"z"});
    product(encoder, "head", "z", 8, 3).output("head", {-1, 6, 3});
    add("attention and perceptron", encoder, {"aq ak av ao: x > y", "up down: y > z"});

    GraphBuilder decoder = sentence();
    decoder.input("memory", {-1, 6, 8});
    attention(decoder, "a", "x", "memory").node("Add", {"x", "ao"}, {"y"});
    product(decoder, "head", "y", 8, 3).output("head");
    add("attention to something else", decoder, {"aq ak av ao: x > y"});

    GraphBuilder parallel;
    parallel.input("x", {-1, 6, 8});
    product(parallel, "gate", "x", 8, 20).node("Sigmoid", {"gate"}, {"s"}).node("Mul", {"gate", "s"}, {"t"});
    product(parallel, "up", "x", 8, 20).node("Mul", {"t", "up"}, {"u"});
    product(parallel, "down", "u", 20, 8);
    product(product(parallel, "v1", "x", 8, 9), "v2", "v1", 9, 8);
    parallel.node("Add", {"x", "v2"}, {"y"}).node("Add", {"y", "down"}, {"z"});
    product(parallel, "head", "z", 8, 3).output("head");
    add("gated and beside another", parallel, {"gate up down: y > z", "v1 v2: x > y"});
}

void TstBlocks::structures_haveTheirBlocks()
{
    QFETCH(GraphBuilder, graph);
    QFETCH(Texts, expected);
    const Model model = graph.build();
    const Blocks found = skippableBlocks(model);
    QCOMPARE(fmt::format("{}", fmt::join(textsOf(model, found), "\n")),
             fmt::format("{}", fmt::join(expected, "\n")));
    for (size_t layer = 0; layer < model.layers().size(); ++layer) {
        QCOMPARE(found.ofLayer[layer].has_value(), found.obstacles[layer].empty());
        if (found.ofLayer[layer])
            QVERIFY(std::ranges::count(found.blocks[*found.ofLayer[layer]].layers, layer) == 1);
    }
    for (const size_t number : all(found)) {
        const Model without = withoutBlocks(model, found, {number});
        QCOMPARE(QString::fromStdString(refusalByOnnx(without)), QString());
        QVERIFY(relativeDifference(answerOf(without), answerOf(rewired(model, {&found.blocks[number]}))) <
                1e-6);
        QVERIFY(without.parameterCount() < model.parameterCount());
        QCOMPARE(without.layers().size(), model.layers().size() - found.blocks[number].layers.size());
    }
}

void TstBlocks::obstacles_sayWhy_data()
{
    QTest::addColumn<GraphBuilder>("graph");
    QTest::addColumn<QString>("layer");
    QTest::addColumn<QString>("clause");
    const char *otherShape = "its output has another shape than anything before it";
    const char *passed = "what has the shape of its output before it is passed by on other ways";
    QTest::newRow("wider") << network() << "stem" << otherShape;
    QTest::newRow("last") << network() << "head" << otherShape;

    GraphBuilder projected = image(3);
    conv(projected, "a", "x", 3, 8).node("Relu", {"a"}, {"z"});
    conv(conv(projected, "m", "z", 8, 16), "s", "z", 8, 16).node("Add", {"m", "s"}, {"y"});
    conv(projected, "head", "y", 16, 5).output("head");
    QTest::newRow("projected shortcut") << projected << "s" << otherShape;

    GraphBuilder dense = image(8);
    conv(dense, "a", "x", 8, 4).node("Concat", {"x", "a"}, {"ax"}, {{"axis", int64_t(1)}});
    conv(dense, "b", "ax", 12, 4).node("Concat", {"ax", "b"}, {"bx"}, {{"axis", int64_t(1)}});
    conv(dense, "head", "bx", 16, 5).output("head");
    QTest::newRow("densely connected") << dense << "b" << passed;

    GraphBuilder inside = network();
    inside.output("ar");
    QTest::newRow("output inside") << inside << "a1"
                                   << "";

    GraphBuilder dead = network();
    conv(dead, "dead", "w", 8, 8);
    QTest::newRow("for nothing") << dead << "dead"
                                 << "no output of the model depends on it";

    GraphBuilder places; // numbers that only a shape says flow nowhere
    places.input("x", {1, 6, 8}).random("table", {6, 8}).node("Shape", {"x"}, {"s"});
    numbers(numbers(numbers(places, "one", {1}), "two", {2}), "zero", {0});
    places.node("Slice", {"s", "one", "two"}, {"n"}).node("Expand", {"zero", "n"}, {"at"});
    places.node("Gather", {"table", "at"}, {"e"}, {}, "places").node("Add", {"x", "e"}, {"y"});
    product(places, "head", "y", 8, 5).output("head");
    QTest::newRow("made of a shape alone") << places << "places" << otherShape;

    GraphBuilder batch; // a mean over all samples is no sample, even if there is but one
    batch.input("x", {-1, 8});
    product(batch, "a", "x", 8, 6)
        .node("ReduceMean", {"a"}, {"m"}, {{"axes", Ints{0}}, {"keepdims", int64_t(1)}});
    product(product(batch, "b", "m", 6, 8), "head", "b", 8, 5).output("head");
    QTest::newRow("free dimension") << batch << "b" << otherShape;
}

void TstBlocks::obstacles_sayWhy()
{
    QFETCH(GraphBuilder, graph);
    QFETCH(QString, layer);
    QFETCH(QString, clause);
    const Model model = graph.build();
    const Blocks found = skippableBlocks(model);
    const size_t number = model.layerIndex(layer.toStdString());
    QCOMPARE(QString::fromStdString(found.obstacles[number].text()), clause);
    QCOMPARE(found.ofLayer[number].has_value(), clause.isEmpty());
    if (clause.isEmpty()) { // where an output is inside, what is smaller is found
        QCOMPARE(found.blocks[*found.ofLayer[number]].layers, std::vector{number});
        QCOMPARE(refusalByOnnx(withoutBlocks(model, found, {*found.ofLayer[number]})), std::string());
    }
}

/// The penalty for masked places serves attention alone; the input that it is made of stays.
void TstBlocks::whatServesAlone_goesToo()
{
    GraphBuilder graph = sentence();
    attention(graph, "a", "x", "x").node("Add", {"x", "ao"}, {"y"});
    attention(graph, "b", "y", "y").node("Add", {"y", "bo"}, {"z"});
    product(graph, "head", "z", 8, 3).output("head");
    const Model model = graph.build();
    const Blocks found = skippableBlocks(model);
    QCOMPARE(found.blocks.size(), size_t(2));
    QCOMPARE(withoutBlocks(model, found, {1}).operatorCounts().at("Neg"), 1);
    const Model neither = withoutBlocks(model, found, {0, 1});
    QCOMPARE(neither.operatorCounts(), (std::map<std::string, int>{{"MatMul", 1}}));
    QCOMPARE(neither.inputs().size(), size_t(2));
    QVERIFY(relativeDifference(answerOf(neither),
                               answerOf(rewired(model, {&found.blocks[1], &found.blocks[0]}))) < 1e-6);
}

void TstBlocks::bytesAndMacs_areOfWhatGoes()
{
    GraphBuilder graph = network();
    graph.node("Neg", {"b2_b"}, {"more"}).output("more"); // so that bias stays
    const Model model = graph.build();
    const Blocks found = skippableBlocks(model);
    const int64_t floats = 2 * 8 * 8 + 8;
    QCOMPARE(found.blocks[1].bytes, floats * 4);
    QCOMPARE(found.blocks[1].macs, int64_t(2 * 8 * 8 * 4 * 4));
    QCOMPARE(found.blocks[1].name, std::string("b1"));
    const Model without = withoutBlocks(model, found, {1});
    QCOMPARE(model.parameterCount() - without.parameterCount(), floats);
    QCOMPARE(*model.macs() - *without.macs(), found.blocks[1].macs);
}

void TstBlocks::nothingSkipped_isTheSameFile()
{
    const Model model = network().build();
    QVERIFY(withoutBlocks(model, skippableBlocks(model), {}).serialize() == model.serialize());
}

void TstBlocks::blocksInARow_allGo()
{
    GraphBuilder graph = image(3);
    conv(graph, "stem", "x", 3, 8);
    residual(residual(residual(graph, "a", "stem"), "b", "a"), "c", "b");
    conv(graph, "head", "c", 8, 5).output("head");
    const Model model = graph.build();
    const Blocks found = skippableBlocks(model);
    QCOMPARE(found.blocks.size(), size_t(3));
    const Model without = withoutBlocks(model, found, {2, 0, 1, 1});
    QCOMPARE(without.operatorCounts(), (std::map<std::string, int>{{"Conv", 2}}));
    QVERIFY(relativeDifference(answerOf(without), answerOf(rewired(model, {&found.blocks[2], &found.blocks[1],
                                                                           &found.blocks[0]}))) < 1e-6);
    const std::string ends = withoutBlocks(model, found, {0, 2}).serialize();
    const Model first = withoutBlocks(model, found, {0});
    QVERIFY(withoutBlocks(first, skippableBlocks(first), {1}).serialize() == ends); // one after the other
}

void TstBlocks::nestedOnes_theOuterGoes()
{
    GraphBuilder graph = image(3);
    conv(graph, "stem", "x", 3, 8);
    conv(graph, "a", "stem", 8, 16);
    conv(graph, "g", "a", 16, 16).node("Mul", {"a", "g"}, {"m"});
    conv(graph, "b", "m", 16, 8).node("Add", {"b", "stem"}, {"y"});
    conv(graph, "head", "y", 8, 5).output("head");
    const Model model = graph.build();
    const Blocks found = skippableBlocks(model);
    QCOMPARE(textsOf(model, found), (Texts{"a g b: stem > y", "g: a > m"}));
    const std::string outer = withoutBlocks(model, found, {0}).serialize();
    QVERIFY(withoutBlocks(model, found, {1, 0}).serialize() == outer);
    QVERIFY(withoutBlocks(model, found, {1}).serialize() != outer);
}

void TstBlocks::outputOfTheModel_isGivenByAnIdentity()
{
    GraphBuilder graph = image(8);
    residual(graph, "a", "x").output("a", {-1, 8, 4, 4});
    conv(graph, "head", "a", 8, 5).output("head");
    const Model model = graph.build();
    const Model without = withoutBlocks(model, skippableBlocks(model), {0});
    QCOMPARE(without.operatorCounts(), (std::map<std::string, int>{{"Conv", 1}, {"Identity", 1}}));
    QCOMPARE(without.outputs()[0].name, std::string("a"));
    QCOMPARE(refusalByOnnx(without), std::string());
    QVERIFY(answerOf(without).bytes == randomTensor({1, 8, 4, 4}, 11).bytes); // what it was fed
}

void TstBlocks::valueReadInABranch_isReadThereToo()
{
    GraphBuilder graph = image(8), yes, no;
    graph.input("choice", {}, ElementType::Bool);
    residual(graph, "a", "x");
    yes.node("Relu", {"a"}, {"t"}).output("t");
    no.node("Neg", {"a"}, {"e"}).output("e");
    graph.node("If", {"choice"}, {"y"}).subgraph("then_branch", yes).subgraph("else_branch", no);
    graph.output("y");
    const Model model = graph.build();
    const Blocks found = skippableBlocks(model);
    QCOMPARE(textsOf(model, found), (Texts{"a1 a2: x > a"}));
    const Model without = withoutBlocks(model, found, {0});
    QVERIFY(!without.operatorCounts().contains("Conv"));
    const std::vector<float> fed = toFloats(randomTensor({1, 8, 4, 4}, 11));
    const std::vector<float> given = toFloats(answerOf(without));
    for (size_t i = 0; i < fed.size(); ++i)
        QCOMPARE(given[i], std::max(fed[i], 0.0F));
}

void TstBlocks::oldFile_losesItsListedConstants()
{
    GraphBuilder graph(9, 3);
    graph.input("x", {1, 8, 4, 4});
    residual(graph, "a", "x");
    conv(graph, "head", "a", 8, 5).output("head");
    for (const auto &constant : graph.proto().graph().initializer())
        graph.input(constant.name(), Shape(constant.dims().begin(), constant.dims().end()));
    const Model model = graph.build();
    const Model without = withoutBlocks(model, skippableBlocks(model), {0});
    QCOMPARE(without.content().proto.graph().input_size(), 3); // the data and what head has
    QCOMPARE(refusalByOnnx(without), std::string());
}

void TstBlocks::numberThatIsNone_isRefused()
{
    const Model model = network().build();
    ErrorCode code = ErrorCode::Internal;
    const QString message = messageOf([&] { withoutBlocks(model, skippableBlocks(model), {2}); }, &code);
    QCOMPARE(message, QString("There is no block 2: the model has 2."));
    QVERIFY(code == ErrorCode::InvalidArgument);
}

QTEST_APPLESS_MAIN(TstBlocks)
#include "tst_blocks.moc"
