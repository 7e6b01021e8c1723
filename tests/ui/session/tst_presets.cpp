// Presets and layers that are kept as they are, in the recipe that the window edits.
#include "tests/ui/sample.h"
#include "ui/session/presetstore.h"
#include "ui/variants/recipesummary.h"

#include <QDir>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstPresets : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void init() { startClean(); }

    void replace_takesAllElseAway();
    void replace_ofAllBeginsAtTheBaseline();
    void add_leavesOtherMethods();
    void ownPreset_ofChannels_isForAllThatHaveSome();
    void selectedLayers_aloneChange_data();
    void selectedLayers_aloneChange();
    void keptLayers_stayAsTheyAre();
    void kept_isUndoneAndNamed();
    void keptAll_isOneRule();
    void editOfAll_isOneRuleBesideTheKept();
    void editOfMost_isOneRuleForMost();
    void editOfFew_leavesTheirRulesAlone();
    void variantName_countsTheKept();
    void ownPresets_areKeptRenamedAndDeleted();
    void ownPresets_maySwapNames();
    void ownPresets_whoseNamesComeToOneFile_areBothKept();
    void filesWithoutAName_areCalledAsTheFile();
    void badFiles_areNamedAndLeftOut();

private:
    static void edit(Workbench &workbench, const QVector<int> &layers, int bits)
    {
        workbench.editor().editLayers(
            layers, [bits](LayerSettings &s) { setBits(s, bits); }, "Bits", false);
    }
    static std::vector<Rule> rulesOf(const Workbench &workbench) { return workbench.editor().recipe().rules; }
    static QVector<int> allLayers(const Workbench &workbench)
    {
        QVector<int> all;
        for (size_t i = 0; i < workbench.editor().settings().size(); ++i)
            all << int(i);
        return all;
    }
};

void TstPresets::replace_takesAllElseAway()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    edit(workbench, {0}, 3);
    workbench.editor().applyPreset(presetNamed("Half rank"), PresetMode::Replace);
    QCOMPARE(rulesOf(workbench), std::vector{parseRule("*:rank=50%")});
    QCOMPARE(workbench.editor().undoStack()->undoText(), QString("Half rank for all layers"));
    workbench.editor().undoStack()->undo();
    QCOMPARE(workbench.editor().settings()[0].quantize->bits, 3);
}

void TstPresets::replace_ofAllBeginsAtTheBaseline()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    edit(workbench, {0}, 3);
    const int first = workbench.variantStore().save("first");
    const QString id = workbench.variants()->at(first).id;
    QCOMPARE(workbench.editor().origin(), id);
    workbench.editor().applyPreset(presetNamed("Half rank"), PresetMode::Add);
    QCOMPARE(workbench.editor().origin(), id);
    workbench.editor().applyPreset(presetNamed("8-bit per channel"), PresetMode::Replace, {0});
    QCOMPARE(workbench.editor().origin(), id);
    workbench.editor().applyPreset(presetNamed("8-bit per channel"), PresetMode::Replace);
    QCOMPARE(workbench.editor().origin(), QString());
    QCOMPARE(workbench.variants()->at(workbench.variantStore().save("second")).parent, QString());
    workbench.editor().undoStack()->undo();
    QCOMPARE(workbench.editor().origin(), id);
}

void TstPresets::add_leavesOtherMethods()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    workbench.editor().applyPreset(presetNamed("8-bit per channel"));
    workbench.editor().applyPreset(presetNamed("Half rank"), PresetMode::Add);
    QCOMPARE(rulesOf(workbench), (std::vector{parseRule("*:bits=8"), parseRule("*:rank=50%")}));
    QCOMPARE(workbench.editor().undoStack()->undoText(), QString("Half rank added for all layers"));
    workbench.editor().applyPreset(presets().last(), PresetMode::Add); // nothing cannot be added
    QVERIFY(rulesOf(workbench).empty());
}

void TstPresets::ownPreset_ofChannels_isForAllThatHaveSome()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    edit(workbench, {0}, 3);
    const Preset narrow{.name = "Narrow", .hint = {}, .rules = {parseRule("*:channels=0.25")}};
    workbench.editor().applyPreset(narrow, PresetMode::Add);
    QVERIFY(settle(workbench));
    QCOMPARE(workbench.editor().settings()[0].quantize->bits, 3);
    const CompressedModel &compressed = *workbench.previews().preview().compressed;
    for (size_t i = 0; i < workbench.model().layers().size(); ++i) {
        const Layer &whole = workbench.model().layers()[i], &left = compressed.source.layers()[i];
        QCOMPARE(left.rows, whole.name == "fc3" ? whole.rows : whole.rows * 3 / 4); // fc3 makes the output
    }
    workbench.editor().applyPreset(presetNamed("Half rank"), PresetMode::Replace);
    QVERIFY(settle(workbench));
    QVERIFY(!workbench.previews().preview().compressed->narrowing);
}

void TstPresets::selectedLayers_aloneChange_data()
{
    QTest::addColumn<bool>("adds");
    QTest::newRow("replace") << false;
    QTest::newRow("add") << true;
}

void TstPresets::selectedLayers_aloneChange()
{
    QFETCH(bool, adds);
    Workbench workbench;
    QVERIFY(openSample(workbench));
    edit(workbench, allLayers(workbench), 5);
    const std::vector<LayerSettings> before = workbench.editor().settings();
    workbench.editor().applyPreset(presetNamed("Half rank"), adds ? PresetMode::Add : PresetMode::Replace,
                                   {1, 2});
    const std::vector<LayerSettings> &now = workbench.editor().settings();
    for (size_t i = 0; i < now.size(); ++i) {
        if (i != 1 && i != 2) {
            QCOMPARE(now[i], before[i]);
            continue;
        }
        QCOMPARE(now[i].rank->value, 0.5);
        QCOMPARE(now[i].quantize.has_value(), adds);
    }
    QCOMPARE(workbench.editor().undoStack()->undoText(),
             QString(adds ? "Half rank added for 2 layers" : "Half rank for 2 layers"));
}

void TstPresets::keptLayers_stayAsTheyAre()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    workbench.editor().setKept({0, 2}, true);
    const LayerSettings kept{.keep = true};
    const auto check = [&](int line) {
        for (const size_t layer : {0U, 2U})
            QVERIFY2(workbench.editor().settings()[layer] == kept, qPrintable(QString::number(line)));
        QVERIFY(!workbench.editor().settings()[1].keep);
    };
    for (const Preset &preset : presets())
        for (const PresetMode mode : {PresetMode::Replace, PresetMode::Add})
            for (const QVector<int> &layers : {QVector<int>(), QVector<int>{0, 1}}) {
                workbench.editor().applyPreset(preset, mode, layers);
                check(__LINE__);
            }
    edit(workbench, allLayers(workbench), 4);
    check(__LINE__);
    workbench.editor().setLayers({0, 1}, {LayerSettings(), LayerSettings()}, "paste");
    check(__LINE__);
    QVERIFY(settle(workbench));
    QVERIFY(workbench.previews().preview().compressed->layers[0].code.changesNothing());
    QVERIFY(workbench.commandLine("x.onnx").contains("--keep"));
    workbench.editor().setKept({0, 2}, false);
    QVERIFY(!workbench.editor().settings()[0].keep);
    QCOMPARE(workbench.editor().settings()[0].quantize->bits, 4); // what was said of all in the meantime
}

void TstPresets::kept_isUndoneAndNamed()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    edit(workbench, {0}, 3);
    const std::string name = workbench.model().layers()[0].name;
    workbench.editor().setKept({0}, true);
    QVERIFY(workbench.editor().settings()[0].keep);
    QCOMPARE(workbench.editor().undoStack()->undoText(), QString("Keep %1 as it is").arg(name.c_str()));
    workbench.editor().setKept({0}, true); // nothing new
    QCOMPARE(workbench.editor().undoStack()->count(), 2);
    workbench.editor().setKept({0}, false);
    QCOMPARE(workbench.editor().undoStack()->undoText(), QString("Let %1 be compressed").arg(name.c_str()));
    QCOMPARE(workbench.editor().settings()[0].quantize->bits, 3);
    workbench.editor().setKept({0, 1, 2}, true);
    QCOMPARE(workbench.editor().undoStack()->undoText(), QString("Keep 3 layers as they are"));
    workbench.editor().undoStack()->undo();
    QCOMPARE(workbench.editor().settings()[0].quantize->bits, 3);
}

void TstPresets::keptAll_isOneRule()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    workbench.editor().setKept({1}, true);
    workbench.editor().setKept(allLayers(workbench), true);
    QCOMPARE(rulesOf(workbench), std::vector{parseRule("*:keep=true")});
    workbench.editor().setKept(allLayers(workbench), false);
    QVERIFY(rulesOf(workbench).empty());
}

void TstPresets::editOfAll_isOneRuleBesideTheKept()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    workbench.editor().setKept({1}, true);
    edit(workbench, {0}, 6);
    edit(workbench, allLayers(workbench), 4);
    const auto &rules = rulesOf(workbench);
    QCOMPARE(rules.size(), size_t(2));
    QCOMPARE(rules[0].pattern, std::string("*"));
    QCOMPARE(rules[1], keepRule(globEscaped(workbench.model().layers()[1].name)));
    // Also where single edits make all agree.
    workbench.editor().setKept({1}, false);
    edit(workbench, {0}, 7);
    edit(workbench, {0}, 4);
    QCOMPARE(rulesOf(workbench).size(), size_t(1));
}

void TstPresets::editOfMost_isOneRuleForMost()
{
    std::vector<std::string> names;
    std::vector<bool> eligible(26, true);
    std::vector<LayerSettings> now(26), wanted(26);
    for (int i = 0; i < 26; ++i) {
        names.push_back("features." + std::to_string(i) + ".conv");
        now[i].prune = PruneSettings{i % 2 == 0 ? 0.5 : 0.25};
        wanted[i] = now[i];
        if (i >= 4)
            setBits(wanted[i], 4);
    }
    eligible[7] = false;
    Recipe base{"mine", {parseRule("*:prune=0.25")}};
    for (int i = 0; i < 26; i += 2)
        base.rules.push_back(parseRule(globEscaped(names[i]) + ":prune=0.5"));
    const Recipe result = recipeFor(base, now, names, eligible, wanted);
    const std::vector<LayerSettings> reached = result.resolve(names);
    for (size_t i = 0; i < 26; ++i)
        if (eligible[i])
            QCOMPARE(reached[i], wanted[i]);
    QCOMPARE(result.rules.size(), base.rules.size() + 1 + 4 - 2); // two of them had rules of their own
    QCOMPARE(result.name, std::string("mine"));
}

void TstPresets::editOfFew_leavesTheirRulesAlone()
{
    const std::vector<std::string> names{"conv1", "conv2", "fc1", "fc2"};
    const Recipe base{{}, {parseRule("conv*:prune=0.5"), parseRule("fc*:bits=8")}};
    const std::vector<LayerSettings> now = base.resolve(names);
    std::vector<LayerSettings> wanted = now;
    setBits(wanted[0], 4);
    const Recipe result = recipeFor(base, now, names, std::vector<bool>(4, true), wanted);
    QCOMPARE(result.rules, (std::vector{base.rules[0], base.rules[1], parseRule("conv1:prune=0.5,bits=4")}));
}

void TstPresets::variantName_countsTheKept()
{
    LayerSettings eight, kept{.keep = true};
    setBits(eight, 8);
    const std::vector<std::string> names{"a", "b", "c"};
    QCOMPARE(settingsName({eight, kept, eight}, names, {true, true, true}), QString("8 bits, 1 kept"));
    const QString rules = rulesText({{}, {keepRule("fc*")}}).join(' ');
    QVERIFY2(rules.contains("kept as it is"), qPrintable(rules));
    QCOMPARE(settingsName({{}, kept, {}}, names, {true, true, true}), QString("as it is"));
}

void TstPresets::ownPresets_areKeptRenamedAndDeleted()
{
    QVERIFY(PresetStore::list().presets.isEmpty());
    const std::vector<Rule> rules{parseRule("*:bits=5"), parseRule("fc*:keep=true")};
    const QString name = QString::fromUtf8("我的 5/6: \"five\"");
    PresetStore::save(name, rules);
    PresetStore::save("another", {parseRule("*:bits=3,group=16")});
    QVector<Preset> own = PresetStore::list().presets;
    QCOMPARE(own.size(), 2);
    QCOMPARE(own[0].name, QString("another"));
    QCOMPARE(own[0].hint, QString("3 bits group 16"));
    QCOMPARE(own[1].name, name);
    QCOMPARE(own[1].rules, rules);
    QCOMPARE(loadRecipe(own[1].file.toStdString()).rules, rules); // a recipe's file as any other
    PresetStore::save("another", {parseRule("*:bits=2")});
    QCOMPARE(PresetStore::list().presets.size(), 2);
    PresetStore::rename({{own[1], "five"}});
    QCOMPARE(PresetStore::list().presets[1].name, QString("five"));
    QVERIFY_EXCEPTION_THROWN(PresetStore::rename({{own[0], "five"}}), Error);
    QVERIFY_EXCEPTION_THROWN(PresetStore::rename({{own[0], " "}}), Error);
    QVERIFY_EXCEPTION_THROWN(PresetStore::save("  ", rules), Error);
    PresetStore::remove(own[0].file);
    own = PresetStore::list().presets;
    QCOMPARE(own.size(), 1);
    Workbench workbench;
    QVERIFY(openSample(workbench));
    workbench.editor().applyPreset(own[0]);
    QCOMPARE(rulesOf(workbench), rules);
    workbench.editor().applyPreset(own[0], PresetMode::Add);
    QCOMPARE(rulesOf(workbench), rules);
}

/// What counts is what they are called in the end.
void TstPresets::ownPresets_maySwapNames()
{
    const std::vector<Rule> ofA{parseRule("*:bits=5")}, ofB{parseRule("*:bits=6")};
    PresetStore::save("a", ofA);
    PresetStore::save("b", ofB);
    PresetStore::save("c", {parseRule("*:bits=7")});
    QVector<Preset> own = PresetStore::list().presets;
    QVERIFY_EXCEPTION_THROWN(PresetStore::rename({{own[0], "b"}, {own[1], "c"}}), Error);
    QCOMPARE(PresetStore::list().presets[0].rules, ofA); // none of it was done
    PresetStore::rename({{own[0], "b"}, {own[1], " a "}});
    own = PresetStore::list().presets;
    QCOMPARE(own[0].name, QString("a"));
    QCOMPARE(own[0].rules, ofB);
    QCOMPARE(own[1].name, QString("b"));
    QCOMPARE(own[1].rules, ofA);
}

void TstPresets::ownPresets_whoseNamesComeToOneFile_areBothKept()
{
    const QString tooLong(90, 'x');
    for (const QString &name : {QString("a/b"), QString("a:b"), QString("%1/b"), QString("%1:b"),
                                tooLong + '1', tooLong + '2', QString("a:b")})
        PresetStore::save(name, {parseRule("*:bits=5")});
    QStringList names;
    for (const Preset &preset : PresetStore::list().presets)
        names << preset.name;
    names.sort();
    QCOMPARE(names, QStringList({"%1/b", "%1:b", "a/b", "a:b", tooLong + '1', tooLong + '2'}));
}

void TstPresets::filesWithoutAName_areCalledAsTheFile()
{
    QVERIFY(QDir().mkpath(PresetStore::folder()));
    for (const char *file : {"x.json", "1.2.json", "long.recipe.json"})
        saveRecipe({{}, {parseRule("*:bits=5")}}, (PresetStore::folder() + '/' + file).toStdString());
    QStringList names;
    for (const Preset &preset : PresetStore::list().presets)
        names << preset.name;
    names.sort();
    QCOMPARE(names, QStringList({"1.2", "long", "x"}));
}

void TstPresets::badFiles_areNamedAndLeftOut()
{
    PresetStore::save("good", {parseRule("*:bits=5")});
    const auto write = [](const QString &name, const QByteArray &content) {
        QFile file(PresetStore::folder() + '/' + name);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    };
    write("bad.recipe.json", "{\"lathe_recipe\": 2, \"rules\": [{\"layers\": \"*\", \"bits\": 4}]}");
    write("cut.json", "{\"lathe_rec");
    write("empty.recipe.json", "{\"lathe_recipe\": 1}");
    const PresetStore::Listed listed = PresetStore::list();
    QCOMPARE(listed.presets.size(), 1);
    QCOMPARE(listed.unreadable.size(), 3);
    const QString why = listed.unreadable[0].why;
    QVERIFY2(why.contains("bad.recipe.json") && why.contains("bits"), qPrintable(why));
    QVERIFY(!why.contains(PresetStore::folder()));
    QCOMPARE(listed.unreadable[0].file, PresetStore::folder() + "/bad.recipe.json");
    QVERIFY(listed.unreadable[2].why.contains("empty.recipe.json is left out: it has no rules"));
}

QTEST_MAIN(TstPresets)
#include "tst_presets.moc"
