#include "core/base/fileio.h"
#include "core/project/firstsession.h"
#include "core/project/messagejson.h"
#include "tests/support/places.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace lathe;
using lathe::test::sourcePath;
namespace fs = std::filesystem;

namespace {

Recipe bits(int count)
{
    Recipe recipe;
    recipe.rules.push_back(parseRule("*:bits=" + std::to_string(count)));
    return recipe;
}

ProjectVariant fromElsewhere()
{
    ProjectVariant v;
    v.id = "id-file";
    v.name = "from elsewhere";
    v.file = ProjectFile{{"/work place/sub/int8.onnx", std::string(64, 'b'), 1234}, 0.25, 7, 2};
    v.measured.quality = Figures::Settled;
    v.measured.agreement = Interval{0.98, 0.96, 0.99};
    return v;
}

ProjectVariant variant(const std::string &name, int count)
{
    ProjectVariant v;
    v.id = "id-" + name;
    v.name = name;
    v.note = "why " + name;
    v.recipe = bits(count);
    v.measured.sizes = v.measured.quality = v.measured.running = Figures::Settled;
    v.measured.top1 = Interval{0.9, 0.88, 0.92};
    v.measured.bytes = 1000 * count;
    v.measured.memory = 5000;
    v.measured.fullSet = Interval{-0.01, -0.02, 0.0};
    v.measured.samplesDone = v.measured.samplesTotal = 500;
    v.when = "2026-01-02T03:04:05.678";
    v.data = Message::tr("{} samples of {}", 500, Message::tr("{} (first half)", std::string("digits")));
    return v;
}

Project example()
{
    Project p;
    p.model = {"/work place/net.onnx", std::string(64, 'a'), 744496, 1795940458298};
    p.data = DataChoice{"/work place/images:test", preprocessingPreset("imagenet"), 600, "/elsewhere/train"};
    p.recipe = bits(4);
    p.recipePath = "/work place/net.recipe.json";
    p.derivedFrom = "id-eight";
    p.variants = {variant("eight", 8), variant("größer als 小", 3)};
    p.variants[1].parent = "id-eight";
    p.variants[1].tuning = ProjectTuning{"/work place/small.tuning.npz", std::string(64, 'c')};
    p.tuning = ProjectTuning{"/elsewhere/now.tuning.npz", std::string(64, 'd')};
    p.variants[1].note = "first line\nsecond \"line\"";
    p.layout = R"({"perspective":"tune"})";
    return p;
}

std::string refusalOf(std::string_view json)
{
    try {
        projectFromJson(json, "/p", "p.lathe");
    } catch (const Error &error) {
        return error.code() == ErrorCode::MalformedData ? error.what() : "wrong code";
    }
    return "nothing thrown";
}

} // namespace

class TstProject : public QObject {
    Q_OBJECT
private slots:
    void roundTrip_keepsEverything();
    void messages_keepWhatTheyAreMadeOf();
    void unreadableMessage_saysNothing_data();
    void unreadableMessage_saysNothing();
    void paths_belowTheFolderMoveWithIt();
    void versionOne_staysReadable();
    void versionTwo_staysReadable();
    void projectOfTheFirstRelease_keepsItsDefaults();
    void sessionOfTheFirstRelease_isReadAsAProject();
    void noSessionOfTheFirstRelease_isRefused();
    void fileFromElsewhere_isKeptByPathAndHash();
    void variantOfNothing_isLeftOutAndNamed();
    void notAProject_isRefusedInOneSentence_data();
    void notAProject_isRefusedInOneSentence();
    void cutFile_givesWhatStandsBeforeTheCut();
    void everyCut_isReadOrRefused();
    void flippedBytes_neverDoMoreThanLoseParts();
    void unreadableVariant_isLeftOutAndNamed();
    void tuningWithoutAFile_leavesTheRecipe();
    void numbersOfAnotherType_areNotTaken();
    void numbersBeyondTheirType_areNotTaken();
    void deepNesting_isNoProject();
    void save_leavesTheOldFileWhenItCannot();
    void model_isFoundBesideAMovedProject();
};

void TstProject::roundTrip_keepsEverything()
{
    const Project p = example();
    const std::string text = toJson(p, "/work place");
    const ReadProject read = projectFromJson(text, "/work place", "p.lathe");
    QVERIFY(read.losses.empty());
    QCOMPARE(read.project.model.path, p.model.path);
    QCOMPARE(read.project.model.sha256, p.model.sha256);
    QCOMPARE(read.project.model.bytes, p.model.bytes);
    QCOMPARE(read.project.data->reference, p.data->reference);
    QVERIFY(read.project.data->preprocessing == p.data->preprocessing);
    QCOMPARE(read.project.data->calibration, p.data->calibration);
    QVERIFY(read.project.recipe == p.recipe);
    QCOMPARE(read.project.variants.size(), p.variants.size());
    QCOMPARE(read.project.variants[1].name, p.variants[1].name);
    QCOMPARE(read.project.variants[1].note, p.variants[1].note);
    QVERIFY(read.project.variants[1].recipe == p.variants[1].recipe);
    QCOMPARE(read.project.variants[1].parent, std::string("id-eight"));
    QCOMPARE(read.project.derivedFrom, p.derivedFrom);
    QCOMPARE(read.project.variants[0].measured.top1->high, 0.92);
    QCOMPARE(read.project.variants[0].measured.memory.value(), int64_t(5000));
    QCOMPARE(read.project.variants[0].measured.fullSet->low, -0.02);
    QVERIFY(!read.project.variants[0].measured.agreement);
    QCOMPARE(read.project.variants[0].data.text(), std::string("500 samples of digits (first half)"));
    QCOMPARE(read.project.layout, p.layout);
    QVERIFY(read.project.tuning == p.tuning && read.project.variants[1].tuning == p.variants[1].tuning);
    QVERIFY(!read.project.variants[0].tuning && text.find("\"small.tuning.npz\"") != std::string::npos);
    QCOMPARE(toJson(read.project, "/work place"), text); // nothing else is in it either
}

void TstProject::messages_keepWhatTheyAreMadeOf()
{
    const Message inner = Message::tr("{} (first half)", std::string("set {0} \"é\""));
    const Message said = Message::tr("{} samples of {}, {:.1f} %", 5, inner, 2.345);
    const Message read = messageFromJson(toJson(said));
    QCOMPARE(read.text(), std::string("5 samples of set {0} \"é\" (first half), 2.3 %"));
    QCOMPARE(read.pattern(), said.pattern());
    QCOMPARE(read.arguments().at(1).message.pattern(), inner.pattern());
    QCOMPARE(toJson(read), toJson(said));
    QCOMPARE(toJson(Message::verbatim("digits")), std::string("\"digits\""));
    QCOMPARE(messageFromJson("\"500 samples\"").text(), std::string("500 samples")); // of the first release
    QVERIFY(messageFromJson("\"500 samples\"").pattern().empty());
    QVERIFY(messageFromJson(toJson(Message())).empty());
}

void TstProject::unreadableMessage_saysNothing_data()
{
    QTest::addColumn<QByteArray>("json");
    QByteArray deep = R"("end")";
    for (int i = 0; i < 10'000; ++i)
        deep = R"({"text":"{}","arguments":[)" + deep + "]}";
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("number") << QByteArray("5");
    QTest::newRow("no text") << QByteArray(R"({"arguments":[]})");
    QTest::newRow("no arguments") << QByteArray(R"({"text":"a"})");
    QTest::newRow("text is no text") << QByteArray(R"({"text":1,"arguments":[]})");
    QTest::newRow("arguments are no list") << QByteArray(R"({"text":"a","arguments":{}})");
    QTest::newRow("endless") << deep;
}

void TstProject::unreadableMessage_saysNothing()
{
    QFETCH(QByteArray, json);
    QCOMPARE(messageFromJson(std::string_view(json.constData(), size_t(json.size()))).text(), std::string());
}

void TstProject::paths_belowTheFolderMoveWithIt()
{
    const std::string text = toJson(example(), "/work place");
    const Project moved = projectFromJson(text, "/new/home", "p.lathe").project;
    QCOMPARE(moved.model.path, fs::path("/new/home/net.onnx"));
    QCOMPARE(moved.data->reference, std::string("/new/home/images:test"));
    QCOMPARE(moved.recipePath, std::string("/new/home/net.recipe.json"));
    QCOMPARE(moved.data->calibration, std::string("/elsewhere/train")); // not below it
    Project itself = example();
    itself.data->reference = "/work place";
    QCOMPARE(projectFromJson(toJson(itself, "/work place"), "/new", "p").project.data->reference,
             std::string("/new"));
}

void TstProject::versionOne_staysReadable()
{
    const std::string text = readFile(sourcePath("tests/data/project/v1.lathe"));
    const ReadProject read = projectFromJson(text, "/home/me", "v1.lathe");
    QVERIFY(read.losses.empty());
    const Project &p = read.project;
    QCOMPARE(p.model.path, fs::path("/home/me/models/net.onnx"));
    QCOMPARE(p.data->reference, std::string("/data/digits:test"));
    QCOMPARE(p.data->limit, 600);
    QCOMPARE(p.data->preprocessing->name, std::string("edited"));
    QCOMPARE(p.data->preprocessing->deviation.front(), 0.25);
    QCOMPARE(p.recipe.resolve({"any"}).front().quantize->group, 32);
    QCOMPARE(p.variants.size(), size_t(1));
    const Figures &m = p.variants.front().measured;
    QCOMPARE(p.variants.front().note, std::string("for the first board"));
    QCOMPARE(p.variants.front().data.text(), std::string("540 samples of digits (test)"));
    QVERIFY(p.variants.front().parent.empty() && !p.variants.front().file && p.derivedFrom.empty());
    QCOMPARE(m.top1Difference->low, -0.007);
    QCOMPARE(m.bytes, int64_t(191000));
    QCOMPARE(m.macs.value(), int64_t(692000));
    QCOMPARE(m.latency.value(), 2.1e-05);
    QCOMPARE(m.baselineMemory.value(), int64_t(130000));
    QCOMPARE(m.fullSet->high, 0.005);
    QCOMPARE(m.sqnr.value(), 41.5);
    QCOMPARE(m.samplesTotal, int64_t(540));
}

void TstProject::versionTwo_staysReadable()
{
    const std::string text = readFile(sourcePath("tests/data/project/v2.lathe"));
    const ReadProject read = projectFromJson(text, "/home/me", "v2.lathe");
    QVERIFY(read.losses.empty());
    const Project &p = read.project;
    QCOMPARE(p.derivedFrom, std::string("b2"));
    QCOMPARE(p.variants.size(), size_t(3));
    QCOMPARE(p.variants[1].parent, std::string("a1"));
    QCOMPARE(p.variants[1].note, std::string("first line\nsecond line"));
    QVERIFY(!p.variants[1].file);
    const ProjectVariant &file = p.variants[2];
    QVERIFY(file.file && file.recipe.rules.empty() && file.parent.empty());
    QCOMPARE(file.file->file.path, fs::path("/home/me/vendor/int8.onnx"));
    QCOMPARE(file.file->file.sha256.size(), size_t(64));
    QCOMPARE(file.file->file.bytes, uint64_t(200344));
    QCOMPARE(file.file->sparsity.value(), 0.02);
    QCOMPARE(file.file->matchedByName, int64_t(5));
    QCOMPARE(file.file->matchedByShape, int64_t(1));
    QCOMPARE(file.measured.top1->value, 0.985);
}

void TstProject::projectOfTheFirstRelease_keepsItsDefaults()
{
    const ReadProject read = loadProject(sourcePath("tests/data/0.1.0/net.lathe"));
    QVERIFY(read.losses.empty());
    const auto bias = [](const Recipe &recipe, const char *layer) {
        return recipe.resolve({layer}).front().quantize.value_or(QuantizeSettings()).biasCorrection;
    };
    QCOMPARE(bias(read.project.recipe, "conv2"), BiasCorrection::Off);
    QCOMPARE(bias(read.project.recipe, "fc1"), BiasCorrection::Off);
    QCOMPARE(bias(read.project.recipe, "other"), BiasCorrection::Data);
    QCOMPARE(bias(read.project.variants.at(0).recipe, "fc1"), BiasCorrection::Off);
    QCOMPARE(findModel(read.project, sourcePath("tests/data/0.1.0")).filename(), fs::path("net.onnx"));
}

/// The window of 0.1.0 wrote it; only its paths were changed.
void TstProject::sessionOfTheFirstRelease_isReadAsAProject()
{
    const std::string text = readFile(sourcePath("tests/data/0.1.0/session-measured.json"));
    const ReadProject read = projectFromFirstSession(text, "session");
    QVERIFY(read.losses.empty());
    const Project &p = read.project;
    QCOMPARE(p.model.path, fs::path("/models/digits.onnx"));
    QCOMPARE(p.model.bytes, uint64_t(744496));
    QCOMPARE(p.model.changed, int64_t(1795940458298));
    QVERIFY(p.model.sha256.empty() && p.layout.empty() && !p.data);
    QCOMPARE(p.recipePath, std::string("/recipes/four.json"));
    const std::vector<LayerSettings> four = p.recipe.resolve({"fc1"});
    QCOMPARE(four.front().quantize->bits, 4);
    QCOMPARE(four.front().quantize->group, 32);
    QCOMPARE(int(p.variants.size()), 3);
    const ProjectVariant &file = p.variants[0], &eight = p.variants[1], &last = p.variants[2];
    QCOMPARE(p.derivedFrom, last.id);
    QCOMPARE(file.name, std::string("mine"));
    QCOMPARE(file.file->file.path, fs::path("/elsewhere/mine.onnx"));
    QCOMPARE(file.file->file.sha256.substr(0, 8), std::string("83e88e85"));
    QCOMPARE(file.file->file.bytes, uint64_t(190770));
    QCOMPARE(file.file->sparsity.value(), 0.01036003969281215);
    QCOMPARE(file.file->matchedByName, int64_t(6));
    QCOMPARE(file.measured.top1->value, 0.9925925925925926);
    QCOMPARE(eight.recipe.resolve({"fc1"}).front().quantize->bits, 8);
    QVERIFY(eight.measured.quality == Figures::Unknown && eight.when.empty());
    QCOMPARE(last.parent, eight.id);
    QCOMPARE(last.note, std::string("two\nlines"));
    QCOMPARE(last.when, std::string("2026-11-29T12:27:56.963"));
    QCOMPARE(last.data.text(), std::string("540 samples of sample (test)"));
    const Figures &f = last.measured;
    QVERIFY(f.sizes == Figures::Settled && f.quality == Figures::Settled && f.running == Figures::Settled);
    QCOMPARE(f.bytes, int64_t(109867));
    QCOMPARE(f.originalBytes, int64_t(744496));
    QCOMPARE(f.macs.value(), int64_t(692160));
    QCOMPARE(f.top1->value, 0.9907407407407407);
    QCOMPARE(f.top1Difference->low, -0.006956695285315715);
    QCOMPARE(f.agreement->high, 0.9996730278462792);
    QCOMPARE(f.fullSet->value, -0.001851851851851852);
    QCOMPARE(f.sqnr.value(), 23.726462697849637);
    QCOMPARE(f.latency.value(), 2.3665e-05);
    QCOMPARE(f.memory.value(), int64_t(757473));
    QCOMPARE(f.samplesDone, int64_t(540));
    QCOMPARE(f.basis.substr(0, 8), std::string("388e3d87"));
    // As a project it goes on: nothing is lost when it is written again.
    const std::string again = toJson(p, "/data");
    QCOMPARE(toJson(projectFromJson(again, "/data", "s.lathe").project, "/data"), again);
}

void TstProject::noSessionOfTheFirstRelease_isRefused()
{
    for (const char *text :
         {"", "no JSON", "[]", "{}", R"({"lathe_session": 2, "model": "/m.onnx"})", R"({"lathe_session": 1})",
          R"({"lathe_session": 1, "model": 3, "variants": "x"})"}) {
        const auto outcome = runGuarded([&] { return projectFromFirstSession(text, "old.json"); });
        const auto *error = std::get_if<Error>(&outcome);
        QVERIFY2(error && error->code() == ErrorCode::MalformedData, text);
        QVERIFY2(QString(error->what()).contains("old.json"), error->what());
    }
    const ReadProject partly = projectFromFirstSession(
        R"({"lathe_session": 1, "model": "/m.onnx", "recipe": "no recipe", "fingerprint": 7,
            "variants": [3, {"name": "a", "recipe": {}, "figures": 2}, {"name": "b", "figures": {},
            "recipe": "{\"lathe_recipe\": 1, \"name\": \"\", \"rules\": []}"}]})",
        "old.json");
    QCOMPARE(int(partly.project.variants.size()), 1);
    QCOMPARE(int(partly.losses.size()), 3);
}

void TstProject::fileFromElsewhere_isKeptByPathAndHash()
{
    Project p = example();
    p.variants.push_back(fromElsewhere());
    const std::string text = toJson(p, "/work place");
    const ReadProject read = projectFromJson(text, "/new", "p.lathe");
    QVERIFY(read.losses.empty());
    const ProjectVariant &file = read.project.variants.at(2);
    QCOMPARE(file.file->file.path, fs::path("/new/sub/int8.onnx")); // moves with the folder
    QCOMPARE(file.file->file.sha256, std::string(64, 'b'));
    QCOMPARE(file.file->sparsity.value(), 0.25);
    QCOMPARE(file.file->matchedByName, int64_t(7));
    QCOMPARE(file.file->matchedByShape, int64_t(2));
    QCOMPARE(toJson(projectFromJson(text, "/work place", "p").project, "/work place"), text);
}

void TstProject::variantOfNothing_isLeftOutAndNamed()
{
    const ReadProject read = projectFromJson(
        R"({"lathe_project":2,"model":{"path":"a.onnx"},
            "variants":[{"name":"v","measured":{}},{"name":"w","file":{"sha256":"x"},"measured":{}},
                        {"name":"x","file":"a.onnx","measured":{}}]})",
        "/p", "p.lathe");
    QVERIFY(read.project.variants.empty());
    QCOMPARE(read.losses.size(), size_t(3));
    QVERIFY2(read.losses[1].text().find("\"w\"") != std::string::npos, read.losses[1].text().c_str());
}

void TstProject::notAProject_isRefusedInOneSentence_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("part");
    QTest::newRow("empty") << QByteArray() << QByteArray("is not a Lathe project");
    QTest::newRow("binary") << QByteArray("\x08\x01\xff\xfe") << QByteArray("is not a Lathe project");
    QTest::newRow("a recipe") << QByteArray(R"({"lathe_recipe":1,"rules":[]})")
                              << QByteArray("is not a Lathe project");
    QTest::newRow("a list") << QByteArray("[1,2]") << QByteArray("is not a Lathe project");
    QTest::newRow("newer") << QByteArray(R"({"lathe_project":3})")
                           << QByteArray("newer Lathe (project version 3");
    QTest::newRow("no version") << QByteArray(R"({"lathe_project":"x"})") << QByteArray("which version");
    QTest::newRow("no model") << QByteArray(R"({"lathe_project":1})")
                              << QByteArray("does not name its model");
    QTest::newRow("model is text") << QByteArray(R"({"lathe_project":1,"model":"a"})")
                                   << QByteArray("does not name its model");
    QTest::newRow("cut early") << QByteArray(R"({"lathe_project":1,"mod)")
                               << QByteArray("nothing could be read");
}

void TstProject::notAProject_isRefusedInOneSentence()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, part);
    const std::string sentence = refusalOf(text.toStdString());
    QVERIFY2(sentence.starts_with("p.lathe "), sentence.c_str());
    QVERIFY2(QByteArray::fromStdString(sentence).contains(part), sentence.c_str());
}

void TstProject::cutFile_givesWhatStandsBeforeTheCut()
{
    const std::string text = toJson(example(), "/work place");
    const size_t cut = text.find("größer");
    const ReadProject read = projectFromJson(std::string_view(text).substr(0, cut), "/work place", "p.lathe");
    QCOMPARE(read.project.variants.size(), size_t(1));
    QCOMPARE(read.project.variants.front().name, std::string("eight"));
    QVERIFY(read.project.recipe == bits(4));
    QVERIFY(!read.losses.empty());
    QVERIFY2(read.losses.front().text().find("p.lathe is damaged at byte") == 0,
             read.losses.front().text().c_str());
}

void TstProject::everyCut_isReadOrRefused()
{
    const std::string text = toJson(example(), "/work place");
    for (size_t length = 0; length + 2 < text.size(); ++length) {
        try {
            const ReadProject read =
                projectFromJson(std::string_view(text).substr(0, length), "/p", "p.lathe");
            QVERIFY2(!read.losses.empty(), qPrintable(QString::number(length)));
            QVERIFY(!read.project.model.path.empty());
        } catch (const Error &error) {
            QCOMPARE(error.code(), ErrorCode::MalformedData);
        }
    }
}

void TstProject::flippedBytes_neverDoMoreThanLoseParts()
{
    const std::string text = toJson(example(), "/work place");
    for (size_t place = 0; place < text.size(); ++place) {
        for (const char flip : {'\x01', '\x20', '\x80'}) {
            std::string damaged = text;
            damaged[place] = static_cast<char>(damaged[place] ^ flip);
            try {
                const ReadProject read = projectFromJson(damaged, "/p", "p.lathe");
                QVERIFY(read.project.variants.size() <= 2);
                toJson(read.project, "/p"); // what was read can be saved again
            } catch (const Error &error) {
                QCOMPARE(error.code(), ErrorCode::MalformedData);
            }
        }
    }
}

void TstProject::unreadableVariant_isLeftOutAndNamed()
{
    std::string text = toJson(example(), "/work place");
    const size_t place = text.find("\"bits\": 8");
    QVERIFY(place != std::string::npos);
    text.replace(place, 9, "\"bots\": 8");
    const ReadProject read = projectFromJson(text, "/work place", "p.lathe");
    QCOMPARE(read.project.variants.size(), size_t(1));
    QCOMPARE(read.losses.size(), size_t(1));
    QVERIFY2(read.losses.front().text().find("\"eight\"") != std::string::npos,
             read.losses.front().text().c_str());
    QVERIFY2(read.losses.front().text().find("bots") != std::string::npos,
             read.losses.front().text().c_str());
}

void TstProject::tuningWithoutAFile_leavesTheRecipe()
{
    std::string text = toJson(example(), "/work place");
    const size_t at = text.find("small.tuning.npz");
    text.erase(at, std::string("small.tuning.npz").size());
    const ReadProject read = projectFromJson(text, "/work place", "p.lathe");
    QCOMPARE(read.project.variants.size(), size_t(2));
    QVERIFY(!read.project.variants[1].tuning && read.project.variants[1].recipe == bits(3));
    QCOMPARE(read.losses.size(), size_t(1));
    QCOMPARE(read.losses[0].text(),
             std::string("Variant \"größer als 小\": the file of its trained values is "
                         "not named any more, so they were left out."));
}

void TstProject::numbersOfAnotherType_areNotTaken()
{
    const ReadProject read = projectFromJson(
        R"({"lathe_project":1,"model":{"path":"a.onnx","size_bytes":"many"},
            "variants":[{"name":"v","recipe":{"lathe_recipe":1,"rules":[]},"measured":{"top1":[1,"x",3],"macs":{}}}]})",
        "/p", "p.lathe");
    QCOMPARE(read.project.model.bytes, uint64_t(0));
    QCOMPARE(read.project.variants.size(), size_t(1));
    QVERIFY(!read.project.variants.front().measured.top1);
    QVERIFY(!read.project.variants.front().measured.macs);
}

void TstProject::numbersBeyondTheirType_areNotTaken()
{
    for (const char *bytes : {"2e32", "-1", "18446744073709551616"}) {
        const ReadProject read =
            projectFromJson(std::string(R"({"lathe_project":1,"model":{"path":"a.onnx",)") +
                                R"("size_bytes":)" + bytes + "}}",
                            "/p", "p.lathe");
        QCOMPARE(read.project.model.bytes, uint64_t(0));
    }
}

void TstProject::deepNesting_isNoProject()
{
    const std::string text = R"({"lathe_project":1,"model":{"path":"a"},"x":)" + std::string(100000, '[');
    try {
        const ReadProject read = projectFromJson(text, "/p", "p.lathe");
        QVERIFY(!read.losses.empty());
    } catch (const Error &error) {
        QCOMPARE(error.code(), ErrorCode::MalformedData);
    }
}

void TstProject::save_leavesTheOldFileWhenItCannot()
{
    QTemporaryDir folder;
    const fs::path path = fs::path(folder.path().toStdString()) / "p.lathe";
    saveProject(example(), path);
    const std::string before = readFile(path);
    QCOMPARE(loadProject(path).project.variants.size(), size_t(2));
    try {
        saveProject(example(), path / "not a folder" / "p.lathe");
        QFAIL("wrote into a file");
    } catch (const Error &error) {
        QCOMPARE(error.code(), ErrorCode::FileUnwritable);
    }
    QCOMPARE(readFile(path), before);
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden).size(), qsizetype(1));
}

void TstProject::model_isFoundBesideAMovedProject()
{
    QTemporaryDir folder;
    const fs::path home = folder.path().toStdString();
    Project p = example();
    p.model.path = "/gone for good/net.onnx";
    QVERIFY(findModel(p, home).empty());
    writeFileAtomically(home / "net.onnx", "x");
    QCOMPARE(findModel(p, home), home / "net.onnx");
    writeFileAtomically(home / "other.onnx", "x");
    p.model.path = home / "other.onnx";
    QCOMPARE(findModel(p, home), home / "other.onnx");
}

QTEST_APPLESS_MAIN(TstProject)
#include "tst_project.moc"
