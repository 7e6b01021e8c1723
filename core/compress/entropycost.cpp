#include "core/compress/entropycost.h"

#include "core/coding/huffman.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>

namespace lathe {
namespace {

constexpr size_t emptyGap = 255;   ///< this many zeros and no element behind them
constexpr size_t maskedCode = 256; ///< of an element that is not kept and that no code makes zero
constexpr int noCode = -1;

/// Which code stands for zero at an element; the same for runs of columns.
class ZeroCodes {
public:
    ZeroCodes(const UniformCodes &codes, Index cols) : m_uniform(&codes)
    {
        const bool grouped = codes.scales.group > 0 && codes.zeroPoints.size() > 1;
        m_run = grouped ? codes.scales.group : cols;
        m_runsOfRow = m_run > 0 ? cols / m_run : 0;
    }
    ZeroCodes(const CodebookCodes &codes, Index cols) : m_table(&codes), m_run(cols) {}

    Index run() const { return m_run; }
    int at(Index row, Index firstCol) const
    {
        return m_uniform ? uniformZero(row, firstCol) : tableZero(row);
    }

private:
    int uniformZero(Index row, Index firstCol) const
    {
        const std::vector<float> &all = m_uniform->zeroPoints;
        const auto entry = static_cast<size_t>(row * m_runsOfRow + firstCol / m_run);
        const float zero = all.size() > 1 ? all[entry] : all.front();
        return zero == std::floor(zero) ? static_cast<int>(zero) : noCode;
    }
    int tableZero(Index row) const
    {
        const auto table = m_table->tables.begin() +
                           (m_table->rowsPerTable > 0 ? row / m_table->rowsPerTable * m_table->entries : 0);
        const auto found = std::find(table, table + m_table->entries, 0.0F);
        return found == table + m_table->entries ? noCode : static_cast<int>(found - table);
    }

    const UniformCodes *m_uniform = nullptr;
    const CodebookCodes *m_table = nullptr;
    Index m_run = 0, m_runsOfRow = 0;
};

/// How often each symbol comes, in both ways.
struct Counts {
    std::array<uint64_t, 257> codes{};        ///< of all elements
    std::array<uint64_t, 256> nonzeroCodes{}; ///< of those that are not zero
    std::array<uint64_t, 256> gaps{};         ///< zeros before each of these
    uint64_t nonzero = 0;

    void addZero() { ++m_gap; }
    void endGap()
    {
        gaps[emptyGap] += m_gap / emptyGap;
        ++gaps[m_gap % emptyGap];
        m_gap = 0;
        ++nonzero;
    }

private:
    size_t m_gap = 0;
};

template <class Codes>
Counts countCodes(const MatrixEncoding &encoding, const Codes &values)
{
    const ZeroCodes zeros(values, encoding.cols);
    const bool masked = !encoding.kept.empty();
    Counts counts;
    for (Index row = 0; row < encoding.rows; ++row) {
        for (Index first = 0; first < encoding.cols; first += zeros.run()) {
            const int zero = zeros.at(row, first);
            const auto begin = static_cast<size_t>(row * encoding.cols + first);
            const auto end = begin + static_cast<size_t>(std::min(zeros.run(), encoding.cols - first));
            for (size_t i = begin; i < end; ++i) {
                const bool gone = masked && encoding.kept[i] == 0;
                const size_t code = !gone            ? values.codes[i]
                                    : zero == noCode ? maskedCode
                                                     : static_cast<size_t>(zero);
                ++counts.codes[code];
                if (gone || static_cast<int>(code) == zero) {
                    counts.addZero();
                } else {
                    counts.endGap();
                    ++counts.nonzeroCodes[code];
                }
            }
        }
    }
    return counts;
}

/// Values of the width they are stored in stand for codes that cannot be shortened.
Counts countValues(const MatrixEncoding &encoding, const DenseValues &dense)
{
    Counts counts;
    for (Index i = 0; i < dense.values.size(); ++i) {
        const bool gone = !encoding.kept.empty() && encoding.kept[static_cast<size_t>(i)] == 0;
        const float value = dense.values.data()[i];
        if (gone || (value == 0.0F && !std::signbit(value)))
            counts.addZero();
        else
            counts.endGap();
    }
    return counts;
}

EntropyCost costOf(std::span<const uint64_t> counts)
{
    const std::vector<uint8_t> lengths = huffmanLengths(counts);
    const auto bits = std::inner_product(counts.begin(), counts.end(), lengths.begin(), uint64_t{0});
    const uint8_t longest = *std::max_element(lengths.begin(), lengths.end());
    const auto used = std::find_if(lengths.rbegin(), lengths.rend(), [](uint8_t l) { return l > 0; });
    const auto table =
        (lengths.rend() - used) * std::bit_width(longest); // one length for each symbol up to the last
    return {static_cast<int64_t>(bits) + table, static_cast<int64_t>(std::ceil(shannonBits(counts)))};
}

EntropyCost cheaper(const EntropyCost &a, const EntropyCost &b)
{
    return a.huffmanBits <= b.huffmanBits ? a : b;
}

struct ElementsCost {
    const MatrixEncoding &encoding;
    int valueBits;

    template <class Codes>
    EntropyCost operator()(const Codes &codes) const
    {
        const Counts counts = countCodes(encoding, codes);
        EntropyCost sparse = costOf(counts.gaps);
        sparse += costOf(counts.nonzeroCodes);
        return cheaper(costOf(counts.codes), sparse);
    }
    EntropyCost operator()(const DenseValues &dense) const
    {
        const int64_t width =
            dense.storage == ElementType::Undefined ? valueBits : elementBits(dense.storage);
        const Counts counts = countValues(encoding, dense);
        const auto kept = static_cast<int64_t>(counts.nonzero) * width;
        EntropyCost sparse = costOf(counts.gaps);
        sparse += {kept, kept};
        const int64_t all = encoding.rows * encoding.cols * width;
        return cheaper({all, all}, sparse);
    }
};

/// Scales, zero points and codebooks: what an encoding without elements takes.
struct WithoutElements {
    MatrixEncoding operator()(const DenseValues &dense) const
    {
        return {0, 0, {}, DenseValues{{}, dense.storage}};
    }
    MatrixEncoding operator()(const UniformCodes &codes) const
    {
        return {0, 0, {}, UniformCodes{codes.bits, {}, codes.scales, codes.zeroPoints}};
    }
    MatrixEncoding operator()(const CodebookCodes &codes) const
    {
        return {0,
                0,
                {},
                CodebookCodes{codes.bits, {}, codes.entries, codes.rowsPerTable, codes.tables, codes.scales}};
    }
};

} // namespace

EntropyCost &EntropyCost::operator+=(const EntropyCost &other)
{
    huffmanBits += other.huffmanBits;
    shannonBits += other.shannonBits;
    return *this;
}

EntropyCost entropyCost(const MatrixEncoding &encoding, int valueBits)
{
    EntropyCost cost = std::visit(ElementsCost{encoding, valueBits}, encoding.values);
    const int64_t side = theoreticalBits(std::visit(WithoutElements{}, encoding.values), valueBits);
    return cost += {side, side};
}

EntropyCost entropyCost(const Encoding &encoding, int valueBits)
{
    EntropyCost cost;
    for (const MatrixEncoding *matrix : matricesOf(encoding))
        cost += entropyCost(*matrix, valueBits);
    return cost;
}

EntropyCost entropyCost(const CompressedModel &model, size_t layer)
{
    const Layer &source = model.source.layers()[layer];
    const auto &encoding = model.layers[layer].code.weight;
    if (source.tiedTo)
        return {};
    if (encoding)
        return entropyCost(*encoding, elementBits(source.weightType));
    return {source.weightBytes * 8, source.weightBytes * 8};
}

double signalToNoiseDecibel(double relativeError)
{
    return -20.0 * std::log10(relativeError);
}

} // namespace lathe
