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

} // namespace

std::vector<double> layerSensitivities(Compressor &compressor, const std::shared_ptr<Exporter> &exporter,
                                       const SampleSet &samples, const Baseline &baseline,
                                       const SensitivityOptions &options,
                                       const std::function<void(size_t, double)> &onLayer,
                                       const JobContext &ctx)
{
    const std::vector<Layer> &layers = compressor.source().layers();
    const std::vector<size_t> rows = chosenRows(static_cast<size_t>(baseline.values.rows()), options.samples);
    std::vector<size_t> places;
    for (const size_t row : rows)
        places.push_back(baseline.samples.empty() ? row : baseline.samples[row]);
    const OutputOracle oracle(samples.subset(places), baseline.values(rows, Eigen::all), exporter);
    const JobContext alone{ctx.stop, {}, 1};
    std::vector<double> figures(layers.size(), std::numeric_limits<double>::quiet_NaN());
    std::atomic<size_t> done = 0;
    parallelFor(layers.size(), ctx, [&](size_t i) {
        if (layers[i].compressible()) {
            const CompressedModel one = compressor.compress(recipeFor(layers[i].name, options.bits), alone);
            if (const auto loss = oracle.loss(one, alone))
                figures[i] = loss->distance;
            if (onLayer)
                onLayer(i, figures[i]);
        }
        ctx.checkpoint(static_cast<double>(++done) / static_cast<double>(layers.size()),
                       "trying one layer after the other");
    });
    return figures;
}

} // namespace lathe
