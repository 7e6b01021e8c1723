// A network while it trains: what an optimizer's steps do, stopping and going on, what is refused.
#include "core/base/error.h"
#include "core/train/parts.h"
#include "tests/support/trainednetworks.h"

#include <cmath>
#include <functional>

using namespace lathe;
using namespace lathe::train;

class TstNetwork : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void optimizers_stepAsByHand_data();
    void optimizers_stepAsByHand();
    void clip_shortensTheWholeGradient();
    void stoppingAndGoingOn_isLikeNeverStopping_data();
    void stoppingAndGoingOn_isLikeNeverStopping();
    void sameSteps_giveTheSameBytes();
    void stateOfAnother_isRefused();
    void lossThatIsNoNumber_changesNothingAndSaysWhere();
    void stateOfBeforeAMask_takesItAway();
    void batchStatistics_runAsTheOperatorSays();
    void statisticsThatOthersReadToo_stay_data();
    void statisticsThatOthersReadToo_stay();
    void statisticsAlone_areLearned();
    void gradients_areThoseOfTheLoss();
    void oneByOne_isTheSameStep();
    void unknownConstant_isRefused();
    void whatOthersThrow_isAnError();
    void masksOfAttention_areNoBiases_data();
    void masksOfAttention_areNoBiases();
    void constants_moveByTheirGradient();
    void bfloat16_trainsAlmostTheSame();
    void profile_timesEachNodeAndChangesNothing();
};

namespace {

/// Of one weight w and loss 0.5 * ... : mean((x w - t)^2) / mean(t^2) with x = 1, t = 1, so dL/dw = 2 (w -
/// 1).
struct Scalar {
    explicit Scalar(double start)
    {
        Matrix w(1, 1);
        w << static_cast<float>(start);
        const Model model = test::productModel(w);
        network = loadEngine().network(model, {.weights = {test::weightForm(model, test::plainEncoding(w))}});
        batch.inputs["x"] = test::tensorOf(Matrix::Ones(1, 1));
        batch.features = {test::tensorOf(Matrix::Ones(1, 1))};
        loss = {.output = "y", .features = 1, .featureValues = {"y"}};
    }
    double value() const { return static_cast<double>(decode(network->weights().front())(0, 0)); }
    LossValue step(double rate) { return network->step(batch, loss, rate); }

    std::unique_ptr<Network> network;
    Batch batch;
    Loss loss;
};

/// The formulas of the papers, in double.
class ByHand {
public:
    ByHand(const Optimizer &optimizer, double start) : m_optimizer(optimizer), w(start) {}

    void step(double rate)
    {
        double g = 2 * (w - 1);
        if (m_optimizer.clip > 0)
            g *= std::min(1.0, m_optimizer.clip / std::abs(g));
        ++m_count;
        if (m_optimizer.kind == Optimizer::Kind::AdamW)
            w -= rate * m_optimizer.weightDecay * w;
        else
            g += m_optimizer.weightDecay * w;
        if (m_optimizer.kind == Optimizer::Kind::Sgd) {
            m_first = m_count == 1 ? g : m_optimizer.momentum * m_first + g;
            w -= rate * (m_optimizer.momentum > 0 ? g + m_optimizer.momentum * m_first : g);
            return;
        }
        const double b1 = m_optimizer.beta1, b2 = m_optimizer.beta2;
        m_first = b1 * m_first + (1 - b1) * g;
        m_second = b2 * m_second + (1 - b2) * g * g;
        const double mean = m_first / (1 - std::pow(b1, m_count));
        const double square = m_second / (1 - std::pow(b2, m_count));
        w -= rate * mean / (std::sqrt(square) + 1e-8);
    }

private:
    Optimizer m_optimizer;
    double m_first = 0, m_second = 0;
    int m_count = 0;

public:
    double w;
};

/// Two layers with a normalization between, and what they are trained on.
Model smallClassifier()
{
    test::GraphBuilder graph;
    graph.input("x", {-1, 3, 6, 6}).output("y", {-1, 4});
    graph.random("w1", {5, 3, 3, 3}, 0.3F).random("b1", {5}, 0.1F).random("w2", {4, 80}, 0.2F);
    const std::vector<float> ones(5, 1.0F), zeros(5, 0.0F);
    graph.constant("scale", makeTensor({5}, ones)).constant("shift", makeTensor({5}, zeros));
    graph.constant("mean", makeTensor({5}, zeros)).constant("variance", makeTensor({5}, ones));
    graph.node("Conv", {"x", "w1", "b1"}, {"c"}, {}, "conv")
        .node("BatchNormalization", {"c", "scale", "shift", "mean", "variance"}, {"n"}, {}, "norm")
        .node("Relu", {"n"}, {"r"}, {}, "relu")
        .node("Flatten", {"r"}, {"f"}, {}, "flat")
        .node("Gemm", {"f", "w2"}, {"y"}, {{"transB", int64_t{1}}}, "fc");
    return graph.build();
}

Trainable everything(const Model &model, bool batchStatistics)
{
    Trainable all;
    for (size_t i = 0; i < model.layers().size(); ++i) {
        const Layer &layer = model.layers()[i];
        all.weights.push_back({layer.weightName, layer.layout, test::plainEncoding(model.weight(i))});
    }
    all.constants = {"b1", "scale", "shift"};
    all.batchStatistics = batchStatistics;
    return all;
}

Batch randomBatch(unsigned seed)
{
    Batch batch{{{"x", test::randomTensor({8, 3, 6, 6}, seed)}}, {}, {}, {}};
    for (int64_t i = 0; i < 8; ++i)
        batch.labels.push_back((i + seed) % 4);
    return batch;
}

const Loss byLabels{.output = "y", .labels = 1};

/// Every number that training can change, as bytes.
std::string allOf(const Network &network)
{
    std::string bytes;
    for (const Encoding &encoding : network.weights()) {
        const Matrix matrix = decode(encoding);
        bytes.append(reinterpret_cast<const char *>(matrix.data()), static_cast<size_t>(matrix.size()) * 4);
    }
    for (const auto &[name, tensor] : network.constants())
        bytes.append(reinterpret_cast<const char *>(tensor.bytes.data()), tensor.bytes.size());
    return bytes;
}

void trainOn(Network &network, unsigned first, unsigned end)
{
    for (unsigned i = first; i < end; ++i)
        network.step(randomBatch(i), byLabels, 0.01);
}

} // namespace

Q_DECLARE_METATYPE(lathe::train::Optimizer)

void TstNetwork::initTestCase()
{
    LATHE_NEED_ENGINE();
}

void TstNetwork::optimizers_stepAsByHand_data()
{
    QTest::addColumn<Optimizer>("optimizer");
    QTest::newRow("plain descent") << Optimizer{.momentum = 0};
    QTest::newRow("Nesterov") << Optimizer{.momentum = 0.9};
    QTest::newRow("Nesterov, decay") << Optimizer{.momentum = 0.8, .weightDecay = 0.05};
    QTest::newRow("Adam") << Optimizer{.kind = Optimizer::Kind::Adam};
    QTest::newRow("Adam, decay") << Optimizer{
        .kind = Optimizer::Kind::Adam, .beta1 = 0.8, .weightDecay = 0.1};
    QTest::newRow("AdamW") << Optimizer{.kind = Optimizer::Kind::AdamW, .beta2 = 0.99, .weightDecay = 0.1};
    QTest::newRow("clipped") << Optimizer{.momentum = 0.9, .clip = 0.5};
}

void TstNetwork::optimizers_stepAsByHand()
{
    QFETCH(Optimizer, optimizer);
    Scalar trained(3);
    trained.network->setOptimizer(optimizer);
    ByHand expected(optimizer, 3);
    for (int i = 0; i < 12; ++i) {
        const double rate = 0.02 + 0.01 * i; // a schedule
        const double loss = (expected.w - 1) * (expected.w - 1), gradient = std::abs(2 * (expected.w - 1));
        const LossValue value = trained.step(rate);
        QVERIFY(std::abs(value.total - loss) < 1e-5 * std::max(1.0, loss));
        QVERIFY(std::abs(value.gradientNorm - gradient) < 1e-5 * std::max(1.0, gradient));
        expected.step(rate);
        QVERIFY2(std::abs(trained.value() - expected.w) < 1e-5,
                 qPrintable(QString("step %1: %2, by hand %3").arg(i).arg(trained.value()).arg(expected.w)));
    }
}

void TstNetwork::clip_shortensTheWholeGradient()
{
    const Model model = smallClassifier();
    const auto free = loadEngine().network(model, everything(model, false));
    const auto clipped = loadEngine().network(model, everything(model, false));
    free->setOptimizer({.momentum = 0});
    const Matrix before = decode(free->weights().front());
    const double norm = free->step(randomBatch(1), byLabels, 0.1).gradientNorm;
    clipped->setOptimizer({.momentum = 0, .clip = norm / 4});
    QVERIFY(std::abs(clipped->step(randomBatch(1), byLabels, 0.1).gradientNorm - norm) < 1e-6 * norm);
    const Matrix far = decode(free->weights().front()) - before;
    const Matrix near = decode(clipped->weights().front()) - before;
    QVERIFY(test::largestDifference(far, near * 4) < 1e-6);
}

void TstNetwork::stoppingAndGoingOn_isLikeNeverStopping_data()
{
    optimizers_stepAsByHand_data();
}

void TstNetwork::stoppingAndGoingOn_isLikeNeverStopping()
{
    QFETCH(Optimizer, optimizer);
    const Model model = smallClassifier();
    const auto whole = loadEngine().network(model, everything(model, true));
    whole->setOptimizer(optimizer);
    trainOn(*whole, 0, 6);

    const auto first = loadEngine().network(model, everything(model, true));
    first->setOptimizer(optimizer);
    trainOn(*first, 0, 3);
    const std::string state = first->state();
    const auto second = loadEngine().network(model, everything(model, true));
    second->setOptimizer(optimizer);
    second->setState(state);
    QVERIFY(allOf(*second) == allOf(*first));
    trainOn(*second, 3, 6);
    QVERIFY(allOf(*second) == allOf(*whole));
}

void TstNetwork::sameSteps_giveTheSameBytes()
{
    const Model model = smallClassifier();
    std::string once;
    for (int i = 0; i < 3; ++i) {
        const auto network = loadEngine().network(model, everything(model, true));
        network->setOptimizer({.kind = Optimizer::Kind::Adam});
        trainOn(*network, 0, 5);
        const std::string now = allOf(*network);
        QVERIFY(i == 0 || now == once);
        once = now;
    }
}

void TstNetwork::stateOfAnother_isRefused()
{
    const Model model = smallClassifier();
    const auto network = loadEngine().network(model, everything(model, true));
    trainOn(*network, 0, 1);
    const std::string before = allOf(*network);
    Scalar other(1);
    for (const std::string &state : {std::string(), std::string("no archive at all"), other.network->state(),
                                     network->state().substr(0, 700)}) {
        try {
            network->setState(state);
            QFAIL("it was taken");
        } catch (const Error &error) {
            QCOMPARE(QString(error.what()), QString("The state is that of another network."));
            QVERIFY(error.code() == ErrorCode::InvalidArgument);
        }
        QVERIFY(allOf(*network) == before);
    }
}

void TstNetwork::lossThatIsNoNumber_changesNothingAndSaysWhere()
{
    const Model model = smallClassifier();
    const auto network = loadEngine().network(model, everything(model, true));
    trainOn(*network, 0, 2);
    const std::string before = allOf(*network), state = network->state();
    Batch bad = randomBatch(2);
    bad.inputs["x"].as<float>()[5] = std::numeric_limits<float>::quiet_NaN();
    try {
        network->step(bad, byLabels, 0.01);
        QFAIL("it was taken");
    } catch (const Error &error) {
        QVERIFY(error.code() == ErrorCode::NumericFailure);
        QVERIFY2(QString(error.what()).contains("x"), error.what());
    }
    QVERIFY(allOf(*network) == before);
    QVERIFY(network->state() == state);

    // Numbers that outgrow float inside: the first layer that gives something else than a number is named.
    Batch large = randomBatch(2);
    for (float &value : large.inputs["x"].as<float>())
        value = value > 0 ? 3e38F : -3e38F;
    try {
        network->step(large, byLabels, 0.01);
        QFAIL("it was taken");
    } catch (const Error &error) {
        QVERIFY(error.code() == ErrorCode::NumericFailure);
        QVERIFY2(QString(error.what()).contains("conv"), error.what());
    }
    QVERIFY(allOf(*network) == before);
    trainOn(*network, 2, 3); // and goes on
    QVERIFY(allOf(*network) != before);
}

void TstNetwork::stateOfBeforeAMask_takesItAway()
{
    const Model model = smallClassifier();
    const auto network = loadEngine().network(model, everything(model, true));
    const std::string before = allOf(*network), state = network->state();
    std::vector<uint8_t> kept(static_cast<size_t>(model.weight(0).size()), 1);
    std::fill_n(kept.begin(), kept.size() / 2, uint8_t(0));
    network->setKept(0, kept, false);
    QVERIFY(allOf(*network) != before);
    network->setState(state);
    QVERIFY(allOf(*network) == before);
    network->setKept(0, kept, true);
    const std::string masked = allOf(*network), ofMasked = network->state();
    network->setState(state);
    network->setState(ofMasked);
    QVERIFY(allOf(*network) == masked);
}

void TstNetwork::batchStatistics_runAsTheOperatorSays()
{
    test::GraphBuilder graph(15);
    graph.input("x", {-1, 2}).output("y", {-1, 2});
    const std::vector<float> ones(2, 1.0F), zeros(2, 0.0F);
    graph.constant("scale", makeTensor({2}, ones)).constant("shift", makeTensor({2}, zeros));
    graph.constant("mean", makeTensor({2}, zeros)).constant("variance", makeTensor({2}, ones));
    graph.node("BatchNormalization", {"x", "scale", "shift", "mean", "variance"}, {"y"},
               {{"momentum", 0.75F}}, "norm");
    const Model model = graph.build();
    const auto network =
        loadEngine().network(model, {.constants = {"scale", "shift"}, .batchStatistics = true});
    network->setOptimizer({.momentum = 0});
    Batch batch{
        {{"x", makeTensor({4, 2}, std::vector<float>{1, 0, 3, 0, 5, 4, 7, 4})}}, {0, 1, 0, 1}, {}, {}};
    network->step(batch, byLabels, 0.1);
    const std::map<std::string, Tensor> after = network->constants();
    // Means 4 and 2, variances (of all values) 5 and 4.
    const std::vector<float> mean = toFloats(after.at("mean")), variance = toFloats(after.at("variance"));
    QVERIFY(std::abs(mean[0] - 1.0F) < 1e-6F && std::abs(mean[1] - 0.5F) < 1e-6F);
    QVERIFY2(std::abs(variance[0] - 2.0F) < 1e-4F && std::abs(variance[1] - 1.75F) < 1e-4F,
             qPrintable(QString("%1 %2").arg(double(variance[0])).arg(double(variance[1]))));
    // Used with them, not with the batch's.
    const Matrix y = test::matrixOf(network->run(batch.inputs, {"y"}).front());
    const std::vector<float> scale = toFloats(after.at("scale")), shift = toFloats(after.at("shift"));
    QVERIFY(std::abs(y(0, 0) - ((1 - mean[0]) / std::sqrt(variance[0] + 1e-5F) * scale[0] + shift[0])) <
            1e-5F);
    // Fixed ones stay.
    const auto fixed = loadEngine().network(model, {.constants = {"scale", "shift"}});
    fixed->step(batch, byLabels, 0.1);
    QVERIFY(!fixed->constants().contains("mean"));
}

void TstNetwork::statisticsThatOthersReadToo_stay_data()
{
    QTest::addColumn<QString>("by");
    for (const char *by : {"through Identity", "by another normalization", "by another node"})
        QTest::newRow(by) << by;
}

/// What comes of them could be written nowhere, or would be two things at once.
void TstNetwork::statisticsThatOthersReadToo_stay()
{
    QFETCH(QString, by);
    test::GraphBuilder graph;
    graph.input("x", {-1, 4}).output("y", {-1, 4}).random("w", {4, 4});
    const std::vector<float> ones(4, 1.0F), zeros(4, 0.0F);
    for (const char *name : {"scale", "variance", "ownVariance"})
        graph.constant(name, makeTensor({4}, ones));
    for (const char *name : {"shift", "mean", "ownMean"})
        graph.constant(name, makeTensor({4}, zeros));
    graph.node("BatchNormalization", {"x", "scale", "shift", "ownMean", "ownVariance"}, {"n"}, {}, "own");
    graph.node("MatMul", {"n", "w"}, {"m"});
    const bool copied = by == "through Identity";
    if (copied)
        graph.node("Identity", {"mean"}, {"mean2"}).node("Identity", {"variance"}, {"variance2"});
    graph.node("BatchNormalization",
               {"m", "scale", "shift", copied ? "mean2" : "mean", copied ? "variance2" : "variance"}, {"k"});
    if (by == "by another normalization")
        graph.node("BatchNormalization", {"k", "scale", "shift", "mean", "variance"}, {"y"});
    else if (by == "by another node")
        graph.node("Sub", {"k", "mean"}, {"y"});
    else
        graph.node("Relu", {"k"}, {"y"});
    const Model model = graph.build();
    const Trainable trainable = trainableOf(model, partsOf(model));
    QVERIFY(trainable.batchStatistics);
    const auto network = loadEngine().network(model, trainable);
    Batch batch{{{"x", test::randomTensor({8, 4}, 3, 2.0F)}}, {0, 1, 2, 3, 0, 1, 2, 3}, {}, {}};
    for (int i = 0; i < 4; ++i)
        network->step(batch, byLabels, 0.1);
    const std::map<std::string, Tensor> after = network->constants();
    QVERIFY(toFloats(after.at("ownMean")) != zeros);
    for (const char *name : {"mean", "mean2"})
        QVERIFY(!after.contains(name) || toFloats(after.at(name)) == zeros);
    const Model written = withConstants(model, learned(*network, trainable));
    const auto again = loadEngine().network(written, {});
    const Matrix given = test::matrixOf(again->run(batch.inputs, {"y"}).front());
    QVERIFY(test::largestDifference(given, test::matrixOf(network->run(batch.inputs, {"y"}).front())) < 1e-5);
}

/// Nothing of the loss has a gradient then.
void TstNetwork::statisticsAlone_areLearned()
{
    const Model model = smallClassifier();
    const auto network = loadEngine().network(model, everything(model, true));
    network->setFixed({.constants = {"w1", "w2", "b1", "scale", "shift"}});
    network->setOptimizer({.kind = Optimizer::Kind::Adam, .relative = true});
    const LossValue loss = network->step(randomBatch(1), byLabels, 0.1);
    QVERIFY(loss.total > 0);
    QCOMPARE(loss.gradientNorm, 0.0);
    QVERIFY(toFloats(network->constants().at("mean")) != std::vector<float>(5, 0.0F));
    QVERIFY(decode(network->weights().front()) == model.weight(0));
    QCOMPARE(network->profile(randomBatch(1), byLabels).size(), size_t{5});
    const auto none = loadEngine().network(model, {});
    std::vector<Matrix> sums, squares;
    none->addGradients(randomBatch(1), byLabels, sums, squares);
    QVERIFY(sums.empty());
}

void TstNetwork::gradients_areThoseOfTheLoss()
{
    const Model model = smallClassifier();
    const auto network = loadEngine().network(model, everything(model, false));
    std::vector<Matrix> sums, squares;
    network->addGradients(randomBatch(1), byLabels, sums, squares);
    network->addGradients(randomBatch(2), byLabels, sums, squares);
    QCOMPARE(sums.size(), size_t{2});
    for (size_t layer = 0; layer < 2; ++layer) {
        const Matrix weight = model.weight(layer);
        const Matrix direction = test::randomMatrix(weight.rows(), weight.cols(), 5);
        const float step = 2e-3F / direction.norm();
        double numeric = 0;
        for (const float sign : {1.0F, -1.0F}) {
            Trainable moved = everything(model, false);
            moved.weights[layer].encoding = test::plainEncoding(weight + sign * step * direction);
            const auto there = loadEngine().network(model, moved);
            for (const unsigned seed : {1U, 2U})
                numeric += static_cast<double>(sign) * there->evaluate(randomBatch(seed), byLabels).total;
        }
        numeric /= 2 * static_cast<double>(step);
        const double analytic = static_cast<double>((sums[layer].cwiseProduct(direction)).sum());
        QVERIFY2(std::abs(numeric - analytic) < 0.02 * std::max(0.05, std::abs(analytic)),
                 qPrintable(QString("%1 by differences, %2 by the gradient").arg(numeric).arg(analytic)));
        QVERIFY((squares[layer].array() >= 0).all() && squares[layer].sum() > 0);
    }
}

/// Of a graph that takes batches too: what is added up is what comes of all at once.
void TstNetwork::oneByOne_isTheSameStep()
{
    const Model model = smallClassifier();
    Trainable each = everything(model, false);
    each.oneByOne = true;
    const auto together = loadEngine().network(model, everything(model, false));
    const auto apart = loadEngine().network(model, each);
    for (Network *network : {together.get(), apart.get()})
        network->setOptimizer({.kind = Optimizer::Kind::Sgd, .momentum = 0});
    const Batch batch = randomBatch(3);
    const LossValue a = together->step(batch, byLabels, 0.1), b = apart->step(batch, byLabels, 0.1);
    QVERIFY(std::abs(a.total - b.total) < 1e-5 && std::abs(a.gradientNorm - b.gradientNorm) < 1e-4);
    QVERIFY(std::abs(together->evaluate(batch, byLabels).total - apart->evaluate(batch, byLabels).total) <
            1e-5);
    const auto wanted = together->run(batch.inputs, {"y"}), given = apart->run(batch.inputs, {"y"});
    QCOMPARE(given.front().shape, wanted.front().shape);
    for (size_t i = 0; i < wanted.front().as<float>().size(); ++i)
        QVERIFY(std::abs(given.front().as<float>()[i] - wanted.front().as<float>()[i]) < 1e-4F);
    const auto before = together->weights(), after = apart->weights();
    for (size_t i = 0; i < before.size(); ++i)
        QVERIFY((decode(before[i]) - decode(after[i])).cwiseAbs().maxCoeff() < 1e-5F);
}

void TstNetwork::unknownConstant_isRefused()
{
    const Model model = smallClassifier();
    try {
        loadEngine().network(model, {.constants = {"nothing"}});
        QFAIL("it was taken");
    } catch (const Error &error) {
        QVERIFY(error.code() == ErrorCode::InvalidArgument);
        QVERIFY2(QString(error.what()).contains("there is no constant \"nothing\" to train."), error.what());
    }
}

/// Out of the engine comes nothing but errors of this program.
void TstNetwork::whatOthersThrow_isAnError()
{
    const Model model = smallClassifier();
    const auto network = loadEngine().network(model, everything(model, false));
    Trainable each = everything(model, false);
    each.oneByOne = true;
    const auto apart = loadEngine().network(model, each);
    Batch few = randomBatch(1), taught = randomBatch(1);
    few.labels.resize(3);
    taught.teacher = test::tensorOf(Matrix::Zero(8, 4));
    const Loss byNoClass{.output = "y", .distillation = 1, .taught = {0, 7}};
    const std::vector<std::function<void()>> wrong{
        [&] { network->setKept(9, {}, false); },
        [&] { network->unmasked(9); },
        [&] { apart->step(few, byLabels, 0.1); },
        [&] { network->evaluate(taught, byNoClass); },
    };
    for (const std::function<void()> &call : wrong) {
        bool isOurs = false;
        try {
            call();
        } catch (const Error &) {
            isOurs = true;
        } catch (const std::exception &error) {
            qInfo("%s", error.what());
        }
        QVERIFY(isOurs);
    }
}

void TstNetwork::masksOfAttention_areNoBiases_data()
{
    QTest::addColumn<float>("hidden");
    QTest::newRow("infinity") << -std::numeric_limits<float>::infinity();
    QTest::newRow("the lowest number") << std::numeric_limits<float>::lowest();
    QTest::newRow("a large one") << -1e4F;
}

void TstNetwork::masksOfAttention_areNoBiases()
{
    QFETCH(float, hidden);
    constexpr int64_t places = 4, width = 6;
    test::GraphBuilder graph;
    graph.input("x", {-1, places, width}).output("y", {-1, 3});
    for (const char *name : {"query", "key", "value"})
        graph.random(name, {width, width}, 0.4F);
    Tensor mask = makeTensor(ElementType::Float32, {places, places});
    for (int64_t row = 0; row < places; ++row)
        for (int64_t column = row + 1; column < places; ++column)
            mask.as<float>()[static_cast<size_t>(row * places + column)] = hidden;
    graph.constant("mask", mask).random("bias", {width}).random("out", {3, places * width}, 0.2F);
    graph.node("MatMul", {"x", "query"}, {"q"}).node("MatMul", {"x", "key"}, {"k"});
    graph.node("MatMul", {"x", "value"}, {"v0"}).node("Add", {"v0", "bias"}, {"v"});
    graph.node("Transpose", {"k"}, {"t"}, {{"perm", std::vector<int64_t>{0, 2, 1}}});
    graph.node("MatMul", {"q", "t"}, {"s"}).node("Add", {"s", "mask"}, {"hiding"});
    graph.node("Softmax", {"hiding"}, {"p"}, {{"axis", int64_t{-1}}}).node("MatMul", {"p", "v"}, {"a"});
    graph.node("Flatten", {"a"}, {"f"}).node("Gemm", {"f", "out"}, {"y"}, {{"transB", int64_t{1}}});
    const Model model = graph.build();
    const Parts parts = partsOf(model);
    QCOMPARE(parts.biases, std::vector<std::string>{"bias"});
    test::GraphBuilder product; // as MatMul and Add are written in one
    product.input("x", {places, width}).output("y", {places, places}).random("w", {width, places});
    product.constant("mask", mask).node("Gemm", {"x", "w", "mask"}, {"y"});
    QVERIFY(partsOf(product.build()).biases.empty());
    const Trainable trainable = trainableOf(model, parts);
    const auto network = loadEngine().network(model, trainable);
    network->setOptimizer({.kind = Optimizer::Kind::Adam, .relative = true});
    const Batch batch{{{"x", test::randomTensor({6, places, width}, 5)}}, {0, 1, 2, 0, 1, 2}, {}, {}};
    for (int i = 0; i < 3; ++i)
        QVERIFY(std::isfinite(network->step(batch, byLabels, 0.01).total));
    for (const Encoding &weight : network->weights())
        QVERIFY(decode(weight).allFinite());
}

void TstNetwork::constants_moveByTheirGradient()
{
    const Model model = test::productModel(Matrix::Identity(3, 3), {0.5F, 0, -0.5F});
    const auto network = loadEngine().network(model, {.constants = {"b"}});
    network->setOptimizer({.momentum = 0});
    Batch batch{{{"x", test::tensorOf(Matrix::Zero(2, 3))}}, {0, 2}, {}, {}};
    network->step(batch, byLabels, 0.3);
    // d/db = softmax(b) - mean of the labels' ones
    double sum = 0;
    const std::vector<double> b{0.5, 0, -0.5};
    for (const double value : b)
        sum += std::exp(value);
    const std::vector<float> after = toFloats(network->constants().at("b"));
    for (size_t i = 0; i < 3; ++i) {
        const double expected = b[i] - 0.3 * (std::exp(b[i]) / sum - (i == 1 ? 0 : 0.5));
        QVERIFY(std::abs(static_cast<double>(after[i]) - expected) < 1e-6);
    }
    QVERIFY(network->weights().empty());
}

/// Every operator that goes on with halves as they are, and some that do not, on one way.
void TstNetwork::bfloat16_trainsAlmostTheSame()
{
    test::GraphBuilder graph;
    graph.input("x", {-1, 3, 6, 6}).output("y", {-1, 4});
    graph.random("w1", {5, 3, 3, 3}, 0.3F)
        .random("b1", {5}, 0.1F)
        .random("w2", {5, 5, 3, 3}, 0.2F)
        .random("w3", {4, 10}, 0.4F);
    const std::vector<float> ones(5, 1.0F), zeros(5, 0.0F), none{0.0F}, six{6.0F};
    graph.constant("scale", makeTensor({5}, ones)).constant("shift", makeTensor({5}, zeros));
    graph.constant("mean", makeTensor({5}, zeros)).constant("variance", makeTensor({5}, ones));
    graph.constant("low", makeTensor({}, none)).constant("high", makeTensor({}, six));
    graph.node("Conv", {"x", "w1", "b1"}, {"c"}, {{"pads", std::vector<int64_t>{1, 1, 1, 1}}}, "conv1")
        .node("BatchNormalization", {"c", "scale", "shift", "mean", "variance"}, {"n"}, {}, "norm")
        .node("Relu", {"n"}, {"r"}, {}, "relu")
        .node("Conv", {"r", "w2"}, {"d"}, {{"pads", std::vector<int64_t>{1, 1, 1, 1}}}, "conv2")
        .node("Add", {"d", "r"}, {"a"}, {}, "add")
        .node("Clip", {"a", "low", "high"}, {"l"}, {}, "clip")
        .node("MaxPool", {"l"}, {"p"},
              {{"kernel_shape", std::vector<int64_t>{2, 2}}, {"strides", std::vector<int64_t>{2, 2}}}, "pool")
        .node("LeakyRelu", {"p"}, {"k"}, {}, "leaky")
        .node("Sigmoid", {"p"}, {"s"}, {}, "sigmoid")
        .node("Concat", {"k", "s"}, {"o"}, {{"axis", int64_t{1}}}, "concat")
        .node("GlobalAveragePool", {"o"}, {"g"}, {}, "average")
        .node("Flatten", {"g"}, {"f"}, {}, "flat")
        .node("Gemm", {"f", "w3"}, {"y"}, {{"transB", int64_t{1}}}, "fc");
    const Model model = graph.build();
    for (const bool batchStatistics : {false, true}) {
        const auto whole = loadEngine().network(model, everything(model, batchStatistics));
        const auto half = loadEngine().network(model, everything(model, batchStatistics));
        half->setPrecision(Precision::BFloat16);
        for (unsigned i = 0; i < 4; ++i) {
            const LossValue a = whole->step(randomBatch(i), byLabels, 0.05);
            const LossValue b = half->step(randomBatch(i), byLabels, 0.05);
            QVERIFY2(std::abs(a.total - b.total) < 0.03 * a.total && a.total != b.total,
                     qPrintable(QString("%1 and %2").arg(a.total).arg(b.total)));
            QVERIFY(std::abs(a.gradientNorm - b.gradientNorm) < 0.1 * a.gradientNorm);
        }
    }
}

void TstNetwork::profile_timesEachNodeAndChangesNothing()
{
    const Model model = smallClassifier();
    const auto network = loadEngine().network(model, everything(model, true));
    trainOn(*network, 0, 1);
    const std::string before = allOf(*network);
    const std::vector<NodeTime> times = network->profile(randomBatch(1), byLabels);
    QCOMPARE(times.size(), size_t{5});
    QCOMPARE(times.front().node, std::string("conv"));
    QCOMPARE(times.back().operatorType, std::string("Gemm"));
    for (const NodeTime &time : times)
        QVERIFY(time.forward > 0 && time.backward > 0);
    QVERIFY(allOf(*network) == before);
}

QTEST_GUILESS_MAIN(TstNetwork)
#include "tst_network.moc"
