// Tables that leave the program: no text from a file is computed by a spreadsheet.
#include "ui/base/tabletext.h"

#include <QTest>

using namespace lathe::ui;

class TstTableText : public QObject {
    Q_OBJECT
private slots:
    void cell_data();
    void cell();
    void quotes_areDoubled();
};

void TstTableText::cell_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("copied");
    const auto same = [](const char *text) {
        QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(text);
    };
    const auto guarded = [](const char *text) {
        QTest::newRow(text) << QString::fromUtf8(text) << QLatin1Char('\'') + QString::fromUtf8(text);
    };
    for (const char *text :
         {"", "conv1", "a=b", "-3", "+0.40 ± 0.35", "-1.234,5", "−0,4", "- ", "-12.5 %", "3 = 3"})
        same(text);
    for (const char *text : {"=1+1", "=cmd|' /C calc'!A0", "+A1", "-A1", "@SUM(1)", "-1+cmd|' /C calc'!A0",
                             " =1", "=", "@", "-2x", "+1e5+A1"})
        guarded(text);
    QTest::newRow("tab first") << "\t=1"
                               << "' =1";
    QTest::newRow("line end first") << "\r\n=1"
                                    << "'  =1";
    QTest::newRow("columns and rows of its own") << "a\tb\nc"
                                                 << "a b c";
}

void TstTableText::cell()
{
    QFETCH(QString, text);
    QFETCH(QString, copied);
    QCOMPARE(cellText(text), copied);
}

void TstTableText::quotes_areDoubled()
{
    QCOMPARE(csvText("a\"b"), QString("\"a\"\"b\""));
    QCOMPARE(csvText("=\"x\""), QString("\"'=\"\"x\"\"\""));
}

QTEST_APPLESS_MAIN(TstTableText)
#include "tst_tabletext.moc"
