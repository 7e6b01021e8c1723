// Files that change while they are read: a sentence or the old bytes, never a signal.
#include "core/base/error.h"
#include "core/base/fileio.h"
#include "core/base/inputfile.h"

#include <QTemporaryDir>
#include <QTest>
#include <chrono>
#include <fstream>
#include <sys/resource.h>
#include <unistd.h>

using namespace lathe;
namespace fs = std::filesystem;

namespace {

std::string textOf(std::span<const std::byte> bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

/// Empty when it worked.
template <class Fn>
QString refusal(const Fn &action, ErrorCode code = ErrorCode::FileUnreadable)
{
    try {
        action();
        return {};
    } catch (const Error &e) {
        return e.code() == code ? QString(e.what()) : QString("WRONG CODE: ") + e.what();
    }
}

class FileLimit {
public:
    explicit FileLimit(rlim_t files)
    {
        ::getrlimit(RLIMIT_NOFILE, &m_before);
        const rlimit tight{files, m_before.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &tight);
    }
    ~FileLimit() { ::setrlimit(RLIMIT_NOFILE, &m_before); }
    FileLimit(const FileLimit &) = delete;
    FileLimit &operator=(const FileLimit &) = delete;

private:
    rlimit m_before{};
};

} // namespace

class TstInputFile : public QObject {
    Q_OBJECT
private slots:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void pieces_areTheFile();
    void change_isRefusedOrUnseen_data();
    void change_isRefusedOrUnseen();
    void bytesBehindTheEnd_areRefused();
    void sharedBytes_areOneCopyWhileHeld();
    void manyFiles_needFewDescriptors();
    void replacedWithoutDescriptor_isNoticed();
    void descriptorsAtTheirEnd_areSaid();

private:
    fs::path path(const std::string &name) const { return fs::path(m_folder->path().toStdString()) / name; }
    void write(const fs::path &file, const std::string &text) const
    {
        std::ofstream(file, std::ios::binary) << text;
        // As if a moment later: the clock of file systems ticks in milliseconds.
        fs::last_write_time(file, fs::last_write_time(file) + std::chrono::seconds(m_later++));
    }
    std::unique_ptr<QTemporaryDir> m_folder;
    mutable int m_later = 1;
};

void TstInputFile::pieces_areTheFile()
{
    std::string content;
    for (int i = 0; i < 400'000; ++i)
        content += std::to_string(i) + ' ';
    write(path("a"), content);
    const InputFile file(path("a"));
    QCOMPARE(file.size(), uint64_t{content.size()});
    QVERIFY(textOf(file.readAll()) == content);
    QVERIFY(textOf(file.read(1000, 77)) == content.substr(1000, 77));
    std::string joined;
    size_t largest = 0;
    file.forEachPiece(5, file.size() - 5, [&](std::span<const std::byte> piece) {
        joined += textOf(piece);
        largest = std::max(largest, piece.size());
    });
    QVERIFY(joined == content.substr(5));
    QVERIFY(largest <= size_t{1} << 20);
    QVERIFY(sha256(file) == sha256(std::as_bytes(std::span(content))));
    write(path("empty"), "");
    QCOMPARE(InputFile(path("empty")).readAll().size(), size_t{0});
}

void TstInputFile::change_isRefusedOrUnseen_data()
{
    QTest::addColumn<bool>("seen");
    QTest::newRow("truncated") << true;
    QTest::newRow("emptied") << true;
    QTest::newRow("longer") << true;
    QTest::newRow("same length") << true;
    QTest::newRow("replaced") << false;
    QTest::newRow("removed") << false;
}

void TstInputFile::change_isRefusedOrUnseen()
{
    QFETCH(bool, seen);
    const std::string change = QTest::currentDataTag(), content(100'000, 'a');
    write(path("a"), content);
    const InputFile file(path("a"));
    QVERIFY(textOf(file.read(50'000, 10)) == "aaaaaaaaaa");
    if (change == "truncated")
        fs::resize_file(path("a"), 60'000);
    else if (change == "emptied")
        write(path("a"), "");
    else if (change == "longer")
        write(path("a"), content + "b");
    else if (change == "same length")
        write(path("a"), std::string(100'000, 'b'));
    else if (change == "replaced")
        writeFileAtomically(path("a"), "another");
    else
        fs::remove(path("a"));
    for (const auto &read :
         {std::function([&] { file.readAll(); }), std::function([&] { file.read(10, 10); }),
          std::function([&] { file.requireUnchanged(); })}) {
        const QString sentence = refusal(read);
        QCOMPARE(!sentence.isEmpty(), seen);
        if (seen)
            QVERIFY2(sentence.contains("has been changed") && sentence.contains("/a"), qPrintable(sentence));
    }
    if (!seen)
        QVERIFY(textOf(file.readAll()) == content);
}

void TstInputFile::bytesBehindTheEnd_areRefused()
{
    write(path("a"), "0123456789");
    const InputFile file(path("a"));
    QCOMPARE(textOf(file.read(8, 2)), std::string("89"));
    QCOMPARE(textOf(file.read(10, 0)), std::string());
    for (const auto &[offset, size] :
         {std::pair<uint64_t, size_t>{8, 3}, {11, 0}, {UINT64_MAX, 5}, {1, SIZE_MAX}, {5, size_t{1} << 60}})
        QVERIFY(refusal([&, o = offset, s = size] { file.read(o, s); }).contains("which has only 10"));
}

void TstInputFile::sharedBytes_areOneCopyWhileHeld()
{
    write(path("a"), "0123456789");
    const InputFile file(path("a"));
    auto first = file.shared(2, 4);
    QCOMPARE(textOf(*first), std::string("2345"));
    QVERIFY(file.shared(2, 4) == first);
    QVERIFY(file.shared(2, 5) != first);
    const std::weak_ptr<const InputFile::Bytes> watched = first;
    first.reset();
    QVERIFY(watched.expired());
    QCOMPARE(textOf(*file.shared(2, 4)), std::string("2345"));
}

void TstInputFile::manyFiles_needFewDescriptors()
{
    const FileLimit limit(160);
    std::vector<std::unique_ptr<InputFile>> files;
    for (int i = 0; i < 400; ++i) {
        write(path(std::to_string(i)), std::to_string(i));
        files.push_back(std::make_unique<InputFile>(path(std::to_string(i))));
    }
    for (int i = 0; i < 400; ++i)
        QCOMPARE(textOf(files[static_cast<size_t>(i)]->readAll()), std::to_string(i));
}

void TstInputFile::replacedWithoutDescriptor_isNoticed()
{
    std::vector<std::unique_ptr<InputFile>> files;
    write(path("a"), "content");
    for (int i = 0; i < 200; ++i)
        files.push_back(std::make_unique<InputFile>(path("a")));
    writeFileAtomically(path("a"), "changed");
    QCOMPARE(textOf(files.front()->readAll()), std::string("content"));
    QVERIFY(refusal([&] { files.back()->readAll(); }).contains("has been changed"));
    fs::remove(path("a"));
    QVERIFY(refusal([&] { files.back()->readAll(); }).contains("Cannot read"));
}

void TstInputFile::descriptorsAtTheirEnd_areSaid()
{
    write(path("a"), "content");
    const int next = ::dup(0);
    QVERIFY(next >= 0);
    ::close(next);
    const FileLimit limit(static_cast<rlim_t>(next));
    const QString sentence = refusal([&] { const InputFile file(path("a")); });
    QVERIFY2(sentence.contains("too many files are open") && sentence.contains("ulimit -n"),
             qPrintable(sentence));
}

QTEST_APPLESS_MAIN(TstInputFile)
#include "tst_inputfile.moc"
