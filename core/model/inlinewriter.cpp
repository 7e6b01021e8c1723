#include "core/model/inlinewriter.h"

#include "core/onnx/protocopy.h"
#include "core/onnx/tensordata.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

namespace lathe {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedOutputStream;

uint32_t tagOf(int field)
{
    return WireFormatLite::MakeTag(field, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
}

int64_t sizeWithHead(int field, int64_t bytes)
{
    return static_cast<int64_t>(CodedOutputStream::VarintSize32(tagOf(field)) +
                                CodedOutputStream::VarintSize64(static_cast<uint64_t>(bytes))) +
           bytes;
}

/// The fields of an external tensor before and behind those that hold its data.
struct TensorHead {
    onnx::TensorProto before, behind;

    explicit TensorHead(const onnx::TensorProto &tensor)
    {
        copyTensorHead(tensor, before);
        before.clear_doc_string();
        before.mutable_unknown_fields()->Clear();
        if (tensor.has_doc_string())
            behind.set_doc_string(tensor.doc_string());
        behind.mutable_unknown_fields()->MergeFrom(tensor.unknown_fields());
    }
};

const onnx::TensorProto *asTensor(const Message &message)
{
    return message.GetDescriptor() == onnx::TensorProto::descriptor()
               ? static_cast<const onnx::TensorProto *>(&message)
               : nullptr;
}

int64_t plainBytes(const Message &message)
{
    return static_cast<int64_t>(message.ByteSizeLong());
}

} // namespace

/// Where messages go, whole or piece by piece.
class InlineWriter::Output {
public:
    explicit Output(google::protobuf::io::ZeroCopyOutputStream &stream) : m_coded(&stream) {}

    void head(int field, int64_t bytes)
    {
        m_coded.WriteTag(tagOf(field));
        m_coded.WriteVarint64(static_cast<uint64_t>(bytes));
    }
    void whole(const Message &message) { message.SerializeToCodedStream(&m_coded); }
    void raw(std::span<const std::byte> bytes) ///< a piece
    {
        m_coded.WriteRaw(bytes.data(), static_cast<int>(bytes.size()));
    }
    bool failed() { return m_coded.HadError(); }

private:
    CodedOutputStream m_coded;
};

InlineWriter::InlineWriter(const Model::Content &content) : m_content(content)
{
    mark(content.proto);
}

bool InlineWriter::mark(const Message &message)
{
    bool open = false;
    if (const onnx::TensorProto *tensor = asTensor(message)) {
        open = isExternal(*tensor);
    } else if (mayHoldTensors(message.GetDescriptor())) {
        const Reflection *r = message.GetReflection();
        std::vector<const FieldDescriptor *> fields;
        r->ListFields(message, &fields);
        for (const FieldDescriptor *field : fields) {
            if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE)
                continue;
            for (int i = 0; field->is_repeated() && i < r->FieldSize(message, field); ++i)
                open = mark(r->GetRepeatedMessage(message, field, i)) || open;
            if (!field->is_repeated())
                open = mark(r->GetMessage(message, field)) || open;
        }
    }
    if (open)
        m_open.insert(&message);
    return open;
}

/// Calls visit(part) for messages that are written as fields of this one are, and visit(field, child) for
/// what has a length of its own, in the order of the fields.
template <class Visit>
void InlineWriter::forEachPart(const Message &message, const Visit &visit) const
{
    const Reflection *r = message.GetReflection();
    std::vector<const FieldDescriptor *> fields;
    r->ListFields(message, &fields);
    const std::unique_ptr<Message> part(message.New());
    for (const FieldDescriptor *field : fields) {
        if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
            part->Clear();
            copyPlainField(message, *part, field);
            visit(*part);
            continue;
        }
        for (int i = 0; field->is_repeated() && i < r->FieldSize(message, field); ++i)
            visit(field->number(), r->GetRepeatedMessage(message, field, i));
        if (!field->is_repeated())
            visit(field->number(), r->GetMessage(message, field));
    }
    part->Clear();
    r->MutableUnknownFields(part.get())->MergeFrom(r->GetUnknownFields(message));
    visit(*part);
}

int64_t InlineWriter::bytesOf(const Message &message) const
{
    if (!m_open.contains(&message))
        return plainBytes(message);
    if (const onnx::TensorProto *tensor = asTensor(message)) {
        const TensorHead head(*tensor);
        return plainBytes(head.before) + plainBytes(head.behind) +
               sizeWithHead(onnx::TensorProto::kRawDataFieldNumber, denseBytes(*tensor).value_or(0));
    }
    struct Sum {
        const InlineWriter &writer;
        int64_t &bytes;
        void operator()(const Message &part) const { bytes += plainBytes(part); }
        void operator()(int field, const Message &child) const
        {
            bytes += sizeWithHead(field, writer.bytesOf(child));
        }
    };
    int64_t bytes = 0;
    forEachPart(message, Sum{*this, bytes});
    return bytes;
}

int64_t InlineWriter::bytes() const
{
    return bytesOf(m_content.proto);
}

void InlineWriter::writeTensor(const onnx::TensorProto &tensor, Output &out) const
{
    const TensorHead head(tensor);
    const int64_t bytes = denseBytes(tensor).value_or(0);
    out.whole(head.before);
    out.head(onnx::TensorProto::kRawDataFieldNumber, bytes);
    const ExternalPlace place =
        externalPlace(tensor, m_content.externalFiles, lathe::Message::verbatim(m_content.label), bytes);
    place.file->forEachPiece(place.offset, place.size,
                             [&out](std::span<const std::byte> piece) { out.raw(piece); });
    out.whole(head.behind);
}

void InlineWriter::write(const Message &message, Output &out) const
{
    if (!m_open.contains(&message))
        return out.whole(message);
    if (const onnx::TensorProto *tensor = asTensor(message))
        return writeTensor(*tensor, out);
    struct Write {
        const InlineWriter &writer;
        Output &out;
        void operator()(const Message &part) const { out.whole(part); }
        void operator()(int field, const Message &child) const
        {
            out.head(field, writer.bytesOf(child));
            writer.write(child, out);
        }
    };
    forEachPart(message, Write{*this, out});
}

bool InlineWriter::write(google::protobuf::io::ZeroCopyOutputStream &stream) const
{
    Output out(stream);
    write(m_content.proto, out);
    return !out.failed();
}

} // namespace lathe
