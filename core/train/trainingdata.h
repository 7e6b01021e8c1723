#pragma once
// Samples as a network is trained on them.
#include "core/data/preprocessing.h"
#include "core/model/model.h"
#include "core/train/augmentation.h"
#include "core/train/trainingmemory.h"

#include <map>
#include <memory>
#include <optional>
#include <span>

namespace lathe {
class SampleSet;
}

namespace lathe::train {

/// How samples are shown: the same view of a sample is the same values, whenever it is asked for.
struct View {
    Augmentation augmentation;
    int64_t resolution = 0; ///< pixels of the shorter side; 0: as the model takes it
    uint64_t seed = 0;
    uint64_t number = 0;

    bool operator==(const View &) const = default;
};

struct TrainingDataOptions {
    double validation = 0.1; ///< share that is kept out of training, of each class alike as far as it goes
    uint64_t seed = 1;       ///< of the choice of that share
    std::vector<size_t> seen = {}; ///< as splitOf() takes them
    int64_t memory =
        MemoryShares().images; ///< bytes of images and inputs that are kept; the rest is made anew
};

/// Samples are named by their index in the data set.
class TrainingData {
public:
    /// Decodes what fits into the memory.
    /// @throws Error as Dataset::image, SampleSet::prepare do. @throws Cancelled
    TrainingData(const Model &model, const Dataset &dataset, const Preprocessing &preprocessing,
                 const TrainingDataOptions &options, const JobContext &ctx = {});
    ~TrainingData();
    TrainingData(TrainingData &&) noexcept;

    const Dataset &dataset() const;
    const std::vector<size_t> &training() const;   ///< in rising order
    const std::vector<size_t> &validation() const; ///< in rising order
    bool hasLabels() const;
    std::vector<int64_t> labels(std::span<const size_t> samples) const;
    /// The model's inputs, images in float32.
    /// @throws Error FileUnreadable, MalformedData naming the file, which may be gone by now. @throws
    /// Cancelled
    std::map<std::string, Tensor> inputs(std::span<const size_t> samples, const View &view = {},
                                         const JobContext &ctx = {}) const;
    /// Of samples without changes, as SampleSet.
    int64_t bytesOfSample() const;
    bool isStreamed() const; ///< not all of it fits into the memory
    /// Tells other data, another split, or another preprocessing apart, as far as can be told without reading
    /// all of it. @throws Error as inputs()
    std::string hash() const;

private:
    struct Content;
    std::unique_ptr<Content> m_content;
};

/// For a loss by labels. @param classes that the model tells apart; 0: unknown
/// @throws Error InvalidArgument: there are none, MalformedData: other classes than the model's, or fewer
/// than `leastOfClass` training samples of one
constexpr size_t leastOfClass = 5;
void requireLabels(const TrainingData &data, int64_t classes);

} // namespace lathe::train
