#pragma once
// Plain tensors and their element types; no protobuf here.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace lathe {

using Shape = std::vector<int64_t>; ///< a dimension of -1 is unknown

/// Numbers equal onnx::TensorProto::DataType, newer ones (int4, float8) included.
enum class ElementType : int32_t {
    Undefined = 0,
    Float32 = 1,
    UInt8 = 2,
    Int8 = 3,
    UInt16 = 4,
    Int16 = 5,
    Int32 = 6,
    Int64 = 7,
    String = 8,
    Bool = 9,
    Float16 = 10,
    Float64 = 11,
    UInt32 = 12,
    UInt64 = 13,
    BFloat16 = 16,
    Float8E4M3FN = 17,
    Float8E4M3FNUZ = 18,
    Float8E5M2 = 19,
    Float8E5M2FNUZ = 20,
    UInt4 = 21,
    Int4 = 22,
    Float4E2M1 = 23,
    Float8E8M0 = 24,
    UInt2 = 25,
    Int2 = 26
};

/// "float32", "int4", ...; unknown numbers give "type 99".
std::string elementTypeName(ElementType type);
/// Bits of one element as stored; 0 for strings and unknown types.
int elementBits(ElementType type);
bool isFloat(ElementType type); ///< float32, float16, bfloat16, float64

/// Product of the dimensions; 1 for a scalar. Overflow or a negative dimension gives -1.
int64_t elementCount(const Shape &shape);
std::string shapeText(const Shape &shape); ///< "[1, 3, ?, ?]"

/// An owned dense tensor, little-endian, row-major.
struct Tensor {
    ElementType type = ElementType::Undefined;
    Shape shape;
    std::vector<std::byte> bytes;

    template <class T>
    std::span<const T> as() const
    {
        return {reinterpret_cast<const T *>(bytes.data()), bytes.size() / sizeof(T)};
    }
    template <class T>
    std::span<T> as()
    {
        return {reinterpret_cast<T *>(bytes.data()), bytes.size() / sizeof(T)};
    }
    int64_t count() const { return elementCount(shape); }
};

Tensor makeTensor(ElementType type, Shape shape);              ///< zero-filled
Tensor makeTensor(Shape shape, std::span<const float> values); ///< float32
/// Any float type, integers and bool widened to float; strings and sub-byte types are refused.
/// @throws Error Unsupported
std::vector<float> toFloats(const Tensor &tensor);
/// Rounds to nearest even into `type` (a float type).
Tensor fromFloats(ElementType type, Shape shape, std::span<const float> values);

/// One input or output of a model.
struct ValueInfo {
    std::string name;
    ElementType type =
        ElementType::Undefined; ///< Undefined: not a tensor (sequence, map, optional) or not declared
    Shape shape;                ///< -1 where symbolic or unknown
    std::vector<std::string> dimensionNames; ///< symbol of each dimension, "" where it has a value
    bool hasShape = false;
};

} // namespace lathe
