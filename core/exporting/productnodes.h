#pragma once
// Factors that are multiplied when the model is loaded. Inside core/exporting only.
#include "core/methods/encoding.h"
#include "core/storage/decodenodes.h"

#include <functional>

namespace lathe {

/// How one of the matrices is stored.
using DecodeMatrix = std::function<DecodeFragment(const MatrixEncoding &, const WeightSlot &)>;

struct ProductNodes {
    Fragment fragment;             ///< gives the root's constant
    Message form;                  ///< "factors (plain, codes 8 bit) + codes 3 bit, multiplied on loading"
    std::vector<WeightSlot> slots; ///< of the factors, then of the residual
};

/// The weight that factors and residual stand for, in standard operators of opset 7 on.
ProductNodes productNodes(const FactorEncoding &encoding, const WeightSlot &root, const ExportTarget &target,
                          const DecodeMatrix &decodeMatrix);

/// Of the name of the residual: the layer's prefix and this.
constexpr char residualSuffix = 'R';

} // namespace lathe
