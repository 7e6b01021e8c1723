// lathe pack and lathe unpack: the very same file back, figures that add up, refusals with their exit codes.
#include "tests/cli/program.h"

using namespace lathe::test;

namespace {

QByteArray content(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TstPack : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void unpack_givesTheSameFile();
    void text_namesLayersAndBound();
    void json_addsUp();
    void damagedArchive_isRefusedAndLeavesNothing();
    void wrongFiles_areRefused();
    void compress_tellsHuffmanAndShannon();
    void bench_timesTheCoders();

private:
    QString path(const QString &name) const { return m_folder.filePath(name); }
    QTemporaryDir m_folder;
    Run m_compressed;
};

void TstPack::initTestCase()
{
    QVERIFY(m_folder.isValid());
    m_compressed = runLathe({"compress", sampleModel(), "--set", "*:prune=0.6,bits=4", "--no-verify",
                             "--json", "-o", path("small.onnx")});
    LATHE_EXPECT_EXIT(m_compressed, 0);
    LATHE_EXPECT_EXIT(runLathe({"pack", path("small.onnx"), "-o", path("small.lathez")}), 0);
}

void TstPack::unpack_givesTheSameFile()
{
    const Run run = runLathe({"unpack", path("small.lathez"), "-o", path("same.onnx"), "--json"});
    LATHE_EXPECT_EXIT(run, 0);
    QVERIFY(!content(path("small.onnx")).isEmpty());
    QVERIFY(content(path("same.onnx")) == content(path("small.onnx")));
    LATHE_EXPECT_KEYS(run.json(), "file", "source", "size_bytes", "source_size_bytes", "sha256", "files");
    QVERIFY(number(run.json(), "source_size_bytes") < number(run.json(), "size_bytes"));
}

void TstPack::text_namesLayersAndBound()
{
    const Run run = runLathe({"pack", path("small.onnx"), "-o", path("text.lathez")});
    LATHE_EXPECT_EXIT(run, 0);
    for (const char *word : {"fc1", "Huffman", "Shannon", "Tables", "Range", "Taken", "numbers",
                             "head and graph", "ratio", "SHA-256"})
        QVERIFY2(run.out.contains(word), word);
}

void TstPack::json_addsUp()
{
    const Run run = runLathe({"pack", path("small.onnx"), "-o", path("json.lathez"), "--json"});
    LATHE_EXPECT_EXIT(run, 0);
    const QJsonObject json = run.json();
    const QJsonObject coded = json["coded"].toObject(), rest = json["rest"].toObject();
    QCOMPARE(number(json, "size_bytes"), double(QFileInfo(path("json.lathez")).size()));
    QCOMPARE(number(coded, "size_bytes") + number(rest, "size_bytes") + number(json, "head_bytes"),
             number(json, "size_bytes"));
    for (const char *list : {"layers", "streams"}) {
        double bytes = 0.0;
        for (const QJsonValue &one : json[list].toArray())
            bytes += number(one.toObject(), "size_bytes");
        QCOMPARE(bytes, number(coded, "size_bytes"));
    }
    QVERIFY(number(coded, "huffman_bytes") <= 1.02 * number(coded, "shannon_bytes"));
    QVERIFY(number(coded, "range_bytes") <= 1.01 * number(coded, "shannon_bytes"));
    for (const QJsonValue &one : json["streams"].toArray()) {
        const QJsonObject stream = one.toObject();
        QCOMPARE(number(stream, "size_bytes"),
                 std::min(number(stream, "range_bytes"),
                          number(stream, "huffman_bytes") + number(stream, "table_bytes")));
    }
    double parts = 0.0;
    for (const char *part : {"numbers", "graph"})
        parts += number(json[part].toObject(), "size_bytes");
    QCOMPARE(parts, number(rest, "size_bytes"));
}

void TstPack::damagedArchive_isRefusedAndLeavesNothing()
{
    QByteArray archive = content(path("small.lathez"));
    archive[archive.size() / 2] = static_cast<char>(archive[archive.size() / 2] ^ 1);
    writeFile(path("bad.lathez"), archive);
    const QStringList before = entries(m_folder.path());
    const Run run = runLathe({"unpack", path("bad.lathez"), "-o", path("bad.onnx")});
    LATHE_EXPECT_EXIT(run, lathe::exitCodeFor(lathe::ErrorCode::MalformedData));
    QVERIFY2(run.err.contains("damaged") && run.out.isEmpty(), run.report());
    QCOMPARE(entries(m_folder.path()), before);
}

void TstPack::wrongFiles_areRefused()
{
    LATHE_EXPECT_EXIT(runLathe({"unpack", path("small.onnx"), "-o", path("x.onnx")}), 9);
    LATHE_EXPECT_EXIT(runLathe({"unpack", path("none.lathez"), "-o", path("x.onnx")}), 3);
    LATHE_EXPECT_EXIT(runLathe({"unpack", path("small.lathez"), "-o", path("none/x.onnx")}), 8);
    LATHE_EXPECT_EXIT(runLathe({"pack", path("small.lathez"), "-o", path("x.lathez")}), 4);
    LATHE_EXPECT_EXIT(runLathe({"pack", path("small.onnx"), "-o", path("small.onnx")}), 2);
    LATHE_EXPECT_EXIT(runLathe({"pack", path("small.onnx")}), 2);
}

void TstPack::compress_tellsHuffmanAndShannon()
{
    const QJsonObject json = m_compressed.json(), totals = json["totals"].toObject();
    double huffman = 0.0;
    for (const QJsonValue &layer : json["layers"].toArray()) {
        huffman += number(layer.toObject(), "huffman_bits");
        QVERIFY(number(layer.toObject(), "huffman_bits") >= number(layer.toObject(), "shannon_bits"));
    }
    QCOMPARE(huffman, number(totals, "huffman_bits"));
    QVERIFY(number(totals, "huffman_bits") < number(totals, "theoretical_bits"));
}

void TstPack::bench_timesTheCoders()
{
    const Run run = runLathe({"bench", "coding", path("small.onnx"), "--repeats", "1", "--json"});
    LATHE_EXPECT_EXIT(run, 0);
    const QJsonObject json = run.json();
    LATHE_EXPECT_KEYS(json, "file", "rounds", "source_size_bytes", "zstd", "huffman", "range", "layers");
    for (const char *coder : {"zstd", "huffman", "range"}) {
        double bytes = 0.0;
        for (const QJsonValue &layer : json["layers"].toArray())
            bytes += number(layer.toObject()[coder].toObject(), "size_bytes");
        QCOMPARE(bytes, number(json[coder].toObject(), "size_bytes"));
        QVERIFY(number(json[coder].toObject(), "decode_bytes_per_second") > 0.0);
    }
    const Run plain = runLathe({"bench", "coding", sampleModel(), "--repeats", "1"});
    LATHE_EXPECT_EXIT(plain, 2);
    QVERIFY2(plain.err.contains("holds no packed codes"), plain.report());
}

QTEST_APPLESS_MAIN(TstPack)
#include "tst_pack.moc"
