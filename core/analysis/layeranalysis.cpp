#include "core/analysis/kernelsize.h"
#include "core/analysis/weightstats.h"
#include "core/base/parallel.h"
#include "core/model/layererror.h"
#include "core/model/model.h"

#include <fmt/format.h>
#include <mutex>

namespace lathe {
namespace {

std::vector<size_t> readableLayers(const Model &model, std::span<const size_t> wanted, bool decoded)
{
    std::vector<size_t> layers(wanted.begin(), wanted.end());
    if (wanted.empty())
        for (size_t i = 0; i < model.layers().size(); ++i)
            layers.push_back(i);
    std::erase_if(layers, [&](size_t i) {
        return i >= model.layers().size() ||
               !(model.layers()[i].compressible() || (decoded && model.layers()[i].decodable));
    });
    return layers;
}

} // namespace

Index kernelSizeOf(const Layer &layer)
{
    const int64_t size = layer.kernel.empty() ? 1 : elementCount(layer.kernel);
    return size > 0 && layer.cols % size == 0 ? size : 1;
}

LayerAnalysis analyzeWeight(const Matrix &weight, Index kernelSize, const JobContext &ctx)
{
    const std::span<const float> values(weight.data(), static_cast<size_t>(weight.size()));
    LayerAnalysis analysis;
    analysis.moments = moments(values);
    analysis.histogram = histogram(values, 256);
    analysis.channelRanges = rowRanges(weight);
    analysis.sparsity = sparsity(weight, kernelSize);
    analysis.entropyBits = binnedEntropy(values);
    if (analysis.moments.nonFinite == 0)
        analysis.spectrum = spectrum(weight, ctx);
    return analysis;
}

std::map<size_t, LayerAnalysis> analyzeLayers(const Model &model, std::span<const size_t> layers,
                                              const JobContext &ctx, const WeightDecoder &decoder)
{
    const std::vector<size_t> chosen = readableLayers(model, layers, bool(decoder));
    std::map<size_t, LayerAnalysis> results;
    std::mutex mutex;
    JobContext silent = ctx; // one layer's steps are no progress of the whole
    silent.onProgress = {};
    parallelFor(chosen.size(), ctx, [&](size_t i) {
        const Layer &layer = model.layers()[chosen[i]];
        LayerAnalysis analysis;
        try {
            analysis = analyzeWeight(layer.decodable ? decoder(chosen[i]) : model.weight(chosen[i]),
                                     kernelSizeOf(layer), silent);
        } catch (const Error &error) {
            throw ofLayer(error, model, chosen[i]);
        }
        const std::lock_guard lock(mutex);
        results[chosen[i]] = std::move(analysis);
        const auto done = results.size();
        ctx.checkpoint(static_cast<double>(done) / static_cast<double>(chosen.size()),
                       Message::tr("analyzed layer {} of {}", done, chosen.size()));
    });
    return results;
}

} // namespace lathe
