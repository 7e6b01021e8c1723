#pragma once
// Which batch normalizations take what a layer gives. Inside core only.
#include "core/model/model.h"

#include <string>
#include <vector>

namespace lathe {

/// A BatchNormalization of the main graph whose statistics are float32 constants that nothing else reads.
struct NextNormalization {
    std::string output;         ///< what it gives, as the graph calls it
    std::string mean, variance; ///< the constants
};

/// For each layer those that what it gives reaches before another layer does, through whatever works on it.
class NextNormalizations {
public:
    explicit NextNormalizations(const Model &model);
    const std::vector<NextNormalization> &behind(size_t layer) const { return m_layers.at(layer).behind; }
    /// Why there is none; empty: there is one.
    const Message &obstacle(size_t layer) const { return m_layers.at(layer).obstacle; }

private:
    struct OfLayer {
        std::vector<NextNormalization> behind;
        Message obstacle;
    };
    std::vector<OfLayer> m_layers;
};

} // namespace lathe
