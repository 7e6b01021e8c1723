#pragma once
// Ways to store a string of bytes in less. Inside core/archive only.
#include "core/archive/bytes.h"
#include "core/base/job.h"

namespace lathe {

/// The numbers stand in archives.
enum class Coder : uint8_t {
    Stored = 0, ///< the bytes as they are
    Zstd = 1,
    Planes = 2, ///< numbers of several bytes, first all lowest bytes, then all second ones, ...; zstd
    Words = 3,  ///< canonical Huffman codes of words of 1..16 bits: of codes, or of blocks of several codes
    Runs = 4    ///< canonical Huffman codes of the gaps between codes that differ from the most frequent one,
                ///< and of these codes: relative indices, Han et al. 2016, arXiv:1510.00149, section 2
};

struct Coded {
    Coder coder = Coder::Stored;
    Bytes bytes;
    int64_t tableBytes = 0; ///< of them, what describes the Huffman codes
};

/// No section stands for more than this many times its own bytes, so that the size of an archive bounds what
/// unpacking it can take.
constexpr size_t mostExpansion = 1000;

/// The shortest way to store packed codes of any width.
Coded codedCodes(ByteView raw);
/// The shortest way to store numbers of `width` bytes each, or anything (width 1), without Huffman codes.
Coded codedNumbers(ByteView raw, int width);

/// Memory grows with what is really in them, not with what `rawBytes` claims.
/// @throws Error MalformedData saying what is wrong with them, without naming the file. @throws Cancelled
Bytes decoded(Coder coder, ByteView coded, size_t rawBytes, const JobContext &ctx = {});

} // namespace lathe
