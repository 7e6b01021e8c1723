#include "core/model/proto.h"
#include "core/onnx/graphview.h"
#include "core/rewrite/blocks.h"
#include "tests/support/modelruns.h"
#include "tests/support/onnxchecks.h"

#include <QElapsedTimer>
#include <QTest>
#include <fmt/format.h>
#include <set>

using namespace lathe;
using namespace lathe::test;

/// Blocks of real networks and of very large ones: each left out alone, and all together, against graphs
/// whose inputs are put elsewhere by hand.
class TstBlocksModels : public QObject {
    Q_OBJECT
private slots:
    void realModels_runWithoutTheirBlocks_data();
    void realModels_runWithoutTheirBlocks();
    void tenThousandNodes_areFollowed_data();
    void tenThousandNodes_areFollowed();

private:
    /// Readers of the outputs read the inputs, from the last block to the first; all else stays.
    static Model rewired(const Model &model, const std::vector<const Block *> &blocks);
    /// Of those that share nodes the largest alone, as withoutBlocks() says.
    static std::vector<const Block *> apart(std::vector<const Block *> blocks);
    /// What is added to the input of the block is zero; empty: the block is no such sum.
    static std::optional<Model> silenced(const Model &model, const Block &block);
    static void checkNames(const Model &model, const Model &without, const std::vector<const Block *> &gone);
    static GraphBuilder chain(int count, int64_t least);
    static GraphBuilder residuals(int count);
};

void TstBlocksModels::realModels_runWithoutTheirBlocks_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<size_t>("blocks");
    QTest::addColumn<size_t>("sums"); // so many of them at least add to their input
    const auto add = [](const char *file, size_t blocks, size_t sums) {
        QTest::newRow(file) << QString(file) + ".onnx" << blocks << sums;
    };
    add("models/resnet20_cifar10", 9, 7);
    add("models/resnet56_cifar10", 27, 25);
    add("models/mobilenetv2", 13, 10);
    add("models/squeezenet1.1", 8, 0);
    add("models/squeezenet_fp16", 8, 0);
    add("models/vit_cifar10_ibp_3_3_8", 6, 6);
    add("models/mobilenetv2_int8_dynamic", 13, 10);
    add("models/mnist-8", 0, 0);
    add("odd-models/yolox_nano", 66, 7);
    add("odd-models/bert_toy_optimized", 12, 10);
    add("odd-models/byte_sb_bidi_lstm", 0, 0);
    add("odd-models/light_shufflenet", 18, 0);
    add("odd-models/micro_kws_m_qdq", 0, 0);
    add("odd-models/Ultraface.version-RFB-320", 25, 0);
    add("tasks/bytes/magika", 0, 0);
    add("tasks/detection/FastestDet", 53, 0);
    add("tasks/keywords/kws_digits", 6, 0);
    add("tasks/language-model/babyllama_tok105", 10, 10);
    add("tasks/super-resolution/esrgan_slim_x4", 6, 2);
    add("tasks/text-detection/ppocr_v4_det", 30, 0);
}

Model TstBlocksModels::rewired(const Model &model, const std::vector<const Block *> &blocks)
{
    onnx::ModelProto proto = model.content().proto;
    onnx::GraphProto &graph = *proto.mutable_graph();
    const std::vector<int> &order = model.content().view->order(0);
    std::vector<const Block *> sorted = blocks;
    std::ranges::sort(sorted, std::greater(), [&](const Block *block) {
        return std::ranges::find(order, block->nodes.back()) - order.begin();
    });
    for (const Block *block : sorted) {
        for (auto &node : *graph.mutable_node())
            for (std::string &input : *node.mutable_input())
                if (input == block->output)
                    input = block->input;
        for (auto &output : *graph.mutable_output())
            if (output.name() == block->output)
                output.set_name(block->input);
    }
    return modelFromProto(std::move(proto), model);
}

std::vector<const Block *> TstBlocksModels::apart(std::vector<const Block *> blocks)
{
    std::ranges::stable_sort(blocks, std::greater(), [](const Block *block) {
        return std::pair(block->layers.size(), block->nodes.size());
    });
    std::vector<const Block *> left;
    std::set<int> taken;
    for (const Block *block : blocks) {
        if (std::ranges::any_of(block->nodes, [&](int n) { return taken.contains(n); }))
            continue;
        left.push_back(block);
        taken.insert(block->nodes.begin(), block->nodes.end());
    }
    return left;
}

std::optional<Model> TstBlocksModels::silenced(const Model &model, const Block &block)
{
    onnx::ModelProto proto = model.content().proto;
    onnx::GraphProto &graph = *proto.mutable_graph();
    onnx::NodeProto &sum = *graph.mutable_node(block.nodes.back());
    const bool isSecond = sum.input_size() == 2 && sum.input(1) == block.input;
    if (sum.op_type() != "Add" || (sum.input(0) != block.input && !isSecond))
        return {};
    const ElementType weights = model.layers()[block.layers.front()].weightType;
    const ElementType type = isFloat(weights) ? weights : ElementType::Float32;
    *graph.add_initializer() = makeTensorProto("nothing", fromFloats(type, {1}, std::vector{0.0F}));
    onnx::NodeProto times;
    times.set_op_type("Mul");
    times.add_input(sum.input(isSecond ? 0 : 1));
    times.add_input("nothing");
    times.add_output("silenced");
    sum.set_input(isSecond ? 0 : 1, "silenced");
    *graph.add_node() = times;
    for (int n = graph.node_size() - 1; n > block.nodes.back(); --n)
        graph.mutable_node()->SwapElements(n, n - 1);
    if (proto.ir_version() < 4)
        proto.set_ir_version(4); // constants need not be listed
    return modelFromProto(std::move(proto), model);
}

void TstBlocksModels::checkNames(const Model &model, const Model &without,
                                 const std::vector<const Block *> &gone)
{
    std::set<size_t> layers;
    for (const Block *block : gone)
        layers.insert(block->layers.begin(), block->layers.end());
    std::vector<std::string> expected, left;
    for (size_t i = 0; i < model.layers().size(); ++i)
        if (!layers.contains(i))
            expected.push_back(model.layers()[i].name);
    for (const Layer &layer : without.layers())
        left.push_back(layer.name);
    QCOMPARE(left, expected);
}

void TstBlocksModels::realModels_runWithoutTheirBlocks()
{
    LATHE_NEED_TEST_DATA();
    QFETCH(QString, file);
    QFETCH(size_t, blocks);
    QFETCH(size_t, sums);
    const Model model = Model::load(testData() + "/" + file.toStdString());
    const Blocks found = skippableBlocks(model);
    const bool isRight = refusalByOnnx(model).empty();
    size_t added = 0;
    std::vector<size_t> numbers;
    std::vector<const Block *> all;
    const auto check = [&](const Model &without, const Model &reference, const std::string &name) {
        if (isRight)
            QCOMPARE(refusalByOnnx(without), std::string());
        QVERIFY2(relativeDifference(answerOf(without), answerOf(reference)) < 1e-6, name.c_str());
    };
    for (size_t i = 0; i < found.blocks.size(); ++i) {
        const Block &block = found.blocks[i];
        numbers.push_back(i);
        all.push_back(&block);
        const Model without = withoutBlocks(model, found, {i});
        check(without, rewired(model, {&block}), block.name);
        checkNames(model, without, {&block});
        if (const auto silent = silenced(model, block)) {
            QVERIFY2(relativeDifference(answerOf(without), answerOf(*silent)) < 1e-5, block.name.c_str());
            ++added;
        }
    }
    const Model none = withoutBlocks(model, found, numbers);
    check(none, rewired(model, apart(all)), "all of them");
    QCOMPARE(found.blocks.size(), blocks);
    QVERIFY2(added >= sums, qPrintable(QString::number(added)));
}

void TstBlocksModels::tenThousandNodes_areFollowed_data()
{
    QTest::addColumn<GraphBuilder>("graph");
    QTest::addColumn<size_t>("blocks");
    QTest::newRow("residuals") << residuals(2500) << size_t(2500);
    QTest::newRow("a chain") << chain(5000, 4) << size_t(5000);
    QTest::newRow("a chain of many shapes") << chain(5000, 0) << size_t(0);
}

/// Convolution and activation, of one width or each of another.
GraphBuilder TstBlocksModels::chain(int count, int64_t least)
{
    GraphBuilder graph;
    graph.input("z0", {1, least > 0 ? least : 1, 1, 1});
    for (int b = 0; b < count; ++b) {
        const int64_t in = least > 0 ? least : b + 1, out = least > 0 ? least : b + 2;
        const auto name = [&](const char *what) { return fmt::format("{}{}", what, b); };
        if (least > 0) {
            graph.random(name("w"), {out, in, 1, 1});
            graph.node("Conv", {name("z"), name("w")}, {name("c")}, {}, name("c"));
        } else { // one row and then one more
            graph.random(name("w"), {1, 1, 1, 1});
            graph.node("Conv", {name("z"), name("w")}, {name("c")},
                       {{"pads", std::vector<int64_t>{0, 0, 0, 1}}}, name("c"));
        }
        graph.node("Relu", {name("c")}, {fmt::format("z{}", b + 1)});
    }
    return graph.output(fmt::format("z{}", count));
}

GraphBuilder TstBlocksModels::residuals(int count)
{
    GraphBuilder graph;
    graph.input("z0", {1, 4, 1, 1}).random("w", {4, 4, 1, 1});
    for (int b = 0; b < count; ++b) {
        const auto name = [&](const char *what) { return fmt::format("{}{}", what, b); };
        graph.node("Conv", {name("z"), "w"}, {name("a")}, {}, name("a"))
            .node("Relu", {name("a")}, {name("r")});
        graph.node("Conv", {name("r"), "w"}, {name("b")}, {}, name("b"));
        graph.node("Add", {name("z"), name("b")}, {fmt::format("z{}", b + 1)});
    }
    return graph.output(fmt::format("z{}", count));
}

void TstBlocksModels::tenThousandNodes_areFollowed()
{
    QFETCH(GraphBuilder, graph);
    QFETCH(size_t, blocks);
    const Model model = graph.build();
    QElapsedTimer clock;
    clock.start();
    const Blocks found = skippableBlocks(model);
    qInfo("%d nodes: %lld ms", graph.proto().graph().node_size(), static_cast<long long>(clock.elapsed()));
    QCOMPARE(found.blocks.size(), blocks);
}

QTEST_APPLESS_MAIN(TstBlocksModels)
#include "tst_blocks_models.moc"
