// What is said of a recipe that is to be calibrated where there is nothing to calibrate on.
#include "tests/ui/sample.h"
#include "ui/compare/comparisonrunner.h"
#include "ui/session/refusal.h"

#include <QTemporaryDir>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstRefusal : public QObject {
    Q_OBJECT
private slots:
    void init() { startClean(); }

    void missingCalibration_saysWhatToDo_data();
    void missingCalibration_saysWhatToDo();
    void comparison_namesNoOptions();
};

static Recipe recipeOf(const char *rule)
{
    return {{}, {parseRule(rule)}};
}

void TstRefusal::missingCalibration_saysWhatToDo_data()
{
    QTest::addColumn<QString>("rule");
    QTest::addColumn<DataState>("state");
    QTest::addColumn<QString>("words"); // empty: nothing is missing
    QTest::newRow("none needed") << "*:bits=4" << DataState::None << "";
    QTest::newRow("no data") << "fc*:bits=4,rounding=gptq" << DataState::None
                             << "fc1 goes by the layer's inputs and needs data";
    QTest::newRow("being prepared") << "*:bits=4,rounding=gptq" << DataState::Loading
                                    << "waits for the data set";
    QTest::newRow("none to spare") << "*:bits=4,rounding=gptq" << DataState::Loaded
                                   << "choose data to calibrate on";
    QTest::newRow("failed") << "*:bits=4,rounding=gptq" << DataState::Loaded
                            << "could not be calibrated on. One image is broken. Choose other data";
}

void TstRefusal::missingCalibration_saysWhatToDo()
{
    QFETCH(QString, rule);
    QFETCH(DataState, state);
    QFETCH(QString, words);
    QTemporaryDir folder;
    Workbench workbench;
    QVERIFY(openWithoutData(workbench, folder.path()));
    const bool failed = words.contains("broken");
    const QString said = missingCalibration(*workbench.compressor(), {{}, recipeOf(qPrintable(rule))}, state,
                                            failed ? Message::verbatim("One image is broken.") : Message());
    QCOMPARE(said.isEmpty(), words.isEmpty());
    QVERIFY2(said.contains(words), qPrintable(said));
}

void TstRefusal::comparison_namesNoOptions()
{
    QTemporaryDir folder;
    Workbench workbench;
    QVERIFY(openWithoutData(workbench, folder.path()));
    ComparisonRunner runner;
    QSignalSpy ended(&runner, &ComparisonRunner::ended);
    Variant variant;
    variant.recipe = recipeOf("*:bits=4,rounding=gptq");
    runner.start(workbench, {Variant{}, variant});
    QVERIFY(QTest::qWaitFor([&] { return !ended.isEmpty(); }, patience));
    const QString error = ended[0][0].toString();
    QVERIFY2(error.startsWith("conv1 goes by") && !error.contains("--"), qPrintable(error));
}

QTEST_MAIN(TstRefusal)
#include "tst_refusal.moc"
