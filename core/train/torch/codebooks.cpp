#include "core/train/torch/codebooks.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace lathe::train {
namespace {

/// Elements that go by the table, as places in the codes.
std::pair<size_t, size_t> elementsOf(const CodebookCodes &codebook, size_t table, Index rows, Index cols)
{
    const Index runs = codebook.rowsPerTable > 0 ? codebook.rowsPerTable : rows;
    const Index first = static_cast<Index>(table) * runs;
    return {static_cast<size_t>(first * cols), static_cast<size_t>(std::min(first + runs, rows) * cols)};
}

} // namespace

void repeatLast(CodebookCodes &codebook, const std::vector<float> &before, Index rows, Index cols)
{
    const auto entries = static_cast<size_t>(codebook.entries);
    for (size_t t = 0; t * entries < before.size(); ++t) {
        const auto [first, end] = elementsOf(codebook, t, rows, cols);
        std::vector<bool> used(entries, false);
        for (size_t i = first; i < end; ++i)
            used[codebook.codes[i]] = true;
        float *table = codebook.tables.data() + t * entries;
        float last = -std::numeric_limits<float>::infinity();
        for (size_t i = 0; i < entries; ++i)
            if (used[i])
                last = std::max(last, table[i]);
        for (size_t i = 0; i < entries; ++i)
            if (!used[i] && before[t * entries + i] == before[t * entries + entries - 1])
                table[i] = last;
    }
}

void sortTables(CodebookCodes &codebook, Index rows, Index cols)
{
    const auto entries = static_cast<size_t>(codebook.entries);
    for (size_t t = 0; t * entries < codebook.tables.size(); ++t) {
        float *table = codebook.tables.data() + t * entries;
        std::vector<size_t> order(entries);
        std::iota(order.begin(), order.end(), size_t{0});
        std::ranges::stable_sort(order, {}, [table](size_t i) { return table[i]; });
        std::vector<uint8_t> place(entries);
        std::vector<float> sorted(entries);
        for (size_t i = 0; i < entries; ++i) {
            place[order[i]] = static_cast<uint8_t>(i);
            sorted[i] = table[order[i]];
        }
        std::ranges::copy(sorted, table);
        const auto [first, end] = elementsOf(codebook, t, rows, cols);
        for (size_t i = first; i < end; ++i)
            codebook.codes[i] = place[codebook.codes[i]];
    }
}

} // namespace lathe::train
