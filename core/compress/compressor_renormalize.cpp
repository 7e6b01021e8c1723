// The part of Compressor that has statistics of normalizations measured again.
#include "core/compress/compressorwork.h"

#include <algorithm>
#include <fmt/format.h>

namespace lathe {
namespace {

/// What the settings ask for, each once; says in `issues` behind which layers there is nothing.
std::vector<NextNormalization> wanted(const Model &source, const std::vector<LayerSettings> &settings,
                                      const NextNormalizations &next, std::vector<Issue> &issues)
{
    std::vector<NextNormalization> all;
    for (size_t i = 0; i < settings.size(); ++i) {
        const Layer &layer = source.layers()[i];
        const size_t owner = layer.tiedTo.value_or(i);
        if (!settings[owner].renormalize || !source.layers()[owner].compressible())
            continue;
        if (!next.obstacle(i).empty())
            issues.push_back(
                {Issue::Severity::Note, layer.name,
                 Message::tr("Nothing is measured again behind {}: {}.", layer.name, next.obstacle(i))});
        for (const NextNormalization &found : next.behind(i))
            if (std::ranges::find(all, found.output, &NextNormalization::output) == all.end())
                all.push_back(found);
    }
    return all;
}

Tensor vectorTensor(const Vector &values)
{
    return makeTensor({values.size()}, {values.data(), static_cast<size_t>(values.size())});
}

/// Where nothing can be measured. @throws Error InvalidArgument
void requireStatistics(const std::vector<NextNormalization> &all, const Tuning::Constants &constants)
{
    for (const NextNormalization &one : all)
        if (!constants.contains(one.mean) || !constants.contains(one.variance))
            throw Error(ErrorCode::InvalidArgument,
                        Message::tr("The trained values have no statistics of the normalization that gives "
                                    "`{}`, so data are needed to measure them: name a data set (--data, "
                                    "half of which calibrates, or --calibrate).",
                                    one.output));
}

size_t bytesOf(const Tuning::Constants &constants)
{
    size_t bytes = sizeof(Tuning);
    for (const auto &[name, tensor] : constants)
        bytes += name.size() + tensor.bytes.size();
    return bytes;
}

} // namespace

const Tuning::Constants &CompressedModel::constants() const
{
    static const Tuning::Constants none;
    return tuning ? tuning->constants() : none;
}

const NextNormalizations &Compressor::nextNormalizations() const
{
    std::call_once(m_cache->nextOnce, [this] { m_cache->nextNormalizations.emplace(m_source); });
    return *m_cache->nextNormalizations;
}

const Message &Compressor::renormalizeObstacle(size_t layer) const
{
    return nextNormalizations().obstacle(layer);
}

void Compressor::renormalize(CompressedModel &compressed, const std::vector<LayerSettings> &settings,
                             const JobContext &ctx) const
{
    if (std::ranges::none_of(settings, [](const LayerSettings &s) { return s.renormalize.has_value(); }))
        return;
    const std::vector<NextNormalization> all =
        wanted(m_source, settings, nextNormalizations(), compressed.issues);
    if (all.empty())
        return;
    if (!m_calibration) {
        requireStatistics(all, compressed.constants());
        return;
    }
    std::string key = settingsKey(settings);
    if (compressed.tuning)
        key += compressed.tuning->sha256();
    if (const auto known = m_cache->tunings.find(key)) {
        compressed.tuning = *known;
        return;
    }
    std::vector<std::string> outputs;
    for (const NextNormalization &one : all)
        outputs.push_back(one.output);
    const auto start = std::chrono::steady_clock::now();
    const MeasuredChannels measured = m_calibration->normalized(compressed, outputs, ctx);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    if (!measured.obstacle.empty()) {
        compressed.issues.push_back(
            {Issue::Severity::Warning,
             {},
             Message::tr("Normalizations keep their statistics: {}.", measured.obstacle)});
        return;
    }
    if (m_options.rates)
        m_options.rates->learn(renormalizingWork(m_source.layers()), took.count());
    Tuning::Constants constants = compressed.constants();
    for (size_t i = 0; i < all.size(); ++i) {
        constants.insert_or_assign(all[i].mean, vectorTensor(measured.channels[i].mean));
        constants.insert_or_assign(all[i].variance, vectorTensor(measured.channels[i].variance));
    }
    const size_t bytes = bytesOf(constants);
    const auto layers =
        compressed.tuning ? compressed.tuning->layers() : std::vector<std::optional<TunedLayer>>();
    compressed.tuning = std::make_shared<const Tuning>(
        layers, std::move(constants),
        Tuning::Source(
            fmt::format("statistics of {} normalizations on {}", all.size(), m_calibration->description()),
            compressed.tuning ? compressed.tuning->source().data : std::set<std::string>()),
        compressed.tuning ? compressed.tuning->calibrated() : std::nullopt);
    m_cache->tunings.insert(key, compressed.tuning, bytes + key.size());
}

} // namespace lathe
