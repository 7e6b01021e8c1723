// Which room the columns of a table get that would rather wrap its texts than scroll.
#include "ui/widgets/fittedcolumns.h"
#include "ui/widgets/panelparts.h"

#include <QHeaderView>
#include <QScrollBar>
#include <QStandardItemModel>
#include <QTableView>
#include <QTest>

using namespace lathe::ui;

class TstFittedColumns : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup() { m_table.reset(); }
    void whatIsLeft_isSharedOut();
    void textsWrapBeforeTheTableScrolls();
    void whatMayBeCut_givesWayBeforeTheTableScrolls_data();
    void whatMayBeCut_givesWayBeforeTheTableScrolls();

private:
    int widthOf(int column) const { return m_table->columnWidth(column); }
    int letters(int count) const { return count * letterWidth(m_table->fontMetrics()); }
    void showAt(int width);

    QStandardItemModel m_model{1, 3};
    std::unique_ptr<QTableView> m_table;
    FittedColumns *m_columns = nullptr;
};

void TstFittedColumns::init()
{
    m_model.setItem(0, 0, new QStandardItem("images/n01514668_a-long-name-of-a-file.jpg"));
    m_model.setItem(0, 1, new QStandardItem("European fire salamander"));
    m_model.setItem(0, 2, new QStandardItem("spotted salamander"));
    m_table = std::make_unique<QTableView>();
    m_table->setModel(&m_model);
    m_columns = new FittedColumns(m_table.get());
    m_columns->setMost(0, 16);
}

void TstFittedColumns::showAt(int width)
{
    m_table->resize(width, 300);
    m_table->show();
    m_columns->fit();
}

void TstFittedColumns::whatIsLeft_isSharedOut()
{
    showAt(1600);
    QTRY_COMPARE(m_table->horizontalScrollBar()->maximum(), 0);
    QVERIFY(widthOf(0) + widthOf(1) + widthOf(2) > m_table->viewport()->width() - 3);
    QVERIFY(widthOf(0) >= letters(16));
}

void TstFittedColumns::textsWrapBeforeTheTableScrolls()
{
    showAt(m_table->verticalHeader()->width() + letters(45));
    QTRY_COMPARE(m_table->horizontalScrollBar()->maximum(), 0);
    QVERIFY(widthOf(1) < m_table->fontMetrics().horizontalAdvance("European fire salamander"));
    QVERIFY(m_table->rowHeight(0) > 2 * m_table->fontMetrics().height());
}

void TstFittedColumns::whatMayBeCut_givesWayBeforeTheTableScrolls_data()
{
    QTest::addColumn<int>("picture");
    QTest::newRow("text alone") << 0;
    QTest::newRow("beside a picture") << 60;
}

void TstFittedColumns::whatMayBeCut_givesWayBeforeTheTableScrolls()
{
    QFETCH(int, picture);
    m_columns->setBeside(0, picture);
    const QFontMetrics metrics = m_table->fontMetrics();
    QFont bold = m_table->font();
    bold.setBold(true);
    const int words = 2 * (QFontMetrics(bold).horizontalAdvance("salamander") + 16);
    showAt(m_table->verticalHeader()->width() + picture + letters(9) + words);
    QVERIFY(widthOf(0) < picture + letters(10));
    QVERIFY(widthOf(0) > (picture > 0 ? picture : letters(6)));
    QVERIFY(widthOf(1) > metrics.horizontalAdvance("salamander"));
    QTRY_COMPARE(m_table->horizontalScrollBar()->maximum(), 0);
}

QTEST_MAIN(TstFittedColumns)
#include "tst_fittedcolumns.moc"
