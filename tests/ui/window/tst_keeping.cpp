// Pins and presets in the window: menu, keys, table, graph, inspector, clipboard.
#include "tests/ui/sample.h"
#include "ui/graph/graphview.h"
#include "ui/inspector/methodgroup.h"
#include "ui/layers/layerpanel.h"
#include "ui/layers/layertablemodel.h"
#include "ui/recipe/presetdialogs.h"
#include "ui/recipe/settingsclipboard.h"
#include "ui/session/presetstore.h"
#include "ui/window/mainwindow.h"

#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QRadioButton>
#include <QStatusBar>
#include <QTableView>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstKeeping : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void init();
    void cleanup() { m_window.reset(); }

    void key_pinsAndLetsGo();
    void mixedSelection_saysSoAndKeepsAll();
    void table_showsThePin();
    void graph_showsThePin();
    void inspector_letsGo();
    void editByAChart_saysThatTheLayerIsKept();
    void paste_leavesKeptLayersAndSaysSo();
    void copyOfAKeptLayer_keeps();
    void presetMenu_remembersHow();
    void presetMenu_staysOpenWhileChoosing();
    void presetKeys_obeyTheChoice();
    void presetForNoLayers_cannotBeChosen();
    void ownPreset_isSavedListedAndApplied();
    void ownPresets_areManaged();
    void presetOfAnotherModel_isForWhatIsHere();
    void unreadablePresets_areSaidWholeAndCanBeDeleted();

private:
    Workbench &workbench() { return m_window->workbench(); }
    RecipeEditor &editor() { return workbench().editor(); }
    PresetMenu &menu() { return *m_window->actions().presets; }
    LayerPanel *panel() { return m_window->findChild<LayerPanel *>(); }
    QString said() const { return m_window->statusBar()->currentMessage(); }
    QAction *presetAction(const QString &name);
    QAction *choice(const QString &words);
    static void write(const QString &name, const QByteArray &content);

    std::unique_ptr<MainWindow> m_window;
};

void TstKeeping::init()
{
    startClean();
    m_window = std::make_unique<MainWindow>();
    m_window->show();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    QVERIFY(openSample(workbench()));
}

QAction *TstKeeping::presetAction(const QString &name)
{
    emit menu().aboutToShow(); // as when it is opened
    for (QAction *action : menu().actions())
        if (action->text().contains(name))
            return action;
    return nullptr;
}

QAction *TstKeeping::choice(const QString &words)
{
    for (QAction *action : menu().actions())
        if (QString(action->text()).remove('&').startsWith(words))
            return action;
    return nullptr;
}

void TstKeeping::write(const QString &name, const QByteArray &content)
{
    QVERIFY(QDir().mkpath(PresetStore::folder()));
    QFile file(PresetStore::folder() + '/' + name);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
}

void TstKeeping::key_pinsAndLetsGo()
{
    panel()->selectLayers({1});
    auto *table = panel()->findChild<QTableView *>();
    QAction *keep = m_window->actions().keepLayers;
    QVERIFY(keep->isEnabled() && !keep->isChecked());
    QTest::keyClick(table, Qt::Key_K, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(editor().settings()[1].keep && keep->isChecked());
    QVERIFY2(said().startsWith("Kept"), qPrintable(said()));
    QTest::keyClick(table, Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(!editor().settings()[1].keep && !keep->isChecked());
    QTest::keyClick(table, Qt::Key_Y, Qt::ControlModifier);
    QTest::keyClick(table, Qt::Key_K, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(!editor().settings()[1].keep && !keep->isChecked());
    QVERIFY2(said().startsWith("Let go"), qPrintable(said()));
}

void TstKeeping::mixedSelection_saysSoAndKeepsAll()
{
    editor().setKept({1}, true);
    panel()->selectLayers({0, 1, 2});
    QAction *keep = m_window->actions().keepLayers;
    QVERIFY(!keep->isChecked());
    QVERIFY2(keep->text().contains("1 of 3"), qPrintable(keep->text()));
    keep->trigger();
    QVERIFY(editor().settings()[0].keep && editor().settings()[1].keep && editor().settings()[2].keep);
    QVERIFY(keep->isChecked());
    keep->trigger();
    QVERIFY(!editor().settings()[0].keep && !editor().settings()[1].keep);
}

void TstKeeping::table_showsThePin()
{
    editor().applyPreset(presetNamed("8-bit per channel"));
    editor().setKept({1}, true);
    const auto *model = panel()->findChild<LayerTableModel *>();
    QVERIFY(model->index(1, LayerTableModel::Name).data(LayerTableModel::KeptRole).toBool());
    QVERIFY(!model->index(0, LayerTableModel::Name).data(LayerTableModel::KeptRole).toBool());
    QCOMPARE(model->index(1, LayerTableModel::Settings).data().toString(), QString("kept"));
    QVERIFY(settle(workbench()));
    QVERIFY(!model->index(1, 0).data(LayerTableModel::ChangedRole).toBool());
    QCOMPARE(model->index(1, LayerTableModel::Settings).data().toString(), QString("kept"));
    QVERIFY(model->index(0, LayerTableModel::Settings).data().toString().contains("8 bits"));
    const QModelIndex settings = model->index(1, LayerTableModel::Settings);
    QVERIFY(settings.data(Qt::ToolTipRole).toString().contains("Kept as it is, whatever else"));
    // The mark is drawn where the dot of a changed layer is.
    auto *table = panel()->findChild<QTableView *>();
    panel()->selectLayers({0});
    const auto nameCell = [&] {
        for (int row = 0; row < table->model()->rowCount(); ++row)
            if (const QModelIndex index = table->model()->index(row, 0);
                index.data(LayerTableModel::KeptRole).toBool() || index.row() == 1)
                return table->visualRect(index);
        return QRect();
    };
    const QRect cell = nameCell();
    const QImage with = table->viewport()->grab(cell).toImage();
    editor().setKept({1}, false);
    QVERIFY(settle(workbench()));
    QVERIFY(table->viewport()->grab(cell).toImage() != with);
}

void TstKeeping::graph_showsThePin()
{
    auto *view = m_window->findChild<GraphView *>();
    const auto pins = [&] {
        int count = 0;
        for (int item = 0; item < 1000; ++item)
            count += view->isKept(item);
        return count;
    };
    QCOMPARE(pins(), 0);
    editor().setKept({0}, true);
    QCOMPARE(pins(), 1);
    editor().undoStack()->undo();
    QCOMPARE(pins(), 0);
}

void TstKeeping::inspector_letsGo()
{
    panel()->selectLayers({0});
    auto *button = m_window->findChild<QPushButton *>("keepLayers");
    button->click();
    QVERIFY(editor().settings()[0].keep);
    QVERIFY(!m_window->findChild<MethodGroup *>()->isEnabled());
    QCOMPARE(button->text(), QString("Let go"));
    button->click();
    QVERIFY(!editor().settings()[0].keep);
    QVERIFY(m_window->findChild<MethodGroup *>()->isEnabled());
}

void TstKeeping::editByAChart_saysThatTheLayerIsKept()
{
    editor().setKept({0}, true);
    const int steps = editor().undoStack()->count();
    editor().editLayers(
        {0}, [](LayerSettings &s) { setBits(s, 3); }, "Bits", true);
    QCOMPARE(editor().undoStack()->count(), steps);
    QVERIFY2(said().contains("Ctrl+Shift+K"), qPrintable(said()));
}

void TstKeeping::paste_leavesKeptLayersAndSaysSo()
{
    LayerSettings four;
    setBits(four, 4);
    editor().setKept({1}, true);
    QApplication::clipboard()->setText(settingsToText("x", four));
    panel()->selectLayers({0, 1});
    m_window->actions().pasteSettings->trigger();
    QCOMPARE(editor().settings()[0].quantize->bits, 4);
    QVERIFY(editor().settings()[1].keep);
    QVERIFY2(said().contains("Left out") && said().contains("kept as it is"), qPrintable(said()));
    panel()->selectLayers({1});
    const int steps = editor().undoStack()->count();
    m_window->actions().pasteSettings->trigger();
    QCOMPARE(editor().undoStack()->count(), steps);
    QVERIFY2(said().contains("kept as it is"), qPrintable(said()));
}

void TstKeeping::copyOfAKeptLayer_keeps()
{
    editor().setKept({1}, true);
    panel()->selectLayers({1});
    m_window->actions().copySettings->trigger();
    QVERIFY(QApplication::clipboard()->text().contains("\"keep\": true"));
    panel()->selectLayers({0, 2});
    m_window->actions().pasteSettings->trigger();
    QVERIFY(editor().settings()[0].keep && editor().settings()[2].keep);
}

void TstKeeping::presetMenu_remembersHow()
{
    QCOMPARE(menu().use(), (PresetUse{PresetMode::Replace, false}));
    choice("Add to")->trigger();
    choice("For the selected")->trigger();
    m_window.reset();
    m_window = std::make_unique<MainWindow>();
    QCOMPARE(menu().use(), (PresetUse{PresetMode::Add, true}));
    choice("Replace")->trigger();
    choice("For all")->trigger();
    QCOMPARE(PresetMenu("x").use(), (PresetUse{PresetMode::Replace, false}));
}

void TstKeeping::presetMenu_staysOpenWhileChoosing()
{
    menu().popup(m_window->mapToGlobal(QPoint(40, 40)));
    QVERIFY(QTest::qWaitForWindowExposed(&menu()));
    QTest::mouseMove(&menu(), menu().actionGeometry(choice("Add to")).center());
    QTest::mouseClick(&menu(), Qt::LeftButton, {}, menu().actionGeometry(choice("Add to")).center());
    QVERIFY(menu().isVisible());
    QCOMPARE(menu().use().mode, PresetMode::Add);
    menu().setActiveAction(choice("Replace"));
    QTest::keyClick(&menu(), Qt::Key_Return);
    QVERIFY(menu().isVisible());
    QCOMPARE(menu().use().mode, PresetMode::Replace);
    menu().setActiveAction(presetAction("8-bit"));
    QTest::keyClick(&menu(), Qt::Key_Return);
    QVERIFY(!menu().isVisible());
    QCOMPARE(editor().recipe().rules, std::vector{parseRule("*:bits=8")});
}

void TstKeeping::presetKeys_obeyTheChoice()
{
    QTest::keyClick(m_window.get(), Qt::Key_1, Qt::ControlModifier);
    QCOMPARE(editor().recipe().rules, std::vector{parseRule("*:bits=8")});
    QVERIFY2(said().contains("took the place"), qPrintable(said()));
    choice("Add to")->trigger();
    presetAction("Half rank")->trigger();
    QCOMPARE(editor().recipe().rules, (std::vector{parseRule("*:bits=8"), parseRule("*:rank=50%")}));
    QVERIFY2(said().contains("added"), qPrintable(said()));
    choice("For the selected")->trigger();
    choice("Replace")->trigger();
    panel()->selectLayers({0});
    QTest::keyClick(m_window.get(), Qt::Key_2, Qt::ControlModifier);
    QCOMPARE(editor().settings()[0].quantize->bits, 4);
    QVERIFY(!editor().settings()[0].rank);
    QCOMPARE(editor().settings()[1].quantize->bits, 8);
}

void TstKeeping::presetForNoLayers_cannotBeChosen()
{
    choice("For the selected")->trigger();
    panel()->selectLayers({});
    QVERIFY(!presetAction("8-bit")->isEnabled());
    panel()->selectLayers({0, 1});
    QVERIFY(presetAction("8-bit")->isEnabled());
    QVERIFY2(choice("For the selected")->text().contains("(2)"), qPrintable(choice("For the")->text()));
    panel()->selectLayers({});
    choice("For all")->trigger();
    QVERIFY(presetAction("8-bit")->isEnabled());
}

void TstKeeping::ownPreset_isSavedListedAndApplied()
{
    editor().replaceRecipe({{}, {parseRule("*:bits=5"), parseRule("fc*:prune=0.5")}}, "rules");
    panel()->selectLayers({0});
    menu().save()->trigger();
    auto *dialog = m_window->findChild<SavePresetDialog *>();
    QVERIFY(dialog && dialog->isVisible());
    auto *ok = dialog->findChild<QDialogButtonBox *>()->button(QDialogButtonBox::Ok);
    QVERIFY(!ok->isEnabled());
    QTest::keyClicks(dialog->findChild<QLineEdit *>(), "mine & yours");
    QTest::mouseClick(ok, Qt::LeftButton);
    QVERIFY2(said().contains("mine & yours"), qPrintable(said()));
    editor().applyPreset(presets().last());
    QAction *own = presetAction("mine");
    QVERIFY(own && own->isEnabled());
    own->trigger();
    QCOMPARE(editor().recipe().rules, (std::vector{parseRule("*:bits=5"), parseRule("fc*:prune=0.5")}));
    // The settings of one layer, for all.
    QTRY_VERIFY(!m_window->findChild<SavePresetDialog *>());
    menu().save()->trigger();
    dialog = m_window->findChild<SavePresetDialog *>();
    dialog->findChildren<QRadioButton *>().at(1)->click();
    QTest::keyClicks(dialog->findChild<QLineEdit *>(), "five");
    dialog->accept();
    QCOMPARE(PresetStore::list().presets[0].rules, std::vector{parseRule("*:bits=5")});
}

void TstKeeping::ownPresets_areManaged()
{
    PresetStore::save("a", {parseRule("*:bits=5")});
    PresetStore::save("b", {parseRule("*:bits=6")});
    emit menu().aboutToShow();
    menu().manage()->trigger();
    auto *dialog = m_window->findChild<ManagePresetsDialog *>();
    QVERIFY(dialog && QTest::qWaitForWindowActive(dialog));
    auto *list = dialog->findChild<QListWidget *>();
    auto *ok = dialog->findChild<QDialogButtonBox *>()->button(QDialogButtonBox::Ok);
    QCOMPARE(list->currentRow(), 0);
    list->item(1)->setText("a");
    QVERIFY(!ok->isEnabled());
    list->item(0)->setText("b"); // each has the other's
    QVERIFY(ok->isEnabled());
    list->item(0)->setText("a");
    list->item(1)->setText("second");
    QVERIFY(ok->isEnabled());
    list->setCurrentRow(0);
    list->setFocus();
    QTRY_VERIFY(list->hasFocus());
    QTest::keyClick(list, Qt::Key_Delete);
    QCOMPARE(list->count(), 1);
    QCOMPARE(PresetStore::list().presets.size(), 2); // nothing before OK
    QTest::mouseClick(ok, Qt::LeftButton);
    QCOMPARE(PresetStore::list().presets.size(), 1);
    QCOMPARE(PresetStore::list().presets[0].name, QString("second"));
    QVERIFY(presetAction("second") && !presetAction("  a"));
}

void TstKeeping::presetOfAnotherModel_isForWhatIsHere()
{
    PresetStore::save("other", {parseRule("backbone.*:bits=5")});
    PresetStore::save("partly", {parseRule("*:bits=6"), parseRule("head*:keep=true")});
    presetAction("other")->trigger();
    QVERIFY(editor().recipe().rules.empty());
    QVERIFY2(said().contains("backbone.*"), qPrintable(said()));
    presetAction("partly")->trigger();
    QCOMPARE(editor().recipe().rules, std::vector{parseRule("*:bits=6")});
    QVERIFY2(said().contains("head*"), qPrintable(said()));
}

void TstKeeping::unreadablePresets_areSaidWholeAndCanBeDeleted()
{
    emit menu().aboutToShow();
    QVERIFY(!menu().unreadable()->isVisible());
    PresetStore::save("good", {parseRule("*:bits=5")});
    write("broken.recipe.json", "{");
    write("empty.recipe.json", "{\"lathe_recipe\": 1}");
    emit menu().aboutToShow();
    QVERIFY(menu().unreadable()->isVisible() && menu().unreadable()->text().contains("(2)"));
    QVERIFY(menu().unreadable()->toolTip().contains("empty.recipe.json is left out: it has no rules"));
    menu().unreadable()->trigger();
    auto *dialog = m_window->findChild<ManagePresetsDialog *>();
    QVERIFY(dialog && QTest::qWaitForWindowActive(dialog));
    auto *list = dialog->findChild<QListWidget *>();
    const auto *state = dialog->findChild<QLabel *>("presetState");
    QCOMPARE(list->count(), 3);
    QCOMPARE(list->currentItem()->text(), QString("broken.recipe.json")); // what has to be looked at
    QVERIFY2(state->text().contains("broken.recipe.json is left out"), qPrintable(state->text()));
    QTRY_VERIFY(state->height() >= state->heightForWidth(state->width())); // whole, however long
    list->setFocus();
    QTRY_VERIFY(list->hasFocus());
    QTest::keyClick(list, Qt::Key_Down);
    QVERIFY2(state->text().endsWith("it has no rules"), qPrintable(state->text()));
    QTest::keyClick(list, Qt::Key_Up);
    QTest::keyClick(list, Qt::Key_Delete);
    QCOMPARE(list->count(), 2);
    list->item(0)->setText("better");
    QTest::mouseClick(dialog->findChild<QDialogButtonBox *>()->button(QDialogButtonBox::Ok), Qt::LeftButton);
    QVERIFY(!QFile::exists(PresetStore::folder() + "/broken.recipe.json"));
    QCOMPARE(PresetStore::list().unreadable.size(), 1);
    QVERIFY(presetAction("better"));
}

QTEST_MAIN(TstKeeping)
#include "tst_keeping.moc"
