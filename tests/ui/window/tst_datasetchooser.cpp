#include "tests/ui/dialogs.h"
#include "ui/data/datasetdialog.h"
#include "ui/window/datasetchooser.h"

#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QTableWidget>
#include <QTemporaryDir>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstDatasetChooser : public QObject {
    Q_OBJECT
private slots:
    void init() { startClean(); }

    void failure_bringsTheDialogBackWithAllChoices();
    void success_closesIt();
    void otherModel_closesIt();
};

/// The dialog with the sample's data in it, checked.
static DatasetDialog *opened(DatasetChooser &chooser, const QWidget &window, const DatasetChoice &start)
{
    chooser.choose(start);
    auto *dialog = shownDialog<DatasetDialog>(window);
    QSignalSpy checked(dialog, &DatasetDialog::checked);
    return dialog && QTest::qWaitFor([&] { return !checked.isEmpty(); }, patience) ? dialog : nullptr;
}

static void pressUse(DatasetDialog *dialog)
{
    QTest::mouseClick(dialog->findChild<QPushButton *>("useDataset"), Qt::LeftButton);
}

void TstDatasetChooser::failure_bringsTheDialogBackWithAllChoices()
{
    QTemporaryDir folder;
    for (const QString &name : QDir(samplePath("")).entryList(QDir::Files))
        QVERIFY(QFile::copy(samplePath(name), folder.filePath(name)));
    Workbench workbench;
    QVERIFY(openSample(workbench));
    const QString before = workbench.data()->choice.reference;
    QSignalSpy failed(&workbench, &Workbench::failed);
    QWidget window;
    window.show();
    DatasetChooser chooser(workbench, &window);
    DatasetDialog *dialog = opened(chooser, window, {folder.path(), {}, 250});
    QVERIFY(dialog);
    auto *table = dialog->findChild<QTableWidget *>("preprocessingTable");
    int row = 1; // one that fits, other than the default
    while (row < table->rowCount() && table->item(row, 1)->text().contains("does not fit"))
        ++row;
    if (row == table->rowCount())
        row = 0;
    table->selectRow(row);
    QVERIFY(QFile::remove(folder.filePath("dataset.json"))); // after it was checked
    pressUse(dialog);
    QVERIFY(!dialog->isVisible()); // the window is not held up
    QVERIFY(QTest::qWaitFor([&] { return dialog->isVisible(); }, patience));
    auto *reason = dialog->findChild<QLabel *>("useReason");
    QVERIFY2(reason->text().contains(folder.path()), qPrintable(reason->text()));
    QCOMPARE(table->currentRow(), row);
    QCOMPARE(dialog->choice().reference, folder.path());
    QCOMPARE(dialog->choice().limit, 250);
    QVERIFY(failed.isEmpty()); // it is said once
    QCOMPARE(workbench.data()->choice.reference, before);
    dialog->reject();
}

void TstDatasetChooser::success_closesIt()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    QWidget window;
    window.show();
    DatasetChooser chooser(workbench, &window);
    QPointer<DatasetDialog> dialog = opened(chooser, window, {samplePath(""), {}, 100});
    QVERIFY(dialog);
    pressUse(dialog);
    QVERIFY(QTest::qWaitFor([&] { return dialog.isNull(); }, patience));
    QVERIFY(settle(workbench));
    QCOMPARE(workbench.data()->choice.limit, 100);
}

void TstDatasetChooser::otherModel_closesIt()
{
    Workbench workbench;
    QVERIFY(openSample(workbench));
    QWidget window;
    window.show();
    DatasetChooser chooser(workbench, &window);
    QPointer<DatasetDialog> dialog = opened(chooser, window, {samplePath(""), {}, 100});
    QVERIFY(dialog);
    workbench.openModel(samplePath());
    QVERIFY(QTest::qWaitFor([&] { return dialog.isNull(); }, patience));
    QVERIFY(settle(workbench));
}

QTEST_MAIN(TstDatasetChooser)
#include "tst_datasetchooser.moc"
