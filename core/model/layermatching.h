#pragma once
// Which layers of two models are the same ones.
#include "core/model/layerchains.h"

#include <span>

namespace lathe {

struct LayerMatching {
    enum class By { Name, Shape };
    struct Match {
        /// Indices among the layers of the other model, in the order in which they run. More than one: the
        /// layer's factors.
        std::vector<size_t> parts;
        By by = By::Name;
    };
    std::vector<std::optional<Match>> matches; ///< by layer of the first model; empty: it has none

    size_t count() const;
    size_t count(By by) const;
};

/// A layer of the other model stands for one here when it does the same (a Gemm and a MatMul do) and its node
/// has the same name, or else its constant has; where its form is another one, but that of the chain of two
/// or three layers that it is part of is the same, the chain does. Of what is left over, layers and chains of
/// the same kind, matrix, kernel and groups are matched in the order of the graph where both models have as
/// many of them; where they have not, or chains overlap, it would be a guess.
/// @param feeding feedingLayers() of the other model; empty: no chains
LayerMatching matchLayers(std::span<const Layer> layers, std::span<const Layer> others,
                          std::span<const std::optional<size_t>> feeding = {});

} // namespace lathe
