#pragma once
// Forms of storage that runtimes know by themselves. Inside core only.
#include "core/storage/decodenodes.h"

namespace lathe {

constexpr int64_t oldestQdqOpset = 10;     ///< DequantizeLinear with one scale
constexpr int64_t oldestQdqAxisOpset = 13; ///< with one scale for each channel
constexpr int64_t oldestInt4Opset = 21;    ///< with 4-bit integers and with groups
constexpr int64_t oldestSparseIr = 6;
constexpr int64_t oldestSparseOpset = 11;

/// DequantizeLinear of integers of `bits` bits (4 or 8): exactly decode(encoding), rounded once to the slot's
/// type.
Possible<DecodeFragment> qdqFragment(const MatrixEncoding &encoding, const WeightSlot &slot,
                                     const ExportTarget &target, int bits);
/// A sparse initializer, where it takes less room than plain values.
Possible<DecodeFragment> sparseFragment(const MatrixEncoding &encoding, const WeightSlot &slot,
                                        const ExportTarget &target, int64_t irVersion);

} // namespace lathe
