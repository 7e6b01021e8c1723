#pragma once
// Which constants are read behind some layers. Inside core/preview only.
#include "core/model/model.h"

#include <set>
#include <string>
#include <vector>

namespace lathe {

/// Names of the main graph that the layers' nodes read, and all nodes that what they give reaches.
std::set<std::string, std::less<>> readBehind(const Model &model, const std::vector<size_t> &layers);

} // namespace lathe
