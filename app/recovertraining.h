#pragma once
// The part of `lathe recover` that learns.
#include "app/document.h"
#include "app/learningdata.h"
#include "core/train/recover.h"

namespace CLI {
class App;
}

namespace lathe {

struct RecoverTrainingOptions {
    std::string plan, preset, checkpoint, progress;
    std::optional<double> seconds, validation;
    std::optional<uint64_t> seed;
    int64_t megabytes = 0;         ///< of memory; 0: any
    std::vector<std::string> only; ///< of --only: what is done; empty: all
    std::optional<size_t> augment; ///< of what goes without gradients, as are columns
    std::optional<int64_t> columns;
    bool resume = false;

    /// Defines --plan, --preset, --seconds, --training-seed, --validation, --memory, --checkpoint,
    /// --resume and --progress.
    void addTo(CLI::App &parser);
    /// Whether one of them was given.
    bool any() const;
    bool trains() const; ///< whether --only names something that does
    /// @throws Error InvalidArgument
    void check() const;
    std::vector<std::filesystem::path> outputs() const;
    /// How so many samples are split and held, by these options and the plan. @throws Error as loadPlan()
    train::TrainingDataOptions data(size_t samples) const;
};

/// Those of these names that go without gradients.
std::vector<RecoveryStep> recoverySteps(const std::vector<std::string> &names);

/// @param compressor of start's origin @param learning made with options.data()
/// @param samples of it that are fitted to and held out
train::TrainedRecovery trainedRecovery(const RecoverTrainingOptions &options, Compressor &compressor,
                                       const CompressedModel &start, const LearningData &learning,
                                       const SampleSet &samples, Console &console, const JobContext &ctx);

/// What learns, as a row beside the steps without gradients.
struct TrainedStep {
    std::string name; ///< "gradual", "blocks", "training"
    bool kept = false;
    size_t changed = 0;
    double before = 0, after = 0, seconds = 0; ///< difference on held-out samples
};
std::vector<TrainedStep> trainedSteps(const std::optional<train::TrainedRecovery> &trained);

/// "finished", "time", "cancelled", "diverged"
std::string stopName(const train::TrainedRecovery &trained);
Json trainingJson(const train::TrainedRecovery &trained);
/// Says what was kept, then ends as what stopped it does; nothing where it was done or out of time.
void endEarly(const train::TrainedRecovery &trained, const std::string &output, Console &console);

} // namespace lathe
