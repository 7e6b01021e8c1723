// All menus speak alike: sentence case, in the menu bar and where the right button is pressed.
#include "tests/ui/sample.h"
#include "ui/charts/plotview.h"
#include "ui/graph/graphview.h"
#include "ui/layers/layerpanel.h"
#include "ui/variants/variantspanel.h"
#include "ui/window/mainactions.h"
#include "ui/window/mainwindow.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QHeaderView>
#include <QMenu>
#include <QMenuBar>
#include <QTableView>
#include <QTreeView>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstMenus : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup() { m_window.reset(); }

    void menuBar_isInSentenceCase();
    void contextMenus_areInSentenceCase();

private:
    std::unique_ptr<MainWindow> m_window;
};

void TstMenus::init()
{
    startClean();
    m_window = std::make_unique<MainWindow>();
    m_window->show();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    QVERIFY(openSample(m_window->workbench()));
    m_window->findChild<LayerPanel *>()->selectLayers({1});
}

/// Names are written as they are.
static bool isName(const QString &word)
{
    static const QStringList names{"Lathe", "Conv", "Compression"}; // an operator; Deep Compression, a method
    return names.contains(word) || word == word.toUpper();
}

static QStringList wrongIn(const QMenu &menu)
{
    QStringList wrong;
    for (const QAction *action : menu.actions()) {
        const QStringList words = action->text().remove('&').split(' ', Qt::SkipEmptyParts);
        for (const QString &word : words.mid(1))
            if (word.front().isUpper() && !isName(word) && !words.front().front().isDigit())
                wrong << action->text();
        if (action->menu())
            wrong += wrongIn(*action->menu());
    }
    return wrong;
}

void TstMenus::menuBar_isInSentenceCase()
{
    int menus = 0;
    for (const QAction *action : m_window->menuBar()->actions()) {
        QVERIFY(action->menu());
        emit action->menu()->aboutToShow();
        QCOMPARE(wrongIn(*action->menu()).join('|'), QString());
        ++menus;
    }
    QCOMPARE(menus, 5);
}

void TstMenus::contextMenus_areInSentenceCase()
{
    auto *layers = m_window->findChild<LayerPanel *>()->findChild<QTableView *>();
    auto *variants = m_window->findChild<VariantsPanel *>()->findChild<QTreeView *>();
    QList<QWidget *> places{layers->viewport(), layers->horizontalHeader()->viewport(), variants->viewport(),
                            variants->header()->viewport(), m_window->findChild<GraphView *>()};
    for (PlotView *plot : m_window->findChildren<PlotView *>())
        places << plot->viewport();
    for (QWidget *place : std::as_const(places)) {
        int items = 0;
        QStringList wrong;
        QTimer::singleShot(0, this, [&] {
            auto *menu = qobject_cast<QMenu *>(QApplication::activePopupWidget());
            QVERIFY2(menu, place->metaObject()->className());
            items = static_cast<int>(menu->actions().size());
            wrong = wrongIn(*menu);
            menu->close();
        });
        const QPoint at(8, 8);
        QContextMenuEvent event(QContextMenuEvent::Mouse, at, place->mapToGlobal(at));
        QApplication::sendEvent(place, &event);
        QVERIFY2(items > 0, place->metaObject()->className());
        QCOMPARE(wrong.join('|'), QString());
    }
}

QTEST_MAIN(TstMenus)
#include "tst_menus.moc"
