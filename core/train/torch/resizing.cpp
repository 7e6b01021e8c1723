// Resize and Upsample: along each axis, outputs are weighted sums of inputs. The weights do not depend on the
// values, so they are computed once for a size and applied as a product, which knows its gradient.
#include "core/base/error.h"
#include "core/train/torch/operators.h"

#include <algorithm>
#include <cmath>

namespace lathe::train {
namespace {

struct Kind {
    std::string mode, place, nearest;
    double cubic = -0.75;
    bool antialias = false, excludeOutside = false;
};

/// Where an output lies in the input's coordinates.
double placeIn(const Kind &kind, int64_t i, double scale, int64_t in, int64_t out)
{
    const auto x = static_cast<double>(i);
    if (kind.place == "asymmetric")
        return x / scale;
    if (kind.place == "align_corners")
        return out == 1 ? 0 : x * static_cast<double>(in - 1) / static_cast<double>(out - 1);
    if (kind.place == "pytorch_half_pixel" && out == 1)
        return 0;
    if (kind.place == "tf_half_pixel_for_nn")
        return (x + 0.5) / scale;
    if (kind.place == "half_pixel_symmetric") {
        const double adjustment = static_cast<double>(out) / (scale * static_cast<double>(in));
        const double centre = static_cast<double>(in) / 2;
        return centre * (1 - adjustment) + (x + 0.5) / scale - 0.5;
    }
    return (x + 0.5) / scale - 0.5; // half_pixel
}

int64_t nearestTo(const Kind &kind, double place, int64_t in)
{
    double at = 0;
    if (kind.nearest == "floor")
        at = std::floor(place);
    else if (kind.nearest == "ceil")
        at = std::ceil(place);
    else if (kind.nearest == "round_prefer_ceil")
        at = std::floor(place + 0.5);
    else
        at = std::ceil(place - 0.5); // round_prefer_floor
    return std::clamp<int64_t>(static_cast<int64_t>(at), 0, in - 1);
}

double cubicWeight(double distance, double a)
{
    const double d = std::abs(distance);
    if (d <= 1)
        return ((a + 2) * d - (a + 3)) * d * d + 1;
    return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
}

/// [out, in]
at::Tensor weightsOf(const Kind &kind, double scale, int64_t in, int64_t out)
{
    at::Tensor weights = at::zeros({out, in}, at::kDouble);
    auto at = weights.accessor<double, 2>();
    const double narrow = kind.antialias && scale < 1 ? scale : 1;
    const bool cubic = kind.mode == "cubic";
    const double reach = (cubic ? 2 : 1) / narrow;
    for (int64_t i = 0; i < out; ++i) {
        const double place = placeIn(kind, i, scale, in, out);
        double sum = 0;
        const auto first = static_cast<int64_t>(std::floor(place - reach)) + 1;
        std::vector<std::pair<int64_t, double>> taken;
        for (int64_t j = first; static_cast<double>(j) < place + reach; ++j) {
            const double distance = (static_cast<double>(j) - place) * narrow;
            double weight = cubic ? cubicWeight(distance, kind.cubic) : std::max(0.0, 1 - std::abs(distance));
            if (kind.excludeOutside && (j < 0 || j >= in))
                weight = 0;
            taken.emplace_back(std::clamp<int64_t>(j, 0, in - 1), weight);
            sum += weight;
        }
        for (const auto &[j, weight] : taken)
            at[i][j] += sum != 0 ? weight / sum : weight;
    }
    return weights;
}

at::Tensor resizedAlong(const at::Tensor &x, int64_t axis, const Kind &kind, double scale, int64_t out)
{
    const int64_t in = x.size(axis);
    if (kind.mode == "nearest") {
        std::vector<int64_t> from;
        for (int64_t i = 0; i < out; ++i)
            from.push_back(nearestTo(kind, placeIn(kind, i, scale, in, out), in));
        return x.index_select(axis, at::tensor(from, at::kLong));
    }
    const at::Tensor weights = weightsOf(kind, scale, in, out).to(x.scalar_type());
    return at::matmul(x.movedim(axis, -1), weights.t()).movedim(-1, axis);
}

struct Target {
    std::vector<double> scales;
    std::vector<int64_t> sizes;
};

std::vector<double> numbersOf(const at::Tensor &tensor)
{
    const at::Tensor wide = tensor.to(at::kDouble).contiguous();
    return {wide.data_ptr<double>(), wide.data_ptr<double>() + wide.numel()};
}

/// Sizes asked for keep the proportions where the node says so.
void keepProportions(const Step &step, const at::Tensor &x, const std::vector<int64_t> &axes,
                     const std::vector<int64_t> &asked, Target &target)
{
    const std::string policy = step.attributes.text("keep_aspect_ratio_policy", "stretch");
    for (size_t i = 0; i < axes.size(); ++i) {
        const auto axis = static_cast<size_t>(axes[i]);
        target.sizes[axis] = asked[i];
        target.scales[axis] = static_cast<double>(asked[i]) / static_cast<double>(x.size(axes[i]));
    }
    if (policy == "stretch")
        return;
    double scale = target.scales[static_cast<size_t>(axes[0])];
    for (const int64_t axis : axes) {
        const double one = target.scales[static_cast<size_t>(axis)];
        scale = policy == "not_larger" ? std::min(scale, one) : std::max(scale, one);
    }
    for (const int64_t axis : axes) {
        target.scales[static_cast<size_t>(axis)] = scale;
        target.sizes[static_cast<size_t>(axis)] = std::llround(scale * static_cast<double>(x.size(axis)));
    }
}

Target targetOf(const Step &step, const Arguments &in)
{
    const at::Tensor &x = in[0];
    const bool old = step.operatorType() == "Upsample" || step.opset < 11;
    const size_t scalesInput = old ? 1 : 2;
    Target target{std::vector<double>(static_cast<size_t>(x.dim()), 1), x.sizes().vec()};
    std::vector<int64_t> axes = wrapped(step.attributes.integers("axes"), x.dim());
    if (axes.empty())
        for (int64_t i = 0; i < x.dim(); ++i)
            axes.push_back(i);
    std::vector<double> scales = step.attributes.numbers("scales");
    if (in.has(scalesInput) && in[scalesInput].numel() > 0)
        scales = numbersOf(in[scalesInput]);
    if (scales.empty()) {
        keepProportions(step, x, axes, in.integers(3), target);
        return target;
    }
    for (size_t i = 0; i < axes.size(); ++i) {
        const auto axis = static_cast<size_t>(axes[i]);
        target.scales[axis] = scales.at(i);
        target.sizes[axis] =
            static_cast<int64_t>(std::floor(scales[i] * static_cast<double>(x.size(axes[i]))));
    }
    return target;
}

Results resize(const Step &step, const Arguments &in)
{
    const bool old = step.operatorType() == "Upsample" || step.opset < 11;
    Kind kind{.mode = step.attributes.text("mode", "nearest"),
              .place =
                  step.attributes.text("coordinate_transformation_mode", old ? "asymmetric" : "half_pixel"),
              .nearest = step.attributes.text("nearest_mode", old ? "floor" : "round_prefer_floor"),
              .cubic = step.attributes.number("cubic_coeff_a", -0.75),
              .antialias = step.attributes.integer("antialias", 0) != 0,
              .excludeOutside = step.attributes.integer("exclude_outside", 0) != 0};
    if (kind.place == "tf_crop_and_resize")
        refuse(Message::tr("coordinates of tf_crop_and_resize"));
    const Target target = targetOf(step, in);
    at::Tensor y = in[0];
    for (int64_t axis = 0; axis < y.dim(); ++axis) {
        const auto i = static_cast<size_t>(axis);
        if (target.scales[i] != 1 || target.sizes[i] != y.size(axis))
            y = resizedAlong(y, axis, kind, target.scales[i], target.sizes[i]);
    }
    return {y};
}

} // namespace

void addResizing(OperatorTable &table)
{
    table.insert({{"Resize", resize}, {"Upsample", resize}});
}

} // namespace lathe::train
