#include "core/onnx/valuetypes.h"

#include "core/onnx/constants.h"

#include <algorithm>
#include <set>

namespace lathe {
namespace {

using Names = std::set<std::string_view>;

ElementType attributeType(const onnx::NodeProto &node, const char *name, ElementType fallback)
{
    return static_cast<ElementType>(intAttribute(node, name, static_cast<int64_t>(fallback)));
}

class Walker {
public:
    explicit Walker(const GraphView &view) : m_view(view), m_graph(*view.index().graphs()[0].graph) {}

    ValueTypes run()
    {
        const auto declare = [this](const auto &values) {
            for (const auto &value : values)
                if (value.type().has_tensor_type())
                    set(value.name(), static_cast<ElementType>(value.type().tensor_type().elem_type()));
        };
        declare(m_graph.input());
        declare(m_graph.output());
        declare(m_graph.value_info());
        for (const auto &[name, definition] : m_view.index().graphs()[0].names)
            if (const auto info = constantInfo(m_view.index(), definition))
                set(name, info->type);
        for (const int node : m_view.order(0))
            visit(m_graph.node(node));
        return std::move(m_types);
    }

private:
    void set(std::string_view name, ElementType type)
    {
        if (!name.empty() && type != ElementType::Undefined)
            m_types.emplace(name, type);
    }
    ElementType ofInput(const onnx::NodeProto &node, int input) const
    {
        const auto known = input < node.input_size() ? m_types.find(node.input(input)) : m_types.end();
        return known == m_types.end() ? ElementType::Undefined : known->second;
    }

    void visit(const onnx::NodeProto &node)
    {
        for (int i = 0; i < node.output_size(); ++i)
            if (!m_types.contains(node.output(i)))
                set(node.output(i), typeOfOutput(node, i));
    }

    ElementType typeOfOutput(const onnx::NodeProto &node, int output) const
    {
        const std::string &op = node.op_type();
        if (!isStandardDomain(node.domain()))
            return op == "MatMulNBits" ? ofInput(node, 0) : ElementType::Undefined;
        static const Names whole{"Shape", "Size", "ArgMax", "ArgMin", "NonZero", "NonMaxSuppression"};
        static const Names truth{"Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual", "And",
                                 "Or",    "Not",     "Xor",  "IsNaN",          "IsInf"};
        static const Names unknown{"If", "Loop", "Scan", "SequenceAt", "Optional", "OptionalGetElement"};
        if (whole.contains(op))
            return ElementType::Int64;
        if (truth.contains(op))
            return ElementType::Bool;
        if (unknown.contains(op))
            return ElementType::Undefined;
        if (output > 0 && (op == "TopK" || op == "Unique" || op == "MaxPool"))
            return ElementType::Int64;
        if (output > 0 && op == "Dropout")
            return ElementType::Bool;
        if (op == "Cast")
            return attributeType(node, "to", ElementType::Undefined);
        if (op == "QuantizeLinear" || op == "DynamicQuantizeLinear" || op == "DequantizeLinear" ||
            op.ends_with("Integer") || op.starts_with("QLinear"))
            return typeOfCodes(node, output);
        if (op == "Where" || op == "CastLike")
            return ofInput(node, 1);
        if (op == "OneHot")
            return ofInput(node, 2);
        if (node.input_size() == 0 || op == "ConstantOfShape") {
            const onnx::AttributeProto *value = findAttribute(node, "value");
            return value && value->has_t() ? static_cast<ElementType>(value->t().data_type())
                                           : attributeType(node, "dtype", ElementType::Float32);
        }
        return ofInput(node, 0);
    }

    ElementType typeOfCodes(const onnx::NodeProto &node, int output) const
    {
        const std::string &op = node.op_type();
        const auto or8 = [](ElementType type) {
            return type == ElementType::Undefined ? ElementType::UInt8 : type;
        };
        if (op == "DequantizeLinear")
            return ofInput(node, 1);
        if (op == "QuantizeLinear")
            return or8(node.input_size() > 2 ? ofInput(node, 2)
                                             : attributeType(node, "output_dtype", ElementType::Undefined));
        if (op == "DynamicQuantizeLinear")
            return output == 1 ? ElementType::Float32 : ElementType::UInt8;
        return op.ends_with("Integer") ? ElementType::Int32 : ofInput(node, 7); // the output's zero point
    }

    const GraphView &m_view;
    const onnx::GraphProto &m_graph;
    ValueTypes m_types;
};

} // namespace

ValueTypes valueTypes(const GraphView &view)
{
    return Walker(view).run();
}

} // namespace lathe
