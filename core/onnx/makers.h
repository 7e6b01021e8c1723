#pragma once
// What a value is made by, back to constants and inputs. Inside core only.
#include "core/onnx/graphview.h"

#include <limits>
#include <span>

namespace lathe {

/// A value as a graph sees it: by the graph's ordinal and its name.
struct ValuePlace {
    int graph = 0;
    std::string name;
    auto operator<=>(const ValuePlace &) const = default;
};

/// All that the values are made from, themselves first of all made of: makers stand before what reads them,
/// however the file orders its nodes. A node counts with what its subgraphs read from around them.
/// @param most the walk ends early when there are more, with none
std::vector<Definition> makersOf(const GraphView &view, std::span<const ValuePlace> values,
                                 size_t most = std::numeric_limits<size_t>::max());
/// Bytes of the numbers in those makers that are constants.
int64_t bytesOfConstants(const GraphIndex &index, std::span<const Definition> makers);
/// Bytes of the numbers in the constants that values are made from; each constant once.
int64_t bytesBehind(const GraphView &view, std::span<const ValuePlace> values);

} // namespace lathe
