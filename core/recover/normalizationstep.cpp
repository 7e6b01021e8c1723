#include "core/recover/normalizationstep.h"

#include "core/calibrate/calibration.h"
#include "core/compress/nextnormalizations.h"

#include <algorithm>

namespace lathe {
namespace {

Tensor vectorTensor(const Vector &values)
{
    return makeTensor({values.size()}, {values.data(), static_cast<size_t>(values.size())});
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
    const MeasuredChannels measured =
        calibrate(model.source, samples, options, ctx)->normalized(model, outputs, ctx);
    if (!measured.obstacle.empty())
        return 0;
    for (size_t i = 0; i < all.size(); ++i) {
        constants.insert_or_assign(all[i].mean, vectorTensor(measured.channels[i].mean));
        constants.insert_or_assign(all[i].variance, vectorTensor(measured.channels[i].variance));
    }
    return std::ssize(all);
}

} // namespace lathe
