#include "core/analysis/channelboxes.h"

#include <algorithm>
#include <cmath>

namespace lathe {
namespace {

/// @param values are reordered
ChannelBox boxOf(std::vector<float> &values)
{
    if (values.empty())
        return {};
    const auto first = values.begin();
    const auto last = std::ssize(values) - 1;
    const auto lower = first + last / 4, median = first + last / 2, upper = first + last * 3 / 4;
    std::nth_element(first, median, values.end());
    const float middle = *median; // the calls below move it
    std::nth_element(first, lower, median);
    std::nth_element(median, upper, values.end());
    return {*std::min_element(first, lower + 1), *lower, middle, *upper,
            *std::max_element(upper, values.end())};
}

} // namespace

std::vector<ChannelBox> channelBoxes(const Matrix &weight, const JobContext &ctx)
{
    std::vector<ChannelBox> boxes;
    boxes.reserve(static_cast<size_t>(weight.rows()));
    std::vector<float> values;
    for (Index r = 0; r < weight.rows(); ++r) {
        ctx.throwIfCancelled();
        values.assign(weight.row(r).data(), weight.row(r).data() + weight.cols());
        std::erase_if(values, [](float v) { return !std::isfinite(v); });
        boxes.push_back(boxOf(values));
    }
    return boxes;
}

} // namespace lathe
