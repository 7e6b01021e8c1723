// How much channels are worth: against sums taken by hand, on small graphs and real models.
#include "core/calibrate/tensoractivations.h"
#include "core/channels/channelscores.h"
#include "core/channels/secondorder.h"
#include "core/rewrite/slim.h"
#include "core/runtime/session.h"
#include "tests/support/graphbuilder.h"
#include "tests/support/samplesets.h"

#include <QTest>
#include <cmath>
#include <numeric>

using namespace lathe;
using namespace lathe::test;

namespace {

using Scores = std::vector<double>;
using Wanted = std::vector<std::optional<ChannelCriterion>>;

/// conv a (6) -> normalization -> Relu -> conv b (4, in two groups) -> Relu -> flattened -> product p.
Model network()
{
    GraphBuilder graph;
    graph.input("x", {-1, 3, 5, 5}).output("y", {-1, 2});
    graph.random("a_w", {6, 3, 3, 3}).random("scale", {6}).random("shift", {6}).random("mean", {6});
    graph.constant("var", makeTensor({6}, std::vector<float>{1, 2, 3, 1, 2, 3}));
    graph.random("b_w", {4, 3, 1, 1}).random("b_b", {4}).random("p_w", {36, 2});
    graph.node("Conv", {"x", "a_w"}, {"a"}, {}, "a");
    graph.node("BatchNormalization", {"a", "scale", "shift", "mean", "var"}, {"n"}, {}, "n");
    graph.node("Relu", {"n"}, {"r"}).node("Conv", {"r", "b_w", "b_b"}, {"b"}, {{"group", int64_t(2)}}, "b");
    graph.node("Relu", {"b"}, {"rb"}).node("Flatten", {"rb"}, {"f"});
    graph.node("MatMul", {"f", "p_w"}, {"y"}, {}, "p");
    return graph.build();
}

/// Of the group called so.
size_t groupAt(const ChannelGroups &groups, const std::string &name)
{
    for (size_t g = 0; g < groups.groups.size(); ++g)
        if (groups.groups[g].name == name)
            return g;
    return groups.groups.size();
}

Wanted forAll(const ChannelGroups &groups, ChannelCriterion criterion)
{
    return Wanted(groups.groups.size(), criterion);
}

Scores toMeanOne(Scores scores)
{
    const double mean = std::accumulate(scores.begin(), scores.end(), 0.0) / double(scores.size());
    for (double &score : scores)
        score /= mean;
    return scores;
}

double distance(const Scores &a, const Scores &b)
{
    if (a.size() != b.size())
        return 1e9;
    double worst = 0.0, largest = 0.0;
    for (size_t i = 0; i < a.size(); ++i) {
        worst = std::max(worst, std::abs(a[i] - b[i]));
        largest = std::max(largest, std::abs(b[i]));
    }
    return worst / std::max(largest, 1e-30);
}

/// A value inside the model on all samples.
Tensor valueOn(const Model &model, const SampleSet &samples, const std::string &value)
{
    SessionOptions options;
    options.extraOutputs = {value};
    const Session session(model, options);
    const std::vector<Tensor> feeds = samples.batch(0, samples.size());
    return session.run(std::vector<TensorView>(feeds.begin(), feeds.end())).back();
}

/// Statistics that are handed out as they were put in.
class GivenStatistics : public Calibration {
public:
    std::map<size_t, InputStatistics> inputs;
    std::map<size_t, GradientStatistics> weights;
    mutable std::vector<size_t> prepared;

    void prepare(std::span<const size_t> layers, const JobContext &) const override
    {
        prepared.assign(layers.begin(), layers.end());
    }
    std::shared_ptr<const InputStatistics> of(size_t layer, const JobContext &) const override
    {
        const auto found = inputs.find(layer);
        return found == inputs.end() ? nullptr : std::make_shared<const InputStatistics>(found->second);
    }
    std::shared_ptr<const GradientStatistics> gradients(size_t layer, const JobContext &) const override
    {
        const auto found = weights.find(layer);
        return found == weights.end() ? nullptr : std::make_shared<const GradientStatistics>(found->second);
    }
    Message obstacle(size_t) const override { return Message::verbatim("nobody has measured them"); }
    Message gradientObstacle(size_t) const override { return Message::verbatim("nobody has any"); }
    std::string hash() const override { return "hash"; }
    Message description() const override { return Message::verbatim("made-up samples"); }
};

/// Mean and mean square of the places of a value [samples, channels, places] of each channel or, flat, of
/// each place.
InputStatistics statisticsOf(const Tensor &value, size_t columns)
{
    const std::vector<float> x = toFloats(value);
    const auto samples = static_cast<size_t>(value.shape[0]);
    const size_t places = x.size() / samples / columns;
    InputStatistics result;
    result.mean = result.meanSquare = Vector::Zero(static_cast<Index>(columns));
    for (size_t i = 0; i < x.size(); ++i) {
        const auto column = static_cast<Index>(i / places % columns);
        const auto part = 1.0F / static_cast<float>(samples * places);
        result.mean[column] += x[i] * part;
        result.meanSquare[column] += x[i] * x[i] * part;
    }
    return result;
}

} // namespace

class TstChannelScores : public QObject {
    Q_OBJECT
private slots:
    void norms_areOfTheRowsThatMakeAChannel();
    void norms_areWhatSlimTakesAway_data();
    void norms_areWhatSlimTakesAway();
    void median_isTheSumOfDistances();
    void normalization_isItsScale();
    void random_goesByNames();
    void energy_isWhatReadersGet();
    void secondOrder_isThere();
    void gradients_areSummedOverRows();
    void activations_areMeasured();
    void activations_ofValuesThatAreFed();
    void activations_refuseWhatHasNoChannels();
    void mean_fromWhatReadersGet();
    void missingStatistics_areNotedByName();
    void unwanted_isEmpty();
};

void TstChannelScores::norms_areOfTheRowsThatMakeAChannel()
{
    const Model model = network();
    const ChannelGroups groups = channelGroups(model);
    const size_t a = groupAt(groups, "a"), b = groupAt(groups, "b");
    const Matrix aw = model.weight(0), bw = model.weight(1);
    Scores l1, l2, grouped(2, 0.0);
    for (Index r = 0; r < aw.rows(); ++r) {
        l1.push_back(aw.row(r).cwiseAbs().sum());
        l2.push_back(aw.row(r).norm());
    }
    // Channels of a grouped convolution go with those at the same place of each block: they are one channel.
    QCOMPARE(groups.groups[b].channels, size_t(2));
    for (Index r = 0; r < bw.rows(); ++r)
        grouped[static_cast<size_t>(r % 2)] += bw.row(r).squaredNorm();
    for (double &score : grouped)
        score = std::sqrt(score);
    const auto of = [&](ChannelCriterion criterion) {
        return channelScores(model, groups, forAll(groups, criterion)).byGroup;
    };
    QCOMPARE(groups.groups[a].channels, size_t(3)); // read by a grouped one
    const auto joined = [](const Scores &rows, bool squares) {
        Scores channels(3, 0.0);
        for (size_t r = 0; r < rows.size(); ++r)
            channels[r % 3] += squares ? rows[r] * rows[r] : rows[r];
        for (double &score : channels)
            score = squares ? std::sqrt(score) : score;
        return channels;
    };
    QVERIFY(distance(of(ChannelCriterion::L1)[a], toMeanOne(joined(l1, false))) < 1e-6);
    QVERIFY(distance(of(ChannelCriterion::L2)[a], toMeanOne(joined(l2, true))) < 1e-6);
    QVERIFY(distance(of(ChannelCriterion::L2)[b], toMeanOne(grouped)) < 1e-6);
}

void TstChannelScores::norms_areWhatSlimTakesAway_data()
{
    QTest::addColumn<QString>("name");
    for (const char *name : {"resnet20_cifar10", "mobilenetv2", "squeezenet1.1", "vit_cifar10_ibp_3_3_8"})
        QTest::newRow(name) << QString(name);
}

/// Squares of the makers' weights: all of them less those that are left without a channel.
void TstChannelScores::norms_areWhatSlimTakesAway()
{
    LATHE_NEED_TEST_DATA();
    QFETCH(QString, name);
    const Model model = Model::load(testData() + "/models/" + name.toStdString() + ".onnx");
    const ChannelGroups groups = channelGroups(model);
    const auto scores = channelScores(model, groups, forAll(groups, ChannelCriterion::L2)).byGroup;
    const auto squares = [](const Model &of, const ChannelGroup &group) {
        double sum = 0.0;
        for (size_t i = 0; i < of.layers().size(); ++i)
            if (std::ranges::find(group.makers, of.layers()[i].name) != group.makers.end())
                sum += of.weight(i).cast<double>().squaredNorm();
        return sum;
    };
    int checked = 0;
    for (size_t g = 0; g < groups.groups.size(); g += 1 + groups.groups.size() / 6) {
        const ChannelGroup &group = groups.groups[g];
        const bool readsItself = std::ranges::any_of(group.makers, [&](const std::string &maker) {
            return std::ranges::find(group.readers, maker) != group.readers.end();
        });
        if (group.prunable() < 2 || readsItself)
            continue;
        std::vector<double> norms;
        std::vector<size_t> channels;
        for (size_t c = 0; c < group.channels && channels.size() < 3; ++c)
            if (!group.locked[c]) {
                std::vector<std::vector<size_t>> removed(groups.groups.size());
                removed[g] = {c};
                channels.push_back(c);
                norms.push_back(
                    std::sqrt(squares(model, group) - squares(slim(model, groups, removed), group)));
            }
        for (size_t i = 1; i < channels.size(); ++i) {
            const double wanted = norms[i] / norms[0],
                         found = scores[g][channels[i]] / scores[g][channels[0]];
            QVERIFY2(std::abs(found / wanted - 1.0) < 1e-4, group.name.c_str());
            ++checked;
        }
        QVERIFY(std::abs(std::accumulate(scores[g].begin(), scores[g].end(), 0.0) /
                             static_cast<double>(group.channels) -
                         1.0) < 1e-9);
    }
    QVERIFY(checked >= 4);
}

void TstChannelScores::median_isTheSumOfDistances()
{
    GraphBuilder graph;
    graph.input("x", {1, 3, 6, 6}).random("a_w", {7, 3, 3, 3}).random("b_w", {2, 7, 1, 1});
    graph.node("Conv", {"x", "a_w"}, {"a"}, {}, "a").node("Conv", {"a", "b_w"}, {"b"}, {}, "b").output("b");
    const Model model = graph.build();
    const ChannelGroups groups = channelGroups(model);
    const Matrix w = model.weight(0);
    Scores sums;
    for (Index r = 0; r < w.rows(); ++r) {
        sums.push_back(0.0);
        for (Index other = 0; other < w.rows(); ++other)
            sums.back() += (w.row(r) - w.row(other)).cast<double>().norm();
    }
    const auto scores = channelScores(model, groups, forAll(groups, ChannelCriterion::GeometricMedian));
    QVERIFY(distance(scores.byGroup[0], toMeanOne(sums)) < 1e-6);
}

void TstChannelScores::normalization_isItsScale()
{
    GraphBuilder graph;
    const Tensor first = randomTensor({4}, 1), second = randomTensor({4}, 2);
    graph.input("x", {1, 3, 4, 4}).random("a_w", {4, 3, 1, 1}).random("b_w", {4, 4, 1, 1});
    graph.random("c_w", {5, 4, 1, 1})
        .random("d_w", {2, 5, 1, 1})
        .constant("s1", first)
        .constant("s2", second);
    graph.random("zero", {4}).constant("one", makeTensor({4}, std::vector<float>{1, 1, 1, 1}));
    graph.node("Conv", {"x", "a_w"}, {"a"}, {}, "a");
    graph.node("BatchNormalization", {"a", "s1", "zero", "zero", "one"}, {"n"}, {}, "n");
    graph.node("Conv", {"n", "b_w"}, {"b"}, {}, "b");
    graph.node("BatchNormalization", {"b", "s2", "zero", "zero", "one"}, {"m"}, {}, "m");
    graph.node("Add", {"n", "m"}, {"s"}).node("Conv", {"s", "c_w"}, {"c"}, {}, "c");
    graph.node("Conv", {"c", "d_w"}, {"d"}, {}, "d").output("d");
    const Model model = graph.build();
    const ChannelGroups groups = channelGroups(model);
    const auto scores = channelScores(model, groups, forAll(groups, ChannelCriterion::Normalization));
    Scores scales;
    for (size_t i = 0; i < 4; ++i)
        scales.push_back((std::abs(double(first.as<float>()[i])) + std::abs(double(second.as<float>()[i]))) /
                         2);
    QVERIFY(distance(scores.byGroup[0], scales) < 1e-6);
    QCOMPARE(scores.notes.size(), size_t(2)); // c and d have none
    QCOMPARE(scores.notes[0].layer, std::string("c"));
    QCOMPARE(QString::fromStdString(scores.notes[0].message.text()),
             "The channels of `c` are chosen by the L2 norm instead of Normalization scale: no normalization "
             "with scales of its own takes them all.");
    const double mean = std::accumulate(scales.begin(), scales.end(), 0.0) / 4.0;
    const Scores &standIn = scores.byGroup[1];
    QVERIFY(std::abs(std::accumulate(standIn.begin(), standIn.end(), 0.0) / 5.0 - mean) < 1e-9);
    const auto l2 = channelScores(model, groups, forAll(groups, ChannelCriterion::L2));
    QVERIFY(distance(toMeanOne(standIn), l2.byGroup[1]) < 1e-9);
}

void TstChannelScores::random_goesByNames()
{
    const Model model = network();
    const ChannelGroups groups = channelGroups(model);
    const auto once = channelScores(model, groups, forAll(groups, ChannelCriterion::Random)).byGroup;
    QCOMPARE(channelScores(model, groups, forAll(groups, ChannelCriterion::Random)).byGroup, once);
    Wanted last(groups.groups.size());
    last.back() = ChannelCriterion::Random;
    QCOMPARE(channelScores(model, groups, last).byGroup.back(), once.back()); // whoever else is asked for
    QVERIFY(once[0] != once[1]);
    for (const Scores &scores : once)
        for (const double score : scores)
            QVERIFY(score >= 0.0 && score < 1.0);
}

/// What a reader loses without a channel's inputs, were the others not to go with it, as a share of all.
void TstChannelScores::energy_isWhatReadersGet()
{
    const Model model = network();
    const ChannelGroups groups = channelGroups(model);
    const SampleSet samples = randomSamples(model, 6);
    const Tensor read = valueOn(model, samples, "r"), flat = valueOn(model, samples, "f");
    GivenStatistics calibration;
    calibration.inputs[1] = statisticsOf(read, 6);
    calibration.inputs[2] = statisticsOf(flat, 36);
    const auto scores =
        channelScores(model, groups, forAll(groups, ChannelCriterion::Energy), {&calibration});
    const Matrix bw = model.weight(1), pw = model.weight(2);
    Scores a(3, 0.0), b(2, 0.0);
    double all = 0.0;
    for (Index block = 0; block < 2; ++block)
        for (Index row = 2 * block; row < 2 * block + 2; ++row)
            for (Index col = 0; col < 3; ++col) {
                const double part =
                    std::pow(bw(row, col), 2) * double(calibration.inputs[1].meanSquare[3 * block + col]);
                a[static_cast<size_t>(col)] += part;
                all += part;
            }
    for (double &score : a)
        score /= all;
    all = 0.0;
    for (Index col = 0; col < 36; ++col) { // nine places of each of four channels, two of which go together
        const double part = pw.col(col).squaredNorm() * double(calibration.inputs[2].meanSquare[col]);
        b[static_cast<size_t>(col / 9 % 2)] += part;
        all += part;
    }
    for (double &score : b)
        score /= all;
    QVERIFY(distance(scores.byGroup[groupAt(groups, "a")], a) < 1e-5);
    QVERIFY(distance(scores.byGroup[groupAt(groups, "b")], b) < 1e-5);
    QCOMPARE(calibration.prepared, (std::vector<size_t>{1, 2})); // at once
    QCOMPARE(scores.notes.size(), size_t(1));                    // of the output's group
}

void TstChannelScores::secondOrder_isThere()
{
    const Model model = network();
    const ChannelGroups groups = channelGroups(model);
    GivenStatistics calibration;
    calibration.inputs[1] = statisticsOf(valueOn(model, randomSamples(model, 6), "r"), 6);
    const size_t a = groupAt(groups, "a");
    const auto scores =
        channelScores(model, groups, forAll(groups, ChannelCriterion::SecondOrder), {&calibration});
    QCOMPARE(scores.byGroup[a], secondOrderScores(model, groups, a, calibration));
}

void TstChannelScores::gradients_areSummedOverRows()
{
    const Model model = network();
    const ChannelGroups groups = channelGroups(model);
    GivenStatistics calibration;
    GradientStatistics &known = calibration.weights[0];
    known.mean = randomMatrix(6, 27, 1);
    known.meanSquare = known.mean.cwiseAbs2() + randomMatrix(6, 27, 2).cwiseAbs2();
    Scores taylor(3, 0.0), fisher(3, 0.0), sums(3, 0.0);
    for (Index r = 0; r < 6; ++r)
        for (Index c = 0; c < 27; ++c) {
            const auto channel = static_cast<size_t>(r % 3);
            sums[channel] += double(known.mean(r, c));
            fisher[channel] += 0.5 * double(known.meanSquare(r, c));
            taylor[channel] += double(known.meanSquare(r, c)) - std::pow(double(known.mean(r, c)), 2);
        }
    for (size_t c = 0; c < 3; ++c)
        taylor[c] += sums[c] * sums[c];
    const size_t a = groupAt(groups, "a");
    const auto of = [&](ChannelCriterion criterion) {
        return channelScores(model, groups, forAll(groups, criterion), {&calibration});
    };
    QVERIFY(distance(of(ChannelCriterion::Taylor).byGroup[a], taylor) < 1e-5);
    QVERIFY(distance(of(ChannelCriterion::Fisher).byGroup[a], fisher) < 1e-5);
    const auto notes = of(ChannelCriterion::Taylor).notes;
    QVERIFY(!notes.empty());
    QVERIFY(
        QString::fromStdString(notes[0].message.text()).contains("b has no gradients, for nobody has any"));
}

void TstChannelScores::activations_areMeasured()
{
    const Model model = network();
    const ChannelGroups groups = channelGroups(model);
    const SampleSet samples = randomSamples(model, 40); // more than fit a batch
    const std::vector<float> r = toFloats(valueOn(model, samples, "r"));
    Scores magnitude(3, 0.0), share(3, 0.0);
    for (size_t i = 0; i < r.size(); ++i) {
        magnitude[i / 9 % 6 % 3] += std::abs(double(r[i]));
        share[i / 9 % 6 % 3] += r[i] != 0.0F ? 3.0 / double(r.size()) : 0.0;
    }
    const ChannelSources sources{nullptr, tensorActivations(model, samples)};
    const size_t a = groupAt(groups, "a");
    const auto mean = channelScores(model, groups, forAll(groups, ChannelCriterion::Mean), sources);
    const auto nonZero = channelScores(model, groups, forAll(groups, ChannelCriterion::NonZero), sources);
    QVERIFY(distance(mean.byGroup[a], toMeanOne(magnitude)) < 1e-5);
    QVERIFY(distance(nonZero.byGroup[a], share) < 1e-5);
}

void TstChannelScores::activations_ofValuesThatAreFed()
{
    const Model model = network();
    const SampleSet samples = randomSamples(model, 5);
    const std::vector<ValueAxis> axes{{"x", 1}, {"y", 1}, {"x", 2}};
    const auto known = tensorActivations(model, samples)(axes, {});
    const std::vector<float> x = toFloats(samples.tensors()[0]);
    Scores channels(3, 0.0), rows(5, 0.0);
    for (size_t i = 0; i < x.size(); ++i) {
        channels[i / 25 % 3] += double(x[i]) / 125.0;
        rows[i / 5 % 5] += double(x[i]) / 75.0;
    }
    const auto numbers = [](const Vector &vector) { return Scores(vector.begin(), vector.end()); };
    QVERIFY(distance(numbers(known[0].mean), channels) < 1e-4);
    QVERIFY(distance(numbers(known[2].mean), rows) < 1e-4);
    QCOMPARE(known[1].mean.size(), Index(2));
    QVERIFY((known[0].magnitude.array() >= known[0].mean.array().abs() - 1e-6F).all());
}

void TstChannelScores::activations_refuseWhatHasNoChannels()
{
    const Model model = network();
    const SampleSet samples = randomSamples(model, 2);
    const std::vector<ValueAxis> axes{{"y", 2}};
    try {
        tensorActivations(model, samples)(axes, {});
        QFAIL("nothing was refused");
    } catch (const Error &error) {
        QCOMPARE(QString(error.what()), "`y` has no channels that could be measured: it is float32 [1, 2].");
    }
}

/// Without activations the means of the readers' inputs stand for them.
void TstChannelScores::mean_fromWhatReadersGet()
{
    const Model model = network();
    const ChannelGroups groups = channelGroups(model);
    const SampleSet samples = randomSamples(model, 6);
    GivenStatistics calibration;
    calibration.inputs[1] = statisticsOf(valueOn(model, samples, "r"), 6);
    Scores means(3, 0.0);
    for (Index column = 0; column < 6; ++column)
        means[static_cast<size_t>(column % 3)] += std::abs(double(calibration.inputs[1].mean[column]));
    const auto scores = channelScores(model, groups, forAll(groups, ChannelCriterion::Mean), {&calibration});
    QVERIFY(distance(scores.byGroup[groupAt(groups, "a")], toMeanOne(means)) < 1e-5);
}

void TstChannelScores::missingStatistics_areNotedByName()
{
    const Model model = network();
    const ChannelGroups groups = channelGroups(model);
    const GivenStatistics nothing;
    const auto l2 = channelScores(model, groups, forAll(groups, ChannelCriterion::L2));
    const auto scores = channelScores(model, groups, forAll(groups, ChannelCriterion::Energy), {&nothing});
    QCOMPARE(scores.notes.size(), groups.groups.size());
    QCOMPARE(
        QString::fromStdString(scores.notes[0].message.text()),
        "The channels of `a` are chosen by the L2 norm instead of Output energy: of the inputs of b nothing "
        "is known, for nobody has measured them.");
    QCOMPARE(scores.byGroup, l2.byGroup);
    for (const ChannelCriterionInfo &info : channelCriteria) {
        const auto without = channelScores(model, groups, forAll(groups, info.criterion));
        for (size_t g = 0; g < groups.groups.size(); ++g)
            QCOMPARE(without.byGroup[g].size(), groups.groups[g].channels);
        QCOMPARE(!without.notes.empty(),
                 info.byInputs || info.byGradients || info.criterion == ChannelCriterion::Normalization);
    }
}

void TstChannelScores::unwanted_isEmpty()
{
    const Model model = network();
    const ChannelGroups groups = channelGroups(model);
    Wanted wanted(groups.groups.size());
    wanted[1] = ChannelCriterion::L1;
    const auto scores = channelScores(model, groups, wanted);
    QVERIFY(scores.byGroup[0].empty());
    QCOMPARE(scores.byGroup[1].size(), groups.groups[1].channels);
}

QTEST_APPLESS_MAIN(TstChannelScores)
#include "tst_channelscores.moc"
