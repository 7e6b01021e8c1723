// Compressed models that learn from the original: what is trained of them, in which structure, and what comes
// of it.
#include "core/exporting/graph.h"
#include "core/measure/measure.h"
#include "core/train/networks.h"
#include "core/train/recover.h"
#include "core/train/recoverplan.h"
#include "core/train/recoverramp.h"
#include "tests/support/digitsdata.h"
#include "tests/support/graphbuilder.h"
#include "tests/support/messageof.h"
#include "tests/support/samplefiles.h"
#include "tests/support/trainednetworks.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace lathe;
using namespace lathe::train;
using namespace lathe::test;

namespace {

const TrainingData &data()
{
    static const TrainingData data = digitsFor(digitsModel());
    return data;
}

const SampleSet &samples()
{
    static const SampleSet set =
        SampleSet::prepare(digitsModel(), Dataset::open(digitsFolder() + ":train"), digitsPreprocessing(), 0);
    return set;
}

CompressedModel compressed(const std::string &rule)
{
    Recipe recipe;
    recipe.rules = {parseRule("*:" + rule)};
    return Compressor(digitsModel()).compress(recipe);
}

Plan shortPlan(double epochs = 6)
{
    RecoveryScale scale;
    Plan plan = recoveryPlan(scale);
    plan.steps.front().epochs = epochs;
    plan.steps.front().rate = 0.01;
    plan.steps.front().patience = 0;
    return plan;
}

TrainedRecovery recovered(const std::string &rule, const RecoverOptions &options,
                          const JobContext &ctx = oneThread())
{
    Compressor compressor(digitsModel());
    return recoverByTraining(loadEngine(), compressor, compressed(rule), data(), samples(), options, ctx);
}

RecoverOptions trainingAlone(Plan plan = shortPlan())
{
    RecoverOptions options;
    options.plan = std::move(plan);
    options.limited = options.refits = options.blocks = false;
    return options;
}

Matrix outputsOf(const CompressedModel &model)
{
    return runSamples(Session(buildModel(model, Storage::Dense).model), samples().subset({0, 1, 2, 3, 4}))
        .values;
}

/// For all that is held out of training.
Matrix answersOf(const Model &model)
{
    std::vector<size_t> places;
    for (size_t i = 0; i < samples().size(); ++i)
        if (std::ranges::binary_search(data().validation(), samples().datasetIndices()[i]))
            places.push_back(i);
    return runSamples(Session(model), samples().subset(places)).values;
}

Matrix outputsOf(Network &network, const std::string &value)
{
    const Tensor scores = network.run(data().inputs(std::vector<size_t>{0, 1, 2, 3, 4}), {value}).front();
    const std::vector<float> values = toFloats(scores);
    return Eigen::Map<const Matrix>(values.data(), 5, static_cast<Index>(values.size()) / 5);
}

} // namespace

class TstRecovering : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { LATHE_NEED_ENGINE(); }
    void student_computesWhatIsExported_data();
    void student_computesWhatIsExported();
    void trainingBringsBackWhatIsLost_data();
    void trainingBringsBackWhatIsLost();
    void narrowerModels_areFittedBeforeTheyAreTrained();
    void labelsAlone_areJudgedByLabels();
    void labelsThatDoNotServe_areRefusedAtOnce();
    void structure_stays();
    void planKeysStay_soTheTuningIsCarried();
    void blocks_endWhereEverythingPasses();
    void blocks_learnAndAreJudged();
    void blocks_keepToTheirMemory();
    void blocksWithoutMemory_areLeftOut();
    void fixedBatches_areOpened();
    void graphsOfOneSample_addGradientsUp();
    void ramp_endsAtTheRecipesShare();
    void rampWithoutRegrowth_bringsNothingBack();
    void ramp_keepsToTheMemoryOfWhatJudges_data();
    void ramp_keepsToTheMemoryOfWhatJudges();
    void rampWithoutPruning_isRefused();
    void biasesOfFewBits_areKeptWhateverTheyBring();
    void sameSeed_givesTheSameValues();
    void cancel_keepsTheBest();
    void nothingCompressed_isRefused();
    void operatorsWithoutGradient_areNamed();
    void plan_takesTheTimeThereIs();
    void time_limitsEachStage();
    void resumed_beginsBehindTheStagesBefore();
};

void TstRecovering::student_computesWhatIsExported_data()
{
    QTest::addColumn<QString>("rule");
    for (const char *rule : {"bits=2,range=mse", "prune=0.6", "clusters=8", "rank=2", "format=ternary",
                             "bits=3,granularity=channel,range=mse,symmetric=false", "prune=0.5,bits=4"})
        QTest::newRow(rule) << QString(rule);
}

void TstRecovering::student_computesWhatIsExported()
{
    QFETCH(QString, rule);
    CompressedModel model = compressed(rule.toStdString());
    model.layers.front().code.biasShift = Vector::Constant(digitsModel().layers().front().rows, 0.25F);
    const Student student = studentOf(model);
    const auto network = loadEngine().network(student.task.model, student.task.trainable);
    const Matrix given = outputsOf(*network, digitsModel().outputs().front().name), wanted = outputsOf(model);
    QVERIFY2((given - wanted).cwiseAbs().maxCoeff() < 1e-3 * wanted.cwiseAbs().maxCoeff(), qPrintable(rule));
    const CompressedModel back = withLearned(student, *network, model, "nothing");
    QVERIFY((outputsOf(back) - wanted).cwiseAbs().maxCoeff() < 1e-4 * wanted.cwiseAbs().maxCoeff());
}

void TstRecovering::trainingBringsBackWhatIsLost_data()
{
    QTest::addColumn<QString>("rule");
    for (const char *rule : {"bits=2,range=mse", "prune=0.7", "clusters=4", "format=ternary"})
        QTest::newRow(rule) << QString(rule);
    // Two directions through each layer do not tell ten digits apart, however they are trained; four do.
    QTest::newRow("rank=4") << "rank=4";
}

/// Half of what is lost, as far as answers agree and in nats.
void TstRecovering::trainingBringsBackWhatIsLost()
{
    QFETCH(QString, rule);
    const TrainedRecovery result = recovered(rule.toStdString(), trainingAlone(shortPlan(10)));
    QVERIFY(result.whole.kept);
    const Recovered &recovered = result.recovered;
    QVERIFY2(recovered.divergenceAfter < 0.5 * recovered.divergenceBefore,
             qPrintable(QString("%1 to %2").arg(recovered.divergenceBefore).arg(recovered.divergenceAfter)));
    const auto lost = [](const CompressedModel &model) {
        const Matrix before = answersOf(digitsModel()),
                     after = answersOf(buildModel(model, Storage::Dense).model);
        return 1 - compareOutputs(before, after, {}).agreement->value;
    };
    const double before = lost(compressed(rule.toStdString())), after = lost(recovered.model);
    QVERIFY2(after < 0.5 * before, qPrintable(QString("%1 to %2").arg(before).arg(after)));
}

/// Away from the original, of which next to nothing was lost, and yet to more right answers.
void TstRecovering::narrowerModels_areFittedBeforeTheyAreTrained()
{
    RecoverOptions options = trainingAlone();
    options.refits = true;
    const TrainedRecovery trained = recovered("channels=0.5", options);
    const Recovered &result = trained.recovered;
    std::vector<RecoveryStep> tried;
    for (const RecoveryOutcome &outcome : result.steps)
        tried.push_back(outcome.step);
    QVERIFY(std::ranges::count(tried, RecoveryStep::Refit) == 1);
    QVERIFY(std::ranges::count(tried, RecoveryStep::Encoding) == 0);
    QVERIFY(result.divergenceAfter < 0.5 * result.divergenceBefore);
    QVERIFY(result.tuning && !result.tuning->removed().empty());
    Compressor compressor(digitsModel());
    const CompressedModel again = compressor.compress(result.model.recipe, result.tuning);
    QVERIFY(outputsOf(again) == outputsOf(result.model));
}

void TstRecovering::labelsAlone_areJudgedByLabels()
{
    Plan plan = shortPlan(4);
    plan.steps.front().losses = {1, 0, 1, 0};
    const TrainedRecovery result = recovered("bits=8", trainingAlone(plan));
    QVERIFY(result.whole.after > result.whole.before);
    const auto &first = result.training.epochs.front().judged, &best = result.training.best.judged;
    QVERIFY(first && best && best->isBetterThan(*first, plan.steps.front().losses));
    QVERIFY(result.whole.kept);
    QVERIFY(result.recovered.tuning);
}

/// Not after minutes of what comes before.
void TstRecovering::labelsThatDoNotServe_areRefusedAtOnce()
{
    const QTemporaryDir folder;
    const std::string images = folder.filePath("images").toStdString();
    test::writeText(images + "/dataset.json", R"({"format":"idx","images":"images.gz"})");
    std::filesystem::copy_file(digitsFolder() + "/train-images-idx3-ubyte.gz", images + "/images.gz");
    const TrainingData unlabelled(digitsModel(), Dataset::open(images), digitsPreprocessing(), {});
    Plan plan = shortPlan(1);
    plan.steps.front().losses = {1, 0, 1, 0};
    RecoverOptions options;
    options.plan = plan;
    JobContext ctx = oneThread();
    bool began = false;
    ctx.onProgress = [&](const Progress &) { began = true; };
    Compressor compressor(digitsModel());
    const CompressedModel start = compressed("bits=2");
    const QString message = test::messageOf(
        [&] { recoverByTraining(loadEngine(), compressor, start, unlabelled, samples(), options, ctx); });
    QVERIFY2(message.contains("no labels to learn from"), qPrintable(message));
    QVERIFY(!began);
}

void TstRecovering::structure_stays()
{
    const CompressedModel before = compressed("prune=0.7,bits=3");
    const TrainedRecovery result = recovered("prune=0.7,bits=3", trainingAlone(shortPlan(2)));
    for (size_t i = 0; i < before.layers.size(); ++i) {
        const auto &a = std::get<MatrixEncoding>(*before.layers[i].code.weight);
        const auto &b = std::get<MatrixEncoding>(*result.recovered.model.layers[i].code.weight);
        QVERIFY(a.kept == b.kept);
        QCOMPARE(std::get<UniformCodes>(b.values).bits, std::get<UniformCodes>(a.values).bits);
        QVERIFY(decode(a) != decode(b));
    }
}

void TstRecovering::planKeysStay_soTheTuningIsCarried()
{
    const TrainedRecovery result = recovered("bits=2", trainingAlone(shortPlan(2)));
    Compressor compressor(digitsModel());
    const CompressedModel again =
        compressor.compress(result.recovered.model.recipe, result.recovered.tuning, oneThread());
    for (const LayerResult &layer : again.layers)
        QVERIFY(layer.trained == LayerResult::Trained::Carried);
    QVERIFY(outputsOf(again) == outputsOf(result.recovered.model));
}

void TstRecovering::blocks_endWhereEverythingPasses()
{
    const Student student = studentOf(compressed("bits=2"));
    std::vector<std::string> weights;
    for (const WeightForm &form : student.task.trainable.weights)
        weights.push_back(form.constant);
    const std::vector<std::string> ends = blockEnds(digitsModel(), weights);
    QCOMPARE(ends.size(), weights.size()); // a chain: one for each
    QCOMPARE(ends.back(), scoresOf(digitsModel()).value);

    test::GraphBuilder graph; // a branch around one layer
    graph.input("x", {-1, 4}).output("y", {-1, 4});
    for (const char *name : {"a", "b", "c"})
        graph.random(name, {4, 4});
    graph.node("MatMul", {"x", "a"}, {"p"}).node("Relu", {"p"}, {"r"}).node("MatMul", {"r", "b"}, {"q"});
    graph.node("Add", {"q", "r"}, {"s"}).node("MatMul", {"s", "c"}, {"y"});
    QCOMPARE(blockEnds(graph.build(), {"a", "b", "c"}), (std::vector<std::string>{"r", "s", "y"}));
}

void TstRecovering::blocks_learnAndAreJudged()
{
    const BlockResult result =
        recoverBlocks(loadEngine(), compressed("bits=2,range=mse"), data(), 1e9, 1, oneThread());
    QVERIFY(!result.blocks.empty());
    QVERIFY(std::ranges::any_of(result.blocks, &BlockOutcome::kept));
    for (const BlockOutcome &block : result.blocks)
        QCOMPARE(block.kept, block.after < block.before);
}

/// Inputs that are larger than all that is computed from them count as well.
void TstRecovering::blocks_keepToTheirMemory()
{
    const Model model = networkOf("mlp:64-16-10");
    const TrainingData data(model, Dataset::open(digitsFolder() + ":train"), digitsPreprocessing(), {});
    Recipe recipe;
    recipe.rules = {parseRule("*:bits=2")};
    const CompressedModel start = Compressor(model).compress(recipe);
    const auto blocksIn = [&](int64_t memory) {
        return recoverBlocks(loadEngine(), start, data, 1e9, 1, oneThread(), nullptr, memory).blocks.size();
    };
    constexpr int64_t bytesOfInput = int64_t(4) * 64;
    QCOMPARE(blocksIn(int64_t(4) * 20 * bytesOfInput), size_t(2));
    ErrorCode code = ErrorCode::Internal;
    test::messageOf([&] { blocksIn(int64_t(4) * 10 * bytesOfInput); }, &code);
    QVERIFY(code == ErrorCode::OutOfMemory);
}

void TstRecovering::blocksWithoutMemory_areLeftOut()
{
    RecoverOptions options;
    options.plan = shortPlan(1);
    options.refits = false;
    options.training.memory = 1; // byte, which is too little for the whole network as well
    bool triesBlocks = false;
    JobContext ctx = oneThread();
    ctx.onProgress = [&](const Progress &progress) {
        triesBlocks |= progress.stage.text().find("block") != std::string::npos;
    };
    const QString message = test::messageOf([&] { recovered("bits=2", options, ctx); });
    QVERIFY2(message.contains("one sample at a time"), qPrintable(message));
    QVERIFY(!triesBlocks);
}

void TstRecovering::fixedBatches_areOpened()
{
    test::GraphBuilder graph;
    graph.input("x", {1, 4}).output("y", {1, 6});
    graph.random("w", {4, 6});
    Tensor shape = makeTensor(ElementType::Int64, {2});
    shape.as<int64_t>()[0] = 1;
    shape.as<int64_t>()[1] = 6;
    graph.constant("shape", shape);
    graph.node("MatMul", {"x", "w"}, {"p"}).node("Reshape", {"p", "shape"}, {"y"});
    const Model open = anyBatch(graph.build());
    const auto network = loadEngine().network(open, {});
    const Tensor three = makeTensor({3, 4}, std::vector<float>(12, 1.0F));
    QCOMPARE(network->run({{"x", three}}, {"y"}).front().shape, (Shape{3, 6}));
}

/// A graph that mixes samples up where there are several: nothing opens it.
void TstRecovering::graphsOfOneSample_addGradientsUp()
{
    const ValueInfo &input = digitsModel().inputs().front();
    Shape shape = input.shape;
    shape.front() = 1;
    test::GraphBuilder graph;
    graph.input(input.name, shape).output("y", {1, 10}).random("w", {elementCount(shape), 10}, 0.1F);
    Tensor wanted = makeTensor(ElementType::Int64, {2});
    wanted.as<int64_t>()[0] = 1;
    wanted.as<int64_t>()[1] = 10;
    graph.constant("shape", wanted);
    graph.node("Flatten", {input.name}, {"f"}).node("MatMul", {"f", "w"}, {"p"});
    graph.node("Transpose", {"p"}, {"t"}).node("Reshape", {"t", "shape"}, {"y"});
    const Model model = graph.build();
    const Dataset dataset = Dataset::open(digitsFolder() + ":train");
    const TrainingData data(model, dataset, digitsPreprocessing(), {});
    QVERIFY(!takesBatches(loadEngine(), model, data));
    QVERIFY(takesBatches(loadEngine(), digitsModel(), ::data()));
    Compressor compressor(model);
    Recipe recipe;
    recipe.rules = {parseRule("*:bits=2")};
    const TrainedRecovery result =
        recoverByTraining(loadEngine(), compressor, compressor.compress(recipe), data,
                          SampleSet::prepare(model, dataset, digitsPreprocessing(), 0),
                          trainingAlone(shortPlan(1)), oneThread());
    QVERIFY(result.recovered.divergenceAfter < result.recovered.divergenceBefore);
}

void TstRecovering::ramp_endsAtTheRecipesShare()
{
    Plan plan = shortPlan(8);
    plan.steps.front().prune = PruneRamp{0, 0.9, 4, 10, PruneRamp::Scope::Global, 0.1};
    const TrainedRecovery staged = recovered("prune=0.85", trainingAlone(plan));
    QVERIFY(staged.recovered.divergenceAfter < 0.5 * staged.recovered.divergenceBefore);
    const CompressedModel before = compressed("prune=0.85");
    for (size_t i = 0; i < before.layers.size(); ++i) {
        const Encoding &now = *staged.recovered.model.layers[i].code.weight;
        QVERIFY(std::abs(storedSparsity(now) - storedSparsity(*before.layers[i].code.weight)) < 0.02);
    }
    // The masks are others than those that the untrained weights have.
    QVERIFY(std::get<MatrixEncoding>(*before.layers.back().code.weight).kept !=
            std::get<MatrixEncoding>(*staged.recovered.model.layers.back().code.weight).kept);
}

namespace {

/// The engine, with the masks that networks have begun with.
class WatchedEngine : public Engine {
public:
    using Masks = std::vector<std::vector<uint8_t>>; ///< by weight

    std::vector<MissingOperator> missing(const Model &model) const override
    {
        return loadEngine().missing(model);
    }
    std::unique_ptr<Network> network(const Model &model, const Trainable &trainable) const override
    {
        Masks &masks = begun.emplace_back();
        for (const WeightForm &form : trainable.weights)
            masks.push_back(std::get<MatrixEncoding>(form.encoding).kept);
        return loadEngine().network(model, trainable);
    }
    std::unique_ptr<Twin> twin(const Model &) const override { return nullptr; }
    void setThreads(int count) override { loadEngine().setThreads(count); }
    std::string version() const override { return loadEngine().version(); }

    mutable std::vector<Masks> begun;
};

PlanStep rampStep(double epochs, double regrow)
{
    PlanStep step = shortPlan(epochs).steps.front();
    step.prune = PruneRamp{0, 0.9, epochs, 10, PruneRamp::Scope::Global, regrow};
    return step;
}

} // namespace

void TstRecovering::rampWithoutRegrowth_bringsNothingBack()
{
    const CompressedModel start = compressed("prune=0.85");
    const auto comesBack = [&](double regrow) {
        WatchedEngine engine;
        const CompressedModel pruned =
            prunedInStages(engine, start, {data(), samples(), rampStep(4, regrow)}, oneThread());
        WatchedEngine::Masks last;
        for (const LayerResult &layer : pruned.layers)
            last.push_back(std::get<MatrixEncoding>(*layer.code.weight).kept);
        engine.begun.push_back(last);
        size_t back = 0;
        for (size_t stage = 1; stage < engine.begun.size(); ++stage)
            for (size_t i = 0; i < last.size(); ++i) {
                const auto &before = engine.begun[stage - 1][i], &now = engine.begun[stage][i];
                for (size_t j = 0; j < before.size(); ++j)
                    back += before[j] == 0 && now[j] != 0;
            }
        return engine.begun.size() > 3 ? back : size_t(0);
    };
    QCOMPARE(comesBack(0), size_t(0));
    QVERIFY(comesBack(0.1) > 0);
}

void TstRecovering::ramp_keepsToTheMemoryOfWhatJudges_data()
{
    QTest::addColumn<int>("keptInputs");
    QTest::addColumn<int>("judged");
    QTest::newRow("kept") << 1'000'000 << 2; // at both ends of the first stage
    QTest::newRow("none") << 0 << 1;
}

/// What is not kept is read again for each time, and is gone by then.
void TstRecovering::ramp_keepsToTheMemoryOfWhatJudges()
{
    QFETCH(int, keptInputs);
    QFETCH(int, judged);
    const QTemporaryDir folder;
    const auto fileOf = [&](size_t i) { // as the data set counts them
        return QString("%1/%2/%3.pgm").arg(folder.path()).arg(i / 40).arg(i % 40 + 10);
    };
    for (size_t i = 0; i < 80; ++i)
        test::writePgm(fileOf(i).toStdString(), 8, 8, std::vector<uint8_t>(64, static_cast<uint8_t>(3 * i)));
    const Model model = networkOf("mlp:64-2");
    const Dataset dataset = Dataset::open(folder.path().toStdString());
    const TrainingData streamed(model, dataset, digitsPreprocessing(), {.validation = 0.2, .memory = 1});
    const SampleSet set = SampleSet::prepare(model, dataset, digitsPreprocessing(), 0);
    Recipe recipe;
    recipe.rules = {parseRule("*:prune=0.5")};
    const CompressedModel start = Compressor(model).compress(recipe);
    int count = 0;
    RampTask task{streamed, set, rampStep(2, 0)};
    task.step.batch = 8;
    task.step.losses = {1, 0, 1, 0};
    task.keptInputs = keptInputs;
    task.onEvent = [&](const TrainingEvent &event) {
        count += event.record != nullptr;
        if (count == 1)
            for (const size_t i : streamed.validation())
                QFile::remove(fileOf(i));
    };
    const QString message = test::messageOf([&] { prunedInStages(loadEngine(), start, task, oneThread()); });
    QVERIFY2(message.contains(".pgm"), qPrintable(message));
    QCOMPARE(count, judged);
}

void TstRecovering::rampWithoutPruning_isRefused()
{
    Plan plan = shortPlan(2);
    plan.steps.front().prune = PruneRamp{};
    const QString message = test::messageOf([&] { recovered("bits=2", trainingAlone(plan)); });
    QVERIFY2(message.contains("the recipe prunes no layer"), qPrintable(message));
}

/// Nearer to the original than with two bits the model is as it was compressed; the plan counts.
void TstRecovering::biasesOfFewBits_areKeptWhateverTheyBring()
{
    Plan plan = shortPlan(1);
    plan.steps.front().rate = 1e-9;
    plan.steps.front().biasBits = 2;
    const TrainedRecovery result = recovered("prune=0.1", trainingAlone(plan));
    QVERIFY(result.whole.after > result.whole.before);
    QVERIFY(result.whole.kept);
    const auto &constants = result.recovered.tuning->constants();
    const Parts parts = partsOf(digitsModel());
    QVERIFY(!parts.biases.empty());
    for (const std::string &name : parts.biases) {
        std::set<float> sizes;
        for (const float value : toFloats(constants.at(name)))
            sizes.insert(std::abs(value));
        sizes.erase(0.0F);
        QVERIFY2(sizes.size() == 1, name.c_str()); // -1, 0 or 1 times a power of two
    }
}

void TstRecovering::sameSeed_givesTheSameValues()
{
    const TrainedRecovery a = recovered("bits=2", trainingAlone(shortPlan(1)));
    const TrainedRecovery b = recovered("bits=2", trainingAlone(shortPlan(1)));
    QCOMPARE(a.recovered.tuning->sha256(), b.recovered.tuning->sha256());
}

void TstRecovering::cancel_keepsTheBest()
{
    std::stop_source stop;
    RecoverOptions options = trainingAlone(shortPlan(50));
    options.training.onEvent = [&](const TrainingEvent &event) {
        if (event.epoch > 3)
            stop.request_stop();
    };
    JobContext ctx = oneThread();
    ctx.stop = stop.get_token();
    const TrainedRecovery result = recovered("bits=2", options, ctx);
    QVERIFY(result.training.stop == TrainingResult::Stop::Cancelled);
    QVERIFY(!result.outOfTime);
    QVERIFY(result.recovered.divergenceAfter < result.recovered.divergenceBefore);
}

void TstRecovering::nothingCompressed_isRefused()
{
    const QString message = test::messageOf([] { recovered("bits=off", trainingAlone()); });
    QVERIFY2(message.contains("nothing to recover"), qPrintable(message));
}

void TstRecovering::operatorsWithoutGradient_areNamed()
{
    test::GraphBuilder graph(17, 8);
    graph.input("x", {-1, 4}).output("y", {-1, 4}).random("w", {4, 4});
    graph.node("MatMul", {"x", "w"}, {"p"}).node("Bernoulli", {"p"}, {"y"}, {}, "chooses");
    Recipe recipe;
    recipe.rules = {parseRule("*:bits=4")};
    Compressor compressor(graph.build());
    const CompressedModel start = compressor.compress(recipe);
    const QString message = test::messageOf(
        [&] { recoverByTraining(loadEngine(), compressor, start, data(), samples(), trainingAlone()); });
    QVERIFY2(message.contains("chooses") && message.contains("--without-gradients"), qPrintable(message));
}

void TstRecovering::plan_takesTheTimeThereIs()
{
    RecoveryScale scale{1000, true, 224, 0.02, 600, 7};
    const Plan plan = recoveryPlan(scale);
    QCOMPARE(plan.steps.front().epochs, 24.0);
    QCOMPARE(plan.seed, uint64_t(7));
    QVERIFY(plan.steps.front().augment.flip && !plan.steps.front().changes.statistics);
    scale.secondsOfSample = 1e-9; // more would bring nothing
    QCOMPARE(recoveryPlan(scale).steps.front().epochs, 96.0);
    scale.seconds = 1e-9;
    QCOMPARE(recoveryPlan(scale).steps.front().epochs, 1.0);
}

void TstRecovering::time_limitsEachStage()
{
    RecoverOptions options;
    options.plan = shortPlan(5000);
    options.seconds = 1e-3;
    const TrainedRecovery result = recovered("bits=2,range=mse", options);
    QVERIFY(result.outOfTime);
    QVERIFY(result.recovered.steps.empty() && result.blocks.empty());
    QVERIFY(std::ranges::any_of(result.notes, [](const Message &note) {
        return note.text().find("three fifths of the time") != std::string::npos;
    }));
    QVERIFY(result.recovered.tuning);

    Plan ramp = shortPlan(5000);
    ramp.steps.front().prune = PruneRamp{0, 0.9, 5000, 10, PruneRamp::Scope::Global, 0};
    options.plan = ramp;
    const TrainedRecovery staged = recovered("prune=0.85", options); // all of it goes, however short the time
    const CompressedModel wanted = compressed("prune=0.85");
    for (size_t i = 0; i < wanted.layers.size(); ++i)
        QVERIFY(std::abs(storedSparsity(*staged.recovered.model.layers[i].code.weight) -
                         storedSparsity(*wanted.layers[i].code.weight)) < 0.02);
}

void TstRecovering::resumed_beginsBehindTheStagesBefore()
{
    const QTemporaryDir folder;
    RecoverOptions options;
    options.plan = shortPlan(2);
    options.limited = options.blocks = false;
    options.training.checkpoint = folder.filePath("c").toStdString();
    const TrainedRecovery first = recovered("bits=2,range=mse", options);
    QVERIFY(!first.recovered.steps.empty());
    options.training.resume = true;
    const TrainedRecovery again = recovered("bits=2,range=mse", options);
    QVERIFY(again.training.resumed && again.recovered.steps.empty());
    QCOMPARE(again.recovered.tuning->sha256(), first.recovered.tuning->sha256());
}

QTEST_GUILESS_MAIN(TstRecovering)
#include "tst_recovering.moc"
