#include "core/oracle/outputoracle.h"

#include <cmath>

namespace lathe {
namespace {

constexpr size_t batchToCompare = 8; ///< the same for any number of threads

Matrix outputsOf(const Model &model, const SampleSet &samples, const JobContext &ctx)
{
    RunOptions options;
    options.batch = batchToCompare;
    return runSamples(Session(model), samples, options, ctx).values;
}

} // namespace

OutputOracle::OutputOracle(SampleSet samples, Matrix before, std::shared_ptr<Exporter> exporter)
    : m_samples(std::move(samples)), m_before(std::move(before)), m_exporter(std::move(exporter))
{
}

std::shared_ptr<const OutputOracle> OutputOracle::of(const Model &source, SampleSet samples,
                                                     const JobContext &ctx,
                                                     std::shared_ptr<Exporter> exporter)
{
    Matrix before = outputsOf(source, samples, ctx);
    return std::make_shared<const OutputOracle>(std::move(samples), std::move(before), std::move(exporter));
}

std::optional<Oracle::Loss> OutputOracle::loss(const CompressedModel &trial, const JobContext &ctx) const
try {
    const Model model =
        (m_exporter ? m_exporter->build(trial, Storage::Dense, ctx) : buildModel(trial, Storage::Dense, ctx))
            .model;
    const Matrix after = outputsOf(model, m_samples, ctx);
    if (after.cols() != m_before.cols())
        return {};
    const Comparison comparison = compareOutputs(m_before, after, {});
    Loss loss;
    loss.divergence = comparison.meanKl.value_or(std::pow(10.0, -comparison.sqnrDecibel / 10.0));
    loss.ofClasses = comparison.meanKl.has_value();
    loss.distance = static_cast<double>((after - m_before).norm()) / static_cast<double>(m_before.norm());
    return loss;
} catch (const Error &error) {
    if (error.code() == ErrorCode::Unsupported) // outputs that do not belong to samples
        return {};
    throw;
}

} // namespace lathe
