#pragma once
// Layers that run behind each other as one: what factors become in a graph.
#include "core/base/matrix.h"
#include "core/model/model.h"

#include <compare>

namespace lathe {

/// What a layer does, whatever its numbers are. A Gemm and a MatMul do the same.
struct LayerForm {
    LayerKind kind = LayerKind::MatMul;
    Index rows = 0, cols = 0;
    int64_t groups = 1;
    Shape kernel = {};

    auto operator<=>(const LayerForm &) const = default;
};
LayerForm formOf(const Layer &layer);

/// What two products or convolutions, the second fed by the first, do together; empty: not what one layer
/// could do. Two kernels are longer than 1 along no common axis, and the groups are the same or only the
/// first one's.
std::optional<LayerForm> chained(const LayerForm &first, const LayerForm &second);
/// Weight matrix of the layer that does the same. @param a,b [rows, cols] of their forms, for which chained()
/// gives one
Matrix chainedWeight(const LayerForm &first, const Matrix &a, const LayerForm &second, const Matrix &b);

/// For each layer the one whose output alone it computes with, where nothing else reads that, and neither a
/// bias nor a step in between keeps both from being one product; empty: there is none.
std::vector<std::optional<size_t>> feedingLayers(const Model &model);

} // namespace lathe
