#include "core/train/torch/operators.h"

#include "core/base/error.h"
#include "core/onnx/tensor.h"

#include <numeric>

namespace lathe::train {

const at::Tensor &Arguments::operator[](size_t i) const
{
    if (!has(i))
        throw Error(ErrorCode::MalformedModel, Message::tr("its input {} is left out", i + 1));
    return m_tensors[i];
}

std::vector<int64_t> Arguments::integers(size_t i) const
{
    const at::Tensor tensor = (*this)[i].to(at::kLong).contiguous();
    return {tensor.data_ptr<int64_t>(), tensor.data_ptr<int64_t>() + tensor.numel()};
}

double Arguments::number(size_t i) const
{
    const at::Tensor &tensor = (*this)[i];
    if (tensor.numel() != 1)
        throw Error(ErrorCode::MalformedModel, Message::tr("its input {} is not one number", i + 1));
    return tensor.item().toDouble();
}

Operator findOperator(std::string_view domain, std::string_view type)
{
    static const OperatorTable table = [] {
        OperatorTable made;
        addProducts(made);
        addNormalizations(made);
        addActivations(made);
        addArithmetic(made);
        addPooling(made);
        addShapes(made);
        addSelections(made);
        addReductions(made);
        addResizing(made);
        addRecurrence(made);
        addQuantization(made);
        return made;
    }();
    if (!isStandardDomain(domain))
        return nullptr;
    const auto found = table.find(type);
    return found == table.end() ? nullptr : found->second;
}

void refuse(const Message &reason)
{
    throw Error(ErrorCode::Unsupported, reason);
}

int64_t wrapped(int64_t axis, int64_t rank)
{
    if (axis < -rank || axis >= std::max<int64_t>(rank, 1))
        throw Error(ErrorCode::MalformedModel, Message::tr("axis {} of a tensor of rank {}", axis, rank));
    return axis < 0 ? axis + rank : axis;
}

std::vector<int64_t> wrapped(std::vector<int64_t> axes, int64_t rank)
{
    for (int64_t &axis : axes)
        axis = wrapped(axis, rank);
    return axes;
}

std::vector<int64_t> axesOf(const Step &step, const Arguments &in, size_t input)
{
    std::vector<int64_t> axes;
    if (in.has(input))
        axes = in.integers(input);
    else if (step.attributes.has("axes"))
        axes = step.attributes.integers("axes");
    return wrapped(std::move(axes), in[0].dim());
}

at::ScalarType scalarType(int64_t onnxType)
{
    switch (onnxType) {
    case onnx::TensorProto::FLOAT:
        return at::kFloat;
    case onnx::TensorProto::UINT8:
        return at::kByte;
    case onnx::TensorProto::INT8:
        return at::kChar;
    case onnx::TensorProto::INT16:
        return at::kShort;
    case onnx::TensorProto::UINT16: // widened: there is no narrower type that holds it
    case onnx::TensorProto::INT32:
        return at::kInt;
    case onnx::TensorProto::UINT32:
    case onnx::TensorProto::INT64:
        return at::kLong;
    case onnx::TensorProto::BOOL:
        return at::kBool;
    case onnx::TensorProto::FLOAT16:
    case onnx::TensorProto::BFLOAT16: // computed wider: what is trained is kept in float32
        return at::kFloat;
    case onnx::TensorProto::DOUBLE:
        return at::kDouble;
    default:
        refuse(Message::tr("values of {}", elementTypeName(static_cast<ElementType>(onnxType))));
    }
}

} // namespace lathe::train
