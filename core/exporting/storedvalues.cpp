#include "core/exporting/storedvalues.h"

#include "core/exporting/matmulnbits.h"
#include "core/exporting/testinputs.h"
#include "core/model/graphindex.h"
#include "core/model/proto.h"

#include <fmt/format.h>

namespace lathe {
namespace {

bool isMadeInMainGraph(const Model &model, const std::string &name)
{
    const auto found = model.content().index->find(0, name);
    return found && found->kind == Definition::Kind::Node;
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
                    fmt::format("The sparse tensor \"{}\" has not one index for each value.",
                                sparse.values().name()));
    for (size_t i = 0; i < places.size(); ++i) {
        if (places[i] < 0 || places[i] >= tensor.count())
            throw Error(ErrorCode::MalformedModel, fmt::format("The sparse tensor \"{}\" has a value outside "
                                                               "its shape.",
                                                               sparse.values().name()));
        std::copy_n(values.bytes.begin() + static_cast<std::ptrdiff_t>(i * width), width,
                    tensor.bytes.begin() + places[i] * static_cast<std::ptrdiff_t>(width));
    }
    return tensor;
}

void runForValues(const Model &file, const std::vector<std::string> &made,
                  std::map<std::string, StoredValue> &values, const JobContext &ctx)
{
    SessionOptions options;
    options.threads = ctx.threadCount();
    options.optimize = false;
    options.extraOutputs = made;
    const Session session(file, options);
    const TestInputs inputs = testInputs(session, nullptr, ctx);
    std::vector<size_t> wanted(made.size());
    for (size_t i = 0; i < wanted.size(); ++i)
        wanted[i] = session.outputs().size() - wanted.size() + i;
    std::vector<Tensor> results =
        session.runFor(wanted, std::vector<TensorView>(inputs.feeds[0].begin(), inputs.feeds[0].end()), ctx);
    for (size_t i = 0; i < wanted.size(); ++i)
        values[made[i]].tensor = std::move(results[i]);
}

} // namespace

Tensor plainConstant(const Model &model, const std::string &name)
{
    const Model::Content &content = model.content();
    for (const GraphIndex::Entry &entry : content.index->graphs()) {
        const auto found = entry.names.find(name);
        if (found == entry.names.end())
            continue;
        if (found->second.kind == Definition::Kind::Initializer)
            return readTensor(entry.graph->initializer(found->second.index), content);
        if (found->second.kind == Definition::Kind::SparseInitializer)
            return unpackedSparse(entry.graph->sparse_initializer(found->second.index), content);
    }
    return {};
}

std::map<std::string, StoredValue> storedValues(const Model &file, const std::vector<std::string> &names,
                                                const JobContext &ctx)
{
    std::map<std::string, StoredValue> values;
    std::vector<std::string> made;
    for (const std::string &name : names) {
        if (isMadeInMainGraph(file, name)) {
            made.push_back(name);
        } else if (const std::optional<Matrix> matrix = weightOfNBits(file, name)) {
            values[name] = {makeTensor({matrix->rows(), matrix->cols()},
                                       {matrix->data(), static_cast<size_t>(matrix->size())}),
                            true};
        } else {
            values[name] = {plainConstant(file, name), false};
        }
    }
    if (!made.empty())
        runForValues(file, made, values, ctx);
    return values;
}

} // namespace lathe
