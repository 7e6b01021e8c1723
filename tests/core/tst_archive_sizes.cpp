// What archives of pruned networks take: by the range coder, beside the entropy, and for all that is no
// weight.
#include "core/archive/archive.h"
#include "core/base/fileio.h"
#include "core/compress/compressor.h"
#include "core/exporting/graph.h"
#include "tests/support/lenets.h"

#include <QTemporaryDir>
#include <QTest>
#include <cmath>

using namespace lathe;
using namespace lathe::test;
namespace fs = std::filesystem;

class TstArchiveSizes : public QObject {
    Q_OBJECT
private slots:
    void prunedNetworks_areNearTheirEntropy_data();
    void prunedNetworks_areNearTheirEntropy();
    void roundedBiases_takeTheBitsTheyHave();
};

namespace {

PackReport packed(const Model &model, const fs::path &folder)
{
    model.save(folder / "model.onnx");
    const PackReport report = packModel(folder / "model.onnx", folder / "packed.lathez");
    unpackArchive(folder / "packed.lathez", folder / "back.onnx");
    if (readFile(folder / "back.onnx") != readFile(folder / "model.onnx"))
        throw Error(ErrorCode::Internal, Message::verbatim("another model came back"));
    return report;
}

} // namespace

void TstArchiveSizes::prunedNetworks_areNearTheirEntropy_data()
{
    QTest::addColumn<bool>("convolutional");
    QTest::addColumn<bool>("structure");
    QTest::addColumn<double>("kept");
    for (const bool convolutional : {false, true})
        for (const bool structure : {false, true})
            for (const double kept : {0.08, 0.03, 0.01})
                QTest::addRow("%s, %s, %g", convolutional ? "LeNet-5" : "LeNet-300-100",
                              structure ? "structure" : "random", kept)
                    << convolutional << structure << kept;
}

void TstArchiveSizes::prunedNetworks_areNearTheirEntropy()
{
    QFETCH(bool, convolutional);
    QFETCH(bool, structure);
    QFETCH(double, kept);
    const Model network = convolutional ? lenet5(structure) : lenet300(structure);
    const std::string rule = "*:clusters=8,prune=" + std::to_string(1.0 - kept);
    const Model small =
        buildModel(Compressor(network).compress({"", {parseRule(rule)}}), Storage::Compact).model;
    const QTemporaryDir folder;
    const PackReport report = packed(small, folder.path().toStdString());
    double taken = 0.0, bound = 0.0, huffman = 0.0;
    for (const PackedStream &stream : report.streams) {
        QCOMPARE(stream.coder, std::string("range"));
        taken += static_cast<double>(stream.bytes);
        huffman += static_cast<double>(stream.huffmanBytes + stream.tableBytes);
        bound += stream.shannonBytes;
        qInfo("%s: %lld codes, bound %.0f, Huffman %lld + %lld, range %lld", stream.layer.c_str(),
              static_cast<long long>(stream.codes), stream.shannonBytes,
              static_cast<long long>(stream.huffmanBytes), static_cast<long long>(stream.tableBytes),
              static_cast<long long>(stream.rangeBytes));
    }
    qInfo("codes %.0f of %.0f, head and graph %lld, numbers %lld, all %lld", taken, bound,
          static_cast<long long>(report.headBytes + report.graph.bytes),
          static_cast<long long>(report.numbers.bytes), static_cast<long long>(report.archiveBytes));
    QVERIFY2(taken <= (structure ? 0.95 : 1.03) * bound,
             qPrintable(QString("%1 of %2").arg(taken).arg(bound)));
    QVERIFY(taken < 0.99 * huffman);
    QVERIFY2(report.headBytes + report.graph.bytes <= 600, "head and graph are small");
}

/// Biases that training rounded to 16 bits cost no more in a float32 constant than they would as such.
void TstArchiveSizes::roundedBiases_takeTheBitsTheyHave()
{
    Tensor bias = randomTensor({1000}, 5, 0.05F);
    for (float &value : bias.as<float>())
        value = std::bit_cast<float>(std::bit_cast<uint32_t>(value) & 0xFFFF0000U);
    GraphBuilder builder(17, 8);
    builder.input("x", {1, 1000}).output("y").constant("b", bias).node("Add", {"x", "b"}, {"y"});
    const QTemporaryDir folder;
    const PackReport report = packed(builder.build(), folder.path().toStdString());
    QCOMPARE(report.numbers.rawBytes, 4000);
    QVERIFY2(report.numbers.bytes < 1500, qPrintable(QString::number(report.numbers.bytes)));
}

QTEST_APPLESS_MAIN(TstArchiveSizes)
#include "tst_archive_sizes.moc"
