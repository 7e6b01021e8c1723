#include "core/base/error.h"
#include "core/recover/recovery.h"

#include <algorithm>
#include <cmath>

namespace lathe {
namespace {

constexpr double heldOutShare = 0.2;
constexpr size_t fewest = 16; ///< samples, of which a half may judge

size_t heldOutOf(size_t samples)
{
    const auto held = static_cast<size_t>(std::llround(heldOutShare * static_cast<double>(samples)));
    return std::min(std::max(held, fewest / 2), samples / 2);
}

SplitSamples partsOf(const SampleSet &samples, const std::vector<size_t> &fitted,
                     const std::vector<size_t> &heldOut)
{
    if (fitted.size() < fewest / 2 || heldOut.size() < fewest / 2)
        throw Error(
            ErrorCode::InvalidArgument,
            Message::tr("Recovery needs {} samples at least, and there are {}.", fewest, samples.size()));
    return {samples.subset(fitted), samples.subset(heldOut)};
}

} // namespace

DataSplit fittingSplit(const Dataset &dataset, const std::vector<size_t> &seen)
{
    const auto all = static_cast<double>(dataset.size());
    return splitOf(dataset, all > 0 ? static_cast<double>(heldOutOf(dataset.size())) / all : 0.0, 1, seen);
}

SplitSamples splitSamples(const SampleSet &samples, const DataSplit &split)
{
    std::vector<size_t> fitted, heldOut;
    for (size_t place = 0; place < samples.size(); ++place) {
        const size_t index = samples.datasetIndices()[place];
        if (std::ranges::binary_search(split.learned, index))
            fitted.push_back(place);
        else if (std::ranges::binary_search(split.judging, index))
            heldOut.push_back(place);
    }
    return partsOf(samples, fitted, heldOut);
}

SplitSamples splitSamples(const SampleSet &samples)
{
    const size_t size = samples.size(), held = heldOutOf(size);
    std::vector<size_t> fitted, heldOut;
    for (size_t i = 0; i < size; ++i)
        ((i + 1) * held / size > i * held / size ? heldOut : fitted).push_back(i);
    return partsOf(samples, fitted, heldOut);
}

} // namespace lathe
