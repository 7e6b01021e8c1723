#include "core/recipe/recipe.h"
#include "ui/base/tabletext.h"
#include "ui/layers/layertablemodel.h"

#include <QAbstractItemModelTester>
#include <QLocale>
#include <QSignalSpy>
#include <QTest>

using namespace lathe;
using ui::LayerTableModel;

class TstLayerTableModel : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void layers_areListedWithTheirFigures();
    void results_changeDataOnly();
    void results_thatAreTheSameSaySo();
    void results_ofAnotherCountAreIgnored();
    void sortRole_isTheRawNumber();
    void unknownMacs_areADashAndSortFirst();
    void untouchableAndTied_sayWhy();
    void bars_areAgainstTheLargestLayer();
    void theory_isNeverMoreThanWhatIsStored();
    void names_areShort();
    void settings_sayFirstWhatTellsMost_data();
    void settings_sayFirstWhatTellsMost();
    void settings_standAtOnceWhileTheRestIsComputed();

private:
    static std::vector<Layer> someLayers();
    QString cell(const LayerTableModel &model, int row, int column, int role = Qt::DisplayRole) const
    {
        return model.index(row, column).data(role).toString();
    }
};

std::vector<Layer> TstLayerTableModel::someLayers()
{
    Layer conv;
    conv.name = "conv1";
    conv.op = "Conv";
    conv.weightName = "conv1.weight";
    conv.weightShape = {64, 3, 7, 7};
    conv.rows = 64;
    conv.cols = 147;
    conv.parameters = 9408;
    conv.fileBytes = 37632;
    conv.macs = 118013952;
    Layer fc;
    fc.name = "fc";
    fc.op = "Gemm";
    fc.weightName = "fc.weight";
    fc.weightShape = {1000, 512};
    fc.rows = 1000;
    fc.cols = 512;
    fc.parameters = 512000;
    fc.fileBytes = 2048000;
    Layer tied = fc;
    tied.name = "fc_again";
    tied.tiedTo = 1;
    Layer broken = conv;
    broken.name = "conv_nan";
    broken.untouchable = Message::verbatim("it holds NaN at 3 places");
    return {conv, fc, tied, broken};
}

void TstLayerTableModel::layers_areListedWithTheirFigures()
{
    LayerTableModel model;
    QAbstractItemModelTester tester(&model);
    model.setLayers(someLayers(), 4'096'000);
    QCOMPARE(model.rowCount(), 4);
    QCOMPARE(cell(model, 0, LayerTableModel::Name), QString("conv1"));
    QCOMPARE(cell(model, 0, LayerTableModel::Shape), QString("64×3×7×7"));
    QCOMPARE(cell(model, 0, LayerTableModel::Parameters), QString("9.4 k"));
    QCOMPARE(cell(model, 0, LayerTableModel::Bytes), QString("38 kB"));
    QCOMPARE(cell(model, 1, LayerTableModel::Share), QString("50.0 %"));
    QCOMPARE(cell(model, 0, LayerTableModel::Macs), QString("118 M"));
    QCOMPARE(cell(model, 0, LayerTableModel::Settings), QString());
    QVERIFY(!model.index(0, 0).data(LayerTableModel::ChangedRole).toBool());
    for (int column = 0; column < model.columnCount(); ++column)
        QVERIFY(!model.headerData(column, Qt::Horizontal).toString().isEmpty());
}

void TstLayerTableModel::results_changeDataOnly()
{
    LayerTableModel model;
    QAbstractItemModelTester tester(&model);
    model.setLayers(someLayers(), 4'096'000);
    QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    std::vector<LayerResult> results(4);
    std::vector<LayerStorage> storage(4);
    results[1].settings.quantize = QuantizeSettings{.bits = 4};
    results[1].relativeError = 0.083;
    results[1].normalizedError = 0.1;
    results[1].theoreticalBits = 8 * 250'000;
    storage[1].form = Message::verbatim("codes 4 bit");
    storage[1].bytes = 260'000;
    model.setResults(results, storage);
    QCOMPARE(reset.size(), 0);
    QCOMPARE(changed.size(), 1);
    QCOMPARE(cell(model, 1, LayerTableModel::Settings), QString("4 bits"));
    QCOMPARE(cell(model, 1, LayerTableModel::Settings, Qt::ToolTipRole), QString("4 bits\nbits=4"));
    QCOMPARE(cell(model, 1, LayerTableModel::Stored), QString("260 kB"));
    QCOMPARE(cell(model, 1, LayerTableModel::Error), QString("8.3 %"));
    QCOMPARE(cell(model, 1, LayerTableModel::Output), QString("20.0 dB"));
    QCOMPARE(cell(model, 0, LayerTableModel::Output), QString()); // nothing is asked of it
    QCOMPARE(cell(model, 1, LayerTableModel::Theory), QString("250 kB"));
    QVERIFY(model.index(1, 0).data(LayerTableModel::ChangedRole).toBool());
    QVERIFY(!model.index(0, 0).data(LayerTableModel::ChangedRole).toBool());
    QVERIFY(cell(model, 1, LayerTableModel::Stored, Qt::ToolTipRole).contains("codes 4 bit"));

    results[3].relativeError = 0.5;
    model.setResults(results, storage);
    QCOMPARE(changed.size(), 2);
    QCOMPARE(changed.last().at(0).toModelIndex().row(), 3); // only the row that differs
    QCOMPARE(changed.last().at(1).toModelIndex().row(), 3);
}

void TstLayerTableModel::results_thatAreTheSameSaySo()
{
    LayerTableModel model;
    model.setLayers(someLayers(), 1000);
    const std::vector<LayerResult> results(4);
    const std::vector<LayerStorage> storage(4);
    model.setResults(results, storage);
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    model.setResults(results, storage);
    QCOMPARE(changed.size(), 0);
}

void TstLayerTableModel::results_ofAnotherCountAreIgnored()
{
    LayerTableModel model;
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    model.setResults({}, {});
    model.setLayers(someLayers(), 1000);
    model.setResults(std::vector<LayerResult>(3), std::vector<LayerStorage>(3));
    QCOMPARE(changed.size(), 0);
}

void TstLayerTableModel::sortRole_isTheRawNumber()
{
    LayerTableModel model;
    model.setLayers(someLayers(), 1000);
    QCOMPARE(model.index(1, LayerTableModel::Bytes).data(LayerTableModel::SortRole).toLongLong(), 2048000);
    QCOMPARE(model.index(0, LayerTableModel::Macs).data(LayerTableModel::SortRole).toLongLong(), 118013952);
    QCOMPARE(model.index(0, LayerTableModel::Name).data(LayerTableModel::SortRole).toString(),
             QString("conv1"));
}

void TstLayerTableModel::unknownMacs_areADashAndSortFirst()
{
    LayerTableModel model;
    model.setLayers(someLayers(), 1000);
    QCOMPARE(cell(model, 1, LayerTableModel::Macs), QString("–"));
    QVERIFY(model.index(1, LayerTableModel::Macs).data(LayerTableModel::SortRole).toLongLong() < 0);
}

void TstLayerTableModel::untouchableAndTied_sayWhy()
{
    LayerTableModel model;
    model.setLayers(someLayers(), 1000);
    QVERIFY(cell(model, 3, LayerTableModel::Name, Qt::ToolTipRole).contains("it holds NaN at 3 places"));
    QVERIFY(cell(model, 2, LayerTableModel::Name, Qt::ToolTipRole).contains("Shares its weight with fc"));
    QVERIFY(model.index(3, 0).data(Qt::ForegroundRole).isValid());
    QVERIFY(!model.index(0, 0).data(Qt::ForegroundRole).isValid());
}

void TstLayerTableModel::bars_areAgainstTheLargestLayer()
{
    LayerTableModel model;
    model.setLayers(someLayers(), 4'096'000);
    QCOMPARE(model.index(1, 0).data(LayerTableModel::BarRole).toDouble(), 1.0);
    QCOMPARE(model.index(0, 0).data(LayerTableModel::BarRole).toDouble(), 37632.0 / 2048000.0);
    std::vector<LayerStorage> storage(4);
    storage[1].bytes = 512000;
    model.setResults(std::vector<LayerResult>(4), storage);
    QCOMPARE(model.index(1, 0).data(LayerTableModel::StoredBarRole).toDouble(), 0.25);
}

/// Gaps between the weights that stay need no mask of one bit a weight.
void TstLayerTableModel::theory_isNeverMoreThanWhatIsStored()
{
    LayerTableModel model;
    model.setLayers(someLayers(), 4'096'000);
    std::vector<LayerResult> results(4);
    std::vector<LayerStorage> storage(4);
    results[1].settings.prune = PruneSettings{.ratio = 0.95};
    results[1].theoreticalBits = 8 * 77'400;
    storage[1].form = Message::verbatim("gaps + values");
    storage[1].bytes = 71'500;
    model.setResults(results, storage);
    QCOMPARE(cell(model, 1, LayerTableModel::Stored), QString("72 kB"));
    QCOMPARE(cell(model, 1, LayerTableModel::Theory), QString("72 kB"));
    QVERIFY(
        cell(model, 1, LayerTableModel::Theory, Qt::ToolTipRole)
            .contains(
                "With a mask of one bit a weight it would be 77 kB; stored as gaps + values it takes less."));
    storage[1].bytes = 80'000;
    model.setResults(results, storage);
    QCOMPARE(cell(model, 1, LayerTableModel::Theory), QString("77 kB"));
    QVERIFY(!cell(model, 1, LayerTableModel::Theory, Qt::ToolTipRole).contains("mask of one bit"));
}

void TstLayerTableModel::settings_standAtOnceWhileTheRestIsComputed()
{
    LayerTableModel model;
    model.setLayers(someLayers(), 4'096'000);
    const size_t count = someLayers().size();
    std::vector<LayerSettings> settings(count);
    model.setSettings(settings);
    QCOMPARE(model.index(0, LayerTableModel::Settings).data().toString(), QString());
    settings[0].quantize = QuantizeSettings{};
    settings[0].quantize->bits = 4;
    const QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    model.setSettings(settings); // no result is there
    QCOMPARE(changed.size(), 1);
    QVERIFY(model.index(0, LayerTableModel::Settings).data().toString().contains("4"));
    QVERIFY(model.index(0, LayerTableModel::Name).data(LayerTableModel::ChangedRole).toBool());
    QCOMPARE(model.index(0, LayerTableModel::Error).data().toString(), QString());
    QVERIFY(cell(model, 0, LayerTableModel::Settings, Qt::ToolTipRole).contains("bits=4"));

    std::vector<bool> outdated(count);
    outdated[0] = true;
    model.setOutdated(outdated);
    const auto isItalic = [&](int row, int column) {
        return model.index(row, column).data(Qt::FontRole).value<QFont>().italic();
    };
    QVERIFY(isItalic(0, LayerTableModel::Stored) && !isItalic(1, LayerTableModel::Stored));
    QVERIFY(!isItalic(0, LayerTableModel::Settings)); // what was chosen is known
    QVERIFY(!model.index(0, LayerTableModel::Settings).data(Qt::ForegroundRole).isValid());
    QVERIFY(model.index(0, LayerTableModel::Stored).data(Qt::ForegroundRole).isValid());
}

void TstLayerTableModel::names_areShort()
{
    LayerTableModel model;
    std::vector<Layer> layers = someLayers();
    for (Layer &layer : layers)
        layer.name = "backbone." + layer.name + ".weight";
    model.setLayers(layers, 4'096'000);
    QCOMPARE(cell(model, 0, LayerTableModel::Name), QString("conv1"));
    QCOMPARE(cell(model, 0, LayerTableModel::Name, ui::FullTextRole), QString("backbone.conv1.weight"));
    QVERIFY(cell(model, 0, LayerTableModel::Name, Qt::ToolTipRole).contains("backbone.conv1.weight"));
}

void TstLayerTableModel::settings_sayFirstWhatTellsMost_data()
{
    QTest::addColumn<QString>("changes");
    QTest::addColumn<QString>("shown");
    QTest::addColumn<QString>("whole");
    QTest::newRow("GPTQ") << "bits=4,group=32,symmetric=false,rounding=gptq"
                          << "GPTQ 4 bits g32 asym"
                          << "4 bits asymmetric group 32 (GPTQ)";
    QTest::newRow("plain") << "bits=8"
                           << "8 bits"
                           << "8 bits";
    QTest::newRow("pruned by inputs") << "prune=0.5,prune.method=wanda"
                                      << "Wanda 50 % pruned"
                                      << "50 % pruned (Wanda)";
    QTest::newRow("several") << "prune=0.3,bits=4,granularity=tensor"
                             << "30 % pruned, 4 bits per tensor"
                             << "30 % pruned, 4 bits per tensor";
}

void TstLayerTableModel::settings_sayFirstWhatTellsMost()
{
    QFETCH(QString, changes);
    QFETCH(QString, whole);
    LayerTableModel model;
    model.setLayers(someLayers(), 4'096'000);
    std::vector<LayerSettings> settings(someLayers().size());
    settings[0] = Recipe{{}, {parseRule("*:" + changes.toStdString())}}.resolve({"conv1"}).front();
    model.setSettings(settings);
    QTEST(cell(model, 0, LayerTableModel::Settings), "shown");
    QCOMPARE(cell(model, 0, LayerTableModel::Settings, ui::FullTextRole), whole);
    QCOMPARE(cell(model, 0, LayerTableModel::Settings, Qt::ToolTipRole).section('\n', 0, 0), whole);
}

QTEST_MAIN(TstLayerTableModel)
#include "tst_layertablemodel.moc"
