#include "core/certify/certificate.h"

#include "core/base/fileio.h"
#include "core/base/heap.h"
#include "core/certify/outputcheck.h"
#include "core/certify/weightcheck.h"
#include "core/compress/maskedmodel.h"
#include "core/exporting/exportedrecipe.h"
#include "core/exporting/metadata.h"
#include "core/exporting/removedfrom.h"

#include <algorithm>
#include <optional>

namespace lathe {
namespace {

using Result = CertificateCheck::Result;

constexpr int64_t noticeable = int64_t(1) << 30;

/// What it takes to run the model while the runtime unpacks its weights on loading, and their plain form
/// beside it.
int64_t bytesToRun(const Model &source)
{
    constexpr int64_t copies = 8; // of the weights: 7.4 GB were seen for 1.03 GB at 4 bits
    int64_t weights = 0;
    for (const Layer &layer : source.layers())
        if (!layer.tiedTo)
            weights += layer.parameters * static_cast<int64_t>(sizeof(float));
    return copies * weights;
}

/// Says beforehand what it takes where that is much. @throws Error OutOfMemory where that much is not free
Message stageOfOutputs(const Model &source)
{
    constexpr double gigabyte = 1e9;
    const int64_t needed = bytesToRun(source);
    if (needed < noticeable)
        return Message::tr("comparing outputs");
    const int64_t free = availableMemory();
    if (free < needed)
        throw Error(
            ErrorCode::OutOfMemory,
            Message::tr(
                "Comparing the outputs of {} takes about {:.1f} GB of memory, and {:.1f} GB are free; "
                "close other programs, or write the file without proof (--no-verify).",
                source.path().filename().string(), needed / gigabyte, free / gigabyte));
    return Message::tr("comparing outputs, which takes about {:.1f} GB of memory", needed / gigabyte);
}

class Certifier {
public:
    /// @param compressed null: it could not be made again
    Certifier(const Model &file, const Model &source, const Recipe &recipe, const CompressedModel *compressed,
              const CertifyOptions &options, const JobContext &ctx)
        : m_compressed(compressed), m_source(source), m_recipe(recipe), m_file(file), m_options(options),
          m_ctx(ctx)
    {
        m_result.file = m_file.path().string();
        m_result.fileSha256 = m_file.sha256();
        m_result.sourceSha256 = m_source.sha256();
        m_result.recipeSha256 = sha256Hex(toJson(recipe));
        m_result.fileBytes = m_file.fileBytes();
        m_result.sourceBytes = m_source.fileBytes();
    }

    Certificate run()
    {
        checkOrigin();
        checkRecipe();
        checkCalibration();
        checkTuning();
        checkSize();
        const Message stage = stageOfOutputs(m_source); // with whole models, unlike the layers before
        std::optional<BuiltModel> dense;
        if (m_compressed)
            dense = buildModel(*m_compressed, Storage::Dense, m_ctx.part(0.1, 0.2));
        m_ctx.checkpoint(0.2, Message::tr("comparing stored weights"));
        m_result.checks.push_back(dense ? checkWeights(m_file, *m_compressed, *dense, m_ctx)
                                        : checkWeightsByHash(m_file, rewrittenAsFileSays(), m_ctx));
        m_ctx.checkpoint(0.4, stage);
        const std::optional<Model> masked = maskedModel();
        checkOutputs(m_result,
                     {m_file, m_source, dense ? &dense->model : nullptr, masked ? &*masked : nullptr},
                     m_options, m_ctx);
        return std::move(m_result);
    }

private:
    void add(Message name, Result result, Message detail)
    {
        m_result.checks.push_back({std::move(name), result, std::move(detail)});
    }

    Model rewrittenAsFileSays() const
    {
        const RemovedChannels removed = removedFrom(m_file);
        return rewrittenBy(m_recipe, m_source, removed.empty() ? nullptr : &removed);
    }

    /// Empty: no channels went, or layers that ignore them are not the same.
    std::optional<Model> maskedModel() const
    {
        if (!m_compressed || !isMaskable(*m_compressed))
            return {};
        MaskedModels masks;
        return buildModel(masks.masked(*m_compressed), Storage::Dense, m_ctx.part(0.4, 0.4)).model;
    }

    void checkOrigin()
    {
        const Message name = Message::tr("made from this model");
        const auto found = m_file.metadata().find(sourceHashKey);
        if (found == m_file.metadata().end())
            add(name, Result::NotApplicable,
                Message::tr("The file does not say which model it was made from."));
        else if (found->second == m_result.sourceSha256)
            add(name, Result::Passed,
                Message::tr("The file names the source's SHA-256, {}.", m_result.sourceSha256));
        else
            add(name, Result::Failed,
                Message::tr("The file was made from another model: it names the SHA-256 {}, and {} has {}.",
                            found->second,
                            m_source.path().empty() ? Message::tr("the given model")
                                                    : Message::verbatim(m_source.path().string()),
                            m_result.sourceSha256));
    }

    void checkRecipe()
    {
        const Message name = Message::tr("carries its recipe");
        if (!m_file.metadata().contains(recipeKey)) {
            add(name, Result::NotApplicable, Message::tr("The file carries no recipe."));
            return;
        }
        try {
            const bool same = recipeOfExport(m_file) == m_recipe;
            add(name, same ? Result::Passed : Result::Failed,
                same ? Message::tr("The recipe in the file is the one it was compared with.")
                     : Message::tr("The recipe in the file is another one than it was to be compared with."));
        } catch (const Error &error) {
            add(name, Result::Failed, error.message());
        }
    }

    /// Only of recipes whose methods ask for it; otherwise the data cannot matter.
    void checkCalibration()
    {
        const auto said = m_file.metadata().find(calibrationHashKey);
        if (said == m_file.metadata().end() || !m_compressed)
            return;
        const bool same = said->second == m_compressed->calibrationHash;
        add(Message::tr("made with this calibration data"), same ? Result::Passed : Result::Failed,
            same ? Message::tr("The file names the SHA-256 of {}.", m_compressed->calibration)
                 : Message::tr("The file was made with other statistics ({}) than it was compared with.",
                               describedCalibration()));
    }
    /// What was given against what the file says of itself.
    void checkTuning()
    {
        if (!m_options.tuning || !m_compressed)
            return;
        const Message name = Message::tr("carries these trained values");
        const auto said = m_file.metadata().find(tuningHashKey);
        const std::string made = m_compressed->tuning ? m_compressed->tuning->sha256() : std::string();
        if (said == m_file.metadata().end())
            add(name, Result::Failed, Message::tr("The file says nothing of trained values."));
        else if (said->second == made)
            add(name, Result::Passed, Message::tr("The file names the trained values' SHA-256, {}.", made));
        else
            add(name, Result::Failed,
                Message::tr("The file was made with other trained values: it names the SHA-256 {}, and "
                            "those given have {}.",
                            said->second, made));
    }
    Message describedCalibration() const
    {
        const auto said = m_file.metadata().find(calibrationKey);
        return said == m_file.metadata().end() ? Message::tr("not described")
                                               : Message::verbatim(said->second);
    }

    void checkSize()
    {
        const double ratio =
            static_cast<double>(m_result.sourceBytes) / static_cast<double>(m_result.fileBytes);
        add(Message::tr("size"), Result::Passed,
            Message::tr("{} bytes; the original takes {}: {:.2f}x.", m_result.fileBytes, m_result.sourceBytes,
                        ratio));
    }

    const CompressedModel *m_compressed;
    const Model &m_source;
    const Recipe &m_recipe;
    const Model &m_file;
    const CertifyOptions &m_options;
    JobContext m_ctx;
    Certificate m_result;
};

/// The recipe in the file where it says what became of what is automatic in `asked`, so that it can be
/// carried out again whatever else there is; else `asked`.
Recipe resolvedIn(const Model &exported, const Model &source, const Recipe &asked)
{
    if (!exported.metadata().contains(recipeKey))
        return asked;
    std::vector<std::string> names;
    for (const Layer &layer : source.layers())
        names.push_back(layer.name);
    try {
        Recipe made = recipeOfExport(exported);
        return made.isResolutionOf(asked, names) ? made : asked;
    } catch (const Error &) {
        return asked; // the check of the recipe says why
    }
}

/// Whether the file has values that no recipe gives.
bool isTrained(const Model &exported, const Model &source, const Recipe &recipe)
{
    std::vector<std::string> names;
    for (const Layer &layer : source.layers())
        names.push_back(layer.name);
    const std::vector<LayerSettings> settings = recipe.resolve(names);
    return exported.metadata().contains(tuningHashKey) &&
           std::ranges::none_of(settings, [](const LayerSettings &s) { return s.renormalize.has_value(); });
}

} // namespace

bool Certificate::failed() const
{
    return std::ranges::any_of(checks,
                               [](const CertificateCheck &check) { return check.result == Result::Failed; });
}

bool Certificate::passed() const
{
    return !failed() && unproven.empty();
}

Certificate certify(const std::filesystem::path &file, const Model &source, const Recipe &recipe,
                    const CertifyOptions &options, const JobContext &ctx)
{
    const Model exported = Model::load(file, ctx.part(0.0, 0.05)); // before the long work
    const Recipe made = resolvedIn(exported, source, recipe);
    const bool cannotBeMade =
        !options.tuning && (isTrained(exported, source, made) || goesByMachine(source, made) ||
                            (!options.calibration && needsInputs(source, made)));
    if (cannotBeMade && exported.metadata().contains(decodedHashKey))
        return Certifier(exported, source, made, nullptr, options, ctx.part(0.05, 1.0)).run();
    const CompressedModel compressed = Compressor(source, options.calibration, {true, {}})
                                           .compress(made, options.tuning, ctx.part(0.05, 0.4));
    return Certifier(exported, source, compressed.finalRecipe(), &compressed, options, ctx.part(0.4, 1.0))
        .run();
}

Certificate certify(const std::filesystem::path &file, const Model &source, const Recipe &recipe,
                    const SampleSet *samples, const JobContext &ctx, unsigned seed)
{
    return certify(file, source, recipe, CertifyOptions{samples, seed}, ctx);
}

Certificate certify(const std::filesystem::path &file, const CompressedModel &compressed,
                    const CertifyOptions &options, const JobContext &ctx)
{
    const Model exported = Model::load(file, ctx.part(0.0, 0.05));
    return Certifier(exported, compressed.origin, compressed.finalRecipe(), &compressed, options,
                     ctx.part(0.05, 1.0))
        .run();
}

Certificate certify(const std::filesystem::path &file, const CompressedModel &compressed,
                    const SampleSet *samples, const JobContext &ctx, unsigned seed)
{
    return certify(file, compressed, CertifyOptions{samples, seed}, ctx);
}

} // namespace lathe
