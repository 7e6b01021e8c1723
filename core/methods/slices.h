#pragma once
// Which weights share a scale. Inner part of core/compress.
#include "core/methods/grid.h"
#include "core/methods/methods.h"

namespace lathe {

/// The slices of a matrix in the order of their scales.
class Slicing {
public:
    Slicing(Index rows, Index cols, const QuantizeSettings &settings);
    Index count() const { return m_count; }
    Index length() const { return m_length; } ///< elements of a slice, consecutive in row-major order
    Index group() const { return m_group; }   ///< as Scales::group
    Index of(Index row, Index col) const
    {
        return m_count == 1 ? 0 : row * m_perRow + (m_group > 0 ? col / m_group : 0);
    }
    Slice slice(const Matrix &weight, const std::vector<uint8_t> &kept, Index index) const;

private:
    Index m_count = 1, m_length = 0, m_perRow = 1, m_group = 0;
};

/// The grids of all slices; scales of groups are float16 numbers where they all fit.
class Grids {
public:
    Grids(const Matrix &weight, const QuantizeSettings &settings, const std::vector<uint8_t> &kept);
    const Slicing &slicing() const { return m_slicing; }
    const Grid &operator[](Index slice) const { return m_grids[static_cast<size_t>(slice)]; }
    /// Anew for one slice, from other numbers.
    void refit(Index index, const Slice &slice)
    {
        m_grids[static_cast<size_t>(index)] = gridFor(slice, m_settings, m_halfScales);
    }
    /// Codes as the encoding stores them, with these scales and zero points.
    UniformCodes withCodes(std::vector<uint8_t> codes) const;

private:
    QuantizeSettings m_settings;
    Slicing m_slicing;
    std::vector<Grid> m_grids;
    bool m_halfScales = false;
};

/// @throws Error NumericFailure (NaN or infinity)
void refuseNonFinite(const Matrix &weight);

/// GPTQ: columns are rounded one after the other, the errors made up for by the later ones.
/// Frantar et al. 2023, arXiv:2210.17323. Grids of groups are fitted to the corrected weights.
/// @throws Cancelled
UniformCodes quantizeBySweep(const Matrix &weight, const QuantizeSettings &settings,
                             const std::vector<uint8_t> &kept, std::span<const InverseHessian> inverses,
                             const JobContext &ctx);

/// NF4 by nearest value, or by the sweep where there are inverses.
CodebookCodes quantizeNormalFloat(const Matrix &weight, const QuantizeSettings &settings,
                                  const std::vector<uint8_t> &kept, std::span<const InverseHessian> inverses,
                                  const JobContext &ctx);

} // namespace lathe
