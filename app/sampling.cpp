#include "app/sampling.h"

#include "app/output.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace lathe {
namespace {

const char *nameOf(ChosenPreprocessing::Origin origin)
{
    switch (origin) {
    case ChosenPreprocessing::Origin::Given:
        return "option";
    case ChosenPreprocessing::Origin::BesideModel:
        return "beside_model";
    case ChosenPreprocessing::Origin::Guess:
        return "guess";
    case ChosenPreprocessing::Origin::None:
        break;
    }
    return "none";
}

} // namespace

void addSeedOption(CLI::App &parser, unsigned &seed)
{
    parser.add_option("--seed", seed, "Seed of the inputs that are made up without --data (default: 1)")
        ->type_name("N");
}

void DataOptions::addTo(CLI::App &parser, bool required)
{
    parser
        .add_option(
            "--data", data,
            "Folder of the data set, FOLDER or FOLDER:SPLIT; with #first or #second behind it one half of it")
        ->required(required);
    parser.add_option("--limit", limit, "Use at most so many samples, spread over the data set")
        ->check(CLI::PositiveNumber);
    parser.add_option(
        "--preprocess", preprocess,
        fmt::format("Preprocessing: a file, its text, or one of {} (default: what lies beside the model)",
                    fmt::join(preprocessingPresets(), ", ")));
}

void CalibrationDataOptions::addTo(CLI::App &parser)
{
    parser
        .add_option("--calibrate", data,
                    "Data set that shows the layers' inputs to gptq, obs, wanda, asvd and the like, as "
                    "--data, instead "
                    "of the first half of that")
        ->type_name("DATA");
    parser
        .add_option("--calibrate-samples", samples,
                    fmt::format("Use at most so many of them (default: {})", calibrationLimit))
        ->check(CLI::PositiveNumber);
}

void shareData(DataOptions &data, CalibrationDataOptions &calibration, Console &console)
{
    if (data.data.empty() || !calibration.data.empty())
        return;
    const std::optional<DataHalves> halves = halvesOf(data.data);
    if (!halves)
        throw Error(
            ErrorCode::InvalidArgument,
            Message::tr(
                "The recipe goes by the layers' inputs, and --data is one half of a data set already, so "
                "no other half is left to calibrate with; give --calibrate '{}' --data '{}'.",
                Dataset::otherHalf(data.data), data.data));
    calibration.data = halves->calibrated;
    data.data = halves->measured;
    console.message(
        fmt::format("note: the recipe goes by the layers' inputs: '{}' calibrates, '{}' is measured.",
                    calibration.data, data.data));
}

std::string preprocessingText(const ChosenPreprocessing &chosen)
{
    return describe(chosen).text();
}

Json preprocessingJson(const ChosenPreprocessing &chosen)
{
    const bool none = chosen.origin == ChosenPreprocessing::Origin::None;
    Json settings = none ? Json(nullptr) : Json::parse(toJson(chosen.preprocessing));
    return {{"origin", nameOf(chosen.origin)},
            {"name", chosen.preprocessing.name},
            {"settings", std::move(settings)}};
}

Sampling::Sampling(const DataOptions &options, const JobContext &ctx)
    : m_options(options), m_dataset(Dataset::open(options.data, ctx))
{
}

ChosenPreprocessing Sampling::choose(const Model &model, Console &console) const
{
    std::optional<Preprocessing> given;
    if (!m_options.preprocess.empty())
        given = loadPreprocessing(m_options.preprocess);
    ChosenPreprocessing chosen = choosePreprocessing(model, m_dataset, given);
    if (chosen.origin == ChosenPreprocessing::Origin::Guess)
        console.message(fmt::format(
            "warning: no preprocessing is described beside {}; guessed {}. Give --preprocess if the "
            "accuracy looks wrong.",
            model.path().filename().string(), chosen.preprocessing.name));
    return chosen;
}

SampleSet Sampling::prepare(const Model &model, const ChosenPreprocessing &chosen,
                            const JobContext &ctx) const
{
    return SampleSet::prepare(model, m_dataset, chosen.preprocessing, static_cast<size_t>(m_options.limit),
                              ctx);
}

SampleSet Sampling::prepareFew(const Model &model, const ChosenPreprocessing &chosen,
                               const JobContext &ctx) const
{
    return SampleSet::prepare(model, m_dataset, chosen.preprocessing, certificateLimit, ctx);
}

std::shared_ptr<const Calibration> calibrationOf(const CalibrationDataOptions &options,
                                                 const std::string &preprocess, const Model &model,
                                                 Console &console, const JobContext &ctx)
{
    if (options.data.empty())
        return nullptr;
    const Sampling sampling({options.data, options.samples, preprocess}, ctx.part(0.0, 0.1));
    const ChosenPreprocessing chosen = sampling.choose(model, console);
    return calibrateOn(model, sampling.dataset(), chosen.preprocessing, static_cast<size_t>(options.samples),
                       {}, ctx.part(0.1, 1.0));
}

} // namespace lathe
