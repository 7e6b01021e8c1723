// Functions of each element alone, and those along one axis.
#include "core/base/error.h"
#include "core/train/torch/operators.h"

#include <limits>

namespace lathe::train {
namespace {

template <at::Tensor (*function)(const at::Tensor &)>
Results each(const Step &, const Arguments &in)
{
    return {function(in[0])};
}

Results leakyRelu(const Step &step, const Arguments &in)
{
    return {at::leaky_relu(in[0], step.attributes.number("alpha", 0.01))};
}

Results pRelu(const Step &, const Arguments &in)
{
    return {at::where(in[0] < 0, in[0] * in[1], in[0])};
}

Results elu(const Step &step, const Arguments &in)
{
    return {at::elu(in[0], step.attributes.number("alpha", 1))};
}

Results selu(const Step &step, const Arguments &in)
{
    const double alpha = step.attributes.number("alpha", 1.67326319217681884765625);
    return {at::elu(in[0], alpha, step.attributes.number("gamma", 1.05070102214813232421875))};
}

Results celu(const Step &step, const Arguments &in)
{
    return {at::celu(in[0], step.attributes.number("alpha", 1))};
}

Results gelu(const Step &step, const Arguments &in)
{
    return {at::gelu(in[0], step.attributes.text("approximate", "none"))};
}

Results hardSigmoid(const Step &step, const Arguments &in)
{
    const at::Tensor line =
        in[0] * step.attributes.number("alpha", 0.2) + step.attributes.number("beta", 0.5);
    return {line.clamp(0, 1)};
}

Results thresholdedRelu(const Step &step, const Arguments &in)
{
    return {at::where(in[0] > step.attributes.number("alpha", 1), in[0], at::zeros_like(in[0]))};
}

Results softplus(const Step &, const Arguments &in)
{
    return {at::softplus(in[0])};
}

Results softsign(const Step &, const Arguments &in)
{
    return {in[0] / (in[0].abs() + 1)};
}

Results shrink(const Step &step, const Arguments &in)
{
    const double bias = step.attributes.number("bias", 0), lambda = step.attributes.number("lambd", 0.5);
    const at::Tensor none = at::zeros_like(in[0]);
    return {at::where(in[0] < -lambda, in[0] + bias, at::where(in[0] > lambda, in[0] - bias, none))};
}

at::Tensor between(const at::Tensor &x, double least, double most)
{
    const bool quick = x.scalar_type() == at::kFloat || x.scalar_type() == at::kDouble;
    return quick ? at::hardtanh(x, least, most) : x.clamp(least, most);
}

Results clip(const Step &step, const Arguments &in)
{
    at::Tensor y = in[0];
    if (step.attributes.has("min") || step.attributes.has("max")) // opset 6
        return {between(y, step.attributes.number("min", std::numeric_limits<float>::lowest()),
                        step.attributes.number("max", std::numeric_limits<float>::max()))};
    const auto isFixed = [&](size_t i) { return in.has(i) && in[i].numel() == 1 && !in[i].requires_grad(); };
    if (isFixed(1) && isFixed(2)) // in one pass each way, where the general way takes many
        return {between(y, in.number(1), in.number(2))};
    if (in.has(1))
        y = isFixed(1) ? y.clamp_min(in[1].item()) : at::maximum(y, in[1]);
    if (in.has(2))
        y = isFixed(2) ? y.clamp_max(in[2].item()) : at::minimum(y, in[2]);
    return {y};
}

Results roundEven(const Step &, const Arguments &in)
{
    return {at::round(in[0])};
}

/// Before opset 13 all axes from the one given are taken as one.
template <at::Tensor (*function)(const at::Tensor &, int64_t)>
Results along(const Step &step, const Arguments &in)
{
    const bool flat = step.opset < 13;
    const int64_t axis = wrapped(step.attributes.integer("axis", flat ? 1 : -1), in[0].dim());
    if (!flat || axis + 1 == in[0].dim())
        return {function(in[0], axis)};
    return {function(in[0].flatten(axis), axis).reshape(in[0].sizes())};
}

at::Tensor softmax(const at::Tensor &x, int64_t axis)
{
    return at::softmax(x, axis);
}

at::Tensor logSoftmax(const at::Tensor &x, int64_t axis)
{
    return at::log_softmax(x, axis);
}

at::Tensor hardmax(const at::Tensor &x, int64_t axis)
{
    return at::zeros_like(x).scatter(axis, x.argmax(axis, true), 1);
}

at::Tensor hardSwish(const at::Tensor &x)
{
    return x * (x / 6 + 0.5).clamp(0, 1);
}

at::Tensor mish(const at::Tensor &x)
{
    return x * at::tanh(at::softplus(x));
}

} // namespace

void addActivations(OperatorTable &table)
{
    table.insert({{"Relu", each<at::relu>},
                  {"Sigmoid", each<at::sigmoid>},
                  {"Tanh", each<at::tanh>},
                  {"HardSwish", each<hardSwish>},
                  {"Mish", each<mish>},
                  {"LeakyRelu", leakyRelu},
                  {"PRelu", pRelu},
                  {"Elu", elu},
                  {"Selu", selu},
                  {"Celu", celu},
                  {"Gelu", gelu},
                  {"HardSigmoid", hardSigmoid},
                  {"ThresholdedRelu", thresholdedRelu},
                  {"Softplus", softplus},
                  {"Softsign", softsign},
                  {"Shrink", shrink},
                  {"Clip", clip},
                  {"Softmax", along<softmax>},
                  {"LogSoftmax", along<logSoftmax>},
                  {"Hardmax", along<hardmax>}});
    table.insert(
        {{"Abs", each<at::abs>},     {"Neg", each<at::neg>},         {"Exp", each<at::exp>},
         {"Log", each<at::log>},     {"Sqrt", each<at::sqrt>},       {"Reciprocal", each<at::reciprocal>},
         {"Sign", each<at::sign>},   {"Floor", each<at::floor>},     {"Ceil", each<at::ceil>},
         {"Round", roundEven},       {"Erf", each<at::erf>},         {"Sin", each<at::sin>},
         {"Cos", each<at::cos>},     {"Tan", each<at::tan>},         {"Asin", each<at::asin>},
         {"Acos", each<at::acos>},   {"Atan", each<at::atan>},       {"Sinh", each<at::sinh>},
         {"Cosh", each<at::cosh>},   {"Asinh", each<at::asinh>},     {"Acosh", each<at::acosh>},
         {"Atanh", each<at::atanh>}, {"Not", each<at::logical_not>}, {"IsNaN", each<at::isnan>}});
}

} // namespace lathe::train
