#include "core/archive/codelengths.h"

#include "core/archive/zstdcodec.h"
#include "core/base/error.h"

#include <algorithm>
#include <bit>

namespace lathe {
namespace {

constexpr uint8_t compressedByZstd = 0; ///< else the number of bits of a length
constexpr uint8_t widestLength = 6;

Bytes packedLengths(const std::vector<uint8_t> &lengths, int width)
{
    ByteWriter out;
    uint32_t pending = 0;
    int pendingBits = 0;
    for (const uint8_t length : lengths) {
        pending |= uint32_t{length} << pendingBits;
        for (pendingBits += width; pendingBits >= 8; pendingBits -= 8, pending >>= 8)
            out.byte(static_cast<uint8_t>(pending));
    }
    if (pendingBits > 0)
        out.byte(static_cast<uint8_t>(pending));
    return out.take();
}

} // namespace

void writeCodeLengths(ByteWriter &out, const std::vector<uint8_t> &lengths)
{
    const uint8_t longest = lengths.empty() ? uint8_t{0} : *std::max_element(lengths.begin(), lengths.end());
    const int width = std::max(1, static_cast<int>(std::bit_width(longest)));
    const Bytes plain = packedLengths(lengths, width);
    const Bytes compressed = zstdPacked(std::as_bytes(std::span(lengths)));
    if (plain.size() <= compressed.size() + 2) {
        out.byte(static_cast<uint8_t>(width));
        out.append(plain);
    } else {
        out.byte(compressedByZstd);
        out.number(compressed.size());
        out.append(compressed);
    }
}

std::vector<uint8_t> readCodeLengths(ByteReader &in, size_t symbols)
{
    const uint8_t width = in.byte();
    std::vector<uint8_t> lengths;
    lengths.reserve(symbols);
    if (width == compressedByZstd) {
        for (const std::byte length : zstdUnpacked(in.take(in.number()), symbols))
            lengths.push_back(std::to_integer<uint8_t>(length));
        return lengths;
    }
    if (width > widestLength)
        throw Error(ErrorCode::MalformedData,
                    Message::tr("Its table of code lengths is of an unknown kind."));
    const std::vector<uint32_t> all = splitCodes(in.take((symbols * width + 7) / 8), width);
    for (size_t i = 0; i < symbols; ++i)
        lengths.push_back(static_cast<uint8_t>(all[i]));
    return lengths;
}

} // namespace lathe
