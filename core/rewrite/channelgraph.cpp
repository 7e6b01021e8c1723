#include "core/rewrite/channelgraph.h"

#include "core/model/proto.h"
#include "core/onnx/constants.h"
#include "core/onnx/graphview.h"
#include "core/rewrite/laidout.h"

#include <algorithm>
#include <array>

namespace lathe {
namespace {

/// Inputs by which a node is told sizes, axes and places: not computed with, but followed.
bool takesSizes(const onnx::NodeProto &node, int input)
{
    struct Slot {
        std::string_view op;
        int first, last;
    };
    static constexpr std::array<Slot, 12> slots{{{"Reshape", 1, 1},
                                                 {"Expand", 1, 1},
                                                 {"ConstantOfShape", 0, 0},
                                                 {"Resize", 3, 3},
                                                 {"Slice", 1, 4},
                                                 {"Tile", 1, 1},
                                                 {"Pad", 1, 1},
                                                 {"Split", 1, 1},
                                                 {"Unsqueeze", 1, 1},
                                                 {"Squeeze", 1, 1},
                                                 {"Shape", 0, 0},
                                                 {"Size", 0, 0}}};
    return isStandardDomain(node.domain()) && std::ranges::any_of(slots, [&](const Slot &slot) {
               return slot.op == node.op_type() && input >= slot.first && input <= slot.last;
           });
}

class Follower {
public:
    Follower(const Model &model, const JobContext &ctx)
        : m_content(model.content()), m_view(*m_content.view), m_index(*m_content.index),
          m_graph(m_content.proto.graph()), m_opset(model.opset()), m_ctx(ctx)
    {
        m_result.values = inferValues(m_content.proto, m_view, m_content.externalFiles);
        const auto count = static_cast<size_t>(m_graph.node_size());
        m_result.in.resize(count);
        m_result.out.resize(count);
        for (const auto &node : m_graph.node())
            m_result.labels.push_back(nodeLabel(node));
    }

    ChannelGraph run()
    {
        addSources();
        const std::vector<int> &order = m_view.order(0);
        for (size_t i = 0; i < order.size(); ++i) {
            if (i % 256 == 0)
                m_ctx.checkpoint(static_cast<double>(i) / static_cast<double>(order.size()),
                                 Message::tr("following the channels"));
            visit(order[i]);
        }
        lockInterface();
        chooseFactors(m_result.axes, m_result.facts,
                      [this](int node) { return m_result.labels[static_cast<size_t>(node)]; });
        return std::move(m_result);
    }

private:
    const Shape *shapeOf(const std::string &name) const
    {
        const auto found = m_result.values.shapes.find(name);
        return found == m_result.values.shapes.end() ? nullptr : &found->second;
    }
    const WholeNumbers *numbersOf(const std::string &name) const
    {
        const auto found = m_result.values.numbers.find(name);
        return found == m_result.values.numbers.end() ? nullptr : &found->second;
    }

    /// @returns -1 when the shape is unknown
    int addTensor(const std::string &name, bool stored, bool made, int reader = -1)
    {
        const Shape *shape = shapeOf(name);
        return shape ? m_result.axes.add({name, *shape, stored, made, reader, noAxis}) : -1;
    }

    void addSources()
    {
        for (const auto &[name, definition] : m_index.graphs()[0].names) {
            if (constantInfo(m_index, definition))
                m_constants.emplace(name, definition);
        }
        for (const auto &input : m_graph.input())
            if (!m_constants.contains(input.name()))
                m_tensors[input.name()] = addTensor(input.name(), false, false);
    }

    /// Small constants are often shared by chance (zeros, ones): each reader has them for itself.
    int constantFor(const std::string &name, int node)
    {
        const Shape *shape = shapeOf(name);
        const bool isList = shape && std::ranges::count_if(*shape, [](int64_t d) { return d != 1; }) <= 1;
        if (isList && m_view.readers(0, name).size() > 1)
            return addTensor(name, true, true, node);
        const auto known = m_tensors.find(name);
        if (known != m_tensors.end())
            return known->second;
        const int tensor = m_tensors[name] = addTensor(name, true, true);
        if (m_constants.at(name).kind == Definition::Kind::SparseInitializer)
            lockTensor(tensor, Message::tr("{} is stored as a sparse tensor", name));
        return tensor;
    }

    int tensorFor(const std::string &name, int node)
    {
        if (name.empty())
            return -1;
        if (m_constants.contains(name))
            return constantFor(name, node);
        const auto known = m_tensors.find(name);
        return known == m_tensors.end() ? -1 : known->second;
    }

    bool isMade(const onnx::NodeProto &node, int index) const
    {
        if (!m_index.subgraphs({0, index}).empty() || node.input_size() == 0)
            return false;
        return std::ranges::all_of(node.input(), [&](const std::string &name) {
            return name.empty() || m_constants.contains(name) || m_made.contains(name);
        });
    }

    void visit(int index)
    {
        const onnx::NodeProto &node = m_graph.node(index);
        if (constantInfo(m_index, {0, Definition::Kind::Node, index}))
            return;
        std::vector<int> &in = m_result.in[static_cast<size_t>(index)];
        std::vector<int> &out = m_result.out[static_cast<size_t>(index)];
        const bool made = isMade(node, index);
        for (const std::string &name : node.input())
            in.push_back(tensorFor(name, index));
        for (const std::string &name : node.output()) {
            out.push_back(name.empty() ? -1 : addTensor(name, false, made));
            m_tensors[name] = out.back();
            if (made)
                m_made.insert(name);
        }
        if (followNumbers(node, index))
            return;
        standInForInput(node, index);
        lockComputedLengths(node, index);
        follow(node, index);
    }

    /// What a layer reads may be of any size: of it the weight tells what matters, the axis that it sums
    /// over.
    void standInForInput(const onnx::NodeProto &node, int index)
    {
        std::vector<int> &in = m_result.in[static_cast<size_t>(index)];
        const bool isConvolution = node.op_type() == "Conv" || node.op_type() == "ConvTranspose";
        if (!isConvolution || in.size() < 2 || in[0] >= 0 || in[1] < 0)
            return;
        const Shape weight = m_result.axes.tensor(in[1]).shape;
        if (weight.size() < 3)
            return;
        Shape shape(weight.size(), 1);
        const int64_t groups = node.op_type() == "Conv" ? intAttribute(node, "group", 1) : 1;
        const int64_t columns = node.op_type() == "Conv" ? weight[1] : weight[0];
        if (__builtin_mul_overflow(columns, groups, &shape[1]) || shape[1] < 1)
            return;
        in[0] = m_result.axes.add({node.input(0), shape, false, false, -1, noAxis});
        lockTensor(in[0], Message::tr("the shape of {} is known only when the model runs", node.input(0)));
    }

    /// @returns whether what the node gives is known in numbers
    bool followNumbers(const onnx::NodeProto &node, int index)
    {
        const WholeNumbers *result = node.output_size() == 1 ? numbersOf(node.output(0)) : nullptr;
        if (!result)
            return false;
        const int first =
            m_result.in[static_cast<size_t>(index)].empty() ? -1 : m_result.in[static_cast<size_t>(index)][0];
        m_result.origins.follow(
            node, *result, [&](int i) { return i < node.input_size() ? numbersOf(node.input(i)) : nullptr; },
            first >= 0 ? &m_result.axes.tensor(first) : nullptr);
        return true;
    }

    /// Lengths that go into anything but shapes are part of what is computed.
    void lockComputedLengths(const onnx::NodeProto &node, int index)
    {
        const std::string &label = m_result.labels[static_cast<size_t>(index)];
        for (int i = 0; i < node.input_size(); ++i) {
            if (isStandardDomain(node.domain()) && node.op_type() == "Slice" && (i == 1 || i == 2))
                lockLengthsOfOtherAxes(node, index, i);
            if (takesSizes(node, i))
                continue;
            if (const auto *origins = m_result.origins.find(node.input(i)))
                lockLengths(*origins, Message::tr("{} computes with how many there are", label));
        }
        if (isStandardDomain(node.domain()) && node.op_type() == "Size")
            lockTensor(m_result.in[static_cast<size_t>(index)][0],
                       Message::tr("{} computes with how many there are", label));
    }

    /// A length may say how much is cut of its own axis, which is as long, not of another one.
    void lockLengthsOfOtherAxes(const onnx::NodeProto &node, int index, int input)
    {
        const auto *origins = m_result.origins.find(node.input(input));
        const int cut = m_result.in[static_cast<size_t>(index)][0];
        if (!origins || cut < 0)
            return;
        const AxisTensor &tensor = m_result.axes.tensor(cut);
        const WholeNumbers *axes = node.input_size() > 3 ? numbersOf(node.input(3)) : nullptr;
        for (size_t k = 0; k < origins->size(); ++k) {
            int64_t d = axes && k < axes->values.size() ? axes->values[k] : static_cast<int64_t>(k);
            d += d < 0 ? std::ssize(tensor.shape) : 0;
            for (const AxisId axis : (*origins)[k].axes)
                if (d < 0 || d >= std::ssize(tensor.shape) ||
                    m_result.axes.length(axis) != tensor.shape[static_cast<size_t>(d)])
                    m_result.axes.lock(axis, Message::tr("{} cuts another axis by how many there are",
                                                         m_result.labels[static_cast<size_t>(index)]));
        }
    }

    void lockLengths(const std::vector<NumberOrigin> &origins, const Message &reason,
                     bool isInterface = false)
    {
        for (const NumberOrigin &origin : origins)
            for (const AxisId axis : origin.axes)
                m_result.axes.lock(axis, reason, isInterface);
    }

    void lockTensor(int tensor, const Message &reason, bool isInterface = false)
    {
        if (tensor < 0)
            return;
        const AxisTensor &t = m_result.axes.tensor(tensor);
        for (size_t d = 0; d < t.shape.size(); ++d)
            m_result.axes.lock(t.firstAxis + static_cast<AxisId>(d), reason, isInterface);
    }

    void follow(const onnx::NodeProto &node, int index)
    {
        RuleSite site{m_result.axes,
                      m_result.facts,
                      node,
                      index,
                      m_result.labels[static_cast<size_t>(index)],
                      m_opset,
                      m_result.in[static_cast<size_t>(index)],
                      m_result.out[static_cast<size_t>(index)],
                      {},
                      {},
                      {}};
        site.numbers = [&](int i) { return i < node.input_size() ? numbersOf(node.input(i)) : nullptr; };
        site.reals = [&](int i) { return realsOf(node, i); };
        site.isUsed = [&](int o) {
            return !m_view.readers(0, node.output(o)).empty() || m_view.isOutput(0, node.output(o));
        };
        const Message reason = obstacle(node, site);
        if (reason.empty()) {
            addShaped(node, index);
            addReals(node);
            return;
        }
        m_result.unfollowed.emplace(index, reason);
        site.lockAll(reason);
        for (const GraphView::Read &read : m_view.reads({0, index})) // inside of its branches, too
            lockTensor(tensorFor(std::string(read.name), -1), reason);
    }

    /// Why a node cannot be followed; empty: its rule has been.
    Message obstacle(const onnx::NodeProto &node, RuleSite &site) const
    {
        if (!m_index.subgraphs({0, site.index}).empty())
            return Message::tr("{} reads it inside of its own graphs ({})", site.label, node.op_type());
        const ChannelRule rule = channelRule(node);
        if (!rule)
            return Message::tr("{} is an operator that is not understood here ({})", site.label,
                               node.op_type());
        for (const auto &[names, tensors] :
             {std::pair(&node.input(), &site.in), std::pair(&node.output(), &site.out)})
            for (int i = 0; i < names->size(); ++i)
                if (!(*names)[i].empty() && (*tensors)[static_cast<size_t>(i)] < 0 && isNeeded((*names)[i]))
                    return Message::tr("the shape of {} is known only when the model runs", (*names)[i]);
        for (const std::vector<int> *tensors : {&site.in, &site.out})
            for (const int tensor : *tensors)
                if (tensor >= 0 && hasSingle(tensor))
                    return Message::tr("{} has axes of too many places to tell them apart", site.label);
        return rule(site) ? Message() : Message::tr("{} cannot be followed ({})", site.label, node.op_type());
    }

    bool hasSingle(int tensor) const
    {
        const AxisTensor &t = m_result.axes.tensor(tensor);
        for (size_t d = 0; d < t.shape.size(); ++d)
            if (m_result.axes.isSingle(t.firstAxis + static_cast<AxisId>(d)))
                return true;
        return false;
    }

    /// Not so what nobody reads.
    bool isNeeded(const std::string &name) const
    {
        return !m_view.readers(0, name).empty() || m_view.isOutput(0, name);
    }

    std::optional<std::vector<float>> realsOf(const onnx::NodeProto &node, int input) const
    {
        if (const auto *attribute = findAttribute(node, "scales"))
            return std::vector<float>(attribute->floats().begin(), attribute->floats().end());
        return input < node.input_size() ? realsOf(node.input(input)) : std::nullopt;
    }

    /// Of a short constant.
    std::optional<std::vector<float>> realsOf(const std::string &name) const
    {
        constexpr int64_t most = 64;
        const auto found = m_constants.find(name);
        if (found == m_constants.end() || found->second.kind == Definition::Kind::SparseInitializer)
            return std::nullopt;
        const auto info = constantInfo(m_index, found->second);
        if (!isFloat(info->type) || elementCount(info->shape) > most)
            return std::nullopt;
        return toFloats(readConstant(m_index, found->second, m_content.externalFiles, m_content.label));
    }

    void addReals(const onnx::NodeProto &node)
    {
        if (node.op_type() != "Clip" && node.op_type() != "Pad")
            return;
        for (const std::string &name : node.input())
            if (const auto values = realsOf(name); values && values->size() == 1)
                m_result.reals.emplace(name, values->front());
    }

    void addShaped(const onnx::NodeProto &node, int index)
    {
        const std::string &op = node.op_type();
        const int input = op == "Resize" ? 3 : op == "ConstantOfShape" ? 0 : 1;
        const bool isShaped = op == "Reshape" || op == "Expand" || op == "ConstantOfShape" || op == "Resize";
        const std::vector<int> &in = m_result.in[static_cast<size_t>(index)];
        const int to = m_result.out[static_cast<size_t>(index)][0];
        if (!isShaped || to < 0)
            return;
        const std::string numbers = input < node.input_size() ? node.input(input) : std::string();
        if (numbers.empty() && !findAttribute(node, "shape"))
            return;
        m_result.shaped.push_back(
            {index, op == "Resize" ? "sizes" : "shape", numbers, in.empty() ? -1 : in[0], to});
    }

    void lockInterface()
    {
        for (const auto &input : m_graph.input())
            if (const auto found = m_tensors.find(input.name());
                found != m_tensors.end() && !m_constants.contains(input.name()))
                lockTensor(found->second, Message::tr("the input {}", input.name()), true);
        for (const auto &output : m_graph.output()) {
            const Message reason = Message::tr("the output {}", output.name());
            lockTensor(tensorFor(output.name(), -1), reason, true);
            if (const auto *origins = m_result.origins.find(output.name()))
                lockLengths(*origins, reason, true);
        }
    }

    const Model::Content &m_content;
    const GraphView &m_view;
    const GraphIndex &m_index;
    const onnx::GraphProto &m_graph;
    int64_t m_opset;
    const JobContext &m_ctx;
    std::unordered_map<std::string, Definition> m_constants;
    std::unordered_map<std::string, int> m_tensors; ///< -1: of unknown shape
    std::set<std::string> m_made;
    ChannelGraph m_result;
};

} // namespace

ChannelGraph followChannels(const Model &model, const JobContext &ctx)
{
    return Follower(model, ctx).run();
}

} // namespace lathe
