#include "ui/base/shortnames.h"

#include "core/model/model.h"
#include "tests/support/graphbuilder.h"

#include <QSet>
#include <QTest>

using namespace lathe;
using ui::elidedName;
using ui::elidedNames;
using ui::fittingForm;
using ui::nameForms;
using ui::shortNames;

class TstShortNames : public QObject {
    Q_OBJECT
private slots:
    void names_areShortenedByMeaning_data();
    void names_areShortenedByMeaning();
    void realModels_data();
    void realModels();
    void manyNames_stayDistinct();
    void forms_cutCommonWordsFirst_data();
    void forms_cutCommonWordsFirst();
    void forms_areOfOneNameOnly();
    void narrowColumn_tellsLayersApart_data();
    void narrowColumn_tellsLayersApart();
    void elision_keepsBeginningAndEnd();
    void elision_keepsNamesApart();

private:
    static QStringList layersOf(const QString &model);
    static bool distinct(const QStringList &names)
    {
        return QSet<QString>(names.begin(), names.end()).size() == names.size();
    }
};

void TstShortNames::names_areShortenedByMeaning_data()
{
    QTest::addColumn<QStringList>("names");
    QTest::addColumn<QStringList>("expected");
    QTest::newRow("none") << QStringList{} << QStringList{};
    QTest::newRow("one") << QStringList{"model_conv1_fwd"} << QStringList{"model_conv1_fwd"};
    QTest::newRow("the same twice") << QStringList{"m_conv", "m_conv"} << QStringList{"m_conv", "m_conv"};
    QTest::newRow("both ends") << QStringList{"net0_conv1_fwd", "net0_conv12_fwd"}
                               << QStringList{"conv1", "conv12"};
    QTest::newRow("whole words") << QStringList{"encoder", "encoding"} << QStringList{"encoder", "encoding"};
    QTest::newRow("no bare numbers") << QStringList{"Conv_42", "Conv_45"}
                                     << QStringList{"Conv_42", "Conv_45"};
    QTest::newRow("the kind of number")
        << QStringList{"layer.0.weight", "layer.1.weight"} << QStringList{"layer.0", "layer.1"};
    QTest::newRow("one is the beginning of another")
        << QStringList{"model/conv", "model/conv/bias"} << QStringList{"conv", "conv/bias"};
    QTest::newRow("nothing in common")
        << QStringList{"conv_0", "classifier"} << QStringList{"conv_0", "classifier"};
    QTest::newRow("said again by the next word")
        << QStringList{"/1/1.0/1.0.0/attention/query", "/1/1.0/1.0.0/attention/key", "/2/2.1/Gemm"}
        << QStringList{"1.0.0/query", "1.0.0/key", "2.1/Gemm"};
    QTest::newRow("said by most, but needed")
        << QStringList{"very/long/backbone/conv", "very/long/backbone/conv/conv", "head"}
        << QStringList{"very/long/conv", "very/long/conv/conv", "head"};
    QTest::newRow("variants") << QStringList{"8 bits", "4 bits", "50 % pruned, 4 bits"}
                              << QStringList{"8 bits", "4 bits", "50 % pruned, 4 bits"};
    QTest::newRow("one layer in all variants")
        << QStringList{"fc1: 8 bits", "fc1: 4 bits"} << QStringList{"8 bits", "4 bits"};
    QTest::newRow("variants pruned alike")
        << QStringList{"50 % pruned, 8 bits", "50 % pruned, 4 bits"} << QStringList{"8 bits", "4 bits"};
    QTest::newRow("variants pruned further and further")
        << QStringList{"30 % pruned, 4 bits", "50 % pruned, 4 bits"}
        << QStringList{"30 % pruned", "50 % pruned"};
    QTest::newRow("Chinese variants") << QStringList{QStringLiteral("fc1：8 位"), QStringLiteral("fc1：4 位")}
                                      << QStringList{QStringLiteral("8 位"), QStringLiteral("4 位")};
    QTest::newRow("files") << QStringList{"squeezenet1.1_int8.onnx", "squeezenet1.1_fp16.onnx"}
                           << QStringList{"int8", "fp16"};
    QTest::newRow("Chinese") << QStringList{QStringLiteral("模型_八位_基准"),
                                            QStringLiteral("模型_四位_基准")}
                             << QStringList{QStringLiteral("八位"), QStringLiteral("四位")};
}

void TstShortNames::names_areShortenedByMeaning()
{
    QFETCH(QStringList, names);
    QFETCH(QStringList, expected);
    QCOMPARE(shortNames(names), expected);
}

void TstShortNames::realModels_data()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<int>("layers");
    QTest::addColumn<QString>("first");
    QTest::addColumn<QString>("last");
    QTest::newRow("squeezenet1.1") << "models/squeezenet1.1.onnx" << 26 << "conv0"
                                   << "conv25";
    QTest::newRow("mobilenetv2") << "models/mobilenetv2.onnx" << 53 << "conv_0"
                                 << "classifier";
    QTest::newRow("resnet56") << "models/resnet56_cifar10.onnx" << 56 << "conv1"
                              << "linear";
    QTest::newRow("yolox_nano") << "odd-models/yolox_nano.onnx" << 0 << "Conv_42"
                                << "Conv_395";
    QTest::newRow("vit") << "models/vit_cifar10_ibp_3_3_8.onnx" << 0 << "0/projection/Conv"
                         << "2.2/Gemm";
}

QStringList TstShortNames::layersOf(const QString &model)
{
    QStringList names;
    const Model opened = Model::load(test::testData() + '/' + model.toStdString());
    for (const Layer &layer : opened.layers())
        names << QString::fromStdString(layer.name);
    return names;
}

void TstShortNames::realModels()
{
    LATHE_NEED_TEST_DATA();
    QFETCH(QString, model);
    QFETCH(int, layers);
    const QStringList names = layersOf(model);
    const QStringList found = shortNames(names);
    QCOMPARE(found.size(), names.size());
    QVERIFY(layers == 0 || found.size() == layers);
    QVERIFY(distinct(found));
    QTEST(found.first(), "first");
    QTEST(found.last(), "last");
    for (qsizetype i = 0; i < found.size(); ++i)
        QVERIFY2(found[i].size() <= 20 && found[i].size() <= names[i].size(), qPrintable(found[i]));
}

void TstShortNames::manyNames_stayDistinct()
{
    QStringList names;
    for (int i = 0; i < 10000; ++i)
        names << QStringLiteral("/model/stage%1/stage%1.%2/conv/Conv").arg(i / 100).arg(i % 100);
    const QStringList found = shortNames(names);
    QVERIFY(distinct(found));
    QCOMPARE(found.last(), QStringLiteral("stage99/stage99.99"));
}

void TstShortNames::forms_cutCommonWordsFirst_data()
{
    QTest::addColumn<QStringList>("names");
    QTest::addColumn<QStringList>("first");
    QTest::newRow("ResNet") << QStringList{"layer1.0.conv2", "layer1.1.conv1", "layer2.0.conv1", "linear"}
                            << QStringList{"layer1.0.conv2", "l1.0.conv2", "1.0.conv2", "1.0.c2"};
    QTest::newRow("two containers") << QStringList{"stage3.block12.conv2", "stage3.block1.conv1",
                                                   "stage1.block12.conv2"}
                                    << QStringList{"stage3.block12.conv2", "s3.block12.conv2", "s3.b12.conv2",
                                                   "3.b12.conv2",          "3.12.conv2",       "3.12.c2"};
    QTest::newRow("one word") << QStringList{"Conv_42", "Conv_45"} << QStringList{"Conv_42", "C_42"};
    QTest::newRow("nothing in common") << QStringList{"encoder", "head"} << QStringList{"encoder"};
    QTest::newRow("one") << QStringList{"layer1.0.conv2"} << QStringList{"layer1.0.conv2"};
}

void TstShortNames::forms_cutCommonWordsFirst()
{
    QFETCH(QStringList, names);
    QCOMPARE(nameForms(names).size(), names.size());
    QTEST(nameForms(names).first(), "first");
    QVERIFY(nameForms({}).isEmpty());
}

void TstShortNames::forms_areOfOneNameOnly()
{
    const QStringList names{"layer1.conv", "layer2.conv", "l1.conv", "layer3.conv", "layer3.conv"};
    QHash<QString, QString> owners;
    const QVector<QStringList> forms = nameForms(names);
    for (qsizetype i = 0; i < names.size(); ++i)
        for (const QString &form : forms[i]) {
            QVERIFY2(owners.value(form, names[i]) == names[i], qPrintable(form));
            owners.insert(form, names[i]);
        }
}

void TstShortNames::narrowColumn_tellsLayersApart_data()
{
    QTest::addColumn<QString>("model");
    for (const char *model : {"models/resnet56_cifar10.onnx", "models/mobilenetv2.onnx",
                              "models/squeezenet1.1.onnx", "odd-models/yolox_nano.onnx"})
        QTest::newRow(model) << QString(model);
}

void TstShortNames::narrowColumn_tellsLayersApart()
{
    LATHE_NEED_TEST_DATA();
    QFETCH(QString, model);
    const QFontMetrics metrics(QFont{});
    const int width = metrics.averageCharWidth() * 9; // as at 960 x 640
    QStringList shown;
    for (const QStringList &forms : nameForms(layersOf(model)))
        shown << fittingForm(forms, metrics, width);
    QVERIFY(distinct(shown));
    for (const QString &name : std::as_const(shown))
        QVERIFY2(metrics.horizontalAdvance(name) <= width, qPrintable(name));
}

void TstShortNames::elision_keepsBeginningAndEnd()
{
    const QFontMetrics metrics(QFont{});
    const QString name = QStringLiteral("backbone.stage3.block12.conv2");
    QCOMPARE(elidedName(name, metrics, metrics.horizontalAdvance(name)), name);
    for (int width = metrics.horizontalAdvance(name) - 1; width > 0; width -= 7) {
        const QString shown = elidedName(name, metrics, width);
        QVERIFY(shown.isEmpty() || metrics.horizontalAdvance(shown) <= width);
        if (width > metrics.averageCharWidth() * 12) {
            QVERIFY2(shown.startsWith(QLatin1String("ba")), qPrintable(shown));
            QVERIFY2(shown.endsWith(QLatin1String("conv2")), qPrintable(shown));
            QCOMPARE(shown.count(QChar(0x2026)), 1);
        }
    }
}

void TstShortNames::elision_keepsNamesApart()
{
    const QFontMetrics metrics(QFont{});
    const int width = metrics.averageCharWidth() * 14;
    const auto apart = [&](const QStringList &names) {
        const QStringList shown = elidedNames(names, metrics, width);
        return distinct(shown) && std::ranges::all_of(shown, [&](const QString &text) {
                   return metrics.horizontalAdvance(text) <= width;
               });
    };
    QVERIFY(apart({"pruned by a third, 8 bits", "pruned by a third, 4 bits"}));
    QVERIFY(apart({"8 bits, pruned by a third", "4 bits, pruned by a third"}));
    QVERIFY(apart({"8 bits", "8 bits, pruned by a third"}));
    QVERIFY(apart({"one eighth everywhere at 4 bits", "one half everywhere at 4 bits"}));
    QVERIFY(elidedNames({}, metrics, width).isEmpty());
}

QTEST_MAIN(TstShortNames)
#include "tst_shortnames.moc"
