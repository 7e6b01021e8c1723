#include "core/runtime/session.h"
#include "tests/support/calibrationruns.h"
#include "tests/support/samplesets.h"

#include <QTest>

using namespace lathe;
using namespace lathe::test;

Q_DECLARE_METATYPE(lathe::test::GraphBuilder)

namespace {

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
                         const std::vector<std::pair<std::string, Attribute>> &attributes,
                         const std::string &op = "Conv")
{
    GraphBuilder builder;
    builder.input("x", input).output("y", Shape(input.size(), -1)).random("w", weight, 0.5F);
    builder.node(op, {"x", "w"}, {"y"}, attributes, "layer");
    return builder;
}

GraphBuilder product(const std::string &op, const Shape &input, const Shape &weight, bool weightFirst,
                     const std::vector<std::pair<std::string, Attribute>> &attributes = {})
{
    GraphBuilder builder;
    builder.input("x", input).output("y", {}).random("w", weight, 0.5F);
    builder.proto().mutable_graph()->mutable_output(0)->mutable_type()->mutable_tensor_type()->clear_shape();
    const std::vector<std::string> inputs =
        weightFirst ? std::vector<std::string>{"w", "x"} : std::vector<std::string>{"x", "w"};
    builder.node(op, inputs, {"y"}, attributes, "layer");
    return builder;
}

} // namespace

/// The numbers that are gathered.
class TstCalibrate : public QObject {
    Q_OBJECT
private slots:
    void moments_areThoseOfTheOutputs_data();
    void moments_areThoseOfTheOutputs();
    void patches_equalExplicitIm2col_data();
    void patches_equalExplicitIm2col();
    void result_doesNotDependOnBatchThreadsOrMemory();
    void fixedBatch_countsNoPadding();
    void fewColumns_standForAll();
    void wideLayer_hasNoSecondMoments();
    void tiedLayers_shareTheirStatistics();
    void float16Input_isWidened();
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

void TstCalibrate::float16Input_isWidened()
{
    GraphBuilder builder;
    const Tensor weight = randomTensor({7, 5}, 3);
    builder.input("x", {-1, 7}, ElementType::Float16).output("y", {-1, 5}, ElementType::Float16);
    builder.constant("w", fromFloats(ElementType::Float16, weight.shape, weight.as<float>()));
    builder.node("MatMul", {"x", "w"}, {"y"});
    const Model model = builder.build();
    const SampleSet samples = randomSamples(model, 30);
    const Matrixd x = columnsAlong(samples.tensors().front(), 1);
    QVERIFY(distance(gathered(model, samples)->secondMoment.cast<double>(), x * x.transpose() / 30.0) < 1e-5);
}

QTEST_APPLESS_MAIN(TstCalibrate)
#include "tst_calibrate.moc"
