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
    Surgeon,       ///< pruning by the second order
    Gptq,          ///< rounding by it
    Codebooks,     ///< weighted by it
    Separation,    ///< fitted to the layer's output
    Statistics,    ///< gathering what the ones above go by, on all samples of the calibration
    Renormalizing, ///< measuring normalizations again
    Trials,        ///< of one layer alone after the other
    Certificate,   ///< proving that a file does what was previewed
    Evaluation,    ///< measuring a model on samples
    Gradients      ///< of the loss by the weights, on all samples of the calibration
};
inline constexpr int slowWorkCount = static_cast<int>(SlowWork::Gradients) + 1;

std::string_view nameOf(SlowWork work); ///< as settings files say it
Message titleOf(SlowWork work);         ///< of work on a layer: "OBS"

struct WorkAmount {
    SlowWork work;
    double
        units; ///< multiply-accumulates, roughly; of Statistics, Gradients and Renormalizing for one sample
};
/// What encoding a layer takes besides what all layers take; without statistics.
std::vector<WorkAmount> slowWork(const Layer &layer, const LayerSettings &settings);
/// What gathering statistics of these layers takes: the model runs once for all of them.
WorkAmount statisticsWork(const std::vector<Layer> &all, const std::vector<size_t> &wanted);

/// What the gradients of all weights take.
WorkAmount gradientWork(const std::vector<Layer> &all);
/// What measuring normalizations again takes: the model runs once for all of them.
WorkAmount renormalizingWork(const std::vector<Layer> &all);
/// What it takes to try each layer alone on samples.
WorkAmount trialsWork(const std::vector<Layer> &all, size_t samples);
/// What it takes to certify a file. @param samples that outputs are compared on; 0: made-up inputs
WorkAmount certificateWork(const std::vector<Layer> &all, size_t samples);
/// What it takes to measure the model on samples.
WorkAmount evaluationWork(const std::vector<Layer> &all, size_t samples);

/// Seconds that work takes, learned from what was run. May be used from several threads.
class WorkRates {
public:
    /// Until something was learned, what it takes on a machine of two cores.
    double seconds(const WorkAmount &amount) const;
    void learn(const WorkAmount &amount, double seconds);
    std::optional<double> learned(SlowWork work) const; ///< seconds for a unit; empty: nothing yet
    void set(SlowWork work, double secondsPerUnit);     ///< as learned() said before
    void setShortest(double seconds);                   ///< what took less tells nothing

private:
    mutable std::mutex m_mutex;
    double m_shortest = 0.05;
    std::array<std::optional<double>, slowWorkCount> m_rates;
};

} // namespace lathe
