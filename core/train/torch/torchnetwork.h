#pragma once
// The network that trains on libtorch. Inside core/train/torch only.
#include "core/model/proto.h"
#include "core/train/engine.h"
#include "core/train/torch/losses.h"
#include "core/train/torch/matrixparameter.h"
#include "core/train/torch/torchgraph.h"

#include <torch/optim/optimizer.h>

namespace lathe::train {

class TorchNetwork : public Network {
public:
    TorchNetwork(const Model &model, const Trainable &trainable);

    std::vector<Tensor> run(const std::map<std::string, Tensor> &inputs,
                            const std::vector<std::string> &wanted) override;
    void setOptimizer(const Optimizer &optimizer) override;
    LossValue step(const Batch &batch, const Loss &loss, double rate) override;
    LossValue evaluate(const Batch &batch, const Loss &loss) override;
    void addGradients(const Batch &batch, const Loss &loss, std::vector<Matrix> &sums,
                      std::vector<Matrix> &squares) override;
    std::vector<Encoding> weights() const override;
    std::map<std::string, Tensor> constants() const override;
    std::string state() const override;
    void setState(const std::string &state) override;

private:
    struct Weight {
        std::string constant;
        WeightLayout layout;
        WeightParameter parameter;
    };

    std::vector<at::Tensor> leaves() const;
    TorchGraph::Values given(const std::map<std::string, Tensor> &inputs) const;
    LossTensors lossAt(const Batch &batch, const Loss &loss, TorchGraph::Values values, bool training);

    Model m_model; ///< what the graph points into
    TorchGraph m_graph;
    std::vector<Weight> m_weights;
    TorchGraph::Values m_constants; ///< trained
    TorchGraph::Values m_statistics;
    bool m_batchStatistics;
    Optimizer m_options;
    std::unique_ptr<torch::optim::Optimizer> m_optimizer;
};

} // namespace lathe::train
