#include "core/calibrate/calibration.h"
#include "core/exporting/graph.h"
#include "core/model/proto.h"
#include "tests/support/graphbuilder.h"
#include "tests/support/populations.h"
#include "tests/support/randomsettings.h"
#include "tests/support/samplesets.h"

#include <QTest>
#include <random>

using namespace lathe;
using namespace lathe::test;

/// Layers that are kept as they are, from the rules to the file.
class TstKeep : public QObject {
    Q_OBJECT
private slots:
    void lastRuleThatSaysKeep_decides();
    void randomRules_areAsIfKeptLayersWereCutOut();
    void withKept_changesNothingElse();
    void withKept_ofAllIsOneRule();
    void withKept_goesIntoTheLayersOwnRule();
    void withLayer_letsGoAndKeeps();
    void exactRule_leavesAKeptLayerKept();
    void bothForms_holdIt();
    void olderVersions_areWrittenWithout();
    void wrongValues_areRefused();
    void valuesOfTheLayer_stay_data();
    void valuesOfTheLayer_stay();
    void globalPruning_goesOnWithoutIt();
    void sharedWeights_areKeptTogether();
    void trainedWeights_areLeftOut();

private:
    static Recipe recipeOf(const std::vector<std::string> &rules);
    static Recipe randomRecipe(std::mt19937 &random, const std::vector<std::string> &names);
    static Recipe withoutKeep(Recipe recipe);
    static Model model();
    static std::string bytesOf(const Model &model, const std::string &constant);
};

Recipe TstKeep::recipeOf(const std::vector<std::string> &rules)
{
    Recipe recipe;
    for (const std::string &rule : rules)
        recipe.rules.push_back(parseRule(rule));
    return recipe;
}

Recipe TstKeep::randomRecipe(std::mt19937 &random, const std::vector<std::string> &names)
{
    const std::vector<std::string> patterns{"*", "conv*", "*1", "[!f]*"};
    Recipe recipe;
    for (unsigned count = random() % 7; count > 0; --count) {
        Rule rule = exactRule(names[random() % names.size()], randomSettings(random));
        if (random() % 2 == 0)
            rule.pattern = patterns[random() % patterns.size()];
        if (random() % 3 == 0)
            rule.changes.clear();
        if (rule.changes.empty() || random() % 3 == 0)
            rule.changes.push_back({"keep", random() % 3 == 0 ? "false" : "true"});
        recipe.rules.push_back(canonicalRule(rule));
    }
    return recipe;
}

Recipe TstKeep::withoutKeep(Recipe recipe)
{
    for (Rule &rule : recipe.rules)
        std::erase_if(rule.changes, [](const Change &change) { return change.key == "keep"; });
    return recipe;
}

/// Two convolutions with normalizations, then a Gemm without; all with biases.
Model TstKeep::model()
{
    GraphBuilder graph;
    graph.input("x", {-1, 3, 8, 8}).random("w1", {8, 3, 3, 3}, 0.3F).random("w2", {8, 8, 3, 3}, 0.3F);
    graph.random("w3", {10, 8}).random("b3", {10}).random("b2", {8}).random("b1", {8});
    for (const char *n : {"1", "2"}) {
        const std::string number = n;
        graph.random("s" + number, {8}).random("t" + number, {8}).random("m" + number, {8}, 0.2F);
        graph.constant("v" + number, makeTensor(Shape{8}, std::vector<float>(8, 0.7F)));
    }
    graph.node("Conv", {"x", "w1", "b1"}, {"c1"}, {}, "conv1");
    graph.node("BatchNormalization", {"c1", "s1", "t1", "m1", "v1"}, {"n1"}).node("Relu", {"n1"}, {"r1"});
    graph.node("Conv", {"r1", "w2", "b2"}, {"c2"}, {}, "conv2");
    graph.node("BatchNormalization", {"c2", "s2", "t2", "m2", "v2"}, {"n2"}).node("Relu", {"n2"}, {"r2"});
    graph.node("GlobalAveragePool", {"r2"}, {"p"}).node("Flatten", {"p"}, {"f"});
    graph.node("Gemm", {"f", "w3", "b3"}, {"y"}, {{"transB", int64_t(1)}}, "fc").output("y", {-1, 10});
    return graph.build();
}

/// "" of a constant that is not there.
std::string TstKeep::bytesOf(const Model &model, const std::string &constant)
{
    for (const onnx::TensorProto &tensor : model.content().proto.graph().initializer())
        if (tensor.name() == constant)
            return tensor.raw_data();
    return {};
}

void TstKeep::lastRuleThatSaysKeep_decides()
{
    const LayerSettings kept{.keep = true}, eightBits{.quantize = QuantizeSettings{8}};
    const auto of = [](const std::vector<std::string> &rules) {
        return recipeOf(rules).resolve({"fc1"}).front();
    };
    QCOMPARE(of({"fc1:keep=true", "*:bits=8"}), kept);
    QCOMPARE(of({"*:bits=8", "fc1:keep=true"}), kept);
    QCOMPARE(of({"*:bits=8,keep=true"}), kept);
    QCOMPARE(of({"fc1:keep=true", "*:bits=8", "fc*:keep=false"}), eightBits);
    QCOMPARE(of({"fc1:keep=false", "*:bits=8", "fc*:keep=true"}), kept);
    QCOMPARE(of({"fc2:keep=true", "*:bits=8"}), eightBits);
    QVERIFY(kept.empty() && !needsCalibration(kept));
    QCOMPARE(summary(kept).text(), std::string("kept as it is"));
    QCOMPARE(normalized({.prune = PruneSettings{0.5}, .keep = true}), kept);
}

void TstKeep::randomRules_areAsIfKeptLayersWereCutOut()
{
    const std::vector<std::string> names{"conv1", "conv2", "fc1", "fc[2]"};
    std::mt19937 random(31);
    for (int i = 0; i < 500; ++i) {
        const Recipe recipe = randomRecipe(random, names);
        std::vector<LayerSettings> expected = withoutKeep(recipe).resolve(names);
        for (size_t layer = 0; layer < names.size(); ++layer) {
            bool kept = false;
            for (const Rule &rule : recipe.rules)
                for (const Change &change : rule.changes)
                    if (change.key == "keep" && globMatches(rule.pattern, names[layer]))
                        kept = change.value == "true";
            if (kept)
                expected[layer] = {.keep = true};
        }
        QCOMPARE(recipe.resolve(names), expected);
    }
}

void TstKeep::withKept_changesNothingElse()
{
    const std::vector<std::string> names{"conv1", "conv2", "fc1", "fc[2]"};
    std::mt19937 random(32);
    for (int i = 0; i < 500; ++i) {
        const Recipe recipe = randomRecipe(random, names);
        const std::vector<LayerSettings> methods = withoutKeep(recipe).resolve(names);
        std::vector<bool> wish;
        for (size_t layer = 0; layer < names.size(); ++layer)
            wish.push_back(random() % 2 == 0);
        const Recipe changed = recipe.withKept(names, wish);
        const std::vector<LayerSettings> now = changed.resolve(names);
        for (size_t layer = 0; layer < names.size(); ++layer)
            QCOMPARE(now[layer], wish[layer] ? LayerSettings{.keep = true} : methods[layer]);
        QCOMPARE(changed.withKept(names, wish), changed);
        for (const Rule &rule : changed.rules)
            QCOMPARE(canonicalRule(rule), rule);
    }
}

void TstKeep::withKept_ofAllIsOneRule()
{
    const std::vector<std::string> names{"a", "b", "c"};
    const Recipe recipe = recipeOf({"*:bits=8", "b:bits=4,keep=true", "c:keep=true"});
    const Recipe all = recipe.withKept(names, {true, true, true});
    QCOMPARE(all.rules, recipeOf({"*:bits=8", "b:bits=4", "*:keep=true"}).rules);
    QCOMPARE(all.withKept(names, {false, false, false}).rules, recipeOf({"*:bits=8", "b:bits=4"}).rules);
}

void TstKeep::withKept_goesIntoTheLayersOwnRule()
{
    const Recipe recipe = recipeOf({"*:bits=8", "b:bits=4"});
    const Recipe kept = recipe.withKept({"a", "b"}, {false, true});
    QCOMPARE(kept.rules, recipeOf({"*:bits=8", "b:keep=true,bits=4"}).rules);
    QCOMPARE(kept.withKept({"a", "b"}, {false, false}), recipe);
}

void TstKeep::withLayer_letsGoAndKeeps()
{
    const std::vector<std::string> names{"a", "b"};
    const LayerSettings threeBits{.quantize = QuantizeSettings{3}}, kept{.keep = true};
    const Recipe all = recipeOf({"*:bits=8", "*:keep=true"});
    QCOMPARE(all.withLayer("a", threeBits).resolve(names), (std::vector{threeBits, kept}));
    QCOMPARE(recipeOf({"*:bits=3"}).withLayer("a", kept).resolve(names), (std::vector{kept, threeBits}));
}

void TstKeep::exactRule_leavesAKeptLayerKept()
{
    Recipe recipe = recipeOf({"a:keep=true"});
    recipe.rules.push_back(exactRule("a", {.quantize = QuantizeSettings{3}}));
    QCOMPARE(recipe.resolve({"a"}).front(), LayerSettings{.keep = true});
    QCOMPARE(exactRule("a", {.keep = true}), parseRule("a:keep=true"));
}

void TstKeep::bothForms_holdIt()
{
    std::mt19937 random(33);
    for (int i = 0; i < 300; ++i) {
        const Recipe recipe = randomRecipe(random, {"conv1", "it's"});
        const std::string json = toJson(recipe);
        QCOMPARE(recipeFromJson(json), recipe);
        QCOMPARE(toJson(recipeFromJson(json)), json);
        const bool keeps = withoutKeep(recipe) != recipe;
        // Exact rules say of channels, too, which asks for a newer version; that of plain ones is tested with
        // JSON.
        const auto isVersion = [&](int version) {
            return json.find("\"lathe_recipe\": " + std::to_string(version)) != std::string::npos;
        };
        QVERIFY(!keeps || isVersion(3) || isVersion(4));
    }
    QCOMPARE(
        toCommandLine(recipeOf({"*:bits=8", "fc1:keep=true", "a b:keep=true,bits=4", "fc2:keep=false"})),
        std::string("--set '*:bits=8' --keep 'fc1' --set 'a b:bits=4,keep=true' --set 'fc2:keep=false'"));
    const Recipe dash{{}, {keepRule("-x")}};
    QCOMPARE(toCommandLine(dash), std::string("--keep='-x'"));
    const std::string json = R"({"lathe_recipe":3,"rules":[{"layers":"fc1","keep":true,"prune":null}]})";
    QCOMPARE(recipeFromJson(json).rules, std::vector{parseRule("fc1:keep=true,prune=off")});
}

void TstKeep::olderVersions_areWrittenWithout()
{
    QVERIFY(toJson(recipeOf({"*:bits=8"})).find("\"lathe_recipe\": 2") != std::string::npos);
    QVERIFY(toJson(recipeOf({"*:prune=0.5"})).find("\"lathe_recipe\": 1") != std::string::npos);
    // What the first version says of a bias holds beside it.
    const Recipe old = recipeFromJson(R"({"lathe_recipe":1,"rules":[{"layers":"*","quantize":{"bits":8}}]})");
    const Recipe kept = old.withKept({"a", "b"}, {true, false});
    QCOMPARE(recipeFromJson(toJson(kept)), kept);
    QCOMPARE(kept.resolve({"b"}), old.resolve({"b"}));
}

void TstKeep::wrongValues_areRefused()
{
    const auto messageOf = [](const std::string &json) -> std::string {
        try {
            recipeFromJson(json, "r.json");
        } catch (const Error &error) {
            return error.what();
        }
        return "accepted";
    };
    QCOMPARE(messageOf(R"({"lathe_recipe":3,"rules":[{"layers":"a","keep":1}]})"),
             std::string("r.json: rule 1 (a): keep takes true or false, not 1."));
    QCOMPARE(messageOf(R"({"lathe_recipe":3,"rules":[{"layers":"a","kept":true}]})"),
             std::string("r.json: rule 1 (a): there is no key kept; the nearest is keep."));
    QVERIFY_EXCEPTION_THROWN(parseRule("a:keep=off"), Error);
    QVERIFY_EXCEPTION_THROWN(keepRule(""), Error);
}

void TstKeep::valuesOfTheLayer_stay_data()
{
    QTest::addColumn<QString>("rule");
    QTest::newRow("quantized") << "*:bits=3";
    QTest::newRow("bias from constants") << "*:bits=3,bias_correction=constants";
    QTest::newRow("bias from data") << "*:bits=3,rounding=gptq";
    QTest::newRow("folded") << "*:fold=batchnorm,bits=4";
    QTest::newRow("pruned") << "*:prune=0.5,prune.method=obs,prune.scope=global";
    QTest::newRow("taken apart") << "*:rank=2";
    QTest::newRow("measured again") << "*:bits=2,renormalize=data";
}

void TstKeep::valuesOfTheLayer_stay()
{
    QFETCH(QString, rule);
    const Model source = model();
    CalibrationOptions options;
    options.cacheFolder.clear();
    const CompressedModel compressed =
        Compressor(source, calibrate(source, randomSamples(source, 24), options))
            .compress(recipeOf({"conv1:keep=true", rule.toStdString()}));
    QVERIFY(compressed.layers[0].code.changesNothing());
    QVERIFY(compressed.layers[0].settings.keep);
    const Model built = buildModel(compressed, Storage::Compact).model;
    QVERIFY(built.serialize() != source.serialize());
    for (const char *name : {"w1", "b1", "s1", "t1", "m1", "v1"}) // and of the normalization behind it
        QVERIFY2(bytesOf(built, name) == bytesOf(source, name), name);
}

void TstKeep::globalPruning_goesOnWithoutIt()
{
    const Model source = model();
    const CompressedModel compressed =
        Compressor(source).compress(recipeOf({"*:prune=0.5,prune.scope=global", "conv2:keep=true"}));
    QVERIFY(!compressed.layers[1].pruneCount);
    const int64_t rest = source.layers()[0].parameters + source.layers()[2].parameters;
    QCOMPARE(*compressed.layers[0].pruneCount + *compressed.layers[2].pruneCount, rest / 2);
}

void TstKeep::sharedWeights_areKeptTogether()
{
    GraphBuilder graph;
    graph.input("x", {1, 4}).output("y", {1, 4}).random("w", {4, 4});
    graph.node("MatMul", {"x", "w"}, {"h"}, {}, "first").node("MatMul", {"h", "w"}, {"y"}, {}, "second");
    Compressor compressor(graph.build());
    for (const char *kept : {"first:keep=true", "second:keep=true"})
        for (const char *rule : {"*:bits=4", "first:bits=4", "second:bits=4"}) {
            const CompressedModel compressed = compressor.compress(recipeOf({rule, kept}));
            QVERIFY2(compressed.changesNothing(), kept);
        }
    const CompressedModel compressed = compressor.compress(recipeOf({"*:bits=4", "second:keep=true"}));
    QCOMPARE(compressed.issues.front().message.text(),
             std::string("second shares its weight with first and is kept as it is, so both are."));
}

void TstKeep::trainedWeights_areLeftOut()
{
    const Model source = model();
    const Recipe recipe = recipeOf({"*:bits=4"});
    CompressedModel plain = Compressor(source).compress(recipe);
    std::vector<std::optional<TunedLayer>> trained(3);
    trained[0] = TunedLayer{plain.layers[0].planKey, plain.layers[0].code};
    const auto tuning = std::make_shared<const Tuning>(trained, Tuning::Constants(), "a test");
    const Recipe keeping = recipe.withKept({"conv1", "conv2", "fc"}, {true, false, false});
    const CompressedModel compressed = Compressor(source).compress(keeping, tuning);
    QVERIFY(compressed.layers[0].code.changesNothing() &&
            compressed.layers[0].trained == LayerResult::Trained::LeftOut);
    QCOMPARE(compressed.issues.front().message.text(),
             std::string("conv1 is kept as it is, and its trained weights are left out."));
}

QTEST_APPLESS_MAIN(TstKeep)
#include "tst_keep.moc"
