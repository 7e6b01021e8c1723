// A file from elsewhere beside an open model, and what the forms of storage weigh.
#include "core/workflow/exportmodel.h"
#include "core/workflow/otherfile.h"
#include "core/workflow/runningcosts.h"
#include "core/workflow/storageweights.h"
#include "tests/support/livemodels.h"
#include "tests/support/samplesets.h"

#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <array>

using namespace lathe;
using namespace lathe::test;

class TstOtherFile : public QObject {
    Q_OBJECT
private slots:
    void init();
    void export_isMeasuredAsItsRecipe_data();
    void export_isMeasuredAsItsRecipe();
    void withoutData_sizesAreKnown();
    void storages_weighWhatTheyWouldBe();
    void layers_takeTime();

private:
    Model exported(Storage storage);
    std::string path(const char *name) const
    {
        return m_folder.filePath(QString::fromUtf8(name)).toStdString();
    }

    QTemporaryDir m_folder;
    const Model m_source = liveConvolution();
    Recipe m_recipe;
    EvaluationData m_data;
    Compressor m_compressor{m_source};
};

void TstOtherFile::init()
{
    m_recipe.rules = {parseRule("*:bits=4")};
    m_data.samples = std::make_shared<SampleSet>(randomSamples(m_source, 40, mixedLabels(40)));
    m_data.baseline = m_data.heldOut = std::make_shared<Baseline>(measureBaseline(m_source, *m_data.samples));
}

Model TstOtherFile::exported(Storage storage)
{
    buildRecipe(m_compressor, nullptr, m_recipe, storage).built.model.save(path("file.onnx"));
    return Model::load(path("file.onnx"));
}

void TstOtherFile::export_isMeasuredAsItsRecipe_data()
{
    QTest::addColumn<int>("storage");
    QTest::newRow("compact") << static_cast<int>(Storage::Compact);
    QTest::newRow("dense") << static_cast<int>(Storage::Dense);
}

void TstOtherFile::export_isMeasuredAsItsRecipe()
{
    QFETCH(int, storage);
    const BuiltRecipe recipe = buildRecipe(m_compressor, nullptr, m_recipe, Storage::Compact);
    const MeasuredModels expected = measureModels(recipe, *m_data.samples, *m_data.baseline, {});
    const MatchedFile file = matchedFile(m_source, exported(static_cast<Storage>(storage)));
    QCOMPARE(file.matching.count(LayerMatching::By::Name), m_source.layers().size());
    const Figures figures = figuresOfFile(m_source, file, &m_data);
    QCOMPARE(figures.bytes, file.model.fileBytes());
    QCOMPARE(figures.macs, recipe.macs);
    QCOMPARE(figures.top1->value, expected.compressed.top1->value);
    QCOMPARE(figures.agreement->value, expected.comparison.agreement->value);
    QCOMPARE(figures.running, Figures::Settled);
    QVERIFY(figures.latency && figures.memory && figures.baselineMemory);
}

void TstOtherFile::withoutData_sizesAreKnown()
{
    const MatchedFile file = matchedFile(m_source, exported(Storage::Compact));
    const Figures figures = figuresOfFile(m_source, file, nullptr);
    QCOMPARE(figures.bytes, file.model.fileBytes());
    QVERIFY(figures.macs && !figures.top1 && !figures.agreement && !figures.latency && !figures.memory);
}

void TstOtherFile::storages_weighWhatTheyWouldBe()
{
    constexpr std::array storages{Storage::Compact, Storage::Dense, Storage::QdqInt4};
    Exporter exporter(m_source);
    std::vector<StorageWeight> weights;
    weighStorages(m_compressor, exporter, m_recipe, storages,
                  [&](StorageWeight weight) { weights.push_back(std::move(weight)); });
    QCOMPARE(weights.size(), storages.size());
    for (size_t i = 0; i < storages.size(); ++i) {
        const BuiltRecipe model = buildRecipe(m_compressor, nullptr, m_recipe, storages.at(i));
        QCOMPARE(weights[i].storage, storages.at(i));
        QCOMPARE(weights[i].failure.text(), std::string());
        QCOMPARE(weights[i].bytes, model.built.model.serializedBytes());
        QCOMPARE(weights[i].issues.size(), model.issues().size());
        QCOMPARE(weights[i].layers.size(), m_source.layers().size());
    }
    QVERIFY(weights[0].bytes < weights[1].bytes);
}

void TstOtherFile::layers_takeTime()
{
    const std::vector<double> seconds = layerLatencies(m_source, *m_data.samples);
    QCOMPARE(seconds.size(), m_source.layers().size());
    QVERIFY(std::ranges::any_of(seconds, [](double value) { return value > 0.0; }));
}

QTEST_APPLESS_MAIN(TstOtherFile)
#include "tst_otherfile.moc"
