#include "core/base/fileio.h"
#include "core/recipe/recipe.h"
#include "tests/support/randomsettings.h"

#include <QTemporaryDir>
#include <QtTest>
#include <random>

using namespace lathe;

class TstRecipeJson : public QObject {
    Q_OBJECT
private slots:
    void json_hasTheDocumentedForm();
    void json_leavesKeysOut();
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
  "lathe_recipe": 1,
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
    QCOMPARE(settings[0], (LayerSettings{{}, QuantizeSettings{3, false, Granularity::Channel}, {}}));
    QVERIFY(settings[1].empty());
    QCOMPARE(recipeFromJson(R"({"lathe_recipe":1})"), Recipe{});
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
    row("{\"lathe_recipe\":2}",
        "r.json was written by a newer Lathe: its schema version is 2, this Lathe reads up to 1.");
    row("{\"lathe_recipe\":\"1\"}", "r.json: lathe_recipe takes the whole number 1, not \"1\".");
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
