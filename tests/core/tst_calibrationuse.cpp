#include "core/compress/compressor.h"
#include "core/compress/oracle.h"
#include "tests/support/calibrationruns.h"
#include "tests/support/samplesets.h"

#include <QTest>
#include <numeric>
#include <sys/resource.h>

using namespace lathe;
using namespace lathe::test;

namespace {

int64_t peakBytes()
{
    rusage usage = {};
    getrusage(RUSAGE_SELF, &usage);
    return int64_t(usage.ru_maxrss) * 1024;
}

} // namespace

/// What methods ask of a calibration, what it refuses, and what it takes.
class TstCalibrationUse : public QObject {
    Q_OBJECT
private slots:
    void globalScope_goesByTheOutput();
    void oracle_judgesByTheOutputs();
    void obstacles_areNamed();
    void badSamples_areRefused();
    void nanInput_isRefusedByName();
    void memory_staysBounded();
};

void TstCalibrationUse::globalScope_goesByTheOutput()
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
        ctx.onProgress = [&](const Progress &p) { tried |= p.stage.text().starts_with("trying layer"); };
        Compressor compressor(model, calibrate(model, samples, everything()));
        const CompressedModel compressed = compressor.compress(recipe, ctx);
        QVERIFY(tried);
        for (std::vector<double> &of = ratios.emplace_back(); const LayerResult &layer : compressed.layers)
            of.push_back(layer.sparsity);
    }
    QCOMPARE(ratios[0], ratios[1]);
}

void TstCalibrationUse::oracle_judgesByTheOutputs()
{
    const Model model = smallNetwork();
    const auto calibration = calibrate(model, randomSamples(model, 40), everything());
    Compressor compressor(model);
    double before = 0.0;
    for (const char *rule : {"c3:prune=0.2", "c3:prune=0.6", "c*:prune=0.9"}) {
        Recipe recipe;
        recipe.rules.push_back(parseRule(rule));
        const std::optional<Oracle::Loss> lost = calibration->oracle()->loss(compressor.compress(recipe));
        QVERIFY(lost && lost->divergence > before);
        QVERIFY(lost->distance > 0.0);
        before = lost->divergence;
    }
    QCOMPARE(calibration->oracle()->loss(compressor.compress({}))->divergence, 0.0);
    GraphBuilder sparse; // as many outputs as there are positive numbers
    sparse.input("x", {-1, 6}).output("y", {2, -1}).random("w", {6, 6});
    sparse.node("MatMul", {"x", "w"}, {"h"}, {}, "m")
        .node("Relu", {"h"}, {"r"})
        .node("NonZero", {"r"}, {"n"});
    sparse.node("Cast", {"n"}, {"y"}, {{"to", int64_t(1)}});
    const Model other = sparse.build();
    QVERIFY(!calibrate(other, randomSamples(other, 20), everything())->oracle());
    std::stop_source stop;
    stop.request_stop();
    JobContext ctx;
    ctx.stop = stop.get_token();
    QVERIFY_EXCEPTION_THROWN(calibration->oracle(ctx)->loss(compressor.compress({}), ctx), Cancelled);
}

void TstCalibrationUse::obstacles_areNamed()
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
    const SampleSet samples = sampleSet(model, {{"x", randomTensor({5, 7, 3}, 3)}});
    const GatheredStatistics statistics(model, samples, everything());
    for (size_t i = 0; i < model.layers().size(); ++i) {
        const std::string &name = model.layers()[i].name;
        const std::string obstacle = statistics.obstacle(i).text();
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

void TstCalibrationUse::badSamples_areRefused()
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

void TstCalibrationUse::nanInput_isRefusedByName()
{
    GraphBuilder builder;
    builder.input("x", {-1, 4}).output("y", {-1, 3}).random("w", {4, 3});
    builder.node("Log", {"x"}, {"l"}).node("MatMul", {"l", "w"}, {"y"}, {}, "after_log");
    const Model model = builder.build();
    const std::string sentence = refusal([&] { gathered(model, randomSamples(model, 8)); });
    QVERIFY2(sentence.starts_with("The input of `after_log` holds NaN or infinity"), sentence.c_str());
}

void TstCalibrationUse::memory_staysBounded()
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
#ifdef __SANITIZE_ADDRESS__
    constexpr int64_t quarantine = int64_t(256) << 20; // freed, and kept for a while
#else
    constexpr int64_t quarantine = 0;
#endif
    QVERIFY2(more < (int64_t(160) << 20) + quarantine, qPrintable(QString("%1 MB").arg(more >> 20)));
}

QTEST_APPLESS_MAIN(TstCalibrationUse)
#include "tst_calibrationuse.moc"
