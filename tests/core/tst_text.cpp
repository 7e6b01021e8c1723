// What is shown on a terminal drives no terminal, and looks like what it is.
#include "core/base/text.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>
#include <QTest>

using namespace lathe;

class TstText : public QObject {
    Q_OBJECT
private slots:
    void harmlessText_staysAsItIs_data();
    void harmlessText_staysAsItIs();
    void everyControl_isReplaced();
    void brokenUtf8_isReplacedByteByByte_data();
    void brokenUtf8_isReplacedByteByByte();
    void json_meansTheSameAndHoldsNoControl();
};

void TstText::harmlessText_staysAsItIs_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("empty") << "";
    QTest::newRow("ASCII") << "layer4/conv[2]: ~!@#$%^&*()";
    QTest::newRow("accents") << QString::fromUtf8("Größe café ÿ\u00A0\u00AD");
    QTest::newRow("Chinese") << QString::fromUtf8("卷积层");
    QTest::newRow("right to left") << QString::fromUtf8("שלום سلام");
    QTest::newRow("emoji with joiners") << QString::fromUtf8("👩‍🔬 🏳️‍🌈");
    QTest::newRow("highest") << QString::fromUcs4(U"\U0010FFFF");
}

void TstText::harmlessText_staysAsItIs()
{
    QFETCH(QString, text);
    QCOMPARE(printable(text.toStdString()), text.toStdString());
    QCOMPARE(withEscapedControls(text.toStdString()), text.toStdString());
}

/// Qt's tables of Unicode, an independent reference, say what is a control and what turns the writing.
void TstText::everyControl_isReplaced()
{
    const QSet<QChar::Direction> turning{QChar::DirLRE, QChar::DirLRO, QChar::DirRLE,
                                         QChar::DirRLO, QChar::DirPDF, QChar::DirLRI,
                                         QChar::DirRLI, QChar::DirFSI, QChar::DirPDI};
    const QSet<QChar::Category> controls{QChar::Other_Control, QChar::Separator_Line,
                                         QChar::Separator_Paragraph};
    const QSet<QChar::Category> unseen{QChar::Other_Format, QChar::Other_NotAssigned};
    for (char32_t c = 0; c <= 0x10FFFF; ++c) {
        if (QChar::isSurrogate(c) || c == U'?')
            continue;
        const QChar::Category category = QChar::category(c);
        const bool replaced = printable(QString::fromUcs4(&c, 1).toStdString()) == "?";
        if (controls.contains(category) || turning.contains(QChar::direction(c)))
            QVERIFY2(replaced, qPrintable(QString::number(c, 16)));
        if (replaced)
            QVERIFY2(controls.contains(category) || unseen.contains(category),
                     qPrintable(QString::number(c, 16)));
    }
}

void TstText::brokenUtf8_isReplacedByteByByte_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("shown");
    QTest::newRow("bare C1") << QByteArray("a\x9B"
                                           "b")
                             << QByteArray("a?b");
    QTest::newRow("bare continuation") << QByteArray("\x80") << QByteArray("?");
    QTest::newRow("cut short") << QByteArray("a\xE2\x82") << QByteArray("a??");
    QTest::newRow("cut by a letter") << QByteArray("\xE2\x82z") << QByteArray("??z");
    QTest::newRow("overlong escape") << QByteArray("\xC0\x9B") << QByteArray("??");
    QTest::newRow("overlong, three bytes") << QByteArray("\xE0\x80\x9B") << QByteArray("???");
    QTest::newRow("surrogate") << QByteArray("\xED\xA0\x80") << QByteArray("???");
    QTest::newRow("beyond the last") << QByteArray("\xF4\x90\x80\x80") << QByteArray("????");
    QTest::newRow("no such byte") << QByteArray("\xFF\xFE") << QByteArray("??");
}

void TstText::brokenUtf8_isReplacedByteByByte()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, shown);
    QCOMPARE(QByteArray::fromStdString(printable(bytes.toStdString())), shown);
}

void TstText::json_meansTheSameAndHoldsNoControl()
{
    std::string text;
    for (const char32_t c :
         U"\u0001\n\"\\\u007F\u0080\u009B\u061C\u200B\u200F\u2028\u202E\u2066\uFEFF\U000E0041x")
        if (c != 0)
            text += QString::fromUcs4(&c, 1).toStdString();
    const QString name = QString::fromStdString(text);
    const QJsonObject document{{"name", name}, {name, 1}};
    std::string lines = withEscapedControls(QJsonDocument(document).toJson().toStdString());
    QCOMPARE(QJsonDocument::fromJson(QByteArray::fromStdString(lines)).object(), document);
    std::erase(lines, '\n');
    QCOMPARE(printable(lines), lines);
}

QTEST_APPLESS_MAIN(TstText)
#include "tst_text.moc"
