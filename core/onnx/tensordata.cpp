#include "core/onnx/tensordata.h"

#include "core/base/error.h"

#include <cstring>

namespace lathe {
namespace {

Message labelOf(const onnx::TensorProto &tensor, const std::string &source)
{
    return tensor.name().empty() ? Message::tr("{}: a constant tensor", source)
                                 : Message::tr("{}: tensor \"{}\"", source, tensor.name());
}

[[noreturn]] void refuse(const Message &label, const Message &why)
{
    throw Error(ErrorCode::MalformedModel, Message::tr("{} {}; the file is damaged.", label, why));
}

int64_t declaredCount(const onnx::TensorProto &tensor, const Message &label)
{
    const Shape shape = shapeOf(tensor);
    const int64_t count = elementCount(shape);
    if (count < 0)
        refuse(label, Message::tr("declares the impossible shape {}", shapeText(shape)));
    return count;
}

int64_t bytesFor(int64_t count, int bits, const Message &label)
{
    int64_t total = 0;
    if (__builtin_mul_overflow(count, int64_t{bits}, &total))
        refuse(label, Message::tr("declares more elements than any file can hold"));
    return total / 8 + (total % 8 != 0);
}

/// Entries of the typed field that belongs to the tensor's type, and how many the shape asks for.
struct FieldCount {
    int64_t present = 0;
    int64_t needed = 0;
};

FieldCount typedField(const onnx::TensorProto &tensor, int64_t count)
{
    using P = onnx::TensorProto;
    switch (tensor.data_type()) {
    case P::FLOAT:
        return {tensor.float_data_size(), count};
    case P::COMPLEX64:
        return {tensor.float_data_size(), 2 * count};
    case P::DOUBLE:
        return {tensor.double_data_size(), count};
    case P::COMPLEX128:
        return {tensor.double_data_size(), 2 * count};
    case P::INT64:
        return {tensor.int64_data_size(), count};
    case P::UINT32:
    case P::UINT64:
        return {tensor.uint64_data_size(), count};
    case P::STRING:
        return {tensor.string_data_size(), count};
    default:
        break;
    }
    const int bits = elementBits(typeOf(tensor));
    const int64_t together =
        bits > 0 && bits < 8 ? 8 / bits : 1; // one int32 for each byte, several elements in it
    return {tensor.int32_data_size(), count / together + (count % together != 0)};
}

template <class To, class From>
void pack(const From &field, Tensor &tensor)
{
    To *target = tensor.as<To>().data();
    for (const auto value : field)
        *target++ = static_cast<To>(value);
}

void packTyped(const onnx::TensorProto &proto, Tensor &tensor)
{
    using P = onnx::TensorProto;
    switch (proto.data_type()) {
    case P::FLOAT:
    case P::COMPLEX64:
        return pack<float>(proto.float_data(), tensor);
    case P::DOUBLE:
    case P::COMPLEX128:
        return pack<double>(proto.double_data(), tensor);
    case P::INT64:
        return pack<int64_t>(proto.int64_data(), tensor);
    case P::UINT64:
        return pack<uint64_t>(proto.uint64_data(), tensor);
    case P::UINT32:
        return pack<uint32_t>(proto.uint64_data(), tensor);
    case P::INT32:
        return pack<int32_t>(proto.int32_data(), tensor);
    default:
        break;
    }
    if (elementBits(tensor.type) == 16)
        return pack<uint16_t>(proto.int32_data(), tensor);
    pack<uint8_t>(proto.int32_data(), tensor);
}

Tensor readStrings(const onnx::TensorProto &proto)
{
    Tensor tensor{ElementType::String, shapeOf(proto), {}};
    for (int i = 0; i < proto.string_data_size(); ++i) {
        const auto text = std::as_bytes(std::span(proto.string_data(i)));
        if (i > 0)
            tensor.bytes.push_back(std::byte{0});
        tensor.bytes.insert(tensor.bytes.end(), text.begin(), text.end());
    }
    return tensor;
}

void checkIndices(const onnx::SparseTensorProto &sparse, const Tensor &indices, const Message &label)
{
    const Shape dense = shapeOf(sparse);
    const int64_t values = sparse.values().dims_size() == 1 ? sparse.values().dims(0) : -1;
    const bool flat = indices.shape == Shape{values};
    const bool coordinates = indices.shape == Shape{values, static_cast<int64_t>(dense.size())};
    if (indices.type != ElementType::Int64 || (!flat && !coordinates))
        refuse(label, Message::tr("has indices that do not fit its values"));
    const std::span<const int64_t> list = indices.as<int64_t>();
    for (size_t i = 0; i < list.size(); ++i) {
        const int64_t limit = flat ? elementCount(dense) : dense[i % dense.size()];
        if (list[i] < 0 || list[i] >= limit)
            refuse(label, Message::tr("has an index outside its shape"));
    }
}

} // namespace

ElementType typeOf(const onnx::TensorProto &tensor)
{
    return static_cast<ElementType>(tensor.data_type());
}

Shape shapeOf(const onnx::TensorProto &tensor)
{
    return {tensor.dims().begin(), tensor.dims().end()};
}

Shape shapeOf(const onnx::SparseTensorProto &tensor)
{
    return {tensor.dims().begin(), tensor.dims().end()};
}

std::optional<int64_t> denseBytes(const onnx::TensorProto &tensor)
{
    const int bits = elementBits(typeOf(tensor));
    const int64_t count = elementCount(shapeOf(tensor));
    int64_t total = 0;
    if (bits == 0 || count < 0 || __builtin_mul_overflow(count, int64_t{bits}, &total))
        return std::nullopt;
    return total / 8 + (total % 8 != 0);
}

void checkTensor(const onnx::TensorProto &tensor, const ExternalFiles &files, const std::string &source)
{
    const Message label = labelOf(tensor, source);
    const int64_t count = declaredCount(tensor, label);
    const int bits = elementBits(typeOf(tensor));
    if (tensor.data_type() == onnx::TensorProto::UNDEFINED)
        refuse(label, Message::tr("has no element type"));
    if (bits == 0 && typeOf(tensor) != ElementType::String)
        return; // a type newer than this program: carried along as it is
    const int64_t needed = bytesFor(count, bits, label);
    if (isExternal(tensor)) {
        if (bits == 0)
            refuse(label, Message::tr("keeps strings in an external file, which ONNX does not allow"));
        externalPlace(tensor, files, label, needed);
    } else if (tensor.has_raw_data() && (bits == 0 || !tensor.raw_data().empty())) {
        if (bits == 0 || static_cast<int64_t>(tensor.raw_data().size()) != needed)
            refuse(label, Message::tr("declares the shape {} ({} bytes), but holds {} bytes",
                                      shapeText(shapeOf(tensor)), needed, tensor.raw_data().size()));
    } else if (const FieldCount field = typedField(tensor, count); field.present != field.needed) {
        refuse(label, Message::tr("declares the shape {} ({} elements), but holds {} values",
                                  shapeText(shapeOf(tensor)), count, field.present));
    }
}

void checkSparseTensor(const onnx::SparseTensorProto &tensor, const ExternalFiles &files,
                       const std::string &source)
{
    const Message label = labelOf(tensor.values(), source);
    const int64_t dense = elementCount(shapeOf(tensor));
    checkTensor(tensor.values(), files, source);
    if (dense < 0 || elementCount(shapeOf(tensor.values())) > dense)
        refuse(label, Message::tr("declares the impossible sparse shape {}", shapeText(shapeOf(tensor))));
    checkTensor(tensor.indices(), files, source);
    checkIndices(tensor, readTensor(tensor.indices(), files, source), label);
}

Tensor readTensor(const onnx::TensorProto &proto, const ExternalFiles &files, const std::string &source)
{
    checkTensor(proto, files, source);
    if (typeOf(proto) == ElementType::String)
        return readStrings(proto);
    const std::optional<int64_t> size = denseBytes(proto);
    if (!size)
        throw Error(ErrorCode::Unsupported,
                    Message::tr("{} is of {}, which cannot be read.", labelOf(proto, source),
                                elementTypeName(typeOf(proto))));
    Tensor tensor{typeOf(proto), shapeOf(proto), std::vector<std::byte>(static_cast<size_t>(*size))};
    if (isExternal(proto)) {
        const ExternalPlace place = externalPlace(proto, files, labelOf(proto, source), *size);
        place.file->read(place.offset, tensor.bytes);
    } else if (!proto.raw_data().empty()) {
        std::memcpy(tensor.bytes.data(), proto.raw_data().data(), tensor.bytes.size());
    } else {
        packTyped(proto, tensor);
    }
    return tensor;
}

} // namespace lathe
