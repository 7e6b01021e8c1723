#include "core/archive/tensoruse.h"

#include "core/model/proto.h"
#include "core/onnx/graphindex.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace lathe {
namespace {

class Uses {
public:
    explicit Uses(const Model &model) : m_index(*model.content().index)
    {
        for (const GraphIndex::Entry &entry : m_index.graphs()) {
            for (const auto &tensor : entry.graph->initializer())
                addConstant(tensor.name(), &tensor);
            for (const auto &tensor : entry.graph->sparse_initializer())
                addConstant(tensor.values().name(), nullptr);
        }
        for (const NodeRef ref : m_index.nodes())
            addNode(m_index.node(ref));
    }

    std::map<std::string, TensorUse> take()
    {
        std::map<std::string, TensorUse> uses;
        for (const auto &[name, tensor] : m_tensors)
            uses[std::string(name)] = {tensor ? codeBits(name, *tensor) : 0, layer(name)};
        return uses;
    }

private:
    void addConstant(std::string_view name, const onnx::TensorProto *tensor)
    {
        m_constant.insert(name);
        m_tensors[name] = tensor;
    }
    void addNode(const onnx::NodeProto &node)
    {
        if (node.op_type() == "Constant" && node.output_size() == 1) {
            const onnx::AttributeProto *value = findAttribute(node, "value");
            addConstant(node.output(0), value ? &value->t() : nullptr);
            return;
        }
        bool constant = node.input_size() > 0;
        for (const std::string &input : node.input()) {
            constant = constant && (input.empty() || m_constant.contains(input));
            m_readers[input].push_back(&node);
        }
        if (constant)
            m_constant.insert(node.output().begin(), node.output().end());
    }

    const std::vector<const onnx::NodeProto *> &readers(std::string_view name) const
    {
        static const std::vector<const onnx::NodeProto *> none;
        const auto found = m_readers.find(name);
        return found == m_readers.end() ? none : found->second;
    }
    /// The only node that reads a value, when it has this operator.
    const onnx::NodeProto *onlyReader(std::string_view name,
                                      std::initializer_list<const char *> operators) const
    {
        const auto &all = readers(name);
        if (all.size() != 1 || std::none_of(operators.begin(), operators.end(),
                                            [&](const char *op) { return all.front()->op_type() == op; }))
            return nullptr;
        return all.front();
    }
    /// Dimensions of the constant that is a node's second input.
    std::vector<int64_t> tableShape(const onnx::NodeProto &node) const
    {
        const auto found = node.input_size() > 1 ? m_tensors.find(node.input(1)) : m_tensors.end();
        if (found == m_tensors.end() || !found->second)
            return {};
        return {found->second->dims().begin(), found->second->dims().end()};
    }

    int codeBits(std::string_view name, const onnx::TensorProto &tensor) const
    {
        const auto type = static_cast<ElementType>(tensor.data_type());
        const int width = elementBits(type);
        if (width != 8 && width != 4)
            return 0;
        if (const onnx::NodeProto *node = onlyReader(name, {"MatMulNBits"}))
            return static_cast<int>(std::clamp<int64_t>(intAttribute(*node, "bits", 4), 1, 8));
        return type == ElementType::UInt8 ? unpackedBits(name).value_or(width) : width;
    }
    /// Bytes [groups, b] times a matrix [b, pieces], rounded down, times a matrix [pieces, codes].
    std::optional<int> unpackedBits(std::string_view name) const
    {
        const onnx::NodeProto *cast = onlyReader(name, {"Cast"});
        const onnx::NodeProto *shift = cast ? onlyReader(cast->output(0), {"MatMul"}) : nullptr;
        const onnx::NodeProto *floor = shift ? onlyReader(shift->output(0), {"Floor"}) : nullptr;
        const onnx::NodeProto *merge = floor ? onlyReader(floor->output(0), {"MatMul", "Gemm"}) : nullptr;
        if (!merge)
            return std::nullopt;
        const std::vector<int64_t> shifts = tableShape(*shift), codes = tableShape(*merge);
        if (shifts.size() != 2 || codes.size() != 2 || codes[1] < 1 || shifts[0] < 1 || shifts[0] > 8)
            return std::nullopt;
        const int64_t bits = 8 * shifts[0] / codes[1];
        return bits >= 1 && bits <= 8 ? std::optional(static_cast<int>(bits)) : std::nullopt;
    }

    std::string layer(std::string_view name) const
    {
        std::unordered_set<std::string_view> seen{name};
        std::vector<std::string_view> open{name};
        for (size_t i = 0; i < open.size(); ++i) {
            for (const onnx::NodeProto *node : readers(open[i])) {
                const bool constant =
                    std::all_of(node->output().begin(), node->output().end(),
                                [&](const auto &output) { return m_constant.contains(output); });
                if (!constant)
                    return nodeLabel(*node);
                for (const std::string &output : node->output())
                    if (seen.insert(output).second)
                        open.push_back(output);
            }
        }
        return {};
    }

    const GraphIndex &m_index;
    std::unordered_set<std::string_view> m_constant;
    std::unordered_map<std::string_view, const onnx::TensorProto *> m_tensors;
    std::unordered_map<std::string_view, std::vector<const onnx::NodeProto *>> m_readers;
};

} // namespace

std::map<std::string, TensorUse> tensorUses(const Model &model)
{
    return Uses(model).take();
}

} // namespace lathe
