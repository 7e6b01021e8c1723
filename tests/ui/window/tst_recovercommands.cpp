// The ways to the recover panel: its command, and the sentence where compressing has cost accuracy.
#include "ui/window/recovercommands.h"

#include "tests/ui/sample.h"
#include "ui/help/helppages.h"
#include "ui/recover/recoverdesk.h"
#include "ui/widgets/infobar.h"
#include "ui/window/mainwindow.h"

#include <QDockWidget>
#include <QPushButton>
#include <QToolButton>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstRecoverCommands : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void init();
    void cleanup() { m_window.reset(); }
    void key_opensThePanel();
    void loss_isSaidOnceAndLeadsThere();
    void smallLoss_isNotSaid();
    void help_isThePageOnRecovery();

private:
    Workbench &workbench() { return m_window->workbench(); }
    RecoverPanel *panel() { return m_window->recovery().panel(); }
    InfoBar *info() { return m_window->findChild<InfoBar *>(); }
    void compress(const char *rule);

    std::unique_ptr<MainWindow> m_window;
};

void TstRecoverCommands::init()
{
    startClean();
    m_window = std::make_unique<MainWindow>();
    m_window->show();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    QVERIFY(openSample(workbench()));
}

void TstRecoverCommands::compress(const char *rule)
{
    workbench().editor().replaceRecipe({{}, {parseRule(rule)}}, "compress");
    QVERIFY(settle(workbench()));
}

void TstRecoverCommands::key_opensThePanel()
{
    QVERIFY(!panel()->isVisible());
    QTest::keyClick(m_window.get(), Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(panel()->isVisible());
}

void TstRecoverCommands::loss_isSaidOnceAndLeadsThere()
{
    compress("*:bits=2,range=mse");
    QTRY_VERIFY_WITH_TIMEOUT(info()->text().contains("won back"), patience);
    QToolButton *button = nullptr;
    for (auto *candidate : info()->findChildren<QToolButton *>())
        if (candidate->isVisible() && candidate->text().contains("Recover"))
            button = candidate;
    QVERIFY(button);
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(panel()->isVisible());
    // It holds no longer where nothing is lost, and is not said again.
    compress("*:bits=8");
    QVERIFY(!info()->text().contains("won back"));
    compress("*:bits=2,range=mse");
    QVERIFY(!info()->text().contains("won back"));
}

void TstRecoverCommands::smallLoss_isNotSaid()
{
    compress("*:bits=8");
    QVERIFY(!info()->text().contains("won back"));
}

void TstRecoverCommands::help_isThePageOnRecovery()
{
    QCOMPARE(helpPageFor(panel()), QString("recovery"));
    QCOMPARE(helpPageFor(panel()->findChild<QPushButton *>("recoverStart")), QString("recovery"));
}

QTEST_MAIN(TstRecoverCommands)
#include "tst_recovercommands.moc"
