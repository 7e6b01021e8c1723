// Everything that can be done in the window, on a model of 10,000 nodes: no action makes work for each of
// them.
#include "tests/support/residualmodel.h"
#include "tests/ui/dialogs.h"
#include "tests/ui/sample.h"
#include "ui/compare/compareview.h"
#include "ui/export/exportdialog.h"
#include "ui/graph/graphpanel.h"
#include "ui/help/helpwindow.h"
#include "ui/layers/layerpanel.h"
#include "ui/recipe/rulesdialog.h"
#include "ui/session/projectkeeper.h"
#include "ui/variants/variantspanel.h"
#include "ui/widgets/valuecontrol.h"
#include "ui/window/mainactions.h"
#include "ui/window/mainwindow.h"
#include "ui/window/preferencesdialog.h"

#include <QAbstractItemModel>
#include <QHash>
#include <QHeaderView>
#include <QLineEdit>
#include <QTableView>
#include <QTemporaryDir>
#include <QUndoView>

#include <functional>
#include <numeric>
#include <utility>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

namespace {

constexpr int blocks = 2500;
constexpr int mostSteps = blocks / 10; ///< that an action may take where one for each layer would be too many

/// What the window's thread is given to do: widgets painted or laid out, and changes that its models
/// announce.
class WindowWork : public QObject {
public:
    void restart(const QWidget &window)
    {
        m_painted = m_laidOut = m_announced = 0;
        for (const QAbstractItemModel *model : window.findChildren<QAbstractItemModel *>())
            if (!std::exchange(m_known[model], true))
                listen(model);
    }
    int painted() const { return m_painted; }
    int laidOut() const { return m_laidOut; }
    int announced() const { return m_announced; }

protected:
    bool eventFilter(QObject *, QEvent *event) override
    {
        m_painted += event->type() == QEvent::Paint;
        m_laidOut += event->type() == QEvent::LayoutRequest;
        return false;
    }

private:
    void listen(const QAbstractItemModel *model)
    {
        const auto count = [this] { ++m_announced; };
        connect(model, &QAbstractItemModel::dataChanged, this, count);
        connect(model, &QAbstractItemModel::rowsInserted, this, count);
        connect(model, &QAbstractItemModel::rowsRemoved, this, count);
        connect(model, &QAbstractItemModel::layoutChanged, this, count);
        connect(model, &QAbstractItemModel::modelReset, this, count);
        connect(model, &QObject::destroyed, this, [this, model] { m_known.remove(model); });
    }
    QHash<const QAbstractItemModel *, bool> m_known;
    int m_painted = 0, m_laidOut = 0, m_announced = 0;
};

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
    /// Runs the action, and what it set off; counts what the window had to do for it.
    void check(const char *what, const std::function<void()> &action);
    template <class Dialog>
    void checkDialog(const std::function<void()> &open);
    Workbench &workbench() { return m_window->workbench(); }
    QVector<int> allLayers();

    QTemporaryDir m_folder;
    std::unique_ptr<MainWindow> m_window;
    WindowWork m_work;
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
    qApp->installEventFilter(&m_work);
    QTest::qWait(50);
}

void TstLargeModel::check(const char *what, const std::function<void()> &action)
{
    QTest::qWait(20);
    m_work.restart(*m_window);
    action();
    QTest::qWait(60); // painting and what was queued
    QVERIFY(!workbench().hasModel() || settle(workbench()));
    QTest::qWait(60);
    const QString done = QString("%1: painted %2, laid out %3, announced %4")
                             .arg(what)
                             .arg(m_work.painted())
                             .arg(m_work.laidOut())
                             .arg(m_work.announced());
    qInfo("%s", qPrintable(done));
    QVERIFY2(m_work.announced() < mostSteps, qPrintable(done));
    QVERIFY2(m_work.laidOut() < 10 * mostSteps && m_work.painted() < 10 * mostSteps, qPrintable(done));
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
        workbench().editor().editLayers(
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
        workbench().editor().editLayers(
            all, [](LayerSettings &s) { setBits(s, 6); }, "Bits", false);
    });
}

void TstLargeModel::presetsAndUndo()
{
    for (const Preset &preset : presets())
        if (!preset.name.contains("GPTQ") && !preset.name.contains("OBS")) // no data here to calibrate on
            check(qPrintable(preset.name), [&] { workbench().editor().applyPreset(preset); });
    check("undo", [&] { QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier); });
    check("redo", [&] { workbench().editor().undoStack()->redo(); });
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
    check("keeping a variant", [&] { workbench().variantStore().save("first"); });
    check("another recipe", [&] { workbench().editor().applyPreset(presetNamed("4-bit group 32")); });
    check("keeping it too", [&] { workbench().variantStore().save("second"); });
    check("applying a variant", [&] { workbench().variantStore().apply(1); });
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
    check("comparing", [this] {
        emit m_window->findChild<VariantsPanel *>()->compareRequested({0, 1});
        const auto *view = m_window->findChild<CompareView *>();
        QVERIFY(view->isVisible());
        QVERIFY(QTest::qWaitFor([view] { return !view->isBusy(); }, patience));
    });
    for (int page = 0; page < m_window->findChild<QTabWidget *>("comparePages")->count(); ++page)
        check("a page of the comparison",
              [&] { m_window->findChild<QTabWidget *>("comparePages")->setCurrentIndex(page); });
    check("and back", [this] { m_window->actions().cancel->trigger(); });
    check("help", [&] { HelpWindow::show("window", m_window.get())->close(); });
}

void TstLargeModel::saving()
{
    check("saving a recipe", [&] { QVERIFY(workbench().saveRecipe(m_folder.filePath("recipe.json"))); });
    check("opening it", [&] { QVERIFY(workbench().editor().openRecipe(m_folder.filePath("recipe.json"))); });
    check("command line", [&] { m_window->actions().copyCommandLine->trigger(); });
    check("keeping the session", [&] { workbench().saveSession(); });
    check("saving a project", [&] { m_window->project().save(m_folder.filePath("large.lathe")); });
}

QTEST_MAIN(TstLargeModel)
#include "tst_largemodel.moc"
