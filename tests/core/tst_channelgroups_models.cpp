#include "core/rewrite/channelgroups.h"

#include "core/base/error.h"
#include "core/rewrite/slim.h"
#include "tests/support/channelremoval.h"
#include "tests/support/modelruns.h"
#include "tests/support/onnxchecks.h"

#include <QElapsedTimer>
#include <QTest>
#include <fmt/format.h>

using namespace lathe;
using namespace lathe::test;

/// Channel groups of real networks and of a very large one: how much of them can go, and that what goes is
/// all that goes with it.
class TstChannelGroupsModels : public QObject {
    Q_OBJECT
private slots:
    void realModels_canLoseChannels_data();
    void realModels_canLoseChannels();
    void quantizedModel_isFollowed();
    void partlyUnknownShapes_holdLittle();
    void tenThousandNodes_areFollowed_data();
    void tenThousandNodes_areFollowed();

private:
    using Numbers = std::vector<int64_t>;
    static GraphBuilder residualBlocks(int count);
    static GraphBuilder shuffles(int count);
    static GraphBuilder attentions(int count);
    static Tensor numbers(const Numbers &values);
    static void checkByRuns(const Model &model, const ChannelGroups &found);
    static Model modelAt(const QString &file);
    /// Every so many of those that can go.
    static Channels someOf(const ChannelGroup &group, size_t most);
};

Model TstChannelGroupsModels::modelAt(const QString &file)
{
    return Model::load(testData() + "/" + file.toStdString());
}

Channels TstChannelGroupsModels::someOf(const ChannelGroup &group, size_t most)
{
    Channels free;
    for (size_t c = 0; c < group.channels; ++c)
        if (!group.locked[c])
            free.push_back(c);
    Channels chosen;
    const size_t count = std::min(most, free.size() / 3 + (free.size() > 1 ? 1 : 0));
    for (size_t i = 0; i < count; ++i)
        chosen.push_back(free[i * free.size() / count]);
    return chosen;
}

void TstChannelGroupsModels::realModels_canLoseChannels_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<double>("least");
    for (const char *name : {"models/mnist-8",
                             "models/fashion_mnist_cnn",
                             "models/resnet20_cifar10",
                             "models/resnet56_cifar10",
                             "models/mobilenetv2",
                             "models/squeezenet1.1",
                             "models/vit_cifar10_ibp_3_3_8",
                             "odd-models/byte_sb_bidi_lstm",
                             "odd-models/Ultraface.version-RFB-320",
                             "odd-models/yolox_nano",
                             "odd-models/micro_kws_m_static_fp32",
                             "odd-models/micro_kws_m_qdq",
                             "odd-models/light_shufflenet",
                             "models/squeezenet_fp16",
                             "models/mobilenetv2_int8_dynamic",
                             "odd-models/bert_toy_optimized",
                             "tasks/bytes/magika",
                             "tasks/detection/FastestDet",
                             "tasks/keywords/kws_digits",
                             "tasks/language-model/babyllama_tok105",
                             "tasks/super-resolution/esrgan_slim_x4",
                             "tasks/text-detection/ppocr_v4_det"})
        QTest::newRow(name) << QString(name) + ".onnx" << 0.9;
}

void TstChannelGroupsModels::realModels_canLoseChannels()
{
    LATHE_NEED_TEST_DATA();
    QFETCH(QString, file);
    QFETCH(double, least);
    const Model model = modelAt(file);
    const ChannelGroups found = channelGroups(model);
    QVERIFY2(found.coverage() >= least, qPrintable(QString::number(found.coverage())));
    try {
        checkByRuns(model, found);
    } catch (const std::exception &error) {
        QFAIL(error.what());
    }
}

void TstChannelGroupsModels::checkByRuns(const Model &model, const ChannelGroups &found)
{
    constexpr size_t removals = 4; // the runs take the time
    const size_t step = std::max<size_t>(found.groups.size() / removals, 1);
    Model ignoring = model, scrambled = model;
    std::vector<Channels> removed(found.groups.size());
    bool hasSome = false;
    for (size_t g = 0; g < found.groups.size(); ++g) {
        const ChannelGroup &group = found.groups[g];
        const Channels channels = someOf(group, 8);
        if (channels.empty())
            continue;
        if (group.mixed.empty()) {
            removed[g] = channels;
            ignoring = ignoringChannels(ignoring, group, channels);
            scrambled = scramblingChannels(scrambled, group, channels);
            hasSome = hasSome || std::ranges::any_of(group.uses, [](const ChannelUse &use) {
                          return use.stored && use.summed; // not so weights that nodes make of nothing
                      });
        }
        if (g % step != 0)
            continue;
        const Tensor without = answerOf(withoutChannels(model, found, group, {channels.front()}));
        if (group.mixed.empty())
            QVERIFY2(relativeDifference(without,
                                        answerOf(ignoringChannels(model, group, {channels.front()}))) < 1e-4,
                     group.name.c_str());
    }
    const Model slimmed = slim(model, found, removed); // of all groups at once
    QVERIFY(relativeDifference(answerOf(slimmed), answerOf(ignoring)) < 1e-4);
    if (refusalByOnnx(model).empty())
        QCOMPARE(refusalByOnnx(slimmed), std::string());
    if (!hasSome)
        return;
    QVERIFY(slimmed.parameterCount() < model.parameterCount());
    for (const ChannelGroup &group : found.groups)
        if (group.mixed.empty())
            scrambled = ignoringChannels(scrambled, group, someOf(group, 8));
    QVERIFY(relativeDifference(answerOf(scrambled), answerOf(ignoring)) < 1e-4);
    QVERIFY(relativeDifference(answerOf(ignoring), answerOf(model)) > 0.0);
}

void TstChannelGroupsModels::quantizedModel_isFollowed()
{
    LATHE_NEED_TEST_DATA();
    const ChannelGroups plain = channelGroups(modelAt("models/mobilenetv2.onnx"));
    const ChannelGroups codes = channelGroups(modelAt("models/mobilenetv2_int8_dynamic.onnx"));
    QCOMPARE(codes.prunableRows, plain.prunableRows);
    QCOMPARE(codes.groups.size(), plain.groups.size());
}

/// An image of any size is decoded and scaled before the network and after it.
void TstChannelGroupsModels::partlyUnknownShapes_holdLittle()
{
    LATHE_NEED_TEST_DATA();
    const ChannelGroups found =
        channelGroups(modelAt("odd-models/pytorch_superresolution_with_pre_post_processing_op18.onnx"));
    QVERIFY2(found.coverage() > 0.9, qPrintable(QString::number(found.coverage())));
}

void TstChannelGroupsModels::tenThousandNodes_areFollowed_data()
{
    QTest::addColumn<GraphBuilder>("graph");
    QTest::addColumn<size_t>("groups");
    QTest::newRow("residual blocks") << residualBlocks(2000) << size_t(2002);
    QTest::newRow("shuffles") << shuffles(2500) << size_t(2501);
    QTest::newRow("attentions") << attentions(1000) << size_t(1002);
}

/// Of five nodes each, on one stream.
GraphBuilder TstChannelGroupsModels::residualBlocks(int count)
{
    GraphBuilder graph;
    graph.input("x", {1, 3, 28, 28}).random("stem_w", {64, 3, 3, 3});
    graph.node("Conv", {"x", "stem_w"}, {"z0"}, {{"pads", Numbers{1, 1, 1, 1}}}, "stem");
    for (int b = 0; b < count; ++b) {
        const auto name = [&](const char *what) { return fmt::format("{}{}", what, b); };
        graph.random(name("a_w"), {32, 64, 1, 1}).random(name("b_w"), {64, 32, 1, 1});
        graph.random(name("s"), {32}).random(name("t"), {32}).random(name("m"), {32}).random(name("v"), {32});
        graph.node("Conv", {name("z"), name("a_w")}, {name("a")}, {}, name("a"));
        graph.node("BatchNormalization", {name("a"), name("s"), name("t"), name("m"), name("v")},
                   {name("n")});
        graph.node("Relu", {name("n")}, {name("r")});
        graph.node("Conv", {name("r"), name("b_w")}, {name("b")}, {}, name("b"));
        graph.node("Add", {name("z"), name("b")}, {fmt::format("z{}", b + 1)});
    }
    graph.random("last_w", {10, 64, 1, 1});
    graph.node("Conv", {fmt::format("z{}", count), "last_w"}, {"y"}, {}, "last").output("y");
    return graph;
}

/// Convolutions of four groups with their channels shuffled behind them: four nodes each.
GraphBuilder TstChannelGroupsModels::shuffles(int count)
{
    GraphBuilder graph;
    graph.input("z0", {1, 64, 14, 14})
        .constant("cut", numbers({0, 4, 16, 14, 14}))
        .constant("join", numbers({0, 64, 14, 14}));
    for (int b = 0; b < count; ++b) {
        const auto name = [&](const char *what) { return fmt::format("{}{}", what, b); };
        graph.random(name("w"), {64, 16, 1, 1});
        graph.node("Conv", {name("z"), name("w")}, {name("a")}, {{"group", int64_t(4)}}, name("a"));
        graph.node("Reshape", {name("a"), "cut"}, {name("c")});
        graph.node("Transpose", {name("c")}, {name("t")}, {{"perm", Numbers{0, 2, 1, 3, 4}}});
        graph.node("Reshape", {name("t"), "join"}, {fmt::format("z{}", b + 1)});
    }
    graph.random("last_w", {10, 64, 1, 1});
    graph.node("Conv", {fmt::format("z{}", count), "last_w"}, {"y"}, {}, "last").output("y");
    return graph;
}

/// With four heads, ten nodes each.
GraphBuilder TstChannelGroupsModels::attentions(int count)
{
    GraphBuilder graph;
    graph.input("x", {1, 8, 16}).random("in_w", {16, 64}).node("MatMul", {"x", "in_w"}, {"z0"}, {}, "in");
    graph.constant("heads", numbers({0, 0, 4, 16})).constant("flat", numbers({0, 0, 64}));
    for (int b = 0; b < count; ++b) {
        const auto name = [&](const char *what) { return fmt::format("{}{}", what, b); };
        graph.random(name("q_w"), {64, 64}).random(name("o_w"), {64, 64});
        graph.node("MatMul", {name("z"), name("q_w")}, {name("q")}, {}, name("q"));
        graph.node("Reshape", {name("q"), "heads"}, {name("r")});
        graph.node("Transpose", {name("r")}, {name("t")}, {{"perm", Numbers{0, 2, 1, 3}}});
        graph.node("Transpose", {name("t")}, {name("k")}, {{"perm", Numbers{0, 1, 3, 2}}});
        graph.node("MatMul", {name("t"), name("k")}, {name("s")});
        graph.node("Softmax", {name("s")}, {name("p")}, {{"axis", int64_t(-1)}});
        graph.node("MatMul", {name("p"), name("t")}, {name("o")});
        graph.node("Transpose", {name("o")}, {name("ot")}, {{"perm", Numbers{0, 2, 1, 3}}});
        graph.node("Reshape", {name("ot"), "flat"}, {name("of")});
        graph.node("MatMul", {name("of"), name("o_w")}, {name("d")}, {}, name("d"));
        graph.node("Add", {name("z"), name("d")}, {fmt::format("z{}", b + 1)});
    }
    graph.random("last_w", {64, 10})
        .node("MatMul", {fmt::format("z{}", count), "last_w"}, {"y"}, {}, "last")
        .output("y");
    return graph;
}

Tensor TstChannelGroupsModels::numbers(const Numbers &values)
{
    Tensor tensor = makeTensor(ElementType::Int64, {std::ssize(values)});
    std::ranges::copy(values, tensor.as<int64_t>().begin());
    return tensor;
}

void TstChannelGroupsModels::tenThousandNodes_areFollowed()
{
    QFETCH(GraphBuilder, graph);
    QFETCH(size_t, groups);
    const Model model = graph.build();
    QElapsedTimer clock;
    clock.start();
    const ChannelGroups found = channelGroups(model);
    qInfo("%d nodes: %lld ms", graph.proto().graph().node_size(), static_cast<long long>(clock.elapsed()));
    QCOMPARE(found.groups.size(), groups);
    QCOMPARE(found.coverage(), 1.0);
}

QTEST_APPLESS_MAIN(TstChannelGroupsModels)
#include "tst_channelgroups_models.moc"
