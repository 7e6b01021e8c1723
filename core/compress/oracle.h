#pragma once
#include "core/compress/compressor.h"

namespace lathe {

/// Tells what a trial costs: by how much the model's output is wrong when layers are others than in the
/// source. May be asked from several threads.
class Oracle {
public:
    struct Loss {
        double divergence = 0.0; ///< mean Kullback-Leibler divergence in nats of what reads as classes, else
                                 ///< the lost share of the energy
        double distance = 0.0;   ///< |output - source's| / |source's|, over all samples
        bool ofClasses = false;  ///< the divergence is in nats
    };
    virtual ~Oracle() = default;
    /// Empty where it cannot be told. @throws Error and Cancelled, as running the trial does
    virtual std::optional<Loss> loss(const CompressedModel &trial, const JobContext &ctx = {}) const = 0;
};

} // namespace lathe
