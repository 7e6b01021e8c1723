#pragma once
// Who computes gradients: an engine that not every installation has (core/train/gradients.h).
#include "core/data/samples.h"
#include "core/methods/statistics.h"
#include "core/model/model.h"

#include <optional>

namespace lathe {

class GradientSource {
public:
    virtual ~GradientSource() = default;
    /// Why this machine computes none ("gradients need the package lathe-train"), told at once; empty: it
    /// does.
    virtual Message missing() const = 0;
    /// By layer, whether its weight can have any; of the model as a whole nothing is told.
    virtual std::vector<bool> reaches(const Model &model) const = 0;
    /// By layer; nothing of those that are not reached. The same on any number of threads.
    /// @throws Error Unsupported (missing; the model is none that gradients go through), NumericFailure.
    /// @throws Cancelled
    virtual std::vector<std::optional<GradientStatistics>> of(const Model &model, const SampleSet &samples,
                                                              const JobContext &ctx) const = 0;
};

} // namespace lathe
