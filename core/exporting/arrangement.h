#pragma once
// In which order and shape a weight's values are unpacked. Internal to core/exporting.
#include "core/compress/encoding.h"
#include "core/exporting/decodenodes.h"

#include <optional>

namespace lathe {

/// Values that belong to elements are best stored in the order of the stored constant, so that no node has to
/// move them. Where one number per row (a scale) has no shape there, they stay in the order of the matrix and
/// nodes undo the layout.
struct Arrangement {
    Shape shape;           ///< of the unpacked values: the constant's, or {rows, cols}
    Shape rowShape;        ///< in which one number per row spreads over `shape`
    bool isMatrix = false; ///< the layout is still to be undone
};

/// @param perRow whether numbers that belong to rows are stored.
Arrangement arrange(const WeightSlot &slot, Index rows, Index cols, bool perRow);
/// Elements from the order of the matrix into the arrangement's.
std::vector<uint8_t> arranged(const Arrangement &arrangement, const WeightSlot &slot,
                              const std::vector<uint8_t> &matrixOrder, Index rows, Index cols);

} // namespace lathe
