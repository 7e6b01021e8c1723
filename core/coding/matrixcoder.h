#pragma once
// Context-modelled arithmetic coding of matrices of small symbols: masks, and codes of weights.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace lathe {

/// What encoder and decoder have to agree on before the first symbol.
struct MatrixForm {
    static constexpr int mostKinds = 257;
    static constexpr uint32_t mostColumns = 1U << 20U;

    int kinds = 2;        ///< symbols are 0 .. kinds - 1
    int common = 0;       ///< the one that is told from all others first; best the most frequent one
    uint16_t others = 1;  ///< share of all other symbols, of 65536; not 0
    uint32_t columns = 1; ///< symbols of a row
    /// Columns that belong together, as the positions of one convolution kernel; 1: none do.
    uint32_t period = 1;
    /// How far it is from a column to the one below it where columns are the pixels of an image; 0: they are
    /// not.
    uint32_t stride = 0;

    bool isValid() const;
};

/// Every symbol is told by bits: whether it is the common one, and if not, by the way down a tree that splits
/// all symbols by their highest bit first. What a bit probably is follows from what is around it: neighbours
/// in the row and in the rows above, how many symbols of the row, of the column and of the columns beside it
/// differed from the common one so far. docs/archive-format.md says it in full.
class MatrixEncoder {
public:
    explicit MatrixEncoder(const MatrixForm &form);
    ~MatrixEncoder();
    /// @param row as many symbols as there are columns; of the last row as many as are left.
    void add(std::span<const uint16_t> row);
    std::vector<std::byte> finish();

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

class MatrixDecoder {
public:
    /// @param bytes have to live as long as this. Takes memory for columns and kinds, not for rows.
    MatrixDecoder(const MatrixForm &form, std::span<const std::byte> bytes);
    ~MatrixDecoder();
    /// @throws Error MalformedData when the bytes ended long before.
    void next(std::span<uint16_t> row);
    /// @throws Error MalformedData when there are other bytes than the symbols took.
    void expectEnd() const;

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace lathe
