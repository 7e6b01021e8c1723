#include "core/compress/globalprune.h"
#include "core/methods/methods.h"
#include "tests/support/graphbuilder.h"

#include <QtTest>
#include <algorithm>
#include <cmath>
#include <numeric>

using namespace lathe;
using namespace lathe::test;

namespace {

int64_t goneOf(const std::vector<uint8_t> &kept)
{
    return std::ranges::count(kept, uint8_t(0));
}

std::function<Matrix(size_t)> magnitudesOf(const Model &model)
{
    return [model](size_t layer) -> Matrix { return model.weight(layer).cwiseAbs(); };
}

} // namespace

/// Which weights go: patterns, rows, a threshold for several layers.
class TstPatterns : public QObject {
    Q_OBJECT
private slots:
    void someOfEach_keepsTheLargestOfEveryGroup_data();
    void someOfEach_keepsTheLargestOfEveryGroup();
    void someOfEach_refusesRowsThatDoNotDivide();
    void blocks_goWholeAndInExactNumber_data();
    void blocks_goWholeAndInExactNumber();
    void rowByRow_losesTheExactCountAndSpreadsIt();
    void count_replacesTheRatio();
    void equalScores_loseTheLaterOnes();
    void globalThreshold_isTheOneOfAllWeightsTogether();
    void globalThreshold_leavesEveryLayerOneWeight();
    void countsByCost_areAsManyAsAskedFor_data();
    void countsByCost_areAsManyAsAskedFor();
    void countsByCost_spareTheDearLayer();
    void countsByCost_areEqualForEqualLayers();
};

void TstPatterns::someOfEach_keepsTheLargestOfEveryGroup_data()
{
    QTest::addColumn<int>("keep");
    QTest::addColumn<int>("of");
    QTest::newRow("2:4") << 2 << 4;
    QTest::newRow("4:8") << 4 << 8;
    QTest::newRow("1:3") << 1 << 3;
}

void TstPatterns::someOfEach_keepsTheLargestOfEveryGroup()
{
    QFETCH(int, keep);
    QFETCH(int, of);
    const Matrix scores = randomMatrix(7, 24, 1).cwiseAbs();
    ScoreRules rules;
    rules.pattern = {PrunePattern::Kind::NofM, keep, of};
    const std::vector<uint8_t> kept = pruneByScores(scores, rules);
    for (Index start = 0; start < scores.size(); start += of) {
        float smallestKept = 1e9F;
        float largestGone = -1.0F;
        int stays = 0;
        for (Index i = start; i < start + of; ++i) {
            const bool stay = kept[static_cast<size_t>(i)] != 0;
            stays += stay;
            if (stay)
                smallestKept = std::min(smallestKept, scores.data()[i]);
            else
                largestGone = std::max(largestGone, scores.data()[i]);
        }
        QCOMPARE(stays, keep);
        QVERIFY(smallestKept >= largestGone);
    }
}

void TstPatterns::someOfEach_refusesRowsThatDoNotDivide()
{
    ScoreRules rules;
    rules.pattern = {PrunePattern::Kind::NofM, 2, 4};
    QVERIFY_EXCEPTION_THROWN(pruneByScores(Matrix::Ones(2, 6), rules), Error);
}

void TstPatterns::blocks_goWholeAndInExactNumber_data()
{
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("width");
    QTest::addColumn<double>("ratio");
    QTest::newRow("4x1") << 4 << 1 << 0.5;
    QTest::newRow("1x8") << 1 << 8 << 0.3;
    QTest::newRow("3x5 ragged") << 3 << 5 << 0.7;
}

void TstPatterns::blocks_goWholeAndInExactNumber()
{
    QFETCH(int, height);
    QFETCH(int, width);
    QFETCH(double, ratio);
    const Matrix scores = randomMatrix(10, 13, 2).cwiseAbs();
    ScoreRules rules{ratio};
    rules.pattern = {PrunePattern::Kind::Block, height, width};
    const std::vector<uint8_t> kept = pruneByScores(scores, rules);
    std::map<std::pair<Index, Index>, std::pair<int, float>> blocks; // kept elements, score
    for (Index r = 0; r < scores.rows(); ++r)
        for (Index c = 0; c < scores.cols(); ++c) {
            auto &[stays, score] = blocks[{r / height, c / width}];
            stays += kept[static_cast<size_t>(r * scores.cols() + c)];
            score += scores(r, c);
        }
    int64_t gone = 0;
    float largestGone = 0.0F;
    float smallestKept = 1e9F;
    for (const auto &[place, block] : blocks) {
        const Index rows = std::min<Index>(height, scores.rows() - place.first * height);
        const Index cols = std::min<Index>(width, scores.cols() - place.second * width);
        QVERIFY(block.first == 0 || block.first == rows * cols);
        gone += block.first == 0;
        if (block.first == 0)
            largestGone = std::max(largestGone, block.second);
        else
            smallestKept = std::min(smallestKept, block.second);
    }
    QCOMPARE(gone, std::llround(ratio * double(blocks.size())));
    QVERIFY(largestGone <= smallestKept);
}

void TstPatterns::rowByRow_losesTheExactCountAndSpreadsIt()
{
    Matrix scores = randomMatrix(9, 7, 3).cwiseAbs();
    scores.row(0) *= 1000.0F; // would keep everything if the rows competed
    for (const double ratio : {0.0, 0.1, 0.5, 0.85}) {
        ScoreRules rules{ratio};
        rules.rowByRow = true;
        const std::vector<uint8_t> kept = pruneByScores(scores, rules);
        QCOMPARE(goneOf(kept), std::llround(ratio * 63.0));
        for (Index r = 0; r < 9; ++r) {
            const auto gone = std::count(kept.begin() + r * 7, kept.begin() + (r + 1) * 7, uint8_t(0));
            QVERIFY(std::abs(double(gone) - ratio * 7.0) <= 1.0);
        }
    }
}

void TstPatterns::count_replacesTheRatio()
{
    ScoreRules rules{0.5};
    rules.count = 3;
    QCOMPARE(goneOf(pruneByScores(randomMatrix(4, 4, 4).cwiseAbs(), rules)), int64_t(3));
}

void TstPatterns::equalScores_loseTheLaterOnes()
{
    const std::vector<uint8_t> kept = pruneByScores(Matrix::Ones(2, 3), {0.5});
    QCOMPARE(kept, (std::vector<uint8_t>{1, 1, 1, 0, 0, 0}));
}

void TstPatterns::globalThreshold_isTheOneOfAllWeightsTogether()
{
    GraphBuilder graph;
    graph.input("x", {1, 6}).output("y");
    graph.random("a", {6, 20}).random("b", {20, 10}, 0.1F);
    graph.node("MatMul", {"x", "a"}, {"h"}, {}, "first").node("MatMul", {"h", "b"}, {"y"}, {}, "second");
    const Model model = graph.build();
    const std::vector<int64_t> counts = countsUnderOneThreshold({{0, 0.5}, {1, 0.5}}, magnitudesOf(model));
    QCOMPARE(counts[0] + counts[1], int64_t(160));
    std::vector<float> all;
    for (size_t layer : {0U, 1U}) {
        const Matrix weight = model.weight(layer).cwiseAbs();
        all.insert(all.end(), weight.data(), weight.data() + weight.size());
    }
    std::ranges::sort(all);
    const Matrix second = model.weight(1).cwiseAbs();
    QCOMPARE(counts[1], int64_t((second.array() <= all[159]).count()));
    QVERIFY(counts[1] > 3 * counts[0]); // the layer with the small weights bears most
}

void TstPatterns::globalThreshold_leavesEveryLayerOneWeight()
{
    GraphBuilder graph;
    graph.input("x", {1, 6}).output("y");
    graph.random("a", {6, 20}).random("b", {20, 2}, 1e-6F);
    graph.node("MatMul", {"x", "a"}, {"h"}, {}, "first").node("MatMul", {"h", "b"}, {"y"}, {}, "second");
    QCOMPARE(countsUnderOneThreshold({{0, 0.5}, {1, 0.5}}, magnitudesOf(graph.build()))[1], int64_t(39));
}

void TstPatterns::countsByCost_areAsManyAsAskedFor_data()
{
    QTest::addColumn<double>("ratio");
    for (const double ratio : {0.0, 0.003, 0.05, 0.3, 0.5, 0.777, 0.95, 0.99})
        QTest::addRow("%g", ratio) << ratio;
}

void TstPatterns::countsByCost_areAsManyAsAskedFor()
{
    QFETCH(double, ratio);
    // measured costs may fall with the ratio, or be nothing at all
    const std::vector<PruneCosts> costs{
        {997, {0.1, 0.2, 0.5}}, {10007, {0.3, 0.1, 0.2}}, {640, {0.0, 0.0, 0.0}}, {7, {1.0, 5.0, 9.0}}};
    std::vector<GlobalShare> shares;
    int64_t all = 0;
    for (size_t i = 0; i < costs.size(); ++i) {
        shares.push_back({i, ratio});
        all += costs[i].size;
    }
    const std::vector<int64_t> counts = countsByCost(shares, costs);
    QCOMPARE(std::accumulate(counts.begin(), counts.end(), int64_t(0)),
             static_cast<int64_t>(std::llround(ratio * static_cast<double>(all))));
    for (size_t i = 0; i < costs.size(); ++i)
        QVERIFY(counts[i] >= 0 && counts[i] < costs[i].size);
}

void TstPatterns::countsByCost_spareTheDearLayer()
{
    const std::vector<PruneCosts> costs{{10000, {0.01, 0.03, 0.1}}, {10000, {0.1, 0.3, 1.0}}};
    const std::vector<int64_t> counts = countsByCost({{0, 0.5}, {1, 0.5}}, costs);
    QVERIFY(counts[0] > 5000 && counts[0] <= 9000);
    QVERIFY(counts[1] < 5000 && counts[1] >= 1000);
}

void TstPatterns::countsByCost_areEqualForEqualLayers()
{
    const PruneCosts each{10000, {0.01, 0.05, 0.4}};
    const std::vector<int64_t> counts = countsByCost({{0, 0.5}, {1, 0.5}}, {each, each});
    QVERIFY(std::abs(counts[0] - counts[1]) <= 100); // one step
}

QTEST_APPLESS_MAIN(TstPatterns)
#include "tst_patterns.moc"
