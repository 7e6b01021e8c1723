#include "core/compress/encodewith.h"

#include "core/compress/encodelayer.h"
#include "core/methods/convfactors.h"
#include "core/recipe/meaning.h"

namespace lathe {

Encoding encodedWith(const Layer &layer, const LayerSettings &settings, std::optional<int64_t> pruneCount,
                     const Matrix &weight, std::shared_ptr<const InputStatistics> inputs,
                     const JobContext &ctx)
{
    const auto whole = [&] { return std::make_shared<const SvdFactors>(svd(weight, ctx)); };
    const auto spatial = [&] {
        return std::make_shared<const SvdFactors>(svd(spatialUnfolding(weight, kernelOf(layer)), ctx));
    };
    const bool bySpace = settings.rank && settings.rank->form == RankForm::Spatial;
    Plan plan = planLayer(layer, settings, [&] { return (bySpace ? spatial() : whole())->energy(); }).plan;
    if (plan.settings.prune && !isTakenApart(plan.settings))
        plan.pruneCount = pruneCount;
    const LayerSources sources{
        weight, layer, whole, spatial, std::make_shared<const MatrixInputs>(std::move(inputs), layer.groups),
        {}};
    return encodeLayer(sources, plan, ctx).encoding;
}

} // namespace lathe
