#include "core/coding/matrixmodel.h"

#include "core/coding/bitcoder.h"

#include <algorithm>
#include <bit>

namespace lathe {
namespace {

// Everything here is part of the archive's format. It was fitted on LeNet-300-100 and LeNet-5 with 8, 3 and 1
// % kept, weights without and with structure, on mobilenetv2 with 4 bits and squeezenet1.1 pruned to 30 and
// 10 %.

/// Room beside a row, so that neighbours exist everywhere.
constexpr size_t margin = 4;
/// How many symbols the share of all is worth beside those of one row or column.
constexpr uint64_t priorSymbols = 8;
/// A flag's contexts start from the share that is told, as if so many bits had come: one odd symbol in a
/// sparse matrix must not count for much.
constexpr uint32_t flagPrior = 16;
/// Slow, because most contexts say nothing about a random mask, and weights that move cost bits there.
constexpr int flagRate = 6, treeRate = 14;
constexpr size_t flagSets = 12, nodeSets = 256;
constexpr size_t patterns = 256, fewCounts = 16, positions = 64;

/// One of `count` equal parts of the shares from 0.03 to 99.97 %.
size_t part(int share, int count)
{
    constexpr int half = 2048;
    return static_cast<size_t>(std::clamp((share + half) * count / (2 * half), 0, count - 1));
}

} // namespace

MatrixModel::Voices::Voices(const std::array<size_t, opinions> &sizes, AdaptiveBit start, size_t sets,
                            int rate)
    : mixer(opinions, sets, rate)
{
    for (size_t i = 0; i < opinions; ++i)
        learned[i].assign(sizes[i], start);
}

template <class Bits>
int MatrixModel::Voices::code(Bits &bits, int bit, const std::array<size_t, opinions> &contexts, size_t set)
{
    std::array<AdaptiveBit *, opinions> asked;
    std::array<int, opinions> said;
    for (size_t i = 0; i < opinions; ++i) {
        asked[i] = &learned[i][contexts[i]];
        said[i] = stretch(asked[i]->p12());
    }
    const int coded = bits.code(bit, mixer.mixed(said, set));
    mixer.learn(coded);
    for (AdaptiveBit *one : asked)
        one->learn(coded);
    return coded;
}

MatrixModel::MatrixModel(const MatrixForm &form)
    : m_form(form), m_levels(static_cast<unsigned>(std::bit_width(static_cast<unsigned>(form.kinds - 2)))),
      m_current(form.columns + 2 * margin), m_above(m_current), m_second(m_current),
      m_lastInColumn(form.columns), m_others(form.columns), m_columnShare(form.columns),
      m_besideShare(form.columns), m_kernelShare(form.columns),
      m_flag({64, 64, 32 * 32, patterns, fewCounts * 64, positions * fewCounts, form.columns, 32 * 16 * 32},
             AdaptiveBit(form.others, flagPrior), flagSets, flagRate),
      m_tree({branches(), branches() * kinds(), branches() * kinds(), branches() * 16 * 16,
              branches() * kinds() * 4, branches() * positions,
              branches() * kinds() * (pairsFit() ? kinds() : 1), branches() * fewCounts},
             AdaptiveBit(), nodeSets * 2, treeRate)
{
}

/// Of `others` among `all`, mixed with what is known of the whole matrix.
int MatrixModel::shareOf(uint64_t others, uint64_t all) const
{
    const uint64_t p16 = ((others << 16U) + priorSymbols * m_share) / (all + priorSymbols);
    return stretch(static_cast<uint32_t>(std::min<uint64_t>(p16, 65535) >> 4U));
}

void MatrixModel::beginRow()
{
    m_share = static_cast<uint32_t>(((m_seenOthers << 16U) + (priorSymbols << 7U) * m_form.others) /
                                    (m_seen + (priorSymbols << 7U)));
    const size_t columns = m_form.columns, stride = m_form.stride, period = m_form.period;
    for (size_t c = 0; c < columns; ++c) {
        uint64_t others = 2 * uint64_t{m_others[c]}, weight = 2;
        const auto add = [&](size_t beside) {
            others += m_others[beside];
            ++weight;
        };
        if (c > 0)
            add(c - 1);
        if (c + 1 < columns)
            add(c + 1);
        if (stride > 0 && c >= stride)
            add(c - stride);
        if (stride > 0 && c + stride < columns)
            add(c + stride);
        m_columnShare[c] = static_cast<int16_t>(shareOf(m_others[c], m_rows));
        m_besideShare[c] = static_cast<int16_t>(shareOf(others / 2, m_rows * weight / 2));
    }
    m_kernelShare = m_besideShare;
    for (size_t c = 0; period > 1 && c < columns; c += period) {
        const size_t end = std::min(c + period, columns);
        uint64_t others = 0;
        for (size_t i = c; i < end; ++i)
            others += m_others[i];
        std::fill(m_kernelShare.begin() + static_cast<std::ptrdiff_t>(c),
                  m_kernelShare.begin() + static_cast<std::ptrdiff_t>(end),
                  static_cast<int16_t>(shareOf(others, uint64_t{m_rows} * (end - c))));
    }
    std::fill(m_current.begin(), m_current.end(), uint16_t{0});
    m_rowOthers = 0;
    m_last = m_lastButOne = 0;
}

MatrixModel::Surroundings MatrixModel::around(size_t column) const
{
    const size_t at = column + margin;
    const auto other = [](const Row &row, size_t i) { return row[i] != 0 ? 1 : 0; };
    const auto back = [&](size_t distance) {
        return column >= distance ? other(m_current, at - distance) : 0;
    };
    Surroundings s;
    s.row = shareOf(m_rowOthers, column);
    s.column = m_columnShare[column];
    s.beside = m_besideShare[column];
    s.kernel = m_kernelShare[column];
    s.left = other(m_current, at - 1);
    s.above = other(m_above, at);
    const int left2 = other(m_current, at - 2), above2 = other(m_second, at);
    const int aboveLeft = other(m_above, at - 1), aboveRight = other(m_above, at + 1);
    const int alike = back(m_form.period > 1 ? m_form.period : 3); // the same position of the kernel before
    const int below = m_form.stride > 0 ? back(m_form.stride) : 0; // the pixel above in the image
    s.pattern = s.left | left2 << 1 | s.above << 2 | above2 << 3 | aboveLeft << 4 | aboveRight << 5 |
                alike << 6 | below << 7;
    s.count = s.left + left2 + other(m_current, at - 3) + other(m_current, at - 4) + s.above + above2 +
              aboveLeft + aboveRight + other(m_second, at - 1) + other(m_second, at + 1) + alike + below;
    s.position = m_form.period > 1 ? column % m_form.period : 0;
    s.inKernel = m_inKernel;
    return s;
}

std::array<size_t, MatrixModel::opinions> MatrixModel::flagContexts(const Surroundings &s,
                                                                    size_t column) const
{
    return {part(s.column, 64),
            part(s.row, 64),
            part(s.column, 32) * 32 + part(s.row, 32),
            static_cast<size_t>(s.pattern),
            static_cast<size_t>(s.count) * 64 + part(s.beside, 64),
            std::min(s.position, positions - 1) * fewCounts +
                std::min(static_cast<size_t>(s.inKernel), fewCounts - 1),
            column,
            (part(s.kernel, 32) * 16 + part(s.beside, 16)) * 32 + part(s.row, 32)};
}

std::array<size_t, MatrixModel::opinions> MatrixModel::treeContexts(const Surroundings &s, size_t column,
                                                                    size_t node) const
{
    const size_t before = node * kinds() + m_last;
    return {node,
            before,
            node * kinds() + m_lastInColumn[column],
            (node * 16 + part(s.row, 16)) * 16 + part(s.column, 16),
            (node * kinds() + m_above[column + margin]) * 4 + static_cast<size_t>(s.left * 2 + s.above),
            node * positions + std::min(s.position, positions - 1),
            pairsFit() ? before * kinds() + m_lastButOne : before,
            node * fewCounts + static_cast<size_t>(s.count)};
}

void MatrixModel::remember(size_t column, uint16_t symbol)
{
    m_current[column + margin] = symbol;
    ++m_seen;
    if (symbol == 0)
        return;
    ++m_seenOthers;
    ++m_rowOthers;
    ++m_inKernel;
    ++m_others[column];
    m_lastButOne = m_last;
    m_last = m_lastInColumn[column] = symbol;
}

template <class Bits>
void MatrixModel::row(Bits &bits, std::span<uint16_t> symbols)
{
    beginRow();
    const auto common = static_cast<uint16_t>(m_form.common);
    const size_t flagSet = std::min<size_t>(static_cast<size_t>(std::bit_width(m_rows)), flagSets - 1);
    for (size_t column = 0; column < symbols.size(); ++column) {
        if (column % m_form.period == 0)
            m_inKernel = 0;
        const Surroundings s = around(column);
        const uint16_t given = symbols[column];
        uint16_t symbol = m_flag.code(bits, given != common, flagContexts(s, column), flagSet) ? 1 : 0;
        if (symbol != 0) {
            const unsigned others = given > common ? given - 1U : given;
            size_t node = 1;
            for (unsigned level = m_levels; level-- > 0;) {
                const size_t set = std::min(node, nodeSets - 1) * 2 + (m_rows > 3 ? 1 : 0);
                node =
                    node * 2 + static_cast<size_t>(m_tree.code(bits, static_cast<int>(others >> level & 1U),
                                                               treeContexts(s, column, node), set));
            }
            symbol =
                static_cast<uint16_t>(std::min(node - branches(), static_cast<size_t>(m_form.kinds) - 2) + 1);
        }
        symbols[column] = symbol == 0 ? common : symbol <= common ? symbol - 1 : symbol;
        remember(column, symbol);
    }
    std::swap(m_second, m_above);
    std::swap(m_above, m_current);
    ++m_rows;
}

template void MatrixModel::row(BitEncoder &, std::span<uint16_t>);
template void MatrixModel::row(BitDecoder &, std::span<uint16_t>);

} // namespace lathe
