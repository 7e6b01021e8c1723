#include "core/methods/kmeans1d.h"
#include "tests/support/graphbuilder.h"

#include <QTest>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

using namespace lathe;

namespace {

std::vector<float> normalValues(size_t count, unsigned seed)
{
    const Tensor t = test::randomTensor({static_cast<int64_t>(count)}, seed);
    return {t.as<float>().begin(), t.as<float>().end()};
}

/// The optimum by the plain O(k n^2) dynamic program over sorted values, each run's cost summed anew.
double slowOptimum(std::vector<float> values, std::vector<float> weights, size_t k)
{
    std::vector<size_t> order(values.size());
    std::iota(order.begin(), order.end(), size_t(0));
    std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] < values[b]; });
    const size_t n = values.size();
    const auto runCost = [&](size_t from, size_t to) {
        double w = 0.0, wx = 0.0;
        for (size_t i = from; i < to; ++i)
            w += weights[order[i]], wx += static_cast<double>(weights[order[i]]) * values[order[i]];
        double cost = 0.0;
        for (size_t i = from; i < to; ++i)
            cost += weights[order[i]] * std::pow(values[order[i]] - wx / w, 2.0);
        return cost;
    };
    std::vector<double> best(n + 1, std::numeric_limits<double>::infinity());
    best[0] = 0.0;
    for (size_t c = 0; c < k; ++c) {
        std::vector<double> next = best;
        for (size_t to = 1; to <= n; ++to) {
            for (size_t from = 0; from < to; ++from)
                next[to] = std::min(next[to], best[from] + runCost(from, to));
        }
        best = next;
    }
    return best[n];
}

} // namespace

class TstKMeans1d : public QObject {
    Q_OBJECT
private slots:
    void optimum_equalsPlainDynamicProgram_data();
    void optimum_equalsPlainDynamicProgram();
    void cost_isThatOfTheCodes();
    void cost_neverGrowsWithClusters();
    void noStart_beatsTheOptimum();
    void fewDistinctValues_areKeptExactly();
    void fixedZero_keepsZerosExact();
    void manyValues_areWithinATenthOfAPercent();
    void constantAndEmpty_giveTheDegenerateAnswer();
    void badInput_isRefused();
};

void TstKMeans1d::optimum_equalsPlainDynamicProgram_data()
{
    QTest::addColumn<int>("clusters");
    QTest::addColumn<bool>("weighted");
    for (const int k : {1, 2, 3, 7, 16}) {
        QTest::addRow("k %d", k) << k << false;
        QTest::addRow("k %d weighted", k) << k << true;
    }
}

void TstKMeans1d::optimum_equalsPlainDynamicProgram()
{
    QFETCH(int, clusters);
    QFETCH(bool, weighted);
    for (unsigned seed = 1; seed <= 5; ++seed) {
        const std::vector<float> values = normalValues(60, seed);
        std::vector<float> weights(values.size(), 1.0F);
        if (weighted) {
            weights = normalValues(values.size(), seed + 100);
            for (float &w : weights)
                w = std::abs(w) + 0.01F;
        }
        KMeansOptions options;
        options.clusters = clusters;
        const Codebook book = kMeans1d(values, weights, options);
        const double expected = slowOptimum(values, weights, static_cast<size_t>(clusters));
        QVERIFY2(std::abs(book.cost - expected) <= 1e-6 * (expected + 1e-3),
                 qPrintable(QString("%1 for %2").arg(book.cost).arg(expected)));
        QVERIFY(book.costLowerBound <= book.cost);
        QVERIFY(std::abs(book.costLowerBound - expected) <= 1e-6 * (expected + 1e-3));
    }
}

void TstKMeans1d::cost_isThatOfTheCodes()
{
    const std::vector<float> values = normalValues(1000, 3);
    const Codebook book = kMeans1d(values, {}, {.clusters = 9});
    double cost = 0.0;
    for (size_t i = 0; i < values.size(); ++i) {
        const double chosen = std::pow(static_cast<double>(values[i]) - book.centers.at(book.codes[i]), 2.0);
        for (const float c : book.centers)
            QVERIFY(chosen <= std::pow(static_cast<double>(values[i]) - c, 2.0) + 1e-9);
        cost += chosen;
    }
    QVERIFY(std::abs(cost - book.cost) < 1e-9 * cost);
}

void TstKMeans1d::cost_neverGrowsWithClusters()
{
    const std::vector<float> values = normalValues(3000, 5);
    double last = std::numeric_limits<double>::infinity();
    for (int k = 1; k <= 256; k = k < 16 ? k + 1 : k * 2) {
        const double now = kMeans1d(values, {}, {.clusters = k}).cost;
        QVERIFY2(now <= last, qPrintable(QString("k %1: %2 > %3").arg(k).arg(now).arg(last)));
        last = now;
    }
}

void TstKMeans1d::noStart_beatsTheOptimum()
{
    const std::vector<float> values = normalValues(2000, 11);
    const double best = kMeans1d(values, {}, {.clusters = 16}).cost;
    for (const ClusterInit init : {ClusterInit::Linear, ClusterInit::Density, ClusterInit::KMeansPlusPlus}) {
        const double cost = kMeans1d(values, {}, {.clusters = 16, .init = init}).cost;
        QVERIFY(cost >= best * (1.0 - 1e-9));
        QVERIFY2(cost < 2.0 * best, "a start that is followed by Lloyd's iterations ends near the optimum");
    }
}

void TstKMeans1d::fewDistinctValues_areKeptExactly()
{
    const std::vector<float> values = {3.0F, -1.0F, 3.0F, 0.5F, -1.0F, 0.5F, 3.0F};
    const Codebook book = kMeans1d(values, {}, {.clusters = 16});
    QCOMPARE(book.centers, (std::vector<float>{-1.0F, 0.5F, 3.0F}));
    for (size_t i = 0; i < values.size(); ++i)
        QCOMPARE(book.centers[book.codes[i]], values[i]);
    QCOMPARE(book.cost, 0.0);
}

void TstKMeans1d::fixedZero_keepsZerosExact()
{
    std::vector<float> values = normalValues(500, 17);
    for (size_t i = 0; i < values.size(); i += 2)
        values[i] = 0.0F;
    const Codebook book = kMeans1d(values, {}, {.clusters = 5, .fixedZero = true});
    QCOMPARE(book.centers.size(), size_t(5));
    for (size_t i = 0; i < values.size(); i += 2)
        QCOMPARE(book.centers[book.codes[i]], 0.0F);
}

void TstKMeans1d::manyValues_areWithinATenthOfAPercent()
{
    const std::vector<float> values = normalValues(300000, 23);
    const Codebook book = kMeans1d(values, {}, {.clusters = 16});
    QVERIFY(book.costLowerBound > 0.0);
    QVERIFY2(book.cost <= 1.001 * book.costLowerBound,
             qPrintable(QString::number(book.cost / book.costLowerBound, 'g', 8)));
}

void TstKMeans1d::constantAndEmpty_giveTheDegenerateAnswer()
{
    const std::vector<float> constant(50, 0.25F);
    const Codebook book = kMeans1d(constant, {}, {.clusters = 4});
    QCOMPARE(book.centers, std::vector<float>{0.25F});
    QCOMPARE(book.cost, 0.0);
    QVERIFY(kMeans1d({}, {}, {}).codes.empty());
    const std::vector<float> importance(50, 0.0F);
    QCOMPARE(kMeans1d(constant, importance, {.clusters = 4}).centers, std::vector<float>{0.25F});
}

void TstKMeans1d::badInput_isRefused()
{
    const std::vector<float> values = {1.0F, 2.0F};
    QVERIFY_EXCEPTION_THROWN(kMeans1d(values, {}, {.clusters = 0}), Error);
    QVERIFY_EXCEPTION_THROWN(kMeans1d(values, {}, {.clusters = 257}), Error);
    QVERIFY_EXCEPTION_THROWN(kMeans1d(values, std::vector<float>{1.0F}, {.clusters = 2}), Error);
    const std::vector<float> broken = {1.0F, std::numeric_limits<float>::quiet_NaN()};
    QVERIFY_EXCEPTION_THROWN(kMeans1d(broken, {}, {.clusters = 2}), Error);
}

QTEST_APPLESS_MAIN(TstKMeans1d)
#include "tst_kmeans1d.moc"
