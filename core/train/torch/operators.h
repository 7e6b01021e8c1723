#pragma once
// ONNX's operators on tensors that know their gradient. Inside core/train/torch only.
#include "core/base/message.h"
#include "core/train/torch/attributes.h"

#include <ATen/ATen.h>
#include <span>
#include <unordered_map>

namespace lathe::train {

/// What differs while a network trains.
struct Mode {
    bool drops = false;           ///< dropout drops
    bool batchStatistics = false; ///< normalizations go by their batch
};

/// One node as it is computed.
struct Step {
    explicit Step(const onnx::NodeProto &proto, int64_t version)
        : node(&proto), attributes(proto), opset(version)
    {
    }

    const onnx::NodeProto *node;
    Attributes attributes;
    int64_t opset; ///< of its domain
    Mode mode = {};

    const std::string &operatorType() const { return node->op_type(); }
    size_t outputs() const { return static_cast<size_t>(node->output_size()); }
    /// Whether somebody may take that output.
    bool gives(int output) const { return output < node->output_size() && !node->output(output).empty(); }
};

/// What a node is given; undefined where it is left out.
class Arguments {
public:
    explicit Arguments(std::span<const at::Tensor> tensors) : m_tensors(tensors) {}

    size_t size() const { return m_tensors.size(); }
    bool has(size_t i) const { return i < m_tensors.size() && m_tensors[i].defined(); }
    /// @throws Error MalformedModel if it is left out
    const at::Tensor &operator[](size_t i) const;
    std::span<const at::Tensor> all() const { return m_tensors; }
    /// Whole numbers that a node is told by a tensor: axes, a shape, pads.
    std::vector<int64_t> integers(size_t i) const;
    double number(size_t i) const; ///< of a tensor of one value

private:
    std::span<const at::Tensor> m_tensors;
};

using Results = std::vector<at::Tensor>;
/// @throws Error Unsupported, with the reason alone (the caller names the node)
using Operator = Results (*)(const Step &, const Arguments &);
/// By operator type; of the standard domain.
using OperatorTable = std::unordered_map<std::string_view, Operator>;

void addProducts(OperatorTable &table);       ///< Conv, ConvTranspose, Gemm, MatMul, Einsum
void addNormalizations(OperatorTable &table); ///< batch, layer, group, instance, local response
void addActivations(OperatorTable &table);    ///< and other functions of each element alone
void addArithmetic(OperatorTable &table);     ///< of two and more, with broadcasting; comparisons
void addPooling(OperatorTable &table);
void addShapes(OperatorTable &table);     ///< what moves values and computes shapes
void addSelections(OperatorTable &table); ///< Gather, Slice and other parts of a tensor
void addReductions(OperatorTable &table);
void addResizing(OperatorTable &table);
void addRecurrence(OperatorTable &table); ///< LSTM, GRU, RNN
void addQuantization(OperatorTable &table);

/// None: there is no such operator here. Domain "" alone.
Operator findOperator(std::string_view domain, std::string_view type);

/// Of a node whose reasons are its operator's.
[[noreturn]] void refuse(const Message &reason);

/// An axis from either end as one from the start. @throws Error MalformedModel
int64_t wrapped(int64_t axis, int64_t rank);
std::vector<int64_t> wrapped(std::vector<int64_t> axes, int64_t rank);
/// Axes by the attribute of that name or, in newer opsets, by an input; all where neither is given.
std::vector<int64_t> axesOf(const Step &step, const Arguments &in, size_t input);
at::ScalarType scalarType(int64_t onnxType); ///< @throws Error Unsupported

} // namespace lathe::train
