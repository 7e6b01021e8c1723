#pragma once
// What the constants of a graph are for. Inside core/archive only.
#include "core/archive/cellcoder.h"
#include "core/model/model.h"

#include <map>

namespace lathe {

struct TensorUse {
    int codeBits = 0;  ///< of one packed code; 0: it holds no packed codes
    std::string layer; ///< of the first node that works with it and with an input of the model; may be empty
    CellGrid grid;     ///< of the weight that it is unpacked to
    std::string codes; ///< of a mask or of steps: the constant with the codes of what is kept; may be empty
    bool isSteps = false;
};

/// By name of the constant. Packed codes are known by the nodes that unpack them, so files of any version,
/// and of other programs that unpack in the same way, are understood.
std::map<std::string, TensorUse> tensorUses(const Model &model);

} // namespace lathe
