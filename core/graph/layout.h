#pragma once
// Where the items of a graph stand and how its edges run, in layers from top to bottom.
#include "core/base/job.h"

#include <span>
#include <vector>

namespace lathe {

struct LayoutItem {
    double width = 0.0,
           height = 0.0; ///< in the unit of all lengths here; text sizes decide, so the caller does
};

struct LayoutEdge {
    int from = -1, to = -1; ///< items; from < to
    bool operator==(const LayoutEdge &) const = default;
};

struct LayoutPoint {
    double x = 0.0, y = 0.0; ///< y grows downwards
};

struct EdgeRoute {
    std::vector<LayoutPoint> points; ///< cubic Bézier curves, 3 n + 1 points, from item to item
    bool detour = false;             ///< leads past everything on the right, because it skips so much
};

struct GraphLayout {
    std::vector<LayoutPoint> centres; ///< of the items
    std::vector<EdgeRoute> routes;    ///< as edges
    double width = 0.0, height = 0.0; ///< all of it lies in [0, width] x [0, height]
    bool plain =
        false; ///< a part is too large for graphviz: it stands in plain rows, its edges may cross items
};

/// The graph is cut where all of it passes through one item; graphviz's dot (Gansner, Koutsofios, North, Vo:
/// "A technique for drawing directed graphs", 1993) lays out each part, equal parts once, and the parts are
/// put under each other. Items do not overlap; every edge starts above where it ends. May be called from
/// several threads; parts wait for each other, because graphviz does not allow for threads.
/// @param edges no two with the same ends @throws Cancelled between two parts
/// @note linear in the number of parts; a part takes at most about half a second
GraphLayout layoutGraph(std::span<const LayoutItem> items, std::span<const LayoutEdge> edges,
                        const JobContext &ctx = {});

} // namespace lathe
