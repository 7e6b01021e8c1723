#include "core/train/torch/twins.h"

#include "core/train/torch/tensors.h"

#include <torch/nn/functional.h>
#include <torch/nn/modules.h>
#include <torch/optim/sgd.h>

namespace lathe::train {
namespace {

namespace nn = torch::nn;
namespace F = torch::nn::functional;

struct Perceptron : nn::Module {
    explicit Perceptron(const std::vector<Layer> &layers)
    {
        for (const Layer &layer : layers)
            m_layers->push_back(nn::Linear(layer.cols, layer.rows));
        register_module("layers", m_layers);
    }
    at::Tensor forward(at::Tensor x)
    {
        for (size_t i = 0; i < m_layers->size(); ++i) {
            x = m_layers->at<nn::LinearImpl>(i).forward(x);
            if (i + 1 < m_layers->size())
                x = torch::relu(x);
        }
        return x;
    }

private:
    nn::ModuleList m_layers;
};

struct LeNet5 : nn::Module {
    explicit LeNet5(const std::vector<Layer> &layers)
        : m_conv1(register_module("conv1", nn::Conv2d(nn::Conv2dOptions(1, layers[0].rows, 5)))),
          m_conv2(register_module("conv2", nn::Conv2d(nn::Conv2dOptions(layers[0].rows, layers[1].rows, 5)))),
          m_fc1(register_module("fc1", nn::Linear(layers[2].cols, layers[2].rows))),
          m_fc2(register_module("fc2", nn::Linear(layers[3].cols, layers[3].rows)))
    {
    }
    at::Tensor forward(const at::Tensor &x)
    {
        at::Tensor y = torch::relu(torch::max_pool2d(m_conv1(x), 2));
        y = torch::relu(torch::max_pool2d(m_conv2(y), 2));
        return m_fc2(torch::relu(m_fc1(y.flatten(1))));
    }

private:
    nn::Conv2d m_conv1, m_conv2;
    nn::Linear m_fc1, m_fc2;
};

struct Block : nn::Module {
    Block(int64_t in, int64_t out)
        : m_more(out - in), m_conv1(register_module("conv1", convolution(in, out, in == out ? 1 : 2))),
          m_norm1(register_module("norm1", nn::BatchNorm2d(out))),
          m_conv2(register_module("conv2", convolution(out, out, 1))),
          m_norm2(register_module("norm2", nn::BatchNorm2d(out)))
    {
    }
    static nn::Conv2d convolution(int64_t in, int64_t out, int64_t stride)
    {
        return nn::Conv2d(nn::Conv2dOptions(in, out, 3).stride(stride).padding(1).bias(false));
    }
    at::Tensor forward(const at::Tensor &x)
    {
        const at::Tensor y = m_norm2(m_conv2(torch::relu(m_norm1(m_conv1(x)))));
        if (m_more == 0)
            return torch::relu(y + x);
        const at::Tensor skipped = x.slice(2, 0, 32, 2).slice(3, 0, 32, 2);
        return torch::relu(y + at::constant_pad_nd(skipped, {0, 0, 0, 0, m_more / 2, m_more - m_more / 2}));
    }

private:
    int64_t m_more;
    nn::Conv2d m_conv1;
    nn::BatchNorm2d m_norm1;
    nn::Conv2d m_conv2;
    nn::BatchNorm2d m_norm2;
};

struct ResNet20 : nn::Module {
    explicit ResNet20(const std::vector<Layer> &)
        : m_conv(register_module("conv", Block::convolution(3, 16, 1))),
          m_norm(register_module("norm", nn::BatchNorm2d(16)))
    {
        int64_t channels = 16;
        for (const int64_t out : {16, 16, 16, 32, 32, 32, 64, 64, 64})
            m_blocks.push_back(register_module("block" + std::to_string(m_blocks.size()),
                                               std::make_shared<Block>(std::exchange(channels, out), out)));
        m_fc = register_module("fc", nn::Linear(64, 10));
    }
    at::Tensor forward(const at::Tensor &x)
    {
        at::Tensor y = torch::relu(m_norm(m_conv(x)));
        for (const auto &block : m_blocks)
            y = block->forward(y);
        return m_fc(y.mean({2, 3}));
    }

private:
    nn::Conv2d m_conv;
    nn::BatchNorm2d m_norm;
    std::vector<std::shared_ptr<Block>> m_blocks;
    nn::Linear m_fc{nullptr};
};

template <class Net>
class HandWritten : public Twin {
public:
    explicit HandWritten(const Model &model)
        : m_input(model.inputs().front().name), m_net(model.layers()),
          m_optimizer(m_net.parameters(), torch::optim::SGDOptions(0.01).momentum(0.9).nesterov(true))
    {
        const at::NoGradGuard still;
        size_t layer = 0;
        for (at::Tensor &parameter : m_net.parameters()) {
            if (parameter.dim() > 1) {
                const Matrix weight = model.weight(layer++);
                parameter.copy_(at::from_blob(const_cast<float *>(weight.data()), parameter.sizes()));
            } else if (parameter.ne(1).any().item().toBool()) { // a bias; scales are ones
                parameter.zero_();
            }
        }
    }

    double step(const Batch &batch, double rate) override
    {
        m_net.train();
        m_optimizer.zero_grad();
        const at::Tensor scores = m_net.forward(borrowed(batch.inputs.at(m_input)));
        const at::Tensor loss = F::cross_entropy(scores, at::tensor(batch.labels, at::kLong));
        loss.backward();
        static_cast<torch::optim::SGDOptions &>(m_optimizer.param_groups().front().options()).lr(rate);
        m_optimizer.step();
        return loss.item().toDouble();
    }

private:
    std::string m_input;
    Net m_net;
    torch::optim::SGD m_optimizer;
};

} // namespace

std::unique_ptr<Twin> twinOf(const Model &model)
{
    const onnx::ModelProto &proto = model.content().proto;
    if (proto.producer_name() != "lathe")
        return nullptr;
    if (proto.graph().name() == "mlp")
        return std::make_unique<HandWritten<Perceptron>>(model);
    if (proto.graph().name() == "lenet5")
        return std::make_unique<HandWritten<LeNet5>>(model);
    if (proto.graph().name() == "resnet20")
        return std::make_unique<HandWritten<ResNet20>>(model);
    return nullptr;
}

} // namespace lathe::train
