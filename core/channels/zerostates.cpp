#include "core/channels/zerostates.h"

#include "core/channels/channelentries.h"
#include "core/model/proto.h"
#include "core/onnx/constants.h"
#include "core/onnx/graphview.h"
#include "core/rewrite/zerorules.h"

#include <algorithm>

namespace lathe {
namespace {

using State = ZeroStates::State;

/// What several places of a channel are together.
void join(State &state, State other)
{
    if (other != State::None && state != State::Other)
        state = other;
}

bool isRecurrent(const std::string &op)
{
    return op == "LSTM" || op == "GRU" || op == "RNN";
}

} // namespace

ZeroStates::ZeroStates(const Model &model, const ChannelGroup &group) : m_model(model), m_group(group)
{
    const GraphView &view = *model.content().view;
    for (const ChannelUse &use : group.uses) {
        if (const auto maker = view.producer(0, use.tensor); maker && maker->graph == 0)
            m_nodes.insert(maker->node);
        for (const GraphView::Use &reader : view.readers(0, use.tensor))
            if (reader.node.graph == 0)
                m_nodes.insert(reader.node.node);
    }
    readConstants();
    follow();
}

ZeroStates::Sides &ZeroStates::sides(const std::string &tensor, int reader)
{
    Sides &sides = m_sides[{tensor, reader}];
    sides.made.resize(m_group.channels, State::None);
    sides.summed.resize(m_group.channels, State::None);
    return sides;
}

void ZeroStates::readConstants()
{
    const GraphIndex &index = *m_model.content().index;
    for (const ChannelUse &use : m_group.uses) {
        if (!use.stored)
            continue;
        Sides &found = sides(use.tensor, use.readerIndex);
        States &states = use.summed ? found.summed : found.made;
        const auto definition = index.find(0, use.tensor);
        const auto info = definition ? constantInfo(index, *definition) : std::nullopt;
        constexpr int bitsOfByte = 8; // codes of less are not looked at
        if (!info || elementBits(info->type) < bitsOfByte ||
            definition->kind == Definition::Kind::SparseInitializer) {
            for (size_t c = 0; c < states.size(); ++c)
                join(states[c], use.of(c).empty() ? State::None : State::Other);
            continue;
        }
        const StoredEntries entries = storedEntries(m_model, use);
        for (size_t i = 0; i < entries.values.size(); ++i)
            if (const int32_t channel = entries.channels[i]; channel >= 0)
                join(states[static_cast<size_t>(channel)],
                     entries.values[i] == 0.0F ? State::Zero : State::Other);
    }
}

void ZeroStates::follow()
{
    for (const int index : m_model.content().view->order(0))
        if (m_nodes.contains(index) &&
            !constantInfo(*m_model.content().index, {0, Definition::Kind::Node, index}))
            visit(index);
}

const onnx::NodeProto &ZeroStates::node(int index) const
{
    return m_model.content().proto.graph().node(index);
}

const ZeroStates::Sides *ZeroStates::sidesOf(int index, int input) const
{
    if (!hasInput(node(index), static_cast<size_t>(input)))
        return nullptr;
    for (const int reader : {index, -1})
        if (const auto found = m_sides.find({node(index).input(input), reader}); found != m_sides.end())
            return &found->second;
    return nullptr;
}

State ZeroStates::at(int index, int input, size_t channel) const
{
    const Sides *found = sidesOf(index, input);
    return found ? found->made[channel] : State::None;
}

void ZeroStates::visit(int index)
{
    for (const ChannelUse &use : m_group.uses) {
        if (use.stored || std::ranges::find(node(index).output(), use.tensor) == node(index).output().end())
            continue;
        Sides &out = sides(use.tensor, -1);
        const Sides *first = sidesOf(index, 0);
        for (size_t c = 0; c < m_group.channels; ++c) {
            if (use.of(c).empty())
                continue;
            if (!use.summed)
                out.made[c] = made(index, c);
            else // a weight that is made of constants
                out.summed[c] = first && ofZeros(node(index).op_type()) == OfZeros::Kept ? first->summed[c]
                                                                                         : State::Other;
        }
    }
}

State ZeroStates::made(int index, size_t channel) const
{
    const onnx::NodeProto &of = node(index);
    const std::string &op = of.op_type();
    const auto kept = [&](bool isKept) {
        return isKept && at(index, 0, channel) == State::Zero ? State::Zero : State::Other;
    };
    switch (ofZeros(op)) {
    case OfZeros::Kept:
        return kept(!findAttribute(of, "extrapolation_value")); // of a Resize
    case OfZeros::Added:
        return op == "Mod" ? State::Other : allOf(index, channel, op == "Where" ? 1 : 0);
    case OfZeros::Multiplied:
        return multiplied(index, channel);
    case OfZeros::Scaled:
        return normalized(index, channel);
    case OfZeros::Other:
        break;
    }
    if (op == "Concat")
        return ofParts(index, channel);
    if (op == "ConstantOfShape")
        return fillsWithZero(of) ? State::Zero : State::Other;
    if (op == "Div")
        return kept(at(index, 1, channel) == State::None);
    if (op == "Pow")
        return kept(of.input_size() > 1 && realOf(of.input(1)).value_or(0.0F) > 0.0F);
    if (op == "PRelu")
        return kept(true);
    if (op == "Clip" || op == "Pad")
        return kept(letsZeroThrough(of, [this](const std::string &name) { return realOf(name); }));
    if (op == "QuantizeLinear" || op == "DequantizeLinear")
        return quantized(index, channel);
    return State::Other;
}

/// Where the node sums over channels of the group, only its weight tells what it makes.
State ZeroStates::multiplied(int index, size_t channel) const
{
    const std::string &op = node(index).op_type();
    if (isRecurrent(op))
        return recurrent(index, channel);
    if (op == "ConvInteger" || op == "MatMulInteger") // what they take for zero is told apart
        return State::Other;
    bool isZero = false;
    for (const int input : {0, 1}) {
        const Sides *factor = sidesOf(index, input);
        if (!factor || factor->made[channel] != State::Zero)
            continue;
        const bool isWeight = std::ranges::any_of(factor->summed, [](State s) { return s != State::None; });
        isZero = isZero || isWeight || !sums(index);
    }
    if (!isZero)
        return State::Other;
    const bool addsMore = op == "Gemm" || op.starts_with("Conv");
    return addsMore ? allOf(index, channel, 2) : State::Zero;
}

/// Gates of nothing but zeros let nothing into the state.
State ZeroStates::recurrent(int index, size_t channel) const
{
    constexpr int lengths = 4; // an input that counts steps
    if (findAttribute(node(index), "activations"))
        return State::Other;
    for (int input = 1; input < node(index).input_size(); ++input)
        if (input != lengths && hasInput(node(index), static_cast<size_t>(input)) &&
            at(index, input, channel) != State::Zero)
            return State::Other;
    return State::Zero;
}

State ZeroStates::normalized(int index, size_t channel) const
{
    constexpr int mean = 3;
    const std::string &op = node(index).op_type();
    if (op.starts_with("Skip") || at(index, 2, channel) != State::Zero)
        return State::Other;
    const bool centred = op != "BatchNormalization" || at(index, mean, channel) == State::Zero;
    const bool isZero =
        at(index, 1, channel) == State::Zero || (at(index, 0, channel) == State::Zero && centred);
    return isZero ? State::Zero : State::Other;
}

State ZeroStates::quantized(int index, size_t channel) const
{
    constexpr int zeroPoint = 2;
    const bool hasPoint = hasInput(node(index), zeroPoint);
    const bool isZeroPoint = !hasPoint || at(index, zeroPoint, channel) == State::Zero ||
                             (at(index, zeroPoint, channel) == State::None &&
                              realOf(node(index).input(zeroPoint)).value_or(1.0F) == 0.0F);
    return isZeroPoint && at(index, 0, channel) == State::Zero ? State::Zero : State::Other;
}

/// Zero if all inputs from one on are.
State ZeroStates::allOf(int index, size_t channel, int first) const
{
    for (int input = first; input < node(index).input_size(); ++input)
        if (hasInput(node(index), static_cast<size_t>(input)) && at(index, input, channel) != State::Zero)
            return State::Other;
    return State::Zero;
}

State ZeroStates::ofParts(int index, size_t channel) const
{
    State state = State::None;
    for (int input = 0; input < node(index).input_size(); ++input)
        join(state, at(index, input, channel));
    return state == State::Zero ? State::Zero : State::Other;
}

bool ZeroStates::sums(int index) const
{
    for (int input = 0; input < node(index).input_size(); ++input)
        if (const Sides *found = sidesOf(index, input);
            found && std::ranges::any_of(found->summed, [](State s) { return s != State::None; }))
            return true;
    return false;
}

/// Whether the input is multiplied: biases, scales and zero points are not.
static bool isFactor(const std::string &op, int input)
{
    if (op == "QLinearConv" || op == "QLinearMatMul")
        return input == 0 || input == 3;
    const bool hasBias = op == "Gemm" || op == "Conv" || op == "ConvTranspose" || op == "ConvInteger" ||
                         op == "MatMulInteger" || op == "FusedConv";
    return !hasBias || input < 2;
}

/// What a node that sums over the group gets of the channel: zeros by either factor, or something.
State ZeroStates::readBy(int index, size_t channel) const
{
    const std::string output = node(index).output_size() > 0 ? node(index).output(0) : "";
    if (const auto made = m_sides.find({output, -1});
        made != m_sides.end() && made->second.summed[channel] != State::None)
        return State::None; // it only makes the weight
    bool isRead = false, isZero = false;
    for (int input = 0; input < node(index).input_size(); ++input) {
        const Sides *found = sidesOf(index, input);
        if (!found || !isFactor(node(index).op_type(), input))
            continue;
        const bool isWeight = found->summed[channel] != State::None;
        isRead = isRead || isWeight;
        isZero = isZero || (isWeight ? found->summed[channel] : found->made[channel]) == State::Zero;
    }
    if (isRecurrent(node(index).op_type()) && sumsOverItself(index, channel))
        isZero = recurrent(index, channel) == State::Zero;
    return !isRead ? State::None : isZero ? State::Zero : State::Other;
}

/// A recurrent node's state is what it makes and what it sums over.
bool ZeroStates::sumsOverItself(int index, size_t channel) const
{
    constexpr int ofState = 2;
    const Sides *weight = sidesOf(index, ofState);
    return weight && weight->summed[channel] != State::None;
}

bool ZeroStates::isDead(size_t channel) const
{
    bool isRead = false;
    for (const int index : m_nodes) {
        const State read = readBy(index, channel);
        if (read == State::Other)
            return false;
        isRead = isRead || read == State::Zero;
    }
    return isRead;
}

std::optional<float> ZeroStates::realOf(const std::string &name) const
{
    const Model::Content &content = m_model.content();
    const auto definition = content.index->find(0, name);
    const auto info = definition ? constantInfo(*content.index, *definition) : std::nullopt;
    if (!info || elementCount(info->shape) != 1)
        return std::nullopt;
    return toFloats(readConstant(*content.index, *definition, content.externalFiles, content.label)).front();
}

} // namespace lathe
