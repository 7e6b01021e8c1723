#include "core/exporting/certificate.h"

#include "core/base/fileio.h"
#include "core/exporting/metadata.h"
#include "core/exporting/opencvcheck.h"
#include "core/exporting/outputdifference.h"
#include "core/exporting/tensordifference.h"
#include "core/exporting/testinputs.h"
#include "core/exporting/weightcheck.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace lathe {
namespace {

using Result = CertificateCheck::Result;

std::vector<TensorView> views(const std::vector<Tensor> &tensors)
{
    return {tensors.begin(), tensors.end()};
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
        checkSize();
        std::optional<BuiltModel> dense;
        if (m_compressed)
            dense = buildModel(*m_compressed, Storage::Dense, m_ctx.part(0.1, 0.2));
        m_ctx.checkpoint(0.2, "comparing stored weights");
        m_result.checks.push_back(m_compressed ? checkWeights(m_file, *m_compressed, m_ctx)
                                               : checkWeightsByHash(m_file, m_source, m_ctx));
        m_ctx.checkpoint(0.4, "comparing outputs");
        compareOutputs(dense ? &dense->model : nullptr);
        return std::move(m_result);
    }

private:
    void add(std::string name, Result result, std::string detail)
    {
        m_result.checks.push_back({std::move(name), result, std::move(detail)});
    }

    void checkOrigin()
    {
        const auto found = m_file.metadata().find(sourceHashKey);
        if (found == m_file.metadata().end())
            add("made from this model", Result::NotApplicable,
                "The file does not say which model it was made from.");
        else if (found->second == m_result.sourceSha256)
            add("made from this model", Result::Passed,
                fmt::format("The file names the source's SHA-256, {}.", m_result.sourceSha256));
        else
            add("made from this model", Result::Failed,
                fmt::format("The file was made from another model: it names the SHA-256 {}, and {} has {}.",
                            found->second,
                            m_source.path().empty() ? "the given model" : m_source.path().string(),
                            m_result.sourceSha256));
    }

    void checkRecipe()
    {
        if (!m_file.metadata().contains(recipeKey)) {
            add("carries its recipe", Result::NotApplicable, "The file carries no recipe.");
            return;
        }
        try {
            const bool same = recipeOfExport(m_file) == m_recipe;
            add("carries its recipe", same ? Result::Passed : Result::Failed,
                same ? "The recipe in the file is the one it was compared with."
                     : "The recipe in the file is another one than it was to be compared with.");
        } catch (const Error &error) {
            add("carries its recipe", Result::Failed, error.what());
        }
    }

    /// Only of recipes whose methods ask for it; otherwise the data cannot matter.
    void checkCalibration()
    {
        const auto said = m_file.metadata().find(calibrationHashKey);
        if (said == m_file.metadata().end() || !m_compressed)
            return;
        const bool same = said->second == m_compressed->calibrationHash;
        add("made with this calibration data", same ? Result::Passed : Result::Failed,
            same ? fmt::format("The file names the SHA-256 of {}.", m_compressed->calibration)
                 : fmt::format("The file was made with other statistics ({}) than it was compared with.",
                               describedCalibration()));
    }
    std::string describedCalibration() const
    {
        const auto said = m_file.metadata().find(calibrationKey);
        return said == m_file.metadata().end() ? "not described" : said->second;
    }

    void checkSize()
    {
        const double ratio =
            static_cast<double>(m_result.sourceBytes) / static_cast<double>(m_result.fileBytes);
        add("size", Result::Passed,
            fmt::format("{} bytes; the original takes {}: {:.2f}x.", m_result.fileBytes, m_result.sourceBytes,
                        ratio));
    }

    /// @param dense null: the file is its own reference, run without optimizations
    void compareOutputs(const Model *dense)
    {
        std::optional<TestInputs> inputs;
        try {
            inputs = testInputs(Session(m_source, options(true)), m_options.samples, m_ctx, m_options.seed);
        } catch (const Error &error) {
            add(equalsName(dense), Result::Failed,
                fmt::format("Nothing could be compared: {}", error.what()));
            return;
        }
        m_result.inputsUsed = inputs->description;
        m_result.samples = inputs->samples;
        if (!dense)
            inputs->feeds.resize(1); // without optimizations every run unpacks all weights
        compareRuns(dense, *inputs, true);
        m_ctx.checkpoint(0.8, "comparing outputs without optimizations");
        inputs->feeds.resize(1);
        if (dense)
            compareRuns(dense, *inputs, false);
        if (m_options.tensors)
            compareTensors(dense, inputs->feeds.front());
        m_ctx.checkpoint(0.9, "asking OpenCV");
        if (dense)
            askOpenCv(*dense, inputs->feeds.front());
    }

    static const char *equalsName(const Model *dense)
    {
        return dense ? "equals the in-memory model" : "equals itself without optimizations";
    }

    /// A failed run is found by the comparison of outputs.
    void compareTensors(const Model *dense, const std::vector<Tensor> &feed)
    {
        try {
            m_result.tensors = tensorDifferences(m_source, m_file, dense ? *dense : m_file,
                                                 {options(true), options(dense != nullptr)}, feed, m_ctx);
        } catch (const Error &error) {
            add("tensor by tensor", Result::NotApplicable,
                fmt::format("The outputs of the layers could not be had: {}", error.what()));
        }
    }

    SessionOptions options(bool optimize) const
    {
        SessionOptions result;
        result.threads = m_ctx.threadCount();
        result.optimize = optimize;
        return result;
    }

    void compareRuns(const Model *dense, const TestInputs &inputs, bool optimize)
    {
        const char *how = optimize ? "" : ", optimizations off";
        const std::string equals = fmt::format("{}{}", equalsName(dense), how);
        std::optional<Session> session = load(optimize);
        if (!session)
            return;
        try {
            std::vector<std::vector<Tensor>> outputs;
            for (const std::vector<Tensor> &feed : inputs.feeds)
                outputs.push_back(session->run(views(feed), m_ctx));
            session.reset(); // one after the other: each holds the weights once more
            if (dense)
                session.emplace(*dense, options(optimize));
            else if (!(session = load(false)))
                return;
            OutputDifference difference;
            bool comparable = true;
            for (size_t i = 0; i < outputs.size(); ++i)
                comparable =
                    comparable && difference.add(outputs[i], session->run(views(inputs.feeds[i]), m_ctx));
            judge(equals, comparable, difference, inputs);
        } catch (const Error &error) {
            add(equals, Result::Failed, fmt::format("The file could not be run: {}", error.what()));
        }
    }

    std::optional<Session> load(bool optimize)
    {
        const std::string loads =
            fmt::format("loads in ONNX Runtime{}", optimize ? "" : ", optimizations off");
        try {
            std::optional<Session> session(std::in_place, m_file, options(optimize));
            add(loads, Result::Passed, fmt::format("{} opens the file.", runtimeVersion()));
            return session;
        } catch (const Error &error) {
            add(loads, Result::Failed, error.what());
            return std::nullopt;
        }
    }

    void judge(const std::string &name, bool comparable, const OutputDifference &difference,
               const TestInputs &inputs)
    {
        if (!comparable) {
            add(name, Result::Failed,
                "The outputs of the file have other types or shapes than those of the model in memory.");
            return;
        }
        const double tolerance = difference.anyHalf() ? halfCertificateTolerance : certificateTolerance;
        const double apart = difference.relative();
        m_result.maxRelativeDifference = std::max(m_result.maxRelativeDifference, apart);
        add(name, apart <= tolerance ? Result::Passed : Result::Failed,
            fmt::format(
                "Largest relative difference of the outputs {:.2g}, allowed {:g}, on {}.", apart, tolerance,
                inputs.feeds.size() == 1 && m_result.samples > 1 ? "the first of " + inputs.description
                                                                 : inputs.description));
    }

    void askOpenCv(const Model &dense, const std::vector<Tensor> &feed)
    {
        try {
            const std::vector<Tensor> expected = Session(dense, options(true)).run(views(feed), m_ctx);
            const std::vector<Tensor> source = Session(m_source, options(true)).run(views(feed), m_ctx);
            m_result.checks.push_back(checkByOpenCv({m_file, dense, m_source, feed, expected, source}));
        } catch (const Error &error) {
            add("OpenCV", Result::NotApplicable,
                fmt::format("There is nothing to compare with: {}", error.what()));
        }
    }

    const CompressedModel *m_compressed;
    const Model &m_source;
    const Recipe &m_recipe;
    const Model &m_file;
    const CertifyOptions &m_options;
    JobContext m_ctx;
    Certificate m_result;
};

} // namespace

bool Certificate::passed() const
{
    return std::none_of(checks.begin(), checks.end(),
                        [](const CertificateCheck &check) { return check.result == Result::Failed; });
}

Certificate certify(const std::filesystem::path &file, const Model &source, const Recipe &recipe,
                    const CertifyOptions &options, const JobContext &ctx)
{
    const Model exported = Model::load(file, ctx.part(0.0, 0.05)); // before the long work
    if (!options.calibration && needsInputs(source, recipe) &&
        exported.metadata().contains(decodedHashKey))
        return Certifier(exported, source, recipe, nullptr, options, ctx.part(0.05, 1.0)).run();
    const CompressedModel compressed =
        Compressor(source, options.calibration).compress(recipe, ctx.part(0.05, 0.4));
    return Certifier(exported, source, recipe, &compressed, options, ctx.part(0.4, 1.0)).run();
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
    return Certifier(exported, compressed.source, compressed.recipe, &compressed, options,
                     ctx.part(0.05, 1.0))
        .run();
}

Certificate certify(const std::filesystem::path &file, const CompressedModel &compressed,
                    const SampleSet *samples, const JobContext &ctx, unsigned seed)
{
    return certify(file, compressed, CertifyOptions{samples, seed}, ctx);
}

} // namespace lathe
