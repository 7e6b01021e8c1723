#pragma once
// Ways to store decoded values as they are, zeros left out or not. Inside core/storage only.
#include "core/storage/candidate.h"
#include "core/storage/decodenodes.h"
#include "core/storage/unpacknodes.h"

namespace lathe {

class DenseForms {
public:
    /// @param storage Float16 or BFloat16 when the values are exact in it; Undefined: the slot's type.
    DenseForms(const Matrix &values, ElementType storage, const WeightSlot &slot, const ExportTarget &target);
    /// Whose `build` works as long as this object lives.
    std::vector<Candidate> candidates() const;

private:
    Fragment plain(ElementType type) const;
    Fragment masked() const;
    Fragment stepped(const Steps &steps) const;
    Fragment cast(FragmentBuilder &builder, const std::string &value, ElementType from) const;

    const WeightSlot &m_slot;
    const ExportTarget &m_target;
    ElementType m_type; ///< of the stored values
    std::vector<float> m_values, m_nonzero;
    Codes m_kept;
};

} // namespace lathe
