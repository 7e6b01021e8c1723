// Every verb on the sample: text and JSON on stdout, messages on stderr.
#include "tests/cli/program.h"
#include "tests/support/residualmodel.h"

using namespace lathe::test;

class TstVerbs : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void help_namesVerbsAndExitCodes();
    void version_isPrintedOnStdout();
    void text_holds_data();
    void text_holds();
    void json_isOneDocumentAndNothingElse_data();
    void json_isOneDocumentAndNothingElse();
    void inspect_listsTheLayers();
    void inspect_sharesAddUpToTheWeights();
    void compressedFile_showsWhatItStores();
    void analyze_patternChoosesLayers();
    void analyze_spectrumAndHistogramAreWhole();
    void evaluate_limitUsesSoManySamples();
    void evaluate_againstItself_agreesEverywhere();
    void evaluate_givenPreprocessing_isUsed();
    void evaluate_withoutDescription_saysThatItGuessed();
    void groups_listWhatGoesWithAChannel();
    void groups_listBlocks();
    void sensitivity_sortsByWhatTheLayersCost();
    void sensitivity_isWhatTheLayerCompressedAloneShows();
    void sensitivity_seedChoosesTheSamples();
    void sensitivity_leavesKeptLayersOut();
    void compress_keepsLayersWhateverElseIsSaid();
    void compress_laterRulesWinInCommandLineOrder();
    void compress_savedRecipeMakesTheSameFile();
    void compress_withData_measuresBothOnTheSameSamples();
    void compress_denseStorage_givesTheSameAnswers();
    void compress_overAnExistingFile_replacesIt();
    void verify_seedChoosesTheInputs();
    void verify_otherRecipe_fails();
    void verify_otherSource_fails();
    void compare_firstIsTheBaseline();
    void quiet_saysNothing();
    void runtime_tellsNobody();
    void threads_doNotChangeTheAnswer();

private:
    QString path(const QString &name) const { return m_folder.filePath(name); }
    QTemporaryDir m_folder;
    QString m_small; ///< the sample at 4 bits
};

void TstVerbs::initTestCase()
{
    QVERIFY(m_folder.isValid());
    m_small = path("small.onnx");
    LATHE_EXPECT_EXIT(runLathe({"compress", sampleModel(), "--set", "*:bits=4", "-o", m_small}), 0);
}

void TstVerbs::help_namesVerbsAndExitCodes()
{
    const Run run = runLathe({"--help"});
    LATHE_EXPECT_EXIT(run, 0);
    for (const char *word : {"inspect", "analyze", "evaluate", "sensitivity", "groups", "compress", "verify",
                             "compare", "Exit codes", "130"})
        QVERIFY2(run.out.contains(word), word);
    const Run verb = runLathe({"compress", "--help"});
    LATHE_EXPECT_EXIT(verb, 0);
    for (const char *word : {"--set", "--keep PATTERN", "--recipe", "--data", "--storage", "--json",
                             "--threads", "--quiet", "Exit codes"})
        QVERIFY2(verb.out.contains(word), word);
}

void TstVerbs::version_isPrintedOnStdout()
{
    const Run run = runLathe({"--version"});
    LATHE_EXPECT_EXIT(run, 0);
    QVERIFY2(run.out.startsWith("lathe ") && run.out.contains("ONNX Runtime"), run.out);
}

void TstVerbs::text_holds_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QStringList>("words");
    const QString data = samplePath();
    QTest::newRow("inspect") << QStringList{"inspect", sampleModel()}
                             << QStringList{"SHA-256", "Opset", "conv1", "fc1", "MACs", "Parameters"};
    QTest::newRow("analyze") << QStringList{"analyze", sampleModel()}
                             << QStringList{"conv1",       "fc1", "Deviation", "Break-even",
                                            "Exact zeros", "█",   "99 %"};
    QTest::newRow("evaluate") << QStringList{"evaluate", sampleModel(), "--data", data}
                              << QStringList{"Top-1", "Top-5", "Loss", "samples/s", "found beside the model"};
    QTest::newRow("sensitivity") << QStringList{"sensitivity", sampleModel(), "--data",
                                                data,          "--samples",   "20"}
                                 << QStringList{"conv1", "4 bit",      "Saved",  "20 of them",
                                                "fc1",   "Divergence", "seed 1", "alone"};
    QTest::newRow("groups") << QStringList{"groups", sampleModel()}
                            << QStringList{
                                   "conv1",   "fc1", "Can go", "MACs each", "they are part of the output",
                                   "100.00 %"};
    QTest::newRow("compress") << QStringList{"compress", sampleModel(), "--set", "*:bits=5",
                                             "--data",   data,          "-o",    path("text.onnx")}
                              << QStringList{"conv1",    "5 bit",    "ratio",
                                             "points (", "samples)", "Certificate  "};
    QTest::newRow("verify") << QStringList{"verify", m_small, "--against", sampleModel(), "--data", data}
                            << QStringList{"passed", "ONNX Runtime", "Recipe SHA-256"};
    QTest::newRow("compare") << QStringList{"compare", sampleModel(), m_small, "--data", data}
                             << QStringList{"baseline", "points", "Latency ratio", "small.onnx"};
}

void TstVerbs::text_holds()
{
    QFETCH(QStringList, arguments);
    QFETCH(QStringList, words);
    const Run run = runLathe(arguments);
    LATHE_EXPECT_EXIT(run, 0);
    const QString text = QString::fromUtf8(run.out);
    for (const QString &word : words)
        QVERIFY2(text.contains(word), qPrintable(word + " is not in\n" + text));
    for (const QString &line : text.split('\n'))
        QVERIFY2(!line.endsWith(' '), qPrintable(line));
}

void TstVerbs::json_isOneDocumentAndNothingElse_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QStringList>("keys");
    const QString data = samplePath();
    QTest::newRow("inspect") << QStringList{"inspect", sampleModel()}
                             << QStringList{"file",      "size_bytes", "sha256",       "opset",
                                            "opsets",    "ir_version", "producer",     "inputs",
                                            "outputs",   "parameters", "weight_bytes", "macs",
                                            "operators", "layers",     "issues"};
    QTest::newRow("analyze") << QStringList{"analyze", sampleModel()} << QStringList{"file", "layers"};
    QTest::newRow("evaluate") << QStringList{"evaluate", sampleModel(), "--data", data}
                              << QStringList{
                                     "top1",       "top1_low",      "top1_high",  "top5",
                                     "loss",       "samples",       "seconds",    "samples_per_second",
                                     "size_bytes", "preprocessing", "output_kind"};
    QTest::newRow("sensitivity") << QStringList{"sensitivity", sampleModel(), "--data", data, "--limit", "9"}
                                 << QStringList{"file",   "data",   "samples",     "seed",  "preprocessing",
                                                "recipe", "layers", "calibration", "issues"};
    QTest::newRow("groups") << QStringList{"groups", sampleModel()}
                            << QStringList{"file",   "rows",   "free_rows",      "prunable_rows", "coverage",
                                           "groups", "blocks", "outside_blocks", "issues"};
    QTest::newRow("compress") << QStringList{"compress", sampleModel(), "--set",
                                             "*:bits=6", "-o",          path("json.onnx")}
                              << QStringList{"file",   "source", "size_bytes",  "source_size_bytes",
                                             "ratio",  "macs",   "source_macs", "storage",
                                             "recipe", "layers", "measured",    "certificate",
                                             "issues"};
    QTest::newRow("verify") << QStringList{"verify", m_small, "--against", sampleModel()}
                            << QStringList{"passed",        "checks",
                                           "sha256",        "source_sha256",
                                           "recipe_sha256", "size_bytes",
                                           "ratio",         "samples",
                                           "inputs_used",   "max_relative_difference"};
    QTest::newRow("compare") << QStringList{"compare", sampleModel(), m_small, "--data",
                                            data,      "--limit",     "50"}
                             << QStringList{"data", "models"};
}

void TstVerbs::json_isOneDocumentAndNothingElse()
{
    QFETCH(QStringList, arguments);
    QFETCH(QStringList, keys);
    const Run run = runLathe(arguments + QStringList{"--json"});
    LATHE_EXPECT_EXIT(run, 0);
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(run.out, &error); // refuses text before and after
    QVERIFY2(error.error == QJsonParseError::NoError, qPrintable(error.errorString()));
    for (const QString &key : keys)
        QVERIFY2(document.object().contains(key), qPrintable(key));
}

void TstVerbs::inspect_listsTheLayers()
{
    const Run run = runLathe({"inspect", sampleModel(), "--json"});
    QStringList names;
    for (const QJsonValue layer : run.json()["layers"].toArray()) {
        names << layer["name"].toString();
        LATHE_EXPECT_KEYS(layer.toObject(), "name", "op", "kind", "weight", "type", "shape", "rows", "cols",
                          "parameters", "size_bytes", "share", "macs", "input_shape", "output_shape",
                          "full_rank", "break_even_rank", "compressible", "tied_to", "untouchable");
        QVERIFY(layer["macs"].toDouble() > 0);
    }
    QCOMPARE(names, (QStringList{"conv1", "conv2", "conv3", "fc1", "fc2", "fc3"}));
}

void TstVerbs::inspect_sharesAddUpToTheWeights()
{
    const QJsonObject model = runLathe({"inspect", sampleModel(), "--json"}).json();
    double shares = 0.0, macs = 0.0;
    for (const QJsonValue layer : model["layers"].toArray()) {
        shares += layer["share"].toDouble();
        macs += layer["macs"].toDouble();
    }
    QCOMPARE(shares, number(model, "weight_bytes") / number(model, "size_bytes"));
    QCOMPARE(macs, number(model, "macs"));
    QCOMPARE(number(model, "size_bytes"), double(QFileInfo(sampleModel()).size()));
}

void TstVerbs::compressedFile_showsWhatItStores()
{
    const QJsonObject model = runLathe({"inspect", m_small, "--json"}).json();
    const double all = number(model, "weight_bytes"), file = number(model, "size_bytes");
    QVERIFY2(all > 0.9 * file && all < file, qPrintable(QString::number(all)));
    for (const QJsonValue layer : model["layers"].toArray()) {
        QVERIFY(layer["size_bytes"].toDouble() > 0);
        QCOMPARE(layer["stored_bits"].toDouble(),
                 8 * layer["size_bytes"].toDouble() / layer["parameters"].toDouble());
        QVERIFY(layer["decodable"].toBool() && !layer["compressible"].toBool());
        QVERIFY(layer["untouchable"].toString().startsWith("Lathe has already stored its weight"));
    }
    const Run analyzed = runLathe({"analyze", m_small, "--json"});
    LATHE_EXPECT_EXIT(analyzed, 0);
    const QJsonArray layers = analyzed.json()["layers"].toArray();
    QCOMPARE(layers.size(), 6);
    for (const QJsonValue layer : layers)
        QVERIFY(layer["moments"]["deviation"].toDouble() > 0);
}

void TstVerbs::analyze_patternChoosesLayers()
{
    const Run run = runLathe({"analyze", sampleModel(), "--layer", "conv[12]", "--layer", "fc2", "--json"});
    LATHE_EXPECT_EXIT(run, 0);
    QStringList names;
    for (const QJsonValue layer : run.json()["layers"].toArray())
        names << layer["name"].toString();
    QCOMPARE(names, (QStringList{"conv1", "conv2", "fc2"}));
    // A pattern in brackets alone is a pattern, not a list.
    LATHE_EXPECT_EXIT(runLathe({"analyze", sampleModel(), "--layer", "[cf]*[1]", "--json"}), 0);
}

void TstVerbs::analyze_spectrumAndHistogramAreWhole()
{
    const Run run = runLathe({"analyze", sampleModel(), "--layer", "fc1", "--json"});
    const QJsonObject layer = run.json()["layers"][0].toObject();
    LATHE_EXPECT_KEYS(layer, "name", "op", "rows", "cols", "moments", "sparsity", "entropy_bits", "full_rank",
                      "break_even_rank", "effective_rank", "stable_rank", "rank_90", "rank_95", "rank_99",
                      "singular_values", "energy", "histogram", "channel_ranges");
    double counted = 0.0;
    for (const QJsonValue count : layer["histogram"]["counts"].toArray())
        counted += count.toDouble();
    QCOMPARE(counted, number(layer, "rows") * number(layer, "cols"));
    const QJsonArray values = layer["singular_values"].toArray();
    QCOMPARE(double(values.size()), number(layer, "full_rank"));
    double squares = 0.0;
    for (const QJsonValue value : values)
        squares += value.toDouble() * value.toDouble();
    const double norm = layer["moments"]["norm"].toDouble();
    QVERIFY(std::abs(std::sqrt(squares) - norm) < 1e-4 * norm);
    QCOMPARE(layer["channel_ranges"].toArray().size(), layer["rows"].toInt());
}

void TstVerbs::evaluate_limitUsesSoManySamples()
{
    const Run run = runLathe({"evaluate", sampleModel(), "--data", samplePath(), "--limit", "64", "--json"});
    LATHE_EXPECT_EXIT(run, 0);
    QCOMPARE(number(run.json(), "samples"), 64.0);
    const Run train = runLathe({"evaluate", sampleModel(), "--data", samplePath() + ":train", "--json"});
    QVERIFY2(number(train.json(), "samples") > 1000.0, train.report());
}

void TstVerbs::evaluate_againstItself_agreesEverywhere()
{
    const Run run =
        runLathe({"evaluate", sampleModel(), "--data", samplePath(), "--against", sampleModel(), "--json"});
    LATHE_EXPECT_EXIT(run, 0);
    const QJsonObject against = run.json()["against"].toObject();
    LATHE_EXPECT_KEYS(against, "top1_difference", "top1_difference_low", "agreement", "kl_nats", "sqnr_db",
                      "max_relative_difference", "changed_samples");
    QCOMPARE(number(against, "agreement"), 1.0);
    QCOMPARE(number(against, "top1_difference"), 0.0);
    QVERIFY(number(against, "top1_difference_low") < 0.0);
    QVERIFY(against["sqnr_db"].isNull()); // infinite: JSON has no such number
}

void TstVerbs::evaluate_givenPreprocessing_isUsed()
{
    const Run run =
        runLathe({"evaluate", sampleModel(), "--data", samplePath(), "--preprocess", "minus1to1", "--json"});
    LATHE_EXPECT_EXIT(run, 0);
    QCOMPARE(run.json()["preprocessing"]["origin"].toString(), QString("option"));
    QCOMPARE(run.json()["preprocessing"]["name"].toString(), QString("minus1to1"));
}

void TstVerbs::evaluate_withoutDescription_saysThatItGuessed()
{
    const QTemporaryDir alone;
    QVERIFY(QFile::copy(sampleModel(), alone.filePath("digits.onnx")));
    const Run run = runLathe({"evaluate", alone.filePath("digits.onnx"), "--data", samplePath(), "--json"});
    LATHE_EXPECT_EXIT(run, 0);
    QCOMPARE(run.json()["preprocessing"]["origin"].toString(), QString("guess"));
    QVERIFY2(run.err.contains("--preprocess"), run.err);
}

void TstVerbs::groups_listWhatGoesWithAChannel()
{
    const Run run = runLathe({"groups", sampleModel(), "--json"});
    LATHE_EXPECT_EXIT(run, 0);
    const QJsonArray groups = run.json()["groups"].toArray();
    QVERIFY(groups.size() > 2);
    const QJsonObject first = groups[0].toObject(), last = groups.last().toObject();
    QCOMPARE(first["name"].toString(), QString("conv1"));
    QCOMPARE(first["prunable"].toInt(), first["channels"].toInt());
    QVERIFY(first["bytes_per_channel"].toDouble() > 0.0 && first["macs_per_channel"].toDouble() > 0.0);
    const QJsonObject rows = first["uses"].toArray()[0].toObject();
    QVERIFY(rows["constant"].toBool());
    QCOMPARE(rows["runs"].toArray()[0].toObject()["count"].toInt(), first["channels"].toInt());
    QCOMPARE(last["prunable"].toInt(), 0);
    QVERIFY(last["locks"].toArray()[0].toObject()["interface"].toBool());
}

void TstVerbs::groups_listBlocks()
{
    const QTemporaryDir folder;
    const QString file = folder.filePath("residual.onnx");
    residualModel(3).save(file.toStdString());
    const Run run = runLathe({"groups", file, "--json"});
    LATHE_EXPECT_EXIT(run, 0);
    const QJsonArray blocks = run.json()["blocks"].toArray();
    QCOMPARE(blocks.size(), 3);
    const QJsonObject second = blocks[1].toObject();
    QCOMPARE(second["name"].toString(), QString("first_1"));
    QCOMPARE(second["layers"].toArray(), (QJsonArray{"first_1", "second_1"}));
    QCOMPARE(second["input"].toString(), QString("s0"));
    QCOMPARE(second["output"].toString(), QString("s1"));
    QCOMPARE(second["bytes"].toInt(), 0); // the weights are everybody's
    QCOMPARE(second["macs"].toInt(), 2 * 4 * 4 * 9 * 8 * 8);
    const QJsonArray outside =
        runLathe({"groups", sampleModel(), "--json"}).json()["outside_blocks"].toArray();
    QVERIFY(!outside.isEmpty());
    QVERIFY(!outside[0].toObject()["reason"].toString().isEmpty());
    const Run text = runLathe({"groups", file});
    QVERIFY2(text.out.contains("Layers in blocks that can be skipped  6 of 6"), text.out);
}

void TstVerbs::sensitivity_sortsByWhatTheLayersCost()
{
    const Run run =
        runLathe({"sensitivity", sampleModel(), "--data", samplePath(), "--set", "*:bits=2", "--json"});
    LATHE_EXPECT_EXIT(run, 0);
    const QJsonArray layers = run.json()["layers"].toArray();
    QCOMPARE(layers.size(), 6);
    double before = std::numeric_limits<double>::infinity();
    for (const QJsonValue layer : layers) {
        const double cost = layer["kl_nats"].toDouble();
        QVERIFY(cost > 0.0 && cost <= before);
        before = cost;
        QVERIFY(layer["output_difference"].toDouble() > 0.0);
        QCOMPARE(layer["saved_bytes"].toInt(),
                 layer["source_size_bytes"].toInt() - layer["size_bytes"].toInt());
        QCOMPARE(layer["settings"]["bits"].toInt(), 2);
    }
}

void TstVerbs::sensitivity_isWhatTheLayerCompressedAloneShows()
{
    const Run run = runLathe({"sensitivity", sampleModel(), "--data", samplePath(), "--set", "fc1:bits=2",
                              "--samples", "1000000", "--json"});
    LATHE_EXPECT_EXIT(run, 0);
    const QJsonArray layers = run.json()["layers"].toArray();
    QCOMPARE(layers.size(), 1); // the others have nothing to be tried
    const Run alone = runLathe({"compress", sampleModel(), "--set", "fc1:bits=2", "--data", samplePath(),
                                "-o", path("alone.onnx"), "--json"});
    LATHE_EXPECT_EXIT(alone, 0);
    QCOMPARE(run.json()["samples"], alone.json()["measured"]["compressed"]["samples"]);
    const double kl = alone.json()["measured"]["comparison"]["kl_nats"].toDouble();
    QVERIFY(std::abs(layers[0]["kl_nats"].toDouble() - kl) < 1e-4 * kl);
    for (const QJsonValue layer : alone.json()["layers"].toArray())
        if (layer["name"].toString() == "fc1")
            QCOMPARE(layers[0]["size_bytes"], layer["size_bytes"]);
}

void TstVerbs::sensitivity_seedChoosesTheSamples()
{
    const auto cost = [](const char *seed) {
        const Run run = runLathe({"sensitivity", sampleModel(), "--data", samplePath(), "--samples", "8",
                                  "--seed", seed, "--json"});
        return run.json()["layers"][0]["kl_nats"].toDouble();
    };
    const double first = cost("1");
    QVERIFY(first > 0.0);
    QCOMPARE(cost("1"), first);
    QVERIFY(cost("2") != first);
}

void TstVerbs::sensitivity_leavesKeptLayersOut()
{
    for (const QStringList &rules : {QStringList{}, QStringList{"--set", "*:bits=2"}}) {
        const Run run = runLathe(QStringList{"sensitivity", sampleModel(), "--data", samplePath(),
                                             "--samples", "8", "--keep", "conv*", "--json"} +
                                 rules);
        LATHE_EXPECT_EXIT(run, 0);
        const QJsonArray layers = run.json()["layers"].toArray();
        QVERIFY(!layers.isEmpty());
        for (const QJsonValue layer : layers)
            QVERIFY2(layer["name"].toString().startsWith("fc"), run.out.constData());
    }
}

void TstVerbs::compress_keepsLayersWhateverElseIsSaid()
{
    const auto settings = [this](const QStringList &rules) {
        const Run run =
            runLathe(QStringList{"compress", sampleModel()} + rules +
                     QStringList{"-o", path("kept.onnx"), "--json", "--save-recipe", path("kept.json")});
        return run.json()["layers"][0]["settings"].toObject();
    };
    const QJsonObject kept{{"keep", true}};
    QCOMPARE(settings({"--keep", "conv1", "--set", "*:bits=4"}), kept);
    QCOMPARE(settings({"--set", "*:bits=4", "--keep=conv*", "--set", "conv1:prune=0.5"}), kept);
    QFile saved(path("kept.json"));
    QVERIFY(saved.open(QIODevice::ReadOnly));
    const QJsonObject recipe = QJsonDocument::fromJson(saved.readAll()).object();
    QCOMPARE(recipe["lathe_recipe"].toInt(), 3);
    QVERIFY(recipe["rules"].toArray().contains(QJsonObject{{"layers", "conv*"}, {"keep", true}}));
    QVERIFY(QFile::copy(path("kept.json"), path("again.json"))); // what is read is not written over
    QCOMPARE(settings({"--recipe", path("again.json")}), kept);
    LATHE_EXPECT_EXIT(runLathe({"verify", path("kept.onnx"), "--against", sampleModel()}), 0);
    QCOMPARE(settings({"--keep", "conv1", "--set", "*:bits=4", "--set", "conv1:keep=false"})["bits"].toInt(),
             4);
    const Run text = runLathe(
        {"compress", sampleModel(), "--keep", "conv1", "--set", "*:bits=4", "-o", path("kept.onnx")});
    QVERIFY2(text.out.contains("kept as it is"), text.report().constData());
    const Run nothing = runLathe({"compress", sampleModel(), "--keep", "conv9", "-o", path("no.onnx")});
    QVERIFY2(nothing.err.contains("conv9"), nothing.report().constData());
}

void TstVerbs::compress_laterRulesWinInCommandLineOrder()
{
    writeFile(path("four.json"),
              R"({"lathe_recipe": 1, "rules": [{"layers": "*", "quantize": {"bits": 4}}]})");
    const auto bitsOfConv1 = [this](const QStringList &settings) {
        const Run run = runLathe(QStringList{"compress", sampleModel()} + settings +
                                 QStringList{"-o", path("order.onnx"), "--json"});
        return run.json()["layers"][0]["settings"]["bits"].toInt();
    };
    QCOMPARE(bitsOfConv1({"--recipe", path("four.json"), "--set", "conv*:bits=6"}), 6);
    QCOMPARE(bitsOfConv1({"--set", "conv*:bits=6", "--recipe", path("four.json")}), 4);
    QCOMPARE(bitsOfConv1({"--set", "*:bits=2", "--recipe", path("four.json"), "--set=conv1:bits=7"}), 7);
    QCOMPARE(bitsOfConv1({"--set", "*:bits=2", "--set", "conv1:bits=off", "--set", "fc*:bits=3"}), 0);
}

void TstVerbs::compress_savedRecipeMakesTheSameFile()
{
    LATHE_EXPECT_EXIT(
        runLathe({"compress", sampleModel(), "--set", "*:bits=5", "--set", "fc1:rank=50%,prune=0.3", "-o",
                  path("one.onnx"), "--save-recipe", path("saved.json")}),
        0);
    LATHE_EXPECT_EXIT(
        runLathe({"compress", sampleModel(), "--recipe", path("saved.json"), "-o", path("two.onnx")}), 0);
    QFile one(path("one.onnx")), two(path("two.onnx"));
    QVERIFY(one.open(QIODevice::ReadOnly) && two.open(QIODevice::ReadOnly));
    QVERIFY(one.readAll() == two.readAll());
}

void TstVerbs::compress_withData_measuresBothOnTheSameSamples()
{
    const Run run = runLathe({"compress", sampleModel(), "--set", "*:bits=4", "--data", samplePath(),
                              "--limit", "100", "-o", path("measured.onnx"), "--json"});
    LATHE_EXPECT_EXIT(run, 0);
    const QJsonObject measured = run.json()["measured"].toObject();
    QCOMPARE(measured["baseline"]["samples"].toInt(), 100);
    QCOMPARE(measured["compressed"]["samples"].toInt(), 100);
    const double difference =
        measured["compressed"]["top1"].toDouble() - measured["baseline"]["top1"].toDouble();
    QVERIFY(std::abs(difference - measured["comparison"]["top1_difference"].toDouble()) < 1e-9);
    QVERIFY2(run.json()["certificate"]["inputs_used"].toString().contains("samples of"), run.out);
    for (const QJsonValue layer : run.json()["layers"].toArray())
        LATHE_EXPECT_KEYS(layer.toObject(), "name", "settings", "form", "size_bytes", "source_size_bytes",
                          "parameters", "source_weight_shape", "weight_shape", "theoretical_bits",
                          "huffman_bits", "shannon_bits", "relative_error", "output_error", "output_sqnr_db",
                          "sparsity", "rank");
}

void TstVerbs::compress_denseStorage_givesTheSameAnswers()
{
    const QString dense = path("dense.onnx");
    LATHE_EXPECT_EXIT(
        runLathe({"compress", sampleModel(), "--set", "*:bits=4", "--storage", "dense", "-o", dense}), 0);
    QVERIFY(QFileInfo(dense).size() > 4 * QFileInfo(m_small).size());
    const Run run = runLathe({"evaluate", dense, "--data", samplePath(), "--against", m_small, "--json"});
    LATHE_EXPECT_EXIT(run, 0);
    QVERIFY2(number(run.json()["against"].toObject(), "max_relative_difference") <= 1e-4, run.out);
}

void TstVerbs::compress_overAnExistingFile_replacesIt()
{
    writeFile(path("existing.onnx"), "old");
    LATHE_EXPECT_EXIT(runLathe({"compress", sampleModel(), "--set", "*:bits=8", "-o", path("existing.onnx")}),
                      0);
    LATHE_EXPECT_EXIT(runLathe({"inspect", path("existing.onnx")}), 0);
}

void TstVerbs::verify_seedChoosesTheInputs()
{
    const Run run = runLathe({"verify", m_small, "--against", sampleModel(), "--seed", "42", "--json"});
    LATHE_EXPECT_EXIT(run, 0);
    QVERIFY2(run.json()["inputs_used"].toString().contains("seed 42"), run.out);
}

void TstVerbs::verify_otherRecipe_fails()
{
    writeFile(path("other.json"),
              R"({"lathe_recipe": 1, "rules": [{"layers": "*", "quantize": {"bits": 2}}]})");
    const Run run =
        runLathe({"verify", m_small, "--against", sampleModel(), "--recipe", path("other.json"), "--json"});
    LATHE_EXPECT_EXIT(run, 10);
    QCOMPARE(run.json()["passed"].toBool(true), false);
    QVERIFY2(run.err.contains("small.onnx does not do what its recipe says"), run.err);
}

void TstVerbs::verify_otherSource_fails()
{
    LATHE_EXPECT_EXIT(
        runLathe({"compress", sampleModel(), "--set", "*:prune=0.9", "-o", path("pruned.onnx")}), 0);
    const Run run = runLathe({"verify", m_small, "--against", path("pruned.onnx")});
    QVERIFY2(run.exitCode == 10 || run.exitCode == 2,
             run.report()); // 2: its layers are no longer there to match
}

void TstVerbs::compare_firstIsTheBaseline()
{
    const Run run =
        runLathe({"compare", sampleModel(), m_small, sampleModel(), "--data", samplePath(), "--json"});
    LATHE_EXPECT_EXIT(run, 0);
    const QJsonArray models = run.json()["models"].toArray();
    QCOMPARE(models.size(), 3);
    for (const QJsonValue model : models)
        LATHE_EXPECT_KEYS(model.toObject(), "file", "size_bytes", "ratio", "macs", "top1", "latency_seconds",
                          "latency_ratio", "comparison");
    QVERIFY(models[0]["comparison"].isNull());
    QVERIFY(models[1]["ratio"].toDouble() > 6.0);
    QCOMPARE(models[1]["macs"], models[0]["macs"]);
    QCOMPARE(models[2]["comparison"]["agreement"].toDouble(), 1.0);
    QVERIFY(models[1]["latency_seconds"].toDouble() > 0.0);
}

void TstVerbs::quiet_saysNothing()
{
    const QTemporaryDir alone; // without preprocessing, which would be told
    QVERIFY(QFile::copy(sampleModel(), alone.filePath("digits.onnx")));
    const Run run = runLathe({"evaluate", alone.filePath("digits.onnx"), "--data", samplePath(), "--quiet"});
    LATHE_EXPECT_EXIT(run, 0);
    QCOMPARE(run.err, QByteArray());
}

void TstVerbs::runtime_tellsNobody()
{
    const QTemporaryDir home;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("HOME", home.path());
    environment.insert("PATH", home.path()); // a shell that is started finds nothing, and says so
    for (const char *name :
         {"XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "ORT_DISABLE_TELEMETRY", "CI"})
        environment.remove(name);
    const Run run = runLathe({"evaluate", sampleModel(), "--data", samplePath(), "--quiet"}, {}, environment);
    LATHE_EXPECT_EXIT(run, 0);
    QCOMPARE(run.err, QByteArray());
    QCOMPARE(entries(home.path()), QStringList());
}

void TstVerbs::threads_doNotChangeTheAnswer()
{
    const QStringList arguments{"evaluate", sampleModel(), "--data", samplePath(), "--json"};
    const Run one = runLathe(arguments + QStringList{"--threads", "1"});
    const Run three = runLathe(arguments + QStringList{"--threads", "3"});
    LATHE_EXPECT_EXIT(three, 0);
    QCOMPARE(one.json()["top1"], three.json()["top1"]);
    QVERIFY(std::abs(number(one.json(), "loss") - number(three.json(), "loss")) < 1e-6);
}

QTEST_GUILESS_MAIN(TstVerbs)
#include "tst_verbs.moc"
