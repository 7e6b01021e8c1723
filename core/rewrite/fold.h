#pragma once
// Batch normalizations that take what a layer gives, worked into its weight and bias: y = g (Wx + b - m) / s
// + t is a layer of the weight (g / s) W and the bias (g / s) (b - m) + t. Jacob et al. 2018,
// arXiv:1712.05877, section 3.2.
#include "core/model/model.h"

#include <memory>
#include <string>
#include <vector>

namespace lathe {

struct FoldPair;

class Folding {
public:
    /// Looks for the layers of a model that have such a normalization behind them.
    explicit Folding(const Model &model);
    ~Folding();

    /// Why none can be folded into the layer ("no batch normalization takes its output"); empty: one can.
    const Message &obstacle(size_t layer) const { return m_obstacles.at(layer); }
    /// The model without the normalizations behind these layers, which give what both gave before, within
    /// rounding of the weights. Its layers have the places and names that they had; constants that nothing
    /// reads any more are gone.
    /// @throws Error InvalidArgument naming a layer that has an obstacle; NumericFailure where a weight's
    /// type cannot hold what comes out
    Model folded(const std::vector<size_t> &layers) const;

private:
    Model m_model;
    std::vector<Message> m_obstacles;               ///< by layer
    std::vector<std::unique_ptr<FoldPair>> m_pairs; ///< by layer; null: an obstacle
};

} // namespace lathe
