#pragma once
// In which order and shape a weight's values are unpacked. Inside core/storage only.
#include "core/methods/encoding.h"
#include "core/storage/decodenodes.h"

#include <optional>

namespace lathe {

/// Values that belong to elements are best stored in the order of the stored constant, so that no node has to
/// move them. Where numbers that belong to rows or groups of columns (scales) have no shape there, they stay
/// in the order of the matrix and nodes undo the layout.
struct Arrangement {
    Shape shape;           ///< of the unpacked values: the constant's, or of the matrix
    Shape numberShape;     ///< in which one number for each row or group spreads over `shape`
    bool isMatrix = false; ///< the layout is still to be undone
};

/// @param span consecutive columns of a row that share a number: cols or a part of them; 0: all elements do.
Arrangement arrange(const WeightSlot &slot, Index rows, Index cols, Index span);
/// Elements in the order of the matrix, whatever the constant's is, where `rows` have a shape of their own.
Arrangement inMatrixOrder(const WeightSlot &slot, Index rows, Index cols, Index span);
/// Elements from the order of the matrix into the arrangement's.
std::vector<uint8_t> arranged(const Arrangement &arrangement, const WeightSlot &slot,
                              const std::vector<uint8_t> &matrixOrder);

/// Nodes from values in the arrangement's order, in shape `have`, to the slot's shape and order.
std::string intoSlot(FragmentBuilder &builder, std::string value, const Shape &have,
                     const Arrangement &arrangement, const WeightSlot &slot, Index rows, Index cols);

} // namespace lathe
