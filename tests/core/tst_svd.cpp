#include "core/analysis/symmetriceigen.h"
#include "core/methods/methods.h"
#include "tests/support/graphbuilder.h"

#include <Eigen/SVD>
#include <QtTest>
#include <chrono>
#include <thread>

using namespace lathe;
using namespace lathe::test;

namespace {

constexpr double fullRankError = 1e-5; // what methods.h promises

Matrix product(const std::pair<Matrix, Matrix> &factors)
{
    return factors.first * factors.second;
}

double relativeError(const Matrix &a, const Matrix &b)
{
    return (a - b).cast<double>().norm() / b.cast<double>().norm();
}

Eigen::VectorXd reference(const Matrix &weight)
{
    return Eigen::JacobiSVD<Eigen::MatrixXd>(weight.cast<double>()).singularValues();
}

/// Singular values fall by a constant factor, as those of trained weights roughly do.
Matrix decaying(Index rows, Index cols, float factor, unsigned seed)
{
    const SvdFactors base = svd(randomMatrix(rows, cols, seed));
    Eigen::VectorXf values = base.values;
    for (Index i = 0; i < values.size(); ++i)
        values[i] = std::pow(factor, static_cast<float>(i));
    return base.u * values.asDiagonal() * base.v.transpose();
}

void deviationFromIdentity(const Matrix &columns, double most)
{
    Matrix gram = columns.transpose() * columns;
    gram.diagonal().array() -= 1.0F;
    QVERIFY2(gram.cwiseAbs().maxCoeff() < most, qPrintable(QString::number(gram.cwiseAbs().maxCoeff())));
}

} // namespace

class TstSvd : public QObject {
    Q_OBJECT
private slots:
    void factors_areOrthonormalAndDescending_data();
    void factors_areOrthonormalAndDescending();
    void truncation_isTheBestOfItsRank_data();
    void truncation_isTheBestOfItsRank();
    void error_neverGrowsWithRank();
    void zeroAndConstant_areExact();
    void rankOne_isFoundAtRankOne();
    void scale_scalesTheValuesAlone();
    void halves_shareTheSingularValues();
    void rankForEnergy_matchesTheValues();
    void threads_changeNothing();
    void eigenvalues_ofKnownMatrices();
    void nonFinite_isRefused();
    void rankOutsideItsRange_isRefused();
    void cancel_neverWaitsForTheEnd();
};

void TstSvd::factors_areOrthonormalAndDescending_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("cols");
    for (const auto &[rows, cols] :
         {std::pair{1, 1}, {1, 9}, {9, 1}, {2, 2}, {15, 16}, {17, 16}, {40, 100}, {130, 33}})
        QTest::addRow("%d x %d", rows, cols) << rows << cols;
}

void TstSvd::factors_areOrthonormalAndDescending()
{
    QFETCH(int, rows);
    QFETCH(int, cols);
    const Matrix weight = randomMatrix(rows, cols, 3);
    const SvdFactors factors = svd(weight);
    const Index full = std::min(rows, cols);
    QCOMPARE(factors.u.rows(), Index(rows));
    QCOMPARE(factors.u.cols(), full);
    QCOMPARE(factors.v.rows(), Index(cols));
    QCOMPARE(factors.v.cols(), full);
    deviationFromIdentity(factors.u, 1e-4);
    deviationFromIdentity(factors.v, 1e-4);
    QVERIFY(std::is_sorted(factors.values.begin(), factors.values.end(), std::greater()));
    const Eigen::VectorXd expected = reference(weight);
    QVERIFY((factors.values.cast<double>() - expected).cwiseAbs().maxCoeff() < 1e-5 * expected[0]);
    QVERIFY(relativeError(product(factors.truncated(full)), weight) < fullRankError);
}

void TstSvd::truncation_isTheBestOfItsRank_data()
{
    QTest::addColumn<double>("factor");
    for (const double factor : {0.95, 0.7, 0.4})
        QTest::addRow("singular values fall by %g", factor) << factor;
}

void TstSvd::truncation_isTheBestOfItsRank()
{
    QFETCH(double, factor);
    const Matrix weight = decaying(48, 80, static_cast<float>(factor), 5);
    const SvdFactors factors = svd(weight);
    const Eigen::VectorXd values = reference(weight);
    for (Index rank = 1; rank <= 48; ++rank) {
        const double best = values.tail(48 - rank).norm() / values.norm(); // Eckart-Young
        QVERIFY(std::abs(relativeError(product(factors.truncated(rank)), weight) - best) < fullRankError);
    }
}

void TstSvd::error_neverGrowsWithRank()
{
    const Matrix weight = randomMatrix(30, 50, 6);
    const SvdFactors factors = svd(weight);
    double last = 1.0;
    for (Index rank = 1; rank <= 30; ++rank) {
        const double now = relativeError(product(factors.truncated(rank)), weight);
        QVERIFY(now < last);
        last = now;
    }
    QVERIFY(last < fullRankError);
}

void TstSvd::zeroAndConstant_areExact()
{
    const SvdFactors zero = svd(Matrix::Zero(5, 8));
    QVERIFY((zero.values.array() == 0.0F).all());
    QVERIFY((product(zero.truncated(2)).array() == 0.0F).all());
    QCOMPARE(zero.rankForEnergy(0.9), Index(1));
    const Matrix constant = Matrix::Constant(6, 9, 0.3F);
    const SvdFactors factors = svd(constant);
    QVERIFY(std::abs(factors.values[0] - 0.3 * std::sqrt(54.0)) < 1e-5);
    QVERIFY(relativeError(product(factors.truncated(1)), constant) < 1e-6);
    QVERIFY(relativeError(product(svd(Matrix::Constant(1, 1, -2.0F)).truncated(1)),
                          Matrix::Constant(1, 1, -2.0F)) < 1e-7);
}

void TstSvd::rankOne_isFoundAtRankOne()
{
    const Matrix weight = randomMatrix(40, 1, 7) * randomMatrix(1, 60, 8);
    const SvdFactors factors = svd(weight);
    QVERIFY(factors.values[1] < 1e-5F * factors.values[0]);
    QCOMPARE(factors.rankForEnergy(0.999), Index(1));
    QVERIFY(relativeError(product(factors.truncated(1)), weight) < 1e-6);
}

void TstSvd::scale_scalesTheValuesAlone()
{
    const Matrix weight = randomMatrix(20, 30, 9);
    const SvdFactors plain = svd(weight);
    for (const float scale : {1e-30F, 1e-6F, 1e6F, 1e30F}) {
        const Matrix scaled = weight * scale;
        const SvdFactors factors = svd(scaled);
        QVERIFY((factors.values / scale - plain.values).norm() < 1e-5F * plain.values.norm());
        const Matrix back = product(factors.truncated(20));
        QVERIFY(back.allFinite());
        QVERIFY(relativeError(back / scale, weight) < fullRankError);
    }
}

void TstSvd::halves_shareTheSingularValues()
{
    const SvdFactors factors = svd(randomMatrix(20, 30, 10));
    const auto [left, right] = factors.truncated(7);
    for (Index i = 0; i < 7; ++i) {
        QVERIFY(std::abs(left.col(i).squaredNorm() - factors.values[i]) < 1e-4F * factors.values[0]);
        QVERIFY(std::abs(right.row(i).squaredNorm() - factors.values[i]) < 1e-4F * factors.values[0]);
    }
}

void TstSvd::rankForEnergy_matchesTheValues()
{
    const Matrix weight = decaying(20, 25, 0.8F, 11);
    const SvdFactors factors = svd(weight);
    const Eigen::VectorXd values = reference(weight);
    for (const double share : {0.01, 0.3, 0.6, 0.9, 0.99, 0.9999}) {
        const Index rank = factors.rankForEnergy(share);
        QVERIFY(values.head(rank).squaredNorm() >= share * values.squaredNorm() * (1.0 - 1e-6));
        if (rank > 1)
            QVERIFY(values.head(rank - 1).squaredNorm() < share * values.squaredNorm());
    }
    QCOMPARE(factors.rankForEnergy(0.0), Index(1));
    QCOMPARE(factors.energy().back(), 1.0);
}

void TstSvd::threads_changeNothing()
{
    const Matrix weight = randomMatrix(70, 150, 12);
    JobContext one;
    one.threads = 1;
    JobContext four;
    four.threads = 4;
    QCOMPARE(svd(weight, four).u, svd(weight, one).u);
    QCOMPARE(svd(weight, four).v, svd(weight, one).v);
}

void TstSvd::eigenvalues_ofKnownMatrices()
{
    for (const Index n : {Index(1), Index(2), Index(3), Index(50)}) {
        const Eigen::MatrixXd identity = Eigen::MatrixXd::Identity(n, n);
        QVERIFY((symmetricEigenvalues(identity).array() == 1.0).all());
        // The second difference has the eigenvalues 2 - 2 cos(k pi / (n + 1)).
        Eigen::MatrixXd difference = 2.0 * identity;
        difference.diagonal(-1).setConstant(-1.0);
        const SymmetricEigen eigen = symmetricEigen(difference);
        Eigen::VectorXd sorted = eigen.values;
        std::sort(sorted.begin(), sorted.end());
        for (Index k = 0; k < n; ++k)
            QVERIFY(std::abs(sorted[k] - (2.0 - 2.0 * std::cos(double(k + 1) * M_PI / double(n + 1)))) <
                    1e-12);
        const Eigen::MatrixXd whole = difference.selfadjointView<Eigen::Lower>();
        const Eigen::MatrixXd vectors = eigen.vectors.cast<double>();
        QVERIFY((whole * vectors - vectors * eigen.values.asDiagonal()).norm() < 1e-5);
    }
}

void TstSvd::nonFinite_isRefused()
{
    for (const float bad :
         {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        Matrix weight = randomMatrix(4, 5, 1);
        weight(2, 2) = bad;
        QVERIFY_EXCEPTION_THROWN(svd(weight), Error);
    }
}

void TstSvd::rankOutsideItsRange_isRefused()
{
    const SvdFactors factors = svd(randomMatrix(4, 5, 1));
    for (const Index rank : {Index(0), Index(5), Index(-1)})
        QVERIFY_EXCEPTION_THROWN(factors.truncated(rank), Error);
}

/// Told at different points of it. Whole, this matrix would take a minute.
void TstSvd::cancel_neverWaitsForTheEnd()
{
    const Matrix weight = randomMatrix(3000, 3000, 1);
    for (const int milliseconds : {0, 20, 300}) {
        std::stop_source stop;
        JobContext ctx;
        ctx.stop = stop.get_token();
        const std::jthread teller([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
            stop.request_stop();
        });
        QVERIFY_EXCEPTION_THROWN(svd(weight, ctx), Cancelled);
    }
}

QTEST_APPLESS_MAIN(TstSvd)
#include "tst_svd.moc"
