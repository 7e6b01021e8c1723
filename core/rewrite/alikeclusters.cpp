#include "core/rewrite/alikeclusters.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>

namespace lathe {
namespace {

using Index = Eigen::Index;
using Members = std::vector<size_t>;

struct Merge {
    size_t a = 0, b = 0; ///< one vector of each
    double cost = 0.0;   ///< what the sum of squared distances to the means grows by
};

/// All merges of the vectors of one kind down to one cluster, each after those that it builds on.
class Chains {
public:
    Chains(const Eigen::MatrixXd &products, Members members)
        : m_members(std::move(members)), m_sizes(m_members.size(), 1),
          m_costs(std::ssize(m_members), std::ssize(m_members))
    {
        for (Index i = 0; i < m_costs.rows(); ++i)
            for (Index j = 0; j < m_costs.cols(); ++j) {
                const Index a = vector(i), b = vector(j);
                m_costs(i, j) = (products(a, a) + products(b, b) - 2.0 * products(a, b)) / 2.0;
            }
    }

    std::vector<Merge> run()
    {
        std::vector<Merge> merges;
        std::vector<Index> chain;
        while (merges.size() + 1 < m_members.size()) {
            if (chain.empty())
                chain.push_back(std::ranges::find_if(m_sizes, [](size_t n) { return n > 0; }) -
                                m_sizes.begin());
            const Index last = chain.back(), before = chain.size() > 1 ? chain[chain.size() - 2] : -1;
            const Index nearest = nearestTo(last, before);
            if (nearest != before) {
                chain.push_back(nearest);
                continue;
            }
            chain.resize(chain.size() - 2);
            merges.push_back({m_members[static_cast<size_t>(before)], m_members[static_cast<size_t>(last)],
                              m_costs(before, last)});
            join(before, last);
        }
        return merges;
    }

private:
    Index vector(Index i) const { return static_cast<Index>(m_members[static_cast<size_t>(i)]); }
    double size(Index i) const { return static_cast<double>(m_sizes[static_cast<size_t>(i)]); }

    /// Of equal ones the preferred.
    Index nearestTo(Index i, Index preferred) const
    {
        Index nearest = preferred;
        double least = preferred < 0 ? std::numeric_limits<double>::infinity() : m_costs(i, preferred);
        for (Index j = 0; j < m_costs.rows(); ++j)
            if (j != i && size(j) > 0 && (m_costs(i, j) < least || nearest < 0)) {
                nearest = j;
                least = m_costs(i, j);
            }
        return nearest;
    }

    /// Into the first of them; the costs by the formula of Lance & Williams.
    void join(Index a, Index b)
    {
        for (Index k = 0; k < m_costs.rows(); ++k) {
            if (k == a || k == b || m_sizes[static_cast<size_t>(k)] == 0)
                continue;
            const double all = size(a) + size(b) + size(k);
            m_costs(a, k) = m_costs(k, a) = ((size(a) + size(k)) * m_costs(a, k) +
                                             (size(b) + size(k)) * m_costs(b, k) - size(k) * m_costs(a, b)) /
                                            all;
        }
        m_sizes[static_cast<size_t>(a)] += m_sizes[static_cast<size_t>(b)];
        m_sizes[static_cast<size_t>(b)] = 0;
    }

    Members m_members;
    std::vector<size_t> m_sizes;
    Eigen::MatrixXd m_costs;
};

class Refinement {
public:
    Refinement(const Eigen::MatrixXd &products, const std::vector<size_t> &kinds,
               std::vector<size_t> clusters, size_t count)
        : m_products(products), m_kinds(kinds), m_clusters(std::move(clusters)), m_sizes(count, 0),
          m_kindOf(count, 0), m_sums(Eigen::MatrixXd::Zero(products.rows(), static_cast<Index>(count))),
          m_norms(count, 0.0)
    {
        for (size_t i = 0; i < m_clusters.size(); ++i) {
            ++m_sizes[m_clusters[i]];
            m_kindOf[m_clusters[i]] = m_kinds[i];
            m_sums.col(at(m_clusters[i])) += m_products.col(at(i));
        }
        for (size_t i = 0; i < m_clusters.size(); ++i)
            m_norms[m_clusters[i]] += m_sums(at(i), at(m_clusters[i]));
    }

    std::vector<size_t> run()
    {
        constexpr int passes = 32; // few move after the first ones
        bool moves = true;
        for (int pass = 0; pass < passes && moves; ++pass) {
            moves = false;
            for (size_t i = 0; i < m_clusters.size(); ++i)
                moves = place(i) || moves;
        }
        return std::move(m_clusters);
    }

private:
    static Index at(size_t i) { return static_cast<Index>(i); }

    /// Squared, of a vector from the mean of a cluster.
    double distance(size_t i, size_t cluster) const
    {
        const auto n = static_cast<double>(m_sizes[cluster]);
        return std::max(
            m_products(at(i), at(i)) - 2.0 * m_sums(at(i), at(cluster)) / n + m_norms[cluster] / n / n, 0.0);
    }

    bool place(size_t i)
    {
        const size_t from = m_clusters[i];
        if (m_sizes[from] == 1)
            return false;
        const auto n = static_cast<double>(m_sizes[from]);
        constexpr double less = 1.0 - 1e-9; // or rounding moves it to and fro
        double least = n / (n - 1.0) * distance(i, from) * less;
        size_t to = from;
        for (size_t c = 0; c < m_sizes.size(); ++c) {
            const auto m = static_cast<double>(m_sizes[c]);
            if (c == from || m_kindOf[c] != m_kinds[i])
                continue;
            if (const double cost = m / (m + 1.0) * distance(i, c); cost < least) {
                least = cost;
                to = c;
            }
        }
        if (to != from)
            move(i, to);
        return to != from;
    }

    void move(size_t i, size_t to)
    {
        const size_t from = m_clusters[i];
        m_norms[from] += m_products(at(i), at(i)) - 2.0 * m_sums(at(i), at(from));
        m_norms[to] += m_products(at(i), at(i)) + 2.0 * m_sums(at(i), at(to));
        m_sums.col(at(from)) -= m_products.col(at(i));
        m_sums.col(at(to)) += m_products.col(at(i));
        --m_sizes[from];
        ++m_sizes[to];
        m_clusters[i] = to;
    }

    const Eigen::MatrixXd &m_products;
    const std::vector<size_t> &m_kinds;
    std::vector<size_t> m_clusters; ///< by vector
    std::vector<size_t> m_sizes;    ///< by cluster
    std::vector<size_t> m_kindOf;   ///< by cluster
    Eigen::MatrixXd m_sums;         ///< products of each vector with the sum of each cluster
    std::vector<double> m_norms;    ///< squared, of the sum of each cluster
};

/// The cheapest merges down to so many clusters; numbers them by vector.
std::vector<size_t> merged(const std::vector<Merge> &merges, size_t vectors, size_t count)
{
    std::vector<size_t> first(vectors); // of the cluster, or on the way to it
    std::iota(first.begin(), first.end(), size_t{0});
    const auto find = [&](size_t i) {
        while (first[i] != i)
            i = first[i] = first[first[i]];
        return i;
    };
    for (size_t m = 0; m < vectors - count; ++m) {
        const size_t a = find(merges[m].a), b = find(merges[m].b);
        first[std::max(a, b)] = std::min(a, b);
    }
    std::map<size_t, size_t> numbers;
    std::vector<size_t> clusters;
    for (size_t i = 0; i < vectors; ++i)
        clusters.push_back(numbers.try_emplace(find(i), numbers.size()).first->second);
    return clusters;
}

} // namespace

std::vector<Members> alikeClusters(const Eigen::MatrixXd &products, const std::vector<size_t> &kinds,
                                   size_t count)
{
    std::map<size_t, Members> ofKind;
    for (size_t i = 0; i < kinds.size(); ++i)
        ofKind[kinds[i]].push_back(i);
    std::vector<Merge> merges;
    for (auto &[kind, members] : ofKind) {
        const std::vector<Merge> all = Chains(products, std::move(members)).run();
        merges.insert(merges.end(), all.begin(), all.end());
    }
    std::ranges::stable_sort(merges, {}, &Merge::cost);
    const std::vector<size_t> clusters =
        Refinement(products, kinds, merged(merges, kinds.size(), count), count).run();
    std::map<size_t, size_t> numbers;
    std::vector<Members> result;
    for (size_t i = 0; i < clusters.size(); ++i) {
        const auto [number, isNew] = numbers.try_emplace(clusters[i], result.size());
        if (isNew)
            result.emplace_back();
        result[number->second].push_back(i);
    }
    return result;
}

} // namespace lathe
