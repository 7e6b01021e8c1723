#include "core/methods/methods.h"
#include "tests/support/graphbuilder.h"

#include <Eigen/Core>
#include <QtTest>
#include <algorithm>
#include <cmath>

using namespace lathe;
using namespace lathe::test;

namespace {

double errorOf(const Matrix &weight, const QuantizeSettings &settings)
{
    return (weight - decode(quantize(weight, settings, {}))).squaredNorm();
}

/// Bell-shaped, with a few values far outside.
Matrix withOutliers(Index rows, Index cols)
{
    Matrix weight = randomMatrix(rows, cols, 11);
    for (Index i = 0; i < weight.size(); i += 97)
        weight.data()[i] *= 12.0F;
    return weight;
}

} // namespace

/// Ranges, groups and the formats beside evenly spaced codes.
class TstFormats : public QObject {
    Q_OBJECT
private slots:
    void group_isTheLargestDivisorNearby();
    void groups_areQuantizedAsMatricesOfTheirOwn_data();
    void groups_areQuantizedAsMatricesOfTheirOwn();
    void groupScales_areFloat16Numbers();
    void tinyGroups_keepTheirFigures();
    void mseRange_isNeverWorseThanMinMax_data();
    void mseRange_isNeverWorseThanMinMax();
    void percentile_clipsTheShareOutside();
    void normalFloat_takesTheNearestOfItsValues();
    void halves_roundToNearestEven();
    void halves_refuseWhatIsTooLarge();
    void ternary_isTheFormulaOfItsPaper();
    void binary_keepsTheMeanMagnitude();
    void zeroAndConstantWeights_areExact_data();
    void zeroAndConstantWeights_areExact();
    void pruned_staysZeroInEveryFormat();
};

void TstFormats::group_isTheLargestDivisorNearby()
{
    QCOMPARE(effectiveGroup(128, 32), Index(32));
    QCOMPARE(effectiveGroup(147, 32), Index(21));
    QCOMPARE(effectiveGroup(27, 32), Index(0)); // the whole row
    QCOMPARE(effectiveGroup(149, 32), Index(0));
    QCOMPARE(effectiveGroup(32, 32), Index(0));
    QCOMPARE(effectiveGroup(1, 32), Index(0));
}

void TstFormats::groups_areQuantizedAsMatricesOfTheirOwn_data()
{
    QTest::addColumn<int>("bits");
    QTest::addColumn<bool>("symmetric");
    for (const int bits : {1, 2, 4, 8})
        for (const bool symmetric : {true, false})
            QTest::addRow("%d %d", bits, symmetric) << bits << symmetric;
}

void TstFormats::groups_areQuantizedAsMatricesOfTheirOwn()
{
    QFETCH(int, bits);
    QFETCH(bool, symmetric);
    const Matrix weight = randomMatrix(5, 96, 12);
    const QuantizeSettings grouped{bits, symmetric, Granularity::Group, 32};
    const Matrix decoded = decode(quantize(weight, grouped, {}));
    for (Index g = 0; g < 3; ++g) {
        const Matrix alone =
            decode(quantize(weight.middleCols(g * 32, 32), {bits, symmetric, Granularity::Channel}, {}));
        const float step =
            (weight.middleCols(g * 32, 32).cwiseAbs().maxCoeff()) * 2e-3F; // of a float16 scale
        QVERIFY((decoded.middleCols(g * 32, 32) - alone).cwiseAbs().maxCoeff() < (bits == 8   ? 0.05F
                                                                                  : bits == 4 ? 0.5F
                                                                                              : step * 100));
    }
}

void TstFormats::groupScales_areFloat16Numbers()
{
    const UniformCodes codes = quantizeUniform(randomMatrix(4, 64, 1), {4, true, Granularity::Group, 32});
    QCOMPARE(codes.scales.group, Index(32));
    QCOMPARE(codes.scales.values.size(), size_t(8));
    for (const float scale : codes.scales.values)
        QCOMPARE(static_cast<float>(Eigen::half(scale)), scale);
}

void TstFormats::tinyGroups_keepTheirFigures()
{
    const Matrix weight = randomMatrix(4, 64, 1) * 1e-7F; // scales that float16 cannot say
    const Matrix decoded = decode(quantize(weight, {8, true, Granularity::Group, 32}, {}));
    QVERIFY((weight - decoded).norm() < 0.01F * weight.norm());
}

void TstFormats::mseRange_isNeverWorseThanMinMax_data()
{
    QTest::addColumn<int>("bits");
    QTest::addColumn<bool>("symmetric");
    for (int bits = 2; bits <= 8; ++bits)
        for (const bool symmetric : {true, false})
            QTest::addRow("%d %d", bits, symmetric) << bits << symmetric;
}

void TstFormats::mseRange_isNeverWorseThanMinMax()
{
    QFETCH(int, bits);
    QFETCH(bool, symmetric);
    for (const Granularity granularity : {Granularity::Tensor, Granularity::Channel, Granularity::Group}) {
        QuantizeSettings settings{bits, symmetric, granularity};
        const Matrix weight = withOutliers(6, 256);
        const double full = errorOf(weight, settings);
        settings.range = RangeMethod::Mse;
        QVERIFY(errorOf(weight, settings) <= full * (1.0 + 1e-6));
        if (bits <= 4 && granularity == Granularity::Tensor)
            QVERIFY(errorOf(weight, settings) < full);
    }
}

void TstFormats::percentile_clipsTheShareOutside()
{
    Matrix weight(1, 1001);
    for (Index i = 0; i <= 1000; ++i)
        weight(0, i) = static_cast<float>(i % 2 ? i : -i);
    QuantizeSettings settings{8, true, Granularity::Tensor, 32, RangeMethod::Percentile};
    settings.percentile = 0.9;
    const Matrix decoded = decode(quantize(weight, settings, {}));
    QCOMPARE(decoded.maxCoeff(), 900.0F);
    QCOMPARE(decoded.minCoeff(), -900.0F);
    settings.percentile = 1.0;
    QCOMPARE(decode(quantize(weight, settings, {})).minCoeff(), -1000.0F);
}

void TstFormats::normalFloat_takesTheNearestOfItsValues()
{
    const Matrix weight = randomMatrix(3, 128, 13);
    const QuantizeSettings settings =
        *normalized({{}, QuantizeSettings{4, true, Granularity::Group, 64, {}, {}, {}, NumberFormat::Nf4}})
             .quantize;
    const MatrixEncoding encoding = quantize(weight, settings, {});
    const auto &codes = std::get<CodebookCodes>(encoding.values);
    QCOMPARE(codes.tables.size(), size_t(16));
    QCOMPARE(codes.tables[7], 0.0F);
    const Matrix decoded = decode(encoding);
    for (Index i = 0; i < weight.size(); ++i) {
        const float scale = codes.scales.values[static_cast<size_t>(i / 64)];
        float best = 1e9F;
        for (const float entry : codes.tables)
            best = std::min(best, std::abs(weight.data()[i] - scale * entry));
        QVERIFY(std::abs(std::abs(weight.data()[i] - decoded.data()[i]) - best) < 1e-5F);
    }
}

void TstFormats::halves_roundToNearestEven()
{
    const Matrix weight = randomMatrix(3, 50, 14);
    for (const auto &[format, type] : {std::pair{NumberFormat::Fp16, ElementType::Float16},
                                       std::pair{NumberFormat::Bf16, ElementType::BFloat16}}) {
        QuantizeSettings settings;
        settings.format = format;
        const MatrixEncoding encoding = quantize(weight, settings, {});
        QCOMPARE(std::get<DenseValues>(encoding.values).storage, type);
        QCOMPARE(theoreticalBits(encoding), int64_t(150 * 16));
        const Matrix decoded = decode(encoding);
        for (Index i = 0; i < weight.size(); ++i) {
            const float w = weight.data()[i];
            const float expected = format == NumberFormat::Fp16 ? static_cast<float>(Eigen::half(w))
                                                                : static_cast<float>(Eigen::bfloat16(w));
            QCOMPARE(decoded.data()[i], expected);
        }
    }
}

void TstFormats::halves_refuseWhatIsTooLarge()
{
    QuantizeSettings settings;
    settings.format = NumberFormat::Fp16;
    QVERIFY_EXCEPTION_THROWN(quantize(Matrix::Constant(1, 2, 1e6F), settings, {}), Error);
}

void TstFormats::ternary_isTheFormulaOfItsPaper()
{
    const Matrix weight = randomMatrix(4, 60, 15);
    QuantizeSettings settings;
    settings.format = NumberFormat::Ternary;
    const Matrix decoded = decode(quantize(weight, settings, {}));
    for (Index r = 0; r < weight.rows(); ++r) {
        const double threshold = 0.7 * weight.row(r).cast<double>().cwiseAbs().mean();
        double sum = 0.0;
        int count = 0;
        for (Index c = 0; c < weight.cols(); ++c)
            if (std::abs(double(weight(r, c))) > threshold) {
                sum += std::abs(double(weight(r, c)));
                ++count;
            }
        for (Index c = 0; c < weight.cols(); ++c) {
            const bool stays = std::abs(double(weight(r, c))) > threshold;
            const double expected = stays ? std::copysign(sum / count, double(weight(r, c))) : 0.0;
            QVERIFY(std::abs(decoded(r, c) - expected) < 1e-6);
        }
    }
}

void TstFormats::binary_keepsTheMeanMagnitude()
{
    const Matrix weight = randomMatrix(4, 60, 16);
    QuantizeSettings settings;
    settings.format = NumberFormat::Binary;
    const Matrix decoded = decode(quantize(weight, settings, {}));
    for (Index r = 0; r < 4; ++r)
        for (Index c = 0; c < 60; ++c)
            QVERIFY(std::abs(decoded(r, c) - std::copysign(weight.row(r).cwiseAbs().mean(), weight(r, c))) <
                    1e-5F);
}

void TstFormats::zeroAndConstantWeights_areExact_data()
{
    QTest::addColumn<int>("format");
    for (int format = 0; format < 6; ++format)
        QTest::addRow("format %d", format) << format;
}

void TstFormats::zeroAndConstantWeights_areExact()
{
    QFETCH(int, format);
    for (const Granularity granularity : {Granularity::Tensor, Granularity::Channel, Granularity::Group}) {
        QuantizeSettings settings{4, true, granularity};
        settings.format = static_cast<NumberFormat>(format);
        for (const Index cols : {Index(64), Index(1), Index(7)}) {
            QVERIFY((decode(quantize(Matrix::Zero(3, cols), settings, {})).array() == 0.0F).all());
            const Matrix constant = Matrix::Constant(3, cols, -0.5F);
            QVERIFY((decode(quantize(constant, settings, {})) - constant).cwiseAbs().maxCoeff() < 3e-4F);
        }
    }
}

void TstFormats::pruned_staysZeroInEveryFormat()
{
    const Matrix weight = randomMatrix(6, 64, 17);
    const std::vector<uint8_t> kept = pruneByMagnitude(weight, 0.5);
    for (int format = 0; format < 6; ++format) {
        for (const bool symmetric : {true, false}) {
            QuantizeSettings settings{4, symmetric, Granularity::Group};
            settings.format = static_cast<NumberFormat>(format);
            const Matrix decoded = decode(quantize(weight, settings, kept));
            for (size_t i = 0; i < kept.size(); ++i)
                QVERIFY(kept[i] || decoded.data()[i] == 0.0F);
        }
    }
}

QTEST_APPLESS_MAIN(TstFormats)
#include "tst_formats.moc"
