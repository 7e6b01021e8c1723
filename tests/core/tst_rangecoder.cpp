// The range coder and its models: what goes in comes out, at what it should cost, and never more than that.
#include "core/base/error.h"
#include "core/coding/bitcoder.h"
#include "core/coding/bitmixer.h"
#include "core/coding/huffman.h"
#include "core/coding/matrixcoder.h"
#include "core/coding/numbercoder.h"

#include <QTest>
#include <cmath>
#include <random>

using namespace lathe;

namespace {

using Cells = std::vector<uint16_t>;

std::vector<std::byte> encoded(const MatrixForm &form, std::span<const uint16_t> cells)
{
    MatrixEncoder encoder(form);
    for (size_t at = 0; at < cells.size(); at += form.columns)
        encoder.add(cells.subspan(at, std::min<size_t>(form.columns, cells.size() - at)));
    return encoder.finish();
}

Cells decodedCells(const MatrixForm &form, std::span<const std::byte> bytes, size_t count)
{
    MatrixDecoder decoder(form, bytes);
    Cells cells(count);
    const std::span<uint16_t> all(cells);
    for (size_t at = 0; at < count; at += form.columns)
        decoder.next(all.subspan(at, std::min<size_t>(form.columns, count - at)));
    decoder.expectEnd();
    return cells;
}

} // namespace

class TstRangeCoder : public QObject {
    Q_OBJECT
private slots:
    void squash_isTheLogisticFunction();
    void stretch_isItsInverse();
    void bits_costWhatTheirProbabilitySays_data();
    void bits_costWhatTheirProbabilitySays();
    void rareBits_comeBackInAnyOrder();
    void adaptiveBit_isTheMeanAtFirst();
    void mixer_followsTheOneThatIsRight();
    void cells_comeBack_data();
    void cells_comeBack();
    void cells_costTheirEntropy();
    void neighbours_lowerTheCost();
    void wrongForms_areNone();
    void shortBytes_areRefused();
    void numbers_comeBack_data();
    void numbers_comeBack();
};

void TstRangeCoder::squash_isTheLogisticFunction()
{
    for (int x = -4000; x <= 4000; ++x) {
        const double expected =
            65536.0 / (1.0 + std::exp(-std::clamp(x, -stretchLimit, stretchLimit) / 256.0));
        QVERIFY2(std::abs(squash(x) - expected) <= 1.0, qPrintable(QString::number(x)));
        QVERIFY(squash(x) >= 1 && squash(x) <= 65535);
    }
}

void TstRangeCoder::stretch_isItsInverse()
{
    for (uint32_t p = 0; p < 4096; ++p) {
        const double expected = 256.0 * std::log((p + 0.5) / (4095.5 - p));
        const double step = 256.0 / (16.0 * std::min(p, 4095 - p) + 8.0); // of squash(), which is whole
        QVERIFY(std::abs(stretch(p) - expected) <= 1.0 + step);
    }
}

void TstRangeCoder::bits_costWhatTheirProbabilitySays_data()
{
    QTest::addColumn<uint>("p16");
    for (const uint p : {1U, 60U, 6000U, 32768U, 65000U, 65535U})
        QTest::addRow("%u", p) << p;
}

void TstRangeCoder::bits_costWhatTheirProbabilitySays()
{
    QFETCH(uint, p16);
    std::mt19937 random(p16);
    std::bernoulli_distribution one(p16 / 65536.0);
    std::vector<int> bits(200'000);
    double cost = 0.0;
    BitEncoder encoder;
    for (int &bit : bits) {
        bit = one(random) ? 1 : 0;
        cost -= std::log2((bit != 0 ? p16 : 65536 - p16) / 65536.0);
        encoder.code(bit, p16);
    }
    const std::vector<std::byte> bytes = encoder.finish();
    QVERIFY(static_cast<double>(bytes.size()) <= cost / 8.0 * 1.0001 + 2.0);
    BitDecoder decoder(bytes);
    for (const int bit : bits)
        QCOMPARE(decoder.code(0, p16), bit);
    QVERIFY(decoder.atEnd() && !decoder.beyondEnd());
}

void TstRangeCoder::rareBits_comeBackInAnyOrder()
{
    std::mt19937 random(3);
    for (int turn = 0; turn < 300; ++turn) {
        std::vector<std::pair<int, uint32_t>> bits(random() % 200);
        BitEncoder encoder;
        for (auto &[bit, p] : bits) {
            p = random() % 3 == 0   ? 1 + random() % 3
                : random() % 2 == 0 ? 65535 - random() % 3
                                    : 1 + random() % 65535;
            bit = static_cast<int>(random() % 2);
            encoder.code(bit, p);
        }
        const std::vector<std::byte> bytes = encoder.finish();
        BitDecoder decoder(bytes);
        for (const auto &[bit, p] : bits)
            QCOMPARE(decoder.code(0, p), bit);
        QVERIFY(decoder.atEnd() && !decoder.beyondEnd());
    }
}

void TstRangeCoder::adaptiveBit_isTheMeanAtFirst()
{
    AdaptiveBit bit;
    for (int i = 0; i < 1000; ++i)
        bit.learn(i % 10 == 0 ? 1 : 0);
    QVERIFY(std::abs(bit.p16() / 65536.0 - 0.1) < 0.002);
    AdaptiveBit expecting(655, 500); // as if 500 bits had come
    expecting.learn(1);
    QVERIFY(expecting.p16() > 700 && expecting.p16() < 850);
}

void TstRangeCoder::mixer_followsTheOneThatIsRight()
{
    BitMixer mixer(2, 1, 20);
    std::mt19937 random(1);
    uint32_t p = 0;
    for (int i = 0; i < 3000; ++i) {
        const int bit = static_cast<int>(random() % 2);
        const std::array<int, 2> said{bit != 0 ? 300 : -300, random() % 2 == 0 ? 300 : -300};
        p = mixer.mixed(said, 0);
        if (i > 2000)
            QVERIFY(bit != 0 ? p > 60000 : p < 5536);
        mixer.learn(bit);
    }
}

void TstRangeCoder::cells_comeBack_data()
{
    QTest::addColumn<int>("kinds");
    QTest::addColumn<uint>("columns");
    QTest::addColumn<int>("count");
    for (const int kinds : {2, 3, 9, 16, 256, 257})
        for (const uint columns : {1U, 7U, 64U, 300U})
            for (const int count : {1, 50, 3001})
                QTest::addRow("%d kinds, %u columns, %d", kinds, columns, count) << kinds << columns << count;
}

void TstRangeCoder::cells_comeBack()
{
    QFETCH(int, kinds);
    QFETCH(uint, columns);
    QFETCH(int, count);
    std::mt19937 random(static_cast<unsigned>(kinds));
    Cells cells(static_cast<size_t>(count));
    for (uint16_t &cell : cells)
        cell = static_cast<uint16_t>(random() % 3 == 0 ? random() % static_cast<unsigned>(kinds) : kinds / 2);
    for (const uint32_t period : {1U, std::min(columns, 9U)})
        for (const uint32_t stride : {0U, columns / 2}) {
            const MatrixForm form{kinds, kinds / 2, 20000, columns, period, stride};
            QVERIFY(form.isValid());
            QCOMPARE(decodedCells(form, encoded(form, cells), cells.size()), cells);
        }
}

void TstRangeCoder::cells_costTheirEntropy()
{
    for (const double kept : {0.5, 0.1, 0.03, 0.01}) {
        std::mt19937 random(9);
        std::bernoulli_distribution other(kept);
        Cells cells(200'000);
        std::vector<uint64_t> counts(9, 0);
        for (uint16_t &cell : cells)
            ++counts[cell = static_cast<uint16_t>(other(random) ? 1 + random() % 8 : 0)];
        const MatrixForm form{9, 0, static_cast<uint16_t>(kept * 65536), 500, 1, 0};
        const double bytes = static_cast<double>(encoded(form, cells).size());
        QVERIFY2(bytes < 1.02 * shannonBits(counts) / 8.0, qPrintable(QString::number(kept)));
    }
}

/// Cells as the one before, as the one above, as the one a kernel before, and in columns that are always
/// empty.
void TstRangeCoder::neighbours_lowerTheCost()
{
    constexpr uint32_t columns = 180, period = 9;
    for (int kind = 0; kind < 4; ++kind) {
        std::mt19937 random(5);
        std::bernoulli_distribution other(0.1), fresh(0.3);
        Cells cells(columns * 200);
        std::vector<uint64_t> counts(2, 0);
        for (size_t i = 0; i < cells.size(); ++i) {
            const std::array<size_t, 3> distances{1, columns, period};
            const bool copies = kind < 3 && i >= columns && !fresh(random);
            if (copies)
                cells[i] = cells[i - distances[static_cast<size_t>(kind)]];
            else
                cells[i] = other(random) && !(kind == 3 && i % columns % 3 != 0) ? 1 : 0;
            ++counts[cells[i]];
        }
        const MatrixForm form{2, 0, 6554, columns, period, 0};
        const double bytes = static_cast<double>(encoded(form, cells).size());
        QVERIFY2(bytes < 0.85 * shannonBits(counts) / 8.0,
                 qPrintable(QString("%1: %2").arg(kind).arg(bytes)));
    }
}

void TstRangeCoder::wrongForms_areNone()
{
    QVERIFY((MatrixForm{2, 0, 1, 1, 1, 0}.isValid()));
    for (const MatrixForm &form :
         {MatrixForm{1, 0, 1, 1, 1, 0}, MatrixForm{258, 0, 1, 1, 1, 0}, MatrixForm{2, 2, 1, 1, 1, 0},
          MatrixForm{2, -1, 1, 1, 1, 0}, MatrixForm{2, 0, 0, 1, 1, 0}, MatrixForm{2, 0, 1, 0, 1, 0},
          MatrixForm{2, 0, 1, MatrixForm::mostColumns + 1, 1, 0}, MatrixForm{2, 0, 1, 4, 0, 0},
          MatrixForm{2, 0, 1, 4, 5, 0}, MatrixForm{2, 0, 1, 4, 1, 4}})
        QVERIFY(!form.isValid());
}

void TstRangeCoder::shortBytes_areRefused()
{
    const MatrixForm form{16, 0, 60000, 10, 1, 0};
    std::mt19937 random(2);
    Cells cells(1000);
    for (uint16_t &cell : cells)
        cell = static_cast<uint16_t>(random() % 16);
    std::vector<std::byte> bytes = encoded(form, cells);
    bytes.resize(bytes.size() / 2);
    QVERIFY_EXCEPTION_THROWN(decodedCells(form, bytes, cells.size()), Error);
    bytes = encoded(form, cells);
    bytes.resize(bytes.size() + 9);
    QVERIFY_EXCEPTION_THROWN(decodedCells(form, bytes, cells.size()), Error);
}

void TstRangeCoder::numbers_comeBack_data()
{
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("count");
    for (const int width : {1, 2, 4, 8})
        for (const int count : {0, 1, 30, 1000})
            QTest::addRow("%d of %d bytes", count, width) << width << count;
}

void TstRangeCoder::numbers_comeBack()
{
    QFETCH(int, width);
    QFETCH(int, count);
    std::mt19937 random(7);
    std::vector<std::byte> bytes(static_cast<size_t>(width * count));
    for (size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::byte>(i % static_cast<size_t>(width) == 0 ? 0U : random() % 40);
    const auto packed = numbersPacked(bytes, static_cast<size_t>(width));
    QVERIFY(numbersUnpacked(packed, bytes.size(), static_cast<size_t>(width)) == bytes);
    QVERIFY(packed.size() <= bytes.size() * 8 / 10 + 8 * static_cast<size_t>(width));
}

QTEST_APPLESS_MAIN(TstRangeCoder)
#include "tst_rangecoder.moc"
