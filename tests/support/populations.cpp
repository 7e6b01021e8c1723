#include "tests/support/populations.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lathe::test {
namespace {

constexpr Index classes = 10;

Matrix noise(size_t rows, float scale, std::mt19937 &random)
{
    std::normal_distribution<float> normal(0.0F, scale);
    Matrix values(static_cast<Index>(rows), classes);
    std::generate_n(values.data(), values.size(), [&] { return normal(random); });
    return values;
}

/// Right on about four of five samples.
Matrix baselineOf(const std::vector<int> &labels, std::mt19937 &random)
{
    Matrix values = noise(labels.size(), 1.5F, random);
    std::normal_distribution<float> gap(4.0F, 2.0F);
    for (size_t i = 0; i < labels.size(); ++i)
        values(Index(i), labels[i]) += gap(random);
    return values;
}

template <int Percent>
Population disturbed(const std::vector<int> &labels, std::mt19937 &random)
{
    Population result{baselineOf(labels, random), {}};
    result.variant = result.baseline + noise(labels.size(), float(Percent) / 100.0F, random);
    return result;
}

/// A few samples move far, most hardly at all.
Population heavyTailed(const std::vector<int> &labels, std::mt19937 &random)
{
    Population result{baselineOf(labels, random), {}};
    Matrix shifts = noise(labels.size(), 0.3F, random);
    std::chi_squared_distribution<float> chi(2.0F);
    for (Index row = 0; row < shifts.rows(); ++row)
        shifts.row(row) /= std::sqrt(chi(random) / 2.0F);
    result.variant = result.baseline + shifts;
    return result;
}

void putOnTop(Matrix &values, Index row, Index wanted)
{
    values(row, wanted) = values.row(row).maxCoeff() + 1.0F;
}

/// One sample in twelve gets the outputs of another, however sure the baseline is.
Population independentOfMargin(const std::vector<int> &labels, std::mt19937 &random)
{
    Population result{baselineOf(labels, random), {}};
    result.variant = result.baseline + noise(labels.size(), 0.05F, random);
    for (Index row = 0; row < result.variant.rows(); ++row)
        if (random() % 12 == 0)
            result.variant.row(row) = result.baseline.row(Index(random() % labels.size()));
    return result;
}

Population shrunk(const std::vector<int> &labels, std::mt19937 &random)
{
    Population result{baselineOf(labels, random), {}};
    result.variant = 0.2F * result.baseline + noise(labels.size(), 0.3F, random);
    return result;
}

Population allWrong(const std::vector<int> &labels, std::mt19937 &random)
{
    Population result{baselineOf(labels, random), {}};
    result.variant = result.baseline;
    for (size_t i = 0; i < labels.size(); ++i)
        putOnTop(result.variant, Index(i), (labels[i] + 1) % classes);
    return result;
}

Population nothingFlips(const std::vector<int> &labels, std::mt19937 &random)
{
    Population result{baselineOf(labels, random), {}};
    result.variant = result.baseline * 1.01F;
    return result;
}

Population allMended(const std::vector<int> &labels, std::mt19937 &random)
{
    Population result{baselineOf(labels, random), {}};
    result.variant = result.baseline;
    for (size_t i = 0; i < labels.size(); ++i)
        putOnTop(result.variant, Index(i), labels[i]);
    return result;
}

Population leansToOneClass(const std::vector<int> &labels, std::mt19937 &random)
{
    Population result{baselineOf(labels, random), {}};
    result.variant = result.baseline + noise(labels.size(), 0.2F, random);
    result.variant.col(3).array() += 2.0F;
    return result;
}

/// One of thirty among the samples of which the baseline is surest, and no other.
Population onlySureOnes(const std::vector<int> &labels, std::mt19937 &random)
{
    Population result{baselineOf(labels, random), {}};
    result.variant = result.baseline + noise(labels.size(), 0.02F, random);
    std::vector<float> margins;
    for (size_t i = 0; i < labels.size(); ++i) {
        Vector others = result.baseline.row(Index(i)).transpose();
        const float own = others[labels[i]];
        others[labels[i]] = -1e9F;
        margins.push_back(own - others.maxCoeff());
    }
    std::vector<float> sorted = margins;
    std::ranges::sort(sorted);
    for (size_t i = 0; i < labels.size(); ++i)
        if (margins[i] > sorted[sorted.size() / 2] && random() % 30 == 0)
            putOnTop(result.variant, Index(i), (labels[i] + 1) % classes);
    return result;
}

} // namespace

const std::vector<PopulationCase> &populationCases()
{
    static const std::vector<PopulationCase> cases{
        {"hardly disturbed", disturbed<3>},
        {"mildly disturbed", disturbed<20>},
        {"clearly disturbed", disturbed<80>},
        {"heavily disturbed", disturbed<400>},
        {"heavy tails", heavyTailed},
        {"independent of the margin", independentOfMargin, 0.92},
        {"margins shrunk", shrunk},
        {"all wrong", allWrong},
        {"nothing flips", nothingFlips},
        {"all mended", allMended},
        {"leans to one class", leansToOneClass},
        {"only sure ones flip", onlySureOnes},
    };
    return cases;
}

double trueDifference(const Population &population, const std::vector<int> &labels)
{
    double sum = 0.0;
    for (size_t i = 0; i < labels.size(); ++i) {
        Index before = 0, after = 0;
        population.baseline.row(Index(i)).maxCoeff(&before);
        population.variant.row(Index(i)).maxCoeff(&after);
        sum += double(after == labels[i]) - double(before == labels[i]);
    }
    return sum / double(labels.size());
}

} // namespace lathe::test
