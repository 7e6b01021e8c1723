// What criteria by gradients go by: against gradients by hand, for all the samples there are.
#include "core/base/error.h"
#include "core/calibrate/calibration.h"
#include "core/compress/compressor.h"
#include "core/train/gradients.h"
#include "tests/support/samplesets.h"
#include "tests/support/trainednetworks.h"

#include <QTemporaryDir>
#include <algorithm>
#include <cmath>
#include <numeric>

using namespace lathe;
using namespace lathe::train;
using namespace lathe::test;

namespace {

/// Means over samples, in double.
struct ByHand {
    Eigen::MatrixXd mean, magnitude, meanSquare;
};

/// Of y = x W^T and the cross entropy to the labels; none: to the largest y.
ByHand byHand(const Matrix &weight, const Matrix &x, const std::vector<int> &labels)
{
    const Eigen::MatrixXd w = weight.cast<double>();
    const Eigen::MatrixXd none = Eigen::MatrixXd::Zero(w.rows(), w.cols());
    ByHand sums{none, none, none};
    for (Index i = 0; i < x.rows(); ++i) {
        const Eigen::VectorXd input = x.row(i).cast<double>();
        const Eigen::VectorXd scores = w * input;
        Index answer = 0;
        scores.maxCoeff(&answer);
        Eigen::VectorXd error = (scores.array() - scores.maxCoeff()).exp();
        error /= error.sum();
        error[labels.empty() ? answer : labels[static_cast<size_t>(i)]] -= 1;
        const Eigen::MatrixXd product = (error * input.transpose()).cwiseProduct(w);
        sums.mean += product;
        sums.magnitude += product.cwiseAbs();
        sums.meanSquare += product.cwiseAbs2();
    }
    const auto count = static_cast<double>(x.rows());
    return {sums.mean / count, sums.magnitude / count, sums.meanSquare / count};
}

double distance(const Matrix &a, const Eigen::MatrixXd &b)
{
    return (a.cast<double>() - b).norm() / b.norm();
}

double distance(const GradientStatistics &a, const ByHand &b)
{
    return std::max(
        {distance(a.mean, b.mean), distance(a.magnitude, b.magnitude), distance(a.meanSquare, b.meanSquare)});
}

bool identical(const GradientStatistics &a, const GradientStatistics &b)
{
    return a.samples == b.samples && a.mean == b.mean && a.magnitude == b.magnitude &&
           a.meanSquare == b.meanSquare;
}

CalibrationOptions withEngine()
{
    CalibrationOptions options;
    options.cacheFolder.clear();
    options.gradients = gradientSource();
    return options;
}

/// A convolution, a normalization behind it, and scores of four classes.
Model normalizedNetwork(int64_t batch = -1)
{
    GraphBuilder graph;
    graph.input("x", {batch, 2, 6, 6}).output("y", {batch, 4});
    graph.random("w1", {5, 2, 3, 3}, 0.4F).random("w2", {4, 80}, 0.3F);
    graph.constant("scale", makeTensor({5}, std::vector<float>{0.5F, -2.0F, 1.5F, 0.1F, 3.0F}));
    graph.constant("shift", makeTensor({5}, std::vector<float>{0.1F, 0.2F, -0.3F, 0.0F, 0.4F}));
    graph.constant("mean", makeTensor({5}, std::vector<float>{0.0F, 0.1F, -0.1F, 0.2F, 0.0F}));
    graph.constant("variance", makeTensor({5}, std::vector<float>{1.0F, 0.5F, 2.0F, 4.0F, 0.25F}));
    graph.node("Conv", {"x", "w1"}, {"a"}, {}, "conv");
    graph.node("BatchNormalization", {"a", "scale", "shift", "mean", "variance"}, {"b"}, {}, "norm");
    graph.node("Relu", {"b"}, {"c"}).node("Flatten", {"c"}, {"d"});
    graph.node("Gemm", {"d", "w2"}, {"y"}, {{"transB", int64_t(1)}}, "fc");
    return graph.build();
}

std::string refusal(const std::function<void()> &act)
{
    try {
        act();
    } catch (const Error &error) {
        return error.what();
    }
    return {};
}

Recipe recipeOf(const std::string &rule)
{
    return {{}, {parseRule(rule)}};
}

} // namespace

class TstGradients : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void ofAProduct_areThoseByHand_data();
    void ofAProduct_areThoseByHand();
    void ofASharedWeight_areTheSum();
    void criteria_takeTheWeightsThatHandsWould_data();
    void criteria_takeTheWeightsThatHandsWould();
    void overAllLayers_oneThresholdHolds();
    void foldedNormalizations_changeNoMask();
    void threads_changeNoBit();
    void fixedBatch_isNoObstacle();
    void halfFloats_areGoneThrough();
    void outputWithoutClasses_needsLabels();
    void operatorWithoutGradient_isNamed();
    void valuesThatAreNone_areRefused();
    void cancel_endsThePass();
    void reaches_tellsWeightsOfTheMainGraph();
};

void TstGradients::initTestCase()
{
    LATHE_NEED_ENGINE();
}

void TstGradients::ofAProduct_areThoseByHand_data()
{
    QTest::addColumn<bool>("labelled");
    QTest::newRow("labels") << true;
    QTest::newRow("own answers") << false;
}

void TstGradients::ofAProduct_areThoseByHand()
{
    QFETCH(bool, labelled);
    const Matrix weight = randomMatrix(3, 5, 1);
    const Matrix x = randomMatrix(7, 5, 2);
    const std::vector<int> labels = labelled ? std::vector<int>{0, 1, 2, 2, 1, 0, 0} : std::vector<int>();
    const Model model = productModel(weight);
    const auto calibration = calibrate(model, sampleSet(model, {{"x", tensorOf(x)}}, labels), withEngine());
    QVERIFY(calibration->gradientObstacle(0).empty());
    const auto found = calibration->gradients(0);
    QCOMPARE(found->samples, int64_t(7));
    QVERIFY(distance(*found, byHand(weight, x, labels)) < 1e-5);
}

void TstGradients::ofASharedWeight_areTheSum()
{
    const Matrix weight = randomMatrix(3, 4, 1);
    GraphBuilder graph;
    graph.input("a", {-1, 4}).input("b", {-1, 4}).output("y", {-1, 3});
    graph.constant("w", tensorOf(weight));
    graph.node("Gemm", {"a", "w"}, {"first"}, {{"transB", int64_t(1)}}, "one");
    graph.node("Gemm", {"b", "w"}, {"second"}, {{"transB", int64_t(1)}}, "other");
    graph.node("Add", {"first", "second"}, {"y"});
    const Model model = graph.build();
    const Matrix a = randomMatrix(6, 4, 2), b = randomMatrix(6, 4, 3);
    const std::vector<int> labels{0, 1, 2, 0, 1, 2};
    const auto calibration =
        calibrate(model, sampleSet(model, {{"a", tensorOf(a)}, {"b", tensorOf(b)}}, labels), withEngine());
    const ByHand expected = byHand(weight, a + b, labels);
    for (const size_t layer : {0, 1})
        QVERIFY(distance(*calibration->gradients(layer), expected) < 1e-5);
}

void TstGradients::criteria_takeTheWeightsThatHandsWould_data()
{
    QTest::addColumn<QString>("method");
    for (const char *method : {"taylor", "taylor2", "fisher", "movement"})
        QTest::newRow(method) << method;
}

void TstGradients::criteria_takeTheWeightsThatHandsWould()
{
    QFETCH(QString, method);
    const Matrix weight = randomMatrix(4, 6, 1);
    const Matrix x = randomMatrix(9, 6, 2);
    const std::vector<int> labels{0, 1, 2, 3, 3, 2, 1, 0, 0};
    const Model model = productModel(weight);
    Compressor compressor(model,
                          calibrate(model, sampleSet(model, {{"x", tensorOf(x)}}, labels), withEngine()));
    const CompressedModel compressed =
        compressor.compress(recipeOf("*:prune=0.5,prune.method=" + method.toStdString()));
    const ByHand hand = byHand(weight, x, labels);
    const std::map<QString, Eigen::MatrixXd> scores{
        {"taylor", hand.magnitude},
        {"taylor2", (hand.meanSquare / 2 - hand.mean).cwiseAbs()},
        {"fisher", hand.meanSquare},
        {"movement", -hand.mean},
    };
    std::vector<double> sorted(scores.at(method).data(), scores.at(method).data() + weight.size());
    std::ranges::sort(sorted);
    const Matrix stored = decode(*compressed.layers[0].code.weight);
    for (Index r = 0; r < weight.rows(); ++r)
        for (Index c = 0; c < weight.cols(); ++c)
            QCOMPARE(stored(r, c), scores.at(method)(r, c) < sorted[12] ? 0.0F : weight(r, c));
    QVERIFY(compressed.issues.empty());
    QVERIFY(!compressed.calibrationHash.empty());
}

void TstGradients::overAllLayers_oneThresholdHolds()
{
    const Model model = normalizedNetwork();
    std::vector<int> labels;
    for (int i = 0; i < 40; ++i)
        labels.push_back(i % 4);
    Compressor compressor(model, calibrate(model, randomSamples(model, 40, labels), withEngine()));
    const CompressedModel compressed =
        compressor.compress(recipeOf("*:prune=0.5,prune.method=fisher,prune.scope=global"));
    double gone = 0.0, all = 0.0;
    for (const size_t layer : {0, 1}) {
        const auto weights = static_cast<double>(model.layers()[layer].parameters);
        gone += compressed.layers[layer].sparsity * weights;
        all += weights;
    }
    QCOMPARE(std::llround(gone), std::llround(all / 2));
    QVERIFY(compressed.layers[0].sparsity <
            compressed.layers[1].sparsity); // few weights that much goes through
}

void TstGradients::foldedNormalizations_changeNoMask()
{
    const Model model = normalizedNetwork();
    Compressor compressor(model, calibrate(model, randomSamples(model, 12), withEngine()));
    for (const std::string method : {"taylor", "taylor2", "fisher", "movement"}) {
        const std::string rule = "conv:prune=0.6,prune.method=" + method;
        const auto maskOf = [&](const std::string &of) {
            const CompressedModel compressed = compressor.compress(recipeOf(of));
            return std::get<MatrixEncoding>(*compressed.layers[0].code.weight).kept;
        };
        QVERIFY(maskOf(rule) == maskOf(rule + ",fold=batchnorm"));
    }
}

void TstGradients::threads_changeNoBit()
{
    const Model model = normalizedNetwork();
    const SampleSet samples = randomSamples(model, 10);
    JobContext one, two;
    one.threads = 1;
    two.threads = 2;
    const auto first = calibrate(model, samples, withEngine())->gradients(0, one);
    QVERIFY(identical(*first, *calibrate(model, samples, withEngine())->gradients(0, two)));
    const auto labelled = calibrate(model, randomSamples(model, 10, std::vector<int>(10, 2)), withEngine());
    QVERIFY(!identical(*first, *labelled->gradients(0)));
}

void TstGradients::fixedBatch_isNoObstacle()
{
    const Model free = normalizedNetwork(), fixed = normalizedNetwork(4);
    const auto first = calibrate(free, randomSamples(free, 6), withEngine())->gradients(1);
    const auto second = calibrate(fixed, randomSamples(free, 6), withEngine())->gradients(1);
    QVERIFY(identical(*first, *second));
}

void TstGradients::halfFloats_areGoneThrough()
{
    const Matrix weight = randomMatrix(3, 4, 1);
    GraphBuilder graph;
    graph.input("x", {-1, 4}, ElementType::Float16).output("y", {-1, 3}, ElementType::Float16);
    const std::vector<float> values(weight.data(), weight.data() + weight.size());
    graph.constant("w", fromFloats(ElementType::Float16, {3, 4}, values));
    graph.node("Gemm", {"x", "w"}, {"y"}, {{"transB", int64_t(1)}}, "fc");
    const Model model = graph.build();
    const Matrix x = randomMatrix(5, 4, 2);
    const Tensor halves = fromFloats(ElementType::Float16, {5, 4}, toFloats(tensorOf(x)));
    const std::vector<int> labels{0, 1, 2, 1, 0};
    const auto calibration = calibrate(model, sampleSet(model, {{"x", halves}}, labels), withEngine());
    QVERIFY(distance(*calibration->gradients(0), byHand(weight, x, labels)) < 0.01);
}

void TstGradients::outputWithoutClasses_needsLabels()
{
    GraphBuilder graph;
    graph.input("x", {-1, 2, 6, 6}).output("y", {-1, 3, 6, 6}).random("w", {3, 2, 1, 1});
    graph.node("Conv", {"x", "w"}, {"y"}, {}, "conv");
    const Model model = graph.build();
    const auto calibration = calibrate(model, randomSamples(model, 3), withEngine());
    const std::string sentence = refusal([&] { calibration->gradients(0); });
    QVERIFY2(sentence.find("gives [1, 3, 6, 6] for a sample") != std::string::npos &&
                 sentence.find("without labels") != std::string::npos,
             sentence.c_str());
}

void TstGradients::operatorWithoutGradient_isNamed()
{
    GraphBuilder graph;
    graph.input("x", {-1, 4}).output("y", {-1, 3}).random("w", {3, 4});
    graph.node("Gemm", {"x", "w"}, {"a"}, {{"transB", int64_t(1)}}, "fc");
    graph.node("Det", {"a"}, {"y"}, {}, "odd");
    const Model model = graph.build();
    const auto calibration = calibrate(model, randomSamples(model, 3), withEngine());
    const std::string sentence = refusal([&] { calibration->gradients(0); });
    QVERIFY2(sentence.find("Det") != std::string::npos && sentence.find("odd") != std::string::npos,
             sentence.c_str());
}

void TstGradients::valuesThatAreNone_areRefused()
{
    Matrix x = randomMatrix(4, 4, 2);
    x(2, 1) = std::numeric_limits<float>::infinity();
    const Model model = productModel(randomMatrix(3, 4, 1));
    const auto calibration =
        calibrate(model, sampleSet(model, {{"x", tensorOf(x)}}, {0, 1, 2, 0}), withEngine());
    QCOMPARE(refusal([&] { calibration->gradients(0); }), std::string("The gradient of fc is no number."));
}

void TstGradients::cancel_endsThePass()
{
    const Model model = normalizedNetwork();
    std::stop_source source;
    JobContext ctx;
    ctx.stop = source.get_token();
    int samples = 0;
    ctx.onProgress = [&](const Progress &progress) {
        samples += progress.stage.text().starts_with("gradients of sample");
        if (samples == 2)
            source.request_stop();
    };
    const auto calibration = calibrate(model, randomSamples(model, 50), withEngine());
    QVERIFY_EXCEPTION_THROWN(calibration->gradients(0, ctx), Cancelled);
    QCOMPARE(samples, 2);
    QVERIFY(calibration->gradients(0)); // and is whole when it is asked for again
}

void TstGradients::reaches_tellsWeightsOfTheMainGraph()
{
    GraphBuilder branch;
    branch.output("z", {1, 3});
    branch.node("MatMul", {"x", "v"}, {"z"}, {}, "inner");
    GraphBuilder graph;
    graph.input("x", {1, 4}).output("y", {1, 3}).random("v", {4, 3}).random("w", {3, 3});
    graph.constant("yes", [] {
        Tensor tensor = makeTensor(ElementType::Bool, {});
        tensor.bytes[0] = std::byte{1};
        return tensor;
    }());
    graph.node("If", {"yes"}, {"h"}).subgraph("then_branch", branch).subgraph("else_branch", branch);
    graph.node("MatMul", {"h", "w"}, {"y"}, {}, "outer");
    const Model model = graph.build();
    const std::vector<bool> reached = gradientSource()->reaches(model);
    for (size_t i = 0; i < model.layers().size(); ++i)
        QCOMPARE(bool(reached[i]), model.layers()[i].name == "outer");
}

QTEST_GUILESS_MAIN(TstGradients)
#include "tst_gradients.moc"
