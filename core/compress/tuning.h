#pragma once
// Trained values, laid over what a recipe makes of a model.
#include "core/methods/layercode.h"
#include "core/model/model.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace lathe {

/// What a layer carries instead of what the recipe would give it, as long as its settings are those that it
/// was trained with.
struct TunedLayer {
    std::string planKey; ///< LayerResult::planKey of what it was trained from
    LayerCode code;
    /// LayerResult::pruneCount of the same, so that what layers decided together from data is known without.
    std::optional<int64_t> pruneCount = {};
};

/// Two plan keys without what they say of bias correction: of a trained layer the bias is trained as well.
bool samePlanButBias(const std::string &a, const std::string &b);

/// Never changes once it is made, so that it can be shared and told from others by its hash.
class Tuning {
public:
    /// Values of constants of the main graph by their names: biases, what normalizations go by.
    using Constants = std::map<std::string, Tensor>;

    /// The data that the recipe's own methods went by before anything was trained.
    struct Calibrated {
        std::string description, sha256; ///< as CompressedModel has them
    };

    /// Where the values come from.
    struct Source {
        Source(std::string description, std::optional<std::set<std::string>> data = {})
            : description(std::move(description)), data(std::move(data))
        {
        }
        Source(const char *description) : Source(std::string(description)) {}
        std::string description;                   ///< for people
        std::optional<std::set<std::string>> data; ///< Dataset::name() of each set; empty: it is not known
    };

    /// @param layers as those of the model, or fewer; null where the recipe's own code stays
    /// Channels by group that the model had lost: RewritePlan::removed.
    using Removed = std::vector<std::vector<size_t>>;

    /// @param calibrated empty: no method of the recipe went by data
    /// @param removed channels that went before; empty: none
    Tuning(std::vector<std::optional<TunedLayer>> layers, Constants constants, Source source,
           std::optional<Calibrated> calibrated = {}, Removed removed = {});

    const TunedLayer *layer(size_t index) const;
    const std::vector<std::optional<TunedLayer>> &layers() const { return m_layers; }
    const Constants &constants() const { return m_constants; }
    const Source &source() const { return m_source; }
    const std::string &description() const { return m_source.description; }
    /// @param data Dataset::name(); a part may hold what the whole folder does, or be opened as a folder
    bool mayHaveSeen(const std::string &data) const;
    const std::optional<Calibrated> &calibrated() const { return m_calibrated; }
    const Removed &removed() const { return m_removed; }
    /// Over plan keys, codes and the values that they stand for, names, types, shapes and values of
    /// constants, and channels that went.
    const std::string &sha256() const { return m_sha256; }

    /// @throws Error InvalidArgument naming the first constant that the model does not have so, or the first
    /// layer whose weight or output has another shape
    void refuseOther(const Model &source) const;

private:
    std::vector<std::optional<TunedLayer>> m_layers;
    Constants m_constants;
    Source m_source;
    std::optional<Calibrated> m_calibrated;
    Removed m_removed;
    std::string m_sha256;
};

} // namespace lathe
