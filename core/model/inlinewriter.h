#pragma once
#include "core/model/proto.h"

#include <google/protobuf/io/zero_copy_stream.h>
#include <unordered_set>

namespace lathe {

/// Writes a model with every external tensor brought in, byte for byte as protobuf would write the same
/// model, but with one piece of one external tensor in memory at a time.
class InlineWriter {
public:
    explicit InlineWriter(const Model::Content &content);

    int64_t bytes() const; ///< that write() writes
    /// @returns false when the stream takes no more. @throws Error MalformedModel, FileUnreadable
    bool write(google::protobuf::io::ZeroCopyOutputStream &out) const;

private:
    using Message = google::protobuf::Message;
    class Output;

    bool mark(const Message &message);
    int64_t bytesOf(const Message &message) const;
    template <class Visit>
    void forEachPart(const Message &message, const Visit &visit) const;
    void write(const Message &message, Output &out) const;
    void writeTensor(const onnx::TensorProto &tensor, Output &out) const;

    const Model::Content &m_content;
    std::unordered_set<const Message *> m_open; ///< external tensors and all that they lie in
};

} // namespace lathe
