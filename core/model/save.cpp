#include "core/model/save.h"

#include "core/base/error.h"
#include "core/base/fileio.h"
#include "core/base/publication.h"
#include "core/model/inlinewriter.h"
#include "core/onnx/checks.h"
#include "core/onnx/protocopy.h"
#include "core/onnx/tensordata.h"

#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <ostream>

namespace lathe {
namespace {

constexpr int64_t alignment = 4096;     ///< of tensors in the data file, so that runtimes can map them
constexpr int64_t leastExternal = 1024; ///< bytes; smaller tensors stay in the model

void makeInline(onnx::TensorProto &tensor, const ExternalPlace &place)
{
    tensor.clear_external_data();
    tensor.clear_data_location();
    std::string *raw = tensor.mutable_raw_data();
    raw->resize(place.size);
    place.file->read(place.offset, std::as_writable_bytes(std::span(*raw)));
}

void forEachExternal(const onnx::ModelProto &proto,
                     const std::function<void(const onnx::TensorProto &)> &visit)
{
    const auto dense = [&](const onnx::TensorProto &tensor) {
        if (isExternal(tensor))
            visit(tensor);
    };
    forEachTensor(proto, {dense, [&](const onnx::SparseTensorProto &tensor) {
                              dense(tensor.values());
                              dense(tensor.indices());
                          }});
}

int64_t externalSize(const onnx::ModelProto &proto)
{
    int64_t sum = 0;
    forEachExternal(proto, [&](const onnx::TensorProto &tensor) { sum += denseBytes(tensor).value_or(0); });
    return sum;
}

bool fitsInOneFile(const Model::Content &content, int64_t limit)
{
    return static_cast<int64_t>(content.proto.ByteSizeLong()) + externalSize(content.proto) <=
           limit - std::min(externalDataHeadroom, limit / 8);
}

/// A model whose large tensors lie in one data file, and what goes into that file.
struct SplitModel {
    onnx::ModelProto model;
    std::vector<std::pair<const onnx::TensorProto *, int64_t>> tensors; ///< with offset
    int64_t dataBytes = 0;
};

void addEntry(onnx::TensorProto &tensor, const char *key, const std::string &value)
{
    auto *entry = tensor.add_external_data();
    entry->set_key(key);
    entry->set_value(value);
}

SplitModel split(const Model::Content &content, const std::string &dataName)
{
    SplitModel result;
    copyModel(content.proto, result.model, [&](const onnx::TensorProto &from, onnx::TensorProto &to) {
        const int64_t bytes = denseBytes(from).value_or(0);
        if (bytes < leastExternal) {
            if (isExternal(from)) {
                copyTensorHead(from, to);
                makeInline(
                    to, externalPlace(from, content.externalFiles, Message::verbatim(content.label), bytes));
            } else {
                to.CopyFrom(from);
            }
            return;
        }
        const int64_t offset = (result.dataBytes + alignment - 1) / alignment * alignment;
        copyTensorHead(from, to);
        to.set_data_location(onnx::TensorProto::EXTERNAL);
        addEntry(to, "location", dataName);
        addEntry(to, "offset", std::to_string(offset));
        addEntry(to, "length", std::to_string(bytes));
        result.tensors.emplace_back(&from, offset);
        result.dataBytes = offset + bytes;
    });
    return result;
}

void writeTensors(const SplitModel &parts, const Model::Content &content, std::ostream &out)
{
    int64_t written = 0;
    const std::string padding(alignment, '\0');
    for (const auto &[tensor, offset] : parts.tensors) {
        out.write(padding.data(), offset - written);
        const int64_t bytes = denseBytes(*tensor).value_or(0);
        if (isExternal(*tensor)) {
            const ExternalPlace place =
                externalPlace(*tensor, content.externalFiles, Message::verbatim(content.label), bytes);
            place.file->forEachPiece(place.offset, place.size, [&out](std::span<const std::byte> piece) {
                out.write(reinterpret_cast<const char *>(piece.data()),
                          static_cast<std::streamsize>(piece.size()));
            });
        } else if (!tensor->raw_data().empty()) {
            out.write(tensor->raw_data().data(), bytes);
        } else {
            const Tensor packed = readTensor(*tensor, content);
            out.write(reinterpret_cast<const char *>(packed.bytes.data()), bytes);
        }
        written = offset + bytes;
    }
}

int64_t writeOneFile(const Model::Content &content, const std::filesystem::path &path)
{
    const InlineWriter writer(content);
    writeFileAtomically(path, [&](std::ostream &out) {
        google::protobuf::io::OstreamOutputStream stream(&out);
        writer.write(stream);
    });
    return writer.bytes();
}

int64_t writeTwoFiles(const Model::Content &content, const std::filesystem::path &path)
{
    const std::filesystem::path dataPath = path.string() + ".data";
    const SplitModel parts = split(content, dataPath.filename().string());
    Publication files(path);
    files.write(path, [&](std::ostream &out) { parts.model.SerializeToOstream(&out); });
    files.write(dataPath, [&](std::ostream &data) { writeTensors(parts, content, data); });
    files.commit();
    return static_cast<int64_t>(parts.model.ByteSizeLong()) + parts.dataBytes;
}

} // namespace

int64_t saveModel(const Model::Content &content, const std::filesystem::path &path, int64_t limit)
{
    if (!fitsInOneFile(content, limit))
        return writeTwoFiles(content, path);
    return writeOneFile(content, path);
}

int64_t savedBytes(const Model::Content &content, int64_t limit)
{
    if (!fitsInOneFile(content, limit)) {
        const std::filesystem::path name = content.path.empty() ? "model.onnx" : content.path.filename();
        const SplitModel parts = split(content, name.string() + ".data");
        return static_cast<int64_t>(parts.model.ByteSizeLong()) + parts.dataBytes;
    }
    return InlineWriter(content).bytes();
}

int64_t Model::save(const std::filesystem::path &path) const
{
    return saveModel(content(), path, onnxFileLimit);
}

int64_t Model::serializedBytes() const
{
    return savedBytes(content(), onnxFileLimit);
}

std::string Model::serialize() const
{
    if (!fitsInOneFile(content(), onnxFileLimit))
        throw Error(
            ErrorCode::Unsupported,
            Message::tr("{} is larger than 2 GB and does not fit into one ONNX file.", content().label));
    const InlineWriter writer(content());
    std::string bytes;
    bytes.reserve(static_cast<size_t>(writer.bytes()));
    {
        google::protobuf::io::StringOutputStream stream(&bytes);
        writer.write(stream);
    }
    return bytes;
}

} // namespace lathe
