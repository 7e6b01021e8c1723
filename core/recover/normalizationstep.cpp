#include "core/recover/normalizationstep.h"

#include "core/calibrate/calibration.h"
#include "core/compress/nextnormalizations.h"
#include "core/model/proto.h"
#include "core/onnx/constants.h"

#include <algorithm>

namespace lathe {
namespace {

Tensor vectorTensor(const Vector &values)
{
    return makeTensor({values.size()}, {values.data(), static_cast<size_t>(values.size())});
}

Vector constantOf(const Model &source, const std::string &name)
{
    const Model::Content &content = source.content();
    const Tensor tensor = readConstant(*content.index, content.index->find(0, name).value(),
                                       content.externalFiles, content.label);
    return Eigen::Map<const Vector>(tensor.as<float>().data(), std::ssize(tensor.as<float>()));
}

/// The model as it was before anything was compressed.
CompressedModel untouched(CompressedModel model)
{
    for (LayerResult &layer : model.layers)
        layer.code = {};
    model.tuning.reset();
    return model;
}

/// What a normalization goes by in the source, moved as the values that it takes have moved: what the samples
/// have by chance falls out, for both are of the same ones.
ChannelStatistics moved(const ChannelStatistics &own, const ChannelStatistics &before,
                        const ChannelStatistics &after)
{
    ChannelStatistics result{own.mean + after.mean - before.mean, own.variance};
    for (Index c = 0; c < own.variance.size(); ++c)
        result.variance[c] = before.variance[c] > 0.0F
                                 ? own.variance[c] * (after.variance[c] / before.variance[c])
                                 : after.variance[c];
    return result.variance.allFinite() ? result : after;
}

} // namespace

Index renormalized(CompressedModel &model, const SampleSet &samples, Tuning::Constants &constants,
                   const JobContext &ctx)
{
    const NextNormalizations next(model.source);
    std::vector<NextNormalization> all;
    std::vector<std::string> outputs;
    for (size_t i = 0; i < model.layers.size(); ++i)
        for (const NextNormalization &found : next.behind(i))
            if (std::ranges::find(outputs, found.output) == outputs.end()) {
                all.push_back(found);
                outputs.push_back(found.output);
            }
    if (all.empty())
        return 0;
    CalibrationOptions options;
    options.cacheFolder.clear();
    const auto calibration = calibrate(model.source, samples, options, ctx);
    const MeasuredChannels before = calibration->normalized(untouched(model), outputs, ctx);
    const MeasuredChannels after = calibration->normalized(model, outputs, ctx);
    if (!before.obstacle.empty() || !after.obstacle.empty())
        return 0;
    for (size_t i = 0; i < all.size(); ++i) {
        const ChannelStatistics own{constantOf(model.source, all[i].mean),
                                    constantOf(model.source, all[i].variance)};
        const ChannelStatistics fitting = moved(own, before.channels[i], after.channels[i]);
        constants.insert_or_assign(all[i].mean, vectorTensor(fitting.mean));
        constants.insert_or_assign(all[i].variance, vectorTensor(fitting.variance));
    }
    return std::ssize(all);
}

} // namespace lathe
