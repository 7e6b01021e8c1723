#pragma once
// A layer: a node with a constant weight that can be compressed.
#include "core/base/matrix.h"
#include "core/base/message.h"
#include "core/onnx/tensor.h"

#include <optional>
#include <string>
#include <vector>

namespace lathe {

enum class LayerKind { Conv, ConvTranspose, Gemm, MatMul, Embedding, Lstm, Gru };

/// One step of the way from the stored constant to the weight matrix.
struct LayoutStep {
    enum class Kind { Reshape, Transpose };
    Kind kind = Kind::Reshape;
    Shape from;                       ///< shape before the step
    Shape to;                         ///< shape after the step
    std::vector<int64_t> permutation; ///< of a transpose

    bool operator==(const LayoutStep &) const = default;
};

/// How a stored constant becomes the matrix [rows, cols]: steps in order, the last one ends at {rows, cols}.
/// Every step can be undone, so the matrix and the constant hold the same numbers.
struct WeightLayout {
    std::vector<LayoutStep> steps; ///< empty: the constant is the matrix already
};

Matrix constantToMatrix(const WeightLayout &layout, std::span<const float> constant, Index rows, Index cols);
std::vector<float> matrixToConstant(const WeightLayout &layout, const Matrix &matrix);

/// What the window and the command line list. The weight matrix is [rows, cols] = [out, in]:
/// Conv [out, in/group * kh * kw]; ConvTranspose the same after moving `out` first; Gemm and MatMul [out, in]
/// whatever side and transposition the file uses; a MatMul constant of more than two dimensions [batch * out,
/// in]; an embedding (Gather) [entries, width]; LSTM and GRU two layers "NAME/W" and "NAME/R", [directions *
/// gates * hidden, in].
struct Layer {
    std::string name; ///< unique in the model; the node's name, else its first output's
    std::string op;   ///< "Conv"
    LayerKind kind = LayerKind::Conv;
    std::string weightName; ///< the stored constant (initializer, or output of a Constant node)
    ElementType weightType = ElementType::Undefined;
    Shape weightShape; ///< of the stored constant
    WeightLayout layout;
    Index rows = 0;
    Index cols = 0;
    int64_t groups = 1;     ///< of a convolution
    Shape kernel;           ///< {kh, kw} of a convolution, else empty
    int64_t parameters = 0; ///< elements of the weight (the bias is not the layer's)
    /// Of the numbers stored in the file: the constant's, or those of all constants that nodes compute the
    /// weight from (codes, scales, masks, codebooks).
    int64_t weightBytes = 0;
    /// What the weight takes in the file: those constants with their names, and the nodes that compute it.
    /// What nodes make several weights of counts for the first of them; of a tied layer it is the other's.
    int64_t fileBytes = 0;
    std::optional<int64_t> macs;  ///< multiply-accumulates for one sample; empty when shapes are unknown
    Shape inputShape;             ///< of the data input at batch 1; empty when unknown
    Shape outputShape;            ///< at batch 1; empty when unknown
    std::optional<size_t> tiedTo; ///< index of the earlier layer that reads the same constant in the same way
    Message untouchable;          ///< why the weight cannot be compressed; empty: it can
    /// Untouchable, because it went with a block: it stands for a layer of the model that this one was made
    /// of, so that both count their layers alike, and has no node and no weight.
    bool absent = false;
    /// Untouchable, because nodes make its weight of stored constants; readableWeight() runs them
    /// (core/exporting/readableweights.h). `layout` begins at what they give then.
    bool decodable = false;

    /// Bits that one number of the weight takes in the file, scales and masks included; 0 when unknown.
    double storedBits() const
    {
        return parameters > 0 ? 8.0 * static_cast<double>(weightBytes) / static_cast<double>(parameters)
                              : 0.0;
    }
    bool compressible() const { return untouchable.empty() && !tiedTo; }
    /// Largest rank at which two factors take less room than the matrix: rank * (rows + cols) < rows * cols.
    Index breakEvenRank() const { return rows + cols > 0 ? (rows * cols - 1) / (rows + cols) : 0; }
    Index fullRank() const { return std::min(rows, cols); }
};

} // namespace lathe
