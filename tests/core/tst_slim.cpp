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

} // namespace

class TstSlim : public QObject {
    Q_OBJECT
private slots:
    void nothingRemoved_isTheSameFile();
    void parameters_areThoseOfNarrowerLayers();
    void groups_commute();
    void sliceOfTwoSteps_keepsItsPlaces();
    void sharedZeros_areForEachAlone();
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
    const auto numbers = [](std::vector<int64_t> values) {
        Tensor tensor = makeTensor(ElementType::Int64, {std::ssize(values)});
        std::ranges::copy(values, tensor.as<int64_t>().begin());
        return tensor;
    };
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
