// Everything that can be done in the window, on a model of 10,000 nodes: no action holds the window up.
#include "tests/support/residualmodel.h"
#include "tests/ui/dialogs.h"
#include "tests/ui/heartbeat.h"
#include "ui/comparedialog.h"
#include "ui/exportdialog.h"
#include "ui/graphpanel.h"
#include "ui/helpwindow.h"
#include "ui/layerpanel.h"
#include "ui/mainactions.h"
#include "ui/mainwindow.h"
#include "ui/preferencesdialog.h"
#include "ui/projectkeeper.h"
#include "ui/rulesdialog.h"
#include "ui/valuecontrol.h"
#include "ui/variantspanel.h"

#include <QHeaderView>
#include <QLineEdit>
#include <QTableView>
#include <QTemporaryDir>
#include <QUndoView>

#include <functional>
#include <numeric>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

namespace {

constexpr int blocks = 2500;
#ifdef __SANITIZE_ADDRESS__
constexpr double longestAllowed = 500.0; // everything takes several times as long
#else
constexpr double longestAllowed = 50.0; // ms of the GUI thread's processor time
#endif

} // namespace

class TstLargeModel : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanupTestCase() { m_window.reset(); }

    void opening();
    void perspectives();
    void tableWork();
    void graphWork();
    void editing();
    void presetsAndUndo();
    void variants();
    void themes();
    void dialogs();
    void saving();

private:
    /// Runs the action, and what it set off; tells how long the event loop stood still at most.
    void check(const char *what, const std::function<void()> &action);
    template <class Dialog>
    void checkDialog(const std::function<void()> &open);
    Workbench &workbench() { return m_window->workbench(); }
    QVector<int> allLayers();

    QTemporaryDir m_folder;
    std::unique_ptr<MainWindow> m_window;
    Heartbeat m_heart;
    size_t m_checks = 0;
    static inline std::vector<double> s_least; ///< milliseconds, by check, of all rounds

public:
    static inline double s_beyondDoubt = 0.0; ///< milliseconds that no other round excuses
};

void TstLargeModel::initTestCase()
{
    startClean();
    QFile file(m_folder.filePath("large.onnx"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    const std::string bytes = residualBlocks(blocks, true).bytes();
    QCOMPARE(file.write(bytes.data(), qint64(bytes.size())), qint64(bytes.size()));
    m_window = std::make_unique<MainWindow>();
    m_window->resize(1440, 900);
    m_window->show();
    QTest::qWait(50);
}

void TstLargeModel::check(const char *what, const std::function<void()> &action)
{
    QTest::qWait(20);
    m_heart.restart();
    action();
    QTest::qWait(60); // painting and what was queued
    settle(workbench());
    QTest::qWait(60);
    const double longest = m_heart.longest();
    if (m_checks == s_least.size())
        s_least.push_back(longest);
    double &least = s_least[m_checks++];
    least = std::min(least, longest);
    qInfo("%s: %.1f ms, least of all rounds %.1f", what, longest, least);
    if (longest > 3.0 * longestAllowed) // no disturbance takes that much
        least = s_beyondDoubt = longest;
    QVERIFY2(least <= longestAllowed, qPrintable(QString("%1: %2 ms").arg(what).arg(least)));
}

template <class Dialog>
void TstLargeModel::checkDialog(const std::function<void()> &open)
{
    check(Dialog::staticMetaObject.className(), [&] {
        open();
        QDialog *dialog = shownDialog<Dialog>(*m_window);
        QVERIFY(dialog);
        QTest::qWait(300); // what it computes
        dialog->reject();
    });
}

QVector<int> TstLargeModel::allLayers()
{
    QVector<int> layers(qsizetype(workbench().model().layers().size()));
    std::iota(layers.begin(), layers.end(), 0);
    return layers;
}

void TstLargeModel::opening()
{
    check("opening", [this] {
        workbench().openModel(m_folder.filePath("large.onnx"));
        QVERIFY(QTest::qWaitFor([this] { return workbench().hasModel(); }, patience));
    });
    QCOMPARE(workbench().model().layers().size(), size_t(2 * blocks));
}

void TstLargeModel::perspectives()
{
    for (const int key : {Qt::Key_1, Qt::Key_3, Qt::Key_2})
        check("perspective", [&] { QTest::keyClick(m_window.get(), Qt::Key(key), Qt::AltModifier); });
}

void TstLargeModel::tableWork()
{
    auto *panel = m_window->findChild<LayerPanel *>();
    auto *table = panel->findChild<QTableView *>();
    for (int column = 0; column < table->model()->columnCount(); ++column)
        check("sorting", [&] { table->sortByColumn(column, Qt::DescendingOrder); });
    table->sortByColumn(-1, Qt::AscendingOrder);
    auto *filter = panel->findChild<QLineEdit *>();
    check("filtering", [&] { QTest::keyClicks(filter, "first_1", {}, 10); });
    check("filtering no more", [&] { filter->clear(); });
    check("one layer", [&] { panel->selectLayers({4000}); });
    check("paging", [&] { QTest::keyClick(table, Qt::Key_PageDown); });
    check("all layers", [&] { QTest::keyClick(table, Qt::Key_A, Qt::ControlModifier); });
    check("one of them", [&] { panel->selectLayers({7}); });
}

void TstLargeModel::graphWork()
{
    QTest::keyClick(m_window.get(), Qt::Key_1, Qt::AltModifier);
    auto *graph = m_window->findChild<GraphPanel *>();
    check("expanding all", [&] { graph->expandAll(); });
    check("searching", [&] { graph->find("conv"); });
    check("colouring", [&] { graph->colourBy("sparsity"); });
    check("selecting", [&] { graph->selectLayers({4000}); });
    check("collapsing all", [&] { graph->collapseAll(); });
    QTest::keyClick(m_window.get(), Qt::Key_2, Qt::AltModifier);
}

void TstLargeModel::editing()
{
    auto *panel = m_window->findChild<LayerPanel *>();
    panel->selectLayers({10});
    QTest::qWait(50);
    check("one layer's bits", [&] {
        workbench().editLayers(
            {10}, [](LayerSettings &s) { setBits(s, 5); }, "Bits", false);
    });
    MarkSlider *slider = nullptr;
    for (MarkSlider *candidate : m_window->findChildren<MarkSlider *>())
        if (candidate->isVisible() && candidate->accessibleName() == "Bits")
            slider = candidate;
    QVERIFY(slider);
    check("dragging", [&] {
        const int y = slider->rect().center().y();
        QTest::mousePress(slider, Qt::LeftButton, {}, {slider->width() / 2, y});
        for (int step = 0; step < 20; ++step) {
            QTest::mouseMove(slider, {slider->width() * step / 20, y});
            QTest::qWait(10);
        }
        QTest::mouseRelease(slider, Qt::LeftButton, {}, {slider->width() / 2, y});
    });
    const QVector<int> all = allLayers();
    panel->selectLayers(all);
    check("all layers' bits", [&] {
        workbench().editLayers(
            all, [](LayerSettings &s) { setBits(s, 6); }, "Bits", false);
    });
}

void TstLargeModel::presetsAndUndo()
{
    for (const Preset &preset : presets())
        if (!preset.name.contains("GPTQ") && !preset.name.contains("OBS")) // no data here to calibrate on
            check(qPrintable(preset.name), [&] { workbench().applyPreset(preset); });
    check("undo", [&] { QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier); });
    check("redo", [&] { workbench().undoStack()->redo(); });
    auto *history = m_window->findChild<QUndoView *>();
    check("back to the beginning", [&] { QTest::keyClick(history, Qt::Key_Home); });
    check("and to the end", [&] { QTest::keyClick(history, Qt::Key_End); });
    m_window->findChild<LayerPanel *>()->selectLayers({0});
    check("copying settings", [&] { m_window->actions().copySettings->trigger(); });
    m_window->findChild<LayerPanel *>()->selectLayers(allLayers());
    check("pasting them", [&] { m_window->actions().pasteSettings->trigger(); });
}

void TstLargeModel::variants()
{
    check("keeping a variant", [&] { workbench().saveVariant("first"); });
    check("another recipe", [&] { workbench().applyPreset(presetNamed("4-bit group 32")); });
    check("keeping it too", [&] { workbench().saveVariant("second"); });
    check("applying a variant", [&] { workbench().applyVariant(1); });
}

void TstLargeModel::themes()
{
    check("dark", [&] { m_window->setScheme(Scheme::Dark); });
    check("light", [&] { m_window->setScheme(Scheme::Light); });
    check("small window", [&] { m_window->resize(1280, 800); });
    check("large window", [&] { m_window->resize(1920, 1080); });
}

void TstLargeModel::dialogs()
{
    checkDialog<ExportDialog>([this] { m_window->actions().exportModel->trigger(); });
    checkDialog<RulesDialog>([this] { m_window->actions().editRules->trigger(); });
    checkDialog<PreferencesDialog>([this] { m_window->actions().preferences->trigger(); });
    checkDialog<CompareDialog>([this] {
        emit m_window->findChild<VariantsPanel *>()->compareRequested({0, 1});
    });
    check("help", [&] { HelpWindow::show("window", m_window.get())->close(); });
}

void TstLargeModel::saving()
{
    check("saving a recipe", [&] { QVERIFY(workbench().saveRecipe(m_folder.filePath("recipe.json"))); });
    check("opening it", [&] { QVERIFY(workbench().openRecipe(m_folder.filePath("recipe.json"))); });
    check("command line", [&] { m_window->actions().copyCommandLine->trigger(); });
    check("keeping the session", [&] { workbench().saveSession(); });
    check("saving a project", [&] { m_window->project().save(m_folder.filePath("large.lathe")); });
}

/// What else the machine does costs processor time too, by emptying its caches: it only ever adds. So all is
/// done again in a new window where something took too long, and the least of the rounds counts.
int main(int argc, char *argv[])
{
    const QApplication app(argc, argv);
    int failures = 1;
    for (int round = 0; round < 3 && failures > 0 && TstLargeModel::s_beyondDoubt == 0.0; ++round) {
        TstLargeModel test;
        failures = QTest::qExec(&test, argc, argv);
    }
    return failures;
}
#include "tst_largemodel.moc"
