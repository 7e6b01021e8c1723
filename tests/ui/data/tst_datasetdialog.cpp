#include "tests/ui/sample.h"
#include "ui/data/datasetdialog.h"
#include "ui/data/preprocessingeditor.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QTemporaryDir>

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
    void thumbnails_areOfOneSize();
    void split_changesTheSamples();
    void choice_carriesWhatWasChosen();
    void editor_namesTheFilterAndChangesIt();
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

void TstDatasetDialog::typedFolder_isReadOnReturnAndNotYetUsed()
{
    DatasetDialog dialog(*m_model, {});
    dialog.show();
    QLineEdit *folder = nullptr;
    for (QLineEdit *edit : dialog.findChildren<QLineEdit *>())
        if (edit->accessibleName() == "Folder")
            folder = edit;
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

void TstDatasetDialog::editor_namesTheFilterAndChangesIt()
{
    PreprocessingEditor editor(preprocessingPreset("imagenet"));
    auto *filter = editor.findChild<QComboBox *>();
    auto *text = editor.findChild<QPlainTextEdit *>();
    QCOMPARE(filter->currentData().toInt(), int(Resample::Bilinear));
    QCOMPARE(filter->count(), int(resampleNames.size()));
    filter->setCurrentIndex(filter->findData(int(Resample::Bicubic)));
    emit filter->activated(filter->currentIndex());
    QCOMPARE(editor.preprocessing().resample, Resample::Bicubic);
    QVERIFY(text->toPlainText().contains("\"resample\": 3"));
    text->setPlainText(text->toPlainText().replace("\"resample\": 3", "\"resample\": 1"));
    QCOMPARE(filter->currentData().toInt(), int(Resample::Lanczos));
    QCOMPARE(editor.preprocessing().resample, Resample::Lanczos);
    text->setPlainText("{");
    QVERIFY(!filter->isEnabled()); // a text that is no preprocessing has no filter
    text->setPlainText("{\"do_resize\": false}");
    QVERIFY(!filter->isEnabled());
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
