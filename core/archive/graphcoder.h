#pragma once
// The graph of an ONNX file in few bytes. Inside core/archive only.
#include "core/archive/graphreading.h"
#include "core/base/job.h"

namespace lathe {

/// Codes bytes one after the other by what came before them and by what GraphReading expects, having read the
/// graphs of graphprimer.h first.
/// @param holes in order, all within the bytes
Bytes graphPacked(ByteView bytes, const std::vector<Hole> &holes);
/// @throws Error MalformedData. @throws Cancelled
Bytes graphUnpacked(ByteView packed, size_t rawBytes, const std::vector<Hole> &holes,
                    const JobContext &ctx = {});

} // namespace lathe
