#include "core/base/error.h"
#include "core/base/inputfile.h"
#include "core/base/publication.h"
#include "core/base/sha256.h"
#include "core/model/layerfinder.h"
#include "core/model/proto.h"
#include "core/onnx/checks.h"
#include "core/onnx/filekind.h"
#include "core/onnx/inlinefunctions.h"
#include "core/onnx/tensordata.h"

#include <algorithm>
#include <exception>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <limits>
#include <unordered_set>

namespace lathe {
namespace {

constexpr uint64_t startBytes = 512; ///< enough to know other kinds of files by
constexpr int blockBytes = 1 << 20;

/// Where a model comes from, beside its proto.
struct Source {
    std::string label;
    std::filesystem::path path;
    std::filesystem::path folder;
    ExternalFiles files;
    std::vector<Issue> issues = {}; ///< met on reading
};

/// The bytes of a file, each of which goes into the hash as well: of the very bytes that were parsed,
/// whatever becomes of the file later.
class HashedInput : public google::protobuf::io::CopyingInputStream {
public:
    explicit HashedInput(const InputFile &file) : m_file(file) {}
    int Read(void *buffer, int size) override
    {
        const auto part =
            static_cast<size_t>(std::min<uint64_t>(static_cast<uint64_t>(size), m_file.size() - m_offset));
        const std::span<std::byte> to(static_cast<std::byte *>(buffer), part);
        try {
            m_file.read(m_offset, to);
        } catch (const Error &) { // not through protobuf, which knows no exceptions
            m_failure = std::current_exception();
            return -1;
        }
        m_hash.add(to);
        m_offset += part;
        return static_cast<int>(part);
    }
    void throwFailure() const
    {
        if (m_failure)
            std::rethrow_exception(m_failure);
    }
    std::string hash() { return hexText(m_hash.finish()); }

private:
    const InputFile &m_file;
    uint64_t m_offset = 0;
    Sha256 m_hash;
    std::exception_ptr m_failure;
};

/// @param start of the bytes, to tell what else they may be
void checkKind(std::span<const std::byte> start, uint64_t size, const std::string &label)
{
    if (size == 0)
        throw Error(ErrorCode::MalformedModel, Message::tr("{} is empty.", label));
    if (size > static_cast<uint64_t>(std::numeric_limits<int>::max()))
        throw Error(
            ErrorCode::MalformedModel,
            Message::tr(
                "{} is larger than 2 GB, which no ONNX file can be; save the model with external data.",
                label));
    const Message other = describeOtherKind(start);
    if (!other.empty())
        throw Error(ErrorCode::MalformedModel,
                    Message::tr("{} is not an ONNX model: it looks like {}.", label, other));
}

std::shared_ptr<onnx::ModelProto> parseProto(google::protobuf::io::CodedInputStream &stream,
                                             const std::string &label)
{
    stream.SetTotalBytesLimit(std::numeric_limits<int>::max());
    auto proto = std::make_shared<onnx::ModelProto>();
    if (!proto->ParseFromCodedStream(&stream) || !stream.ConsumedEntireMessage())
        throw Error(
            ErrorCode::MalformedModel,
            Message::tr(
                "{} cannot be read as an ONNX model: it is damaged, cut short or another kind of file.",
                label));
    return proto;
}

std::shared_ptr<onnx::ModelProto> parseFile(HashedInput &input, const std::string &label)
try {
    google::protobuf::io::CopyingInputStreamAdaptor adaptor(&input, blockBytes);
    google::protobuf::io::CodedInputStream stream(&adaptor);
    return parseProto(stream, label);
} catch (const Error &) {
    input.throwFailure(); // the reason, where the file could not be read
    throw;
}

ValueInfo valueInfo(const onnx::ValueInfoProto &proto)
{
    ValueInfo info;
    info.name = proto.name();
    if (!proto.type().has_tensor_type())
        return info;
    const auto &tensor = proto.type().tensor_type();
    info.type = static_cast<ElementType>(tensor.elem_type());
    info.hasShape = tensor.has_shape();
    for (const auto &dimension : tensor.shape().dim()) {
        const bool fixed = dimension.has_dim_value() && dimension.dim_value() >= 0;
        info.shape.push_back(fixed ? dimension.dim_value() : -1);
        info.dimensionNames.push_back(fixed ? "" : dimension.dim_param());
    }
    return info;
}

void describeInterface(Model::Content &content)
{
    const onnx::GraphProto &graph = content.proto.graph();
    std::unordered_set<std::string_view> constants;
    for (const auto &tensor : graph.initializer())
        constants.insert(tensor.name());
    for (const auto &tensor : graph.sparse_initializer())
        constants.insert(tensor.values().name());
    for (const auto &input : graph.input())
        if (!constants.contains(input.name()))
            content.inputs.push_back(valueInfo(input));
    for (const auto &output : graph.output())
        content.outputs.push_back(valueInfo(output));
    for (const auto &import : content.proto.opset_import())
        content.opsets[isStandardDomain(import.domain()) ? "" : import.domain()] = import.version();
    for (const auto &entry : content.proto.metadata_props())
        content.metadata[entry.key()] = entry.value();
}

void noteWithoutLayers(Model::Content &content)
{
    const bool some = std::any_of(content.layers.begin(), content.layers.end(),
                                  [](const Layer &layer) { return layer.compressible(); });
    if (!some)
        content.issues.push_back(
            {Issue::Severity::Warning,
             {},
             Message::tr("The model has no layer with a floating-point weight that could be compressed.")});
}

std::shared_ptr<Model::Content> examine(std::shared_ptr<const onnx::ModelProto> proto, Source source,
                                        const JobContext &ctx)
{
    auto content = std::make_shared<Model::Content>(std::move(proto));
    content->label = std::move(source.label);
    content->path = std::move(source.path);
    content->folder = std::move(source.folder);
    content->externalFiles = std::move(source.files);
    content->issues = std::move(source.issues);
    checkHeader(content->proto, content->label);
    ctx.checkpoint(0.5, Message::tr("checking the model"));
    checkTensors(content->proto, content->folder, content->label, content->externalFiles);
    content->index = std::make_shared<const GraphIndex>(content->proto);
    content->view = std::make_shared<const GraphView>(*content->index);
    checkGraphs(*content->view, content->label, content->issues);
    describeInterface(*content);
    ctx.checkpoint(0.7, Message::tr("finding layers"));
    findLayers(*content, inferShapes(content->proto, *content->view, content->externalFiles));
    noteWithoutLayers(*content);
    ctx.checkpoint(1.0, Message::tr("model loaded"));
    return content;
}

} // namespace

Model Model::load(const std::filesystem::path &path, const JobContext &ctx)
{
    ctx.checkpoint(0.0, Message::tr("reading the model"));
    Source source{path.string(), path, path.parent_path(), {}};
    if (source.folder.empty())
        source.folder = ".";
    sweepPublications(source.folder, path.filename().string());
    std::error_code ignored;
    if (const auto real = std::filesystem::canonical(path, ignored);
        !ignored && real.parent_path() != std::filesystem::canonical(source.folder, ignored))
        sweepPublications(real.parent_path(), real.filename().string());
    const InputFile file(path);
    checkKind(file.read(0, static_cast<size_t>(std::min<uint64_t>(file.size(), startBytes))), file.size(),
              source.label);
    HashedInput input(file);
    const std::shared_ptr<onnx::ModelProto> proto = parseFile(input, source.label);
    source.issues = inlineFunctions(*proto);
    const std::shared_ptr<Content> content = examine(proto, std::move(source), ctx);
    content->fileBytes = static_cast<int64_t>(file.size());
    for (const auto &[location, external] : content->externalFiles)
        content->fileBytes += static_cast<int64_t>(external->size());
    content->hash = input.hash();
    return Model(content);
}

Model Model::parse(std::string_view bytes, const std::filesystem::path &folder, const JobContext &ctx)
{
    const std::string label = "The model in memory";
    checkKind(std::as_bytes(std::span(bytes)), bytes.size(), label);
    google::protobuf::io::CodedInputStream stream(reinterpret_cast<const uint8_t *>(bytes.data()),
                                                  static_cast<int>(bytes.size()));
    const std::shared_ptr<onnx::ModelProto> proto = parseProto(stream, label);
    std::vector<Issue> issues = inlineFunctions(*proto);
    return Model(examine(proto, {label, {}, folder, {}, std::move(issues)}, ctx));
}

Model modelFromProto(onnx::ModelProto proto, const Model &origin)
{
    const Model::Content &from = origin.content();
    return Model(examine(std::make_shared<const onnx::ModelProto>(std::move(proto)),
                         {from.label, {}, from.folder, from.externalFiles}, {}));
}

} // namespace lathe
