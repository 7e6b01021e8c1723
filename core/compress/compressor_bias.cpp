// The part of Compressor that decides whose bias is corrected, and from what.
#include "core/compress/compressorwork.h"

#include <algorithm>

namespace lathe {
namespace {

constexpr int rounds = 3; ///< what one layer gives up changes what the next ones get

bool isAutomatic(const LayerSettings &settings)
{
    return settings.quantize && settings.quantize->biasCorrection == BiasCorrection::Auto;
}

} // namespace

std::string settingsKey(const std::vector<LayerSettings> &settings)
{
    std::string key;
    for (const LayerSettings &layer : settings) {
        for (const Change &change : changesFor(layer))
            key += change.key + '=' + change.value + ',';
        key += ';';
    }
    return key;
}

LayerSettings fromData(LayerSettings settings)
{
    if (isAutomatic(settings))
        settings.quantize->biasCorrection = BiasCorrection::Data;
    return settings;
}

bool Compressor::calibrates(const std::vector<LayerSettings> &settings) const
{
    return m_calibration && (m_options.always || std::ranges::any_of(settings, needsCalibration));
}

/// Where y' is what the compressed model makes of the layer without its shift s, and y what the source makes:
/// E|y' + s - y|^2 - E|y' - y|^2 = s^2 + 2 s E[y' - y], channel by channel over the variance of y.
std::vector<size_t> Compressor::lostByCorrection(const CompressedModel &compressed,
                                                 const std::vector<size_t> &layers,
                                                 const JobContext &ctx) const
{
    std::vector<size_t> lost;
    // It runs on a part of the calibration samples: their count would stand beside that of all.
    const JobContext told = ctx.toldAs(Message::tr("checking which biases are better corrected"));
    const auto inside = layers.empty() ? nullptr : m_calibration->within(compressed, told);
    if (!inside)
        return lost;
    inside->prepare(layers, told);
    for (const size_t layer : layers) {
        const LayerResult &result = compressed.layers[layer];
        const auto before = m_calibration->of(layer, told);
        const auto after = inside->of(layer, told);
        if (result.code.biasShift.size() == 0 || !before || !after)
            continue;
        const Index groups = m_source.layers()[layer].groups;
        const Matrix weight = m_source.weight(layer);
        const Vector variance = MatrixInputs(before, groups).outputVariance(weight);
        const Vector moved = productOfMeans(decode(*result.code.weight), after->mean, groups) -
                             productOfMeans(weight, before->mean, groups);
        const Vector gained = result.code.biasShift.cwiseProduct(result.code.biasShift + 2.0F * moved);
        double change = 0.0;
        for (Index r = 0; r < gained.size(); ++r)
            change += variance[r] > 0.0F ? double(gained[r]) / double(variance[r]) : 0.0;
        if (change >= 0.0)
            lost.push_back(layer);
    }
    return lost;
}

void Compressor::correctWhereItHelps(CompressedModel &compressed, const std::vector<LayerSettings> &asked,
                                     std::vector<LayerSettings> &settings, const CompressOne &compressOne,
                                     const JobContext &ctx) const
{
    if (!calibrates(asked))
        return;
    std::vector<size_t> corrected, disturbed;
    for (size_t i = 0; i < asked.size(); ++i) {
        const LayerResult &result = compressed.layers[i];
        if (isAutomatic(asked[i]) && result.biasCorrection == BiasCorrection::Data)
            (result.relativeError > mostCorrected ? disturbed : corrected).push_back(i);
    }
    const auto giveUp = [&](const std::vector<size_t> &layers) {
        for (const size_t layer : layers) {
            settings[layer].quantize->biasCorrection = BiasCorrection::Off;
            compressOne(layer, ctx);
            std::erase(corrected, layer);
        }
    };
    giveUp(disturbed);
    std::string key = settingsKey(settings);
    if (compressed.tuning) // what others carry decides what this one gets
        key += compressed.tuning->sha256();
    if (const auto known = m_cache->uncorrected.find(key))
        return giveUp(*known);
    std::vector<size_t> all;
    for (int round = 0; round < rounds; ++round) {
        const std::vector<size_t> lost = lostByCorrection(compressed, corrected, ctx);
        if (lost.empty())
            break;
        giveUp(lost);
        all.insert(all.end(), lost.begin(), lost.end());
    }
    m_cache->uncorrected.insert(key, all, key.size() + all.size() * sizeof(size_t));
}

std::optional<Recipe> resolvedRecipe(const CompressedModel &compressed,
                                     const std::vector<LayerSettings> &asked)
{
    if (std::ranges::none_of(asked, isAutomatic))
        return {};
    std::vector<std::string> names;
    std::vector<BiasCorrection> outcomes;
    for (size_t i = 0; i < asked.size(); ++i) {
        names.push_back(compressed.source.layers()[i].name);
        const bool decided =
            isAutomatic(asked[i]) && compressed.layers[i].trained != LayerResult::Trained::Carried;
        outcomes.push_back(decided ? compressed.layers[i].biasCorrection : BiasCorrection::Auto);
    }
    return compressed.recipe.withBiasCorrection(names, outcomes);
}

} // namespace lathe
