// Archives that are damaged, cut short or made to harm are refused in one sentence; old ones stay readable.
#include "core/archive/archive.h"
#include "core/archive/cellcoder.h"
#include "core/archive/codelengths.h"
#include "core/archive/container.h"
#include "core/archive/zstdcodec.h"
#include "core/base/fileio.h"
#include "tests/support/graphbuilder.h"
#include "tests/support/oldarchive.h"
#include "tests/support/places.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>
#include <array>
#include <fstream>
#include <sys/resource.h>

using namespace lathe;
using namespace lathe::test;
namespace fs = std::filesystem;

namespace {

std::string textOf(ByteView bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

Bytes bytesOf(std::string_view text)
{
    const ByteView bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

/// A model with float32 weights, 8-bit codes of low entropy and mostly equal codes.
Model sample()
{
    Tensor codes = makeTensor(ElementType::UInt8, {40, 30});
    Tensor few = makeTensor(ElementType::UInt8, {40, 30});
    for (size_t i = 0; i < codes.bytes.size(); ++i) {
        codes.bytes[i] = static_cast<std::byte>((i * i / 7) % 5 + (i % 11 == 0 ? 3 : 0));
        few.bytes[i] = static_cast<std::byte>(i * i % 37 == 0 ? i % 9 : 2);
    }
    return GraphBuilder(13)
        .input("x", {1, 40})
        .output("y")
        .constant("codes", codes)
        .constant("few", few)
        .random("w", {30, 30})
        .node("Cast", {"codes"}, {"a"}, {{"to", int64_t{1}}})
        .node("Cast", {"few"}, {"b"}, {{"to", int64_t{1}}})
        .node("Add", {"a", "b"}, {"c"})
        .node("MatMul", {"x", "c"}, {"d"})
        .node("MatMul", {"d", "w"}, {"y"})
        .build();
}

/// An archive with one section, right but for what a test does to it. Its hashes always fit.
struct Handmade {
    Bytes coded, rest = bytesOf("rest");
    Coder coder = Coder::Stored;
    uint64_t rawBytes = 0, before = 2;
    std::string name;
    int64_t sizeError = 0; ///< of format 1, which says the size of the file
    bool rightContent = true;
    std::string content; ///< what it should decode to
    uint32_t format = containerFormat;

    std::string bytes() const
    {
        ArchivedFile file{name, 0, {}, {}, {}, {{before, rawBytes}}, {0}};
        file.rest = {Coder::Stored, {rest.size()}, rest};
        file.sections.push_back({coder, {rawBytes}, coded});
        file.size = rest.size() + rawBytes + static_cast<uint64_t>(sizeError);
        file.sha256 = sha256(bytesOf(rightContent ? "re" + content + "st" : "other"));
        const Container container{{file}};
        const Bytes head = format == containerFormat ? containerHead(container) : oldContainerHead(container);
        return textOf(head) + textOf(rest) + textOf(coded);
    }
};

constexpr int coders = 10;
constexpr std::array formats{oldContainerFormat, containerFormat};

Handmade stored()
{
    Handmade archive;
    archive.content = "0123456789";
    archive.coded = bytesOf(archive.content);
    archive.rawBytes = archive.coded.size();
    return archive;
}

Handmade codedBy(Coder coder, std::initializer_list<int> payload, uint64_t rawBytes)
{
    Handmade archive;
    archive.coder = coder;
    for (const int byte : payload)
        archive.coded.push_back(static_cast<std::byte>(byte));
    archive.rawBytes = rawBytes;
    return archive;
}

} // namespace

Q_DECLARE_METATYPE(Handmade)

class TstArchiveFaults : public QObject {
    Q_OBJECT
private slots:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void everyChangedByte_isRefused();
    void everyCut_isRefused();
    void moreBytes_areRefused();
    void otherFiles_areRefusedAsSuch();
    void handmade_unpacksWhenRight();
    void harmfulArchives_areRefused_data();
    void harmfulArchives_areRefused();
    void hugeSizes_areRefusedBeforeAnythingIsAllocated();
    void claimedSizes_takeNoMemory_data();
    void claimedSizes_takeNoMemory();
    void unpacking_canBeCancelled();
    void archiveItself_isNoTarget();
    void damagedSections_neverCrash();
    void newerFormat_isNamed();
    void namesOutsideTheFolder_areRefused_data();
    void namesOutsideTheFolder_areRefused();
    void oldArchive_staysReadable();
    void failedUnpacking_leavesTheOldFile();

private:
    fs::path path(const char *name) const { return m_folder->filePath(name).toStdString(); }
    /// The sentence with which an archive is refused; empty when it was not.
    std::string refusal(const std::string &archive, ErrorCode code = ErrorCode::MalformedData)
    {
        {
            std::ofstream file(path("bad.lathez"), std::ios::binary);
            file << archive;
        }
        try {
            unpackArchive(path("bad.lathez"), path("bad.onnx"));
        } catch (const Error &error) {
            if (fs::exists(path("bad.onnx")))
                return {};
            return error.code() == code ? error.what() : "";
        }
        return {};
    }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TstArchiveFaults::everyChangedByte_isRefused()
{
    sample().save(path("model.onnx"));
    const PackReport report = packModel(path("model.onnx"), path("good.lathez"));
    QVERIFY(report.streams.size() == 2);
    const std::string good = readFile(path("good.lathez"));
    for (size_t i = 0; i < good.size(); ++i) {
        for (const unsigned flip : {1U << (i % 8), 0xFFU}) {
            std::string bad = good;
            bad[i] = static_cast<char>(static_cast<unsigned char>(bad[i]) ^ flip);
            QVERIFY2(!refusal(bad).empty(), qPrintable(QString("byte %1").arg(i)));
        }
    }
}

void TstArchiveFaults::everyCut_isRefused()
{
    sample().save(path("model.onnx"));
    packModel(path("model.onnx"), path("good.lathez"));
    const std::string good = readFile(path("good.lathez"));
    for (size_t size = 0; size < good.size(); ++size)
        QVERIFY2(!refusal(good.substr(0, size)).empty(), qPrintable(QString("%1 bytes").arg(size)));
}

void TstArchiveFaults::moreBytes_areRefused()
{
    QVERIFY(!refusal(stored().bytes() + '\0').empty());
    QVERIFY(!refusal(stored().bytes() + stored().bytes()).empty());
}

void TstArchiveFaults::otherFiles_areRefusedAsSuch()
{
    for (const std::string &other : {std::string(), std::string("text"), sample().serialize()})
        QVERIFY(QString::fromStdString(refusal(other)).contains("is no archive"));
}

void TstArchiveFaults::handmade_unpacksWhenRight()
{
    for (const uint32_t format : formats) {
        Handmade archive = stored();
        archive.format = format;
        writeFileAtomically(path("a.lathez"), archive.bytes());
        unpackArchive(path("a.lathez"), path("a.onnx"));
        QVERIFY(readFile(path("a.onnx")) == "re0123456789st");
    }
}

void TstArchiveFaults::harmfulArchives_areRefused_data()
{
    QTest::addColumn<QByteArray>("archive");
    const auto add = [](const char *name, Handmade archive) {
        for (const uint32_t format : formats) {
            archive.format = format;
            if (format == oldContainerFormat || archive.sizeError == 0)
                QTest::addRow("format %d, %s", static_cast<int>(format), name)
                    << QByteArray::fromStdString(archive.bytes());
        }
    };
    Handmade archive = stored();
    archive.rawBytes = 9;
    add("shorter than its bytes", archive);
    archive = stored();
    archive.rawBytes = 11;
    add("longer than its bytes", archive);
    archive = stored();
    archive.before = 5;
    add("place behind the rest", archive);
    archive = stored();
    archive.before = uint64_t{1} << 62;
    add("place far behind the rest", archive);
    archive = stored();
    archive.sizeError = 1;
    add("size that is not the sum", archive);
    archive = stored();
    archive.rightContent = false;
    add("another content than hashed", archive);
    archive = stored();
    archive.coder = static_cast<Coder>(77);
    add("unknown coder", archive);
    archive = stored();
    archive.name = "name";
    add("a model with a name", archive);

    add("words: nothing", codedBy(Coder::Words, {}, 8));
    add("words: width 0", codedBy(Coder::Words, {0, 1, 3, 1, 0}, 8));
    add("words: width 17", codedBy(Coder::Words, {17, 1, 3, 1, 0}, 8));
    add("words: lengths of 7 bits", codedBy(Coder::Words, {1, 7, 3, 3, 1, 0}, 8));
    add("words: table cut short", codedBy(Coder::Words, {8, 1, 3}, 8));
    add("words: no prefix code", codedBy(Coder::Words, {2, 1, 0x0F, 1, 0}, 1));
    add("words: codes left unused", codedBy(Coder::Words, {2, 2, 0x2A, 1, 0}, 1));
    add("words: too few bits", codedBy(Coder::Words, {1, 1, 3, 1, 0}, 8));
    add("words: too many bits", codedBy(Coder::Words, {1, 1, 3, 2, 0, 0}, 1));
    add("words: bits behind the end", codedBy(Coder::Words, {1, 1, 3, 1, 0, 0}, 1));
    add("words: empty table", codedBy(Coder::Words, {1, 1, 0, 1, 0}, 1));
    add("words: long payload", codedBy(Coder::Words, {1, 1, 3, 0xFF, 0xFF, 0xFF, 0x7F, 0}, 1));
    add("words: endless number",
        codedBy(Coder::Words, {1, 1, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}, 1));
    add("words: zstd table that is none", codedBy(Coder::Words, {4, 0, 3, 1, 2, 3, 1, 0}, 4));
    add("runs: width 9", codedBy(Coder::Runs, {9, 0, 0, 0}, 4));
    add("runs: common code too large", codedBy(Coder::Runs, {1, 2, 0, 0}, 4));
    add("runs: so many gaps", codedBy(Coder::Runs, {1, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0, 1}, 4));
    add("planes: width 0", codedBy(Coder::Planes, {0, 1, 2, 3}, 4));
    add("planes: no zstd", codedBy(Coder::Planes, {4, 1, 2, 3}, 4));
    add("cells: nothing", codedBy(Coder::Cells, {}, 4));
    add("cells: width 0", codedBy(Coder::Cells, {0, 0, 80, 1, 1, 0, 1}, 4));
    add("cells: width 9", codedBy(Coder::Cells, {9, 0, 80, 1, 1, 0, 1}, 4));
    add("cells: common code too large", codedBy(Coder::Cells, {1, 2, 80, 1, 1, 0, 1}, 4));
    add("cells: no columns", codedBy(Coder::Cells, {1, 0, 80, 0, 1, 0, 1}, 4));
    add("cells: columns without end", codedBy(Coder::Cells, {1, 0, 80, 255, 255, 255, 255, 127, 1, 0, 1}, 4));
    add("cells: kernel larger than the row", codedBy(Coder::Cells, {1, 0, 80, 4, 5, 0, 1}, 4));
    add("cells: no kernel", codedBy(Coder::Cells, {1, 0, 80, 4, 0, 0, 1}, 4));
    add("cells: image larger than the row", codedBy(Coder::Cells, {1, 0, 80, 4, 1, 4, 1}, 4));
    add("cells: too few bits", codedBy(Coder::Cells, {8, 0, 80, 4, 1, 0}, 100));
    add("cells: bytes behind the end",
        codedBy(Coder::Cells, {1, 0, 80, 4, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2}, 1));
    add("cells: filled up with ones", codedBy(Coder::Cells, {3, 7, 0, 4, 1, 0, 255, 255, 255, 255}, 1));
    add("mask: one stretch", codedBy(Coder::Mask, {2, 0, 8, 0, 80, 4, 1, 0, 1}, 4));
    add("steps: one stretch", codedBy(Coder::Steps, {2, 0, 8, 0, 80, 4, 1, 0, 1}, 4));
    add("numbers: nothing", codedBy(Coder::Numbers, {}, 4));
    add("numbers: width 3", codedBy(Coder::Numbers, {3, 1, 2, 3}, 3));
    add("numbers: no whole number of them", codedBy(Coder::Numbers, {4, 1, 2, 3}, 5));
    add("numbers: too few bits", codedBy(Coder::Numbers, {4}, 80));
    add("numbers: bytes behind the end",
        codedBy(Coder::Numbers, {1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}, 1));
    add("graph: nothing", codedBy(Coder::Graph, {}, 400));
    add("graph: bytes behind the end",
        codedBy(Coder::Graph, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}, 1));
    add("zstd: nothing", codedBy(Coder::Zstd, {}, 4));
    add("zstd: no frame", codedBy(Coder::Zstd, {1, 2, 3, 4, 5, 6}, 4));
    archive = stored();
    archive.coder = Coder::Zstd;
    archive.coded = zstdPacked(bytesOf("0123456789"));
    archive.rawBytes = 9;
    add("zstd: more than declared", archive);
    archive.rawBytes = 11;
    add("zstd: less than declared", archive);
}

void TstArchiveFaults::harmfulArchives_areRefused()
{
    QFETCH(QByteArray, archive);
    const std::string sentence = refusal(archive.toStdString());
    QVERIFY(!sentence.empty());
    QVERIFY2(sentence.find("bad.lathez") != std::string::npos && sentence.back() == '.', sentence.c_str());
}

void TstArchiveFaults::hugeSizes_areRefusedBeforeAnythingIsAllocated()
{
    for (int coder = 0; coder < coders; ++coder) {
        Handmade archive = stored();
        archive.coder = static_cast<Coder>(coder);
        for (const uint32_t format : formats) {
            archive.format = format;
            if (format == oldContainerFormat && archive.coder > Coder::Runs)
                continue; // refused as unknown
            for (const uint64_t size : {uint64_t{20'000}, uint64_t{1} << 40, (uint64_t{1} << 62) + 5}) {
                archive.rawBytes = size;
                const QString sentence = QString::fromStdString(refusal(archive.bytes()));
                QVERIFY2(sentence.contains("larger than it can be"), qPrintable(sentence));
            }
        }
    }
}

void TstArchiveFaults::claimedSizes_takeNoMemory_data()
{
    QTest::addColumn<Handmade>("archive");
    const size_t coded = size_t{3} << 20;
    const auto row = [&](const char *name, Coder coder, std::initializer_list<int> start) {
        Handmade archive = codedBy(coder, start, uint64_t{3} << 30);
        archive.coded.resize(coded);
        QTest::newRow(name) << archive;
    };
    row("zstd", Coder::Zstd, {0x28, 0xB5, 0x2F, 0xFD, 0xA0, 0, 0, 0, 0xC0, 1, 2, 3});
    row("zstd without a frame", Coder::Zstd, {1, 2, 3, 4});
    row("planes", Coder::Planes, {4, 0x28, 0xB5, 0x2F, 0xFD, 0xA0, 0, 0, 0, 0xC0, 1, 2, 3});
    row("words", Coder::Words, {8, 1, 3, 1, 0});
    row("runs", Coder::Runs, {8, 0, 1, 0, 1, 3, 1, 0});
    row("cells", Coder::Cells, {8, 0, 80, 1, 1, 0});
    row("cells of one bit", Coder::Cells, {1, 0, 0, 200, 1, 1, 0});
    row("numbers", Coder::Numbers, {4});
    row("graph", Coder::Graph, {});
}

/// 3 MB that claim to be 3 GB, under a limit that has no room for these.
void TstArchiveFaults::claimedSizes_takeNoMemory()
{
    QFETCH(Handmade, archive);
    const std::string bytes = archive.bytes();
    rlimit before{};
    ::getrlimit(RLIMIT_AS, &before);
#ifdef __SANITIZE_ADDRESS__
    const rlimit tight = before; // its shadow alone takes more
#else
    const rlimit tight{rlim_t{1} << 30, before.rlim_max};
#endif
    ::setrlimit(RLIMIT_AS, &tight);
    const std::string sentence = refusal(bytes);
    ::setrlimit(RLIMIT_AS, &before);
    QVERIFY2(!sentence.empty(), sentence.c_str());
}

void TstArchiveFaults::unpacking_canBeCancelled()
{
    const Bytes zeros(size_t{64} << 20);
    const Bytes packed = zstdPacked(zeros, zeros.size() / mostExpansion);
    QVERIFY(zstdUnpacked(packed, zeros.size()) == zeros);
    std::stop_source stop;
    stop.request_stop();
    const JobContext ctx{stop.get_token(), {}, 1};
    QVERIFY_EXCEPTION_THROWN(zstdUnpacked(packed, zeros.size(), ctx), Cancelled);
}

void TstArchiveFaults::archiveItself_isNoTarget()
{
    sample().save(path("model.onnx"));
    packModel(path("model.onnx"), path("a.lathez"));
    const std::string archive = readFile(path("a.lathez")), model = readFile(path("model.onnx"));
    fs::create_symlink("a.lathez", path("link"));
    QVERIFY_EXCEPTION_THROWN(unpackArchive(path("a.lathez"), path("link")), Error);
    QVERIFY_EXCEPTION_THROWN(packModel(path("model.onnx"), path("model.onnx")), Error);
    QVERIFY(readFile(path("a.lathez")) == archive && readFile(path("model.onnx")) == model);
}

void TstArchiveFaults::damagedSections_neverCrash()
{
    std::mt19937 random(9);
    Bytes raw(3000);
    for (size_t i = 0; i < raw.size(); ++i)
        raw[i] = static_cast<std::byte>(random() % 8 == 0 ? random() % 200 : 17);
    CodeJoiner mask(1, 100), steps(3, 300), codes(2, 200);
    for (int i = 0; i < 800; ++i) {
        mask.put(i % 7 == 0 ? 1 : 0);
        steps.put(1 + random() % 7);
        codes.put(i > 0 && i < 116 ? random() % 4 : 0);
    }
    const Bytes maskBytes = mask.finish(), stepBytes = steps.finish(), codeBytes = codes.finish();
    struct Good {
        Coded coded;
        std::vector<uint64_t> sizes;
    };
    const CellGrid grid{0, 50, 5, 10};
    const std::vector<Good> all{{codedCodes(raw), {raw.size()}},
                                {codedCells(raw, 8, grid).value(), {raw.size()}},
                                {codedPair({maskBytes, 0, codeBytes, 2, true}, {800, 40, 1, 0}).value(),
                                 {maskBytes.size(), codeBytes.size()}},
                                {codedPair({stepBytes, 3, codeBytes, 2, false}, {6000, 60, 1, 0}).value(),
                                 {codeBytes.size(), stepBytes.size()}},
                                {codedFloats(raw, 4), {raw.size()}},
                                {codedRest(raw, {{100, 50}}), {raw.size()}}};
    const auto tryOne = [](Coder coder, const Bytes &coded, std::span<const uint64_t> sizes) {
        try {
            decoded(coder, coded, sizes);
        } catch (const Error &error) {
            QCOMPARE(error.code(), ErrorCode::MalformedData);
        }
    };
    for (const Good &good : all) {
        const int turns = good.coded.coder <= Coder::Runs    ? 4000
                          : good.coded.coder == Coder::Graph ? 40
                                                             : 200;
        for (int turn = 0; turn < turns; ++turn) {
            Bytes bad = good.coded.bytes;
            for (unsigned flips = 1 + random() % 3; flips > 0; --flips)
                bad[random() % std::min<size_t>(bad.size(), turn % 2 ? 60 : bad.size())] ^=
                    static_cast<std::byte>(1 + random() % 255);
            if (random() % 4 == 0)
                bad.resize(random() % bad.size());
            tryOne(good.coded.coder, bad, good.sizes);
            const int quick = good.coded.coder <= Coder::Runs ? 5 : 0; // those of format 1
            for (int coder = 0; coder < (turn % 20 == 0 ? coders : quick); ++coder)
                tryOne(static_cast<Coder>(coder), bad, good.sizes);
        }
    }
}

void TstArchiveFaults::newerFormat_isNamed()
{
    std::string archive = stored().bytes();
    archive[8] = 3;
    const ByteView all = std::as_bytes(std::span(archive));
    const size_t directory = std::to_integer<size_t>(all[12]);
    const Sha256Digest hash = Sha256().add(all.first(16)).add(all.subspan(48, directory)).finish();
    std::copy(hash.begin(), hash.end(), reinterpret_cast<std::byte *>(archive.data() + 16));
    const QString sentence = QString::fromStdString(refusal(archive, ErrorCode::Unsupported));
    QVERIFY2(sentence.contains("newer"), qPrintable(sentence));
}

void TstArchiveFaults::namesOutsideTheFolder_areRefused_data()
{
    QTest::addColumn<QString>("name");
    for (const char *name : {"", "/etc/w.bin", "../w.bin", "a/../../w.bin", "a//..", ".", "..", "./w.bin",
                             "a/", "c:w.bin", "..\\w.bin", "a\\b"})
        QTest::newRow(name) << name;
}

void TstArchiveFaults::namesOutsideTheFolder_areRefused()
{
    QFETCH(QString, name);
    const Bytes rest = bytesOf("data");
    const Section section{Coder::Stored, {4}, rest};
    const Container container{{{"", 4, sha256(rest), section, {}, {}, {}},
                               {name.toStdString(), 4, sha256(rest), section, {}, {}, {}}}};
    for (const Bytes &head : {containerHead(container), oldContainerHead(container)})
        QVERIFY(!refusal(textOf(head) + "datadata").empty());
    QVERIFY(!isRestorableName(name.toStdString()));
}

/// The same model packed in format 1 and in format 2.
void TstArchiveFaults::oldArchive_staysReadable()
{
    const fs::path data = fs::path(sourcePath("tests/data/archive"));
    for (const char *name : {"format1.lathez", "format2.lathez"}) {
        unpackArchive(data / name, path("back.onnx"));
        QVERIFY2(readFile(path("back.onnx")) == readFile(data / "model.onnx"), name);
    }
}

void TstArchiveFaults::failedUnpacking_leavesTheOldFile()
{
    Handmade archive = stored();
    archive.rightContent = false;
    writeFileAtomically(path("a.lathez"), archive.bytes());
    writeFileAtomically(path("a.onnx"), "old");
    QVERIFY_EXCEPTION_THROWN(unpackArchive(path("a.lathez"), path("a.onnx")), Error);
    QVERIFY(readFile(path("a.onnx")) == "old");
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files | QDir::Hidden).size(), 2);
}

QTEST_APPLESS_MAIN(TstArchiveFaults)
#include "tst_archive_faults.moc"
