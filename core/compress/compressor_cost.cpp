// The part of Compressor that says how long it will take.
#include "core/compress/compressorwork.h"

#include <algorithm>

namespace lathe {
namespace {

constexpr double leastEncoding = 0.2; ///< seconds, beside which measuring again is set

} // namespace

double Compressor::secondsOf(const WorkAmount &amount) const
{
    static const WorkRates usual;
    return (m_options.rates ? *m_options.rates : usual).seconds(amount);
}

/// Those that encoding takes, without statistics.
double Compressor::encodingSeconds(const std::vector<LayerSettings> &settings) const
{
    const std::vector<Layer> &layers = m_source.layers();
    double seconds = 0.0;
    for (size_t i = 0; i < layers.size(); ++i)
        for (const WorkAmount &amount : slowWork(layers[i], settings[i]))
            seconds += secondsOf(amount);
    return seconds;
}

double Compressor::renormalizingSeconds(const std::vector<LayerSettings> &settings) const
{
    bool any = false;
    for (size_t i = 0; i < settings.size(); ++i)
        any = any || (settings[i].renormalize && m_source.layers()[i].compressible());
    if (!any || !m_calibration || m_cache->tunings.find(settingsKey(settings)))
        return 0.0;
    return secondsOf(renormalizingWork(m_source.layers()));
}

std::optional<size_t> firstByGradients(const Model &source, const std::vector<LayerSettings> &settings)
{
    for (size_t i = 0; i < settings.size(); ++i)
        if (source.layers()[i].compressible() && goesByGradients(settings[i]))
            return i;
    return {};
}

double Compressor::gradientSeconds(const std::vector<LayerSettings> &settings) const
{
    if (!m_calibration || m_cache->gradientsKnown || !firstByGradients(m_source, settings))
        return 0.0;
    return secondsOf(gradientWork(m_source.layers()));
}

double Compressor::renormalizingShare(const std::vector<LayerSettings> &settings) const
{
    const double seconds = renormalizingSeconds(settings);
    return seconds / (seconds + leastEncoding + encodingSeconds(settings));
}

double Compressor::expectedSeconds(const std::vector<LayerSettings> &settings) const
{
    std::vector<LayerSettings> carriedOut = settings;
    if (calibrates(settings))
        std::ranges::transform(settings, carriedOut.begin(), fromData);
    const double seconds =
        encodingSeconds(settings) + renormalizingSeconds(carriedOut) + gradientSeconds(settings);
    const std::vector<Layer> &layers = m_source.layers();
    std::vector<size_t> unknown;
    for (size_t i = 0; i < layers.size(); ++i)
        if (m_calibration && layers[i].compressible() && goesByInputs(settings[i]) &&
            !m_cache->inputs.find(i))
            unknown.push_back(i);
    return unknown.empty() ? seconds : seconds + secondsOf(statisticsWork(layers, unknown));
}

} // namespace lathe
