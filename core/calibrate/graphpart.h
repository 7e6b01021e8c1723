#pragma once
// The part of a graph that one value needs. Inside core/calibrate only.
#include "core/model/model.h"

#include <map>
#include <string>

namespace lathe {

/// A model of one output, `wanted`, with what of the main graph that needs.
/// @param known values that are fed instead of being computed, with their types and ranks
/// @throws Error Unsupported (nothing in the graph makes the value)
Model graphPart(const Model &model, const std::string &wanted, const std::map<std::string, ValueInfo> &known);

} // namespace lathe
