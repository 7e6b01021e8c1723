// Channels that can go for nothing: they are found where they are made, and the outputs do not tell.
#include "core/channels/freechannels.h"
#include "core/model/proto.h"
#include "core/onnx/constants.h"
#include "core/rewrite/slim.h"
#include "tests/support/graphbuilder.h"
#include "tests/support/modelruns.h"

#include <QTest>

using namespace lathe;
using namespace lathe::test;

namespace {

using Channels = std::vector<size_t>;
using Dead = std::vector<Channels>;

/// The tensor with zeros at some places of an axis.
Tensor zeroed(Tensor tensor, size_t axis, const Channels &places)
{
    int64_t inner = 1;
    for (size_t d = axis + 1; d < tensor.shape.size(); ++d)
        inner *= tensor.shape[d];
    const std::span<float> values = tensor.as<float>();
    for (size_t i = 0; i < values.size(); ++i)
        if (const auto place = i / static_cast<size_t>(inner) % static_cast<size_t>(tensor.shape[axis]);
            std::ranges::find(places, place) != places.end())
            values[i] = 0.0F;
    return tensor;
}

Tensor positive(Tensor tensor)
{
    for (float &value : tensor.as<float>())
        value = std::abs(value) + 0.1F;
    return tensor;
}

/// The stored constant of the main graph with zeros.
Model withZeros(const Model &model, const std::string &name, size_t axis, const Channels &places)
{
    onnx::ModelProto proto = model.content().proto;
    for (auto &constant : *proto.mutable_graph()->mutable_initializer())
        if (constant.name() == name)
            constant = makeTensorProto(name, zeroed(readTensor(constant, model.content()), axis, places));
    return modelFromProto(std::move(proto), model);
}

/// conv a (6 channels) -> normalization -> Relu -> depthwise -> conv b (5) -> Relu -> conv c.
struct Net {
    std::map<std::string, Tensor> constants{{"a_w", randomTensor({6, 3, 3, 3}, 1)},
                                            {"a_b", randomTensor({6}, 2)},
                                            {"scale", positive(randomTensor({6}, 3))},
                                            {"shift", randomTensor({6}, 4)},
                                            {"mean", randomTensor({6}, 5)},
                                            {"var", positive(randomTensor({6}, 6))},
                                            {"d_w", randomTensor({6, 1, 3, 3}, 7)},
                                            {"d_b", randomTensor({6}, 8)},
                                            {"b_w", randomTensor({5, 6, 1, 1}, 9)},
                                            {"b_b", randomTensor({5}, 10)},
                                            {"c_w", randomTensor({4, 5, 3, 3}, 11)}};
    std::string activation = "Relu";

    Net &zero(const std::string &name, const Channels &places, size_t axis = 0)
    {
        constants[name] = zeroed(constants[name], axis, places);
        return *this;
    }
    Model build() const
    {
        const std::vector<std::pair<std::string, Attribute>> same = {
            {"pads", std::vector<int64_t>{1, 1, 1, 1}}};
        auto depthwise = same;
        depthwise.emplace_back("group", int64_t(6));
        GraphBuilder graph;
        graph.input("x", {1, 3, 8, 8});
        for (const auto &[name, tensor] : constants)
            graph.constant(name, tensor);
        graph.node("Conv", {"x", "a_w", "a_b"}, {"a"}, same, "a");
        graph.node("BatchNormalization", {"a", "scale", "shift", "mean", "var"}, {"n"}, {}, "n");
        graph.node(activation, {"n"}, {"r"}, {}, "r");
        graph.node("Conv", {"r", "d_w", "d_b"}, {"d"}, depthwise, "d");
        graph.node("Conv", {"d", "b_w", "b_b"}, {"b"}, {}, "b").node("Relu", {"b"}, {"rb"}, {}, "rb");
        graph.node("Conv", {"rb", "c_w"}, {"c"}, same, "c").output("c");
        return graph.build();
    }
};

/// What is found goes, and not a bit of the output is another one.
void checkRemoval(const Model &model, const Dead &expected)
{
    const ChannelGroups groups = channelGroups(model);
    const Dead dead = deadChannels(model, groups);
    QCOMPARE(dead, expected);
    QVERIFY(answerOf(slim(model, groups, dead)).bytes == answerOf(model).bytes);
}

} // namespace

class TstDeadChannels : public QObject {
    Q_OBJECT
private slots:
    void found_data();
    void found();
    void notZeroThroughSigmoid_isOnlyDeadByColumns();
    void productsAndJoins_areFollowed();
    void residualSum_needsAllParts();
    void mixedChannels_areNeverDead();
    void recurrentState_isFollowed();
    void allDead_oneStays();
    void realModels_loseWhatIsZero_data();
    void realModels_loseWhatIsZero();
    void realModels_haveNoneByChance();
};

void TstDeadChannels::found_data()
{
    QTest::addColumn<Dead>("expected");
    QTest::addColumn<Net>("net");
    const auto row = [](const char *name, const Net &net, const Dead &expected) {
        QTest::newRow(name) << expected << net;
    };
    const Dead none(3), oneAndFour{{1, 4}, {}, {}};
    row("nothing is zero", Net(), none);
    row("the normalization's scale and shift, and the bias behind",
        Net().zero("scale", {1, 4}).zero("shift", {1, 4}).zero("d_b", {1, 4}), oneAndFour);
    row("but the bias behind", Net().zero("scale", {1, 4}).zero("shift", {1, 4}), none);
    row("but the shift", Net().zero("scale", {1, 4}).zero("d_b", {1, 4}), none);
    row("zero filters, moved by the normalization",
        Net().zero("a_w", {1, 4}).zero("a_b", {1, 4}).zero("d_b", {1, 4}), none);
    row("zero filters, not moved by it",
        Net()
            .zero("a_w", {1, 4})
            .zero("a_b", {1, 4})
            .zero("mean", {1, 4})
            .zero("shift", {1, 4})
            .zero("d_b", {1, 4}),
        oneAndFour);
    row("but their bias",
        Net().zero("a_w", {1, 4}).zero("mean", {1, 4}).zero("shift", {1, 4}).zero("d_b", {1, 4}), none);
    row("the filters on the way", Net().zero("d_w", {1, 4}).zero("d_b", {1, 4}), oneAndFour);
    row("but their bias again", Net().zero("d_w", {1, 4}), none);
    row("the columns that read", Net().zero("b_w", {1, 4}, 1), oneAndFour);
    row("zero filters without a normalization", Net().zero("b_w", {2}).zero("b_b", {2}), {{}, {2}, {}});
    row("columns of nine places", Net().zero("c_w", {0, 3}, 1), {{}, {0, 3}, {}});
    row("each for another reason",
        Net()
            .zero("scale", {0})
            .zero("shift", {0})
            .zero("d_b", {0})
            .zero("b_w", {5}, 1)
            .zero("b_w", {3})
            .zero("b_b", {3})
            .zero("c_w", {1}, 1),
        {{0, 5}, {1, 3}, {}});
}

void TstDeadChannels::found()
{
    QFETCH(Net, net);
    QFETCH(Dead, expected);
    checkRemoval(net.build(), expected);
}

void TstDeadChannels::notZeroThroughSigmoid_isOnlyDeadByColumns()
{
    const auto build = [](const Channels &rows, const Channels &columns) {
        GraphBuilder graph;
        graph.input("x", {1, 3, 4, 4}).constant("a_w", zeroed(randomTensor({6, 3, 1, 1}, 1), 0, rows));
        graph.constant("b_w", zeroed(randomTensor({2, 6, 1, 1}, 2), 1, columns));
        graph.node("Conv", {"x", "a_w"}, {"a"}, {}, "a").node("Sigmoid", {"a"}, {"s"});
        graph.node("Conv", {"s", "b_w"}, {"b"}, {}, "b").output("b");
        return graph.build();
    };
    QVERIFY(!channelGroups(build({2}, {})).groups[0].notZero.empty());
    checkRemoval(build({2}, {}), Dead(2));
    checkRemoval(build({2}, {3}), {{3}, {}});
    Net net; // a depthwise convolution of zeros makes zeros again
    net.activation = "Sigmoid";
    checkRemoval(net.zero("scale", {2}).zero("shift", {2}).zero("d_b", {2}).build(), Dead(3));
    checkRemoval(net.zero("d_w", {2}).build(), {{2}, {}, {}});
}

/// A gate, a concatenation of a channel with itself, and a flattened end.
void TstDeadChannels::productsAndJoins_areFollowed()
{
    const auto build = [](const Tensor &weight, const Tensor &gate) {
        GraphBuilder graph;
        graph.input("x", {1, 2, 3, 3}).constant("a_w", weight).constant("g_w", gate);
        graph.random("b_w", {72, 4});
        graph.node("Conv", {"x", "a_w"}, {"a"}, {}, "a").node("Conv", {"x", "g_w"}, {"g"}, {}, "g");
        graph.node("Sigmoid", {"g"}, {"s"}).node("Mul", {"a", "s"}, {"m"}, {}, "m");
        graph.node("Concat", {"m", "m"}, {"j"}, {{"axis", int64_t(1)}});
        graph.node("Flatten", {"j"}, {"f"}).node("MatMul", {"f", "b_w"}, {"b"}, {}, "b").output("b");
        return graph.build();
    };
    const Tensor weight = randomTensor({4, 2, 1, 1}, 1), gate = randomTensor({4, 2, 1, 1}, 2);
    checkRemoval(build(zeroed(weight, 0, {1}), gate), {{1}, {}});
    checkRemoval(build(weight, zeroed(gate, 0, {1})), {{}, {}}); // the sigmoid of zero is a half
}

/// Both that are added must be zero, and a layer that reads the sum to add to it is asked for its rows.
void TstDeadChannels::residualSum_needsAllParts()
{
    const auto build = [](const Channels &first, const Channels &second) {
        GraphBuilder graph;
        graph.input("x", {1, 3, 4, 4}).constant("a_w", zeroed(randomTensor({6, 3, 1, 1}, 1), 0, first));
        graph.constant("b_w", zeroed(randomTensor({6, 6, 1, 1}, 2), 0, second)).random("c_w", {2, 6, 1, 1});
        graph.node("Conv", {"x", "a_w"}, {"a"}, {}, "a").node("Relu", {"a"}, {"r"});
        graph.node("Conv", {"r", "b_w"}, {"b"}, {}, "b").node("Add", {"b", "r"}, {"s"});
        graph.node("Conv", {"s", "c_w"}, {"c"}, {}, "c").output("c");
        return graph.build();
    };
    checkRemoval(build({1, 2}, {2, 3}), {{2}, {}});
    checkRemoval(build({1}, {}), {{}, {}});
}

void TstDeadChannels::mixedChannels_areNeverDead()
{
    GraphBuilder graph(17);
    graph.input("x", {1, 4, 3}).constant("a_w", zeroed(randomTensor({3, 8}, 1), 1, {2}));
    graph.constant("scale", zeroed(randomTensor({8}, 2), 0, {2}));
    graph.constant("shift", zeroed(randomTensor({8}, 3), 0, {2}));
    graph.constant("b_w", zeroed(randomTensor({8, 2}, 4), 0, {2}));
    graph.node("MatMul", {"x", "a_w"}, {"a"}, {}, "a");
    graph.node("LayerNormalization", {"a", "scale", "shift"}, {"n"}, {}, "n");
    graph.node("MatMul", {"n", "b_w"}, {"b"}, {}, "b").output("b");
    const Model model = graph.build();
    const ChannelGroups groups = channelGroups(model);
    QVERIFY(!groups.groups[0].mixed.empty());
    QCOMPARE(deadChannels(model, groups), Dead(2));
}

void TstDeadChannels::recurrentState_isFollowed()
{
    const int64_t hidden = 5;
    const auto build = [&](const Channels &dead, bool biased) {
        Channels rows;
        for (int64_t gate = 0; gate < 8; ++gate)
            for (const size_t channel : dead)
                rows.push_back(static_cast<size_t>(gate * hidden) + channel);
        GraphBuilder graph;
        graph.input("x", {4, 1, 3});
        graph.constant("w", zeroed(randomTensor({1, 4 * hidden, 3}, 1), 1, rows));
        graph.constant("r", zeroed(randomTensor({1, 4 * hidden, hidden}, 2), 1, rows));
        graph.constant("bias", zeroed(randomTensor({1, 8 * hidden}, 3), 1, biased ? Channels() : rows));
        graph.constant("none", makeTensor(ElementType::Int64, {1}));
        graph.random("o_w", {hidden, 2});
        graph.node("LSTM", {"x", "w", "r", "bias"}, {"", "h"}, {{"hidden_size", hidden}}, "l");
        graph.node("Squeeze", {"h", "none"}, {"s"}).node("MatMul", {"s", "o_w"}, {"o"}, {}, "o").output("o");
        return graph.build();
    };
    checkRemoval(build({1, 3}, false), {{1, 3}, {}});
    checkRemoval(build({1, 3}, true), {{}, {}});
}

void TstDeadChannels::allDead_oneStays()
{
    checkRemoval(Net().zero("b_w", {0, 1, 2, 3, 4, 5}, 1).build(), {{0, 1, 2, 3, 4}, {}, {}});
}

void TstDeadChannels::realModels_loseWhatIsZero_data()
{
    QTest::addColumn<QString>("name");
    for (const char *name : {"resnet20_cifar10", "mobilenetv2", "squeezenet1.1", "vit_cifar10_ibp_3_3_8"})
        QTest::newRow(name) << QString(name);
}

/// Columns that read a group made zero, those of one group after the other.
void TstDeadChannels::realModels_loseWhatIsZero()
{
    LATHE_NEED_TEST_DATA();
    QFETCH(QString, name);
    const Model model = Model::load(testData() + "/models/" + name.toStdString() + ".onnx");
    const ChannelGroups groups = channelGroups(model);
    Model changed = model;
    Dead expected(groups.groups.size());
    for (size_t g = 0; g < groups.groups.size(); ++g) {
        const ChannelGroup &group = groups.groups[g];
        if (!group.mixed.empty())
            continue;
        for (const size_t channel : {size_t(0), group.channels / 2})
            if (!group.locked[channel] && group.channels > 2)
                expected[g].push_back(channel);
        for (const ChannelUse &use : group.uses) {
            Channels places;
            for (const size_t channel : expected[g])
                places.insert(places.end(), use.of(channel).begin(), use.of(channel).end());
            if (use.stored && use.summed)
                changed = withZeros(changed, use.tensor, use.axis, places);
        }
    }
    const Dead dead = deadChannels(changed, channelGroups(changed));
    for (size_t g = 0; g < dead.size(); ++g)
        for (const size_t channel : expected[g])
            QVERIFY2(std::ranges::find(dead[g], channel) != dead[g].end(), groups.groups[g].name.c_str());
    // Sums of another length are added up in another order by the runtime's kernels.
    QVERIFY(relativeDifference(answerOf(slim(changed, channelGroups(changed), dead)), answerOf(changed)) <
            1e-5);
}

/// Trained normalizations hold zeros, but nothing is dead that gives anything.
void TstDeadChannels::realModels_haveNoneByChance()
{
    LATHE_NEED_TEST_DATA();
    for (const char *name : {"resnet56_cifar10", "mobilenetv2", "squeezenet1.1"}) {
        const Model model = Model::load(testData() + "/models/" + name + ".onnx");
        const ChannelGroups groups = channelGroups(model);
        const Dead dead = deadChannels(model, groups);
        QVERIFY(relativeDifference(answerOf(slim(model, groups, dead)), answerOf(model)) < 1e-5);
    }
}

QTEST_APPLESS_MAIN(TstDeadChannels)
#include "tst_deadchannels.moc"
