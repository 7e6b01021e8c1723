#pragma once
#include "core/base/matrix.h"
#include "core/methods/encoding.h"

namespace lathe {

/// What a layer carries in a file instead of its own constants. Whoever asks whether two models are the same
/// one asks here.
struct LayerCode {
    std::shared_ptr<const Encoding> weight; ///< null: the weight stays as it is
    Vector biasShift;                       ///< [rows] to be added to the layer's output; empty: nothing

    bool changesNothing() const { return !weight && biasShift.size() == 0; }
    /// Whether both are the same: weights by being the same encoding, for whoever makes them keeps them, and
    /// two of the same content are at worst worked out twice.
    friend bool operator==(const LayerCode &a, const LayerCode &b)
    {
        return a.weight == b.weight && a.biasShift.size() == b.biasShift.size() && a.biasShift == b.biasShift;
    }
};

} // namespace lathe
