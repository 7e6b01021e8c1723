#include "tests/ui/sample.h"
#include "ui/export/exportdialog.h"
#include "ui/graph/graphpanel.h"
#include "ui/layers/layertablemodel.h"
#include "ui/recipe/presetmenu.h"
#include "ui/session/machinerates.h"
#include "ui/style/theme.h"
#include "ui/widgets/costdelegate.h"
#include "ui/window/mainwindow.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QTemporaryDir>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

/// What long work will cost is said before it is chosen, by what this machine took before.
class TstWorkTime : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();

    void presets_sayWhatTheyCost();
    void export_saysWhatItsProofTakes();
    void graph_saysWhatTryingTheLayersTakes();
    void layersThatAreReady_loseTheirRings();
    void rates_areKept();
};

void TstWorkTime::initTestCase()
{
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    startClean();
    applyTheme(Scheme::Light);
}

void TstWorkTime::presets_sayWhatTheyCost()
{
    machineRates()->set(SlowWork::Surgeon, 1e-6); // a slow machine
    MainWindow window;
    window.show();
    QVERIFY(openSample(window.workbench()));
    auto *menu = window.findChild<PresetMenu *>();
    emit menu->aboutToShow();
    const auto hintOf = [&](const QString &name) {
        for (const QAction *action : menu->builtIn())
            if (action->text().endsWith(name))
                return action->toolTip();
        return QString();
    };
    QVERIFY2(hintOf("Half pruned (OBS)").contains("min on this machine"),
             qPrintable(hintOf("Half pruned (OBS)")));
    QVERIFY(!hintOf("8-bit per channel").isEmpty());
    QVERIFY(!hintOf("8-bit per channel").contains("machine"));
}

void TstWorkTime::export_saysWhatItsProofTakes()
{
    machineRates()->set(SlowWork::Certificate, 1e-7);
    machineRates()->set(SlowWork::Evaluation, 1e-7);
    machineRates()->setShortest(0.0); // on a fast machine the sample's proof is over at once
    Workbench workbench;
    QVERIFY(openSample(workbench));
    ExportDialog dialog(workbench);
    dialog.show();
    auto *cost = dialog.findChild<QLabel *>("exportCost");
    const auto minutes = [&] { return cost->text().section(' ', 1, 1).toInt(); };
    QVERIFY(cost->isVisible());
    QVERIFY2(cost->text().endsWith("s on this machine"), qPrintable(cost->text()));
    machineRates()->set(SlowWork::Certificate, 1e-6);
    machineRates()->set(SlowWork::Evaluation, 1e-6);
    auto *report = dialog.findChild<QCheckBox *>("exportReport");
    report->click(); // and all samples are measured
    const int both = minutes();
    QVERIFY2(cost->text().endsWith("min on this machine"), qPrintable(cost->text()));
    report->click();
    QVERIFY(minutes() < both);
    QTemporaryDir folder;
    dialog.setTarget(folder.filePath("small.onnx"));
    QSignalSpy finished(&dialog, &ExportDialog::finishedExport);
    dialog.start();
    QVERIFY(!cost->isVisible()); // now the bar says it
    QVERIFY(finished.wait(patience));
    QVERIFY(*machineRates()->learned(SlowWork::Certificate) != 1e-6); // as it was here
}

void TstWorkTime::graph_saysWhatTryingTheLayersTakes()
{
    machineRates()->set(SlowWork::Trials, 1e-6);
    MainWindow window;
    window.show();
    QVERIFY(openSample(window.workbench()));
    auto *list = window.findChild<GraphPanel *>()->findChild<QComboBox *>();
    const auto cost = [&](const char *id) {
        return list->itemData(list->findData(QString(id)), CostDelegate::CostRole).toString();
    };
    QVERIFY2(cost("sensitivity").endsWith("min on this machine"), qPrintable(cost("sensitivity")));
    QCOMPARE(cost("bytes"), QString());
    QCOMPARE(cost("latency"), QString()); // over at once
    QVERIFY(list->itemData(list->findData(QString("sensitivity")), Qt::ToolTipRole)
                .toString()
                .contains("on this machine"));
    window.findChild<GraphPanel *>()->colourBy("sensitivity");
    QTRY_COMPARE_WITH_TIMEOUT(cost("sensitivity"), QString(), patience); // it is known
    window.findChild<GraphPanel *>()->colourBy("bytes");
}

/// One after the other, not all at the end.
void TstWorkTime::layersThatAreReady_loseTheirRings()
{
    MainWindow window;
    window.show();
    Workbench &bench = window.workbench();
    QVERIFY(openSample(bench));
    const auto *table = window.findChild<LayerTableModel *>();
    const auto rings = [&] {
        QString all;
        for (int row = 0; row < table->rowCount(); ++row)
            all += table->index(row, 0).data(LayerTableModel::OutdatedRole).toBool() ? 'o' : '.';
        return all;
    };
    PreviewUpdate part = bench.previews().preview();
    bench.editor().editLayers(
        {0, 1, 2}, [](LayerSettings &s) { setBits(s, 3); }, "Bits", false);
    QCOMPARE(rings(), QString("ooo..."));
    part.recipe = bench.editor().recipe();
    part.settings = bench.editor().settings();
    part.ready = {false, true, false, true, true, true};
    emit bench.previews().runner().updated(part);
    QCOMPARE(rings(), QString("o.o..."));
    QVERIFY(!bench.previews().isCurrent());
    bench.editor().undoStack()->undo(); // what was ready is no more what is asked for
    QCOMPARE(rings(), QString(".o...."));
    QVERIFY(!bench.previews().isCurrent());
    QTRY_COMPARE_WITH_TIMEOUT(rings(), QString("......"), patience);
    QVERIFY(bench.previews().isCurrent());
}

void TstWorkTime::rates_areKept()
{
    machineRates()->set(SlowWork::Gptq, 2.5e-10);
    saveMachineRates();
    QCOMPARE(Settings().text("rates/gptq").toDouble(), 2.5e-10);
    QVERIFY(Settings().text("rates/separation").isEmpty()); // nothing was learned of it
}

QTEST_MAIN(TstWorkTime)
#include "tst_worktime.moc"
