// What each node of a step takes.
#include "core/train/torch/torchnetwork.h"

#include <chrono>

namespace lathe::train {
namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point &last)
{
    const Clock::time_point now = Clock::now();
    return std::chrono::duration<double>(now - std::exchange(last, now)).count();
}

} // namespace

std::vector<NodeTime> TorchNetwork::profile(const Batch &batch, const Loss &loss)
{
    std::vector<NodeTime> times;
    constexpr size_t nobody = std::numeric_limits<size_t>::max();
    size_t running = nobody; // whose gradient is computed from the moment that its output's is known
    const TorchGraph::Values values = given(batch.inputs);
    Clock::time_point last = Clock::now();
    const auto watch = [&](const onnx::NodeProto &node, const at::Tensor &output) {
        times.push_back({nodeLabel(node), node.op_type(), secondsSince(last), 0});
        if (!output.defined() || !output.requires_grad())
            return;
        output.register_hook([&, mine = times.size() - 1](const at::Tensor &) {
            const double took = secondsSince(last);
            if (running != nobody)
                times[running].backward += took;
            running = mine;
        });
    };
    TorchGraph::Values statistics;
    const LossTensors tensors = lossAt(batch, loss, values, trainingMode(), &statistics, watch);
    secondsSince(last);
    if (tensors.total.requires_grad())
        tensors.total.backward();
    if (running != nobody)
        times[running].backward += secondsSince(last);
    m_optimizer->zero_grad();
    return times;
}

} // namespace lathe::train
