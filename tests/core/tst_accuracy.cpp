// Real models on real data: the accuracy that was measured independently comes out again, with no option
// given.
#include "core/data/preprocessing.h"
#include "core/measure/measure.h"
#include "core/runtime/session.h"
#include "tests/support/graphbuilder.h"

#include <QtTest>

using namespace lathe;

class TstAccuracy : public QObject {
    Q_OBJECT
private slots:
    void top1_isTheOneMeasuredIndependently_data();
    void top1_isTheOneMeasuredIndependently();
};

namespace {

constexpr double tolerance = 0.004; ///< another JPEG decoder may move single images

struct Measured {
    Metrics metrics;
    size_t samples;
};

Measured measure(const std::string &modelName, const std::string &data, size_t limit)
{
    const std::string folder = test::testData();
    const Model model = Model::load(folder + "/models/" + modelName + ".onnx");
    const std::optional<Preprocessing> preprocessing = findPreprocessing(model.path());
    if (!preprocessing)
        return {};
    const SampleSet samples =
        SampleSet::prepare(model, Dataset::open(folder + "/" + data), *preprocessing, limit);
    const Outputs outputs = runSamples(Session(model), samples);
    return {metricsOf(outputs.values, samples.labels()), samples.size()};
}

} // namespace

void TstAccuracy::top1_isTheOneMeasuredIndependently_data()
{
    QTest::addColumn<QString>("data");
    QTest::addColumn<int>("count");
    QTest::addColumn<double>("top1");
    QTest::addColumn<double>("top5"); // 0: not published
    QTest::newRow("mobilenetv2") << "imagenet-sample" << 500 << 0.8340 << 0.9580;
    QTest::newRow("squeezenet1.1") << "imagenet-sample" << 500 << 0.6260 << 0.8540;
    QTest::newRow("squeezenet_fp16") << "imagenet-sample" << 500 << 0.6240 << 0.8300;
    QTest::newRow("mobilenetv2_int8_dynamic") << "imagenet-sample" << 500 << 0.8280 << 0.9480;
    QTest::newRow("resnet20_cifar10") << "cifar10-sample" << 2000 << 0.8155 << 0.9895;
    QTest::newRow("resnet56_cifar10") << "cifar10-sample" << 2000 << 0.8315 << 0.9920;
    QTest::newRow("resnet56_cifar10 lossless") << "cifar10-lossless" << 242 << 0.9380 << 0.0;
    QTest::newRow("resnet20_cifar10 lossless") << "cifar10-lossless" << 242 << 0.9215 << 0.0;
    QTest::newRow("vit_cifar10_ibp_3_3_8") << "cifar10-sample" << 2000 << 0.6075 << 0.9580;
    QTest::newRow("vit_cifar10_ibp_3_3_8 lossless") << "cifar10-lossless" << 242 << 1.0 << 0.0;
    QTest::newRow("mnist-8") << "mnist" << 10000 << 0.9891 << 0.0;
    QTest::newRow("fashion_mnist_cnn") << "fashion-mnist" << 10000 << 0.9015 << 0.9991;
}

void TstAccuracy::top1_isTheOneMeasuredIndependently()
{
    LATHE_NEED_TEST_DATA();
    QFETCH(QString, data);
    QFETCH(int, count);
    QFETCH(double, top1);
    QFETCH(double, top5);
    const QString model = QString(QTest::currentDataTag()).section(' ', 0, 0);
    const Measured result = measure(model.toStdString(), data.toStdString(), 0);
    QCOMPARE(int(result.samples), count);
    QVERIFY(result.metrics.top1 && result.metrics.top5);
    qInfo("%s on %s: top-1 %.4f (%.4f), top-5 %.4f (%.4f), loss %.4f", qPrintable(model), qPrintable(data),
          result.metrics.top1->value, top1, result.metrics.top5->value, top5,
          result.metrics.loss ? result.metrics.loss->value : -1.0);
    QVERIFY(std::abs(result.metrics.top1->value - top1) <= tolerance);
    if (top5 > 0.0)
        QVERIFY(std::abs(result.metrics.top5->value - top5) <= tolerance);
}

QTEST_GUILESS_MAIN(TstAccuracy)
#include "tst_accuracy.moc"
