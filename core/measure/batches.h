#pragma once
// Samples in batches, as sessions take and give them.
#include "core/data/samples.h"
#include "core/runtime/session.h"

namespace lathe {

/// The batch a model insists on; 0 when any will do.
size_t fixedBatch(const std::vector<ValueInfo> &inputs);
/// Large enough to spread the cost of a run, small enough that the activations stay in the processor's
/// caches.
size_t goodBatch(const SampleSet &samples);

/// Some samples as feeds: views where they lie one after the other, else a copy. The last one fills up a
/// batch that is not full.
class SampleFeeds {
public:
    SampleFeeds(const SampleSet &samples, std::span<const size_t> places, size_t batch);
    std::span<const TensorView> views() const { return m_views; }

private:
    std::vector<TensorView> m_views;
    std::vector<std::vector<std::byte>> m_copies;
};

/// The first `rows` samples of an output, flattened to [rows, width].
/// @throws Error Unsupported (no numbers, or its first dimension does not count the samples)
Matrix sampleRows(const Tensor &output, const std::string &name, size_t batch, size_t rows);

} // namespace lathe
