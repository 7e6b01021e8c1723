#include "core/model/proto.h"
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

/// A context that counts how often a pass over the samples was reported.
JobContext counting(std::atomic<int> &passes)
{
    JobContext ctx;
    ctx.onProgress = [&passes](const Progress &progress) {
        if (progress.stage.text().starts_with("calibrating"))
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

} // namespace

/// What is kept in files between two programs.
class TstCalibrationCache : public QObject {
    Q_OBJECT
private slots:
    void cache_givesTheSameNumbersWithoutRunning();
    void cache_isKeyedByContent();
    void damagedFile_isGatheredAgain_data();
    void damagedFile_isGatheredAgain();
    void unwritableFolder_isNoError();
    void fullCache_losesItsOldestFiles();
    void twoAtOnce_doNotDisturbEachOther();
    void cancel_endsTheGathering();
};

void TstCalibrationCache::cache_givesTheSameNumbersWithoutRunning()
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

void TstCalibrationCache::cache_isKeyedByContent()
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
    QVERIFY(hash != GatheredStatistics(model, randomSamples(model, 5, {}, 6), options).hash());
    QVERIFY(hash != GatheredStatistics(model, samples, seeded).hash());
    QCOMPARE(GatheredStatistics(model, samples, roomy).hash(), hash);
}

void TstCalibrationCache::damagedFile_isGatheredAgain_data()
{
    QTest::addColumn<QByteArray>("damage");
    for (const char *damage : {"flipped", "truncated", "empty", "longer", "other text"})
        QTest::newRow(damage) << QByteArray(damage);
}

void TstCalibrationCache::damagedFile_isGatheredAgain()
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

void TstCalibrationCache::unwritableFolder_isNoError()
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

void TstCalibrationCache::fullCache_losesItsOldestFiles()
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

void TstCalibrationCache::twoAtOnce_doNotDisturbEachOther()
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

void TstCalibrationCache::cancel_endsTheGathering()
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

QTEST_APPLESS_MAIN(TstCalibrationCache)
#include "tst_calibrationcache.moc"
