#include "core/compress/compressor.h"
#include "core/methods/methods.h"
#include "tests/support/fakecalibration.h"
#include "tests/support/graphbuilder.h"

#include <QtTest>
#include <cmath>

using namespace lathe;
using namespace lathe::test;

namespace {

Recipe recipeOf(const std::string &changes)
{
    Recipe recipe;
    recipe.rules.push_back(parseRule("*:" + changes));
    return recipe;
}

Model convLayer(const Shape &weight, int64_t groups = 1)
{
    GraphBuilder graph;
    graph.input("x", {1, weight[1] * groups, 9, 9}).output("y");
    graph.random("w", weight).node("Conv", {"x", "w"}, {"y"}, {{"group", groups}}, "conv");
    return graph.build();
}

LayerResult compressed(const Model &model, const std::string &changes)
{
    return Compressor(model).compress(recipeOf(changes)).layers[0];
}

std::string onlyIssue(const Model &model, const std::string &changes)
{
    const CompressedModel result = Compressor(model).compress(recipeOf(changes));
    return result.issues.size() == 1 ? result.issues[0].message.text() : "";
}

} // namespace

/// Forms of factors, codebooks and residuals as the compressor makes them of settings.
class TstLayerForms : public QObject {
    Q_OBJECT
private slots:
    void error_neverGrowsWithRank_data();
    void error_neverGrowsWithRank();
    void breakEven_isTheLastRankThatSaves_data();
    void breakEven_isTheLastRankThatSaves();
    void energy_isKept_data();
    void energy_isKept();
    void impossibleForms_areNamed_data();
    void impossibleForms_areNamed();
    void separableOfASeparable_isExact();
    void factorBits_areTheirOwn();
    void residual_makesTheErrorThatOfItsBits();
    void clusters_areTheOptimumOfEachGroup();
    void moreClustersThanValues_areExact();
    void prunedClusters_keepAnExactZero();
    void patternThatDoesNotDivide_leavesTheLayerUnpruned();
    void narrowWeights_areCompressedOrSaidWhyNot_data();
    void narrowWeights_areCompressedOrSaidWhyNot();
    void globalScope_prunesTheLayersTogether();
};

void TstLayerForms::error_neverGrowsWithRank_data()
{
    QTest::addColumn<QString>("form");
    QTest::addColumn<int>("groups");
    QTest::newRow("channel") << "channel" << 1;
    QTest::newRow("grouped") << "channel" << 2;
    QTest::newRow("spatial") << "spatial" << 1;
    QTest::newRow("tucker2") << "tucker2" << 1;
}

void TstLayerForms::error_neverGrowsWithRank()
{
    QFETCH(QString, form);
    QFETCH(int, groups);
    const Model model = convLayer({16, 12, 3, 3}, groups);
    const Index full = form == "spatial" ? 36 : 16 / groups;
    double last = 1.0;
    for (Index rank = 1; rank < full; ++rank) {
        const LayerResult result =
            compressed(model, "rank=" + std::to_string(rank) + ",rank.form=" + form.toStdString());
        QCOMPARE(result.rank, rank);
        QVERIFY(result.relativeError <= last * (form == "tucker2" ? 1.005 : 1.0 + 1e-6)); // iterated
        last = result.relativeError;
        int64_t numbers = 0;
        for (const MatrixEncoding &factor : std::get<FactorEncoding>(*result.code.weight).factors)
            numbers += factor.rows * factor.cols;
        QCOMPARE(result.theoreticalBits, 32 * numbers);
    }
    QVERIFY(last < 0.5);
}

void TstLayerForms::breakEven_isTheLastRankThatSaves_data()
{
    error_neverGrowsWithRank_data();
}

void TstLayerForms::breakEven_isTheLastRankThatSaves()
{
    QFETCH(QString, form);
    QFETCH(int, groups);
    const Model model = convLayer({16, 12, 3, 3}, groups);
    const int64_t whole = model.layers()[0].rows * model.layers()[0].cols * 32;
    const std::string suffix = ",rank.form=" + form.toStdString();
    const LayerResult at = compressed(model, "rank=100%" + suffix);
    QVERIFY(at.theoreticalBits < whole);
    const LayerResult above = compressed(model, "rank=" + std::to_string(at.rank + 1) + suffix);
    QVERIFY(above.rank == 0 || above.theoreticalBits >= whole);
}

void TstLayerForms::energy_isKept_data()
{
    QTest::addColumn<QString>("form");
    QTest::newRow("channel") << "channel";
    QTest::newRow("spatial") << "spatial";
}

void TstLayerForms::energy_isKept()
{
    QFETCH(QString, form);
    for (const double share : {0.5, 0.8, 0.95}) {
        const LayerResult result =
            compressed(convLayer({16, 12, 3, 3}),
                       "rank.energy=" + std::to_string(share) + ",rank.form=" + form.toStdString());
        QVERIFY(result.relativeError * result.relativeError <= 1.0 - share + 1e-5);
    }
}

void TstLayerForms::impossibleForms_areNamed_data()
{
    QTest::addColumn<QList<int>>("shape");
    QTest::addColumn<int>("groups");
    QTest::addColumn<QString>("changes");
    QTest::addColumn<QString>("issue");
    QTest::newRow("depthwise") << QList<int>{8, 1, 3, 3} << 8 << "rank=1"
                               << "conv is not factorized: it is a depthwise convolution.";
    QTest::newRow("1 x 1") << QList<int>{8, 4, 1, 1} << 1 << "rank=2,rank.form=spatial"
                           << "conv is not factorized: its kernel is 1 x 1.";
    QTest::newRow("grouped") << QList<int>{8, 4, 3, 3} << 2 << "rank=2,rank.form=tucker2"
                             << "conv is not factorized: it is a grouped convolution.";
    QTest::newRow("separable") << QList<int>{8, 4, 1, 1} << 1 << "separable=true"
                               << "conv is not made separable: its kernel is 1 x 1.";
    QTest::newRow("too high") << QList<int>{8, 4, 3, 3} << 1 << "rank=8"
                              << "Rank 8 is not below the full rank 8 of conv; the layer is not factorized.";
}

void TstLayerForms::impossibleForms_areNamed()
{
    QFETCH(QList<int>, shape);
    QFETCH(int, groups);
    QFETCH(QString, changes);
    const Model model = convLayer({shape[0], shape[1], shape[2], shape[3]}, groups);
    QTEST(QString::fromStdString(onlyIssue(model, changes.toStdString())), "issue");
    QVERIFY(!compressed(model, changes.toStdString()).code.weight);
}

void TstLayerForms::separableOfASeparable_isExact()
{
    const Matrix depth = randomMatrix(6, 9, 1);
    const Matrix point = randomMatrix(10, 6, 2);
    std::vector<float> weight;
    for (Index o = 0; o < 10; ++o)
        for (Index i = 0; i < 6; ++i)
            for (Index k = 0; k < 9; ++k)
                weight.push_back(point(o, i) * depth(i, k));
    GraphBuilder graph;
    graph.input("x", {1, 6, 9, 9}).output("y").constant("w", makeTensor({10, 6, 3, 3}, weight));
    graph.node("Conv", {"x", "w"}, {"y"}, {}, "conv");
    const LayerResult result = compressed(graph.build(), "separable=true");
    QVERIFY(result.relativeError < 1e-5);
    QCOMPARE(std::get<FactorEncoding>(*result.code.weight).form, FactorForm::Separable);
    QCOMPARE(result.theoreticalBits, int64_t(32 * (6 * 9 + 10 * 6)));
}

void TstLayerForms::factorBits_areTheirOwn()
{
    const LayerResult result = compressed(convLayer({16, 12, 3, 3}), "rank=4,rank.bits=6,clusters=4");
    for (const MatrixEncoding &factor : std::get<FactorEncoding>(*result.code.weight).factors)
        QCOMPARE(std::get<UniformCodes>(factor.values).bits, 6);
}

void TstLayerForms::residual_makesTheErrorThatOfItsBits()
{
    const Model model = convLayer({16, 12, 3, 3});
    double last = 1.0;
    for (int bits = 2; bits <= 8; ++bits) {
        const LayerResult result = compressed(
            model, "rank=4,rank.bits=8,residual.bits=" + std::to_string(bits) + ",granularity=channel");
        QVERIFY(std::get<FactorEncoding>(*result.code.weight).residual);
        QVERIFY(result.relativeError < last);
        last = result.relativeError;
        QVERIFY(last < compressed(model, "bits=" + std::to_string(bits)).relativeError);
    }
}

void TstLayerForms::clusters_areTheOptimumOfEachGroup()
{
    const Model model = convLayer({16, 12, 3, 3});
    const Matrix weight = model.weight(0);
    const LayerResult grouped = compressed(model, "clusters=16,clusters.group=5"); // 5, 5, 5, 1 rows
    const auto &codes = std::get<CodebookCodes>(std::get<MatrixEncoding>(*grouped.code.weight).values);
    QCOMPARE(codes.tables.size(), size_t(4 * 16));
    QCOMPARE(codes.bits, 4);
    const Matrix decoded = decode(*grouped.code.weight);
    for (Index first : {0, 5, 10, 15}) {
        const Index count = std::min<Index>(5, 16 - first);
        const Matrix alone = decode(cluster(weight.middleRows(first, count), {16}, {}));
        QCOMPARE(Matrix(decoded.middleRows(first, count)), alone);
    }
    QVERIFY(grouped.relativeError < compressed(model, "clusters=16").relativeError);
}

void TstLayerForms::moreClustersThanValues_areExact()
{
    Matrix weight(2, 3);
    weight << 1.0F, 2.0F, 1.0F, 2.0F, -3.0F, 1.0F;
    QCOMPARE(decode(cluster(weight, {256}, {})), weight);
    QCOMPARE(decode(cluster(Matrix::Zero(4, 4), {16}, {})), Matrix(Matrix::Zero(4, 4)));
    QCOMPARE(decode(cluster(Matrix::Ones(4, 4), {2}, {})), Matrix(Matrix::Ones(4, 4)));
}

void TstLayerForms::prunedClusters_keepAnExactZero()
{
    const LayerResult result = compressed(convLayer({16, 12, 3, 3}), "prune=0.7,clusters=8,clusters.group=4");
    QCOMPARE(result.sparsity, std::round(0.7 * 1728) / 1728);
    const auto &codes = std::get<CodebookCodes>(std::get<MatrixEncoding>(*result.code.weight).values);
    for (size_t table = 0; table < 4; ++table)
        QVERIFY(std::find(codes.tables.begin() + long(table) * 8, codes.tables.begin() + long(table + 1) * 8,
                          0.0F) != codes.tables.begin() + long(table + 1) * 8);
}

void TstLayerForms::patternThatDoesNotDivide_leavesTheLayerUnpruned()
{
    const Model model = convLayer({8, 3, 3, 3});
    QCOMPARE(
        onlyIssue(model, "prune.pattern=2:4"),
        std::string("conv is not pruned: 2:4 needs rows of a multiple of 4 weights, and its rows have 27."));
    QVERIFY(!compressed(model, "prune.pattern=2:4").code.weight);
    QCOMPARE(compressed(model, "prune.pattern=1:3").sparsity, 2.0 / 3.0);
}

void TstLayerForms::narrowWeights_areCompressedOrSaidWhyNot_data()
{
    QTest::addColumn<QString>("changes");
    for (const char *changes :
         {"bits=4", "bits=4,group=32", "bits=4,symmetric=false", "format=nf4", "format=ternary",
          "format=binary", "clusters=16", "clusters=16,clusters.group=1", "prune=0.5",
          "prune=0.5,prune.pattern=4x1", "rank=1", "rank=50%", "rank=1,residual.bits=4", "prune=0.5,bits=3",
          "prune=0.9,clusters=4"})
        QTest::newRow(changes) << changes;
}

void TstLayerForms::narrowWeights_areCompressedOrSaidWhyNot()
{
    QFETCH(QString, changes);
    for (const Shape &shape : {Shape{1, 7, 1, 1}, Shape{7, 1, 1, 1}, Shape{1, 1, 1, 1}, Shape{2, 1, 1, 5}}) {
        const CompressedModel model = Compressor(convLayer(shape)).compress(recipeOf(changes.toStdString()));
        const LayerResult &result = model.layers[0];
        if (result.code.weight) {
            QVERIFY(decode(*result.code.weight).allFinite());
            QVERIFY(std::isfinite(result.relativeError));
        } else if (!changes.startsWith("prune")) { // half of one weight is none
            QVERIFY(!model.issues.empty());
        }
    }
}

void TstLayerForms::globalScope_prunesTheLayersTogether()
{
    GraphBuilder graph;
    graph.input("x", {1, 6}).output("y");
    graph.random("a", {6, 20}).random("b", {20, 10}, 0.1F);
    graph.node("MatMul", {"x", "a"}, {"h"}, {}, "first").node("MatMul", {"h", "b"}, {"y"}, {}, "second");
    Compressor compressor(graph.build());
    const CompressedModel model = compressor.compress(recipeOf("prune=0.5,prune.scope=global"));
    QCOMPARE(120 * model.layers[0].sparsity + 200 * model.layers[1].sparsity, 160.0);
    QVERIFY(model.layers[1].sparsity > 0.6);
    const CompressedModel again = compressor.compress(recipeOf("prune=0.5"));
    QCOMPARE(again.layers[0].sparsity, 0.5); // not what was remembered of the common threshold
}

QTEST_APPLESS_MAIN(TstLayerForms)
#include "tst_layerforms.moc"
