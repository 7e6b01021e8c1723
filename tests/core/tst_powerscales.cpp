// Scales that are powers of two.
#include "core/compress/compressor.h"
#include "core/methods/methods.h"
#include "core/recipe/keys.h"
#include "tests/support/smallmodels.h"

#include <QtTest>
#include <cmath>

using namespace lathe;
using namespace lathe::test;

namespace {

bool isPowerOfTwo(float scale)
{
    int exponent = 0;
    return std::frexp(scale, &exponent) == 0.5F;
}

QuantizeSettings settingsOf(const QString &changes)
{
    return *Recipe{{}, {parseRule("*:" + changes.toStdString())}}.resolve({"x"}).front().quantize;
}

} // namespace

class TstPowerScales : public QObject {
    Q_OBJECT
private slots:
    void scales_areRoundedUp_data();
    void scales_areRoundedUp();
    void error_isThatOfAtMostTwiceTheStep_data() { scales_areRoundedUp_data(); }
    void error_isThatOfAtMostTwiceTheStep();
    void powersOfTwo_stayAsTheyAre();
    void extremes_stayFinite();
    void keptSums_moveNoScale();
    void otherFormats_haveNone();
    void layer_isStoredWithThem();
    void recipe_saysItOnlyWhereItIsAsked();
};

void TstPowerScales::scales_areRoundedUp_data()
{
    QTest::addColumn<QString>("changes");
    for (const char *changes : {"bits=8", "bits=4,symmetric=false", "bits=4,group=32",
                                "bits=3,granularity=tensor", "bits=2,group=16,symmetric=false", "bits=1"})
        QTest::newRow(changes) << changes;
}

void TstPowerScales::scales_areRoundedUp()
{
    QFETCH(QString, changes);
    const Matrix weight = randomMatrix(9, 64, 4);
    const UniformCodes plain = quantizeUniform(weight, settingsOf(changes));
    const UniformCodes shifted = quantizeUniform(weight, settingsOf(changes + ",scale=power_of_two"));
    QCOMPARE(shifted.scales.values.size(), plain.scales.values.size());
    QCOMPARE(shifted.scales.group, plain.scales.group);
    for (size_t i = 0; i < plain.scales.values.size(); ++i) {
        const float scale = shifted.scales.values[i];
        QVERIFY(isPowerOfTwo(scale));
        QVERIFY(scale >= plain.scales.values[i] * 0.999F && scale < plain.scales.values[i] * 2.001F);
    }
}

void TstPowerScales::error_isThatOfAtMostTwiceTheStep()
{
    QFETCH(QString, changes);
    const Matrix weight = randomMatrix(9, 64, 4);
    const MatrixEncoding encoding = quantize(weight, settingsOf(changes + ",scale=power_of_two"), {});
    const auto &codes = std::get<UniformCodes>(encoding.values);
    if (codes.bits == 1) // two values have no steps between them
        return;
    const float step = *std::ranges::max_element(codes.scales.values);
    QVERIFY((weight - decode(encoding)).cwiseAbs().maxCoeff() <= step * 0.5001F); // none is clipped
}

void TstPowerScales::powersOfTwo_stayAsTheyAre()
{
    Matrix weight(1, 3);
    weight << -127.0F * 0.25F, 0.25F, 3.0F;
    const UniformCodes codes = quantizeUniform(weight, settingsOf("bits=8,scale=power_of_two"));
    QCOMPARE(codes.scales.values, std::vector<float>{0.25F});
}

void TstPowerScales::extremes_stayFinite()
{
    for (const float size : {1e-38F, 1e-20F, 1e20F, 3.4e38F}) {
        const Matrix weight = Matrix::Constant(2, 32, size);
        for (const char *changes : {"bits=8", "bits=2,symmetric=false", "bits=4,group=16"}) {
            const auto encoding = quantize(weight, settingsOf(QString(changes) + ",scale=power_of_two"), {});
            QVERIFY(decode(encoding).allFinite());
            for (const float scale : std::get<UniformCodes>(encoding.values).scales.values)
                QVERIFY(isPowerOfTwo(scale));
        }
    }
}

void TstPowerScales::keptSums_moveNoScale()
{
    const Matrix weight = randomMatrix(9, 64, 4);
    MatrixEncoding encoding = quantize(weight, settingsOf("bits=4,scale=power_of_two"), {});
    QVERIFY(keepSums(weight, encoding, ScaleKind::PowerOfTwo));
    for (const float scale : std::get<UniformCodes>(encoding.values).scales.values)
        QVERIFY(isPowerOfTwo(scale));
}

void TstPowerScales::otherFormats_haveNone()
{
    QCOMPARE(settingsOf("format=nf4,scale=power_of_two").scale, ScaleKind::Any);
    QCOMPARE(settingsOf("format=ternary,scale=power_of_two").scale, ScaleKind::Any);
}

void TstPowerScales::layer_isStoredWithThem()
{
    const Matrix weight = randomMatrix(24, 40, 6);
    Compressor compressor(denseLayer(weight));
    const auto result = compressor.compress({{}, {parseRule("*:bits=4,scale=power_of_two")}}).layers.front();
    const auto &codes = std::get<UniformCodes>(std::get<MatrixEncoding>(*result.code.weight).values);
    QVERIFY(std::ranges::all_of(codes.scales.values, isPowerOfTwo));
    const double plain = compressor.compressLayer(0, {.quantize = QuantizeSettings{.bits = 4}}).relativeError;
    QVERIFY(result.relativeError > plain && result.relativeError < 2.0 * plain);
}

void TstPowerScales::recipe_saysItOnlyWhereItIsAsked()
{
    const auto json = [](const char *rule) {
        return QString::fromStdString(toJson(Recipe{{}, {parseRule(rule)}}));
    };
    QVERIFY(!json("*:bits=4,group=32").contains("scale"));
    QVERIFY(json("*:bits=4,scale=power_of_two").contains(R"("scale": "power_of_two")"));
    QCOMPARE(summary({.quantize = settingsOf("bits=4,scale=power_of_two")}).text(),
             std::string("4 bits scales 2^n"));
}

QTEST_GUILESS_MAIN(TstPowerScales)
#include "tst_powerscales.moc"
