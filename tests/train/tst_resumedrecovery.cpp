// Recoveries that were stopped: what is not carried out again, and what is not taken for one's own.
#include "core/compress/tuningfile.h"
#include "core/train/recover.h"
#include "core/train/recoverplan.h"
#include "tests/support/digitsdata.h"
#include "tests/support/messageof.h"
#include "tests/support/trainednetworks.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

using namespace lathe;
using namespace lathe::train;
using namespace lathe::test;
namespace fs = std::filesystem;

namespace {

TrainingData dataWith(double validation)
{
    TrainingDataOptions options;
    options.validation = validation;
    return digitsFor(digitsModel(), options);
}

const TrainingData &data()
{
    static const TrainingData data = dataWith(0.1);
    return data;
}

const SampleSet &samples()
{
    static const SampleSet set =
        SampleSet::prepare(digitsModel(), Dataset::open(digitsFolder() + ":train"), digitsPreprocessing(), 0);
    return set;
}

Plan shortPlan(double epochs = 1)
{
    Plan plan = recoveryPlan(RecoveryScale());
    plan.steps.front().epochs = epochs;
    plan.steps.front().patience = 0;
    return plan;
}

Plan rampPlan(double to = 0.9)
{
    Plan plan = shortPlan(5);
    plan.steps.front().prune = PruneRamp{0, to, 4, 10, PruneRamp::Scope::Global, 0.1};
    return plan;
}

TrainedRecovery recovered(const std::string &rule, const RecoverOptions &options,
                          const JobContext &ctx = oneThread(), const TrainingData &data = ::data())
{
    Compressor compressor(digitsModel());
    Recipe recipe;
    recipe.rules = {parseRule("*:" + rule)};
    const CompressedModel start = compressor.compress(recipe);
    return recoverByTraining(loadEngine(), compressor, start, data, samples(), options, ctx);
}

} // namespace

class TstResumedRecovery : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { LATHE_NEED_ENGINE(); }
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void ramp_goesOnBehindItsStages();
    void refit_goesOnBehindItsSteps();
    void blocks_goOnBehindWhatCameBefore();
    void timeOfBefore_counts();
    void newRun_removesWhatAnotherLeft();
    void otherRuns_areRefused();
    void otherRamps_areRefused();
    void measuredPlan_saysWhatJudges();
    void unwritableFiles_areANote();

private:
    fs::path checkpoint() const { return m_folder->filePath("c").toStdString(); }
    RecoverOptions optionsOf(Plan plan) const
    {
        RecoverOptions options;
        options.plan = std::move(plan);
        options.limited = options.blocks = false;
        options.training.checkpoint = checkpoint();
        return options;
    }
    void stopInRamp() const;

    std::unique_ptr<QTemporaryDir> m_folder;
};

/// Each stage is a training of its own, and the whole network is the last one.
void TstResumedRecovery::ramp_goesOnBehindItsStages()
{
    size_t begun = 0;
    RecoverOptions options = optionsOf(rampPlan());
    options.training.onEvent = [&](const TrainingEvent &event) {
        begun += static_cast<size_t>(event.record && event.record->epoch == 0);
    };
    const TrainedRecovery unstopped = recovered("prune=0.85,bits=5", options);
    const size_t all = begun;
    QVERIFY(all > 5);

    begun = 0;
    std::stop_source stop;
    options.training.onEvent = [&, count = options.training.onEvent](const TrainingEvent &event) {
        count(event);
        if (begun == 4)
            stop.request_stop();
    };
    QVERIFY_EXCEPTION_THROWN(recovered("prune=0.85,bits=5", options, oneThread(stop.get_token())), Cancelled);
    QVERIFY(!fs::exists(checkpoint()));
    begun = 0;
    options.training.resume = true;
    const TrainedRecovery again = recovered("prune=0.85,bits=5", options);
    QCOMPARE(begun, all - 3);
    QCOMPARE(again.recovered.tuning->sha256(), unstopped.recovered.tuning->sha256());
}

void TstResumedRecovery::refit_goesOnBehindItsSteps()
{
    RecoverOptions options = optionsOf(shortPlan());
    options.steps = {RecoveryStep::Bias, RecoveryStep::Refit};
    const TrainedRecovery unstopped = recovered("bits=2,range=mse", options);
    QCOMPARE(unstopped.recovered.steps.size(), size_t(2));
    fs::remove(startBeside(checkpoint()));
    std::stop_source stop;
    JobContext ctx = oneThread(stop.get_token());
    ctx.onProgress = [&](const Progress &) {
        if (fs::exists(startBeside(checkpoint())))
            stop.request_stop();
    };
    QVERIFY_EXCEPTION_THROWN(recovered("bits=2,range=mse", options, ctx), Cancelled);
    options.training.resume = true;
    const TrainedRecovery again = recovered("bits=2,range=mse", options);
    QCOMPARE(again.recovered.steps.size(), size_t(1));
    QVERIFY(again.recovered.steps.front().step == RecoveryStep::Refit);
    QCOMPARE(again.recovered.tuning->sha256(), unstopped.recovered.tuning->sha256());
}

void TstResumedRecovery::blocks_goOnBehindWhatCameBefore()
{
    RecoverOptions options = optionsOf(shortPlan());
    options.blocks = true;
    options.steps = {RecoveryStep::Bias};
    std::stop_source stop;
    JobContext ctx = oneThread(stop.get_token());
    ctx.onProgress = [&](const Progress &progress) {
        if (progress.stage.text().starts_with("block "))
            stop.request_stop();
    };
    QVERIFY_EXCEPTION_THROWN(recovered("bits=2,range=mse", options, ctx), Cancelled);
    options.training.resume = true;
    const TrainedRecovery again = recovered("bits=2,range=mse", options);
    QVERIFY(again.recovered.steps.empty());
    QVERIFY(again.byBlocks.changed > 0);
    const TrainedRecovery behind = recovered("bits=2,range=mse", options);
    QVERIFY(behind.training.resumed && behind.byBlocks.changed == 0);
}

/// What took the time is not there again to be done, and nor is the time.
void TstResumedRecovery::timeOfBefore_counts()
{
    RecoverOptions options = optionsOf(shortPlan());
    recovered("bits=2", options);
    fs::remove(checkpoint());
    TuningFile start = loadTuning(startBeside(checkpoint()));
    QJsonObject reached = QJsonDocument::fromJson(start.origin.figures.c_str()).object();
    QVERIFY(reached["seconds"].toDouble() > 0);
    reached["seconds"] = 1e6;
    start.origin.figures = QJsonDocument(reached).toJson().toStdString();
    saveTuning(start, startBeside(checkpoint()));
    options.plan = shortPlan(1e6);
    options.training.resume = options.limited = true;
    options.seconds = 60;
    const TrainedRecovery again = recovered("bits=2", options);
    QVERIFY(again.outOfTime && again.recovered.steps.empty());
    QVERIFY2(again.training.seconds < 30, qPrintable(QString::number(again.training.seconds)));
}

/// A run that is stopped before it has a checkpoint of its own must not go on with another one's.
void TstResumedRecovery::newRun_removesWhatAnotherLeft()
{
    RecoverOptions options = optionsOf(shortPlan());
    recovered("bits=2,range=mse", options);
    const std::vector<fs::path> files{checkpoint(), startBeside(checkpoint()), planBeside(checkpoint())};
    for (const fs::path &file : files)
        QVERIFY2(fs::exists(file), file.c_str());
    std::stop_source stop;
    JobContext ctx = oneThread(stop.get_token());
    ctx.onProgress = [&](const Progress &) { stop.request_stop(); };
    QVERIFY_EXCEPTION_THROWN(recovered("bits=2,range=mse", options, ctx), Cancelled);
    for (const fs::path &file : files)
        QVERIFY2(!fs::exists(file), file.c_str());
    options.training.resume = true;
    const TrainedRecovery again = recovered("bits=2,range=mse", options);
    QVERIFY(!again.training.resumed && !again.recovered.steps.empty());
}

void TstResumedRecovery::otherRuns_areRefused()
{
    RecoverOptions options = optionsOf(shortPlan());
    recovered("bits=2,range=mse", options);
    fs::remove(checkpoint());
    options.training.resume = true;
    const TrainingData otherSplit = dataWith(0.2);
    const auto refused = [&](const std::string &rule, const TrainingData &data) {
        ErrorCode code = ErrorCode::Internal;
        const QString message = test::messageOf([&] { recovered(rule, options, oneThread(), data); }, &code);
        return code == ErrorCode::InvalidArgument && message.contains("c.start.tuning.npz") &&
               message.contains("another training");
    };
    QVERIFY(refused("bits=3,range=mse", data()));
    QVERIFY(refused("bits=2,range=mse", otherSplit));
    QVERIFY(!refused("bits=2,range=mse", data()));
}

void TstResumedRecovery::stopInRamp() const
{
    std::stop_source stop;
    RecoverOptions options = optionsOf(rampPlan());
    options.training.onEvent = [&](const TrainingEvent &) {
        if (fs::exists(startBeside(checkpoint())))
            stop.request_stop();
    };
    QVERIFY_EXCEPTION_THROWN(recovered("prune=0.85", options, oneThread(stop.get_token())), Cancelled);
}

void TstResumedRecovery::otherRamps_areRefused()
{
    stopInRamp();
    for (const Plan &other : {rampPlan(0.8), shortPlan()}) {
        RecoverOptions options = optionsOf(other);
        options.training.resume = true;
        const QString message = test::messageOf([&] { recovered("prune=0.85", options); });
        QVERIFY2(message.contains("another training"), qPrintable(message));
    }
    // The plan that is kept when the whole network is trained has no ramp any more.
    RecoverOptions options = optionsOf(rampPlan());
    options.training.resume = true;
    recovered("prune=0.85", options);
    options.plan = loadPlan(planBeside(checkpoint()));
    QVERIFY(!options.plan->steps.front().prune);
    QVERIFY(recovered("prune=0.85", options).training.resumed);
}

void TstResumedRecovery::measuredPlan_saysWhatJudges()
{
    const TrainingData data = dataWith(0.2);
    RecoverOptions options;
    options.refits = options.blocks = false;
    options.seconds = 1;
    options.validation = 0.2;
    const TrainedRecovery result = recovered("bits=2", options, oneThread(), data);
    QCOMPARE(result.training.plan.validation, 0.2);
}

void TstResumedRecovery::unwritableFiles_areANote()
{
    RecoverOptions options = optionsOf(shortPlan());
    options.training.checkpoint = checkpoint() / "nowhere" / "c";
    const TrainedRecovery result = recovered("bits=2,range=mse", options);
    QVERIFY(result.recovered.tuning);
    QVERIFY(std::ranges::any_of(result.notes, [](const Message &note) {
        return note.text().find("Training goes on without it") != std::string::npos;
    }));
}

QTEST_GUILESS_MAIN(TstResumedRecovery)
#include "tst_resumedrecovery.moc"
