#pragma once
// What entropy coding makes of an encoding: the last step of Deep Compression.
#include "core/compress/compressor.h"

namespace lathe {

/// Two ways are open to each matrix, and the cheaper one counts: one Huffman code for every element, or codes
/// of the elements that are not zero and of the gaps between them (a gap of 255 or more is broken up by
/// entries without an element). Han et al. 2016, arXiv:1510.00149, sections 2 and 4. Values without codes are
/// counted as they are stored.
struct EntropyCost {
    int64_t huffmanBits = 0; ///< with Huffman tables, scales, zero points and codebooks
    int64_t shannonBits = 0; ///< the same symbols at their entropy, with scales, zero points and codebooks
    EntropyCost &operator+=(const EntropyCost &other);
};

/// One pass over the codes: some milliseconds for a million.
/// @param valueBits of a value or scale as the model's weight type stores it
EntropyCost entropyCost(const MatrixEncoding &encoding, int valueBits = 32);
EntropyCost entropyCost(const Encoding &encoding, int valueBits = 32);
/// Of a layer's weight: as it is stored where it is untouched; nothing where it is tied to another layer's.
EntropyCost entropyCost(const CompressedModel &model, size_t layer);

/// Whole bytes that hold so many bits.
constexpr int64_t bytesOfBits(int64_t bits)
{
    return (bits + 7) / 8;
}

/// LayerResult::outputError as a ratio of signal to noise; infinite where there is no error.
double signalToNoiseDecibel(double relativeError);

} // namespace lathe
