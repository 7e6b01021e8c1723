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
    void init();
    void cleanup();

    void failure_bringsTheDialogBackWithAllChoices();
    void success_closesIt();
    void otherModel_closesIt();

private:
    DatasetDialog *opened(const DatasetChoice &start);

    std::unique_ptr<Workbench> m_workbench; ///< with the sample
    std::unique_ptr<QWidget> m_window;
    std::unique_ptr<DatasetChooser> m_chooser;
};

void TstDatasetChooser::init()
{
    startClean();
    m_workbench = std::make_unique<Workbench>();
    QVERIFY(openSample(*m_workbench));
    m_window = std::make_unique<QWidget>();
    m_window->show();
    m_chooser = std::make_unique<DatasetChooser>(*m_workbench, m_window.get());
}

void TstDatasetChooser::cleanup()
{
    m_chooser.reset();
    m_window.reset();
    m_workbench.reset();
}

/// The dialog with these data in it, checked.
DatasetDialog *TstDatasetChooser::opened(const DatasetChoice &start)
{
    m_chooser->choose(start);
    auto *dialog = shownDialog<DatasetDialog>(*m_window);
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
    const QString before = m_workbench->data()->choice.reference;
    QSignalSpy failed(m_workbench.get(), &Workbench::failed);
    DatasetDialog *dialog = opened({folder.path(), {}, 250});
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
    QCOMPARE(m_workbench->data()->choice.reference, before);
    dialog->reject();
}

void TstDatasetChooser::success_closesIt()
{
    QPointer<DatasetDialog> dialog = opened({samplePath(""), {}, 100});
    QVERIFY(dialog);
    pressUse(dialog);
    QVERIFY(QTest::qWaitFor([&] { return dialog.isNull(); }, patience));
    QVERIFY(settle(*m_workbench));
    QCOMPARE(m_workbench->data()->choice.limit, 100);
}

void TstDatasetChooser::otherModel_closesIt()
{
    QPointer<DatasetDialog> dialog = opened({samplePath(""), {}, 100});
    QVERIFY(dialog);
    m_workbench->openModel(samplePath());
    QVERIFY(QTest::qWaitFor([&] { return dialog.isNull(); }, patience));
    QVERIFY(settle(*m_workbench));
}

QTEST_MAIN(TstDatasetChooser)
#include "tst_datasetchooser.moc"
