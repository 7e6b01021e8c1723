#include "tests/support/graphbuilder.h"
#include "tests/ui/columns.h"
#include "tests/ui/sample.h"
#include "ui/layers/layerpanel.h"
#include "ui/layers/layertablemodel.h"
#include "ui/style/theme.h"
#include "ui/widgets/panelparts.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

using namespace lathe;
using namespace lathe::ui;

class TstLayerPanel : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void cleanup() { m_panel.reset(); }

    void noModel_saysWhatToDo();
    void typing_filtersByNameOperatorAndSettings();
    void filterWithoutMatch_saysSo();
    void ctrlF_focusesTheFilter();
    void escape_clearsTheFilter();
    void headerClick_sortsByNumber();
    void names_sortAsPeopleCount();
    void results_doNotReorderRows();
    void selection_isOfLayersNotRows();
    void selectingAHiddenLayer_clearsTheFilter();
    void arrowKeys_walkThroughLayers();
    void copy_givesRowsAsText();
    void newModel_announcesAnEmptySelection();
    void columns_hideByPriority_data();
    void columns_hideByPriority();
    void columns_canBeChosenByKeyboard();
    void names_areShortAndFoundByTheWhole();
    void narrowColumn_tellsNamesApart();
    void settings_areFoundAsShownAndInFull();
    void lowerPanel_keepsTheRowInSight();

private:
    QTableView *table() const { return m_panel->findChild<QTableView *>(); }
    QLineEdit *filter() const { return m_panel->findChild<QLineEdit *>(); }
    QString shown(int row, int column) const
    {
        return table()->model()->index(row, column).data().toString();
    }
    void clickHeader(int column)
    {
        QHeaderView *header = table()->horizontalHeader();
        table()->scrollTo(table()->model()->index(0, column));
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {},
                          QPoint(header->sectionViewportPosition(column) + header->sectionSize(column) / 2,
                                 header->height() / 2));
    }
    static std::vector<Layer> twelveLayers();

    std::unique_ptr<LayerTableModel> m_model;
    std::unique_ptr<LayerPanel> m_panel;
};

std::vector<Layer> TstLayerPanel::twelveLayers()
{
    std::vector<Layer> layers;
    for (int i = 0; i < 12; ++i) {
        Layer layer;
        layer.name = "conv_" + std::to_string(i);
        layer.op = i % 4 == 3 ? "Gemm" : "Conv";
        layer.rows = 8 + i;
        layer.cols = 9;
        layer.weightShape = {layer.rows, layer.cols};
        layer.parameters = layer.rows * layer.cols;
        layer.fileBytes = 4000 * ((i * 7) % 12 + 1); // 1..12 in another order than the names
        layers.push_back(layer);
    }
    return layers;
}

void TstLayerPanel::initTestCase()
{
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    applyTheme(Scheme::Light);
}

void TstLayerPanel::init()
{
    test::startClean();
    m_model = std::make_unique<LayerTableModel>();
    m_panel = std::make_unique<LayerPanel>();
    m_panel->setModel(m_model.get());
    m_panel->resize(700, 500);
    m_panel->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
    m_panel->activateWindow();
    if (QTest::currentTestFunction() != QLatin1String("noModel_saysWhatToDo"))
        m_model->setLayers(twelveLayers(), 1'000'000);
}

void TstLayerPanel::noModel_saysWhatToDo()
{
    QVERIFY(!table()->isVisible());
    bool said = false;
    for (const QLabel *label : m_panel->findChildren<QLabel *>())
        said = said || (label->isVisible() && label->text().contains("Open an ONNX model"));
    QVERIFY(said);
    QVERIFY(!filter()->isEnabled());
}

void TstLayerPanel::typing_filtersByNameOperatorAndSettings()
{
    QTest::keyClicks(filter(), "gemm");
    QCOMPARE(table()->model()->rowCount(), 3);
    filter()->clear();
    QTest::keyClicks(filter(), "conv_1*");
    QCOMPARE(table()->model()->rowCount(), 3); // conv_1, conv_10, conv_11
    filter()->clear();
    std::vector<LayerResult> results(12);
    results[5].settings.quantize = QuantizeSettings{.bits = 3};
    m_model->setResults(results, std::vector<LayerStorage>(12));
    QTest::keyClicks(filter(), "conv bits");
    QCOMPARE(table()->model()->rowCount(), 1);
    QCOMPARE(shown(0, LayerTableModel::Name), QString("conv_5"));
}

void TstLayerPanel::filterWithoutMatch_saysSo()
{
    QTest::keyClicks(filter(), "nothing like it");
    QVERIFY(!table()->isVisible());
    bool said = false;
    for (const QLabel *label : m_panel->findChildren<QLabel *>())
        said = said || (label->isVisible() && label->text().contains("nothing like it"));
    QVERIFY(said);
}

void TstLayerPanel::ctrlF_focusesTheFilter()
{
    table()->setFocus();
    QTest::keyClick(table(), Qt::Key_F, Qt::ControlModifier);
    QTRY_VERIFY(filter()->hasFocus());
}

void TstLayerPanel::escape_clearsTheFilter()
{
    QTest::keyClicks(filter(), "gemm");
    QTest::keyClick(filter(), Qt::Key_Escape);
    QCOMPARE(filter()->text(), QString());
    QCOMPARE(table()->model()->rowCount(), 12);
}

void TstLayerPanel::headerClick_sortsByNumber()
{
    clickHeader(LayerTableModel::Bytes);
    for (int row = 0; row < 12; ++row)
        QCOMPARE(table()->model()->index(row, LayerTableModel::Bytes).data(LayerTableModel::SortRole).toInt(),
                 4000 * (row + 1));
    clickHeader(LayerTableModel::Bytes);
    QCOMPARE(shown(0, LayerTableModel::Bytes), QString("48 kB"));
    clickHeader(LayerTableModel::Bytes); // the third click brings the model's order back
    QCOMPARE(shown(0, LayerTableModel::Name), QString("conv_0"));
    QCOMPARE(shown(11, LayerTableModel::Name), QString("conv_11"));
}

void TstLayerPanel::names_sortAsPeopleCount()
{
    clickHeader(LayerTableModel::Name);
    QCOMPARE(shown(2, LayerTableModel::Name), QString("conv_2"));
    QCOMPARE(shown(10, LayerTableModel::Name), QString("conv_10"));
}

void TstLayerPanel::results_doNotReorderRows()
{
    clickHeader(LayerTableModel::Stored);
    const QString first = shown(0, LayerTableModel::Name);
    std::vector<LayerStorage> storage(12);
    for (size_t i = 0; i < 12; ++i)
        storage[i].bytes = 1000 * int64_t(12 - i);
    m_model->setResults(std::vector<LayerResult>(12), storage);
    QCOMPARE(shown(0, LayerTableModel::Name), first);
}

void TstLayerPanel::selection_isOfLayersNotRows()
{
    clickHeader(LayerTableModel::Bytes);
    clickHeader(LayerTableModel::Bytes); // largest first
    QSignalSpy spy(m_panel.get(), &LayerPanel::selectionChanged);
    m_panel->selectLayers({3, 7});
    QCOMPARE(m_panel->selectedLayers(), QVector<int>({3, 7}));
    QCOMPARE(spy.size(), 1);
    QCOMPARE(spy.first().first().value<QVector<int>>(), QVector<int>({3, 7}));
    m_panel->selectLayers({3, 7});
    QCOMPARE(spy.size(), 1); // nothing changed
    clickHeader(LayerTableModel::Name);
    QCOMPARE(m_panel->selectedLayers(), QVector<int>({3, 7})); // sorting keeps it
}

void TstLayerPanel::selectingAHiddenLayer_clearsTheFilter()
{
    QTest::keyClicks(filter(), "gemm");
    m_panel->selectLayers({0});
    QCOMPARE(filter()->text(), QString());
    QCOMPARE(m_panel->selectedLayers(), QVector<int>({0}));
}

void TstLayerPanel::arrowKeys_walkThroughLayers()
{
    QSignalSpy spy(m_panel.get(), &LayerPanel::selectionChanged);
    filter()->setFocus();
    QTest::keyClick(filter(), Qt::Key_Down); // from the filter into the table
    QCOMPARE(m_panel->selectedLayers(), QVector<int>({0}));
    QTest::keyClick(table(), Qt::Key_Down);
    QTest::keyClick(table(), Qt::Key_Down, Qt::ShiftModifier);
    QCOMPARE(m_panel->selectedLayers(), QVector<int>({1, 2}));
    QCOMPARE(spy.size(), 3);
}

void TstLayerPanel::copy_givesRowsAsText()
{
    m_panel->selectLayers({1, 2});
    table()->setFocus();
    QTest::keyClick(table(), Qt::Key_C, Qt::ControlModifier);
    const QStringList lines = QGuiApplication::clipboard()->text().split('\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 3);
    QCOMPARE(lines[0],
             QString("Name\tSettings\tStored\tShare\tError\tSize\tOp\tOutput\tWeights\tMACs\tShape\t"
                     "In theory\tHuffman\tShannon")); // all of them, shown or not
    QVERIFY(lines[1].startsWith("conv_1\t"));
    QVERIFY(lines[2].startsWith("conv_2\t"));
    std::vector<Layer> layers = twelveLayers();
    for (Layer &layer : layers)
        layer.name = "backbone_" + layer.name + "_fwd";
    m_model->setLayers(layers, 1'000'000);
    m_panel->selectLayers({1});
    QTest::keyClick(table(), Qt::Key_C, Qt::ControlModifier);
    QVERIFY(QGuiApplication::clipboard()->text().contains("\nbackbone_conv_1_fwd\t")); // the whole name
}

void TstLayerPanel::newModel_announcesAnEmptySelection()
{
    m_panel->selectLayers({4});
    QSignalSpy spy(m_panel.get(), &LayerPanel::selectionChanged);
    m_model->setLayers(twelveLayers(), 5);
    QCOMPARE(spy.size(), 1);
    QVERIFY(m_panel->selectedLayers().isEmpty());
}

void TstLayerPanel::columns_hideByPriority_data()
{
    QTest::addColumn<QString>("model");
    for (const char *model : {"models/squeezenet1.1", "models/mobilenetv2", "models/resnet56_cifar10",
                              "odd-models/yolox_nano", "models/vit_cifar10_ibp_3_3_8"})
        QTest::newRow(model) << QString(model);
}

void TstLayerPanel::columns_hideByPriority()
{
    LATHE_NEED_TEST_DATA();
    QFETCH(QString, model);
    const Model opened = Model::load(test::testData() + '/' + model.toStdString() + ".onnx");
    m_model->setLayers(opened.layers(), opened.fileBytes());
    std::vector<LayerResult> results(opened.layers().size());
    for (LayerResult &result : results) {
        result.settings.quantize = QuantizeSettings{.bits = 4};
        result.settings.prune = PruneSettings{};
        result.settings.prune->ratio = 0.5;
    }
    m_model->setResults(results, std::vector<LayerStorage>(results.size()));
    using M = LayerTableModel;
    for (const int width : {320, 360, 420, 500, 620, 800, 1200, 320}) {
        m_panel->resize(width, 500);
        QTRY_COMPARE(test::columnFault(*table(), *table()->horizontalHeader(),
                                       {M::Name, M::Settings, M::Stored, M::Share, M::Error, M::Bytes, M::Op,
                                        M::Output, M::Parameters, M::Macs, M::Shape},
                                       4),
                     QString());
        // The bar of the share goes before anything of the settings is cut.
        const int settings = static_cast<const QAbstractItemView *>(table())->sizeHintForColumn(M::Settings);
        const int withoutBar = letterWidth(table()->fontMetrics()) * 8;
        QTRY_VERIFY2(
            table()->columnWidth(M::Share) <= withoutBar || table()->columnWidth(M::Settings) >= settings,
            qPrintable(
                QString("%1 of %2 at %3").arg(table()->columnWidth(M::Settings)).arg(settings).arg(width)));
        const int margins = 2 * (table()->style()->pixelMetric(QStyle::PM_FocusFrameHMargin) + 1);
        const int figure = table()->fontMetrics().horizontalAdvance("88.8 %") + margins;
        QVERIFY2(
            table()->isColumnHidden(M::Share) || table()->columnWidth(M::Share) >= figure,
            qPrintable(QString("%1 of %2 at %3").arg(table()->columnWidth(M::Share)).arg(figure).arg(width)));
    }
    const QAbstractItemView *view = table();
    QVERIFY(table()->columnWidth(M::Name) >=
            std::min(view->sizeHintForColumn(M::Name), 9 * table()->fontMetrics().averageCharWidth()));
}

void TstLayerPanel::columns_canBeChosenByKeyboard()
{
    m_panel->resize(420, 500);
    QVERIFY(table()->isColumnHidden(LayerTableModel::Huffman));
    test::toggleColumn(table()->viewport(), "Huffman");
    test::toggleColumn(table()->viewport(), "Share");
    QVERIFY(!table()->isColumnHidden(LayerTableModel::Huffman));
    QVERIFY(table()->isColumnHidden(LayerTableModel::Share));
    LayerPanel another;
    another.setModel(m_model.get());
    QVERIFY(!another.findChild<QTableView *>()->isColumnHidden(LayerTableModel::Huffman));
    QVERIFY(another.findChild<QTableView *>()->isColumnHidden(LayerTableModel::Share));
}

void TstLayerPanel::names_areShortAndFoundByTheWhole()
{
    std::vector<Layer> layers = twelveLayers();
    for (Layer &layer : layers)
        layer.name = "backbone_" + layer.name + "_fwd";
    m_model->setLayers(layers, 1'000'000);
    QCOMPARE(shown(3, LayerTableModel::Name), QString("conv_3"));
    QVERIFY(table()
                ->model()
                ->index(3, LayerTableModel::Name)
                .data(Qt::ToolTipRole)
                .toString()
                .contains("backbone_conv_3_fwd"));
    QTest::keyClicks(filter(), "backbone_conv_1_");
    QCOMPARE(table()->model()->rowCount(), 1);
}

void TstLayerPanel::narrowColumn_tellsNamesApart()
{
    std::vector<Layer> layers = twelveLayers();
    for (size_t i = 0; i < layers.size(); ++i)
        layers[i].name = "layer" + std::to_string(i / 6 + 1) + "." + std::to_string(i % 6) + ".conv2";
    m_model->setLayers(layers, 1'000'000);
    m_panel->resize(300, 500);
    QCoreApplication::processEvents();
    QVERIFY(table()->columnWidth(LayerTableModel::Name) <
            table()->fontMetrics().horizontalAdvance("layer1.0.conv2"));
    const auto picture = [&](int row) {
        return table()
            ->viewport()
            ->grab(table()->visualRect(table()->model()->index(row, LayerTableModel::Name)))
            .toImage();
    };
    for (int row = 1; row < 12; ++row)
        QVERIFY2(picture(row) != picture(row - 1), qPrintable(QString::number(row)));
}

void TstLayerPanel::settings_areFoundAsShownAndInFull()
{
    std::vector<LayerSettings> settings(12);
    settings[5].quantize = QuantizeSettings{.granularity = Granularity::Group, .rounding = Rounding::Gptq};
    m_model->setSettings(settings);
    for (const char *words : {"gptq g32", "group 32"}) {
        filter()->setText(words);
        QCOMPARE(table()->model()->rowCount(), 1);
        QCOMPARE(shown(0, LayerTableModel::Name), QString("conv_5"));
    }
}

void TstLayerPanel::lowerPanel_keepsTheRowInSight()
{
    m_panel->selectLayers({9});
    const auto isSeen = [&] {
        return table()->viewport()->rect().contains(table()->visualRect(table()->currentIndex()));
    };
    QVERIFY(isSeen());
    m_panel->resize(700, 220);
    QTRY_VERIFY(isSeen());
    table()->verticalScrollBar()->setValue(0); // scrolled away by hand it is left alone
    QVERIFY(!isSeen());
    m_panel->resize(700, 200);
    QCoreApplication::processEvents();
    QCOMPARE(table()->verticalScrollBar()->value(), 0);
}

QTEST_MAIN(TstLayerPanel)
#include "tst_layerpanel.moc"
