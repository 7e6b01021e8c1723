// Settings from one layer to others: as text, fitted to each layer, in one step.
#include "tests/ui/sample.h"
#include "ui/base/messages.h"
#include "ui/base/translation.h"
#include "ui/layers/layerpanel.h"
#include "ui/recipe/settingsclipboard.h"
#include "ui/window/mainwindow.h"

#include <QClipboard>
#include <QStatusBar>
#include <QTableView>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstSettingsClipboard : public QObject {
    Q_OBJECT
private slots:
    void init() { startClean(); }

    void text_bringsTheSettingsBack_data();
    void text_bringsTheSettingsBack();
    void text_isARuleOfARecipe();
    void ofAllSettings_everyOneIsReadable();
    void otherText_isRefusedInASentence_data();
    void otherText_isRefusedInASentence();
    void keys_copyFromOneLayerToSeveral();
    void paste_intoSmallerLayer_limitsTheRankAndSaysSo();
    void paste_whereNothingFits_changesNothingAndSaysWhy();
    void paste_ofChannels_leavesOutLayersThatKeepTheirs();
    void paste_needsSomethingToPaste();
    void copy_ofLayersThatDiffer_asksForOne();
    void keptLayer_isCopiedToo();
    void refusal_isInTheLanguageOfTheWindow();

private:
    static void select(MainWindow &window, const QStringList &names);
    static LayerSettings settingsOf(MainWindow &window, const char *name);
};

void TstSettingsClipboard::select(MainWindow &window, const QStringList &names)
{
    QVector<int> layers;
    for (const QString &name : names)
        layers << static_cast<int>(window.workbench().model().layerIndex(name.toStdString()));
    window.findChild<LayerPanel *>()->selectLayers(layers);
}

LayerSettings TstSettingsClipboard::settingsOf(MainWindow &window, const char *name)
{
    return window.workbench().editor().settings()[window.workbench().model().layerIndex(name)];
}

void TstSettingsClipboard::text_bringsTheSettingsBack_data()
{
    QTest::addColumn<QString>("rule");
    QTest::newRow("bits") << "*:bits=4,group=32,rounding=gptq";
    QTest::newRow("everything")
        << "*:prune=0.25,prune.method=obs,rank=50%,rank.bits=8,residual.bits=3,bits=2";
    QTest::newRow("codebook") << "*:prune.pattern=2:4,clusters=64,clusters.init=linear";
    QTest::newRow("separable") << "*:separable=activations";
    QTest::newRow("channels")
        << "*:channels=0.3,channels.criterion=energy,channels.round=8,channels.refit=data";
    QTest::newRow("budget") << "*:channels.budget=macs:50%,channels.method=merge,bits=8";
    QTest::newRow("block") << "*:drop=true";
    QTest::newRow("energy") << "*:rank.energy=0.95,rank.form=tucker2,format=nf4";
}

void TstSettingsClipboard::text_bringsTheSettingsBack()
{
    QFETCH(QString, rule);
    const LayerSettings settings = Recipe{{}, {parseRule(rule.toStdString())}}.resolve({"x"}).front();
    const QString name = QString::fromUtf8("层/conv[1]*\\weights");
    const CopiedSettings back = settingsFromText(settingsToText(name, settings));
    QCOMPARE(back.settings, settings);
    QCOMPARE(back.from, name);
}

void TstSettingsClipboard::text_isARuleOfARecipe()
{
    LayerSettings settings;
    setBits(settings, 4);
    const QString text = settingsToText("fc1", settings);
    QCOMPARE(text.simplified(), QString(R"({ "layers": "fc1", "quantize": { "bits": 4 } })"));
    const Recipe recipe =
        recipeFromJson(R"({"lathe_recipe": 2, "rules": [)" + text.toStdString() + "]}", "a file");
    QCOMPARE(recipe.resolve({"fc1"}).front(), settings);
    // A recipe saved with this one rule says the same.
    QCOMPARE(settingsFromText(QString::fromStdString(toJson(recipe))).settings, settings);
}

void TstSettingsClipboard::ofAllSettings_everyOneIsReadable()
{
    const QString text = settingsToText("fc1", {});
    QVERIFY(text.contains("\"quantize\": null"));
    QVERIFY(settingsFromText(text).settings.empty());
}

void TstSettingsClipboard::otherText_isRefusedInASentence_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    QTest::newRow("nothing") << ""
                             << "no settings on the clipboard";
    QTest::newRow("prose") << "bits and pieces"
                           << "no settings on the clipboard";
    QTest::newRow("other JSON") << R"({"name": "x"})"
                                << "lathe_recipe is missing";
    QTest::newRow("cut off") << R"({"layers": "fc1", "quan)"
                             << "no valid JSON";
    QTest::newRow("out of range") << R"({"layers": "fc1", "quantize": {"bits": 99}})"
                                  << "quantize.bits";
    QTest::newRow("two rules") << R"([{"layers": "a"}, {"layers": "b"}])"
                               << "a recipe of 2 rules";
    QTest::newRow("no rules") << R"({"lathe_recipe": 1, "rules": []})"
                              << "a recipe of 0 rules";
}

void TstSettingsClipboard::otherText_isRefusedInASentence()
{
    QFETCH(QString, text);
    QFETCH(QString, expected);
    const auto outcome = runGuarded([&] { return settingsFromText(text); });
    QVERIFY(std::holds_alternative<Error>(outcome));
    const QString said = QString::fromUtf8(std::get<Error>(outcome).what());
    QVERIFY2(said.contains(expected), qPrintable(said));
    QVERIFY(said.endsWith('.'));
}

void TstSettingsClipboard::keys_copyFromOneLayerToSeveral()
{
    MainWindow window;
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QVERIFY(openSample(window.workbench()));
    const auto fc1 = static_cast<int>(window.workbench().model().layerIndex("fc1"));
    window.workbench().editor().editLayers(
        {fc1}, [](LayerSettings &s) { setBits(s, 3); }, "bits", false);
    select(window, {"fc1"});
    auto *table = window.findChild<LayerPanel *>()->findChild<QTableView *>();
    QTest::keyClick(table, Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(window.statusBar()->currentMessage().contains("fc1"));
    const int steps = window.workbench().editor().undoStack()->count();
    window.findChild<LayerPanel *>()->selectLayers({0, 1});
    QTest::keyClick(table, Qt::Key_V, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(window.workbench().editor().undoStack()->count(), steps + 1);
    for (const size_t layer : {0U, 1U})
        QCOMPARE(window.workbench().editor().settings()[layer], settingsOf(window, "fc1"));
    QCOMPARE(window.workbench().editor().undoStack()->undoText(), QString("2 layers: settings of fc1"));
    window.actions().undo->trigger();
    QVERIFY(window.workbench().editor().settings()[0].empty());
    QVERIFY(window.workbench().editor().settings()[1].empty());
}

void TstSettingsClipboard::paste_intoSmallerLayer_limitsTheRankAndSaysSo()
{
    MainWindow window;
    window.show();
    QVERIFY(openSample(window.workbench()));
    LayerSettings settings;
    settings.rank = RankSettings{.unit = RankSettings::Unit::Rank, .value = 4000.0};
    QApplication::clipboard()->setText(settingsToText("large", settings));
    select(window, {"fc1"});
    window.actions().pasteSettings->trigger();
    const Layer &fc1 = window.workbench().model().layers()[window.workbench().model().layerIndex("fc1")];
    QCOMPARE(settingsOf(window, "fc1").rank->value, double(fc1.fullRank() - 1));
    const QString said = window.statusBar()->currentMessage();
    QVERIFY2(said.contains(QString("rank limited to %1").arg(fc1.fullRank() - 1)), qPrintable(said));
}

void TstSettingsClipboard::paste_whereNothingFits_changesNothingAndSaysWhy()
{
    MainWindow window;
    window.show();
    QVERIFY(openSample(window.workbench()));
    LayerSettings settings;
    settings.separable = SeparableSettings();
    QApplication::clipboard()->setText(settingsToText("conv", settings));
    select(window, {"fc1"});
    window.actions().pasteSettings->trigger();
    QCOMPARE(window.workbench().editor().undoStack()->count(), 0);
    QVERIFY2(window.statusBar()->currentMessage().contains("no convolution"),
             qPrintable(window.statusBar()->currentMessage()));
}

void TstSettingsClipboard::paste_ofChannels_leavesOutLayersThatKeepTheirs()
{
    MainWindow window;
    window.show();
    QVERIFY(openSample(window.workbench()));
    LayerSettings settings;
    settings.channels = ChannelSettings{.value = 0.25};
    setBits(settings, 8);
    QApplication::clipboard()->setText(settingsToText("conv", settings));
    select(window, {"conv2", "fc3"});
    window.actions().pasteSettings->trigger();
    QCOMPARE(settingsOf(window, "conv2").channels, settings.channels);
    QVERIFY(!settingsOf(window, "fc3").channels); // they are the output
    QCOMPARE(settingsOf(window, "fc3").quantize->bits, 8);
    QVERIFY2(window.statusBar()->currentMessage().contains("output logits"),
             qPrintable(window.statusBar()->currentMessage()));
}

void TstSettingsClipboard::paste_needsSomethingToPaste()
{
    QApplication::clipboard()->clear();
    MainWindow window;
    window.show();
    const QAction *paste = window.actions().pasteSettings;
    QVERIFY(!paste->isEnabled());
    QVERIFY(openSample(window.workbench()));
    select(window, {"fc1"});
    QVERIFY(!paste->isEnabled());
    QCOMPARE(paste->statusTip(), QString("Copy the settings of a layer first"));
    window.actions().copySettings->trigger();
    QVERIFY(paste->isEnabled());
    QCOMPARE(paste->statusTip(), QString("Do the same to the selected layers"));
    QApplication::clipboard()->setText("something else");
    QVERIFY(!paste->isEnabled());
    QApplication::clipboard()->setText(" {\"quan"); // meant to be settings: what is wrong is said
    QVERIFY(paste->isEnabled());
}

void TstSettingsClipboard::copy_ofLayersThatDiffer_asksForOne()
{
    MainWindow window;
    window.show();
    QVERIFY(openSample(window.workbench()));
    window.workbench().editor().editLayers(
        {0}, [](LayerSettings &s) { setBits(s, 3); }, "bits", false);
    window.findChild<LayerPanel *>()->selectLayers({0, 1});
    QApplication::clipboard()->setText("untouched");
    window.actions().copySettings->trigger();
    QCOMPARE(QApplication::clipboard()->text(), QString("untouched"));
    QVERIFY(window.statusBar()->currentMessage().contains("different settings"));
}

void TstSettingsClipboard::keptLayer_isCopiedToo()
{
    MainWindow window;
    window.show();
    QVERIFY(openSample(window.workbench()));
    window.workbench().editor().editLayers(
        {0}, [](LayerSettings &s) { setBits(s, 3); }, "bits", false);
    select(window, {"fc1"});
    window.actions().copySettings->trigger();
    window.findChild<LayerPanel *>()->selectLayers({0});
    window.actions().pasteSettings->trigger();
    QVERIFY(window.workbench().editor().settings()[0].empty());
}

void TstSettingsClipboard::refusal_isInTheLanguageOfTheWindow()
{
    applyLanguage("zh_CN");
    for (const char *text : {R"({"layers": "fc1", "quan)", R"({"layers": "fc1", "quantize": {"bits": 99}})",
                             R"([{"layers": "fc1"}, 3])", R"({"name": "x"})"}) {
        const auto outcome = runGuarded([&] { return settingsFromText(text); });
        const QString said = messageText(std::get<Error>(outcome).message());
        QVERIFY2(said.contains(QString::fromUtf8("剪贴板")) && !said.contains("lipboard"), qPrintable(said));
    }
    applyLanguage("en");
}

QTEST_MAIN(TstSettingsClipboard)
#include "tst_settingsclipboard.moc"
