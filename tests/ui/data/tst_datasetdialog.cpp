#include "tests/ui/sample.h"
#include "ui/data/datasetdialog.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSpinBox>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTimer>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstDatasetDialog : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { m_model = std::make_shared<Model>(Model::load(samplePath().toStdString())); }
    void init() { startClean(); }

    void rightPreprocessing_showsHighAccuracyAndNoWarning();
    void wrongPreprocessing_warns();
    void missingFolder_isSaidAndCannotBeUsed();
    void typedFolder_isReadOnReturnAndNotYetUsed();
    void typedFolder_isReadAfterARest();
    void typedFolder_isReadWhenTheFocusGoes();
    void typing_makesWhatWasReadStaleAtOnce();
    void preprocessingThatDoesNotFit_cannotBeUsed();
    void refusal_isSaidUntilSomethingElseIsChosen();
    void thumbnails_areOfOneSize();
    void fewSamples_areCounted();
    void split_changesTheSamples();
    void choice_carriesWhatWasChosen();
    void warning_sentences_data();
    void warning_sentences();

private:
    std::shared_ptr<Model> m_model;
};

static bool check(DatasetDialog &dialog, const std::function<void()> &trigger)
{
    QSignalSpy checked(&dialog, &DatasetDialog::checked);
    trigger();
    return QTest::qWaitFor([&] { return !checked.isEmpty(); }, patience);
}

void TstDatasetDialog::rightPreprocessing_showsHighAccuracyAndNoWarning()
{
    DatasetDialog dialog(*m_model, {});
    dialog.show();
    QVERIFY(!dialog.findChild<QPushButton *>("useDataset")->isEnabled());
    QVERIFY(check(dialog, [&] { dialog.setReference(samplePath("")); }));
    QVERIFY(dialog.findChild<QPushButton *>("useDataset")->isEnabled());
    QVERIFY(dialog.findChild<QListWidget *>()->count() > 10);
    QVERIFY2(dialog.findChild<QLabel *>("datasetFacts")->text().contains("540"),
             qPrintable(dialog.findChild<QLabel *>("datasetFacts")->text()));
    auto *table = dialog.findChild<QTableWidget *>("preprocessingTable");
    QVERIFY(table->item(0, 1)->text().contains('%'));
    QVERIFY2(dialog.findChild<QLabel *>("datasetWarning")->text().isEmpty(),
             qPrintable(dialog.findChild<QLabel *>("datasetWarning")->text()));
    QCOMPARE(dialog.choice().reference, samplePath(""));
    QVERIFY(!dialog.choice().preprocessing);
}

void TstDatasetDialog::wrongPreprocessing_warns()
{
    Preprocessing wrong = findPreprocessing(samplePath().toStdString()).value();
    wrong.doNormalize = true;
    wrong.mean = {50.0};
    wrong.deviation = {0.01};
    DatasetDialog dialog(*m_model, {samplePath(""), wrong, 300});
    dialog.show();
    QVERIFY(check(dialog, [] {}));
    const QString warning = dialog.findChild<QLabel *>("datasetWarning")->text();
    QVERIFY(!warning.isEmpty());
    QVERIFY(dialog.choice().preprocessing == wrong);
    dialog.findChild<QTableWidget *>("preprocessingTable")->selectRow(0);
    QVERIFY(dialog.findChild<QLabel *>("datasetWarning")->text().isEmpty());
}

void TstDatasetDialog::missingFolder_isSaidAndCannotBeUsed()
{
    DatasetDialog dialog(*m_model, {});
    dialog.show();
    QVERIFY(check(dialog, [&] { dialog.setReference("/nowhere/at/all"); }));
    QVERIFY(!dialog.findChild<QPushButton *>("useDataset")->isEnabled());
    QVERIFY(dialog.findChild<QLabel *>("datasetFacts")->text().contains("nowhere"));
}

static QLineEdit *folderField(DatasetDialog &dialog)
{
    for (QLineEdit *edit : dialog.findChildren<QLineEdit *>())
        if (edit->accessibleName() == "Folder")
            return edit;
    return nullptr;
}

static QString textOf(DatasetDialog &dialog, const char *label)
{
    return dialog.findChild<QLabel *>(label)->text();
}

void TstDatasetDialog::typedFolder_isReadAfterARest()
{
    DatasetDialog dialog(*m_model, {});
    dialog.show();
    auto *rest = dialog.findChild<QTimer *>("typingRest");
    rest->setInterval(std::numeric_limits<int>::max()); // no test waits for it
    QTest::keyClicks(folderField(dialog), samplePath(""));
    QVERIFY(rest->isActive());
    QVERIFY2(textOf(dialog, "datasetFacts").contains("stop typing"),
             qPrintable(textOf(dialog, "datasetFacts")));
    QVERIFY(textOf(dialog, "useReason").contains("not read yet"));
    QVERIFY(check(dialog, [&] { QVERIFY(QMetaObject::invokeMethod(rest, "timeout")); }));
    QVERIFY(dialog.findChild<QPushButton *>("useDataset")->isEnabled());
    QVERIFY(textOf(dialog, "useReason").isEmpty());
    QVERIFY(textOf(dialog, "datasetFacts").contains("540"));
}

void TstDatasetDialog::typedFolder_isReadWhenTheFocusGoes()
{
    DatasetDialog dialog(*m_model, {});
    dialog.show();
    QVERIFY(QTest::qWaitForWindowActive(&dialog));
    dialog.findChild<QTimer *>("typingRest")->setInterval(std::numeric_limits<int>::max());
    folderField(dialog)->setFocus();
    QTest::keyClicks(folderField(dialog), samplePath(""));
    QVERIFY(check(dialog, [&] { QTest::keyClick(folderField(dialog), Qt::Key_Tab); }));
    QVERIFY(dialog.findChild<QPushButton *>("useDataset")->isEnabled());
}

void TstDatasetDialog::typing_makesWhatWasReadStaleAtOnce()
{
    DatasetDialog dialog(*m_model, {});
    dialog.show();
    QVERIFY(check(dialog, [&] { dialog.setReference(samplePath("")); }));
    auto *use = dialog.findChild<QPushButton *>("useDataset");
    QVERIFY(use->isEnabled());
    dialog.findChild<QTimer *>("typingRest")->setInterval(std::numeric_limits<int>::max());
    QTest::keyClicks(folderField(dialog), "x");
    QVERIFY(!use->isEnabled());
    QCOMPARE(dialog.findChild<QListWidget *>()->count(), 0);
    QVERIFY(dialog.findChild<QTableWidget *>("preprocessingTable")->item(0, 1)->text().isEmpty());
    QVERIFY(!dialog.findChild<QComboBox *>()->isVisible());
    folderField(dialog)->selectAll();
    QTest::keyClick(folderField(dialog), Qt::Key_Delete);
    QVERIFY(textOf(dialog, "useReason").contains("Choose a folder"));
    QVERIFY(!dialog.findChild<QTimer *>("typingRest")->isActive());
}

void TstDatasetDialog::preprocessingThatDoesNotFit_cannotBeUsed()
{
    DatasetDialog dialog(*m_model, {});
    dialog.show();
    QVERIFY(check(dialog, [&] { dialog.setReference(samplePath("")); }));
    auto *table = dialog.findChild<QTableWidget *>("preprocessingTable");
    auto *use = dialog.findChild<QPushButton *>("useDataset");
    int misfit = -1;
    for (int row = 0; row < table->rowCount(); ++row)
        if (table->item(row, 0)->text() == "imagenet")
            misfit = row;
    QVERIFY(misfit > 0);
    QVERIFY(table->item(misfit, 1)->text().contains("does not fit"));
    table->selectRow(misfit);
    QVERIFY(!use->isEnabled());
    QVERIFY2(textOf(dialog, "useReason").contains("\"imagenet\" does not fit"),
             qPrintable(textOf(dialog, "useReason")));
    QVERIFY(textOf(dialog, "datasetWarning").contains("[3, 224, 224]") ||
            textOf(dialog, "datasetWarning").contains("224"));
    QTest::keyClick(&dialog, Qt::Key_Return);
    QVERIFY(dialog.isVisible()); // nothing to press
    table->selectRow(0);
    QVERIFY(use->isEnabled());
    QVERIFY(textOf(dialog, "useReason").isEmpty());
}

void TstDatasetDialog::refusal_isSaidUntilSomethingElseIsChosen()
{
    DatasetDialog dialog(*m_model, {samplePath(""), {}, 250});
    dialog.show();
    QVERIFY(check(dialog, [] {}));
    dialog.showRefusal("No memory for that.");
    QVERIFY(textOf(dialog, "useReason").contains("No memory for that."));
    QVERIFY(dialog.findChild<QPushButton *>("useDataset")->isEnabled()); // to try again
    QCOMPARE(dialog.choice().limit, 250);
    dialog.findChild<QSpinBox *>()->setValue(100);
    QVERIFY(textOf(dialog, "useReason").isEmpty());
}

void TstDatasetDialog::typedFolder_isReadOnReturnAndNotYetUsed()
{
    DatasetDialog dialog(*m_model, {});
    dialog.show();
    QLineEdit *folder = folderField(dialog);
    QVERIFY(folder);
    QVERIFY(check(dialog, [&] {
        QTest::keyClicks(folder, samplePath(""));
        QTest::keyClick(folder, Qt::Key_Return);
    }));
    QVERIFY(dialog.isVisible()); // the key read the folder, it did not press the button
    QVERIFY(dialog.findChild<QPushButton *>("useDataset")->isEnabled());
    QCOMPARE(dialog.choice().reference, samplePath(""));
}

void TstDatasetDialog::thumbnails_areOfOneSize()
{
    DatasetDialog dialog(*m_model, {});
    dialog.show();
    QVERIFY(check(dialog, [&] { dialog.setReference(samplePath("")); }));
    auto *list = dialog.findChild<QListWidget *>();
    for (int i = 0; i < list->count(); ++i)
        QCOMPARE(list->item(i)->icon().availableSizes().front(), QSize(64, 64));
    // A label below each of them has its line.
    QVERIFY(list->gridSize().height() >= 64 + list->fontMetrics().height());
}

/// Over the column stands on how many there are, where they are fewer than are tried of most.
void TstDatasetDialog::fewSamples_areCounted()
{
    DatasetDialog dialog(*m_model, {});
    dialog.show();
    const auto title = [&] {
        return dialog.findChild<QTableWidget *>("preprocessingTable")->horizontalHeaderItem(1)->text();
    };
    QVERIFY(check(dialog, [&] { dialog.setReference(samplePath("")); }));
    QCOMPARE(title(), QString("Top-1 on 100 samples"));
    QTemporaryDir folder;
    QImage image(8, 8, QImage::Format_Grayscale8);
    for (int i = 0; i < 6; ++i) {
        const QString path = folder.filePath(QString("%1/%2.png").arg(i % 2).arg(i));
        QVERIFY(QDir().mkpath(QFileInfo(path).path()));
        image.fill(40 * i);
        QVERIFY(image.save(path));
    }
    dialog.setReference(folder.path());
    QTRY_COMPARE_WITH_TIMEOUT(title(), QString("Top-1 on 6 samples"), patience);
}

void TstDatasetDialog::split_changesTheSamples()
{
    DatasetDialog dialog(*m_model, {});
    dialog.show();
    QVERIFY(check(dialog, [&] { dialog.setReference(samplePath("")); }));
    const QString test = dialog.findChild<QLabel *>("datasetFacts")->text();
    auto *split = dialog.findChild<QComboBox *>();
    QVERIFY(split->findText("train") >= 0);
    QVERIFY(check(dialog, [&] {
        split->setCurrentText("train");
        emit split->textActivated("train");
    }));
    QVERIFY(dialog.findChild<QLabel *>("datasetFacts")->text() != test);
    QVERIFY(dialog.choice().reference.endsWith(":train"));
    QCOMPARE(split->currentText(), QString("train"));
}

void TstDatasetDialog::choice_carriesWhatWasChosen()
{
    DatasetDialog dialog(*m_model, {samplePath(""), {}, 250});
    auto *table = dialog.findChild<QTableWidget *>("preprocessingTable");
    QVERIFY(table->rowCount() > 2);
    table->selectRow(1);
    QVERIFY(dialog.choice().preprocessing.has_value());
    QCOMPARE(dialog.choice().limit, 250);
}

void TstDatasetDialog::warning_sentences_data()
{
    QTest::addColumn<double>("chosen");
    QTest::addColumn<double>("other");
    QTest::addColumn<QString>("expected");
    QTest::newRow("good") << 0.83 << 0.80 << "";
    QTest::newRow("another is clearly better") << 0.05 << 0.83 << "clearly more";
    QTest::newRow("all guess") << 0.10 << 0.09 << "guessing";
    QTest::newRow("within the interval") << 0.80 << 0.84 << "";
}

void TstDatasetDialog::warning_sentences()
{
    QFETCH(double, chosen);
    QFETCH(double, other);
    QFETCH(QString, expected);
    const QVector<PreprocessingCandidate> candidates{{"mine", {}, true}, {"other", {}, false}};
    const QVector<PreprocessingCheck> checks{{0, proportion(int64_t(chosen * 100), 100), {}},
                                             {1, proportion(int64_t(other * 100), 100), {}}};
    const QString warning = preprocessingWarning(candidates, checks, 0, 10);
    QVERIFY2(expected.isEmpty() ? warning.isEmpty() : warning.contains(expected), qPrintable(warning));
}

QTEST_MAIN(TstDatasetDialog)
#include "tst_datasetdialog.moc"
