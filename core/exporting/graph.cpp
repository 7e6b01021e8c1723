#include "core/exporting/graph.h"

#include "core/base/parallel.h"
#include "core/exporting/decodedhash.h"
#include "core/exporting/factorize.h"
#include "core/exporting/graphedit.h"
#include "core/exporting/metadata.h"
#include "core/exporting/opsetraise.h"
#include "core/exporting/planmemory.h"
#include "core/storage/storageforms.h"
#include "core/storage/wholecodes.h"

#include <algorithm>
#include <list>
#include <set>

namespace lathe {
namespace {

using Plan = PlanMemory::Plan;

constexpr size_t rewrittenKept = 2; ///< each has the plans of a whole model

/// The layer whose encoding a layer's constant has.
size_t encodedAs(const Model &source, size_t layer)
{
    return source.layers()[layer].tiedTo.value_or(layer);
}

/// Bytes that a layer saves by not being plain, what it shares with others not counted.
int64_t saving(const StoragePlan &plan)
{
    return plan.plainBytes - plan.addedBytes;
}

/// Layers for which shared constants cost more than unpacking saves: small ones that need some for themselves
/// alone, or all, when together they save less than all constants take.
std::vector<size_t> betterPlain(const std::vector<Plan> &plans, const ExportTarget &target)
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
        const Layer &layer = graph.source().layers()[i];
        if (!plans[i] && layer.decodable) {
            storage[i] = {Message::tr("as it was"), layer.fileBytes, {}};
            continue;
        }
        if (!plans[i] || plans[i]->values.empty()) {
            storage[i] = {Message::tr("plain"), layer.tiedTo ? 0 : layer.fileBytes, {}};
            if (plans[i]) { // only its bias is another
                storage[i].bytes += plans[i]->addedBytes;
                storage[i].bias = plans[i]->bias;
                storage[i].graph = plans[i]->home;
            }
            if (const auto &other = plans[encodedAs(graph.source(), i)]; other && !other->form.empty())
                storage[i].form = other->form;
            continue;
        }
        storage[i] = {plans[i]->form,    plans[i]->addedBytes, plans[i]->values,
                      plans[i]->layouts, plans[i]->bias,       plans[i]->home};
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
        if (!plans[i])
            continue;
        const std::string &name = graph.source().layers()[i].name;
        for (const Message &note : plans[i]->notes)
            issues.push_back({Issue::Severity::Note, name, Message::tr("{}: {}.", name, note)});
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
    int64_t sum = graph.source().macsOutsideLayers();
    for (size_t i = 0; i < compressed.layers.size(); ++i) {
        const Layer &layer = graph.source().layers()[i];
        if (!layer.macs)
            return std::nullopt;
        const auto *factors = compressed.layers[i].code.weight
                                  ? std::get_if<FactorEncoding>(compressed.layers[i].code.weight.get())
                                  : nullptr;
        if (!factors || !runsAsChain(graph, i, *factors)) {
            sum += *layer.macs;
            continue;
        }
        const std::optional<int64_t> chain = chainMacs(layer, *factors);
        if (!chain)
            return std::nullopt;
        sum += *chain;
    }
    return sum;
}

/// Why the source cannot become a model of opset 21; empty: it can, or need not.
Message obstacleToInt4(const Model &source)
{
    const Message obstacle = obstacleToOpset21(source);
    if (source.opset() >= oldestInt4Opset || obstacle.empty())
        return {};
    return Message::tr("4-bit QDQ needs opset {}, and this model of opset {} cannot be raised to it: {}. Its "
                       "weights are stored compactly instead.",
                       oldestInt4Opset, source.opset(), obstacle);
}

ExportTarget targetOfOpset21(const ExportTarget &target)
{
    return {std::max(target.opset, oldestInt4Opset), false, target.prefix};
}

/// Whether a newer opset is of any use.
bool hasInt4Form(const CompressedModel &compressed)
{
    const auto has = [](const MatrixEncoding &matrix) {
        return std::holds_alternative<IntegerCodes>(integerCodes(matrix, 4));
    };
    return std::ranges::any_of(compressed.layers, [&](const LayerResult &layer) {
        if (!layer.code.weight)
            return false;
        if (const auto *factors = std::get_if<FactorEncoding>(layer.code.weight.get()))
            return std::ranges::any_of(factors->factors, has) ||
                   (factors->residual && has(*factors->residual));
        return has(std::get<MatrixEncoding>(*layer.code.weight));
    });
}

LayerConstants constantsOf(const Model &source, const StoragePlan &plan)
{
    LayerConstants constants;
    constants.inMainGraph = plan.home == 0;
    for (const onnx::NodeProto &node : plan.fragment.nodes)
        constants.structure += node.SerializeAsString();
    for (const onnx::NodeProto &node : plan.replacement)
        constants.structure += node.SerializeAsString();
    for (const onnx::TensorProto &constant : plan.fragment.constants) {
        const bool isValue = constant.name() == plan.bias ||
                             std::ranges::find(plan.values, constant.name()) != plan.values.end();
        if (isValue)
            constants.values.emplace_back(constant.name(), readTensor(constant, source.content()));
        else
            constants.structure += constant.SerializeAsString();
    }
    return constants;
}

} // namespace

int64_t bitsInTheory(const LayerResult &result, const LayerStorage &storage)
{
    return std::min(result.theoreticalBits, 8 * storage.bytes);
}

struct Exporter::State {
    explicit State(const Model &source, bool forOneTime = false)
        : graph(source), once(forOneTime), remembered(source.layers().size())
    {
    }

    SourceGraph graph;
    bool once; ///< no plan is needed a second time
    PlanMemory remembered;
    std::mutex mutex;         ///< of what follows
    int64_t sourceBytes = -1; ///< as it would be written; computed on first use

    Plan plan(size_t layer, const CompressedModel &compressed, Storage storage)
    {
        const LayerCode &code = compressed.layers[layer].code;
        const Tensor *bias = replacedBias(graph, layer, code, compressed.constants());
        const Layer &described = graph.source().layers()[layer];
        const bool remembers = !described.tiedTo && !once;
        if (remembers)
            if (Plan known = remembered.find(layer, storage, code, bias))
                return known;
        auto made =
            std::make_shared<StoragePlan>(planStorage(graph, layer, ownCode(described, code), storage, bias));
        if (remembers)
            remembered.keep(layer, storage, code, bias, made);
        return made;
    }

    std::vector<Plan> plansOf(const CompressedModel &compressed, Storage storage, const JobContext &ctx)
    {
        const std::vector<Layer> &layers = graph.source().layers();
        if (compressed.layers.size() != layers.size())
            throw Error(ErrorCode::Internal,
                        Message::tr("A compressed form of another model is to be exported."));
        std::vector<Plan> plans(layers.size());
        parallelFor(plans.size(), ctx, [&](size_t i) {
            if (!ownCode(layers[i], compressed.layers[i].code).changesNothing())
                plans[i] = plan(i, compressed, storage);
        });
        if (storage == Storage::Compact)
            for (const size_t i : betterPlain(plans, graph.target()))
                plans[i] = plan(i, compressed, Storage::Dense);
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

/// The states that an exporter has for the models that its own was rewritten to.
struct Exporter::States {
    std::mutex mutex;
    std::list<std::shared_ptr<State>> rewritten; ///< most recent first
};

Exporter::Exporter(Model source) : Exporter(std::make_shared<State>(source)) {}

Exporter::Exporter(std::shared_ptr<State> state)
    : m_state(std::move(state)), m_states(std::make_shared<States>())
{
}

std::shared_ptr<Exporter::State> Exporter::stateOf(const CompressedModel &compressed)
{
    if (!compressed.isRewritten())
        return m_state;
    const Model &source = compressed.source;
    const auto isOf = [&](const std::shared_ptr<State> &state) {
        return &state->graph.source().content() == &source.content();
    };
    const std::lock_guard lock(m_states->mutex);
    auto &rewritten = m_states->rewritten;
    if (const auto known = std::ranges::find_if(rewritten, isOf); known != rewritten.end()) {
        rewritten.splice(rewritten.begin(), rewritten, known);
        return rewritten.front();
    }
    rewritten.push_front(std::make_shared<State>(source, m_state->once));
    if (rewritten.size() > rewrittenKept)
        rewritten.pop_back();
    return rewritten.front();
}

BuiltModel Exporter::build(const CompressedModel &compressed, Storage storage, const JobContext &ctx)
{
    ctx.checkpoint(0.0, Message::tr("encoding weights"));
    const bool wantsInt4 = storage == Storage::QdqInt4 && hasInt4Form(compressed);
    const Message obstacle = wantsInt4 ? obstacleToInt4(compressed.source) : Message();
    if (!obstacle.empty())
        storage = Storage::Compact;
    const bool raised = wantsInt4 && obstacle.empty();
    std::shared_ptr<State> state = stateOf(compressed);
    if (raised) {
        state = std::make_shared<State>(compressed.source, true);
        state->graph.setTarget(targetOfOpset21(state->graph.target()));
    }
    const SourceGraph &graph = state->graph;
    const std::vector<Plan> made = state->plansOf(compressed, storage, ctx);
    const Plans plans(made.begin(), made.end());
    ctx.checkpoint(0.7, Message::tr("building the graph"));
    const std::string hash =
        needsDecodedHash(compressed) ? decodedHash(graph, plans, compressed, ctx) : std::string();
    std::vector<LayerStorage> stored = storageOf(graph, plans);
    std::vector<Issue> issues = issuesOf(graph, plans);
    GraphEdit edit(graph);
    edit.replaceConstants(compressed.constants());
    for (size_t i = 0; i < made.size(); ++i)
        if (made[i])
            edit.add(i, made[i], state->once ? GraphEdit::Plan::Used : GraphEdit::Plan::Kept);
    onnx::ModelProto proto = edit.finish();
    if (raised)
        raiseToOpset21(proto);
    setMetadata(proto, exportMetadata(compressed, hash));
    ctx.checkpoint(0.8, Message::tr("checking the graph"));
    if (!obstacle.empty())
        issues.insert(issues.begin(), Issue{Issue::Severity::Note, {}, obstacle});
    return {modelFromProto(std::move(proto), graph.source()), std::move(stored), std::move(issues),
            macsOf(graph, compressed)};
}

FileCosts Exporter::costs(const CompressedModel &compressed, const JobContext &ctx)
{
    const std::shared_ptr<State> state = stateOf(compressed);
    const SourceGraph &graph = state->graph;
    const onnx::ModelProto &proto = graph.source().content().proto;
    const std::vector<Plan> made = state->plansOf(compressed, Storage::Compact, ctx);
    const Plans plans(made.begin(), made.end());
    FileCosts costs{state->bytesOfSource(), storageOf(graph, plans), issuesOf(graph, plans),
                    macsOf(graph, compressed)};

    const int64_t graphField = withLength(proto.graph().ByteSizeLong());
    const int64_t others = static_cast<int64_t>(proto.ByteSizeLong()) - graphField;
    int64_t graphBytes = contentOf(costs.fileBytes - others); // external data counts as written inline
    for (size_t i = 0; i < plans.size(); ++i)
        if (plans[i])
            graphBytes += (plans[i]->values.empty() ? plans[i]->addedBytes : costs.layers[i].bytes) -
                          plans[i]->removedBytes;
    graphBytes += growthBy(graph, lathe::looseConstants(graph, compressed));
    const std::string anyHash(needsDecodedHash(compressed) ? sha256Digits : 0, '0');
    costs.fileBytes = others + withLength(static_cast<size_t>(graphBytes)) +
                      metadataGrowth(proto, exportMetadata(compressed, anyHash));
    return costs;
}

LayerConstants Exporter::constants(const CompressedModel &compressed, size_t layer)
{
    const std::shared_ptr<State> state = stateOf(compressed);
    const SourceGraph &graph = state->graph;
    const Layer &described = graph.source().layers()[layer];
    const LayerResult &result = compressed.layers[layer];
    LayerConstants constants;
    if (!ownCode(described, result.code).changesNothing())
        constants = constantsOf(graph.source(), *state->plan(layer, compressed, Storage::Dense));
    if (described.tiedTo || result.code.weight)
        return constants;
    const Definition home = graph.constantOf(layer).definition;
    constants.inMainGraph = constants.inMainGraph && home.graph == 0;
    if (std::optional<Tensor> stored = graph.constantValue(described.weightName, home.graph))
        constants.values.emplace_back(described.weightName, std::move(*stored));
    return constants;
}

Tuning::Constants Exporter::looseConstants(const CompressedModel &compressed)
{
    return compressed.constants().empty() ? Tuning::Constants()
                                          : lathe::looseConstants(stateOf(compressed)->graph, compressed);
}

std::optional<int64_t> macsOf(const CompressedModel &compressed)
{
    return macsOf(SourceGraph(compressed.source), compressed);
}

BuiltModel buildModel(const CompressedModel &compressed, Storage storage, const JobContext &ctx)
{
    return Exporter(std::make_shared<Exporter::State>(compressed.source, true))
        .build(compressed, storage, ctx);
}

} // namespace lathe
