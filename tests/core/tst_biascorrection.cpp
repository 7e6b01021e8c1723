#include "core/analysis/normalizations.h"
#include "core/calibrate/calibration.h"
#include "core/compress/compressor.h"
#include "core/exporting/graph.h"
#include "core/methods/methods.h"
#include "core/runtime/session.h"
#include "tests/support/fakecalibration.h"
#include "tests/support/graphbuilder.h"
#include "tests/support/samplesets.h"

#include <QtTest>
#include <cmath>
#include <mutex>
#include <set>

using namespace lathe;
using namespace lathe::test;

namespace {

using Pads = std::vector<int64_t>;

Tensor tensorOf(const Shape &shape, const std::vector<float> &values)
{
    return makeTensor(shape, values);
}

std::vector<float> floatsOf(const Shape &shape, unsigned seed, float scale = 1.0F)
{
    return toFloats(randomTensor(shape, seed, scale));
}

/// [samples, all else] of the model's first output.
Matrix outputsOf(const Model &model, const Tensor &input)
{
    const std::vector<TensorView> feed{input};
    const Tensor output = Session(model).run(feed)[0];
    const std::vector<float> values = toFloats(output);
    const Index rows = output.shape[0];
    return Eigen::Map<const Matrix>(values.data(), rows, std::ssize(values) / rows);
}

constexpr int64_t side = 12, classes = 8;

/// Bright images of low contrast: a prototype for each class, and noise.
Tensor brightImages(int64_t count, unsigned seed)
{
    const std::vector<float> prototypes = floatsOf({classes, 3, side, side}, 5, 0.12F);
    std::vector<float> pixels = floatsOf({count, 3, side, side}, seed, 0.05F);
    const size_t each = 3 * side * side;
    for (size_t i = 0; i < pixels.size(); ++i)
        pixels[i] = std::max(0.0F, 1.0F + pixels[i] + prototypes[(i / each % classes) * each + i % each]);
    return tensorOf({count, 3, side, side}, pixels);
}

struct Norm {
    std::vector<float> scale, shift, mean, variance;
};

struct Stage {
    int64_t in, out, groups, kernel;
    std::vector<float> weight;
    Norm norm = {};
};

/// Convolutions, half of them depthwise, whose outputs are large against their deviation, with trained
/// normalizations, and a classifier that tells the prototypes apart.
class SmallMobileNet {
public:
    explicit SmallMobileNet(bool padded) : m_padded(padded)
    {
        unsigned seed = 20;
        const auto add = [&](int64_t in, int64_t out, int64_t groups, int64_t kernel) {
            Stage stage{in, out, groups, kernel, floatsOf({out, in / groups, kernel, kernel}, ++seed)};
            for (float &w : stage.weight)
                w = 0.4F + 0.3F * w; // inputs are positive: so the mean of the output is large
            m_stages.push_back(stage);
            train(seed);
        };
        add(3, 16, 1, 3);
        for (int block = 0; block < 3; ++block) {
            add(16, 16, 16, 3);
            add(16, 16, 1, 1);
        }
        const Matrix features = outputsOf(graph(false, true), brightImages(160, 3));
        Matrix means = Matrix::Zero(classes, features.cols());
        for (Index i = 0; i < features.rows(); ++i)
            means.row(i % classes) += features.row(i) / (float(features.rows()) / float(classes));
        const auto middle = means.colwise().mean().eval();
        m_classifier = means.rowwise() - middle;
        m_offsets = -(m_classifier * middle.transpose()) - 0.5F * m_classifier.rowwise().squaredNorm();
    }

    Model model(bool folded) const { return graph(folded, false); }

private:
    /// Mean and variance as the samples make them; outputs around 2 with a deviation of 0.3.
    void train(unsigned seed)
    {
        Stage &stage = m_stages.back();
        const auto count = static_cast<size_t>(stage.out);
        stage.norm = {std::vector<float>(count, 1.0F), std::vector<float>(count, 0.0F),
                      std::vector<float>(count, 0.0F), std::vector<float>(count, 1.0F)};
        const Matrix values = outputsOf(graph(false, true, true), brightImages(64, 2));
        const Index places = values.cols() / stage.out;
        const std::vector<float> chance = floatsOf({2, stage.out}, 100 + seed);
        for (Index c = 0; c < stage.out; ++c) {
            const auto part = values.middleCols(c * places, places);
            const auto i = static_cast<size_t>(c);
            stage.norm.mean[i] = part.mean();
            stage.norm.variance[i] = (part.array() - part.mean()).square().mean();
            stage.norm.scale[i] = 0.3F * (1.0F + 0.3F * std::tanh(chance[i]));
            stage.norm.shift[i] = 0.6F + 0.4F * std::tanh(chance[count + i]);
        }
    }

    Model graph(bool folded, bool features, bool untrained = false) const
    {
        GraphBuilder b;
        b.input("x", {-1, 3, side, side});
        std::string last = "x";
        for (size_t i = 0; i < m_stages.size(); ++i) {
            const bool bare = untrained && i + 1 == m_stages.size();
            last = addStage(b, i, last, folded, bare);
        }
        if (untrained)
            return b.output(last).build();
        b.node("GlobalAveragePool", {last}, {"pool"}).node("Flatten", {"pool"}, {"flat"});
        if (features)
            return b.output("flat").build();
        b.constant("fc_w", tensorOf({classes, m_classifier.cols()},
                                    {m_classifier.data(), m_classifier.data() + m_classifier.size()}));
        b.constant("fc_b", tensorOf({classes}, {m_offsets.data(), m_offsets.data() + classes}));
        b.node("Gemm", {"flat", "fc_w", "fc_b"}, {"y"}, {{"transB", int64_t(1)}}, "fc");
        return b.output("y", {-1, classes}).build();
    }

    std::string addStage(GraphBuilder &b, size_t i, const std::string &from, bool folded, bool bare) const
    {
        const Stage &s = m_stages[i];
        const std::string n = std::to_string(i);
        const int64_t pad = m_padded ? s.kernel / 2 : 0;
        const size_t each = s.weight.size() / static_cast<size_t>(s.out);
        std::vector<float> weight = s.weight, bias;
        for (size_t c = 0; folded && c < static_cast<size_t>(s.out); ++c) {
            const float factor = s.norm.scale[c] / std::sqrt(s.norm.variance[c] + 1e-5F);
            for (size_t k = 0; k < each; ++k)
                weight[c * each + k] *= factor;
            bias.push_back(s.norm.shift[c] - factor * s.norm.mean[c]);
        }
        b.constant("w" + n, tensorOf({s.out, s.in / s.groups, s.kernel, s.kernel}, weight));
        std::vector<std::string> inputs{from, "w" + n};
        if (folded) {
            b.constant("b" + n, tensorOf({s.out}, bias));
            inputs.push_back("b" + n);
        }
        b.node("Conv", inputs, {"c" + n}, {{"group", s.groups}, {"pads", Pads{pad, pad, pad, pad}}},
               "conv" + n);
        if (bare)
            return "c" + n;
        std::string last = "c" + n;
        if (!folded) {
            const auto part = [&](const char *what, const std::vector<float> &values) {
                b.constant(what + n, tensorOf({s.out}, values));
                return what + n;
            };
            b.node("BatchNormalization",
                   {last, part("scale", s.norm.scale), part("shift", s.norm.shift), part("mean", s.norm.mean),
                    part("variance", s.norm.variance)},
                   {"n" + n});
            last = "n" + n;
        }
        b.node("Relu", {last}, {"r" + n});
        return "r" + n;
    }

    bool m_padded;
    std::vector<Stage> m_stages;
    Matrix m_classifier;
    Vector m_offsets;
};

const SmallMobileNet &network(bool padded = true)
{
    static const SmallMobileNet with(true), without(false);
    return padded ? with : without;
}

/// Share of the answers that come out another class.
double changedAnswers(const Model &source, const CompressedModel &compressed, const Tensor &images)
{
    const Matrix before = outputsOf(source, images);
    const Matrix after = outputsOf(buildModel(compressed, Storage::Dense).model, images);
    Index changed = 0;
    for (Index i = 0; i < before.rows(); ++i) {
        Index a = 0, b = 0;
        before.row(i).maxCoeff(&a);
        after.row(i).maxCoeff(&b);
        changed += a != b;
    }
    return double(changed) / double(before.rows());
}

Recipe recipeOf(const std::string &changes)
{
    return {"", {parseRule("*:" + changes)}};
}

/// Conv of [2, 3, 1, 1], normalized and rectified, then one of [2, 2, 1, 1].
GraphBuilder twoConvolutions(const std::string &activation)
{
    GraphBuilder b;
    b.input("x", {1, 3, 4, 4}).random("w", {2, 3, 1, 1}).random("v", {2, 2, 1, 1}).output("y");
    b.constant("scale", tensorOf({2}, {2.0F, -0.5F})).constant("shift", tensorOf({2}, {1.0F, 3.0F}));
    b.constant("mean", tensorOf({2}, {4.0F, -7.0F})).constant("variance", tensorOf({2}, {9.0F, 0.25F}));
    b.node("Conv", {"x", "w"}, {"c"}, {}, "first");
    b.node("BatchNormalization", {"c", "scale", "shift", "mean", "variance"}, {"n"});
    b.node(activation, {"n"}, {"r"});
    b.node("Conv", {"r", "v"}, {"y"}, {}, "second");
    return b;
}

} // namespace

/// Bias correction from data, from constants, and where neither helps.
class TstBiasCorrection : public QObject {
    Q_OBJECT
private slots:
    void inputMean_isThatOfTheNormalizationBefore();
    void inputMean_isSolvedFromTheNormalizationBehind();
    void inputMean_isUnknownWithoutNormalizations();
    void meansInANetwork_areNearTheTruth();
    void eightBits_changeHardlyAnAnswer();
    void foldedNormalizations_loseLittleWithoutData();
    void foldedNormalizations_areMadeUpForByData();
    void sumsOfRows_areKept_data();
    void sumsOfRows_areKept();
    void resolvedRecipe_makesTheSameModel();
    void twoBits_areNotCorrectedByConstants();
    void askedForConstants_areMissedBySentence();
    void automatic_needsNoCalibration();
    void automatic_tellsOfNoOtherCountOfSamples();
    void normalizedError_isWhatANormalizationMakesOfIt();
};

void TstBiasCorrection::inputMean_isThatOfTheNormalizationBefore()
{
    const Model relu = twoConvolutions("Relu").build();
    const auto mean = Normalizations(relu).inputMean(1, relu.weight(1));
    QVERIFY(mean && mean->size() == 2);
    // E max(0, m + s z) = m Phi(m / s) + s phi(m / s)
    const auto rectified = [](double m, double s) {
        return m * 0.5 * std::erfc(-m / s / std::sqrt(2.0)) +
               s * std::exp(-0.5 * m * m / s / s) / std::sqrt(2.0 * M_PI);
    };
    QVERIFY(std::abs(double((*mean)[0]) - rectified(1.0, 2.0)) < 2e-3);
    QVERIFY(std::abs(double((*mean)[1]) - rectified(3.0, 0.5)) < 2e-3);
    const Model plain = twoConvolutions("Identity").build();
    const auto same = Normalizations(plain).inputMean(1, plain.weight(1));
    QVERIFY(same && (*same - Vector(Eigen::Vector2f(1.0F, 3.0F))).norm() < 1e-6F);
}

void TstBiasCorrection::inputMean_isSolvedFromTheNormalizationBehind()
{
    const Vector truth = Eigen::Vector2f(5.0F, 4.0F);
    const Matrix weight = randomMatrix(6, 2, 4);
    const Vector means = weight * truth;
    GraphBuilder b;
    b.input("x", {1, 2, 4, 4}).output("y");
    b.constant("w", tensorOf({6, 2, 1, 1}, {weight.data(), weight.data() + weight.size()}));
    b.constant("scale", tensorOf({6}, std::vector<float>(6, 1.0F)));
    b.constant("shift", tensorOf({6}, std::vector<float>(6, 0.0F)));
    b.constant("mean", tensorOf({6}, {means.data(), means.data() + means.size()}));
    b.constant("variance", tensorOf({6}, std::vector<float>(6, 1.0F)));
    b.node("Conv", {"x", "w"}, {"c"}, {}, "conv");
    b.node("BatchNormalization", {"c", "scale", "shift", "mean", "variance"}, {"y"});
    const Model model = b.build();
    const auto found = Normalizations(model).inputMean(0, weight);
    QVERIFY(found && (*found - truth).norm() < 0.05F * truth.norm());
}

void TstBiasCorrection::inputMean_isUnknownWithoutNormalizations()
{
    GraphBuilder b;
    b.input("x", {1, 2, 4, 4}).random("w", {3, 2, 3, 3}).random("f", {4, 3}).output("y");
    b.node("Conv", {"x", "w"}, {"c"}, {}, "conv").node("GlobalAveragePool", {"c"}, {"p"});
    b.node("Flatten", {"p"}, {"q"}).node("Gemm", {"q", "f"}, {"y"}, {{"transB", int64_t(1)}}, "fc");
    const Model model = b.build();
    for (size_t i = 0; i < 2; ++i)
        QVERIFY(!Normalizations(model).inputMean(i, model.weight(i)));
}

/// Against the means that samples show.
void TstBiasCorrection::meansInANetwork_areNearTheTruth()
{
    constexpr double allowed = 0.15; // values near the border are not seen in a normalization's constants
    const Model model = network().model(false);
    CalibrationOptions options;
    options.cacheFolder.clear();
    const auto calibration = calibrate(model, sampleSet(model, {{"x", brightImages(64, 9)}}), options);
    const Normalizations constants(model);
    for (size_t i = 0; i + 1 < model.layers().size(); ++i) { // the classifier has no normalization to go by
        const auto mean = constants.inputMean(i, model.weight(i));
        const Vector &truth = calibration->of(i)->mean;
        const double off = mean ? double((*mean - truth).norm() / truth.norm()) : 1.0;
        QVERIFY2(off < allowed, qPrintable(QString("layer %1: %2").arg(i).arg(off)));
    }
}

void TstBiasCorrection::eightBits_changeHardlyAnAnswer()
{
    const Model source = network().model(false);
    const Tensor images = brightImages(800, 9);
    Compressor compressor(source);
    const double plain =
        changedAnswers(source, compressor.compress(recipeOf("bits=8,bias_correction=off")), images);
    const double corrected = changedAnswers(source, compressor.compress(recipeOf("bits=8")), images);
    QVERIFY2(corrected <= 0.005 && corrected < plain,
             qPrintable(QString("%1 of the answers, %2 without correction").arg(corrected).arg(plain)));
}

/// No normalization is left to go by, but what all inputs have in common does no harm. The border's windows,
/// which see a part of the kernel only, are another matter: so there is no border here.
void TstBiasCorrection::foldedNormalizations_loseLittleWithoutData()
{
    const Model source = network(false).model(true);
    const Tensor images = brightImages(800, 9);
    Compressor compressor(source);
    const double plain =
        changedAnswers(source, compressor.compress(recipeOf("bits=8,bias_correction=off")), images);
    const CompressedModel asked = compressor.compress(recipeOf("bits=8"));
    const double corrected = changedAnswers(source, asked, images);
    QVERIFY2(corrected <= 0.01 && corrected < 0.2 * plain,
             qPrintable(QString("%1 of the answers, %2 without correction").arg(corrected).arg(plain)));
    QCOMPARE(asked.layers.back().biasCorrection, BiasCorrection::Constants);
    QVERIFY(asked.resolved);
    QCOMPARE(changedAnswers(source, Compressor(source).compress(*asked.resolved), images), corrected);
}

void TstBiasCorrection::sumsOfRows_areKept_data()
{
    QTest::addColumn<QString>("settings");
    for (const char *settings : {"bits=8", "bits=4", "bits=3,symmetric=false", "bits=4,granularity=tensor",
                                 "bits=5,range=percentile,prune=0.3"})
        QTest::newRow(settings) << QString(settings);
}

/// For inputs that are all the same the output is what it was, and no weight moves by more than a step.
void TstBiasCorrection::sumsOfRows_areKept()
{
    QFETCH(QString, settings);
    const QuantizeSettings quantized = *recipeOf(settings.toStdString()).resolve({"a"}).front().quantize;
    const Matrix weight = randomMatrix(12, 64, 6);
    std::vector<uint8_t> mask;
    if (settings.contains("prune"))
        for (Index i = 0; i < weight.size(); ++i)
            mask.push_back(std::abs(weight.data()[i]) > 0.3F);
    const Matrix wanted = mask.empty() ? weight : masked(weight, mask);
    MatrixEncoding plain = quantize(weight, quantized, mask), kept = plain;
    QVERIFY(keepSums(weight, kept));
    const Matrix before = decode(plain), after = decode(kept);
    const std::vector<float> &steps = std::get<UniformCodes>(plain.values).scales.values;
    const float clipped =
        quantized.range == RangeMethod::Percentile ? (wanted - before).cwiseAbs().maxCoeff() : 0.0F;
    for (Index r = 0; r < weight.rows(); ++r) {
        const float widest = steps[steps.size() > 1 ? size_t(r) : 0];
        const float lost = std::abs((after.row(r) - wanted.row(r)).sum());
        QVERIFY2(lost <= 0.5F * widest + 1e-4F, qPrintable(QString("row %1 lost %2").arg(r).arg(lost)));
        QVERIFY(lost <= std::abs((before.row(r) - wanted.row(r)).sum()) + 1e-4F);
        QVERIFY((after.row(r) - wanted.row(r)).cwiseAbs().maxCoeff() <=
                std::max(1.2F * widest, clipped + 0.2F * widest));
    }
    for (size_t i = 0; i < mask.size(); ++i)
        QVERIFY(mask[i] != 0 || after.data()[i] == 0.0F);
}

/// No normalization is left to go by; data tell.
void TstBiasCorrection::foldedNormalizations_areMadeUpForByData()
{
    const Model source = network().model(true);
    CalibrationOptions options;
    options.cacheFolder.clear();
    const auto calibration = calibrate(source, sampleSet(source, {{"x", brightImages(64, 5)}}), options);
    const Tensor images = brightImages(800, 9);
    const auto changed = [&](const std::string &settings) {
        return changedAnswers(source, Compressor(source, calibration).compress(recipeOf(settings)), images);
    };
    const double plain = changed("bits=8,bias_correction=off"),
                 corrected = changed("bits=8,bias_correction=data");
    QVERIFY2(corrected < 0.1 * plain,
             qPrintable(QString("%1 of the answers, %2 without correction").arg(corrected).arg(plain)));
}

void TstBiasCorrection::resolvedRecipe_makesTheSameModel()
{
    const Model source = network().model(false);
    const CompressedModel asked = Compressor(source).compress(recipeOf("bits=8"));
    QVERIFY(asked.resolved);
    const CompressedModel again = Compressor(source).compress(*asked.resolved);
    QVERIFY(!again.resolved);
    size_t corrected = 0;
    for (size_t i = 0; i < asked.layers.size(); ++i) {
        QCOMPARE(again.layers[i].code.biasShift.size(), asked.layers[i].code.biasShift.size());
        QVERIFY(again.layers[i].code.biasShift == asked.layers[i].code.biasShift);
        corrected += asked.layers[i].biasCorrection == BiasCorrection::Constants;
    }
    QVERIFY(corrected > 0);
}

void TstBiasCorrection::twoBits_areNotCorrectedByConstants()
{
    const CompressedModel compressed = Compressor(network().model(false)).compress(recipeOf("bits=2"));
    for (const LayerResult &layer : compressed.layers)
        QVERIFY(layer.relativeError < 0.4 || layer.code.biasShift.size() == 0);
}

void TstBiasCorrection::askedForConstants_areMissedBySentence()
{
    GraphBuilder b;
    b.input("x", {1, 4}).random("w", {3, 4}).output("y");
    b.node("Gemm", {"x", "w"}, {"y"}, {{"transB", int64_t(1)}}, "fc");
    const CompressedModel compressed =
        Compressor(b.build()).compress(recipeOf("bits=4,bias_correction=constants"));
    QCOMPARE(compressed.issues.size(), size_t(1));
    QVERIFY(compressed.issues[0].message.text().find("its bias is not corrected") != std::string::npos);
    QCOMPARE(compressed.layers[0].code.biasShift.size(), Index(0));
    QVERIFY(Compressor(b.build()).compress(recipeOf("bits=4")).issues.empty());
}

void TstBiasCorrection::automatic_needsNoCalibration()
{
    const auto settings = recipeOf("bits=8").resolve({"a"}).front();
    QVERIFY(settings.quantize->biasCorrection == BiasCorrection::Auto && !needsCalibration(settings));
    QVERIFY(needsCalibration(recipeOf("bits=8,bias_correction=data").resolve({"a"}).front()));
    QVERIFY(!needsCalibration(recipeOf("bits=8,bias_correction=constants").resolve({"a"}).front()));
    // It takes data that is there for another method, and only then.
    const Matrix x = randomMatrix(9, 200, 3).array() + 2.0F;
    GraphBuilder b;
    b.input("x", {1, 9}).random("w", {8, 9}).output("y");
    b.node("Gemm", {"x", "w"}, {"y"}, {{"transB", int64_t(1)}}, "fc");
    const auto calibration = std::make_shared<FakeCalibration>(statisticsOf(x));
    const auto outcome = [&](const char *changes, bool always = false) {
        return Compressor(b.build(), calibration, CompressorOptions{always, nullptr})
            .compress(recipeOf(changes))
            .layers[0]
            .biasCorrection;
    };
    QCOMPARE(outcome("bits=4"), BiasCorrection::Off);
    QCOMPARE(outcome("bits=4", true), BiasCorrection::Data);
    QCOMPARE(outcome("bits=4,rounding=gptq"), BiasCorrection::Data);
    QCOMPARE(outcome("bits=4,rounding=gptq,bias_correction=off"), BiasCorrection::Off);
}

/// It is decided on a part of the calibration samples: beside the number of all that would be a riddle.
void TstBiasCorrection::automatic_tellsOfNoOtherCountOfSamples()
{
    const Model source = network().model(true);
    CalibrationOptions options;
    options.cacheFolder.clear();
    const auto calibration = calibrate(source, sampleSet(source, {{"x", brightImages(80, 5)}}), options);
    std::mutex mutex;
    std::set<std::string> stages;
    JobContext ctx;
    ctx.onProgress = [&](const Progress &progress) {
        const std::lock_guard lock(mutex);
        stages.insert(progress.stage.text());
    };
    Compressor(source, calibration, CompressorOptions{true, nullptr}).compress(recipeOf("bits=4"), ctx);
    QVERIFY(stages.contains("checking which biases are better corrected"));
    for (const std::string &stage : stages)
        QVERIFY2(stage.find("of 64") == std::string::npos, stage.c_str());
}

void TstBiasCorrection::normalizedError_isWhatANormalizationMakesOfIt()
{
    const Matrix weight = randomMatrix(8, 9, 4);
    Matrix x = randomMatrix(9, 500, 3);
    x.array() += 6.0F; // large means
    GraphBuilder b;
    b.input("x", {1, 9}).output("y");
    b.constant("w", tensorOf({8, 9}, {weight.data(), weight.data() + weight.size()}));
    b.node("Gemm", {"x", "w"}, {"y"}, {{"transB", int64_t(1)}}, "fc");
    const auto calibration = std::make_shared<FakeCalibration>(statisticsOf(x));
    for (const char *changes : {"bits=4,bias_correction=off", "bits=4,bias_correction=data"}) {
        const LayerResult result =
            Compressor(b.build(), calibration, {true, {}}).compress(recipeOf(changes)).layers[0];
        const Matrix before = weight * x;
        Matrix after = decode(*result.code.weight) * x;
        if (result.code.biasShift.size() > 0)
            after.colwise() += result.code.biasShift;
        double squares = 0.0;
        for (Index r = 0; r < 8; ++r) {
            const double variance = (before.row(r).array() - before.row(r).mean()).square().mean();
            squares += double((after.row(r) - before.row(r)).squaredNorm()) / 500.0 / variance;
        }
        const double expected = std::sqrt(squares / 8.0);
        QVERIFY2(std::abs(*result.normalizedError - expected) < 0.02 * expected, changes);
    }
}

QTEST_GUILESS_MAIN(TstBiasCorrection)
#include "tst_biascorrection.moc"
