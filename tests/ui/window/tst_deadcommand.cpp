// The command that removes the channels that give nothing.
#include "tests/support/graphbuilder.h"
#include "tests/ui/sample.h"
#include "ui/window/mainactions.h"
#include "ui/window/mainwindow.h"

#include <QTemporaryDir>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstDeadCommand : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup() { m_window.reset(); }

    void sample_hasNone();
    void deadOnes_goInOneStepAndTheOutputsStay();
    void whatTheRecipeSaysAlready_isLeftAlone_data();
    void whatTheRecipeSaysAlready_isLeftAlone();

private:
    /// Three convolutions in a row; two channels of the first and one of the second are zero.
    static Model withDead();
    void open(const Model &model);
    Workbench &workbench() { return m_window->workbench(); }
    QAction *action() { return m_window->actions().removeDead; }

    std::unique_ptr<MainWindow> m_window;
    QTemporaryDir m_folder;
};

Model TstDeadCommand::withDead()
{
    const auto withZeroRows = [](const Shape &shape, unsigned seed, const std::vector<size_t> &rows) {
        Tensor tensor = randomTensor(shape, seed);
        const std::span<float> values = tensor.as<float>();
        const size_t each = values.size() / size_t(shape[0]);
        for (const size_t row : rows)
            std::ranges::fill(values.subspan(row * each, each), 0.0F);
        return tensor;
    };
    GraphBuilder b;
    b.input("x", {1, 3, 8, 8}).output("y");
    b.constant("u", withZeroRows({8, 3, 3, 3}, 1, {2, 5})).constant("v", withZeroRows({6, 8, 1, 1}, 2, {0}));
    b.random("w", {4, 6, 1, 1});
    b.node("Conv", {"x", "u"}, {"a"}, {}, "first").node("Relu", {"a"}, {"r"}, {}, "relu");
    b.node("Conv", {"r", "v"}, {"c"}, {}, "second").node("Conv", {"c", "w"}, {"y"}, {}, "third");
    return b.build();
}

void TstDeadCommand::init()
{
    startClean();
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    m_window = std::make_unique<MainWindow>();
    m_window->show();
    QVERIFY(!action()->isEnabled());
}

void TstDeadCommand::open(const Model &model)
{
    const QString path = m_folder.filePath("dead.onnx");
    model.save(path.toStdString());
    workbench().openModel(path);
    QTRY_VERIFY_WITH_TIMEOUT(
        workbench().hasModel() && workbench().isSettled() && workbench().channels()->isDeadKnown(), patience);
}

void TstDeadCommand::sample_hasNone()
{
    QVERIFY(openSample(workbench()));
    QTRY_VERIFY_WITH_TIMEOUT(workbench().channels()->isDeadKnown(), patience);
    QVERIFY(!action()->isEnabled());
    QVERIFY2(action()->statusTip().contains("Every channel"), qPrintable(action()->statusTip()));
}

void TstDeadCommand::deadOnes_goInOneStepAndTheOutputsStay()
{
    open(withDead());
    QVERIFY(action()->isEnabled());
    QVERIFY2(action()->text().contains("3"), qPrintable(action()->text()));
    action()->trigger();
    QVERIFY(settle(workbench()));
    QCOMPARE(workbench().editor().undoStack()->count(), 1);
    const CompressedModel &compressed = *workbench().previews().preview().compressed;
    QCOMPARE(compressed.source.layers()[0].rows, Index(6));
    QCOMPARE(compressed.source.layers()[1].rows, Index(5));
    QCOMPARE(compressed.source.layers()[2].rows, Index(4));
    // Exactly these: what is left is what was there.
    const Matrix whole = workbench().model().weight(0), left = compressed.source.weight(0);
    Index row = 0;
    for (const Index kept : {0, 1, 3, 4, 6, 7})
        QVERIFY(left.row(row++) == whole.row(kept));
    QVERIFY(!action()->isEnabled()); // nothing dead is left that the recipe does not speak of
    workbench().editor().undoStack()->undo();
    QVERIFY(action()->isEnabled());
}

void TstDeadCommand::whatTheRecipeSaysAlready_isLeftAlone_data()
{
    QTest::addColumn<QString>("rule");
    QTest::addColumn<int>("left");
    QTest::newRow("channels") << "first:channels=0.5" << 1;
    QTest::newRow("kept maker") << "first:keep=true" << 1;
    QTest::newRow("kept reader") << "third:keep=true" << 2;
    QTest::newRow("other method") << "first:bits=8" << 3;
}

void TstDeadCommand::whatTheRecipeSaysAlready_isLeftAlone()
{
    QFETCH(QString, rule);
    QFETCH(int, left);
    open(withDead());
    workbench().editor().replaceRecipe({{}, {parseRule(rule.toStdString())}}, "rule");
    QVERIFY(settle(workbench()));
    QVERIFY2(action()->text().contains(QString::number(left)), qPrintable(action()->text()));
    const std::vector<LayerSettings> before = workbench().editor().settings();
    action()->trigger();
    const std::vector<LayerSettings> after = workbench().editor().settings();
    QVERIFY(before[0].keep == after[0].keep && before[2].keep == after[2].keep);
    if (before[0].channels)
        QCOMPARE(after[0].channels, before[0].channels);
    QCOMPARE(after[0].quantize, before[0].quantize);
    QVERIFY(settle(workbench()));
}

QTEST_MAIN(TstDeadCommand)
#include "tst_deadcommand.moc"
