// Leaving one project for another whose model has to be looked for: the window goes on meanwhile.
#include "tests/ui/dialogs.h"
#include "ui/window/fileopener.h"
#include "ui/window/mainactions.h"
#include "ui/window/mainwindow.h"
#include "ui/window/projectcontroller.h"

#include <QTemporaryDir>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstProjectController : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup() { m_window.reset(); }

    void discardedChanges_areAskedAboutOnce();
    void changesMadeMeanwhile_areAskedAbout_data();
    void changesMadeMeanwhile_areAskedAbout();
    void changesWhileAnotherModelLoads_areAskedAbout_data() { changesMadeMeanwhile_areAskedAbout_data(); }
    void changesWhileAnotherModelLoads_areAskedAbout();
    void otherModel_endsTheSearch();
    void givenUpSearch_keepsWhatOneStaysWith();
    void foundModel_keepsThePreprocessingItLeftBehind();

private:
    QString file(const QString &name) const { return m_folder->filePath(name); }
    void writeLost() const;
    void openLost(const QString &answer);
    void edit() { m_window->workbench().variantStore().save("late"); }
    void find();

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<MainWindow> m_window;
};

/// p.lathe is open in the window and modified; lost.lathe does not find its model.
void TstProjectController::init()
{
    startClean();
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(QFile::copy(samplePath(), file("digits.onnx")));
    writeLost();
    m_window = std::make_unique<MainWindow>();
    m_window->show();
    m_window->workbench().openModel(file("digits.onnx"));
    QTRY_VERIFY_WITH_TIMEOUT(m_window->workbench().isSettled(), patience);
    m_window->project().save(file("p.lathe"));
    edit();
    QVERIFY(settle(m_window->workbench()));
}

void TstProjectController::writeLost() const
{
    const Model model = Model::load(samplePath().toStdString());
    Project project;
    project.model.path = file("gone.onnx").toStdString();
    project.model.sha256 = model.sha256();
    project.layers = projectLayers(model);
    project.data = DataChoice{samplePath(":test").toStdString(), {}, 100, {}};
    saveProject(project, file("lost.lathe").toStdString());
}

/// @param answer to whether the changes of p.lathe are to be saved
void TstProjectController::openLost(const QString &answer)
{
    Answers answers;
    answers.expect("saveChangesDialog", answer);
    answers.expect("modelMissingDialog", "Cancel");
    m_window->files().openPath(file("lost.lathe"));
    QVERIFY(answers.allGiven());
}

/// As the file dialog would have it.
void TstProjectController::find()
{
    m_window->projects().missingModel().compare(m_window->project().prepare(file("lost.lathe"), false),
                                                samplePath());
}

void TstProjectController::discardedChanges_areAskedAboutOnce()
{
    openLost("Do not save");
    const Answers none;
    QSignalSpy opened(&m_window->project(), &ProjectKeeper::opened);
    find();
    QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patience);
    QCOMPARE(m_window->project().path(), file("lost.lathe"));
    QCOMPARE(int(loadProject(file("p.lathe").toStdString()).project.variants.size()), 0);
}

void TstProjectController::changesMadeMeanwhile_areAskedAbout_data()
{
    QTest::addColumn<QString>("answer");
    QTest::addColumn<int>("saved");
    QTest::newRow("save") << "Save" << 2;
    QTest::newRow("discard") << "Do not save" << 0;
    QTest::newRow("cancel") << "Cancel" << 0;
}

void TstProjectController::changesMadeMeanwhile_areAskedAbout()
{
    QFETCH(QString, answer);
    QFETCH(int, saved);
    openLost("Do not save");
    Answers answers;
    answers.expect("saveChangesDialog", answer);
    QSignalSpy opened(&m_window->project(), &ProjectKeeper::opened);
    find();
    edit();
    QTRY_VERIFY_WITH_TIMEOUT(answers.allGiven(), patience);
    if (answer == "Cancel")
        QTRY_VERIFY(!QApplication::activeModalWidget());
    else
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patience);
    QCOMPARE(m_window->project().path(), answer == "Cancel" ? file("p.lathe") : file("lost.lathe"));
    QCOMPARE(int(loadProject(file("p.lathe").toStdString()).project.variants.size()), saved);
}

void TstProjectController::changesWhileAnotherModelLoads_areAskedAbout()
{
    QFETCH(QString, answer);
    QFETCH(int, saved);
    Answers answers;
    answers.expect("saveChangesDialog", "Do not save");
    answers.expect("saveChangesDialog", answer);
    QSignalSpy ended(&m_window->workbench(), &Workbench::openingEnded);
    m_window->files().openPath(samplePath()); // asks the first time
    edit();
    QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, patience);
    QVERIFY(answers.allGiven());
    QCOMPARE(m_window->workbench().modelPath(), answer == "Cancel" ? file("digits.onnx") : samplePath());
    QCOMPARE(m_window->project().path(), answer == "Cancel" ? file("p.lathe") : QString());
    QCOMPARE(int(loadProject(file("p.lathe").toStdString()).project.variants.size()), saved);
}

void TstProjectController::otherModel_endsTheSearch()
{
    openLost("Save");
    QSignalSpy found(&m_window->projects().missingModel(), &MissingModel::found);
    find();
    m_window->files().openPath(samplePath());
    QTRY_COMPARE_WITH_TIMEOUT(m_window->workbench().modelPath(), samplePath(), patience);
    QVERIFY(settle(m_window->workbench()));
    QVERIFY(found.isEmpty() && m_window->project().path().isEmpty());
    // Nothing holds the project any more.
    QVERIFY(m_window->project().prepare(file("lost.lathe"), false).lock);
}

void TstProjectController::givenUpSearch_keepsWhatOneStaysWith()
{
    openLost("Do not save");
    QTRY_VERIFY_WITH_TIMEOUT(ProjectKeeper::unsavedChanges(file("p.lathe")), patience);
}

void TstProjectController::foundModel_keepsThePreprocessingItLeftBehind()
{
    QVERIFY(
        QFile::copy(samplePath("digits.preprocessor_config.json"), file("gone.preprocessor_config.json")));
    const QTemporaryDir elsewhere;
    QVERIFY(QFile::copy(samplePath(), elsewhere.filePath("found.onnx")));
    QSignalSpy opened(&m_window->project(), &ProjectKeeper::opened);
    m_window->project().open(m_window->project().prepare(file("lost.lathe"), false),
                             elsewhere.filePath("found.onnx"));
    QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patience);
    QVERIFY(settle(m_window->workbench()));
    QVERIFY(m_window->workbench().variants()->at(0).figures.top1->value > 0.9);
}

QTEST_MAIN(TstProjectController)
#include "tst_projectcontroller.moc"
