#include "app/learningdata.h"

#include "core/data/samples.h"
#include "core/recover/recovery.h"

namespace lathe {
namespace {

std::vector<size_t> seenOf(const Dataset &dataset, const CalibrationDataOptions &calibration,
                           const JobContext &ctx)
{
    if (calibration.data.empty())
        return {};
    return samplesOfBoth(dataset, Dataset::open(calibration.data, ctx),
                         static_cast<size_t>(calibration.samples));
}

} // namespace

LearningData learningData(const Sampling &training, const ChosenPreprocessing &chosen,
                          train::TrainingDataOptions options, const CalibrationDataOptions &calibration,
                          const JobContext &ctx)
{
    const Dataset &dataset = training.dataset();
    options.seen = seenOf(dataset, calibration, ctx);
    DataSplit split = splitOf(dataset, options.validation, options.seed, options.seen);
    return {dataset, chosen, std::move(options), std::move(split)};
}

LearningData fittingData(const Sampling &training, const ChosenPreprocessing &chosen, int64_t most,
                         const CalibrationDataOptions &calibration, const JobContext &ctx)
{
    const Dataset &all = training.dataset();
    Dataset dataset = all.subset(chosenSamples(all.size(), static_cast<size_t>(most)));
    DataSplit split = fittingSplit(dataset, seenOf(dataset, calibration, ctx));
    return {std::move(dataset), chosen, {}, std::move(split)};
}

std::shared_ptr<const Calibration> calibrationOf(const LearningData &learning, int64_t most,
                                                 const Model &source, const JobContext &ctx)
{
    std::vector<size_t> samples;
    for (const size_t place : chosenSamples(learning.split.learned.size(), static_cast<size_t>(most)))
        samples.push_back(learning.split.learned[place]);
    return calibrateOn(source, learning.dataset.subset(samples), learning.chosen.preprocessing, 0, {}, ctx);
}

} // namespace lathe
