// Several files take their names together or not at all, and what a killed process leaves is completed or
// swept.
#include "core/base/error.h"
#include "core/base/fileio.h"
#include "core/base/ownedfolder.h"
#include "core/base/publication.h"
#include "core/base/publicationjournal.h"
#include "core/base/temporaryfolder.h"
#include "tests/support/temporaryplace.h"

#include <QTemporaryDir>
#include <QTest>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace lathe;
namespace fs = std::filesystem;

class TstPublication : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        fs::create_directory(path("state"));
        qputenv("XDG_STATE_HOME", path("state").c_str());
        fs::create_directory(path("work"));
        fs::create_directory(path("other"));
    }
    void files_appearTogether();
    void withoutCommit_nothingChanges();
    void failedRename_bringsAllBack();
    void fullDisk_leavesAllAsItWas();
    void journal_isCompletedBy_data();
    void journal_isCompletedBy();
    void severalFolders_areCompletedTogether_data();
    void severalFolders_areCompletedTogether();
    void journalOfAnother_isNotFollowed();
    void anyName_canBeWritten_data();
    void anyName_canBeWritten();
    void journal_namesFilesOfItsFolderOnly_data();
    void journal_namesFilesOfItsFolderOnly();
    void leftFolder_isSwept();
    void livingFolder_isLeftAlone();
    void folderOfAnotherHost_isLeftAloneForADay();
    void foldersOfOthers_areLeftAlone();

private:
    fs::path path(const std::string &name) const { return fs::path(m_folder->path().toStdString()) / name; }
    static size_t entries(const fs::path &folder)
    {
        return static_cast<size_t>(std::distance(fs::directory_iterator(folder), {}));
    }
    static void put(Publication &files, const fs::path &target, const std::string &text,
                    Publication::Bond bond = Publication::Bond::Part)
    {
        files.write(
            target, [&text](std::ostream &out) { out << text; }, bond);
    }
    /// Runs in a process of its own that ends as a killed one does, without any clearing up.
    template <class Fn>
    static void killedAfter(const Fn &action)
    {
        const pid_t child = ::fork();
        if (child == 0) {
            action();
            ::_exit(0);
        }
        int status = 0;
        QCOMPARE(::waitpid(child, &status, 0), child);
        QVERIFY(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    /// As a killed process leaves it between two renames: the model is away, one part has its name.
    void leaveHalfPublished() const;
    fs::path onlyHidden(const fs::path &folder) const
    {
        for (const auto &entry : fs::directory_iterator(folder))
            if (entry.path().filename().string().starts_with("."))
                return entry.path();
        return {};
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TstPublication::files_appearTogether()
{
    writeFileAtomically(path("work/m.onnx"), "old");
    writeFileAtomically(path("work/m.json"), "old pixels");
    Publication files(path("work/m.onnx"));
    put(files, path("work/m.onnx"), "new");
    put(files, path("work/m.json"), "new pixels");
    put(files, path("other/report.html"), "report", Publication::Bond::Apart);
    QCOMPARE(readFile(path("work/m.onnx")), std::string("old"));
    QVERIFY(!fs::exists(path("other/report.html")));
    files.commit();
    QCOMPARE(readFile(path("work/m.onnx")), std::string("new"));
    QCOMPARE(readFile(path("work/m.json")), std::string("new pixels"));
    QCOMPARE(readFile(path("other/report.html")), std::string("report"));
}

void TstPublication::withoutCommit_nothingChanges()
{
    writeFileAtomically(path("work/m.onnx"), "old");
    {
        Publication files(path("work/m.onnx"));
        put(files, path("work/m.onnx"), "new");
        put(files, path("other/report.html"), "report");
    }
    QCOMPARE(readFile(path("work/m.onnx")), std::string("old"));
    QCOMPARE(entries(path("work")), size_t{1});
    QCOMPARE(entries(path("other")), size_t{0});
    QCOMPARE(entries(path("state/lathe/staging")), size_t{0});
}

void TstPublication::failedRename_bringsAllBack()
{
    writeFileAtomically(path("work/m.onnx"), "old");
    writeFileAtomically(path("work/a.json"), "old pixels");
    writeFileAtomically(path("other/report.html"), "old report");
    Publication files(path("work/m.onnx"));
    put(files, path("work/m.onnx"), "new");
    put(files, path("work/a.json"), "new pixels");
    put(files, path("work/b.json"), "new part");
    put(files, path("other/report.html"), "report", Publication::Bond::Apart);
    // Meanwhile the last of the parts has become a folder that is not empty.
    fs::create_directories(path("work/b.json/full"));
    fs::create_directory(onlyHidden(path("work")) / replacedFiles / "b.json");
    std::ofstream(onlyHidden(path("work")) / replacedFiles / "b.json" / "x") << "x";
    QVERIFY_EXCEPTION_THROWN(files.commit(), Error);
    QCOMPARE(readFile(path("work/m.onnx")), std::string("old"));
    QCOMPARE(readFile(path("work/a.json")), std::string("old pixels"));
    QCOMPARE(readFile(path("other/report.html")), std::string("old report"));
}

void TstPublication::fullDisk_leavesAllAsItWas()
{
    writeFileAtomically(path("work/m.onnx"), "old");
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    const auto oldHandler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit tight{4096, before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &tight);
    QString sentence;
    try {
        Publication files(path("work/m.onnx"));
        put(files, path("work/m.onnx"), "new");
        put(files, path("other/report.html"), std::string(10'000, 'x'));
        files.commit();
    } catch (const Error &error) {
        sentence = error.what();
    }
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, oldHandler);
    QVERIFY2(sentence.contains("Cannot write") && sentence.contains("other/report.html"),
             qPrintable(sentence));
    QCOMPARE(readFile(path("work/m.onnx")), std::string("old"));
    QCOMPARE(entries(path("work")), size_t{1});
    QCOMPARE(entries(path("other")), size_t{0});
}

void TstPublication::leaveHalfPublished() const
{
    writeFileAtomically(path("work/m.onnx"), "old");
    writeFileAtomically(path("work/m.json"), "old pixels");
    killedAfter([this] {
        auto *files = new Publication(path("work/m.onnx"));
        put(*files, path("work/m.onnx"), "new");
        put(*files, path("work/m.json"), "new pixels");
        const fs::path staging = onlyHidden(path("work"));
        std::ofstream(staging / journalFile, std::ios::binary)
            << PublicationJournal{{"m.json", "m.onnx"}, {}, {}}.text();
        fs::rename(path("work/m.onnx"), staging / replacedFiles / "m.onnx");
        fs::rename(staging / madeFiles / "m.json", path("work/m.json"));
    });
    QVERIFY(!fs::exists(path("work/m.onnx")));
}

void TstPublication::journal_isCompletedBy_data()
{
    QTest::addColumn<int>("what");
    QTest::newRow("a start") << 0;
    QTest::newRow("looking into the folder") << 1;
    QTest::newRow("writing another file there") << 2;
    QTest::newRow("writing the same file") << 3;
}

void TstPublication::journal_isCompletedBy()
{
    QFETCH(int, what);
    leaveHalfPublished();
    if (what == 0)
        sweepRememberedPublications();
    else if (what == 1)
        sweepPublications(path("work"), "m.onnx");
    else
        writeFileAtomically(path(what == 2 ? "work/other" : "work/m.onnx"), "newest");
    QCOMPARE(readFile(path("work/m.onnx")), std::string(what == 3 ? "newest" : "new"));
    QCOMPARE(readFile(path("work/m.json")), std::string("new pixels"));
    QCOMPARE(entries(path("work")), size_t(what == 2 ? 3 : 2));
    sweepRememberedPublications();
    QCOMPARE(entries(path("state/lathe/staging")), size_t{0});
}

void TstPublication::severalFolders_areCompletedTogether_data()
{
    QTest::addColumn<bool>("leadingJournal");
    QTest::addColumn<int>("what");
    for (const bool leading : {false, true})
        for (const int what : {0, 1, 2}) {
            const char *names[]{"a start", "looking at the main file", "looking at the other file"};
            QTest::addRow("%s, %s", leading ? "both journals" : "only that of the other", names[what])
                << leading << what;
        }
}

/// Killed between the journals of two folders, or behind both.
void TstPublication::severalFolders_areCompletedTogether()
{
    QFETCH(bool, leadingJournal);
    QFETCH(int, what);
    writeFileAtomically(path("work/m.onnx"), "old");
    writeFileAtomically(path("other/r.html"), "old report");
    killedAfter([&] {
        auto *files = new Publication(path("work/m.onnx"));
        put(*files, path("work/m.onnx"), "new");
        put(*files, path("other/r.html"), "report", Publication::Bond::Apart);
        const fs::path main = onlyHidden(path("work")), other = onlyHidden(path("other"));
        std::ofstream(other / journalFile, std::ios::binary)
            << PublicationJournal{{"r.html"}, main, {}}.text();
        if (leadingJournal)
            std::ofstream(main / journalFile, std::ios::binary)
                << PublicationJournal{{"m.onnx"}, {}, {other}}.text();
    });
    if (what == 0)
        sweepRememberedPublications();
    else
        sweepPublications(path(what == 1 ? "work" : "other"));
    QCOMPARE(readFile(path("work/m.onnx")), std::string(leadingJournal ? "new" : "old"));
    QCOMPARE(readFile(path("other/r.html")), std::string(leadingJournal ? "report" : "old report"));
    sweepRememberedPublications();
    QCOMPARE(entries(path("work")), size_t{1});
    QCOMPARE(entries(path("other")), size_t{1});
}

/// A folder that came from anywhere cannot have those of others completed.
void TstPublication::journalOfAnother_isNotFollowed()
{
    writeFileAtomically(path("other/r.html"), "old report");
    killedAfter([&] {
        auto *theirs = new Publication(path("other/r.html"));
        put(*theirs, path("other/r.html"), "half made");
        const fs::path other = onlyHidden(path("other"));
        std::ofstream(other / journalFile, std::ios::binary)
            << PublicationJournal{{"r.html"}, path("elsewhere"), {}}.text();
        auto *files = new Publication(path("work/m.onnx"));
        put(*files, path("work/m.onnx"), "new");
        std::ofstream(onlyHidden(path("work")) / journalFile, std::ios::binary)
            << PublicationJournal{{"m.onnx"}, {}, {other}}.text();
    });
    sweepPublications(path("work"));
    QCOMPARE(readFile(path("work/m.onnx")), std::string("new"));
    QCOMPARE(readFile(path("other/r.html")), std::string("old report"));
}

void TstPublication::anyName_canBeWritten_data()
{
    QTest::addColumn<QString>("name");
    for (const char *name : {".owner", ".journal", ".journal.new", "files", "replaced"})
        QTest::newRow(name) << name;
    QTest::newRow("the longest") << QString(255, 'n');
}

/// Also one that the hidden folder has for itself.
void TstPublication::anyName_canBeWritten()
{
    QFETCH(QString, name);
    const fs::path target = path("work") / name.toStdString();
    for (const char *text : {"first", "second"}) {
        Publication files(path("work/m.onnx"));
        put(files, path("work/m.onnx"), text);
        put(files, target, text);
        files.commit();
        QCOMPARE(readFile(target), std::string(text));
        QCOMPARE(readFile(path("work/m.onnx")), std::string(text));
    }
    writeFileAtomically(target, "alone");
    QCOMPARE(readFile(target), std::string("alone"));
    QCOMPARE(entries(path("work")), size_t{2});
}

void TstPublication::journal_namesFilesOfItsFolderOnly_data()
{
    QTest::addColumn<QByteArray>("journal");
    const auto journal = [](const char *name) {
        return QByteArray::fromStdString(PublicationJournal{{name}, {}, {}}.text());
    };
    for (const char *name : {"../other/victim", "/victim", "..", ".", "a/b"})
        QTest::newRow(name) << journal(name);
    QTest::newRow("cut short") << journal("staged").chopped(1);
    QTest::newRow("another start") << journal("staged").replace(" 1", " 2");
    QTest::newRow("empty") << QByteArray();
}

void TstPublication::journal_namesFilesOfItsFolderOnly()
{
    QFETCH(QByteArray, journal);
    writeFileAtomically(path("other/victim"), "precious");
    killedAfter([&] {
        auto *files = new Publication(path("work/m.onnx"));
        put(*files, path("work/staged"), "x");
        std::ofstream(onlyHidden(path("work")) / journalFile, std::ios::binary) << journal.toStdString();
    });
    sweepPublications(path("work"));
    QCOMPARE(readFile(path("other/victim")), std::string("precious"));
    QCOMPARE(entries(path("other")), size_t{1});
    QCOMPARE(entries(path("work")), size_t{0});
}

void TstPublication::leftFolder_isSwept()
{
    const test::TemporaryPlace place(QString::fromStdString(path("other").string()));
    killedAfter([&] {
        put(*new Publication(path("work/m.onnx")), path("work/m.onnx"), "new");
        new TemporaryFolder;
    });
    QCOMPARE(entries(path("work")), size_t{1});
    QCOMPARE(entries(path("other")), size_t{1});
    sweepRememberedPublications();
    sweepTemporaryFolders();
    QCOMPARE(entries(path("work")), size_t{0});
    QCOMPARE(entries(path("other")), size_t{0});
}

void TstPublication::livingFolder_isLeftAlone()
{
    const test::TemporaryPlace place(QString::fromStdString(path("other").string()));
    const TemporaryFolder temporary;
    Publication files(path("work/m.onnx"));
    put(files, path("work/m.onnx"), "new");
    killedAfter([&] { // another process
        sweepRememberedPublications();
        sweepPublications(path("work"));
        sweepTemporaryFolders();
    });
    sweepPublications(path("work")); // and this one
    QVERIFY(fs::exists(temporary.path()));
    files.commit();
    QCOMPARE(readFile(path("work/m.onnx")), std::string("new"));
}

void TstPublication::folderOfAnotherHost_isLeftAloneForADay()
{
    killedAfter([&] { put(*new Publication(path("work/m.onnx")), path("work/m.onnx"), "new"); });
    const fs::path folder = onlyHidden(path("work"));
    std::ofstream(folder / ownerFile) << "elsewhere";
    sweepPublications(path("work"));
    QVERIFY(fs::exists(folder));
    fs::last_write_time(folder, fs::last_write_time(folder) - std::chrono::hours(25));
    sweepPublications(path("work"));
    QVERIFY(!fs::exists(folder));
}

void TstPublication::foldersOfOthers_areLeftAlone()
{
    for (const char *name :
         {".lathe-abc", ".lathe-abcdefg", ".lathe-abc-ef", ".lathe-abcdef", "lathe-abcdef"}) {
        fs::create_directory(path("work") / name);
        writeFileAtomically(path("work") / name / "file", "precious");
        fs::last_write_time(path("work") / name, fs::file_time_type::clock::now() - std::chrono::hours(100));
    }
    fs::create_directory_symlink(path("other"), path("work/.lathe-ghijkl"));
    writeFileAtomically(path("other/.owner"), "");
    sweepPublications(path("work"));
    QCOMPARE(entries(path("work")), size_t{6});
    QCOMPARE(entries(path("other")), size_t{1});
}

QTEST_APPLESS_MAIN(TstPublication)
#include "tst_publication.moc"
