// Training plans: what files say, that it comes back the same, and what is refused.
#include "core/base/fileio.h"
#include "core/train/plan.h"
#include "tests/support/messageof.h"
#include "tests/support/places.h"

#include <QtTest>
#include <cmath>

using namespace lathe;
using lathe::test::sourcePath;
using namespace lathe::train;

namespace {

std::string text(const char *name)
{
    return readFile(sourcePath("tests/train/plans/") + name);
}

/// A plan of one step that says this.
std::string withStep(const std::string &step)
{
    return R"({"lathe_plan": 1, "steps": [{)" + step + "}]}";
}

} // namespace

class TstPlan : public QObject {
    Q_OBJECT
private slots:
    void everyKey_isReadAndWrittenBackTheSame();
    void whatIsLeftOut_isTheDefault();
    void presets_comeBackTheSame();
    void documentedPlans_areRead();
    void otherEpochs_keepTheRampWhole();
    void refused_data();
    void refused();
    void rate_followsItsSchedule_data();
    void rate_followsItsSchedule();
    void share_followsTheCubic();
};

void TstPlan::everyKey_isReadAndWrittenBackTheSame()
{
    const Plan plan = planFromJson(text("two-steps.json"));
    QCOMPARE(toJson(plan), text("two-steps.json"));
    QCOMPARE(plan.seed, uint64_t(7));
    const PlanStep &first = plan.steps.front();
    QCOMPARE(first.steps, int64_t(5000));
    QVERIFY(first.optimizer.kind == Optimizer::Kind::Sgd && first.schedule.kind == Schedule::Kind::Step);
    QVERIFY(first.precision == PrecisionChoice::Auto && !first.dropout && first.losses.needsTeacher());
    QVERIFY(first.prune && first.prune->scope == PruneRamp::Scope::Layer);
    QVERIFY(!plan.steps.back().prune && !plan.steps.back().losses.needsTeacher());
}

void TstPlan::whatIsLeftOut_isTheDefault()
{
    const Plan plan = planFromJson(text("small.json"));
    QCOMPARE(plan.steps.size(), size_t(1));
    QVERIFY(plan.steps.front() == PlanStep());
    QVERIFY(planFromJson(toJson(plan)) == plan);
}

void TstPlan::presets_comeBackTheSame()
{
    QVERIFY(planPresets().size() >= 5);
    for (const std::string &name : planPresets()) {
        const Plan plan = planPreset(name);
        QCOMPARE(plan.name, name);
        QVERIFY2(planFromJson(toJson(plan)) == plan, name.c_str());
    }
    QVERIFY(test::messageOf([] { planPreset("slow"); }).contains("standard"));
}

void TstPlan::documentedPlans_areRead()
{
    int read = 0;
    for (const char *folder : {"/docs/plans", "/docs/headline"})
        for (const auto &entry : std::filesystem::directory_iterator(sourcePath("") + folder)) {
            QVERIFY2(!loadPlan(entry.path()).steps.empty(), entry.path().c_str());
            ++read;
        }
    QVERIFY(read >= 8);
}

void TstPlan::otherEpochs_keepTheRampWhole()
{
    PlanStep step = planPreset("gradual").steps.front();
    setEpochs(step, 5);
    QCOMPARE(step.epochs, 5.0);
    QCOMPARE(step.prune->epochs, 8.0 / 3);
    step.prune->epochs = step.epochs;
    for (const double epochs : {7.0, 0.3, 15.0}) { // never longer by a rounding
        setEpochs(step, epochs);
        QVERIFY(step.prune->epochs <= epochs && step.prune->epochs > 0.999 * epochs);
    }
    step.steps = 100;
    step.prune->epochs = 8;
    setEpochs(step, 20);
    QVERIFY(step.steps == 0 && step.prune->epochs == 8);
    step.steps = 100;
    setEpochs(step, 3);
    QCOMPARE(step.prune->epochs, 3.0);
}

void TstPlan::refused_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<QStringList>("words");
    const auto row = [](const char *name, const std::string &json, const QStringList &words) {
        QTest::newRow(name) << QString::fromStdString(json) << words;
    };
    row("no JSON", "{", {"p.json", "no valid JSON"});
    row("no plan", "{}", {"lathe_plan"});
    row("newer", R"({"lathe_plan": 2, "steps": [{}]})", {"newer", "2"});
    row("version", R"({"lathe_plan": "1", "steps": [{}]})", {"lathe_plan", "whole number"});
    row("no steps", R"({"lathe_plan": 1})", {"steps"});
    row("empty steps", R"({"lathe_plan": 1, "steps": []})", {"steps"});
    row("unknown key", R"({"lathe_plan": 1, "sead": 3, "steps": [{}]})", {"p.json", "sead", "seed"});
    row("step key", withStep(R"("lr": 1)"), {"step 1", "lr", "rate"});
    row("inner key", withStep(R"("prune": {"share": 0.5})"), {"step 1: prune", "share", "regrow"});
    row("twice", withStep(R"("batch": 1, "batch": 2)"), {"batch", "twice"});
    row("type", withStep(R"("rate": "fast")"), {"step 1", "rate", "\"fast\""});
    row("fraction", withStep(R"("batch": 2.5)"), {"batch", "whole number", "2.5"});
    row("range", withStep(R"("batch": 0)"), {"batch", "from 1", "not 0"});
    row("open range", withStep(R"("optimizer": {"momentum": 1})"), {"optimizer: momentum", "below 1"});
    row("no finite number", withStep(R"("rate": 1e400)"), {"p.json"});
    row("relative descent", withStep(R"("optimizer": {"kind": "sgd", "relative": true})"), {"adamw", "sgd"});
    row("word", withStep(R"("optimizer": {"kind": "lion"})"), {"kind", "adamw", "lion"});
    row("flag", withStep(R"("dropout": 1)"), {"dropout", "true or false"});
    row("no object", withStep(R"("losses": 1)"), {"losses", "no object"});
    row("second step", R"({"lathe_plan": 1, "steps": [{}, {"rate": -1}]})", {"step 2", "rate"});
    row("two lengths", withStep(R"("epochs": 1, "steps": 100)"), {"epochs and steps"});
    row("nothing to learn", withStep(R"("losses": {"labels": 0})"), {"losses"});
    row("a label for two images", withStep(R"("losses": {"distillation": 1}, "augment": {"mix": 0.5})"),
        {"augment: mix", "labels of losses"});
    row("nothing changes",
        withStep(
            R"("changes": {"weights": false, "biases": false, "normalizations": false, "statistics": false})"),
        {"changes"});
    row("ramp down", withStep(R"("prune": {"from": 0.9, "to": 0.5})"), {"prune", "below from"});
    row("ramp longer than its step",
        R"({"lathe_plan": 1, "steps": [{}, {"epochs": 5, "prune": {"epochs": 8}}]})",
        {"step 2", "prune: epochs is 8", "has 5"});
    row("bits of biases", withStep(R"("bias_bits": 1)"), {"bias_bits", "2 to 16", "not 1"});
    row("too many bits of biases", withStep(R"("bias_bits": 17)"), {"bias_bits", "up to 16"});
    row("fixed weights pruned", withStep(R"("prune": {}, "changes": {"weights": false})"), {"pruned"});
}

void TstPlan::refused()
{
    QFETCH(QString, json);
    QFETCH(QStringList, words);
    ErrorCode code = ErrorCode::Internal;
    const QString message = test::messageOf([&] { planFromJson(json.toStdString(), "p.json"); }, &code);
    QVERIFY(code == ErrorCode::InvalidArgument);
    QVERIFY2(message.endsWith('.') && !message.contains('\n'), qPrintable(message));
    for (const QString &word : words)
        QVERIFY2(message.contains(word), qPrintable(word + " is not in: " + message));
}

void TstPlan::rate_followsItsSchedule_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<double>("epoch");
    QTest::addColumn<double>("rate");
    using Kind = Schedule::Kind;
    const auto row = [](const char *name, Kind kind, double epoch, double rate) {
        QTest::newRow(name) << static_cast<int>(kind) << epoch << rate;
    };
    row("warm-up", Kind::Cosine, 1, 0.4); // half of two epochs
    row("cosine begins", Kind::Cosine, 2, 0.8);
    row("cosine, half-way", Kind::Cosine, 6, 0.8 * 0.55);
    row("cosine ends", Kind::Cosine, 10, 0.08);
    row("constant", Kind::Constant, 9, 0.8);
    row("step before", Kind::Step, 4.9, 0.8);
    row("step after", Kind::Step, 5, 0.4);
    row("step twice", Kind::Step, 8.5, 0.2);
    row("exponential", Kind::Exponential, 4.5, 0.2);
}

void TstPlan::rate_followsItsSchedule()
{
    QFETCH(int, kind);
    QFETCH(double, epoch);
    QFETCH(double, rate);
    PlanStep step;
    step.rate = 0.8;
    step.schedule = {static_cast<Schedule::Kind>(kind), 2, 0.1, 0.5, 3};
    QVERIFY2(std::abs(rateAt(step, epoch, 10) - rate) < 1e-12,
             qPrintable(QString::number(rateAt(step, epoch, 10))));
}

void TstPlan::share_followsTheCubic()
{
    const PruneRamp ramp{0.5, 0.9, 4};
    QCOMPARE(shareAt(ramp, 0), 0.5);
    QCOMPARE(shareAt(ramp, 2), 0.9 - 0.4 * 0.125);
    QCOMPARE(shareAt(ramp, 4), 0.9);
    QCOMPARE(shareAt(ramp, 100), 0.9);
    QCOMPARE(shareAt(PruneRamp{0, 0.7, 0}, 0), 0.7);
}

QTEST_GUILESS_MAIN(TstPlan)
#include "tst_plan.moc"
