#include "core/base/error.h"
#include "core/base/fileio.h"
#include "core/base/temporaryfolder.h"
#include "tests/support/temporaryplace.h"

#include <QTest>
#include <optional>

using namespace lathe;
using namespace lathe::test;
namespace fs = std::filesystem;

class TstTemporaryFolder : public QObject {
    Q_OBJECT
private slots:
    void folder_goesWithAllThatIsInIt();
    void folders_areApartAndPrivate();
    void placeThatIsNot_isNamed();
};

void TstTemporaryFolder::folder_goesWithAllThatIsInIt()
{
    std::optional<TemporaryFolder> folder(std::in_place);
    const fs::path path = folder->path();
    fs::create_directory(path / "inner");
    writeFileAtomically(path / "inner" / "file", "text");
    QVERIFY(fs::exists(path / "inner" / "file"));
    folder.reset();
    QVERIFY(!fs::exists(path));
}

void TstTemporaryFolder::folders_areApartAndPrivate()
{
    const TemporaryFolder a, b;
    QVERIFY(a.path() != b.path());
    QCOMPARE(fs::status(a.path()).permissions() & fs::perms::all, fs::perms::owner_all);
}

void TstTemporaryFolder::placeThatIsNot_isNamed()
{
    const TemporaryPlace nowhere("/nowhere/at/all");
    std::string sentence;
    try {
        const TemporaryFolder folder;
    } catch (const Error &error) {
        sentence = error.what();
        QCOMPARE(error.code(), ErrorCode::FileUnwritable);
    }
    QVERIFY2(sentence.find("TMPDIR") != std::string::npos, sentence.c_str());
}

QTEST_APPLESS_MAIN(TstTemporaryFolder)
#include "tst_temporaryfolder.moc"
