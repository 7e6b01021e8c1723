#include "core/certify/certificate.h"
#include "core/exporting/exportedrecipe.h"

#include "core/base/fileio.h"
#include "core/measure/testinputs.h"
#include "core/model/proto.h"
#include "tests/support/damage.h"
#include "tests/support/exportcases.h"
#include "tests/support/opencvlimits.h"
#include "tests/support/places.h"

#include <QTemporaryDir>
#include <QTest>

using namespace lathe;
using namespace lathe::test;

namespace {

using Result = CertificateCheck::Result;

Recipe recipeFor(const std::string &rule)
{
    return {"", {parseRule(rule)}};
}

CertificateCheck checkOf(const Certificate &certificate, const std::string &name)
{
    for (const CertificateCheck &check : certificate.checks)
        if (check.name.text() == name)
            return check;
    return {Message::verbatim(name), Result::NotApplicable, Message::verbatim("no such check")};
}

QString failures(const Certificate &certificate)
{
    QString text;
    for (const CertificateCheck &check : certificate.checks)
        if (check.result == Result::Failed)
            text += QString::fromStdString(check.name.text() + ": " + check.detail.text() + "\n");
    return text;
}

} // namespace

class TstCertificate : public QObject {
    Q_OBJECT
private slots:
    void init() { QVERIFY(m_folder.isValid()); }
    void everyMethod_passes_data();
    void everyMethod_passes();
    void everyLayerKind_passes_data();
    void everyLayerKind_passes();
    void openCv_agreesOnFactorsAndPruning();
    void flippedCode_isFound_data();
    void flippedCode_isFound();
    void otherSource_isNamed();
    void otherRecipe_isFound();
    void foreignFile_isNoExport();
    void samples_areUsed();
    void brokenOutput_isFound();
    void damagedFile_isRefused();
    void stopped_isCancelled();
    void realModel_passes_data();
    void realModel_passes();

private:
    std::filesystem::path exported(const Model &source, const Recipe &recipe,
                                   Storage storage = Storage::Compact)
    {
        const std::filesystem::path path = m_folder.filePath(QString("%1.onnx").arg(m_files++)).toStdString();
        buildModel(Compressor(source).compress(recipe), storage).model.save(path);
        return path;
    }
    QTemporaryDir m_folder;
    int m_files = 0;
};

void TstCertificate::everyMethod_passes_data()
{
    QTest::addColumn<QString>("settings");
    QTest::addColumn<bool>("dense");
    for (const char *settings : methodCases()) {
        QTest::addRow("%s", settings) << QString(settings) << false;
        QTest::addRow("%s, plain", settings) << QString(settings) << true;
    }
}

void TstCertificate::everyMethod_passes()
{
    QFETCH(QString, settings);
    QFETCH(bool, dense);
    const Model source = network();
    const Recipe recipe = recipeFor("*:" + settings.toStdString());
    const auto path = exported(source, recipe, dense ? Storage::Dense : Storage::Compact);
    const Certificate certificate = certify(path, source, recipe);
    QVERIFY2(certificate.passed(), qPrintable(failures(certificate)));
    QCOMPARE(checkOf(certificate, "stored weights").result, Result::Passed);
    // What it cannot unpack, or unpacks wrongly, it is given plain, and the file is not said to have passed.
    const CertificateCheck ofFile = checkOf(certificate, "OpenCV");
    const bool loads = ofFile.result == Result::Passed;
    QVERIFY2(loads || (!dense && isOfOpenCvAlone(ofFile)), ofFile.detail.text().c_str());
    QCOMPARE(checkOf(certificate, loads ? "OpenCV" : "OpenCV, plain weights").result, Result::Passed);
    QCOMPARE(certificate.samples, 4);
    QCOMPARE(certificate.inputsUsed.text(), std::string("4 random inputs, seed 1"));
    QCOMPARE(certificate.fileSha256, sha256OfFile(path));
    QCOMPARE(certificate.fileBytes, static_cast<int64_t>(std::filesystem::file_size(path)));
    QVERIFY(certificate.maxRelativeDifference <= certificateTolerance);
}

void TstCertificate::everyLayerKind_passes_data()
{
    QTest::addColumn<int>("layer");
    for (size_t i = 0; i < layerCases().size(); ++i)
        QTest::addRow("%s", layerCases()[i].name) << static_cast<int>(i);
}

void TstCertificate::everyLayerKind_passes()
{
    QFETCH(int, layer);
    const Model source = layerCases()[static_cast<size_t>(layer)].build(13);
    for (const char *rule : {"*:bits=3", "*:prune=0.7", "*:rank=3,bits=5"}) {
        const Recipe recipe = recipeFor(rule);
        const Certificate certificate = certify(exported(source, recipe), source, recipe);
        QVERIFY2(certificate.passed(), qPrintable(QString(rule) + ": " + failures(certificate)));
        const CertificateCheck weights = checkOf(certificate, "stored weights"); // in subgraphs too
        QVERIFY2(weights.result == Result::Passed || weights.detail.text() == "No weight is compressed.",
                 rule);
    }
}

void TstCertificate::openCv_agreesOnFactorsAndPruning()
{
    const Model source = network();
    const Recipe recipe{"",
                        {parseRule("conv2:rank=8"), parseRule("conv1:prune=0.5"), parseRule("fc:rank=4")}};
    const Certificate certificate = certify(exported(source, recipe, Storage::Dense), source, recipe);
    const CertificateCheck check = checkOf(certificate, "OpenCV");
    QCOMPARE(check.result, Result::Passed);
    QVERIFY2(check.detail.text().find("the file") != std::string::npos, check.detail.text().c_str());
}

void TstCertificate::flippedCode_isFound_data()
{
    QTest::addColumn<QString>("settings");
    for (const char *settings : {"bits=3", "bits=8", "prune=0.7", "prune=0.9,bits=6", "rank=4,bits=4"})
        QTest::addRow("%s", settings) << QString(settings);
}

/// One bit of one weight: too little to be seen for sure in the outputs, but it is not the same weight.
void TstCertificate::flippedCode_isFound()
{
    QFETCH(QString, settings);
    const Model source = network();
    const Recipe recipe = recipeFor("conv2:" + settings.toStdString());
    const std::filesystem::path path = exported(source, recipe);
    flipStoredBit(path, "_"); // the names that an export adds
    const Certificate certificate = certify(path, source, recipe);
    QVERIFY(!certificate.passed());
    const CertificateCheck check = checkOf(certificate, "stored weights");
    QCOMPARE(check.result, Result::Failed);
    QVERIFY2(check.detail.text().find("conv2") != std::string::npos, check.detail.text().c_str());
}

void TstCertificate::otherSource_isNamed()
{
    const Model source = network();
    const Recipe recipe = recipeFor("*:bits=4");
    const Certificate certificate = certify(exported(source, recipe), network(77), recipe);
    QVERIFY(!certificate.passed());
    const CertificateCheck check = checkOf(certificate, "made from this model");
    QCOMPARE(check.result, Result::Failed);
    QVERIFY2(check.detail.text().find(source.sha256()) != std::string::npos, check.detail.text().c_str());
    QCOMPARE(checkOf(certificate, "stored weights").result, Result::Failed);
}

void TstCertificate::otherRecipe_isFound()
{
    const Model source = network();
    const Certificate certificate =
        certify(exported(source, recipeFor("*:bits=4")), source, recipeFor("*:bits=5"));
    QCOMPARE(checkOf(certificate, "carries its recipe").result, Result::Failed);
    QCOMPARE(checkOf(certificate, "stored weights").result, Result::Failed);
    QCOMPARE(checkOf(certificate, "made from this model").result, Result::Passed);
}

void TstCertificate::foreignFile_isNoExport()
{
    const Model source = network();
    const std::filesystem::path path = m_folder.filePath("foreign.onnx").toStdString();
    source.save(path);
    const Certificate certificate = certify(path, source, Recipe{});
    QVERIFY2(certificate.passed(), qPrintable(failures(certificate)));
    QCOMPARE(checkOf(certificate, "made from this model").result, Result::NotApplicable);
    try {
        recipeOfExport(Model::load(path));
        QFAIL("a file without a recipe gave one");
    } catch (const Error &error) {
        QCOMPARE(error.code(), ErrorCode::InvalidArgument);
    }
}

void TstCertificate::brokenOutput_isFound()
{
    const Model source = network();
    const Recipe recipe = recipeFor("conv2:bits=4");
    const std::filesystem::path path = exported(source, recipe);
    onnx::ModelProto proto;
    QVERIFY(proto.ParseFromString(readFile(path)));
    for (onnx::TensorProto &tensor : *proto.mutable_graph()->mutable_initializer())
        if (tensor.name() == "b3") // not a compressed constant: only the outputs tell
            tensor.mutable_raw_data()->at(3) = 0x41;
    writeFileAtomically(path, proto.SerializeAsString());
    const Certificate certificate = certify(path, source, recipe);
    QCOMPARE(checkOf(certificate, "stored weights").result, Result::Passed);
    QCOMPARE(checkOf(certificate, "equals the in-memory model").result, Result::Failed);
    QCOMPARE(checkOf(certificate, "equals the in-memory model, optimizations off").result, Result::Failed);
}

void TstCertificate::damagedFile_isRefused()
{
    const Model source = network();
    const std::filesystem::path path = exported(source, recipeFor("*:bits=4"));
    writeFileAtomically(path, readFile(path).substr(0, 3000));
    try {
        certify(path, source, recipeFor("*:bits=4"));
        QFAIL("a truncated file was certified");
    } catch (const Error &error) {
        QCOMPARE(error.code(), ErrorCode::MalformedModel);
    }
}

void TstCertificate::stopped_isCancelled()
{
    const Model source = network();
    const std::filesystem::path path = exported(source, recipeFor("*:bits=4"));
    std::stop_source stop;
    JobContext ctx{stop.get_token(), [&](const Progress &p) {
                       if (p.fraction > 0.5)
                           stop.request_stop();
                   }};
    QVERIFY_EXCEPTION_THROWN(certify(path, source, recipeFor("*:bits=4"), nullptr, ctx), Cancelled);
}

void TstCertificate::samples_areUsed()
{
    const std::string folder = sourcePath("resources/sample");
    const Model source = Model::load(folder + "/digits.onnx");
    const Dataset dataset = Dataset::open(folder);
    const Preprocessing preprocessing = findPreprocessing(folder + "/digits.onnx").value();
    const SampleSet samples = SampleSet::prepare(source, dataset, preprocessing, 50);
    const Recipe recipe = recipeFor("*:bits=8");
    const Certificate certificate = certify(exported(source, recipe), source, recipe, &samples);
    QVERIFY2(certificate.passed(), qPrintable(failures(certificate)));
    QVERIFY(certificate.samples >= 48);
    QVERIFY2(certificate.inputsUsed.text().find("sample") != std::string::npos,
             certificate.inputsUsed.text().c_str());
}

void TstCertificate::realModel_passes_data()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("rule");
    for (const char *model :
         {"squeezenet_fp16", "mnist-8", "mobilenetv2", "vit_cifar10_ibp_3_3_8", "resnet20_cifar10"})
        for (const char *rule : {"*:bits=8", "*:bits=3", "*:rank=50%", "*:prune=0.6,bits=4"})
            QTest::addRow("%s, %s", model, rule) << QString(model) << QString(rule);
}

void TstCertificate::realModel_passes()
{
    LATHE_NEED_TEST_DATA();
    QFETCH(QString, model);
    QFETCH(QString, rule);
    const Model source = Model::load(testData() + "/models/" + model.toStdString() + ".onnx");
    const Recipe recipe = recipeFor(rule.toStdString());
    const Certificate certificate = certify(exported(source, recipe), source, recipe);
    for (const CertificateCheck &check : certificate.checks)
        qInfo("%s: %s", check.name.text().c_str(), check.detail.text().c_str());
    QVERIFY2(certificate.passed(), qPrintable(failures(certificate)));
}

QTEST_GUILESS_MAIN(TstCertificate)
#include "tst_certificate.moc"
