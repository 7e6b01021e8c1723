#pragma once
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <utility>
#include <vector>

namespace lathe {

/// 0 .. count - 1 shuffled, the same on every machine and in every run.
inline std::vector<size_t> shuffledOrder(size_t count, uint64_t seed = 1)
{
    std::vector<size_t> order(count);
    std::iota(order.begin(), order.end(), size_t(0));
    std::mt19937_64 random(seed); // std::shuffle differs between standard libraries, so the swaps are our own
    for (size_t i = count; i > 1; --i)
        std::swap(order[i - 1], order[random() % i]);
    return order;
}

} // namespace lathe
