#include "core/exporting/graph.h"

#include "core/base/parallel.h"
#include "core/exporting/factorize.h"
#include "core/exporting/graphedit.h"
#include "core/exporting/metadata.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace lathe {
namespace {

using Plan = std::shared_ptr<const LayerPlan>;

/// Layer by layer; null where nothing changes.
using Plans = std::vector<Plan>;

/// The layer whose encoding a layer's constant has.
size_t encodedAs(const Model &source, size_t layer)
{
    return source.layers()[layer].tiedTo.value_or(layer);
}

/// Bytes that a layer saves by not being plain, what it shares with others not counted.
int64_t saving(const LayerPlan &plan)
{
    return plan.plainBytes - plan.addedBytes;
}

/// Layers for which shared constants cost more than unpacking saves: small ones that need some for themselves
/// alone, or all, when together they save less than all constants take.
std::vector<size_t> betterPlain(const Plans &plans, const ExportTarget &target)
{
    std::vector<size_t> packed;
    std::map<std::string, int> users;
    for (size_t i = 0; i < plans.size(); ++i)
        if (plans[i] && !plans[i]->fragment.shared.empty()) {
            packed.push_back(i);
            for (const auto &[name, constant] : plans[i]->fragment.shared)
                ++users[name];
        }
    std::ranges::sort(packed, {}, [&](size_t i) { return saving(*plans[i]); });
    std::vector<size_t> plain;
    std::map<std::string, int64_t> sharedBytes; // of those that stay packed
    int64_t saved = 0;
    for (const size_t i : packed) {
        int64_t alone = 0;
        for (const auto &[name, constant] : plans[i]->fragment.shared)
            if (users[name] == 1)
                alone += fileBytes(constant, target);
        if (saving(*plans[i]) <= alone) {
            plain.push_back(i);
            for (const auto &[name, constant] : plans[i]->fragment.shared)
                --users[name];
            continue;
        }
        saved += saving(*plans[i]);
        for (const auto &[name, constant] : plans[i]->fragment.shared)
            sharedBytes[name] = fileBytes(constant, target);
    }
    for (const auto &[name, bytes] : sharedBytes)
        saved -= bytes;
    return saved < 0 ? packed : plain;
}

std::vector<LayerStorage> storageOf(const SourceGraph &graph, const Plans &plans)
{
    std::vector<LayerStorage> storage(plans.size());
    std::set<std::string> shared;
    for (size_t i = 0; i < plans.size(); ++i) {
        if (!plans[i]) {
            const bool tied = graph.source().layers()[i].tiedTo.has_value();
            storage[i] = {"plain", tied ? 0 : graph.constantOf(i).fileBytes, {}};
            if (const Plan &other = plans[encodedAs(graph.source(), i)])
                storage[i].form = other->form;
            continue;
        }
        storage[i] = {plans[i]->form, plans[i]->addedBytes, plans[i]->values};
        for (const auto &[name, constant] : plans[i]->fragment.shared)
            if (shared.insert(name).second)
                storage[i].bytes += fileBytes(constant, graph.target());
    }
    return storage;
}

std::vector<Issue> issuesOf(const SourceGraph &graph, const Plans &plans)
{
    std::vector<Issue> issues;
    for (size_t i = 0; i < plans.size(); ++i) {
        if (!plans[i] || plans[i]->note.empty())
            continue;
        const std::string &name = graph.source().layers()[i].name;
        issues.push_back({Issue::Severity::Note, name, fmt::format("{}: {}.", name, plans[i]->note)});
    }
    return issues;
}

/// Bytes of a message that is a field of another, when that field takes `bytes` in all.
int64_t contentOf(int64_t bytes)
{
    int64_t content = bytes;
    while (content > 0 && withLength(static_cast<size_t>(content)) > bytes)
        --content;
    return content;
}

std::optional<int64_t> macsOf(const SourceGraph &graph, const CompressedModel &compressed)
{
    int64_t sum = 0;
    for (size_t i = 0; i < compressed.layers.size(); ++i) {
        const Layer &layer = graph.source().layers()[i];
        if (!layer.macs)
            return std::nullopt;
        const auto rank = static_cast<double>(compressed.layers[i].rank);
        const bool split = rank > 0 && compressed.layers[i].encoding && canRunAsTwoNodes(graph, i);
        const double share = static_cast<double>(layer.rows + layer.cols) /
                             (static_cast<double>(layer.rows) * static_cast<double>(layer.cols));
        sum += split ? std::llround(static_cast<double>(*layer.macs) * rank * share) : *layer.macs;
    }
    return sum;
}

} // namespace

struct Exporter::State {
    explicit State(const Model &source) : graph(source), remembered(source.layers().size()) {}

    struct Remembered {
        std::shared_ptr<const Encoding> encoding;
        Plan plan;
    };
    SourceGraph graph;
    std::mutex mutex;
    std::vector<Remembered> remembered; ///< of compact storage, by layer; the last one seen
    int64_t sourceBytes = -1;           ///< as it would be written; computed on first use

    Plan plan(size_t layer, const std::shared_ptr<const Encoding> &encoding, Storage storage)
    {
        if (storage == Storage::Compact) {
            const std::lock_guard lock(mutex);
            if (remembered[layer].encoding == encoding)
                return remembered[layer].plan;
        }
        auto made = std::make_shared<const LayerPlan>(planLayer(graph, layer, *encoding, storage));
        if (storage == Storage::Compact) {
            const std::lock_guard lock(mutex);
            remembered[layer] = {encoding, made};
        }
        return made;
    }

    Plans plansOf(const CompressedModel &compressed, Storage storage, const JobContext &ctx)
    {
        const std::vector<Layer> &layers = graph.source().layers();
        if (compressed.layers.size() != layers.size())
            throw Error(ErrorCode::Internal, "A compressed form of another model is to be exported.");
        Plans plans(layers.size());
        parallelFor(plans.size(), ctx, [&](size_t i) {
            if (compressed.layers[i].encoding && !layers[i].tiedTo)
                plans[i] = plan(i, compressed.layers[i].encoding, storage);
        });
        if (storage == Storage::Compact)
            for (const size_t i : betterPlain(plans, graph.target()))
                plans[i] = plan(i, compressed.layers[i].encoding, Storage::Dense);
        return plans;
    }

    int64_t bytesOfSource()
    {
        const std::lock_guard lock(mutex);
        if (sourceBytes < 0)
            sourceBytes = graph.source().serializedBytes();
        return sourceBytes;
    }
};

Exporter::Exporter(Model source) : m_state(std::make_shared<State>(source)) {}

BuiltModel Exporter::build(const CompressedModel &compressed, Storage storage, const JobContext &ctx)
{
    const SourceGraph &graph = m_state->graph;
    ctx.checkpoint(0.0, "encoding weights");
    const Plans plans = m_state->plansOf(compressed, storage, ctx);
    ctx.checkpoint(0.7, "building the graph");
    GraphEdit edit(graph);
    for (size_t i = 0; i < plans.size(); ++i)
        if (plans[i])
            edit.add(i, plans[i]);
    onnx::ModelProto proto = edit.finish();
    setMetadata(proto, exportMetadata(compressed));
    ctx.checkpoint(0.8, "checking the graph");
    return {modelFromProto(std::move(proto), graph.source()), storageOf(graph, plans),
            issuesOf(graph, plans)};
}

FileCosts Exporter::costs(const CompressedModel &compressed, const JobContext &ctx)
{
    const SourceGraph &graph = m_state->graph;
    const onnx::ModelProto &proto = graph.source().content().proto;
    const Plans plans = m_state->plansOf(compressed, Storage::Compact, ctx);
    FileCosts costs{m_state->bytesOfSource(), storageOf(graph, plans), issuesOf(graph, plans),
                    macsOf(graph, compressed)};

    const int64_t graphField = withLength(proto.graph().ByteSizeLong());
    const int64_t others = static_cast<int64_t>(proto.ByteSizeLong()) - graphField;
    int64_t graphBytes = contentOf(costs.fileBytes - others); // external data counts as written inline
    for (size_t i = 0; i < plans.size(); ++i)
        if (plans[i])
            graphBytes += costs.layers[i].bytes - plans[i]->removedBytes;
    costs.fileBytes = others + withLength(static_cast<size_t>(graphBytes)) +
                      metadataGrowth(proto, exportMetadata(compressed));
    return costs;
}

BuiltModel buildModel(const CompressedModel &compressed, Storage storage, const JobContext &ctx)
{
    return Exporter(compressed.source).build(compressed, storage, ctx);
}

} // namespace lathe
