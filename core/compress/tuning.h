#pragma once
// Trained values, laid over what a recipe makes of a model.
#include "core/methods/layercode.h"
#include "core/model/model.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lathe {

/// What a layer carries instead of what the recipe would give it, as long as its settings are those that it
/// was trained with.
struct TunedLayer {
    std::string planKey; ///< LayerResult::planKey of what it was trained from
    LayerCode code;
};

/// Never changes once it is made, so that it can be shared and told from others by its hash.
class Tuning {
public:
    /// Values of constants of the main graph by their names: biases, what normalizations go by.
    using Constants = std::map<std::string, Tensor>;

    /// @param layers as those of the model, or fewer; null where the recipe's own code stays
    /// @param description of where the values come from, for people
    Tuning(std::vector<std::optional<TunedLayer>> layers, Constants constants, std::string description);

    const TunedLayer *layer(size_t index) const;
    const std::vector<std::optional<TunedLayer>> &layers() const { return m_layers; }
    const Constants &constants() const { return m_constants; }
    const std::string &description() const { return m_description; }
    /// Over plan keys, the values that the codes stand for, and names, types, shapes and values of constants.
    const std::string &sha256() const { return m_sha256; }

    /// @throws Error InvalidArgument naming the first constant that the model does not have so, or the first
    /// layer whose weight or output has another shape
    void refuseOther(const Model &source) const;

private:
    std::vector<std::optional<TunedLayer>> m_layers;
    Constants m_constants;
    std::string m_description, m_sha256;
};

} // namespace lathe
