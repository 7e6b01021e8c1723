#include "core/methods/refit.h"

#include "core/base/error.h"
#include "core/methods/methods.h"
#include "tests/support/encodingcases.h"
#include "tests/support/graphbuilder.h"

#include <QTest>

using namespace lathe;
using namespace lathe::test;

Q_DECLARE_METATYPE(EncodingCase)

/// New values in the structure of an encoding.
class TstRefit : public QObject {
    Q_OBJECT
private slots:
    void ownValues_comeOutAgain_data();
    void ownValues_comeOutAgain();
    void newValues_areNearerThanTheOld_data();
    void newValues_areNearerThanTheOld();
    void sharedValues_goOnBeingShared();
    void quantizedAnew_isLittleBetter();
    void factors_areFittedOneByOne();
    void otherShapes_areRefused();

private:
    static void cases();
    static MatrixEncoding made(const EncodingCase &wanted, int bits);
};

void TstRefit::cases()
{
    QTest::addColumn<EncodingCase>("wanted");
    QTest::addColumn<int>("bits");
    for (const EncodingCase &wanted : encodingCases())
        for (const int bits : {1, 2, 4, 8})
            QTest::addRow("%s, %d bits", wanted.name, bits) << wanted << bits;
}

MatrixEncoding TstRefit::made(const EncodingCase &wanted, int bits)
{
    return randomEncoding(wanted, {12, 32, 16}, bits, 3);
}

void TstRefit::ownValues_comeOutAgain_data()
{
    cases();
}

void TstRefit::ownValues_comeOutAgain()
{
    QFETCH(EncodingCase, wanted);
    QFETCH(int, bits);
    const MatrixEncoding encoding = made(wanted, bits);
    const MatrixEncoding again = refit(encoding, decode(encoding));
    QCOMPARE(again.kept, encoding.kept);
    const Matrix before = decode(encoding), after = decode(again);
    QVERIFY((after - before).norm() <= 1e-6F * before.norm());
    if (wanted.content != EncodingCase::Content::Codebook) // where means of equal values are rounded
        QVERIFY(after == before);
}

void TstRefit::newValues_areNearerThanTheOld_data()
{
    cases();
}

void TstRefit::newValues_areNearerThanTheOld()
{
    QFETCH(EncodingCase, wanted);
    QFETCH(int, bits);
    const MatrixEncoding encoding = made(wanted, bits);
    const Matrix before = decode(encoding);
    Matrix values =
        1.3F * before + randomMatrix(before.rows(), before.cols(), 9, 0.2F * before.cwiseAbs().maxCoeff());
    for (Index i = 0; i < values.size(); ++i)
        if (!encoding.kept.empty() && !encoding.kept[size_t(i)])
            values.data()[i] = 0.0F;
    const MatrixEncoding fitted = refit(encoding, values);
    const Matrix after = decode(fitted);
    QVERIFY((after - values).norm() < (before - values).norm());
    QCOMPARE(fitted.kept, encoding.kept);
    QVERIFY(after == plainlyDecoded(fitted));
    for (Index i = 0; i < values.size(); ++i)
        QVERIFY(encoding.kept.empty() || encoding.kept[size_t(i)] || after.data()[i] == 0.0F);
    if (const auto *codes = std::get_if<CodebookCodes>(&fitted.values))
        for (size_t table = 0; table < codes->tables.size(); table += size_t(codes->entries))
            QVERIFY(std::is_sorted(codes->tables.begin() + std::ptrdiff_t(table),
                                   codes->tables.begin() + std::ptrdiff_t(table) + codes->entries));
}

void TstRefit::sharedValues_goOnBeingShared()
{
    const Matrix weight = randomMatrix(8, 32, 4);
    const MatrixEncoding encoding = cluster(weight, ClusterSettings{.clusters = 5}, {}, {}, {});
    const Matrix before = decode(encoding);
    const Matrix moved =
        -2.0F * weight + randomMatrix(8, 32, 5, 0.1F); // the order of the centers turns round
    const Matrix after = decode(refit(encoding, moved));
    for (Index i = 0; i < weight.size(); ++i) {
        double sum = 0.0;
        int count = 0;
        for (Index j = 0; j < weight.size(); ++j)
            if (before.data()[j] == before.data()[i]) {
                QCOMPARE(after.data()[j], after.data()[i]);
                sum += double(moved.data()[j]);
                ++count;
            }
        QVERIFY(std::abs(double(after.data()[i]) - sum / count) < 1e-5);
    }
}

/// Where a method has fitted its scales to the weights already, little is left to gain.
void TstRefit::quantizedAnew_isLittleBetter()
{
    const Matrix weight = randomMatrix(16, 64, 6);
    for (const RangeMethod range : {RangeMethod::MinMax, RangeMethod::Mse})
        for (const bool symmetric : {true, false}) {
            QuantizeSettings settings;
            settings.bits = 4;
            settings.range = range;
            settings.symmetric = symmetric;
            const MatrixEncoding encoding = quantize(weight, settings, {}, {}, {});
            const double before = (decode(encoding) - weight).norm();
            const double after = (decode(refit(encoding, weight)) - weight).norm();
            QVERIFY(after <= before * (1.0 + 1e-6));
            QVERIFY(range == RangeMethod::MinMax || after > 0.9 * before);
        }
}

void TstRefit::factors_areFittedOneByOne()
{
    const EncodingCase wanted = encodingCases().front();
    FactorEncoding factors;
    factors.factors = {randomEncoding(wanted, {4, 32, 16}, 4, 1), randomEncoding(wanted, {12, 4, 4}, 4, 2)};
    factors.residual = randomEncoding(wanted, {12, 32, 16}, 4, 3);
    const std::vector<Matrix> values{randomMatrix(4, 32, 7), randomMatrix(12, 4, 8), randomMatrix(12, 32, 9)};
    const Encoding fitted = refit(Encoding(factors), values);
    const std::vector<const MatrixEncoding *> parts = matricesOf(fitted);
    const std::vector<const MatrixEncoding *> structures = {&factors.factors[0], &factors.factors[1],
                                                            &*factors.residual};
    for (size_t i = 0; i < parts.size(); ++i)
        QVERIFY(decode(*parts[i]) == decode(refit(*structures[i], values[i])));
}

void TstRefit::otherShapes_areRefused()
{
    const MatrixEncoding encoding = made(encodingCases().front(), 4);
    QVERIFY_EXCEPTION_THROWN(refit(encoding, Matrix::Zero(3, 3)), Error);
    QVERIFY_EXCEPTION_THROWN(refit(Encoding(encoding), std::vector<Matrix>{}), Error);
}

QTEST_APPLESS_MAIN(TstRefit)
#include "tst_refit.moc"
