// What moves values, makes them and computes with shapes.
#include "core/base/error.h"
#include "core/train/torch/operators.h"
#include "core/train/torch/tensors.h"

#include <algorithm>
#include <numeric>
#include <torch/csrc/autograd/custom_function.h>

namespace lathe::train {
namespace {

Results identity(const Step &, const Arguments &in)
{
    return {in[0]};
}

Results reshape(const Step &step, const Arguments &in)
{
    std::vector<int64_t> shape = in.has(1) ? in.integers(1) : step.attributes.integers("shape");
    if (!step.attributes.integer("allowzero", 0))
        for (size_t i = 0; i < shape.size(); ++i)
            if (shape[i] == 0)
                shape[i] = in[0].size(static_cast<int64_t>(i));
    return {in[0].reshape(shape)};
}

Results flatten(const Step &step, const Arguments &in)
{
    int64_t axis = step.attributes.integer("axis", 1);
    axis = axis < 0 ? axis + in[0].dim() : axis;
    int64_t rows = 1;
    for (int64_t i = 0; i < axis; ++i)
        rows *= in[0].size(i);
    return {in[0].reshape({rows, rows == 0 ? 0 : in[0].numel() / rows})};
}

Results squeeze(const Step &step, const Arguments &in)
{
    std::vector<int64_t> axes = axesOf(step, in, 1);
    if (axes.empty())
        return {in[0].squeeze()};
    std::ranges::sort(axes, std::greater<>());
    at::Tensor y = in[0];
    for (const int64_t axis : axes)
        y = y.squeeze(axis);
    return {y};
}

Results unsqueeze(const Step &step, const Arguments &in)
{
    std::vector<int64_t> axes = in.has(1) ? in.integers(1) : step.attributes.integers("axes");
    axes = wrapped(std::move(axes), in[0].dim() + static_cast<int64_t>(axes.size()));
    std::ranges::sort(axes);
    at::Tensor y = in[0];
    for (const int64_t axis : axes)
        y = y.unsqueeze(axis);
    return {y};
}

Results transpose(const Step &step, const Arguments &in)
{
    std::vector<int64_t> order = step.attributes.integers("perm");
    if (order.empty()) {
        order.resize(static_cast<size_t>(in[0].dim()));
        std::iota(order.rbegin(), order.rend(), 0);
    }
    return {in[0].permute(order)};
}

Results concat(const Step &step, const Arguments &in)
{
    const std::span<const at::Tensor> all = in.all();
    return {at::cat(std::vector<at::Tensor>(all.begin(), all.end()),
                    wrapped(step.attributes.integer("axis", 1), in[0].dim()))};
}

Results split(const Step &step, const Arguments &in)
{
    const int64_t axis = wrapped(step.attributes.integer("axis", 0), in[0].dim());
    std::vector<int64_t> sizes = in.has(1) ? in.integers(1) : step.attributes.integers("split");
    if (sizes.empty()) { // equal parts, the last may be smaller
        const int64_t parts = step.attributes.integer("num_outputs", step.node->output_size());
        const int64_t all = in[0].size(axis), each = (all + parts - 1) / parts;
        for (int64_t i = 0; i < parts; ++i)
            sizes.push_back(std::clamp<int64_t>(all - i * each, 0, each));
    }
    return in[0].split_with_sizes(sizes, axis);
}

Results expand(const Step &, const Arguments &in)
{
    const std::vector<int64_t> shape = in.integers(1);
    // Both ways: a 1 of the shape keeps what the tensor has.
    std::vector<int64_t> wanted = shape;
    const auto rank = static_cast<size_t>(in[0].dim());
    if (wanted.size() < rank)
        wanted.insert(wanted.begin(), rank - wanted.size(), 1);
    for (size_t i = 0; i < rank; ++i) {
        int64_t &size = wanted[wanted.size() - 1 - i];
        if (size == 1)
            size = in[0].size(-1 - static_cast<int64_t>(i));
    }
    return {in[0].expand(wanted)};
}

Results tile(const Step &, const Arguments &in)
{
    return {in[0].repeat(in.integers(1))};
}

Results shape(const Step &step, const Arguments &in)
{
    const int64_t rank = in[0].dim();
    const auto within = [rank](int64_t i) { return std::clamp<int64_t>(i < 0 ? i + rank : i, 0, rank); };
    const int64_t start = within(step.attributes.integer("start", 0));
    const int64_t end = within(step.attributes.integer("end", rank));
    const c10::IntArrayRef sizes = in[0].sizes();
    return {at::tensor(std::vector<int64_t>(sizes.begin() + start, sizes.begin() + std::max(start, end)),
                       at::kLong)};
}

Results size(const Step &, const Arguments &in)
{
    return {at::scalar_tensor(in[0].numel(), at::kLong)};
}

Results constantOfShape(const Step &step, const Arguments &in)
{
    const onnx::AttributeProto *value = findAttribute(*step.node, "value");
    const at::Tensor one = value ? tensorFrom(value->t()) : at::zeros({1}, at::kFloat);
    return {one.reshape({}).expand(in.integers(0)).clone()};
}

Results range(const Step &, const Arguments &in)
{
    return {at::arange(in[0].item(), in[1].item(), in[2].item(), in[0].options())};
}

/// What a narrower type holds of each value; the gradient goes on as it comes, for most are far smaller than
/// a half can tell.
class Rounded : public torch::autograd::Function<Rounded> {
public:
    static at::Tensor forward(torch::autograd::AutogradContext *, const at::Tensor &x, at::ScalarType type)
    {
        return x.to(type).to(x.is_floating_point() ? x.scalar_type() : at::kFloat);
    }
    static torch::autograd::tensor_list backward(torch::autograd::AutogradContext *,
                                                 torch::autograd::tensor_list gradients)
    {
        return {gradients.front(), {}};
    }
};

/// Halves are computed with as float32, but hold no more than a half does; all other numbers with a point
/// have one precision, the graph's.
Results cast(const Step &step, const Arguments &in)
{
    const int64_t type = step.attributes.integer("to", 1);
    if (type == onnx::TensorProto::FLOAT16)
        return {Rounded::apply(in[0], at::kHalf)};
    if (type == onnx::TensorProto::BFLOAT16)
        return {Rounded::apply(in[0], at::kBFloat16)};
    const at::ScalarType wanted = scalarType(type);
    return {in[0].is_floating_point() && at::isFloatingType(wanted) ? in[0] : in[0].to(wanted)};
}

Results castLike(const Step &, const Arguments &in)
{
    return {in[0].is_floating_point() && in[1].is_floating_point() ? in[0] : in[0].to(in[1].scalar_type())};
}

Results dropout(const Step &step, const Arguments &in)
{
    const double ratio = in.has(1) ? in.number(1) : step.attributes.number("ratio", 0.5);
    if (!step.mode.drops || ratio == 0)
        return {in[0], at::ones_like(in[0], at::kBool)};
    const at::Tensor kept = at::rand_like(in[0]) >= ratio;
    return {in[0] * kept.to(in[0].scalar_type()) / (1 - ratio), kept};
}

at::Tensor mirrored(const at::Tensor &x, int64_t axis, int64_t begin, int64_t end, const std::string &mode)
{
    const int64_t size = x.size(axis);
    std::vector<int64_t> from;
    for (int64_t i = -begin; i < size + end; ++i) {
        if (mode == "edge")
            from.push_back(std::clamp<int64_t>(i, 0, size - 1));
        else if (mode == "wrap")
            from.push_back(((i % size) + size) % size);
        else if (size == 1)
            from.push_back(0);
        else { // reflect
            const int64_t period = 2 * (size - 1), place = ((i % period) + period) % period;
            from.push_back(place < size ? place : period - place);
        }
    }
    return x.index_select(axis, at::tensor(from, at::kLong));
}

Results pad(const Step &step, const Arguments &in)
{
    std::vector<int64_t> pads = in.has(1) ? in.integers(1) : step.attributes.integers("pads");
    const std::string mode = step.attributes.text("mode", "constant");
    std::vector<int64_t> axes;
    if (in.has(3))
        axes = wrapped(in.integers(3), in[0].dim());
    else
        for (int64_t i = 0; i < in[0].dim(); ++i)
            axes.push_back(i);
    if (pads.size() != 2 * axes.size())
        throw Error(ErrorCode::MalformedModel, Message::tr("{} pads for {} axes", pads.size(), axes.size()));
    if (mode != "constant") {
        at::Tensor y = in[0];
        for (size_t i = 0; i < axes.size(); ++i)
            y = mirrored(y, axes[i], pads[i], pads[axes.size() + i], mode);
        return {y};
    }
    std::vector<int64_t> all(2 * static_cast<size_t>(in[0].dim()), 0); // the last axis comes first
    for (size_t i = 0; i < axes.size(); ++i) {
        const auto place = 2 * static_cast<size_t>(in[0].dim() - 1 - axes[i]);
        all[place] = pads[i];
        all[place + 1] = pads[axes.size() + i];
    }
    const double value = in.has(2) ? in.number(2) : step.attributes.number("value", 0);
    return {at::constant_pad_nd(in[0], all, value)};
}

Results depthToSpace(const Step &step, const Arguments &in)
{
    const int64_t b = step.attributes.integer("blocksize", 1);
    const int64_t n = in[0].size(0), c = in[0].size(1), h = in[0].size(2), w = in[0].size(3);
    const int64_t depth = c / (b * b);
    const at::Tensor moved = step.attributes.text("mode", "DCR") == "DCR"
                                 ? in[0].reshape({n, b, b, depth, h, w}).permute({0, 3, 4, 1, 5, 2})
                                 : in[0].reshape({n, depth, b, b, h, w}).permute({0, 1, 4, 2, 5, 3});
    return {moved.reshape({n, depth, h * b, w * b})};
}

Results spaceToDepth(const Step &step, const Arguments &in)
{
    const int64_t b = step.attributes.integer("blocksize", 1);
    const int64_t n = in[0].size(0), c = in[0].size(1), h = in[0].size(2), w = in[0].size(3);
    return {in[0]
                .reshape({n, c, h / b, b, w / b, b})
                .permute({0, 3, 5, 1, 2, 4})
                .reshape({n, c * b * b, h / b, w / b})};
}

Results constant(const Step &step, const Arguments &)
{
    const Attributes &attributes = step.attributes;
    if (const onnx::AttributeProto *value = findAttribute(*step.node, "value"))
        return {tensorFrom(value->t())};
    if (attributes.has("value_float"))
        return {at::scalar_tensor(attributes.number("value_float", 0), at::kFloat)};
    if (attributes.has("value_int"))
        return {at::scalar_tensor(attributes.integer("value_int", 0), at::kLong)};
    if (attributes.has("value_ints"))
        return {at::tensor(attributes.integers("value_ints"), at::kLong)};
    if (attributes.has("value_floats"))
        return {at::tensor(attributes.numbers("value_floats"), at::kFloat)};
    refuse(Message::tr("a constant that is sparse or text"));
}

} // namespace

void addShapes(OperatorTable &table)
{
    table.insert({{"Identity", identity},
                  {"Reshape", reshape},
                  {"Flatten", flatten},
                  {"Squeeze", squeeze},
                  {"Unsqueeze", unsqueeze},
                  {"Transpose", transpose},
                  {"Concat", concat},
                  {"Split", split},
                  {"Expand", expand},
                  {"Tile", tile},
                  {"Shape", shape},
                  {"Size", size},
                  {"Constant", constant},
                  {"ConstantOfShape", constantOfShape},
                  {"Range", range},
                  {"Cast", cast},
                  {"CastLike", castLike},
                  {"Dropout", dropout},
                  {"Pad", pad},
                  {"DepthToSpace", depthToSpace},
                  {"SpaceToDepth", spaceToDepth}});
}

} // namespace lathe::train
