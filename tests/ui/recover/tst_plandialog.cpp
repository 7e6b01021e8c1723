// Fields and JSON of a training plan say the same.
#include "ui/recover/plandialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QtTest>

using namespace lathe;
using namespace lathe::ui;

class TstPlanDialog : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void fields_changeTheText();
    void text_changesTheFields();
    void faultyText_isSaidAndCannotBeUsed();
    void steps_areChosen();
    void field_changesNothingElse();
    void epochs_takeThePlaceOfBatches();
};

void TstPlanDialog::fields_changeTheText()
{
    PlanDialog dialog(train::planPreset("finetune"));
    dialog.findChild<QDoubleSpinBox *>("planEpochs")->setValue(7);
    QCOMPARE(dialog.plan().steps.front().epochs, 7.0);
    const QString json = dialog.findChild<QPlainTextEdit *>("planJson")->toPlainText();
    QCOMPARE(train::planFromJson(json.toStdString()).steps.front().epochs, 7.0);
}

void TstPlanDialog::text_changesTheFields()
{
    PlanDialog dialog(train::planPreset("finetune"));
    train::Plan plan = dialog.plan();
    plan.steps.front().epochs = 3;
    dialog.findChild<QPlainTextEdit *>("planJson")->setPlainText(QString::fromStdString(toJson(plan)));
    QCOMPARE(dialog.findChild<QDoubleSpinBox *>("planEpochs")->value(), 3.0);
    QCOMPARE(dialog.plan().steps.front().epochs, 3.0);
}

void TstPlanDialog::faultyText_isSaidAndCannotBeUsed()
{
    PlanDialog dialog(train::planPreset("finetune"));
    auto *text = dialog.findChild<QPlainTextEdit *>("planJson");
    auto *use = dialog.findChild<QDialogButtonBox *>()->button(QDialogButtonBox::Ok);
    QVERIFY(use->isEnabled());
    text->setPlainText(R"({"lathe_plan": 1, "steps": [{"epoch": 3}]})");
    QVERIFY(!use->isEnabled());
    QVERIFY2(dialog.findChild<QLabel *>("planFault")->text().contains("epoch"),
             qPrintable(dialog.findChild<QLabel *>("planFault")->text()));
    text->setPlainText(QString::fromStdString(toJson(train::planPreset("distill"))));
    QVERIFY(use->isEnabled());
    QVERIFY(dialog.findChild<QLabel *>("planFault")->text().isEmpty());
}

void TstPlanDialog::steps_areChosen()
{
    train::Plan plan = train::planPreset("finetune");
    plan.steps.push_back(plan.steps.front());
    plan.steps.back().epochs = 2;
    PlanDialog dialog(plan);
    auto *step = dialog.findChild<QComboBox *>("planStep");
    QCOMPARE(step->count(), 2);
    step->setCurrentIndex(1);
    emit step->activated(1);
    QCOMPARE(dialog.findChild<QDoubleSpinBox *>("planEpochs")->value(), 2.0);
    dialog.findChild<QDoubleSpinBox *>("planEpochs")->setValue(5);
    QCOMPARE(dialog.plan().steps[0].epochs, plan.steps[0].epochs);
    QCOMPARE(dialog.plan().steps[1].epochs, 5.0);
}

/// Also what the fields do not show as it is: the seed, numbers that are larger or finer than theirs.
void TstPlanDialog::field_changesNothingElse()
{
    const train::Plan plan = train::planFromJson(R"({"lathe_plan": 1, "seed": 7, "steps": [{"steps": 100,
        "batch": 8192, "rate": 0.00012345678, "losses": {"labels": 20000, "temperature": 0.123456}}]})");
    PlanDialog dialog(plan);
    QVERIFY(dialog.findChild<QDoubleSpinBox *>("planEpochs")->text().contains("100 batches"));
    dialog.findChild<QDoubleSpinBox *>("planRate")->setValue(0.002);
    train::Plan wanted = plan;
    wanted.steps.front().rate = 0.002;
    QVERIFY2(dialog.plan() == wanted, toJson(dialog.plan()).c_str());
    QCOMPARE(dialog.plan().seed, uint64_t(7));
    dialog.findChild<QSpinBox *>("planBatch")->setValue(16);
    wanted.steps.front().batch = 16;
    QVERIFY2(dialog.plan() == wanted, toJson(dialog.plan()).c_str());
}

void TstPlanDialog::epochs_takeThePlaceOfBatches()
{
    PlanDialog dialog(train::planFromJson(R"({"lathe_plan": 1, "steps": [{"steps": 100}]})"));
    auto *epochs = dialog.findChild<QDoubleSpinBox *>("planEpochs");
    epochs->setValue(3);
    QCOMPARE(dialog.plan().steps.front().steps, int64_t(0));
    QCOMPARE(dialog.plan().steps.front().epochs, 3.0);
    QVERIFY2(!epochs->text().contains("batches"), qPrintable(epochs->text()));
    QVERIFY(dialog.findChild<QLabel *>("planFault")->text().isEmpty());
}

QTEST_MAIN(TstPlanDialog)
#include "tst_plandialog.moc"
