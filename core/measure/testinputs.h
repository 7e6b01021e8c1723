#pragma once
// What is fed to models that nobody gave data for.
#include "core/data/samples.h"
#include "core/runtime/session.h"

namespace lathe {

struct TestInputs {
    std::vector<std::vector<Tensor>> feeds; ///< run by run, in the order of the model's inputs
    int64_t samples = 0;
    Message description; ///< "4 random inputs, seed 1"
};

/// Samples where there are any, as often as a fixed batch needs them; else made-up inputs in several sizes
/// and forms until the source runs on one, preferably to finite numbers.
/// @param session of the source, which tells which shapes it takes.
/// @param seed of made-up inputs.
/// @throws Error Unsupported when the source runs on none that was tried, OutOfMemory. @throws Cancelled
TestInputs testInputs(const Session &session, const SampleSet *samples, const JobContext &ctx,
                      unsigned seed = 1);

} // namespace lathe
