#pragma once
// Ways to store codes into tables of values. Inside core/storage only.
#include "core/storage/arrangement.h"
#include "core/storage/candidate.h"
#include "core/storage/codestream.h"

namespace lathe {

class CodebookForms {
public:
    /// @param encoding holds CodebookCodes.
    CodebookForms(const MatrixEncoding &encoding, const WeightSlot &slot, const ExportTarget &target);
    /// Whose `build` works as long as this object lives; none when an element that is not kept has no code.
    std::vector<Candidate> candidates() const;

private:
    void foldScale();
    bool makeZeroTheFirst(const MatrixEncoding &encoding);
    void insertZeros();
    void arrangeCodes();
    float *table(Index index) { return m_tables.data() + index * m_entries; }
    size_t tableOf(size_t element) const;
    Fragment build(const CodeWay &way) const;
    std::string lookUp(FragmentBuilder &builder, const std::string &codes) const;
    std::string tables(FragmentBuilder &builder, const Shape &shape) const;
    std::string tableStarts(FragmentBuilder &builder) const;

    const WeightSlot &m_slot;
    const ExportTarget &m_target;
    Index m_rows, m_cols;
    int m_bits;
    Index m_entries, m_rowsPerTable, m_tableCount;
    std::vector<float> m_tables, m_scales;
    Index m_span = 0; ///< elements that share a scale; 0: all do
    ElementType m_tableType;
    Codes m_codes, m_kept;
    Arrangement m_arrangement; ///< of scales
    Shape m_codeShape;         ///< in which codes are looked up
    std::optional<CodeStream> m_stream;
};

} // namespace lathe
