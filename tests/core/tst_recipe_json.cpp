#include "core/base/fileio.h"
#include "core/recipe/recipe.h"
#include "tests/support/randomsettings.h"

#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest>
#include <random>

using namespace lathe;

class TstRecipeJson : public QObject {
    Q_OBJECT
private slots:
    void json_hasTheDocumentedForm();
    void json_leavesKeysOut();
    void versionOne_keepsItsDefaults_data();
    void versionOne_keepsItsDefaults();
    void version_isTheLowestThatHoldsTheRecipe_data();
    void version_isTheLowestThatHoldsTheRecipe();
    void withBiasCorrection_saysWhatBecameOfIt();
    void randomRecipe_survives();
    void anyAcceptedJson_isStable_data();
    void anyAcceptedJson_isStable();
    void badJson_isRefusedByName_data();
    void badJson_isRefusedByName();
    void rules_areReadAloneInAListAndInARecipe();
    void file_roundTrips();
    void missingFile_isUnreadable();
    void damagedBytes_neverDoMoreThanThrow();
};

namespace {

Recipe recipeOf(const std::vector<const char *> &arguments)
{
    Recipe recipe;
    for (const char *argument : arguments)
        recipe.rules.push_back(parseRule(argument));
    return recipe;
}

} // namespace

void TstRecipeJson::json_hasTheDocumentedForm()
{
    Recipe recipe =
        recipeOf({"conv*:prune=0.5,prune.method=magnitude,bits=4,symmetric=true,granularity=channel,rank=64",
                  "fc:rank=50%,bits=off", "*:rank.energy=0.95"});
    recipe.name = "small";
    const std::string expected = R"({
  "lathe_recipe": 2,
  "name": "small",
  "rules": [
    {
      "layers": "conv*",
      "prune": {
        "ratio": 0.5,
        "method": "magnitude"
      },
      "quantize": {
        "bits": 4,
        "symmetric": true,
        "granularity": "channel"
      },
      "rank": {
        "rank": 64
      }
    },
    {
      "layers": "fc",
      "quantize": null,
      "rank": {
        "share": 0.5
      }
    },
    {
      "layers": "*",
      "rank": {
        "energy": 0.95
      }
    }
  ]
}
)";
    QCOMPARE(toJson(recipe), expected);
    QCOMPARE(recipeFromJson(expected), recipe);
}

void TstRecipeJson::json_leavesKeysOut()
{
    const Recipe recipe = recipeFromJson(
        R"({"lathe_recipe":1,"rules":[{"layers":"*","quantize":{"symmetric":false}},{"layers":"fc","quantize":{"bits":3}}]})");
    const std::vector<LayerSettings> settings = recipe.resolve({"fc", "conv"});
    QuantizeSettings expected{3, false, Granularity::Channel};
    expected.biasCorrection = BiasCorrection::Off;
    QCOMPARE(settings[0], (LayerSettings{{}, expected, {}}));
    QVERIFY(settings[1].empty());
    QCOMPARE(recipeFromJson(R"({"lathe_recipe":1})"), Recipe{});
}

void TstRecipeJson::versionOne_keepsItsDefaults_data()
{
    QTest::addColumn<QString>("rules");
    QTest::addColumn<QStringList>("ofAll"); // of the layers a, b and c
    const QString off = "off", data = "data", none = "none";
    const auto row = [](const char *rules, const QStringList &all) { QTest::newRow(rules) << rules << all; };
    row(R"({"layers":"*","quantize":{"bits":4}})", {off, off, off});
    row(R"({"layers":"*","quantize":{"bits":4,"bias_correction":true}},{"layers":"b","quantize":{"bits":8}})",
        {data, data, data});
    row(R"({"layers":"b","quantize":{"bias_correction":true}},{"layers":"*","quantize":{"bits":4}})",
        {off, data, off});
    row(R"({"layers":"*","quantize":{"bits":4,"bias_correction":true}},{"layers":"b","quantize":null},)"
        R"({"layers":"b","quantize":{"bits":3}},{"layers":"c","quantize":null})",
        {data, off, none});
    row(R"({"layers":"*","quantize":{"bits":4,"bias_correction":true}},{"layers":"a","cluster":{"clusters":8}},)"
        R"({"layers":"a","quantize":{"bits":2}})",
        {data, data, data});
    row(R"({"layers":"*","quantize":{"bits":4,"format":"nf4"}},{"layers":"c","quantize":{"bias_correction":false}})",
        {off, off, off});
    row(R"({"layers":"*","prune":{"ratio":0.5}})", {none, none, none});
}

void TstRecipeJson::versionOne_keepsItsDefaults()
{
    QFETCH(QString, rules);
    QFETCH(QStringList, ofAll);
    const std::string text = "{\"lathe_recipe\":1,\"rules\":[" + rules.toStdString() + "]}";
    const Recipe recipe = recipeFromJson(text);
    const std::vector<LayerSettings> settings = recipe.resolve({"a", "b", "c"});
    for (size_t i = 0; i < settings.size(); ++i)
        QCOMPARE(settings[i].quantize ? QString::fromUtf8(nameOf(settings[i].quantize->biasCorrection).data())
                                      : "none",
                 ofAll[static_cast<qsizetype>(i)]);
    // It is written as it was read, in the words of its version.
    const auto plain = [](QString json) { return json.remove(QRegularExpression("\\s")); };
    QCOMPARE(plain(QString::fromStdString(toJson(recipe))),
             plain("{\"lathe_recipe\":1,\"name\":\"\",\"rules\":[" + rules + "]}"));
    // The command line has the defaults of today.
    Recipe typed;
    for (const Rule &rule : recipe.rules)
        typed.rules.push_back(rule);
    QCOMPARE(typed.resolve({"a", "b", "c"}), settings);
}

void TstRecipeJson::version_isTheLowestThatHoldsTheRecipe_data()
{
    QTest::addColumn<QStringList>("rules");
    QTest::addColumn<int>("version");
    const auto row = [](const QStringList &rules, int version) {
        QTest::newRow(qPrintable(rules.join(' '))) << rules << version;
    };
    row({}, 1);
    row({"*:prune=0.5"}, 1);
    row({"*:bits=4"}, 2);
    row({"*:bits=4,bias_correction=auto"}, 2);
    row({"*:bits=4,bias_correction=constants"}, 2);
    row({"*:bits=4,bias_correction=data"}, 1);
    row({"*:bits=4,bias_correction=off"}, 1);
    row({"*:bias_correction=off", "*:bits=4"}, 1);
    row({"*:bias_correction=off", "*:bits=4", "a:bias_correction=constants"}, 2);
    row({"*:bias_correction=off", "*:bits=4", "a:bits=off"}, 1);
    row({"*:bias_correction=off", "*:bits=4", "a:bits=off", "a:bits=3"}, 2); // a is automatic
    row({"*:bias_correction=off", "*:bits=4", "a:bits=off", "a:bias_correction=off", "a:bits=3"}, 1);
    row({"*:bits=off", "*:clusters=8"}, 1);
    row({"*:prune=0.5", "a:keep=true"}, 3);
    row({"*:keep=false"}, 3);
    row({"*:channels=0.3", "a:keep=true"}, 4);
    row({"a:drop=true"}, 4);
}

void TstRecipeJson::version_isTheLowestThatHoldsTheRecipe()
{
    QFETCH(QStringList, rules);
    QFETCH(int, version);
    Recipe recipe;
    for (const QString &rule : rules)
        recipe.rules.push_back(parseRule(rule.toStdString()));
    const std::string json = toJson(recipe);
    QVERIFY2(json.find("\"lathe_recipe\": " + std::to_string(version)) != std::string::npos, json.c_str());
    QCOMPARE(recipeFromJson(json), recipe);
}

void TstRecipeJson::withBiasCorrection_saysWhatBecameOfIt()
{
    using enum BiasCorrection;
    const std::vector<std::string> names{"a", "b*", "c", "d"};
    const Recipe asked = recipeOf({"*:bits=8", "c:bits=off", "c:bits=4", "d:bias_correction=data"});
    for (const std::vector<BiasCorrection> &outcomes :
         {std::vector{Off, Off, Off, Auto}, std::vector{Constants, Off, Constants, Auto},
          std::vector{Data, Data, Constants, Auto}}) {
        const std::vector<LayerSettings> settings = asked.withBiasCorrection(names, outcomes).resolve(names);
        for (size_t i = 0; i < names.size(); ++i)
            QCOMPARE(settings[i].quantize->biasCorrection, outcomes[i] == Auto ? Data : outcomes[i]);
        QCOMPARE(settings[2].quantize->bits, 4);
    }
    // What is plain stays plain, and readable by the first version.
    const Recipe plain = recipeOf({"*:bits=8"}).withBiasCorrection({"a", "b"}, {Off, Off});
    QCOMPARE(plain, recipeFromJson(R"({"lathe_recipe":1,"rules":[{"layers":"*","quantize":{"bits":8}}]})"));
    QCOMPARE(recipeOf({"*:prune=0.5"}).withBiasCorrection({"a"}, {Auto}), recipeOf({"*:prune=0.5"}));
}

void TstRecipeJson::randomRecipe_survives()
{
    std::mt19937 random(11);
    const std::vector<std::string> names = {"a", "it's \"q\"", "x[0]", "é\n", "a\\b", "/m/c:0"};
    for (int i = 0; i < 500; ++i) {
        Recipe recipe;
        recipe.name = names[random() % names.size()];
        for (unsigned n = random() % 5; n > 0; --n) {
            const LayerSettings settings = randomSettings(random);
            recipe.rules.push_back(exactRule(names[random() % names.size()], settings));
        }
        const std::string json = toJson(recipe);
        QCOMPARE(recipeFromJson(json), recipe);
        QCOMPARE(toJson(recipeFromJson(json)), json);
    }
}

void TstRecipeJson::anyAcceptedJson_isStable_data()
{
    QTest::addColumn<QString>("rule");
    for (const char *rule :
         {R"({"layers":"*"})", R"({"layers":"*","prune":{}})", R"({"layers":"*","prune":{"ratio":6e-1}})",
          R"({"layers":"*","rank":{"share":0.57}})", R"({"layers":"*","rank":{"share":1}})",
          R"({"rank":{"method":"svd"},"prune":null,"layers":"a"})",
          R"({"layers":"*","prune":{"ratio":1e-9}})", R"({"layers":"*","rank":{"energy":0.1}})",
          R"({"layers":"*","rank":{"share":1.23456789012345e-7}})"})
        QTest::newRow(rule) << rule;
}

void TstRecipeJson::anyAcceptedJson_isStable()
{
    QFETCH(QString, rule);
    const std::string once =
        toJson(recipeFromJson("{\"lathe_recipe\":1,\"rules\":[" + rule.toStdString() + "]}"));
    QCOMPARE(toJson(recipeFromJson(once)), once);
}

void TstRecipeJson::badJson_isRefusedByName_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *json, const char *message) { QTest::newRow(json) << json << message; };
    const auto rule = [](const char *inside, const char *message) {
        QTest::newRow(inside)
            << QString("{\"lathe_recipe\":1,\"rules\":[{\"layers\":\"fc*\",%1}]}").arg(inside) << message;
    };
    row("", "r.json is no valid JSON: parse error at line 1, column 1");
    row("{\"lathe_recipe\":1", "r.json is no valid JSON: parse error at line 1");
    row("[]", "r.json is no Lathe recipe: the key lathe_recipe is missing.");
    row("{}", "r.json is no Lathe recipe: the key lathe_recipe is missing.");
    row("{\"lathe_recipe\":5}",
        "r.json was written by a newer Lathe: its schema version is 5, this Lathe reads up to 4.");
    row("{\"lathe_recipe\":\"1\"}", "r.json: lathe_recipe takes a whole number from 1 to 4, not \"1\".");
    row("{\"lathe_recipe\":1,\"rule\":[]}", "r.json: there is no key rule; the nearest is rules.");
    row("{\"lathe_recipe\":1,\"name\":3}", "r.json: name takes a text, not 3.");
    row("{\"lathe_recipe\":1,\"rules\":{}}", "r.json: rules takes a list, not {}.");
    row("{\"lathe_recipe\":1,\"rules\":[3]}", "r.json: rule 1 is no object.");
    row("{\"lathe_recipe\":1,\"rules\":[{}]}",
        "r.json: rule 1 needs the key layers with a pattern of layer names.");
    row("{\"lathe_recipe\":1,\"lathe_recipe\":1}", "r.json: the key lathe_recipe is given twice.");
    rule("\"quantise\":{}", "r.json: rule 1 (fc*): there is no key quantise; the nearest is quantize.");
    rule("\"prune\":0.5", "r.json: rule 1 (fc*): prune takes an object or null, not 0.5.");
    rule("\"prune\":{\"rato\":0.5}", "r.json: rule 1 (fc*): prune has no key rato; the nearest is ratio.");
    rule("\"prune\":{\"ratio\":1.0}",
         "r.json: rule 1 (fc*): prune.ratio takes a number of 0 or more and below 1, not 1.0.");
    rule("\"prune\":{\"ratio\":\"0.5\"}",
         "r.json: rule 1 (fc*): prune.ratio takes a number of 0 or more and below 1, not \"0.5\".");
    rule("\"prune\":{\"ratio\":0.5,\"ratio\":0.6}", "r.json: the key ratio is given twice.");
    rule("\"quantize\":{\"bits\":9}",
         "r.json: rule 1 (fc*): quantize.bits takes a whole number from 1 to 8, not 9.");
    rule("\"quantize\":{\"bits\":4.0}",
         "r.json: rule 1 (fc*): quantize.bits takes a whole number from 1 to 8, not 4.0.");
    rule("\"quantize\":{\"bits\":null}",
         "r.json: rule 1 (fc*): quantize.bits takes a whole number from 1 to 8, not null.");
    rule("\"quantize\":{\"symmetric\":1}",
         "r.json: rule 1 (fc*): quantize.symmetric takes true or false, not 1.");
    rule("\"rank\":{\"rank\":\"50%\"}",
         "r.json: rule 1 (fc*): rank.rank takes a whole number from 1, not \"50%\".");
    rule("\"rank\":{\"rank\":99999999999999999999}",
         "r.json: rule 1 (fc*): rank.rank takes a whole number from 1, not");
    rule("\"rank\":{\"rank\":4,\"share\":0.5}",
         "r.json: rule 1 (fc*): rank takes one of the keys rank, share and energy, not several.");
    rule("\"rank\":{\"method\":\"off\"}",
         "r.json: rule 1 (fc*): rank.method takes \"svd\" or \"asvd\", not \"off\".");
}

void TstRecipeJson::badJson_isRefusedByName()
{
    QFETCH(QString, json);
    QFETCH(QString, message);
    try {
        recipeFromJson(json.toStdString(), "r.json");
        QFAIL("accepted");
    } catch (const Error &e) {
        QCOMPARE(e.code(), ErrorCode::InvalidArgument);
        QVERIFY2(QString(e.what()).startsWith(message), e.what());
    }
}

void TstRecipeJson::rules_areReadAloneInAListAndInARecipe()
{
    const Rule rule = parseRule("conv*:prune=0.5,rank=50%,bits=off");
    const std::string text = toJson(rule);
    QCOMPARE(rulesFromJson(text, "x"), std::vector<Rule>{rule});
    QCOMPARE(rulesFromJson("[" + text + "," + text + "]", "x"), (std::vector<Rule>{rule, rule}));
    const Recipe recipe{"r", {rule}};
    QCOMPARE(rulesFromJson(toJson(recipe), "x"), recipe.rules);
    // As it stands in the file, but for the indentation.
    const auto plain = [](const std::string &json) { return QString::fromStdString(json).simplified(); };
    QVERIFY(plain(toJson(recipe)).contains(plain(text)));
    for (const char *bad : {"", "7", "{}", "[7]", R"({"layers": "a", "bits": 4})", R"({"layers": ""})"})
        QVERIFY_EXCEPTION_THROWN(rulesFromJson(bad, "x"), Error);
}

void TstRecipeJson::file_roundTrips()
{
    const QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("r.json").toStdString();
    const Recipe recipe = recipeOf({"a:bits=4", "b*:prune=10%"});
    saveRecipe(recipe, path);
    QCOMPARE(loadRecipe(path), recipe);
    writeFileAtomically(path, "{");
    QVERIFY_EXCEPTION_THROWN(loadRecipe(path), Error);
}

void TstRecipeJson::missingFile_isUnreadable()
{
    try {
        loadRecipe("/nowhere/r.json");
        QFAIL("loaded");
    } catch (const Error &e) {
        QCOMPARE(e.code(), ErrorCode::FileUnreadable);
    }
}

void TstRecipeJson::damagedBytes_neverDoMoreThanThrow()
{
    const std::string good = toJson(recipeOf({"conv*:prune=0.5,bits=4,rank=64", "fc:rank=50%,bits=off"}));
    std::mt19937 random(13);
    for (int i = 0; i < 3000; ++i) {
        std::string bad = good;
        for (unsigned n = 1 + random() % 3; n > 0; --n)
            bad[random() % bad.size()] = static_cast<char>(random());
        bad.resize(random() % 4 == 0 ? random() % bad.size() : bad.size());
        try {
            toJson(recipeFromJson(bad));
        } catch (const Error &e) {
            QCOMPARE(e.code(), ErrorCode::InvalidArgument);
        }
    }
    const std::string deep(200000, '[');
    QVERIFY_EXCEPTION_THROWN(recipeFromJson(deep), Error);
}

QTEST_APPLESS_MAIN(TstRecipeJson)
#include "tst_recipe_json.moc"
