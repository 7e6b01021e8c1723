// The window by keys: from panel to panel, and to the methods of the inspector.
#include "tests/ui/sample.h"
#include "ui/help/aboutdialog.h"
#include "ui/inspector/inspector.h"
#include "ui/inspector/methodgroup.h"
#include "ui/layers/layerpanel.h"
#include "ui/style/theme.h"
#include "ui/window/dockarea.h"
#include "ui/window/mainactions.h"
#include "ui/window/mainwindow.h"
#include "ui/window/panelgrip.h"

#include <QDialog>
#include <QDockWidget>
#include <QLineEdit>
#include <QTableView>
#include <QTableWidget>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstPanelWalk : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup() { m_window.reset(); }

    void f6_visitsEveryPanelInSight();
    void shiftF6_leadsBack();
    void panel_rememberedWhereTheFocusWas();
    void dialogOfAPanel_goesWithTheFocus();
    void partOfAPanel_goesWithTheFocus();
    void panelWithTheFocus_isMarked();
    void letters_leadToTheMethods_data();
    void letters_leadToTheMethods();
    void letters_inAText_areText();
    void letters_bringTheSettingsForward();
    void keys_areShown();

private:
    QDockWidget *dock(DockArea::Panel panel) const { return m_window->findChild<DockArea *>()->dock(panel); }
    DockArea::Panel focused() const
    {
        for (int panel = 0; panel < DockArea::PanelCount; ++panel)
            if (dock(DockArea::Panel(panel))->isAncestorOf(QApplication::focusWidget()))
                return DockArea::Panel(panel);
        return DockArea::PanelCount;
    }
    static void press(int key, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::keyClick(QApplication::focusWidget(), Qt::Key(key), modifiers);
    }

    std::unique_ptr<MainWindow> m_window;
};

void TstPanelWalk::init()
{
    startClean();
    m_window = std::make_unique<MainWindow>();
    m_window->resize(1440, 900);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    QVERIFY(openSample(m_window->workbench()));
    QTest::qWait(20);
    m_window->findChild<LayerPanel *>()->findChild<QTableView *>()->setFocus();
}

void TstPanelWalk::f6_visitsEveryPanelInSight()
{
    QVector<int> visited;
    for (int i = 0; i < 6; ++i) {
        visited << focused();
        press(Qt::Key_F6);
    }
    QCOMPARE(visited,
             (QVector<int>{DockArea::Layers, DockArea::Weights, DockArea::Settings, DockArea::Spectrum,
                           DockArea::Variants, DockArea::Tradeoff})); // as they are read
    QCOMPARE(focused(), DockArea::Layers);
}

void TstPanelWalk::shiftF6_leadsBack()
{
    press(Qt::Key_F6, Qt::ShiftModifier);
    QCOMPARE(focused(), DockArea::Tradeoff);
    press(Qt::Key_F6);
    QCOMPARE(focused(), DockArea::Layers);
}

void TstPanelWalk::panel_rememberedWhereTheFocusWas()
{
    auto *slider = m_window->findChild<Inspector *>()->method("quantize")->value()->slider();
    slider->setFocus();
    press(Qt::Key_F6);
    QVERIFY(focused() != DockArea::Settings);
    press(Qt::Key_F6, Qt::ShiftModifier);
    QCOMPARE(QApplication::focusWidget(), static_cast<QWidget *>(slider));
}

/// As where a file is chosen: what has the focus goes after other parts of the dialog.
void TstPanelWalk::dialogOfAPanel_goesWithTheFocus()
{
    for (int panel = 0; panel < DockArea::PanelCount; ++panel) {
        QWidget dialog(dock(DockArea::Panel(panel))->widget(), Qt::Dialog);
        new QWidget(&dialog);
        auto *field = new QLineEdit(&dialog);
        dialog.show();
        dialog.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        field->setFocus();
        QTRY_COMPARE(QApplication::focusWidget(), field);
    }
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    m_window->findChild<LayerPanel *>()->findChild<QTableView *>()->setFocus();
    press(Qt::Key_F6);
    QVERIFY(focused() != DockArea::PanelCount);
}

/// The first part is gone already when the second takes the focus with it: what is below the panels cannot be
/// listed then.
void TstPanelWalk::partOfAPanel_goesWithTheFocus()
{
    auto *part = new QWidget(dock(DockArea::Weights)->widget());
    new QWidget(part);
    auto *field = new QLineEdit(part);
    part->resize(200, 60);
    field->move(0, 20);
    part->show();
    field->setFocus();
    QTRY_COMPARE(QApplication::focusWidget(), field);
    QSignalSpy moved(qApp, &QApplication::focusChanged);
    delete part;
    QVERIFY(!moved.isEmpty()); // while the part was being destroyed
    QVERIFY(QApplication::focusWidget() != field);
}

void TstPanelWalk::panelWithTheFocus_isMarked()
{
    auto *grip = static_cast<PanelGrip *>(dock(DockArea::Weights)->titleBarWidget());
    const auto lineIsDrawn = [&] {
        const QImage image = grip->grab().toImage();
        return image.pixelColor(image.width() / 4, image.height() - 1) == colors().current;
    };
    QVERIFY(!grip->isActive());
    QVERIFY(!lineIsDrawn());
    press(Qt::Key_F6);
    QVERIFY(grip->isActive());
    QVERIFY(lineIsDrawn());
}

void TstPanelWalk::letters_leadToTheMethods_data()
{
    QTest::addColumn<int>("key");
    QTest::addColumn<QString>("method");
    QTest::newRow("P") << int(Qt::Key_P) << "prune";
    QTest::newRow("Q") << int(Qt::Key_Q) << "quantize";
    QTest::newRow("R") << int(Qt::Key_R) << "rank";
    QTest::newRow("C") << int(Qt::Key_C) << "cluster";
}

void TstPanelWalk::letters_leadToTheMethods()
{
    QFETCH(int, key);
    QFETCH(QString, method);
    MethodGroup *group = m_window->findChild<Inspector *>()->method(method);
    press(key); // in the table of layers
    QCOMPARE(QApplication::focusWidget(), static_cast<QWidget *>(group->value()->slider()));
    QVERIFY(!group->value()->slider()->visibleRegion().isEmpty());
    press(Qt::Key_Left); // and on it goes, switching it on
    QVERIFY(group->check()->isChecked());
    QVERIFY(settle(m_window->workbench()));
}

void TstPanelWalk::letters_inAText_areText()
{
    auto *filter = m_window->findChild<LayerPanel *>()->findChild<QLineEdit *>();
    filter->setFocus();
    QTest::keyClicks(filter, "pqrc");
    QCOMPARE(filter->text(), QString("pqrc"));
    QVERIFY(filter->hasFocus());
}

void TstPanelWalk::letters_bringTheSettingsForward()
{
    dock(DockArea::Settings)->hide();
    press(Qt::Key_Q);
    QVERIFY(dock(DockArea::Settings)->isVisible());
    QCOMPARE(focused(), DockArea::Settings);
}

void TstPanelWalk::keys_areShown()
{
    QVERIFY(m_window->findChild<Inspector *>()->method("quantize")->check()->toolTip().endsWith("Key: Q"));
    m_window->actions().keyboardHelp->trigger();
    auto *dialog = m_window->findChild<QDialog *>("keyboardHelp");
    QVERIFY(dialog);
    auto *table = dialog->findChild<QTableWidget *>();
    QStringList keys;
    for (int row = 0; row < table->rowCount(); ++row)
        keys << table->item(row, 0)->text();
    for (const char *key : {"P", "Q", "R", "C", "F6", "Shift+F6"})
        QVERIFY2(keys.contains(key), key);
    dialog->close();
}

QTEST_MAIN(TstPanelWalk)
#include "tst_panelwalk.moc"
