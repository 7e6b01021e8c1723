#include "core/base/error.h"
#include "core/train/torch/operators.h"

namespace lathe::train {
namespace {

Results batchNormalization(const Step &step, const Arguments &in)
{
    const double epsilon = step.attributes.number("epsilon", 1e-5);
    const double momentum = step.attributes.number("momentum", 0.9);
    if (step.attributes.integer("spatial", 1) == 0)
        refuse(Message::tr("normalization of each place for itself (spatial = 0)"));
    const bool givesStatistics = step.attributes.integer("training_mode", 0) != 0;
    if (!step.mode.batchStatistics && !givesStatistics)
        return {
            at::batch_norm(in[0], in[1], in[2], in[3].detach(), in[4].detach(), false, 0, epsilon, false)};
    const auto [y, mean, inverse] = at::native_batch_norm(in[0], in[1], in[2], {}, {}, true, 0, epsilon);
    const at::NoGradGuard still;
    const at::Tensor variance =
        (inverse.detach().square().reciprocal() - epsilon).clamp_min(0); // of all values, not one less
    return {y, in[3].detach() * momentum + mean.detach() * (1 - momentum),
            in[4].detach() * momentum + variance * (1 - momentum)};
}

/// Over all axes from the one given; scale and shift by their own shapes.
Results layerNormalization(const Step &step, const Arguments &in)
{
    const int64_t axis = wrapped(step.attributes.integer("axis", -1), in[0].dim());
    std::vector<int64_t> axes;
    for (int64_t i = axis; i < in[0].dim(); ++i)
        axes.push_back(i);
    const at::Tensor mean = in[0].mean(axes, true);
    const at::Tensor centred = in[0] - mean;
    const at::Tensor inverse =
        at::rsqrt((centred * centred).mean(axes, true) + step.attributes.number("epsilon", 1e-5));
    at::Tensor y = centred * inverse * in[1];
    if (in.has(2))
        y = y + in[2];
    return {y, mean, inverse};
}

Results instanceNormalization(const Step &step, const Arguments &in)
{
    return {at::instance_norm(in[0], in[1], in[2], {}, {}, true, 0, step.attributes.number("epsilon", 1e-5),
                              false)};
}

Results groupNormalization(const Step &step, const Arguments &in)
{
    const int64_t groups = step.attributes.integer("num_groups", 1);
    const double epsilon = step.attributes.number("epsilon", 1e-5);
    at::Tensor scale = in[1], bias = in[2];
    if (scale.numel() == groups && groups != in[0].size(1)) { // before opset 21: one for each group
        scale = scale.repeat_interleave(in[0].size(1) / groups);
        bias = bias.repeat_interleave(in[0].size(1) / groups);
    }
    return {at::group_norm(in[0], groups, scale, bias, epsilon, false)};
}

Results localResponse(const Step &step, const Arguments &in)
{
    const int64_t size = step.attributes.integer("size", 1);
    const double alpha = step.attributes.number("alpha", 1e-4), beta = step.attributes.number("beta", 0.75),
                 bias = step.attributes.number("bias", 1);
    const at::Tensor square = (in[0] * in[0]).unsqueeze(1); // channels become the axis that is averaged over
    std::vector<int64_t> pads(2 * static_cast<size_t>(in[0].dim() - 1), 0);
    pads[pads.size() - 2] = (size - 1) / 2;
    pads[pads.size() - 1] = size - 1 - (size - 1) / 2;
    const at::Tensor around = at::constant_pad_nd(square, pads, 0).unfold(2, size, 1).sum(-1).squeeze(1);
    return {in[0] / at::pow(around * (alpha / static_cast<double>(size)) + bias, beta)};
}

Results lpNormalization(const Step &step, const Arguments &in)
{
    const int64_t axis = wrapped(step.attributes.integer("axis", -1), in[0].dim());
    return {in[0] / in[0].norm(step.attributes.integer("p", 2), axis, true)};
}

Results meanVariance(const Step &step, const Arguments &in)
{
    const std::vector<int64_t> axes = wrapped(step.attributes.integers("axes", {0, 2, 3}), in[0].dim());
    const at::Tensor centred = in[0] - in[0].mean(axes, true);
    return {centred / ((centred * centred).mean(axes, true).sqrt() + 1e-9)};
}

} // namespace

void addNormalizations(OperatorTable &table)
{
    table.insert({{"BatchNormalization", batchNormalization},
                  {"LayerNormalization", layerNormalization},
                  {"InstanceNormalization", instanceNormalization},
                  {"GroupNormalization", groupNormalization},
                  {"LRN", localResponse},
                  {"LpNormalization", lpNormalization},
                  {"MeanVarianceNormalization", meanVariance}});
}

} // namespace lathe::train
