#pragma once
// Storage plans that may be of use once more. Inside core/exporting only.
#include "core/exporting/storageplan.h"

#include <mutex>

namespace lathe {

/// Of each layer the last compact and the last dense plan, dense ones as far as there is room for them. May
/// be used from several threads.
class PlanMemory {
public:
    using Plan = std::shared_ptr<StoragePlan>;

    explicit PlanMemory(size_t layers);
    /// Null: nothing is known of it. @param bias a replaced one that goes into the plan; null: none
    Plan find(size_t layer, Storage storage, const LayerCode &code, const Tensor *bias) const;
    void keep(size_t layer, Storage storage, const LayerCode &code, const Tensor *bias, Plan plan);

private:
    struct Entry {
        LayerCode code;
        std::optional<std::vector<std::byte>> bias;
        Plan plan;
    };
    mutable std::mutex m_mutex;
    std::vector<Entry> m_compact, m_dense; ///< by layer
    int64_t m_denseBytes = 0;
};

} // namespace lathe
