#include "tests/ui/sample.h"
#include "ui/data/calibrationdialog.h"

#include <QLabel>
#include <QLineEdit>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstCalibrationDialog : public QObject {
    Q_OBJECT
private slots:
    void init() { startClean(); }

    void methods_areAllNamed();
    void reference_isKept();
};

static std::optional<LoadedData> sampleData(Workbench &workbench)
{
    return openSample(workbench) ? workbench.data() : std::nullopt;
}

void TstCalibrationDialog::methods_areAllNamed()
{
    Workbench workbench;
    const auto data = sampleData(workbench);
    QVERIFY(data);
    const CalibrationDialog dialog(*data);
    QString said;
    for (const QLabel *label : dialog.findChildren<QLabel *>())
        said += label->text();
    for (const char *method :
         {"Wanda", "OBS", "GPTQ", "factors", "clusters", "bias correction", "renormalize"})
        QVERIFY2(said.contains(method), method);
}

void TstCalibrationDialog::reference_isKept()
{
    Workbench workbench;
    const auto data = sampleData(workbench);
    QVERIFY(data);
    CalibrationDialog dialog(*data);
    QVERIFY(dialog.reference().isEmpty()); // one half
    dialog.setReference("/some/folder:train");
    QCOMPARE(dialog.reference(), QString("/some/folder:train"));
    QVERIFY(dialog.findChild<QLineEdit *>("calibrationFolder")->isEnabled());
}

QTEST_MAIN(TstCalibrationDialog)
#include "tst_calibrationdialog.moc"
