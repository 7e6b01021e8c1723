#include "core/analysis/symmetriceigen.h"
#include "core/analysis/weightstats.h"
#include "core/methods/methods.h"
#include "tests/support/graphbuilder.h"

#include <Eigen/SVD>
#include <QtTest>

using namespace lathe;
using namespace lathe::test;

class TstSpectrum : public QObject {
    Q_OBJECT
private slots:
    void values_equalJacobi_data();
    void values_equalJacobi();
    void smallValues_areRightToTheStatedMeasure();
    void lowRank_leavesRoundingOnly_data();
    void lowRank_leavesRoundingOnly();
    void energy_riseToOne();
    void ranks_ofKnownMatrices();
    void rankForEnergy_isTheSmallest();
    void scale_changesNoRank();
    void nonFinite_isRefused();
    void cancelling_stops();
    void gram_isTheSmallerProduct();
};

void TstSpectrum::values_equalJacobi_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("cols");
    for (const auto &[rows, cols] :
         {std::pair{1, 1}, {1, 30}, {30, 1}, {2, 3}, {60, 60}, {64, 300}, {300, 65}})
        QTest::addRow("%d x %d", rows, cols) << rows << cols;
}

void TstSpectrum::values_equalJacobi()
{
    QFETCH(int, rows);
    QFETCH(int, cols);
    const Matrix weight = randomMatrix(rows, cols, 2);
    const Eigen::VectorXd expected =
        Eigen::JacobiSVD<Eigen::MatrixXd>(weight.cast<double>()).singularValues();
    const Spectrum result = spectrum(weight);
    QCOMPARE(std::ssize(result.singularValues), expected.size());
    for (Index i = 0; i < expected.size(); ++i) {
        const double limit = expected[i] >= 1e-4 * expected[0] ? 1e-4 * expected[i] : 1e-4 * expected[0];
        QVERIFY(std::abs(result.singularValues[static_cast<size_t>(i)] - expected[i]) <= limit);
    }
}

void TstSpectrum::smallValues_areRightToTheStatedMeasure()
{
    const SvdFactors base = svd(randomMatrix(40, 50, 3));
    Eigen::VectorXf values(40);
    for (Index i = 0; i < 40; ++i)
        values[i] = std::pow(10.0F, -static_cast<float>(i) / 8.0F); // down to 1e-5
    const Matrix weight = base.u * values.asDiagonal() * base.v.transpose();
    const Eigen::VectorXd expected =
        Eigen::JacobiSVD<Eigen::MatrixXd>(weight.cast<double>()).singularValues();
    const Spectrum result = spectrum(weight);
    for (Index i = 0; i < 40 && expected[i] >= 1e-4; ++i)
        QVERIFY(std::abs(result.singularValues[static_cast<size_t>(i)] - expected[i]) <= 1e-4 * expected[i]);
}

void TstSpectrum::lowRank_leavesRoundingOnly_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("cols");
    QTest::addColumn<int>("rank");
    for (const int rank : {1, 2, 8, 12, 60})
        for (const auto &[rows, cols] : {std::pair{192, 768}, {300, 65}, {256, 256}})
            QTest::addRow("%d x %d, rank %d", rows, cols, rank) << rows << cols << rank;
}

void TstSpectrum::lowRank_leavesRoundingOnly()
{
    QFETCH(int, rows);
    QFETCH(int, cols);
    QFETCH(int, rank);
    for (unsigned seed = 1; seed <= 2; ++seed) {
        const Matrix weight = randomMatrix(rows, rank, seed) * randomMatrix(rank, cols, seed + 10);
        const Spectrum found = spectrum(weight);
        const std::vector<double> &values = found.singularValues;
        QCOMPARE(values.size(), size_t(std::min(rows, cols)));
        QVERIFY(values[size_t(rank - 1)] > 1e-3 * values.front());
        QVERIFY(rank == std::min(rows, cols) || values[size_t(rank)] < 1e-4 * values.front());
        const SymmetricEigen whole = symmetricEigen(smallerGram(weight));
        const auto n = whole.values.size();
        const Eigen::MatrixXf apart =
            whole.vectors.transpose() * whole.vectors - Eigen::MatrixXf::Identity(n, n);
        QVERIFY(apart.cwiseAbs().maxCoeff() < 1e-5F);
    }
}

void TstSpectrum::energy_riseToOne()
{
    const Spectrum result = spectrum(randomMatrix(20, 30, 4));
    QVERIFY(std::is_sorted(result.energy.begin(), result.energy.end()));
    QCOMPARE(result.energy.back(), 1.0);
    double sum = 0.0;
    for (const double s : result.singularValues)
        sum += s * s;
    QVERIFY(std::abs(result.energy[0] - result.singularValues[0] * result.singularValues[0] / sum) < 1e-12);
}

void TstSpectrum::ranks_ofKnownMatrices()
{
    const Spectrum identity = spectrum(Matrix::Identity(12, 20));
    QVERIFY(std::abs(identity.effectiveRank - 12.0) < 1e-9);
    QVERIFY(std::abs(identity.stableRank - 12.0) < 1e-9);
    const Spectrum one = spectrum(randomMatrix(15, 1, 5) * randomMatrix(1, 25, 6));
    QVERIFY(std::abs(one.stableRank - 1.0) < 1e-6);
    QVERIFY(std::abs(one.effectiveRank - 1.0) < 1e-4);
    Matrix diagonal = Matrix::Zero(3, 3);
    diagonal.diagonal() << 4.0F, 2.0F, 2.0F;
    const Spectrum mixed = spectrum(diagonal);
    QVERIFY(std::abs(mixed.stableRank - 1.5) < 1e-9);
    QVERIFY(std::abs(mixed.effectiveRank - std::pow(2.0, 1.5)) <
            1e-9); // entropy of 1/2, 1/4, 1/4 is 1.5 bits
    const Spectrum zero = spectrum(Matrix::Zero(4, 5));
    QCOMPARE(zero.singularValues, std::vector<double>(4, 0.0));
    QCOMPARE(zero.energy, std::vector<double>(4, 0.0));
    QCOMPARE(zero.effectiveRank, 0.0);
    QCOMPARE(zero.stableRank, 0.0);
    QCOMPARE(zero.rankForEnergy(0.5), Index(1));
    QVERIFY(spectrum(Matrix(0, 5)).singularValues.empty());
    QCOMPARE(Spectrum{}.rankForEnergy(0.5), Index(0));
}

void TstSpectrum::rankForEnergy_isTheSmallest()
{
    Matrix diagonal = Matrix::Zero(4, 4);
    diagonal.diagonal() << 2.0F, 1.0F, 1.0F, 0.0F; // energies 4/6, 5/6, 1, 1
    const Spectrum result = spectrum(diagonal);
    const std::vector<std::pair<double, Index>> cases = {{0.0, 1}, {0.6, 1}, {0.7, 2},
                                                         {0.8, 2}, {0.9, 3}, {1.0, 3}};
    for (const auto &[share, rank] : cases)
        QCOMPARE(result.rankForEnergy(share), rank);
}

void TstSpectrum::scale_changesNoRank()
{
    const Matrix weight = randomMatrix(20, 30, 7);
    const Spectrum plain = spectrum(weight);
    for (const float scale : {1e-35F, 1e35F}) {
        const Spectrum scaled = spectrum(weight * scale);
        QVERIFY(std::abs(scaled.effectiveRank - plain.effectiveRank) < 1e-4);
        QVERIFY(std::abs(scaled.stableRank - plain.stableRank) < 1e-4);
    }
}

void TstSpectrum::nonFinite_isRefused()
{
    Matrix weight = Matrix::Ones(3, 3);
    weight(1, 1) = std::numeric_limits<float>::infinity();
    QVERIFY_EXCEPTION_THROWN(spectrum(weight), Error);
}

void TstSpectrum::cancelling_stops()
{
    std::stop_source stop;
    stop.request_stop();
    JobContext ctx;
    ctx.stop = stop.get_token();
    QVERIFY_EXCEPTION_THROWN(spectrum(Matrix::Ones(30, 30), ctx), Cancelled);
}

void TstSpectrum::gram_isTheSmallerProduct()
{
    for (const auto &[rows, cols] : {std::pair<Index, Index>{5, 700}, {700, 5}, {6, 6}}) {
        const Matrix weight = randomMatrix(rows, cols, 8);
        const Eigen::MatrixXd wide = weight.cast<double>();
        const Eigen::MatrixXd expected = rows <= cols ? Eigen::MatrixXd(wide * wide.transpose())
                                                      : Eigen::MatrixXd(wide.transpose() * wide);
        const Eigen::MatrixXd gram = smallerGram(weight).selfadjointView<Eigen::Lower>();
        QVERIFY((gram - expected).norm() < 1e-12 * expected.norm());
    }
}

QTEST_APPLESS_MAIN(TstSpectrum)
#include "tst_spectrum.moc"
