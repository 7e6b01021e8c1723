// Archives: every model comes back bit for bit, and codes take what their entropy says.
#include "core/archive/archive.h"
#include "core/archive/streamcoder.h"
#include "core/archive/tensorplaces.h"
#include "core/base/fileio.h"
#include "core/compress/compressor.h"
#include "core/exporting/graph.h"
#include "core/storage/packing.h"
#include "tests/support/exportcases.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

using namespace lathe;
using namespace lathe::test;
namespace fs = std::filesystem;

namespace {

Model exported(const Model &source, const std::string &settings)
{
    return buildModel(Compressor(source).compress({"", {parseRule("*:" + settings)}}), Storage::Compact)
        .model;
}

/// One product with a weight of normally distributed numbers.
Model product(Index rows, Index cols, int opset = 13)
{
    return GraphBuilder(opset)
        .input("x", {1, cols})
        .output("y")
        .constant("w", randomTensor({cols, rows}, 11))
        .node("MatMul", {"x", "w"}, {"y"}, {}, "fc")
        .build();
}

Bytes randomBytes(size_t size, int width, double stay, unsigned seed)
{
    std::mt19937 random(seed);
    std::geometric_distribution<unsigned> geometric(stay);
    CodeJoiner joiner(width, size);
    const uint32_t mask = (1U << width) - 1;
    for (size_t i = 0; i < size * 8 / static_cast<size_t>(width); ++i)
        joiner.put((geometric(random) + 3) & mask);
    for (size_t left = (size * 8) % static_cast<size_t>(width); left > 0; left = 0)
        joiner.put(0);
    return joiner.finish();
}

} // namespace

class TstArchive : public QObject {
    Q_OBJECT
private slots:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void bytes_comeBackFromEveryCoder_data();
    void bytes_comeBackFromEveryCoder();
    void equalBytes_stayWithinTheExpansionLimit();
    void places_holdTheTensorsData();
    void exports_comeBackBitForBit_data();
    void exports_comeBackBitForBit();
    void plainModels_comeBackBitForBit_data();
    void plainModels_comeBackBitForBit();
    void realModels_comeBackBitForBit();
    void externalData_comesBackBesideTheModel();
    void externalData_replacesNoOtherFile();
    void codes_areKnownByTheirWidth_data();
    void codes_areKnownByTheirWidth();
    void codes_areWithinTwoPercentOfShannon_data();
    void codes_areWithinTwoPercentOfShannon();
    void sparseWeights_areOneStream_data();
    void sparseWeights_areOneStream();
    void report_addsUpToTheFile();
    void packing_isRepeatable();
    void badModels_areRefused();

private:
    fs::path path(const char *name) const { return m_folder->filePath(name).toStdString(); }
    void comesBack(const fs::path &model)
    {
        const PackReport packed = packModel(model, path("packed.lathez"));
        const UnpackReport back = unpackArchive(path("packed.lathez"), path("back.onnx"));
        QVERIFY(readFile(path("back.onnx")) == readFile(model));
        QCOMPARE(packed.sha256, sha256OfFile(model));
        QCOMPARE(back.sha256, packed.sha256);
        QCOMPARE(back.modelBytes, packed.modelBytes);
        QCOMPARE(packed.archiveBytes, static_cast<int64_t>(fs::file_size(path("packed.lathez"))));
    }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TstArchive::bytes_comeBackFromEveryCoder_data()
{
    QTest::addColumn<int>("size");
    QTest::addColumn<int>("width");
    QTest::addColumn<double>("stay");
    for (const int size : {1, 7, 64, 1000, 30000})
        for (int width = 1; width <= 8; ++width)
            for (const double stay : {0.1, 0.6, 0.97})
                QTest::addRow("%d bytes, %d bits, %g", size, width, stay) << size << width << stay;
}

void TstArchive::bytes_comeBackFromEveryCoder()
{
    QFETCH(int, size);
    QFETCH(int, width);
    QFETCH(double, stay);
    const Bytes raw = randomBytes(static_cast<size_t>(size), width, stay, 5);
    const Coded codes = codedCodes(raw);
    QVERIFY(decoded(codes.coder, codes.bytes, raw.size()) == raw);
    QVERIFY(codes.bytes.size() <= raw.size());
    for (const int bytes : {1, 2, 4, 8}) {
        const Coded numbers = codedNumbers(raw, bytes);
        QVERIFY(decoded(numbers.coder, numbers.bytes, raw.size()) == raw);
    }
}

void TstArchive::equalBytes_stayWithinTheExpansionLimit()
{
    const Bytes raw(10'000'000, std::byte{7});
    for (const Coded &coded : {codedCodes(raw), codedNumbers(raw, 4)}) {
        QVERIFY(coded.bytes.size() < raw.size() / 100);
        QVERIFY(coded.bytes.size() * mostExpansion >= raw.size());
        QVERIFY(decoded(coded.coder, coded.bytes, raw.size()) == raw);
    }
}

void TstArchive::places_holdTheTensorsData()
{
    for (const LayerCase &layer : layerCases()) {
        const std::string file = layer.build(13).serialize();
        onnx::ModelProto proto;
        QVERIFY(proto.ParseFromString(file));
        std::map<std::string, std::string> found;
        for (const TensorPlace &place : tensorPlaces(std::as_bytes(std::span(file))))
            found[place.name] = file.substr(place.offset, place.size);
        for (const auto &tensor : proto.graph().initializer())
            QVERIFY2(found[tensor.name()] == tensor.raw_data(), layer.name);
    }
}

void TstArchive::exports_comeBackBitForBit_data()
{
    QTest::addColumn<int>("layer");
    QTest::addColumn<QString>("settings");
    const auto &layers = layerCases();
    for (size_t i = 0; i < layers.size(); ++i)
        for (const char *settings : methodCases())
            if (i == 0 || settings == std::string_view("prune=0.6,bits=3"))
                QTest::addRow("%s, %s", layers[i].name, settings) << static_cast<int>(i) << settings;
}

void TstArchive::exports_comeBackBitForBit()
{
    QFETCH(int, layer);
    QFETCH(QString, settings);
    const Model source = layerCases()[static_cast<size_t>(layer)].build(13);
    exported(source, settings.toStdString()).save(path("model.onnx"));
    comesBack(path("model.onnx"));
}

void TstArchive::plainModels_comeBackBitForBit_data()
{
    QTest::addColumn<QByteArray>("model");
    const auto add = [](const char *name, GraphBuilder &builder) {
        QTest::newRow(name) << QByteArray::fromStdString(builder.bytes());
    };
    add("no constants", GraphBuilder().input("x", {1}).output("y").node("Relu", {"x"}, {"y"}));
    GraphBuilder floats = GraphBuilder().input("x", {1, 4}).output("y").node("MatMul", {"x", "w"}, {"y"});
    auto *typed = floats.proto().mutable_graph()->add_initializer();
    typed->set_name("w");
    typed->set_data_type(onnx::TensorProto::FLOAT);
    typed->add_dims(4);
    typed->add_dims(500);
    for (int i = 0; i < 2000; ++i)
        typed->add_float_data(static_cast<float>(std::sin(i)));
    add("floats in typed fields", floats);
    add("zeros", GraphBuilder()
                     .input("x", {1, 1000})
                     .output("y")
                     .constant("w", makeTensor(ElementType::Float32, {1000, 1000}))
                     .node("MatMul", {"x", "w"}, {"y"}));
    add("whole numbers", GraphBuilder()
                             .input("x", {1, 3000})
                             .output("y")
                             .constant("w", makeTensor(ElementType::Int8, {3000, 10}))
                             .node("Cast", {"w"}, {"f"}, {{"to", int64_t{1}}})
                             .node("MatMul", {"x", "f"}, {"y"}));
}

void TstArchive::plainModels_comeBackBitForBit()
{
    QFETCH(QByteArray, model);
    writeFileAtomically(path("model.onnx"),
                        std::string_view(model.constData(), static_cast<size_t>(model.size())));
    comesBack(path("model.onnx"));
}

void TstArchive::realModels_comeBackBitForBit()
{
    LATHE_NEED_TEST_DATA();
    int models = 0;
    for (const fs::directory_entry &entry : fs::directory_iterator(testData() + "/models")) {
        if (entry.path().extension() != ".onnx")
            continue;
        comesBack(entry.path());
        ++models;
    }
    QVERIFY(models > 0);
}

namespace {

/// "model.onnx" with its weight in "w.bin", 16 bytes from the start.
fs::path modelWithExternalData(const fs::path &folder)
{
    GraphBuilder builder = GraphBuilder().input("x", {1, 20}).output("y").node("MatMul", {"x", "w"}, {"y"});
    auto *tensor = builder.proto().mutable_graph()->add_initializer();
    tensor->set_name("w");
    tensor->set_data_type(onnx::TensorProto::FLOAT);
    tensor->add_dims(20);
    tensor->add_dims(200);
    tensor->set_data_location(onnx::TensorProto::EXTERNAL);
    for (const auto &[key, value] : {std::pair{"location", "w.bin"}, {"offset", "16"}, {"length", "16000"}}) {
        auto *entry = tensor->add_external_data();
        entry->set_key(key);
        entry->set_value(value);
    }
    const Tensor values = randomTensor({20, 200}, 3);
    std::string data = "sixteen bytes...";
    data.append(reinterpret_cast<const char *>(values.bytes.data()), values.bytes.size());
    data += "and some behind";
    writeFileAtomically(folder / "w.bin", data);
    writeFileAtomically(folder / "model.onnx", builder.bytes());
    return folder / "model.onnx";
}

} // namespace

void TstArchive::externalData_comesBackBesideTheModel()
{
    const fs::path model = modelWithExternalData(m_folder->path().toStdString());
    const PackReport packed = packModel(model, path("packed.lathez"));
    QCOMPARE(packed.modelBytes, static_cast<int64_t>(fs::file_size(model) + fs::file_size(path("w.bin"))));
    fs::create_directory(path("other"));
    const UnpackReport back = unpackArchive(path("packed.lathez"), path("other/model.onnx"));
    QCOMPARE(back.files.size(), size_t{2});
    QVERIFY(readFile(path("other/model.onnx")) == readFile(model));
    QVERIFY(readFile(path("other/w.bin")) == readFile(path("w.bin")));
    unpackArchive(path("packed.lathez"), path("other/again.onnx")); // with the same data
    QVERIFY(readFile(path("other/again.onnx")) == readFile(model));
}

void TstArchive::externalData_replacesNoOtherFile()
{
    packModel(modelWithExternalData(m_folder->path().toStdString()), path("packed.lathez"));
    fs::create_directory(path("other"));
    writeFileAtomically(path("other/w.bin"), "somebody's");
    try {
        unpackArchive(path("packed.lathez"), path("other/model.onnx"));
        QFAIL("it was replaced");
    } catch (const Error &error) {
        QCOMPARE(error.code(), ErrorCode::FileUnwritable);
    }
    QVERIFY(readFile(path("other/w.bin")) == "somebody's");
    QCOMPARE(QDir(m_folder->filePath("other")).entryList(QDir::Files | QDir::Hidden), QStringList{"w.bin"});
}

void TstArchive::codes_areKnownByTheirWidth_data()
{
    QTest::addColumn<int>("bits");
    for (int bits = 2; bits <= 8; ++bits)
        QTest::addRow("%d bits", bits) << bits;
}

void TstArchive::codes_areKnownByTheirWidth()
{
    QFETCH(int, bits);
    exported(product(200, 300), "bits=" + std::to_string(bits)).save(path("model.onnx"));
    const PackReport report = packModel(path("model.onnx"), path("packed.lathez"));
    QVERIFY(std::ranges::any_of(report.streams,
                                [&](const PackedStream &stream) { return stream.codeBits == bits; }));
    for (const PackedStream &stream : report.streams) { // a mask or steps may go with the codes
        QVERIFY(stream.codeBits >= 1 && stream.codeBits <= 8);
        QCOMPARE(stream.layer, std::string("fc"));
        const bool whole = stream.codes <= 8 * stream.rawBytes / stream.codeBits;
        QVERIFY(whole || stream.codes == 200 * 300); // with steps or a mask each cell of the weight counts
    }
}

void TstArchive::codes_areWithinTwoPercentOfShannon_data()
{
    QTest::addColumn<QString>("settings");
    for (const char *settings :
         {"bits=2", "bits=3", "bits=4", "bits=5", "bits=8", "prune=0.5,bits=4", "prune=0.8,bits=4",
          "prune=0.95,bits=4", "prune=0.9,bits=3,symmetric=false", "prune=0.6"})
        QTest::newRow(settings) << settings;
}

void TstArchive::codes_areWithinTwoPercentOfShannon()
{
    QFETCH(QString, settings);
    exported(product(400, 500), settings.toStdString()).save(path("model.onnx"));
    const PackReport report = packModel(path("model.onnx"), path("packed.lathez"));
    QVERIFY(!report.streams.empty());
    double all = 0.0, bound = 0.0, tables = 0.0;
    for (const PackedStream &stream : report.streams) {
        all += static_cast<double>(stream.bytes);
        bound += stream.shannonBytes;
        tables += static_cast<double>(stream.tableBytes);
    }
    QVERIFY2(all <= 1.02 * bound + tables, qPrintable(QString("%1 of %2").arg(all).arg(bound)));
    QVERIFY(tables < 0.02 * bound);
}

void TstArchive::sparseWeights_areOneStream_data()
{
    QTest::addColumn<int>("opset");
    QTest::addColumn<QString>("settings");
    for (const int opset : {9, 13, 21}) // before 11, kept weights are counted block by block
        for (const char *settings :
             {"prune=0.6,bits=4", "prune=0.95,clusters=8", "prune=0.8,bits=3,symmetric=false"})
            QTest::addRow("opset %d, %s", opset, settings) << opset << settings;
}

/// A mask or steps and the codes of what is kept, as a matrix of the weight's shape.
void TstArchive::sparseWeights_areOneStream()
{
    QFETCH(int, opset);
    QFETCH(QString, settings);
    exported(product(300, 200, opset), settings.toStdString()).save(path("model.onnx"));
    const PackReport report = packModel(path("model.onnx"), path("packed.lathez"));
    int weights = 0;
    for (const PackedStream &stream : report.streams) {
        if (stream.codes <= 300)
            continue; // zero points
        ++weights;
        QCOMPARE(stream.codes, 300 * 200);
        QVERIFY(stream.rangeBytes > 0);
        QVERIFY(static_cast<double>(stream.rangeBytes) < 1.02 * stream.shannonBytes);
    }
    QCOMPARE(weights, 1);
}

void TstArchive::report_addsUpToTheFile()
{
    exported(network(), "prune=0.5,bits=4").save(path("model.onnx"));
    const PackReport report = packModel(path("model.onnx"), path("packed.lathez"));
    int64_t archive = report.headBytes + report.graph.bytes + report.numbers.bytes;
    int64_t model = report.graph.rawBytes + report.numbers.rawBytes;
    for (const PackedStream &stream : report.streams) {
        archive += stream.bytes;
        model += stream.rawBytes;
        QVERIFY(stream.tableBytes >= 0 && stream.huffmanBytes > 0 && stream.rangeBytes > 0);
        QCOMPARE(stream.bytes, std::min(stream.rangeBytes, stream.huffmanBytes + stream.tableBytes));
    }
    QCOMPARE(archive, static_cast<int64_t>(fs::file_size(path("packed.lathez"))));
    QCOMPARE(model, static_cast<int64_t>(fs::file_size(path("model.onnx"))));
}

void TstArchive::packing_isRepeatable()
{
    exported(network(), "prune=0.5,bits=4").save(path("model.onnx"));
    JobContext one;
    one.threads = 1;
    packModel(path("model.onnx"), path("one.lathez"), one);
    packModel(path("model.onnx"), path("two.lathez"));
    QVERIFY(readFile(path("one.lathez")) == readFile(path("two.lathez")));
}

void TstArchive::badModels_areRefused()
{
    writeFileAtomically(path("text.onnx"), "this is a text and no model");
    QVERIFY_EXCEPTION_THROWN(packModel(path("text.onnx"), path("packed.lathez")), Error);
    writeFileAtomically(path("empty.onnx"), GraphBuilder().bytes());
    QVERIFY_EXCEPTION_THROWN(packModel(path("empty.onnx"), path("packed.lathez")), Error);
    QVERIFY_EXCEPTION_THROWN(packModel(path("missing.onnx"), path("packed.lathez")), Error);
    QVERIFY(!fs::exists(path("packed.lathez")));
    network().save(path("model.onnx"));
    packModel(path("model.onnx"), path("packed.lathez"));
    try { // an archive is no model
        packModel(path("packed.lathez"), path("twice.lathez"));
        QFAIL("an archive was packed");
    } catch (const Error &error) {
        QVERIFY(QString(error.what()).contains("lathe unpack"));
    }
}

QTEST_APPLESS_MAIN(TstArchive)
#include "tst_archive.moc"
