#include "core/shapes/shapearithmetic.h"

#include "core/onnx/graphindex.h"

#include <algorithm>
#include <limits>

namespace lathe {
namespace {

using Result = std::optional<WholeNumbers>;
using Numbers = std::function<const WholeNumbers *(int)>;

bool hasInput(const onnx::NodeProto &node, int input)
{
    return input < node.input_size() && !node.input(input).empty();
}

Result shapeNumbers(const onnx::NodeProto &node, const Shape *shape)
{
    if (!shape)
        return std::nullopt;
    const auto rank = static_cast<int64_t>(shape->size());
    const auto position = [&](const char *name, int64_t fallback) {
        const int64_t at = intAttribute(node, name, fallback);
        return std::clamp<int64_t>(at < 0 ? at + rank : at, 0, rank);
    };
    const int64_t start = position("start", 0);
    const int64_t end = std::max(start, position("end", rank));
    return WholeNumbers{false, Shape(shape->begin() + start, shape->begin() + end)};
}

Result gather(const onnx::NodeProto &node, const WholeNumbers *data, const WholeNumbers *indices)
{
    if (!data || !indices || data->scalar || intAttribute(node, "axis", 0) > 0)
        return std::nullopt;
    WholeNumbers result{indices->scalar, {}};
    const auto size = static_cast<int64_t>(data->values.size());
    for (const int64_t index : indices->values) {
        const int64_t at = index < 0 ? index + size : index;
        if (at < 0 || at >= size)
            return std::nullopt;
        result.values.push_back(data->values[static_cast<size_t>(at)]);
    }
    return result;
}

Result concat(const onnx::NodeProto &node, const Numbers &numbers)
{
    WholeNumbers result;
    for (int i = 0; i < node.input_size(); ++i) {
        const WholeNumbers *part = numbers(i);
        if (!part || part->scalar || result.values.size() + part->values.size() > maxWholeNumbers)
            return std::nullopt;
        result.values.insert(result.values.end(), part->values.begin(), part->values.end());
    }
    return result;
}

/// Unsqueeze of a scalar and Squeeze of a list of one.
Result withRank(const onnx::NodeProto &node, const WholeNumbers *data, bool scalar)
{
    if (!data || (scalar && data->values.size() != 1) || (!scalar && !data->scalar))
        return std::nullopt;
    const auto *axes = findAttribute(node, "axes");
    if (axes && axes->ints_size() > 1)
        return std::nullopt;
    return WholeNumbers{scalar, data->values};
}

/// A bound of Slice: from an attribute (up to opset 9) or an input.
std::optional<int64_t> sliceBound(const onnx::NodeProto &node, const Numbers &numbers, const char *name,
                                  int input, std::optional<int64_t> fallback)
{
    if (const auto *attribute = findAttribute(node, name))
        return attribute->ints_size() == 1 ? std::optional(attribute->ints(0)) : std::nullopt;
    if (!hasInput(node, input))
        return fallback;
    const WholeNumbers *list = numbers(input);
    return list && list->values.size() == 1 ? std::optional(list->values[0]) : std::nullopt;
}

Result slice(const onnx::NodeProto &node, const Numbers &numbers)
{
    const WholeNumbers *data = numbers(0);
    const auto start = sliceBound(node, numbers, "starts", 1, std::nullopt);
    const auto end = sliceBound(node, numbers, "ends", 2, std::nullopt);
    const auto axis = sliceBound(node, numbers, "axes", 3, 0);
    const auto step = sliceBound(node, numbers, "steps", 4, 1);
    if (!data || data->scalar || !start || !end || axis != 0 || !step || *step == 0 ||
        *step == std::numeric_limits<int64_t>::min())
        return std::nullopt;
    const auto size = static_cast<int64_t>(data->values.size());
    const auto within = [&](int64_t at, int64_t low, int64_t high) {
        return std::clamp(at < 0 ? at + size : at, low, high);
    };
    WholeNumbers result{false, {}};
    if (*step > 0) {
        const int64_t last = within(*end, 0, size);
        for (int64_t i = within(*start, 0, size); i < last; i += std::min(*step, size))
            result.values.push_back(data->values[static_cast<size_t>(i)]);
    } else {
        const int64_t last = within(*end, -1, size - 1);
        for (int64_t i = within(*start, -1, size - 1); i > last; i += std::max(*step, -size))
            result.values.push_back(data->values[static_cast<size_t>(i)]);
    }
    return result;
}

std::optional<int64_t> combined(const std::string &op, int64_t a, int64_t b)
{
    int64_t result = 0;
    bool overflow = false;
    if (op == "Add")
        overflow = __builtin_add_overflow(a, b, &result);
    else if (op == "Sub")
        overflow = __builtin_sub_overflow(a, b, &result);
    else if (op == "Mul")
        overflow = __builtin_mul_overflow(a, b, &result);
    else if (op == "Equal")
        result = a == b;
    else if (b == 0 || (a == std::numeric_limits<int64_t>::min() && b == -1))
        return std::nullopt;
    else
        result = a / b;
    return overflow ? std::nullopt : std::optional(result);
}

int64_t at(const WholeNumbers &numbers, size_t i)
{
    return numbers.values[numbers.values.size() == 1 ? 0 : i];
}

/// Length of the joint result of lists where those of one element are repeated; empty when they do not fit.
std::optional<size_t> jointLength(std::initializer_list<const WholeNumbers *> lists)
{
    size_t length = 1;
    for (const WholeNumbers *list : lists) {
        if (!list || list->values.empty())
            return std::nullopt;
        if (list->values.size() != 1 && length != 1 && list->values.size() != length)
            return std::nullopt;
        length = std::max(length, list->values.size());
    }
    return length;
}

Result arithmetic(const onnx::NodeProto &node, const WholeNumbers *a, const WholeNumbers *b)
{
    const std::optional<size_t> length = jointLength({a, b});
    if (!length)
        return std::nullopt;
    WholeNumbers result{a->scalar && b->scalar, {}};
    for (size_t i = 0; i < *length; ++i) {
        const std::optional<int64_t> value = combined(node.op_type(), at(*a, i), at(*b, i));
        if (!value)
            return std::nullopt;
        result.values.push_back(*value);
    }
    return result;
}

Result choose(const WholeNumbers *condition, const WholeNumbers *yes, const WholeNumbers *no)
{
    const std::optional<size_t> length = jointLength({condition, yes, no});
    if (!length)
        return std::nullopt;
    WholeNumbers result{condition->scalar && yes->scalar && no->scalar, {}};
    for (size_t i = 0; i < *length; ++i)
        result.values.push_back(at(*condition, i) != 0 ? at(*yes, i) : at(*no, i));
    return result;
}

Result filled(const onnx::NodeProto &node, const WholeNumbers *shape)
{
    const auto *value = findAttribute(node, "value");
    const bool readable = value && value->t().data_type() == onnx::TensorProto::INT64;
    if (!shape || shape->values.size() != 1 || shape->values[0] < 0 || !readable ||
        shape->values[0] > static_cast<int64_t>(maxWholeNumbers))
        return std::nullopt;
    int64_t number = 0;
    if (value->t().int64_data_size() == 1)
        number = value->t().int64_data(0);
    else if (value->t().raw_data().size() == sizeof number)
        std::copy_n(value->t().raw_data().data(), sizeof number, reinterpret_cast<char *>(&number));
    else
        return std::nullopt;
    return WholeNumbers{false, Shape(static_cast<size_t>(shape->values[0]), number)};
}

Result castNumbers(const onnx::NodeProto &node, const WholeNumbers *data)
{
    const auto to = static_cast<ElementType>(intAttribute(node, "to", 0));
    if (!data || (to != ElementType::Int64 && to != ElementType::Int32))
        return std::nullopt;
    return WholeNumbers{data->scalar, data->values};
}

Result reshaped(const WholeNumbers *data, const WholeNumbers *shape)
{
    if (!data || !shape || shape->scalar || shape->values.size() > 1)
        return std::nullopt;
    return WholeNumbers{shape->values.empty(), data->values};
}

} // namespace

std::optional<WholeNumbers> evaluate(const onnx::NodeProto &node, const Numbers &numbers,
                                     const std::function<const Shape *(int input)> &shape)
{
    const std::string &op = node.op_type();
    if (op == "Shape")
        return shapeNumbers(node, shape(0));
    if (op == "Gather")
        return gather(node, numbers(0), numbers(1));
    if (op == "Concat")
        return concat(node, numbers);
    if (op == "Unsqueeze" || op == "Squeeze")
        return withRank(node, numbers(0), op == "Squeeze");
    if (op == "Slice")
        return slice(node, numbers);
    if (op == "Add" || op == "Sub" || op == "Mul" || op == "Div" || op == "Equal")
        return arithmetic(node, numbers(0), numbers(1));
    if (op == "Where")
        return choose(numbers(0), numbers(1), numbers(2));
    if (op == "ConstantOfShape")
        return filled(node, numbers(0));
    if (op == "Cast")
        return castNumbers(node, numbers(0));
    if (op == "Reshape")
        return reshaped(numbers(0), numbers(1));
    if (op == "Identity" && numbers(0))
        return *numbers(0);
    return std::nullopt;
}

} // namespace lathe
