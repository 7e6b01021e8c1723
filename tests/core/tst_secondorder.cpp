#include "core/methods/secondorder.h"
#include "tests/support/graphbuilder.h"

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <QTest>
#include <algorithm>
#include <limits>

using namespace lathe;

namespace {

/// X X^T of correlated inputs [cols, samples].
Matrix correlatedHessian(Index cols, Index samples, unsigned seed)
{
    const Matrix mix =
        test::randomMatrix(cols, cols, seed) + 2.0F * Matrix::Ones(cols, cols) / static_cast<float>(cols);
    const Matrix x = mix * test::randomMatrix(cols, samples, seed + 1);
    return x * x.transpose();
}

Matrix roundedToHalves(const Matrix &weight)
{
    return (weight * 2.0F).array().round() / 2.0F;
}

SweepRules roundToHalves()
{
    return {[](Index, const Vector &current, Vector &stored) {
                stored = (current * 2.0F).array().round() / 2.0F;
            },
            {},
            128};
}

} // namespace

class TstSecondOrder : public QObject {
    Q_OBJECT
private slots:
    void inverse_isFactoredExactly();
    void singularHessian_isDampedAndSaysSo();
    void identityHessian_roundsToNearest();
    void sweep_beatsNearestOnCorrelatedInputs();
    void blockSize_doesNotMatter();
    void oneWeightGone_equalsSurgeonsFormula();
    void count_isExact_data();
    void count_isExact();
    void surgeon_beatsMagnitude();
    void refinement_neverHurtsAndEndsAtLeastSquares();
    void nOfM_keepsExactlySoMany();
    void deadInputs_getZeroWeights();
    void badInput_isRefused();
};

void TstSecondOrder::inverse_isFactoredExactly()
{
    const Matrix h = correlatedHessian(20, 200, 3);
    const InverseHessian inverse = invertHessian(h, 0.01);
    Eigen::MatrixXd damped = h.cast<double>();
    damped.diagonal().array() += 0.01 * damped.diagonal().mean();
    const Eigen::MatrixXd expected = damped.inverse();
    const Eigen::MatrixXd found = (inverse.upper.transpose() * inverse.upper).cast<double>();
    QVERIFY((found - expected).norm() < 1e-3 * expected.norm());
    QVERIFY(inverse.upper.isUpperTriangular());
    QCOMPARE(inverse.damping, 0.01);
}

void TstSecondOrder::singularHessian_isDampedAndSaysSo()
{
    const Matrix x = test::randomMatrix(30, 4, 5); // rank 4 of 30
    const InverseHessian inverse = invertHessian(x * x.transpose(), 0.0);
    QVERIFY(inverse.damping > 0.0);
    QVERIFY(inverse.upper.allFinite());
}

void TstSecondOrder::identityHessian_roundsToNearest()
{
    const Matrix weight = test::randomMatrix(6, 300, 7);
    const InverseHessian inverse = invertHessian(Matrix::Identity(300, 300));
    QVERIFY((sweepColumns(weight, inverse, roundToHalves()) - roundedToHalves(weight)).norm() < 1e-6);
}

void TstSecondOrder::sweep_beatsNearestOnCorrelatedInputs()
{
    for (unsigned seed = 1; seed <= 5; ++seed) {
        const Matrix weight = test::randomMatrix(16, 64, seed);
        const Matrix h = correlatedHessian(64, 256, seed + 10);
        const double swept =
            relativeOutputError(weight, sweepColumns(weight, invertHessian(h), roundToHalves()), h);
        const double nearest = relativeOutputError(weight, roundedToHalves(weight), h);
        QVERIFY2(swept < nearest, qPrintable(QString("%1 against %2").arg(swept).arg(nearest)));
    }
}

void TstSecondOrder::blockSize_doesNotMatter()
{
    const Matrix weight = test::randomMatrix(5, 70, 9);
    const InverseHessian inverse = invertHessian(correlatedHessian(70, 300, 2));
    SweepRules rules = roundToHalves();
    const Matrix whole = sweepColumns(weight, inverse, rules);
    for (const Index block : {1, 7, 32}) {
        rules.blockColumns = block;
        QVERIFY((sweepColumns(weight, inverse, rules) - whole).norm() < 1e-3 * whole.norm());
    }
}

void TstSecondOrder::oneWeightGone_equalsSurgeonsFormula()
{
    // With only the first weight of a row removed, the rest moves by -w0 / Hinv[0,0] * Hinv[0,:] (Hassibi &
    // Stork 1993).
    const Matrix weight = test::randomMatrix(1, 12, 13);
    const Matrix h = correlatedHessian(12, 100, 4);
    const InverseHessian inverse = invertHessian(h, 1e-4);
    SweepRules rules;
    rules.column = [](Index col, const Vector &current, Vector &stored) {
        stored = current;
        if (col == 0)
            stored.setZero();
    };
    const Matrix found = sweepColumns(weight, inverse, rules);
    Eigen::MatrixXd damped = h.cast<double>();
    damped.diagonal().array() += 1e-4 * damped.diagonal().mean();
    const Eigen::MatrixXd hinv = damped.inverse();
    const Eigen::RowVectorXd expected = weight.cast<double>() - weight(0, 0) / hinv(0, 0) * hinv.row(0);
    QVERIFY((found.cast<double>() - expected).norm() < 1e-3 * expected.norm());
}

void TstSecondOrder::count_isExact_data()
{
    QTest::addColumn<double>("ratio");
    for (const double ratio : {0.0, 0.1, 0.333, 0.5, 0.9, 0.999})
        QTest::addRow("%g", ratio) << ratio;
}

void TstSecondOrder::count_isExact()
{
    QFETCH(double, ratio);
    const Matrix weight = test::randomMatrix(13, 301, 21);
    const PrunedWeights pruned = pruneBySurgeon(weight, invertHessian(correlatedHessian(301, 400, 6)), ratio);
    const auto gone = std::count(pruned.kept.begin(), pruned.kept.end(), uint8_t(0));
    QCOMPARE(gone, std::llround(ratio * 13 * 301));
    for (Index i = 0; i < weight.size(); ++i) {
        if (!pruned.kept[static_cast<size_t>(i)])
            QCOMPARE(pruned.values.data()[i], 0.0F);
    }
}

void TstSecondOrder::surgeon_beatsMagnitude()
{
    const Matrix weight = test::randomMatrix(20, 100, 31);
    const Matrix h = correlatedHessian(100, 500, 8);
    PrunedWeights pruned = pruneBySurgeon(weight, invertHessian(h), 0.5);
    refineKept(weight, h, pruned);
    const double surgeon = relativeOutputError(weight, pruned.values, h);
    std::vector<float> sizes(static_cast<size_t>(weight.size()));
    std::transform(weight.data(), weight.data() + weight.size(), sizes.begin(),
                   [](float w) { return std::abs(w); });
    std::nth_element(sizes.begin(), sizes.begin() + 1000, sizes.end());
    const Matrix magnitude = (weight.array().abs() < sizes[1000]).select(Matrix::Zero(20, 100), weight);
    const double plain = relativeOutputError(weight, magnitude, h);
    QVERIFY2(surgeon < plain, qPrintable(QString("%1 against %2").arg(surgeon).arg(plain)));
}

void TstSecondOrder::refinement_neverHurtsAndEndsAtLeastSquares()
{
    const Matrix weight = test::randomMatrix(4, 24, 33);
    const Matrix h = correlatedHessian(24, 300, 14);
    PrunedWeights pruned = pruneBySurgeon(weight, invertHessian(h), 0.5);
    double last = relativeOutputError(weight, pruned.values, h);
    for (int i = 0; i < 8; ++i) {
        refineKept(weight, h, pruned, 5);
        const double now = relativeOutputError(weight, pruned.values, h);
        QVERIFY2(now <= last * 1.0001, qPrintable(QString("%1 after %2").arg(now).arg(last)));
        last = now;
    }
    for (Index r = 0; r < 4; ++r) { // the optimum of one row: v_S = (w H)_S inverse(H_SS)
        std::vector<Index> kept;
        for (Index c = 0; c < 24; ++c) {
            if (pruned.kept[static_cast<size_t>(r * 24 + c)])
                kept.push_back(c);
        }
        const Eigen::MatrixXd hss = h(kept, kept).cast<double>();
        const Eigen::RowVectorXf pulled = weight.row(r) * h;
        const Eigen::VectorXd best = hss.ldlt().solve(pulled(kept).transpose().cast<double>());
        const Eigen::RowVectorXf row = pruned.values.row(r);
        const Eigen::VectorXd found = row(kept).transpose().cast<double>();
        QVERIFY((found - best).norm() < 0.02 * best.norm());
    }
}

void TstSecondOrder::nOfM_keepsExactlySoMany()
{
    const Matrix weight = test::randomMatrix(7, 260, 41);
    const PrunedWeights pruned =
        pruneBySurgeonNofM(weight, invertHessian(correlatedHessian(260, 300, 9)), 2, 4);
    for (Index start = 0; start < weight.size(); start += 4)
        QCOMPARE(std::count(pruned.kept.begin() + start, pruned.kept.begin() + start + 4, uint8_t(1)), 2);
}

void TstSecondOrder::deadInputs_getZeroWeights()
{
    Matrix h = correlatedHessian(10, 100, 12);
    h.row(3).setZero();
    h.col(3).setZero();
    const InverseHessian inverse = invertHessian(h);
    QCOMPARE(inverse.dead[3], uint8_t(1));
    const Matrix stored = sweepColumns(test::randomMatrix(4, 10, 1), inverse, roundToHalves());
    QVERIFY(stored.col(3).isZero());
}

void TstSecondOrder::badInput_isRefused()
{
    Matrix h = Matrix::Identity(4, 4);
    const InverseHessian inverse = invertHessian(h);
    QVERIFY_EXCEPTION_THROWN(pruneBySurgeon(Matrix::Ones(2, 4), inverse, 1.0), Error);
    QVERIFY_EXCEPTION_THROWN(pruneBySurgeonNofM(Matrix::Ones(2, 4), inverse, 2, 3), Error);
    h(0, 0) = std::numeric_limits<float>::quiet_NaN();
    QVERIFY_EXCEPTION_THROWN(invertHessian(h), Error);
}

QTEST_APPLESS_MAIN(TstSecondOrder)
#include "tst_secondorder.moc"
