#include "core/archive/zstdcodec.h"

#include "core/base/error.h"

#include <algorithm>
#include <memory>
#include <new>
#include <zstd.h>

namespace lathe {
namespace {

constexpr size_t smallEnoughForBest = size_t{1} << 20;
constexpr int bestLevel = 19; ///< about 3 MB a second
constexpr int largeLevel = 9; ///< about 40 MB a second
constexpr uint32_t skippableFrame = 0x184D2A50;
constexpr size_t leastOutput = size_t{1} << 16;
constexpr size_t pieceBytes = size_t{1} << 22; ///< between two looks at whether to go on

[[noreturn]] void refuse(const Message &why)
{
    throw Error(ErrorCode::MalformedData, Message::tr("Its zstd data is wrong: {}.", why));
}

} // namespace

Bytes zstdPacked(ByteView raw, size_t least)
{
    Bytes packed(ZSTD_compressBound(raw.size()));
    const int level = raw.size() <= smallEnoughForBest ? bestLevel : largeLevel;
    const size_t size = ZSTD_compress(packed.data(), packed.size(), raw.data(), raw.size(), level);
    if (ZSTD_isError(size) != 0)
        throw Error(ErrorCode::Internal, Message::tr("zstd failed: {}.", ZSTD_getErrorName(size)));
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

Bytes zstdUnpacked(ByteView packed, size_t rawBytes, const JobContext &ctx)
{
    const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> stream(ZSTD_createDCtx(), &ZSTD_freeDCtx);
    if (!stream)
        throw std::bad_alloc();
    ZSTD_inBuffer in{packed.data(), packed.size(), 0};
    Bytes raw;
    size_t done = 0;
    bool whole = false; // at the end of a frame
    for (bool more = true; more;) {
        ctx.throwIfCancelled();
        if (done == raw.size()) // one byte too many fits in, so that more than declared shows itself
            raw.resize(std::min(rawBytes + 1, raw.size() + std::max(raw.size(), leastOutput)));
        ZSTD_outBuffer out{raw.data(), std::min(raw.size(), done + pieceBytes), done};
        const size_t wanted = ZSTD_decompressStream(stream.get(), &out, &in);
        if (ZSTD_isError(wanted) != 0)
            refuse(Message::verbatim(ZSTD_getErrorName(wanted)));
        done = out.pos;
        whole = wanted == 0;
        const bool exhausted = in.pos == in.size && (whole || out.pos < out.size);
        more = !exhausted && done <= rawBytes;
    }
    if (done != rawBytes || !whole)
        refuse(Message::tr("another length than declared"));
    raw.resize(done);
    return raw;
}

} // namespace lathe
