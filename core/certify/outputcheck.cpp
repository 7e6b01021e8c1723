#include "core/certify/outputcheck.h"

#include "core/certify/opencvcheck.h"
#include "core/certify/outputdifference.h"
#include "core/certify/tensordifference.h"
#include "core/exporting/modeltraits.h"
#include "core/measure/testinputs.h"

#include <algorithm>
#include <optional>

namespace lathe {
namespace {

using Result = CertificateCheck::Result;

constexpr double noiseLevel = 0.01;    ///< of the largest output: what moves more by rounding is no figure
constexpr double roundingMargin = 4.0; ///< two orders of adding up may lie on both sides of the exact sum

std::vector<TensorView> views(const std::vector<Tensor> &tensors)
{
    return {tensors.begin(), tensors.end()};
}

/// How ONNX Runtime is told to run.
struct Way {
    bool optimize = true;
    bool integerKernels = true;
    Message named(Message check) const
    {
        return optimize ? std::move(check) : Message::tr("{}, optimizations off", check);
    }
};

bool hasNBits(const Model &file)
{
    return std::ranges::any_of(file.operatorCounts(), [](const auto &entry) {
        return entry.first.find("MatMulNBits") != std::string::npos;
    });
}

class OutputCheck {
public:
    OutputCheck(Certificate &result, const ComparedModels &models, const CertifyOptions &options,
                const JobContext &ctx)
        : m_result(result), m_source(models.source), m_file(models.file), m_options(options), m_ctx(ctx),
          m_random(unseededOperators(models.file)), m_tested(seeded(models.file)),
          m_dense(models.dense ? std::optional(seeded(*models.dense)) : std::nullopt),
          m_masked(models.masked != nullptr ? std::optional(seeded(*models.masked)) : std::nullopt),
          m_half(computesInHalf(models.source)), m_quantized(quantizedValues(models.file))
    {
    }

    void run()
    {
        std::optional<TestInputs> inputs;
        try {
            inputs = testInputs(Session(m_source, options({})), m_options.samples, m_ctx, m_options.seed);
        } catch (const Error &error) {
            leaveUnproven(equalsName(), error);
            return;
        }
        m_result.inputsUsed = inputs->description;
        m_result.samples = inputs->samples;
        if (!m_random.empty())
            add(Message::tr("random operators"), Result::Passed,
                Message::tr("{} got the same seeds in both models for the comparison.", m_random));
        if (!m_dense)
            inputs->feeds.resize(1); // without optimizations every run unpacks all weights
        compareRuns(*inputs, {true, m_quantized == 0});
        if (m_masked)
            compareWithMasked(*inputs);
        if (m_quantized > 0)
            compareIntegerKernels(*inputs);
        m_ctx.checkpoint(0.8, Message::tr("comparing outputs without optimizations"));
        inputs->feeds.resize(1);
        if (m_dense)
            compareRuns(*inputs, {false, true});
        if (m_options.tensors)
            compareTensors(inputs->feeds.front());
        m_ctx.checkpoint(0.9, Message::tr("asking OpenCV"));
        if (m_dense)
            askOpenCv(inputs->feeds.front());
    }

private:
    /// Drawn alike in the file and in its reference, so that their outputs can be compared.
    Model seeded(const Model &model) const { return m_random.empty() ? model : withSeeds(model); }

    void add(Message name, Result result, Message detail)
    {
        m_result.checks.push_back({std::move(name), result, std::move(detail)});
    }

    /// Of the model: without memory, or when another program has changed a file meanwhile.
    static bool saysNothing(const Error &error)
    {
        return error.code() == ErrorCode::OutOfMemory || error.code() == ErrorCode::FileUnreadable;
    }

    void leaveUnproven(const Message &name, const Error &error)
    {
        if (saysNothing(error))
            throw error;
        m_result.unproven = error.message();
        add(name, Result::NotApplicable, Message::tr("Nothing could be compared: {}", error.message()));
    }

    Message equalsName() const
    {
        return m_dense ? Message::tr("equals the in-memory model")
                       : Message::tr("equals itself without optimizations");
    }

    /// A failed run is found by the comparison of outputs.
    void compareTensors(const std::vector<Tensor> &feed)
    {
        const Way way{true, m_quantized == 0};
        try {
            m_result.tensors = tensorDifferences(
                m_source, m_tested, m_dense ? *m_dense : m_tested,
                {options(way), options({m_dense.has_value(), way.integerKernels})}, feed, m_ctx);
        } catch (const Error &error) {
            add(Message::tr("tensor by tensor"), Result::NotApplicable,
                Message::tr("The outputs of the layers could not be had: {}", error.message()));
        }
    }

    SessionOptions options(const Way &way) const
    {
        SessionOptions result;
        result.threads = m_ctx.threadCount();
        result.optimize = way.optimize;
        result.integerKernels = way.integerKernels;
        return result;
    }

    /// What runs compare with: without a model in memory the file itself, unoptimized.
    Session reference(const Way &way) const
    {
        return m_dense ? Session(*m_dense, options(way))
                       : Session(m_tested, options({false, way.integerKernels}));
    }

    std::vector<std::vector<Tensor>> outputsOf(const Session &session, const TestInputs &inputs) const
    {
        std::vector<std::vector<Tensor>> outputs;
        for (const std::vector<Tensor> &feed : inputs.feeds)
            outputs.push_back(session.run(views(feed), m_ctx));
        return outputs;
    }

    /// @returns nothing when the outputs are of other types or shapes
    std::optional<OutputDifference> difference(const std::vector<std::vector<Tensor>> &outputs,
                                               const Session &other, const TestInputs &inputs) const
    {
        OutputDifference difference;
        for (size_t i = 0; i < outputs.size(); ++i)
            if (!difference.add(outputs[i], other.run(views(inputs.feeds[i]), m_ctx)))
                return std::nullopt;
        return difference;
    }

    void compareRuns(const TestInputs &inputs, const Way &way)
    {
        const Message equals = way.named(equalsName());
        std::optional<Session> session = load(way);
        if (!session)
            return;
        try {
            const auto outputs = outputsOf(*session, inputs);
            session.reset(); // one after the other: each holds the weights once more
            const auto found = difference(outputs, reference(way), inputs);
            if (found && found->relative() > tolerance(*found) && !isRepeatable(way, inputs))
                leaveUnproven(equals,
                              Error(ErrorCode::Unsupported,
                                    Message::tr("The model gives other outputs each time it runs on the same "
                                                "inputs.")));
            else
                judge(equals, found, inputs);
        } catch (const Error &error) {
            judgeFailedRun(equals, error, inputs, way);
        }
    }

    /// Of two graphs, the other one as wide as the source.
    void compareWithMasked(const TestInputs &inputs)
    {
        const Message name = Message::tr("equals the original that ignores what was removed");
        const Way way{true, m_quantized == 0};
        try {
            const auto outputs = outputsOf(Session(m_tested, options(way)), inputs);
            const auto found = difference(outputs, Session(*m_masked, options(way)), inputs);
            if (found && found->relative() > tolerance(*found))
                judgeByRounding(name, *found, inputs);
            else
                judge(name, found, inputs);
        } catch (const Error &error) {
            judgeFailedRun(name, error, inputs, way);
        }
    }

    /// Two graphs of different widths add up in another order. Where all outputs are next to nothing, that is
    /// much of the largest: as much as the wider one differs from itself in another order.
    void judgeByRounding(const Message &name, const OutputDifference &found, const TestInputs &inputs)
    {
        const auto optimized = outputsOf(Session(*m_masked, options({true, m_quantized == 0})), inputs);
        const auto rounding =
            difference(optimized, Session(*m_masked, options({false, m_quantized == 0})), inputs);
        const double own = rounding ? rounding->relative() : 0.0;
        if (found.relative() > roundingMargin * own) {
            judge(name, found, inputs);
            return;
        }
        if (own > noiseLevel) {
            add(name, Result::NotApplicable,
                Message::tr(
                    "The outputs on {} are rounding alone and tell nothing: the original itself moves "
                    "by {:.2g} of the largest without optimizations.",
                    inputs.description, own));
            return;
        }
        m_result.maxRelativeDifference = std::max(m_result.maxRelativeDifference, found.relative());
        add(name, Result::Passed,
            Message::tr("Largest relative difference of the outputs {:.2g}, on {}: rounding, by which the "
                        "original itself moves {:.2g} without optimizations.",
                        found.relative(), inputs.description, own));
    }

    /// The export is wrong only where the source can do what it cannot.
    void judgeFailedRun(const Message &name, const Error &failure, const TestInputs &inputs, const Way &way)
    {
        if (saysNothing(failure))
            throw failure;
        try {
            outputsOf(Session(m_source, options(way)), inputs);
        } catch (const Error &error) {
            if (way.optimize)
                leaveUnproven(name, error);
            else
                add(name, Result::NotApplicable,
                    Message::tr("The source itself cannot be run so: {}", error.message()));
            return;
        }
        add(name, Result::Failed, Message::tr("The file could not be run: {}", failure.message()));
    }

    std::optional<Session> load(const Way &way)
    {
        const Message loads = way.named(Message::tr("loads in ONNX Runtime"));
        try {
            std::optional<Session> session(std::in_place, m_tested, options(way));
            add(loads, Result::Passed, Message::tr("{} opens the file.", runtimeVersion()));
            return session;
        } catch (const Error &error) {
            judgeFailedRun(loads, error, {}, way);
            return std::nullopt;
        }
    }

    bool isRepeatable(const Way &way, const TestInputs &inputs) const
    {
        TestInputs first{{inputs.feeds.front()}, 1, {}};
        const auto outputs = outputsOf(reference(way), first);
        const auto found = difference(outputs, reference(way), first);
        return found && found->relative() <= tolerance(*found);
    }

    double tolerance(const OutputDifference &difference) const
    {
        const double rounding =
            m_half || difference.anyHalf() ? halfCertificateTolerance : certificateTolerance;
        // An operator of the runtime's own adds up in another order, and the sum may be quantized behind it.
        return m_quantized > 0 && hasNBits(m_file) ? std::max(rounding, quantizationStep(m_quantized))
                                                   : rounding;
    }

    void judge(const Message &name, const std::optional<OutputDifference> &difference,
               const TestInputs &inputs)
    {
        if (!difference) {
            add(name, Result::Failed,
                Message::tr(
                    "The outputs of the file have other types or shapes than those of the model in memory."));
            return;
        }
        const double allowed = tolerance(*difference);
        const double apart = difference->relative();
        m_result.maxRelativeDifference = std::max(m_result.maxRelativeDifference, apart);
        add(name, apart <= allowed ? Result::Passed : Result::Failed,
            Message::tr("Largest relative difference of the outputs {:.2g}, allowed {:.2g}, on {}.", apart,
                        allowed,
                        inputs.feeds.size() == 1 && m_result.samples > 1
                            ? Message::tr("the first of {}", inputs.description)
                            : inputs.description));
    }

    /// The runtime may fuse what computes a value with what rounds it to an integer, and round otherwise by a
    /// step. That is the runtime's way with quantized models and no fault of the file, so it is stated.
    void compareIntegerKernels(const TestInputs &inputs)
    {
        const Message name = Message::tr("integer kernels");
        try {
            const auto outputs = outputsOf(Session(m_tested, options({})), inputs);
            const auto found = difference(outputs, reference({}), inputs);
            const double apart = found ? found->relative() : 0.0;
            const double explained = std::max(quantizationStep(m_quantized), found ? tolerance(*found) : 0.0);
            if (!found)
                judge(name, found, inputs);
            else if (apart <= explained)
                add(name, Result::Passed,
                    Message::tr(
                        "Fused to integer kernels, as by default, the outputs move by {:.2g}: each of "
                        "{} quantized values may move by one step.",
                        apart, m_quantized));
            else
                add(name, Result::NotApplicable,
                    Message::tr("Fused to integer kernels, as by default, the outputs move by {:.2g}, more "
                                "than one step of each of {} quantized values explains: this processor's "
                                "kernels may saturate.",
                                apart, m_quantized));
        } catch (const Error &error) {
            judgeFailedRun(name, error, inputs, {});
        }
    }

    void askOpenCv(const std::vector<Tensor> &feed)
    {
        const Way way{true, m_quantized == 0};
        try {
            const std::vector<Tensor> expected = Session(*m_dense, options(way)).run(views(feed), m_ctx);
            const std::vector<Tensor> source = Session(m_source, options(way)).run(views(feed), m_ctx);
            const OpenCvQuestion question{m_file,   *m_dense, m_source, feed,
                                          expected, source,   m_half,   m_quantized > 0};
            for (CertificateCheck &check : checkByOpenCv(question))
                m_result.checks.push_back(std::move(check));
        } catch (const Error &error) {
            add(Message::tr("OpenCV"), Result::NotApplicable,
                Message::tr("There is nothing to compare with: {}", error.message()));
        }
    }

    Certificate &m_result;
    const Model &m_source;
    const Model &m_file;
    const CertifyOptions &m_options;
    JobContext m_ctx;
    std::string m_random;         ///< operators without a seed
    Model m_tested;               ///< the file, with seeds for them
    std::optional<Model> m_dense; ///< the model in memory, with the same seeds
    std::optional<Model> m_masked;
    bool m_half;         ///< computes in float16 or bfloat16
    int64_t m_quantized; ///< values
};

} // namespace

void checkOutputs(Certificate &result, const ComparedModels &models, const CertifyOptions &options,
                  const JobContext &ctx)
{
    OutputCheck(result, models, options, ctx).run();
}

} // namespace lathe
