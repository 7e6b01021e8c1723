#include "core/compress/compressor.h"
#include "tests/support/graphbuilder.h"
#include "tests/ui/sample.h"
#include "ui/session/selectionstats.h"

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

/// What several layers look like together, against a plain sum over their weights.
class TstSelectionStats : public QObject {
    Q_OBJECT
private slots:
    void init();

    void histograms_areThoseOfAllWeights();
    void fewerThanTwo_areNothing();
    void anotherSelection_isCountedInItsOwnBins();
    void untouchedLayers_countAsTheyAre();
    void sparsity_isThatOfAllWeights();
    void details_comeWhenTheyAreWanted();
    void unreadableLayers_areLeftOut();
    void changesWhileItWorks_areNotLost();

private:
    bool settled()
    {
        return QTest::qWaitFor([this] { return !m_stats->isRunning(); }, patience);
    }
    static std::vector<float> weightsOf(const Model &model, const QVector<int> &layers);
    CompressedModel compressed(const std::string &rule) const;

    std::optional<Model> m_model;
    std::unique_ptr<SelectionStats> m_stats;
};

void TstSelectionStats::init()
{
    m_model = Model::load(samplePath().toStdString());
    m_stats = std::make_unique<SelectionStats>();
    m_stats->setModel(*m_model);
}

std::vector<float> TstSelectionStats::weightsOf(const Model &model, const QVector<int> &layers)
{
    std::vector<float> all;
    for (const int layer : layers) {
        const Matrix weight = model.weight(size_t(layer));
        all.insert(all.end(), weight.data(), weight.data() + weight.size());
    }
    return all;
}

CompressedModel TstSelectionStats::compressed(const std::string &rule) const
{
    return Compressor(*m_model).compress({"", {parseRule(rule)}});
}

void TstSelectionStats::histograms_areThoseOfAllWeights()
{
    QSignalSpy changed(m_stats.get(), &SelectionStats::changed);
    m_stats->setLayers({0, 2, 3});
    QVERIFY(settled());
    QTRY_VERIFY(changed.size() > 1);
    const Histogram expected = histogram(weightsOf(*m_model, {0, 2, 3}), SelectionStats::bins);
    QCOMPARE(m_stats->original().counts, expected.counts);
    QCOMPARE(m_stats->original().low, expected.low);
    QCOMPARE(m_stats->original().high, expected.high);
    QVERIFY(m_stats->compressed().counts.empty());
    QCOMPARE(m_stats->total(), 3);
    QCOMPARE(m_stats->failed(), 0);
}

void TstSelectionStats::fewerThanTwo_areNothing()
{
    m_stats->setLayers({2});
    QVERIFY(!m_stats->isRunning());
    QCOMPARE(m_stats->total(), 0);
    QVERIFY(m_stats->original().counts.empty());
}

void TstSelectionStats::anotherSelection_isCountedInItsOwnBins()
{
    m_stats->setLayers({0, 1});
    QVERIFY(settled());
    m_stats->setLayers({1, 3, 4});
    QVERIFY(settled());
    QCOMPARE(m_stats->original().counts,
             histogram(weightsOf(*m_model, {1, 3, 4}), SelectionStats::bins).counts);
}

void TstSelectionStats::untouchedLayers_countAsTheyAre()
{
    m_stats->setLayers({1, 3});
    const CompressedModel pruned = compressed("fc1:prune=0.5");
    m_stats->setCompressed(pruned, {});
    QVERIFY(settled());
    const Matrix decoded = decode(*pruned.layers[3].code.weight);
    std::vector<float> all = weightsOf(*m_model, {1});
    all.insert(all.end(), decoded.data(), decoded.data() + decoded.size());
    const Histogram original = m_stats->original();
    QCOMPARE(m_stats->compressed().counts,
             histogram(all, SelectionStats::bins, original.low, original.high).counts);
    m_stats->setCompressed(compressed("fc1:prune=0"), {});
    QVERIFY(settled());
    QVERIFY(m_stats->shapes().size() == 2);
}

void TstSelectionStats::sparsity_isThatOfAllWeights()
{
    m_stats->setDetailed(true);
    m_stats->setLayers({1, 3});
    QVERIFY(settled());
    QVERIFY(!m_stats->sparsity(true));
    const CompressedModel pruned = compressed("fc1:prune=0.5");
    m_stats->setCompressed(pruned, {});
    QVERIFY(settled());
    const auto &layers = m_model->layers();
    const double zeros =
        0.5 * double(layers[3].parameters) / double(layers[1].parameters + layers[3].parameters);
    QVERIFY(std::abs(m_stats->sparsity(true)->element - zeros) < 1e-4);
    QVERIFY(std::abs(m_stats->sparsity(false)->element) < 1e-9);
    QVERIFY(m_stats->anyKernels()); // the first has 3 x 3
}

void TstSelectionStats::details_comeWhenTheyAreWanted()
{
    m_stats->setLayers({1, 3});
    QVERIFY(settled());
    QCOMPARE(m_stats->shapes().size(), 2);
    QVERIFY(!m_stats->shapes()[0].before.box);
    m_stats->setDetailed(true);
    QVERIFY(settled());
    const std::vector<float> weights = weightsOf(*m_model, {3});
    QVERIFY(m_stats->shapes()[1].before.box.has_value());
    QCOMPARE(m_stats->shapes()[1].before.box->maximum, std::ranges::max(weights));
    QCOMPARE(m_stats->shapes()[1].before.box->minimum, std::ranges::min(weights));
}

void TstSelectionStats::unreadableLayers_areLeftOut()
{
    GraphBuilder graph;
    graph.input("x", {1, 4}, ElementType::UInt8)
        .input("z", {1, 4})
        .output("y", {1, 3}, ElementType::Int32)
        .output("v", {1, 4})
        .constant("codes", makeTensor(ElementType::Int8, {4, 3}))
        .node("MatMulInteger", {"x", "codes"}, {"y"}, {}, "integers")
        .random("w1", {4, 4})
        .node("MatMul", {"z", "w1"}, {"u"}, {}, "first")
        .random("w2", {4, 4})
        .node("MatMul", {"u", "w2"}, {"v"}, {}, "second");
    m_model = graph.build();
    m_stats->setModel(*m_model);
    m_stats->setLayers({0, 1, 2});
    QVERIFY(settled());
    QCOMPARE(m_stats->failed(), 1);
    QCOMPARE(m_stats->original().counts, histogram(weightsOf(*m_model, {1, 2}), SelectionStats::bins).counts);
}

void TstSelectionStats::changesWhileItWorks_areNotLost()
{
    m_stats->setLayers({0, 1, 2, 3, 4});
    CompressedModel last = compressed("*:bits=8");
    m_stats->setCompressed(last, {});
    for (const char *rule : {"*:bits=6", "*:bits=4", "*:bits=2"}) {
        last = compressed(rule);
        m_stats->setCompressed(last, {});
    }
    QVERIFY(settled());
    std::vector<float> all;
    for (size_t layer = 0; layer < 5; ++layer) {
        const Matrix decoded = decode(*last.layers[layer].code.weight);
        all.insert(all.end(), decoded.data(), decoded.data() + decoded.size());
    }
    const Histogram original = m_stats->original();
    QCOMPARE(m_stats->compressed().counts,
             histogram(all, SelectionStats::bins, original.low, original.high).counts);
}

QTEST_MAIN(TstSelectionStats)
#include "tst_selectionstats.moc"
