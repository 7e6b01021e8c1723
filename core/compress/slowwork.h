#pragma once
// What takes long, and how long it takes on this machine.
#include "core/model/layer.h"
#include "core/recipe/settings.h"

#include <array>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

namespace lathe {

enum class SlowWork {
    Surgeon,    ///< pruning by the second order
    Gptq,       ///< rounding by it
    Codebooks,  ///< weighted by it
    Separation, ///< fitted to the layer's output
    Statistics  ///< gathering what the ones above go by, on all samples of the calibration
};
inline constexpr int slowWorkCount = static_cast<int>(SlowWork::Statistics) + 1;

std::string_view nameOf(SlowWork work); ///< as settings files say it
Message titleOf(SlowWork work);         ///< "OBS"

struct WorkAmount {
    SlowWork work;
    double units; ///< multiply-accumulates, roughly; of Statistics for one sample
};
/// What encoding a layer takes besides what all layers take; without statistics.
std::vector<WorkAmount> slowWork(const Layer &layer, const LayerSettings &settings);
/// What gathering statistics of these layers takes: the model runs once for all of them.
WorkAmount statisticsWork(const std::vector<Layer> &all, const std::vector<size_t> &wanted);

/// Seconds that work takes, learned from what was run. May be used from several threads.
class WorkRates {
public:
    /// Until something was learned, what it takes on a machine of two cores.
    double seconds(const WorkAmount &amount) const;
    void learn(const WorkAmount &amount, double seconds);
    std::optional<double> learned(SlowWork work) const; ///< seconds for a unit; empty: nothing yet
    void set(SlowWork work, double secondsPerUnit);     ///< as learned() said before

private:
    mutable std::mutex m_mutex;
    std::array<std::optional<double>, slowWorkCount> m_rates;
};

} // namespace lathe
