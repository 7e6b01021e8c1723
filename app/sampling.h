#pragma once
// The samples that evaluate, compress, verify and compare work on.
#include "app/document.h"
#include "core/workflow/evaluationdata.h"

namespace CLI {
class App;
}

namespace lathe {

class Console;

/// Defines --seed, for the inputs that a certificate makes up when there is no data.
void addSeedOption(CLI::App &parser, unsigned &seed);

struct DataOptions {
    std::string data;       ///< FOLDER[:SPLIT][#first|#second]; empty: none given
    int64_t limit = 0;      ///< 0: all samples
    std::string preprocess; ///< file or preset; empty: look beside the model

    /// Defines --data, --limit and --preprocess.
    void addTo(CLI::App &parser, bool required);
};

/// What the methods that go by a layer's inputs are told of them.
struct CalibrationDataOptions {
    std::string data; ///< as DataOptions::data; empty: no calibration
    int64_t samples = calibrationLimit;

    /// Defines --calibrate and --calibrate-samples.
    void addTo(CLI::App &parser);
};

/// Where the recipe goes by the layers' inputs and --calibrate is not given, the first half of --data
/// calibrates and the second is measured; that is said on the console, and both options are changed to it.
/// @throws Error InvalidArgument when --data is one half already, with what to give instead
void shareData(DataOptions &data, CalibrationDataOptions &calibration, Console &console);

std::string preprocessingText(const ChosenPreprocessing &chosen); ///< "imagenet (found beside the model)"
Json preprocessingJson(const ChosenPreprocessing &chosen);

/// An opened data set and how its images become inputs.
class Sampling {
public:
    Sampling(const DataOptions &options, const JobContext &ctx);
    /// A guess is told on the console, because it is the usual reason for a low accuracy.
    ChosenPreprocessing choose(const Model &model, Console &console) const;
    SampleSet prepare(const Model &model, const ChosenPreprocessing &chosen, const JobContext &ctx) const;
    /// The first few of the same samples, enough to certify a file with.
    SampleSet prepareFew(const Model &model, const ChosenPreprocessing &chosen, const JobContext &ctx) const;
    const Dataset &dataset() const { return m_dataset; }

private:
    DataOptions m_options;
    Dataset m_dataset;
};

/// Null without --calibrate. Images become inputs as those of --data do; `preprocess` is that option's file
/// or preset. @throws Error, Cancelled
std::shared_ptr<const Calibration> calibrationOf(const CalibrationDataOptions &options,
                                                 const std::string &preprocess, const Model &model,
                                                 Console &console, const JobContext &ctx);

} // namespace lathe
