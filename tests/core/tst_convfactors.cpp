#include "core/methods/convfactors.h"
#include "tests/support/graphbuilder.h"

#include <Eigen/Eigenvalues>
#include <Eigen/SVD>
#include <QTest>
#include <limits>

using namespace lathe;

namespace {

constexpr KernelShape shape{12, 8, 3, 3};

Matrix weightOf(const KernelShape &s, unsigned seed)
{
    return test::randomMatrix(s.out, s.in * s.area(), seed);
}

Matrix covarianceOf(Index cols, unsigned seed)
{
    const Matrix x = test::randomMatrix(cols, cols, seed) * test::randomMatrix(cols, 3 * cols, seed + 1);
    return x * x.transpose() / static_cast<float>(3 * cols);
}

double errorOn(const Matrix &difference, const Matrix &covariance)
{
    return (difference * covariance).cwiseProduct(difference).cast<double>().sum();
}

double relative(const Matrix &a, const Matrix &b)
{
    return (a - b).norm() / b.norm();
}

} // namespace

class TstConvFactors : public QObject {
    Q_OBJECT
private slots:
    void fullRank_givesTheWeightBack();
    void activationError_equalsTheDiscardedSingularValues();
    void activationAware_beatsPlainSvdOnTheData();
    void spatial_equalsNestedLoops();
    void spatialError_isTheBestForTheUnfolding();
    void error_neverGrowsWithRank();
    void tucker_equalsNestedLoops();
    void separable_isBestPerInputChannel();
    void separable_findsAnExactOne();
    void separableOnData_isNoWorseThanOnWeights();
    void badInput_isRefused();
};

void TstConvFactors::fullRank_givesTheWeightBack()
{
    const Matrix w = weightOf(shape, 1);
    const auto [left, right] = factorizeOnActivations(w, covarianceOf(w.cols(), 5), 12);
    QVERIFY(relative(left * right, w) < 1e-3);
    QVERIFY(relative(compose(factorizeSpatially(w, shape, 24), shape), w) < 1e-5);
    QVERIFY(relative(compose(factorizeTucker2(w, shape, 12, 8), shape), w) < 1e-5);
}

void TstConvFactors::activationError_equalsTheDiscardedSingularValues()
{
    const Matrix w = test::randomMatrix(10, 14, 3);
    const Matrix c = covarianceOf(14, 7);
    const auto [left, right] = factorizeOnActivations(w, c, 4);
    // Eckart-Young on W S, with S from the eigenvalues here and from Cholesky there.
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(c.cast<double>());
    const Eigen::MatrixXd ws = w.cast<double>() * eigen.operatorSqrt();
    const Eigen::VectorXd s = Eigen::JacobiSVD<Eigen::MatrixXd>(ws).singularValues();
    const double best = s.tail(6).squaredNorm();
    QVERIFY(std::abs(errorOn(w - left * right, c) - best) < 1e-2 * best);
}

void TstConvFactors::activationAware_beatsPlainSvdOnTheData()
{
    const Matrix w = test::randomMatrix(20, 30, 9);
    const Matrix c = covarianceOf(30, 11);
    const auto [left, right] = factorizeOnActivations(w, c, 6);
    const Eigen::JacobiSVD<Eigen::MatrixXf> svd(w, Eigen::ComputeThinU | Eigen::ComputeThinV);
    const Matrix plain = svd.matrixU().leftCols(6) * svd.singularValues().head(6).asDiagonal() *
                         svd.matrixV().leftCols(6).transpose();
    QVERIFY(errorOn(w - left * right, c) < errorOn(w - plain, c));
    QVERIFY((w - plain).norm() <= (w - left * right).norm());
}

void TstConvFactors::spatial_equalsNestedLoops()
{
    const Matrix w = weightOf(shape, 13);
    const SpatialFactors f = factorizeSpatially(w, shape, 5);
    const Matrix composed = compose(f, shape);
    for (Index o = 0; o < shape.out; ++o) {
        for (Index i = 0; i < shape.in; ++i) {
            for (Index y = 0; y < 3; ++y) {
                for (Index x = 0; x < 3; ++x) {
                    float sum = 0.0F;
                    for (Index r = 0; r < 5; ++r)
                        sum += f.vertical(r, i * 3 + y) * f.horizontal(o, r * 3 + x);
                    QVERIFY(std::abs(composed(o, (i * 3 + y) * 3 + x) - sum) < 1e-4F);
                }
            }
        }
    }
}

void TstConvFactors::spatialError_isTheBestForTheUnfolding()
{
    const Matrix w = weightOf(shape, 15);
    Eigen::MatrixXf unfolded(24, 36);
    for (Index o = 0; o < 12; ++o) {
        for (Index iy = 0; iy < 24; ++iy) {
            for (Index x = 0; x < 3; ++x)
                unfolded(iy, o * 3 + x) = w(o, iy * 3 + x);
        }
    }
    const Vector s = Eigen::JacobiSVD<Eigen::MatrixXf>(unfolded).singularValues();
    const float best = s.tail(s.size() - 5).norm();
    QVERIFY(std::abs((compose(factorizeSpatially(w, shape, 5), shape) - w).norm() - best) < 1e-3F * best);
}

void TstConvFactors::error_neverGrowsWithRank()
{
    const Matrix w = weightOf(shape, 17);
    double spatial = 1.0, tucker = 1.0;
    for (Index r = 1; r <= 8; ++r) {
        const double s = relative(compose(factorizeSpatially(w, shape, r), shape), w);
        const double t = relative(compose(factorizeTucker2(w, shape, r, r), shape), w);
        QVERIFY(s <= spatial + 1e-6);
        QVERIFY(t <= tucker + 1e-6);
        spatial = s;
        tucker = t;
    }
}

void TstConvFactors::tucker_equalsNestedLoops()
{
    const Matrix w = weightOf(shape, 19);
    const TuckerFactors f = factorizeTucker2(w, shape, 4, 3);
    const Matrix composed = compose(f, shape);
    for (Index o = 0; o < shape.out; ++o) {
        for (Index i = 0; i < shape.in; ++i) {
            for (Index t = 0; t < 9; ++t) {
                float sum = 0.0F;
                for (Index a = 0; a < 4; ++a) {
                    for (Index b = 0; b < 3; ++b)
                        sum += f.output(o, a) * f.core(a, b * 9 + t) * f.input(b, i);
                }
                QVERIFY(std::abs(composed(o, i * 9 + t) - sum) < 1e-4F);
            }
        }
    }
}

void TstConvFactors::separable_isBestPerInputChannel()
{
    const Matrix w = weightOf(shape, 21);
    const Matrix difference = w - compose(separate(w, shape), shape);
    for (Index i = 0; i < shape.in; ++i) {
        const Vector s =
            Eigen::JacobiSVD<Eigen::MatrixXf>(Eigen::MatrixXf(w.middleCols(i * 9, 9))).singularValues();
        QVERIFY(std::abs(difference.middleCols(i * 9, 9).norm() - s.tail(s.size() - 1).norm()) < 1e-4F);
    }
}

void TstConvFactors::separable_findsAnExactOne()
{
    const SeparableFactors truth{test::randomMatrix(8, 9, 23), test::randomMatrix(12, 8, 25)};
    const Matrix w = compose(truth, shape);
    QVERIFY(relative(compose(separate(w, shape), shape), w) < 1e-5);
}

void TstConvFactors::separableOnData_isNoWorseThanOnWeights()
{
    const Matrix w = weightOf(shape, 27);
    const Matrix c = covarianceOf(w.cols(), 29);
    const double onData = errorOn(w - compose(separate(w, shape, &c), shape), c);
    const double onWeights = errorOn(w - compose(separate(w, shape), shape), c);
    QVERIFY2(onData < 0.95 * onWeights, qPrintable(QString("%1 against %2").arg(onData).arg(onWeights)));
}

void TstConvFactors::badInput_isRefused()
{
    Matrix w = weightOf(shape, 31);
    QVERIFY_EXCEPTION_THROWN(factorizeSpatially(w, shape, 25), Error);
    QVERIFY_EXCEPTION_THROWN(factorizeTucker2(w, shape, 13, 1), Error);
    QVERIFY_EXCEPTION_THROWN(factorizeOnActivations(w, Matrix::Identity(72, 72), 0), Error);
    w(0, 0) = std::numeric_limits<float>::infinity();
    QVERIFY_EXCEPTION_THROWN(separate(w, shape), Error);
}

QTEST_APPLESS_MAIN(TstConvFactors)
#include "tst_convfactors.moc"
