#pragma once
// A node's attributes with their defaults. Inside core/train/torch only.
#include "core/onnx/graphindex.h"

namespace lathe::train {

/// Reads from the node, which must outlive it.
class Attributes {
public:
    explicit Attributes(const onnx::NodeProto &node) : m_node(&node) {}

    bool has(std::string_view name) const { return findAttribute(*m_node, name) != nullptr; }
    int64_t integer(std::string_view name, int64_t fallback) const
    {
        return intAttribute(*m_node, name, fallback);
    }
    double number(std::string_view name, double fallback) const;
    std::string text(std::string_view name, std::string_view fallback) const;
    std::vector<int64_t> integers(std::string_view name, std::vector<int64_t> fallback = {}) const;
    std::vector<double> numbers(std::string_view name) const;
    std::vector<std::string> texts(std::string_view name) const;

private:
    const onnx::NodeProto *m_node;
};

} // namespace lathe::train
