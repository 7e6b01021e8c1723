#pragma once
// Two graphs compared at the output of every layer. Inside core/certify only.
#include "core/certify/certificate.h"
#include "core/runtime/session.h"

namespace lathe {

struct TensorRunOptions {
    SessionOptions tested, reference;
};

/// Layers inside subgraphs are left out: no run shows their outputs.
/// @param source whose layers they are; both graphs kept the names of their outputs.
/// @throws Error Unsupported
std::vector<TensorDifference> tensorDifferences(const Model &source, const Model &tested,
                                                const Model &reference, const TensorRunOptions &options,
                                                const std::vector<Tensor> &feed, const JobContext &ctx);

} // namespace lathe
