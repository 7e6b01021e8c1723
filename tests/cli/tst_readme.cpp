// The commands that the README shows are run as they stand there.
#include "tests/cli/program.h"

using namespace lathe::test;

class TstReadme : public QObject {
    Q_OBJECT

private slots:
    void commands_work();
    void exitCodes_areThoseOfTheProgram();

private:
    static QString readme()
    {
        QFile file(QStringLiteral(LATHE_SOURCE_DIR "/README.md"));
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }
};

void TstReadme::commands_work()
{
    const QTemporaryDir folder;
    QVERIFY(QFile::link(programPath(), folder.filePath("lathe")));
    QString script = "set -e\ns='" + samplePath() + "'\n";
    int commands = 0;
    bool continued = false;
    for (const QString &line : readme().split('\n')) {
        const bool command = line.startsWith("./lathe ");
        if (command || continued)
            script += line + "\n";
        commands += command ? 1 : 0;
        continued = (command || continued) && line.endsWith('\\');
    }
    QVERIFY2(commands >= 6, qPrintable(script));
    QProcess shell;
    shell.setWorkingDirectory(folder.path());
    shell.start("sh", {"-c", script});
    LATHE_EXPECT_EXIT(finish(shell), 0);
}

void TstReadme::exitCodes_areThoseOfTheProgram()
{
    const QString help = QString::fromUtf8(runLathe({"--help"}).out);
    const QRegularExpression row("^\\| (\\d+) \\| (.+) \\|$", QRegularExpression::MultilineOption);
    int rows = 0;
    for (auto found = row.globalMatch(readme()); found.hasNext(); ++rows) {
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
