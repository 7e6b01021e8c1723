// What is recovered for the window: what is kept of it, what a pause costs, how data is fed, what a new run
// leaves of an earlier one.
#include "tests/support/samplefiles.h"
#include "tests/support/trainednetworks.h"
#include "tests/ui/sample.h"
#include "ui/recover/recoveryprobe.h"

#include <QTemporaryDir>
#include <filesystem>
#include <thread>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;
namespace fs = std::filesystem;

class TstRecoveryJob : public QObject {
    Q_OBJECT
private slots:
    void init() { startClean(); }
    void labelsAlone_areKeptAsTheCoreKeepsThem();
    void pause_costsNoTime();
    void original_isJudgedOnTheSameSamples();
    void preprocessing_isThatBesideTheModel();
    void newRun_leavesNothingOfTheOneBefore_data();
    void newRun_leavesNothingOfTheOneBefore();

private:
    static const Model &digits()
    {
        static const Model model = Model::load(samplePath().toStdString());
        return model;
    }
    static Preprocessing preprocessing()
    {
        return loadPreprocessing(samplePath("digits.preprocessor_config.json").toStdString());
    }
    static RecoveryInput inputFor(const std::string &rule);
    static RecoveryInput trainingFor(const std::string &rule, double epochs, train::Losses losses,
                                     double rate);
};

RecoveryInput TstRecoveryJob::inputFor(const std::string &rule)
{
    RecoveryInput input;
    input.compressor = std::make_shared<Compressor>(digits());
    input.recipe.rules = {parseRule("*:" + rule)};
    input.preprocessing = preprocessing();
    input.choice.data = samplePath("") + ":train";
    return input;
}

RecoveryInput TstRecoveryJob::trainingFor(const std::string &rule, double epochs, train::Losses losses,
                                          double rate)
{
    RecoveryInput input = inputFor(rule);
    train::Plan plan = train::recoveryPlan({});
    plan.steps.front().epochs = epochs;
    plan.steps.front().patience = 0;
    plan.steps.front().rate = rate;
    plan.steps.front().losses = losses;
    input.choice.trains = true;
    input.choice.plan = QString::fromStdString(toJson(plan));
    input.choice.seconds = 60; // a part of which is for blocks, whatever the plan
    return input;
}

/// Of eight bits next to nothing is lost: labels lead away from the original, and to more right answers.
void TstRecoveryJob::labelsAlone_areKeptAsTheCoreKeepsThem()
{
    LATHE_NEED_ENGINE();
    const RecoveryResult result = recoverRecipe(trainingFor("bits=8", 4, {1, 0, 1, 0}, 0.01));
    QVERIFY2(result.after > result.before,
             qPrintable(QString("%1 to %2").arg(result.before).arg(result.after)));
    QVERIFY(!result.stages.empty() && result.stages.back().stage.kept);
    QVERIFY(result.tuning);
}

/// So few samples that there is nothing but the whole network, and that a busy machine is done with it long
/// before the time is over.
void TstRecoveryJob::pause_costsNoTime()
{
    LATHE_NEED_ENGINE();
    constexpr int seconds = 20;
    const QTemporaryDir folder;
    const fs::path data = folder.path().toStdString();
    const Dataset sample = Dataset::open(samplePath("").toStdString() + ":test");
    writeNpy(data / "x.npy", SampleSet::prepare(digits(), sample, preprocessing(), 16).tensors().front());
    writeText(data / "dataset.json", R"({"format": "numpy", "inputs": "x.npy"})");
    RecoveryInput input = trainingFor("bits=2,range=mse", 3, {0, 1, 1, 0}, 1e-4);
    input.choice.data = folder.path();
    input.choice.seconds = seconds;
    train::TrainingPause pause;
    input.pause = &pause;
    int records = 0;
    std::jthread goesOn;
    const auto deliver = [&](const RecoveryNews &news) {
        if (!news.record || ++records > 1)
            return;
        pause.set(true);
        goesOn = std::jthread([&pause] {
            std::this_thread::sleep_for(std::chrono::seconds(seconds + 1));
            pause.set(false);
        });
    };
    const RecoveryResult result = recoverRecipe(input, deliver);
    QCOMPARE(records, 4); // before it learns, and after each epoch
    QVERIFY(!result.stoppedEarly);
    QVERIFY2(result.seconds < seconds + 1, qPrintable(QString::number(result.seconds)));
}

void TstRecoveryJob::original_isJudgedOnTheSameSamples()
{
    LATHE_NEED_ENGINE();
    const RecoveryInput input = trainingFor("bits=2", 1, {0, 1, 1, 0}, 1e-4);
    std::optional<double> original;
    int64_t judging = 0;
    recoverRecipe(input, [&](const RecoveryNews &news) {
        if (news.original)
            original = news.original;
        if (news.record)
            judging = news.record->judged->samples;
    });
    QVERIFY(original);
    const Dataset dataset = Dataset::open(input.choice.data.toStdString());
    const train::TrainingData data(digits(), dataset, preprocessing(), {});
    QCOMPARE(judging, static_cast<int64_t>(data.validation().size()));
    const SampleSet samples =
        SampleSet::prepare(digits(), dataset, preprocessing(), 0).subset(data.validation());
    const Matrix values = runSamples(Session(digits()), samples).values;
    const std::vector<int> ranks = ranksOfTruth(values, samples.labels());
    QCOMPARE(*original * static_cast<double>(judging), static_cast<double>(std::ranges::count(ranks, 0)));
}

/// As `lathe recover` has it, where nothing is measured that would say another one.
void TstRecoveryJob::preprocessing_isThatBesideTheModel()
{
    const RecoveryInput given = inputFor("bits=2,range=mse");
    RecoveryInput found = given;
    found.preprocessing.reset();
    const RecoveryResult result = recoverRecipe(found);
    QVERIFY(result.tuning);
    QCOMPARE(result.tuning->sha256(), recoverRecipe(given).tuning->sha256());
    found.preprocessing = preprocessing();
    found.preprocessing->rescaleFactor /= 16; // with another one it is another result
    const auto other = recoverRecipe(found).tuning;
    QVERIFY(!other || other->sha256() != result.tuning->sha256());
}

void TstRecoveryJob::newRun_leavesNothingOfTheOneBefore_data()
{
    QTest::addColumn<bool>("resumes");
    QTest::newRow("new") << false;
    QTest::newRow("goes on") << true;
}

void TstRecoveryJob::newRun_leavesNothingOfTheOneBefore()
{
    QFETCH(bool, resumes);
    const QTemporaryDir folder;
    RecoveryInput input = trainingFor("bits=2", 1, {0, 1, 1, 0}, 1e-4);
    input.checkpoint = folder.filePath("c").toStdString();
    input.resumes = resumes;
    writeText(input.checkpoint, "half a training");
    writeText(input.checkpoint.string() + ".plan.json", toJson(train::planPreset("quick")));
    writeText(input.checkpoint.string() + ".choice.json", R"({"data": "elsewhere"})");
    writeText(train::startBeside(input.checkpoint), "its beginning");
    QVERIFY(choiceBeside(input.checkpoint));
    std::stop_source stop;
    stop.request_stop();
    JobContext ctx;
    ctx.stop = stop.get_token();
    QVERIFY_EXCEPTION_THROWN(recoverRecipe(input, {}, ctx), Cancelled);
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), resumes ? 4 : 0);
}

QTEST_GUILESS_MAIN(TstRecoveryJob)
#include "tst_recoveryjob.moc"
