#include "tests/ui/columns.h"
#include "tests/ui/sample.h"
#include "ui/base/settings.h"
#include "ui/widgets/columnfit.h"
#include "ui/widgets/panelparts.h"

#include <QStandardItemModel>
#include <QTableView>
#include <QTimer>

using namespace lathe;
using namespace lathe::test;
using lathe::ui::ColumnFit;

class TstColumnFit : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup() { m_table.reset(); }

    void columns_goAndComeByPriority();
    void essentials_areSqueezedFirst();
    void textsAreWholeBeforeNames();
    void onDemand_waitsToBeChosen();
    void choice_winsAndIsRemembered();
    void choiceOfAnEarlierVersion_isKept();
    void draggedWidth_stays();
    void contents_widenAndNarrowTheColumn();
    void oneLetterLess_movesNothing();
    void draggedWidth_staysWhenContentsShrink();
    void priority_canChange();

private:
    std::unique_ptr<ColumnFit> makeFit();
    int em() const { return ui::letterWidth(m_table->fontMetrics()); }
    QHeaderView *header() const { return m_table->horizontalHeader(); }
    bool isShown(int section) const { return !header()->isSectionHidden(section); }
    void setWidth(int characters) { m_table->resize(characters * em(), 200); }

    QStandardItemModel m_model{3, 6};
    std::unique_ptr<QTableView> m_table;
};

void TstColumnFit::init()
{
    startClean();
    m_model.clear();
    m_model.setColumnCount(6);
    m_model.setHorizontalHeaderLabels({"a", "b", "c", "d", "e", "f"});
    for (int row = 0; row < 3; ++row)
        for (int column = 0; column < 6; ++column)
            m_model.setItem(row, column, new QStandardItem("x"));
    m_table = std::make_unique<QTableView>();
    ui::styleTable(m_table.get());
    m_table->setModel(&m_model);
    m_table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->resize(400, 200);
    m_table->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_table.get()));
}

/// By priority: c, a, b, d, e; f is for those who want it.
std::unique_ptr<ColumnFit> TstColumnFit::makeFit()
{
    return std::make_unique<ColumnFit>(
        m_table.get(), header(), "test",
        QVector<ColumnFit::Column>{
            {2, 20, 0, 10}, {0, 10}, {1, 10, 30, 10}, {3, 10}, {4, 10}, {5, 10, 0, 0, true}},
        3);
}

void TstColumnFit::columns_goAndComeByPriority()
{
    const auto fit = makeFit();
    const QVector<int> sections{2, 0, 1, 3, 4};
    QCOMPARE(fit->sections(), QVector<int>({2, 0, 1, 3, 4, 5}));
    for (const int width : {80, 61, 59, 51, 49, 41, 39, 31, 49, 80}) {
        setWidth(width);
        QCOMPARE(columnFault(*m_table, *header(), sections, 3), QString());
        QCOMPARE(isShown(4), width > 60);
        QCOMPARE(isShown(3), width > 50);
    }
}

void TstColumnFit::essentials_areSqueezedFirst()
{
    const auto fit = makeFit();
    setWidth(35);
    QVERIFY(isShown(2) && isShown(0) && isShown(1));
    QVERIFY(header()->sectionSize(2) < 20 * em());
    QCOMPARE(header()->sectionSize(0), 10 * em());
    setWidth(25); // not even squeezed
    QVERIFY(isShown(2) && isShown(0) && !isShown(1));
    setWidth(8);
    QVERIFY(isShown(2) && !isShown(0)); // the first one always stays
}

/// c is a name, a a text.
void TstColumnFit::textsAreWholeBeforeNames()
{
    m_model.item(1, 0)->setText(QString(18, 'n'));
    const ColumnFit fit(m_table.get(), header(), "test", {{2, 20, 0, 10}, {0, 10, 30, 5}, {1, 8}}, 3);
    setWidth(42);
    QVERIFY(isShown(0) && isShown(1));
    QVERIFY(header()->sectionSize(0) >= m_table->fontMetrics().horizontalAdvance(QString(18, 'n')));
    setWidth(25); // not enough for either
    QVERIFY(header()->sectionSize(2) >= 10 * em());
    QVERIFY(header()->sectionSize(0) >= 5 * em());
}

void TstColumnFit::onDemand_waitsToBeChosen()
{
    const auto fit = makeFit();
    setWidth(200);
    QVERIFY(isShown(4) && !isShown(5));
    toggleColumn(header(), "f");
    QVERIFY(isShown(5));
}

void TstColumnFit::choice_winsAndIsRemembered()
{
    {
        const auto fit = makeFit();
        setWidth(35);
        toggleColumn(header(), "e");
        toggleColumn(header(), "a");
        QVERIFY(isShown(4) && !isShown(0));
        setWidth(80);
        QVERIFY(!isShown(0));
    }
    const auto fit = makeFit();
    setWidth(35);
    QVERIFY(isShown(4) && !isShown(0));
    inContextMenu(header(), [&](QMenu *menu) {
        QVERIFY(!menu->actions().first()->isEnabled());
        QCOMPARE(menu->actions().last()->text(), QString("Those that fit"));
        menu->actions().last()->trigger();
    });
    QVERIFY(!isShown(4) && isShown(0));
    QVERIFY(ui::Settings().list("columns/test").isEmpty());
}

void TstColumnFit::choiceOfAnEarlierVersion_isKept()
{
    ui::Settings().setList("columns/test", {"hidden", "0"}); // and so f is shown
    auto fit = makeFit();
    setWidth(80);
    QVERIFY(!isShown(0) && isShown(5) && isShown(4));
    fit.reset();
    ui::Settings().setList("columns/test", {"hidden", "5"}); // as it is without any choice
    fit = makeFit();
    setWidth(35);
    QVERIFY(isShown(0) && !isShown(5) && !isShown(4));
}

void TstColumnFit::draggedWidth_stays()
{
    const auto fit = makeFit();
    setWidth(80);
    const int edge = header()->sectionViewportPosition(0) + header()->sectionSize(0) - 1;
    const int y = header()->height() / 2;
    QTest::mousePress(header()->viewport(), Qt::LeftButton, {}, {edge, y});
    QTest::mouseMove(header()->viewport(), {edge + 5 * em(), y});
    QTest::mouseRelease(header()->viewport(), Qt::LeftButton, {}, {edge + 5 * em(), y});
    const int width = header()->sectionSize(0);
    QVERIFY(width > 13 * em());
    setWidth(62);
    QCOMPARE(header()->sectionSize(0), width);
    QTRY_VERIFY(!isShown(4)); // there is no room for it any more
    fit->restart();
    QCOMPARE(header()->sectionSize(0), 10 * em());
}

void TstColumnFit::contents_widenAndNarrowTheColumn()
{
    const auto fit = makeFit();
    connect(&m_model, &QAbstractItemModel::dataChanged, fit.get(), &ColumnFit::refit);
    setWidth(62);
    QVERIFY(isShown(4));
    m_model.item(1, 0)->setText(QString(20, 'm'));
    const QAbstractItemView *view = m_table.get();
    QTRY_VERIFY(header()->sectionSize(0) >= view->sizeHintForColumn(0));
    QVERIFY(!isShown(4));
    m_model.item(1, 0)->setText("x");
    QTRY_COMPARE(header()->sectionSize(0), 10 * em());
    QVERIFY(isShown(4)); // there is room for it again
}

void TstColumnFit::oneLetterLess_movesNothing()
{
    const auto fit = makeFit();
    connect(&m_model, &QAbstractItemModel::dataChanged, fit.get(), &ColumnFit::refit);
    setWidth(80);
    m_model.item(1, 0)->setText(QString(30, 'i'));
    QTRY_VERIFY(header()->sectionSize(0) > 10 * em());
    const int width = header()->sectionSize(0);
    m_model.item(1, 0)->setText(QString(29, 'i'));
    const auto *soon = fit->findChild<QTimer *>();
    QVERIFY(soon->isActive());
    QTRY_VERIFY(!soon->isActive());
    QCOMPARE(header()->sectionSize(0), width); // nothing moves to and fro
}

void TstColumnFit::draggedWidth_staysWhenContentsShrink()
{
    m_model.item(1, 0)->setText(QString(20, 'm'));
    const auto fit = makeFit();
    connect(&m_model, &QAbstractItemModel::dataChanged, fit.get(), &ColumnFit::refit);
    setWidth(80);
    header()->resizeSection(0, 25 * em());
    m_model.item(1, 0)->setText("x");
    const auto *soon = fit->findChild<QTimer *>();
    QTRY_VERIFY(!soon->isActive());
    QCOMPARE(header()->sectionSize(0), 25 * em());
}

void TstColumnFit::priority_canChange()
{
    const auto fit = makeFit();
    setWidth(49);
    QVERIFY(isShown(1) && !isShown(4));
    fit->setPriority({4, 3, 1});
    QCOMPARE(fit->sections(), QVector<int>({2, 0, 4, 3, 1, 5}));
    QVERIFY(!isShown(1) && isShown(4));
    QCOMPARE(header()->visualIndex(4), 2);
}

QTEST_MAIN(TstColumnFit)
#include "tst_columnfit.moc"
