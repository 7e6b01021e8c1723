// What the library gives out: an engine on libtorch, out of which nothing comes but errors of our own.
#include "core/base/error.h"
#include "core/train/torch/rightproducts.h"
#include "core/train/torch/tensors.h"
#include "core/train/torch/torchnetwork.h"
#include "core/train/torch/twins.h"

#include <ATen/Parallel.h>
#include <torch/version.h>

namespace lathe::train {
namespace {

/// Does it. What is thrown by others becomes an Error.
template <class Work>
auto translated(const Work &work)
{
    try {
        return work();
    } catch (const Error &) {
        throw;
    } catch (const c10::Error &error) {
        refuseIfNoMemory(error);
        throw Error(ErrorCode::Unsupported, Message::tr("This cannot be computed for training: {}.",
                                                        std::string(error.what_without_backtrace())));
    } catch (const std::bad_alloc &) {
        throw Error(ErrorCode::OutOfMemory, Message::tr("Not enough memory."));
    } catch (const std::exception &error) {
        throw Error(ErrorCode::Internal, Message::verbatim(error.what()));
    }
}

class TranslatedNetwork : public Network {
public:
    explicit TranslatedNetwork(std::unique_ptr<Network> network) : m_network(std::move(network)) {}

    std::vector<Tensor> run(const std::map<std::string, Tensor> &inputs,
                            const std::vector<std::string> &wanted) override
    {
        return translated([&] { return m_network->run(inputs, wanted); });
    }
    void setOptimizer(const Optimizer &optimizer) override
    {
        translated([&] { m_network->setOptimizer(optimizer); });
    }
    void setFixed(const Fixed &fixed) override
    {
        translated([&] { m_network->setFixed(fixed); });
    }
    void setPrecision(Precision precision) override { m_network->setPrecision(precision); }
    void setBiasBits(const std::set<std::string> &constants, int bits) override
    {
        translated([&] { m_network->setBiasBits(constants, bits); });
    }
    void setKept(size_t weight, const std::vector<uint8_t> &kept, bool regrows) override
    {
        translated([&] { m_network->setKept(weight, kept, regrows); });
    }
    Matrix unmasked(size_t weight) const override
    {
        return translated([&] { return m_network->unmasked(weight); });
    }
    LossValue step(const Batch &batch, const Loss &loss, double rate) override
    {
        return translated([&] { return m_network->step(batch, loss, rate); });
    }
    LossValue evaluate(const Batch &batch, const Loss &loss) override
    {
        return translated([&] { return m_network->evaluate(batch, loss); });
    }
    void addGradients(const Batch &batch, const Loss &loss, std::vector<Matrix> &sums,
                      std::vector<Matrix> &squares) override
    {
        translated([&] { m_network->addGradients(batch, loss, sums, squares); });
    }
    std::vector<NodeTime> profile(const Batch &batch, const Loss &loss) override
    {
        return translated([&] { return m_network->profile(batch, loss); });
    }
    std::vector<Encoding> weights() const override
    {
        return translated([&] { return m_network->weights(); });
    }
    std::map<std::string, Tensor> constants() const override
    {
        return translated([&] { return m_network->constants(); });
    }
    std::string state() const override
    {
        return translated([&] { return m_network->state(); });
    }
    void setState(const std::string &state) override
    {
        translated([&] { m_network->setState(state); });
    }

private:
    const std::unique_ptr<Network> m_network;
};

class TranslatedTwin : public Twin {
public:
    explicit TranslatedTwin(std::unique_ptr<Twin> twin) : m_twin(std::move(twin)) {}

    double step(const Batch &batch, double rate) override
    {
        return translated([&] { return m_twin->step(batch, rate); });
    }

private:
    const std::unique_ptr<Twin> m_twin;
};

class TorchEngine : public Engine {
public:
    TorchEngine()
    {
        translated([] { requireRightProducts(); });
    }

    std::vector<MissingOperator> missing(const Model &model) const override
    {
        return translated([&] { return missingIn(model); });
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
        return translated([&] {
            return std::make_unique<TranslatedNetwork>(std::make_unique<TorchNetwork>(model, trainable));
        });
    }

    std::unique_ptr<Twin> twin(const Model &model) const override
    {
        return translated([&]() -> std::unique_ptr<Twin> {
            std::unique_ptr<Twin> twin = twinOf(model);
            return twin ? std::make_unique<TranslatedTwin>(std::move(twin)) : nullptr;
        });
    }
    void setThreads(int count) override
    {
        translated([&] { at::set_num_threads(count); });
    }
    std::string version() const override { return "libtorch " TORCH_VERSION; }

private:
    static std::vector<MissingOperator> missingIn(const Model &model)
    {
        const Model::Content &content = model.content();
        const TorchGraph graph(content.proto, content.externalFiles, content.label);
        std::vector<MissingOperator> all;
        for (TorchGraph::Missing &one : graph.missing())
            all.push_back({std::move(one.node), std::move(one.operatorType)});
        return all;
    }
};

} // namespace
} // namespace lathe::train

extern "C" __attribute__((visibility("default"))) lathe::train::Engine *latheTrainEngine()
{
    static lathe::train::TorchEngine engine;
    return &engine;
}
