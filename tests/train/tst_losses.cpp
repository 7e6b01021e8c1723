// Losses against values worked out by hand.
#include "core/base/error.h"
#include "tests/support/trainednetworks.h"

#include <cmath>

using namespace lathe;
using namespace lathe::train;

class TstLosses : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void labels_areCrossEntropyOfScores();
    void labels_ofProbabilities_needNoSoftmax();
    void distillation_isTheDivergenceAtATemperature();
    void features_areRelativeToTheTeachers();
    void parts_areWeightedAndSummed();
    void whatTheBatchLacks_isSaid_data();
    void whatTheBatchLacks_isSaid();
    void outputWithoutClasses_isNamed_data();
    void outputWithoutClasses_isNamed();

private:
    /// A network whose outputs are its inputs.
    static std::unique_ptr<Network> identity(Index classes);
    static Batch batchOf(const Matrix &scores) { return {{{"x", test::tensorOf(scores)}}, {}, {}, {}}; }
};

namespace {

Matrix scores()
{
    Matrix x(2, 3);
    x << 1, 2, 3, 0.5F, -1, 0;
    return x;
}

double softmaxAt(const Matrix &x, Index row, Index column, double temperature = 1)
{
    double sum = 0;
    for (Index i = 0; i < x.cols(); ++i)
        sum += std::exp(static_cast<double>(x(row, i)) / temperature);
    return std::exp(static_cast<double>(x(row, column)) / temperature) / sum;
}

bool near(double a, double b)
{
    return std::abs(a - b) <= 2e-6 * std::max(1.0, std::abs(b));
}

} // namespace

void TstLosses::initTestCase()
{
    LATHE_NEED_ENGINE();
}

std::unique_ptr<Network> TstLosses::identity(Index classes)
{
    return loadEngine().network(test::productModel(Matrix::Identity(classes, classes)), {});
}

void TstLosses::labels_areCrossEntropyOfScores()
{
    Batch batch = batchOf(scores());
    batch.labels = {2, 1};
    const LossValue value = identity(3)->evaluate(batch, {.output = "y", .labels = 1});
    const double expected = -(std::log(softmaxAt(scores(), 0, 2)) + std::log(softmaxAt(scores(), 1, 1))) / 2;
    QVERIFY2(near(value.labels, expected), qPrintable(QString::number(value.labels)));
    QVERIFY(near(value.total, expected));
    QCOMPARE(value.distillation, 0.0);
}

void TstLosses::labels_ofProbabilities_needNoSoftmax()
{
    Matrix x(1, 3);
    x << 0.2F, 0.5F, 0.3F;
    Batch batch = batchOf(x);
    batch.labels = {2};
    const LossValue value = identity(3)->evaluate(batch, {.output = "y", .isProbability = true, .labels = 1});
    QVERIFY2(near(value.total, -std::log(0.3)), qPrintable(QString::number(value.total)));
}

void TstLosses::distillation_isTheDivergenceAtATemperature()
{
    Matrix teacher(2, 3);
    teacher << 3, 1, 0, -1, 0, 2;
    Batch batch = batchOf(scores());
    batch.teacher = test::tensorOf(teacher);
    const double temperature = 3;
    double expected = 0;
    for (Index row = 0; row < 2; ++row)
        for (Index i = 0; i < 3; ++i) {
            const double p = softmaxAt(teacher, row, i, temperature);
            expected += p * std::log(p / softmaxAt(scores(), row, i, temperature));
        }
    expected *= temperature * temperature / 2;
    const LossValue value =
        identity(3)->evaluate(batch, {.output = "y", .distillation = 1, .temperature = temperature});
    QVERIFY2(near(value.distillation, expected), qPrintable(QString::number(value.distillation)));

    batch.teacher = test::tensorOf(scores());
    QVERIFY(identity(3)->evaluate(batch, {.output = "y", .distillation = 1}).total < 1e-6);
}

void TstLosses::features_areRelativeToTheTeachers()
{
    Matrix wanted(2, 3);
    wanted << 2, 2, 2, 1, -1, 0;
    Batch batch = batchOf(scores());
    batch.features = {test::tensorOf(wanted)};
    // (1 + 0 + 1 + 0.25 + 0 + 0) / 6 against (4 + 4 + 4 + 1 + 1 + 0) / 6
    const LossValue value =
        identity(3)->evaluate(batch, {.output = "y", .features = 1, .featureValues = {"y"}});
    QVERIFY2(near(value.features, 2.25 / 14), qPrintable(QString::number(value.features)));
}

void TstLosses::parts_areWeightedAndSummed()
{
    Batch batch = batchOf(scores());
    batch.labels = {0, 0};
    batch.teacher = test::tensorOf(Matrix::Zero(2, 3));
    batch.features = {test::tensorOf(Matrix::Ones(2, 3))};
    const Loss loss{.output = "y", .labels = 0.5, .distillation = 2, .features = 3, .featureValues = {"y"}};
    const LossValue value = identity(3)->evaluate(batch, loss);
    QVERIFY(value.labels > 0 && value.distillation > 0 && value.features > 0);
    QVERIFY(near(value.total, 0.5 * value.labels + 2 * value.distillation + 3 * value.features));
}

void TstLosses::whatTheBatchLacks_isSaid_data()
{
    QTest::addColumn<QString>("sentence");
    QTest::newRow("no labels") << "There are 0 labels for 2 samples.";
    QTest::newRow("label") << "The label 7 is none of the model's 3 classes.";
    QTest::newRow("no teacher") << "The batch has no output of the teacher.";
    QTest::newRow("teacher") << "The teacher gives 2 values for a sample, the student 3.";
    QTest::newRow("no features") << "The batch has 0 of the teacher's 1 features.";
    QTest::newRow("features") << "The teacher's features have another shape than the student's.";
}

void TstLosses::whatTheBatchLacks_isSaid()
{
    QFETCH(QString, sentence);
    const QString tag = QTest::currentDataTag();
    Batch batch = batchOf(scores());
    Loss loss{.output = "y"};
    if (tag.contains("label")) {
        loss.labels = 1;
        if (tag == "label")
            batch.labels = {1, 7};
    } else if (tag.contains("teacher")) {
        loss.distillation = 1;
        if (tag == "teacher")
            batch.teacher = test::tensorOf(Matrix::Ones(2, 2));
    } else {
        loss.features = 1;
        loss.featureValues = {"y"};
        if (tag == "features")
            batch.features = {test::tensorOf(Matrix::Ones(2, 2))};
    }
    try {
        identity(3)->evaluate(batch, loss);
        QFAIL("nothing was said");
    } catch (const Error &error) {
        QCOMPARE(QString(error.what()), sentence);
        QVERIFY(error.code() == ErrorCode::InvalidArgument);
    }
}

void TstLosses::outputWithoutClasses_isNamed_data()
{
    QTest::addColumn<bool>("byLabels");
    QTest::newRow("labels") << true;
    QTest::newRow("a teacher") << false;
}

void TstLosses::outputWithoutClasses_isNamed()
{
    QFETCH(bool, byLabels);
    test::GraphBuilder graph;
    graph.input("x", {-1, 3}).output("best", {-1});
    graph.node("ReduceMax", {"x"}, {"best"}, {{"axes", std::vector<int64_t>{1}}, {"keepdims", int64_t{0}}});
    const auto network = loadEngine().network(graph.build(), {});
    Batch batch = batchOf(scores());
    batch.labels = {0, 0};
    batch.teacher = test::tensorOf(Matrix::Zero(2, 3));
    Loss loss{.output = "best"};
    (byLabels ? loss.labels : loss.distillation) = 1;
    try {
        network->evaluate(batch, loss);
        QFAIL("nothing was said");
    } catch (const Error &error) {
        QVERIFY(error.code() == ErrorCode::Unsupported);
        QCOMPARE(QString(error.what()),
                 QString("The output \"best\" is [2] for a batch, which are no scores of classes."));
    }
}

QTEST_GUILESS_MAIN(TstLosses)
#include "tst_losses.moc"
