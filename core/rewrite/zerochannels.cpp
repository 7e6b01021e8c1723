// Whether a channel that is made of zeros arrives as zeros where layers read it: then removing it is free.
#include "core/model/proto.h"
#include "core/onnx/graphview.h"
#include "core/rewrite/grouping.h"
#include "core/rewrite/zerorules.h"

#include <algorithm>
#include <map>

namespace lathe {
namespace {

constexpr int zero = -1; ///< else the node that makes something else

class Walker {
public:
    explicit Walker(Grouping &grouping) : m_grouping(grouping), m_axes(grouping.graph.axes) {}

    void run()
    {
        const onnx::GraphProto &graph = m_grouping.model.content().proto.graph();
        m_makes.resize(m_axes.tensors().size());
        for (const int index : m_grouping.model.content().view->order(0))
            visit(graph.node(index), index);
        for (const ChannelFacts::Root &summed : m_grouping.graph.facts.summed)
            for (const size_t g : m_grouping.groupsOfAxis[static_cast<size_t>(summed.axis)])
                judge(g, summed.node);
    }

private:
    /// What a tensor is in a group's channels when all that makes them is zero; none: it has none of them.
    std::optional<int> state(int tensor, size_t g) const
    {
        if (tensor < 0)
            return std::nullopt;
        if (m_axes.tensor(tensor).made)
            return carries(tensor, g) ? std::optional(zero) : std::nullopt;
        const auto &states = m_makes[static_cast<size_t>(tensor)];
        const auto found = states.find(g);
        return found == states.end() ? std::nullopt : std::optional(found->second);
    }

    bool carries(int tensor, size_t g) const
    {
        const AxisTensor &t = m_axes.tensor(tensor);
        for (size_t d = 0; d < t.shape.size(); ++d) {
            const auto &groups = m_grouping.groupsOfAxis[static_cast<size_t>(t.firstAxis) + d];
            if (std::ranges::find(groups, g) != groups.end())
                return true;
        }
        return false;
    }

    void visit(const onnx::NodeProto &node, int index)
    {
        const std::vector<int> &in = m_grouping.graph.in[static_cast<size_t>(index)];
        for (const int out : m_grouping.graph.out[static_cast<size_t>(index)]) {
            if (out < 0 || m_axes.tensor(out).made)
                continue;
            const AxisTensor &tensor = m_axes.tensor(out);
            for (size_t d = 0; d < tensor.shape.size(); ++d)
                for (const size_t g : m_grouping.groupsOfAxis[static_cast<size_t>(tensor.firstAxis) + d])
                    m_makes[static_cast<size_t>(out)].try_emplace(g, made(node, index, in, g));
        }
    }

    int made(const onnx::NodeProto &node, int index, const std::vector<int> &in, size_t g) const
    {
        const std::string &op = node.op_type();
        const auto at = [&](size_t i) { return i < in.size() ? state(in[i], g) : std::nullopt; };
        const OfZeros rule = ofZeros(op);
        if (rule == OfZeros::Kept)
            return at(0).value_or(index);
        if (rule == OfZeros::Added)
            return sumOf(node, index, in, g, op == "Where" ? 1 : 0);
        if (rule == OfZeros::Multiplied) {
            if (at(0) != zero && at(1) != zero)
                return at(0).value_or(at(1).value_or(index));
            const bool addsMore = op == "Gemm" || op.starts_with("Conv");
            return addsMore ? sumOf(node, index, in, g, 2) : zero;
        }
        if (rule == OfZeros::Scaled) {
            const size_t scale = op.starts_with("Skip") ? 2 : 1;
            return at(scale) == zero && (!hasInput(node, scale + 1) || at(scale + 1) == zero) ? zero : index;
        }
        if (op == "Concat")
            return ofParts(in, g).value_or(index);
        if (op == "ConstantOfShape")
            return fillsWithZero(node) ? zero : index;
        if (op == "Div" || op == "Pow")
            return at(1) ? index : at(0).value_or(index);
        if (op == "PRelu" || op == "Clip" || op == "Pad" || op.ends_with("Linear"))
            return letsZeroThrough(node,
                                   [this](const std::string &name) { return m_grouping.graph.realOf(name); })
                       ? at(0).value_or(index)
                       : index;
        return index;
    }

    /// Of the inputs from one on: zero if all of them are.
    int sumOf(const onnx::NodeProto &node, int index, const std::vector<int> &in, size_t g,
              size_t first) const
    {
        for (size_t i = first; i < in.size(); ++i)
            if (hasInput(node, i))
                if (const int made = state(in[i], g).value_or(index); made != zero)
                    return made;
        return zero;
    }

    /// Of those inputs that have channels of the group.
    std::optional<int> ofParts(const std::vector<int> &in, size_t g) const
    {
        std::optional<int> joint;
        for (const int tensor : in)
            if (const auto part = state(tensor, g); part && (!joint || *joint == zero))
                joint = part;
        return joint;
    }

    void judge(size_t g, int node)
    {
        Message &text = m_grouping.result.groups[g].notZero;
        for (const int tensor : m_grouping.graph.in[static_cast<size_t>(node)])
            if (const auto found = state(tensor, g); text.empty() && found && *found != zero)
                text = Message::tr("{} makes something else than zero of zero", m_grouping.label(*found));
    }

    Grouping &m_grouping;
    const ChannelAxes &m_axes;
    std::vector<std::map<size_t, int>> m_makes; ///< by tensor: zero or the node that makes something else
};

} // namespace

void findZeros(Grouping &grouping)
{
    Walker(grouping).run();
}

} // namespace lathe
