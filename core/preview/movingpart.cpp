#include "core/preview/movingpart.h"

#include "core/model/proto.h"

#include <algorithm>
#include <array>
#include <unordered_set>

namespace lathe {
namespace {

/// That runtimes compute together with the convolution or product in front of them.
constexpr std::array fusedOperators = {
    "BatchNormalization", "Relu", "Clip", "LeakyRelu", "Sigmoid", "Tanh", "HardSigmoid", "HardSwish"};

class MovingPart {
public:
    MovingPart(const GraphView &view, const onnx::GraphProto &graph, const std::set<std::string> &changing)
        : m_view(view), m_graph(graph)
    {
        for (int node = 0; node < graph.node_size(); ++node)
            if (std::ranges::any_of(view.reads({0, node}), [&](const GraphView::Read &read) {
                    return changing.contains(std::string(read.name));
                }))
                m_moving.push_back(node);
    }

    /// Of the moving nodes that no other moving one depends on.
    std::set<std::string> outputs() const
    {
        std::unordered_set<int> above;
        for (const int node : m_moving)
            collectAbove(node, above);
        std::set<std::string> names;
        for (const int node : m_moving)
            if (!above.contains(node))
                for (const std::string &output : m_graph.node(node).output())
                    if (!output.empty())
                        names.insert(behindFused(output));
        return names;
    }

private:
    void collectAbove(int node, std::unordered_set<int> &above) const
    {
        std::vector<int> open = {node};
        while (!open.empty()) {
            const int from = open.back();
            open.pop_back();
            for (const GraphView::Read &read : m_view.reads({0, from}))
                if (read.maker && read.maker->kind == Definition::Kind::Node &&
                    above.insert(read.maker->index).second)
                    open.push_back(read.maker->index);
        }
    }
    std::string behindFused(std::string value) const
    {
        for (;;) {
            const auto reader = m_view.onlyReader(0, value);
            if (!reader || reader->node.graph != 0 || reader->input != 0)
                return value;
            const onnx::NodeProto &node = m_graph.node(reader->node.node);
            if (node.output_size() != 1 ||
                std::ranges::find(fusedOperators, node.op_type()) == fusedOperators.end())
                return value;
            value = node.output(0);
        }
    }

    const GraphView &m_view;
    const onnx::GraphProto &m_graph;
    std::vector<int> m_moving;
};

} // namespace

std::optional<GraphCut> cutBehindMoving(const Model &behind, const std::set<std::string> &changing)
{
    const GraphView &view = *behind.content().view;
    const MovingPart moving(view, behind.content().proto.graph(), changing);
    GraphCut cut = cutGraph(view, moving.outputs(), false);
    const bool readsChanging =
        std::ranges::any_of(cut.inputs, [&](const std::string &input) { return changing.contains(input); });
    if (!cut.obstacle.empty() || cut.wholeModel() || readsChanging)
        return std::nullopt;
    return cut;
}

} // namespace lathe
