#include "core/compress/slowwork.h"

#include <algorithm>
#include <cmath>

namespace lathe {
namespace {

/// Multiply-accumulates of one sample, roughly.
double runOf(const std::vector<Layer> &layers)
{
    double macs = 0.0;
    for (const Layer &layer : layers)
        macs += static_cast<double>(layer.macs.value_or(layer.parameters));
    return macs;
}

double weightsOf(const std::vector<Layer> &layers)
{
    double weights = 0.0;
    for (const Layer &layer : layers)
        weights += static_cast<double>(layer.parameters);
    return weights;
}

/// Seconds for a unit on two cores of 2.5 GHz.
constexpr std::array<double, slowWorkCount> usual = {2e-11, 4e-11, 4e-11, 1e-10, 3e-9,
                                                     1e-8,  1e-10, 1e-10, 5e-11, 1e-7};

size_t placeOf(SlowWork work)
{
    return static_cast<size_t>(work);
}

} // namespace

std::string_view nameOf(SlowWork work)
{
    constexpr std::array<std::string_view, slowWorkCount> names = {
        "surgeon",       "gptq",   "codebooks",   "separation", "statistics",
        "renormalizing", "trials", "certificate", "evaluation", "gradients"};
    return names[placeOf(work)];
}

Message titleOf(SlowWork work)
{
    switch (work) {
    case SlowWork::Surgeon:
        return Message::verbatim("OBS");
    case SlowWork::Gptq:
        return Message::verbatim("GPTQ");
    case SlowWork::Codebooks:
        return Message::tr("weighted codebooks");
    case SlowWork::Separation:
        return Message::tr("separable convolution");
    case SlowWork::Statistics:
        return Message::tr("calibration statistics");
    case SlowWork::Gradients:
    case SlowWork::Renormalizing:
    case SlowWork::Trials:
    case SlowWork::Certificate:
    case SlowWork::Evaluation: // of no single layer: their stages have words of their own
        break;
    }
    return {};
}

std::vector<WorkAmount> slowWork(const Layer &layer, const LayerSettings &settings)
{
    std::vector<WorkAmount> work;
    if (!layer.compressible() || layer.tiedTo || settings.keep)
        return work;
    const auto rows = static_cast<double>(layer.rows);
    const auto cols = static_cast<double>(layer.cols);
    const double inverse = cols * cols * cols * static_cast<double>(layer.groups);
    const double sweep = rows * cols * cols;
    constexpr double searches = 20.0; // of a mask, each with a system of its own
    if (settings.prune && settings.prune->method == PruneMethod::Obs)
        work.push_back({SlowWork::Surgeon, searches * (inverse + 2.0 * sweep)});
    if (settings.quantize && settings.quantize->rounding == Rounding::Gptq)
        work.push_back({SlowWork::Gptq, inverse + sweep});
    if (settings.cluster && settings.cluster->weighting == ClusterWeighting::Hessian)
        work.push_back({SlowWork::Codebooks, inverse + sweep});
    if (settings.separable && settings.separable->onActivations)
        work.push_back({SlowWork::Separation, 10.0 * (inverse + sweep)});
    return work;
}

WorkAmount statisticsWork(const std::vector<Layer> &all, const std::vector<size_t> &wanted)
{
    double units = runOf(all);
    for (const size_t i : wanted) {
        const Layer &layer = all[i];
        const double places = static_cast<double>(layer.macs.value_or(layer.parameters)) /
                              std::max(1.0, static_cast<double>(layer.parameters));
        units += places * static_cast<double>(layer.cols * layer.cols * layer.groups);
    }
    return {SlowWork::Statistics, units};
}

WorkAmount gradientWork(const std::vector<Layer> &all)
{
    return {SlowWork::Gradients, runOf(all)};
}

WorkAmount renormalizingWork(const std::vector<Layer> &all)
{
    return {SlowWork::Renormalizing, runOf(all)};
}

WorkAmount trialsWork(const std::vector<Layer> &all, size_t samples)
{
    const auto tried = static_cast<double>(std::ranges::count_if(all, &Layer::compressible));
    return {SlowWork::Trials, tried * static_cast<double>(samples) * runOf(all)};
}

WorkAmount certificateWork(const std::vector<Layer> &all, size_t samples)
{
    constexpr double runsBeside = 20.0;   // without optimizations, and by OpenCV
    constexpr double stepsAWeight = 50.0; // of reading it back bit by bit
    return {SlowWork::Certificate,
            (static_cast<double>(samples) + runsBeside) * runOf(all) + stepsAWeight * weightsOf(all)};
}

WorkAmount evaluationWork(const std::vector<Layer> &all, size_t samples)
{
    return {SlowWork::Evaluation, static_cast<double>(samples) * runOf(all)};
}

double WorkRates::seconds(const WorkAmount &amount) const
{
    return amount.units * learned(amount.work).value_or(usual[placeOf(amount.work)]);
}

void WorkRates::learn(const WorkAmount &amount, double seconds)
{
    const std::lock_guard lock(m_mutex);
    if (seconds < m_shortest || amount.units <= 0.0)
        return;
    std::optional<double> &rate = m_rates[placeOf(amount.work)];
    const double now = seconds / amount.units;
    rate = rate ? std::sqrt(*rate * now) : now; // other work may have slowed this one down
}

std::optional<double> WorkRates::learned(SlowWork work) const
{
    const std::lock_guard lock(m_mutex);
    return m_rates[placeOf(work)];
}

void WorkRates::setShortest(double seconds)
{
    const std::lock_guard lock(m_mutex);
    m_shortest = seconds;
}

void WorkRates::set(SlowWork work, double secondsPerUnit)
{
    if (!(secondsPerUnit > 0.0) || !std::isfinite(secondsPerUnit))
        return;
    const std::lock_guard lock(m_mutex);
    m_rates[placeOf(work)] = secondsPerUnit;
}

} // namespace lathe
