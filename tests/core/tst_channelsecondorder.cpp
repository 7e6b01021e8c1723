#include "core/channels/secondorder.h"
#include "tests/support/fakecalibration.h"
#include "tests/support/graphbuilder.h"

#include <Eigen/LU>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

using namespace lathe;
using namespace lathe::test;

namespace {

using Ints = std::vector<int64_t>;
using Channels = std::vector<size_t>;
using Eigen::MatrixXd;

constexpr double damping = 0.02;

/// Layers by their place, from made-up inputs.
class MadeUp : public Calibration {
public:
    void add(size_t layer, const Matrix &x, Index groups = 1, double damped = damping)
    {
        auto statistics = std::make_shared<InputStatistics>(statisticsOf(x, groups));
        statistics->damping = damped;
        m_statistics[layer] = std::move(statistics);
    }
    void forgetSecondMoments(size_t layer)
    {
        auto statistics = std::make_shared<InputStatistics>(*m_statistics.at(layer));
        statistics->secondMoment.resize(0, 0);
        m_statistics[layer] = std::move(statistics);
    }
    std::shared_ptr<const InputStatistics> of(size_t layer, const JobContext &) const override
    {
        const auto found = m_statistics.find(layer);
        return found != m_statistics.end() ? found->second : nullptr;
    }
    Message obstacle(size_t) const override { return Message::verbatim("nobody made any up"); }
    std::string hash() const override { return "hash"; }
    Message description() const override { return Message::verbatim("made-up samples"); }

private:
    std::map<size_t, std::shared_ptr<const InputStatistics>> m_statistics;
};

/// Inputs that depend on each other, of unequal size.
Matrix inputs(Index count, unsigned seed)
{
    Matrix mixing = randomMatrix(count, count, seed, 0.5F);
    for (Index i = 0; i < count; ++i)
        mixing.row(i) *= 0.2F + static_cast<float>((i * 7 + seed) % 11) / 5.0F;
    return (mixing * randomMatrix(count, 4 * count, seed + 100)).array() + 0.3F;
}

/// What a reader is, written down for the reference.
struct Reference {
    MatrixXd weight;  ///< [rows, cols]
    MatrixXd hessian; ///< damped
    double energy = 0.0;
    Index each = 1; ///< columns of a channel
};

Reference referenceOf(const Model &model, size_t layer, const Matrix &x, Index each, bool centered)
{
    Reference reference{model.weight(layer).cast<double>(), {}, 0.0, each};
    MatrixXd values = x.cast<double>();
    if (centered)
        values.colwise() -= values.rowwise().mean().eval();
    reference.hessian = values * values.transpose() / static_cast<double>(values.cols());
    reference.energy = (reference.weight * reference.hessian * reference.weight.transpose()).trace();
    reference.hessian.diagonal().array() += damping * reference.hessian.diagonal().mean();
    return reference;
}

/// Least (V - W) H (V - W)^T over the weights V that are zero at these channels: tr(W_R [H^-1]_RR^-1 W_R^T).
double lost(const Reference &reader, const Channels &gone)
{
    std::vector<Index> columns;
    for (const size_t channel : gone)
        for (Index i = 0; i < reader.each; ++i)
            columns.push_back(static_cast<Index>(channel) * reader.each + i);
    const MatrixXd inverse = reader.hessian.inverse();
    const MatrixXd w = reader.weight(Eigen::all, columns);
    return (w * MatrixXd(inverse(columns, columns)).inverse() * w.transpose()).trace() / reader.energy;
}

double lost(const std::vector<Reference> &readers, const Channels &gone)
{
    double sum = 0.0;
    for (const Reference &reader : readers)
        sum += lost(reader, gone);
    return sum;
}

/// By trying each.
Channels greedyOrder(const std::vector<Reference> &readers, size_t channels)
{
    Channels gone;
    while (gone.size() < channels) {
        size_t best = 0;
        double least = 1e300;
        for (size_t c = 0; c < channels; ++c) {
            if (std::ranges::find(gone, c) != gone.end())
                continue;
            Channels tried = gone;
            tried.push_back(c);
            if (const double cost = lost(readers, tried); cost < least) {
                best = c;
                least = cost;
            }
        }
        gone.push_back(best);
    }
    return gone;
}

Channels orderOf(const std::vector<double> &scores)
{
    Channels order(scores.size());
    std::iota(order.begin(), order.end(), size_t(0));
    std::ranges::sort(order, {}, [&](size_t c) { return scores[c]; });
    return order;
}

/// A convolution whose channels a convolution and a pointwise one without bias read.
Model twoReaders(int64_t channels, int64_t rows)
{
    GraphBuilder graph;
    graph.input("x", {1, 2, 8, 8}).output("y", {1, rows, 6, 6}).output("z", {1, 5, 8, 8});
    graph.random("a_w", {channels, 2, 1, 1}).random("w", {rows, channels, 3, 3}).random("b", {rows});
    graph.random("v", {5, channels, 1, 1});
    graph.node("Conv", {"x", "a_w"}, {"a"}, {}, "a").node("Conv", {"a", "w", "b"}, {"y"}, {}, "wide");
    graph.node("Conv", {"a", "v"}, {"z"}, {}, "point");
    return graph.build();
}

} // namespace

/// The order in which channels of a group go.
class TstChannelSecondOrder : public QObject {
    Q_OBJECT
private slots:
    void order_isThatOfTrying();
    void scores_areWhatIsLost();
    void flattenedProduct_withoutBias();
    void groupedConvolution_countsEachGroup();
    void manyColumns_areExact();
    void combinedChannel_goesFirst();
    void withoutSecondMoments_inputsAreIndependent();
    void unknownInputs_areAlike();
    void lockedChannels_stay();
    void cancelling_stops();
};

void TstChannelSecondOrder::order_isThatOfTrying()
{
    const Model model = twoReaders(6, 4);
    MadeUp calibration;
    const Matrix x = inputs(54, 1), p = inputs(6, 2);
    calibration.add(1, x);
    calibration.add(2, p);
    const ChannelGroups groups = channelGroups(model);
    QCOMPARE(groups.groups[0].channels, size_t(6));
    const std::vector<Reference> readers{referenceOf(model, 1, x, 9, true),
                                         referenceOf(model, 2, p, 1, true)};
    const std::vector<double> scores = secondOrderScores(model, groups, 0, calibration);
    const Channels order = orderOf(scores), expected = greedyOrder(readers, 6);
    QCOMPARE(order, expected);
    Channels gone;
    for (const size_t channel : order) {
        gone.push_back(channel);
        QVERIFY(std::abs(scores[channel] - lost(readers, gone)) < 1e-3 * lost(readers, gone));
    }
}

void TstChannelSecondOrder::scores_areWhatIsLost()
{
    const Model model = twoReaders(24, 7);
    MadeUp calibration;
    const Matrix x = inputs(216, 3), p = inputs(24, 4);
    calibration.add(1, x);
    calibration.add(2, p);
    const std::vector<Reference> readers{referenceOf(model, 1, x, 9, true),
                                         referenceOf(model, 2, p, 1, true)};
    const std::vector<double> scores = secondOrderScores(model, channelGroups(model), 0, calibration);
    Channels gone;
    for (const size_t channel : orderOf(scores)) {
        gone.push_back(channel);
        const double expected = lost(readers, gone);
        QVERIFY2(std::abs(scores[channel] - expected) < 2e-3 * expected,
                 qPrintable(QString("%1: %2, not %3").arg(gone.size()).arg(scores[channel]).arg(expected)));
    }
}

void TstChannelSecondOrder::flattenedProduct_withoutBias()
{
    GraphBuilder graph;
    graph.input("x", {1, 2, 2, 2}).output("y", {1, 5}).random("a_w", {5, 2, 1, 1}).random("w", {20, 5});
    graph.node("Conv", {"x", "a_w"}, {"a"}, {}, "a").node("Flatten", {"a"}, {"f"}, {}, "f");
    graph.node("MatMul", {"f", "w"}, {"y"}, {}, "read");
    const Model model = graph.build();
    MadeUp calibration;
    const Matrix x = inputs(20, 5);
    calibration.add(1, x);
    const std::vector<Reference> readers{referenceOf(model, 1, x, 4, false)};
    const std::vector<double> scores = secondOrderScores(model, channelGroups(model), 0, calibration);
    const Channels expected = greedyOrder(readers, 5);
    QCOMPARE(orderOf(scores), expected);
    QVERIFY(std::abs(scores[expected.back()] - lost(readers, expected)) < 1e-3);
}

void TstChannelSecondOrder::groupedConvolution_countsEachGroup()
{
    GraphBuilder graph;
    graph.input("x", {1, 2, 4, 4}).output("y", {1, 6, 4, 4}).random("a_w", {10, 2, 1, 1}).random("b", {6});
    graph.random("w", {6, 5, 1, 1});
    graph.node("Conv", {"x", "a_w"}, {"a"}, {}, "a");
    graph.node("Conv", {"a", "w", "b"}, {"y"}, {{"group", int64_t(2)}}, "read");
    const Model model = graph.build();
    MadeUp calibration;
    Matrix x(10, 120);
    x << inputs(5, 6).replicate(1, 6), inputs(5, 7).replicate(1, 6);
    calibration.add(1, x, 2);
    std::vector<Reference> readers;
    double energy = 0.0;
    for (Index g = 0; g < 2; ++g) {
        Reference part = referenceOf(model, 1, x.middleRows(g * 5, 5), 1, true);
        part.weight = part.weight.middleRows(g * 3, 3).eval();
        MatrixXd plain = part.hessian;
        plain.diagonal().array() -= damping / (1.0 + damping) * part.hessian.diagonal().mean();
        energy += (part.weight * plain * part.weight.transpose()).trace();
        readers.push_back(part);
    }
    for (Reference &part : readers)
        part.energy = energy;
    const ChannelGroups groups = channelGroups(model);
    QCOMPARE(groups.groups[0].channels, size_t(5));
    const std::vector<double> scores = secondOrderScores(model, groups, 0, calibration);
    const Channels expected = greedyOrder(readers, 5);
    QCOMPARE(orderOf(scores), expected);
    QVERIFY(std::abs(scores[expected[2]] - lost(readers, {expected[0], expected[1], expected[2]})) < 1e-3);
}

/// More columns than are worked on at once, and many that are gone.
void TstChannelSecondOrder::manyColumns_areExact()
{
    const Model model = twoReaders(40, 3);
    MadeUp calibration;
    const Matrix x = inputs(360, 8), p = inputs(40, 9);
    calibration.add(1, x);
    calibration.add(2, p);
    const std::vector<Reference> readers{referenceOf(model, 1, x, 9, true),
                                         referenceOf(model, 2, p, 1, true)};
    const std::vector<double> scores = secondOrderScores(model, channelGroups(model), 0, calibration);
    const Channels order = orderOf(scores);
    for (const size_t count : {1U, 15U, 28U, 40U}) {
        const double expected = lost(readers, Channels(order.begin(), order.begin() + count));
        QVERIFY2(
            std::abs(scores[order[count - 1]] - expected) < 5e-3 * expected,
            qPrintable(QString("%1: %2, not %3").arg(count).arg(scores[order[count - 1]]).arg(expected)));
    }
}

/// Of three channels each is made up of the two others: one of them goes for nothing, however large it is.
void TstChannelSecondOrder::combinedChannel_goesFirst()
{
    GraphBuilder graph;
    graph.input("x", {1, 2}).output("y", {1, 4}).random("a_w", {2, 6}).random("b", {4}).random("w", {6, 4});
    graph.node("MatMul", {"x", "a_w"}, {"a"}, {}, "a").node("Gemm", {"a", "w", "b"}, {"y"}, {}, "read");
    const Model model = graph.build();
    Matrix x = inputs(6, 13).leftCols(24);
    x.row(2) = 0.5F * x.row(0) - 0.4F * x.row(5);
    MadeUp calibration;
    calibration.add(1, x, 1, 1e-5);
    const std::vector<double> scores = secondOrderScores(model, channelGroups(model), 0, calibration);
    const Channels order = orderOf(scores);
    QVERIFY(order[0] == 0 || order[0] == 2 || order[0] == 5);
    QVERIFY(scores[order[0]] < 1e-3 && scores[order[1]] > 10.0 * scores[order[0]]);
}

void TstChannelSecondOrder::withoutSecondMoments_inputsAreIndependent()
{
    const Model model = twoReaders(6, 4);
    MadeUp calibration;
    const Matrix x = inputs(54, 14), p = inputs(6, 15);
    calibration.add(1, x);
    calibration.add(2, p);
    calibration.forgetSecondMoments(1);
    calibration.forgetSecondMoments(2);
    const auto independent = [&](size_t layer, const Matrix &values, Index each) {
        Reference reader = referenceOf(model, layer, values, each, true);
        reader.hessian = MatrixXd(reader.hessian.diagonal().asDiagonal());
        const double ridge = damping / (1.0 + damping) * reader.hessian.diagonal().mean();
        reader.energy = (reader.weight * reader.hessian * reader.weight.transpose()).trace() -
                        ridge * reader.weight.squaredNorm();
        return reader;
    };
    const std::vector<Reference> readers{independent(1, x, 9), independent(2, p, 1)};
    const std::vector<double> scores = secondOrderScores(model, channelGroups(model), 0, calibration);
    Channels gone;
    for (const size_t channel : orderOf(scores)) {
        gone.push_back(channel);
        QVERIFY(std::abs(scores[channel] - lost(readers, gone)) < 1e-3 * lost(readers, gone));
    }
    QCOMPARE(orderOf(scores), greedyOrder(readers, 6));
}

void TstChannelSecondOrder::unknownInputs_areAlike()
{
    const Model model = twoReaders(5, 4);
    const std::vector<double> scores = secondOrderScores(model, channelGroups(model), 0, MadeUp());
    const auto share = [&](size_t layer, Index channel, Index each) {
        const Matrix weight = model.weight(layer);
        return double(weight.middleCols(channel * each, each).squaredNorm() / weight.squaredNorm());
    };
    std::vector<double> own;
    for (Index c = 0; c < 5; ++c)
        own.push_back(share(1, c, 9) + share(2, c, 1));
    QCOMPARE(orderOf(scores), orderOf(own));
}

void TstChannelSecondOrder::lockedChannels_stay()
{
    const Model model = twoReaders(6, 4);
    MadeUp calibration;
    const Matrix x = inputs(54, 16), p = inputs(6, 17);
    calibration.add(1, x);
    calibration.add(2, p);
    ChannelGroups groups = channelGroups(model);
    const Channels free = orderOf(secondOrderScores(model, groups, 0, calibration));
    groups.groups[0].locked[free[0]] = true;
    const std::vector<double> scores = secondOrderScores(model, groups, 0, calibration);
    const std::vector<Reference> readers{referenceOf(model, 1, x, 9, true),
                                         referenceOf(model, 2, p, 1, true)};
    Channels others;
    for (size_t c = 0; c < 6; ++c)
        if (c != free[0])
            others.push_back(c);
    QVERIFY(std::abs(scores[free[0]] - lost(readers, others)) < 1e-3 * scores[free[0]]);
    for (const size_t c : others)
        QVERIFY(scores[c] <= scores[free[0]] && scores[c] > 0.0);
}

void TstChannelSecondOrder::cancelling_stops()
{
    const Model model = twoReaders(6, 4);
    std::stop_source stop;
    stop.request_stop();
    QVERIFY_EXCEPTION_THROWN(
        secondOrderScores(model, channelGroups(model), 0, MadeUp(), JobContext{stop.get_token(), {}, 1}),
        Cancelled);
}

QTEST_APPLESS_MAIN(TstChannelSecondOrder)
#include "tst_channelsecondorder.moc"
