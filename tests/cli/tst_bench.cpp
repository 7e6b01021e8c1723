// lathe bench on the sample: what it prints, and that its figures belong together.
#include "tests/cli/program.h"

using namespace lathe::test;

class TstBench : public QObject {
    Q_OBJECT

private slots:
    void preview_saysHowEachLayerWasMeasured();
    void preview_withoutCacheStillMeasures();
    void preview_layerThatIsNotThere_isRefused();
    void againstReference_hasBothTimes_data();
    void againstReference_hasBothTimes();
    void compress_runsItselfWithBothKernels();
    void channels_timeIsHeldAgainstTheMacs();
    void withoutPart_isAUsageError();

private:
    static QJsonObject json(const QStringList &arguments)
    {
        const Run run = runLathe(arguments + QStringList{"--json", "--quiet"});
        if (run.exitCode != 0)
            qWarning("%s", run.err.constData());
        return run.json();
    }
};

void TstBench::preview_saysHowEachLayerWasMeasured()
{
    const QJsonObject all = json({"bench", "preview", sampleModel(), "--data", samplePath()});
    const QJsonArray layers = all["layers"].toArray();
    QCOMPARE(layers.size(), 6);
    for (const QJsonValue value : layers) {
        const QJsonObject layer = value.toObject();
        QVERIFY2(layer["whole_model_reason"].toString().isEmpty(), qPrintable(layer["name"].toString()));
        const double first = layer["first_estimate_seconds"].toDouble();
        const double settled = layer["settled_seconds"].toDouble();
        QVERIFY(first > 0.0 && first <= settled && settled <= layer["full_seconds"].toDouble());
        QVERIFY(layer["naive_seconds"].toDouble() > 0.0);
        QVERIFY(layer["suffix_share"].toDouble() > 0.0 && layer["suffix_share"].toDouble() <= 1.0);
    }
    // The later a layer, the less there is behind it.
    QVERIFY(layers.last()["suffix_share"].toDouble() < 0.05);
    QCOMPARE(layers.first()["suffix_share"].toDouble(), 1.0);
    for (const char *key : {"median_first_estimate_seconds", "median_settled_speedup",
                            "median_full_over_limit", "min_full_speedup", "cache_bytes", "bare_seconds"})
        QVERIFY2(all[key].toDouble() > 0.0, key);
    QVERIFY(all["interval_coverage"].toDouble() >= 0.95);
}

void TstBench::preview_withoutCacheStillMeasures()
{
    const QJsonObject all = json({"bench", "preview", sampleModel(), "--data", samplePath(), "--limit", "100",
                                  "--layer", "fc1", "--settings", "prune=0.5", "rank=8", "--cache", "0"});
    QCOMPARE(all["cache_bytes"].toInt(-1), 0);
    const QJsonArray layers = all["layers"].toArray();
    QCOMPARE(layers.size(), 1);
    QCOMPARE(layers.first()["cached_share"].toDouble(-1.0), 0.0);
    QVERIFY(layers.first()["full_seconds"].toDouble() > 0.0);
}

void TstBench::preview_layerThatIsNotThere_isRefused()
{
    const Run run = runLathe(
        {"bench", "preview", sampleModel(), "--data", samplePath(), "--layer", "nothing*", "--json"});
    QVERIFY(run.exitCode != 0);
    QVERIFY(run.out.isEmpty());
    QVERIFY(run.err.contains("lathe inspect"));
}

void TstBench::againstReference_hasBothTimes_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("analyze") << QStringList{"analyze", sampleModel()};
    QTest::newRow("evaluate") << QStringList{"evaluate", sampleModel(), "--data", samplePath()};
}

void TstBench::againstReference_hasBothTimes()
{
    QFETCH(QStringList, arguments);
    const QJsonObject result = json(QStringList{"bench"} + arguments);
    const double ours = result["seconds"].toDouble(), reference = result["reference_seconds"].toDouble();
    QVERIFY(ours > 0.0 && reference > 0.0);
    QVERIFY(std::abs(result["speedup"].toDouble() - reference / ours) < 1e-9 * reference / ours);
    QVERIFY(!result["reference"].toString().isEmpty());
}

void TstBench::compress_runsItselfWithBothKernels()
{
    const QJsonObject all =
        json({"bench", "compress", sampleModel(), "--calibrate", samplePath(), "--repeats", "2"});
    QVERIFY(all["kernels"].toString().startsWith("BLIS "));
    QCOMPARE(all["reference_kernels"].toString(), "BLIS generic");
    QCOMPARE(all["rounds"].toInt(), 2);
    for (const char *key : {"obs", "gptq"}) {
        const QJsonObject method = all[key].toObject();
        const double ours = method["seconds"].toDouble(), reference = method["reference_seconds"].toDouble();
        QVERIFY2(ours > 0.0 && reference > 0.0, key);
        QVERIFY(std::abs(method["speedup"].toDouble() - reference / ours) < 1e-9 * reference / ours);
    }
    const Run refused = runLathe({"bench", "compress", sampleModel(), "--calibrate", "nowhere"});
    LATHE_EXPECT_EXIT(refused, 3);
    QCOMPARE(refused.err.count('\n'), 1);
}

void TstBench::channels_timeIsHeldAgainstTheMacs()
{
    const QJsonObject all =
        json({"bench", "channels", sampleModel(), "--share", "0.8", "--share", "0.6", "--repeats", "5"});
    const QJsonArray variants = all["variants"].toArray();
    QCOMPARE(variants.size(), 4);
    for (qsizetype i = 0; i < variants.size(); ++i) {
        const QJsonValue variant = variants[i];
        QCOMPARE(variant["round"].toString(), QString(i % 2 == 0 ? "1" : "auto"));
        const double macs = variant["macs_share"].toDouble(), time = variant["time_share"].toDouble();
        const double most = i < 2 ? 0.8 : 0.6;
        QVERIFY(macs > most - 0.3 && macs <= most);
        QVERIFY(std::abs(time - variant["seconds"].toDouble() / all["seconds"].toDouble()) < 1e-9);
        QVERIFY(std::abs(variant["fall_of_time_over_macs"].toDouble() - (1.0 - time) / (1.0 - macs)) < 1e-9);
        QVERIFY(variant["seconds_low"].toDouble() <= variant["seconds"].toDouble());
        QVERIFY(variant["seconds"].toDouble() <= variant["seconds_high"].toDouble());
    }
}

void TstBench::withoutPart_isAUsageError()
{
    const Run run = runLathe({"bench"});
    QVERIFY(run.exitCode != 0);
    QVERIFY(run.out.isEmpty());
}

QTEST_GUILESS_MAIN(TstBench)
#include "tst_bench.moc"
