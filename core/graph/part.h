#pragma once
// A part of a graph between two items through which all of it passes. Inside core/graph only.
#include "core/graph/layout.h"

namespace lathe {

constexpr double rowGap = 26.0;  ///< between rows: an edge with its arrow
constexpr double itemGap = 24.0; ///< between items of a row

struct Part {
    std::vector<LayoutItem> items;
    std::vector<LayoutEdge> edges;
    bool top = false;    ///< the first item is above all others
    bool bottom = false; ///< the last item is below all others
};

/// As in GraphLayout, coordinates of any origin.
struct PartLayout {
    std::vector<LayoutPoint> centres;
    std::vector<EdgeRoute> routes;
};

/// Whether dot would take longer than a person waits: it is measured by items and by the rows that edges
/// cross.
bool isTooLargeForDot(const Part &part);
/// By item: the longest way from above, in rows.
std::vector<int> rowsByLongestWay(const Part &part);

/// By graphviz. @throws Error Internal when it cannot
PartLayout dotLayout(const Part &part);
/// Rows by the longest way from above, sorted by where their edges come from; straight edges.
PartLayout plainLayout(const Part &part);

/// A smooth curve from the bottom of one item to the top of another.
EdgeRoute directRoute(LayoutPoint from, LayoutPoint to);

} // namespace lathe
