// Models whose weights are most of the memory there is.
#include "core/base/heap.h"
#include "core/exporting/graph.h"
#include "core/model/proto.h"
#include "tests/support/products.h"
#include "tests/support/residentbytes.h"

#include <QTemporaryDir>
#include <QTest>

using namespace lathe;
using namespace lathe::test;

namespace {

constexpr Index count = 40;
constexpr Index width = 1024;
constexpr int64_t weightBytes = int64_t(count) * width * width * 4; // 168 MB

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool countsQuarantine = true;
#else
constexpr bool countsQuarantine = false;
#endif

/// What `work` takes at most beside what was there before it.
template <class Work>
int64_t peakOf(const Work &work)
{
    restartPeak();
    const int64_t before = residentBytes();
    work();
    return peakBytes() - before;
}

} // namespace

class TstLargeModel : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void loading_holdsNoWeights();
    void plansOfOneExport_areNotCopied();

private:
    std::filesystem::path m_model;
    QTemporaryDir m_folder;
};

void TstLargeModel::initTestCase()
{
    if (countsQuarantine)
        QSKIP("a sanitizer keeps what is freed");
    giveLargeBlocksBack(); // as the programs do
    QVERIFY(m_folder.isValid());
    m_model = m_folder.filePath("products.onnx").toStdString();
    writeProducts(m_model, count, width);
}

void TstLargeModel::loading_holdsNoWeights()
{
    std::optional<Model> model;
    const int64_t peak = peakOf([&] { model = Model::load(m_model); });
    QCOMPARE(model->parameterCount() * 4, weightBytes);
    QVERIFY2(peak < weightBytes / 8, qPrintable(QString::number(peak)));
}

/// The same layers whether constants are moved into the model or copied, as an exporter does that remembers
/// them.
void TstLargeModel::plansOfOneExport_areNotCopied()
{
    const std::filesystem::path small = m_folder.filePath("few.onnx").toStdString();
    writeProducts(small, 2, 64);
    const CompressedModel compressed = Compressor(Model::load(small)).compress({"", {parseRule("*:bits=3")}});
    Exporter exporter(compressed.source);
    const std::string once = buildModel(compressed, Storage::Compact).model.serialize();
    QVERIFY(once == exporter.build(compressed, Storage::Compact).model.serialize());
    QVERIFY(once == exporter.build(compressed, Storage::Compact).model.serialize());
    QCOMPARE(macsOf(compressed), exporter.costs(compressed).macs);
}

QTEST_GUILESS_MAIN(TstLargeModel)
#include "tst_largemodel.moc"
