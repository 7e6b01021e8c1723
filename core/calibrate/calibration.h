#pragma once
// Calibration statistics: what goes into each layer of a model on a set of samples.
#include "core/calibrate/gradientsource.h"
#include "core/data/samples.h"
#include "core/methods/statistics.h"
#include "core/model/model.h"

#include <filesystem>
#include <optional>

namespace lathe {

struct CalibrationOptions {
    /// A layer is looked at in max(8 * cols, leastColumns) columns, where there are so many: further ones
    /// tell nothing. Where a sample has many (the places of a convolution, the words of a sentence), as many
    /// of each sample are chosen, spread over it by chance from `seed`.
    int64_t leastColumns = 16384;
    bool allColumns = false; ///< choose none, take all
    uint64_t seed = 1;
    /// Wider layers have no second moments: they would take more room and time than they are worth.
    Index widestSecondMoment = 8192;
    /// Of the sums of the layers that are gathered in one pass over the samples, and of their inputs. More
    /// memory, fewer passes; a layer that needs more by itself still gets it.
    int64_t memoryBytes = int64_t(128) << 20;
    size_t batch = 0; ///< samples in one run; 0: the model's own fixed batch, else a good one
    /// Where statistics are kept between programs; empty path: nowhere.
    std::filesystem::path cacheFolder = defaultCacheFolder();
    int64_t cacheBytes = int64_t(4) << 30; ///< of all models together; the oldest go first

    /// What trials are judged on, none of the samples that statistics are gathered of; null: on 64 of those.
    std::shared_ptr<const SampleSet> judging = nullptr;
    /// What computes gradients when they are asked for; null: nothing does.
    std::shared_ptr<const GradientSource> gradients = nullptr;

    /// $XDG_CACHE_HOME/lathe/calibration or ~/.cache/lathe/calibration; empty where there is no home.
    static std::filesystem::path defaultCacheFolder();
};

/// Statistics that are gathered when they are first asked for: the model runs over the samples in batches,
/// once for each wave of layers whose sums fit the memory, and never are all inputs or all second moments
/// there at once. What was gathered is kept in files named by the content of model and samples; a damaged
/// file is gathered again, a folder that cannot be written only means that more is gathered. The result does
/// not depend on the number of threads; other batches or waves change it by rounding errors only.
///
/// Convolutions are watched through their windows, zeros of the padding included; low and high are of the
/// input itself, all of it. Alpha of a Gemm counts as part of its input. Layers that share a weight and read
/// it alike share their statistics. Of a batch that the samples do not fill only their part counts.
class GatheredStatistics : public Calibration {
public:
    /// @throws Error InvalidArgument (no samples; samples that are not what the model takes)
    GatheredStatistics(const Model &model, SampleSet samples, const CalibrationOptions &options = {},
                       const JobContext &ctx = {});
    ~GatheredStatistics() override;

    void prepare(std::span<const size_t> layers, const JobContext &ctx = {}) const override;
    /// @throws Error NumericFailure (the layer's input holds NaN or infinity), Unsupported (the model does
    /// not run). @throws Cancelled
    std::shared_ptr<const InputStatistics> of(size_t layer, const JobContext &ctx = {}) const override;
    /// On what the options say, else on 64 samples spread over the set, or all if there are fewer.
    std::shared_ptr<const Oracle> oracle(const JobContext &ctx = {}) const override;
    /// On 64 of the samples that statistics are gathered of.
    std::shared_ptr<const Calibration> within(const CompressedModel &trial,
                                              const JobContext &ctx = {}) const override;
    /// On up to 256 samples, side by side in batches even where the model says another batch.
    MeasuredChannels normalized(const CompressedModel &trial, std::span<const std::string> outputs,
                                const JobContext &ctx = {}) const override;
    /// Not kept in files: it is asked for in passing.
    std::shared_ptr<const Calibration> on(const Model &model, const JobContext &ctx = {}) const override;
    /// On all samples, anew at each call.
    std::vector<AxisStatistics> onAxes(std::span<const ValueAxis> axes,
                                       const JobContext &ctx = {}) const override;
    Message obstacle(size_t layer) const override;
    /// On all samples, one by one, and kept in files as the others are.
    std::shared_ptr<const GradientStatistics> gradients(size_t layer,
                                                        const JobContext &ctx = {}) const override;
    Message gradientObstacle(size_t layer) const override;
    std::string hash() const override;
    Message description() const override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

std::shared_ptr<const Calibration> calibrate(const Model &model, SampleSet samples,
                                             const CalibrationOptions &options = {},
                                             const JobContext &ctx = {});

} // namespace lathe
