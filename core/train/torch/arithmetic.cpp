// Of two and more tensors, with broadcasting.
#include "core/base/error.h"
#include "core/train/torch/operators.h"

namespace lathe::train {
namespace {

using Two = at::Tensor (*)(const at::Tensor &, const at::Tensor &);

/// Before opset 7 an axis says where the second's first stands in the first; its last stood last otherwise.
at::Tensor aligned(const Step &step, const Arguments &in)
{
    at::Tensor second = in[1];
    if (step.opset >= 7 || !step.attributes.has("axis"))
        return second;
    const int64_t axis = wrapped(step.attributes.integer("axis", 0), in[0].dim());
    while (axis + second.dim() < in[0].dim())
        second = second.unsqueeze(-1);
    return second;
}

template <Two function>
Results both(const Step &step, const Arguments &in)
{
    return {function(in[0], aligned(step, in))};
}

/// From the first to the last, of at least one.
template <Two function>
Results all(const Step &, const Arguments &in)
{
    at::Tensor result = in[0];
    for (size_t i = 1; i < in.size(); ++i)
        result = function(result, in[i]);
    return {result};
}

at::Tensor add(const at::Tensor &a, const at::Tensor &b)
{
    return at::add(a, b);
}

at::Tensor subtract(const at::Tensor &a, const at::Tensor &b)
{
    return at::sub(a, b);
}

at::Tensor multiply(const at::Tensor &a, const at::Tensor &b)
{
    return at::mul(a, b);
}

at::Tensor divide(const at::Tensor &a, const at::Tensor &b)
{
    return a.is_floating_point() ? at::div(a, b) : at::div(a, b, "trunc");
}

at::Tensor power(const at::Tensor &a, const at::Tensor &b)
{
    return at::pow(a, b.to(a.scalar_type()));
}

Results mean(const Step &step, const Arguments &in)
{
    return {all<add>(step, in)[0] / static_cast<double>(in.size())};
}

/// The sign is the divisor's; with fmod the dividend's.
Results modulo(const Step &step, const Arguments &in)
{
    return {step.attributes.integer("fmod", 0) ? at::fmod(in[0], in[1]) : at::remainder(in[0], in[1])};
}

at::Tensor equal(const at::Tensor &a, const at::Tensor &b)
{
    return at::eq(a, b);
}

at::Tensor greater(const at::Tensor &a, const at::Tensor &b)
{
    return at::gt(a, b);
}

at::Tensor less(const at::Tensor &a, const at::Tensor &b)
{
    return at::lt(a, b);
}

at::Tensor greaterOrEqual(const at::Tensor &a, const at::Tensor &b)
{
    return at::ge(a, b);
}

at::Tensor lessOrEqual(const at::Tensor &a, const at::Tensor &b)
{
    return at::le(a, b);
}

Results where(const Step &, const Arguments &in)
{
    return {at::where(in[0], in[1], in[2])};
}

} // namespace

void addArithmetic(OperatorTable &table)
{
    table.insert({{"Add", both<add>},
                  {"Sub", both<subtract>},
                  {"Mul", both<multiply>},
                  {"Div", both<divide>},
                  {"Pow", both<power>},
                  {"Mod", modulo},
                  {"Sum", all<add>},
                  {"Mean", mean},
                  {"Max", all<at::maximum>},
                  {"Min", all<at::minimum>},
                  {"Equal", both<equal>},
                  {"Greater", both<greater>},
                  {"Less", both<less>},
                  {"GreaterOrEqual", both<greaterOrEqual>},
                  {"LessOrEqual", both<lessOrEqual>},
                  {"And", both<at::logical_and>},
                  {"Or", both<at::logical_or>},
                  {"Xor", both<at::logical_xor>},
                  {"Where", where}});
}

} // namespace lathe::train
