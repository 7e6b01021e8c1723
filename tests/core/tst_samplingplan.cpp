#include "core/preview/samplingplan.h"

#include <QTest>
#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <set>

using namespace lathe;

namespace {

std::vector<double> normalMargins(size_t count, unsigned seed = 1)
{
    std::mt19937 random(seed);
    std::normal_distribution<double> normal(2.0, 3.0);
    std::vector<double> margins(count);
    std::ranges::generate(margins, [&] { return normal(random); });
    return margins;
}

std::vector<size_t> takenOf(const SamplingPlan &plan)
{
    std::vector<size_t> rows;
    for (const SampleChunk &chunk : plan.chunks())
        rows.insert(rows.end(), chunk.rows.begin(), chunk.rows.end());
    return rows;
}

void addSizes()
{
    QTest::addColumn<int>("count");
    QTest::addColumn<int>("chunk");
    for (const int count : {1, 2, 7, 8, 16, 63, 64, 65, 100, 500, 1000})
        for (const int chunk : {1, 3, 8, 16, 32})
            QTest::addRow("%d in chunks of %d", count, chunk) << count << chunk;
}

} // namespace

class TstSamplingPlan : public QObject {
    Q_OBJECT
private slots:
    void chunks_holdEachSampleOnce_data() { addSizes(); }
    void chunks_holdEachSampleOnce();
    void firstChunks_holdAllStrataInProportion_data() { addSizes(); }
    void firstChunks_holdAllStrataInProportion();
    void furtherChunks_areOfOneStratum_data() { addSizes(); }
    void furtherChunks_areOfOneStratum();
    void strata_goBySureness();
    void sameMargins_giveTheSamePlan();
    void equalMargins_areSpreadByChance();
    void startOfAStratum_isARandomSampleOfIt();
    void marginsThatAreNoNumbers_stillGiveAPlan();
};

void TstSamplingPlan::chunks_holdEachSampleOnce()
{
    QFETCH(int, count);
    QFETCH(int, chunk);
    const SamplingPlan plan(normalMargins(size_t(count)), size_t(chunk));
    const std::vector<size_t> rows = takenOf(plan);
    QCOMPARE(rows.size(), size_t(count));
    QCOMPARE(std::set<size_t>(rows.begin(), rows.end()).size(), size_t(count));
    QVERIFY(*std::ranges::max_element(rows) == size_t(count) - 1);
    size_t together = 0;
    for (int s = 0; s < plan.strata(); ++s)
        together += plan.sizeOf(s);
    QCOMPARE(together, size_t(count));
    for (const SampleChunk &part : plan.chunks())
        QVERIFY(!part.rows.empty() && part.rows.size() <= size_t(chunk));
}

void TstSamplingPlan::firstChunks_holdAllStrataInProportion()
{
    QFETCH(int, count);
    QFETCH(int, chunk);
    const SamplingPlan plan(normalMargins(size_t(count)), size_t(chunk));
    QVERIFY(plan.mixedChunks() >= 1);
    std::vector<double> taken(size_t(plan.strata()));
    double all = 0.0;
    for (size_t c = 0; c < plan.mixedChunks(); ++c) {
        QCOMPARE(plan.chunks()[c].stratum, -1);
        for (const size_t row : plan.chunks()[c].rows) {
            ++taken[size_t(plan.stratumOf(row))];
            ++all;
            for (int s = 0; s < plan.strata(); ++s) { // at every length
                const double due = all * double(plan.sizeOf(s)) / count;
                QVERIFY(std::abs(taken[size_t(s)] - due) < 2.0);
            }
        }
    }
    QVERIFY(all >= std::min(count, 32));
}

void TstSamplingPlan::furtherChunks_areOfOneStratum()
{
    QFETCH(int, count);
    QFETCH(int, chunk);
    const SamplingPlan plan(normalMargins(size_t(count)), size_t(chunk));
    std::vector<size_t> partlyFull(size_t(plan.strata()));
    for (size_t c = plan.mixedChunks(); c < plan.chunks().size(); ++c) {
        const SampleChunk &part = plan.chunks()[c];
        for (const size_t row : part.rows)
            QCOMPARE(plan.stratumOf(row), part.stratum);
        partlyFull[size_t(part.stratum)] += part.rows.size() < size_t(chunk);
    }
    for (const size_t number : partlyFull)
        QVERIFY(number <= 1);
}

void TstSamplingPlan::strata_goBySureness()
{
    const std::vector<double> margins = normalMargins(400);
    const SamplingPlan plan(margins, 8);
    QVERIFY(plan.strata() > 1);
    std::vector<std::pair<double, double>> ranges(size_t(plan.strata()), {1e300, -1e300});
    for (size_t row = 0; row < margins.size(); ++row) {
        auto &[low, high] = ranges[size_t(plan.stratumOf(row))];
        low = std::min(low, std::abs(margins[row]));
        high = std::max(high, std::abs(margins[row]));
    }
    for (size_t s = 1; s < ranges.size(); ++s)
        QVERIFY(ranges[s - 1].second <= ranges[s].first);
    QCOMPARE(SamplingPlan(normalMargins(20), 8).strata(), 1); // too few to divide
}

void TstSamplingPlan::sameMargins_giveTheSamePlan()
{
    const SamplingPlan a(normalMargins(300), 16), b(normalMargins(300), 16);
    QCOMPARE(takenOf(a), takenOf(b));
    std::vector<double> mirrored = normalMargins(300);
    for (double &margin : mirrored)
        margin = -margin;
    QCOMPARE(takenOf(SamplingPlan(mirrored, 16)), takenOf(a)); // wrong ones flip as well
}

/// A set sorted by class has its ties in that order too.
void TstSamplingPlan::equalMargins_areSpreadByChance()
{
    const SamplingPlan plan(std::vector<double>(400, 1.0), 8);
    for (int s = 0; s < plan.strata(); ++s) {
        double sum = 0.0;
        for (size_t row = 0; row < 400; ++row)
            sum += plan.stratumOf(row) == s ? double(row) : 0.0;
        const auto size = double(plan.sizeOf(s));
        QVERIFY(std::abs(sum / size - 199.5) < 4.0 * 115.5 / std::sqrt(size));
    }
}

/// Whether a sample comes early tells nothing about its place in the set or its margin within the stratum.
void TstSamplingPlan::startOfAStratum_isARandomSampleOfIt()
{
    double z = 0.0;
    constexpr int plans = 60;
    for (unsigned seed = 1; seed <= plans; ++seed) {
        const std::vector<double> margins = normalMargins(500, seed);
        const SamplingPlan plan(margins, 8);
        for (int s = 0; s < plan.strata(); ++s) {
            std::vector<double> order;
            for (const size_t row : takenOf(plan))
                if (plan.stratumOf(row) == s)
                    order.push_back(std::abs(margins[row]));
            const size_t half = order.size() / 2;
            double difference = 0.0, mean = 0.0, square = 0.0;
            for (size_t i = 0; i < order.size(); ++i) {
                difference += (i < half ? 1.0 : -1.0) * order[i] / double(half);
                mean += order[i] / double(order.size());
            }
            for (const double margin : order)
                square += (margin - mean) * (margin - mean) / double(order.size());
            z += difference / std::sqrt(4.0 * square / double(order.size()));
        }
    }
    QVERIFY2(std::abs(z) / std::sqrt(plans * 4.0) < 4.0, qPrintable(QString::number(z)));
}

void TstSamplingPlan::marginsThatAreNoNumbers_stillGiveAPlan()
{
    std::vector<double> margins = normalMargins(200);
    for (size_t i = 0; i < 200; i += 7)
        margins[i] = std::numeric_limits<double>::infinity();
    for (size_t i = 1; i < 200; i += 9)
        margins[i] = -std::numeric_limits<double>::infinity();
    const std::vector<size_t> rows = takenOf(SamplingPlan(margins, 8));
    QCOMPARE(std::set<size_t>(rows.begin(), rows.end()).size(), size_t(200));
    QCOMPARE(
        takenOf(SamplingPlan(std::vector<double>(200, -std::numeric_limits<double>::infinity()), 8)).size(),
        size_t(200));
}

QTEST_GUILESS_MAIN(TstSamplingPlan)
#include "tst_samplingplan.moc"
