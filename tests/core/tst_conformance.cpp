// Every model of ONNX's conformance suite and of the odd ones: loaded and saved without a change of meaning,
// or refused with a clear sentence. ONNX Runtime judges the meaning, where it can run the model.
#include "core/base/error.h"
#include "core/base/fileio.h"
#include "core/model/proto.h"
#include "core/model/save.h"
#include "core/runtime/session.h"
#include "tests/support/graphbuilder.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <cstring>
#include <fstream>

using namespace lathe;
namespace fs = std::filesystem;

namespace {

const fs::path suite = "/usr/share/libonnx-testdata/data";

/// What this program refuses, and by which words.
const std::map<std::string, std::string> refusedByLathe = {
    {"mul_1.noopset.onnx", "no opset_import"},
    {"add_opset_314159.onnx", "version 314159"},
    {"test_arbitrary_external_file.onnx", "outside the model's folder"},
};

/// Odd models that are not run, and why.
const std::map<std::string, std::string> notRunOdd = {
    {"bias_softmax_fusion_bfloat16.onnx", "Could not find an implementation"},
    {"brevitas_quant_espcn.onnx", "not a registered function"},
    {"pytorch_superresolution_with_pre_post_processing_op18.onnx", "not a registered function"},
    {"silero_vad_half.onnx", "Pad reflect"}, // one sample of sound is too short for it
    {"sparse_to_dense_matmul.onnx", "no plain tensor"},
};

/// Why models of the suite are not run: no other reason is accepted.
const QStringList reasonsNotToRun = {
    "Could not find an implementation", // very old opsets and types without a kernel
    "not a registered function",        // training
    "locale",                           // en_US.UTF-8 is not on every machine
    "layout == 1",                      // recurrent networks with the batch first
    "no plain tensor",                  // sequences and optionals
    "but was given",                    // CastLike: the suite's data has another shape than its model says
};

/// Where ONNX Runtime differs from the suite: how numbers are printed, how a corner is interpolated; and of
/// the suite of 1.17 casts to 4 bits, products of int8 by floating scales, and one average pool.
const QStringList otherThanTheSuite = {"_to_STRING",
                                       "align_corners",
                                       "maxunpool_export_with_output_shape",
                                       "test_cast_FLOAT16_to_INT4",
                                       "test_cast_FLOAT16_to_UINT4",
                                       "test_cast_FLOAT_to_INT4",
                                       "test_cast_FLOAT_to_UINT4",
                                       "qlinearmatmul_2D_int8_float",
                                       "qlinearmatmul_3D_int8_float",
                                       "averagepool_3d_dilations_large_count_include_pad_is_1_ceil_mode"};

struct Tally {
    int loaded = 0;
    QStringList refused, notRun, unlike, notAsExpected;
    int run = 0, asExpected = 0;
};

QString firstLine(const char *text)
{
    return QString(text).section('\n', 0, 0);
}

onnx::TensorProto parseTensor(const fs::path &path)
{
    onnx::TensorProto tensor;
    std::ifstream in(path, std::ios::binary);
    if (!tensor.ParseFromIstream(&in))
        throw Error(ErrorCode::MalformedData, Message::verbatim(path.string() + " is no tensor."));
    return tensor;
}

void requireTensor(const ValueInfo &value)
{
    if (value.type == ElementType::Undefined)
        throw Error(ErrorCode::Unsupported, Message::verbatim(value.name + " is no plain tensor."));
}

/// The suite's tensors input_0.pb, input_1.pb, ...
std::vector<Tensor> suiteTensors(const fs::path &folder, const std::string &prefix,
                                 const std::vector<ValueInfo> &values, const Model &model)
{
    std::vector<Tensor> tensors;
    for (size_t i = 0; i < values.size(); ++i) {
        requireTensor(values[i]);
        tensors.push_back(
            readTensor(parseTensor(folder / (prefix + std::to_string(i) + ".pb")), model.content()));
        if (values[i].type == ElementType::BFloat16)
            tensors.back().type = values[i].type; // the suite stores these as uint16
    }
    return tensors;
}

/// Something harmless for each input: small random numbers, zeros where whole numbers are wanted.
std::vector<Tensor> inventedInputs(const Session &session)
{
    std::vector<Tensor> tensors;
    for (const ValueInfo &input : session.inputs()) {
        requireTensor(input);
        Shape shape = input.shape;
        std::replace(shape.begin(), shape.end(), int64_t{-1}, int64_t{1});
        if (input.type == ElementType::String) {
            tensors.push_back(
                {input.type, shape, std::vector(static_cast<size_t>(elementCount(shape) - 1), std::byte{0})});
            continue;
        }
        const std::vector<float> values = toFloats(test::randomTensor(shape, 5, 0.3F));
        tensors.push_back(isFloat(input.type) ? fromFloats(input.type, shape, values)
                                              : makeTensor(input.type, shape));
    }
    return tensors;
}

std::vector<Tensor> runWith(const Session &session, const std::vector<Tensor> &inputs)
{
    const std::vector<TensorView> feeds(inputs.begin(), inputs.end());
    return session.run(feeds);
}

bool sameBytes(const std::vector<Tensor> &a, const std::vector<Tensor> &b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Tensor &x, const Tensor &y) {
        return x.type == y.type && x.shape == y.shape && x.bytes == y.bytes;
    });
}

bool closeTo(const Tensor &actual, const Tensor &expected)
{
    if (actual.type != expected.type || actual.shape != expected.shape)
        return false;
    if (!isFloat(actual.type))
        return actual.bytes == expected.bytes;
    const std::vector<float> a = toFloats(actual), b = toFloats(expected);
    for (size_t i = 0; i < a.size(); ++i) {
        const bool equal = a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i]));
        if (!equal && !(std::abs(a[i] - b[i]) <= 1e-3F + 1e-2F * std::abs(b[i])))
            return false;
    }
    return true;
}

bool hasRandomness(const Model &model)
{
    for (const auto &[op, count] : model.operatorCounts())
        if (op.starts_with("Random") || op == "Bernoulli" || op == "Dropout" || op == "Multinomial")
            return true;
    return false;
}

/// What inspecting does.
void inspect(const Model &model)
{
    for (size_t i = 0; i < model.layers().size(); ++i) {
        const Layer &layer = model.layers()[i];
        if (layer.untouchable.empty() && model.weight(i).size() != layer.parameters)
            throw Error(ErrorCode::Internal,
                        Message::verbatim("The weight of " + layer.name + " has another size."));
    }
}

class Examiner {
public:
    explicit Examiner(Tally &tally) : m_tally(tally) {}

    void examine(const fs::path &path, const QString &name)
    {
        try {
            const Model model = Model::load(path);
            inspect(model);
            ++m_tally.loaded;
            compare(model, path, name);
        } catch (const Error &e) {
            m_tally.refused << name + ": " + firstLine(e.what());
        }
    }

private:
    /// Saves the model in one piece, and once more with its tensors in a file beside it.
    void compare(const Model &model, const fs::path &path, const QString &name)
    {
        const fs::path target = fs::path(m_folder.path().toStdString()) / "model.onnx";
        model.save(target);
        const Model saved = Model::load(target);
        saveModel(model.content(), target, 0);
        const Model divided = Model::load(target);
        if (saved.layers().size() != model.layers().size() ||
            divided.layers().size() != model.layers().size() ||
            saved.operatorCounts() != model.operatorCounts())
            m_tally.unlike << name;
        try {
            const Session before(model), after(saved), inParts(divided);
            const fs::path data = path.parent_path() / "test_data_set_0";
            const bool fromSuite = path.filename() == "model.onnx";
            const std::vector<Tensor> inputs =
                fromSuite ? suiteTensors(data, "input_", before.inputs(), model) : inventedInputs(before);
            const std::vector<Tensor> outputs = runWith(before, inputs);
            ++m_tally.run;
            if (hasRandomness(model))
                return;
            if (!sameBytes(outputs, runWith(after, inputs)) || !sameBytes(outputs, runWith(inParts, inputs)))
                m_tally.unlike << name;
            const bool plain = std::none_of(outputs.begin(), outputs.end(), [](const Tensor &tensor) {
                return tensor.type == ElementType::Undefined;
            });
            if (fromSuite && plain)
                compareWithSuite(model, outputs, data, name);
        } catch (const Error &e) {
            m_tally.notRun << name + ": " + firstLine(e.what());
        }
    }

    void compareWithSuite(const Model &model, const std::vector<Tensor> &outputs, const fs::path &data,
                          const QString &name)
    {
        const std::vector<Tensor> expected = suiteTensors(data, "output_", model.outputs(), model);
        if (std::equal(outputs.begin(), outputs.end(), expected.begin(), closeTo))
            ++m_tally.asExpected;
        else
            m_tally.notAsExpected << name;
    }

    Tally &m_tally;
    // Each of two thousand files is flushed to its disk: where there is one in memory, that takes seconds,
    // not a minute.
    QTemporaryDir m_folder{fs::is_directory("/dev/shm") ? "/dev/shm/lathe-XXXXXX"
                                                        : QDir::tempPath() + "/lathe-XXXXXX"};
};

} // namespace

class TstConformance : public QObject {
    Q_OBJECT
private slots:
    void suite_keepsItsMeaning();
    void oddModels_keepTheirMeaningOrAreRefused();
    void damagedSuite_neverCrashes();
};

void TstConformance::suite_keepsItsMeaning()
{
    if (!fs::is_directory(suite))
        QSKIP("needs the package libonnx-testdata");
    Tally tally;
    Examiner examiner(tally);
    int models = 0;
    for (const auto &entry : fs::recursive_directory_iterator(suite))
        if (entry.path().filename() == "model.onnx") {
            ++models;
            examiner.examine(entry.path(), QString::fromStdString(entry.path().parent_path().filename()));
        }
    qInfo("%d models: %d loaded, %d refused, %d run, %d with the suite's outputs, %d not run", models,
          tally.loaded, int(tally.refused.size()), tally.run, tally.asExpected, int(tally.notRun.size()));
    qInfo("not run:\n%s", qPrintable(tally.notRun.join('\n')));
    qInfo("other outputs than the suite's:\n%s", qPrintable(tally.notAsExpected.join('\n')));
    QVERIFY2(tally.refused.isEmpty(), qPrintable(tally.refused.join('\n')));
    QVERIFY2(tally.unlike.isEmpty(), qPrintable(tally.unlike.join('\n')));
    QCOMPARE(tally.loaded, models);
    for (const QString &sentence : tally.notRun)
        QVERIFY2(std::any_of(reasonsNotToRun.begin(), reasonsNotToRun.end(),
                             [&](const QString &reason) { return sentence.contains(reason); }),
                 qPrintable(sentence));
    for (const QString &name : tally.notAsExpected)
        QVERIFY2(std::any_of(otherThanTheSuite.begin(), otherThanTheSuite.end(),
                             [&](const QString &part) { return name.contains(part); }),
                 qPrintable(name));
    QVERIFY(tally.run * 100 >= models * 90);
    QVERIFY(tally.asExpected * 100 >= tally.run * 95);
}

void TstConformance::oddModels_keepTheirMeaningOrAreRefused()
{
    LATHE_NEED_TEST_DATA();
    Tally tally;
    Examiner examiner(tally);
    for (const auto &entry : fs::directory_iterator(fs::path(test::testData()) / "odd-models"))
        if (entry.path().extension() == ".onnx")
            examiner.examine(entry.path(), QString::fromStdString(entry.path().filename()));
    qInfo("%d loaded, %d refused, %d run", tally.loaded, int(tally.refused.size()), tally.run);
    qInfo("refused:\n%s\nnot run:\n%s", qPrintable(tally.refused.join('\n')),
          qPrintable(tally.notRun.join('\n')));
    QVERIFY2(tally.unlike.isEmpty(), qPrintable(tally.unlike.join('\n')));
    QCOMPARE(size_t(tally.refused.size()), refusedByLathe.size());
    for (const QString &sentence : tally.refused) {
        const auto expected = refusedByLathe.find(sentence.section(':', 0, 0).toStdString());
        QVERIFY2(expected != refusedByLathe.end(), qPrintable(sentence));
        QVERIFY2(sentence.contains(QString::fromStdString(expected->second)), qPrintable(sentence));
        QVERIFY2(sentence.count(QString::fromStdString(expected->first)) >= 2,
                 qPrintable(sentence)); // the file is named
    }
    QCOMPARE(size_t(tally.notRun.size()), notRunOdd.size());
    for (const auto &[name, reason] : notRunOdd)
        QCOMPARE(
            tally.notRun.filter(QString::fromStdString(name)).filter(QString::fromStdString(reason)).size(),
            1);
}

void TstConformance::damagedSuite_neverCrashes()
{
    if (!fs::is_directory(suite))
        QSKIP("needs the package libonnx-testdata");
    std::mt19937 random(11);
    int loaded = 0, refused = 0;
    for (const auto &entry : fs::recursive_directory_iterator(suite)) {
        if (entry.path().filename() != "model.onnx" || entry.file_size() > 100000)
            continue;
        const std::string bytes = readFile(entry.path());
        for (int i = 0; i < 8; ++i) {
            std::string damaged = bytes;
            for (unsigned flips = 1 + random() % 2; flips > 0; --flips)
                damaged[random() % damaged.size()] = static_cast<char>(random());
            try {
                inspect(Model::parse(damaged));
                ++loaded;
            } catch (const Error &e) {
                QVERIFY2(e.code() == ErrorCode::MalformedModel, e.what());
                ++refused;
            }
        }
    }
    qInfo("%d loaded, %d refused", loaded, refused);
    QVERIFY(loaded > 0 && refused > 0);
}

QTEST_GUILESS_MAIN(TstConformance)
#include "tst_conformance.moc"
