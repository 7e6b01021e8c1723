#pragma once
// The table of a Huffman code in few bytes. Inside core/archive only.
#include "core/archive/bytes.h"

namespace lathe {

/// Code lengths, one for each symbol: k bits each, or compressed by zstd, whichever is shorter.
void writeCodeLengths(ByteWriter &out, const std::vector<uint8_t> &lengths);
/// @throws Error MalformedData
std::vector<uint8_t> readCodeLengths(ByteReader &in, size_t symbols);

} // namespace lathe
