#include "core/channels/channelrefit.h"
#include "core/model/proto.h"
#include "core/rewrite/slim.h"
#include "tests/support/calibrationruns.h"
#include "tests/support/fakecalibration.h"
#include "tests/support/messageof.h"
#include "tests/support/modelruns.h"
#include "tests/support/samplesets.h"

#include <Eigen/QR>
#include <QTest>
#include <cmath>
#include <numbers>
#include <set>

using namespace lathe;
using namespace lathe::test;

namespace {

using Attributes = std::vector<std::pair<std::string, Attribute>>;
using Ints = std::vector<int64_t>;
using Removed = std::vector<std::vector<size_t>>;

/// How a layer reads its input.
struct Reader {
    std::string op = "Conv";
    Attributes attributes = {};
    bool hasBias = true;
    bool isFlat = false;      ///< behind a Flatten
    bool isBehindSum = false; ///< its bias is an Add of its own
    bool weightFirst = false;
    int64_t groups = 1;
    int64_t side = 3; ///< of the kernel
};

constexpr int64_t channels = 8, width = 5; ///< of the input, of its sides
constexpr Index rows = 6;

Index columnsOf(const Reader &reader)
{
    if (reader.op == "Conv" || reader.op == "ConvTranspose")
        return channels / reader.groups * reader.side * reader.side;
    return reader.isFlat ? channels * width * width : channels;
}

/// As the file stores a matrix [rows, cols] of the reader.
Tensor stored(const Reader &reader, const Matrix &matrix)
{
    const auto plain = [](const Matrix &m, const Shape &shape) {
        return makeTensor(shape, {m.data(), static_cast<size_t>(m.size())});
    };
    const int64_t k = reader.side, in = channels / reader.groups, made = matrix.rows();
    if (reader.op == "Conv")
        return plain(matrix, {made, in, k, k});
    if (reader.op == "ConvTranspose") {
        Matrix moved(in, made * k * k);
        for (Index r = 0; r < made; ++r)
            for (Index c = 0; c < matrix.cols(); ++c)
                moved(c / (k * k), r * k * k + c % (k * k)) = matrix(r, c);
        return plain(moved, {in, made, k, k});
    }
    const bool transposed = reader.weightFirst || std::ranges::any_of(reader.attributes, [](const auto &a) {
                                return a.first == "transB";
                            });
    return transposed ? plain(matrix, {made, matrix.cols()})
                      : plain(matrix.transpose(), {matrix.cols(), made});
}

/// Two makers of channels side by side, joined and read by one layer, the last of the model.
GraphBuilder network(const Reader &reader, const Matrix &weight, bool withBias)
{
    GraphBuilder graph;
    graph.input("x", {-1, 3, width, width}).output("y", {});
    graph.proto().mutable_graph()->mutable_output(0)->mutable_type()->mutable_tensor_type()->clear_shape();
    graph.random("a_w", {5, 3, 3, 3}, 0.4F).random("a_b", {5}, 0.3F);
    graph.random("b_w", {3, 3, 1, 1}, 0.6F).random("b_b", {3}, 0.3F);
    graph.node("Conv", {"x", "a_w", "a_b"}, {"a0"}, {{"pads", Ints{1, 1, 1, 1}}}, "a");
    graph.node("Conv", {"x", "b_w", "b_b"}, {"b0"}, {}, "b");
    graph.node("Concat", {"a0", "b0"}, {"c"}, {{"axis", int64_t(1)}}, "c");
    graph.node("Relu", {"c"}, {"r"}, {}, "r");
    std::string value = "r";
    if (reader.isFlat)
        graph.node("Flatten", {"r"}, {value = "f"}, {}, "f");
    else if (reader.op == "MatMul" && !reader.weightFirst)
        graph.node("Transpose", {"r"}, {value = "t"}, {{"perm", Ints{0, 2, 3, 1}}}, "t");
    else if (reader.op == "MatMul") {
        Tensor shape = makeTensor(ElementType::Int64, {3});
        std::ranges::copy(Shape{0, channels, width * width}, shape.as<int64_t>().begin());
        graph.constant("s", shape);
        graph.node("Reshape", {"r", "s"}, {value = "t"}, {}, "t");
    } else if (reader.op == "Gemm") {
        graph.node("GlobalAveragePool", {"r"}, {"p"}, {}, "p").node("Flatten", {"p"}, {value = "f"}, {}, "f");
    }
    graph.constant("w", stored(reader, weight));
    std::vector<std::string> inputs{value, "w"};
    if (reader.weightFirst)
        std::swap(inputs[0], inputs[1]);
    const bool sum = withBias && reader.isBehindSum;
    if (withBias && (reader.hasBias || sum))
        graph.random("bias", {weight.rows()}, 0.5F);
    if (withBias && reader.hasBias && !sum)
        inputs.emplace_back("bias");
    graph.node(reader.op, inputs, {sum ? "z" : "y"}, reader.attributes, "read");
    if (sum)
        graph.node("Add", {"bias", "z"}, {"y"}, {}, "sum");
    return graph;
}

/// What a model gives, as columns along the axis of channels.
Eigen::MatrixXd columnsOfRun(const Model &model, const SampleSet &samples, size_t axis)
{
    const Tensor output = Session(model).run(std::vector<TensorView>{samples.tensors().front()}).front();
    int64_t inner = 1;
    for (size_t d = axis + 1; d < output.shape.size(); ++d)
        inner *= output.shape[d];
    const int64_t length = output.shape[axis];
    const std::vector<float> values = toFloats(output);
    Eigen::MatrixXd columns(length, static_cast<Index>(values.size()) / length);
    for (size_t i = 0; i < values.size(); ++i) {
        const auto at = static_cast<int64_t>(i);
        columns(at / inner % length, at / (inner * length) * inner + at % inner) =
            static_cast<double>(values[i]);
    }
    return columns;
}

size_t axisOf(const Reader &reader)
{
    return reader.op == "MatMul" && !reader.weightFirst ? 3 : 1;
}

/// The columns that the reader's matrix is multiplied with, by running it with a weight that copies them:
/// [groups * cols, columns].
Eigen::MatrixXd inputColumns(const Reader &reader, const SampleSet &samples)
{
    const Index cols = columnsOf(reader);
    Matrix copies(reader.groups * cols, cols);
    for (Index g = 0; g < reader.groups; ++g)
        copies.middleRows(g * cols, cols).setIdentity();
    return columnsOfRun(network(reader, copies, false).build(), samples, axisOf(reader));
}

/// The given damping instead of what the statistics would have.
class DampedCalibration : public Calibration {
public:
    DampedCalibration(const Model &model, const SampleSet &samples, double damping)
        : m_statistics(model, samples, everything()), m_damping(damping)
    {
    }
    std::shared_ptr<const InputStatistics> of(size_t layer, const JobContext &ctx) const override
    {
        const auto found = m_statistics.of(layer, ctx);
        if (!found)
            return found;
        auto damped = std::make_shared<InputStatistics>(*found);
        damped->damping = m_damping;
        if (narrow)
            damped->secondMoment.resize(0, 0);
        return damped;
    }
    Message obstacle(size_t layer) const override { return m_statistics.obstacle(layer); }
    std::string hash() const override { return m_statistics.hash(); }
    Message description() const override { return m_statistics.description(); }
    bool narrow = false; ///< no second moments

private:
    GatheredStatistics m_statistics;
    double m_damping;
};

/// Columns of the reader that read these channels of the joined input.
std::set<Index> columnsOfChannels(const Reader &reader, const std::set<int64_t> &gone)
{
    const Index cols = columnsOf(reader);
    const Index each = cols / (channels / reader.groups);
    std::set<Index> columns;
    for (const int64_t channel : gone)
        for (Index i = 0; i < each; ++i)
            columns.insert(channel % (channels / reader.groups) * each + i);
    return columns;
}

/// The same by a dense least-squares solve over all columns, with the ridge as rows of its own.
Matrix solvedByQr(const Matrix &weight, const Eigen::MatrixXd &x, const std::set<Index> &gone, bool centered,
                  double damping, Vector &shift)
{
    std::vector<Index> left, lost;
    for (Index c = 0; c < weight.cols(); ++c)
        (gone.contains(c) ? lost : left).push_back(c);
    const Eigen::VectorXd mean =
        centered ? Eigen::VectorXd(x.rowwise().mean()) : Eigen::VectorXd(Eigen::VectorXd::Zero(x.rows()));
    const Eigen::MatrixXd deviations = x.colwise() - mean;
    const auto count = static_cast<double>(x.cols());
    const Eigen::VectorXd variances = deviations.rowwise().squaredNorm() / count;
    const double ridge = damping * variances.sum() / static_cast<double>((variances.array() > 1e-9).count());
    const auto n = std::ssize(left);
    Eigen::MatrixXd a(x.cols() + n, n), b = Eigen::MatrixXd::Zero(x.cols() + n, weight.rows());
    a.topRows(x.cols()) = deviations(left, Eigen::all).transpose();
    a.bottomRows(n) = std::sqrt(ridge * count) * Eigen::MatrixXd::Identity(n, n);
    const Eigen::MatrixXd w = weight.cast<double>();
    b.topRows(x.cols()) = (w(Eigen::all, lost) * deviations(lost, Eigen::all)).transpose();
    const Eigen::MatrixXd change = a.colPivHouseholderQr().solve(b).transpose();
    shift = (w(Eigen::all, lost) * mean(lost) - change * mean(left)).cast<float>();
    Matrix result = Matrix::Zero(weight.rows(), weight.cols());
    for (Index c = 0; c < n; ++c)
        result.col(left[static_cast<size_t>(c)]) =
            weight.col(left[static_cast<size_t>(c)]) + change.col(c).cast<float>();
    return result;
}

Model refit(const Model &model, const Removed &removed, ChannelRefit how, const Calibration *calibration,
            std::vector<Issue> *notes = nullptr)
{
    std::vector<Issue> own;
    return refitted(model, channelGroups(model), removed, std::vector<ChannelRefit>(removed.size(), how),
                    calibration, notes ? *notes : own);
}

QString textOf(const std::vector<Issue> &notes)
{
    QString text;
    for (const Issue &note : notes)
        text += QString::fromStdString(note.message.text()) + '\n';
    return text;
}

/// Mean of the squared distance of the outputs.
double error(const Eigen::MatrixXd &a, const Eigen::MatrixXd &b)
{
    return (a - b).squaredNorm() / static_cast<double>(a.size());
}

} // namespace

Q_DECLARE_METATYPE(Reader)

/// What layers do that read channels that go.
class TstChannelRefit : public QObject {
    Q_OBJECT
private slots:
    void columns_areThoseOfLeastSquares_data();
    void columns_areThoseOfLeastSquares();
    void slimmed_isTheWideOne_data() { columns_areThoseOfLeastSquares_data(); }
    void slimmed_isTheWideOne();
    void otherWeights_areWorse();
    void combinedChannels_areNotMissed();
    void deadChannels_changeNothing();
    void tooWide_fitsTheBias();
    void constants_giveTheMean();
    void constants_unknown_isSaid();
    void off_onlyZeroes();
    void tiedWeights_areFittedTogether();
    void weightReadInAnotherWay_stays();
    void quantizedWeight_stays();
    void sharedBias_becomesItsOwn();
    void halfPrecision_staysSo();
    void fewColumns_areStillSolved();
    void refused();
    void cancelling_stops();
};

void TstChannelRefit::columns_areThoseOfLeastSquares_data()
{
    QTest::addColumn<Reader>("reader");
    const Attributes sliding{{"pads", Ints{1, 0, 1, 2}}, {"strides", Ints{2, 1}}};
    QTest::newRow("Conv") << Reader{.attributes = sliding};
    QTest::newRow("Conv without bias") << Reader{.attributes = sliding, .hasBias = false};
    QTest::newRow("pointwise") << Reader{.side = 1};
    QTest::newRow("groups") << Reader{.attributes = {{"group", int64_t(2)}}, .groups = 2};
    QTest::newRow("ConvTranspose") << Reader{.op = "ConvTranspose", .attributes = {{"strides", Ints{2, 2}}}};
    QTest::newRow("Gemm") << Reader{.op = "Gemm"};
    QTest::newRow("Gemm without bias") << Reader{.op = "Gemm", .hasBias = false};
    QTest::newRow("Gemm transB, beta")
        << Reader{.op = "Gemm", .attributes = {{"transB", int64_t(1)}, {"beta", 0.5F}, {"alpha", 1.5F}}};
    QTest::newRow("Flatten, Gemm") << Reader{
        .op = "Gemm", .attributes = {{"transB", int64_t(1)}}, .isFlat = true};
    QTest::newRow("MatMul") << Reader{.op = "MatMul", .hasBias = false};
    QTest::newRow("MatMul, Add") << Reader{.op = "MatMul", .hasBias = false, .isBehindSum = true};
    QTest::newRow("MatMul, weight first") << Reader{.op = "MatMul", .hasBias = false, .weightFirst = true};
}

void TstChannelRefit::columns_areThoseOfLeastSquares()
{
    QFETCH(Reader, reader);
    const double damping = 0.003;
    const Matrix weight = randomMatrix(rows, columnsOf(reader), 5, 0.3F);
    const Model model = network(reader, weight, true).build();
    const SampleSet samples = randomSamples(model, 40);
    const DampedCalibration calibration(model, samples, damping);
    const bool joined = reader.groups > 1; // place by place of both halves, which is another list of groups
    const Removed removed = joined ? Removed{{1}, {}} : Removed{{1, 4}, {0}, {}};
    QCOMPARE(channelGroups(model).groups.size(), removed.size());
    const std::set<int64_t> gone = joined ? std::set<int64_t>{1, 5} : std::set<int64_t>{1, 4, 5};
    std::vector<Issue> notes;
    const Model found = refit(model, removed, ChannelRefit::Data, &calibration, &notes);
    QVERIFY2(notes.empty(), qPrintable(textOf(notes)));

    const Eigen::MatrixXd x = inputColumns(reader, samples);
    const bool centered = reader.op != "MatMul" || reader.isBehindSum;
    const std::set<Index> columns = columnsOfChannels(reader, gone);
    const Index cols = weight.cols(), each = rows / reader.groups;
    Matrix expected(rows, cols);
    Vector shift(rows);
    for (Index g = 0; g < reader.groups; ++g) {
        Vector part;
        expected.middleRows(g * each, each) =
            solvedByQr(weight.middleRows(g * each, each), x.middleRows(g * cols, cols), columns, centered,
                       damping, part);
        shift.segment(g * each, each) = part;
    }
    const Matrix fitted = found.weight(found.layerIndex("read"));
    QVERIFY2((fitted - expected).norm() < 2e-3F * expected.norm(),
             qPrintable(QString::number((fitted - expected).norm() / expected.norm())));

    const size_t axis = axisOf(reader);
    const Eigen::MatrixXd before = columnsOfRun(model, samples, axis);
    const Eigen::MatrixXd after = columnsOfRun(found, samples, axis);
    Eigen::MatrixXd change(rows, x.cols());
    for (Index g = 0; g < reader.groups; ++g)
        change.middleRows(g * each, each) =
            (expected - weight).middleRows(g * each, each).cast<double>() * x.middleRows(g * cols, cols);
    if (centered)
        change.colwise() += shift.cast<double>();
    QVERIFY(distance(after - before, change) < 5e-3);
    if (centered)
        QVERIFY((after - before).rowwise().mean().norm() < 1e-4);
}

void TstChannelRefit::slimmed_isTheWideOne()
{
    QFETCH(Reader, reader);
    const Model model = network(reader, randomMatrix(rows, columnsOf(reader), 5, 0.3F), true).build();
    const SampleSet samples = randomSamples(model, 12);
    const DampedCalibration calibration(model, samples, 0.01);
    const Removed removed = reader.groups > 1 ? Removed{{2}, {}} : Removed{{0, 3}, {2}, {}};
    const Model wide = refit(model, removed, ChannelRefit::Data, &calibration);
    const ChannelGroups groups = channelGroups(wide);
    QCOMPARE(groups.groups.size(), removed.size());
    const Model small = slim(wide, groups, removed);
    QVERIFY(small.parameterCount() < wide.parameterCount());
    const size_t axis = axisOf(reader);
    QVERIFY(distance(columnsOfRun(small, samples, axis), columnsOfRun(wide, samples, axis)) < 1e-5);
    QCOMPARE(Model::parse(small.serialize()).layers().size(), model.layers().size());
}

void TstChannelRefit::otherWeights_areWorse()
{
    const Reader reader{.attributes = {{"pads", Ints{1, 1, 1, 1}}}};
    const Matrix weight = randomMatrix(rows, columnsOf(reader), 5, 0.3F);
    const Model model = network(reader, weight, true).build();
    const SampleSet samples = randomSamples(model, 60);
    const DampedCalibration calibration(model, samples, 1e-7);
    const Model found = refit(model, {{0, 2}, {1}, {}}, ChannelRefit::Data, &calibration);
    const Matrix fitted = found.weight(2);
    const Eigen::MatrixXd x = inputColumns(reader, samples);
    const Eigen::MatrixXd wanted = columnsOfRun(model, samples, 1);
    const Eigen::MatrixXd given = columnsOfRun(found, samples, 1);
    const double least = error(given, wanted);
    for (unsigned seed = 0; seed < 8; ++seed) {
        Matrix other = randomMatrix(rows, weight.cols(), 20 + seed, 0.02F);
        for (Index c = 0; c < other.cols(); ++c)
            if (fitted.col(c).isZero(0.0F))
                other.col(c).setZero();
        QVERIFY(error(given + other.cast<double>() * x, wanted) > least);
        const Eigen::VectorXd shift = randomMatrix(rows, 1, 40 + seed, 0.05F).cast<double>();
        QVERIFY(error(given.colwise() + shift, wanted) > least);
    }
    const Model cut = refit(model, {{0, 2}, {1}, {}}, ChannelRefit::Off, nullptr);
    QVERIFY(least < 0.5 * error(columnsOfRun(cut, samples, 1), wanted));
}

/// Of three channels one is a sum of the others and a constant, and nothing bends them on the way.
void TstChannelRefit::combinedChannels_areNotMissed()
{
    GraphBuilder graph;
    Matrix made = randomMatrix(5, 3, 3);
    made.row(3) = 0.5F * made.row(0) - 2.0F * made.row(1);
    graph.input("x", {-1, 3, 6, 6}).output("y", {-1, 4, 6, 6});
    graph.constant("a_w", makeTensor({5, 3, 1, 1}, {made.data(), static_cast<size_t>(made.size())}));
    graph.constant("a_b", makeTensor(Shape{5}, std::vector{0.1F, 0.2F, -0.4F, 3.0F, 0.0F}));
    graph.random("w", {4, 5, 3, 3}, 0.3F);
    graph.node("Conv", {"x", "a_w", "a_b"}, {"a"}, {}, "a");
    graph.node("Conv", {"a", "w"}, {"y"}, {{"pads", Ints{0, 0, 0, 0}}}, "read");
    graph.proto().mutable_graph()->mutable_output(0)->mutable_type()->mutable_tensor_type()->clear_shape();
    const Model model = graph.build();
    const SampleSet samples = randomSamples(model, 50);
    const DampedCalibration calibration(model, samples, 1e-6);
    const Model wide = refit(model, {{3}, {}}, ChannelRefit::Data, &calibration);
    const Model small = slim(wide, channelGroups(wide), {{3}, {}});
    const Eigen::MatrixXd wanted = columnsOfRun(model, samples, 1);
    QVERIFY(distance(columnsOfRun(small, samples, 1), wanted) < 1e-3);
    const Model cut = refit(model, {{3}, {}}, ChannelRefit::Off, nullptr);
    QVERIFY(distance(columnsOfRun(cut, samples, 1), wanted) > 0.1);
}

void TstChannelRefit::deadChannels_changeNothing()
{
    const Reader reader{};
    GraphBuilder graph = network(reader, randomMatrix(rows, columnsOf(reader), 5, 0.3F), true);
    for (auto &constant : *graph.proto().mutable_graph()->mutable_initializer())
        if (constant.name() == "a_w" || constant.name() == "a_b") { // channel 2: nothing, and -1 before Relu
            auto *values = reinterpret_cast<float *>(constant.mutable_raw_data()->data());
            const size_t each = constant.name() == "a_w" ? 27 : 1;
            std::fill_n(values + 2 * each, each, constant.name() == "a_w" ? 0.0F : -1.0F);
        }
    const Model model = graph.build();
    const SampleSet samples = randomSamples(model, 20);
    const DampedCalibration calibration(model, samples, 0.0);
    const Model found = refit(model, {{2}, {}, {}}, ChannelRefit::Data, &calibration);
    const Matrix before = model.weight(2), after = found.weight(2);
    for (Index c = 0; c < before.cols(); ++c) {
        const bool gone = c / 9 == 2;
        QVERIFY(gone ? after.col(c).isZero(0.0F) : after.col(c) == before.col(c));
    }
    QVERIFY(columnsOfRun(found, samples, 1) == columnsOfRun(model, samples, 1));
}

void TstChannelRefit::tooWide_fitsTheBias()
{
    const Reader reader{};
    const Matrix weight = randomMatrix(rows, columnsOf(reader), 5, 0.3F);
    const Model model = network(reader, weight, true).build();
    const SampleSet samples = randomSamples(model, 20);
    DampedCalibration calibration(model, samples, 0.0);
    calibration.narrow = true;
    std::vector<Issue> notes;
    const Model found = refit(model, {{1}, {}, {}}, ChannelRefit::Data, &calibration, &notes);
    QVERIFY(textOf(notes).contains("read is too wide to make up for channels by other than its bias"));
    Matrix cut = weight;
    cut.middleCols(9, 9).setZero();
    QVERIFY(found.weight(2) == cut);
    const Eigen::MatrixXd moved = columnsOfRun(found, samples, 1) - columnsOfRun(model, samples, 1);
    QVERIFY(moved.norm() > 0.1 && moved.rowwise().mean().norm() < 1e-4);
}

/// Of relu(N(b, g^2)) the mean is g phi(b / g) + b Phi(b / g).
void TstChannelRefit::constants_giveTheMean()
{
    GraphBuilder graph;
    const std::vector<float> scale{0.8F, 1.5F, 0.3F, 1.0F}, beta{0.5F, -0.4F, 0.1F, 0.0F};
    graph.input("x", {-1, 3, 4, 4}).output("y", {-1, 2, 4, 4}).random("a_w", {4, 3, 1, 1});
    graph.constant("g", makeTensor(Shape{4}, scale)).constant("t", makeTensor(Shape{4}, beta));
    graph.random("m", {4}).constant("v", makeTensor(Shape{4}, std::vector(4, 1.3F)));
    graph.random("w", {2, 4, 1, 1});
    graph.node("Conv", {"x", "a_w"}, {"a"}, {}, "a");
    graph.node("BatchNormalization", {"a", "g", "t", "m", "v"}, {"n"}, {}, "n");
    graph.node("Relu", {"n"}, {"r"}, {}, "r").node("Conv", {"r", "w"}, {"y"}, {}, "read");
    const Model model = graph.build();
    std::vector<Issue> notes;
    const Model found = refit(model, {{0, 1}, {}}, ChannelRefit::Constants, nullptr, &notes);
    QVERIFY2(notes.empty(), qPrintable(textOf(notes)));
    Eigen::Vector2d expected = Eigen::Vector2d::Zero();
    const Matrix weight = model.weight(1);
    for (size_t c : {0U, 1U}) {
        const double b = double(beta[c]), g = double(scale[c]), z = b / g;
        const double mean = g * std::exp(-0.5 * z * z) / std::sqrt(2.0 * std::numbers::pi) +
                            b * 0.5 * std::erfc(-z / std::numbers::sqrt2);
        expected += mean * weight.col(static_cast<Index>(c)).cast<double>();
    }
    const SampleSet samples = randomSamples(model, 4);
    const Model cut = refit(model, {{0, 1}, {}}, ChannelRefit::Off, nullptr);
    const Eigen::MatrixXd added = columnsOfRun(found, samples, 1) - columnsOfRun(cut, samples, 1);
    QVERIFY((added.colwise() - expected).cwiseAbs().maxCoeff() < 2e-3);
    const Model small = slim(found, channelGroups(found), {{0, 1}, {}});
    QVERIFY(distance(columnsOfRun(small, samples, 1), columnsOfRun(found, samples, 1)) < 1e-5);
}

void TstChannelRefit::constants_unknown_isSaid()
{
    const Reader reader{.op = "Gemm"};
    const Model model = network(reader, randomMatrix(rows, columnsOf(reader), 5), true).build();
    std::vector<Issue> notes;
    const Model found = refit(model, {{1}, {}, {}}, ChannelRefit::Constants, nullptr, &notes);
    QCOMPARE(notes.size(), size_t(1));
    QCOMPARE(notes[0].layer, std::string("read"));
    QVERIFY(textOf(notes).contains("no normalization says what it gets on average"));
}

void TstChannelRefit::off_onlyZeroes()
{
    const Reader reader{.op = "Gemm"};
    const Matrix weight = randomMatrix(rows, columnsOf(reader), 5);
    const Model model = network(reader, weight, true).build();
    std::vector<Issue> notes;
    const Model found = refit(model, {{1}, {2}, {}}, ChannelRefit::Off, nullptr, &notes);
    Matrix expected = weight;
    expected.col(1).setZero();
    expected.col(7).setZero();
    QVERIFY(found.weight(2) == expected && notes.empty());
    const Model same = refit(model, {{}, {}, {}}, ChannelRefit::Data, nullptr);
    QVERIFY(same.serialize() == model.serialize());
}

namespace {

/// One weight for two products, of what a layer makes and of the same bent.
Model twice(bool transposed)
{
    GraphBuilder graph;
    graph.input("x", {-1, 4}).output("y").output("z");
    graph.random("a_w", {4, 6}, 0.6F).random("w", {6, 6}, 0.5F).random("b", {6});
    graph.node("MatMul", {"x", "a_w"}, {"a"}, {}, "a").node("Tanh", {"a"}, {"t"}, {}, "t");
    graph.node("Gemm", {"a", "w", "b"}, {"y"}, {}, "one");
    if (transposed)
        graph.node("Gemm", {"t", "w"}, {"z"}, {{"transB", int64_t(1)}}, "two");
    else
        graph.node("Gemm", {"t", "w"}, {"z"}, {}, "two");
    for (int i = 0; i < 2; ++i)
        graph.proto()
            .mutable_graph()
            ->mutable_output(i)
            ->mutable_type()
            ->mutable_tensor_type()
            ->clear_shape();
    return graph.build();
}

} // namespace

void TstChannelRefit::tiedWeights_areFittedTogether()
{
    const Model model = twice(false);
    const SampleSet samples = randomSamples(model, 64);
    const DampedCalibration calibration(model, samples, 1e-4);
    const ChannelGroups groups = channelGroups(model);
    Removed removed(groups.groups.size());
    removed[0] = {1, 4};
    std::vector<Issue> notes;
    const Model found = refit(model, removed, ChannelRefit::Data, &calibration, &notes);
    QVERIFY2(notes.empty(), qPrintable(textOf(notes)));

    GraphBuilder makers;
    makers.input("x", {-1, 4}).output("c", {-1, 12}).random("a_w", {4, 6}, 0.6F);
    makers.node("MatMul", {"x", "a_w"}, {"a"}, {}, "a").node("Tanh", {"a"}, {"t"}, {}, "t");
    makers.node("Concat", {"a", "t"}, {"c"}, {{"axis", int64_t(1)}}, "c");
    const Eigen::MatrixXd both = columnsOfRun(makers.build(), samples, 1);
    Eigen::MatrixXd x(6, 2 * both.cols());
    x << both.topRows(6), both.bottomRows(6);
    Vector shift;
    const Matrix expected = solvedByQr(model.weight(1), x, {1, 4}, true, 1e-4, shift);
    QVERIFY((found.weight(1) - expected).norm() < 2e-3F * expected.norm());
    const Model small = slim(found, channelGroups(found), removed);
    QVERIFY(distance(columnsOfRun(small, samples, 1), columnsOfRun(found, samples, 1)) < 1e-5);
}

void TstChannelRefit::weightReadInAnotherWay_stays()
{
    const Model model = twice(true);
    const SampleSet samples = randomSamples(model, 16);
    const DampedCalibration calibration(model, samples, 0.0);
    const ChannelGroups groups = channelGroups(model);
    std::vector<Issue> notes;
    Removed removed(groups.groups.size());
    bool any = false;
    for (size_t g = 0; g < groups.groups.size() && !any; ++g)
        if (groups.groups[g].prunable() > 0 && !groups.groups[g].readers.empty()) {
            removed[g] = {1};
            any = true;
        }
    if (!any) // the outputs hold them
        removed[0] = {1};
    const Model found = refit(model, removed, ChannelRefit::Data, &calibration, &notes);
    QVERIFY(found.weight(1) == model.weight(1));
    QVERIFY2(textOf(notes).contains("something else reads its weight too"), qPrintable(textOf(notes)));
}

void TstChannelRefit::quantizedWeight_stays()
{
    GraphBuilder graph;
    graph.input("x", {-1, 4}).output("y", {-1, 3}).random("a_w", {4, 6});
    Tensor codes = makeTensor(ElementType::Int8, {6, 3});
    for (size_t i = 0; i < codes.bytes.size(); ++i)
        codes.bytes[i] = static_cast<std::byte>(i);
    graph.constant("q", codes).constant("s", makeTensor(Shape{}, std::vector{0.1F}));
    graph.node("MatMul", {"x", "a_w"}, {"a"}, {}, "a");
    graph.node("DequantizeLinear", {"q", "s"}, {"w"}, {}, "d").node("MatMul", {"a", "w"}, {"y"}, {}, "read");
    const Model model = graph.build();
    const ChannelGroups groups = channelGroups(model);
    Removed removed(groups.groups.size());
    removed[0] = {2};
    const SampleSet samples = randomSamples(model, 16);
    const DampedCalibration calibration(model, samples, 0.0);
    std::vector<Issue> notes;
    const Model found = refit(model, removed, ChannelRefit::Data, &calibration, &notes);
    QVERIFY(found.serialize() == model.serialize());
    QCOMPARE(notes.size(), size_t(1));
    QVERIFY2(textOf(notes).contains("read does not make up for channels that go"), qPrintable(textOf(notes)));
}

/// Two layers share their zeros: what one of them gets is not the other's.
void TstChannelRefit::sharedBias_becomesItsOwn()
{
    GraphBuilder graph;
    graph.input("x", {-1, 2, 4, 4}).random("a_w", {3, 2, 1, 1}).random("b_w", {3, 3, 1, 1});
    graph.constant("zeros", makeTensor(Shape{3}, std::vector(3, 0.0F))).output("b", {-1, 3, 4, 4});
    graph.node("Conv", {"x", "a_w", "zeros"}, {"a0"}, {}, "a").node("Relu", {"a0"}, {"a"}, {}, "r");
    graph.node("Conv", {"a", "b_w", "zeros"}, {"b"}, {}, "b");
    const Model model = graph.build();
    const SampleSet samples = randomSamples(model, 16);
    const DampedCalibration calibration(model, samples, 0.0);
    const Model found = refit(model, {{1}, {}}, ChannelRefit::Data, &calibration);
    const auto &nodes = found.content().proto.graph().node();
    QCOMPARE(nodes[0].input(2), std::string("zeros"));
    QVERIFY(nodes[2].input(2) != "zeros");
    const Eigen::MatrixXd moved = columnsOfRun(found, samples, 1) - columnsOfRun(model, samples, 1);
    QVERIFY(moved.rowwise().mean().norm() < 1e-4);
}

namespace {

/// Of layer 1, from made-up inputs.
class SecondLayer : public Calibration {
public:
    explicit SecondLayer(const Matrix &x)
        : m_statistics(std::make_shared<const InputStatistics>(statisticsOf(x)))
    {
    }
    std::shared_ptr<const InputStatistics> of(size_t layer, const JobContext &) const override
    {
        return layer == 1 ? m_statistics : nullptr;
    }
    Message obstacle(size_t) const override { return Message::verbatim("nobody made any up"); }
    std::string hash() const override { return "hash"; }
    Message description() const override { return Message::verbatim("made-up samples"); }

private:
    std::shared_ptr<const InputStatistics> m_statistics;
};

Model twoProducts(ElementType type)
{
    GraphBuilder graph;
    graph.input("x", {1, 4}, type).output("y", {1, 3}, type);
    const auto typed = [&](const Shape &shape, unsigned seed) {
        return fromFloats(type, shape, toFloats(randomTensor(shape, seed)));
    };
    graph.constant("a_w", typed({4, 6}, 1)).constant("w", typed({6, 3}, 2)).constant("b", typed({3}, 3));
    graph.node("MatMul", {"x", "a_w"}, {"a"}, {}, "a").node("Gemm", {"a", "w", "b"}, {"y"}, {}, "read");
    return graph.build();
}

} // namespace

void TstChannelRefit::halfPrecision_staysSo()
{
    const Matrix x = randomMatrix(6, 200, 9);
    const SecondLayer calibration(x);
    const Model half = twoProducts(ElementType::Float16);
    const Model found = refit(half, {{1}, {}}, ChannelRefit::Data, &calibration);
    QCOMPARE(found.layers()[1].weightType, ElementType::Float16);
    Vector shift;
    const Matrix expected = solvedByQr(half.weight(1), x.cast<double>(), {1}, true, 0.01, shift);
    QVERIFY((found.weight(1) - expected).cwiseAbs().maxCoeff() < 2e-3F);
}

/// Ten columns are seen of inputs of twice as many: finite, and no worse than nothing made up.
void TstChannelRefit::fewColumns_areStillSolved()
{
    GraphBuilder graph;
    graph.input("x", {1, 4}).output("y", {1, 3}).random("a_w", {4, 20}).random("w", {20, 3}).random("b", {3});
    graph.node("MatMul", {"x", "a_w"}, {"a"}, {}, "a").node("Gemm", {"a", "w", "b"}, {"y"}, {}, "read");
    const Model model = graph.build();
    const Matrix factors = randomMatrix(20, 3, 5);
    const auto inputs = [&](Index count, unsigned seed) {
        return Matrix(factors * randomMatrix(3, count, seed) + 0.1F * randomMatrix(20, count, seed + 1));
    };
    const SecondLayer calibration(inputs(10, 6));
    const Model found = refit(model, {{0, 3, 7, 11}, {}}, ChannelRefit::Data, &calibration);
    const Matrix other = inputs(2000, 8).colwise() - Vector(inputs(2000, 8).rowwise().mean());
    const Matrix before = model.weight(1), after = found.weight(1);
    QVERIFY(after.allFinite());
    Matrix cut = before;
    for (const Index c : {0, 3, 7, 11})
        cut.col(c).setZero();
    QVERIFY(((after - before) * other).norm() < 0.5F * ((cut - before) * other).norm());
}

void TstChannelRefit::refused()
{
    const Model model = twoProducts(ElementType::Float32);
    ErrorCode code = ErrorCode::Internal;
    const QString none = messageOf([&] { refit(model, {{1}, {}}, ChannelRefit::Data, nullptr); }, &code);
    QVERIFY2(none.contains("calibration data") && code == ErrorCode::InvalidArgument, qPrintable(none));
    const QString lists = messageOf([&] { refit(model, {{1}}, ChannelRefit::Off, nullptr); }, &code);
    QVERIFY2(lists.contains("There are 2 groups") && code == ErrorCode::InvalidArgument, qPrintable(lists));
}

void TstChannelRefit::cancelling_stops()
{
    const Model model = twoProducts(ElementType::Float32);
    const SecondLayer calibration(randomMatrix(6, 50, 9));
    std::stop_source stop;
    stop.request_stop();
    std::vector<Issue> notes;
    QVERIFY_EXCEPTION_THROWN(refitted(model, channelGroups(model), {{1}, {}},
                                      std::vector(2, ChannelRefit::Data), &calibration, notes,
                                      JobContext{stop.get_token(), {}, 1}),
                             Cancelled);
}

QTEST_APPLESS_MAIN(TstChannelRefit)
#include "tst_channelrefit.moc"
