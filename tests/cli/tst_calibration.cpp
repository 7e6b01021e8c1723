// --calibrate of compress and verify, on the sample.
#include "tests/cli/program.h"

using namespace lathe::test;

class TstCalibration : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void gptqWithoutCalibration_isRefusedWithTheWayOut();
    void calibrated_beatsNearestOnOtherSamples();
    void calibrated_isVerifiedWithTheSameCalibration();
    void dataAlone_calibratesOnItsFirstHalf_data();
    void dataAlone_calibratesOnItsFirstHalf();
    void dataThatIsOneHalf_isRefusedWithTheLineToType();
    void withoutNeed_allDataAreMeasured();
    void automaticCorrection_losesNothingAtTwoBits();
    void automaticCorrection_needsNoData();
    void secondRun_findsTheStatistics();
    void badCalibration_isRefused_data();
    void badCalibration_isRefused();

private:
    QString path(const QString &name) const { return m_folder.filePath(name); }
    Run compressed(const QString &settings, const QStringList &more, const QString &to) const
    {
        return runLathe(QStringList{"compress", sampleModel(), "--set", settings, "-o", path(to), "--json"} +
                        more);
    }
    QTemporaryDir m_folder;
};

void TstCalibration::initTestCase()
{
    QVERIFY(m_folder.isValid());
    qputenv("XDG_CACHE_HOME", path("cache").toUtf8());
}

void TstCalibration::gptqWithoutCalibration_isRefusedWithTheWayOut()
{
    const Run run = compressed("*:bits=4,rounding=gptq", {}, "refused.onnx");
    QVERIFY2(run.exitCode == 2, run.report());
    QVERIFY2(run.err.contains("conv1") && run.err.contains("GPTQ") && run.err.contains("--calibrate") &&
                 run.err.contains("--data"),
             run.report());
    QVERIFY(!QFile::exists(path("refused.onnx")));
}

void TstCalibration::calibrated_beatsNearestOnOtherSamples()
{
    const QStringList data{"--data", samplePath() + ":test#second"};
    const Run nearest = compressed("*:bits=3", data, "nearest.onnx");
    QVERIFY2(nearest.exitCode == 0, nearest.report());
    QVERIFY(nearest.json()["calibration"].isNull());
    const Run gptq = compressed("*:bits=3,rounding=gptq",
                                data + QStringList{"--calibrate", samplePath() + ":test#first"}, "gptq.onnx");
    QVERIFY2(gptq.exitCode == 0, gptq.report());
    QVERIFY(gptq.json()["calibration"]["data"].toString().contains("first half"));
    const auto sqnr = [](const Run &run) {
        return run.json()["measured"]["comparison"]["sqnr_db"].toDouble();
    };
    QVERIFY2(sqnr(gptq) > sqnr(nearest),
             qPrintable(QString("%1 dB against %2 dB").arg(sqnr(gptq)).arg(sqnr(nearest))));
}

void TstCalibration::calibrated_isVerifiedWithTheSameCalibration()
{
    const QStringList verify{"verify", path("gptq.onnx"), "--against", sampleModel()};
    const Run without = runLathe(verify);
    QVERIFY2(without.exitCode == 0 && without.out.contains("Without the calibration data"), without.report());
    const Run with = runLathe(verify + QStringList{"--calibrate", samplePath() + ":test#first"});
    QVERIFY2(with.exitCode == 0, with.report());
    const Run other = runLathe(verify + QStringList{"--calibrate", samplePath() + ":test#second"});
    QVERIFY2(other.exitCode != 0, other.report());
}

void TstCalibration::dataAlone_calibratesOnItsFirstHalf_data()
{
    QTest::addColumn<QString>("settings");
    for (const char *settings : {"*:bits=3,rounding=gptq", "fc1:prune=0.5,prune.method=obs",
                                 "fc1:prune=0.5,prune.method=wanda", "fc1:rank=8,rank.method=asvd"})
        QTest::newRow(settings) << settings;
}

void TstCalibration::dataAlone_calibratesOnItsFirstHalf()
{
    QFETCH(QString, settings);
    const QString data = samplePath() + ":test";
    const QStringList limit{"--limit", "40"};
    const Run shared = compressed(settings, QStringList{"--data", data} + limit, "shared.onnx");
    QVERIFY2(shared.exitCode == 0, shared.report());
    QVERIFY2(shared.err.contains("#first' calibrates") && shared.err.contains("#second' is measured"),
             shared.report());
    const Run halves =
        compressed(settings, QStringList{"--calibrate", data + "#first", "--data", data + "#second"} + limit,
                   "halves.onnx");
    QVERIFY2(halves.exitCode == 0, halves.report());
    QCOMPARE(shared.json()["calibration"], halves.json()["calibration"]);
    QCOMPARE(shared.json()["measured"], halves.json()["measured"]);
    QVERIFY(shared.json()["measured"]["data"].toString().startsWith("40 samples of "));
    QFile one(path("shared.onnx")), two(path("halves.onnx"));
    QVERIFY(one.open(QIODevice::ReadOnly) && two.open(QIODevice::ReadOnly));
    QCOMPARE(one.readAll(), two.readAll());
    const Run verified = runLathe({"verify", path("shared.onnx"), "--against", sampleModel()});
    QVERIFY2(verified.exitCode == 0, verified.report()); // without data
}

void TstCalibration::dataThatIsOneHalf_isRefusedWithTheLineToType()
{
    const Run run =
        compressed("*:bits=4,rounding=gptq", {"--data", samplePath() + ":test#second"}, "half.onnx");
    QVERIFY2(run.exitCode == 2, run.report());
    const QByteArray line = "--calibrate '" + samplePath().toUtf8() + ":test#first' --data '" +
                            samplePath().toUtf8() + ":test#second'";
    QVERIFY2(run.err.contains(line), run.report());
}

void TstCalibration::withoutNeed_allDataAreMeasured()
{
    const Run run = compressed("*:bits=8", {"--data", samplePath() + ":test"}, "plain.onnx");
    QVERIFY2(run.exitCode == 0, run.report());
    QVERIFY(!run.json()["measured"]["data"].toString().contains("half"));
    QVERIFY(run.json()["calibration"].isNull());
}

/// At two bits the layers get other inputs than those that were gathered.
void TstCalibration::automaticCorrection_losesNothingAtTwoBits()
{
    const QStringList data{"--data", samplePath() + ":test#second", "--calibrate",
                           samplePath() + ":test#first"};
    const Run off = compressed("*:bits=2,bias_correction=off", data, "off.onnx");
    const Run automatic = compressed("*:bits=2", data, "automatic.onnx");
    QVERIFY2(off.exitCode == 0 && automatic.exitCode == 0, automatic.report());
    const auto top1 = [](const Run &run) { return run.json()["measured"]["compressed"]["top1"].toDouble(); };
    QVERIFY2(top1(automatic) >= top1(off),
             qPrintable(QString("%1 against %2").arg(top1(automatic)).arg(top1(off))));
}

void TstCalibration::automaticCorrection_needsNoData()
{
    const Run run = compressed("*:bits=8", {"--data", samplePath()}, "plain.onnx");
    QVERIFY2(run.exitCode == 0, run.report());
    QVERIFY(run.json()["calibration"].isNull());
    QVERIFY(!run.json()["measured"]["data"].toString().contains("half"));
    // What became of it stands in the file, which is verified by that alone.
    for (const QJsonValue &layer : run.json()["layers"].toArray())
        QVERIFY2(layer["bias_correction"] != "data" && layer["bias_correction"] != "auto", run.report());
    const Run verified = runLathe({"verify", path("plain.onnx"), "--against", sampleModel()});
    QVERIFY2(verified.exitCode == 0, verified.report());
    const Run byRecipe = runLathe({"compress", sampleModel(), "--set", "*:bits=8", "-o", path("again.onnx"),
                                   "--save-recipe", path("saved.json")});
    QVERIFY2(byRecipe.exitCode == 0, byRecipe.report());
    const Run saved =
        runLathe({"compress", sampleModel(), "--recipe", path("saved.json"), "-o", path("third.onnx")});
    QVERIFY2(saved.exitCode == 0, saved.report());
    QFile one(path("again.onnx")), two(path("third.onnx"));
    QVERIFY(one.open(QIODevice::ReadOnly) && two.open(QIODevice::ReadOnly));
    QCOMPARE(one.readAll(), two.readAll());
}

void TstCalibration::secondRun_findsTheStatistics()
{
    const QStringList data{"--calibrate", samplePath() + ":test#first", "--calibrate-samples", "50"};
    const Run first = compressed("*:bits=2,rounding=gptq", data, "one.onnx");
    QVERIFY2(first.exitCode == 0, first.report());
    const QDir cache(path("cache/lathe/calibration"));
    const QStringList files = cache.entryList(QDir::Files);
    QVERIFY(files.size() >= 6); // one for each layer
    const Run second = compressed("*:bits=2,rounding=gptq", data, "two.onnx");
    QVERIFY2(second.exitCode == 0, second.report());
    QCOMPARE(cache.entryList(QDir::Files), files);
    QFile one(path("one.onnx")), two(path("two.onnx"));
    QVERIFY(one.open(QIODevice::ReadOnly) && two.open(QIODevice::ReadOnly));
    QCOMPARE(one.readAll(), two.readAll());
}

void TstCalibration::badCalibration_isRefused_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("no such folder") << QStringList{"--calibrate", "/nowhere"} << QByteArray("/nowhere");
    QTest::newRow("no such half") << QStringList{"--calibrate", samplePath() + "#third"}
                                  << QByteArray("#first");
    QTest::newRow("no samples") << QStringList{"--calibrate", samplePath(), "--calibrate-samples", "0"}
                                << QByteArray("--calibrate-samples");
}

void TstCalibration::badCalibration_isRefused()
{
    QFETCH(QStringList, options);
    QFETCH(QByteArray, says);
    const Run run = compressed("*:bits=4,rounding=gptq", options, "bad.onnx");
    QVERIFY2(run.exitCode != 0 && run.err.contains(says), run.report());
    QVERIFY(run.out.isEmpty());
}

QTEST_GUILESS_MAIN(TstCalibration)
#include "tst_calibration.moc"
