#pragma once
// Small graphs that are not chains, for tests of cutting them.
#include "tests/support/graphbuilder.h"

#include <map>
#include <set>

namespace lathe::test {

struct CutGraphCase {
    const char *name;
    Model (*build)();
    /// Constants that move together, and what has to cross the cut then.
    std::vector<std::pair<std::set<std::string>, std::set<std::string>>> crossing;
};
const std::vector<CutGraphCase> &cutGraphs();

Model residualGraph();
Model twoOutputs(); ///< "w3" reaches the second output only
/// Products, sums, concatenations and reductions of up to three inputs in any order.
Model randomGraph(unsigned seed);

/// Something to feed to each input. Open dimensions of one name are equal.
std::map<std::string, Tensor> namedFeeds(const Model &model);
/// Of the main graph. @throws std::out_of_range
Tensor constantOf(const Model &model, const std::string &name);

} // namespace lathe::test
