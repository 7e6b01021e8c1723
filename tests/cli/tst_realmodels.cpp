// Real trained models on real labelled images: known accuracy is met, and 8-bit weights keep it.
#include "tests/cli/program.h"
#include "tests/support/graphbuilder.h"

using namespace lathe::test;

/// Another JPEG decoder may move single images.
constexpr double decoderTolerance = 0.004 + 1e-9;

class TstRealModels : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { LATHE_NEED_TEST_DATA(); }
    void evaluate_givesTheKnownAccuracy_data();
    void evaluate_givesTheKnownAccuracy();
    void eightBits_loseAtMostOnePoint_data();
    void eightBits_loseAtMostOnePoint();

private:
    QString model(const QString &name) const
    {
        return QString::fromStdString(testData()) + "/models/" + name + ".onnx";
    }
    QString data(const QString &name) const { return QString::fromStdString(testData()) + "/" + name; }
};

void TstRealModels::evaluate_givesTheKnownAccuracy_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("images");
    QTest::addColumn<double>("top1");
    const auto row = [](const char *name, const char *images, double top1) {
        QTest::addRow("%s on %s", name, images) << name << images << top1;
    };
    row("mobilenetv2_int8_dynamic", "imagenet-sample", 0.8280);
    row("resnet20_cifar10", "cifar10-lossless", 0.9215);
    row("resnet56_cifar10", "cifar10-lossless", 0.9380);
}

void TstRealModels::evaluate_givesTheKnownAccuracy()
{
    QFETCH(QString, name);
    QFETCH(QString, images);
    QFETCH(double, top1);
    const Run run = runLathe({"evaluate", model(name), "--data", data(images), "--json"});
    LATHE_EXPECT_EXIT(run, 0);
    QVERIFY2(std::abs(number(run.json(), "top1") - top1) <= decoderTolerance, run.out);
    QCOMPARE(run.json()["preprocessing"]["origin"].toString(), QString("beside_model"));
}

void TstRealModels::eightBits_loseAtMostOnePoint_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("images");
    QTest::addColumn<double>("top1"); ///< on all samples; 0: not all of them are used here
    QTest::addColumn<double>("allowed");
    const auto row = [](const char *name, const char *images, double top1, double allowed = 0.01) {
        QTest::addRow("%s on %s", name, images) << name << images << top1 << allowed;
    };
    row("mobilenetv2", "imagenet-sample", 0.8340, 0.004); // 2 of 500
    row("squeezenet1.1", "imagenet-sample", 0.6260);
    row("squeezenet_fp16", "imagenet-sample", 0.6240);
    row("mobilenetv2_int8_dynamic", "imagenet-sample", 0.0); // slow
    row("resnet20_cifar10", "cifar10-sample", 0.8155);
    row("resnet56_cifar10", "cifar10-sample", 0.8315);
    row("vit_cifar10_ibp_3_3_8", "cifar10-sample", 0.6075);
    row("mnist-8", "mnist", 0.9891);
    row("fashion_mnist_cnn", "fashion-mnist", 0.9015);
}

void TstRealModels::eightBits_loseAtMostOnePoint()
{
    QFETCH(QString, name);
    QFETCH(QString, images);
    QFETCH(double, top1);
    QFETCH(double, allowed);
    const QTemporaryDir folder;
    QStringList arguments{"compress", model(name),  "--set", "*:bits=8",
                          "--data",   data(images), "-o",    folder.filePath("q8.onnx"),
                          "--json"};
    if (top1 == 0.0)
        arguments += {"--limit", "100"};
    const Run run = runLathe(arguments);
    LATHE_EXPECT_EXIT(run, 0);
    const QJsonObject result = run.json();
    if (top1 > 0.0)
        QVERIFY2(std::abs(result["measured"]["baseline"]["top1"].toDouble() - top1) <= decoderTolerance,
                 run.out);
    QVERIFY2(result["measured"]["comparison"]["top1_difference"].toDouble(-1.0) >= -allowed - 1e-9, run.out);
    QVERIFY2(result["certificate"]["passed"].toBool(), run.out);
    QVERIFY2(number(result, "ratio") > 0.99, run.out);
}

QTEST_GUILESS_MAIN(TstRealModels)
#include "tst_realmodels.moc"
