#include "tests/ui/sample.h"
#include "ui/recipe/presetmenu.h"
#include "ui/session/machinerates.h"
#include "ui/style/theme.h"
#include "ui/window/mainwindow.h"

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

/// What long work will cost is said before it is chosen, by what this machine took before.
class TstWorkTime : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();

    void presets_sayWhatTheyCost();
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

void TstWorkTime::rates_areKept()
{
    machineRates()->set(SlowWork::Gptq, 2.5e-10);
    saveMachineRates();
    QCOMPARE(Settings().text("rates/gptq").toDouble(), 2.5e-10);
    QVERIFY(Settings().text("rates/separation").isEmpty()); // nothing was learned of it
}

QTEST_MAIN(TstWorkTime)
#include "tst_worktime.moc"
