#include "core/base/fileio.h"
#include "tests/ui/dialogs.h"
#include "ui/session/projectkeeper.h"
#include "ui/widgets/infobar.h"
#include "ui/window/dockarea.h"
#include "ui/window/mainwindow.h"

#include <QDockWidget>
#include <QTemporaryDir>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstProject : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        startClean();
        m_folder = std::make_unique<QTemporaryDir>();
        for (const char *name : {"digits.onnx", "digits.preprocessor_config.json"})
            QVERIFY(QFile::copy(samplePath(name), file(name)));
    }

    void saved_opensWithRecipeVariantsDataAndLayout();
    void modifiedMark_followsEditsVariantsAndUndo();
    void close_asksAndObeys_data();
    void close_asksAndObeys();
    void crash_leavesAJournalThatIsRestored();
    void startWindow_offersWhatWasNotSaved();
    void secondWindow_isKeptOut();
    void movedProject_findsItsModelBeside();
    void missingModel_isAskedFor();
    void changedModel_dropsFiguresAndSaysSo();
    void damagedFile_saysWhatIsLostAndIsNotOverwritten();
    void noProject_isRefusedAndNothingChanges();
    void model_openedBesideAProject_keepsItsOwnSession();
    void readOnlyFolder_isSaidAndTheProjectStaysModified();

private:
    QString file(const QString &name) const { return m_folder->filePath(name); }
    /// Opens the sample, changes it, saves it as p.lathe.
    void makeProject(MainWindow &window);
    static bool openIn(MainWindow &window, const QString &path);

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TstProject::makeProject(MainWindow &window)
{
    window.show();
    window.workbench().openModel(file("digits.onnx"), {samplePath(""), {}, {}, {}});
    QVERIFY(QTest::qWaitFor([&] { return window.workbench().hasModel(); }, patience));
    QVERIFY(settle(window.workbench()));
    window.workbench().editor().applyPreset(presetNamed("8-bit per channel"));
    QVERIFY(settle(window.workbench()));
    window.workbench().variantStore().save("eight");
    QVERIFY(settle(window.workbench())); // what is kept is measured on all samples
    window.project().save(file("p.lathe"));
}

bool TstProject::openIn(MainWindow &window, const QString &path)
{
    window.show();
    QSignalSpy opened(&window.project(), &ProjectKeeper::opened);
    window.files().openPath(path);
    return QTest::qWaitFor([&] { return !opened.isEmpty(); }, patience) && settle(window.workbench());
}

void TstProject::saved_opensWithRecipeVariantsDataAndLayout()
{
    {
        MainWindow window;
        makeProject(window);
        window.workbench().editor().applyPreset(presetNamed("4-bit group 32"));
        window.findChild<DockArea *>()->setPerspective(Perspective::Compare);
        window.actions().saveProject->trigger();
        QVERIFY(!window.isWindowModified());
        QVERIFY(window.windowTitle().startsWith("p[*] – "));
        window.close();
    }
    startClean(); // nothing but the file may be needed
    MainWindow window;
    QVERIFY(openIn(window, file("p.lathe")));
    const Workbench &w = window.workbench();
    QCOMPARE(w.modelPath(), file("digits.onnx"));
    QCOMPARE(w.editor().settings().front().quantize->bits, 4);
    QCOMPARE(window.workbench().variants()->rowCount(), 2);
    const Variant &variant = window.workbench().variants()->at(1);
    QCOMPARE(variant.name, QString("eight"));
    QVERIFY(variant.figures.top1 && variant.figures.samplesTotal == 540);
    QVERIFY(w.data().has_value());
    QCOMPARE(window.findChild<DockArea *>()->perspective(), Perspective::Compare);
    window.project().check();
    QVERIFY(!window.isWindowModified()); // opening is no change
    QVERIFY(!window.workbench().editor().undoStack()->canUndo());
    QVERIFY(RecentFiles("recent/projects").paths().contains(file("p.lathe")));
}

void TstProject::modifiedMark_followsEditsVariantsAndUndo()
{
    MainWindow window;
    makeProject(window);
    QVERIFY(!window.isWindowModified());
    window.workbench().editor().applyPreset(presetNamed("4-bit group 32"));
    QTRY_VERIFY(window.isWindowModified());
    window.actions().undo->trigger();
    QTRY_VERIFY(!window.isWindowModified()); // as saved again
    window.workbench().variantStore().save("more");
    QTRY_VERIFY(window.isWindowModified());
    QVERIFY(settle(window.workbench())); // what is measured of the variant belongs to it
    window.actions().saveProject->trigger();
    QVERIFY(!window.isWindowModified());
}

void TstProject::close_asksAndObeys_data()
{
    QTest::addColumn<QString>("button");
    QTest::addColumn<bool>("closes");
    QTest::addColumn<int>("variants");
    QTest::newRow("save") << "Save" << true << 2;
    QTest::newRow("discard") << "Do not save" << true << 1;
    QTest::newRow("cancel") << "Cancel" << false << 1;
}

void TstProject::close_asksAndObeys()
{
    QFETCH(QString, button);
    QFETCH(bool, closes);
    QFETCH(int, variants);
    MainWindow window;
    makeProject(window);
    window.workbench().variantStore().save("late"); // at once: the mark has not followed yet
    {
        Answers answers;
        answers.expect("saveChangesDialog", button);
        QCOMPARE(window.close(), closes);
        QVERIFY(answers.allGiven());
    }
    QCOMPARE(int(loadProject(file("p.lathe").toStdString()).project.variants.size()), variants);
    QCOMPARE(ProjectKeeper::unsavedChanges(file("p.lathe")).has_value(), false);
    if (!closes) {
        Answers answers;
        answers.expect("saveChangesDialog", "Save");
        QVERIFY(window.close());
    }
}

void TstProject::crash_leavesAJournalThatIsRestored()
{
    {
        MainWindow window;
        makeProject(window);
        window.workbench().variantStore().save("unsaved");
        QTRY_VERIFY_WITH_TIMEOUT(ProjectKeeper::unsavedChanges(file("p.lathe")), 10000);
    } // destroyed, not closed
    QCOMPARE(ProjectKeeper::abandonedProjects(), QStringList{file("p.lathe")});
    {
        MainWindow window;
        Answers answers;
        answers.expect("recoveryDialog", "Restore");
        QVERIFY(openIn(window, file("p.lathe")));
        QVERIFY(answers.allGiven());
        QCOMPARE(window.workbench().variants()->rowCount(), 3);
        window.project().check();
        QVERIFY(window.isWindowModified()); // still not in the file
        window.actions().saveProject->trigger();
        QVERIFY(!ProjectKeeper::unsavedChanges(file("p.lathe")));
    }
    MainWindow window;
    QVERIFY(openIn(window, file("p.lathe")));
    QCOMPARE(window.workbench().variants()->rowCount(), 3);
}

void TstProject::startWindow_offersWhatWasNotSaved()
{
    {
        MainWindow window;
        makeProject(window);
        window.workbench().variantStore().save("unsaved");
        QTRY_VERIFY_WITH_TIMEOUT(ProjectKeeper::unsavedChanges(file("p.lathe")), 10000);
        QVERIFY(ProjectKeeper::abandonedProjects().isEmpty()); // a window has it
    }
    MainWindow window;
    window.show();
    Answers answers;
    answers.expect("startRecoveryDialog", "Open it");
    QSignalSpy opened(&window.project(), &ProjectKeeper::opened);
    window.projects().offerRecovery();
    QVERIFY(answers.allGiven());
    QVERIFY2(answers.questions().first().contains("Changes up to"), qPrintable(answers.questions().first()));
    QVERIFY(QTest::qWaitFor([&] { return !opened.isEmpty(); }, patience));
    QCOMPARE(window.workbench().variants()->rowCount(), 3);
}

void TstProject::secondWindow_isKeptOut()
{
    MainWindow first;
    makeProject(first);
    MainWindow second;
    second.show();
    second.files().openPath(file("p.lathe"));
    auto *dialog = second.findChild<QMessageBox *>("errorDialog");
    QVERIFY(dialog);
    QVERIFY2(dialog->text().contains("another window"), qPrintable(dialog->text()));
    dialog->close();
    QVERIFY(!second.workbench().hasModel());
    first.project().close();
    QVERIFY(openIn(second, file("p.lathe")));
}

void TstProject::movedProject_findsItsModelBeside()
{
    {
        MainWindow window;
        makeProject(window);
        window.close();
    }
    QTemporaryDir elsewhere;
    for (const char *name : {"digits.onnx", "p.lathe"})
        QVERIFY(QFile::rename(file(name), elsewhere.filePath(name)));
    MainWindow window;
    QVERIFY(openIn(window, elsewhere.filePath("p.lathe")));
    QCOMPARE(window.workbench().modelPath(), elsewhere.filePath("digits.onnx"));
    QVERIFY(window.workbench().variants()->at(1).figures.top1.has_value());
}

void TstProject::missingModel_isAskedFor()
{
    {
        MainWindow window;
        makeProject(window);
        window.close();
    }
    QVERIFY(QFile::remove(file("digits.onnx")));
    MainWindow window;
    window.show();
    Answers answers;
    answers.expect("modelMissingDialog", "Cancel");
    window.files().openPath(file("p.lathe"));
    QVERIFY(answers.allGiven());
    QVERIFY(!window.workbench().hasModel());
    // Where it is now, as the file dialog would say it.
    const ProjectOpening opening = window.project().prepare(file("p.lathe"), false);
    QVERIFY(opening.model.isEmpty());
    QSignalSpy opened(&window.project(), &ProjectKeeper::opened);
    window.project().open(opening, samplePath());
    QVERIFY(QTest::qWaitFor([&] { return !opened.isEmpty(); }, patience));
    QVERIFY(window.workbench().variants()->at(1).figures.top1.has_value()); // the same file by its hash
    window.project().check();
    QVERIFY(window.isWindowModified()); // its new place is to be saved
}

void TstProject::changedModel_dropsFiguresAndSaysSo()
{
    {
        MainWindow window;
        makeProject(window);
        window.close();
    }
    std::string bytes = readFile(file("digits.onnx").toStdString());
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1); // a weight's last bit
    writeFileAtomically(file("digits.onnx").toStdString(), bytes);
    MainWindow window;
    window.show();
    QSignalSpy differs(&window.project(), &ProjectKeeper::modelDiffers);
    window.files().openPath(file("p.lathe"));
    QVERIFY(QTest::qWaitFor([&] { return !differs.isEmpty(); }, patience));
    QCOMPARE(window.workbench().variants()->at(1).name, QString("eight"));
    QVERIFY(window.findChild<InfoBar *>()->text().contains("digits.onnx"));
}

void TstProject::damagedFile_saysWhatIsLostAndIsNotOverwritten()
{
    {
        MainWindow window;
        makeProject(window);
        window.workbench().variantStore().save("second");
        window.actions().saveProject->trigger();
        window.close();
    }
    const std::string whole = readFile(file("p.lathe").toStdString());
    const std::string cut = whole.substr(0, whole.find("\"second\""));
    writeFileAtomically(file("p.lathe").toStdString(), cut);
    MainWindow window;
    QVERIFY(openIn(window, file("p.lathe")));
    auto *dialog = window.findChild<QMessageBox *>("errorDialog");
    QVERIFY(dialog);
    QVERIFY2(dialog->text().contains("1 of its variants"), qPrintable(dialog->text()));
    dialog->close();
    QCOMPARE(window.workbench().variants()->rowCount(), 2);
    window.project().check();
    QVERIFY(window.isWindowModified());
    QCOMPARE(readFile(file("p.lathe").toStdString()), cut);
}

void TstProject::noProject_isRefusedAndNothingChanges()
{
    writeFileAtomically(file("x.lathe").toStdString(), "no project");
    MainWindow window;
    makeProject(window);
    window.files().openPath(file("x.lathe"));
    auto *dialog = window.findChild<QMessageBox *>("errorDialog");
    QVERIFY(dialog);
    QVERIFY2(dialog->text().contains("is not a Lathe project"), qPrintable(dialog->text()));
    dialog->close();
    QCOMPARE(window.project().path(), file("p.lathe"));
    QCOMPARE(window.workbench().variants()->rowCount(), 2);
}

void TstProject::model_openedBesideAProject_keepsItsOwnSession()
{
    MainWindow window;
    makeProject(window);
    window.actions().saveProject->trigger();
    QSignalSpy opened(&window.workbench(), &Workbench::modelChanged);
    window.files().openPath(samplePath());
    QVERIFY(QTest::qWaitFor([&] { return !opened.isEmpty(); }, patience));
    QVERIFY(!window.project().isOpen());
    QCOMPARE(window.workbench().variants()->rowCount(), 1);
    QVERIFY(window.windowTitle().startsWith("digits[*] – "));
    QVERIFY(settle(window.workbench()));
}

void TstProject::readOnlyFolder_isSaidAndTheProjectStaysModified()
{
    MainWindow window;
    makeProject(window);
    window.workbench().variantStore().save("late");
    QVERIFY(QFile::remove(file("p.lathe")));
    QVERIFY(QDir().mkdir(file("p.lathe"))); // nothing can be renamed over a folder, not even by root
    QVERIFY(!window.projects().save(false));
    auto *dialog = window.findChild<QMessageBox *>("errorDialog");
    QVERIFY(dialog);
    QVERIFY2(dialog->text().contains("p.lathe") && dialog->text().contains("Save it in another folder"),
             qPrintable(dialog->text()));
    dialog->close();
    window.project().check();
    QVERIFY(window.isWindowModified());
}

QTEST_MAIN(TstProject)
#include "tst_project.moc"
