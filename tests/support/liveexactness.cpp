#include "tests/support/liveexactness.h"

#include <cmath>
#include <fmt/format.h>

namespace lathe::test {
namespace {

/// From one float16 to the next.
double float16Step(float value)
{
    constexpr int digits = 11, smallest = -24;
    int exponent = 0;
    std::frexp(value, &exponent);
    return std::ldexp(1.0, std::max(exponent - digits, smallest));
}

} // namespace

LiveCheck::LiveCheck(const Model &model, SampleSet samples, std::shared_ptr<const Calibration> calibration,
                     const LiveOptions &options)
    : m_compressor(model, std::move(calibration)), m_exporter(std::make_shared<Exporter>(model)),
      m_samples(std::make_shared<const SampleSet>(std::move(samples))),
      m_baseline(std::make_shared<const Baseline>(measureBaseline(model, *m_samples))),
      m_live(m_exporter, m_samples, m_baseline, options)
{
}

double LiveCheck::distance(const Matrix &values, const Matrix &expected, bool isFloat16)
{
    const double least = std::max(1e-30, tolerance * double(expected.cwiseAbs().maxCoeff()));
    double largest = 0.0;
    Index neighbours = 0;
    for (Index i = 0; i < values.size(); ++i) {
        const double apart = std::abs(double(values.data()[i]) - double(expected.data()[i]));
        const bool isNeighbour = isFloat16 && apart > 0.0 && apart <= float16Step(expected.data()[i]);
        neighbours += isNeighbour;
        if (!isNeighbour)
            largest = std::max(largest, apart);
    }
    m_neighbours = std::max(m_neighbours, double(neighbours) / double(values.size()));
    return largest / least * tolerance;
}

std::string LiveCheck::faultOf(const Recipe &recipe, const std::vector<size_t> &layers)
{
    return faultOf(m_compressor.compress(recipe), layers);
}

std::string LiveCheck::faultOf(const CompressedModel &compressed, const std::vector<size_t> &layers)
{
    m_last = m_live.measure(compressed, layers, {});
    if (!m_last.complete() || !m_last.values)
        return "not all samples were measured";
    const BuiltModel exported = m_exporter->build(compressed, Storage::Compact);
    const Session session(exported.model);
    const Matrix expected = runSamples(session, *m_samples).values;
    const Matrix &values = *m_last.values;
    if (values.rows() != expected.rows() || values.cols() != expected.cols())
        return "other dimensions";
    for (Index row = 0; row < values.rows(); ++row) {
        Index top = 0, wanted = 0;
        values.row(row).maxCoeff(&top);
        expected.row(row).maxCoeff(&wanted);
        if (top != wanted)
            return fmt::format("sample {} has another top-1", row);
    }
    const double difference =
        distance(values, expected, session.outputs().front().type == ElementType::Float16);
    m_largest = std::max(m_largest, difference);
    if (!(difference <= tolerance))
        return fmt::format("the outputs differ by {:.2g} of the largest", difference);
    const Comparison comparison = compareOutputs(m_baseline->values, values, m_samples->labels());
    if (comparison.changed != m_last.comparison.changed)
        return "the samples said to have changed are others";
    return {};
}

Recipe recipeFor(const Model &model, const std::vector<std::pair<size_t, std::string>> &settings)
{
    Recipe recipe;
    for (const auto &[layer, text] : settings)
        recipe.rules.push_back(parseRule(globEscaped(model.layers()[layer].name) + ":" + text));
    return recipe;
}

} // namespace lathe::test
