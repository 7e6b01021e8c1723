// External data: only from inside the model's folder, only what is there.
#include "core/archive/archive.h"
#include "core/base/error.h"
#include "core/base/fileio.h"
#include "core/model/model.h"
#include "core/runtime/session.h"
#include "tests/support/graphbuilder.h"
#include "tests/support/smallmodels.h"

#include <QTemporaryDir>
#include <QTest>
#include <fstream>
#include <sys/resource.h>

using namespace lathe;
using lathe::test::attempt;
using lathe::test::Edit;
using lathe::test::GraphBuilder;
using lathe::test::makeExternal;
using lathe::test::smallGraph;
using lathe::test::weightOf;
using lathe::test::writeAll;

namespace {

/// A model of one layer [64, 64] whose weight lies in w.bin.
class Folder {
public:
    Folder()
    {
        GraphBuilder builder;
        builder.input("x", {1, 64}).random("w", {64, 64}).output("y", {1, 64});
        builder.node("Gemm", {"x", "w"}, {"y"}, {{"transB", int64_t{1}}}, "fc");
        writeAll(path("w.bin"), weightOf(builder)->raw_data());
        makeExternal(weightOf(builder), {{"location", "w.bin"}});
        writeAll(path("m.onnx"), builder.bytes());
    }
    std::filesystem::path path(const char *name) const { return m_folder.filePath(name).toStdString(); }
    Model model() const { return Model::load(path("m.onnx")); }

private:
    QTemporaryDir m_folder;
};

} // namespace

class TstModelExternal : public QObject {
    Q_OBJECT
private slots:
    void external_staysInTheFolder_data();
    void external_staysInTheFolder();
    void symlinkOutOfTheFolder_isRefused();
    void changedData_isASentence_data();
    void changedData_isASentence();
    void replacedData_staysAsItWas();
    void manyDataFiles_areRead();
    void hash_isOfWhatWasRead();
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

void TstModelExternal::changedData_isASentence_data()
{
    QTest::addColumn<QString>("use");
    for (const char *name : {"weight", "session", "serialize", "save", "pack"})
        QTest::newRow(name) << QString(name);
}

/// The model stays usable as far as it does not need the data.
void TstModelExternal::changedData_isASentence()
{
    QFETCH(QString, use);
    const Folder folder;
    const Model model = folder.model();
    const auto attempted = [&]() -> QString {
        try {
            if (use == "weight")
                model.weight(0);
            else if (use == "session")
                const Session session(model);
            else if (use == "serialize")
                model.serialize();
            else if (use == "save")
                model.save(folder.path("out.onnx"));
            else
                packModel(folder.path("m.onnx"), folder.path("out.lathez"),
                          JobContext{{},
                                     [&](const Progress &progress) {
                                         if (progress.stage.text().starts_with("coding"))
                                             std::filesystem::resize_file(folder.path("w.bin"), 100);
                                     },
                                     1});
            return {};
        } catch (const Error &e) {
            return e.code() == ErrorCode::FileUnreadable ? QString(e.what())
                                                         : QString("WRONG CODE: ") + e.what();
        }
    };
    if (use != "pack") {
        QCOMPARE(attempted(), QString());
        std::filesystem::remove(folder.path("out.onnx"));
        std::filesystem::resize_file(folder.path("w.bin"), 100);
    }
    const QString sentence = attempted();
    QVERIFY2(sentence.contains("w.bin") && sentence.contains("has been changed"), qPrintable(sentence));
    QVERIFY(!std::filesystem::exists(folder.path("out.onnx")) &&
            !std::filesystem::exists(folder.path("out.lathez")));
    QCOMPARE(model.layers().size(), size_t{1});
    QCOMPARE(model.macs(), std::optional<int64_t>(64 * 64));
}

void TstModelExternal::replacedData_staysAsItWas()
{
    const Folder folder;
    const Model model = folder.model();
    const Matrix before = model.weight(0);
    writeFileAtomically(folder.path("w.bin"), std::string(64 * 64 * 4, '\7'));
    QVERIFY(model.weight(0) == before);
    std::filesystem::remove(folder.path("w.bin"));
    QVERIFY(model.weight(0) == before);
}

/// Some exporters write a file for each tensor.
void TstModelExternal::manyDataFiles_areRead()
{
    constexpr int count = 1500;
    QTemporaryDir folder;
    const std::filesystem::path root = folder.path().toStdString();
    GraphBuilder builder;
    builder.input("x0", {1, 4}).output("x" + std::to_string(count), {1, 4});
    for (int i = 0; i < count; ++i) {
        const std::string w = "w" + std::to_string(i);
        builder.random(w, {4, 4}).node("Gemm", {"x" + std::to_string(i), w}, {"x" + std::to_string(i + 1)});
        onnx::TensorProto *tensor = builder.proto().mutable_graph()->mutable_initializer(i);
        writeAll(root / w, tensor->raw_data());
        makeExternal(tensor, {{"location", w}});
    }
    writeAll(root / "m.onnx", builder.bytes());
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    const rlimit usual{256, before.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &usual);
    const auto outcome = runGuarded([&] {
        const Model model = Model::load(root / "m.onnx");
        for (size_t i = 0; i < model.layers().size(); ++i)
            model.weight(i);
        return model.layers().size();
    });
    ::setrlimit(RLIMIT_NOFILE, &before);
    if (const auto *error = std::get_if<Error>(&outcome))
        QFAIL(error->what());
    QCOMPARE(std::get<size_t>(outcome), size_t{count});
}

void TstModelExternal::hash_isOfWhatWasRead()
{
    const Folder folder;
    const std::string expected = sha256OfFile(folder.path("m.onnx"));
    const Model model = folder.model();
    writeFileAtomically(folder.path("m.onnx"), "something else");
    QCOMPARE(model.sha256(), expected);
    QCOMPARE(model.withIssue({}).sha256(), expected);
}

QTEST_GUILESS_MAIN(TstModelExternal)
#include "tst_model_external.moc"
