#include "core/methods/encoding.h"
#include "core/methods/methods.h"
#include "tests/support/graphbuilder.h"

#include <QtTest>

using namespace lathe;
using namespace lathe::test;

namespace {

MatrixEncoding dense(const Matrix &values, std::vector<uint8_t> kept = {})
{
    return {values.rows(), values.cols(), std::move(kept), DenseValues{values}};
}

FactorEncoding product(const MatrixEncoding &left, const MatrixEncoding &right)
{
    return {FactorForm::Product, {right, left}};
}

MatrixEncoding coded(const Matrix &weight, const QuantizeSettings &settings,
                     const std::vector<uint8_t> &kept = {})
{
    return {weight.rows(), weight.cols(), kept, quantizeUniform(weight, settings, kept)};
}

/// Filled step by step: GCC 12 sees uninitialized vectors in nested braces.
UniformCodes uniformCodes(int bits, const std::vector<uint8_t> &codes, const std::vector<float> &scales,
                          const std::vector<float> &zeroPoints)
{
    UniformCodes result;
    result.bits = bits;
    result.codes = codes;
    result.scales.values = scales;
    result.zeroPoints = zeroPoints;
    return result;
}

} // namespace

class TstEncoding : public QObject {
    Q_OBJECT
private slots:
    void dense_decodesToItself();
    void mask_winsOverValues();
    void codes_decodeByTheFormula();
    void groups_decodeByTheirOwnScale();
    void codebooks_decodeByTableAndScale();
    void groupedFactors_decodeGroupByGroup();
    void oneEntryForAll_equalsOneForEachRow();
    void factors_decodeToTheirProduct();
    void bits_ofPlainForms();
    void bits_takeTheCheaperForm();
    void bits_countTheMaskOfOneBitCodes();
    void bits_ofFactorsAddUp();
    void valueBits_scaleValuesAndScales();
    void sparsity_countsWhatIsStored();
};

void TstEncoding::dense_decodesToItself()
{
    const Matrix weight = randomMatrix(4, 6, 1);
    QCOMPARE(decode(Encoding(dense(weight))), weight);
}

void TstEncoding::mask_winsOverValues()
{
    Matrix weight = Matrix::Ones(2, 2);
    weight(0, 1) = std::numeric_limits<float>::infinity();
    Matrix expected(2, 2);
    expected << 1.0F, 0.0F, 0.0F, 1.0F;
    QCOMPARE(decode(dense(weight, {1, 0, 0, 1})), expected);
}

void TstEncoding::codes_decodeByTheFormula()
{
    const UniformCodes codes = uniformCodes(3, {0, 1, 2, 7, 4, 3}, {0.5F, 2.0F}, {1.0F, 4.0F});
    Matrix expected(2, 3);
    expected << -0.5F, 0.0F, 0.5F, 6.0F, 0.0F, -2.0F;
    QCOMPARE(decode(MatrixEncoding{2, 3, {}, codes}), expected);
    QCOMPARE(decode(MatrixEncoding{2, 3, {1, 1, 0, 0, 1, 1}, codes}).cwiseAbs().sum(), 2.5F);
}

void TstEncoding::groups_decodeByTheirOwnScale()
{
    UniformCodes codes = uniformCodes(2, {0, 1, 2, 3, 3, 2, 1, 0}, {1.0F, 2.0F, 4.0F, 8.0F}, {1.0F});
    codes.scales.group = 2;
    Matrix expected(2, 4);
    expected << -1.0F, 0.0F, 2.0F, 4.0F, 8.0F, 4.0F, 0.0F, -8.0F;
    QCOMPARE(decode(MatrixEncoding{2, 4, {}, codes}), expected);
    QCOMPARE(theoreticalBits(MatrixEncoding{2, 4, {}, codes}), int64_t(8 * 2 + 4 * 16 + 2));
}

void TstEncoding::codebooks_decodeByTableAndScale()
{
    CodebookCodes codes{2, {0, 1, 2, 0, 0, 1}, 3, 2, {-1.0F, 0.0F, 1.0F, 5.0F, 6.0F, 7.0F}, {}};
    Matrix expected(3, 2);
    expected << -1.0F, 0.0F, 1.0F, -1.0F, 5.0F, 6.0F;
    QCOMPARE(decode(MatrixEncoding{3, 2, {}, codes}), expected);
    QCOMPARE(theoreticalBits(MatrixEncoding{3, 2, {}, codes}), int64_t(6 * 2 + 6 * 32));
    codes.scales.values = {2.0F, 1.0F, 0.5F};
    expected << -2.0F, 0.0F, 1.0F, -1.0F, 2.5F, 3.0F;
    QCOMPARE(decode(MatrixEncoding{3, 2, {}, codes}), expected);
}

void TstEncoding::groupedFactors_decodeGroupByGroup()
{
    const Matrix left = randomMatrix(6, 2, 1);
    const Matrix right = randomMatrix(4, 5, 2);
    FactorEncoding encoding = product(dense(left), dense(right));
    encoding.groups = 2;
    encoding.residual = dense(Matrix::Ones(6, 5));
    const Matrix decoded = decode(encoding);
    for (Index r = 0; r < 6; ++r)
        for (Index c = 0; c < 5; ++c) {
            const Index g = r / 3 * 2;
            const float sum = left(r, 0) * right(g, c) + left(r, 1) * right(g + 1, c) + 1.0F;
            QVERIFY(std::abs(decoded(r, c) - sum) < 1e-6F);
        }
}

void TstEncoding::oneEntryForAll_equalsOneForEachRow()
{
    const std::vector<uint8_t> values = {0, 1, 2, 3, 4, 5};
    const Matrix one = decode(MatrixEncoding{3, 2, {}, uniformCodes(3, values, {0.25F}, {3.0F})});
    QCOMPARE(decode(MatrixEncoding{3, 2, {}, uniformCodes(3, values, {0.25F, 0.25F, 0.25F}, {3.0F})}), one);
    QCOMPARE(decode(MatrixEncoding{3, 2, {}, uniformCodes(3, values, {0.25F}, {3.0F, 3.0F, 3.0F})}), one);
}

void TstEncoding::factors_decodeToTheirProduct()
{
    const Matrix left = randomMatrix(5, 2, 1);
    const Matrix right = randomMatrix(2, 7, 2);
    const Matrix decoded = decode(Encoding(product(dense(left), dense(right))));
    for (Index r = 0; r < 5; ++r)
        for (Index c = 0; c < 7; ++c)
            QVERIFY(std::abs(decoded(r, c) - (left(r, 0) * right(0, c) + left(r, 1) * right(1, c))) < 1e-6F);
}

void TstEncoding::bits_ofPlainForms()
{
    const Matrix weight = randomMatrix(10, 20, 1);
    QCOMPARE(theoreticalBits(dense(weight)), int64_t(200 * 32));
    QCOMPARE(theoreticalBits(coded(weight, {3, true, Granularity::Tensor})), int64_t(200 * 3 + 32 + 3));
    QCOMPARE(theoreticalBits(coded(weight, {3, true, Granularity::Channel})), int64_t(200 * 3 + 10 * 32 + 3));
    QCOMPARE(theoreticalBits(coded(weight, {3, false, Granularity::Channel})),
             int64_t(200 * 3 + 10 * (32 + 3)));
    QCOMPARE(theoreticalBits(coded(weight, {1, true, Granularity::Tensor})), int64_t(200 + 32 + 1));
}

void TstEncoding::bits_takeTheCheaperForm()
{
    const Matrix weight = randomMatrix(10, 20, 1);
    const auto bitsAt = [&](double ratio, int bits) {
        const std::vector<uint8_t> kept = pruneByMagnitude(weight, ratio);
        return theoreticalBits(coded(weight, {bits, true, Granularity::Tensor}, kept));
    };
    QCOMPARE(bitsAt(0.9, 8), int64_t(200 + 20 * 8 + 32 + 8)); // mask and 20 codes
    QCOMPARE(bitsAt(0.1, 8), int64_t(200 * 8 + 32 + 8));      // a mask would take 200 bits and save 160
    QCOMPARE(bitsAt(0.1, 2), int64_t(200 * 2 + 32 + 2));
    const std::vector<uint8_t> few = pruneByMagnitude(weight, 0.5);
    QCOMPARE(theoreticalBits(dense(masked(weight, few), few)), int64_t(200 + 100 * 32));
    const std::vector<uint8_t> most = pruneByMagnitude(weight, 0.01);
    QCOMPARE(theoreticalBits(dense(masked(weight, most), most)), int64_t(200 * 32));
    QCOMPARE(theoreticalBits(dense(weight, most)),
             int64_t(200 + 198 * 32)); // without the mask it would be wrong
}

void TstEncoding::bits_countTheMaskOfOneBitCodes()
{
    const Matrix weight = randomMatrix(10, 20, 1);
    const std::vector<uint8_t> kept = pruneByMagnitude(weight, 0.1);
    QCOMPARE(theoreticalBits(coded(weight, {1, true, Granularity::Tensor}, kept)),
             int64_t(200 + 180 + 32 + 1));
}

void TstEncoding::bits_ofFactorsAddUp()
{
    const MatrixEncoding left = coded(randomMatrix(10, 3, 1), {4});
    const MatrixEncoding right = dense(randomMatrix(3, 20, 1));
    QCOMPARE(theoreticalBits(Encoding(product(left, right))), theoreticalBits(left) + 60 * 32);
}

void TstEncoding::valueBits_scaleValuesAndScales()
{
    const Matrix weight = randomMatrix(10, 20, 1);
    QCOMPARE(theoreticalBits(dense(weight), 16), int64_t(200 * 16));
    QCOMPARE(theoreticalBits(coded(weight, {3, true, Granularity::Channel}), 16),
             int64_t(200 * 3 + 10 * 16 + 3));
}

void TstEncoding::sparsity_countsWhatIsStored()
{
    Matrix weight = randomMatrix(4, 5, 1);
    QCOMPARE(storedSparsity(Encoding(dense(weight))), 0.0);
    weight.row(0).setZero();
    QCOMPARE(storedSparsity(Encoding(dense(weight))), 0.25);
    const std::vector<uint8_t> kept = pruneByMagnitude(weight, 0.5);
    QCOMPARE(storedSparsity(Encoding(dense(weight, kept))), 0.5);
    QCOMPARE(storedSparsity(Encoding(coded(weight, {1, true, Granularity::Tensor}, kept))), 0.5);
    QCOMPARE(storedSparsity(Encoding(product(dense(Matrix::Zero(4, 1)), dense(Matrix::Ones(1, 12))))), 0.25);
}

QTEST_APPLESS_MAIN(TstEncoding)
#include "tst_encoding.moc"
