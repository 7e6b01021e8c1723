// The table of pruning criteria, and the control among them.
#include "core/compress/compressor.h"
#include "core/methods/methods.h"
#include "core/methods/prunecriteria.h"
#include "core/recipe/keys.h"
#include "tests/support/smallmodels.h"

#include <QtTest>
#include <random>

using namespace lathe;
using namespace lathe::test;

namespace {

/// A weight whose magnitudes rise, so that what went by size shows.
Matrix rising(Index rows, Index cols)
{
    Matrix weight(rows, cols);
    for (Index i = 0; i < weight.size(); ++i)
        weight.data()[i] = 1.0F + static_cast<float>(i);
    return weight;
}

LayerResult pruned(const Matrix &weight, const std::string &changes)
{
    Compressor compressor(denseLayer(weight));
    return compressor.compress({{}, {parseRule("*:" + changes)}}).layers.front();
}

} // namespace

class TstPruneCriteria : public QObject {
    Q_OBJECT
private slots:
    void everyRow_isARecipesValueAndASummary();
    void random_isTheSameForANameAndOtherwiseNot();
    void random_takesTheShareFromEverywhere();
    void random_obeysPatterns();
    void random_ofFactors_differsBetweenThem();
    void random_overAllLayers_takesTheShareOfThemTogether();
    void random_losesMoreThanMagnitude();
    void gradients_scoreByTheirFormulas();
    void gradients_unknown_areMagnitude();
};

void TstPruneCriteria::everyRow_isARecipesValueAndASummary()
{
    QSet<QString> names;
    for (const PruneCriterion &criterion : pruneCriteria) {
        const std::string name(criterion.name);
        names << QString::fromStdString(name);
        const LayerSettings settings =
            Recipe{{}, {parseRule("*:prune=0.5,prune.method=" + name)}}.resolve({"x"}).front();
        QCOMPARE(settings.prune->method, criterion.method);
        QCOMPARE(needsCalibration(settings), criterion.byInputs || criterion.byGradients);
        QCOMPARE(goesByInputs(settings), criterion.byInputs);
        QCOMPARE(goesByGradients(settings), criterion.byGradients);
        QVERIFY(!needsCalibration(withoutCalibration(settings)));
        const bool isUsual = &criterion == &pruneCriteria.front();
        QCOMPARE(summary(settings).text().ends_with(" (" + criterion.label().text() + ")"), !isUsual);
        QVERIFY(recipe::valuesOf(recipe::infoOf("prune.method")).text().find(name) != std::string::npos);
    }
    QCOMPARE(names.size(), qsizetype(pruneCriteria.size()));
}

void TstPruneCriteria::random_isTheSameForANameAndOtherwiseNot()
{
    const Matrix weight = rising(30, 40);
    const auto scores = [&](const char *name) {
        return pruneScores(PruneMethod::Random, {weight, nullptr, name});
    };
    QVERIFY(scores("conv1") == scores("conv1"));
    QVERIFY(scores("conv1") != scores("conv2"));
    QVERIFY(scores("conv1").minCoeff() >= 0.0F && scores("conv1").maxCoeff() < 1.0F);
    // Of any machine: the 64-bit Mersenne twister seeded with FNV-1a of "fc".
    std::mt19937_64 random(uint64_t(0x8985d07b541da0eU));
    const Matrix ofFc = scores("fc");
    for (Index i = 0; i < ofFc.size(); ++i)
        QCOMPARE(ofFc.data()[i], float(double(random() >> 40U) / double(1U << 24U)));
}

void TstPruneCriteria::random_takesTheShareFromEverywhere()
{
    const Matrix weight = rising(50, 80);
    const LayerResult result = pruned(weight, "prune=0.3,prune.method=random");
    QCOMPARE(result.sparsity, 0.3);
    const Matrix stored = decode(*result.code.weight);
    Index gone = 0;
    for (Index r = 0; r < stored.rows(); ++r) { // what stays is as it was
        const Index here = (stored.row(r).array() == 0.0F).count();
        gone += here;
        QVERIFY2(here > 5 && here < 50, "a row of 80 loses about 24");
        for (Index c = 0; c < stored.cols(); ++c)
            QVERIFY(stored(r, c) == 0.0F || stored(r, c) == weight(r, c));
    }
    QCOMPARE(gone, weight.size() * 3 / 10);
}

void TstPruneCriteria::random_obeysPatterns()
{
    const Matrix weight = rising(12, 16);
    const Matrix stored = decode(*pruned(weight, "prune.pattern=2:4,prune.method=random").code.weight);
    for (Index i = 0; i < stored.size(); i += 4)
        QCOMPARE((Eigen::Map<const Eigen::Array4f>(stored.data() + i) == 0.0F).count(), Index(2));
}

void TstPruneCriteria::random_ofFactors_differsBetweenThem()
{
    const LayerResult result = pruned(randomMatrix(24, 24, 3), "rank=8,prune=0.5,prune.method=random");
    const auto &factors = std::get<FactorEncoding>(*result.code.weight).factors;
    QCOMPARE(factors.size(), size_t(2));
    QVERIFY(factors[0].kept != factors[1].kept);
}

void TstPruneCriteria::random_overAllLayers_takesTheShareOfThemTogether()
{
    GraphBuilder graph;
    graph.input("x", {1, 40}).output("y");
    graph.random("a", {40, 50}).random("b", {50, 60});
    graph.node("MatMul", {"x", "a"}, {"h"}, {}, "first");
    graph.node("MatMul", {"h", "b"}, {"y"}, {}, "second");
    Compressor compressor(graph.build());
    const auto compressed =
        compressor.compress({{}, {parseRule("*:prune=0.4,prune.method=random,prune.scope=global")}});
    double gone = 0.0;
    for (size_t i = 0; i < 2; ++i)
        gone += compressed.layers[i].sparsity * double(compressed.source.layers()[i].parameters);
    QCOMPARE(gone, 0.4 * (2000 + 3000));
}

void TstPruneCriteria::random_losesMoreThanMagnitude()
{
    const Matrix weight = randomMatrix(40, 60, 9);
    QVERIFY(pruned(weight, "prune=0.5,prune.method=random").relativeError >
            1.5 * pruned(weight, "prune=0.5").relativeError);
}

void TstPruneCriteria::gradients_scoreByTheirFormulas()
{
    const Matrix weight = rising(1, 3);
    const auto row = [](float a, float b, float c) {
        Matrix matrix(1, 3);
        matrix << a, b, c;
        return matrix;
    };
    const GradientStatistics known{2, row(0.5F, -1, 0), row(2, 1, 3), row(4, 1, 8)};
    const auto scores = [&](PruneMethod method) {
        return pruneScores(method, {weight, nullptr, "fc", &known});
    };
    QVERIFY(scores(PruneMethod::Taylor) == row(2, 1, 3));
    QVERIFY(scores(PruneMethod::Fisher) == row(2, 0.5F, 4));
    QVERIFY(scores(PruneMethod::Taylor2) == row(1.5F, 1.5F, 4));
    QVERIFY(scores(PruneMethod::Movement) == row(-0.5F, 1, 0));
}

void TstPruneCriteria::gradients_unknown_areMagnitude()
{
    const Matrix weight = randomMatrix(3, 4, 5);
    for (const PruneCriterion &criterion : pruneCriteria)
        if (criterion.byGradients)
            QVERIFY(pruneScores(criterion.method, {weight, nullptr, "fc"}) == weight.cwiseAbs());
}

QTEST_GUILESS_MAIN(TstPruneCriteria)
#include "tst_prunecriteria.moc"
