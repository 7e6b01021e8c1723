#pragma once
// Vectors put into clusters around their means, the same way each time. Inside core/rewrite only.
#include <Eigen/Core>
#include <cstddef>
#include <vector>

namespace lathe {

/// Ward 1963, Hierarchical grouping to optimize an objective function (by chains of nearest neighbours:
/// Murtagh 1983), then single vectors go to where the sum of squared distances to the means gets less:
/// Hartigan & Wong 1979.
/// @param products of all pairs of vectors [n, n]
/// @param kinds by vector; those of different kinds do not come together
/// @param count of clusters: at least one for each kind, at most n
/// @returns the members, ascending, by their first one
/// @note time O(n^2), memory O(n^2)
std::vector<std::vector<size_t>> alikeClusters(const Eigen::MatrixXd &products,
                                               const std::vector<size_t> &kinds, size_t count);

} // namespace lathe
