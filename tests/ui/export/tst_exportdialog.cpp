#include "core/base/fileio.h"
#include "core/certify/certificate.h"
#include "tests/support/places.h"
#include "tests/ui/sample.h"
#include "ui/base/format.h"
#include "ui/export/exportdialog.h"
#include "ui/export/exportforms.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QProcess>
#include <QPushButton>
#include <QTableWidget>
#include <QTemporaryDir>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstExportDialog : public QObject {
    Q_OBJECT
private slots:
    void init() { startClean(); }

    void export_writesAFileThatCertifies();
    void refusedTarget_writesNothing_data();
    void refusedTarget_writesNothing();
    void cancel_leavesNothingBehind();
    void otherModel_closesTheDialog();
    void otherModel_letsTheFileBeWrittenAndNoMore();
    void form_listsEveryLayerWithItsSizes();
    void forms_showTheirSizes();
    void chosenForm_isWritten();
    void commandLine_namesModelRecipeAndTarget();
    void commandLine_writesTheSameBytes_data();
    void commandLine_writesTheSameBytes();
    void commandLine_writesTheSameReport_data();
    void commandLine_writesTheSameReport();
    void report_saysWhatWasMeasured();
    void report_showsTheVariantsBeside();
    void refused_canBeCorrectedAndExportedAgain();
    void written_leadsBackToTheForm();
    void running_holdsAllChoices();
    void longSettings_leaveRoomForTheFigures();
    void wantOfData_isSaidInTheWindowsWords_andEndsWithTheData();
    void otherCalibration_isWeighedAnew();
};

static bool weighed(ExportDialog &dialog)
{
    QSignalSpy done(&dialog, &ExportDialog::weighed);
    return done.wait(patience);
}

static bool exportTo(ExportDialog &dialog, const QString &path)
{
    QSignalSpy finished(&dialog, &ExportDialog::finishedExport);
    dialog.setTarget(path);
    QTest::mouseClick(dialog.findChild<QPushButton *>("startExport"), Qt::LeftButton);
    return QTest::qWaitFor([&] { return !finished.isEmpty(); }, patience);
}

void TstExportDialog::export_writesAFileThatCertifies()
{
    QTemporaryDir folder;
    const QString path = folder.filePath("small.onnx");
    Workbench workbench;
    QVERIFY(openSample(workbench));
    QVERIFY(workbench.editor().openRecipe(samplePath("digits.recipe.json")));
    QVERIFY(settle(workbench));
    ExportDialog dialog(workbench);
    dialog.show();
    QVERIFY(exportTo(dialog, path));
    QVERIFY(dialog.result().has_value());
    QVERIFY(dialog.result()->written);
    QVERIFY(dialog.result()->certificate->passed());
    QCOMPARE(QFileInfo(path).size(), qint64(dialog.result()->bytes));
    QCOMPARE(qint64(dialog.result()->bytes),
             workbench.previews().figures().bytes); // what was shown is what is written
    QVERIFY(QFile::exists(folder.filePath("small.preprocessor_config.json")));
    auto *checks = dialog.findChild<QTableWidget *>("certificateChecks");
    QCOMPARE(checks->rowCount(), int(dialog.result()->certificate->checks.size()));
    QVERIFY(checks->item(0, 1)->text().contains("passed"));

    const Certificate again = certify(path.toStdString(), workbench.model(), workbench.editor().recipe());
    QVERIFY(again.passed());
}

void TstExportDialog::refusedTarget_writesNothing_data()
{
    QTest::addColumn<QString>("path");
    QTest::newRow("no such folder") << "/nowhere/at/all/small.onnx";
    QTest::newRow("the model itself") << samplePath();
    QTest::newRow("a folder") << QDir::tempPath();
}

void TstExportDialog::refusedTarget_writesNothing()
{
    QFETCH(QString, path);
    const std::string before = sha256OfFile(samplePath().toStdString());
    Workbench workbench;
    QVERIFY(openSample(workbench));
    ExportDialog dialog(workbench);
    dialog.show();
    QVERIFY(exportTo(dialog, path));
    QVERIFY(!dialog.result().has_value());
    QVERIFY(!dialog.findChild<QLabel *>("exportHeadline")->text().isEmpty());
    QCOMPARE(sha256OfFile(samplePath().toStdString()), before);
}

void TstExportDialog::cancel_leavesNothingBehind()
{
    QTemporaryDir folder;
    Workbench workbench;
    QVERIFY(openSample(workbench));
    ExportDialog dialog(workbench);
    dialog.show();
    QSignalSpy finished(&dialog, &ExportDialog::finishedExport);
    dialog.setTarget(folder.filePath("small.onnx"));
    dialog.start();
    QTest::keyClick(&dialog, Qt::Key_Escape);
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, patience);
    QVERIFY(dialog.isVisible()); // the first Escape stops, the second closes
    QVERIFY(QDir(folder.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot).isEmpty());
    QTest::keyClick(&dialog, Qt::Key_Escape);
    QVERIFY(!dialog.isVisible());
}

void TstExportDialog::otherModel_closesTheDialog()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    workbench.openModel(samplePath()); // still being read when the dialog comes up
    ExportDialog dialog(workbench);
    dialog.show();
    QTRY_VERIFY_WITH_TIMEOUT(!dialog.isVisible(), patience);
    QVERIFY(settle(workbench));
}

void TstExportDialog::otherModel_letsTheFileBeWrittenAndNoMore()
{
    QTemporaryDir folder;
    Workbench workbench;
    QVERIFY(openSample(workbench));
    workbench.editor().applyPreset(presetNamed("8-bit per channel"));
    ExportDialog dialog(workbench);
    dialog.show();
    dialog.setTarget(folder.filePath("old.onnx"));
    QSignalSpy finished(&dialog, &ExportDialog::finishedExport);
    dialog.start();
    emit workbench.modelChanged();
    QVERIFY(dialog.isVisible());
    QVERIFY(!dialog.findChild<QPushButton *>("startExport")->isVisible());
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, patience);
    QVERIFY(dialog.result() && dialog.result()->written);
    QVERIFY(!dialog.findChild<QPushButton *>("startExport")->isVisible());
}

void TstExportDialog::form_listsEveryLayerWithItsSizes()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    workbench.editor().applyPreset(presetNamed("4-bit group 32"));
    QVERIFY(settle(workbench));
    ExportDialog dialog(workbench);
    QVERIFY(weighed(dialog));
    auto *table = dialog.findChild<QTableWidget *>("exportLayers");
    QCOMPARE(table->rowCount(), int(workbench.model().layers().size()));
    QVERIFY(table->item(0, 1)->text().contains("4 bits"));
}

void TstExportDialog::forms_showTheirSizes()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    workbench.editor().applyPreset(presetNamed("8-bit per channel"));
    QVERIFY(settle(workbench));
    ExportDialog dialog(workbench);
    QVERIFY(weighed(dialog));
    auto *forms = dialog.findChild<QComboBox *>("exportForm");
    QCOMPARE(forms->count(), int(exportForms().size()));
    for (int i = 0; i < forms->count(); ++i) {
        QVERIFY2(forms->itemText(i).contains("B") && forms->itemText(i).contains("·"),
                 qPrintable(forms->itemText(i)));
        forms->setCurrentIndex(i);
        QVERIFY(!dialog.findChild<QLabel *>("exportFormHint")->text().isEmpty());
    }
    QVERIFY(forms->itemText(0).contains(bytes(workbench.previews().figures().bytes)));
}

void TstExportDialog::chosenForm_isWritten()
{
    QTemporaryDir folder;
    const QString path = folder.filePath("dense.onnx");
    Workbench workbench;
    QVERIFY(openSample(workbench));
    workbench.editor().applyPreset(presetNamed("8-bit per channel"));
    QVERIFY(settle(workbench));
    ExportDialog dialog(workbench);
    dialog.show();
    auto *forms = dialog.findChild<QComboBox *>("exportForm");
    for (int i = 0; i < forms->count(); ++i)
        if (exportForms()[i].storage == Storage::Dense)
            forms->setCurrentIndex(i);
    QVERIFY(exportTo(dialog, path));
    QVERIFY(dialog.result() && dialog.result()->written);
    QVERIFY(qint64(dialog.result()->bytes) > workbench.previews().figures().bytes);
}

void TstExportDialog::commandLine_namesModelRecipeAndTarget()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    workbench.editor().applyPreset(presetNamed("8-bit per channel"));
    const QString line = workbench.commandLine("it's small.onnx");
    QVERIFY(line.startsWith("lathe compress '"));
    QVERIFY2(line.contains("--set") && line.contains("bits=8"), qPrintable(line));
    QVERIFY(line.endsWith("-o 'it'\\''s small.onnx'"));
}

void TstExportDialog::commandLine_writesTheSameBytes_data()
{
    QTest::addColumn<QString>("preset"); // empty: the sample's recipe
    QTest::addColumn<Storage>("form");
    QTest::newRow("mixed, compact") << QString() << Storage::Compact;
    QTest::newRow("8 bits, qdq") << "8-bit per channel" << Storage::QdqInt8;
    QTest::newRow("calibrated") << "4-bit group 32, GPTQ" << Storage::Compact;
}

void TstExportDialog::commandLine_writesTheSameBytes()
{
    QFETCH(QString, preset);
    QFETCH(Storage, form);
    QTemporaryDir folder;
    const QString path = folder.filePath("it's small.onnx");
    Workbench workbench;
    QVERIFY(openSample(workbench));
    if (preset.isEmpty())
        QVERIFY(workbench.editor().openRecipe(samplePath("digits.recipe.json")));
    else
        workbench.editor().applyPreset(presetNamed(preset));
    QVERIFY(settle(workbench));
    ExportDialog dialog(workbench);
    dialog.show();
    auto *forms = dialog.findChild<QComboBox *>("exportForm");
    for (int i = 0; i < forms->count(); ++i)
        if (exportForms()[i].storage == form)
            forms->setCurrentIndex(i);
    dialog.findChild<QCheckBox *>("exportArchive")->setChecked(true);
    dialog.setTarget(path);
    const QString line = dialog.commandLine();
    QVERIFY(exportTo(dialog, path));
    const QString archive = folder.filePath("it's small.lathez");
    const std::string model = readFile(path.toStdString()), packed = readFile(archive.toStdString());
    QVERIFY(QFile::remove(path) && QFile::remove(archive));

    QProcess shell;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("PATH", QString::fromStdString(builtPath("")) + ":" + environment.value("PATH"));
    shell.setProcessEnvironment(environment);
    shell.start("sh", {"-e", "-c", line});
    QVERIFY(shell.waitForFinished(patience));
    QVERIFY2(shell.exitCode() == 0, shell.readAllStandardError().constData());
    QVERIFY(readFile(path.toStdString()) == model);
    QVERIFY(readFile(archive.toStdString()) == packed);
}

/// Runs what was copied, where the program of this build is found.
static QString runInShell(const QString &line)
{
    QProcess shell;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("PATH", QString::fromStdString(builtPath("")) + ":" + environment.value("PATH"));
    shell.setProcessEnvironment(environment);
    shell.start("sh", {"-e", "-c", line});
    return shell.waitForFinished(patience) && shell.exitCode() == 0
               ? QString()
               : QString::fromUtf8(shell.readAllStandardError());
}

void TstExportDialog::commandLine_writesTheSameReport_data()
{
    QTest::addColumn<QString>("preset");
    QTest::addColumn<QString>("preprocessing"); ///< a preset, "edited" or empty: what lies beside the model
    QTest::addColumn<QString>("calibration");
    QTest::newRow("nothing calibrates") << "8-bit per channel" << QString() << QString();
    QTest::newRow("calibrated on half") << "4-bit group 32, GPTQ" << QString() << QString();
    QTest::newRow("calibrated elsewhere") << "4-bit group 32, GPTQ" << QString() << samplePath("") + ":train";
    QTest::newRow("looked at elsewhere") << "8-bit per channel" << QString() << samplePath("") + ":train";
    QTest::newRow("edited preprocessing") << "8-bit per channel"
                                          << "edited" << QString();
}

void TstExportDialog::commandLine_writesTheSameReport()
{
    QFETCH(QString, preset);
    QFETCH(QString, preprocessing);
    QFETCH(QString, calibration);
    QTemporaryDir folder;
    const QString path = folder.filePath("small.onnx"), page = folder.filePath("small.html");
    Workbench workbench;
    QVERIFY(openSample(workbench));
    DatasetChoice choice{samplePath(""), {}, 200, calibration}; // not all samples
    if (!preprocessing.isEmpty()) {
        choice.preprocessing = findPreprocessing(samplePath().toStdString());
        choice.preprocessing->rescaleFactor *= 0.75;
        choice.preprocessing->name = "custom"; // as it is called where it comes from a command
    }
    workbench.setDataset(choice);
    QVERIFY(settle(workbench));
    workbench.editor().applyPreset(presetNamed(preset));
    QVERIFY(settle(workbench));
    ExportDialog dialog(workbench);
    dialog.show();
    dialog.findChild<QCheckBox *>("exportReport")->setChecked(true);
    dialog.setTarget(path);
    const QString line = dialog.commandLine();
    QVERIFY(exportTo(dialog, path));
    const std::string model = readFile(path.toStdString());
    const QString mine = QString::fromStdString(readFile(page.toStdString()));
    QVERIFY(QFile::remove(path) && QFile::remove(page));
    const QString failure = runInShell(line);
    QVERIFY2(failure.isEmpty(), qPrintable(line + '\n' + failure));
    QVERIFY(readFile(path.toStdString()) == model);
    const QString theirs = QString::fromStdString(readFile(page.toStdString()));
    // All but what the certificate was made with: the window has all samples at hand.
    const auto figures = [](const QString &html) { return html.section("<h2>Certificate", 0, 0); };
    QVERIFY(figures(mine).contains("<svg") && figures(mine).contains("Multiply-accumulates"));
    const QStringList a = figures(mine).split('\n'), b = figures(theirs).split('\n');
    QCOMPARE(a.size(), b.size());
    for (int i = 0; i < a.size(); ++i)
        QVERIFY2(a[i] == b[i], qPrintable(a[i].left(600) + "\n" + b[i].left(600)));
    QVERIFY(mine.contains(" dB</td>")); // what becomes of the outputs
}

void TstExportDialog::report_showsTheVariantsBeside()
{
    QTemporaryDir folder;
    Workbench workbench;
    QVERIFY(openSample(workbench));
    for (const char *name : {"4-bit group 32", "8-bit per channel"}) {
        workbench.editor().applyPreset(presetNamed(name));
        QVERIFY(settle(workbench));
        workbench.variantStore().save(QString("<%1>").arg(name));
        QVERIFY(settle(workbench));
    }
    ExportDialog dialog(workbench);
    dialog.show();
    dialog.findChild<QCheckBox *>("exportReport")->setChecked(true);
    QVERIFY(exportTo(dialog, folder.filePath("small.onnx")));
    const QString page = QString::fromStdString(readFile(folder.filePath("small.html").toStdString()));
    QVERIFY(page.contains("&lt;4-bit group 32&gt;: "));
    QVERIFY(!page.contains("&lt;8-bit per channel&gt;: ")); // it is the exported one
    QVERIFY(page.contains("variants of the same session"));
}

void TstExportDialog::refused_canBeCorrectedAndExportedAgain()
{
    QTemporaryDir folder;
    Workbench workbench;
    QVERIFY(openSample(workbench));
    ExportDialog dialog(workbench);
    dialog.show();
    auto *start = dialog.findChild<QPushButton *>("startExport");
    auto *path = dialog.findChild<QLineEdit *>("exportPath");
    QVERIFY(exportTo(dialog, "/nowhere/at/all/small.onnx"));
    QVERIFY(dialog.findChild<QLabel *>("exportHeadline")->text().contains("Nothing was written"));
    for (const QWidget *field : QList<QWidget *>{path, dialog.findChild<QComboBox *>("exportForm"),
                                                 dialog.findChild<QCheckBox *>("exportReport"), start})
        QVERIFY(field->isVisible() && field->isEnabled());
    QCOMPARE(dialog.focusWidget(), path);
    path->selectAll();
    QTest::keyClicks(path, folder.filePath("small.onnx"));
    QSignalSpy finished(&dialog, &ExportDialog::finishedExport);
    QTest::mouseClick(start, Qt::LeftButton);
    QVERIFY(QTest::qWaitFor([&] { return !finished.isEmpty(); }, patience));
    QVERIFY(dialog.result() && dialog.result()->written);
    QVERIFY(!dialog.findChild<QLabel *>("exportHeadline")->text().contains("Nothing"));
}

void TstExportDialog::written_leadsBackToTheForm()
{
    QTemporaryDir folder;
    Workbench workbench;
    QVERIFY(openSample(workbench));
    ExportDialog dialog(workbench);
    dialog.show();
    QVERIFY(exportTo(dialog, folder.filePath("one.onnx")));
    auto *back = dialog.findChild<QPushButton *>("exportBack");
    QVERIFY(back->isVisible() && !dialog.findChild<QPushButton *>("startExport")->isVisible());
    const int checks = dialog.findChild<QTableWidget *>("certificateChecks")->rowCount();
    QTest::mouseClick(back, Qt::LeftButton);
    QVERIFY(dialog.findChild<QLineEdit *>("exportPath")->isVisible());
    QVERIFY(!dialog.findChild<QLabel *>("exportHeadline")->isVisible());
    QVERIFY(exportTo(dialog, folder.filePath("two.onnx")));
    QVERIFY(QFile::exists(folder.filePath("two.onnx")));
    QCOMPARE(dialog.findChild<QTableWidget *>("certificateChecks")->rowCount(), checks); // not those of both
}

void TstExportDialog::wantOfData_isSaidInTheWindowsWords_andEndsWithTheData()
{
    QTemporaryDir folder;
    Workbench workbench;
    QVERIFY(openWithoutData(workbench, folder.path()));
    workbench.editor().replaceRecipe({{}, {parseRule("*:bits=4,rounding=gptq")}}, "GPTQ");
    ExportDialog dialog(workbench);
    dialog.show();
    QVERIFY(weighed(dialog));
    const auto *summary = dialog.findChild<QLabel *>("exportSummary");
    QVERIFY2(summary->text().startsWith("conv1 goes by the layer's inputs and needs data"),
             qPrintable(summary->text()));
    QVERIFY(dialog.minimumSizeHint().width() < 960); // a sentence is no reason for a wide window
    workbench.setDataset({samplePath(":test"), {}});
    QVERIFY(weighed(dialog));
    QVERIFY2(summary->text().contains("after export"), qPrintable(summary->text()));
}

void TstExportDialog::otherCalibration_isWeighedAnew()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    workbench.editor().replaceRecipe({{}, {parseRule("*:prune=0.5,prune.method=wanda,bits=4")}}, "Wanda");
    ExportDialog dialog(workbench);
    dialog.show();
    QVERIFY(weighed(dialog));
    const auto *forms = dialog.findChild<QComboBox *>("exportForm");
    const auto *summary = dialog.findChild<QLabel *>("exportSummary");
    QVERIFY(forms->itemText(0).contains(" kB"));
    QSignalSpy again(&dialog, &ExportDialog::weighed);
    QSignalSpy changed(&workbench, &Workbench::dataChanged);
    workbench.setCalibration(samplePath(":train"));
    QTRY_VERIFY_WITH_TIMEOUT(!changed.isEmpty() && !workbench.isLoadingData(), patience);
    QVERIFY2(summary->text().contains("still being computed"), qPrintable(summary->text()));
    QVERIFY2(!forms->itemText(0).contains(" kB"), qPrintable(forms->itemText(0)));
    QTRY_VERIFY_WITH_TIMEOUT(!again.isEmpty(), patience);
    QVERIFY(settle(workbench));
    QVERIFY2(forms->itemText(0).contains(bytes(workbench.previews().figures().bytes)),
             qPrintable(forms->itemText(0)));
}

void TstExportDialog::running_holdsAllChoices()
{
    QTemporaryDir folder;
    Workbench workbench;
    QVERIFY(openSample(workbench));
    ExportDialog dialog(workbench);
    dialog.show();
    const QList<QWidget *> choices{
        dialog.findChild<QLineEdit *>("exportPath"),   dialog.findChild<QPushButton *>("exportBrowse"),
        dialog.findChild<QComboBox *>("exportForm"),   dialog.findChild<QCheckBox *>("exportArchive"),
        dialog.findChild<QCheckBox *>("exportReport"), dialog.findChild<QPushButton *>("startExport")};
    for (const QWidget *choice : choices)
        QVERIFY(choice->isEnabled());
    QSignalSpy finished(&dialog, &ExportDialog::finishedExport);
    dialog.setTarget(folder.filePath("small.onnx"));
    dialog.start();
    for (const QWidget *choice : choices)
        QVERIFY2(!choice->isEnabled(), qPrintable(choice->objectName()));
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, patience);
    for (const QWidget *choice : choices)
        QVERIFY2(choice->isEnabled(), qPrintable(choice->objectName()));
}

void TstExportDialog::longSettings_leaveRoomForTheFigures()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    workbench.editor().replaceRecipe(
        {"",
         {parseRule("*:prune=0.5,prune.method=magnitude,bits=4,granularity=group,group=32,range=mse,rank=50%,"
                    "rank.bits=8,residual.bits=2")}},
        "long");
    QVERIFY(settle(workbench));
    ExportDialog dialog(workbench);
    dialog.show();
    QVERIFY(weighed(dialog));
    auto *table = dialog.findChild<QTableWidget *>("exportLayers");
    QVERIFY(table->item(0, 1)->text().size() > 40);
    QCOMPARE(table->item(0, 1)->toolTip(), table->item(0, 1)->text());
    const int right = table->columnViewportPosition(5);
    QVERIFY2(right > 0 && right < table->viewport()->width(), qPrintable(QString::number(right)));
    QVERIFY(table->columnWidth(1) > 60);
}

void TstExportDialog::report_saysWhatWasMeasured()
{
    QTemporaryDir folder;
    Workbench workbench;
    QVERIFY(openSample(workbench));
    workbench.editor().applyPreset(presetNamed("8-bit per channel"));
    QVERIFY(settle(workbench));
    ExportDialog dialog(workbench);
    dialog.show();
    dialog.findChild<QCheckBox *>("exportReport")->setChecked(true);
    QVERIFY(exportTo(dialog, folder.filePath("small.onnx")));
    const QString page = QString::fromStdString(readFile(folder.filePath("small.html").toStdString()));
    QVERIFY(page.contains("540 samples") && page.contains("Certificate") && page.contains("fc1"));
    QVERIFY(!page.contains("<script") && !page.contains("http://") && !page.contains("src=")); // all in one
}

QTEST_MAIN(TstExportDialog)
#include "tst_exportdialog.moc"
