// The loop of training: teachers, features and precision on the real engine.
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

class TstTrainedEngine : public QObject {
    Q_OBJECT
private slots:
    void init();
    void engine_learnsDigits();
    void engine_resumesWithDropoutAndNormalizations();
    void engine_learnsFromATeacherAlone();
    void features_areLearnedThroughAMap();
    void featuresOfOtherPlaces_areLearnedAsMeans_data();
    void featuresOfOtherPlaces_areLearnedAsMeans();
    void teacherOfOtherClasses_isRefused();
    void teacher_remembersItsAnswers();
    void teacher_knowsTheShapesOfEachView();
    void halfPrecision_learns();
    void biasesOfFewBits_areWhatIsJudgedAndWritten();
    void engine_saysThatMemoryIsShort();

private:
    std::filesystem::path path(const char *name) const { return m_folder->filePath(name).toStdString(); }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TstTrainedEngine::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
}

void TstTrainedEngine::engine_learnsDigits()
{
    LATHE_NEED_ENGINE();
    PlanStep step = stepOf(30, 0.01);
    Trainer trainer(loadEngine(), taskOf(networkOf("mlp:64-32-10"), planOf({step})), digits());
    const TrainingResult result = trainer.run({}, oneThread());
    QVERIFY2(*result.best.judged->accuracy > 0.92,
             qPrintable(QString::number(*result.best.judged->accuracy)));
    const Model model = trainedModel(trainer, result.plan);
    const SampleSet set =
        SampleSet::prepare(model, Dataset::open(digitsFolder() + ":test"), digitsPreprocessing(), 0);
    const Metrics metrics = metricsOf(runSamples(Session(model), set).values, set.labels());
    QVERIFY2(metrics.top1->value > 0.93, qPrintable(QString::number(metrics.top1->value)));
}

/// Dropout, momentum, running statistics and masks: all that a network keeps.
void TstTrainedEngine::engine_resumesWithDropoutAndNormalizations()
{
    LATHE_NEED_ENGINE();
    test::writeText(path("set/dataset.json"), R"({"format": "numpy", "inputs": "data.npz"})");
    Tensor images = makeTensor(ElementType::Float32, {40, 3, 32, 32});
    Chance chance(3);
    for (float &value : images.as<float>())
        value = static_cast<float>(chance.normal());
    Tensor labels = makeTensor(ElementType::Int64, {40});
    for (size_t i = 0; i < 40; ++i)
        labels.as<int64_t>()[i] = static_cast<int64_t>(i % 10);
    test::writeNpz(path("set/data.npz"), {{"x", images}, {"labels", labels}});
    const Model model = networkOf("resnet20", {0.3, 1});
    const TrainingData data(model, Dataset::open(path("set").string()), {}, {});
    PlanStep step = stepOf(2, 0.01);
    step.batch = 9;
    step.prune = PruneRamp{0, 0.5, 1, 2, PruneRamp::Scope::Global, 0.1};
    const TrainingTask task = taskOf(model, planOf({step}));
    Trainer whole(loadEngine(), task, data);
    whole.run({}, oneThread());
    Trainer first(loadEngine(), task, data);
    const TrainerOptions options{path("c"), true};
    QVERIFY(runFor(first, options, 5).stop == TrainingResult::Stop::Cancelled);
    Trainer second(loadEngine(), task, data);
    QVERIFY(second.run(options, oneThread()).resumed);
    QVERIFY(bytesOf(second) == bytesOf(whole));
}

void TstTrainedEngine::engine_learnsFromATeacherAlone()
{
    LATHE_NEED_ENGINE();
    PlanStep step = stepOf(10, 0.003);
    step.losses = {0, 1, 2, 0};
    TrainingTask task = taskOf(networkOf("mlp:64-32-10"), planOf({step}));
    const Model model = Model::load(digitsFolder() + "/digits.onnx");
    Teacher teacher = teacherFor(task, model, digits(), oneThread());
    task.teacher = &teacher;
    Trainer trainer(loadEngine(), task, digits());
    const TrainingResult result = trainer.run({}, oneThread());
    QVERIFY(result.best.judged->loss < 0.5 * result.epochs.front().judged->loss);
    QVERIFY2(*result.best.judged->accuracy > 0.9, qPrintable(QString::number(*result.best.judged->accuracy)));
}

void TstTrainedEngine::features_areLearnedThroughAMap()
{
    LATHE_NEED_ENGINE();
    PlanStep step = stepOf(6, 0.003);
    step.losses = {0, 0, 2, 1};
    TrainingTask task = taskOf(networkOf("mlp:64-24-10"), planOf({step}));
    Teacher teacher = teacherFor(task, networkOf("mlp:64-40-10"), digits(), oneThread());
    task.teacher = &teacher;
    Trainer trainer(loadEngine(), task, digits());
    const TrainingResult result = trainer.run({}, oneThread());
    QVERIFY(result.best.judged->loss < 0.5 * result.epochs.front().judged->loss);
    const Model model = trainedModel(trainer, result.plan); // in which no map is left
    QCOMPARE(model.parameterCount(), networkOf("mlp:64-24-10").parameterCount());
    QCOMPARE(model.operatorCounts(), networkOf("mlp:64-24-10").operatorCounts());
}

/// Of a convolutional teacher by a student without places: the means of its channels.
void TstTrainedEngine::featuresOfOtherPlaces_areLearnedAsMeans_data()
{
    QTest::addColumn<QString>("student");
    QTest::newRow("none") << "mlp:64-24-10";
    QTest::newRow("as the teacher") << "sample";
}

void TstTrainedEngine::featuresOfOtherPlaces_areLearnedAsMeans()
{
    LATHE_NEED_ENGINE();
    QFETCH(QString, student);
    const Model digitsModel = Model::load(digitsFolder() + "/digits.onnx");
    const Model flat = networkOf("mlp:64-24-10");
    const bool isFlat = student != "sample";
    PlanStep step = stepOf(6, 0.003);
    step.losses = {0, 0, 2, 1};
    const Model start = isFlat ? flat : withFreshWeights(digitsModel, 3);
    const TrainingData data(start, Dataset::open(digitsFolder() + ":train"), digitsPreprocessing(), {});
    TrainingTask task = taskOf(start, planOf({step}));
    Teacher teacher = teacherFor(task, isFlat ? digitsModel : flat, data, oneThread());
    task.teacher = &teacher;
    const std::vector<size_t> some{1, 2, 3};
    const Tensor features = teacher.answer(data.inputs(some), some, {}).features.front();
    QCOMPARE(features.shape.size(), size_t(2));
    Trainer trainer(loadEngine(), task, data);
    const TrainingResult result = trainer.run({}, oneThread());
    QVERIFY(result.best.judged->loss < 0.6 * result.epochs.front().judged->loss);
    const Model model = trainedModel(trainer, result.plan); // in which no map is left
    QCOMPARE(model.operatorCounts(), start.operatorCounts());
    QCOMPARE(model.parameterCount(), start.parameterCount());
}

void TstTrainedEngine::teacherOfOtherClasses_isRefused()
{
    PlanStep step = stepOf(1);
    step.losses = {0, 1, 2, 0};
    TrainingTask task = linear(planOf({step}));
    Teacher teacher(networkOf("mlp:64-7"));
    task.teacher = &teacher;
    FakeEngine engine;
    Trainer trainer(engine, task, digits());
    const QString message = test::messageOf([&] { trainer.run({}, oneThread()); });
    QVERIFY2(message.contains("7 values") && message.contains("10"), qPrintable(message));
}

void TstTrainedEngine::teacher_remembersItsAnswers()
{
    Teacher teacher(networkOf("mlp:64-10"));
    const std::vector<size_t> samples{3, 9};
    std::map<std::string, Tensor> inputs = digits().inputs(samples);
    const Tensor once = teacher.answer(inputs, samples, 1).scores;
    const std::vector<size_t> turned{9, 3};
    std::ranges::fill(inputs.at("input").as<float>(), 0.0F); // not looked at again
    const Tensor again = teacher.answer(inputs, turned, 1).scores;
    QVERIFY(
        std::equal(once.as<float>().begin(), once.as<float>().begin() + 10, again.as<float>().begin() + 10));
    QVERIFY(toFloats(teacher.answer(inputs, samples, {}).scores) != toFloats(once));
}

void TstTrainedEngine::teacher_knowsTheShapesOfEachView()
{
    test::GraphBuilder graph;
    graph.input("x", {-1, 1, 8, 8}).output("y", {-1, 3}).random("w", {3, 1, 3, 3});
    auto *sides = graph.proto().mutable_graph()->mutable_input(0)->mutable_type()->mutable_tensor_type();
    sides->mutable_shape()->mutable_dim(2)->set_dim_param("H");
    sides->mutable_shape()->mutable_dim(3)->set_dim_param("W");
    graph.node("Conv", {"x", "w"}, {"c"}).node("GlobalAveragePool", {"c"}, {"g"});
    graph.node("Flatten", {"g"}, {"y"});
    Teacher teacher(graph.build(), {"c"});
    const std::vector<size_t> samples{4, 7};
    const std::map<std::string, Tensor> full{{"x", test::randomTensor({2, 1, 8, 8}, 1)}};
    const std::map<std::string, Tensor> half{{"x", test::randomTensor({2, 1, 4, 4}, 2)}};
    const Teacher::Answer first = teacher.answer(full, samples, 1);
    QCOMPARE(teacher.answer(half, samples, 2).features.front().shape, (Shape{2, 3, 2, 2}));
    const Teacher::Answer again = teacher.answer(full, samples, 1);
    QCOMPARE(again.features.front().shape, (Shape{2, 3, 6, 6}));
    QVERIFY(toFloats(again.features.front()) == toFloats(first.features.front()));
    QVERIFY(toFloats(again.scores) == toFloats(first.scores));
}

void TstTrainedEngine::halfPrecision_learns()
{
    LATHE_NEED_ENGINE();
    PlanStep step = stepOf(20, 0.01);
    step.precision = PrecisionChoice::BFloat16;
    Trainer half(loadEngine(), taskOf(networkOf("mlp:64-32-10"), planOf({step})), digits());
    QVERIFY(*half.run({}, oneThread()).best.judged->accuracy > 0.9);
    step.precision = PrecisionChoice::Auto;
    step.epochs = 1;
    Trainer measured(loadEngine(), taskOf(networkOf("mlp:64-32-10"), planOf({step})), digits());
    QVERIFY(measured.run({}, oneThread()).plan.steps.front().precision != PrecisionChoice::Auto);
}

/// Though each update moves them by less than what tells one value from the next.
void TstTrainedEngine::biasesOfFewBits_areWhatIsJudgedAndWritten()
{
    LATHE_NEED_ENGINE();
    PlanStep step = stepOf(20, 0.003);
    const TrainingTask any = taskOf(networkOf("mlp:64-32-10"), planOf({step}));
    step.biasBits = 4;
    Trainer trainer(loadEngine(), taskOf(networkOf("mlp:64-32-10"), planOf({step})), digits());
    const TrainingResult result = trainer.run({}, oneThread());
    QVERIFY(*result.best.judged->accuracy > 0.9);
    const auto constants = trainer.network().constants();
    QCOMPARE(any.parts.biases.size(), size_t(2));
    for (const std::string &name : any.parts.biases) {
        const std::span<const float> values = constants.at(name).as<float>();
        const float most =
            std::abs(*std::ranges::max_element(values, {}, [](float v) { return std::abs(v); }));
        int exponent = 0;
        std::frexp(most, &exponent); // most is 4 to 7 steps
        const float step4 = std::ldexp(1.0F, exponent - 3);
        QVERIFY(most > 0 && most <= 7 * step4);
        QVERIFY(std::ranges::all_of(values, [&](float v) { return v / step4 == std::round(v / step4); }));
        QVERIFY(std::set<float>(values.begin(), values.end()).size() > 2);
    }
    // What the network holds is what was judged best.
    Judge judge(digits(), nullptr, scoresOf(any.model).value);
    Loss loss;
    loss.output = scoresOf(any.model).value;
    loss.labels = 1;
    const auto network =
        loadEngine().network(withConstants(any.model, learned(trainer.network(), any.trainable)), {});
    QCOMPARE(judge.judge(*network, loss, 0, oneThread()).loss, result.best.judged->loss);
}

/// A value that no machine holds is computed on the way to the scores.
void TstTrainedEngine::engine_saysThatMemoryIsShort()
{
    LATHE_NEED_ENGINE();
    Tensor shape = makeTensor(ElementType::Int64, {1});
    shape.as<int64_t>()[0] = int64_t(1) << 45;
    test::GraphBuilder graph;
    graph.input("input", {-1, 64}).output("y", {-1, 10}).random("w", {10, 64}).constant("shape", shape);
    graph.node("Gemm", {"input", "w"}, {"scores"}, {{"transB", int64_t(1)}}, "fc");
    graph.node("ConstantOfShape", {"shape"}, {"large"});
    graph.node("ReduceMax", {"large"}, {"most"}, {{"keepdims", int64_t(0)}});
    graph.node("Add", {"scores", "most"}, {"y"});
    const Model model = graph.build();
    const auto network = loadEngine().network(model, trainableOf(model, partsOf(model)));
    Batch batch;
    batch.inputs = digits().inputs(std::vector<size_t>{0, 1});
    batch.labels = {1, 2};
    Loss loss;
    loss.output = "y";
    loss.labels = 1;
    ErrorCode code = ErrorCode::Internal;
    const QString message = test::messageOf([&] { network->step(batch, loss, 0.1); }, &code);
    QVERIFY2(code == ErrorCode::OutOfMemory, qPrintable(message));
}

QTEST_GUILESS_MAIN(TstTrainedEngine)
#include "tst_trainedengine.moc"
