#pragma once
// In which order samples are measured, so that early figures mean something and effort goes where it tells.
#include <cstddef>
#include <span>
#include <vector>

namespace lathe {

/// Samples that run together.
struct SampleChunk {
    std::vector<size_t> rows; ///< of the baseline
    int stratum = -1;         ///< -1: proportionally from all
};

/// Strata of samples by how sure the baseline is of them (samples near a tie flip first), each in a fixed
/// random order, cut into chunks: first some that hold all strata in proportion, then the rest stratum by
/// stratum. Whoever takes the first ones of each stratum has a simple random sample of it.
/// Cochran 1977, Sampling Techniques, chapter 5.
class SamplingPlan {
public:
    /// @param margins of the baseline, one for each sample; their sign does not matter here
    /// @param chunk samples that run together, at least 1
    SamplingPlan(std::span<const double> margins, size_t chunk);

    const std::vector<SampleChunk> &chunks() const { return m_chunks; }
    size_t mixedChunks() const { return m_mixed; } ///< they come first
    int strata() const { return static_cast<int>(m_sizes.size()); }
    int stratumOf(size_t row) const { return m_stratumOf[row]; }
    size_t sizeOf(int stratum) const { return m_sizes[static_cast<size_t>(stratum)]; }

private:
    std::vector<int> m_stratumOf;
    std::vector<size_t> m_sizes;
    std::vector<SampleChunk> m_chunks;
    size_t m_mixed = 0;
};

} // namespace lathe
