#pragma once
// The part of a graph that a value is made by. Inside core only.
#include "core/model/model.h"
#include "core/onnx/graphview.h"

#include <map>
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
std::vector<Definition> makersOf(const GraphView &view, std::span<const ValuePlace> values);

/// A model of these makers and nothing else, which takes no inputs. It has no outputs yet: a session is asked
/// for the values (SessionOptions::extraOutputs).
/// @param values of one graph and those around it
/// @throws Error Unsupported when a value depends on what is fed, naming it
Model constantPart(const Model &file, std::span<const ValuePlace> values);

} // namespace lathe
