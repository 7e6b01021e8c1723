// What the library gives out: an engine on libtorch.
#include "core/base/error.h"
#include "core/train/torch/rightproducts.h"
#include "core/train/torch/torchnetwork.h"
#include "core/train/torch/twins.h"

#include <ATen/Parallel.h>
#include <torch/version.h>

namespace lathe::train {
namespace {

class TorchEngine : public Engine {
public:
    TorchEngine() { requireRightProducts(); }

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
        std::vector<Message> without;
        for (const MissingOperator &one : missing(model))
            without.push_back(Message::verbatim(one.node + " (" + one.operatorType + ")"));
        if (!without.empty())
            throw Error(ErrorCode::Unsupported,
                        Message::tr("{} cannot be trained: there is no gradient for {}.",
                                    model.content().label, enumeration(without)));
        return std::make_unique<TorchNetwork>(model, trainable);
    }

    std::unique_ptr<Twin> twin(const Model &model) const override { return twinOf(model); }
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
