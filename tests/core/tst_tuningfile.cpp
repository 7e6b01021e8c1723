#include "core/base/fileio.h"
#include "core/compress/compressor.h"
#include "core/compress/tuningfile.h"
#include "core/data/npy.h"
#include "core/exporting/graph.h"
#include "tests/support/calibrationruns.h"
#include "tests/support/encodingcases.h"
#include "tests/support/messageof.h"
#include "tests/support/samplesets.h"

#include <QTemporaryDir>
#include <QTest>
#include <fstream>
#include <nlohmann/json.hpp>

using namespace lathe;
using namespace lathe::test;

/// Trained values as a file: whatever they are made of comes back, and whatever is wrong is refused.
class TstTuningFile : public QObject {
    Q_OBJECT
private slots:
    void encodings_comeBack_data();
    void encodings_comeBack();
    void constants_comeBack();
    void recipes_giveTheSameBytesAgain_data();
    void recipes_giveTheSameBytesAgain();
    void dataAreNeededNoMore();
    void dataIsKnownByName();
    void countsOfSharedThresholds_areKept();
    void correctionsOfTheBias_doNotMatter();
    void damage_isRefused_data();
    void damage_isRefused();
    void cutFiles_areRefused();
    void foreignFiles_areRefused();
    void otherModels_areRefused();
    void wrongCodes_areRefused_data();
    void wrongCodes_areRefused();
    void missingFolders_areSaid();

private:
    static Model model();
    static Recipe recipeOf(const std::vector<std::string> &rules);
    static std::shared_ptr<const Tuning> tuningOf(const CompressedModel &compressed);
    static TuningFile fileOf(std::shared_ptr<const Tuning> tuning);
    static TuningFile through(const TuningFile &file, QTemporaryDir &folder);
    static std::string exported(const CompressedModel &compressed);
    static std::string refusalOf(const std::string &bytes, QTemporaryDir &folder);
    static std::string damaged(const std::function<void(nlohmann::json &)> &change);
};

Model TstTuningFile::model()
{
    return smallNetwork();
}

Recipe TstTuningFile::recipeOf(const std::vector<std::string> &rules)
{
    Recipe recipe;
    for (const std::string &rule : rules)
        recipe.rules.push_back(parseRule(rule));
    return recipe;
}

/// All that it carries, each layer's output moved a little so that it is not what the recipe alone gives.
std::shared_ptr<const Tuning> TstTuningFile::tuningOf(const CompressedModel &compressed)
{
    std::vector<std::optional<TunedLayer>> layers(compressed.layers.size());
    for (size_t i = 0; i < layers.size(); ++i) {
        const LayerResult &result = compressed.layers[i];
        if (result.code.weight)
            layers[i] = TunedLayer{
                result.planKey,
                {result.code.weight, Vector::LinSpaced(compressed.source.layers()[i].rows, -0.25F, 0.5F)},
                result.pruneCount};
    }
    std::optional<Tuning::Calibrated> calibrated;
    if (!compressed.calibration.empty())
        calibrated = {compressed.calibration.text(), compressed.calibrationHash};
    return std::make_shared<const Tuning>(layers, compressed.constants(), "by a test", calibrated);
}

TuningFile TstTuningFile::fileOf(std::shared_ptr<const Tuning> tuning)
{
    return {std::move(tuning),
            {model().sha256(), std::string(64, 'a'), std::string(64, 'b'), uint64_t(7),
             R"({"after":0.25,"before":0.5})"}};
}

TuningFile TstTuningFile::through(const TuningFile &file, QTemporaryDir &folder)
{
    const std::filesystem::path path = folder.filePath("a.tuning.npz").toStdString();
    saveTuning(file, path);
    return loadTuning(path);
}

std::string TstTuningFile::exported(const CompressedModel &compressed)
{
    const QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("out.onnx").toStdString();
    buildModel(compressed, Storage::Compact).model.save(path);
    return readFile(path);
}

std::string TstTuningFile::refusalOf(const std::string &bytes, QTemporaryDir &folder)
{
    const std::filesystem::path path = folder.filePath("b.tuning.npz").toStdString();
    writeFileAtomically(path, bytes);
    return messageOf([&] { loadTuning(path); }).toStdString();
}

void TstTuningFile::encodings_comeBack_data()
{
    QTest::addColumn<int>("place");
    QTest::addColumn<int>("bits");
    for (size_t i = 0; i < encodingCases().size(); ++i)
        for (const int bits : {1, 3, 8})
            QTest::addRow("%s, %d bits", encodingCases()[i].name, bits) << int(i) << bits;
}

void TstTuningFile::encodings_comeBack()
{
    QFETCH(int, place);
    QFETCH(int, bits);
    const MatrixEncoding matrix = randomEncoding(encodingCases()[size_t(place)], {6, 12, 4}, bits, 3);
    std::vector<std::optional<TunedLayer>> layers(3);
    layers[1] = TunedLayer{"bits=3,", {std::make_shared<const Encoding>(matrix), Vector()}, int64_t(5)};
    layers[2] = TunedLayer{"", {nullptr, Vector::Constant(4, 0.1F)}, {}};
    QTemporaryDir folder;
    const TuningFile file = fileOf(std::make_shared<const Tuning>(layers, Tuning::Constants(), "made up"));
    const TuningFile back = through(file, folder);
    QCOMPARE(back.tuning->sha256(), file.tuning->sha256());
    QCOMPARE(tuningBytes(back), tuningBytes(file));
    QVERIFY(!back.tuning->layer(0));
    QCOMPARE(back.tuning->layer(1)->planKey, std::string("bits=3,"));
    QCOMPARE(back.tuning->layer(1)->pruneCount, std::optional<int64_t>(5));
    QCOMPARE(decode(*back.tuning->layer(1)->code.weight), decode(matrix));
    QCOMPARE(back.tuning->layer(2)->code.biasShift, Vector(Vector::Constant(4, 0.1F)));
    QCOMPARE(back.tuning->description(), std::string("made up"));
    QCOMPARE(back.origin.sourceSha256, file.origin.sourceSha256);
    QCOMPARE(back.origin.seed, file.origin.seed);
    QCOMPARE(back.origin.figures, file.origin.figures);
}

void TstTuningFile::constants_comeBack()
{
    Tuning::Constants constants;
    int64_t size = 1;
    for (const ElementType type : {ElementType::Float32, ElementType::Float16, ElementType::BFloat16,
                                   ElementType::Float64, ElementType::Int64, ElementType::UInt8}) {
        Tensor tensor = makeTensor(type, {size, 2});
        for (size_t i = 0; i < tensor.bytes.size(); ++i)
            tensor.bytes[i] = std::byte(i % 60);
        constants["a/" + std::to_string(size) + " 100% \\ \xc3\xa9\x01"] = tensor;
        ++size;
    }
    constants["scalar"] = makeTensor(Shape{}, std::vector<float>{1.5F});
    QTemporaryDir folder;
    const TuningFile file = fileOf(
        std::make_shared<const Tuning>(std::vector<std::optional<TunedLayer>>(), constants, "\xff no UTF-8",
                                       Tuning::Calibrated{"250 samples", std::string(64, 'c')}));
    const TuningFile back = through(file, folder);
    QCOMPARE(back.tuning->sha256(), file.tuning->sha256());
    QCOMPARE(tuningBytes(back), tuningBytes(through(back, folder)));
    QCOMPARE(back.tuning->calibrated()->description, std::string("250 samples"));
    for (const auto &[name, tensor] : constants) {
        QVERIFY(back.tuning->constants().contains(name));
        QCOMPARE(back.tuning->constants().at(name).shape, tensor.shape);
        QCOMPARE(back.tuning->constants().at(name).bytes, tensor.bytes);
    }
}

void TstTuningFile::recipes_giveTheSameBytesAgain_data()
{
    QTest::addColumn<QStringList>("rules");
    QTest::newRow("codes") << QStringList{"*:bits=4"};
    QTest::newRow("groups") << QStringList{"c1:bits=3,granularity=group,group=9", "m4:format=nf4"};
    QTest::newRow("pruned") << QStringList{"*:prune=0.5"};
    QTest::newRow("pruned together, then codes") << QStringList{"*:prune=0.5,prune.scope=global,bits=4"};
    QTest::newRow("codebooks") << QStringList{"*:clusters=4", "c3:clusters=8,clusters.group=4,prune=0.3"};
    QTest::newRow("factors") << QStringList{"c1:rank=2,rank.form=spatial", "c3:rank=2,residual.bits=3",
                                            "m4:rank=2,bits=4"};
    QTest::newRow("other factors") << QStringList{"c1:rank=2,rank.form=tucker2", "c3:format=binary",
                                                  "m4:format=ternary"};
    QTest::newRow("separable") << QStringList{"c1:separable=weights", "m4:format=fp16,prune=0.3"};
}

void TstTuningFile::recipes_giveTheSameBytesAgain()
{
    QFETCH(QStringList, rules);
    std::vector<std::string> texts;
    for (const QString &rule : rules)
        texts.push_back(rule.toStdString());
    const Model source = model();
    const Recipe recipe = recipeOf(texts);
    const auto tuning = tuningOf(Compressor(source).compress(recipe));
    QTemporaryDir folder;
    const TuningFile back = through(fileOf(tuning), folder);
    const CompressedModel first = Compressor(source).compress(recipe, tuning);
    const CompressedModel again = Compressor(source).compress(recipe, back.tuning);
    QVERIFY(std::ranges::none_of(again.issues, [](const Issue &issue) {
        return issue.message.text().find("trained") != std::string::npos;
    }));
    QVERIFY(first.layers[0].trained == LayerResult::Trained::Carried);
    QVERIFY(exported(first) == exported(again));
    QVERIFY(exported(first) != exported(Compressor(source).compress(recipe)));
}

/// What was compressed by data and trained needs them no more.
void TstTuningFile::dataAreNeededNoMore()
{
    const Model source = model();
    const SampleSet samples = randomSamples(source, 40);
    const auto calibration = calibrate(source, samples, everything());
    const Recipe recipe = recipeOf({"*:prune=0.5,prune.method=obs,prune.scope=global", "m4:bits=4"});
    const CompressedModel plain = Compressor(source, calibration).compress(recipe);
    QTemporaryDir folder;
    const TuningFile back = through(fileOf(tuningOf(plain)), folder);
    const CompressedModel with = Compressor(source, calibration).compress(recipe, back.tuning);
    const CompressedModel without = Compressor(source).compress(recipe, back.tuning);
    QCOMPARE(without.calibration.text(), plain.calibration.text());
    QCOMPARE(without.calibrationHash, plain.calibrationHash);
    QVERIFY(exported(with) == exported(without));
    // One that is not trained with these settings needs them as ever.
    QVERIFY_EXCEPTION_THROWN(
        Compressor(source).compress(recipeOf({"*:prune=0.6,prune.method=obs"}), back.tuning), Error);
}

void TstTuningFile::dataIsKnownByName()
{
    using Names = std::optional<std::set<std::string>>;
    for (const Names &names : {Names(), Names(std::set<std::string>()), Names({"digits:train", "photos"})}) {
        const auto tuning =
            std::make_shared<const Tuning>(std::vector<std::optional<TunedLayer>>(), Tuning::Constants(),
                                           Tuning::Source("by a test", names));
        QTemporaryDir folder;
        const std::shared_ptr<const Tuning> back = through(fileOf(tuning), folder).tuning;
        QVERIFY(back->source().data == names);
        QCOMPARE(back->description(), std::string("by a test"));
        QCOMPARE(back->sha256(), tuning->sha256());
        QCOMPARE(back->mayHaveSeen("photos"), !names || names->size() == 2);
    }
}

void TstTuningFile::countsOfSharedThresholds_areKept()
{
    const Model source = model();
    const auto calibration = calibrate(source, randomSamples(source, 40), everything());
    const Recipe recipe = recipeOf({"*:prune=0.5,prune.method=wanda,prune.scope=global"});
    const CompressedModel plain = Compressor(source, calibration).compress(recipe);
    const CompressedModel without = Compressor(source).compress(recipe, tuningOf(plain));
    for (size_t i = 0; i < plain.layers.size(); ++i) {
        QVERIFY(plain.layers[i].pruneCount.has_value());
        QCOMPARE(without.layers[i].pruneCount, plain.layers[i].pruneCount);
        QVERIFY(without.layers[i].trained == LayerResult::Trained::Carried);
    }
}

/// The bias is among what was trained, however the recipe says that it be corrected.
void TstTuningFile::correctionsOfTheBias_doNotMatter()
{
    const Model source = model();
    const CompressedModel plain = Compressor(source).compress(recipeOf({"*:bits=4"}));
    const auto tuning = tuningOf(plain);
    for (const char *rule : {"*:bits=4,bias_correction=off", "*:bits=4,bias_correction=constants"}) {
        const CompressedModel tuned = Compressor(source).compress(recipeOf({rule}), tuning);
        QVERIFY(tuned.layers[0].trained == LayerResult::Trained::Carried);
        QCOMPARE(tuned.layers[0].code, tuning->layer(0)->code);
    }
    const CompressedModel other = Compressor(source).compress(recipeOf({"*:bits=5"}), tuning);
    QVERIFY(other.layers[0].trained == LayerResult::Trained::LeftOut);
    QVERIFY(Compressor(source).compress(recipeOf({"*:bits=5"})).layers[0].trained ==
            LayerResult::Trained::None);
}

void TstTuningFile::damage_isRefused_data()
{
    QTest::addColumn<int>("step");
    QTest::newRow("a bit here and there") << 7;
}

/// A bit that is turned is either noticed or does not matter.
void TstTuningFile::damage_isRefused()
{
    QFETCH(int, step);
    const Model source = model();
    const TuningFile file = fileOf(tuningOf(
        Compressor(source).compress(recipeOf({"*:prune=0.5,bits=4", "c3:clusters=4", "m4:rank=2"}))));
    const std::string whole = tuningBytes(file);
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("b.tuning.npz").toStdString();
    for (size_t at = 0; at < whole.size(); at += size_t(step)) {
        std::string bytes = whole;
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << (at % 8)));
        std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
        const auto outcome = runGuarded([&] {
            if (loadTuning(path).tuning->sha256() != file.tuning->sha256())
                throw Error(ErrorCode::Internal, Message::tr("Damage went unnoticed at {}.", at));
        });
        const auto *error = std::get_if<Error>(&outcome);
        QVERIFY2(!error || error->code() == ErrorCode::MalformedData ||
                     error->code() == ErrorCode::Unsupported,
                 error ? error->what() : "");
    }
}

void TstTuningFile::cutFiles_areRefused()
{
    const std::string whole =
        tuningBytes(fileOf(tuningOf(Compressor(model()).compress(recipeOf({"*:bits=4"})))));
    QTemporaryDir folder;
    for (size_t size = 0; size < whole.size(); size += 41)
        QVERIFY(!refusalOf(whole.substr(0, size), folder).empty());
}

void TstTuningFile::foreignFiles_areRefused()
{
    QTemporaryDir folder;
    const std::string path = folder.filePath("b.tuning.npz").toStdString();
    QCOMPARE(refusalOf(npzBytes({{}, {{"x", makeTensor(Shape{2}, std::vector<float>{1, 2})}}}), folder),
             path + " is no file of trained values.");
    QCOMPARE(refusalOf(npzBytes({{{"tuning.json", "{}"}}, {}}), folder),
             path + " is no file of trained values.");
    QCOMPARE(refusalOf(npzBytes({{{"tuning.json", R"({"lathe_tuning": 2})"}}, {}}), folder),
             path + " was written by a newer Lathe (version 2 of trained values, this one reads 1).");
    QVERIFY(refusalOf("{}", folder).starts_with(path + " is no .npz file"));
    ErrorCode code = ErrorCode::Internal;
    messageOf([&] { loadTuning(folder.filePath("none.npz").toStdString()); }, &code);
    QCOMPARE(code, ErrorCode::FileUnreadable);
}

void TstTuningFile::otherModels_areRefused()
{
    const TuningFile file = fileOf(tuningOf(Compressor(model()).compress(recipeOf({"*:bits=4"}))));
    requireTuningOf(file, model().sha256(), "a.tuning.npz");
    const QString sentence = messageOf([&] { requireTuningOf(file, std::string(64, '0'), "a.tuning.npz"); });
    QVERIFY(sentence.startsWith("a.tuning.npz holds trained values of another model"));
}

std::string TstTuningFile::damaged(const std::function<void(nlohmann::json &)> &change)
{
    const TuningFile file = fileOf(tuningOf(Compressor(model()).compress(recipeOf({"*:prune=0.5,bits=4"}))));
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("a.tuning.npz").toStdString();
    saveTuning(file, path);
    NpzFile npz = readNpzFile(path);
    nlohmann::json json = nlohmann::json::parse(npz.texts[0].second);
    change(json);
    npz.texts[0].second = json.dump();
    return npzBytes(npz);
}

void TstTuningFile::wrongCodes_areRefused_data()
{
    using Change = std::function<void(nlohmann::json &)>;
    QTest::addColumn<Change>("change");
    QTest::newRow("fewer bits") << Change([](auto &j) { j["layers"][0]["weight"]["bits"] = 2; });
    QTest::newRow("nine bits") << Change([](auto &j) { j["layers"][0]["weight"]["bits"] = 9; });
    QTest::newRow("other rows") << Change([](auto &j) { j["layers"][0]["weight"]["rows"] = 9; });
    QTest::newRow("no rows") << Change([](auto &j) { j["layers"][0]["weight"].erase("rows"); });
    QTest::newRow("rows as text") << Change([](auto &j) { j["layers"][0]["weight"]["rows"] = "8"; });
    QTest::newRow("huge rows") << Change([](auto &j) { j["layers"][0]["weight"]["rows"] = 1e18; });
    QTest::newRow("other kind") << Change([](auto &j) { j["layers"][0]["weight"]["kind"] = "magic"; });
    QTest::newRow("groups") << Change([](auto &j) { j["layers"][0]["weight"]["group"] = 5; });
    QTest::newRow("no mask") << Change([](auto &j) { j["layers"][0]["weight"]["mask"] = false; });
    QTest::newRow("layer twice") << Change([](auto &j) { j["layers"][1]["index"] = 0; });
    QTest::newRow("far layer") << Change([](auto &j) { j["layers"][1]["index"] = 1e12; });
    QTest::newRow("layer gone") << Change([](auto &j) { j["layers"].erase(0); });
    QTest::newRow("other plan") << Change([](auto &j) { j["layers"][0]["plan_key"] = "bits=8,"; });
    QTest::newRow("no hash") << Change([](auto &j) { j.erase("sha256"); });
    QTest::newRow("a constant too many") << Change([](auto &j) {
        j["constants"].push_back({{"name", "x"}, {"type", "float32"}});
    });
    QTest::newRow("data no list") << Change([](auto &j) { j["learned_from"] = "digits"; });
    QTest::newRow("data no names") << Change([](auto &j) { j["learned_from"] = {1, 2}; });
    QTest::newRow("layers no list") << Change([](auto &j) { j["layers"] = 3; });
    QTest::newRow("layer no object") << Change([](auto &j) { j["layers"][0] = 3; });
    QTest::newRow("weight no object") << Change([](auto &j) { j["layers"][0]["weight"] = 3; });
    QTest::newRow("factors") << Change([](auto &j) { j["layers"][0]["weight"]["form"] = "product"; });
}

void TstTuningFile::wrongCodes_areRefused()
{
    QFETCH(std::function<void(nlohmann::json &)>, change);
    QTemporaryDir folder;
    const std::string sentence = refusalOf(damaged(change), folder);
    QVERIFY2(sentence.ends_with('.') && sentence.find("b.tuning.npz") != std::string::npos, sentence.c_str());
    qInfo("%s", sentence.c_str());
}

void TstTuningFile::missingFolders_areSaid()
{
    const TuningFile file = fileOf(tuningOf(Compressor(model()).compress(recipeOf({"*:bits=4"}))));
    ErrorCode code = ErrorCode::Internal;
    messageOf([&] { saveTuning(file, "/nowhere/at/all/a.tuning.npz"); }, &code);
    QCOMPARE(code, ErrorCode::FileUnwritable);
}

QTEST_GUILESS_MAIN(TstTuningFile)
#include "tst_tuningfile.moc"
