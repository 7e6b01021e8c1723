// What entropy coding makes of an encoding, against a plain count of symbols.
#include "core/coding/huffman.h"
#include "core/compress/entropycost.h"
#include "tests/support/exportcases.h"

#include <QTest>
#include <cmath>
#include <map>

using namespace lathe;
using namespace lathe::test;

namespace {

/// Entropy of any symbols.
template <class Symbol>
double entropyBits(const std::vector<Symbol> &symbols)
{
    std::map<Symbol, double> counts;
    for (const Symbol &symbol : symbols)
        ++counts[symbol];
    double bits = 0.0;
    for (const auto &[symbol, count] : counts)
        bits -= count * std::log2(count / static_cast<double>(symbols.size()));
    return bits;
}

/// Codes of non-zeros and the zeros before each, long gaps broken up.
double sparseEntropy(const std::vector<int> &codes, int zero)
{
    std::vector<int> values, gaps;
    int gap = 0;
    for (const int code : codes) {
        if (code == zero) {
            ++gap;
            continue;
        }
        for (; gap >= 255; gap -= 255)
            gaps.push_back(-1);
        gaps.push_back(gap);
        values.push_back(code);
        gap = 0;
    }
    return entropyBits(values) + entropyBits(gaps);
}

/// Codes of `bits` bits of which a share is the zero point.
MatrixEncoding uniform(Index rows, Index cols, int bits, double zeros, unsigned seed)
{
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> share(0.0, 1.0);
    std::binomial_distribution<int> code((1 << bits) - 1, 0.4);
    const auto zero = static_cast<uint8_t>(1 << (bits - 1));
    UniformCodes codes;
    codes.bits = bits;
    codes.scales.values.assign(1, 0.5F);
    codes.zeroPoints.assign(1, static_cast<float>(zero));
    for (Index i = 0; i < rows * cols; ++i)
        codes.codes.push_back(share(random) < zeros ? zero : static_cast<uint8_t>(code(random)));
    return {rows, cols, {}, codes};
}

} // namespace

class TstEntropyCost : public QObject {
    Q_OBJECT
private slots:
    void codes_costTheirEntropy_data();
    void codes_costTheirEntropy();
    void maskedElements_costAsZeros();
    void groups_findTheirZeros();
    void codebook_findsItsZero();
    void values_areCountedAsStored();
    void binary_costsABitEach();
    void factors_addUp();
    void layers_untouchedAndTied();
    void everyMethod_huffmanIsAboveShannon_data();
    void everyMethod_huffmanIsAboveShannon();
    void decibels_areExactWithoutError();
};

void TstEntropyCost::codes_costTheirEntropy_data()
{
    QTest::addColumn<int>("bits");
    QTest::addColumn<double>("zeros");
    for (const int bits : {1, 2, 4, 8})
        for (const double zeros : {0.0, 0.5, 0.9, 0.999})
            QTest::addRow("%d bits, %g zeros", bits, zeros) << bits << zeros;
}

void TstEntropyCost::codes_costTheirEntropy()
{
    QFETCH(int, bits);
    QFETCH(double, zeros);
    const MatrixEncoding encoding = uniform(60, 100, bits, zeros, 3);
    const auto &codes = std::get<UniformCodes>(encoding.values).codes;
    const std::vector<int> symbols(codes.begin(), codes.end());
    const double dense = entropyBits(symbols), sparse = sparseEntropy(symbols, 1 << (bits - 1));
    const double side = 32.0 + bits; // a scale and a zero point
    const EntropyCost cost = entropyCost(encoding);
    const double bound = static_cast<double>(cost.shannonBits) - side;
    QVERIFY2(std::abs(bound - dense) <= 2.0 || std::abs(bound - sparse) <= 2.0,
             qPrintable(QString::number(bound)));
    QVERIFY(cost.huffmanBits >= cost.shannonBits);
    QVERIFY(cost.huffmanBits <= theoreticalBits(encoding) + 9 * 256); // never worse but for a table
}

void TstEntropyCost::maskedElements_costAsZeros()
{
    MatrixEncoding encoding = uniform(50, 80, 4, 0.3, 5);
    MatrixEncoding masked = encoding;
    auto &codes = std::get<UniformCodes>(encoding.values).codes;
    auto &hidden = std::get<UniformCodes>(masked.values).codes;
    for (size_t i = 0; i < codes.size(); ++i) {
        masked.kept.push_back(i % 3 == 0 ? 1 : 0);
        if (i % 3 != 0) {
            codes[i] = 8;
            hidden[i] = static_cast<uint8_t>(i % 16);
        }
    }
    QCOMPARE(entropyCost(masked).shannonBits, entropyCost(encoding).shannonBits);
    QCOMPARE(entropyCost(masked).huffmanBits, entropyCost(encoding).huffmanBits);
}

void TstEntropyCost::groups_findTheirZeros()
{
    // Every group has its own zero point, and nothing but zeros.
    UniformCodes codes{4, {}, {{}, 5}, {}};
    for (int row = 0; row < 20; ++row)
        for (int col = 0; col < 30; ++col) {
            const int zero = (row * 6 + col / 5) % 16;
            codes.codes.push_back(static_cast<uint8_t>(zero));
            if (col % 5 == 0) {
                codes.scales.values.push_back(1.0F);
                codes.zeroPoints.push_back(static_cast<float>(zero));
            }
        }
    const EntropyCost cost = entropyCost(MatrixEncoding{20, 30, {}, codes});
    QCOMPARE(cost.shannonBits, int64_t{120 * (16 + 4)});
}

void TstEntropyCost::codebook_findsItsZero()
{
    CodebookCodes codes{2, {}, 4, 2, {-1, 0, 1, 2, -2, -1, 0, 3}, {}};
    for (int row = 0; row < 4; ++row)
        for (int col = 0; col < 50; ++col)
            codes.codes.push_back(col % 10 == 0 ? 3 : row < 2 ? 1 : 2);
    const EntropyCost cost = entropyCost(MatrixEncoding{4, 50, {}, codes});
    // 20 equal codes; 20 gaps, of which the first is 0 and the others are 9; eight values of tables
    const double gaps = -std::log2(1.0 / 20) - 19 * std::log2(19.0 / 20);
    QVERIFY(std::abs(static_cast<double>(cost.shannonBits) - (8 * 32 + gaps)) <= 2.0);
}

void TstEntropyCost::values_areCountedAsStored()
{
    Matrix values = randomMatrix(40, 50, 4);
    const EntropyCost all = entropyCost(MatrixEncoding{40, 50, {}, DenseValues{values}});
    QCOMPARE(all.shannonBits, int64_t{2000 * 32});
    QCOMPARE(entropyCost(MatrixEncoding{40, 50, {}, DenseValues{values, ElementType::Float16}}).huffmanBits,
             int64_t{2000 * 16});
    for (Index i = 0; i < values.size(); ++i)
        if (i % 4 != 0)
            values.data()[i] = 0.0F;
    const EntropyCost few = entropyCost(MatrixEncoding{40, 50, {}, DenseValues{values}});
    QVERIFY(few.shannonBits >= 500 * 32 && few.shannonBits < 500 * 33);
}

void TstEntropyCost::binary_costsABitEach()
{
    UniformCodes codes{1, {}, {{1.0F}, 0}, {0.5F}};
    for (int i = 0; i < 1000; ++i)
        codes.codes.push_back(static_cast<uint8_t>(i % 2));
    const EntropyCost cost = entropyCost(MatrixEncoding{10, 100, {}, codes});
    QCOMPARE(cost.shannonBits, int64_t{1000 + 32 + 1});
    MatrixEncoding ternary{10, 100, std::vector<uint8_t>(1000, 1), codes};
    for (size_t i = 0; i < 500; ++i)
        ternary.kept[i] = 0;
    QVERIFY(entropyCost(ternary).shannonBits <= 1500 + 33 + 2);
    QVERIFY(entropyCost(ternary).shannonBits >= 500 + 33);
}

void TstEntropyCost::factors_addUp()
{
    const MatrixEncoding a = uniform(4, 100, 4, 0.2, 1), b = uniform(90, 4, 3, 0.5, 2);
    FactorEncoding both;
    both.factors = {a, b};
    QCOMPARE(entropyCost(Encoding(both)).shannonBits,
             entropyCost(a).shannonBits + entropyCost(b).shannonBits);
    both.residual = uniform(90, 100, 3, 0.5, 3);
    QCOMPARE(entropyCost(Encoding(both)).huffmanBits, entropyCost(a).huffmanBits +
                                                          entropyCost(b).huffmanBits +
                                                          entropyCost(*both.residual).huffmanBits);
}

void TstEntropyCost::layers_untouchedAndTied()
{
    const Model tied = GraphBuilder(13)
                           .input("x", {1, 40})
                           .output("y")
                           .random("w", {40, 40})
                           .node("MatMul", {"x", "w"}, {"h"}, {}, "a")
                           .node("MatMul", {"h", "w"}, {"y"}, {}, "b")
                           .build();
    const CompressedModel plain = Compressor(tied).compress({});
    QCOMPARE(entropyCost(plain, 0).shannonBits, int64_t{1600 * 32});
    QCOMPARE(entropyCost(plain, 1).shannonBits, int64_t{0});
    const CompressedModel small = Compressor(tied).compress({"", {parseRule("*:bits=4")}});
    QVERIFY(entropyCost(small, 0).shannonBits > 1600 && entropyCost(small, 0).shannonBits < 1600 * 6);
    QCOMPARE(entropyCost(small, 1).huffmanBits, int64_t{0});
}

void TstEntropyCost::everyMethod_huffmanIsAboveShannon_data()
{
    QTest::addColumn<QString>("settings");
    for (const char *settings : methodCases())
        QTest::newRow(settings) << settings;
    for (const char *settings : {"clusters=16", "prune=0.6,clusters=9", "bits=4,granularity=group,group=9",
                                 "format=nf4", "format=ternary", "format=fp16"})
        QTest::newRow(settings) << settings;
}

void TstEntropyCost::everyMethod_huffmanIsAboveShannon()
{
    QFETCH(QString, settings);
    const CompressedModel model =
        Compressor(network()).compress({"", {parseRule("*:" + settings.toStdString())}});
    for (size_t layer = 0; layer < model.layers.size(); ++layer) {
        const EntropyCost cost = entropyCost(model, layer);
        QVERIFY(cost.shannonBits > 0);
        QVERIFY(cost.huffmanBits >= cost.shannonBits);
    }
}

void TstEntropyCost::decibels_areExactWithoutError()
{
    QCOMPARE(signalToNoiseDecibel(0.1), 20.0);
    QVERIFY(std::isinf(signalToNoiseDecibel(0.0)));
}

QTEST_APPLESS_MAIN(TstEntropyCost)
#include "tst_entropycost.moc"
