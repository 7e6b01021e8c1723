#pragma once
#include <cstdint>

namespace lathe {

/// Chance that is the same on every machine: SplitMix64 (Steele et al. 2014).
class Chance {
public:
    explicit Chance(uint64_t seed) : m_state(seed) {}
    /// Of several numbers one that all of them decide.
    static uint64_t mixed(uint64_t a, uint64_t b, uint64_t c = 0);

    uint64_t next();
    double share(); ///< 0 or more, below 1
    double between(double low, double high) { return low + (high - low) * share(); }
    double normal(); ///< mean 0, variance 1

private:
    uint64_t m_state;
};

} // namespace lathe
