#pragma once
// zstd (RFC 8878) in memory. Internal to core/archive; the library ends in zstdcodec.cpp.
#include "core/archive/bytes.h"
#include "core/base/job.h"

namespace lathe {

/// A frame, filled up by a skippable one to at least `least` bytes.
Bytes zstdPacked(ByteView raw, size_t least = 0);
/// Takes memory for what comes out, as it comes.
/// @throws Error MalformedData unless there are exactly `rawBytes` in it. @throws Cancelled
Bytes zstdUnpacked(ByteView packed, size_t rawBytes, const JobContext &ctx = {});

} // namespace lathe
