#include "core/workflow/otherfile.h"

#include "core/runtime/shapes.h"
#include "core/workflow/runningcosts.h"

namespace lathe {

MatchedFile matchedFile(const Model &open, Model file, const JobContext &ctx)
{
    ReadableModel readable = readableModel(file, ctx);
    ctx.checkpoint(1.0, Message::tr("finding the layers of the open model in it"));
    LayerMatching matching =
        matchLayers(open.layers(), readable.model.layers(), feedingLayers(readable.model));
    return {std::move(file), std::move(readable), std::move(matching)};
}

Figures figuresOfFile(const Model &open, const MatchedFile &file, const EvaluationData *data,
                      const JobContext &ctx)
{
    Figures figures = baselineFigures(open, nullptr); // what it stands beside
    figures.bytes = file.model.fileBytes();
    const Model completed = completeShapes(file.readable.model, ctx.part(0.0, 0.1));
    figures.macs = completed.macs();
    figures.moreMacs = completed.hasMoreMacs();
    if (!data)
        return figures;
    setQuality(figures, measureVariant(file.model, *data->samples, *data->baseline, ctx.part(0.1, 0.9)));
    ctx.checkpoint(0.9, Message::tr("timing both models"));
    RunningCosts(open, data->samples, data->baseline)
        .measure(figures, file.model, file.readable.loadedBytes, ctx.part(0.9, 1.0));
    return figures;
}

} // namespace lathe
