#pragma once
#include "core/data/preprocessing.h"
#include "core/model/model.h"

namespace lathe {

/// Which of a data set are taken where `limit` of them are asked for, in order: evenly spread over the set,
/// in a fixed order that mixes classes; 0 or more than there are: all of them as they stand.
std::vector<size_t> chosenSamples(size_t available, size_t limit);

/// Preprocessed samples ready to feed a model, each input contiguous with samples as the first axis, in the
/// input's own type.
class SampleSet {
public:
    /// @param limit as chosenSamples() takes it
    /// @param memoryLimit bytes; more is refused (OutOfMemory) with the number of samples that would fit.
    /// @throws Error MalformedData (shape, missing image, labels outside the model's classes), Unsupported
    /// (an input that no sample fills). @throws Cancelled
    static SampleSet prepare(const Model &model, const Dataset &dataset, const Preprocessing &preprocessing,
                             size_t limit, const JobContext &ctx = {},
                             int64_t memoryLimit = int64_t(4) << 30);
    size_t size() const { return m_count; }
    bool hasLabels() const { return !m_labels.empty(); }
    const std::vector<int> &labels() const { return m_labels; }
    Message description() const;                               ///< "500 samples of imagenet-sample"
    const std::string &dataName() const { return m_dataName; } ///< Dataset::name() of where they are from
    const std::vector<size_t> &datasetIndices() const
    {
        return m_indices;
    } ///< sample -> index in the data set
    /// A copy of some of the samples, in this order. @param places of this set. @throws Error InvalidArgument
    SampleSet subset(const std::vector<size_t> &places) const;
    /// These samples, and behind them `views` others of each: 64 % of its area or more, every second one
    /// mirrored, mixed with another sample's (arXiv:1710.09412). Inputs of 4 dimensions with 1 or 3 channels
    /// first or last are images; all else is repeated, and nothing mixed beside it. A seed gives the same.
    /// @throws Error OutOfMemory beyond the limit. @throws Cancelled
    SampleSet withViews(size_t views, uint64_t seed, const JobContext &ctx = {},
                        int64_t memoryLimit = int64_t(4) << 30) const;
    /// Tensors of samples [first, first + count) for every input, views into this set.
    std::vector<Tensor> batch(size_t first, size_t count) const;
    const std::vector<Tensor> &tensors() const { return m_tensors; } ///< one per input, first axis = samples
    std::string contentHash() const;                                 ///< SHA-256 over tensors and labels

private:
    size_t m_count = 0;
    std::vector<Tensor> m_tensors;
    std::vector<int> m_labels;
    std::vector<size_t> m_indices;
    Message m_of; ///< what they are samples of
    std::string m_dataName;
};

} // namespace lathe
