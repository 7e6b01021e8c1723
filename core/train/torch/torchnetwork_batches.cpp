// Batches of a graph that takes one sample at a time.
#include "core/train/torch/tensors.h"
#include "core/train/torch/torchnetwork.h"

#include <cstring>

namespace lathe::train {
namespace {

Tensor sampleOf(const Tensor &all, size_t index)
{
    if (all.bytes.empty())
        return all;
    const size_t size = all.bytes.size() / static_cast<size_t>(all.shape.front());
    Shape shape = all.shape;
    shape.front() = 1;
    Tensor one = makeTensor(all.type, shape);
    std::memcpy(one.bytes.data(), all.bytes.data() + index * size, size);
    return one;
}

} // namespace

std::vector<Tensor> TorchNetwork::run(const std::map<std::string, Tensor> &inputs,
                                      const std::vector<std::string> &wanted)
{
    const at::NoGradGuard still;
    std::vector<Tensor> results;
    if (!m_oneByOne) {
        for (const at::Tensor &result : m_graph.run(given(inputs), wanted))
            results.push_back(tensorOf(result));
        return results;
    }
    std::vector<std::vector<at::Tensor>> parts(wanted.size());
    Batch all;
    all.inputs = inputs;
    forEachPart(all, [&](const Batch &part, double) {
        const std::vector<at::Tensor> ofOne = m_graph.run(given(part.inputs), wanted);
        for (size_t i = 0; i < ofOne.size(); ++i)
            parts[i].push_back(ofOne[i].clone()); // it may be in the part's memory
    });
    for (const std::vector<at::Tensor> &ofAll : parts)
        results.push_back(tensorOf(at::cat(ofAll)));
    return results;
}

void TorchNetwork::forEachPart(const Batch &batch,
                               const std::function<void(const Batch &, double)> &work) const
{
    if (!m_oneByOne) {
        work(batch, 1);
        return;
    }
    const auto count = static_cast<size_t>(batch.inputs.begin()->second.shape.front());
    for (size_t i = 0; i < count; ++i) {
        Batch part;
        for (const auto &[name, tensor] : batch.inputs)
            part.inputs.emplace(name, sampleOf(tensor, i));
        if (!batch.labels.empty())
            part.labels = {batch.labels.at(i)};
        part.teacher = sampleOf(batch.teacher, i);
        for (const Tensor &feature : batch.features)
            part.features.push_back(sampleOf(feature, i));
        part.seed = batch.seed + i;
        work(part, 1 / static_cast<double>(count));
    }
}

} // namespace lathe::train
