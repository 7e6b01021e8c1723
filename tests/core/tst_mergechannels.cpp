#include "core/rewrite/mergechannels.h"

#include "core/base/error.h"
#include "core/rewrite/alikeclusters.h"
#include "core/rewrite/slim.h"
#include "tests/support/channelremoval.h"
#include "tests/support/messageof.h"
#include "tests/support/modelruns.h"
#include "tests/support/onnxchecks.h"

#include <QTest>
#include <numeric>

using namespace lathe;
using namespace lathe::test;

namespace {

using Ints = std::vector<int64_t>;
using Counts = std::vector<size_t>;
using Clusters = std::vector<std::vector<size_t>>;

GraphBuilder image(int64_t channels, int64_t size = 4)
{
    GraphBuilder graph;
    graph.input("x", {1, channels, size, size});
    return graph;
}

/// Convolution NAME of weight NAME_w and bias NAME_b that gives NAME; keeps the size.
GraphBuilder &conv(GraphBuilder &graph, const std::string &name, const std::string &from, int64_t in,
                   int64_t out, int64_t kernel = 1, int64_t groups = 1)
{
    const int64_t pad = kernel / 2;
    graph.random(name + "_w", {out, in / groups, kernel, kernel}, 0.3F).random(name + "_b", {out});
    return graph.node("Conv", {from, name + "_w", name + "_b"}, {name},
                      {{"group", groups}, {"pads", Ints{pad, pad, pad, pad}}}, name);
}

/// With scales of both signs and a variance that differs.
GraphBuilder &normalization(GraphBuilder &graph, const std::string &name, const std::string &from,
                            int64_t width)
{
    std::vector<float> variance = toFloats(randomTensor({width}, 3));
    for (float &v : variance)
        v = 0.5F + std::abs(v);
    graph.random(name + "_s", {width}).random(name + "_t", {width}).random(name + "_m", {width});
    graph.constant(name + "_v", makeTensor(Shape{width}, variance));
    return graph.node("BatchNormalization", {from, name + "_s", name + "_t", name + "_m", name + "_v"},
                      {name});
}

Counts widths(const ChannelGroups &groups)
{
    Counts counts;
    for (const ChannelGroup &group : groups.groups)
        counts.push_back(group.channels);
    return counts;
}

Model slimmed(const Merging &merging)
{
    return slim(merging.model, channelGroups(merging.model), merging.removed);
}

double sumOfSquares(const Eigen::MatrixXd &vectors, const Clusters &clusters)
{
    double sum = 0.0;
    for (const auto &cluster : clusters) {
        Eigen::RowVectorXd mean = Eigen::RowVectorXd::Zero(vectors.cols());
        for (const size_t i : cluster)
            mean += vectors.row(static_cast<Eigen::Index>(i)) / static_cast<double>(cluster.size());
        for (const size_t i : cluster)
            sum += (vectors.row(static_cast<Eigen::Index>(i)) - mean).squaredNorm();
    }
    return sum;
}

} // namespace

/// Channels that are alike made one: exactly where they are equal, as means by definition where they are not.
class TstMergeChannels : public QObject {
    Q_OBJECT
private slots:
    void equalChannels_becomeOneExactly_data();
    void equalChannels_becomeOneExactly();
    void anyChannels_wideAndNarrowAgree_data() { equalChannels_becomeOneExactly_data(); }
    void anyChannels_wideAndNarrowAgree();
    void rowsAreMeans_columnsAreSums();
    void normalizedRows_areMeansOfTheFunction();
    void lockedChannels_stayByThemselves();
    void kinds_doNotMix();
    void nothingMerged_isTheSameFile();
    void clusters_areThoseThatAreThere();
    void clusters_areAsGoodAsAnyOfFew();
    void refused_data();
    void refused();
};

void TstMergeChannels::equalChannels_becomeOneExactly_data()
{
    QTest::addColumn<GraphBuilder>("graph");
    QTest::addColumn<size_t>("groups"); // that have channels to merge
    {
        GraphBuilder g = image(3);
        normalization(conv(g, "a", "x", 3, 6, 3), "n", "a", 6).node("Relu", {"n"}, {"r"});
        conv(g, "b", "r", 6, 4).output("b");
        QTest::newRow("normalized") << g << size_t(1);
    }
    {
        GraphBuilder g = image(3);
        normalization(conv(g, "a", "x", 3, 6), "na", "a", 6);
        normalization(conv(g, "b", "x", 3, 6), "nb", "b", 6).node("Add", {"na", "nb"}, {"s"});
        g.node("Relu", {"s"}, {"r"});
        normalization(conv(g, "c", "r", 6, 6, 3), "nc", "c", 6).node("Add", {"r", "nc"}, {"t"});
        normalization(g, "before", "t", 6).node("Sigmoid", {"before"}, {"u"});
        conv(g, "d", "u", 6, 4).output("d");
        QTest::newRow("several makers, and a normalization by itself") << g << size_t(1);
    }
    {
        GraphBuilder g = image(3);
        conv(conv(g, "a", "x", 3, 5), "b", "x", 3, 4);
        g.node("Concat", {"b", "a", "b"}, {"c"}, {{"axis", int64_t(1)}}).node("Relu", {"c"}, {"r"});
        conv(g, "d", "r", 13, 4, 3).output("d");
        QTest::newRow("joined, one twice") << g << size_t(2);
    }
    {
        GraphBuilder g = image(3);
        conv(g, "a", "x", 3, 5, 3).random("slope", {5, 1, 1}).node("PRelu", {"a", "slope"}, {"p"});
        g.node("Flatten", {"p"}, {"f"}).random("w", {80, 4}, 0.3F).random("c", {4});
        g.node("Gemm", {"f", "w", "c"}, {"y"}, {}, "y").output("y");
        QTest::newRow("slopes, flattened") << g << size_t(1);
    }
    {
        GraphBuilder g = image(3);
        normalization(conv(g, "a", "x", 3, 6), "na", "a", 6).node("Relu", {"na"}, {"ra"});
        normalization(conv(g, "dw", "ra", 6, 12, 3, 6), "nd", "dw", 12).node("Relu", {"nd"}, {"rd"});
        conv(g, "b", "rd", 12, 4).output("b");
        QTest::newRow("depthwise with a multiplier") << g << size_t(1);
    }
    {
        GraphBuilder g = image(4);
        conv(g, "a", "x", 4, 8, 1, 2).node("Relu", {"a"}, {"r"});
        conv(g, "b", "r", 8, 8, 3, 2).node("Relu", {"b"}, {"s"});
        conv(g, "c", "s", 8, 4).output("c");
        QTest::newRow("grouped") << g << size_t(2);
    }
    {
        GraphBuilder g = image(3);
        g.random("a_w", {3, 6, 2, 2}).random("bias", {6});
        g.node("ConvTranspose", {"x", "a_w", "bias"}, {"a"}, {}, "a");
        normalization(g, "n", "a", 6).random("b_w", {6, 6, 1, 1});
        g.node("Conv", {"n", "b_w", "bias"}, {"b"}, {}, "b").node("Tanh", {"b"}, {"t"}); // bias of two
        conv(g, "c", "t", 6, 4).output("c");
        QTest::newRow("transposed, with a bias of others too") << g << size_t(2);
    }
    {
        GraphBuilder g;
        g.input("x", {5, 1, 3}).random("w", {1, 24, 3}).random("r", {1, 24, 6}).random("b", {1, 48});
        g.node("LSTM", {"x", "w", "r", "b"}, {"h"}, {{"hidden_size", int64_t(6)}}, "lstm");
        g.random("o", {6, 4}).node("MatMul", {"h", "o"}, {"y"}, {}, "y").output("y");
        QTest::newRow("recurrent") << g << size_t(1);
    }
    {
        GraphBuilder g; // four heads of two
        g.input("x", {1, 5, 4});
        const auto numbers = [&](const std::string &name, const Ints &values) {
            Tensor tensor = makeTensor(ElementType::Int64, {std::ssize(values)});
            std::ranges::copy(values, tensor.as<int64_t>().begin());
            g.constant(name, tensor);
        };
        numbers("heads", {1, 5, 4, 2});
        numbers("flat", {0, 0, -1});
        for (const std::string n : {"q", "k", "v"}) {
            g.random(n + "_w", {4, 8}, 0.3F).node("MatMul", {"x", n + "_w"}, {n}, {}, n);
            g.node("Reshape", {n, "heads"}, {n + "_r"});
            g.node("Transpose", {n + "_r"}, {n + "_t"},
                   {{"perm", n == "k" ? Ints{0, 2, 3, 1} : Ints{0, 2, 1, 3}}});
        }
        g.node("MatMul", {"q_t", "k_t"}, {"s"}).node("Softmax", {"s"}, {"p"}, {{"axis", int64_t(-1)}});
        g.node("MatMul", {"p", "v_t"}, {"o"}).node("Transpose", {"o"}, {"ot"}, {{"perm", Ints{0, 2, 1, 3}}});
        g.node("Reshape", {"ot", "flat"}, {"of"}).random("o_w", {8, 4});
        g.node("MatMul", {"of", "o_w"}, {"y"}, {}, "y").output("y");
        QTest::newRow("heads") << g << size_t(1);
    }
}

/// Two channels of each group are made copies of others.
void TstMergeChannels::equalChannels_becomeOneExactly()
{
    QFETCH(GraphBuilder, graph);
    QFETCH(size_t, groups);
    Model model = graph.build();
    Counts kept = widths(channelGroups(model));
    std::vector<Channels> expected(kept.size());
    size_t merged = 0;
    for (size_t g = 0; g < kept.size(); ++g) {
        const ChannelGroup group = channelGroups(model).groups[g];
        if (group.prunable() < 4)
            continue;
        ++merged;
        model = copyingChannel(model, group, 0, 2);
        model = copyingChannel(model, channelGroups(model).groups[g], 1, group.channels - 1);
        expected[g] = {2, group.channels - 1};
        kept[g] -= 2;
    }
    QCOMPARE(merged, groups);
    const Merging merging = mergedChannels(model, channelGroups(model), kept);
    QCOMPARE(merging.removed, expected);
    const Model narrow = slimmed(merging);
    QVERIFY(relativeDifference(outputOf(merging.model, false), outputOf(model, false)) < 1e-5);
    QVERIFY(relativeDifference(outputOf(narrow, false), outputOf(model, false)) < 1e-5);
    QVERIFY(narrow.parameterCount() < model.parameterCount());
    QCOMPARE(refusalByOnnx(narrow), std::string());
}

void TstMergeChannels::anyChannels_wideAndNarrowAgree()
{
    QFETCH(GraphBuilder, graph);
    const Model model = graph.build();
    const ChannelGroups groups = channelGroups(model);
    Counts kept;
    for (const ChannelGroup &group : groups.groups)
        kept.push_back(group.prunable() > 1 ? group.channels / 2 : group.channels);
    const Merging merging = mergedChannels(model, groups, kept);
    for (size_t g = 0; g < kept.size(); ++g)
        QCOMPARE(merging.removed[g].size(), groups.groups[g].channels - kept[g]);
    const Tensor wide = outputOf(merging.model, false);
    QVERIFY(relativeDifference(outputOf(slimmed(merging), false), wide) < 1e-5);
    QVERIFY(relativeDifference(wide, outputOf(model, false)) > 1e-4);
    QVERIFY(mergedChannels(model, groups, kept).model.serialize() == merging.model.serialize());
}

void TstMergeChannels::rowsAreMeans_columnsAreSums()
{
    GraphBuilder g;
    g.input("x", {1, 2});
    const std::vector<float> rows{1, 0, 9, 9, 2, 0, 1.5F, 0.3F}, columns{1, 2, 3, 4, 5, 6, 7, 8};
    const std::vector<float> bias{1, 2, 4, 1};
    g.constant("a_w", makeTensor({4, 2}, rows)).constant("a_b", makeTensor({4}, bias));
    g.constant("b_w", makeTensor({4, 2}, columns));
    g.node("Gemm", {"x", "a_w", "a_b"}, {"a"}, {{"transB", int64_t(1)}}, "a").node("Relu", {"a"}, {"r"});
    g.node("Gemm", {"r", "b_w"}, {"b"}, {}, "b").output("b");
    const Model model = g.build();
    const Merging merging = mergedChannels(model, channelGroups(model), {3, 2});
    QCOMPARE(merging.removed, (Clusters{{3}, {}})); // 0 and 3 are nearest to each other
    const Model narrow = slimmed(merging);
    Matrix made(3, 2), read(2, 3); // a weight is [out, in]
    made << 1.25F, 0.15F, 9, 9, 2, 0;
    read << 1 + 7, 3, 5, 2 + 8, 4, 6;
    QVERIFY(narrow.weight(0).isApprox(made));
    QVERIFY(narrow.weight(1).isApprox(read));
}

/// Linear behind the normalization: the mean of the channels times the sum of the columns is what columns
/// give that are all their mean.
void TstMergeChannels::normalizedRows_areMeansOfTheFunction()
{
    const auto graph = [](const std::vector<float> &columns) {
        GraphBuilder g = image(3);
        normalization(conv(g, "a", "x", 3, 4), "n", "a", 4);
        g.constant("b_w", makeTensor({1, 4, 1, 1}, columns)).node("Conv", {"n", "b_w"}, {"b"}, {}, "b");
        return g.output("b").build();
    };
    const Model model = graph({1, -2, 3, 7});
    const Model narrow = slimmed(mergedChannels(model, channelGroups(model), {1, 1}));
    QCOMPARE(narrow.weight(0).rows(), Index(1));
    const Tensor expected = outputOf(graph(std::vector(4, 9.0F / 4.0F)), false);
    QVERIFY(relativeDifference(outputOf(narrow, false), expected) < 1e-5);
}

/// Channels 0 and 1 are an output of the model too.
void TstMergeChannels::lockedChannels_stayByThemselves()
{
    GraphBuilder g = image(3);
    conv(g, "a", "x", 3, 6);
    Tensor two = makeTensor(ElementType::Int64, {2});
    two.as<int64_t>()[0] = 2;
    two.as<int64_t>()[1] = 4;
    g.constant("parts", two).node("Split", {"a", "parts"}, {"y", "rest"}, {{"axis", int64_t(1)}});
    conv(g, "b", "a", 6, 4).output("b").output("y");
    Model model = g.build();
    const ChannelGroup group = channelGroups(model).groups[0];
    QCOMPARE(group.prunable(), size_t(4));
    model = copyingChannel(copyingChannel(model, group, 0, 2), group, 0, 3);
    model = copyingChannel(copyingChannel(model, group, 0, 4), group, 0, 5);
    const Merging merging = mergedChannels(model, channelGroups(model), {3, 4});
    QCOMPARE(merging.removed, (Clusters{{3, 4, 5}, {}}));
    QVERIFY(relativeDifference(outputOf(slimmed(merging), false), outputOf(model, false)) < 1e-5);
}

/// Only half of the channels are read a second time: none of them is one with one of the others.
void TstMergeChannels::kinds_doNotMix()
{
    GraphBuilder g = image(3);
    conv(g, "a", "x", 3, 6).node("Split", {"a"}, {"l", "r"}, {{"axis", int64_t(1)}});
    conv(g, "b", "r", 3, 2).node("Concat", {"l", "r", "b"}, {"c"}, {{"axis", int64_t(1)}});
    conv(g, "d", "c", 8, 4).output("d");
    Model model = g.build();
    const ChannelGroup group = channelGroups(model).groups[0];
    for (size_t c = 1; c < group.channels; ++c)
        model = copyingChannel(model, group, 0, c);
    const Merging merging = mergedChannels(model, channelGroups(model), {2, 2, 4});
    QCOMPARE(merging.removed[0], (Channels{1, 2, 4, 5}));
    QVERIFY(relativeDifference(outputOf(slimmed(merging), false), outputOf(model, false)) < 1e-5);
}

void TstMergeChannels::nothingMerged_isTheSameFile()
{
    GraphBuilder g = image(3);
    conv(conv(g, "a", "x", 3, 6), "b", "a", 6, 4).output("b");
    const Model model = g.build();
    const ChannelGroups groups = channelGroups(model);
    QVERIFY(mergedChannels(model, groups, {}).model.serialize() == model.serialize());
    const Merging all = mergedChannels(model, groups, widths(groups));
    QVERIFY(all.model.serialize() == model.serialize());
    QCOMPARE(all.removed, Clusters(groups.groups.size()));
}

/// Noise around five points far apart.
void TstMergeChannels::clusters_areThoseThatAreThere()
{
    const Matrix points = randomMatrix(5, 8, 1, 10.0F), noise = randomMatrix(60, 8, 2, 0.1F);
    Eigen::MatrixXd vectors(60, 8);
    Clusters expected(5);
    for (Eigen::Index i = 0; i < 60; ++i) {
        vectors.row(i) = (points.row(i % 5) + noise.row(i)).cast<double>();
        expected[static_cast<size_t>(i % 5)].push_back(static_cast<size_t>(i));
    }
    QCOMPARE(alikeClusters(vectors * vectors.transpose(), Counts(60, 0), 5), expected);
}

/// Against all ways to put nine vectors into three clusters.
void TstMergeChannels::clusters_areAsGoodAsAnyOfFew()
{
    for (unsigned seed = 1; seed <= 12; ++seed) {
        const Eigen::MatrixXd vectors = randomMatrix(9, 3, seed).cast<double>();
        const Clusters found = alikeClusters(vectors * vectors.transpose(), Counts(9, 0), 3);
        double best = std::numeric_limits<double>::infinity();
        for (int code = 0; code < 19683; ++code) {
            Clusters clusters(3);
            for (int i = 0, rest = code; i < 9; ++i, rest /= 3)
                clusters[static_cast<size_t>(rest % 3)].push_back(static_cast<size_t>(i));
            if (std::ranges::none_of(clusters, [](const auto &cluster) { return cluster.empty(); }))
                best = std::min(best, sumOfSquares(vectors, clusters));
        }
        const double reached = sumOfSquares(vectors, found);
        QVERIFY2(reached <= best * 1.2, qPrintable(QString("%1: %2 > %3").arg(seed).arg(reached).arg(best)));
    }
}

void TstMergeChannels::refused_data()
{
    QTest::addColumn<GraphBuilder>("graph");
    QTest::addColumn<Counts>("kept");
    QTest::addColumn<QString>("words");
    GraphBuilder plain = image(3);
    conv(conv(plain, "a", "x", 3, 6), "b", "a", 6, 4).output("b");
    QTest::newRow("none left") << plain << Counts{0} << "At least 1 channels of a have to stay, not 0.";
    QTest::newRow("of the output") << plain << Counts{6, 3}
                                   << "At least 4 channels of b have to stay, not 3.";

    GraphBuilder mixed;
    mixed.input("x", {1, 3}).random("a_w", {3, 6}).node("MatMul", {"x", "a_w"}, {"a"}, {}, "a");
    mixed.random("b_w", {6, 2})
        .node("ReduceMean", {"a"}, {"m"}, {{"axes", Ints{1}}}, "mean")
        .node("Sub", {"a", "m"}, {"c"});
    mixed.node("MatMul", {"c", "b_w"}, {"b"}, {}, "b").output("b");
    QTest::newRow("mixed") << mixed << Counts{3}
                           << "Channels of a cannot be merged: mean makes one number of all channels.";

    GraphBuilder tied;
    tied.input("ids", {1, 4}, ElementType::Int64).random("e", {9, 6});
    tied.node("Gather", {"e", "ids"}, {"g"}, {}, "embed").node("Relu", {"g"}, {"r"});
    tied.node("Transpose", {"e"}, {"et"}, {{"perm", Ints{1, 0}}});
    tied.node("MatMul", {"r", "et"}, {"y"}, {}, "head").output("y");
    QTest::newRow("tied") << tied << Counts{3}
                          << "Channels of embed cannot be merged: embed makes them of the same numbers "
                             "that others read them by.";
}

void TstMergeChannels::refused()
{
    QFETCH(GraphBuilder, graph);
    QFETCH(Counts, kept);
    QFETCH(QString, words);
    const Model model = graph.build();
    ErrorCode code = ErrorCode::Internal;
    const QString message = messageOf([&] { mergedChannels(model, channelGroups(model), kept); }, &code);
    QCOMPARE(message, words);
    QVERIFY(code == ErrorCode::InvalidArgument);
}

QTEST_APPLESS_MAIN(TstMergeChannels)
#include "tst_mergechannels.moc"
