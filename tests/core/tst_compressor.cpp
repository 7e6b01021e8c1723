#include "core/compress/compressor.h"
#include "tests/support/graphbuilder.h"
#include "tests/support/smallmodels.h"

#include <Eigen/LU>
#include <QTemporaryDir>
#include <QtTest>
#include <atomic>
#include <thread>

using namespace lathe;
using namespace lathe::test;

namespace {

Recipe recipeOf(const std::vector<std::string> &arguments)
{
    Recipe recipe;
    for (const std::string &argument : arguments)
        recipe.rules.push_back(parseRule(argument));
    return recipe;
}

LayerSettings settingsOf(const std::string &changes)
{
    return recipeOf({"*:" + changes}).resolve({"x"}).front();
}

/// conv [8, 27], depthwise [8, 9], fc1 [32, 8], fc2 [10, 32].
Model network()
{
    GraphBuilder graph;
    graph.input("x", {1, 3, 8, 8}).output("y", {1, 10});
    graph.random("wc", {8, 3, 3, 3}).random("wd", {8, 1, 3, 3}).random("w1", {32, 8}).random("w2", {32, 10});
    graph.node("Conv", {"x", "wc"}, {"c"}, {}, "conv");
    graph.node("Conv", {"c", "wd"}, {"d"}, {{"group", int64_t(8)}}, "depthwise");
    graph.node("GlobalAveragePool", {"d"}, {"p"}, {}, "pool");
    graph.node("Flatten", {"p"}, {"f"}, {}, "flat");
    graph.node("Gemm", {"f", "w1"}, {"h"}, {{"transB", int64_t(1)}}, "fc1");
    graph.node("MatMul", {"h", "w2"}, {"y"}, {}, "fc2");
    return graph.build();
}

double relativeError(const Matrix &original, const Matrix &changed)
{
    double error = 0.0;
    double norm = 0.0;
    for (Index r = 0; r < original.rows(); ++r)
        for (Index c = 0; c < original.cols(); ++c) {
            error += std::pow(double(original(r, c)) - changed(r, c), 2);
            norm += std::pow(double(original(r, c)), 2);
        }
    return norm > 0.0 ? std::sqrt(error / norm) : 0.0;
}

Error errorOf(const std::function<void()> &call)
{
    try {
        call();
    } catch (const Error &e) {
        return e;
    }
    return {ErrorCode::Internal, Message::verbatim("nothing thrown")};
}

std::vector<std::string> issueTexts(const CompressedModel &compressed)
{
    std::vector<std::string> texts;
    for (const Issue &issue : compressed.issues)
        texts.push_back(issue.message.text());
    return texts;
}

} // namespace

class TstCompressor : public QObject {
    Q_OBJECT
private slots:
    void emptyRecipe_leavesEverything();
    void everyCombination_decodesToItsError_data();
    void everyCombination_decodesToItsError();
    void factors_arePrunedAndQuantizedEach();
    void error_neverGrowsWithBitsOrRank();
    void shareAndEnergy_becomeRanks();
    void rankAtFullRank_isNotFactorizedAndSaidSo();
    void rankAboveBreakEven_isNoted();
    void depthwiseConvolution_isNotFactorizedButQuantized();
    void untouchableLayer_isSkippedAndSaidSo();
    void tiedLayer_followsItsOwner();
    void tiedLayerWithOtherSettings_isNoted();
    void everyError_namesItsLayer();
    void patternWithoutLayer_isRefused();
    void modelWithoutLayers_isRefused();
    void nanWeight_isRefusedOnlyWhereASettingApplies();
    void tinyRatio_leavesTheLayer();
    void repeatedRequests_areAnsweredFromMemory();
    void manyThreads_getTheSameAnswers();
    void progress_countsLayers();
    void cancelling_stops();
    void settingsOutsideTheirRange_areRefused();
    void realModels_compressInEveryWay_data();
    void realModels_compressInEveryWay();
};

void TstCompressor::emptyRecipe_leavesEverything()
{
    Compressor compressor(network());
    const CompressedModel compressed = compressor.compress({});
    QCOMPARE(compressed.layers.size(), size_t(4));
    for (size_t i = 0; i < 4; ++i) {
        QVERIFY(!compressed.layers[i].code.weight);
        QCOMPARE(compressed.layers[i].theoreticalBits, compressor.source().layers()[i].weightBytes * 8);
    }
    QVERIFY(compressed.issues.empty());
}

void TstCompressor::everyCombination_decodesToItsError_data()
{
    QTest::addColumn<QString>("settings");
    for (const char *prune : {"", "prune=0.5"})
        for (const char *bits :
             {"", "bits=1", "bits=4", "bits=8,symmetric=false", "bits=3,granularity=tensor"})
            for (const char *rank : {"", "rank=3", "rank.energy=0.5"}) {
                QStringList parts;
                for (const char *part : {prune, bits, rank})
                    if (*part)
                        parts << part;
                if (!parts.isEmpty())
                    QTest::newRow(qPrintable(parts.join(','))) << parts.join(',');
            }
}

void TstCompressor::everyCombination_decodesToItsError()
{
    QFETCH(QString, settings);
    Compressor compressor(network());
    const CompressedModel compressed = compressor.compress(recipeOf({"fc*:" + settings.toStdString()}));
    for (const size_t layer : {size_t(2), size_t(3)}) {
        const LayerResult &result = compressed.layers[layer];
        QVERIFY(result.code.weight);
        QCOMPARE(result.settings, settingsOf(settings.toStdString()));
        QCOMPARE(result.rank > 0, settings.contains("rank"));
        QCOMPARE(std::holds_alternative<FactorEncoding>(*result.code.weight), result.rank > 0);
        const Matrix weight = compressor.source().weight(layer);
        const Matrix decoded = decode(*result.code.weight);
        QVERIFY(std::abs(relativeError(weight, decoded) - result.relativeError) < 1e-6);
        QVERIFY(result.relativeError > 0.0 && result.relativeError < 1.5);
        QCOMPARE(result.theoreticalBits, theoreticalBits(*result.code.weight));
        if (settings.contains("prune"))
            QVERIFY(result.sparsity >= 0.49);
        if (result.rank > 0)
            QVERIFY(decoded.fullPivLu().rank() <= result.rank);
    }
    QVERIFY(!compressed.layers[0].code.weight && !compressed.layers[1].code.weight);
}

void TstCompressor::factors_arePrunedAndQuantizedEach()
{
    Compressor compressor(network());
    const LayerResult result = compressor.compressLayer(2, settingsOf("prune=0.25,bits=4,rank=4"));
    const auto &factors = std::get<FactorEncoding>(*result.code.weight);
    QCOMPARE(factors.factors[1].rows, Index(32));
    QCOMPARE(factors.factors[1].cols, Index(4));
    QCOMPARE(factors.factors[0].cols, Index(8));
    for (const MatrixEncoding *factor : {&factors.factors[1], &factors.factors[0]}) {
        QCOMPARE(std::count(factor->kept.begin(), factor->kept.end(), 0),
                 std::ptrdiff_t(factor->kept.size() / 4));
        QCOMPARE(std::get<UniformCodes>(factor->values).bits, 4);
    }
}

void TstCompressor::error_neverGrowsWithBitsOrRank()
{
    Compressor compressor(denseLayer(randomMatrix(24, 40, 3)));
    double last = 2.0;
    for (int bits = 2; bits <= 8;
         ++bits) { // one bit is another method (+-mean) and can beat two (-max, 0, max)
        const double now =
            compressor.compressLayer(0, settingsOf("bits=" + std::to_string(bits))).relativeError;
        QVERIFY(now < last);
        last = now;
    }
    last = 1.0;
    for (int rank = 1; rank < 24; ++rank) {
        const double now =
            compressor.compressLayer(0, settingsOf("rank=" + std::to_string(rank))).relativeError;
        QVERIFY(now < last);
        last = now;
    }
}

void TstCompressor::shareAndEnergy_becomeRanks()
{
    Matrix weight = Matrix::Zero(30, 20);
    weight.diagonal().setConstant(
        1.0F); // every direction has a twentieth of the energy; break-even is rank 11
    Compressor compressor(denseLayer(weight));
    QCOMPARE(compressor.compressLayer(0, settingsOf("rank=100%")).rank, Index(11));
    QCOMPARE(compressor.compressLayer(0, settingsOf("rank=50%")).rank, Index(5));
    QCOMPARE(compressor.compressLayer(0, settingsOf("rank=1%")).rank, Index(1));
    QCOMPARE(compressor.compressLayer(0, settingsOf("rank.energy=0.49")).rank, Index(10));
    QCOMPARE(compressor.compressLayer(0, settingsOf("rank.energy=0.001")).rank, Index(1));
    QCOMPARE(compressor.compressLayer(0, settingsOf("rank.energy=1")).rank, Index(0));
}

void TstCompressor::rankAtFullRank_isNotFactorizedAndSaidSo()
{
    Compressor compressor(network());
    const CompressedModel compressed = compressor.compress(recipeOf({"fc1:rank=64,bits=8"}));
    QCOMPARE(issueTexts(compressed),
             std::vector<std::string>{
                 "Rank 64 is not below the full rank 8 of fc1; the layer is not factorized."});
    QCOMPARE(compressed.issues.front().layer, std::string("fc1"));
    QCOMPARE(compressed.layers[2].rank, Index(0));
    QVERIFY(std::holds_alternative<MatrixEncoding>(*compressed.layers[2].code.weight));
    QVERIFY(!compressor.compress(recipeOf({"fc1:rank=8"})).layers[2].code.weight);
}

void TstCompressor::rankAboveBreakEven_isNoted()
{
    Compressor compressor(network()); // fc1 is 32 x 8: break-even below 6.4
    QVERIFY(compressor.compress(recipeOf({"fc1:rank=6"})).issues.empty());
    const CompressedModel compressed = compressor.compress(recipeOf({"fc1:rank=7"}));
    QCOMPARE(issueTexts(compressed),
             std::vector<std::string>{
                 "Rank 7 saves no weights in fc1: its factors are smaller than one weight up to rank 6."});
    QCOMPARE(compressed.layers[2].rank, Index(7));
}

void TstCompressor::depthwiseConvolution_isNotFactorizedButQuantized()
{
    Compressor compressor(network());
    const CompressedModel compressed = compressor.compress(recipeOf({"depth*:rank=2,bits=4"}));
    QCOMPARE(issueTexts(compressed),
             std::vector<std::string>{"depthwise is not factorized: it is a depthwise convolution."});
    QVERIFY(std::holds_alternative<MatrixEncoding>(*compressed.layers[1].code.weight));
}

void TstCompressor::untouchableLayer_isSkippedAndSaidSo()
{
    GraphBuilder graph;
    graph.input("x", {1, 4}).output("y", {1, 3});
    graph.input("xi", {1, 4}, ElementType::UInt8).output("yi", {1, 3}, ElementType::Int32);
    Tensor codes = makeTensor(ElementType::Int8, {4, 3});
    graph.random("w", {4, 3}).constant("wi", codes);
    graph.node("MatMul", {"x", "w"}, {"y"}, {}, "plain")
        .node("MatMulInteger", {"xi", "wi"}, {"yi"}, {}, "integer");
    Compressor compressor(graph.build());
    const CompressedModel compressed = compressor.compress(recipeOf({"*:bits=4"}));
    QCOMPARE(compressed.layers.size(), size_t(2));
    QVERIFY(compressed.layers[0].code.weight && !compressed.layers[1].code.weight);
    QCOMPARE(compressed.issues.size(), size_t(1));
    QCOMPARE(compressed.issues[0].layer, std::string("integer"));
    QVERIFY2(compressed.issues[0].message.text().starts_with(
                 "integer is skipped: its weight is already stored as int8"),
             compressed.issues[0].message.text().c_str());
    QVERIFY(compressor.compress(recipeOf({"plain:bits=4"})).issues.empty());
}

void TstCompressor::tiedLayer_followsItsOwner()
{
    GraphBuilder graph;
    graph.input("x", {1, 4}).output("y", {1, 4});
    graph.random("w", {4, 4});
    graph.node("MatMul", {"x", "w"}, {"h"}, {}, "first").node("MatMul", {"h", "w"}, {"y"}, {}, "second");
    Compressor compressor(graph.build());
    const CompressedModel compressed = compressor.compress(recipeOf({"*:bits=4"}));
    QVERIFY(compressed.issues.empty());
    QVERIFY(compressed.layers[1].code.weight == compressed.layers[0].code.weight);
    QCOMPARE(compressed.layers[1].theoreticalBits, int64_t(0));
    QVERIFY(compressor.compressLayer(1, settingsOf("bits=4")).code.weight ==
            compressed.layers[0].code.weight);
}

void TstCompressor::tiedLayerWithOtherSettings_isNoted()
{
    GraphBuilder graph;
    graph.input("x", {1, 4}).output("y", {1, 4});
    graph.random("w", {4, 4});
    graph.node("MatMul", {"x", "w"}, {"h"}, {}, "first").node("MatMul", {"h", "w"}, {"y"}, {}, "second");
    Compressor compressor(graph.build());
    const CompressedModel compressed = compressor.compress(recipeOf({"second:bits=4"}));
    QCOMPARE(issueTexts(compressed), std::vector<std::string>{"second shares its weight with first, so its "
                                                              "settings hold for both."});
    QVERIFY(compressed.layers[0].code.weight &&
            compressed.layers[1].code.weight == compressed.layers[0].code.weight);
    // What the recipe says of the layer that leads counts, also that it stays as it is.
    for (const char *leading : {"first:bits=6", "first:bits=off"}) {
        const CompressedModel led = compressor.compress(recipeOf({"*:bits=4", leading}));
        QCOMPARE(issueTexts(led), std::vector<std::string>{"second shares its weight with first and follows "
                                                           "the settings of that layer."});
        QCOMPARE(bool(led.layers[0].code.weight), std::string(leading) == "first:bits=6");
        QVERIFY(led.layers[1].code.weight == led.layers[0].code.weight);
    }
}

/// What looks at the numbers does not know whose they are.
void TstCompressor::everyError_namesItsLayer()
{
    GraphBuilder graph;
    graph.input("x", {1, 4}).output("y", {1, 4}).random("w1", {4, 4});
    graph.constant("w2", makeTensor({4, 4}, std::vector<float>(16, 1e5F)));
    graph.constant("w3", makeTensor({4, 4}, std::vector<float>(16, 3e38F)));
    graph.node("MatMul", {"x", "w1"}, {"a"}, {}, "fc1")
        .node("MatMul", {"a", "w2"}, {"b"}, {}, "fc2")
        .node("MatMul", {"b", "w3"}, {"y"}, {}, "fc3");
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("big.onnx").toStdString();
    graph.build().save(path);
    Compressor inMemory(graph.build()), ofFile(Model::load(path));
    const Error tooLarge = errorOf([&] { inMemory.compress(recipeOf({"fc2:format=fp16"})); });
    QCOMPARE(tooLarge.code(), ErrorCode::NumericFailure);
    QCOMPARE(std::string(tooLarge.what()),
             std::string("`fc2`: A weight of 100000 is too large for float16."));
    QCOMPARE(std::string(errorOf([&] { ofFile.compress(recipeOf({"fc2:format=fp16"})); }).what()),
             std::string("`fc2` of big.onnx: A weight of 100000 is too large for float16."));
    const Error spectrum = errorOf([&] { ofFile.compress(recipeOf({"fc3:rank=2"})); });
    QVERIFY2(QString(spectrum.what()).startsWith("`fc3` of big.onnx: "), spectrum.what());
}

void TstCompressor::patternWithoutLayer_isRefused()
{
    Compressor compressor(network());
    const Error error = errorOf([&] { compressor.compress(recipeOf({"*:bits=4", "conv9*:prune=0.5"})); });
    QCOMPARE(error.code(), ErrorCode::InvalidArgument);
    QCOMPARE(
        std::string(error.what()),
        std::string("No layer matches the pattern conv9*; `lathe inspect` lists the names of the layers."));
}

void TstCompressor::modelWithoutLayers_isRefused()
{
    GraphBuilder graph;
    graph.input("x", {1, 4}).output("y", {1, 4}).node("Relu", {"x"}, {"y"}, {}, "relu");
    Compressor compressor(graph.build());
    const Error error = errorOf([&] { compressor.compress(recipeOf({"*:bits=4"})); });
    QCOMPARE(error.code(), ErrorCode::InvalidArgument);
    QCOMPARE(std::string(error.what()),
             std::string("The model has no layer with a constant weight, so there is nothing to compress."));
    QVERIFY(compressor.compress({}).layers.empty());
}

void TstCompressor::nanWeight_isRefusedOnlyWhereASettingApplies()
{
    Matrix weight = randomMatrix(4, 5, 1);
    weight(1, 2) = weight(3, 3) = weight(0, 0) = std::numeric_limits<float>::quiet_NaN();
    Compressor compressor(denseLayer(weight));
    for (const char *settings : {"*:bits=4", "*:prune=0.5", "*:rank=2", "*:rank.energy=0.5"}) {
        const Error error = errorOf([&] { compressor.compress(recipeOf({settings})); });
        QCOMPARE(error.code(), ErrorCode::NumericFailure);
        QCOMPARE(std::string(error.what()),
                 std::string("`fc` holds NaN at 3 places; it cannot be compressed. Keep it as it is, or "
                             "repair the model."));
    }
    QVERIFY(!compressor.compress(recipeOf({"*:symmetric=false"})).layers[0].code.weight);
}

void TstCompressor::tinyRatio_leavesTheLayer()
{
    Compressor compressor(denseLayer(randomMatrix(4, 5, 1)));
    for (const char *settings : {"prune=0", "prune=0.01"}) {
        const LayerResult result = compressor.compressLayer(0, settingsOf(settings));
        QVERIFY(!result.code.weight);
        QCOMPARE(result.theoreticalBits, int64_t(4 * 5 * 32));
    }
}

void TstCompressor::repeatedRequests_areAnsweredFromMemory()
{
    Compressor compressor(network());
    const CompressedModel once = compressor.compress(recipeOf({"*:bits=4,prune=0.5", "fc1:rank=4"}));
    const CompressedModel again = compressor.compress(recipeOf({"fc1:rank=4", "*:prune=50%", "*:bits=4"}));
    for (size_t i = 0; i < once.layers.size(); ++i)
        QVERIFY(once.layers[i].code.weight == again.layers[i].code.weight);
}

void TstCompressor::manyThreads_getTheSameAnswers()
{
    Compressor compressor(network());
    Compressor alone(network());
    const std::vector<std::string> settings = {"rank=2,bits=3", "prune=0.3", "bits=5", "rank.energy=0.7",
                                               "bits=1,prune=0.5"};
    std::vector<double> expected;
    for (const std::string &s : settings)
        expected.push_back(alone.compressLayer(2, settingsOf(s)).relativeError);
    std::atomic<int> wrong = 0;
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&, t] {
                for (size_t i = 0; i < 40; ++i) {
                    const size_t which = (i + static_cast<size_t>(t)) % settings.size();
                    wrong += compressor.compressLayer(2, settingsOf(settings[which])).relativeError !=
                             expected[which];
                }
            });
    }
    QCOMPARE(wrong.load(), 0);
}

void TstCompressor::progress_countsLayers()
{
    Compressor compressor(network());
    JobContext ctx;
    std::vector<std::string> stages;
    ctx.onProgress = [&](const Progress &p) {
        QVERIFY(p.fraction >= 0.0 && p.fraction <= 1.0);
        stages.push_back(p.stage.text());
    };
    compressor.compress(recipeOf({"fc*:bits=4,rank=2"}), ctx);
    QCOMPARE(stages, (std::vector<std::string>{"compressing layer 1 of 2", "compressing layer 2 of 2"}));
}

void TstCompressor::cancelling_stops()
{
    Compressor compressor(network());
    std::stop_source stop;
    stop.request_stop();
    JobContext ctx;
    ctx.stop = stop.get_token();
    QVERIFY_EXCEPTION_THROWN(compressor.compress(recipeOf({"*:bits=4"}), ctx), Cancelled);
    QVERIFY_EXCEPTION_THROWN(compressor.compressLayer(0, settingsOf("rank=2"), ctx), Cancelled);
}

void TstCompressor::settingsOutsideTheirRange_areRefused()
{
    Compressor compressor(network());
    QCOMPARE(errorOf([&] {
                 compressor.compressLayer(0, {PruneSettings{1.5}, {}, {}});
             }).code(),
             ErrorCode::InvalidArgument);
    QCOMPARE(errorOf([&] {
                 compressor.compressLayer(0, {{}, QuantizeSettings{9}, {}});
             }).code(),
             ErrorCode::InvalidArgument);
}

void TstCompressor::realModels_compressInEveryWay_data()
{
    QTest::addColumn<QString>("file");
    for (const char *name :
         {"squeezenet_fp16", "resnet56_cifar10", "vit_cifar10_ibp_3_3_8", "mnist-8", "fashion_mnist_cnn"})
        QTest::newRow(name) << QString("models/%1.onnx").arg(name);
}

void TstCompressor::realModels_compressInEveryWay()
{
    LATHE_NEED_TEST_DATA();
    QFETCH(QString, file);
    const Model model = Model::load(testData() + "/" + file.toStdString());
    Compressor compressor(model);
    int64_t plainBits = 0;
    for (const Layer &layer : model.layers())
        plainBits += layer.tiedTo ? 0 : layer.weightBytes * 8;
    // Largest relative error of any layer, and largest share of the plain weights' bits.
    const std::vector<std::tuple<const char *, double, double>> cases = {{"*:bits=8", 0.02, 0.55},
                                                                         {"*:prune=0.5", 0.5, 0.6},
                                                                         {"*:prune=0.5,bits=4", 0.5, 0.25},
                                                                         {"*:rank=50%,bits=8", 1.0, 0.3}};
    for (const auto &[rule, worst, share] : cases) {
        const CompressedModel compressed = compressor.compress(recipeOf({rule}));
        int64_t bits = 0;
        for (const LayerResult &layer : compressed.layers) {
            QVERIFY2(layer.relativeError < worst, rule);
            bits += layer.theoreticalBits;
        }
        QVERIFY2(static_cast<double>(bits) < share * static_cast<double>(plainBits), rule);
    }
}

QTEST_APPLESS_MAIN(TstCompressor)
#include "tst_compressor.moc"
