#pragma once
// What multiplies beside the layers: products of two computed values, and operators whose weights are no
// layer's. Inside core/model only.
#include "core/model/layerfinder.h"

namespace lathe {

/// Fills in content.products and content.hasOtherWork; layers must have been found.
void findProducts(Model::Content &content);
/// Shapes and MACs of the products as far as `shapes` tells.
void completeProducts(Model::Content &content, const ValueShapes &shapes);

/// Which of a node's inputs holds weights as whole numbers (codes), and how many weights that are where the
/// tensor does not tell by its shape.
struct CodedWeight {
    int input = -1; ///< -1: none
    std::optional<int64_t> count;
};
CodedWeight codedWeight(const onnx::NodeProto &node);

/// Whether nothing here can tell what the node computes with which weights: an operator of another domain.
bool isUnknownOperator(const onnx::NodeProto &node);

} // namespace lathe
