#include "core/base/error.h"
#include "core/data/samples.h"
#include "tests/support/graphbuilder.h"
#include "tests/support/messageof.h"
#include "tests/support/samplefiles.h"

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <set>

using namespace lathe;
using lathe::test::messageOf;

namespace {

class Folder {
public:
    std::filesystem::path path() const { return m_folder.path().toStdString(); }
    Dataset open(const std::string &json) const
    {
        test::writeText(path() / "dataset.json", json);
        return Dataset::open(path().string());
    }

private:
    QTemporaryDir m_folder;
};

Model modelWith(const std::vector<std::pair<std::string, Shape>> &inputs,
                ElementType type = ElementType::Float32, const Shape &output = {})
{
    test::GraphBuilder builder;
    std::vector<std::string> names;
    for (const auto &[name, shape] : inputs) {
        builder.input(name, shape, type);
        names.push_back(name);
    }
    builder.output("y", output, type).node("Identity", {names.front()}, {"y"});
    return builder.build();
}

/// `count` pictures of 2 x 2 grey pixels, all of value i; labels sorted by class: 0 0 .. 1 1 .. 9.
Dataset pictures(const Folder &folder, int count)
{
    Tensor images = makeTensor(ElementType::UInt8, {count, 2, 2});
    Tensor labels = makeTensor(ElementType::UInt8, {count});
    for (int i = 0; i < count; ++i) {
        std::fill_n(images.bytes.begin() + 4 * i, 4, static_cast<std::byte>(i));
        labels.bytes[size_t(i)] = static_cast<std::byte>(i * 10 / count);
    }
    test::writeText(folder.path() / "x", test::idxBytes(images));
    test::writeText(folder.path() / "y", test::idxBytes(labels));
    return folder.open(R"({"format": "idx", "images": "x", "labels": "y"})");
}

Preprocessing raw()
{
    return preprocessingPreset("raw");
}

} // namespace

class TstSamples : public QObject {
    Q_OBJECT
private slots:
    void images_comeInTheInputsOwnType_data();
    void images_comeInTheInputsOwnType();
    void images_areFlattenedWhereTheCountFits_data();
    void images_areFlattenedWhereTheCountFits();
    void images_ofAnotherCountAreRefused();
    void order_isTheFilesWithoutLimit();
    void limit_spreadsEvenlyAndMixesClasses();
    void batch_isAPartOfTheTensors();
    void contentHash_tellsSetsApart();
    void arrays_fillInputsByName();
    void arrays_areConvertedToTheInputsType_data();
    void arrays_areConvertedToTheInputsType();
    void singleArray_fillsTheSingleInput();
    void fault_isNamed_data();
    void fault_isNamed();
    void labelsBeyondTheModelsClasses_areRefused_data();
    void labelsBeyondTheModelsClasses_areRefused();
    void tooMuchMemory_saysHowManyFit();
    void imageOfAnotherSize_isNamed();
    void cancelled_stops();
    void progress_risesToOne();
};

void TstSamples::images_comeInTheInputsOwnType_data()
{
    QTest::addColumn<int>("type");
    for (const ElementType type :
         {ElementType::Float32, ElementType::Float16, ElementType::Float64, ElementType::UInt8})
        QTest::newRow(elementTypeName(type).c_str()) << int(type);
}

void TstSamples::images_comeInTheInputsOwnType()
{
    QFETCH(int, type);
    const Folder folder;
    const Dataset dataset = pictures(folder, 20);
    const Model model = modelWith({{"x", {-1, 1, 2, 2}}}, ElementType(type));
    const SampleSet samples = SampleSet::prepare(model, dataset, raw(), 0);
    const Tensor &tensor = samples.tensors().at(0);
    QCOMPARE(int(tensor.type), type);
    QCOMPARE(tensor.shape, (Shape{20, 1, 2, 2}));
    const std::vector<float> values = toFloats(tensor);
    for (size_t i = 0; i < values.size(); ++i)
        QCOMPARE(values[i], float(i / 4));
    QCOMPARE(samples.labels().at(19), 9);
    QVERIFY(samples.description().text().starts_with("20 samples of "));
}

void TstSamples::images_areFlattenedWhereTheCountFits_data()
{
    QTest::addColumn<QVector<qint64>>("shape");
    QTest::newRow("a row") << QVector<qint64>{-1, 4};
    QTest::newRow("a column") << QVector<qint64>{1, 4, 1};
    QTest::newRow("no channels") << QVector<qint64>{-1, 2, 2};
}

void TstSamples::images_areFlattenedWhereTheCountFits()
{
    QFETCH(QVector<qint64>, shape);
    const Folder folder;
    const Model model = modelWith({{"x", {shape.begin(), shape.end()}}});
    // Grey, because so many values as a square has are.
    const Preprocessing guessed = guessPreprocessing(model.inputs().front());
    QCOMPARE(guessed.channels, Preprocessing::Channels::Gray);
    QCOMPARE(guessed.resizeWidth, 2);
    const SampleSet samples = SampleSet::prepare(model, pictures(folder, 20), raw(), 0);
    Shape wanted(shape.begin(), shape.end());
    wanted[0] = 20;
    QCOMPARE(samples.tensors().at(0).shape, wanted);
    const std::vector<float> values = toFloats(samples.tensors().at(0));
    for (size_t i = 0; i < values.size(); ++i)
        QCOMPARE(values[i], float(i / 4));
    const QString said = QString::fromStdString(samples.description().text());
    QVERIFY2(said.startsWith("20 samples of ") && said.contains(", flattened to ["), qPrintable(said));
}

void TstSamples::images_ofAnotherCountAreRefused()
{
    const Folder folder;
    const QString message = messageOf([&] {
        SampleSet::prepare(modelWith({{"x", {-1, 9}}}), pictures(folder, 20), raw(), 0);
    });
    QVERIFY2(message.contains("4 values") && message.contains("9 values"), qPrintable(message));
}

void TstSamples::order_isTheFilesWithoutLimit()
{
    const Folder folder;
    const Dataset dataset = pictures(folder, 20);
    for (const size_t limit : {0, 20, 99}) {
        const SampleSet samples =
            SampleSet::prepare(modelWith({{"x", {-1, 1, 2, 2}}}), dataset, raw(), limit);
        QCOMPARE(samples.size(), size_t(20));
        for (size_t i = 0; i < 20; ++i)
            QCOMPARE(samples.datasetIndices()[i], i);
    }
}

void TstSamples::limit_spreadsEvenlyAndMixesClasses()
{
    const Folder folder;
    const Dataset dataset = pictures(folder, 200);
    const Model model = modelWith({{"x", {-1, 1, 2, 2}}});
    const SampleSet samples = SampleSet::prepare(model, dataset, raw(), 50);
    QCOMPARE(samples.size(), size_t(50));
    std::map<int, int> perClass;
    for (const int label : samples.labels())
        ++perClass[label];
    for (int c = 0; c < 10; ++c)
        QCOMPARE(perClass[c], 5);
    const std::set<int> early(samples.labels().begin(), samples.labels().begin() + 20);
    QVERIFY2(early.size() >= 7,
             qPrintable(QString::number(early.size()))); // the set itself is sorted by class
    for (size_t i = 0; i < 50; ++i) {
        const size_t index = samples.datasetIndices()[i];
        QCOMPARE(samples.labels()[i], dataset.label(index));
        QCOMPARE(toFloats(samples.tensors()[0])[i * 4], float(index));
    }
    QCOMPARE(SampleSet::prepare(model, dataset, raw(), 50).datasetIndices(), samples.datasetIndices());
}

void TstSamples::batch_isAPartOfTheTensors()
{
    const Folder folder;
    const SampleSet samples =
        SampleSet::prepare(modelWith({{"x", {-1, 1, 2, 2}}}), pictures(folder, 20), raw(), 0);
    const std::vector<Tensor> batch = samples.batch(7, 2);
    QCOMPARE(batch.at(0).shape, (Shape{2, 1, 2, 2}));
    QCOMPARE(toFloats(batch[0]), (std::vector<float>{7, 7, 7, 7, 8, 8, 8, 8}));
    QVERIFY_EXCEPTION_THROWN(samples.batch(19, 2), Error);
}

void TstSamples::contentHash_tellsSetsApart()
{
    const Folder folder;
    const Dataset dataset = pictures(folder, 20);
    const Model model = modelWith({{"x", {-1, 1, 2, 2}}});
    const std::string hash = SampleSet::prepare(model, dataset, raw(), 0).contentHash();
    QCOMPARE(hash.size(), size_t(64));
    QCOMPARE(SampleSet::prepare(model, dataset, raw(), 0).contentHash(), hash);
    QVERIFY(SampleSet::prepare(model, dataset, raw(), 10).contentHash() != hash);
    QVERIFY(SampleSet::prepare(model, dataset, preprocessingPreset("unit"), 0).contentHash() != hash);
}

void TstSamples::arrays_fillInputsByName()
{
    const Folder folder;
    const Tensor a = test::randomTensor({6, 3}, 1), b = test::randomTensor({6, 2, 2}, 2);
    test::writeNpz(folder.path() / "d.npz", {{"second", b}, {"unused", a}, {"first", a}});
    const Dataset dataset = folder.open(R"({"format": "numpy", "inputs": "d.npz"})");
    const Model model = modelWith({{"first", {-1, 3}}, {"second", {-1, 2, 2}}});
    const SampleSet all = SampleSet::prepare(model, dataset, {}, 0);
    QCOMPARE(all.tensors().at(0).bytes, a.bytes);
    QCOMPARE(all.tensors().at(1).bytes, b.bytes);
    QVERIFY(!all.hasLabels());
    const SampleSet some = SampleSet::prepare(model, dataset, {}, 3);
    for (size_t i = 0; i < 3; ++i)
        for (size_t v = 0; v < 3; ++v)
            QCOMPARE(some.tensors()[0].as<float>()[i * 3 + v],
                     a.as<float>()[some.datasetIndices()[i] * 3 + v]);
}

void TstSamples::arrays_areConvertedToTheInputsType_data()
{
    QTest::addColumn<int>("from");
    QTest::addColumn<int>("to");
    QTest::addColumn<bool>("possible");
    const auto row = [](ElementType from, ElementType to, bool possible) {
        QTest::newRow((elementTypeName(from) + " to " + elementTypeName(to)).c_str())
            << int(from) << int(to) << possible;
    };
    row(ElementType::Float64, ElementType::Float32, true);
    row(ElementType::Float32, ElementType::Float16, true);
    row(ElementType::UInt8, ElementType::Float32, true);
    row(ElementType::Int64, ElementType::Int32, true);
    row(ElementType::Int32, ElementType::Int64, true);
    row(ElementType::Int64, ElementType::UInt8, true);
    row(ElementType::Float32, ElementType::Int64, false);
    row(ElementType::Bool, ElementType::Bool, true);
    row(ElementType::Int32, ElementType::Bool, false);
}

void TstSamples::arrays_areConvertedToTheInputsType()
{
    QFETCH(int, from);
    QFETCH(int, to);
    QFETCH(bool, possible);
    const Folder folder;
    Tensor array = makeTensor(ElementType(from), {4, 2});
    const size_t width = array.bytes.size() / 8;
    if (isFloat(array.type))
        array = fromFloats(array.type, array.shape, std::vector<float>{0, 1, 0, 1, 1, 0, 1, 0});
    else
        for (const size_t one : {1, 3, 4, 6})
            array.bytes[one * width] = std::byte{1};
    test::writeNpy(folder.path() / "x.npy", array);
    const Dataset dataset = folder.open(R"({"format": "numpy", "inputs": "x.npy"})");
    const Model model = modelWith({{"x", {-1, 2}}}, ElementType(to));
    if (!possible) {
        QVERIFY(messageOf([&] { SampleSet::prepare(model, dataset, {}, 0); }).contains("\"x\""));
        return;
    }
    const SampleSet samples = SampleSet::prepare(model, dataset, {}, 0);
    QCOMPARE(int(samples.tensors()[0].type), to);
    QCOMPARE(toFloats(samples.tensors()[0]), (std::vector<float>{0, 1, 0, 1, 1, 0, 1, 0}));
}

void TstSamples::singleArray_fillsTheSingleInput()
{
    const Folder folder;
    test::writeNpz(folder.path() / "d.npz", {{"arr_0", test::randomTensor({6, 3}, 1)}});
    const Dataset dataset = folder.open(R"({"format": "numpy", "inputs": "d.npz"})");
    QCOMPARE(SampleSet::prepare(modelWith({{"whatever", {1, 3}}}), dataset, {}, 0).size(), size_t(6));
}

void TstSamples::fault_isNamed_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<int>("inputs");
    QTest::addColumn<QString>("shape");
    QTest::addColumn<int>("type");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("word");
    const int f = int(ElementType::Float32), data = int(ErrorCode::MalformedData),
              unsupported = int(ErrorCode::Unsupported);
    const QString npy = R"({"format": "numpy", "inputs": "x.npy"})",
                  idx = R"({"format": "idx", "images": "i"})";
    QTest::newRow("array of another shape") << npy << 1 << "-1,4" << f << data << "[3] for each sample";
    QTest::newRow("array of another rank") << npy << 1 << "-1,3,1" << f << data << "[?, 3, 1]";
    QTest::newRow("two inputs, one array") << npy << 2 << "-1,3" << f << unsupported << "\"x0\"";
    QTest::newRow("strings") << npy << 1 << "-1,3" << int(ElementType::String) << unsupported << "string";
    QTest::newRow("images for two inputs") << idx << 2 << "-1,1,2,2" << f << unsupported << "2 inputs";
    QTest::newRow("images for a vector") << idx << 1 << "-1,-1" << f << unsupported << "[?, ?]";
    QTest::newRow("images for a longer vector") << idx << 1 << "-1,9" << f << data << "4 values";
    QTest::newRow("images for integers")
        << idx << 1 << "-1,1,2,2" << int(ElementType::Int64) << unsupported << "int64";
    QTest::newRow("images of another size") << idx << 1 << "-1,1,9,9" << f << data << "[1, 2, 2]";
}

void TstSamples::fault_isNamed()
{
    QFETCH(QString, json);
    QFETCH(int, inputs);
    QFETCH(QString, shape);
    QFETCH(int, type);
    QFETCH(int, code);
    QFETCH(QString, word);
    const Folder folder;
    test::writeNpy(folder.path() / "x.npy", test::randomTensor({6, 3}, 1));
    test::writeText(folder.path() / "i", test::idxBytes(makeTensor(ElementType::UInt8, {6, 2, 2})));
    Shape dims;
    for (const QString &d : shape.split(',', Qt::SkipEmptyParts))
        dims.push_back(d.toInt());
    std::vector<std::pair<std::string, Shape>> list;
    for (int i = 0; i < inputs; ++i)
        list.emplace_back("x" + std::to_string(i), dims);
    const Dataset dataset = folder.open(json.toStdString());
    ErrorCode found = ErrorCode::Internal;
    const Model model = modelWith(list, ElementType(type));
    const QString message = messageOf([&] { SampleSet::prepare(model, dataset, raw(), 0); }, &found);
    QVERIFY2(message.contains(word) && !message.contains('\n'), qPrintable(message));
    QVERIFY2(int(found) == code, qPrintable(message));
}

void TstSamples::labelsBeyondTheModelsClasses_areRefused_data()
{
    QTest::addColumn<QVector<qint64>>("output");
    QTest::addColumn<bool>("refused");
    QTest::newRow("enough classes") << QVector<qint64>{-1, 10} << false;
    QTest::newRow("too few") << QVector<qint64>{-1, 9} << true;
    QTest::newRow("with empty axes behind") << QVector<qint64>{1, 10, 1, 1} << false;
    QTest::newRow("unknown") << QVector<qint64>{-1, -1} << false;
    QTest::newRow("not declared") << QVector<qint64>{} << false;
}

void TstSamples::labelsBeyondTheModelsClasses_areRefused()
{
    QFETCH(QVector<qint64>, output);
    QFETCH(bool, refused);
    const Folder folder;
    const Dataset dataset = pictures(folder, 20);
    Tensor shape = makeTensor(ElementType::Int64, {output.size()});
    std::ranges::copy(output, shape.as<int64_t>().begin());
    test::GraphBuilder builder;
    builder.input("x", {-1, 1, 2, 2}).output("y", {output.begin(), output.end()}).constant("shape", shape);
    const Model model = builder.node("Reshape", {"x", "shape"}, {"y"}).build();
    ErrorCode code = ErrorCode::Internal;
    const QString message = messageOf([&] { SampleSet::prepare(model, dataset, raw(), 0); }, &code);
    QCOMPARE(!message.isEmpty(), refused);
    if (refused) {
        QCOMPARE(code, ErrorCode::MalformedData);
        QVERIFY2(message.contains("#18") && message.contains("class index 9") &&
                     message.contains("9 classes"),
                 qPrintable(message));
    }
}

void TstSamples::tooMuchMemory_saysHowManyFit()
{
    const Folder folder;
    const Dataset dataset = pictures(folder, 20);
    ErrorCode code = ErrorCode::Internal;
    const Model model = modelWith({{"x", {-1, 1, 2, 2}}});
    const QString message = messageOf([&] { SampleSet::prepare(model, dataset, raw(), 0, {}, 100); }, &code);
    QCOMPARE(code, ErrorCode::OutOfMemory);
    QVERIFY2(message.contains("; 6 samples fit"), qPrintable(message)); // 16 bytes each
    QCOMPARE(SampleSet::prepare(model, dataset, raw(), 6, {}, 100).size(), size_t(6));
}

void TstSamples::imageOfAnotherSize_isNamed()
{
    const Folder folder;
    test::writePgm(folder.path() / "a.pgm", 2, 2, {1, 2, 3, 4});
    test::writePgm(folder.path() / "odd.pgm", 3, 1, {1, 2, 3});
    const Model model = modelWith({{"x", {-1, 1, -1, -1}}});
    const QString message =
        messageOf([&] { SampleSet::prepare(model, Dataset::open(folder.path().string()), raw(), 0); });
    QVERIFY2(message.startsWith("odd.pgm: ") && message.contains("[1, 1, 3]"), qPrintable(message));
}

void TstSamples::cancelled_stops()
{
    const Folder folder;
    const Dataset dataset = pictures(folder, 200);
    std::stop_source stop;
    JobContext ctx;
    ctx.stop = stop.get_token();
    ctx.onProgress = [&stop](const Progress &p) {
        if (p.fraction > 0.2)
            stop.request_stop();
    };
    QVERIFY_EXCEPTION_THROWN(SampleSet::prepare(modelWith({{"x", {-1, 1, 2, 2}}}), dataset, raw(), 0, ctx),
                             Cancelled);
}

void TstSamples::progress_risesToOne()
{
    const Folder folder;
    std::vector<double> fractions;
    JobContext ctx;
    ctx.threads = 4;
    ctx.onProgress = [&fractions](const Progress &p) { fractions.push_back(p.fraction); };
    SampleSet::prepare(modelWith({{"x", {-1, 1, 2, 2}}}), pictures(folder, 250), raw(), 0, ctx);
    QVERIFY(std::ranges::is_sorted(fractions) && fractions.size() <= 100);
    QCOMPARE(fractions.back(), 1.0);
}

QTEST_GUILESS_MAIN(TstSamples)
#include "tst_samples.moc"
