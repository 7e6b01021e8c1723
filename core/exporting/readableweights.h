#pragma once
// The weights of any file as its layers use them, however they are stored.
#include "core/base/job.h"
#include "core/model/model.h"

#include <optional>
#include <span>

namespace lathe {

struct ReadableModel {
    /// The file with each weight that its nodes compute from constants (codes, masks, factors multiplied on
    /// loading) as a plain constant, so that its layers can be looked at. What only made them is left out.
    /// It is for looking at, not for measuring.
    Model model;
    /// Bytes of the constants that each layer's weight is made from, as model.layers().
    std::vector<int64_t> storedBytes;
    std::vector<int64_t> fileBytes; ///< as Layer::fileBytes, of the file
    /// What the file takes once the runtime has loaded it: the size of `model`, but for weights that
    /// DequantizeLinear makes, which stay codes until they are used.
    int64_t loadedBytes = 0;

    /// Whether Model::weight() gives the layer's weight.
    bool isReadable(size_t layer) const;
    /// Of layers that run behind each other as one (LayerMatching::Match::parts).
    bool isReadable(std::span<const size_t> parts) const;
    Matrix weight(std::span<const size_t> parts) const;       ///< of the layer that they are together
    int64_t bytesOf(std::span<const size_t> parts) const;     ///< of storedBytes
    int64_t fileBytesOf(std::span<const size_t> parts) const; ///< of fileBytes
    /// Share of zeros among the weights that can be read; empty when none can.
    std::optional<double> sparsity(const JobContext &ctx = {}) const;
};

/// A layer's weight [rows, cols] as its node reads it: a plain one as Model::weight() gives it, one that
/// nodes make of constants by running these nodes alone.
/// @throws Error Unsupported for a layer that is neither compressible nor decodable, or whose nodes cannot be
/// run. @throws Cancelled
Matrix readableWeight(const Model &file, size_t layer, const JobContext &ctx = {});

/// Weights that cannot be computed, because the runtime does not load the file or they lie in subgraphs, stay
/// as they are. @throws Cancelled
ReadableModel readableModel(const Model &file, const JobContext &ctx = {});

} // namespace lathe
