// Teachers whose classes are others than those that are learned, or stand in another order.
#include "core/data/dataset.h"
#include "core/model/proto.h"
#include "core/train/networks.h"
#include "core/train/teacherclasses.h"
#include "core/train/trainedmodel.h"
#include "tests/support/chosenclasses.h"
#include "tests/support/digitsdata.h"
#include "tests/support/messageof.h"
#include "tests/support/trainednetworks.h"

#include <QTemporaryDir>
#include <QtTest>
#include <fstream>

using namespace lathe;
using namespace lathe::train;
using namespace lathe::test;

namespace {

const std::vector<std::string> names{"zero", "one", "two", "three"};
const std::vector<int64_t> turned{3, 0, 9, 1, 8, 2, 7, 4, 6, 5};

const TrainingData &digits()
{
    static const TrainingData data = digitsFor(networkOf("mlp:64-10"));
    return data;
}

/// The sample model with only these classes, in this order.
Model teacherOf(const std::vector<int64_t> &classes)
{
    onnx::ModelProto proto = digitsModel().content().proto;
    chooseClasses(*proto.mutable_graph(), classes);
    return modelFromProto(std::move(proto), digitsModel());
}

TrainingTask taskOf(const PlanStep &step)
{
    const Model model = networkOf("mlp:64-24-10");
    const Parts parts = partsOf(model);
    Plan plan;
    plan.steps = {step};
    return {model, parts, trainableOf(model, parts), plan, nullptr, {}};
}

} // namespace

class TstTeacherClasses : public QObject {
    Q_OBJECT
private slots:
    void match_isRead_data();
    void match_isRead();
    void match_isReadFromAFile_data();
    void match_isReadFromAFile();
    void refused_data();
    void refused();
    void anotherOrder_isSeenAndPutRight();
    void goodTeachers_areLeftAlone();
    void severalOfOneClass_areAdded();
    void matchOfOtherLength_isRefused();
    void untaughtClasses_areLeftAlone();
    void samplesOfUntaughtClasses_areLeftAlone();
    void teacherOfSome_helpsWithLabels();
    void match_isPartOfTheKey();

private:
    std::string file(const QByteArray &content) const
    {
        const std::string path = m_folder.filePath("classes").toStdString();
        std::ofstream(path) << content.toStdString();
        return path;
    }
    QTemporaryDir m_folder;
};

void TstTeacherClasses::match_isRead_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QList<int>>("match");
    QTest::newRow("indices") << "3,1,0,2" << QList<int>{3, 1, 0, 2};
    QTest::newRow("names") << "two, zero,three,one" << QList<int>{2, 0, 3, 1};
    QTest::newRow("some") << "-,three,-,0" << QList<int>{-1, 3, -1, 0};
    QTest::newRow("one twice") << "1,one,2" << QList<int>{1, 1, 2};
}

void TstTeacherClasses::match_isRead()
{
    QFETCH(QString, text);
    QFETCH(QList<int>, match);
    const ClassMatch read = matchClasses(text.toStdString(), names, 4);
    QVERIFY(std::ranges::equal(read, match));
    QVERIFY(matchClasses(matchText(read), names, 4) == read);
}

void TstTeacherClasses::match_isReadFromAFile_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QList<int>>("match");
    QTest::newRow("lines") << QByteArray("two\nzero\r\nfour, the number\n1\n") << QList<int>{2, 0, -1, 1};
    QTest::newRow("id2label") << QByteArray(R"({"id2label": {"1": "one", "0": "cat", "2": "zero"}, "x": 1})")
                              << QList<int>{-1, 1, 0};
}

void TstTeacherClasses::match_isReadFromAFile()
{
    QFETCH(QByteArray, content);
    QFETCH(QList<int>, match);
    QVERIFY(std::ranges::equal(matchClasses(file(content), names, 4), match));
}

void TstTeacherClasses::refused_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QStringList>("words");
    QTest::newRow("unknown name") << "zero,five" << QByteArray() << QStringList{"five", "4"};
    QTest::newRow("index too high") << "0,4" << QByteArray() << QStringList{"\"4\"", "4"};
    QTest::newRow("only one") << "0,-,-" << QByteArray() << QStringList{"fewer than two", "4"};
    QTest::newRow("no such file") << "/no/file" << QByteArray() << QStringList{"/no/file"};
    QTest::newRow("other names") << "" << QByteArray("a\nb\n") << QStringList{"fewer than two"};
    QTest::newRow("no id2label") << "" << QByteArray("{}") << QStringList{"id2label"};
    QTest::newRow("gap") << "" << QByteArray(R"({"id2label": {"0": "a", "7": "b"}})")
                         << QStringList{"id2label"};
    QTest::newRow("no index") << "" << QByteArray(R"({"id2label": {"a": "a"}})") << QStringList{"id2label"};
}

void TstTeacherClasses::refused()
{
    QFETCH(QString, text);
    QFETCH(QByteArray, content);
    QFETCH(QStringList, words);
    const std::string given = content.isEmpty() ? text.toStdString() : file(content);
    const QString message = test::messageOf([&] { matchClasses(given, names, 4); });
    QVERIFY2(message.endsWith('.') && !message.contains('\n'), qPrintable(message));
    for (const QString &word : words)
        QVERIFY2(message.contains(word), qPrintable(word + " is not in: " + message));
}

void TstTeacherClasses::anotherOrder_isSeenAndPutRight()
{
    Teacher teacher(teacherOf(turned));
    const std::optional<TeacherCheck> before = checkTeacher(teacher, digits(), oneThread());
    QVERIFY(before && before->accuracy < 0.4);
    QVERIFY(before->suggested == turned);
    QVERIFY(before->suggestedAccuracy > 0.9);
    teacher.setMatch(before->suggested, 10);
    const std::optional<TeacherCheck> after = checkTeacher(teacher, digits(), oneThread());
    QCOMPARE(after->accuracy, before->suggestedAccuracy);
    QVERIFY(after->suggested.empty());
    Teacher own(Model::load(digitsFolder() + "/digits.onnx"));
    const std::vector<size_t> some{1, 5, 30};
    const auto inputs = digits().inputs(some);
    QVERIFY(toFloats(teacher.answer(inputs, some, {}).scores) ==
            toFloats(own.answer(inputs, some, {}).scores));
}

void TstTeacherClasses::goodTeachers_areLeftAlone()
{
    Teacher teacher(Model::load(digitsFolder() + "/digits.onnx"));
    const std::optional<TeacherCheck> check = checkTeacher(teacher, digits(), oneThread());
    QVERIFY(check && check->accuracy > 0.9 && check->suggested.empty());
    QCOMPARE(check->samples, std::min<size_t>(1000, digits().validation().size()));
    Teacher ignorant(networkOf("mlp:64-10")); // bad, but in no order that would be better
    QVERIFY(checkTeacher(ignorant, digits(), oneThread())->suggested.empty());
}

void TstTeacherClasses::severalOfOneClass_areAdded()
{
    Teacher teacher(networkOf("mlp:64-3"));
    const std::vector<size_t> one{7};
    const auto inputs = digits().inputs(one);
    const std::vector<float> own = toFloats(teacher.answer(inputs, one, {}).scores);
    teacher.setMatch({1, 1, 3}, 4);
    const std::vector<float> matched = toFloats(teacher.answer(inputs, one, {}).scores);
    QCOMPARE(matched.size(), size_t(4));
    QVERIFY(std::abs(matched[1] - std::log(std::exp(own[0]) + std::exp(own[1]))) < 1e-5F);
    QCOMPARE(matched[3], own[2]);
    QVERIFY(matched[0] == 0.0F && matched[2] == 0.0F);
}

void TstTeacherClasses::matchOfOtherLength_isRefused()
{
    Teacher teacher(networkOf("mlp:64-3"));
    teacher.setMatch({0, 1}, 4);
    const std::vector<size_t> one{7};
    const QString message = test::messageOf([&] { teacher.answer(digits().inputs(one), one, {}); });
    QVERIFY2(message.contains("3 classes") && message.contains("2 are named"), qPrintable(message));
}

namespace {

/// One update by a teacher alone whose scores are these. @returns the weights of the classes afterwards
Matrix afterOneUpdate(const Tensor &scores, const std::vector<int64_t> &labels)
{
    const Model model = networkOf("mlp:64-10");
    const auto network = loadEngine().network(model, trainableOf(model, partsOf(model)));
    network->setOptimizer({Optimizer::Kind::Sgd, 0});
    const std::vector<size_t> samples{0, 40, 80, 120};
    Loss loss;
    loss.output = scoresOf(model).value;
    loss.distillation = 1;
    loss.taught = {0, 2, 4};
    Batch batch;
    batch.inputs = digits().inputs(samples);
    batch.labels = labels;
    batch.teacher = scores;
    network->step(batch, loss, 0.5);
    const Matrix weights = decode(network->weights().front());
    const Matrix before = model.weight(0);
    return weights - before;
}

Tensor scoresFor(size_t changed, float value)
{
    std::vector<float> scores(40);
    for (size_t i = 0; i < scores.size(); ++i)
        scores[i] = std::sin(static_cast<float>(i));
    scores[changed] = value;
    return makeTensor({4, 10}, scores);
}

} // namespace

void TstTeacherClasses::untaughtClasses_areLeftAlone()
{
    LATHE_NEED_ENGINE();
    const Matrix moved = afterOneUpdate(scoresFor(0, 3), {});
    const bool byRows = moved.rows() == 10;
    for (Index c = 0; c < 10; ++c) {
        const float size = byRows ? moved.row(c).norm() : moved.col(c).norm();
        QCOMPARE(size > 0, c == 0 || c == 2 || c == 4);
    }
    QVERIFY(afterOneUpdate(scoresFor(1, 9), {}) == afterOneUpdate(scoresFor(1, -9), {})); // class 1 is none
    QVERIFY(afterOneUpdate(scoresFor(2, 9), {}) != afterOneUpdate(scoresFor(2, -9), {}));
}

void TstTeacherClasses::samplesOfUntaughtClasses_areLeftAlone()
{
    LATHE_NEED_ENGINE();
    const std::vector<int64_t> labels{0, 7, 2, 7};
    QVERIFY(afterOneUpdate(scoresFor(12, 9), labels) == afterOneUpdate(scoresFor(12, -9), labels)); // second
    QVERIFY(afterOneUpdate(scoresFor(22, 9), labels) != afterOneUpdate(scoresFor(22, -9), labels)); // third
    QVERIFY(afterOneUpdate(scoresFor(2, 9), {7, 7, 7, 7}).isZero());
}

void TstTeacherClasses::teacherOfSome_helpsWithLabels()
{
    LATHE_NEED_ENGINE();
    PlanStep step;
    step.epochs = 20;
    step.rate = 0.003;
    step.batch = 32;
    step.losses = {1, 1, 2, 0};
    TrainingTask task = taskOf(step);
    Teacher teacher = teacherFor(task, teacherOf({8, 1, 3, 5}), digits(), oneThread());
    teacher.setMatch({8, 1, 3, 5}, 10);
    task.teacher = &teacher;
    task.taught = taughtClasses(teacher.match());
    QVERIFY((task.taught == std::vector<int64_t>{1, 3, 5, 8}));
    const std::optional<TeacherCheck> check = checkTeacher(teacher, digits(), oneThread());
    QVERIFY(check && check->accuracy > 0.9); // of samples whose class it knows
    QVERIFY(check->samples < digits().validation().size());
    Trainer trainer(loadEngine(), task, digits());
    const TrainingResult result = trainer.run({}, oneThread());
    QVERIFY2(*result.best.judged->accuracy > 0.9, qPrintable(QString::number(*result.best.judged->accuracy)));
}

void TstTeacherClasses::match_isPartOfTheKey()
{
    Teacher teacher(networkOf("mlp:64-10"));
    const std::string before = teacher.hash();
    teacher.setMatch(turned, 10);
    QVERIFY(teacher.hash() != before);
}

QTEST_GUILESS_MAIN(TstTeacherClasses)
#include "tst_teacherclasses.moc"
