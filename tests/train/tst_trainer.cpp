// The loop of training: what is kept, going on after a stop, what goes wrong; on a network that learns
// without an engine.
#include "core/data/samples.h"
#include "core/measure/measure.h"
#include "core/train/prunemasks.h"
#include "tests/support/fakenetwork.h"
#include "tests/support/graphbuilder.h"
#include "tests/support/messageof.h"
#include "tests/support/samplefiles.h"
#include "tests/support/trainednetworks.h"
#include "tests/support/trainingtasks.h"

#include <QTemporaryDir>
#include <QtTest>
#include <fstream>
#include <numeric>
#include <thread>

using namespace lathe;
using namespace lathe::train;
using namespace lathe::test;

namespace {

/// Of what the trainer's network holds, by labels on the samples that judge.
double lossOf(Engine &engine, const Trainer &trainer)
{
    Judge judge(digits(), nullptr, "logits");
    Loss loss;
    loss.labels = 1;
    const auto network = engine.network(trainer.task().model, trainer.task().trainable);
    network->setState(trainer.network().state());
    return judge.judge(*network, loss, 0, {}).loss;
}

} // namespace

class TstTrainer : public QObject {
    Q_OBJECT
private slots:
    void init();
    void learns_andKeepsTheBest();
    void sameSeed_givesTheSameBytes();
    void resumed_isAsNeverStopped_data();
    void resumed_isAsNeverStopped();
    void killedInsideAnEpoch_losesWhatCameAfterTheCheckpoint();
    void checkpointOfAnother_isRefused_data();
    void checkpointOfAnother_isRefused();
    void damagedCheckpoint_isRefused();
    void missingCheckpoint_beginsAtTheStart();
    void checkpointThatCannotBeWritten_isNotedOnce();
    void cancelled_keepsTheBest();
    void cancelledWhileAStepBegins_keepsTheStepBefore();
    void patience_endsTheStep();
    void partOfAnEpoch_isTrained();
    void fixedWeights_stay();
    void notANumber_restoresTheBest();
    void notANumberAtOnce_isAnError();
    void explodingLoss_namesTheLayer();
    void tooLittleMemory_halvesTheBatch();
    void memoryThatIsNotAllowed_makesBatchesSmaller();
    void memory_isShared();
    void tooLittleMemoryAgain_isAnError();
    void vanishedData_endIt();
    void ramp_reachesItsShare_data();
    void ramp_reachesItsShare();
    void rampOfNoEpochs_prunesBeforeAllElse();
    void ramp_givesBackOnlyWhereItRegrows();
    void pause_waits();
    void teacherThatIsMissing_isSaid();
    void oneSampleBatches_ofNormalizations_areRefused();

private:
    std::filesystem::path path(const char *name) const { return m_folder->filePath(name).toStdString(); }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TstTrainer::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
}

void TstTrainer::learns_andKeepsTheBest()
{
    FakeEngine engine;
    Trainer trainer(engine, linear(planOf({stepOf(6)})), digits());
    const TrainingResult result = trainer.run({}, oneThread());
    QVERIFY(result.stop == TrainingResult::Stop::Done);
    QCOMPARE(result.epochs.size(), size_t(7)); // and before the first
    QVERIFY2(*result.best.judged->accuracy > 0.85,
             qPrintable(QString::number(*result.best.judged->accuracy)));
    QVERIFY(*result.epochs.front().judged->accuracy < 0.4);
    for (const EpochRecord &record : result.epochs)
        QVERIFY(!record.judged->isBetterThan(*result.best.judged, {}));
    // What the network holds is what was judged best.
    QCOMPARE(lossOf(engine, trainer), result.best.judged->loss);
}

void TstTrainer::sameSeed_givesTheSameBytes()
{
    const auto run = [](uint64_t seed) {
        FakeEngine engine;
        Plan plan = planOf({stepOf(2)});
        plan.seed = seed;
        Trainer trainer(engine, linear(plan), digits());
        trainer.run({}, oneThread());
        return trainer.network().state();
    };
    QVERIFY(run(1) == run(1));
    QVERIFY(run(1) != run(2));
}

void TstTrainer::resumed_isAsNeverStopped_data()
{
    QTest::addColumn<int>("updates");
    const int ofEpoch = static_cast<int>(digits().training().size() / 32);
    QTest::newRow("in the first epoch") << 5;
    QTest::newRow("at the end of an epoch") << 2 * ofEpoch;
    QTest::newRow("while it prunes") << 60;
    QTest::newRow("behind the last batch of a step") << 3 * ofEpoch;
    QTest::newRow("in the second step") << 140;
}

void TstTrainer::resumed_isAsNeverStopped()
{
    QFETCH(int, updates);
    PlanStep pruned = stepOf(3);
    pruned.prune = PruneRamp{0.2, 0.8, 2, 7, PruneRamp::Scope::Layer, 0.1};
    PlanStep rest = stepOf(2, 0.05);
    rest.augment.shift = 1;
    FakeEngine engine;
    const TrainingTask task = linear(planOf({pruned, rest}));
    Trainer whole(engine, task, digits());
    const TrainingResult straight = whole.run({}, oneThread());

    const TrainerOptions options{path("c"), true};
    Trainer first(engine, task, digits());
    const TrainingResult cut = runFor(first, options, updates);
    QVERIFY(cut.stop == TrainingResult::Stop::Cancelled);
    Trainer second(engine, task, digits());
    const TrainingResult gone = second.run(options, oneThread());
    QVERIFY(gone.resumed);
    QVERIFY(gone.stop == TrainingResult::Stop::Done);
    QVERIFY(second.network().state() == whole.network().state());
    QVERIFY(bytesOf(second) == bytesOf(whole));
    QCOMPARE(gone.epochs.size(), straight.epochs.size());
    for (size_t i = 0; i < straight.epochs.size(); ++i) {
        QCOMPARE(gone.epochs[i].judged->loss, straight.epochs[i].judged->loss);
        QCOMPARE(gone.epochs[i].loss.total, straight.epochs[i].loss.total);
        QCOMPARE(gone.epochs[i].zeros, straight.epochs[i].zeros);
    }
}

/// Nothing is saved when it is killed: what there is comes from the half minute before.
void TstTrainer::killedInsideAnEpoch_losesWhatCameAfterTheCheckpoint()
{
    QVERIFY(TrainerOptions().checkpointSeconds <= 60);
    const TrainingTask task = linear(planOf({stepOf(3)}));
    int steps = 0;
    FakeEngine engine([&](int, const Batch &) { ++steps; });
    Trainer whole(engine, task, digits());
    whole.run({}, oneThread());
    const int all = std::exchange(steps, 0);

    struct Killed {};
    TrainerOptions options{path("c"), true, 0}; // a checkpoint after each update
    options.onEvent = [&](const TrainingEvent &) {
        if (steps == 20)
            throw Killed{};
    };
    Trainer first(engine, task, digits());
    QVERIFY_EXCEPTION_THROWN(first.run(options, oneThread()), Killed);
    steps = 0;
    options.onEvent = {};
    Trainer second(engine, task, digits());
    QVERIFY(second.run(options, oneThread()).resumed);
    QCOMPARE(steps, all - 19);
    QVERIFY(bytesOf(second) == bytesOf(whole));
}

void TstTrainer::checkpointOfAnother_isRefused_data()
{
    QTest::addColumn<QString>("other");
    for (const char *other : {"plan", "seed", "model", "data", "engine"})
        QTest::newRow(other) << other;
}

void TstTrainer::checkpointOfAnother_isRefused()
{
    QFETCH(QString, other);
    class NewerEngine : public FakeEngine {
        std::string version() const override { return "fake 2"; }
    };
    FakeEngine engine;
    NewerEngine newer;
    Trainer first(engine, linear(planOf({stepOf(2)})), digits());
    runFor(first, {path("c")}, 3);
    Plan plan = planOf({stepOf(other == "plan" ? 3 : 2)});
    plan.seed = other == "seed" ? 2 : 1;
    const TrainingData test(networkOf("mlp:64-10"), Dataset::open(digitsFolder() + ":test"),
                            digitsPreprocessing(), {});
    Trainer second(other == "engine" ? newer : engine,
                   taskOf(networkOf("mlp:64-10", {0, other == "model" ? uint64_t(5) : uint64_t(1)}), plan),
                   other == "data" ? test : digits());
    ErrorCode code = ErrorCode::Internal;
    const QString message = test::messageOf([&] { second.run({path("c"), true}, oneThread()); }, &code);
    QVERIFY2(message.contains("another training"), qPrintable(message));
    QVERIFY(code == ErrorCode::InvalidArgument);
    Trainer third(engine, linear(planOf({stepOf(2)})), digits());
    QVERIFY(third.run({path("c"), true}, oneThread()).resumed); // it is still there
}

void TstTrainer::damagedCheckpoint_isRefused()
{
    FakeEngine engine;
    Trainer first(engine, linear(planOf({stepOf(2)})), digits());
    runFor(first, {path("c")}, 3);
    std::ifstream in(path("c"), std::ios::binary);
    const std::string good((std::istreambuf_iterator<char>(in)), {});
    std::vector<std::string> bad{"", "LATHETRN", good.substr(0, good.size() - 1), good + "x"};
    for (size_t i = 0; i < good.size(); i += 97) {
        bad.push_back(good);
        bad.back()[i] = static_cast<char>(bad.back()[i] ^ 4);
    }
    for (const std::string &bytes : bad) {
        std::ofstream(path("c"), std::ios::binary) << bytes;
        const QString message = test::messageOf([&] { readCheckpoint(path("c"), first.key()); });
        QVERIFY2(message.contains("damaged"), qPrintable(message));
    }
}

void TstTrainer::missingCheckpoint_beginsAtTheStart()
{
    FakeEngine engine;
    Trainer trainer(engine, linear(planOf({stepOf(1)})), digits());
    const TrainingResult result = trainer.run({path("c"), true}, oneThread());
    QVERIFY(!result.resumed);
    QVERIFY(result.notes.front().text().find("not there yet") != std::string::npos);
    QVERIFY(std::filesystem::exists(path("c")));
}

void TstTrainer::checkpointThatCannotBeWritten_isNotedOnce()
{
    FakeEngine engine;
    Trainer trainer(engine, linear(planOf({stepOf(3)})), digits());
    const TrainingResult result = trainer.run({path("no/such/folder/c")}, oneThread());
    QVERIFY(result.stop == TrainingResult::Stop::Done);
    QCOMPARE(result.notes.size(), size_t(1));
    QVERIFY(result.notes.front().text().find("goes on without it") != std::string::npos);
}

void TstTrainer::cancelled_keepsTheBest()
{
    FakeEngine engine;
    const TrainingTask task = linear(planOf({stepOf(5)}));
    Trainer cut(engine, task, digits());
    const TrainingResult result = runFor(cut, {}, 37 + 12); // in the second epoch
    QVERIFY(result.stop == TrainingResult::Stop::Cancelled);
    QCOMPARE(result.best.epoch, 1.0);
    QCOMPARE(result.epochs.size(), size_t(2));
}

void TstTrainer::cancelledWhileAStepBegins_keepsTheStepBefore()
{
    FakeEngine engine;
    PlanStep pruned = stepOf(2);
    pruned.prune = PruneRamp{0, 0.9, 0, 10, PruneRamp::Scope::Layer, 0};
    Trainer trainer(engine, linear(planOf({stepOf(2), pruned})), digits());
    std::stop_source stop;
    TrainerOptions options;
    options.onEvent = [&](const TrainingEvent &event) {
        if (event.record != nullptr && event.record->epoch == 2)
            stop.request_stop();
    };
    JobContext ctx = oneThread();
    ctx.stop = stop.get_token();
    const TrainingResult result = trainer.run(options, ctx);
    QVERIFY(result.stop == TrainingResult::Stop::Cancelled);
    QCOMPARE(result.epochs.size(), size_t(3));
    QVERIFY(result.best.step == 0 && result.best.epoch > 0);
    QCOMPARE(lossOf(engine, trainer), result.best.judged->loss);
}

void TstTrainer::patience_endsTheStep()
{
    FakeEngine engine;
    PlanStep step = stepOf(50, 1e-9);
    step.patience = 2;
    Trainer trainer(engine, linear(planOf({step})), digits());
    QVERIFY(trainer.run({}, oneThread()).epochs.size() < 10);
}

void TstTrainer::partOfAnEpoch_isTrained()
{
    FakeEngine engine;
    PlanStep step = stepOf(1);
    step.steps = 10;
    Trainer trainer(engine, linear(planOf({step})), digits());
    int updates = 0;
    TrainerOptions options;
    options.onEvent = [&](const TrainingEvent &event) {
        updates += event.kind == TrainingEvent::Kind::Update;
    };
    const TrainingResult result = trainer.run(options, oneThread());
    QCOMPARE(updates, 10);
    QCOMPARE(result.epochs.size(), size_t(2));
    QVERIFY(result.epochs.back().epoch < 1);
}

void TstTrainer::fixedWeights_stay()
{
    FakeEngine engine;
    PlanStep step = stepOf(1);
    step.changes.weights = false;
    Trainer trainer(engine, linear(planOf({step})), digits());
    const std::string before = trainer.network().state();
    trainer.run({}, oneThread());
    QVERIFY(trainer.network().state() == before);
}

void TstTrainer::notANumber_restoresTheBest()
{
    FakeEngine good, bad([](int step, const Batch &) {
        if (step == 2 * 37 + 4)
            throw Error(ErrorCode::NumericFailure, Message::tr("{} gives no numbers", "fc9"));
    });
    Trainer straight(good, linear(planOf({stepOf(2)})), digits()),
        trainer(bad, linear(planOf({stepOf(5)})), digits());
    const TrainingResult result = trainer.run({}, oneThread());
    QVERIFY(result.stop == TrainingResult::Stop::Diverged);
    for (const char *word : {"update 79", "epoch 3", "step 1", "fc9"})
        QVERIFY2(result.reason.text().find(word) != std::string::npos, result.reason.text().c_str());
    QVERIFY(result.best.epoch == 1 || result.best.epoch == 2);
}

void TstTrainer::notANumberAtOnce_isAnError()
{
    FakeEngine engine([](int, const Batch &) {
        throw Error(ErrorCode::NumericFailure, Message::tr("The loss is no number any more"));
    });
    Trainer trainer(engine, linear(planOf({stepOf(1)})), digits());
    ErrorCode code = ErrorCode::Internal;
    const QString message = test::messageOf([&] { trainer.run({}, oneThread()); }, &code);
    QVERIFY(code == ErrorCode::NumericFailure);
    QVERIFY2(message.contains("lower rate"), qPrintable(message));
}

void TstTrainer::explodingLoss_namesTheLayer()
{
    FakeEngine engine;
    Trainer trainer(engine, linear(planOf({stepOf(5), stepOf(5, 1000)})), digits());
    const TrainingResult result = trainer.run({}, oneThread());
    QVERIFY(result.stop == TrainingResult::Stop::Diverged);
    QVERIFY2(result.reason.text().find("fc1") != std::string::npos, result.reason.text().c_str());
    QVERIFY(*result.best.judged->accuracy > 0.7);
}

void TstTrainer::tooLittleMemory_halvesTheBatch()
{
    size_t largest = 0;
    FakeEngine engine([&](int, const Batch &batch) {
        if (batch.labels.size() > 20)
            throw std::bad_alloc();
        largest = std::max(largest, batch.labels.size());
    });
    Trainer trainer(engine, linear(planOf({stepOf(2)})), digits());
    const TrainingResult result = trainer.run({}, oneThread());
    QVERIFY(result.stop == TrainingResult::Stop::Done);
    QCOMPARE(largest, size_t(16));
    QCOMPARE(result.notes.size(), size_t(1));
    QCOMPARE(result.plan.steps.front().batch, int64_t(16)); // what was found is what the plan says
}

void TstTrainer::memoryThatIsNotAllowed_makesBatchesSmaller()
{
    std::vector<size_t> sizes;
    FakeEngine engine([&](int, const Batch &batch) {
        if (sizes.empty() || sizes.back() != batch.labels.size())
            sizes.push_back(batch.labels.size());
    });
    TrainerOptions options;
    options.memory = 1; // byte
    Trainer trainer(engine, linear(planOf({stepOf(20)})), digits());
    ErrorCode code = ErrorCode::Internal;
    const QString message = test::messageOf([&] { trainer.run(options, oneThread()); }, &code);
    QVERIFY((sizes == std::vector<size_t>{32, 16, 8, 4, 2, 1}));
    QVERIFY(code == ErrorCode::OutOfMemory);
    QVERIFY2(message.contains("one sample at a time") && message.contains("0 MB"), qPrintable(message));
    options.memory = int64_t(1) << 40;
    sizes.clear();
    Trainer roomy(engine, linear(planOf({stepOf(2)})), digits());
    QVERIFY(roomy.run(options, oneThread()).notes.empty());
    QVERIFY(sizes == std::vector<size_t>{32});
}

void TstTrainer::memory_isShared()
{
    const MemoryShares all = sharesOf(0), some = sharesOf(int64_t(4) << 30);
    QVERIFY(some.images <= all.images && some.images > int64_t(1) << 30);
    QVERIFY(some.images + some.teacher + some.validation <= int64_t(3) << 30);
    const QString message = test::messageOf([] { sharesOf(1'000'000); });
    QVERIFY2(message.contains("1 MB") && message.contains("allow"), qPrintable(message));
}

void TstTrainer::tooLittleMemoryAgain_isAnError()
{
    FakeEngine engine(
        [](int, const Batch &) { throw Error(ErrorCode::OutOfMemory, Message::tr("Not enough memory.")); });
    Trainer trainer(engine, linear(planOf({stepOf(2)})), digits());
    ErrorCode code = ErrorCode::Internal;
    const QString message = test::messageOf([&] { trainer.run({}, oneThread()); }, &code);
    QVERIFY(code == ErrorCode::OutOfMemory);
    QVERIFY2(message.contains("smaller batch") && message.contains("16 samples"), qPrintable(message));
}

void TstTrainer::vanishedData_endIt()
{
    for (int c = 0; c < 2; ++c)
        for (int i = 0; i < 40; ++i) {
            std::vector<uint8_t> pixels(64, static_cast<uint8_t>(9 * c + i));
            const QString name = QString("images/%1/%2.pgm").arg(c).arg(i);
            test::writePgm(path(qPrintable(name)), 8, 8, pixels);
        }
    const TrainingData data(networkOf("mlp:64-2"), Dataset::open(path("images").string()),
                            digitsPreprocessing(), {.memory = 1});
    FakeEngine engine([this](int step, const Batch &) {
        if (step == 6)
            std::filesystem::remove_all(path("images"));
    });
    PlanStep step = stepOf(20, 0.01);
    step.batch = 8;
    Trainer trainer(engine, taskOf(networkOf("mlp:64-2"), planOf({step})), data);
    ErrorCode code = ErrorCode::Internal;
    const QString message = test::messageOf([&] { trainer.run({path("c")}, oneThread()); }, &code);
    QVERIFY2(message.contains(".pgm"), qPrintable(message));
    QVERIFY(code == ErrorCode::FileUnreadable);
    QVERIFY(std::filesystem::exists(path("c"))); // to go on from when they are back
}

void TstTrainer::ramp_reachesItsShare_data()
{
    QTest::addColumn<bool>("global");
    QTest::addColumn<double>("regrow");
    QTest::newRow("layer") << false << 0.0;
    QTest::newRow("global") << true << 0.0;
    QTest::newRow("with regrowth") << true << 0.2;
}

void TstTrainer::ramp_reachesItsShare()
{
    QFETCH(bool, global);
    QFETCH(double, regrow);
    PlanStep step = stepOf(4);
    step.prune =
        PruneRamp{0, 0.75, 2, 10, global ? PruneRamp::Scope::Global : PruneRamp::Scope::Layer, regrow};
    FakeEngine engine;
    Trainer trainer(engine, linear(planOf({step})), digits());
    const TrainingResult result = trainer.run({}, oneThread());
    QCOMPARE(result.best.zeros, 0.75);
    QVERIFY(result.best.epoch >= 2); // what is pruned less is no result, however good
    const Matrix values = decode(trainer.network().weights().front());
    QCOMPARE((values.array() == 0).count(), Index(480));
    QVERIFY(*result.best.judged->accuracy > 0.7);
    for (size_t i = 1; i < result.epochs.size(); ++i) {
        QVERIFY(result.epochs[i].zeros >= result.epochs[i - 1].zeros);
        QCOMPARE(result.epochs[i].zeros == 0.75, result.epochs[i].epoch >= 2); // whole from its end on
    }
}

/// Though nothing that is learned afterwards is better.
void TstTrainer::rampOfNoEpochs_prunesBeforeAllElse()
{
    PlanStep step = stepOf(2, 1e-9);
    step.prune = PruneRamp{0, 0.75, 0, 10, PruneRamp::Scope::Layer, 0};
    FakeEngine engine;
    Trainer trainer(engine, linear(planOf({step})), digits());
    const TrainingResult result = trainer.run({}, oneThread());
    for (const EpochRecord &record : result.epochs)
        QCOMPARE(record.zeros, 0.75);
    QCOMPARE((decode(trainer.network().weights().front()).array() == 0).count(), Index(480));
}

void TstTrainer::ramp_givesBackOnlyWhereItRegrows()
{
    const std::vector<float> scores{3, 1, 2, 1, 0};
    QCOMPARE(largestKept(scores, 0.4), (std::vector<uint8_t>{1, 1, 1, 0, 0}));
    QCOMPARE(largestKept(scores, 0), std::vector<uint8_t>(5, 1));
    Matrix weights(1, 4);
    weights << 5, 1, 2, 3;
    const auto maskAfter = [&](double regrow) {
        FakeEngine engine;
        Trainable trainable;
        trainable.weights.push_back({"w", {}, MatrixEncoding{1, 4, {}, DenseValues{weights}}});
        const auto network = engine.network(networkOf("mlp:4-1"), trainable);
        PruneRamp ramp;
        ramp.regrow = regrow;
        std::vector<std::vector<uint8_t>> kept{{0, 1, 1, 1}};
        setShare(*network, ramp, 0.5, kept, {{}});
        return kept.front();
    };
    QCOMPARE(maskAfter(0), (std::vector<uint8_t>{0, 0, 1, 1}));
    QCOMPARE(maskAfter(0.1), (std::vector<uint8_t>{1, 0, 0, 1}));
}

void TstTrainer::pause_waits()
{
    FakeEngine engine;
    Trainer trainer(engine, linear(planOf({stepOf(1)})), digits());
    TrainingPause pause;
    std::atomic<int> updates = 0;
    TrainerOptions options;
    options.pause = &pause;
    options.onEvent = [&](const TrainingEvent &event) {
        if (event.kind == TrainingEvent::Kind::Update && ++updates == 3)
            pause.set(true);
    };
    TrainingResult result;
    std::thread runs([&] { result = trainer.run(options, oneThread()); });
    QTRY_COMPARE(updates.load(), 3);
    const double waited = pause.waited();
    QTest::qWait(100);
    QCOMPARE(updates.load(), 3);
    QVERIFY(pause.waited() > waited); // counted while it lasts
    pause.set(false);
    runs.join();
    const double all = pause.waited();
    QVERIFY(all >= 0.1);
    QTest::qWait(10);
    QCOMPARE(pause.waited(), all);
    QVERIFY(result.stop == TrainingResult::Stop::Done);
    QVERIFY(updates > 3);
}

void TstTrainer::teacherThatIsMissing_isSaid()
{
    PlanStep step = stepOf(1);
    step.losses.distillation = 1;
    FakeEngine engine;
    QVERIFY(test::messageOf([&] { Trainer(engine, linear(planOf({step})), digits()); }).contains("teacher"));
}

void TstTrainer::oneSampleBatches_ofNormalizations_areRefused()
{
    PlanStep step = stepOf(1);
    step.batch = 1;
    FakeEngine engine;
    TrainingTask task = linear(planOf({step}));
    task.trainable.batchStatistics = true;
    Trainer trainer(engine, task, digits());
    const QString message = test::messageOf([&] { trainer.run({}, oneThread()); });
    QVERIFY2(message.contains("larger batch"), qPrintable(message));
}

QTEST_GUILESS_MAIN(TstTrainer)
#include "tst_trainer.moc"
