#include "core/calibrate/calibration.h"
#include "core/compress/compressor.h"
#include "core/model/proto.h"
#include "core/runtime/session.h"
#include "tests/support/graphbuilder.h"
#include "tests/support/samplefiles.h"

#include <QTemporaryDir>
#include <QTest>
#include <atomic>
#include <cmath>
#include <fstream>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

using namespace lathe;
using test::GraphBuilder;

Q_DECLARE_METATYPE(lathe::test::GraphBuilder)
Q_DECLARE_METATYPE(lathe::Shape)

namespace {

using Inputs = std::vector<std::pair<std::string, Tensor>>;
using Matrixd = Eigen::MatrixXd;

/// The samples of a NumPy data set made of these arrays.
SampleSet samplesOf(const Model &model, const Inputs &inputs, size_t limit = 0)
{
    const QTemporaryDir folder;
    const std::filesystem::path path = folder.path().toStdString();
    std::string names;
    for (const auto &[name, tensor] : inputs) {
        test::writeNpy(path / (name + ".npy"), tensor);
        names += (names.empty() ? "\"" : ", \"") + name + "\": \"" + name + ".npy\"";
    }
    test::writeText(path / "dataset.json", R"({"format": "numpy", "inputs": {)" + names + "}}");
    return SampleSet::prepare(model, Dataset::open(path.string()), {}, limit);
}

SampleSet randomSamples(const Model &model, size_t count, unsigned seed = 5)
{
    Inputs inputs;
    for (const ValueInfo &input : model.inputs()) {
        Shape shape = input.shape;
        shape[0] = static_cast<int64_t>(count);
        inputs.emplace_back(input.name, test::randomTensor(shape, seed++));
    }
    return samplesOf(model, inputs);
}

CalibrationOptions everything()
{
    CalibrationOptions options;
    options.allColumns = true;
    options.cacheFolder.clear();
    return options;
}

std::shared_ptr<const InputStatistics> gathered(const Model &model, const SampleSet &samples,
                                                const CalibrationOptions &options = everything(),
                                                size_t layer = 0, const JobContext &ctx = {})
{
    return GatheredStatistics(model, samples, options).of(layer, ctx);
}

double distance(const Matrixd &a, const Matrixd &b)
{
    return a.rows() == b.rows() && a.cols() == b.cols() ? (a - b).norm() / std::max(1e-12, b.norm()) : 1e9;
}

double distance(const InputStatistics &a, const InputStatistics &b)
{
    const double moments = distance(a.secondMoment.cast<double>(), b.secondMoment.cast<double>());
    const double squares = distance(a.meanSquare.cast<double>(), b.meanSquare.cast<double>());
    const double means = distance(a.mean.cast<double>(), b.mean.cast<double>());
    return a.columns == b.columns && a.low == b.low && a.high == b.high ? std::max({moments, squares, means})
                                                                        : 1e9;
}

bool identical(const InputStatistics &a, const InputStatistics &b)
{
    return a.samples == b.samples && a.columns == b.columns && a.secondMoment == b.secondMoment &&
           a.meanSquare == b.meanSquare && a.mean == b.mean && a.low == b.low && a.high == b.high;
}

/// Columns along one axis of a tensor: [length of the axis, all others].
Matrixd columnsAlong(const Tensor &tensor, size_t axis)
{
    int64_t inner = 1;
    for (size_t d = axis + 1; d < tensor.shape.size(); ++d)
        inner *= tensor.shape[d];
    const int64_t length = tensor.shape[axis];
    const std::vector<float> values = toFloats(tensor);
    Matrixd columns(length, static_cast<Index>(values.size()) / length);
    for (size_t i = 0; i < values.size(); ++i) {
        const auto at = static_cast<int64_t>(i);
        columns(at / inner % length, at / (inner * length) * inner + at % inner) = values[i];
    }
    return columns;
}

GraphBuilder convolution(const Shape &input, const Shape &weight,
                         const std::vector<std::pair<std::string, test::Attribute>> &attributes,
                         const std::string &op = "Conv")
{
    GraphBuilder builder;
    builder.input("x", input).output("y", Shape(input.size(), -1)).random("w", weight, 0.5F);
    builder.node(op, {"x", "w"}, {"y"}, attributes, "layer");
    return builder;
}

GraphBuilder product(const std::string &op, const Shape &input, const Shape &weight, bool weightFirst,
                     const std::vector<std::pair<std::string, test::Attribute>> &attributes = {})
{
    GraphBuilder builder;
    builder.input("x", input).output("y", {}).random("w", weight, 0.5F);
    builder.proto().mutable_graph()->mutable_output(0)->mutable_type()->mutable_tensor_type()->clear_shape();
    const std::vector<std::string> inputs =
        weightFirst ? std::vector<std::string>{"w", "x"} : std::vector<std::string>{"x", "w"};
    builder.node(op, inputs, {"y"}, attributes, "layer");
    return builder;
}

/// A chain of convolutions with a product at the end.
Model smallNetwork(int64_t batch = -1, int64_t side = 12)
{
    GraphBuilder builder;
    builder.input("x", {batch, 3, side, side}).output("y", {batch, 5});
    builder.random("w1", {8, 3, 3, 3}, 0.3F)
        .random("w2", {8, 1, 3, 3}, 0.5F)
        .random("w3", {16, 8, 1, 1}, 0.4F);
    builder.random("w4", {16, 5}, 0.3F);
    const std::vector<std::pair<std::string, test::Attribute>> same = {
        {"pads", std::vector<int64_t>{1, 1, 1, 1}}};
    auto grouped = same;
    grouped.emplace_back("group", int64_t(8));
    builder.node("Conv", {"x", "w1"}, {"a"}, same, "c1").node("Relu", {"a"}, {"b"});
    builder.node("Conv", {"b", "w2"}, {"c"}, grouped, "c2").node("Relu", {"c"}, {"d"});
    builder.node("Conv", {"d", "w3"}, {"e"}, {}, "c3").node("GlobalAveragePool", {"e"}, {"f"});
    builder.node("Flatten", {"f"}, {"g"}).node("MatMul", {"g", "w4"}, {"y"}, {}, "m4");
    return builder.build();
}

constexpr size_t networkLayers = 4;

/// A context that counts how often a pass over the samples was reported.
JobContext counting(std::atomic<int> &passes)
{
    JobContext ctx;
    ctx.onProgress = [&passes](const Progress &progress) {
        if (progress.stage.starts_with("calibrating"))
            ++passes;
    };
    return ctx;
}

CalibrationOptions keptIn(const QTemporaryDir &folder)
{
    CalibrationOptions options;
    options.cacheFolder = folder.path().toStdString();
    return options;
}

std::vector<std::filesystem::path> filesIn(const QTemporaryDir &folder)
{
    std::vector<std::filesystem::path> files;
    for (const auto &entry : std::filesystem::directory_iterator(folder.path().toStdString()))
        files.push_back(entry.path());
    return files;
}

int64_t peakBytes()
{
    rusage usage = {};
    getrusage(RUSAGE_SELF, &usage);
    return int64_t(usage.ru_maxrss) * 1024;
}

std::string refusal(const std::function<void()> &action)
{
    try {
        action();
    } catch (const Error &e) {
        return e.what();
    }
    return {};
}

} // namespace

class TstCalibrate : public QObject {
    Q_OBJECT
private slots:
    void globalScope_goesByTheOutput();
    void divergence_isThatOfTheOutputs();
    void moments_areThoseOfTheOutputs_data();
    void moments_areThoseOfTheOutputs();
    void patches_equalExplicitIm2col_data();
    void patches_equalExplicitIm2col();
    void result_doesNotDependOnBatchThreadsOrMemory();
    void fixedBatch_countsNoPadding();
    void fewColumns_standForAll();
    void wideLayer_hasNoSecondMoments();
    void tiedLayers_shareTheirStatistics();
    void obstacles_areNamed();
    void float16Input_isWidened();
    void cache_givesTheSameNumbersWithoutRunning();
    void cache_isKeyedByContent();
    void damagedFile_isGatheredAgain_data();
    void damagedFile_isGatheredAgain();
    void unwritableFolder_isNoError();
    void fullCache_losesItsOldestFiles();
    void twoAtOnce_doNotDisturbEachOther();
    void cancel_endsTheGathering();
    void badSamples_areRefused();
    void nanInput_isRefusedByName();
    void memory_staysBounded();
};

void TstCalibrate::moments_areThoseOfTheOutputs_data()
{
    // Of y = W x without a bias: mean y = W mean x, and mean y y^T = W (mean x x^T) W^T.
    QTest::addColumn<GraphBuilder>("builder");
    QTest::addColumn<int>("axis"); // of the output, that W makes
    using Ints = std::vector<int64_t>;
    const Shape image{-1, 4, 9, 8};
    QTest::newRow("plain") << convolution(image, {6, 4, 3, 3}, {}) << 1;
    QTest::newRow("strides, pads, dilations")
        << convolution(image, {6, 4, 3, 2},
                       {{"strides", Ints{2, 1}}, {"pads", Ints{1, 0, 2, 1}}, {"dilations", Ints{2, 3}}})
        << 1;
    for (const char *pad : {"SAME_UPPER", "SAME_LOWER", "VALID"}) {
        QTest::newRow(pad) << convolution(image, {6, 4, 3, 2},
                                          {{"strides", Ints{2, 3}}, {"auto_pad", std::string(pad)}})
                           << 1;
        QTest::newRow(qPrintable(QString("transposed ") + pad))
            << convolution(image, {4, 6, 3, 2}, {{"strides", Ints{2, 3}}, {"auto_pad", std::string(pad)}},
                           "ConvTranspose")
            << 1;
    }
    QTest::newRow("groups") << convolution(image, {6, 2, 3, 3}, {{"group", int64_t(2)}}) << 1;
    QTest::newRow("depthwise") << convolution(image, {8, 1, 3, 3},
                                              {{"group", int64_t(4)}, {"pads", Ints{1, 1, 1, 1}}})
                               << 1;
    QTest::newRow("1-D") << convolution({-1, 3, 20}, {5, 3, 4}, {{"strides", Ints{3}}, {"pads", Ints{2, 1}}})
                         << 1;
    QTest::newRow("3-D") << convolution({-1, 2, 5, 6, 4}, {3, 2, 2, 3, 2}, {{"pads", Ints{0, 1, 1, 1, 0, 0}}})
                         << 1;
    QTest::newRow("transposed") << convolution(image, {4, 3, 3, 3},
                                               {{"strides", Ints{2, 2}},
                                                {"pads", Ints{1, 0, 1, 2}},
                                                {"output_padding", Ints{1, 0}},
                                                {"dilations", Ints{1, 2}}},
                                               "ConvTranspose")
                                << 1;
    QTest::newRow("transposed, groups")
        << convolution(image, {4, 3, 2, 2}, {{"group", int64_t(2)}, {"strides", Ints{2, 2}}}, "ConvTranspose")
        << 1;
    QTest::newRow("transposed, output shape")
        << convolution(image, {4, 3, 3, 3}, {{"strides", Ints{2, 2}}, {"output_shape", Ints{17, 16}}},
                       "ConvTranspose")
        << 1;
    QTest::newRow("Gemm") << product("Gemm", {-1, 7}, {7, 5}, false) << 1;
    QTest::newRow("Gemm transB, alpha")
        << product("Gemm", {-1, 7}, {5, 7}, false, {{"transB", int64_t(1)}, {"alpha", -0.7F}}) << 1;
    QTest::newRow("Gemm transA") << product("Gemm", {24, 7}, {24, 5}, false, {{"transA", int64_t(1)}}) << 1;
    QTest::newRow("Gemm, weight first") << product("Gemm", {24, 7}, {5, 24}, true) << 0;
    QTest::newRow("Gemm, weight first, transA, transB")
        << product("Gemm", {-1, 7}, {7, 5}, true, {{"transA", int64_t(1)}, {"transB", int64_t(1)}}) << 0;
    QTest::newRow("MatMul") << product("MatMul", {-1, 7}, {7, 5}, false) << 1;
    QTest::newRow("MatMul, batches") << product("MatMul", {-1, 3, 4, 7}, {7, 5}, false) << 3;
    QTest::newRow("MatMul, weight first") << product("MatMul", {-1, 3, 7, 4}, {5, 7}, true) << 2;
    QTest::newRow("MatMul, leading ones") << product("MatMul", {-1, 4, 7}, {1, 7, 5}, false) << 2;
}

void TstCalibrate::moments_areThoseOfTheOutputs()
{
    QFETCH(GraphBuilder, builder);
    QFETCH(int, axis);
    const Model model = builder.build();
    const Layer &layer = model.layers().at(0);
    const SampleSet samples = randomSamples(model, 24);
    const auto found = gathered(model, samples);
    QVERIFY(found);
    const Tensor output = Session(model).run(std::vector<TensorView>{samples.tensors().front()}).front();
    const Matrixd y = columnsAlong(output, static_cast<size_t>(axis));
    QCOMPARE(found->samples, 24);
    QCOMPARE(found->columns, int64_t(y.cols()));
    const Matrixd weight = model.weight(0).cast<double>();
    const Index rows = layer.rows / layer.groups;
    for (int64_t g = 0; g < layer.groups; ++g) {
        const Matrixd w = weight.middleRows(g * rows, rows);
        const Matrixd out = y.middleRows(g * rows, rows);
        const Matrixd h = found->secondMoment.middleRows(g * layer.cols, layer.cols).cast<double>();
        const Matrixd mean = found->mean.segment(g * layer.cols, layer.cols).cast<double>();
        QVERIFY(distance(w * h * w.transpose(), out * out.transpose() / static_cast<double>(y.cols())) <
                1e-4);
        QVERIFY((w * mean - out.rowwise().mean()).norm() < 1e-4 * (1.0 + out.rowwise().mean().norm()));
        QVERIFY(h.diagonal() == found->meanSquare.segment(g * layer.cols, layer.cols).cast<double>());
        QVERIFY(h == h.transpose());
    }
}

void TstCalibrate::patches_equalExplicitIm2col_data()
{
    QTest::addColumn<int>("stride");
    QTest::addColumn<int>("pad");
    QTest::addColumn<int>("dilation");
    QTest::addColumn<int>("groups");
    QTest::newRow("plain") << 1 << 0 << 1 << 1;
    QTest::newRow("strided") << 2 << 1 << 1 << 1;
    QTest::newRow("dilated, groups") << 1 << 2 << 2 << 2;
    QTest::newRow("depthwise") << 2 << 1 << 1 << 4;
}

void TstCalibrate::patches_equalExplicitIm2col()
{
    QFETCH(int, stride);
    QFETCH(int, pad);
    QFETCH(int, dilation);
    QFETCH(int, groups);
    const int channels = 4, side = 10, kernel = 3;
    const std::vector<int64_t> pads(4, pad);
    GraphBuilder builder;
    builder.input("x", {-1, channels, side, side})
        .output("y", {-1, 8, -1, -1})
        .random("w", {8, channels / groups, 3, 3});
    builder.node("Relu", {"x"}, {"r"});
    builder.node("Conv", {"r", "w"}, {"y"},
                 {{"strides", std::vector<int64_t>(2, stride)},
                  {"pads", pads},
                  {"dilations", std::vector<int64_t>(2, dilation)},
                  {"group", int64_t(groups)}});
    const Model model = builder.build();
    const SampleSet samples = randomSamples(model, 6);
    SessionOptions watch;
    watch.extraOutputs = {"r"};
    const Tensor input = Session(model, watch).run(std::vector<TensorView>{samples.tensors().front()}).back();

    const int out = (side + 2 * pad - dilation * (kernel - 1) - 1) / stride + 1;
    const int cols = channels / groups * kernel * kernel;
    std::vector<Matrixd> x(static_cast<size_t>(groups), Matrixd::Zero(cols, 6 * out * out));
    for (int n = 0; n < 6; ++n)
        for (int c = 0; c < channels; ++c)
            for (int oy = 0; oy < out; ++oy)
                for (int ox = 0; ox < out; ++ox)
                    for (int ky = 0; ky < kernel; ++ky)
                        for (int kx = 0; kx < kernel; ++kx) {
                            const int iy = oy * stride - pad + ky * dilation;
                            const int ix = ox * stride - pad + kx * dilation;
                            if (iy < 0 || ix < 0 || iy >= side || ix >= side)
                                continue;
                            const int group = c / (channels / groups);
                            const int row = (c % (channels / groups) * kernel + ky) * kernel + kx;
                            x[static_cast<size_t>(group)](row, (n * out + oy) * out + ox) =
                                input.as<float>()[static_cast<size_t>(
                                    ((n * channels + c) * side + iy) * side + ix)];
                        }
    const auto found = gathered(model, samples);
    QCOMPARE(found->columns, int64_t(6 * out * out));
    for (int g = 0; g < groups; ++g) {
        const Matrixd &all = x[static_cast<size_t>(g)];
        const Matrixd moment = all * all.transpose() / static_cast<double>(all.cols());
        QVERIFY(distance(found->secondMoment.middleRows(g * cols, cols).cast<double>(), moment) < 1e-6);
        QVERIFY(distance(found->mean.segment(g * cols, cols).cast<double>(), all.rowwise().mean()) < 1e-6);
        QVERIFY(distance(found->meanSquare.segment(g * cols, cols).cast<double>(), moment.diagonal()) < 1e-6);
    }
    const auto [low, high] = std::ranges::minmax(input.as<float>());
    QCOMPARE(found->low, low);
    QCOMPARE(found->high, high);
}

void TstCalibrate::result_doesNotDependOnBatchThreadsOrMemory()
{
    const Model model = smallNetwork();
    const SampleSet samples = randomSamples(model, 37);
    CalibrationOptions options = everything();
    options.allColumns = false;
    options.leastColumns = 400;
    for (size_t layer = 0; layer < networkLayers; ++layer) {
        JobContext one;
        one.threads = 1;
        const auto reference = gathered(model, samples, options, layer, one);
        for (const int threads : {2, 5}) {
            JobContext several;
            several.threads = threads;
            QVERIFY(identical(*reference, *gathered(model, samples, options, layer, several)));
        }
        for (const size_t batch : {1, 3, 37}) {
            CalibrationOptions other = options;
            other.batch = batch;
            QVERIFY(distance(*reference, *gathered(model, samples, other, layer)) < 1e-5);
        }
        CalibrationOptions little = options;
        little.memoryBytes = 1; // one layer at a time
        const GatheredStatistics statistics(model, samples, little);
        const std::vector<size_t> all{0, 1, 2, 3};
        statistics.prepare(all);
        QVERIFY(distance(*reference, *statistics.of(layer)) < 1e-5);
    }
}

void TstCalibrate::fixedBatch_countsNoPadding()
{
    const Model fixed = smallNetwork(8);
    const Model open = smallNetwork();
    const SampleSet samples = randomSamples(open, 21);
    for (size_t layer = 0; layer < networkLayers; ++layer) {
        const auto padded = gathered(fixed, samples, everything(), layer);
        QVERIFY(distance(*padded, *gathered(open, samples, everything(), layer)) < 1e-5);
    }
}

void TstCalibrate::fewColumns_standForAll()
{
    const Model model = smallNetwork(-1, 40);
    const SampleSet samples = randomSamples(model, 10);
    CalibrationOptions few = everything();
    few.allColumns = false;
    few.leastColumns = 4000;
    const auto all = gathered(model, samples, everything(), 2);
    const auto some = gathered(model, samples, few, 2);
    QCOMPARE(all->columns, int64_t(16000));
    QCOMPARE(some->columns, int64_t(4000));
    QCOMPARE(some->low, all->low); // the range is of all inputs
    QCOMPARE(some->high, all->high);
    QVERIFY(distance(some->secondMoment.cast<double>(), all->secondMoment.cast<double>()) < 0.05);
    few.seed = 2;
    QVERIFY(!identical(*some, *gathered(model, samples, few, 2)));
}

void TstCalibrate::wideLayer_hasNoSecondMoments()
{
    CalibrationOptions options = everything();
    options.widestSecondMoment = 10;
    const Model model = smallNetwork();
    const SampleSet samples = randomSamples(model, 4);
    const auto without = gathered(model, samples, options, 0); // 27 columns
    const auto with = gathered(model, samples, everything(), 0);
    QCOMPARE(without->secondMoment.size(), Index(0));
    QCOMPARE(without->meanSquare, with->meanSquare);
    QCOMPARE(without->mean, with->mean);
    QVERIFY(gathered(model, samples, options, 1)->secondMoment.size() > 0); // 9 columns a group
}

void TstCalibrate::tiedLayers_shareTheirStatistics()
{
    GraphBuilder builder;
    builder.input("x", {-1, 6}).output("y", {-1, 6}).random("w", {6, 6}, 0.5F);
    builder.node("MatMul", {"x", "w"}, {"h"}, {}, "first").node("Relu", {"h"}, {"r"});
    builder.node("MatMul", {"r", "w"}, {"y"}, {}, "second");
    const Model model = builder.build();
    QVERIFY(model.layers().at(1).tiedTo);
    const SampleSet samples = randomSamples(model, 50);
    SessionOptions watch;
    watch.extraOutputs = {"r"};
    const Tensor second =
        Session(model, watch).run(std::vector<TensorView>{samples.tensors().front()}).back();
    const Matrixd a = columnsAlong(samples.tensors().front(), 1), b = columnsAlong(second, 1);
    const auto found = gathered(model, samples, everything(), 1);
    QCOMPARE(found->columns, int64_t(100));
    QVERIFY(distance(found->secondMoment.cast<double>(), (a * a.transpose() + b * b.transpose()) / 100.0) <
            1e-5);
    QVERIFY(identical(*found, *gathered(model, samples, everything(), 0)));
}

void TstCalibrate::obstacles_areNamed()
{
    GraphBuilder builder;
    Tensor index = makeTensor(ElementType::Int64, {2});
    index.as<int64_t>()[1] = 3;
    builder.input("x", {5, -1, 3}).output("y", {5, 1, -1, 4}).output("e", {2, 3}).output("s", {5, -1, 2});
    builder.random("w", {1, 16, 3})
        .random("r", {1, 16, 4})
        .random("table", {6, 3})
        .random("stack", {5, 3, 2});
    builder.constant("index", index);
    builder.node("LSTM", {"x", "w", "r"}, {"y"}, {{"hidden_size", int64_t(4)}}, "lstm");
    builder.node("Gather", {"table", "index"}, {"e"}, {}, "embedding");
    builder.node("MatMul", {"x", "stack"}, {"s"}, {}, "stacked");
    const Model model = builder.build();
    const SampleSet samples = samplesOf(model, {{"x", test::randomTensor({5, 7, 3}, 3)}});
    const GatheredStatistics statistics(model, samples, everything());
    for (size_t i = 0; i < model.layers().size(); ++i) {
        const std::string &name = model.layers()[i].name;
        const std::string obstacle = statistics.obstacle(i);
        if (name == "lstm/W") {
            QCOMPARE(obstacle, std::string());
            QCOMPARE(statistics.of(i)->columns, int64_t(35));
            continue;
        }
        const std::string expected = name == "lstm/R" ? "its input is made inside the layer"
                                     : name == "embedding"
                                         ? "it looks rows up and multiplies nothing"
                                         : "its weight is a stack of matrices with inputs of their own";
        QCOMPARE(obstacle, expected);
        QVERIFY(!statistics.of(i));
    }
}

void TstCalibrate::float16Input_isWidened()
{
    GraphBuilder builder;
    const Tensor weight = test::randomTensor({7, 5}, 3);
    builder.input("x", {-1, 7}, ElementType::Float16).output("y", {-1, 5}, ElementType::Float16);
    builder.constant("w", fromFloats(ElementType::Float16, weight.shape, weight.as<float>()));
    builder.node("MatMul", {"x", "w"}, {"y"});
    const Model model = builder.build();
    const SampleSet samples = randomSamples(model, 30);
    const Matrixd x = columnsAlong(samples.tensors().front(), 1);
    QVERIFY(distance(gathered(model, samples)->secondMoment.cast<double>(), x * x.transpose() / 30.0) < 1e-5);
}

void TstCalibrate::cache_givesTheSameNumbersWithoutRunning()
{
    const QTemporaryDir folder;
    const Model model = smallNetwork();
    const SampleSet samples = randomSamples(model, 20);
    std::atomic<int> passes = 0;
    const JobContext ctx = counting(passes);
    const GatheredStatistics first(model, samples, keptIn(folder));
    const std::vector<size_t> all{0, 1, 2, 3};
    first.prepare(all, ctx);
    const int once = passes;
    QVERIFY(once > 0);
    QCOMPARE(filesIn(folder).size(), networkLayers);
    const GatheredStatistics second(model, samples, keptIn(folder));
    QCOMPARE(second.hash(), first.hash());
    second.prepare(all, ctx);
    for (size_t layer = 0; layer < networkLayers; ++layer)
        QVERIFY(identical(*second.of(layer, ctx), *first.of(layer, ctx)));
    QCOMPARE(passes, once);
    CalibrationOptions none = keptIn(folder);
    none.cacheFolder.clear();
    QVERIFY(identical(*GatheredStatistics(model, samples, none).of(2), *second.of(2)));
}

void TstCalibrate::cache_isKeyedByContent()
{
    const Model model = smallNetwork();
    GraphBuilder other;
    other.proto() = model.content().proto;
    (*other.proto().mutable_graph()->mutable_initializer(0)->mutable_raw_data())[3] ^= 1;
    const SampleSet samples = randomSamples(model, 5);
    const CalibrationOptions options = everything();
    CalibrationOptions seeded = options;
    seeded.seed = 2;
    CalibrationOptions roomy = options;
    roomy.memoryBytes *= 2;
    const std::string hash = GatheredStatistics(model, samples, options).hash();
    QVERIFY(hash != GatheredStatistics(other.build(), samples, options).hash());
    QVERIFY(hash != GatheredStatistics(model, randomSamples(model, 5, 6), options).hash());
    QVERIFY(hash != GatheredStatistics(model, samples, seeded).hash());
    QCOMPARE(GatheredStatistics(model, samples, roomy).hash(), hash);
}

void TstCalibrate::damagedFile_isGatheredAgain_data()
{
    QTest::addColumn<QByteArray>("damage");
    for (const char *damage : {"flipped", "truncated", "empty", "longer", "other text"})
        QTest::newRow(damage) << QByteArray(damage);
}

void TstCalibrate::damagedFile_isGatheredAgain()
{
    QFETCH(QByteArray, damage);
    const QTemporaryDir folder;
    const Model model = smallNetwork();
    const SampleSet samples = randomSamples(model, 6);
    const auto before = GatheredStatistics(model, samples, keptIn(folder)).of(0);
    const std::filesystem::path file = filesIn(folder).at(0);
    std::string bytes;
    {
        std::ifstream in(file, std::ios::binary);
        bytes.assign(std::istreambuf_iterator<char>(in), {});
    }
    if (damage == "flipped")
        bytes[bytes.size() / 2] ^= 8;
    else if (damage == "truncated")
        bytes.resize(bytes.size() / 3);
    else if (damage == "empty")
        bytes.clear();
    else if (damage == "longer")
        bytes += "more";
    else
        bytes = "other text";
    std::ofstream(file, std::ios::binary) << bytes;
    std::atomic<int> passes = 0;
    const GatheredStatistics again(model, samples, keptIn(folder));
    QVERIFY(identical(*again.of(0, counting(passes)), *before));
    QVERIFY(passes > 0);
    passes = 0;
    const GatheredStatistics third(model, samples, keptIn(folder));
    QVERIFY(identical(*third.of(0, counting(passes)), *before));
    QCOMPARE(passes, 0);
}

void TstCalibrate::unwritableFolder_isNoError()
{
    const Model model = smallNetwork();
    const SampleSet samples = randomSamples(model, 6);
    CalibrationOptions options;
    options.cacheFolder = "/proc/lathe/calibration"; // nobody can make a folder there
    const GatheredStatistics statistics(model, samples, options);
    const std::vector<size_t> all{0, 1, 2, 3};
    statistics.prepare(all);
    std::atomic<int> passes = 0;
    QVERIFY(statistics.of(3, counting(passes)));
    QCOMPARE(passes, 0); // held in memory instead
}

void TstCalibrate::fullCache_losesItsOldestFiles()
{
    const QTemporaryDir folder;
    const Model model = smallNetwork();
    const SampleSet samples = randomSamples(model, 6);
    const std::vector<size_t> all{0, 1, 2, 3};
    GatheredStatistics(model, samples, keptIn(folder)).prepare(all);
    int64_t bytes = 0;
    for (const auto &file : filesIn(folder)) {
        bytes += static_cast<int64_t>(std::filesystem::file_size(file));
        std::filesystem::last_write_time(file, std::filesystem::file_time_type::clock::now() -
                                                   std::chrono::hours(1));
    }
    CalibrationOptions narrow = keptIn(folder);
    narrow.cacheBytes = bytes;
    narrow.seed = 2;
    GatheredStatistics(model, samples, narrow).prepare(all);
    int64_t left = 0;
    int old = 0;
    for (const auto &file : filesIn(folder)) {
        left += static_cast<int64_t>(std::filesystem::file_size(file));
        old += std::filesystem::last_write_time(file) <
               std::filesystem::file_time_type::clock::now() - std::chrono::minutes(30);
    }
    QVERIFY(left <= bytes);
    QCOMPARE(old, 0);
}

void TstCalibrate::twoAtOnce_doNotDisturbEachOther()
{
    const QTemporaryDir folder;
    const Model model = smallNetwork();
    const SampleSet samples = randomSamples(model, 8);
    const CalibrationOptions options = keptIn(folder);
    std::vector<std::shared_ptr<const InputStatistics>> found(4 * networkLayers);
    {
        std::vector<std::jthread> threads;
        for (size_t t = 0; t < 4; ++t)
            threads.emplace_back([&, t] {
                const GatheredStatistics own(model, samples, options);
                for (size_t layer = 0; layer < networkLayers; ++layer)
                    found[t * networkLayers + layer] = own.of(layer);
            });
    }
    for (size_t i = 0; i < found.size(); ++i)
        QVERIFY(identical(*found[i], *found[i % networkLayers]));
    QCOMPARE(filesIn(folder).size(), networkLayers);
}

void TstCalibrate::cancel_endsTheGathering()
{
    const QTemporaryDir folder;
    const Model model = smallNetwork();
    const SampleSet samples = randomSamples(model, 300);
    CalibrationOptions options = keptIn(folder);
    options.batch = 1;
    const GatheredStatistics statistics(model, samples, options);
    std::stop_source stop;
    JobContext ctx;
    ctx.stop = stop.get_token();
    ctx.onProgress = [&stop](const Progress &progress) {
        if (progress.fraction > 0.3)
            stop.request_stop();
    };
    QVERIFY_EXCEPTION_THROWN(statistics.of(0, ctx), Cancelled);
    QVERIFY(filesIn(folder).empty());
    QVERIFY(statistics.of(0)); // a later wish is granted
}

void TstCalibrate::badSamples_areRefused()
{
    const Model model = smallNetwork();
    const SampleSet larger = randomSamples(smallNetwork(-1, 16), 4);
    const std::string sentence = refusal([&] { GatheredStatistics(model, larger, everything()); });
    QCOMPARE(sentence,
             std::string("The model's input \"x\" takes float32 [?, 3, 12, 12], but the calibration samples "
                         "are float32 [4, 3, 16, 16]."));
    QCOMPARE(refusal([&] { GatheredStatistics(model, SampleSet(), everything()); }),
             std::string("There are no calibration samples."));
    GraphBuilder two;
    two.input("x", {-1, 4}).input("z", {-1, 4}).output("y", {-1, 4}).node("Add", {"x", "z"}, {"y"});
    QVERIFY(refusal([&] {
                GatheredStatistics(two.build(), larger, everything());
            }).starts_with("The model takes 2 inputs"));
}

void TstCalibrate::nanInput_isRefusedByName()
{
    GraphBuilder builder;
    builder.input("x", {-1, 4}).output("y", {-1, 3}).random("w", {4, 3});
    builder.node("Log", {"x"}, {"l"}).node("MatMul", {"l", "w"}, {"y"}, {}, "after_log");
    const Model model = builder.build();
    const std::string sentence = refusal([&] { gathered(model, randomSamples(model, 8)); });
    QVERIFY2(sentence.starts_with("The input of `after_log` holds NaN or infinity"), sentence.c_str());
}

void TstCalibrate::memory_staysBounded()
{
    // 24 layers, 64 samples, half a megabyte each: 800 MB of inputs in all.
    GraphBuilder builder;
    constexpr int depth = 24;
    builder.input("v0", {-1, 8, 128, 128}).output("v24", {-1, 8, 128, 128});
    for (int i = 0; i < depth; ++i) {
        const std::string n = std::to_string(i);
        builder.random("w" + n, {8, 8, 3, 3}, 0.1F);
        builder.node("Conv", {"v" + n, "w" + n}, {"v" + std::to_string(i + 1)},
                     {{"pads", std::vector<int64_t>{1, 1, 1, 1}}});
    }
    const Model model = builder.build();
    const SampleSet samples = randomSamples(model, 64);
    CalibrationOptions options = everything();
    options.allColumns = false;
    options.memoryBytes = int64_t(32) << 20;
    const GatheredStatistics statistics(model, samples, options);
    const int64_t before = peakBytes();
    std::vector<size_t> layers(depth);
    std::iota(layers.begin(), layers.end(), size_t(0));
    statistics.prepare(layers);
    const int64_t more = peakBytes() - before;
    QVERIFY2(more < (int64_t(160) << 20), qPrintable(QString("%1 MB").arg(more >> 20)));
}

void TstCalibrate::globalScope_goesByTheOutput()
{
    const Model model = smallNetwork();
    const SampleSet samples = randomSamples(model, 40);
    Recipe recipe;
    recipe.rules.push_back(parseRule("*:prune=0.5,prune.method=obs,prune.scope=global"));
    std::vector<std::vector<double>> ratios;
    for (const int threads : {1, 4}) {
        JobContext ctx;
        ctx.threads = threads;
        bool tried = false;
        ctx.onProgress = [&](const Progress &p) { tried |= p.stage.starts_with("trying layer"); };
        Compressor compressor(model, calibrate(model, samples, everything()));
        const CompressedModel compressed = compressor.compress(recipe, ctx);
        QVERIFY(tried);
        for (std::vector<double> &of = ratios.emplace_back(); const LayerResult &layer : compressed.layers)
            of.push_back(layer.sparsity);
    }
    QCOMPARE(ratios[0], ratios[1]);
}

void TstCalibrate::divergence_isThatOfTheOutputs()
{
    const Model model = smallNetwork();
    const auto calibration = calibrate(model, randomSamples(model, 40), everything());
    Compressor compressor(model);
    double before = 0.0;
    for (const char *rule : {"c3:prune=0.2", "c3:prune=0.6", "c*:prune=0.9"}) {
        Recipe recipe;
        recipe.rules.push_back(parseRule(rule));
        const std::optional<double> lost = calibration->divergence(compressor.compress(recipe));
        QVERIFY(lost && *lost > before);
        before = *lost;
    }
    QCOMPARE(calibration->divergence(compressor.compress({})), std::optional(0.0));
    GraphBuilder sparse; // as many outputs as there are positive numbers
    sparse.input("x", {-1, 6}).output("y", {2, -1}).random("w", {6, 6});
    sparse.node("MatMul", {"x", "w"}, {"h"}, {}, "m")
        .node("Relu", {"h"}, {"r"})
        .node("NonZero", {"r"}, {"n"});
    sparse.node("Cast", {"n"}, {"y"}, {{"to", int64_t(1)}});
    const Model other = sparse.build();
    QVERIFY(!calibrate(other, randomSamples(other, 20), everything())
                 ->divergence(Compressor(other).compress({})));
    std::stop_source stop;
    stop.request_stop();
    JobContext ctx;
    ctx.stop = stop.get_token();
    QVERIFY_EXCEPTION_THROWN(calibration->divergence(compressor.compress({}), ctx), Cancelled);
}

QTEST_APPLESS_MAIN(TstCalibrate)
#include "tst_calibrate.moc"
