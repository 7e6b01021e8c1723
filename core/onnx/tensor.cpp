#include "core/onnx/tensor.h"

#include "core/base/error.h"

#include <Eigen/Core>
#include <algorithm>
#include <fmt/format.h>
#include <iterator>

namespace lathe {
namespace {

// Complex numbers have no name of their own in ElementType: they only pass through.
constexpr int complex64 = 14;
constexpr int complex128 = 15;

template <class T>
std::vector<float> widened(const Tensor &tensor)
{
    const std::span<const T> values = tensor.as<T>();
    std::vector<float> result(values.size());
    std::transform(values.begin(), values.end(), result.begin(), [](T v) { return static_cast<float>(v); });
    return result;
}

template <class T>
void narrow(std::span<const float> values, Tensor &tensor)
{
    std::transform(values.begin(), values.end(), tensor.as<T>().begin(),
                   [](float v) { return static_cast<T>(v); });
}

} // namespace

std::string elementTypeName(ElementType type)
{
    static const char *const names[] = {
        "undefined",      "float32",  "uint8",        "int8",           "uint16",
        "int16",          "int32",    "int64",        "string",         "bool",
        "float16",        "float64",  "uint32",       "uint64",         "complex64",
        "complex128",     "bfloat16", "float8e4m3fn", "float8e4m3fnuz", "float8e5m2",
        "float8e5m2fnuz", "uint4",    "int4",         "float4e2m1",     "float8e8m0",
        "uint2",          "int2"};
    const int number = static_cast<int>(type);
    if (number >= 0 && number < static_cast<int>(std::size(names)))
        return names[number];
    return fmt::format("type {}", number);
}

int elementBits(ElementType type)
{
    switch (type) {
    case ElementType::UInt2:
    case ElementType::Int2:
        return 2;
    case ElementType::UInt4:
    case ElementType::Int4:
    case ElementType::Float4E2M1:
        return 4;
    case ElementType::UInt8:
    case ElementType::Int8:
    case ElementType::Bool:
    case ElementType::Float8E4M3FN:
    case ElementType::Float8E4M3FNUZ:
    case ElementType::Float8E5M2:
    case ElementType::Float8E5M2FNUZ:
    case ElementType::Float8E8M0:
        return 8;
    case ElementType::UInt16:
    case ElementType::Int16:
    case ElementType::Float16:
    case ElementType::BFloat16:
        return 16;
    case ElementType::Float32:
    case ElementType::Int32:
    case ElementType::UInt32:
        return 32;
    case ElementType::Float64:
    case ElementType::Int64:
    case ElementType::UInt64:
        return 64;
    case ElementType::Undefined:
    case ElementType::String:
        return 0;
    }
    const int number = static_cast<int>(type);
    return number == complex64 ? 64 : number == complex128 ? 128 : 0;
}

bool isFloat(ElementType type)
{
    return type == ElementType::Float32 || type == ElementType::Float16 || type == ElementType::BFloat16 ||
           type == ElementType::Float64;
}

int64_t elementCount(const Shape &shape)
{
    int64_t count = 1;
    bool overflow = false;
    for (const int64_t d : shape) {
        if (d < 0)
            return -1;
        if (d == 0)
            return std::all_of(shape.begin(), shape.end(), [](int64_t x) { return x >= 0; }) ? 0 : -1;
        overflow = overflow || __builtin_mul_overflow(count, d, &count);
    }
    return overflow ? -1 : count;
}

std::string shapeText(const Shape &shape)
{
    std::string text = "[";
    for (const int64_t d : shape) {
        if (text.size() > 1)
            text += ", ";
        text += d < 0 ? "?" : std::to_string(d);
    }
    return text + "]";
}

Tensor makeTensor(ElementType type, Shape shape)
{
    const int64_t count = elementCount(shape);
    const int bits = elementBits(type);
    int64_t totalBits = 0;
    if (count < 0 || bits == 0 || __builtin_mul_overflow(count, int64_t{bits}, &totalBits))
        throw Error(ErrorCode::Internal, Message::tr("A {} tensor of shape {} cannot be made.",
                                                     elementTypeName(type), shapeText(shape)));
    Tensor tensor{type, std::move(shape), {}};
    tensor.bytes.resize(static_cast<size_t>(totalBits / 8 + (totalBits % 8 != 0)));
    return tensor;
}

Tensor makeTensor(Shape shape, std::span<const float> values)
{
    return fromFloats(ElementType::Float32, std::move(shape), values);
}

std::vector<float> toFloats(const Tensor &tensor)
{
    switch (tensor.type) {
    case ElementType::Float32:
        return widened<float>(tensor);
    case ElementType::Float64:
        return widened<double>(tensor);
    case ElementType::Float16:
        return widened<Eigen::half>(tensor);
    case ElementType::BFloat16:
        return widened<Eigen::bfloat16>(tensor);
    case ElementType::UInt8:
    case ElementType::Bool:
        return widened<uint8_t>(tensor);
    case ElementType::Int8:
        return widened<int8_t>(tensor);
    case ElementType::UInt16:
        return widened<uint16_t>(tensor);
    case ElementType::Int16:
        return widened<int16_t>(tensor);
    case ElementType::Int32:
        return widened<int32_t>(tensor);
    case ElementType::Int64:
        return widened<int64_t>(tensor);
    case ElementType::UInt32:
        return widened<uint32_t>(tensor);
    case ElementType::UInt64:
        return widened<uint64_t>(tensor);
    case ElementType::Undefined:
    case ElementType::String:
    case ElementType::Float8E4M3FN:
    case ElementType::Float8E4M3FNUZ:
    case ElementType::Float8E5M2:
    case ElementType::Float8E5M2FNUZ:
    case ElementType::UInt4:
    case ElementType::Int4:
    case ElementType::Float4E2M1:
    case ElementType::Float8E8M0:
    case ElementType::UInt2:
    case ElementType::Int2:
        break;
    }
    throw Error(ErrorCode::Unsupported,
                Message::tr("A tensor of type {} cannot be read as numbers.", elementTypeName(tensor.type)));
}

Tensor fromFloats(ElementType type, Shape shape, std::span<const float> values)
{
    if (!isFloat(type))
        throw Error(ErrorCode::Unsupported,
                    Message::tr("Numbers cannot be stored as {}.", elementTypeName(type)));
    Tensor tensor = makeTensor(type, std::move(shape));
    if (tensor.count() != static_cast<int64_t>(values.size()))
        throw Error(ErrorCode::Internal, Message::tr("{} numbers do not fill a tensor of shape {}.",
                                                     values.size(), shapeText(tensor.shape)));
    if (type == ElementType::Float32)
        std::copy(values.begin(), values.end(), tensor.as<float>().begin());
    else if (type == ElementType::Float64)
        narrow<double>(values, tensor);
    else if (type == ElementType::Float16)
        narrow<Eigen::half>(values, tensor);
    else
        narrow<Eigen::bfloat16>(values, tensor);
    return tensor;
}

} // namespace lathe
