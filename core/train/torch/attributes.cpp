#include "core/train/torch/attributes.h"

namespace lathe::train {

double Attributes::number(std::string_view name, double fallback) const
{
    const onnx::AttributeProto *found = findAttribute(*m_node, name);
    return found ? static_cast<double>(found->f()) : fallback;
}

std::string Attributes::text(std::string_view name, std::string_view fallback) const
{
    const onnx::AttributeProto *found = findAttribute(*m_node, name);
    return found ? found->s() : std::string(fallback);
}

std::vector<int64_t> Attributes::integers(std::string_view name, std::vector<int64_t> fallback) const
{
    const onnx::AttributeProto *found = findAttribute(*m_node, name);
    return found ? std::vector<int64_t>(found->ints().begin(), found->ints().end()) : std::move(fallback);
}

std::vector<double> Attributes::numbers(std::string_view name) const
{
    const onnx::AttributeProto *found = findAttribute(*m_node, name);
    return found ? std::vector<double>(found->floats().begin(), found->floats().end())
                 : std::vector<double>();
}

std::vector<std::string> Attributes::texts(std::string_view name) const
{
    const onnx::AttributeProto *found = findAttribute(*m_node, name);
    return found ? std::vector<std::string>(found->strings().begin(), found->strings().end())
                 : std::vector<std::string>();
}

} // namespace lathe::train
