#include "core/archive/zstdcodec.h"

#include "core/base/error.h"

#include <fmt/format.h>
#include <zstd.h>

namespace lathe {
namespace {

constexpr size_t smallEnoughForBest = size_t{1} << 20;
constexpr int bestLevel = 19; ///< about 3 MB a second
constexpr int largeLevel = 9; ///< about 40 MB a second
constexpr uint32_t skippableFrame = 0x184D2A50;

} // namespace

Bytes zstdPacked(ByteView raw, size_t least)
{
    Bytes packed(ZSTD_compressBound(raw.size()));
    const int level = raw.size() <= smallEnoughForBest ? bestLevel : largeLevel;
    const size_t size = ZSTD_compress(packed.data(), packed.size(), raw.data(), raw.size(), level);
    if (ZSTD_isError(size) != 0)
        throw Error(ErrorCode::Internal, fmt::format("zstd failed: {}.", ZSTD_getErrorName(size)));
    packed.resize(size);
    if (size < least) {
        ByteWriter filler;
        filler.fixed32(skippableFrame);
        filler.fixed32(static_cast<uint32_t>(least - size));
        packed.insert(packed.end(), filler.bytes().begin(), filler.bytes().end());
        packed.resize(packed.size() + least - size);
    }
    return packed;
}

Bytes zstdUnpacked(ByteView packed, size_t rawBytes)
{
    Bytes raw(rawBytes);
    const size_t size = ZSTD_decompress(raw.data(), raw.size(), packed.data(), packed.size());
    if (ZSTD_isError(size) != 0 || size != rawBytes)
        throw Error(ErrorCode::MalformedData,
                    fmt::format("Its zstd data is wrong: {}.", ZSTD_isError(size) != 0
                                                                   ? ZSTD_getErrorName(size)
                                                                   : "another length than declared"));
    return raw;
}

} // namespace lathe
