// What the README and the reference pages show is run and read as it stands there.
#include "tests/cli/program.h"
#include "tests/support/places.h"

using namespace lathe::test;

class TstReadme : public QObject {
    Q_OBJECT

private slots:
    void commands_work_data();
    void commands_work();
    void recipes_areTaken();
    void exitCodes_areThoseOfTheProgram();

private:
    static QString page(const QString &name)
    {
        QFile file(QString::fromStdString(sourcePath("")) + name);
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }
};

void TstReadme::commands_work_data()
{
    QTest::addColumn<int>("atLeast"); // commands on the page
    QTest::newRow("README.md") << 6;
    QTest::newRow("docs/command-line.md") << 8;
    QTest::newRow("docs/recipes.md") << 2;
    QTest::newRow("docs/data.md") << 5;
}

void TstReadme::commands_work()
{
    QFETCH(int, atLeast);
    const QTemporaryDir folder;
    QVERIFY(QFile::link(programPath(), folder.filePath("lathe")));
    QString script = "set -e\ns='" + samplePath() + "'\n";
    int commands = 0;
    bool continued = false;
    for (const QString &line : page(QTest::currentDataTag()).split('\n')) {
        const bool command = line.startsWith("./lathe ");
        if (command || continued || line.startsWith("cmp "))
            script += line + "\n";
        commands += command ? 1 : 0;
        continued = (command || continued) && line.endsWith('\\');
    }
    QVERIFY2(commands >= atLeast, qPrintable(script));
    QProcess shell;
    shell.setWorkingDirectory(folder.path());
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("XDG_CACHE_HOME", folder.filePath("cache"));
    shell.setProcessEnvironment(environment);
    shell.start("sh", {"-c", script});
    LATHE_EXPECT_EXIT(finish(shell), 0);
}

void TstReadme::recipes_areTaken()
{
    const QTemporaryDir folder;
    static const QRegularExpression block("```json\n(.*?)```",
                                          QRegularExpression::DotMatchesEverythingOption);
    int recipes = 0;
    for (auto found = block.globalMatch(page("docs/recipes.md")); found.hasNext(); ++recipes) {
        QFile file(folder.filePath(QStringLiteral("%1.json").arg(recipes)));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(found.next().captured(1).toUtf8());
        file.close();
        LATHE_EXPECT_EXIT(runLathe({"compress", sampleModel(), "--recipe", file.fileName(), "-o",
                                    folder.filePath("small.onnx"), "--no-verify"}),
                          0);
    }
    QCOMPARE(recipes, 2);
}

void TstReadme::exitCodes_areThoseOfTheProgram()
{
    const QString help = QString::fromUtf8(runLathe({"--help"}).out);
    const QRegularExpression row("^\\| (\\d+) \\| (.+) \\|$", QRegularExpression::MultilineOption);
    int rows = 0;
    for (auto found = row.globalMatch(page("docs/command-line.md")); found.hasNext(); ++rows) {
        const auto match = found.next();
        const QRegularExpression line(
            "^  " + match.captured(1) + " +" + QRegularExpression::escape(match.captured(2)),
            QRegularExpression::MultilineOption | QRegularExpression::CaseInsensitiveOption);
        QVERIFY2(help.contains(line), qPrintable(match.captured(0)));
    }
    QCOMPARE(rows, 12);
}

QTEST_GUILESS_MAIN(TstReadme)
#include "tst_readme.moc"
