#pragma once
#include "core/runtime/session.h"

#include <map>

namespace lathe {

/// Median seconds that each node takes in one run on one thread, by the profiler of ONNX Runtime. A node
/// without a name, or with one that another node has too, goes by its first output's. Nodes that the runtime
/// folds away are not there. Graph optimizations are the basic ones, which keep the nodes apart: the sum is
/// more than a run with all of them takes.
/// @param feeds as for Session::run() @param runs at least 1; one more is made before, to warm up
/// @throws Error as Session does, FileUnwritable (as TemporaryFolder). @throws Cancelled
std::map<std::string, double> nodeSeconds(const Model &model, std::span<const TensorView> feeds, int runs,
                                          const JobContext &ctx = {});

/// The same by layer of the model; NaN where the runtime does not tell, nor of the weights of a recurrent
/// node, which are used together.
std::vector<double> layerSeconds(const Model &model, std::span<const TensorView> feeds, int runs,
                                 const JobContext &ctx = {});

/// The same of times that are known by node.
std::vector<double> layerSeconds(const Model &model, const std::map<std::string, double> &nodes);

} // namespace lathe
