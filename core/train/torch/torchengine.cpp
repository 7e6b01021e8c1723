// What the library gives out: an engine on libtorch.
#include "core/base/error.h"
#include "core/train/torch/torchnetwork.h"

#include <ATen/Parallel.h>
#include <torch/version.h>

namespace lathe::train {
namespace {

class TorchEngine : public Engine {
public:
    std::vector<MissingOperator> missing(const Model &model) const override
    {
        const Model::Content &content = model.content();
        const TorchGraph graph(content.proto, content.externalFiles, content.label);
        std::vector<MissingOperator> all;
        for (TorchGraph::Missing &one : graph.missing())
            all.push_back({std::move(one.node), std::move(one.operatorType)});
        return all;
    }

    std::unique_ptr<Network> network(const Model &model, const Trainable &trainable) const override
    {
        return std::make_unique<TorchNetwork>(model, trainable);
    }

    void setThreads(int count) override { at::set_num_threads(count); }
    std::string version() const override { return "libtorch " TORCH_VERSION; }
};

} // namespace
} // namespace lathe::train

extern "C" __attribute__((visibility("default"))) lathe::train::Engine *latheTrainEngine()
{
    static lathe::train::TorchEngine engine;
    return &engine;
}
