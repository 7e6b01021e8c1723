#include "core/base/fileio.h"
#include "core/certify/certificate.h"
#include "core/exporting/metadata.h"
#include "core/model/proto.h"
#include "core/onnx/graphindex.h"
#include "tests/support/damage.h"
#include "tests/support/exportcases.h"
#include "tests/support/fakecalibration.h"
#include "tests/support/modelruns.h"

#include <QTemporaryDir>
#include <QTest>

using namespace lathe;
using namespace lathe::test;

Q_DECLARE_METATYPE(Storage)

namespace {

using Result = CertificateCheck::Result;

constexpr double tolerance = 1e-4;
constexpr double halfTolerance = 1e-2;

struct Form {
    const char *name;
    Storage storage;
};
const std::vector<Form> &forms()
{
    static const std::vector<Form> all{{"qdq8", Storage::QdqInt8},
                                       {"qdq4", Storage::QdqInt4},
                                       {"matmulnbits", Storage::MatMulNBits},
                                       {"sparse", Storage::Sparse}};
    return all;
}

CompressedModel compressed(const Model &source, const std::string &settings)
{
    return Compressor(source).compress({"", {parseRule("*:" + settings)}});
}

QString issuesText(const BuiltModel &built)
{
    QString text;
    for (const Issue &issue : built.issues)
        text += QString::fromStdString(issue.message.text()) + "\n";
    return text;
}

QString failures(const Certificate &certificate)
{
    QString text;
    for (const CertificateCheck &check : certificate.checks)
        if (check.result == Result::Failed)
            text += QString::fromStdString(check.name.text() + ": " + check.detail.text() + "\n");
    return text;
}

CertificateCheck checkOf(const Certificate &certificate, const std::string &name)
{
    for (const CertificateCheck &check : certificate.checks)
        if (check.name.text() == name)
            return check;
    return {Message::verbatim(name), Result::NotApplicable, Message::verbatim("no such check")};
}

/// A product of x [2, 64] with w [64, 24], or the other way round as Gemm has it.
Model product(const char *op, int opset = 13, int irVersion = 7)
{
    GraphBuilder builder(opset, irVersion);
    builder.input("x", {2, 64}).output("y");
    if (std::string(op) == "MatMul")
        return builder.random("w", {64, 24}).node("MatMul", {"x", "w"}, {"y"}, {}, "m").build();
    return builder.random("w", {24, 64})
        .random("b", {24})
        .node("Gemm", {"x", "w", "b"}, {"y"}, {{"transB", int64_t{1}}, {"beta", 2.0F}}, "m")
        .build();
}

Model pointwise(int opset = 13)
{
    return GraphBuilder(opset)
        .input("x", {1, 64, 5, 5})
        .output("y")
        .random("w", {24, 64, 1, 1})
        .node("Conv", {"x", "w"}, {"y"}, {}, "c")
        .build();
}

int64_t countOf(const Model &model, const std::string &op)
{
    const auto counts = model.operatorCounts();
    const auto found = counts.find(op);
    return found == counts.end() ? 0 : found->second;
}

} // namespace

class TstStorageForms : public QObject {
    Q_OBJECT
private slots:
    void everyLayerKind_isExact_data();
    void everyLayerKind_isExact();
    void everyOpset_isExact_data();
    void everyOpset_isExact();
    void wantedForm_isUsed_data();
    void wantedForm_isUsed();
    void otherEncodings_sayWhy_data();
    void otherEncodings_sayWhy();
    void opset_isRaisedOnlyForInt4();
    void opset_isNotRaisedOverOtherMeanings_data();
    void opset_isNotRaisedOverOtherMeanings();
    void raisedModels_computeTheSame_data();
    void raisedModels_computeTheSame();
    void oldIr_losesItsListingWhenRaised();
    void flippedNumber_isFound_data();
    void flippedNumber_isFound();
    void realModel_passes_data();
    void realModel_passes();
    void calibratedFile_isVerifiedByItsHash_data();
    void calibratedFile_isVerifiedByItsHash();
    void calibratedFile_isRefusedWithoutItsHash();
    void otherCalibration_isFound();
    void tensors_areComparedOneByOne();

private:
    std::filesystem::path saved(const Model &model)
    {
        const std::filesystem::path path = m_folder.filePath(QString("%1.onnx").arg(m_files++)).toStdString();
        model.save(path);
        return path;
    }
    QTemporaryDir m_folder;
    int m_files = 0;
};

void TstStorageForms::everyLayerKind_isExact_data()
{
    QTest::addColumn<int>("layer");
    QTest::addColumn<Storage>("storage");
    QTest::addColumn<QString>("settings");
    for (size_t i = 0; i < layerCases().size(); ++i)
        for (const Form &form : forms())
            for (const char *settings : {"bits=4", "bits=8,symmetric=false,granularity=tensor", "prune=0.9",
                                         "prune=0.5,bits=1", "rank=3,bits=4"})
                QTest::addRow("%s, %s, %s", layerCases()[i].name, form.name, settings)
                    << int(i) << form.storage << QString(settings);
}

void TstStorageForms::everyLayerKind_isExact()
{
    QFETCH(int, layer);
    QFETCH(Storage, storage);
    QFETCH(QString, settings);
    const Model source = layerCases()[size_t(layer)].build(13);
    const CompressedModel model = compressed(source, settings.toStdString());
    const BuiltModel built = buildModel(model, storage);
    const Certificate certificate = certify(saved(built.model), model);
    QVERIFY2(certificate.passed(), qPrintable(failures(certificate) + issuesText(built)));
}

void TstStorageForms::everyOpset_isExact_data()
{
    QTest::addColumn<int>("opset");
    QTest::addColumn<int>("irVersion");
    QTest::addColumn<Storage>("storage");
    QTest::addColumn<QString>("settings");
    for (const auto &[opset, ir] :
         {std::pair{7, 3}, {9, 4}, {10, 5}, {11, 6}, {13, 7}, {17, 8}, {19, 9}, {21, 10}})
        for (const Form &form : forms())
            for (const char *settings : {"bits=3", "bits=4,symmetric=false", "bits=4,granularity=tensor",
                                         "bits=4,group=32", "bits=4,group=16,symmetric=false",
                                         "bits=8,group=16", "bits=1", "prune=0.8", "format=ternary"})
                QTest::addRow("opset %d, %s, %s", opset, form.name, settings)
                    << opset << ir << form.storage << QString(settings);
}

void TstStorageForms::everyOpset_isExact()
{
    QFETCH(int, opset);
    QFETCH(int, irVersion);
    QFETCH(Storage, storage);
    QFETCH(QString, settings);
    for (const char *op : {"MatMul", "Gemm"}) {
        const Model source = product(op, opset, irVersion);
        const CompressedModel model = compressed(source, settings.toStdString());
        const BuiltModel built = buildModel(model, storage);
        const Certificate certificate = certify(saved(built.model), model);
        QVERIFY2(certificate.passed(), qPrintable(failures(certificate) + issuesText(built)));
        const Tensor dense = outputOf(buildModel(model, Storage::Dense).model);
        for (const bool optimize : {true, false})
            QVERIFY(relativeDifference(outputOf(built.model, optimize), dense) <= tolerance);
    }
}

void TstStorageForms::wantedForm_isUsed_data()
{
    QTest::addColumn<QString>("op");
    QTest::addColumn<Storage>("storage");
    QTest::addColumn<QString>("settings");
    QTest::addColumn<QString>("form");
    const auto row = [](const char *op, Storage storage, const char *settings, const char *form) {
        QTest::addRow("%s, %s, %s", op, settings, form) << op << storage << settings << form;
    };
    for (const char *op : {"MatMul", "Gemm", "Conv"}) {
        row(op, Storage::QdqInt8, "bits=8", "int8 QDQ");
        row(op, Storage::QdqInt8, "bits=8,symmetric=false", "uint8 QDQ");
        row(op, Storage::QdqInt8, "bits=5,symmetric=false", "int8 QDQ");
        row(op, Storage::QdqInt8, "bits=8,group=16", "int8 QDQ");
        row(op, Storage::QdqInt8, "bits=1", "int8 QDQ");
        row(op, Storage::QdqInt4, "bits=4", "int4 QDQ");
        row(op, Storage::QdqInt4, "bits=4,symmetric=false", "uint4 QDQ");
        row(op, Storage::QdqInt4, "bits=2,granularity=tensor", "int4 QDQ");
        row(op, Storage::QdqInt4, "bits=4,group=32,symmetric=false", "uint4 QDQ");
        row(op, Storage::QdqInt4, "format=ternary", "int4 QDQ");
        row(op, Storage::Sparse, "prune=0.8", "sparse");
        row(op, Storage::Sparse, "prune=0.9,bits=8", "sparse");
    }
    for (const char *op : {"MatMul", "Gemm"}) {
        row(op, Storage::MatMulNBits, "bits=4", "MatMulNBits 4 bit, blocks of 64");
        row(op, Storage::MatMulNBits, "bits=4,group=32", "MatMulNBits 4 bit, blocks of 32");
        row(op, Storage::MatMulNBits, "bits=4,group=32,symmetric=false", "MatMulNBits 4 bit, blocks of 32");
        row(op, Storage::MatMulNBits, "bits=8", "MatMulNBits 8 bit, blocks of 64");
        row(op, Storage::MatMulNBits, "bits=6,group=16,symmetric=false", "MatMulNBits 8 bit, blocks of 16");
        row(op, Storage::MatMulNBits, "rank=16,bits=8",
            "factors (MatMulNBits 8 bit, blocks of 64, MatMulNBits 8 bit, blocks of 16)");
    }
}

void TstStorageForms::wantedForm_isUsed()
{
    QFETCH(QString, op);
    QFETCH(Storage, storage);
    QFETCH(QString, settings);
    QFETCH(QString, form);
    const Model source = op == "Conv" ? pointwise() : product(qPrintable(op));
    const CompressedModel model = compressed(source, settings.toStdString());
    const BuiltModel built = buildModel(model, storage);
    QCOMPARE(QString::fromStdString(built.layers[0].form.text()), form);
    const bool isRounded = op == "MatMul" && form.contains("QDQ"); // which is said, and nothing else
    QCOMPARE(built.issues.size(), size_t(isRounded ? 1 : 0));
    QCOMPARE(issuesText(built).contains("qdq_matmulnbits_accuracy_level"), isRounded);
    const Tensor dense = outputOf(buildModel(model, Storage::Dense).model);
    for (const bool optimize : {true, false})
        QVERIFY(relativeDifference(outputOf(built.model, optimize), dense) <= tolerance);
    const Certificate certificate = certify(saved(built.model), model);
    QVERIFY2(certificate.passed(), qPrintable(failures(certificate)));
    QCOMPARE(checkOf(certificate, "stored weights").result, Result::Passed);
    QCOMPARE(built.model.opset(), storage == Storage::QdqInt4 ? int64_t{21} : int64_t{13});
    if (storage == Storage::MatMulNBits) {
        QVERIFY(countOf(built.model, "com.microsoft.MatMulNBits") > 0);
        QCOMPARE(built.model.opsets().at("com.microsoft"), int64_t{1});
    }
}

void TstStorageForms::otherEncodings_sayWhy_data()
{
    QTest::addColumn<int>("layer");
    QTest::addColumn<Storage>("storage");
    QTest::addColumn<QString>("settings");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char *name, Storage storage, const char *settings, const char *sentence) {
        const auto found = std::ranges::find_if(
            layerCases(), [&](const LayerCase &c) { return std::string(c.name) == name; });
        QTest::addRow("%s, %s, %s", name, settings, sentence)
            << int(found - layerCases().begin()) << storage << settings << sentence;
    };
    row("conv", Storage::QdqInt8, "prune=0.5", "not evenly spaced codes");
    row("conv", Storage::QdqInt8, "clusters=16", "not evenly spaced codes");
    row("conv", Storage::QdqInt4, "bits=5", "codes of 5 bits do not fit in 4");
    row("conv", Storage::MatMulNBits, "bits=4", "cannot do the work of Conv");
    row("conv", Storage::Sparse, "prune=0.3", "more room as a sparse initializer");
    row("gemm", Storage::MatMulNBits, "bits=4", "multiplies by a factor");
    row("matmul, constant left", Storage::MatMulNBits, "bits=4", "left operand");
    row("matmul, constant right", Storage::MatMulNBits, "bits=4,group=3",
        "groups of 3 are not made of blocks");
    row("matmul, batched constant", Storage::MatMulNBits, "bits=4", "not one matrix");
    row("tied weight", Storage::MatMulNBits, "bits=4", "reads its constant too");
    row("float64 matmul", Storage::MatMulNBits, "bits=4", "has weights in float32");
    row("float16 constant cast to float32", Storage::MatMulNBits, "bits=4", "float16");
}

void TstStorageForms::otherEncodings_sayWhy()
{
    QFETCH(int, layer);
    QFETCH(Storage, storage);
    QFETCH(QString, settings);
    QFETCH(QString, sentence);
    const Model source = layerCases()[size_t(layer)].build(13);
    const CompressedModel model = compressed(source, settings.toStdString());
    const BuiltModel built = buildModel(model, storage);
    QVERIFY2(issuesText(built).contains(sentence), qPrintable(issuesText(built)));
    QVERIFY2(issuesText(built).startsWith(QString::fromStdString(source.layers()[0].name) + ": "),
             qPrintable(issuesText(built)));
    QCOMPARE(built.layers[0].form, buildModel(model, Storage::Compact).layers[0].form);
    QCOMPARE(built.model.opset(), int64_t{13});
}

void TstStorageForms::opset_isRaisedOnlyForInt4()
{
    const Model source = product("MatMul", 11, 6);
    const auto built = [&](const char *settings, Storage storage) {
        return buildModel(compressed(source, settings), storage).model;
    };
    QCOMPARE(built("bits=4", Storage::QdqInt4).opset(), int64_t{21});
    QCOMPARE(built("bits=4", Storage::QdqInt4).irVersion(), int64_t{10});
    QCOMPARE(built("bits=8", Storage::QdqInt4).opset(), int64_t{11}); // no layer would gain by it
    QCOMPARE(built("bits=4", Storage::QdqInt8).opset(), int64_t{11});
}

void TstStorageForms::opset_isNotRaisedOverOtherMeanings_data()
{
    QTest::addColumn<QString>("op");
    QTest::addColumn<int>("opset");
    QTest::addRow("Upsample") << "Upsample" << 9;
    QTest::addRow("Softmax") << "Softmax" << 11;
    QTest::addRow("ReduceMean") << "ReduceMean" << 13;
    QTest::addRow("Clip") << "Clip" << 10;
    QTest::addRow("Frobnicate") << "Frobnicate" << 13;
}

void TstStorageForms::opset_isNotRaisedOverOtherMeanings()
{
    QFETCH(QString, op);
    QFETCH(int, opset);
    GraphBuilder builder(opset);
    std::vector<std::pair<std::string, Attribute>> attributes;
    if (op == "ReduceMean")
        attributes.emplace_back("axes", std::vector<int64_t>{1});
    if (op == "Clip")
        attributes.emplace_back("max", 6.0F);
    const Model source = builder.input("x", {2, 64})
                             .output("y")
                             .random("w", {64, 24})
                             .node("MatMul", {"x", "w"}, {"h"}, {}, "m")
                             .node(op.toStdString(), {"h"}, {"y"}, attributes, "odd")
                             .build();
    const BuiltModel built = buildModel(compressed(source, "bits=4"), Storage::QdqInt4);
    QCOMPARE(built.model.opset(), int64_t{opset});
    QCOMPARE(built.layers[0].form.text(), std::string("codes 4 bit")); // as the compact form
    const QString why = QString::fromStdString(built.issues.at(0).message.text());
    QVERIFY2(why.contains(op) && why.contains("odd") && why.contains("stored compactly"), qPrintable(why));
}

void TstStorageForms::raisedModels_computeTheSame_data()
{
    QTest::addColumn<int>("layer");
    QTest::addColumn<int>("opset");
    for (size_t i = 0; i < layerCases().size(); ++i)
        for (const int opset : {7, 9, 11, 17})
            if (opset >= layerCases()[i].oldestOpset)
                QTest::addRow("%s, opset %d", layerCases()[i].name, opset) << int(i) << opset;
}

void TstStorageForms::raisedModels_computeTheSame()
{
    QFETCH(int, layer);
    QFETCH(int, opset);
    const Model source = layerCases()[size_t(layer)].build(opset);
    const CompressedModel model = compressed(source, "bits=4");
    const BuiltModel built = buildModel(model, Storage::QdqInt4);
    QCOMPARE(built.model.opset(), int64_t{21});
    const Tensor dense = outputOf(buildModel(model, Storage::Dense).model);
    const double allowed = dense.type == ElementType::Float16 ? halfTolerance : tolerance;
    for (const bool optimize : {true, false})
        QVERIFY(relativeDifference(outputOf(built.model, optimize), dense) <= allowed);
}

void TstStorageForms::oldIr_losesItsListingWhenRaised()
{
    GraphBuilder builder(8, 3);
    const Model source = builder.input("x", {2, 64})
                             .input("w", {64, 24})
                             .input("b", {24})
                             .output("y")
                             .random("w", {64, 24})
                             .random("b", {24})
                             .node("MatMul", {"x", "w"}, {"h"}, {}, "m")
                             .node("Add", {"h", "b"}, {"y"})
                             .build();
    const BuiltModel built = buildModel(compressed(source, "bits=4"), Storage::QdqInt4);
    QCOMPARE(built.model.content().proto.graph().input_size(), 1);
    QCOMPARE(built.model.irVersion(), int64_t{10});
}

void TstStorageForms::flippedNumber_isFound_data()
{
    QTest::addColumn<Storage>("storage");
    QTest::addColumn<QString>("settings");
    for (const Form &form : forms())
        QTest::addRow("%s", form.name)
            << form.storage << (form.storage == Storage::Sparse ? "prune=0.8" : "bits=4,group=32");
}

/// One bit of what is stored for the weight.
void TstStorageForms::flippedNumber_isFound()
{
    QFETCH(Storage, storage);
    QFETCH(QString, settings);
    const Model source = product("MatMul");
    const CompressedModel model = compressed(source, settings.toStdString());
    const std::filesystem::path path = saved(buildModel(model, storage).model);
    flipStoredBit(path);
    const CertificateCheck check = checkOf(certify(path, model), "stored weights");
    QCOMPARE(check.result, Result::Failed);
    QVERIFY2(check.detail.text().find("weight of m") != std::string::npos, check.detail.text().c_str());
}

void TstStorageForms::realModel_passes_data()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<Storage>("storage");
    QTest::addColumn<QString>("settings");
    for (const char *model : {"squeezenet_fp16", "mnist-8", "vit_cifar10_ibp_3_3_8", "resnet20_cifar10"}) {
        QTest::addRow("%s, qdq8", model) << model << Storage::QdqInt8 << "bits=8";
        QTest::addRow("%s, matmulnbits", model)
            << model << Storage::MatMulNBits << "bits=4,granularity=channel";
        QTest::addRow("%s, sparse", model) << model << Storage::Sparse << "prune=0.9";
    }
    QTest::addRow("mobilenetv2, qdq4") << "mobilenetv2" << Storage::QdqInt4 << "bits=4";
}

void TstStorageForms::realModel_passes()
{
    LATHE_NEED_TEST_DATA();
    QFETCH(QString, model);
    QFETCH(Storage, storage);
    QFETCH(QString, settings);
    const Model source = Model::load(testData() + "/models/" + model.toStdString() + ".onnx");
    const CompressedModel result = compressed(source, settings.toStdString());
    const BuiltModel built = buildModel(result, storage);
    const Certificate certificate = certify(saved(built.model), result);
    QVERIFY2(certificate.passed(), qPrintable(failures(certificate) + issuesText(built)));
    QCOMPARE(checkOf(certificate, "loads in ONNX Runtime").result, Result::Passed);
    QCOMPARE(checkOf(certificate, "loads in ONNX Runtime, optimizations off").result, Result::Passed);
}

namespace {

Recipe calibratedRecipe(const std::string &settings)
{
    return {"", {parseRule("*:" + settings)}};
}

std::shared_ptr<const Calibration> calibration(const Model &source, unsigned seed = 3)
{
    const Layer &layer = source.layers()[0];
    return std::make_shared<FakeCalibration>(statisticsOf(randomMatrix(layer.cols, 200, seed)));
}

} // namespace

void TstStorageForms::calibratedFile_isVerifiedByItsHash_data()
{
    QTest::addColumn<Storage>("storage");
    QTest::addColumn<QString>("settings");
    std::vector<Form> all = forms();
    all.push_back({"compact", Storage::Compact});
    all.push_back({"dense", Storage::Dense});
    for (const Form &form : all)
        for (const char *settings :
             {"bits=4,rounding=gptq", "bits=4,group=32,bias_correction=true", "prune=0.8,prune.method=obs",
              "rank=8,rank.method=asvd,rank.bits=4", "rank=4,rank.method=asvd,rank.bits=4,residual.bits=2"})
            QTest::addRow("%s, %s", form.name, settings) << form.storage << settings;
}

void TstStorageForms::calibratedFile_isVerifiedByItsHash()
{
    QFETCH(Storage, storage);
    QFETCH(QString, settings);
    for (const char *op : {"MatMul", "Gemm"}) {
        const Model source = product(op);
        const Recipe recipe = calibratedRecipe(settings.toStdString());
        const auto data = calibration(source);
        const CompressedModel model = Compressor(source, data).compress(recipe);
        QVERIFY(!model.calibration.empty());
        Exporter exporter(source);
        const BuiltModel built = exporter.build(model, storage);
        QCOMPARE(built.model.metadata().at(calibrationKey), model.calibration.text());
        QCOMPARE(built.model.metadata().at(calibrationHashKey), model.calibrationHash);
        if (storage == Storage::Compact)
            QCOMPARE(exporter.costs(model).fileBytes, built.model.serializedBytes());
        const std::filesystem::path path = saved(built.model);

        const Certificate without = certify(path, source, recipe);
        QVERIFY2(without.passed(), qPrintable(failures(without)));
        QVERIFY(checkOf(without, "stored weights").detail.text().find("Without the calibration data") !=
                std::string::npos);
        CertifyOptions options;
        options.calibration = data;
        const Certificate with = certify(path, source, recipe, options);
        QVERIFY2(with.passed(), qPrintable(failures(with)));
        QCOMPARE(checkOf(with, "made with this calibration data").result, Result::Passed);

        flipStoredBit(path);
        QCOMPARE(checkOf(certify(path, source, recipe), "stored weights").result, Result::Failed);
    }
}

void TstStorageForms::calibratedFile_isRefusedWithoutItsHash()
{
    const Model source = product("MatMul");
    const Recipe recipe = calibratedRecipe("bits=4,rounding=gptq");
    const CompressedModel model = Compressor(source, calibration(source)).compress(recipe);
    onnx::ModelProto proto = buildModel(model, Storage::Compact).model.content().proto;
    proto.clear_metadata_props();
    const std::filesystem::path path = m_folder.filePath("bare.onnx").toStdString();
    writeFileAtomically(path, proto.SerializeAsString());
    try {
        certify(path, source, recipe);
        QFAIL("something was certified that cannot be known");
    } catch (const Error &error) {
        QCOMPARE(error.code(), ErrorCode::InvalidArgument);
    }
}

void TstStorageForms::otherCalibration_isFound()
{
    const Model source = product("MatMul");
    const Recipe recipe = calibratedRecipe("bits=4,rounding=gptq");
    const CompressedModel model = Compressor(source, calibration(source)).compress(recipe);
    CompressedModel other = Compressor(source, calibration(source, 99)).compress(recipe);
    other.calibrationHash = "another";
    const Certificate certificate = certify(saved(buildModel(model, Storage::Compact).model), other);
    QCOMPARE(checkOf(certificate, "made with this calibration data").result, Result::Failed);
    QCOMPARE(checkOf(certificate, "stored weights").result, Result::Failed);
}

void TstStorageForms::tensors_areComparedOneByOne()
{
    const Model source = network();
    const Recipe recipe{"", {parseRule("*:bits=4"), parseRule("conv2:rank=8")}};
    const CompressedModel model = Compressor(source).compress(recipe);
    const std::filesystem::path path = saved(buildModel(model, Storage::Compact).model);
    CertifyOptions options;
    QVERIFY(certify(path, source, recipe, options).tensors.empty());
    options.tensors = true;
    const Certificate certificate = certify(path, source, recipe, options);
    QCOMPARE(certificate.tensors.size(), size_t(3));
    QCOMPARE(certificate.tensors[1].layer, std::string("conv2"));
    QCOMPARE(certificate.tensors[1].tensor, std::string("c2"));
    for (const TensorDifference &tensor : certificate.tensors)
        QVERIFY(tensor.relative <= tolerance);

    onnx::ModelProto proto; // what is broken in the middle shows from there on
    QVERIFY(proto.ParseFromString(readFile(path)));
    for (onnx::TensorProto &tensor : *proto.mutable_graph()->mutable_initializer())
        if (tensor.name() == "b3")
            tensor.mutable_raw_data()->at(3) = 0x41;
    writeFileAtomically(path, proto.SerializeAsString());
    const Certificate broken = certify(path, source, recipe, options);
    QVERIFY(broken.tensors[1].relative <= tolerance);
    QVERIFY(broken.tensors[2].relative > tolerance);
}

QTEST_GUILESS_MAIN(TstStorageForms)
#include "tst_storageforms.moc"
