#include "core/train/torch/tensors.h"

#include "core/base/error.h"
#include "core/onnx/tensordata.h"
#include "core/train/torch/operators.h"

#include <algorithm>
#include <string_view>

namespace lathe::train {
namespace {

ElementType elementType(at::ScalarType type)
{
    switch (type) {
    case at::kFloat:
        return ElementType::Float32;
    case at::kDouble:
        return ElementType::Float64;
    case at::kByte:
        return ElementType::UInt8;
    case at::kChar:
        return ElementType::Int8;
    case at::kShort:
        return ElementType::Int16;
    case at::kInt:
        return ElementType::Int32;
    case at::kLong:
        return ElementType::Int64;
    case at::kBool:
        return ElementType::Bool;
    default:
        refuse(Message::tr("values of {}", std::string(at::toString(type))));
    }
}

template <class Stored>
at::Tensor widened(const Tensor &tensor, at::ScalarType type)
{
    at::Tensor made = at::empty(tensor.shape, at::TensorOptions(at::kLong));
    const auto values = tensor.as<Stored>();
    std::copy(values.begin(), values.end(), made.data_ptr<int64_t>());
    return made.to(type);
}

} // namespace

void refuseIfNoMemory(const c10::Error &error)
{
    // Its CPU allocator has no class of its own for this.
    if (std::string_view(error.what_without_backtrace()).find("allocate memory") != std::string_view::npos)
        throw Error(ErrorCode::OutOfMemory, Message::tr("Not enough memory."));
}

at::Tensor tensorFrom(const Tensor &tensor)
{
    const at::ScalarType type = scalarType(static_cast<int64_t>(tensor.type));
    switch (tensor.type) {
    case ElementType::Float16:
    case ElementType::BFloat16: {
        at::Tensor made = at::empty(tensor.shape, at::TensorOptions(at::kFloat));
        const std::vector<float> values = toFloats(tensor);
        std::ranges::copy(values, made.data_ptr<float>());
        return made;
    }
    case ElementType::UInt16:
        return widened<uint16_t>(tensor, type);
    case ElementType::UInt32:
        return widened<uint32_t>(tensor, type);
    default: {
        at::Tensor made = at::empty(tensor.shape, at::TensorOptions(type));
        std::ranges::copy(tensor.bytes, static_cast<std::byte *>(made.data_ptr())); // there may be none
        return made;
    }
    }
}

at::Tensor borrowed(const Tensor &tensor)
{
    if (tensor.type != ElementType::Float32 || tensor.bytes.empty())
        return tensorFrom(tensor);
    return at::from_blob(const_cast<std::byte *>(tensor.bytes.data()), tensor.shape, at::kFloat);
}

at::Tensor tensorFrom(const onnx::TensorProto &tensor)
{
    return tensorFrom(readTensor(tensor, {}, {}));
}

Tensor tensorOf(const at::Tensor &tensor)
{
    const at::Tensor plain = tensor.detach().contiguous();
    Tensor made = makeTensor(elementType(plain.scalar_type()), plain.sizes().vec());
    std::copy_n(static_cast<const std::byte *>(plain.data_ptr()), made.bytes.size(), made.bytes.begin());
    return made;
}

} // namespace lathe::train
