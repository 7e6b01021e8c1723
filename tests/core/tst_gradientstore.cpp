// Gradient statistics are computed once and kept; what computes them here is made up.
#include "core/compress/compressor.h"
#include "core/methods/prunecriteria.h"
#include "tests/support/calibrationruns.h"
#include "tests/support/samplesets.h"

#include <QTemporaryDir>
#include <QTest>
#include <atomic>
#include <fstream>
#include <thread>

using namespace lathe;
using namespace lathe::test;

namespace {

/// Numbers that tell layers apart, and how often they were asked for; none of the second layer.
class MadeUp : public GradientSource {
public:
    explicit MadeUp(Message lacking = {}) : m_missing(std::move(lacking)) {}
    Message missing() const override { return m_missing; }
    std::vector<bool> reaches(const Model &model) const override
    {
        std::vector<bool> reached(model.layers().size(), true);
        reached.at(1) = false;
        return reached;
    }
    std::vector<std::optional<GradientStatistics>> of(const Model &model, const SampleSet &samples,
                                                      const JobContext &ctx) const override
    {
        if (!m_missing.empty())
            throw Error(ErrorCode::Unsupported, Message::tr("Nothing is installed."));
        ctx.checkpoint(0.0, Message::verbatim("computing gradients"));
        ++passes;
        std::vector<std::optional<GradientStatistics>> result;
        for (size_t i = 0; i < model.layers().size(); ++i) {
            const Layer &layer = model.layers()[i];
            const auto seed = static_cast<unsigned>(i);
            result.emplace_back(GradientStatistics{static_cast<int64_t>(samples.size()),
                                                   randomMatrix(layer.rows, layer.cols, 3 * seed),
                                                   randomMatrix(layer.rows, layer.cols, 3 * seed + 1),
                                                   randomMatrix(layer.rows, layer.cols, 3 * seed + 2)});
        }
        result.at(1).reset();
        return result;
    }
    mutable std::atomic<int> passes = 0;

private:
    Message m_missing;
};

CalibrationOptions optionsWith(std::shared_ptr<const GradientSource> source, const QTemporaryDir *folder)
{
    CalibrationOptions options;
    options.gradients = std::move(source);
    options.cacheFolder = folder ? folder->path().toStdString() : std::string();
    return options;
}

std::vector<std::filesystem::path> gradientFiles(const QTemporaryDir &folder)
{
    std::vector<std::filesystem::path> files;
    for (const auto &entry : std::filesystem::directory_iterator(folder.path().toStdString()))
        if (entry.path().filename().string().find("gradients") != std::string::npos)
            files.push_back(entry.path());
    return files;
}

bool identical(const GradientStatistics &a, const GradientStatistics &b)
{
    return a.samples == b.samples && a.mean == b.mean && a.magnitude == b.magnitude &&
           a.meanSquare == b.meanSquare;
}

Recipe recipeOf(const std::string &rule)
{
    return {{}, {parseRule(rule)}};
}

} // namespace

class TstGradientStore : public QObject {
    Q_OBJECT
private slots:
    void onePass_isEnoughForAllLayersAndPrograms();
    void withoutAFolder_allAreHeld();
    void damagedFile_isComputedAgain_data();
    void damagedFile_isComputedAgain();
    void severalThreads_shareOnePass();
    void unreachedLayer_isPrunedByMagnitudeWithANote();
    void factors_arePrunedByMagnitudeWithANote();
    void nothingToComputeThem_isSaid();
    void missingEngine_isOneSentence();
    void firstTime_isExpectedToTakeLong();
};

void TstGradientStore::onePass_isEnoughForAllLayersAndPrograms()
{
    const QTemporaryDir folder;
    const Model model = smallNetwork();
    const SampleSet samples = randomSamples(model, 8);
    const auto source = std::make_shared<MadeUp>(), later = std::make_shared<MadeUp>();
    const GatheredStatistics first(model, samples, optionsWith(source, &folder));
    const GatheredStatistics second(model, samples, optionsWith(later, &folder));
    for (const size_t layer : {0, 2, 3}) {
        const auto computed = first.gradients(layer);
        QVERIFY(identical(*computed, *second.gradients(layer)));
    }
    QVERIFY(!first.gradients(1));
    QCOMPARE(source->passes.load(), 1);
    QCOMPARE(later->passes.load(), 0);
    QCOMPARE(gradientFiles(folder).size(), size_t(3));
    const GatheredStatistics others(model, randomSamples(model, 8, {}, 4), optionsWith(later, &folder));
    QVERIFY(others.gradients(0));
    QCOMPARE(later->passes.load(), 1);
}

void TstGradientStore::withoutAFolder_allAreHeld()
{
    const Model model = smallNetwork();
    const auto source = std::make_shared<MadeUp>();
    CalibrationOptions options = optionsWith(source, nullptr);
    options.memoryBytes = 16;
    const GatheredStatistics statistics(model, randomSamples(model, 8), options);
    for (int round = 0; round < 2; ++round)
        for (const size_t layer : {0, 2, 3})
            QVERIFY(statistics.gradients(layer));
    QCOMPARE(source->passes.load(), 1);
}

void TstGradientStore::damagedFile_isComputedAgain_data()
{
    QTest::addColumn<int>("size");
    QTest::addColumn<int>("place");
    QTest::newRow("empty") << 0 << -1;
    QTest::newRow("cut") << 100 << -1;
    QTest::newRow("other numbers") << -1 << 200;
    QTest::newRow("another format") << -1 << 3;
}

void TstGradientStore::damagedFile_isComputedAgain()
{
    QFETCH(int, size);
    QFETCH(int, place);
    const QTemporaryDir folder;
    const Model model = smallNetwork();
    const SampleSet samples = randomSamples(model, 8);
    const auto source = std::make_shared<MadeUp>();
    const auto before = GatheredStatistics(model, samples, optionsWith(source, &folder)).gradients(0);
    for (const auto &file : gradientFiles(folder)) {
        if (size >= 0)
            std::filesystem::resize_file(file, static_cast<size_t>(size));
        if (place >= 0) {
            std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
            stream.seekp(place).put('\x7f');
        }
    }
    const auto after = GatheredStatistics(model, samples, optionsWith(source, &folder)).gradients(0);
    QCOMPARE(source->passes.load(), 2);
    QVERIFY(identical(*before, *after));
}

void TstGradientStore::severalThreads_shareOnePass()
{
    const Model model = smallNetwork();
    const auto source = std::make_shared<MadeUp>();
    const GatheredStatistics statistics(model, randomSamples(model, 8), optionsWith(source, nullptr));
    std::vector<std::thread> threads;
    for (size_t i = 0; i < 6; ++i)
        threads.emplace_back([&, i] { statistics.gradients(i % 4); });
    for (std::thread &thread : threads)
        thread.join();
    QCOMPARE(source->passes.load(), 1);
}

void TstGradientStore::unreachedLayer_isPrunedByMagnitudeWithANote()
{
    const Model model = smallNetwork();
    const auto calibration =
        calibrate(model, randomSamples(model, 8), optionsWith(std::make_shared<MadeUp>(), nullptr));
    Compressor compressor(model, calibration);
    const CompressedModel compressed = compressor.compress(recipeOf("*:prune=0.5,prune.method=fisher"));
    QCOMPARE(compressed.issues.size(), size_t(1));
    QCOMPARE(compressed.issues[0].message.text(),
             "c2: it is pruned by magnitude: its weight is no constant of the main graph that gradients are "
             "known of.");
    const CompressedModel plain = Compressor(model).compress(recipeOf("*:prune=0.5"));
    QVERIFY(decode(*compressed.layers[1].code.weight) == decode(*plain.layers[1].code.weight));
    QVERIFY(decode(*compressed.layers[0].code.weight) != decode(*plain.layers[0].code.weight));
}

void TstGradientStore::factors_arePrunedByMagnitudeWithANote()
{
    const Model model = smallNetwork();
    const auto source = std::make_shared<MadeUp>();
    Compressor compressor(model, calibrate(model, randomSamples(model, 8), optionsWith(source, nullptr)));
    const CompressedModel compressed =
        compressor.compress(recipeOf("*:rank=2,prune=0.5,prune.method=taylor"));
    const CompressedModel plain = Compressor(model).compress(recipeOf("*:rank=2,prune=0.5"));
    QVERIFY(decode(*compressed.layers[0].code.weight) == decode(*plain.layers[0].code.weight));
    QVERIFY(std::ranges::any_of(compressed.issues, [](const Issue &issue) {
        return issue.message.text() ==
               "c1: its factors are pruned by magnitude: gradients are known of the whole weight.";
    }));
}

void TstGradientStore::nothingToComputeThem_isSaid()
{
    const Model model = smallNetwork();
    const auto calibration = calibrate(model, randomSamples(model, 8), optionsWith(nullptr, nullptr));
    QVERIFY(!calibration->gradients(0));
    QCOMPARE(calibration->gradientObstacle(0).text(), "nothing computes gradients");
}

void TstGradientStore::missingEngine_isOneSentence()
{
    const Model model = smallNetwork();
    const auto source = std::make_shared<MadeUp>(Message::tr("it is not installed"));
    const auto calibration = calibrate(model, randomSamples(model, 8), optionsWith(source, nullptr));
    QCOMPARE(calibration->gradientObstacle(0).text(), "it is not installed");
    try {
        Compressor(model, calibration).compress(recipeOf("c1:prune=0.5,prune.method=taylor"));
        QFAIL("nothing was said");
    } catch (const Error &error) {
        QCOMPARE(error.what(), "Nothing is installed.");
    }
}

void TstGradientStore::firstTime_isExpectedToTakeLong()
{
    const Model model = smallNetwork();
    const auto source = std::make_shared<MadeUp>();
    const auto rates = std::make_shared<WorkRates>();
    rates->set(SlowWork::Gradients, 1.0);
    Compressor compressor(model, calibrate(model, randomSamples(model, 8), optionsWith(source, nullptr)),
                          {false, nullptr, rates});
    const Recipe recipe = recipeOf("*:prune=0.5,prune.method=movement");
    const std::vector<LayerSettings> settings = compressor.resolve(recipe).settings;
    const double before = compressor.expectedSeconds(settings);
    QVERIFY(before >= gradientWork(model.layers()).units);
    QVERIFY(compressor.expectedSeconds(recipeOf("*:prune=0.5").resolve({"c1", "c2", "c3", "fc"})) < before);
    compressor.compress(recipe);
    QVERIFY(compressor.expectedSeconds(settings) < before / 2); // known by now
}

QTEST_GUILESS_MAIN(TstGradientStore)
#include "tst_gradientstore.moc"
