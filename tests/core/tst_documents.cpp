// What the pages in docs/ and at the top of the tree say of the tree is so.
#include "core/recipe/keys.h"
#include "tests/support/places.h"

#include <QDir>
#include <QRegularExpression>
#include <QtTest>

using namespace lathe;
using lathe::test::sourcePath;

namespace {

QString read(const QString &name)
{
    QFile file(QString::fromStdString(sourcePath("")) + name);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

QStringList pages()
{
    QStringList names{"README.md", "CONTRIBUTING.md", "CHANGELOG.md"};
    for (const QString &name : QDir(QString::fromStdString(sourcePath("docs"))).entryList({"*.md"}))
        names << "docs/" + name;
    return names;
}

/// The part of a link behind #, as code hosts make it of a heading.
QString anchorOf(const QString &heading)
{
    return heading.toLower().remove(QRegularExpression("[^\\w\\- ]")).replace(' ', '-');
}

QStringList anchorsIn(const QString &text)
{
    static const QRegularExpression heading("^#+ (.+)$", QRegularExpression::MultilineOption);
    QStringList anchors;
    for (auto found = heading.globalMatch(text); found.hasNext();)
        anchors << anchorOf(found.next().captured(1));
    return anchors;
}

} // namespace

class TstDocuments : public QObject {
    Q_OBJECT
private slots:
    void links_lead();
    void namedFiles_areThere();
    void map_namesEveryFolder_data();
    void map_namesEveryFolder();
    void keys_areThoseOfTheProgram();
};

void TstDocuments::links_lead()
{
    static const QRegularExpression link("\\]\\(([^)#:]*)(?:#([^)]+))?\\)|(?:src|srcset)=\"([^\":]+)\"");
    int links = 0;
    for (const QString &page : pages()) {
        const QString text = read(page);
        for (auto found = link.globalMatch(text); found.hasNext(); ++links) {
            const auto match = found.next();
            const QString file = match.captured(1) + match.captured(3);
            const QString target =
                file.isEmpty() ? page : QDir::cleanPath(QFileInfo(page).path() + '/' + file);
            QVERIFY2(QFileInfo::exists(QString::fromStdString(sourcePath("")) + target),
                     qPrintable(page + ": " + match.captured(0)));
            if (!match.captured(2).isEmpty())
                QVERIFY2(anchorsIn(read(target)).contains(match.captured(2)),
                         qPrintable(page + ": " + match.captured(0)));
        }
    }
    QVERIFY(links > 20);
}

void TstDocuments::namedFiles_areThere()
{
    // Names in capitals stand for any.
    static const QRegularExpression file(
        "`((?:app|cmake|core|docs|installer|resources|tests|ui)/[a-z0-9_./-]+)`");
    int files = 0;
    for (const QString &page : pages())
        for (auto found = file.globalMatch(read(page)); found.hasNext(); ++files) {
            const QString name = found.next().captured(1);
            QVERIFY2(QFileInfo::exists(QString::fromStdString(sourcePath("")) + name),
                     qPrintable(page + ": " + name));
        }
    QVERIFY(files > 50);
}

void TstDocuments::map_namesEveryFolder_data()
{
    QTest::addColumn<QString>("folder");
    for (const char *folder : {"core", "ui"})
        for (const QString &name : QDir(QString::fromStdString(sourcePath("")) + folder)
                                       .entryList(QDir::Dirs | QDir::NoDotAndDotDot))
            QTest::addRow("%s/%s", folder, qPrintable(name)) << QString(folder);
}

void TstDocuments::map_namesEveryFolder()
{
    QFETCH(QString, folder);
    const QString name = QString(QTest::currentDataTag()).section('/', 1);
    const QString readme = read("README.md");
    const qsizetype start = readme.indexOf('\n' + folder + '/');
    QVERIFY(start > 0);
    static const QRegularExpression topFolder("\n[a-z]+/ ");
    const QString part = readme.mid(start + 1, readme.indexOf(topFolder, start + 1) - start - 1);
    // Names stand in front of the column of descriptions.
    const QRegularExpression line("^  (?:[a-z]+ )*" + name + "(?: [a-z]+)*  +\\S",
                                  QRegularExpression::MultilineOption);
    QVERIFY2(part.contains(line), qPrintable(part));
}

void TstDocuments::keys_areThoseOfTheProgram()
{
    static const QRegularExpression row("^\\| `([a-z_.]+)` \\| `([a-z_]+)`(?:, `[a-z_]+`)* \\| (.+) \\|$",
                                        QRegularExpression::MultilineOption);
    QStringList documented, known;
    for (auto found = row.globalMatch(read("docs/recipes.md")); found.hasNext();) {
        const auto match = found.next();
        const recipe::KeyInfo &info = recipe::infoOf(match.captured(1).toStdString());
        documented << match.captured(1);
        QCOMPARE(match.captured(2).toStdString(), std::string(info.jsonName));
        for (const std::string_view choice : info.choices)
            QVERIFY2(match.captured(3).contains('`' + QString::fromUtf8(choice.data(), choice.size()) + '`'),
                     qPrintable(match.captured(0)));
    }
    for (const recipe::KeyInfo &info : recipe::allKeys())
        known << QString::fromUtf8(info.name.data(), qsizetype(info.name.size()));
    documented.sort();
    known.sort();
    QCOMPARE(documented, known);
}

QTEST_APPLESS_MAIN(TstDocuments)
#include "tst_documents.moc"
