// What was lost is won back: from the button to a variant, a file, a session and a project.
#include "core/base/fileio.h"
#include "tests/support/places.h"
#include "tests/ui/sample.h"
#include "ui/compare/variantstudy.h"
#include "ui/export/exportjob.h"
#include "ui/jobs/closequestion.h"
#include "ui/jobs/jobmodel.h"
#include "ui/layers/layertablemodel.h"
#include "ui/recover/plandialog.h"
#include "ui/recover/progresschart.h"
#include "ui/recover/recoverdesk.h"
#include "ui/session/projectkeeper.h"
#include "ui/session/tuningshelf.h"
#include "ui/window/mainwindow.h"

#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QProcess>
#include <QPushButton>
#include <QRadioButton>
#include <QSpinBox>
#include <QStandardPaths>
#include <QTableView>
#include <QTemporaryDir>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

constexpr int longer = 5 * patience; ///< what goes before the whole network is trained takes its time

class TstRecoverDesk : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void cleanup() { m_window.reset(); }

    void panel_saysWhatWouldBeDone();
    void button_recoversAndKeepsAVariant();
    void nothingWon_keepsNothing();
    void undo_takesTheValuesAwayAndBack();
    void exportedFile_isThatOfTheCommandLine();
    void comparison_isOfTheValues();
    void table_saysWhichLayersAreTrained();
    void recipeChangedMeanwhile_staysAndTheVariantIsThere();
    void session_bringsTheValuesBack();
    void project_movesWithItsValues();
    void lostValues_areSaid();
    void training_drawsACurveAndKeepsAVariant();
    void pause_waitsAndGoesOn();
    void cancel_keepsTheBest();
    void close_asksWhileItRuns();
    void interruptedTraining_goesOn();
    void stagesBeforeTheNetwork_areGoneOnFrom();
    void newRun_takesAwayTheOfferToGoOn();
    void ramp_isOneCurve();
    void otherData_isFedAsTheModelWantsIt();
    void figures_areNeverOfWhatWasLearnedFrom();
    void figures_areOfAllSamplesWhereOthersTaught();
    void plan_isChosenAsJson();

private:
    Workbench &workbench() { return m_window->workbench(); }
    RecipeEditor &editor() { return workbench().editor(); }
    RecoverDesk &desk() { return m_window->recovery(); }
    RecoverPanel &panel() { return *desk().panel(); }
    template <class T>
    T *part(const char *name)
    {
        return panel().findChild<T *>(QString::fromLatin1(name));
    }
    void click(const char *name) { QTest::mouseClick(part<QPushButton>(name), Qt::LeftButton); }
    QString text(const char *name) { return part<QLabel>(name)->text(); }
    void openPanel();
    void recover(); ///< without training, from two bits
    void train(const char *epochs);
    void trainBy(const QString &plan);
    void close(); ///< with a session, whatever runs
    void open();
    bool closingOffersToGoOn();
    QStringList levels();
    static std::string bytesOf(const QString &path) { return readFile(path.toStdString()); }

    std::unique_ptr<MainWindow> m_window;
};

void TstRecoverDesk::initTestCase()
{
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
}

void TstRecoverDesk::init()
{
    startClean();
    m_window = std::make_unique<MainWindow>();
    m_window->show();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    QVERIFY(openSample(workbench()));
    editor().replaceRecipe({{}, {parseRule("*:bits=2,range=mse")}}, "two bits");
    QVERIFY(settle(workbench()));
}

void TstRecoverDesk::openPanel()
{
    QSignalSpy probed(&desk(), &RecoverDesk::probed);
    m_window->actions().recover->trigger();
    QVERIFY(panel().isVisible());
    QVERIFY(probed.wait(patience));
    QTRY_VERIFY_WITH_TIMEOUT(part<QPushButton>("recoverStart")->isEnabled(), patience);
}

void TstRecoverDesk::recover()
{
    openPanel();
    QSignalSpy ended(&desk(), &RecoverDesk::ended);
    click("recoverStart");
    QVERIFY(desk().isRunning());
    QVERIFY(ended.wait(patience));
    QVERIFY2(editor().tuning(), qPrintable(text("recoverOutcome")));
    QVERIFY(settle(workbench()));
}

/// @param epochs of a small plan
void TstRecoverDesk::train(const char *epochs)
{
    trainBy(QStringLiteral(R"({"lathe_plan": 1, "steps": [{"epochs": %1, "rate": 0.0001,
        "losses": {"labels": 0, "distillation": 1}}]})")
                .arg(QString::fromLatin1(epochs)));
}

void TstRecoverDesk::trainBy(const QString &plan)
{
    openPanel();
    if (!part<QRadioButton>("recoverTraining")->isEnabled())
        QSKIP(qPrintable(text("recoverWhyNot")));
    auto *offered = part<QComboBox>("recoverData");
    panel().chooseData(offered->itemData(1).toString(), {}); // the half: fewer samples
    panel().chooseTraining(true);
    part<QSpinBox>("recoverMinutes")->setValue(10); // on a busy machine, too, there are epochs
    panel().setPlan(plan);
    QTRY_VERIFY_WITH_TIMEOUT(part<QPushButton>("recoverStart")->isEnabled(), patience);
    click("recoverStart");
    QVERIFY(desk().isRunning());
}

void TstRecoverDesk::close()
{
    workbench().saveSession();
    m_window.reset();
}

void TstRecoverDesk::open()
{
    m_window = std::make_unique<MainWindow>();
    m_window->show();
    QVERIFY(openSample(workbench()));
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    openPanel();
}

/// Asks to close, and stays.
bool TstRecoverDesk::closingOffersToGoOn()
{
    bool offers = false;
    QTimer::singleShot(0, this, [&] {
        if (auto *question = m_window->findChild<CloseQuestion *>()) {
            offers = question->informativeText().contains("go on with it");
            question->reject();
        }
    });
    m_window->close();
    return offers;
}

QStringList TstRecoverDesk::levels()
{
    QStringList names;
    for (const ProgressChart::Level &level : panel().accuracy()->levels())
        names << level.name;
    return names;
}

void TstRecoverDesk::panel_saysWhatWouldBeDone()
{
    openPanel();
    QVERIFY2(text("recoverWhat").contains("layers"), qPrintable(text("recoverWhat")));
    QVERIFY2(text("recoverWhat").contains("biases"), qPrintable(text("recoverWhat")));
    const QString data = text("recoverLabels");
    QVERIFY2(data.contains("samples of sample (train)"), qPrintable(data));
    QVERIFY2(data.contains("Labels are used"), qPrintable(data));
    QVERIFY(!text("recoverWithoutTime").isEmpty());
    QVERIFY(part<QRadioButton>("recoverWithout")->isChecked()); // offered first
    // The half that is not measured can be learned from as well.
    auto *offered = part<QComboBox>("recoverData");
    QVERIFY(offered->count() >= 3);
    QVERIFY(offered->itemData(1).toString().contains('#'));
    // What is measured is not learned from.
    panel().chooseData(samplePath("") + ":test", "test");
    QTRY_VERIFY_WITH_TIMEOUT(text("recoverLabels").contains("measured on these samples"), patience);
    QVERIFY(!part<QPushButton>("recoverStart")->isEnabled());
    editor().replaceRecipe({}, "nothing");
    QTRY_VERIFY_WITH_TIMEOUT(text("recoverWhat").contains("nothing to recover"), patience);
    QVERIFY(!part<QPushButton>("recoverStart")->isEnabled());
}

void TstRecoverDesk::button_recoversAndKeepsAVariant()
{
    const double before = workbench().previews().figures().top1Difference->value;
    const int rows = workbench().variants()->rowCount();
    recover();
    QCOMPARE(workbench().variants()->rowCount(), rows + 1);
    const Variant &variant = workbench().variants()->at(rows);
    QVERIFY(variant.name.contains("recovered"));
    QCOMPARE(variant.tuning->sha256(), editor().tuning()->sha256());
    QVERIFY(text("recoverOutcome").contains("held-out samples"));
    // The figures of the moment are those of the values, and the variant has them.
    const Figures &now = workbench().previews().figures();
    QVERIFY(workbench().previews().isCurrent());
    QVERIFY2(now.top1Difference->value > before, qPrintable(QString::number(now.top1Difference->value)));
    QVERIFY(variant.figures.top1Difference);
    QVERIFY2(QString::fromStdString(now.note.text()).startsWith("With trained values"),
             now.note.text().c_str());
    QCOMPARE(workbench().previews().preview().compressed->tuning->sha256(), editor().tuning()->sha256());
}

/// Without data nothing is told of layers that have lost nearly all.
void TstRecoverDesk::nothingWon_keepsNothing()
{
    QTemporaryDir folder;
    QVERIFY(openWithoutData(workbench(), folder.path()));
    editor().replaceRecipe({{}, {parseRule("*:prune=0.98")}}, "next to nothing");
    QVERIFY(settle(workbench()));
    openPanel();
    QVERIFY(panel().choice().data.isEmpty());
    QVERIFY(!part<QRadioButton>("recoverTraining")->isEnabled());
    const int rows = workbench().variants()->rowCount();
    QSignalSpy ended(&desk(), &RecoverDesk::ended);
    click("recoverStart");
    QVERIFY(ended.wait(patience));
    QVERIFY(!editor().tuning());
    QCOMPARE(workbench().variants()->rowCount(), rows);
    QVERIFY2(text("recoverOutcome").contains("all stays as it was"), qPrintable(text("recoverOutcome")));
}

void TstRecoverDesk::undo_takesTheValuesAwayAndBack()
{
    recover();
    const std::string values = editor().tuning()->sha256();
    editor().undoStack()->undo();
    QVERIFY(!editor().tuning());
    QVERIFY(settle(workbench()));
    QVERIFY(!workbench().previews().preview().compressed->tuning);
    editor().undoStack()->redo();
    QCOMPARE(editor().tuning()->sha256(), values);
    // A preset for all layers begins anew; the variant leads back.
    editor().applyPreset(presetNamed("8-bit per channel"));
    QVERIFY(!editor().tuning());
    workbench().variantStore().apply(workbench().variants()->rowCount() - 1);
    QCOMPARE(editor().tuning()->sha256(), values);
}

void TstRecoverDesk::exportedFile_isThatOfTheCommandLine()
{
    recover();
    QTemporaryDir folder;
    const QString window = folder.filePath("window.onnx"), line = folder.filePath("line.onnx");
    ExportInput input{workbench().compressor(),
                      workbench().exporter(),
                      editor().recipe(),
                      editor().tuning(),
                      window,
                      Storage::Compact,
                      false,
                      false,
                      {},
                      {},
                      {},
                      {}};
    exportRecipe(input, {});
    const Model written = Model::load(window.toStdString());
    QCOMPARE(written.metadata().at("lathe.tuning_sha256"), editor().tuning()->sha256());
    QProcess lathe;
    lathe.start("/bin/sh",
                {"-c", QStringLiteral("PATH=%1:$PATH; ").arg(QString::fromStdString(builtPath(""))) +
                           workbench().commandLine(line)});
    QVERIFY(lathe.waitForFinished(patience));
    QVERIFY2(lathe.exitCode() == 0, lathe.readAllStandardError());
    QVERIFY(bytesOf(window) == bytesOf(line));
}

void TstRecoverDesk::comparison_isOfTheValues()
{
    recover();
    const Variant variant = workbench().variants()->at(workbench().variants()->rowCount() - 1);
    const VariantStudy study =
        studyVariant(*workbench().compressor(), *workbench().exporter(), VariantSource(variant), {});
    QCOMPARE(study.weights.compressed->tuning->sha256(), variant.tuning->sha256());
    Variant plain = variant;
    plain.tuning = nullptr;
    const VariantStudy other =
        studyVariant(*workbench().compressor(), *workbench().exporter(), VariantSource(plain), {});
    QVERIFY(*study.weights.of(workbench().model(), 0) != *other.weights.of(workbench().model(), 0));
}

void TstRecoverDesk::table_saysWhichLayersAreTrained()
{
    recover();
    const QAbstractItemModel *table = m_window->findChild<LayerTableModel *>();
    const auto settings = [table](int row) {
        return table->index(row, LayerTableModel::Settings).data().toString();
    };
    int row = -1;
    for (int i = 0; i < table->rowCount(); ++i)
        if (settings(i).contains("trained"))
            row = i;
    QVERIFY(row >= 0);
    editor().editLayers(
        {row}, [](LayerSettings &s) { setBits(s, 4); }, "4 bits", false);
    QVERIFY(settle(workbench()));
    QVERIFY2(settings(row).contains("no longer trained"), qPrintable(settings(row)));
    const QString tip = table->index(row, LayerTableModel::Settings).data(Qt::ToolTipRole).toString();
    QVERIFY2(tip.contains("put back"), qPrintable(tip));
    editor().undoStack()->undo();
    QVERIFY(settle(workbench()));
    QVERIFY(settings(row).contains("trained") && !settings(row).contains("no longer"));
}

void TstRecoverDesk::recipeChangedMeanwhile_staysAndTheVariantIsThere()
{
    openPanel();
    QSignalSpy ended(&desk(), &RecoverDesk::ended);
    click("recoverStart");
    editor().replaceRecipe({{}, {parseRule("*:bits=5")}}, "five bits");
    const int rows = workbench().variants()->rowCount();
    QVERIFY(ended.wait(patience));
    QCOMPARE(workbench().variants()->rowCount(), rows + 1);
    QVERIFY(workbench().variants()->at(rows).tuning);
    QVERIFY(!editor().tuning());
    QCOMPARE(editor().settings().front().quantize->bits, 5);
}

void TstRecoverDesk::session_bringsTheValuesBack()
{
    recover();
    const std::string values = editor().tuning()->sha256();
    const double measured = workbench().previews().figures().top1Difference->value;
    m_window.reset();
    m_window = std::make_unique<MainWindow>();
    m_window->show();
    QVERIFY(openSample(workbench()));
    QVERIFY(editor().tuning());
    QCOMPARE(editor().tuning()->sha256(), values);
    QCOMPARE(workbench().previews().figures().top1Difference->value, measured);
    QCOMPARE(workbench().variants()->at(workbench().variants()->rowCount() - 1).tuning->sha256(), values);
}

void TstRecoverDesk::project_movesWithItsValues()
{
    QTemporaryDir folder, other;
    m_window->project().create(folder.filePath("work.lathe"), samplePath());
    QTRY_VERIFY_WITH_TIMEOUT(m_window->project().isOpen(), patience);
    DatasetChoice data;
    data.reference = samplePath("") + ":test";
    workbench().setDataset(data);
    editor().replaceRecipe({{}, {parseRule("*:bits=2,range=mse")}}, "two bits");
    QVERIFY(settle(workbench()));
    recover();
    const std::string values = editor().tuning()->sha256();
    m_window->project().save(folder.filePath("work.lathe"));
    QVERIFY(!m_window->project().isModified());
    const QStringList files = QDir(folder.path()).entryList({"*.tuning.npz"});
    QCOMPARE(files.size(), 1);
    m_window.reset();
    startClean(); // another machine
    for (const QString &file : files + QStringList{"work.lathe"})
        QVERIFY(QFile::copy(folder.filePath(file), other.filePath(file)));
    QVERIFY(QDir(folder.path()).removeRecursively());
    m_window = std::make_unique<MainWindow>();
    m_window->show();
    ProjectKeeper &keeper = m_window->project();
    keeper.open(keeper.prepare(other.filePath("work.lathe"), false), samplePath());
    QTRY_VERIFY_WITH_TIMEOUT(workbench().hasModel(), patience);
    QVERIFY(editor().tuning());
    QCOMPARE(editor().tuning()->sha256(), values);
}

void TstRecoverDesk::lostValues_areSaid()
{
    recover();
    const QString file = shelvedPath(editor().tuning()->sha256());
    QVERIFY(QFile::exists(file));
    m_window.reset();
    QVERIFY(QFile::remove(file));
    m_window = std::make_unique<MainWindow>();
    QSignalSpy notices(&workbench(), &Workbench::notice);
    QVERIFY(openSample(workbench()));
    QVERIFY(!editor().tuning());
    bool said = false;
    for (const auto &notice : notices)
        said = said || notice.front().toString().contains("What was trained is not there");
    QVERIFY(said);
    // Its figures were not of the recipe alone.
    QVERIFY(!workbench().variants()->at(workbench().variants()->rowCount() - 1).tuning);
}

void TstRecoverDesk::training_drawsACurveAndKeepsAVariant()
{
    QSignalSpy ended(&desk(), &RecoverDesk::ended);
    const int rows = workbench().variants()->rowCount();
    train("3");
    if (!desk().isRunning())
        return; // skipped
    QVERIFY(ended.wait(longer));
    QVERIFY2(panel().loss()->points().size() >= 3, qPrintable(text("recoverOutcome")));
    QVERIFY(panel().loss()->isVisible());
    QVERIFY(panel().accuracy()->isVisible());
    QVERIFY(!panel().accuracy()->points().isEmpty());
    QCOMPARE(panel().loss()->points().front().epoch, 0.0); // where it began
    QCOMPARE(levels(), (QStringList{"start", "original"}));
    QCOMPARE(workbench().variants()->rowCount(), rows + 1);
    QVERIFY(text("recoverOutcome").contains("the whole network"));
}

void TstRecoverDesk::pause_waitsAndGoesOn()
{
    QSignalSpy ended(&desk(), &RecoverDesk::ended);
    train("60");
    if (!desk().isRunning())
        return; // skipped
    QTRY_VERIFY_WITH_TIMEOUT(!panel().loss()->points().isEmpty(), longer);
    click("recoverPause");
    QCOMPARE(panel().state(), RecoverPanel::State::Paused);
    QVERIFY(part<QPushButton>("recoverPause")->text().contains("Go on"));
    QVERIFY2(text("recoverStage").endsWith("paused"), qPrintable(text("recoverStage")));
    QTest::qWait(300); // what was on its way
    const qsizetype points = panel().loss()->points().size();
    QTest::qWait(500);
    QCOMPARE(panel().loss()->points().size(), points);
    QVERIFY(desk().isRunning());
    click("recoverPause");
    QTRY_VERIFY_WITH_TIMEOUT(panel().loss()->points().size() > points, longer);
    click("recoverPause");
    click("recoverCancel"); // also ends what waits
    QVERIFY(ended.wait(longer));
}

void TstRecoverDesk::cancel_keepsTheBest()
{
    QSignalSpy ended(&desk(), &RecoverDesk::ended);
    train("100000");
    if (!desk().isRunning())
        return; // skipped
    QTRY_VERIFY_WITH_TIMEOUT(panel().loss()->points().size() > 2, longer);
    // The figures of the moment are those of the best so far; nothing is kept of them.
    QTRY_VERIFY_WITH_TIMEOUT(workbench().previews().isTrial(), longer);
    QTRY_VERIFY_WITH_TIMEOUT(workbench().previews().isCurrent(), longer);
    QVERIFY(workbench().previews().preview().tuning);
    QVERIFY(!editor().tuning());
    const int row = workbench().variantStore().save("meanwhile");
    QVERIFY(!workbench().variants()->at(row).figures.top1Difference);
    click("recoverCancel");
    QVERIFY(ended.wait(longer));
    QVERIFY(!workbench().previews().isTrial());
    QVERIFY2(text("recoverOutcome").contains("the best until then was kept"),
             qPrintable(text("recoverOutcome")));
    QVERIFY(editor().tuning());
    QCOMPARE(panel().state(), RecoverPanel::State::Idle);
}

void TstRecoverDesk::close_asksWhileItRuns()
{
    train("100000");
    if (!desk().isRunning())
        return; // skipped
    bool asked = false;
    QTimer::singleShot(0, this, [&] {
        if (auto *question = m_window->findChild<CloseQuestion *>()) {
            asked = question->informativeText().contains("Recovering");
            question->reject();
        }
    });
    QVERIFY(!m_window->close());
    QVERIFY(asked);
    QVERIFY(desk().isRunning());
    QVERIFY(!closingOffersToGoOn()); // of what comes before the whole network nothing is kept
    QTRY_VERIFY_WITH_TIMEOUT(panel().loss()->points().size() > 1, longer);
    QVERIFY(closingOffersToGoOn());
    QVERIFY(desk().isRunning());
}

void TstRecoverDesk::interruptedTraining_goesOn()
{
    train("40");
    if (!desk().isRunning())
        return; // skipped
    QTRY_VERIFY_WITH_TIMEOUT(panel().loss()->points().size() > 2, longer);
    close();
    open();
    auto *resume = part<QPushButton>("recoverResume");
    QVERIFY(resume->isVisible());
    QSignalSpy ended(&desk(), &RecoverDesk::ended);
    QTRY_VERIFY_WITH_TIMEOUT(resume->isEnabled(), patience);
    QTest::mouseClick(resume, Qt::LeftButton);
    QVERIFY(ended.wait(longer));
    QVERIFY2(editor().tuning(), qPrintable(text("recoverOutcome")));
    QVERIFY(panel().loss()->points().size() > 0 && panel().loss()->points().front().epoch > 0);
    QVERIFY(!levels().contains("start")); // that was in the run before
    QTRY_VERIFY_WITH_TIMEOUT(part<QPushButton>("recoverStart")->isEnabled(), patience);
    QVERIFY(!resume->isVisible()); // it is done
}

/// Before the whole network is trained they alone are there.
void TstRecoverDesk::stagesBeforeTheNetwork_areGoneOnFrom()
{
    train("40");
    if (!desk().isRunning())
        return; // skipped
    QTRY_VERIFY_WITH_TIMEOUT(panel().loss()->points().size() > 2, longer);
    close();
    const QDir folder(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + "/training");
    const QStringList checkpoints = folder.entryList({"*.checkpoint"}, QDir::Files);
    QCOMPARE(checkpoints.size(), 1);
    QVERIFY(QFile::remove(folder.filePath(checkpoints.front())));
    QVERIFY(!folder.entryList({"*.start.tuning.npz"}, QDir::Files).isEmpty());
    open();
    QVERIFY(part<QPushButton>("recoverResume")->isVisible());
}

/// Begun anew, with other data: an offer to go on would be of the old training with the new data.
void TstRecoverDesk::newRun_takesAwayTheOfferToGoOn()
{
    train("40");
    if (!desk().isRunning())
        return; // skipped
    QTRY_VERIFY_WITH_TIMEOUT(panel().loss()->points().size() > 2, longer);
    close();
    open();
    QVERIFY(part<QPushButton>("recoverResume")->isVisible());
    panel().chooseData(part<QComboBox>("recoverData")->itemData(0).toString(), {});
    panel().chooseTraining(true);
    QTRY_VERIFY_WITH_TIMEOUT(part<QPushButton>("recoverStart")->isEnabled(), patience);
    QSignalSpy ended(&desk(), &RecoverDesk::ended);
    click("recoverStart");
    click("recoverCancel");
    QVERIFY(ended.wait(longer));
    QSignalSpy probed(&desk(), &RecoverDesk::probed);
    QVERIFY(probed.wait(patience));
    QVERIFY(part<QPushButton>("recoverStart")->isVisible());
    QVERIFY(!part<QPushButton>("recoverResume")->isVisible());
}

void TstRecoverDesk::ramp_isOneCurve()
{
    editor().replaceRecipe({{}, {parseRule("*:prune=0.8")}}, "a fifth");
    QVERIFY(settle(workbench()));
    trainBy(R"({"lathe_plan": 1, "steps": [{"epochs": 4, "rate": 0.001, "losses": {"labels": 1},
        "prune": {"to": 0.8, "epochs": 2, "every": 3}}]})");
    if (!desk().isRunning())
        return; // skipped
    QSignalSpy ended(&desk(), &RecoverDesk::ended);
    QVERIFY(ended.wait(longer));
    const auto &points = panel().loss()->points();
    QVERIFY2(points.size() > 4, qPrintable(text("recoverOutcome")));
    QVERIFY(std::ranges::is_sorted(points, {}, &ProgressChart::Point::epoch));
    QVERIFY2(std::abs(points.back().epoch - 4.0) < 0.01, qPrintable(QString::number(points.back().epoch)));
    QCOMPARE(levels(), (QStringList{"start", "original"}));
    // Another run begins with nothing of it.
    editor().undoStack()->undo();
    QTRY_VERIFY_WITH_TIMEOUT(part<QPushButton>("recoverStart")->isEnabled(), patience);
    click("recoverStart");
    QVERIFY(panel().loss()->points().isEmpty() && levels().isEmpty());
    click("recoverCancel");
    QVERIFY(ended.wait(longer));
}

/// Where nothing is measured nobody has said how data is fed: as for any data it is what lies beside the
/// model.
void TstRecoverDesk::otherData_isFedAsTheModelWantsIt()
{
    QTemporaryDir folder;
    QVERIFY(QFile::copy(samplePath("digits.preprocessor_config.json"),
                        folder.filePath("copy.preprocessor_config.json")));
    QVERIFY(openWithoutData(workbench(), folder.path()));
    editor().replaceRecipe({{}, {parseRule("*:bits=2,range=mse")}}, "two bits");
    QVERIFY(settle(workbench()));
    openPanel();
    panel().chooseData(samplePath("") + ":train", "train");
    QTRY_VERIFY_WITH_TIMEOUT(text("recoverLabels").contains("samples of sample (train)"), patience);
    QTRY_VERIFY_WITH_TIMEOUT(part<QPushButton>("recoverStart")->isEnabled(), patience);
    QSignalSpy ended(&desk(), &RecoverDesk::ended);
    click("recoverStart");
    QVERIFY(ended.wait(longer));
    QVERIFY2(editor().tuning(), qPrintable(text("recoverOutcome")));
    RecoveryInput input;
    input.compressor = workbench().compressor();
    input.recipe = editor().recipe();
    input.preprocessing = loadPreprocessing(samplePath("digits.preprocessor_config.json").toStdString());
    input.choice.data = samplePath("") + ":train";
    QCOMPARE(editor().tuning()->sha256(), recoverRecipe(input).tuning->sha256());
}

/// The half that was learned from is not measured on, also when other data calibrates by then.
void TstRecoverDesk::figures_areNeverOfWhatWasLearnedFrom()
{
    openPanel();
    panel().chooseData(samplePath("") + ":test#first", "half");
    QTRY_VERIFY_WITH_TIMEOUT(part<QPushButton>("recoverStart")->isEnabled(), patience);
    QSignalSpy ended(&desk(), &RecoverDesk::ended);
    click("recoverStart");
    QVERIFY(ended.wait(longer));
    QVERIFY2(editor().tuning(), qPrintable(text("recoverOutcome")));
    DatasetChoice choice = workbench().data()->choice;
    choice.calibration = samplePath("") + ":train";
    workbench().setDataset(choice);
    QTRY_VERIFY_WITH_TIMEOUT(workbench().data() && !workbench().data()->isCalibratedOnHalf(), patience);
    QVERIFY(settle(workbench()));
    const auto half = static_cast<int64_t>(workbench().data()->unlearned->samples.size());
    const auto all = static_cast<int64_t>(workbench().data()->samples->size());
    QVERIFY(half > 0 && half < all);
    const PreviewController &previews = workbench().previews();
    QCOMPARE(previews.figures().samplesTotal, half);
    QCOMPARE(previews.baseline().samplesTotal, half);
    QVERIFY2(previews.dataText().text().find("not learned from") != std::string::npos,
             previews.dataText().text().c_str());
    QVERIFY2(QString::fromStdString(previews.figures().note.text()).contains("half that is not learned from"),
             previews.figures().note.text().c_str());
    QTemporaryDir folder;
    ExportInput input;
    input.compressor = workbench().compressor();
    input.exporter = workbench().exporter();
    input.recipe = editor().recipe();
    input.tuning = editor().tuning();
    input.target = folder.filePath("small.onnx");
    input.report = true;
    input.samples = workbench().data()->samples;
    input.baseline = workbench().data()->baseline;
    input.heldOut = workbench().data()->heldOut;
    input.unlearned = workbench().data()->unlearned;
    QFile page(exportRecipe(input, {}).report);
    QVERIFY(page.open(QIODevice::ReadOnly));
    const QString html = QString::fromUtf8(page.readAll());
    QVERIFY(html.contains(QStringLiteral("%1 of %2 samples").arg(half).arg(all)));
    editor().undoStack()->undo(); // what learned from nothing is measured on all
    QVERIFY(settle(workbench()));
    QCOMPARE(previews.figures().samplesTotal, all);
}

/// What was learned from the part that is called train leaves all that is measured to measure on.
void TstRecoverDesk::figures_areOfAllSamplesWhereOthersTaught()
{
    openPanel();
    panel().chooseData(samplePath("") + ":train", "train");
    QTRY_VERIFY_WITH_TIMEOUT(part<QPushButton>("recoverStart")->isEnabled(), patience);
    QSignalSpy ended(&desk(), &RecoverDesk::ended);
    click("recoverStart");
    QVERIFY(ended.wait(longer));
    QVERIFY2(editor().tuning(), qPrintable(text("recoverOutcome")));
    QVERIFY(editor().tuning()->source().data == std::set<std::string>{"sample:train"});
    QVERIFY(settle(workbench()));
    const auto all = static_cast<int64_t>(workbench().data()->samples->size());
    const PreviewController &previews = workbench().previews();
    QCOMPARE(previews.figures().samplesTotal, all);
    QCOMPARE(previews.baseline().samplesTotal, all);
    QVERIFY2(previews.dataText().text().find("not learned from") == std::string::npos,
             previews.dataText().text().c_str());
}

void TstRecoverDesk::plan_isChosenAsJson()
{
    openPanel();
    if (!part<QRadioButton>("recoverTraining")->isEnabled())
        QSKIP(qPrintable(text("recoverWhyNot")));
    panel().chooseTraining(true);
    emit panel().planRequested();
    auto *dialog = panel().findChild<PlanDialog *>();
    QVERIFY(dialog);
    QVERIFY(!dialog->plan().steps.empty());
    dialog->accept();
    QVERIFY(panel().choice().preset.isEmpty());
    QVERIFY(panel().choice().plan.contains("lathe_plan"));
    QVERIFY(planOf(panel().choice()).has_value());
}

QTEST_MAIN(TstRecoverDesk)
#include "tst_recoverdesk.moc"
