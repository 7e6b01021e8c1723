#include "core/train/torch/torchgraph.h"

#include "core/base/error.h"
#include "core/onnx/constants.h"
#include "core/onnx/graphview.h"
#include "core/train/torch/tensors.h"

#include <ATen/autocast_mode.h>
#include <algorithm>
#include <set>

namespace lathe::train {
namespace {

int64_t opsetOf(const onnx::ModelProto &model)
{
    for (const onnx::OperatorSetIdProto &imported : model.opset_import())
        if (isStandardDomain(imported.domain()))
            return imported.version();
    return 1;
}

/// Operators that go on with halves as they are while products are computed in halves; all others get
/// float32.
bool takesHalves(const onnx::NodeProto &node)
{
    static const std::set<std::string_view> types{"Add",
                                                  "AveragePool",
                                                  "BatchNormalization",
                                                  "Concat",
                                                  "Conv",
                                                  "ConvTranspose",
                                                  "Dropout",
                                                  "Flatten",
                                                  "Gemm",
                                                  "GlobalAveragePool",
                                                  "Identity",
                                                  "LeakyRelu",
                                                  "MatMul",
                                                  "MaxPool",
                                                  "Mul",
                                                  "Pad",
                                                  "Relu",
                                                  "Reshape",
                                                  "Slice",
                                                  "Transpose"};
    return at::autocast::is_cpu_enabled() && types.contains(node.op_type());
}

at::Tensor inPrecision(at::Tensor tensor, at::ScalarType precision)
{
    return tensor.defined() && tensor.is_floating_point() && tensor.scalar_type() != precision
               ? tensor.to(precision)
               : tensor;
}

} // namespace

TorchGraph::TorchGraph(const onnx::ModelProto &model, const ExternalFiles &files, const std::string &source,
                       at::ScalarType precision)
    : m_model(model), m_precision(precision)
{
    readConstants(files, source);
    addNodes();
    for (const onnx::ValueInfoProto &input : model.graph().input())
        if (!m_constants.contains(input.name()))
            m_inputs.push_back(input.name());
    for (const onnx::ValueInfoProto &output : model.graph().output())
        m_outputs.push_back(output.name());
}

int TorchGraph::slot(const std::string &name)
{
    if (name.empty())
        return -1;
    return m_slots.try_emplace(name, static_cast<int>(m_slots.size())).first->second;
}

int TorchGraph::slotOf(const std::string &name) const
{
    const auto found = m_slots.find(name);
    if (found == m_slots.end())
        throw Error(ErrorCode::InvalidArgument, Message::tr("There is no value \"{}\" in the model.", name));
    return found->second;
}

void TorchGraph::readConstants(const ExternalFiles &files, const std::string &source)
{
    const GraphIndex index(m_model);
    for (const auto &[name, definition] : index.graphs().front().names) {
        const bool isConstantNode =
            definition.kind == Definition::Kind::Node && index.node(definition).op_type() == "Constant";
        if (definition.kind != Definition::Kind::Initializer && !isConstantNode)
            continue;
        const auto info = constantInfo(index, definition);
        if (!info || info->type == ElementType::String)
            continue;
        m_constants.emplace(
            name, inPrecision(tensorFrom(readConstant(index, definition, files, source)), m_precision));
    }
}

/// Whether a batch normalization's mean and variance are constants for it alone: else there is no place
/// where what has come of them could be written.
bool TorchGraph::hasOwnStatistics(const onnx::NodeProto &node, const GraphView &view) const
{
    const auto isOwn = [&](int input) {
        return input < node.input_size() && m_constants.contains(node.input(input)) &&
               view.readers(0, node.input(input)).size() == 1;
    };
    return isStandardDomain(node.domain()) && node.op_type() == "BatchNormalization" && isOwn(3) && isOwn(4);
}

void TorchGraph::addNodes()
{
    const GraphIndex index(m_model);
    const GraphView view(index);
    const onnx::GraphProto &graph = m_model.graph();
    for (const auto &[name, tensor] : m_constants)
        slot(name);
    for (const onnx::ValueInfoProto &input : graph.input())
        slot(input.name());
    for (const int at : view.order(0)) {
        const onnx::NodeProto &node = graph.node(at);
        Node added{Step(node, opsetOf(m_model)), findOperator(node.domain(), node.op_type()), {}, {}, false};
        for (const std::string &input : node.input())
            added.inputs.push_back(slot(input));
        while (!added.inputs.empty() && added.inputs.back() < 0)
            added.inputs.pop_back();
        for (const std::string &output : node.output())
            added.outputs.push_back(slot(output));
        m_hasConvolutions |= node.op_type() == "Conv";
        added.ownStatistics = hasOwnStatistics(node, view);
        m_nodes.push_back(std::move(added));
    }
    for (const onnx::ValueInfoProto &output : graph.output())
        slot(output.name());
    m_maker.assign(m_slots.size(), -1);
    for (size_t i = 0; i < m_nodes.size(); ++i)
        for (const int output : m_nodes[i].outputs)
            if (output >= 0)
                m_maker[static_cast<size_t>(output)] = static_cast<int>(i);
    m_initial.resize(m_slots.size());
    for (const auto &[name, tensor] : m_constants) { // a Constant node's value is there already
        m_maker[static_cast<size_t>(m_slots.at(name))] = -1;
        m_initial[static_cast<size_t>(m_slots.at(name))] = tensor;
    }
}

std::shared_ptr<const TorchGraph::Plan> TorchGraph::planFor(const std::vector<int> &given,
                                                            const std::vector<int> &wanted) const
{
    const std::lock_guard lock(m_mutex);
    auto &known = m_plans[{given, wanted}];
    if (known)
        return known;
    const std::set<int> there(given.begin(), given.end());
    std::vector<bool> needed(m_nodes.size(), false);
    std::vector<int> open = wanted;
    while (!open.empty()) {
        const int value = open.back();
        open.pop_back();
        const int maker = m_maker[static_cast<size_t>(value)];
        if (maker < 0 || there.contains(value) || needed[static_cast<size_t>(maker)])
            continue;
        needed[static_cast<size_t>(maker)] = true;
        for (const int input : m_nodes[static_cast<size_t>(maker)].inputs)
            if (input >= 0)
                open.push_back(input);
    }
    auto plan = std::make_shared<Plan>();
    for (size_t i = 0; i < m_nodes.size(); ++i)
        if (needed[i])
            plan->nodes.push_back(i);
    std::set<int> last(wanted.begin(), wanted.end());
    plan->freed.resize(plan->nodes.size());
    for (size_t i = plan->nodes.size(); i-- > 0;) {
        const Node &node = m_nodes[plan->nodes[i]];
        for (const std::vector<int> *values : {&node.inputs, &node.outputs})
            for (const int value : *values)
                if (value >= 0 && last.insert(value).second)
                    plan->freed[i].push_back(value);
    }
    known = std::move(plan);
    return known;
}

std::vector<TorchGraph::Missing> TorchGraph::missing(const std::vector<std::string> &wanted) const
{
    std::vector<int> slots;
    for (const std::string &name : wanted.empty() ? m_outputs : wanted)
        slots.push_back(slotOf(name));
    std::vector<Missing> found;
    for (const size_t i : planFor({}, slots)->nodes)
        if (const Node &node = m_nodes[i]; node.compute == nullptr)
            found.push_back({nodeLabel(*node.step.node), node.step.operatorType()});
    return found;
}

void TorchGraph::compute(const Node &node, std::vector<at::Tensor> &values, Mode mode,
                         Values *statistics) const
{
    const auto say = [&node](ErrorCode code, const Message &why) {
        return Error(code, Message::tr("The node {} ({}) cannot be computed for training: {}.",
                                       nodeLabel(*node.step.node), node.step.operatorType(), why));
    };
    if (node.compute == nullptr)
        throw say(ErrorCode::Unsupported, Message::tr("there is no gradient for its operator"));
    std::vector<at::Tensor> in(node.inputs.size());
    for (size_t i = 0; i < in.size(); ++i)
        if (node.inputs[i] >= 0)
            in[i] = values[static_cast<size_t>(node.inputs[i])];
    const bool halves = takesHalves(*node.step.node);
    if (!halves)
        for (at::Tensor &tensor : in)
            tensor = inPrecision(std::move(tensor), m_precision);
    Step step = node.step;
    step.mode = mode;
    step.mode.batchStatistics = mode.batchStatistics && node.ownStatistics;
    Results results;
    try {
        results = node.compute(step, Arguments(in));
    } catch (const Error &error) {
        throw say(error.code(), error.message());
    } catch (const c10::Error &error) {
        refuseIfNoMemory(error);
        throw say(ErrorCode::Unsupported, Message::verbatim(error.what_without_backtrace()));
    }
    if (step.mode.batchStatistics && statistics != nullptr)
        for (int i : {1, 2})
            (*statistics)[node.step.node->input(i + 2)] = results.at(static_cast<size_t>(i));
    for (size_t i = 0; i < std::min(results.size(), node.outputs.size()); ++i)
        if (node.outputs[i] >= 0)
            values[static_cast<size_t>(node.outputs[i])] =
                halves ? results[i] : inPrecision(results[i], m_precision);
}

/// Images with their channels side by side: convolutions take them as they are, and pools go over all
/// channels of a place at once; other layouts are copied around each.
at::Tensor TorchGraph::laidOut(at::Tensor value, const std::string &name) const
{
    const bool image = m_hasConvolutions && value.dim() == 4 && value.is_floating_point() &&
                       value.size(1) > 0 && std::ranges::find(m_inputs, name) != m_inputs.end();
    return image ? value.contiguous(at::MemoryFormat::ChannelsLast) : value;
}

TorchGraph::Started TorchGraph::start(const Values &given, const std::vector<std::string> &wanted) const
{
    Started started{m_initial, {}, nullptr};
    std::vector<int> there;
    for (const auto &[name, tensor] : given) {
        const int at = slotOf(name);
        started.values[static_cast<size_t>(at)] = laidOut(inPrecision(tensor, m_precision), name);
        if (m_maker[static_cast<size_t>(at)] >= 0)
            there.push_back(at);
    }
    std::ranges::sort(there);
    for (const std::string &name : wanted)
        started.wanted.push_back(slotOf(name));
    started.plan = planFor(there, started.wanted);
    return started;
}

std::vector<at::Tensor> TorchGraph::run(const Values &given, const std::vector<std::string> &wanted,
                                        Mode mode, Values *statistics, const Watch &watch) const
{
    Started run = start(given, wanted);
    for (size_t i = 0; i < run.plan->nodes.size(); ++i) {
        const Node &node = m_nodes[run.plan->nodes[i]];
        compute(node, run.values, mode, statistics);
        if (watch)
            watch(*node.step.node, run.values[static_cast<size_t>(node.outputs.front())]);
        for (const int value : run.plan->freed[i])
            run.values[static_cast<size_t>(value)].reset();
    }
    std::vector<at::Tensor> results;
    for (const int value : run.wanted)
        results.push_back(run.values[static_cast<size_t>(value)]);
    return results;
}

std::string TorchGraph::firstNotFinite(const Values &given, const std::vector<std::string> &wanted,
                                       Mode mode) const
{
    const at::NoGradGuard still;
    const auto isFinite = [](const at::Tensor &tensor) {
        return !tensor.defined() || !tensor.is_floating_point() || tensor.isfinite().all().item().toBool();
    };
    for (const auto &[name, tensor] : given)
        if (!isFinite(tensor))
            return name;
    Started run = start(given, wanted);
    for (const size_t i : run.plan->nodes) {
        const Node &node = m_nodes[i];
        compute(node, run.values, mode, nullptr);
        const auto finite = [&](int value) {
            return value < 0 || isFinite(run.values[static_cast<size_t>(value)]);
        };
        if (std::ranges::all_of(node.inputs, finite) && !std::ranges::all_of(node.outputs, finite))
            return nodeLabel(*node.step.node);
    }
    return {};
}

} // namespace lathe::train
