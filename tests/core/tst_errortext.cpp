#include "core/runtime/errortext.h"

#include <QtTest>

using namespace lathe;

class TstErrorText : public QObject {
    Q_OBJECT
private slots:
    void placesInTheSource_areTakenOut_data();
    void placesInTheSource_areTakenOut();
    void longNames_areNoDeeperCalls();
};

void TstErrorText::placesInTheSource_areTakenOut_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("nothing to take") << "No such node"
                                     << "No such node.";
    QTest::newRow("with folders and a function") << "Load failed: /a/b/c/model.cc:12 Load no version"
                                                 << "Load failed: no version.";
    QTest::newRow("bare") << "graph.h:3 Check too deep"
                          << "too deep.";
    QTest::newRow("with a signature")
        << "x/y.cpp:77 void a::B::c(int, d<e>) const [with T = float] n > 0 was false. It is empty."
        << "It is empty.";
    QTest::newRow("two") << "a.cc:1 F one b.cc:2 G two"
                         << "one two.";
    QTest::newRow("no number") << "see notes.cc: all of it"
                               << "see notes.cc: all of it.";
    QTest::newRow("nothing") << ""
                             << "no reason given.";
}

void TstErrorText::placesInTheSource_areTakenOut()
{
    QFETCH(QString, what);
    QFETCH(QString, sentence);
    QCOMPARE(QString::fromStdString(runtimeSentence(what.toStdString()).text()), sentence);
}

void TstErrorText::longNames_areNoDeeperCalls()
{
    const std::string name(1 << 20, 'n');
    QCOMPARE(runtimeSentence("Node " + name + " a/" + name + ".cc:5 Run failed").text(),
             "Node " + name + " failed.");
}

QTEST_APPLESS_MAIN(TstErrorText)
#include "tst_errortext.moc"
