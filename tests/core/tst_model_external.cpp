// External data: only from inside the model's folder, only what is there.
#include "core/base/error.h"
#include "core/model/model.h"
#include "tests/support/graphbuilder.h"
#include "tests/support/smallmodels.h"

#include <QTemporaryDir>
#include <QTest>
#include <fstream>

using namespace lathe;
using lathe::test::attempt;
using lathe::test::Edit;
using lathe::test::GraphBuilder;
using lathe::test::makeExternal;
using lathe::test::smallGraph;
using lathe::test::weightOf;

class TstModelExternal : public QObject {
    Q_OBJECT
private slots:
    void external_staysInTheFolder_data();
    void external_staysInTheFolder();
    void symlinkOutOfTheFolder_isRefused();
};

void TstModelExternal::external_staysInTheFolder_data()
{
    QTest::addColumn<QString>("location");
    QTest::addColumn<QString>("offset");
    QTest::addColumn<QString>("length");
    QTest::addColumn<QString>("phrase");
    const QString outside = "outside the model's folder";
    QTest::newRow("fine") << "w.bin"
                          << "0"
                          << "48"
                          << "";
    QTest::newRow("without length") << "w.bin"
                                    << "16"
                                    << ""
                                    << "";
    QTest::newRow("parent") << "../secret.bin"
                            << "0"
                            << "48" << outside;
    QTest::newRow("parent inside") << "sub/../../secret.bin"
                                   << "0"
                                   << "48" << outside;
    QTest::newRow("absolute") << "/etc/hostname"
                              << "0"
                              << "48" << outside;
    QTest::newRow("backslashes") << "..\\secret.bin"
                                 << "0"
                                 << "48" << outside;
    QTest::newRow("drive") << "C:\\w.bin"
                           << "0"
                           << "48" << outside;
    QTest::newRow("missing") << "nothing.bin"
                             << "0"
                             << "48"
                             << "put that file beside the model";
    QTest::newRow("folder") << "sub"
                            << "0"
                            << "48"
                            << "cannot be read";
    QTest::newRow("no location") << ""
                                 << "0"
                                 << "48"
                                 << "has no location";
    QTest::newRow("past the end") << "w.bin"
                                  << "32"
                                  << "48"
                                  << "which has only 64";
    QTest::newRow("far past the end") << "w.bin"
                                      << "9223372036854775807"
                                      << "48"
                                      << "which has only 64";
    QTest::newRow("negative offset") << "w.bin"
                                     << "-1"
                                     << "48"
                                     << "is no number";
    QTest::newRow("text as offset") << "w.bin"
                                    << "0x10"
                                    << "48"
                                    << "is no number";
    QTest::newRow("other length") << "w.bin"
                                  << "0"
                                  << "12"
                                  << "needs 48 bytes";
}

void TstModelExternal::external_staysInTheFolder()
{
    QFETCH(QString, location);
    QFETCH(QString, offset);
    QFETCH(QString, length);
    QFETCH(QString, phrase);
    QTemporaryDir folder;
    const std::filesystem::path root = std::filesystem::path(folder.path().toStdString()) / "model";
    std::filesystem::create_directories(root / "sub");
    std::ofstream(root / "w.bin", std::ios::binary) << std::string(64, '\0');
    std::ofstream(root.parent_path() / "secret.bin", std::ios::binary) << std::string(64, '\0');
    GraphBuilder builder = smallGraph();
    std::vector<std::pair<std::string, std::string>> entries{{"location", location.toStdString()},
                                                             {"offset", offset.toStdString()}};
    if (!length.isEmpty())
        entries.emplace_back("length", length.toStdString());
    makeExternal(weightOf(builder), entries);
    const QString sentence = attempt(builder.bytes(), root);
    if (phrase.isEmpty())
        QCOMPARE(sentence, QString());
    else
        QVERIFY2(sentence.contains(phrase) && sentence.contains("\"w\""), qPrintable(sentence));
}

void TstModelExternal::symlinkOutOfTheFolder_isRefused()
{
    QTemporaryDir folder;
    const std::filesystem::path root = std::filesystem::path(folder.path().toStdString()) / "model";
    std::filesystem::create_directories(root);
    std::ofstream(root.parent_path() / "secret.bin", std::ios::binary) << std::string(64, '\0');
    std::ofstream(root / "real.bin", std::ios::binary) << std::string(64, '\0');
    std::filesystem::create_symlink(root.parent_path() / "secret.bin", root / "out.bin");
    std::filesystem::create_directory_symlink(root.parent_path(), root / "up");
    std::filesystem::create_symlink("real.bin", root / "inside.bin");
    for (const std::string location : {"out.bin", "up/secret.bin", "inside.bin"}) {
        GraphBuilder builder = smallGraph();
        makeExternal(weightOf(builder), {{"location", location}});
        const QString sentence = attempt(builder.bytes(), root);
        QCOMPARE(sentence.contains("leads outside"), location != "inside.bin");
    }
}

QTEST_GUILESS_MAIN(TstModelExternal)
#include "tst_model_external.moc"
