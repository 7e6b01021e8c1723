#include "core/workflow/evaluationdata.h"

#include "core/train/gradients.h"

#include <algorithm>

namespace lathe {
namespace {

/// Places of the samples that #second of the data set stands for.
std::vector<size_t> placesOfSecondHalf(const Dataset &dataset, const SampleSet &samples)
{
    const std::vector<size_t> half = dataset.secondHalf();
    std::vector<size_t> places;
    for (size_t place = 0; place < samples.size(); ++place)
        if (std::ranges::binary_search(half, samples.datasetIndices()[place]))
            places.push_back(place);
    return places;
}

/// @returns what is calibrated on; empty: too few samples to spare some
std::string holdOut(EvaluationData &data, const std::string &reference)
{
    const std::optional<DataHalves> halves = halvesOf(reference);
    if (!halves) // of what is one half itself, the other one
        return Dataset::otherHalf(reference);
    if (data.unlearned == data.baseline)
        return {};
    data.heldOut = data.unlearned;
    return halves->calibrated;
}

/// @returns all samples, where there is no first half among them that can be spared
std::shared_ptr<const Baseline> ofSecondHalf(const EvaluationData &data, const std::string &reference,
                                             const Dataset &dataset)
{
    const std::optional<DataHalves> halves = halvesOf(reference);
    auto places = halves ? placesHeldOut(reference, halves->calibrated, dataset, *data.samples)
                         : std::optional<std::vector<size_t>>();
    return places ? std::make_shared<const Baseline>(
                        baselineOn(*data.baseline, *data.samples, std::move(*places)))
                  : data.baseline;
}

void addCalibration(EvaluationData &data, const Model &model, const DataChoice &choice,
                    const CalibrationOptions &options, const JobContext &ctx)
{
    const std::string reference =
        choice.calibration.empty() ? holdOut(data, choice.reference) : choice.calibration;
    data.calibrationReference = reference;
    if (reference.empty())
        return;
    data.calibration = calibrateOn(model, Dataset::open(reference, ctx.part(0.0, 0.2)), data.preprocessing,
                                   calibrationLimit, options, ctx.part(0.2, 1.0));
}

} // namespace

ChosenPreprocessing choosePreprocessing(const Model &model, const std::optional<Preprocessing> &given)
{
    using enum ChosenPreprocessing::Origin;
    if (given)
        return {Given, *given};
    if (!model.path().empty())
        if (auto found = findPreprocessing(model.path()))
            return {BesideModel, std::move(*found)};
    return {Guess, model.inputs().empty() ? Preprocessing{} : guessPreprocessing(model.inputs().front())};
}

ChosenPreprocessing choosePreprocessing(const Model &model, const Dataset &dataset,
                                        const std::optional<Preprocessing> &given)
{
    return given || dataset.holdsImages() ? choosePreprocessing(model, given) : ChosenPreprocessing();
}

std::shared_ptr<const Calibration> calibrateOn(const Model &model, const Dataset &dataset,
                                               const Preprocessing &preprocessing, size_t limit,
                                               const CalibrationOptions &options, const JobContext &ctx)
{
    CalibrationOptions all = options;
    all.gradients = train::gradientSource();
    return calibrate(model, SampleSet::prepare(model, dataset, preprocessing, limit, ctx.part(0.0, 0.8)), all,
                     ctx.part(0.8, 1.0));
}

std::optional<DataHalves> halvesOf(const std::string &reference)
{
    if (!Dataset::otherHalf(reference).empty())
        return std::nullopt;
    return DataHalves{reference + "#first", reference + "#second"};
}

std::optional<std::vector<size_t>> placesHeldOut(const std::string &reference, const std::string &calibrated,
                                                 const Dataset &dataset, const SampleSet &samples)
{
    const std::optional<DataHalves> halves = halvesOf(reference);
    if (!halves || halves->calibrated != calibrated)
        return {};
    std::vector<size_t> places = placesOfSecondHalf(dataset, samples);
    if (places.empty() || places.size() == samples.size())
        return {};
    return places;
}

Message describe(const ChosenPreprocessing &chosen)
{
    const std::string &name = chosen.preprocessing.name;
    switch (chosen.origin) {
    case ChosenPreprocessing::Origin::Given:
        return Message::tr("{} (given)", name);
    case ChosenPreprocessing::Origin::BesideModel:
        return Message::tr("{} (found beside the model)", name);
    case ChosenPreprocessing::Origin::Guess:
        return Message::tr("{} (guessed from the model's input)", name);
    case ChosenPreprocessing::Origin::None:
        break;
    }
    return Message::tr("none (the data set holds tensors)");
}

LearnedFrom learnedFrom(const CompressedModel &model, const std::string &measured)
{
    using enum LearnedFrom;
    if (model.tuning && model.tuning->mayHaveSeen(measured))
        return Training;
    return model.calibration.empty() ? Nothing : Calibration;
}

const std::shared_ptr<const Baseline> &EvaluationData::measuredAgainst(LearnedFrom learned) const
{
    using enum LearnedFrom;
    return learned == Training ? unlearned : learned == Calibration ? heldOut : baseline;
}

Message EvaluationData::measuredOn(LearnedFrom learned) const
{
    Message all = samples->description();
    const auto &on = measuredAgainst(learned);
    if (on == baseline)
        return all;
    return on == heldOut ? Message::tr("the half of {} that was not calibrated on", all)
                         : Message::tr("the half of {} that was not learned from", all);
}

EvaluationData openEvaluation(const Model &model, const DataChoice &choice, const CalibrationOptions &options,
                              const JobContext &ctx)
{
    EvaluationData data;
    const Dataset dataset = Dataset::open(choice.reference, ctx.part(0.0, 0.1));
    ChosenPreprocessing chosen = choosePreprocessing(model, choice.preprocessing);
    data.preprocessing = std::move(chosen.preprocessing);
    data.preprocessingOrigin = chosen.origin;
    data.samples = std::make_shared<const SampleSet>(
        SampleSet::prepare(model, dataset, data.preprocessing, static_cast<size_t>(std::max(0, choice.limit)),
                           ctx.part(0.1, 0.5)));
    data.baseline =
        std::make_shared<const Baseline>(measureBaseline(model, *data.samples, ctx.part(0.5, 0.9)));
    data.heldOut = data.baseline;
    data.unlearned = ofSecondHalf(data, choice.reference, dataset);
    try {
        addCalibration(data, model, choice, options, ctx.part(0.9, 1.0));
    } catch (const Error &error) {
        if (!choice.calibration.empty())
            throw; // it was asked for; else accuracy can be measured all the same
        data.heldOut = data.baseline;
        data.calibrationFailure = error.message();
    }
    return data;
}

} // namespace lathe
