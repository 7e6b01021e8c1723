#include "core/train/torch/torchnetwork.h"

#include "core/base/error.h"
#include "core/train/torch/beginnings.h"
#include "core/train/torch/tensors.h"

#include <ATen/autocast_mode.h>
#include <cmath>
#include <torch/optim/adam.h>
#include <torch/optim/adamw.h>
#include <torch/optim/sgd.h>

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

void backward(const at::Tensor &loss)
{
    if (!loss.requires_grad()) // nothing that moves is on the way to it
        return;
    try {
        loss.backward();
    } catch (const c10::Error &error) { // of an operator in a precision that the library has no gradient for
        refuseIfNoMemory(error);
        throw Error(ErrorCode::Unsupported, Message::tr("The gradient cannot be computed: {}.",
                                                        std::string(error.what_without_backtrace())));
    }
}

/// While it lives, products are computed in bfloat16 where that is asked for.
class ComputingIn {
public:
    explicit ComputingIn(Precision precision) : m_half(precision == Precision::BFloat16)
    {
        if (!m_half)
            return;
        at::autocast::set_autocast_cpu_dtype(at::kBFloat16);
        at::autocast::set_cpu_enabled(true);
        at::autocast::increment_nesting();
    }
    ~ComputingIn()
    {
        if (!m_half)
            return;
        if (at::autocast::decrement_nesting() == 0)
            at::autocast::clear_cache();
        at::autocast::set_cpu_enabled(false);
    }
    ComputingIn(const ComputingIn &) = delete;
    ComputingIn &operator=(const ComputingIn &) = delete;

private:
    const bool m_half;
};

/// The nearest multiples of the least power of two by which the largest is one of so many bits, with the
/// gradient of what was rounded.
at::Tensor onGrid(const at::Tensor &values, int bits)
{
    const double most = values.numel() > 0 ? values.detach().abs().max().item().toDouble() : 0;
    if (most == 0)
        return values;
    const double grid = std::exp2(std::ceil(std::log2(most / ((1 << (bits - 1)) - 1))));
    return values + ((values.detach() / grid).round() * grid - values).detach();
}

void addShare(LossValue &to, const LossValue &part, double share)
{
    to.total += share * part.total;
    to.labels += share * part.labels;
    to.distillation += share * part.distillation;
    to.features += share * part.features;
}

std::vector<std::string> valuesOf(const Loss &loss)
{
    std::vector<std::string> wanted{loss.output};
    wanted.insert(wanted.end(), loss.featureValues.begin(), loss.featureValues.end());
    return wanted;
}

} // namespace

TorchNetwork::TorchNetwork(const Model &model, const Trainable &trainable)
    : m_model(model),
      m_graph(m_model.content().proto, m_model.content().externalFiles, m_model.content().label),
      m_batchStatistics(trainable.batchStatistics), m_drops(trainable.drops), m_oneByOne(trainable.oneByOne)
{
    const auto refuseUnknown = [this](const std::string &name) {
        if (!m_graph.constants().contains(name))
            throw Error(ErrorCode::InvalidArgument, Message::tr("{}: there is no constant \"{}\" to train.",
                                                                m_model.content().label, name));
    };
    for (const WeightForm &form : trainable.weights) {
        refuseUnknown(form.constant);
        m_weights.push_back(
            {form.constant, form.layout, WeightParameter(form.encoding, at::kFloat, form.original)});
    }
    for (const std::string &name : trainable.constants) {
        refuseUnknown(name);
        m_constants[name] = m_graph.constants().at(name).clone().requires_grad_();
    }
    for (const Weight &weight : m_weights)
        for (const at::Tensor &size : weight.parameter.sizes())
            m_sizes.push_back(size);
    for (const auto &[name, tensor] :
         std::map<std::string, at::Tensor>(m_constants.begin(), m_constants.end()))
        m_sizes.push_back(sizeOfConstant(tensor));
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

std::vector<at::Tensor> TorchNetwork::moving() const
{
    std::vector<at::Tensor> all;
    for (const at::Tensor &leaf : leaves())
        if (leaf.requires_grad())
            all.push_back(leaf);
    return all;
}

void TorchNetwork::setFixed(const Fixed &fixed)
{
    m_fixed = fixed;
    const auto set = [&fixed](at::Tensor leaf, const std::string &name) {
        leaf.set_requires_grad(!fixed.constants.contains(name));
        leaf.mutable_grad().reset();
    };
    for (const Weight &weight : m_weights)
        for (const at::Tensor &leaf : weight.parameter.leaves())
            set(leaf, weight.constant);
    for (const auto &[name, tensor] : m_constants)
        set(tensor, name);
}

void TorchNetwork::setKept(size_t weight, const std::vector<uint8_t> &kept, bool regrows)
{
    m_weights.at(weight).parameter.matrix().setKept(kept, regrows);
}

Matrix TorchNetwork::unmasked(size_t weight) const
{
    return m_weights.at(weight).parameter.matrix().unmasked();
}

void TorchNetwork::setBiasBits(const std::set<std::string> &constants, int bits)
{
    m_coarse = constants;
    m_biasBits = bits;
}

TorchGraph::Values TorchNetwork::constantValues() const
{
    TorchGraph::Values values = m_constants;
    for (auto &[name, tensor] : values)
        if (m_biasBits > 0 && m_coarse.contains(name))
            tensor = onGrid(tensor, m_biasBits);
    return values;
}

TorchGraph::Values TorchNetwork::given(const std::map<std::string, Tensor> &inputs) const
{
    TorchGraph::Values values = constantValues();
    for (const auto &[name, tensor] : m_statistics)
        values[name] = tensor;
    for (const Weight &weight : m_weights)
        values[weight.constant] = constantFrom(weight.parameter.value(), weight.layout);
    for (const auto &[name, tensor] : inputs)
        values[name] = borrowed(tensor);
    return values;
}

void TorchNetwork::setOptimizer(const Optimizer &optimizer)
{
    m_options = optimizer;
    switch (optimizer.kind) {
    case Optimizer::Kind::Sgd:
        m_optimizer = std::make_unique<torch::optim::SGD>(moving(), torch::optim::SGDOptions(0)
                                                                        .momentum(optimizer.momentum)
                                                                        .nesterov(optimizer.momentum > 0)
                                                                        .weight_decay(optimizer.weightDecay));
        break;
    case Optimizer::Kind::Adam:
        m_optimizer =
            std::make_unique<torch::optim::Adam>(moving(), torch::optim::AdamOptions(0)
                                                               .betas({optimizer.beta1, optimizer.beta2})
                                                               .weight_decay(optimizer.weightDecay));
        break;
    case Optimizer::Kind::AdamW:
        m_optimizer =
            std::make_unique<torch::optim::AdamW>(moving(), torch::optim::AdamWOptions(0)
                                                                .betas({optimizer.beta1, optimizer.beta2})
                                                                .weight_decay(optimizer.weightDecay));
        break;
    }
}

Mode TorchNetwork::trainingMode() const
{
    return {m_drops && !m_fixed.dropout, m_batchStatistics && !m_fixed.statistics};
}

LossTensors TorchNetwork::lossAt(const Batch &batch, const Loss &loss, const TorchGraph::Values &values,
                                 Mode mode, TorchGraph::Values *statistics, const TorchGraph::Watch &watch)
{
    std::vector<at::Tensor> outputs;
    {
        const ComputingIn here(m_precision);
        outputs = m_graph.run(values, valuesOf(loss), mode, statistics, watch);
    }
    for (at::Tensor &output : outputs)
        if (output.scalar_type() == at::kBFloat16)
            output = output.to(at::kFloat);
    return lossOf(loss, batch, outputs);
}

void TorchNetwork::refuseLoss(const Loss &loss, const TorchGraph::Values &values) const
{
    const std::string where = m_graph.firstNotFinite(values, valuesOf(loss), trainingMode());
    throw Error(ErrorCode::NumericFailure,
                where.empty()
                    ? Message::tr("The loss is no number any more.")
                    : Message::tr("The loss is no number any more: {} holds values that are none.", where));
}

double TorchNetwork::gradientNorm() const
{
    double squares = 0;
    const auto add = [&squares](const at::Tensor &leaf, const std::string &constant) {
        if (!leaf.grad().defined())
            return;
        const double norm = at::linalg_vector_norm(leaf.grad()).item().toDouble();
        if (!std::isfinite(norm))
            throw Error(ErrorCode::NumericFailure,
                        Message::tr("The gradient of {} is no number any more.", constant));
        squares += norm * norm;
    };
    for (const Weight &weight : m_weights)
        for (const at::Tensor &leaf : weight.parameter.leaves())
            add(leaf, weight.constant);
    for (const auto &[name, tensor] :
         std::map<std::string, at::Tensor>(m_constants.begin(), m_constants.end()))
        add(tensor, name);
    return std::sqrt(squares);
}

void TorchNetwork::move(double rate)
{
    for (torch::optim::OptimizerParamGroup &group : m_optimizer->param_groups())
        group.options().set_lr(rate);
    if (!m_options.relative) {
        m_optimizer->step();
        return;
    }
    const at::NoGradGuard still;
    std::vector<at::Tensor> all = leaves(), before;
    for (const at::Tensor &leaf : all)
        before.push_back(leaf.grad().defined() ? leaf.detach().clone() : at::Tensor());
    m_optimizer->step();
    for (size_t i = 0; i < all.size(); ++i)
        if (before[i].defined())
            all[i].copy_(at::lerp(before[i], all[i], m_sizes[i].expand_as(all[i])));
}

LossValue TorchNetwork::step(const Batch &batch, const Loss &loss, double rate)
{
    TorchGraph::Values statistics;
    LossValue figures;
    m_optimizer->zero_grad();
    forEachPart(batch, [&](const Batch &part, double share) {
        at::manual_seed(part.seed);
        const TorchGraph::Values values = given(part.inputs);
        const LossTensors tensors = lossAt(part, loss, values, trainingMode(), &statistics);
        if (!std::isfinite(tensors.parts.total))
            refuseLoss(loss, values);
        backward(tensors.total * share);
        addShare(figures, tensors.parts, share);
    });
    figures.gradientNorm = gradientNorm();
    if (m_options.clip > 0 && figures.gradientNorm > m_options.clip)
        for (const at::Tensor &leaf : moving())
            if (leaf.grad().defined())
                leaf.grad().mul_(m_options.clip / figures.gradientNorm);
    move(rate);
    for (Weight &weight : m_weights)
        weight.parameter.afterStep();
    for (auto &[name, tensor] : statistics)
        m_statistics[name] = tensor;
    return figures;
}

LossValue TorchNetwork::evaluate(const Batch &batch, const Loss &loss)
{
    const at::NoGradGuard still;
    LossValue figures;
    forEachPart(batch, [&](const Batch &part, double share) {
        addShare(figures, lossAt(part, loss, given(part.inputs), {}, nullptr).parts, share);
    });
    return figures;
}

void TorchNetwork::addGradients(const Batch &batch, const Loss &loss, std::vector<Matrix> &sums,
                                std::vector<Matrix> &squares)
{
    TorchGraph::Values values = given({});
    for (const Weight &weight : m_weights)
        values[weight.constant] = values[weight.constant].detach().clone().requires_grad_();
    forEachPart(batch, [&](const Batch &part, double share) {
        for (const auto &[name, tensor] : part.inputs)
            values[name] = borrowed(tensor);
        backward(lossAt(part, loss, values, {}, nullptr).total * share);
    });
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
    const at::NoGradGuard still;
    const TorchGraph::Values trained = constantValues();
    for (const TorchGraph::Values *values : {&trained, &m_statistics})
        for (const auto &[name, tensor] : *values)
            all.emplace(name, tensorOf(tensor));
    return all;
}

} // namespace lathe::train
