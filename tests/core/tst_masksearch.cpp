#include "core/methods/masksearch.h"
#include "core/methods/methods.h"
#include "tests/support/graphbuilder.h"

#include <Eigen/Cholesky>
#include <QTest>
#include <algorithm>
#include <bit>
#include <limits>

using namespace lathe;

namespace {

/// X X^T of correlated inputs [cols, samples], positive definite.
Matrix correlatedHessian(Index cols, unsigned seed)
{
    const Matrix mix = test::randomMatrix(cols, cols, seed) + 2.0F * Matrix::Identity(cols, cols);
    const Matrix x = mix * test::randomMatrix(cols, 4 * cols, seed + 1);
    return x * x.transpose() / static_cast<float>(4 * cols);
}

MaskRule keepingShare(double ratio, PrunePattern pattern = {})
{
    return [ratio, pattern](const Matrix &scores) {
        return pruneByScores(scores, {.ratio = ratio, .count = {}, .pattern = pattern});
    };
}

PrunedWeights refined(const Matrix &weight, const Matrix &hessian, PrunedWeights pruned)
{
    refineKept(weight, hessian, pruned, 30);
    return pruned;
}

/// The least error of one row that any `keep` of its weights leave, by trying all of them.
double leastError(const Eigen::RowVectorXd &row, const Eigen::MatrixXd &hessian, int keep)
{
    const auto cols = static_cast<unsigned>(row.size());
    const Eigen::RowVectorXd image = row * hessian;
    double least = std::numeric_limits<double>::infinity();
    for (unsigned mask = 0; mask < (1U << cols); ++mask) {
        if (std::popcount(mask) != keep)
            continue;
        std::vector<Index> kept;
        for (unsigned c = 0; c < cols; ++c)
            if (mask >> c & 1U)
                kept.push_back(static_cast<Index>(c));
        const Eigen::VectorXd pulled = image(kept).transpose();
        const Eigen::MatrixXd among = hessian(kept, kept);
        least = std::min(least, image.dot(row) - pulled.dot(among.ldlt().solve(pulled)));
    }
    return least;
}

} // namespace

class TstMaskSearch : public QObject {
    Q_OBJECT
private slots:
    void foundMask_isNearTheBestOfAll();
    void foundMask_beatsTheSweep_data();
    void foundMask_beatsTheSweep();
    void patterns_areKept_data();
    void patterns_areKept();
    void deadInputs_leaveTheStart();
    void cancel_endsTheSearch();
};

void TstMaskSearch::foundMask_isNearTheBestOfAll()
{
    double best = 0.0, found = 0.0, swept = 0.0;
    for (unsigned seed = 1; seed <= 30; ++seed) {
        const Matrix weight = test::randomMatrix(1, 12, seed);
        const Matrix h = correlatedHessian(12, 100 * seed);
        const PrunedWeights start = refined(weight, h, pruneBySurgeon(weight, invertHessian(h), 0.5));
        const PrunedWeights result = refined(weight, h, searchMask(weight, h, start, keepingShare(0.5)));
        const double least = leastError(weight.cast<double>(), h.cast<double>(), 6);
        const double whole = (weight * h * weight.transpose())(0, 0);
        const double error = relativeOutputError(weight, result.values, h) * whole;
        QVERIFY2(error >= 0.999 * least, "no mask can be better than the best");
        best += least;
        found += error;
        swept += relativeOutputError(weight, start.values, h) * whole;
    }
    const QString said = QString("best %1, found %2, swept %3").arg(best).arg(found).arg(swept);
    QVERIFY2(found < 1.3 * best, qPrintable(said));
    QVERIFY2(found - best < 0.5 * (swept - best), qPrintable(said));
}

void TstMaskSearch::foundMask_beatsTheSweep_data()
{
    QTest::addColumn<double>("ratio");
    for (const double ratio : {0.1, 0.333, 0.5, 0.8, 0.95})
        QTest::addRow("%g", ratio) << ratio;
}

void TstMaskSearch::foundMask_beatsTheSweep()
{
    QFETCH(double, ratio);
    const Matrix weight = test::randomMatrix(40, 90, 31);
    const Matrix h = correlatedHessian(90, 8);
    const PrunedWeights start = refined(weight, h, pruneBySurgeon(weight, invertHessian(h), ratio));
    const PrunedWeights found = searchMask(weight, h, start, keepingShare(ratio));
    QCOMPARE(std::ranges::count(found.kept, uint8_t(0)), std::llround(ratio * 40 * 90));
    for (Index i = 0; i < weight.size(); ++i)
        QVERIFY(found.kept[static_cast<size_t>(i)] || found.values.data()[i] == 0.0F);
    const double before = relativeOutputError(weight, start.values, h);
    const double after = relativeOutputError(weight, found.values, h);
    QVERIFY2(after < 0.95 * before, qPrintable(QString("%1 after %2").arg(after).arg(before)));
    const PrunedWeights again = searchMask(weight, h, found, keepingShare(ratio));
    QVERIFY(relativeOutputError(weight, again.values, h) <= after);
}

void TstMaskSearch::patterns_areKept_data()
{
    using Kind = PrunePattern::Kind;
    QTest::addColumn<PrunePattern>("pattern");
    QTest::newRow("2:4") << PrunePattern{Kind::NofM, 2, 4};
    QTest::newRow("1:4") << PrunePattern{Kind::NofM, 1, 4};
    QTest::newRow("4x1 blocks") << PrunePattern{Kind::Block, 4, 1};
    QTest::newRow("2x3 blocks") << PrunePattern{Kind::Block, 2, 3};
}

void TstMaskSearch::patterns_areKept()
{
    QFETCH(PrunePattern, pattern);
    const MaskRule rule = keepingShare(0.5, pattern);
    const Matrix weight = test::randomMatrix(16, 48, 5);
    const Matrix h = correlatedHessian(48, 17);
    const PrunedWeights start =
        refined(weight, h, {masked(weight, rule(weight.cwiseAbs2())), rule(weight.cwiseAbs2())});
    const PrunedWeights found = searchMask(weight, h, start, rule);
    QVERIFY(relativeOutputError(weight, found.values, h) < relativeOutputError(weight, start.values, h));
    const bool blocks = pattern.kind == PrunePattern::Kind::Block;
    const Index height = blocks ? pattern.first : 1, width = pattern.second;
    for (Index r = 0; r < 16; r += height) {
        for (Index c = 0; c < 48; c += width) {
            int kept = 0;
            for (Index i = 0; i < height * width; ++i)
                kept += found.kept[static_cast<size_t>((r + i / width) * 48 + c + i % width)];
            if (blocks)
                QVERIFY(kept == 0 || kept == height * width);
            else
                QCOMPARE(kept, pattern.first);
        }
    }
    QCOMPARE(std::ranges::count(found.kept, uint8_t(1)), std::ranges::count(start.kept, uint8_t(1)));
}

void TstMaskSearch::deadInputs_leaveTheStart()
{
    const Matrix weight = test::randomMatrix(4, 10, 1);
    const PrunedWeights start{masked(weight, pruneByMagnitude(weight, 0.5)), pruneByMagnitude(weight, 0.5)};
    const PrunedWeights found = searchMask(weight, Matrix::Zero(10, 10), start, keepingShare(0.5));
    QCOMPARE(found.kept, start.kept);
    QVERIFY(found.values == start.values);
}

void TstMaskSearch::cancel_endsTheSearch()
{
    std::stop_source stop;
    stop.request_stop();
    JobContext ctx;
    ctx.stop = stop.get_token();
    const Matrix weight = test::randomMatrix(4, 10, 1);
    const Matrix h = correlatedHessian(10, 3);
    const PrunedWeights start = pruneBySurgeon(weight, invertHessian(h), 0.5);
    QVERIFY_EXCEPTION_THROWN(searchMask(weight, h, start, keepingShare(0.5), ctx), Cancelled);
}

QTEST_APPLESS_MAIN(TstMaskSearch)
#include "tst_masksearch.moc"
