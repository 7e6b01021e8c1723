#include "core/methods/methods.h"
#include "tests/support/graphbuilder.h"

#include <QtTest>
#include <algorithm>

using namespace lathe;
using namespace lathe::test;

namespace {

/// Sorts everything: the slow way to the same answer.
std::vector<uint8_t> reference(const Matrix &weight, double ratio)
{
    std::vector<size_t> order(static_cast<size_t>(weight.size()));
    for (size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
        const float x = std::abs(weight.data()[a]);
        const float y = std::abs(weight.data()[b]);
        return x != y ? x < y : a > b;
    });
    std::vector<uint8_t> kept(order.size(), 1);
    for (long i = 0; i < std::lround(ratio * static_cast<double>(order.size())); ++i)
        kept[order[static_cast<size_t>(i)]] = 0;
    return kept;
}

std::ptrdiff_t pruned(const std::vector<uint8_t> &kept)
{
    return std::count(kept.begin(), kept.end(), uint8_t(0));
}

} // namespace

class TstPrune : public QObject {
    Q_OBJECT
private slots:
    void kept_equalsSortingEverything_data();
    void kept_equalsSortingEverything();
    void count_isExactWithTies();
    void scale_changesNothing();
    void ratio_outsideItsRangeIsRefused();
    void nan_isRefused();
    void masked_isExactlyZeroWhereNotKept();
};

void TstPrune::kept_equalsSortingEverything_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("cols");
    for (const auto &[rows, cols] : {std::pair{1, 1}, {1, 17}, {17, 1}, {8, 9}, {64, 33}})
        QTest::addRow("%d x %d", rows, cols) << rows << cols;
}

void TstPrune::kept_equalsSortingEverything()
{
    QFETCH(int, rows);
    QFETCH(int, cols);
    Matrix weight = randomMatrix(rows, cols, 5);
    Matrix coarse = (weight * 2.0F).array().round(); // many ties, exact zeros of both signs
    coarse(0, 0) = -0.0F;
    for (const Matrix &w : {weight, coarse})
        for (const double ratio : {0.0, 0.001, 0.1, 0.25, 0.5, 0.75, 0.9, 0.999})
            QCOMPARE(pruneByMagnitude(w, ratio), reference(w, ratio));
}

void TstPrune::count_isExactWithTies()
{
    const Matrix weight = Matrix::Constant(10, 10, -0.5F);
    const std::vector<uint8_t> kept = pruneByMagnitude(weight, 0.37);
    QCOMPARE(pruned(kept), std::ptrdiff_t(37));
    QVERIFY(std::is_sorted(kept.rbegin(), kept.rend())); // the later ones go
    QCOMPARE(pruned(pruneByMagnitude(Matrix::Zero(10, 10), 0.37)), std::ptrdiff_t(37));
    QCOMPARE(pruned(pruneByMagnitude(Matrix::Ones(1, 1), 0.5)),
             std::ptrdiff_t(1)); // a half is rounded away from zero
}

void TstPrune::scale_changesNothing()
{
    const Matrix weight = randomMatrix(20, 30, 6);
    for (const float scale : {0x1p-100F, 0x1p-3F, -1.0F, 0x1p80F})
        QCOMPARE(pruneByMagnitude(weight * scale, 0.4), pruneByMagnitude(weight, 0.4));
}

void TstPrune::ratio_outsideItsRangeIsRefused()
{
    for (const double ratio : {-0.1, 1.0, 2.0, std::nan("")})
        QVERIFY_EXCEPTION_THROWN(pruneByMagnitude(Matrix::Ones(2, 2), ratio), Error);
}

void TstPrune::nan_isRefused()
{
    Matrix weight = Matrix::Ones(2, 2);
    weight(0, 1) = std::numeric_limits<float>::quiet_NaN();
    QVERIFY_EXCEPTION_THROWN(pruneByMagnitude(weight, 0.5), Error);
}

void TstPrune::masked_isExactlyZeroWhereNotKept()
{
    const Matrix weight = randomMatrix(6, 7, 8);
    const std::vector<uint8_t> kept = pruneByMagnitude(weight, 0.5);
    const Matrix result = masked(weight, kept);
    for (Index i = 0; i < weight.size(); ++i)
        QCOMPARE(result.data()[i], kept[static_cast<size_t>(i)] ? weight.data()[i] : 0.0F);
    QCOMPARE(masked(weight, {}), weight);
}

QTEST_APPLESS_MAIN(TstPrune)
#include "tst_prune.moc"
