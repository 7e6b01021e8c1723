#include "core/train/torch/torchnetwork.h"

#include "core/base/error.h"
#include "core/train/torch/tensors.h"

#include <cmath>
#include <sstream>
#include <torch/optim/adam.h>
#include <torch/optim/adamw.h>
#include <torch/optim/sgd.h>
#include <torch/serialize/input-archive.h>
#include <torch/serialize/output-archive.h>

namespace lathe::train {
namespace {

/// From the matrix back to the constant's shape.
at::Tensor constantFrom(at::Tensor matrix, const WeightLayout &layout)
{
    for (size_t i = layout.steps.size(); i-- > 0;) {
        const LayoutStep &step = layout.steps[i];
        if (step.kind == LayoutStep::Kind::Reshape) {
            matrix = matrix.reshape(step.from);
        } else {
            std::vector<int64_t> inverse(step.permutation.size());
            for (size_t axis = 0; axis < inverse.size(); ++axis)
                inverse[static_cast<size_t>(step.permutation[axis])] = static_cast<int64_t>(axis);
            matrix = matrix.permute(inverse);
        }
    }
    return matrix;
}

at::Tensor matrixFrom(at::Tensor constant, const WeightLayout &layout)
{
    for (const LayoutStep &step : layout.steps)
        constant = step.kind == LayoutStep::Kind::Reshape ? constant.reshape(step.to)
                                                          : constant.permute(step.permutation);
    return constant;
}

std::vector<std::string> valuesOf(const Loss &loss)
{
    std::vector<std::string> wanted{loss.output};
    wanted.insert(wanted.end(), loss.featureValues.begin(), loss.featureValues.end());
    return wanted;
}

} // namespace

TorchNetwork::TorchNetwork(const Model &model, const Trainable &trainable)
    : m_model(model), m_graph(m_model.content().proto, m_model.content().externalFiles, m_model.content().label),
      m_batchStatistics(trainable.batchStatistics)
{
    const auto refuseUnknown = [this](const std::string &name) {
        if (!m_graph.constants().contains(name))
            throw Error(ErrorCode::InvalidArgument,
                        Message::tr("{}: there is no constant \"{}\" to train.", m_model.content().label, name));
    };
    for (const WeightForm &form : trainable.weights) {
        refuseUnknown(form.constant);
        m_weights.push_back({form.constant, form.layout, WeightParameter(form.encoding, at::kFloat)});
    }
    for (const std::string &name : trainable.constants) {
        refuseUnknown(name);
        m_constants[name] = m_graph.constants().at(name).clone().requires_grad_();
    }
    setOptimizer({});
}

std::vector<at::Tensor> TorchNetwork::leaves() const
{
    std::vector<at::Tensor> all;
    for (const Weight &weight : m_weights)
        for (at::Tensor &leaf : weight.parameter.leaves())
            all.push_back(std::move(leaf));
    const std::map<std::string, at::Tensor> ordered(m_constants.begin(), m_constants.end());
    for (const auto &[name, tensor] : ordered)
        all.push_back(tensor);
    return all;
}

TorchGraph::Values TorchNetwork::given(const std::map<std::string, Tensor> &inputs) const
{
    TorchGraph::Values values = m_constants;
    for (const auto &[name, tensor] : m_statistics)
        values[name] = tensor;
    for (const Weight &weight : m_weights)
        values[weight.constant] = constantFrom(weight.parameter.value(), weight.layout);
    for (const auto &[name, tensor] : inputs)
        values[name] = tensorFrom(tensor);
    return values;
}

std::vector<Tensor> TorchNetwork::run(const std::map<std::string, Tensor> &inputs,
                                      const std::vector<std::string> &wanted)
{
    const at::NoGradGuard still;
    std::vector<Tensor> results;
    for (const at::Tensor &result : m_graph.run(given(inputs), wanted))
        results.push_back(tensorOf(result));
    return results;
}

void TorchNetwork::setOptimizer(const Optimizer &optimizer)
{
    m_options = optimizer;
    switch (optimizer.kind) {
    case Optimizer::Kind::Sgd:
        m_optimizer = std::make_unique<torch::optim::SGD>(
            leaves(), torch::optim::SGDOptions(0)
                          .momentum(optimizer.momentum)
                          .nesterov(optimizer.momentum > 0)
                          .weight_decay(optimizer.weightDecay));
        break;
    case Optimizer::Kind::Adam:
        m_optimizer = std::make_unique<torch::optim::Adam>(
            leaves(), torch::optim::AdamOptions(0)
                          .betas({optimizer.beta1, optimizer.beta2})
                          .weight_decay(optimizer.weightDecay));
        break;
    case Optimizer::Kind::AdamW:
        m_optimizer = std::make_unique<torch::optim::AdamW>(
            leaves(), torch::optim::AdamWOptions(0)
                          .betas({optimizer.beta1, optimizer.beta2})
                          .weight_decay(optimizer.weightDecay));
        break;
    }
}

LossTensors TorchNetwork::lossAt(const Batch &batch, const Loss &loss, TorchGraph::Values values, bool training)
{
    TorchGraph::Values statistics;
    const auto outputs = m_graph.run(values, valuesOf(loss), training && m_batchStatistics,
                                     training ? &statistics : nullptr);
    LossTensors result = lossOf(loss, batch, outputs);
    if (std::isfinite(result.parts.total))
        for (auto &[name, tensor] : statistics)
            m_statistics[name] = tensor;
    return result;
}

LossValue TorchNetwork::step(const Batch &batch, const Loss &loss, double rate)
{
    LossTensors tensors = lossAt(batch, loss, given(batch.inputs), true);
    LossValue figures = tensors.parts;
    if (!std::isfinite(figures.total))
        throw Error(ErrorCode::NumericFailure, Message::tr("The loss is no number any more."));
    m_optimizer->zero_grad();
    tensors.total.backward();
    double squares = 0;
    const std::vector<at::Tensor> all = leaves();
    for (const at::Tensor &leaf : all)
        if (leaf.grad().defined())
            squares += leaf.grad().square().sum().item().toDouble();
    figures.gradientNorm = std::sqrt(squares);
    if (!std::isfinite(squares))
        throw Error(ErrorCode::NumericFailure, Message::tr("The gradient is no number any more."));
    if (m_options.clip > 0 && figures.gradientNorm > m_options.clip)
        for (const at::Tensor &leaf : all)
            if (leaf.grad().defined())
                leaf.grad().mul_(m_options.clip / figures.gradientNorm);
    for (torch::optim::OptimizerParamGroup &group : m_optimizer->param_groups())
        group.options().set_lr(rate);
    m_optimizer->step();
    for (Weight &weight : m_weights)
        weight.parameter.afterStep();
    return figures;
}

LossValue TorchNetwork::evaluate(const Batch &batch, const Loss &loss)
{
    const at::NoGradGuard still;
    return lossAt(batch, loss, given(batch.inputs), false).parts;
}

void TorchNetwork::addGradients(const Batch &batch, const Loss &loss, std::vector<Matrix> &sums,
                                std::vector<Matrix> &squares)
{
    TorchGraph::Values values = given(batch.inputs);
    for (const Weight &weight : m_weights)
        values[weight.constant] = values[weight.constant].detach().clone().requires_grad_();
    lossAt(batch, loss, values, false).total.backward();
    sums.resize(m_weights.size());
    squares.resize(m_weights.size());
    for (size_t i = 0; i < m_weights.size(); ++i) {
        const Weight &weight = m_weights[i];
        const at::Tensor &gradient = values[weight.constant].grad();
        if (!gradient.defined())
            continue;
        const at::Tensor plain = matrixFrom(gradient, weight.layout).contiguous();
        const Eigen::Map<const Matrix> matrix(plain.data_ptr<float>(), plain.size(0), plain.size(1));
        if (sums[i].size() == 0) {
            sums[i] = Matrix::Zero(matrix.rows(), matrix.cols());
            squares[i] = sums[i];
        }
        sums[i] += matrix;
        squares[i] += matrix.cwiseAbs2();
    }
}

std::vector<Encoding> TorchNetwork::weights() const
{
    std::vector<Encoding> all;
    for (const Weight &weight : m_weights)
        all.push_back(weight.parameter.encoding());
    return all;
}

std::map<std::string, Tensor> TorchNetwork::constants() const
{
    std::map<std::string, Tensor> all;
    for (const TorchGraph::Values *values : {&m_constants, &m_statistics})
        for (const auto &[name, tensor] : *values)
            all.emplace(name, tensorOf(tensor));
    return all;
}

std::string TorchNetwork::state() const
{
    torch::serialize::OutputArchive archive;
    const std::vector<at::Tensor> all = leaves();
    for (size_t i = 0; i < all.size(); ++i)
        archive.write("leaf" + std::to_string(i), all[i].detach(), true);
    size_t number = 0;
    for (const auto &[name, tensor] : m_statistics) {
        archive.write("name" + std::to_string(number), c10::IValue(name));
        archive.write("statistics" + std::to_string(number++), tensor, true);
    }
    torch::serialize::OutputArchive optimizer;
    m_optimizer->save(optimizer);
    archive.write("optimizer", optimizer);
    std::ostringstream out;
    archive.save_to(out);
    return std::move(out).str();
}

void TorchNetwork::setState(const std::string &state)
{
    const at::NoGradGuard still;
    torch::serialize::InputArchive archive;
    std::istringstream in(state);
    try {
        archive.load_from(in);
        const std::vector<at::Tensor> all = leaves();
        for (size_t i = 0; i < all.size(); ++i) {
            at::Tensor tensor;
            archive.read("leaf" + std::to_string(i), tensor, true);
            at::Tensor leaf = all[i];
            TORCH_CHECK(leaf.sizes() == tensor.sizes(), "other shapes");
            leaf.copy_(tensor);
        }
        c10::IValue name;
        for (size_t i = 0; archive.try_read("name" + std::to_string(i), name); ++i)
            archive.read("statistics" + std::to_string(i), m_statistics[name.toStringRef()], true);
        torch::serialize::InputArchive optimizer;
        archive.read("optimizer", optimizer);
        m_optimizer->load(optimizer);
    } catch (const c10::Error &) {
        throw Error(ErrorCode::InvalidArgument, Message::tr("The state is that of another network."));
    }
}

} // namespace lathe::train
