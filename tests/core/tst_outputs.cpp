// What is written is nothing that is read, by whatever name, and only regular files are replaced.
#include "core/base/error.h"
#include "core/base/fileio.h"
#include "core/base/outputs.h"
#include "core/data/datafiles.h"

#include <QScopeGuard>
#include <QTemporaryDir>
#include <QTest>
#include <fcntl.h>
#include <fstream>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace lathe;
namespace fs = std::filesystem;

namespace {

template <class Fn>
QString refusal(const Fn &action, ErrorCode code)
{
    try {
        action();
        return {};
    } catch (const Error &e) {
        return e.code() == code ? QString(e.what()) : QString("WRONG CODE: ") + e.what();
    }
}

} // namespace

class TstOutputs : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        fs::create_directory(path("folder"));
        writeFileAtomically(path("input"), "precious");
        fs::create_symlink("input", path("link"));
        fs::create_symlink("link", path("linkToLink"));
        fs::create_hard_link(path("input"), path("hardLink"));
        fs::create_directory_symlink(".", path("folderLink"));
        fs::create_symlink("notThereYet", path("dangling"));
        fs::create_symlink("circleB", path("circleA"));
        fs::create_symlink("circleA", path("circleB"));
    }
    void input_isNoOutput_data();
    void input_isNoOutput();
    void outputs_areApart_data();
    void outputs_areApart();
    void onlyRegularFiles_areTargets_data();
    void onlyRegularFiles_areTargets();
    void link_staysAndIsFollowed();
    void modes_areKeptOrOfTheUmask();
    void writeProtected_isRefused();
    void filesOfADataSet_areKnown();

private:
    fs::path path(const std::string &name) const { return fs::path(m_folder->path().toStdString()) / name; }
    mode_t modeOf(const std::string &name) const
    {
        struct stat info = {};
        ::stat(path(name).c_str(), &info);
        return info.st_mode & 07777U;
    }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TstOutputs::input_isNoOutput_data()
{
    QTest::addColumn<QString>("output");
    QTest::addColumn<bool>("same");
    for (const char *name : {"input", "./input", "folder/../input", "link", "linkToLink", "hardLink",
                             "folderLink/input", "folderLink/folderLink/link"})
        QTest::newRow(name) << name << true;
    for (const char *name : {"other", "folder/input", "dangling", "notThereYet"})
        QTest::newRow(name) << name << false;
}

void TstOutputs::input_isNoOutput()
{
    QFETCH(QString, output);
    QFETCH(bool, same);
    const NamedFile outputs[] = {{Message::verbatim("the result"), path(output.toStdString())}};
    const NamedFile inputs[] = {{Message::verbatim("the source model itself"), path("input")},
                                {Message::verbatim("nothing"), {}}};
    const QString sentence =
        refusal([&] { requireSafeOutputs(outputs, inputs); }, ErrorCode::InvalidArgument);
    QCOMPARE(sentence, same ? QString("%1 is the source model itself; give the result another name.")
                                  .arg(QString::fromStdString(outputs[0].path.string()))
                            : QString());
}

void TstOutputs::outputs_areApart_data()
{
    QTest::addColumn<QString>("one");
    QTest::addColumn<QString>("other");
    QTest::addColumn<bool>("same");
    QTest::newRow("same, not there") << "new"
                                     << "new" << true;
    QTest::newRow("same by another way, not there") << "new"
                                                    << "folder/../new" << true;
    QTest::newRow("same through a folder's link") << "new"
                                                  << "folderLink/new" << true;
    QTest::newRow("same through a dangling link") << "notThereYet"
                                                  << "dangling" << true;
    QTest::newRow("same, there") << "input"
                                 << "link" << true;
    QTest::newRow("same name in another folder") << "new"
                                                 << "folder/new" << false;
    QTest::newRow("not given") << "new"
                               << "" << false;
}

void TstOutputs::outputs_areApart()
{
    QFETCH(QString, one);
    QFETCH(QString, other);
    QFETCH(bool, same);
    const NamedFile outputs[] = {
        {Message::verbatim("the result"), path(one.toStdString())},
        {Message::verbatim("the report"), other.isEmpty() ? fs::path() : path(other.toStdString())}};
    const QString sentence = refusal([&] { requireSafeOutputs(outputs, {}); }, ErrorCode::InvalidArgument);
    QCOMPARE(!sentence.isEmpty(), same);
    if (same)
        QVERIFY2(sentence.contains("both the result and the report"), qPrintable(sentence));
}

void TstOutputs::onlyRegularFiles_areTargets_data()
{
    QTest::addColumn<QString>("target");
    QTest::addColumn<QString>("words");
    QTest::newRow("device") << "/dev/null"
                            << "device";
    QTest::newRow("link to a device") << "deviceLink"
                                      << "device";
    QTest::newRow("pipe") << "pipe"
                          << "pipe";
    QTest::newRow("link of the system to a pipe") << "openPipe"
                                                  << "pipe";
    QTest::newRow("link of the system to a removed file") << "openFile"
                                                          << "no name";
    QTest::newRow("socket") << "socket"
                            << "no regular file";
    QTest::newRow("folder") << "folder"
                            << "folder";
    QTest::newRow("folder with a slash") << "folder/"
                                         << "folder";
    QTest::newRow("link to a folder") << "folderLink"
                                      << "folder";
    QTest::newRow("circle") << "circleA"
                            << "circle";
    QTest::newRow("missing folder") << "missing/a"
                                    << "no folder";
    QTest::newRow("below a file") << "input/a"
                                  << "Cannot write";
}

void TstOutputs::onlyRegularFiles_areTargets()
{
    QFETCH(QString, target);
    QFETCH(QString, words);
    fs::create_symlink("/dev/null", path("deviceLink"));
    QCOMPARE(::mkfifo(path("pipe").c_str(), 0600), 0);
    sockaddr_un address{AF_UNIX, {}};
    path("socket").string().copy(address.sun_path, sizeof(address.sun_path) - 1);
    const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
    QCOMPARE(::bind(socket, reinterpret_cast<sockaddr *>(&address), sizeof(address)), 0);
    ::close(socket);
    int ends[2] = {};
    QCOMPARE(::pipe2(ends, O_CLOEXEC), 0);
    fs::create_symlink("/proc/self/fd/" + std::to_string(ends[1]), path("openPipe"));
    const int removed = ::open(path("removed").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    fs::create_symlink("/proc/self/fd/" + std::to_string(removed), path("openFile"));
    fs::remove(path("removed"));
    const auto closing = qScopeGuard([&] {
        for (const int fd : {ends[0], ends[1], removed})
            ::close(fd);
    });
    const fs::path output =
        target.startsWith('/') ? fs::path(target.toStdString()) : path(target.toStdString());
    for (const auto &attempt : {std::function([&] { outputTarget(output); }),
                                std::function([&] { writeFileAtomically(output, "x"); }), std::function([&] {
                                    const NamedFile outputs[] = {{Message::verbatim("the result"), output}};
                                    requireSafeOutputs(outputs, {});
                                })}) {
        const QString sentence = refusal(attempt, ErrorCode::FileUnwritable);
        QVERIFY2(sentence.contains(words) && sentence.contains(QString::fromStdString(output.string())),
                 qPrintable(sentence));
    }
    struct stat info = {};
    QCOMPARE(::stat("/dev/null", &info), 0);
    QVERIFY(S_ISCHR(info.st_mode));
}

void TstOutputs::link_staysAndIsFollowed()
{
    writeFileAtomically(path("linkToLink"), "new");
    QVERIFY(fs::is_symlink(path("linkToLink")) && fs::is_symlink(path("link")));
    QVERIFY(!fs::is_symlink(path("input")));
    QCOMPARE(readFile(path("input")), std::string("new"));
    QCOMPARE(readFile(path("hardLink")), std::string("precious")); // another name of what was replaced
    writeFileAtomically(path("dangling"), "made");
    QVERIFY(fs::is_symlink(path("dangling")));
    QCOMPARE(readFile(path("notThereYet")), std::string("made"));
}

void TstOutputs::modes_areKeptOrOfTheUmask()
{
    const mode_t before = ::umask(027);
    writeFileAtomically(path("new"), "x");
    ::umask(0);
    writeFileAtomically(path("open"), "x");
    ::umask(before);
    QCOMPARE(modeOf("new"), mode_t{0640});
    QCOMPARE(modeOf("open"), mode_t{0666});
    for (const mode_t mode : {0600U, 0644U, 0664U, 0755U}) {
        QCOMPARE(::chmod(path("input").c_str(), mode), 0);
        writeFileAtomically(path("link"), "x");
        QCOMPARE(modeOf("input"), mode);
    }
}

void TstOutputs::writeProtected_isRefused()
{
    if (::geteuid() == 0)
        QSKIP("root may write everything");
    QCOMPARE(::chmod(path("input").c_str(), 0400), 0);
    QVERIFY(refusal([&] { writeFileAtomically(path("input"), "x"); }, ErrorCode::FileUnwritable)
                .contains("Permission denied"));
    QCOMPARE(readFile(path("input")), std::string("precious"));
}

void TstOutputs::filesOfADataSet_areKnown()
{
    writeFileAtomically(path("folder/dataset.json"),
                        R"({"format": "numpy", "splits": {"test": {"inputs": {"x": "deep/x.npz:a"}}},
                            "labels": "../y.npy"})");
    fs::create_directory(path("folder/deep"));
    for (const char *name : {"folder/deep/x.npz", "y.npy", "folder/cat.PNG", "folder/own.onnx", "far.png"})
        writeFileAtomically(path(name), "data");
    const auto refused = [&](const std::string &output, const std::string &reference) {
        const std::vector<NamedFile> outputs{{Message::verbatim("the result"), path(output)}};
        const auto inputs = filesOfDataSet(path(reference).string(), outputs);
        return !refusal([&] { requireSafeOutputs(outputs, inputs); }, ErrorCode::InvalidArgument).isEmpty();
    };
    for (const char *reference : {"folder", "folder:test", "folder:test#first", "folder#second"}) {
        for (const char *used : {"folder/dataset.json", "folder/deep/x.npz", "y.npy", "folder/cat.PNG"})
            QVERIFY2(refused(used, reference), used);
        for (const char *free : {"folder/own.onnx", "far.png", "folder/new.png", "folder/deep/new.npz"})
            QVERIFY2(!refused(free, reference), free);
    }
    QVERIFY(filesOfDataSet("nowhere:test", {}).empty());
    writeFileAtomically(path("folder/dataset.json"), "no JSON");
    QVERIFY(refused("folder/dataset.json", "folder"));
}

QTEST_APPLESS_MAIN(TstOutputs)
#include "tst_outputs.moc"
