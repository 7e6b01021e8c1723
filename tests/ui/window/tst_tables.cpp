// The tables of layers and variants inside the window: the answer is on the screen without scrolling,
// whatever the size of the window, the model and the language.
#include "tests/support/graphbuilder.h"
#include "tests/ui/columns.h"
#include "tests/ui/sample.h"
#include "ui/base/translation.h"
#include "ui/layers/layertablemodel.h"
#include "ui/variants/variantmodel.h"
#include "ui/window/dockarea.h"
#include "ui/window/mainwindow.h"

#include <QTableView>
#include <QTreeView>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstTables : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup() { applyLanguage("en"); }

    void answer_isOnTheScreen_data();
    void answer_isOnTheScreen();

private:
    static QString layersFault(const MainWindow &window);
    static QString variantsFault(const MainWindow &window);
};

void TstTables::init()
{
    startClean();
    applyLanguage(QString(QTest::currentDataTag()).endsWith("Chinese") ? "zh_CN" : "en");
}

QString TstTables::layersFault(const MainWindow &window)
{
    using M = LayerTableModel;
    const auto *table = window.findChild<QTableView *>("layerTable");
    return !table->isVisible() ? QString()
                               : columnFault(*table, *table->horizontalHeader(),
                                             {M::Name, M::Settings, M::Stored, M::Share, M::Error, M::Bytes,
                                              M::Op, M::Output, M::Parameters, M::Macs, M::Shape},
                                             4);
}

QString TstTables::variantsFault(const MainWindow &window)
{
    using M = VariantModel;
    const auto *tree = window.findChild<QTreeView *>("variantList");
    return !tree->isVisible() ? QString()
                              : columnFault(*tree, *tree->header(),
                                            {M::Name, M::Top1, M::Size, M::Ratio, M::Difference, M::Agreement,
                                             M::Latency, M::RecipeSummary, M::From, M::Macs, M::When},
                                            4);
}

void TstTables::answer_isOnTheScreen_data()
{
    QTest::addColumn<QString>("model");
    for (const char *language : {"English", "Chinese"}) {
        QTest::addRow("sample, %s", language) << samplePath();
        for (const char *model : {"models/squeezenet1.1", "models/mobilenetv2", "models/resnet56_cifar10",
                                  "odd-models/yolox_nano"})
            QTest::addRow("%s, %s", model, language)
                << QString::fromStdString(testData()) + '/' + model + ".onnx";
    }
}

void TstTables::answer_isOnTheScreen()
{
    QFETCH(QString, model);
    if (model != samplePath())
        LATHE_NEED_TEST_DATA();
    MainWindow window;
    window.resize(1440, 900);
    window.show();
    Workbench &workbench = window.workbench();
    workbench.openModel(model);
    QVERIFY(QTest::qWaitFor([&] { return workbench.hasModel(); }, patience) && settle(workbench));
    workbench.editor().applyPreset(presets().at(1));
    workbench.variantStore().save("eight bits for each weight, with scales for each output channel");
    QVERIFY(settle(workbench));
    workbench.variantStore().save();
    QVERIFY(window.findChild<QTableView *>("layerTable")->isVisible());
    QVERIFY(window.findChild<QTreeView *>("variantList")->isVisible());
    for (const QSize size : {QSize(1440, 900), QSize(1280, 800), QSize(960, 640), QSize(2560, 1440)}) {
        window.resize(size);
        const QByteArray at = QByteArray::number(size.width());
        QTRY_VERIFY2(layersFault(window).isEmpty(), at + ": " + layersFault(window).toUtf8());
        QTRY_VERIFY2(variantsFault(window).isEmpty(), at + ": " + variantsFault(window).toUtf8());
    }
}

QTEST_MAIN(TstTables)
#include "tst_tables.moc"
