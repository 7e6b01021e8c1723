#include "core/coding/huffman.h"

#include <QTest>
#include <cmath>
#include <random>

using namespace lathe;

namespace {

std::vector<uint32_t> skewedSymbols(size_t count, uint32_t kinds, double skew, unsigned seed)
{
    std::mt19937 random(seed);
    std::geometric_distribution<uint32_t> geometric(skew);
    std::vector<uint32_t> symbols(count);
    for (uint32_t &s : symbols)
        s = std::min(kinds - 1, geometric(random));
    return symbols;
}

std::vector<uint64_t> countsOf(const std::vector<uint32_t> &symbols, uint32_t kinds)
{
    std::vector<uint64_t> counts(kinds, 0);
    for (const uint32_t s : symbols)
        ++counts[s];
    return counts;
}

} // namespace

class TstHuffman : public QObject {
    Q_OBJECT
private slots:
    void symbols_comeBack_data();
    void symbols_comeBack();
    void textbookExample_hasItsLengths();
    void length_isBetweenShannonAndOneBitMore();
    void powersOfTwo_meetTheBoundExactly();
    void damagedBits_areRefusedOrDiffer();
    void badTables_areRefused();
};

void TstHuffman::symbols_comeBack_data()
{
    QTest::addColumn<int>("count");
    QTest::addColumn<int>("kinds");
    QTest::addColumn<double>("skew");
    QTest::newRow("none") << 0 << 4 << 0.5;
    QTest::newRow("one") << 1 << 4 << 0.5;
    QTest::newRow("one kind") << 100 << 1 << 0.5;
    QTest::newRow("two kinds") << 1000 << 2 << 0.9;
    QTest::newRow("sixteen") << 5000 << 16 << 0.3;
    QTest::newRow("many") << 20000 << 4096 << 0.002;
}

void TstHuffman::symbols_comeBack()
{
    QFETCH(int, count);
    QFETCH(int, kinds);
    QFETCH(double, skew);
    const auto symbols = skewedSymbols(static_cast<size_t>(count), static_cast<uint32_t>(kinds), skew, 7);
    const HuffmanCode code(huffmanLengths(countsOf(symbols, static_cast<uint32_t>(kinds))));
    QCOMPARE(code.decode(code.encode(symbols), symbols.size()), symbols);
}

void TstHuffman::textbookExample_hasItsLengths()
{
    // Cormen et al., Introduction to Algorithms, section 16.3: a 45, b 13, c 12, d 16, e 9, f 5.
    const std::vector<uint64_t> counts = {45, 13, 12, 16, 9, 5};
    QCOMPARE(huffmanLengths(counts), (std::vector<uint8_t>{1, 3, 3, 3, 4, 4}));
}

void TstHuffman::length_isBetweenShannonAndOneBitMore()
{
    for (unsigned seed = 1; seed < 20; ++seed) {
        const auto symbols = skewedSymbols(4000, 64, 0.02 * seed, seed);
        const auto counts = countsOf(symbols, 64);
        const auto lengths = huffmanLengths(counts);
        double bits = 0.0;
        for (size_t s = 0; s < counts.size(); ++s)
            bits += static_cast<double>(counts[s]) * lengths[s];
        QVERIFY(bits >= shannonBits(counts) - 1e-6);
        QVERIFY(bits <= shannonBits(counts) + 4000.0);
    }
}

void TstHuffman::powersOfTwo_meetTheBoundExactly()
{
    const std::vector<uint64_t> counts = {8, 4, 2, 1, 1};
    QCOMPARE(huffmanLengths(counts), (std::vector<uint8_t>{1, 2, 3, 4, 4}));
    QCOMPARE(shannonBits(counts), 8.0 + 8 + 6 + 4 + 4);
}

void TstHuffman::damagedBits_areRefusedOrDiffer()
{
    const auto symbols = skewedSymbols(500, 16, 0.3, 3);
    const HuffmanCode code(huffmanLengths(countsOf(symbols, 16)));
    const auto bits = code.encode(symbols);
    for (size_t i = 0; i < bits.size(); ++i) {
        auto damaged = bits;
        damaged[i] ^= std::byte{0x10};
        try {
            QVERIFY(code.decode(damaged, symbols.size()) != symbols);
        } catch (const Error &e) {
            QCOMPARE(e.code(), ErrorCode::MalformedData);
        }
    }
    QVERIFY_EXCEPTION_THROWN(code.decode(std::span(bits).first(bits.size() / 2), symbols.size()), Error);
    auto longer = bits;
    longer.push_back(std::byte{0});
    QVERIFY_EXCEPTION_THROWN(code.decode(longer, symbols.size()), Error);
    QVERIFY_EXCEPTION_THROWN(code.decode(bits, size_t(1) << 60), Error);
}

void TstHuffman::badTables_areRefused()
{
    QVERIFY_EXCEPTION_THROWN(HuffmanCode({1, 1, 1}), Error);
    QVERIFY_EXCEPTION_THROWN(HuffmanCode({2, 2, 2}), Error);
    QVERIFY_EXCEPTION_THROWN(HuffmanCode({200, 1}), Error);
    const std::vector<uint32_t> unknown = {5};
    QVERIFY_EXCEPTION_THROWN(HuffmanCode({1, 1}).encode(unknown), Error);
}

QTEST_APPLESS_MAIN(TstHuffman)
#include "tst_huffman.moc"
