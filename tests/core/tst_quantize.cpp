#include "core/methods/methods.h"
#include "tests/support/graphbuilder.h"

#include <QtTest>
#include <cmath>

using namespace lathe;
using namespace lathe::test;

namespace {

Matrix roundTrip(const Matrix &weight, const QuantizeSettings &settings,
                 const std::vector<uint8_t> &kept = {})
{
    MatrixEncoding encoding{weight.rows(), weight.cols(), kept, {}};
    encoding.values = quantizeUniform(weight, settings, kept);
    return decode(encoding);
}

/// The definition, in double, element by element, for two bits and more.
double referenceValue(double w, double low, double high, const QuantizeSettings &settings)
{
    if (low == 0.0 && high == 0.0)
        return 0.0;
    if (settings.symmetric) {
        const double half = std::pow(2.0, settings.bits - 1) - 1.0;
        const double scale = std::max(-low, high) / half;
        return scale * std::clamp(std::nearbyint(w / scale), -half, half);
    }
    const double steps = std::pow(2.0, settings.bits) - 1.0;
    const double scale = (high - low) / steps;
    const double zero = std::nearbyint(-low / scale);
    return scale * (std::clamp(std::nearbyint(w / scale) + zero, 0.0, steps) - zero);
}

Matrix reference(const Matrix &weight, const QuantizeSettings &settings)
{
    Matrix result(weight.rows(), weight.cols());
    for (Index r = 0; r < weight.rows(); ++r) {
        const bool tensor = settings.granularity == Granularity::Tensor;
        const Matrix slice = tensor ? weight : Matrix(weight.row(r));
        const double low = std::min(0.0F, slice.minCoeff());
        const double high = std::max(0.0F, slice.maxCoeff());
        for (Index c = 0; c < weight.cols(); ++c)
            result(r, c) = static_cast<float>(referenceValue(weight(r, c), low, high, settings));
    }
    return result;
}

double relativeError(const Matrix &a, const Matrix &b)
{
    return (a - b).cast<double>().norm() / b.cast<double>().norm();
}

void everySetting(const std::function<void(const QuantizeSettings &)> &check)
{
    for (int bits = 1; bits <= 8; ++bits)
        for (const bool symmetric : {true, false})
            for (const Granularity granularity : {Granularity::Tensor, Granularity::Channel})
                check({bits, symmetric, granularity});
}

} // namespace

class TstQuantize : public QObject {
    Q_OBJECT
private slots:
    void values_equalTheDefinition_data();
    void values_equalTheDefinition();
    void codes_areInRangeAndScalesPositive();
    void oneBitSymmetric_isTheMeanMagnitude();
    void error_isAtMostHalfAStep();
    void error_fallsWithEveryBit();
    void representableValues_comeBackExactly();
    void zero_isExact();
    void halves_goToEven();
    void allZeroChannel_decodesToZero();
    void prunedZeros_stayZero();
    void notKept_doNotCountForTheRange();
    void scale_changesNothing();
    void extremes_stayFinite_data();
    void extremes_stayFinite();
    void singleElement_comesBack();
    void impossible_isRefused();
};

void TstQuantize::values_equalTheDefinition_data()
{
    QTest::addColumn<int>("bits");
    QTest::addColumn<bool>("symmetric");
    QTest::addColumn<bool>("tensor");
    everySetting([](const QuantizeSettings &s) {
        const bool tensor = s.granularity == Granularity::Tensor;
        if (s.bits > 1 || !s.symmetric)
            QTest::addRow("%d bits %s per %s", s.bits, s.symmetric ? "symmetric" : "asymmetric",
                          tensor ? "tensor" : "channel")
                << s.bits << s.symmetric << tensor;
    });
}

void TstQuantize::values_equalTheDefinition()
{
    QFETCH(int, bits);
    QFETCH(bool, symmetric);
    QFETCH(bool, tensor);
    const QuantizeSettings settings{bits, symmetric, tensor ? Granularity::Tensor : Granularity::Channel};
    const auto compare = [&](const Matrix &weight) {
        // A value within rounding of a half may go either way; in float against double that is rare.
        const Matrix difference = roundTrip(weight, settings) - reference(weight, settings);
        const Index wrong = (difference.array().abs() > 1e-5F * weight.cwiseAbs().maxCoeff()).count();
        return wrong <= weight.size() / 500;
    };
    QVERIFY(compare(randomMatrix(7, 50, 1)));
    QVERIFY(compare(randomMatrix(5, 50, 2).cwiseAbs()));
    QVERIFY(compare(-randomMatrix(5, 50, 3).cwiseAbs()));
    QVERIFY(compare(randomMatrix(1, 40, 4)));
    QVERIFY(compare(randomMatrix(40, 1, 5)));
}

void TstQuantize::codes_areInRangeAndScalesPositive()
{
    const Matrix weight = randomMatrix(6, 40, 9);
    everySetting([&](const QuantizeSettings &s) {
        const UniformCodes codes = quantizeUniform(weight, s);
        const size_t slices = s.granularity == Granularity::Channel ? 6 : 1;
        const int most = s.symmetric && s.bits > 1 ? (1 << s.bits) - 2 : (1 << s.bits) - 1;
        QCOMPARE(codes.codes.size(), size_t(240));
        QCOMPARE(codes.scales.values.size(), slices);
        QCOMPARE(codes.zeroPoints.size(), s.symmetric ? 1 : slices);
        QVERIFY(*std::max_element(codes.codes.begin(), codes.codes.end()) <= most);
        for (const float scale : codes.scales.values)
            QVERIFY(scale > 0.0F && std::isfinite(scale));
        for (const float zero : codes.zeroPoints)
            QVERIFY(s.symmetric && s.bits == 1
                        ? zero == 0.5F
                        : zero == std::floor(zero) && zero >= 0.0F && zero <= static_cast<float>(most));
    });
}

void TstQuantize::oneBitSymmetric_isTheMeanMagnitude()
{
    const Matrix weight = randomMatrix(3, 50, 2);
    const Matrix decoded = roundTrip(weight, {1, true, Granularity::Channel});
    for (Index r = 0; r < 3; ++r) {
        const float mean = weight.row(r).cwiseAbs().mean();
        for (Index c = 0; c < 50; ++c)
            QVERIFY(std::abs(decoded(r, c) - (weight(r, c) < 0.0F ? -mean : mean)) < 1e-6F);
    }
}

void TstQuantize::error_isAtMostHalfAStep()
{
    const Matrix weight = randomMatrix(8, 200, 3);
    everySetting([&](const QuantizeSettings &s) {
        if (s.bits == 1)
            return;
        const UniformCodes codes = quantizeUniform(weight, s);
        const Matrix decoded = roundTrip(weight, s);
        // An asymmetric zero point is rounded, so an end of the range can lie another half step out.
        const float steps = s.symmetric ? 0.501F : 1.001F;
        for (Index r = 0; r < 8; ++r)
            QVERIFY((decoded - weight).row(r).cwiseAbs().maxCoeff() <=
                    steps *
                        codes.scales.values[codes.scales.values.size() == 1 ? 0 : static_cast<size_t>(r)]);
    });
}

void TstQuantize::error_fallsWithEveryBit()
{
    const Matrix weight = randomMatrix(16, 100, 4);
    for (const bool symmetric : {true, false})
        for (const Granularity granularity : {Granularity::Tensor, Granularity::Channel})
            for (int bits = 3; bits <= 8; ++bits)
                QVERIFY(relativeError(roundTrip(weight, {bits, symmetric, granularity}), weight) <
                        relativeError(roundTrip(weight, {bits - 1, symmetric, granularity}), weight));
    QVERIFY(relativeError(roundTrip(weight, {8, true, Granularity::Channel}), weight) < 0.01);
}

void TstQuantize::representableValues_comeBackExactly()
{
    for (int bits = 2; bits <= 8; ++bits) {
        const int half = (1 << (bits - 1)) - 1;
        Matrix symmetric(3, 2 * half + 1);
        for (Index r = 0; r < 3; ++r)
            for (Index c = 0; c < symmetric.cols(); ++c)
                symmetric(r, c) = std::ldexp(static_cast<float>(c - half), static_cast<int>(4 * r) - 9);
        QCOMPARE(roundTrip(symmetric, {bits, true, Granularity::Channel}), symmetric);
        Matrix lopsided(2, 1 << bits);
        for (Index c = 0; c < lopsided.cols(); ++c) {
            lopsided(0, c) = 0.25F * static_cast<float>(c - 1);
            lopsided(1, c) = 0.25F * static_cast<float>(c);
        }
        QCOMPARE(roundTrip(lopsided, {bits, false, Granularity::Channel}), lopsided);
    }
    const Matrix signs = (randomMatrix(4, 30, 1).array() < 0.0F)
                             .select(Matrix::Constant(4, 30, -0.75F), Matrix::Constant(4, 30, 0.75F));
    QCOMPARE(roundTrip(signs, {1, true, Granularity::Tensor}), signs);
    const Matrix constant = Matrix::Constant(3, 4, 0.3F);
    everySetting([&](const QuantizeSettings &s) {
        QVERIFY((roundTrip(constant, s) - constant).cwiseAbs().maxCoeff() < 1e-7F);
    });
}

void TstQuantize::zero_isExact()
{
    Matrix weight = randomMatrix(5, 60, 12).array() + 0.7F;
    weight.col(7).setZero();
    everySetting([&](const QuantizeSettings &s) {
        if (s.bits == 1 && s.symmetric)
            return;
        QVERIFY((roundTrip(weight, s).col(7).array() == 0.0F).all());
    });
}

void TstQuantize::halves_goToEven()
{
    Matrix weight(1, 6);
    weight << 3.0F, 0.5F, 1.5F, 2.5F, -0.5F, -1.5F; // three bits: the step is 1
    Matrix expected(1, 6);
    expected << 3.0F, 0.0F, 2.0F, 2.0F, 0.0F, -2.0F;
    QCOMPARE(roundTrip(weight, {3, true, Granularity::Tensor}), expected);
}

void TstQuantize::allZeroChannel_decodesToZero()
{
    Matrix weight = randomMatrix(3, 20, 1);
    weight.row(1).setZero();
    everySetting([&](const QuantizeSettings &s) {
        QVERIFY((roundTrip(Matrix::Zero(3, 20), s).array() == 0.0F).all());
        if (s.granularity != Granularity::Channel)
            return;
        QVERIFY((roundTrip(weight, s).row(1).array() == 0.0F).all());
        QVERIFY(!(roundTrip(weight, s).row(0).array() == 0.0F).all());
        QCOMPARE(quantizeUniform(weight, s).scales.values[1], 1.0F);
    });
}

void TstQuantize::prunedZeros_stayZero()
{
    const Matrix weight = randomMatrix(6, 30, 14);
    const std::vector<uint8_t> kept = pruneByMagnitude(weight, 0.6);
    everySetting([&](const QuantizeSettings &s) {
        const Matrix decoded = roundTrip(weight, s, kept);
        for (Index i = 0; i < weight.size(); ++i)
            if (!kept[static_cast<size_t>(i)])
                QCOMPARE(decoded.data()[i], 0.0F);
        if (s.bits == 1 && s.symmetric)
            return;
        MatrixEncoding bare{6, 30, {}, quantizeUniform(weight, s, kept)}; // zero by the code too
        QCOMPARE(decode(bare), decoded);
    });
}

void TstQuantize::notKept_doNotCountForTheRange()
{
    Matrix weight = randomMatrix(2, 30, 15);
    std::vector<uint8_t> kept(60, 1);
    kept[5] = kept[40] = 0;
    everySetting([&](const QuantizeSettings &s) {
        weight(0, 5) = weight(1, 10) = 0.0F;
        const UniformCodes plain = quantizeUniform(weight, s, kept);
        weight(0, 5) = 1e6F;
        weight(1, 10) = -1e6F;
        const UniformCodes wild = quantizeUniform(weight, s, kept);
        QCOMPARE(wild.scales.values, plain.scales.values);
        QCOMPARE(wild.codes, plain.codes);
    });
}

void TstQuantize::scale_changesNothing()
{
    const Matrix weight = randomMatrix(4, 40, 16);
    everySetting([&](const QuantizeSettings &s) {
        for (const float scale : {0x1p-60F, 0x1p60F}) {
            QCOMPARE(quantizeUniform(weight * scale, s).codes, quantizeUniform(weight, s).codes);
            QCOMPARE(roundTrip(weight * scale, s), Matrix(roundTrip(weight, s) * scale));
        }
    });
}

void TstQuantize::extremes_stayFinite_data()
{
    constexpr float most = std::numeric_limits<float>::max();
    constexpr float least = std::numeric_limits<float>::denorm_min();
    QTest::addColumn<float>("low");
    QTest::addColumn<float>("high");
    QTest::newRow("whole range") << -most << most;
    QTest::newRow("largest alone") << most << most;
    QTest::newRow("negative") << -most << -most / 3.0F;
    QTest::newRow("lopsided") << -most / 7.0F << most;
    QTest::newRow("subnormal") << -least << least * 5.0F;
    QTest::newRow("smallest normal") << -1.2e-38F << 1.2e-38F;
    QTest::newRow("both ends") << least << most;
}

void TstQuantize::extremes_stayFinite()
{
    QFETCH(float, low);
    QFETCH(float, high);
    Matrix weight(2, 3);
    weight << low, high, 0.0F, high / 2.0F, low / 2.0F, high;
    everySetting([&](const QuantizeSettings &s) {
        const UniformCodes codes = quantizeUniform(weight, s);
        for (const float scale : codes.scales.values)
            QVERIFY(std::isnormal(scale) && scale > 0.0F);
        QVERIFY(roundTrip(weight, s).allFinite());
    });
}

void TstQuantize::singleElement_comesBack()
{
    for (const float value : {1.0F, -3.0F, 0.0F, 1e-20F})
        everySetting([&](const QuantizeSettings &s) {
            const Matrix weight = Matrix::Constant(1, 1, value);
            QVERIFY(std::abs(roundTrip(weight, s)(0, 0) - value) <= 1e-6F * std::abs(value));
        });
}

void TstQuantize::impossible_isRefused()
{
    const Matrix weight = Matrix::Ones(2, 2);
    for (const int bits : {0, 9, -1})
        QVERIFY_EXCEPTION_THROWN(quantizeUniform(weight, {bits}), Error);
    for (const float bad :
         {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        Matrix broken = weight;
        broken(1, 1) = bad;
        try {
            quantizeUniform(broken, {});
            QFAIL("accepted");
        } catch (const Error &e) {
            QCOMPARE(e.code(), ErrorCode::NumericFailure);
            QCOMPARE(std::string(e.what()),
                     std::string("The weight holds NaN or infinity at 1 place; it cannot be quantized."));
        }
    }
}

QTEST_APPLESS_MAIN(TstQuantize)
#include "tst_quantize.moc"
