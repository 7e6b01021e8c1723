#pragma once
// Shifts of layers' outputs as plain constants of a graph, so that they can be read and changed by name.
#include "core/model/model.h"

namespace lathe {

struct LayerShift {
    size_t layer = 0;
    std::string constant;      ///< of the shifted model: the layer's bias with its shift, or the shift alone
    std::vector<float> values; ///< its
};

struct ShiftedModel {
    Model model;
    std::vector<LayerShift> shifts; ///< of layers that have one and whose node can take it
};

/// @param shifts for each layer [rows], or empty: none
ShiftedModel withShifts(const Model &model, const std::vector<Vector> &shifts);

} // namespace lathe
