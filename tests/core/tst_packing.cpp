#include "core/storage/packing.h"
#include "core/storage/unpacknodes.h"

#include <QTest>
#include <random>

using namespace lathe;

namespace {

std::vector<uint8_t> randomCodes(size_t count, int bits, unsigned seed)
{
    std::mt19937 random(seed);
    std::uniform_int_distribution<int> code(0, (1 << bits) - 1);
    std::vector<uint8_t> codes(count);
    for (uint8_t &c : codes)
        c = static_cast<uint8_t>(code(random));
    return codes;
}

/// The plainest reading of the format: bit i of the stream is bit i % 8 of byte i / 8.
std::vector<uint8_t> readBitByBit(const std::vector<uint8_t> &packed, int bits, size_t count)
{
    std::vector<uint8_t> codes(count);
    for (size_t i = 0; i < count; ++i)
        for (int b = 0; b < bits; ++b) {
            const size_t bit = i * static_cast<size_t>(bits) + static_cast<size_t>(b);
            codes[i] = static_cast<uint8_t>(codes[i] | ((packed[bit / 8] >> (bit % 8)) & 1) << b);
        }
    return codes;
}

Codes randomMask(size_t count, double density, unsigned seed)
{
    std::mt19937 random(seed);
    std::bernoulli_distribution keep(density);
    Codes kept(count);
    for (uint8_t &k : kept)
        k = keep(random) ? 1 : 0;
    return kept;
}

} // namespace

class TstPacking : public QObject {
    Q_OBJECT
private slots:
    void packedCodes_takeTheirBits_data() { eachWidth(); }
    void packedCodes_takeTheirBits();
    void packedCodes_areReadBack_data() { eachWidth(); }
    void packedCodes_areReadBack();
    void tables_unpackEveryGroup_data() { eachWidth(); }
    void tables_unpackEveryGroup();
    void tables_holdPowersOfTwoOnly_data() { eachWidth(); }
    void tables_holdPowersOfTwoOnly();
    void steps_leadToTheKeptElements_data();
    void steps_leadToTheKeptElements();
    void steps_ofNothing_areNotOffered();

private:
    static void eachWidth();
};

void TstPacking::eachWidth()
{
    QTest::addColumn<int>("bits");
    for (int bits = 1; bits <= 8; ++bits)
        QTest::addRow("%d bits", bits) << bits;
}

void TstPacking::packedCodes_takeTheirBits()
{
    QFETCH(int, bits);
    const std::vector<uint8_t> codes(8 * 1000, 0);
    QCOMPARE(packCodes(codes, bits).size(), static_cast<size_t>(bits) * 1000);
    QVERIFY(packCodes({}, bits).empty());
}

void TstPacking::packedCodes_areReadBack()
{
    QFETCH(int, bits);
    for (size_t count = 1; count <= 40; ++count) {
        const std::vector<uint8_t> codes = randomCodes(count, bits, static_cast<unsigned>(count));
        const std::vector<uint8_t> packed = packCodes(codes, bits);
        QCOMPARE(packed.size() % static_cast<size_t>(bitGroup(bits).bytes), size_t{0});
        QCOMPARE(readBitByBit(packed, bits, count), codes);
    }
}

void TstPacking::tables_unpackEveryGroup()
{
    QFETCH(int, bits);
    if (bits == 8)
        return; // bytes are not unpacked
    const BitGroup group = bitGroup(bits);
    const UnpackTables tables = unpackTables(bits);
    const std::vector<uint8_t> codes = randomCodes(static_cast<size_t>(group.codes) * 500, bits, 3);
    const std::vector<uint8_t> packed = packCodes(codes, bits);
    Matrix bytes(500, group.bytes);
    std::copy(packed.begin(), packed.end(), bytes.data());
    const Matrix shifted = bytes * tables.shifts;
    const Matrix unpacked = shifted.array().floor().matrix() * tables.merge;
    for (size_t i = 0; i < codes.size(); ++i)
        QCOMPARE(unpacked.data()[i], static_cast<float>(codes[i]));
}

void TstPacking::tables_holdPowersOfTwoOnly()
{
    QFETCH(int, bits);
    if (bits == 8)
        return;
    const UnpackTables tables = unpackTables(bits);
    for (const Matrix *table : {&tables.shifts, &tables.merge})
        for (const float value : table->reshaped()) {
            int exponent = 0;
            QVERIFY(value == 0.0F || std::abs(std::frexp(value, &exponent)) == 0.5F);
        }
}

void TstPacking::steps_leadToTheKeptElements_data()
{
    QTest::addColumn<int>("count");
    QTest::addColumn<double>("density");
    for (const int count : {9, 40, 1000, 100000})
        for (const double density : {0.001, 0.02, 0.1, 0.3})
            QTest::addRow("%d elements, %g kept", count, density) << count << density;
}

void TstPacking::steps_leadToTheKeptElements()
{
    QFETCH(int, count);
    QFETCH(double, density);
    Codes kept = randomMask(static_cast<size_t>(count), density, 5);
    kept[0] = 1;
    const std::optional<Steps> steps = bestSteps(kept, 4);
    QVERIFY(steps);
    QCOMPARE(steps->steps.size() % 8, size_t{0});
    QCOMPARE(steps->index.size(), steps->steps.size());
    int64_t position = 0;
    int64_t expected = 0;
    std::set<int64_t> visited;
    for (size_t i = 0; i < steps->steps.size(); ++i) {
        QVERIFY(steps->steps[i] < (1 << steps->bits));
        position += steps->steps[i];
        QVERIFY(position < count);
        QVERIFY2(visited.insert(position).second, "two entries at one place");
        QCOMPARE(static_cast<bool>(kept[static_cast<size_t>(position)]), steps->index[i] >= 0);
        if (steps->index[i] >= 0)
            QCOMPARE(steps->index[i], expected++);
    }
    QCOMPARE(expected, std::count(kept.begin(), kept.end(), 1));
}

void TstPacking::steps_ofNothing_areNotOffered()
{
    QVERIFY(!bestSteps(Codes(100, 0), 4));
    QVERIFY(!bestSteps(Codes(9, 1), 4)); // no room to fill up to a multiple of 8
}

QTEST_GUILESS_MAIN(TstPacking)
#include "tst_packing.moc"
