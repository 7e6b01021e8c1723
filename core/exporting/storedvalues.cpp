#include "core/exporting/storedvalues.h"

#include "core/model/proto.h"
#include "core/runtime/session.h"
#include "core/storage/matmulnbits.h"

namespace lathe {
namespace {

constexpr int64_t batchBytes = int64_t{2} << 20; ///< stored; codes of one bit unpack to 32 times as much
constexpr size_t batchValues = 64;

std::optional<Definition> definitionOf(const GraphIndex &index, const ValuePlace &place)
{
    if (static_cast<size_t>(place.graph) >= index.graphs().size())
        return std::nullopt;
    return index.find(place.graph, place.name);
}

/// Values at linear indices of a tensor of zeros.
Tensor unpackedSparse(const onnx::SparseTensorProto &sparse, const Model::Content &content)
{
    const Tensor values = readTensor(sparse.values(), content);
    const Tensor indices = readTensor(sparse.indices(), content);
    Tensor tensor = makeTensor(values.type, Shape(sparse.dims().begin(), sparse.dims().end()));
    const size_t width = static_cast<size_t>(elementBits(values.type)) / 8;
    const std::span<const int64_t> places = indices.as<int64_t>();
    if (indices.shape.size() != 1 || places.size() * width != values.bytes.size())
        throw Error(ErrorCode::MalformedModel,
                    Message::tr("The sparse tensor \"{}\" has not one index for each value.",
                                sparse.values().name()));
    for (size_t i = 0; i < places.size(); ++i) {
        if (places[i] < 0 || places[i] >= tensor.count())
            throw Error(ErrorCode::MalformedModel, Message::tr("The sparse tensor \"{}\" has a value outside "
                                                               "its shape.",
                                                               sparse.values().name()));
        std::copy_n(values.bytes.begin() + static_cast<std::ptrdiff_t>(i * width), width,
                    tensor.bytes.begin() + places[i] * static_cast<std::ptrdiff_t>(width));
    }
    return tensor;
}

/// Values that the nodes of one graph make, run together.
class Batch {
public:
    Batch(const Model &file, const JobContext &ctx, const StoredValueVisitor &visit)
        : m_file(file), m_ctx(ctx), m_visit(visit)
    {
    }

    void add(size_t index, const ValuePlace &place)
    {
        const int64_t bytes = bytesBehind(*m_file.content().view, std::span(&place, 1));
        const bool fits = m_places.size() < batchValues && m_bytes + bytes <= batchBytes;
        if (!m_places.empty() && (!fits || m_places.back().graph != place.graph))
            run();
        m_indices.push_back(index);
        m_places.push_back(place);
        m_bytes += bytes;
    }

    void run()
    {
        if (m_places.empty())
            return;
        SessionOptions options;
        options.threads = m_ctx.threadCount();
        options.optimize = false;
        for (const ValuePlace &place : m_places)
            options.extraOutputs.push_back(place.name);
        std::vector<Tensor> results =
            Session(constantPart(m_file, m_places), options).run({}, m_ctx, RunMemory::Freed);
        for (size_t i = 0; i < results.size(); ++i)
            m_visit(m_indices[i], {std::move(results[i]), false});
        m_indices.clear();
        m_places.clear();
        m_bytes = 0;
    }

private:
    const Model &m_file;
    const JobContext &m_ctx;
    const StoredValueVisitor &m_visit;
    std::vector<size_t> m_indices;
    std::vector<ValuePlace> m_places;
    int64_t m_bytes = 0;
};

} // namespace

Tensor plainConstant(const Model &model, const ValuePlace &place)
{
    const Model::Content &content = model.content();
    const auto found = definitionOf(*content.index, place);
    if (!found)
        return {};
    const onnx::GraphProto &home = *content.index->graphs()[static_cast<size_t>(found->graph)].graph;
    if (found->kind == Definition::Kind::Initializer)
        return readTensor(home.initializer(found->index), content);
    if (found->kind == Definition::Kind::SparseInitializer)
        return unpackedSparse(home.sparse_initializer(found->index), content);
    return {};
}

void visitStoredValues(const Model &file, std::span<const ValuePlace> values, const JobContext &ctx,
                       const StoredValueVisitor &visit)
{
    Batch batch(file, ctx, visit);
    for (size_t i = 0; i < values.size(); ++i) {
        ctx.throwIfCancelled();
        const auto found = definitionOf(*file.content().index, values[i]);
        if (found && found->kind == Definition::Kind::Node) {
            batch.add(i, values[i]);
        } else if (const std::optional<Matrix> matrix = weightOfNBits(file, values[i].name)) {
            visit(i, {makeTensor({matrix->rows(), matrix->cols()},
                                 {matrix->data(), static_cast<size_t>(matrix->size())}),
                      true});
        } else {
            visit(i, {plainConstant(file, values[i]), false});
        }
    }
    batch.run();
}

} // namespace lathe
