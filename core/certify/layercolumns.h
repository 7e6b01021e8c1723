#pragma once
// What is told of each layer of a compressed model: the same columns in the report and on the command line.
#include "core/exporting/graph.h"

#include <functional>

namespace lathe {

/// What stands where a layer has no figure of a column.
inline constexpr const char *noFigure = "-";

struct LayerColumn {
    Message title;
    bool isText = false; ///< stands on the left; else a figure
    std::function<Message(size_t layer)> value;
    Message total; ///< of all layers together; empty: there is none
};

/// @param compressed,built must outlive the columns; both for all of the origin's layers
std::vector<LayerColumn> layerColumns(const CompressedModel &compressed, const BuiltModel &built);

} // namespace lathe
