#include "core/analysis/normalizations.h"
#include "core/methods/matrixinputs.h"
#include "core/recover/recovery.h"
#include "core/recover/tunedmodel.h"

#include <chrono>

namespace lathe {

Recovered recoverWithoutData(Compressor &compressor, const CompressedModel &start, const JobContext &ctx)
{
    const auto began = std::chrono::steady_clock::now();
    const Normalizations known(start.source);
    Recovered result{start, nullptr, {}, 0.0, 0.0, false, 0, 0, {}};
    RecoveryOutcome outcome{RecoveryStep::Bias, false, 0, 0.0, 0.0};
    const std::vector<Layer> &layers = start.source.layers();
    for (size_t i = 0; i < layers.size(); ++i) {
        LayerCode &code = result.model.layers[i].code;
        ctx.throwIfCancelled();
        if (!code.weight || layers[i].tiedTo || start.layers[i].relativeError > mostCorrected)
            continue;
        const Matrix weight = start.source.weight(i);
        const auto mean = known.inputMean(i, weight);
        if (!mean)
            continue;
        code.biasShift = productOfMeans(weight - decode(*code.weight), *mean, layers[i].groups);
        ++outcome.layers;
    }
    outcome.kept = outcome.layers > 0;
    outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    result.steps.push_back(outcome);
    result.tuning =
        tuningOf(result.model, start, start.constants(),
                 {"means of outputs corrected by the constants of normalizations", std::set<std::string>()});
    if (result.tuning)
        result.model = compressor.compress(start.recipe, result.tuning, ctx);
    return result;
}

} // namespace lathe
