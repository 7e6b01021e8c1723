#pragma once
// Ways to store uniform codes. Inside core/storage only.
#include "core/storage/arrangement.h"
#include "core/storage/candidate.h"
#include "core/storage/codestream.h"

namespace lathe {

class UniformForms {
public:
    /// @param encoding holds UniformCodes.
    UniformForms(const MatrixEncoding &encoding, const WeightSlot &slot, const ExportTarget &target);
    /// Whose `build` works as long as this object lives.
    std::vector<Candidate> candidates() const;

private:
    CodeStream makeStream(const MatrixEncoding &encoding);
    void forgetUnused(const Codes &kept);
    bool zeroIsOneCode() const { return m_whole && m_zeroPoints.size() == 1; }
    size_t numberOf(size_t element) const;
    Fragment build(const CodeWay &way) const;
    std::string zeroPoints(FragmentBuilder &builder) const;

    const WeightSlot &m_slot;
    const ExportTarget &m_target;
    Index m_rows, m_cols;
    Index m_span = 0; ///< elements that share a scale or zero point; 0: all do
    int m_bits;
    std::vector<float> m_scales, m_zeroPoints;
    bool m_whole = false; ///< zero points are codes
    bool m_masked = false;
    Arrangement m_arrangement;
    CodeStream m_stream;
};

/// One-bit symmetric codes some of whose elements are zero, as codes -1, 0, 1 of two bits, so that zero is a
/// code; none for other encodings. Decodes to the very same values.
std::optional<MatrixEncoding> asTernary(const MatrixEncoding &encoding);

} // namespace lathe
