#include "core/exporting/certificate.h"

#include "core/base/fileio.h"
#include "core/exporting/metadata.h"
#include "core/exporting/opencvcheck.h"
#include "core/exporting/outputdifference.h"
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
    Certifier(const Model &file, const CompressedModel &compressed, const JobContext &ctx, unsigned seed)
        : m_compressed(compressed), m_source(compressed.source), m_file(file), m_ctx(ctx), m_seed(seed)
    {
        m_result.file = m_file.path().string();
        m_result.fileSha256 = m_file.sha256();
        m_result.sourceSha256 = m_source.sha256();
        m_result.recipeSha256 = sha256Hex(toJson(compressed.recipe));
        m_result.fileBytes = m_file.fileBytes();
        m_result.sourceBytes = m_source.fileBytes();
    }

    Certificate run(const SampleSet *samples)
    {
        checkOrigin();
        checkRecipe();
        checkSize();
        const BuiltModel dense = buildModel(m_compressed, Storage::Dense, m_ctx.part(0.1, 0.2));
        m_ctx.checkpoint(0.2, "comparing stored weights");
        m_result.checks.push_back(checkWeights(m_file, dense, m_compressed, m_ctx));
        m_ctx.checkpoint(0.4, "comparing outputs");
        compareOutputs(dense.model, samples);
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
            const bool same = recipeOfExport(m_file) == m_compressed.recipe;
            add("carries its recipe", same ? Result::Passed : Result::Failed,
                same ? "The recipe in the file is the one it was compared with."
                     : "The recipe in the file is another one than it was to be compared with.");
        } catch (const Error &error) {
            add("carries its recipe", Result::Failed, error.what());
        }
    }

    void checkSize()
    {
        const double ratio =
            static_cast<double>(m_result.sourceBytes) / static_cast<double>(m_result.fileBytes);
        add("size", Result::Passed,
            fmt::format("{} bytes; the original takes {}: {:.2f}x.", m_result.fileBytes, m_result.sourceBytes,
                        ratio));
    }

    void compareOutputs(const Model &dense, const SampleSet *samples)
    {
        std::optional<TestInputs> inputs;
        try {
            inputs = testInputs(Session(m_source, options(true)), samples, m_ctx, m_seed);
        } catch (const Error &error) {
            add("equals the in-memory model", Result::Failed,
                fmt::format("Nothing could be compared: {}", error.what()));
            return;
        }
        m_result.inputsUsed = inputs->description;
        m_result.samples = inputs->samples;
        compareRuns(dense, *inputs, true);
        m_ctx.checkpoint(0.8, "comparing outputs without optimizations");
        inputs->feeds.resize(1); // without optimizations every run unpacks all weights
        compareRuns(dense, *inputs, false);
        m_ctx.checkpoint(0.9, "asking OpenCV");
        askOpenCv(dense, inputs->feeds.front());
    }

    SessionOptions options(bool optimize) const
    {
        SessionOptions result;
        result.threads = m_ctx.threadCount();
        result.optimize = optimize;
        return result;
    }

    void compareRuns(const Model &dense, const TestInputs &inputs, bool optimize)
    {
        const char *how = optimize ? "" : ", optimizations off";
        const std::string loads = fmt::format("loads in ONNX Runtime{}", how);
        const std::string equals = fmt::format("equals the in-memory model{}", how);
        std::optional<Session> tested;
        try {
            tested.emplace(m_file, options(optimize));
            add(loads, Result::Passed, fmt::format("{} opens the file.", runtimeVersion()));
        } catch (const Error &error) {
            add(loads, Result::Failed, error.what());
            return;
        }
        try {
            const Session reference(dense, options(optimize));
            OutputDifference difference;
            bool comparable = true;
            for (const std::vector<Tensor> &feed : inputs.feeds) {
                m_ctx.throwIfCancelled();
                comparable = comparable && difference.add(tested->run(views(feed), m_ctx),
                                                          reference.run(views(feed), m_ctx));
            }
            judge(equals, comparable, difference, inputs);
        } catch (const Error &error) {
            add(equals, Result::Failed, fmt::format("The file could not be run: {}", error.what()));
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

    const CompressedModel &m_compressed;
    const Model &m_source;
    const Model &m_file;
    JobContext m_ctx;
    unsigned m_seed;
    Certificate m_result;
};

} // namespace

bool Certificate::passed() const
{
    return std::none_of(checks.begin(), checks.end(),
                        [](const CertificateCheck &check) { return check.result == Result::Failed; });
}

Certificate certify(const std::filesystem::path &file, const Model &source, const Recipe &recipe,
                    const SampleSet *samples, const JobContext &ctx, unsigned seed)
{
    const Model exported = Model::load(file, ctx.part(0.0, 0.05)); // before the long work
    const CompressedModel compressed = Compressor(source).compress(recipe, ctx.part(0.05, 0.4));
    return Certifier(exported, compressed, ctx.part(0.4, 1.0), seed).run(samples);
}

Certificate certify(const std::filesystem::path &file, const CompressedModel &compressed,
                    const SampleSet *samples, const JobContext &ctx, unsigned seed)
{
    const Model exported = Model::load(file, ctx.part(0.0, 0.05));
    return Certifier(exported, compressed, ctx.part(0.05, 1.0), seed).run(samples);
}

} // namespace lathe
