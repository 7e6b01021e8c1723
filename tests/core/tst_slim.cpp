// Channels taken out of a graph: what must hold whatever goes, and what is refused. That the outputs are
// those of layers that ignore them is tested with the groups (tst_channelgroups).
#include "core/base/error.h"
#include "core/rewrite/slim.h"
#include "tests/support/channelremoval.h"
#include "tests/support/messageof.h"
#include "tests/support/modelruns.h"

#include <QTest>

using namespace lathe;
using namespace lathe::test;

namespace {

using Removed = std::vector<Channels>;

/// a and b add up to what c reads; c makes what the output sums over.
Model residual()
{
    GraphBuilder graph;
    graph.input("x", {1, 3, 8, 8}).random("a_w", {6, 3, 1, 1}).random("b_w", {6, 3, 1, 1});
    graph.random("c_w", {4, 6, 1, 1}).random("d_w", {5, 4, 1, 1});
    graph.node("Conv", {"x", "a_w"}, {"a"}, {}, "a").node("Conv", {"x", "b_w"}, {"b"}, {}, "b");
    graph.node("Add", {"a", "b"}, {"s"}, {}, "s").node("Conv", {"s", "c_w"}, {"c"}, {}, "c");
    graph.node("Relu", {"c"}, {"r"}, {}, "r").node("Conv", {"r", "d_w"}, {"d"}, {}, "d").output("d");
    return graph.build();
}

Tensor numbers(std::vector<int64_t> values)
{
    Tensor tensor = makeTensor(ElementType::Int64, {std::ssize(values)});
    std::ranges::copy(values, tensor.as<int64_t>().begin());
    return tensor;
}

/// Convolution a gives eight channels of 6 x 6.
GraphBuilder &withA(GraphBuilder &graph)
{
    graph.input("x", {1, 3, 6, 6}).random("a_w", {8, 3, 1, 1}).random("b_w", {2, 8, 1, 1});
    return graph.node("Conv", {"x", "a_w"}, {"a"}, {}, "a");
}

/// Convolution b reads eight channels of t.
Model readByB(GraphBuilder &graph)
{
    return graph.node("Conv", {"t", "b_w"}, {"b"}, {}, "b").output("b").build();
}

} // namespace

Q_DECLARE_METATYPE(lathe::Model)

class TstSlim : public QObject {
    Q_OBJECT
private slots:
    void nothingRemoved_isTheSameFile();
    void parameters_areThoseOfNarrowerLayers();
    void groups_commute();
    void sliceOfTwoSteps_keepsItsPlaces();
    void sharedZeros_areForEachAlone();
    void toldSizes_areThoseOfWhatIsLeft_data();
    void toldSizes_areThoseOfWhatIsLeft();
    void computedWeights_holdTheirChannels();
    void refused_data();
    void refused();
};

void TstSlim::nothingRemoved_isTheSameFile()
{
    const Model model = residual();
    const ChannelGroups groups = channelGroups(model);
    QVERIFY(slim(model, groups, {}).serialize() == model.serialize());
    QVERIFY(slim(model, groups, Removed(groups.groups.size())).serialize() == model.serialize());
}

void TstSlim::parameters_areThoseOfNarrowerLayers()
{
    const Model model = residual();
    const ChannelGroups groups = channelGroups(model);
    QCOMPARE(groups.groups.size(), size_t(3));
    const Model slimmed = slim(model, groups, {{1, 4}, {3}, {}});
    QCOMPARE(slimmed.parameterCount(), int64_t(2 * 4 * 3 + 3 * 4 + 5 * 3));
    QCOMPARE(slimmed.layers().size(), model.layers().size());
    for (size_t i = 0; i < slimmed.layers().size(); ++i)
        QCOMPARE(slimmed.layers()[i].name, model.layers()[i].name);
    const Matrix before = model.weight(2), after = slimmed.weight(2);
    QCOMPARE(after(0, 0), before(0, 0));
    QCOMPARE(after(0, 1), before(0, 2)); // column 1 went
    QCOMPARE(after(2, 3), before(2, 5)); // and 4
}

void TstSlim::groups_commute()
{
    const Model model = residual();
    const auto removing = [](const Model &from, size_t group, const Channels &channels) {
        const ChannelGroups groups = channelGroups(from);
        Removed removed(groups.groups.size());
        removed[group] = channels;
        return slim(from, groups, removed);
    };
    const std::string one = removing(removing(model, 0, {2, 3}), 1, {0}).serialize();
    QVERIFY(one == removing(removing(model, 1, {0}), 0, {2, 3}).serialize());
    QVERIFY(one == slim(model, channelGroups(model), {{3, 2}, {0}, {}}).serialize());
}

/// Every second channel: of those that are left every second one no longer, unless whole pairs go.
void TstSlim::sliceOfTwoSteps_keepsItsPlaces()
{
    GraphBuilder graph;
    graph.input("x", {1, 3, 4, 4}).random("a_w", {8, 3, 1, 1}).random("b_w", {2, 4, 1, 1});
    graph.constant("first", numbers({0})).constant("last", numbers({8})).constant("axis", numbers({1}));
    graph.constant("step", numbers({2}));
    graph.node("Conv", {"x", "a_w"}, {"a"}, {}, "a");
    graph.node("Slice", {"a", "first", "last", "axis", "step"}, {"s"}, {}, "s");
    graph.node("Conv", {"s", "b_w"}, {"b"}, {}, "b").output("b");
    const Model model = graph.build();
    const ChannelGroups groups = channelGroups(model);
    const Model pair = slim(model, groups, {{2, 3}, {}});
    QCOMPARE(pair.weight(0).rows(), Index(6));
    QVERIFY(relativeDifference(outputOf(pair, false),
                               outputOf(ignoringChannels(model, groups.groups[0], {2, 3}), false)) < 1e-5);
    QVERIFY(messageOf([&] { slim(model, groups, {{3}, {}}); }).contains("s takes channels at one distance"));
}

/// Two layers share a bias: each gets one of its own, by a name that nothing has, and the old one goes.
void TstSlim::sharedZeros_areForEachAlone()
{
    GraphBuilder graph;
    graph.input("x", {1, 2, 4, 4}).random("a_w", {3, 2, 1, 1}).random("b_w", {3, 3, 1, 1});
    graph.random("zeros of a", {2, 3, 1, 1}).constant("zeros", makeTensor(Shape{3}, std::vector(3, 0.0F)));
    graph.node("Conv", {"x", "a_w", "zeros"}, {"a"}, {}, "a");
    graph.node("Conv", {"a", "b_w", "zeros"}, {"b"}, {}, "b");
    graph.node("Conv", {"b", "zeros of a"}, {"c"}, {}, "c").output("c");
    const Model model = graph.build();
    const ChannelGroups groups = channelGroups(model);
    const Model slimmed = slim(model, groups, {{1}, {0, 2}, {}});
    QCOMPARE(slimmed.parameterCount(), int64_t(2 * 2 + 2 + 1 * 2 + 1 + 2 * 1));
    const Model ignoring =
        ignoringChannels(ignoringChannels(model, groups.groups[0], {1}), groups.groups[1], {0, 2});
    QVERIFY(relativeDifference(outputOf(slimmed, false), outputOf(ignoring, false)) < 1e-5);
}

void TstSlim::toldSizes_areThoseOfWhatIsLeft_data()
{
    QTest::addColumn<Model>("model");
    QTest::addColumn<Channels>("gone");
    {
        GraphBuilder graph;
        Tensor place = makeTensor(ElementType::Int64, {});
        place.as<int64_t>()[0] = 5;
        withA(graph).constant("place", place);
        graph.node("Gather", {"a", "place"}, {"g"}, {{"axis", int64_t(1)}}, "g").output("g");
        graph.node("Identity", {"a"}, {"t"}, {}, "t");
        QTest::newRow("one channel by a scalar") << readByB(graph) << Channels{1, 3};
    }
    {
        GraphBuilder graph;
        const auto narrow = [](int32_t value) {
            Tensor tensor = makeTensor(ElementType::Int32, {1});
            tensor.as<int32_t>()[0] = value;
            return tensor;
        };
        withA(graph).constant("first", narrow(2)).constant("last", narrow(6)).constant("axis", narrow(1));
        graph.random("c_w", {2, 4, 1, 1}).node("Slice", {"a", "first", "last", "axis"}, {"s"}, {}, "s");
        graph.node("Conv", {"s", "c_w"}, {"c"}, {}, "c").output("c").node("Identity", {"a"}, {"t"}, {}, "t");
        QTest::newRow("slice by 32-bit numbers") << readByB(graph) << Channels{1, 3};
    }
    for (const std::vector<int64_t> &shape : {std::vector<int64_t>{1, 1, 6, 6}, {6, 6}, {1, 8, 6, 6}}) {
        GraphBuilder graph;
        withA(graph).constant("shape", numbers(shape)).node("GlobalAveragePool", {"a"}, {"p"}, {}, "p");
        graph.node("Expand", {"p", "shape"}, {"t"}, {}, "t");
        QTest::addRow("expand by %d entries, %d first", int(shape.size()), int(shape[shape.size() / 4]))
            << readByB(graph) << Channels{1, 3};
    }
    {
        GraphBuilder graph;
        withA(graph).random("c_w", {8, 4}).node("GlobalAveragePool", {"a"}, {"p"}, {}, "p");
        graph.node("Squeeze", {"p"}, {"q"}, {}, "q").node("MatMul", {"q", "c_w"}, {"c"}, {}, "c").output("c");
        QTest::newRow("squeezed to one channel") << graph.build() << Channels{0, 1, 3, 4, 5, 6, 7};
    }
    for (const bool adds : {false, true}) { // C / 2, or C / 2 as the sum of two lengths
        GraphBuilder graph;
        withA(graph)
            .constant("one", numbers({1}))
            .constant("two", numbers({2}))
            .constant("six", numbers({6}));
        graph.constant("back", numbers({1, -1, 6, 6})).node("Shape", {"a"}, {"all"}, {}, "all");
        graph.node("Gather", {"all", "one"}, {"channels"}, {}, "channels");
        graph.node("Div", {"channels", "two"}, {"half"}, {}, "half");
        if (adds)
            graph.node("Div", {"half", "two"}, {"quarter"}, {}, "quarter")
                .node("Add", {"quarter", "quarter"}, {"count"}, {}, "count");
        graph.node("Concat", {"one", "two", adds ? "count" : "half", "six", "six"}, {"shape"},
                   {{"axis", int64_t(0)}}, "shape");
        graph.node("Reshape", {"a", "shape"}, {"r"}, {}, "r");
        graph.node("Transpose", {"r"}, {"u"}, {{"perm", std::vector<int64_t>{0, 2, 1, 3, 4}}}, "u");
        graph.node("Reshape", {"u", "back"}, {"t"}, {}, "t");
        QTest::addRow("shuffled by a computed %s", adds ? "sum" : "quotient")
            << readByB(graph) << Channels{1};
    }
}

/// Numbers that nodes are told or that are computed, in the types and the ranks that they had.
void TstSlim::toldSizes_areThoseOfWhatIsLeft()
{
    QFETCH(Model, model);
    QFETCH(Channels, gone);
    const ChannelGroups groups = channelGroups(model);
    QVERIFY(groups.groups[0].name == "a" && groups.groups[0].prunable() > gone.size());
    Removed removed(groups.groups.size());
    removed[0] = gone;
    const Model slimmed = slim(model, groups, removed);
    QVERIFY(slimmed.parameterCount() < model.parameterCount());
    QVERIFY(relativeDifference(outputOf(slimmed, false),
                               outputOf(ignoringChannels(model, groups.groups[0], gone), false)) < 1e-5);
}

/// Its filters are made like values: nothing says which of them the layer would do without.
void TstSlim::computedWeights_holdTheirChannels()
{
    GraphBuilder graph;
    graph.input("x", {1, 4, 6, 6}).input("z", {1, 5}).random("m_w", {5, 32}).random("b_w", {2, 8, 1, 1});
    graph.constant("shape", numbers({8, 4, 1, 1})).node("MatMul", {"z", "m_w"}, {"m"}, {}, "m");
    graph.node("Reshape", {"m", "shape"}, {"w"}, {}, "w").node("Conv", {"x", "w"}, {"t"}, {}, "t");
    for (const ChannelGroup &group : channelGroups(readByB(graph)).groups)
        QCOMPARE(group.prunable(), size_t(0));
}

void TstSlim::refused_data()
{
    QTest::addColumn<std::vector<Channels>>("removed");
    QTest::addColumn<QString>("words");
    QTest::newRow("no such channel") << Removed{{6}, {}, {}} << "The channels of a are 0 to 5, not 6";
    QTest::newRow("of the output") << Removed{{}, {}, {1}}
                                   << "Channel 1 of d has to stay: they are part of the output d";
    QTest::newRow("all of them") << Removed{{}, {0, 1, 2, 3}, {}} << "Without these channels of c nothing of";
}

void TstSlim::refused()
{
    QFETCH(std::vector<Channels>, removed);
    QFETCH(QString, words);
    const Model model = residual();
    ErrorCode code = ErrorCode::Internal;
    const QString message = messageOf([&] { slim(model, channelGroups(model), removed); }, &code);
    QVERIFY2(message.contains(words), qPrintable(message));
    QVERIFY(code == ErrorCode::InvalidArgument);
}

QTEST_APPLESS_MAIN(TstSlim)
#include "tst_slim.moc"
