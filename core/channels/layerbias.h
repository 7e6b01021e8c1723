#pragma once
// What is added to a layer's output, one number for each row of its weight. Inside core/channels only.
#include "core/model/proto.h"
#include "core/rewrite/editedconstants.h"

namespace lathe {

/// Where such numbers go: an input of the layer's node, or of the addition behind a product.
struct BiasPlace {
    int node = -1, input = -1;
    std::string constant; ///< that is there; empty: nothing is
    Shape shape;          ///< of what is put there
    double factor = 1.0;  ///< by which it is multiplied: beta of a Gemm
};
/// Where that would take another node, or is no constant: why, in a clause.
Possible<BiasPlace> biasPlace(const Model &model, size_t layer);

/// What is there, [rows], times its factor: zeros where nothing is. Empty: biasPlace() has none.
Vector biasOf(const Model &model, size_t layer);

/// Adds `shift` [rows] to what is there, in a constant of the node's own where others read the same.
void addToBias(const Model &model, size_t layer, const BiasPlace &place, const Vector &shift,
               onnx::ModelProto &proto, EditedConstants &constants);

} // namespace lathe
