#include "core/recover/tunedmodel.h"

#include <algorithm>

namespace lathe {

bool isNarrower(const CompressedModel &model)
{
    return model.narrowing || std::ranges::any_of(model.source.layers(), &Layer::absent);
}

std::shared_ptr<const Tuning> tuningOf(const CompressedModel &model, const CompressedModel &start,
                                       const Tuning::Constants &constants, Tuning::Source source)
{
    std::vector<std::optional<TunedLayer>> layers(model.layers.size());
    for (size_t i = 0; i < layers.size(); ++i) {
        const LayerResult &result = model.layers[i];
        if ((result.code.weight || result.pruneCount) && !model.source.layers()[i].tiedTo)
            layers[i] = TunedLayer{result.planKey, result.code, result.pruneCount};
    }
    if (constants.empty() && std::ranges::none_of(layers, [](const auto &l) { return l.has_value(); }))
        return nullptr;
    if (start.tuning && source.data) {
        const auto &before = start.tuning->source().data;
        if (before)
            source.data->insert(before->begin(), before->end());
        else
            source.data.reset();
    }
    std::optional<Tuning::Calibrated> calibrated;
    if (!start.calibration.empty())
        calibrated = {start.calibration.text(), start.calibrationHash};
    return std::make_shared<const Tuning>(std::move(layers), constants, std::move(source),
                                          std::move(calibrated),
                                          model.narrowing ? model.narrowing->removed : Tuning::Removed());
}

} // namespace lathe
