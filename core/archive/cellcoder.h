#pragma once
// Codes and masks as matrices of cells, coded by what is around each cell. Inside core/archive only.
#include "core/archive/streamcoder.h"

#include <optional>

namespace lathe {

/// How the cells of a stream lie in their weight. Any values do, right ones do better.
struct CellGrid {
    uint64_t cells = 0;   ///< 0: as many as there are codes
    uint32_t columns = 0; ///< of a row; 0: not known
    uint32_t period = 1;  ///< columns of one convolution kernel
    uint32_t stride = 0;  ///< columns from one row of a kernel, or of an image, to the next
};

/// Packed codes, one for each cell.
std::optional<Coded> codedCells(ByteView codes, int width, const CellGrid &grid);

/// Two streams that go together: which cells are kept, and their codes.
struct SparsePair {
    ByteView positions; ///< a bit for each cell, or steps from one kept cell to the next
    int stepBits = 0;   ///< 0: a mask
    ByteView codes;     ///< with a mask, the code of what is not kept comes first
    int codeBits = 0;
    bool positionsFirst = true; ///< in the file
};
/// None where the streams are not as an export writes them.
std::optional<Coded> codedPair(const SparsePair &pair, const CellGrid &grid);

/// @param sizes of what comes out, one stream or two in the order of the file, joined.
/// @throws Error MalformedData. @throws Cancelled
Bytes cellsDecoded(Coder coder, ByteView coded, std::span<const uint64_t> sizes, const JobContext &ctx);

/// The entropy of the cells, each by itself, in bits: what a coder needs that looks at no neighbours.
double cellBits(ByteView codes, int width);
double cellBits(const SparsePair &pair, const CellGrid &grid);

} // namespace lathe
