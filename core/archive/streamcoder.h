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
    Runs = 4,   ///< canonical Huffman codes of the gaps between codes that differ from the most frequent one,
                ///< and of these codes: relative indices, Han et al. 2016, arXiv:1510.00149, section 2
    // From format 2 on:
    Cells = 5,   ///< codes as a matrix, range-coded by what is around each of them
    Mask = 6,    ///< the same of a mask and of the codes of what it keeps
    Steps = 7,   ///< the same of steps from one kept code to the next, and of these codes
    Numbers = 8, ///< range-coded floating-point numbers
    Graph = 9    ///< range-coded bytes of an ONNX file of which the data was cut out
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

/// What was cut out of a file is coded apart from the rest, and of the rest it is known where that was.
struct Hole {
    uint64_t at = 0;   ///< byte of the rest
    uint64_t size = 0; ///< bytes that stand there in the file
};

/// Floating-point numbers of `width` bytes, of which there are few.
Coded codedFloats(ByteView raw, int width);
/// The shortest way to store a file's rest.
/// @param holes of the file
Coded codedRest(ByteView rest, const std::vector<Hole> &holes);

/// Memory grows with what is really in them, not with what `sizes` claim.
/// @param sizes of the stretches that come out, joined. @param holes of the file, for a rest
/// @throws Error MalformedData saying what is wrong with them, without naming the file. @throws Cancelled
Bytes decoded(Coder coder, ByteView coded, std::span<const uint64_t> sizes,
              const std::vector<Hole> &holes = {}, const JobContext &ctx = {});

/// Of one stretch.
inline Bytes decoded(Coder coder, ByteView coded, uint64_t rawBytes, const JobContext &ctx = {})
{
    return decoded(coder, coded, std::span(&rawBytes, 1), {}, ctx);
}

} // namespace lathe
