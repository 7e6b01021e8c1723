#include "core/rewrite/shapeorigins.h"

#include "core/onnx/graphindex.h"

#include <algorithm>
#include <array>

namespace lathe {
namespace {

bool movesNumbers(std::string_view op)
{
    static constexpr std::array<std::string_view, 8> ops{"Gather",  "Slice", "Concat",   "Unsqueeze",
                                                         "Squeeze", "Cast",  "Identity", "Reshape"};
    return std::ranges::find(ops, op) != ops.end();
}

void appendAxes(NumberOrigin &to, const NumberOrigin &from)
{
    to.axes.insert(to.axes.end(), from.axes.begin(), from.axes.end());
}

NumberOrigin product(const NumberOrigin &a, const NumberOrigin &b)
{
    NumberOrigin result = a;
    appendAxes(result, b);
    result.isProduct =
        a.isProduct && b.isProduct && !__builtin_mul_overflow(a.factor, b.factor, &result.factor);
    return result;
}

NumberOrigin quotient(const NumberOrigin &a, const NumberOrigin &b)
{
    NumberOrigin result = a;
    const bool divides =
        a.isProduct && b.isProduct && b.axes.empty() && b.factor > 0 && a.factor % b.factor == 0;
    if (divides)
        result.factor /= b.factor;
    else
        appendAxes(result, b);
    result.isProduct = divides;
    return result;
}

} // namespace

const std::vector<NumberOrigin> *ShapeOrigins::find(std::string_view name) const
{
    const auto found = m_origins.find(name);
    return found == m_origins.end() ? nullptr : &found->second;
}

std::vector<NumberOrigin> ShapeOrigins::ofInput(const onnx::NodeProto &node, int input,
                                                const WholeNumbers &numbers) const
{
    const auto *known = find(node.input(input));
    if (known && known->size() == numbers.values.size())
        return *known;
    std::vector<NumberOrigin> constants;
    for (const int64_t value : numbers.values)
        constants.push_back({value, {}, true});
    return constants;
}

/// The numbers' places are moved as the numbers are: by the same arithmetic.
std::optional<std::vector<NumberOrigin>> ShapeOrigins::moved(const onnx::NodeProto &node,
                                                             const Numbers &numbers) const
{
    std::vector<NumberOrigin> pool;
    std::vector<WholeNumbers> places(static_cast<size_t>(node.input_size()));
    const bool all = node.op_type() == "Concat";
    for (int i = 0; i < (all ? node.input_size() : 1); ++i) {
        const WholeNumbers *values = numbers(i);
        if (!values)
            return std::nullopt;
        WholeNumbers &place = places[static_cast<size_t>(i)];
        place.scalar = values->scalar;
        for (NumberOrigin &origin : ofInput(node, i, *values)) {
            place.values.push_back(std::ssize(pool));
            pool.push_back(std::move(origin));
        }
    }
    const auto placed = evaluate(
        node, [&](int i) { return i == 0 || all ? &places[static_cast<size_t>(i)] : numbers(i); },
        [](int) { return nullptr; });
    if (!placed)
        return std::nullopt;
    std::vector<NumberOrigin> result;
    for (const int64_t place : placed->values)
        result.push_back(pool[static_cast<size_t>(place)]);
    return result;
}

std::vector<NumberOrigin> ShapeOrigins::computed(const onnx::NodeProto &node, const WholeNumbers &result,
                                                 const Numbers &numbers) const
{
    std::vector<std::vector<NumberOrigin>> inputs;
    for (int i = 0; i < node.input_size(); ++i)
        if (const WholeNumbers *values = numbers(i); values && !values->values.empty())
            inputs.push_back(ofInput(node, i, *values));
    const std::string &op = node.op_type();
    std::vector<NumberOrigin> origins;
    for (size_t k = 0; k < result.values.size(); ++k) {
        const auto at = [&](size_t input) -> const NumberOrigin & {
            return inputs[input].size() > k ? inputs[input][k] : inputs[input][0];
        };
        if (inputs.size() == 2 && op == "Mul") {
            origins.push_back(product(at(0), at(1)));
            continue;
        }
        if (inputs.size() == 2 && op == "Div") {
            origins.push_back(quotient(at(0), at(1)));
            continue;
        }
        NumberOrigin mixed{result.values[k], {}, true};
        for (size_t input = 0; input < inputs.size(); ++input)
            appendAxes(mixed, at(input));
        mixed.isProduct = mixed.axes.empty();
        origins.push_back(std::move(mixed));
    }
    return origins;
}

void ShapeOrigins::follow(const onnx::NodeProto &node, const WholeNumbers &result, const Numbers &numbers,
                          const AxisTensor *shapeOf)
{
    std::vector<NumberOrigin> origins;
    if (node.op_type() == "Shape") {
        if (!shapeOf)
            return;
        const auto rank = static_cast<int64_t>(shapeOf->shape.size());
        int64_t start = intAttribute(node, "start", 0);
        start = std::clamp<int64_t>(start < 0 ? start + rank : start, 0, rank);
        for (size_t k = 0; k < result.values.size(); ++k)
            origins.push_back(
                {1, {shapeOf->firstAxis + static_cast<AxisId>(start) + static_cast<AxisId>(k)}, true});
    } else if (movesNumbers(node.op_type())) {
        auto found = moved(node, numbers);
        origins = found ? std::move(*found) : computed(node, result, numbers);
    } else {
        origins = computed(node, result, numbers);
    }
    const bool hasAxes = std::ranges::any_of(origins, [](const NumberOrigin &o) { return !o.axes.empty(); });
    if (hasAxes)
        m_origins.emplace(node.output(0), std::move(origins));
}

} // namespace lathe
