#pragma once
// The samples that evaluate, compress, verify and compare work on.
#include "app/document.h"
#include "core/evaluate/samples.h"

#include <memory>

namespace CLI {
class App;
}

namespace lathe {

class Console;

/// Defines --seed, for the inputs that a certificate makes up when there is no data.
void addSeedOption(CLI::App &parser, unsigned &seed);

struct DataOptions {
    std::string data;       ///< FOLDER or FOLDER:SPLIT; empty: none given
    int64_t limit = 0;      ///< 0: all samples
    std::string preprocess; ///< file or preset; empty: look beside the model

    /// Defines --data, --limit and --preprocess.
    void addTo(CLI::App &parser, bool required);
};

struct ChosenPreprocessing {
    enum class Origin { Option, BesideModel, Guess, None };
    Origin origin = Origin::None; ///< None: the data set holds tensors, not images
    Preprocessing preprocessing;

    std::string text() const; ///< "imagenet (found beside the model)"
    Json json() const;
};

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

} // namespace lathe
