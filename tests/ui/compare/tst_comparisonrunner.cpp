// What is known of variants is used again, as long as it is true.
#include "tests/ui/sample.h"
#include "ui/compare/compareview.h"

#include <QUuid>
#include <QtTest>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstComparisonRunner : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { startClean(); }
    void otherData_calibrateAnew();
};

void TstComparisonRunner::otherData_calibrateAnew()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    QVERIFY(workbench.data());
    CompareView view(workbench);
    QStringList ids;
    for (const char *rule : {"fc1:prune=0.5,prune.method=obs", "fc1:bits=3,bias_correction=off"}) {
        Variant variant;
        variant.id = QUuid::createUuid().toString();
        variant.name = rule;
        variant.recipe.rules.push_back(parseRule(rule));
        workbench.variants()->append(variant);
        ids << variant.id;
    }
    view.setVariants(ids);
    view.show();
    const auto isComplete = [&] {
        return !view.isBusy() && view.comparison() && view.comparison()->isComplete;
    };
    QTRY_VERIFY_WITH_TIMEOUT(isComplete(), patience);
    const SharedComparison before = view.comparison();

    DatasetChoice fewer = workbench.data()->choice;
    fewer.limit = 100;
    workbench.setDataset(fewer);
    QTRY_VERIFY_WITH_TIMEOUT(workbench.isSettled() && workbench.data()->choice.limit == 100, patience);
    QTRY_VERIFY_WITH_TIMEOUT(isComplete() && view.comparison() != before, patience);

    const auto weightOf = [&](const SharedComparison &comparison, size_t variant) {
        const auto fc1 = size_t(workbench.model().layerIndex("fc1"));
        return comparison->studies[variant]->weights.compressed->layers[fc1].code.weight;
    };
    QVERIFY(!before->studies[1]->weights.compressed->calibration.empty());
    QVERIFY(weightOf(view.comparison(), 1) != weightOf(before, 1));
    QVERIFY(weightOf(view.comparison(), 2) == weightOf(before, 2)); // it goes by its weights alone
}

QTEST_MAIN(TstComparisonRunner)
#include "tst_comparisonrunner.moc"
