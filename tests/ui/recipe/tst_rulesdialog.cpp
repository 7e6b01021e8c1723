// The dialog of the recipe's rules.
#include "tests/ui/sample.h"
#include "ui/layers/layerpanel.h"
#include "ui/recipe/rulesdialog.h"
#include "ui/recipe/rulesmodel.h"
#include "ui/window/mainwindow.h"

#include <QAbstractItemModelTester>
#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QStyle>
#include <QTableView>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstRulesDialog : public QObject {
    Q_OBJECT
private slots:
    void init() { startClean(); }

    void model_passesTheTesterAndCounts();
    void ruleInWords_data();
    void ruleInWords();
    void patternFor_leavesNumbersOpen_data();
    void patternFor_leavesNumbersOpen();
    void typing_countsTheMatchesAtOnce();
    void ruleForNothing_cannotBeTaken();
    void wrongSettings_areSaidAndKeepTheRule();
    void order_byButtonsAndKeys();
    void deletingAll_saysWhatRulesAreFor();
    void add_takesTheSettingsOfTheLayer();
    void add_hasRoomForItsArrow();
    void keptLayers_areCountedAndMarked();
    void window_takesTheRulesInOneStep();
    void cancelled_changesNothing();
    void otherModel_closesTheDialog();
    void tenThousandLayers_answerAKeyInOneStep();

private:
    static std::vector<Layer> layersNamed(const QStringList &names);
    static Recipe recipeOf(std::initializer_list<const char *> rules);
    template <class T>
    static T *part(RulesDialog &dialog, const char *name)
    {
        return dialog.findChild<T *>(name);
    }
    static QPushButton *ok(RulesDialog &dialog)
    {
        return dialog.findChild<QDialogButtonBox *>()->button(QDialogButtonBox::Ok);
    }
    static void type(QLineEdit *edit, const QString &text)
    {
        edit->selectAll();
        QTest::keyClick(edit, Qt::Key_Delete);
        QTest::keyClicks(edit, text);
    }
    const std::vector<Layer> m_layers = layersNamed({"conv_1", "conv_2", "conv_10", "fc1", "fc2"});
};

std::vector<Layer> TstRulesDialog::layersNamed(const QStringList &names)
{
    std::vector<Layer> layers;
    for (const QString &name : names) {
        Layer layer;
        layer.name = name.toStdString();
        layer.op = name.startsWith("conv") ? "Conv" : "Gemm";
        layers.push_back(layer);
    }
    return layers;
}

Recipe TstRulesDialog::recipeOf(std::initializer_list<const char *> rules)
{
    Recipe recipe;
    for (const char *rule : rules)
        recipe.rules.push_back(parseRule(rule));
    return recipe;
}

void TstRulesDialog::model_passesTheTesterAndCounts()
{
    RulesModel model(recipeOf({"*:bits=8", "conv_?:bits=4"}).rules, {"conv_1", "conv_2", "conv_10", "fc1"});
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(model.matchCount(0), 4);
    QCOMPARE(model.matches(1), QVector<int>({0, 1}));
    model.insert(2, parseRule("fc*:prune=0.5"));
    QCOMPARE(model.matchCount(2), 1);
    model.move(2, -1);
    QCOMPARE(model.rules()[1].pattern, std::string("fc*"));
    QCOMPARE(model.matchCount(1), 1);
    model.move(1, 1);
    model.move(2, 1); // there is nothing below
    QCOMPARE(model.rules()[2].pattern, std::string("fc*"));
    model.setRule(2, parseRule("nothing:prune=0.5"));
    QVERIFY(model.matchesNothing(2));
    QCOMPARE(model.index(2, RulesModel::Layers).data().toString(), QString("none"));
    model.remove(0);
    QCOMPARE(model.rowCount(), 2);
}

void TstRulesDialog::ruleInWords_data()
{
    QTest::addColumn<QString>("rule");
    QTest::addColumn<QString>("words");
    QTest::newRow("settings") << "*:bits=4,group=32"
                              << "4 bits group 32";
    QTest::newRow("switched off") << "*:prune=off"
                                  << "prune off";
    QTest::newRow("both") << "*:bits=8,rank=off"
                          << "8 bits, rank off";
    QTest::newRow("only how") << "*:rounding=gptq"
                              << "rounding=gptq";
    QTest::newRow("kept") << "*:bits=8,keep=true"
                          << "8 bits, kept as it is";
    QTest::newRow("no longer kept") << "*:keep=false"
                                    << "not kept";
    QTest::newRow("channels") << "*:channels=0.25,channels.round=8"
                              << "25 % of the channels removed in multiples of 8";
    QTest::newRow("block") << "block3*:drop=true"
                           << "block dropped";
    QTest::newRow("how of another method") << "*:bits=8,prune.method=obs"
                                           << "8 bits, prune.method=obs";
}

void TstRulesDialog::ruleInWords()
{
    QFETCH(QString, rule);
    QFETCH(QString, words);
    QCOMPARE(ruleText(parseRule(rule.toStdString())), words);
}

void TstRulesDialog::patternFor_leavesNumbersOpen_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("pattern");
    QTest::newRow("number") << "conv_12"
                            << "conv_*";
    QTest::newRow("numbers") << "/layer4/layer4.0/conv2/Conv"
                             << "/layer*/layer*.*/conv*/Conv";
    QTest::newRow("none") << "head"
                          << "head";
    QTest::newRow("special letters") << "a*b[c]"
                                     << "a\\*b\\[c\\]";
}

void TstRulesDialog::patternFor_leavesNumbersOpen()
{
    QFETCH(QString, name);
    QFETCH(QString, pattern);
    QCOMPARE(RulesDialog::patternFor(name), pattern);
    QVERIFY(globMatches(pattern.toStdString(), name.toStdString()));
}

void TstRulesDialog::typing_countsTheMatchesAtOnce()
{
    RulesDialog dialog(recipeOf({"*:bits=8"}), m_layers, {});
    dialog.show();
    auto *pattern = part<QLineEdit>(dialog, "rulePattern");
    auto *names = part<QListView>(dialog, "ruleMatches")->model();
    QCOMPARE(names->rowCount(), 5);
    type(pattern, "conv_?");
    QCOMPARE(names->rowCount(), 2);
    QVERIFY(names->index(0, 0).data().toString().contains("conv_1"));
    QVERIFY(names->index(0, 0).data().toString().contains("Conv"));
    QCOMPARE(part<QTableView>(dialog, "ruleTable")->model()->index(0, RulesModel::Layers).data().toString(),
             QString("2 of 5"));
    QCOMPARE(dialog.recipe().rules.front().pattern, std::string("conv_?"));
}

void TstRulesDialog::ruleForNothing_cannotBeTaken()
{
    RulesDialog dialog(recipeOf({"*:bits=8", "fc*:bits=4"}), m_layers, {});
    dialog.show();
    auto *pattern = part<QLineEdit>(dialog, "rulePattern");
    QVERIFY(ok(dialog)->isEnabled());
    type(pattern, "gru*");
    QVERIFY(!ok(dialog)->isEnabled());
    QVERIFY(part<QLabel>(dialog, "ruleState")->text().contains("No layer is called gru*"));
    type(pattern, QString());
    QVERIFY(!ok(dialog)->isEnabled());
    type(pattern, "fc2");
    QVERIFY(ok(dialog)->isEnabled());
    QCOMPARE(part<QLabel>(dialog, "ruleState")->text(), QString());
}

void TstRulesDialog::wrongSettings_areSaidAndKeepTheRule()
{
    RulesDialog dialog(recipeOf({"*:bits=8"}), m_layers, {});
    dialog.show();
    auto *changes = part<QLineEdit>(dialog, "ruleChanges");
    QCOMPARE(changes->text(), QString("bits=8"));
    type(changes, "bits=99");
    QVERIFY(!ok(dialog)->isEnabled());
    QVERIFY(part<QLabel>(dialog, "ruleState")->text().contains("bits"));
    QCOMPARE(dialog.recipe(), recipeOf({"*:bits=8"}));
    type(changes, "prune=40%, rank=50%");
    QVERIFY(ok(dialog)->isEnabled());
    QCOMPARE(dialog.recipe(), recipeOf({"*:prune=0.4,rank=50%"}));
}

void TstRulesDialog::order_byButtonsAndKeys()
{
    RulesDialog dialog(recipeOf({"*:bits=8", "conv*:bits=4", "fc*:bits=2"}), m_layers, {});
    dialog.show();
    QVERIFY(QTest::qWaitForWindowActive(&dialog));
    auto *table = part<QTableView>(dialog, "ruleTable");
    QCOMPARE(table->currentIndex().row(), 2); // the newest
    QVERIFY(!part<QPushButton>(dialog, "ruleDown")->isEnabled());
    QTest::mouseClick(part<QPushButton>(dialog, "ruleUp"), Qt::LeftButton);
    QCOMPARE(table->currentIndex().row(), 1);
    QCOMPARE(dialog.recipe(), recipeOf({"*:bits=8", "fc*:bits=2", "conv*:bits=4"}));
    table->setFocus();
    QTest::keyClick(table, Qt::Key_Up, Qt::AltModifier);
    QCOMPARE(dialog.recipe(), recipeOf({"fc*:bits=2", "*:bits=8", "conv*:bits=4"}));
    QVERIFY(!part<QPushButton>(dialog, "ruleUp")->isEnabled());
    QTest::keyClick(table, Qt::Key_Down, Qt::AltModifier);
    QCOMPARE(table->currentIndex().row(), 1);
    QCOMPARE(part<QLineEdit>(dialog, "rulePattern")->text(), QString("fc*"));
}

void TstRulesDialog::deletingAll_saysWhatRulesAreFor()
{
    RulesDialog dialog(recipeOf({"*:bits=8", "fc*:bits=2"}), m_layers, {});
    dialog.show();
    QVERIFY(QTest::qWaitForWindowActive(&dialog));
    auto *table = part<QTableView>(dialog, "ruleTable");
    table->setFocus();
    QTest::keyClick(table, Qt::Key_Delete);
    QCOMPARE(dialog.recipe(), recipeOf({"*:bits=8"}));
    QTest::mouseClick(part<QPushButton>(dialog, "removeRule"), Qt::LeftButton);
    QVERIFY(dialog.recipe().rules.empty());
    QVERIFY(!table->isVisible());
    QVERIFY(!part<QLineEdit>(dialog, "rulePattern")->isEnabled());
    QVERIFY(!part<QPushButton>(dialog, "removeRule")->isEnabled());
    QVERIFY(ok(dialog)->isEnabled());
    QCOMPARE(dialog.description(), QString("Fewer rules"));
}

void TstRulesDialog::add_takesTheSettingsOfTheLayer()
{
    LayerSettings settings;
    setBits(settings, 3);
    RulesDialog dialog({}, m_layers, RulesDialog::Example{"conv_2", settings});
    dialog.show();
    auto *add = part<QPushButton>(dialog, "addRule");
    QAction *example = add->menu()->actions().front();
    QVERIFY(example->text().contains("conv_2") && example->text().contains("3 bits"));
    example->trigger();
    QCOMPARE(dialog.recipe(), recipeOf({"conv_*:bits=3"}));
    QTRY_VERIFY(part<QLineEdit>(dialog, "rulePattern")->hasFocus());
    QTest::keyClicks(part<QLineEdit>(dialog, "rulePattern"), "fc*"); // it was selected
    QCOMPARE(dialog.recipe(), recipeOf({"fc*:bits=3"}));
    QCOMPARE(dialog.description(), QString("Rule fc*: 3 bits"));
    add->menu()->actions().at(1)->trigger(); // a preset
    QCOMPARE(dialog.recipe(), recipeOf({"fc*:bits=3", "conv_*:bits=8"}));
}

void TstRulesDialog::add_hasRoomForItsArrow()
{
    RulesDialog dialog({}, m_layers, {});
    dialog.show();
    const auto *add = part<QPushButton>(dialog, "addRule");
    const int text = add->fontMetrics().horizontalAdvance("Add");
    const int arrow = add->style()->pixelMetric(QStyle::PM_MenuButtonIndicator, nullptr, add);
    QVERIFY(arrow > 0 && add->width() >= text + 2 * arrow);
    QCOMPARE(add->height(), part<QPushButton>(dialog, "removeRule")->height());
}

void TstRulesDialog::keptLayers_areCountedAndMarked()
{
    RulesDialog dialog(recipeOf({"*:bits=8", "conv_*:prune=0.5"}), m_layers,
                       RulesDialog::Example{"conv_2", {}});
    dialog.show();
    part<QPushButton>(dialog, "addRule")->menu()->actions().last()->trigger();
    QCOMPARE(dialog.recipe().rules.back(), parseRule("conv_*:keep=true"));
    const auto cell = [&](int row) {
        const auto *table = part<QTableView>(dialog, "ruleTable");
        return table->model()->index(row, RulesModel::Layers).data().toString();
    };
    QCOMPARE(cell(0), QString("5 of 5, 3 kept"));
    QCOMPARE(cell(1), QString("3 of 5, 3 kept"));
    const auto *matches = part<QListView>(dialog, "ruleMatches");
    QCOMPARE(matches->model()->index(0, 0).data().toString(), QString("conv_1  (Conv, kept as it is)"));
    // A rule below that lets one go says so at once, and no longer when it stands above.
    type(part<QLineEdit>(dialog, "ruleChanges"), "keep=true");
    part<QPushButton>(dialog, "addRule")->menu()->actions().last()->trigger();
    type(part<QLineEdit>(dialog, "rulePattern"), "conv_1*");
    type(part<QLineEdit>(dialog, "ruleChanges"), "keep=false");
    QCOMPARE(cell(0), QString("5 of 5, 1 kept"));
    part<QPushButton>(dialog, "ruleUp")->click();
    QCOMPARE(cell(0), QString("5 of 5, 3 kept"));
    QCOMPARE(matches->model()->index(0, 0).data().toString(), QString("conv_1  (Conv, kept as it is)"));
}

void TstRulesDialog::window_takesTheRulesInOneStep()
{
    MainWindow window;
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QVERIFY(openSample(window.workbench()));
    QTest::keyClick(&window, Qt::Key_R, Qt::ControlModifier);
    auto *dialog = window.findChild<RulesDialog *>();
    QVERIFY(dialog && dialog->isVisible());
    part<QPushButton>(*dialog, "addRule")->menu()->actions().front()->trigger();
    type(part<QLineEdit>(*dialog, "rulePattern"), "fc*");
    type(part<QLineEdit>(*dialog, "ruleChanges"), "bits=5");
    part<QPushButton>(*dialog, "addRule")->menu()->actions().front()->trigger();
    type(part<QLineEdit>(*dialog, "rulePattern"), "*");
    QTest::mouseClick(ok(*dialog), Qt::LeftButton);
    QCOMPARE(window.workbench().editor().recipe().rules.size(), size_t(2));
    QCOMPARE(window.workbench().editor().undoStack()->count(), 1);
    QTRY_VERIFY(!window.findChild<RulesDialog *>());
    window.actions().undo->trigger();
    QVERIFY(window.workbench().editor().recipe().rules.empty());
}

void TstRulesDialog::cancelled_changesNothing()
{
    MainWindow window;
    window.show();
    QVERIFY(openSample(window.workbench()));
    window.actions().editRules->trigger();
    auto *dialog = window.findChild<RulesDialog *>();
    part<QPushButton>(*dialog, "addRule")->menu()->actions().front()->trigger();
    dialog->reject();
    QVERIFY(window.workbench().editor().recipe().rules.empty());
    QCOMPARE(window.workbench().editor().undoStack()->count(), 0);
}

void TstRulesDialog::otherModel_closesTheDialog()
{
    MainWindow window;
    window.show();
    QVERIFY(openSample(window.workbench()));
    window.workbench().openModel(samplePath()); // still being read when the dialog comes up
    window.actions().editRules->trigger();
    QVERIFY(window.findChild<RulesDialog *>());
    QTRY_VERIFY_WITH_TIMEOUT(!window.findChild<RulesDialog *>(), patience);
    QVERIFY(settle(window.workbench()));
    QCOMPARE(window.workbench().editor().undoStack()->count(), 0);
}

void TstRulesDialog::tenThousandLayers_answerAKeyInOneStep()
{
    QStringList names;
    Recipe recipe = recipeOf({"*:bits=8"});
    for (int i = 0; i < 10000; ++i) {
        names << QStringLiteral("/block%1/attention/Conv_%2").arg(i / 10).arg(i);
        if (i % 10 == 0)
            recipe.rules.push_back(parseRule(names.last().toStdString() + ":bits=4"));
    }
    RulesDialog dialog(recipe, layersNamed(names), {});
    dialog.show();
    QVERIFY(QTest::qWaitForWindowExposed(&dialog));
    auto *pattern = part<QLineEdit>(dialog, "rulePattern");
    type(pattern, "/block*/att*/Conv_");
    const auto *matches = part<QListView>(dialog, "ruleMatches")->model();
    QSignalSpy reset(matches, &QAbstractItemModel::modelReset);
    QSignalSpy inserted(matches, &QAbstractItemModel::rowsInserted);
    QSignalSpy changed(matches, &QAbstractItemModel::dataChanged);
    QTest::keyClicks(pattern, "*");
    QTRY_COMPARE(matches->rowCount(), 10000);
    QVERIFY2(reset.size() + inserted.size() + changed.size() <= 2, // not one for each layer
             qPrintable(QString("%1 %2 %3").arg(reset.size()).arg(inserted.size()).arg(changed.size())));
}

QTEST_MAIN(TstRulesDialog)
#include "tst_rulesdialog.moc"
