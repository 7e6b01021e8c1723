#pragma once
// The network that trains on libtorch. Inside core/train/torch only.
#include "core/model/proto.h"
#include "core/train/engine.h"
#include "core/train/torch/losses.h"
#include "core/train/torch/matrixparameter.h"
#include "core/train/torch/torchgraph.h"

#include <functional>
#include <torch/optim/optimizer.h>

namespace lathe::train {

class TorchNetwork : public Network {
public:
    TorchNetwork(const Model &model, const Trainable &trainable);

    std::vector<Tensor> run(const std::map<std::string, Tensor> &inputs,
                            const std::vector<std::string> &wanted) override;
    void setOptimizer(const Optimizer &optimizer) override;
    void setFixed(const Fixed &fixed) override;
    void setPrecision(Precision precision) override { m_precision = precision; }
    void setBiasBits(const std::set<std::string> &constants, int bits) override;
    void setKept(size_t weight, const std::vector<uint8_t> &kept, bool regrows) override;
    Matrix unmasked(size_t weight) const override;
    LossValue step(const Batch &batch, const Loss &loss, double rate) override;
    LossValue evaluate(const Batch &batch, const Loss &loss) override;
    void addGradients(const Batch &batch, const Loss &loss, std::vector<Matrix> &sums,
                      std::vector<Matrix> &squares) override;
    std::vector<NodeTime> profile(const Batch &batch, const Loss &loss) override;
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

    std::vector<at::Tensor> leaves() const; ///< all that may be trained, whether or not it moves now
    std::vector<at::Tensor> moving() const;
    void move(double rate); ///< by the gradients that there are
    /// The batch as the graph takes it: all of it, or one sample after the other, each with its share.
    void forEachPart(const Batch &batch, const std::function<void(const Batch &, double)> &work) const;
    TorchGraph::Values constantValues() const; ///< as they are computed with
    TorchGraph::Values given(const std::map<std::string, Tensor> &inputs) const;
    Mode trainingMode() const;
    LossTensors lossAt(const Batch &batch, const Loss &loss, const TorchGraph::Values &values, Mode mode,
                       TorchGraph::Values *statistics, const TorchGraph::Watch &watch = nullptr);
    [[noreturn]] void refuseLoss(const Loss &loss, const TorchGraph::Values &values) const;
    void readState(const std::string &state); ///< @throws c10::Error, half of it read
    double gradientNorm() const;              ///< of all together. @throws Error NumericFailure

    Model m_model; ///< what the graph points into
    TorchGraph m_graph;
    std::vector<Weight> m_weights;
    TorchGraph::Values m_constants;  ///< trained
    std::vector<at::Tensor> m_sizes; ///< in the beginning, as leaves()
    std::set<std::string> m_coarse;  ///< of them, on grids of m_biasBits
    int m_biasBits = 0;
    TorchGraph::Values m_statistics;
    bool m_batchStatistics;
    bool m_drops;
    bool m_oneByOne;
    Fixed m_fixed;
    Precision m_precision = Precision::Float32;
    Optimizer m_options;
    std::unique_ptr<torch::optim::Optimizer> m_optimizer;
};

} // namespace lathe::train
