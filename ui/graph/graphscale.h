#pragma once
// From a quantity's values to places on the ramp of the graph.
#include "ui/graph/graphquantity.h"
#include "ui/graph/graphscene.h"

namespace lathe::ui {

struct GraphScale {
    double low = 0.0, high = 1.0; ///< values at the ends of the ramp
    bool logarithmic = false;     ///< low is above 0 then
    bool known = false;           ///< there is a value at all

    double shareOf(double value) const; ///< 0..1; NaN of NaN
    double valueAt(double share) const;
};

/// Over all that is drawn, blocks by what they show: so each of them has a colour of its own. Where the
/// largest is many times the smallest and the quantity allows it, by powers.
GraphScale scaleOf(const GraphQuantity &quantity, const GraphScene &scene);

} // namespace lathe::ui
