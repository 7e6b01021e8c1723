// Files written whole or not at all, hashes; and how jobs run, fail and stop.
#include "core/base/error.h"
#include "core/base/fileio.h"
#include "core/base/job.h"

#include <QTemporaryDir>
#include <QTest>
#include <atomic>
#include <csignal>
#include <numeric>
#include <ostream>
#include <sys/resource.h>
#include <sys/stat.h>

using namespace lathe;

namespace {

size_t entries(const std::filesystem::path &folder)
{
    return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

template <class Fn>
QString refusal(ErrorCode code, const Fn &action)
{
    try {
        action();
        return "it worked";
    } catch (const Error &e) {
        return e.code() == code ? QString(e.what()) : QString("WRONG CODE: ") + e.what();
    }
}

} // namespace

class TstFileIo : public QObject {
    Q_OBJECT
private slots:
    void init();
    void writtenFile_readsBack();
    void failedWrite_leavesTheOldFile_data();
    void failedWrite_leavesTheOldFile();
    void fullDisk_leavesTheOldFile();
    void writeIntoNowhere_isRefused();
    void unreadable_isRefusedByName();
    void sha256_matchesThePublishedVectors();
    void context_reportsItsPart();
    void guard_endsEveryException();

private:
    std::filesystem::path root() const { return m_folder->path().toStdString(); }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TstFileIo::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
}

void TstFileIo::writtenFile_readsBack()
{
    const std::string content("zero \0 inside\n", 14);
    writeFileAtomically(root() / "a", content);
    QCOMPARE(readFile(root() / "a"), content);
    writeFileAtomically(root() / "a", [](std::ostream &out) {
        for (int i = 0; i < 1000; ++i)
            out << i << ' ';
        out.put('!');
    });
    QVERIFY(readFile(root() / "a").ends_with("999 !"));
    writeFileAtomically(root() / "empty", std::string_view());
    QCOMPARE(readFile(root() / "empty"), std::string());
    QCOMPARE(entries(root()), size_t{2});
}

void TstFileIo::failedWrite_leavesTheOldFile_data()
{
    QTest::addColumn<bool>("existed");
    QTest::newRow("new") << false;
    QTest::newRow("over an old one") << true;
}

void TstFileIo::failedWrite_leavesTheOldFile()
{
    QFETCH(bool, existed);
    if (existed)
        writeFileAtomically(root() / "a", "old");
    const auto produce = [](std::ostream &out) {
        out << "half";
        throw Cancelled{};
    };
    QVERIFY_EXCEPTION_THROWN(writeFileAtomically(root() / "a", produce), Cancelled);
    QCOMPARE(entries(root()), size_t{existed});
    if (existed)
        QCOMPARE(readFile(root() / "a"), std::string("old"));
}

void TstFileIo::fullDisk_leavesTheOldFile()
{
    writeFileAtomically(root() / "a", "old");
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    const auto oldHandler =
        std::signal(SIGXFSZ, SIG_IGN); // a write past the limit then fails as on a full disk
    const rlimit tight{4096, before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &tight);
    const QString sentence = refusal(ErrorCode::FileUnwritable,
                                     [&] { writeFileAtomically(root() / "a", std::string(100000, 'x')); });
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, oldHandler);
    QVERIFY2(sentence.contains("Cannot write") && sentence.contains("/a"), qPrintable(sentence));
    QCOMPARE(readFile(root() / "a"), std::string("old"));
    QCOMPARE(entries(root()), size_t{1});
}

void TstFileIo::writeIntoNowhere_isRefused()
{
    writeFileAtomically(root() / "file", "x");
    for (const auto &target : {root() / "missing" / "a", root() / "file" / "a"}) {
        const QString sentence =
            refusal(ErrorCode::FileUnwritable, [&] { writeFileAtomically(target, "content"); });
        QVERIFY2(sentence.contains(QString::fromStdString(target.string())), qPrintable(sentence));
    }
    std::filesystem::create_directory(root() / "folder");
    QVERIFY(!refusal(ErrorCode::FileUnwritable, [&] {
                 writeFileAtomically(root() / "folder", "c");
             }).contains("WRONG"));
    QCOMPARE(entries(root()), size_t{2});
}

void TstFileIo::unreadable_isRefusedByName()
{
    QCOMPARE(::mkfifo((root() / "pipe").c_str(), 0600), 0);
    for (const auto &path : {root() / "missing", root(), root() / "pipe"}) {
        const QString sentence = refusal(ErrorCode::FileUnreadable, [&] { readFile(path); });
        QVERIFY2(sentence.startsWith(QString("Cannot read %1: ").arg(QString::fromStdString(path.string()))),
                 qPrintable(sentence));
    }
}

void TstFileIo::sha256_matchesThePublishedVectors()
{
    // FIPS 180-4 examples
    QCOMPARE(sha256Hex(std::string_view("abc")),
             std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    QCOMPARE(sha256Hex(std::string_view("")),
             std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    writeFileAtomically(root() / "abc", "abc");
    QCOMPARE(sha256OfFile(root() / "abc"), sha256Hex(std::string_view("abc")));
}

void TstFileIo::context_reportsItsPart()
{
    std::vector<double> seen;
    JobContext whole;
    whole.onProgress = [&](const Progress &p) { seen.push_back(p.fraction); };
    const JobContext part = whole.part(0.5, 0.75);
    part.checkpoint(0.0, Message::verbatim("start"));
    part.part(0.0, 0.5).checkpoint(1.0, Message::verbatim("half"));
    part.checkpoint(1.0, Message::verbatim("end"));
    QCOMPARE(seen, (std::vector<double>{0.5, 0.625, 0.75}));
    QVERIFY(JobContext{}.threadCount() >= 1);
    QCOMPARE((JobContext{{}, {}, 3}.threadCount()), 3);
}

void TstFileIo::guard_endsEveryException()
{
    const auto codeOf = [](const auto &job) { return std::get<Error>(runGuarded(job)).code(); };
    QCOMPARE(std::get<int>(runGuarded([] { return 7; })), 7);
    QCOMPARE(std::get<int>(runGuarded([](int a) { return a + 1; }, 7)), 8);
    QVERIFY(std::holds_alternative<std::monostate>(runGuarded([] {})));
    QVERIFY(std::holds_alternative<Cancelled>(runGuarded([]() -> int { throw Cancelled{}; })));
    QCOMPARE(int(codeOf([]() -> int { throw Error(ErrorCode::Unsupported, Message::verbatim("x")); })),
             int(ErrorCode::Unsupported));
    QCOMPARE(int(codeOf([]() -> int { throw std::bad_alloc(); })), int(ErrorCode::OutOfMemory));
    QCOMPARE(int(codeOf([] { throw std::runtime_error("y"); })), int(ErrorCode::Internal));
}

QTEST_GUILESS_MAIN(TstFileIo)
#include "tst_fileio.moc"
