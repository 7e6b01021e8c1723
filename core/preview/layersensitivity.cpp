#include "core/preview/layersensitivity.h"

#include "core/base/parallel.h"
#include "core/data/order.h"
#include "core/oracle/outputoracle.h"

#include <atomic>
#include <cmath>
#include <limits>

namespace lathe {
namespace {

Recipe recipeFor(const std::string &layer, int bits)
{
    LayerSettings settings;
    settings.quantize.emplace().bits = bits;
    return Recipe{}.withLayer(layer, settings);
}

/// Rows of the baseline that are looked at.
std::vector<size_t> chosenRows(size_t all, size_t most)
{
    std::vector<size_t> rows = shuffledOrder(all);
    rows.resize(std::min(all, most));
    return rows;
}

/// The trial of a layer; empty: there is none.
using TrialOf = std::function<std::optional<CompressedModel>(size_t layer, const JobContext &ctx)>;

/// A thread for each of the layers that are tried at a time: sessions of their own are faster than shared
/// ones with more threads.
void tryEach(size_t layers, const TrialOf &trialOf, const Oracle &oracle,
             const std::function<void(size_t, const CompressedModel &, std::optional<Oracle::Loss>)> &keep,
             const JobContext &ctx)
{
    const JobContext alone{ctx.stop, {}, 1};
    std::atomic<size_t> done = 0;
    parallelFor(layers, ctx, [&](size_t i) {
        if (const std::optional<CompressedModel> trial = trialOf(i, alone))
            keep(i, *trial, oracle.loss(*trial, alone));
        ctx.checkpoint(static_cast<double>(++done) / static_cast<double>(layers),
                       Message::tr("trying one layer after the other"));
    });
}

/// What remains of the recipe where nothing is encoded.
Recipe foldsOf(const CompressedModel &compressed)
{
    Recipe folds;
    for (size_t i = 0; i < compressed.layers.size(); ++i)
        if (const LayerSettings &settings = compressed.layers[i].settings; settings.fold)
            folds = folds.withLayer(compressed.source.layers()[i].name, {.fold = settings.fold});
    return folds;
}

/// The layer whose weight it is.
size_t ownerOf(const std::vector<Layer> &layers, size_t layer)
{
    while (layers[layer].tiedTo)
        layer = *layers[layer].tiedTo;
    return layer;
}

} // namespace

std::vector<double> layerSensitivities(Compressor &compressor, const std::shared_ptr<Exporter> &exporter,
                                       const SampleSet &samples, const Baseline &baseline,
                                       const SensitivityOptions &options, const JobContext &ctx)
{
    const std::vector<Layer> &layers = compressor.source().layers();
    const std::vector<size_t> rows = chosenRows(static_cast<size_t>(baseline.values.rows()), options.samples);
    std::vector<size_t> places;
    for (const size_t row : rows)
        places.push_back(baseline.samples.empty() ? row : baseline.samples[row]);
    const OutputOracle oracle(samples.subset(places), baseline.values(rows, Eigen::all), exporter);
    std::vector<double> figures(layers.size(), std::numeric_limits<double>::quiet_NaN());
    tryEach(
        layers.size(),
        [&](size_t i, const JobContext &alone) -> std::optional<CompressedModel> {
            if (!layers[i].compressible())
                return {};
            return compressor.compress(recipeFor(layers[i].name, options.bits), alone);
        },
        oracle,
        [&](size_t i, const CompressedModel &, std::optional<Oracle::Loss> loss) {
            if (loss)
                figures[i] = loss->distance;
        },
        ctx);
    return figures;
}

LayerCosts costsOfLayers(Compressor &compressor, Exporter &exporter, const Recipe &recipe,
                         const Oracle &oracle, const JobContext &ctx)
{
    LayerCosts result{compressor.compress(recipe, ctx.part(0.0, 0.3)), {}, {}};
    const bool isShorter = std::ranges::any_of(result.all.source.layers(), &Layer::absent);
    const bool isWhole = !result.all.narrowing && !isShorter;
    if (!isWhole)
        result.removals = costsOfRemovals(compressor, exporter, recipe, oracle, ctx.part(0.3, 0.6));
    const double begun = isWhole ? 0.3 : 0.6;
    const CompressedModel all =
        isWhole ? result.all : encodedOnly(compressor, recipe, ctx.part(begun, begun + 0.1));
    const CompressedModel none = compressor.compress(foldsOf(all), ctx.part(begun + 0.1, begun + 0.12));
    const std::vector<Layer> &layers = all.source.layers();
    for (size_t i = 0; i < layers.size(); ++i)
        if (!layers[i].tiedTo && !all.layers[i].code.changesNothing())
            result.layers.push_back({i, all.layers[i].settings, 0, all.origin.layers()[i].fileBytes, {}});
    tryEach(
        result.layers.size(),
        [&](size_t row, const JobContext &) -> std::optional<CompressedModel> {
            CompressedModel trial = none;
            for (size_t i = 0; i < layers.size(); ++i)
                if (ownerOf(layers, i) == result.layers[row].layer)
                    trial.layers[i] = all.layers[i];
            return trial;
        },
        oracle,
        [&](size_t row, const CompressedModel &trial, std::optional<Oracle::Loss> loss) {
            LayerCost &cost = result.layers[row];
            cost.bytes = exporter.costs(trial).layers[cost.layer].bytes;
            cost.loss = loss;
        },
        ctx.part(begun + 0.12, 1.0));
    return result;
}

} // namespace lathe
