#include "core/onnx/protocopy.h"

#include <algorithm>
#include <array>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

namespace lathe {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

void copyMessage(const Message &from, Message &to, const TensorCopier &copyTensor)
{
    if (from.GetDescriptor() == onnx::TensorProto::descriptor())
        return copyTensor(static_cast<const onnx::TensorProto &>(from), static_cast<onnx::TensorProto &>(to));
    if (!mayHoldTensors(from.GetDescriptor()))
        return to.CopyFrom(from);
    const Reflection *r = from.GetReflection();
    std::vector<const FieldDescriptor *> fields;
    r->ListFields(from, &fields);
    for (const FieldDescriptor *field : fields) {
        if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE)
            copyPlainField(from, to, field);
        else if (!field->is_repeated())
            copyMessage(r->GetMessage(from, field), *r->MutableMessage(&to, field), copyTensor);
        else
            for (int i = 0; i < r->FieldSize(from, field); ++i)
                copyMessage(r->GetRepeatedMessage(from, field, i), *r->AddMessage(&to, field), copyTensor);
    }
    r->MutableUnknownFields(&to)->MergeFrom(r->GetUnknownFields(from));
}

} // namespace

bool mayHoldTensors(const Descriptor *type)
{
    static const std::array holders = {
        onnx::ModelProto::descriptor(),        onnx::GraphProto::descriptor(),
        onnx::NodeProto::descriptor(),         onnx::AttributeProto::descriptor(),
        onnx::SparseTensorProto::descriptor(), onnx::FunctionProto::descriptor(),
        onnx::TrainingInfoProto::descriptor()};
    return std::find(holders.begin(), holders.end(), type) != holders.end();
}

void copyPlainField(const Message &from, Message &to, const FieldDescriptor *field)
{
    const Reflection *r = from.GetReflection();
    const auto each = [&](const auto &get, const auto &getAt, const auto &set, const auto &add) {
        if (!field->is_repeated())
            return (r->*set)(&to, field, (r->*get)(from, field));
        for (int i = 0; i < r->FieldSize(from, field); ++i)
            (r->*add)(&to, field, (r->*getAt)(from, field, i));
    };
    switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT64:
        return each(&Reflection::GetInt64, &Reflection::GetRepeatedInt64, &Reflection::SetInt64,
                    &Reflection::AddInt64);
    case FieldDescriptor::CPPTYPE_FLOAT:
        return each(&Reflection::GetFloat, &Reflection::GetRepeatedFloat, &Reflection::SetFloat,
                    &Reflection::AddFloat);
    case FieldDescriptor::CPPTYPE_STRING:
        return each(&Reflection::GetString, &Reflection::GetRepeatedString, &Reflection::SetString,
                    &Reflection::AddString);
    case FieldDescriptor::CPPTYPE_ENUM:
        return each(&Reflection::GetEnumValue, &Reflection::GetRepeatedEnumValue, &Reflection::SetEnumValue,
                    &Reflection::AddEnumValue);
    default:
        GOOGLE_LOG(FATAL) << "A field of ONNX is of a kind that is not copied: " << field->full_name();
    }
}

void copyModel(const onnx::ModelProto &from, onnx::ModelProto &to, const TensorCopier &copyTensor)
{
    copyMessage(from, to, copyTensor);
}

void copyTensorHead(const onnx::TensorProto &from, onnx::TensorProto &to)
{
    *to.mutable_dims() = from.dims();
    if (from.has_data_type())
        to.set_data_type(from.data_type());
    if (from.has_name())
        to.set_name(from.name());
    if (from.has_doc_string())
        to.set_doc_string(from.doc_string());
    if (from.has_segment())
        *to.mutable_segment() = from.segment();
    to.mutable_unknown_fields()->MergeFrom(from.unknown_fields());
}

} // namespace lathe
