#pragma once
// Which layers of two models are the same ones.
#include "core/model/layer.h"

#include <span>

namespace lathe {

struct LayerMatching {
    enum class By { Name, Shape };
    struct Match {
        size_t other = 0; ///< index among the layers of the other model
        By by = By::Name;
    };
    std::vector<std::optional<Match>> matches; ///< by layer of the first model; empty: it has none

    size_t count() const;
    size_t count(By by) const;
};

/// A layer of the other model stands for one here when it does the same (a Gemm and a MatMul do) and its node
/// has the same name, or else its constant has. Of what is left over, layers of the same kind, matrix,
/// kernel and groups are matched in the order of the graph where both models have as many of them; where they
/// have not, it would be a guess.
LayerMatching matchLayers(std::span<const Layer> layers, std::span<const Layer> others);

} // namespace lathe
