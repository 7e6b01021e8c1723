#include "core/certify/publish.h"

#include "core/base/fileio.h"
#include "core/base/publication.h"

namespace lathe {
namespace {

namespace fs = std::filesystem;

fs::path preprocessingOf(const fs::path &model)
{
    return parentOf(model) / (model.stem().string() + ".preprocessor_config.json");
}

fs::path dataOf(const fs::path &model)
{
    return model.string() + ".data";
}

void stagePreprocessing(Publication &files, const fs::path &source, const fs::path &target,
                        std::optional<Preprocessing> preprocessing)
{
    if (!preprocessing)
        preprocessing = findPreprocessing(source);
    if (!preprocessing)
        return;
    const std::string json = toJson(*preprocessing);
    const auto found = findPreprocessing(target);
    if (found && toJson(*found) == json)
        return;
    const NamedFile beside{Message::tr("the preprocessing of the result"), preprocessingOf(target)};
    const NamedFile own{Message::tr("the source model's own preprocessing"), preprocessingOf(source)};
    requireSafeOutputs({&beside, 1}, {&own, 1});
    files.write(beside.path, [&json](std::ostream &out) { out << json; });
}

/// A model is read with its data beside it; beside a link that leads elsewhere it would not be found.
void requireDataBeside(const fs::path &staged, const fs::path &target)
{
    std::error_code ignored;
    const bool elsewhere = !fs::equivalent(parentOf(outputTarget(target)), parentOf(target), ignored);
    if (elsewhere && fs::exists(dataOf(staged), ignored))
        throw Error(
            ErrorCode::FileUnwritable,
            Message::tr("Cannot write {}: it is a link into another folder, and the model needs a data "
                        "file beside it; name the file itself.",
                        target.string()));
}

} // namespace

void requireSafeExport(const fs::path &target, const fs::path &source, const std::vector<NamedFile> &others,
                       std::vector<NamedFile> inputs)
{
    std::vector<NamedFile> outputs{{Message::tr("the result"), target}};
    outputs.insert(outputs.end(), others.begin(), others.end());
    inputs.push_back({Message::tr("the source model itself"), source});
    const Message own = Message::tr("the source model's own preprocessing");
    inputs.push_back({own, preprocessingOf(source)});
    inputs.push_back({own, parentOf(source) / "preprocessor_config.json"});
    requireSafeOutputs(outputs, inputs);
    const std::vector<NamedFile> beside{
        {Message::tr("the preprocessing that comes with the result"), preprocessingOf(target)},
        {Message::tr("the data that come with the result"), dataOf(target)}};
    requireSafeOutputs(others, beside);
    for (const NamedFile &input : inputs)
        if (sameFile(dataOf(target), input.path))
            throw Error(
                ErrorCode::InvalidArgument,
                Message::tr("{}, where data of the result may have to go, is {}; give the result another "
                            "name.",
                            dataOf(target).string(), input.what));
}

Published publish(const BuiltModel &built, const CompressedModel &compressed, const fs::path &target,
                  const PublishOptions &options, const JobContext &ctx)
{
    requireSafeExport(target, compressed.origin.path(), {}, {});
    Publication files(target);
    const fs::path staged = files.stage(target);
    Published published;
    try {
        ctx.checkpoint(0.0, Message::tr("writing {}", target.filename().string()));
        published.bytes = built.model.save(staged);
        requireDataBeside(staged, target);
        stagePreprocessing(files, compressed.origin.path(), target, options.preprocessing);
        if (options.verify) {
            published.certificate =
                certify(staged, compressed, options.samples, ctx.part(0.1, 1.0), options.seed);
            published.certificate->file = target.string();
            if (!published.certificate->passed())
                return published;
        }
        published.written = true;
        for (const AlsoPublished &other : options.also)
            other.make(published, staged, files.stage(other.target, Publication::Bond::Apart));
        ctx.throwIfCancelled();
        files.commit();
    } catch (const Error &error) {
        throw files.ofTargets(error);
    }
    return published;
}

} // namespace lathe
