#pragma once
// What the weights of layers are before they are encoded, where the recipe changes the model first.
#include "core/compress/compressor.h"

#include <vector>

namespace lathe::ui {

/// Equal for equal weights of one layer.
struct RewrittenWeight {
    bool folded = false; ///< a normalization is in it
    size_t narrowed = 0; ///< a number for the rows and columns that are left; 0: all

    bool isOriginal() const { return !folded && narrowed == 0; }
    bool operator==(const RewrittenWeight &other) const = default;
    bool operator<(const RewrittenWeight &other) const
    {
        return folded != other.folded ? other.folded : narrowed < other.narrowed;
    }
};

/// By layer; empty: all are the origin's. A layer that went with its block counts as the origin's: there is
/// no other one to look at.
std::vector<RewrittenWeight> rewrittenWeights(const CompressedModel &compressed);

} // namespace lathe::ui
