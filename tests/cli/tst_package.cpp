// What is installed and packed: the engine apart from the rest, each where the other finds it.
#include "tests/cli/program.h"
#include "tests/support/places.h"

#include <QDirIterator>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTemporaryDir>

using namespace lathe::test;

namespace {

const QString buildFolder = QString::fromStdString(builtPath(".."));
const QString engineName = "liblathe-train.so";

Run run(const QString &program, const QStringList &arguments, const QString &folder = {})
{
    QProcess process;
    process.setWorkingDirectory(folder);
    process.start(program, arguments);
    return finish(process);
}

QString found(const QString &folder, const QString &name)
{
    QDirIterator files(folder, {name}, QDir::Files, QDirIterator::Subdirectories);
    return files.hasNext() ? files.next() : QString();
}

} // namespace

class TstPackage : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void withoutTheEngine_allElseWorks();
    void engine_isFoundWhereItIsInstalled();
    void withoutLibtorch_oneSentenceSaysWhatIsMissing();
    void packages_areTwo();

private:
    QString m_root; ///< of what is installed
    QTemporaryDir m_folder;
    Run installed(const QStringList &arguments) const { return run(m_root + "/bin/lathe", arguments); }
    void install(const QString &component) const
    {
        LATHE_EXPECT_EXIT(
            run("cmake", {"--install", buildFolder, "--prefix", m_root, "--component", component}), 0);
    }
    QByteArray field(const QString &package, const QString &name) const
    {
        return run("dpkg-deb", {"--field", package, name}).out.trimmed();
    }
};

void TstPackage::initTestCase()
{
    m_root = m_folder.filePath("root");
    install("lathe");
}

void TstPackage::withoutTheEngine_allElseWorks()
{
    QVERIFY(found(m_root, engineName).isEmpty());
    LATHE_EXPECT_EXIT(installed({"--version"}), 0);
    const QString small = m_folder.filePath("small.onnx");
    LATHE_EXPECT_EXIT(installed({"compress", sampleModel(), "--set", "*:bits=4", "-o", small, "--quiet"}), 0);
    LATHE_EXPECT_EXIT(installed({"evaluate", small, "--data", samplePath(), "--quiet"}), 0);
    LATHE_EXPECT_EXIT(installed({"recover", sampleModel(), "--set", "*:bits=2,range=mse", "--train",
                                 samplePath() + ":train", "--without-gradients", "-o",
                                 m_folder.filePath("recovered.onnx"), "--quiet"}),
                      0);
    const Run trained = installed({"bench", "train", "mlp:4-2"});
    LATHE_EXPECT_EXIT(trained, lathe::exitCodeFor(lathe::ErrorCode::Unsupported));
    QCOMPARE(trained.err,
             QByteArray("lathe: Training needs liblathe-train.so, which is not there: install the package "
                        "lathe-train.\n"));
}

void TstPackage::engine_isFoundWhereItIsInstalled()
{
    if (!hasEngine())
        QSKIP("built without training");
    install("training");
    QVERIFY2(found(m_root, engineName).endsWith("/lathe/" + engineName),
             qPrintable(found(m_root, engineName)));
    LATHE_EXPECT_EXIT(installed({"bench", "train", "mlp:4-2", "--repeats", "1", "--quiet"}), 0);
}

/// The engine is there, what it stands on is not: it asks for a library of another name.
void TstPackage::withoutLibtorch_oneSentenceSaysWhatIsMissing()
{
    if (!hasEngine())
        QSKIP("built without training");
    QFile file(found(m_root, engineName));
    QVERIFY(file.open(QIODevice::ReadWrite));
    QByteArray bytes = file.readAll();
    QVERIFY(bytes.contains("libtorch_cpu.so"));
    bytes.replace("libtorch_cpu.so", "libtorch_cpu.no");
    file.seek(0);
    file.write(bytes);
    file.close();
    const Run run = installed({"bench", "train", "mlp:4-2"});
    LATHE_EXPECT_EXIT(run, lathe::exitCodeFor(lathe::ErrorCode::Unsupported));
    const QRegularExpression sentence(
        R"(^lathe: Training needs libtorch \(in Debian the package libtorch\d+\.\d+\): .*libtorch_cpu\.no)");
    QVERIFY2(sentence.match(run.err).hasMatch() && run.err.count('\n') == 1, run.report());
}

void TstPackage::packages_areTwo()
{
    if (QStandardPaths::findExecutable("dpkg-shlibdeps").isEmpty())
        QSKIP("needs dpkg-dev");
    const QString folder = m_folder.filePath("packages");
    LATHE_EXPECT_EXIT(run("cpack", {"-G", "DEB", "-B", folder}, buildFolder), 0);
    const QStringList names = QDir(folder).entryList({"*.deb"}, QDir::Files, QDir::Name);
    QCOMPARE(names.size(), hasEngine() ? 2 : 1);
    const QString lathe = folder + "/" + names.last(); // '-' comes before '_'
    QCOMPARE(field(lathe, "Package"), QByteArray("lathe"));
    QVERIFY2(!field(lathe, "Depends").contains("torch"), field(lathe, "Depends"));
    QVERIFY2(!run("dpkg-deb", {"--contents", lathe}).out.contains(engineName.toUtf8()),
             "the engine is in it");
    QCOMPARE(field(lathe, "Suggests"), QByteArray("lathe-train"));
    if (!hasEngine())
        return;
    const QString training = folder + "/" + names.first();
    QCOMPARE(field(training, "Package"), QByteArray("lathe-train"));
    const QByteArray depends = field(training, "Depends");
    for (const char *part : {"lathe (= ", "libtorch", "libblis4-serial | ", "libopenblas0-pthread"})
        QVERIFY2(depends.contains(part), depends);
    QByteArrayList files;
    for (const QByteArray &line : run("dpkg-deb", {"--contents", training}).out.trimmed().split('\n'))
        if (!line.endsWith('/'))
            files << line.mid(line.lastIndexOf('/') + 1);
    QCOMPARE(files, (QByteArrayList{engineName.toUtf8(), "copyright"}));
}

QTEST_GUILESS_MAIN(TstPackage)
#include "tst_package.moc"
