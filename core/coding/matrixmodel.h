#pragma once
// What is known of a matrix of symbols while it is coded. Inside core/coding only.
#include "core/coding/bitmixer.h"
#include "core/coding/matrixcoder.h"

namespace lathe {

class MatrixModel {
public:
    explicit MatrixModel(const MatrixForm &form);

    /// Codes one row: reads it, or writes it, as `bits` is an encoder or a decoder.
    template <class Bits>
    void row(Bits &bits, std::span<uint16_t> symbols);

private:
    static constexpr size_t opinions = 8;

    /// Bits that share contexts and a mixer: those that tell the common symbol, or those of the tree.
    struct Voices {
        Voices(const std::array<size_t, opinions> &sizes, AdaptiveBit start, size_t sets, int rate);
        template <class Bits>
        int code(Bits &bits, int bit, const std::array<size_t, opinions> &contexts, size_t set);

        std::array<std::vector<AdaptiveBit>, opinions> learned;
        BitMixer mixer;
    };
    /// Symbols with the common one taken out: 0 is that one, the others follow in order.
    using Row = std::vector<uint16_t>;

    /// What is around a cell.
    struct Surroundings {
        int row = 0, column = 0, beside = 0, kernel = 0; ///< shares of other symbols, as stretch() tells them
        int left = 0, above = 0;                         ///< whether there is one
        int pattern = 0;                                 ///< eight neighbours, a bit each
        int count = 0;                                   ///< of others in a wider neighbourhood
        size_t position = 0;                             ///< within the kernel
        int inKernel = 0;                                ///< others in it so far
    };

    void beginRow();
    Surroundings around(size_t column) const;
    std::array<size_t, opinions> flagContexts(const Surroundings &s, size_t column) const;
    std::array<size_t, opinions> treeContexts(const Surroundings &s, size_t column, size_t node) const;
    void remember(size_t column, uint16_t symbol);
    int shareOf(uint64_t others, uint64_t all) const;
    size_t kinds() const { return static_cast<size_t>(m_form.kinds); }
    size_t branches() const { return size_t{1} << m_levels; }
    /// Whether there is room for contexts of two symbols before.
    bool pairsFit() const { return branches() * kinds() * kinds() <= size_t{1} << 22U; }

    MatrixForm m_form;
    unsigned m_levels;                ///< of the tree
    Row m_current, m_above, m_second; ///< with room on both sides
    Row m_lastInColumn;               ///< not the common one
    std::vector<uint32_t> m_others;   ///< by column
    std::vector<int16_t> m_columnShare, m_besideShare, m_kernelShare;
    uint64_t m_seen = 0, m_seenOthers = 0;
    uint32_t m_rows = 0, m_rowOthers = 0;
    int m_inKernel = 0;
    uint16_t m_last = 0, m_lastButOne = 0; ///< in the row, not the common one
    uint32_t m_share = 0;                  ///< of others in all that came, of 65536
    Voices m_flag, m_tree;
};

} // namespace lathe
