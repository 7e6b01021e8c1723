#include "tests/support/resnet18.h"

#include <cmath>

namespace lathe::test {
namespace {

class Network {
public:
    explicit Network(int64_t channels)
    {
        m_builder.input("image", {-1, 3, 224, 224}).output("logits", {-1, 1000});
        std::string x = relu(convolution("stem", "image", 3, channels, 7, 2));
        m_builder.node("MaxPool", {x}, {"pooled"},
                       {{"kernel_shape", Ints{3, 3}}, {"strides", Ints{2, 2}}, {"pads", Ints{1, 1, 1, 1}}});
        x = "pooled";
        int64_t in = channels;
        for (int stage = 1; stage <= 4; ++stage) {
            const int64_t out = channels << (stage - 1);
            for (int b = 0; b < 2; ++b) {
                const int64_t stride = stage > 1 && b == 0 ? 2 : 1;
                x = block("layer" + std::to_string(stage) + "." + std::to_string(b), x, in, out, stride);
                in = out;
            }
        }
        m_builder.node("GlobalAveragePool", {x}, {"average"}).node("Flatten", {"average"}, {"features"});
        m_builder.random("fc.weight", {1000, in}, 0.05F).random("fc.bias", {1000}, 0.01F);
        m_builder.node("Gemm", {"features", "fc.weight", "fc.bias"}, {"logits"}, {{"transB", int64_t(1)}},
                       "fc");
    }
    GraphBuilder &builder() { return m_builder; }

private:
    using Ints = std::vector<int64_t>;

    std::string convolution(const std::string &name, const std::string &x, int64_t in, int64_t out,
                            int64_t kernel, int64_t stride)
    {
        m_builder.random(name + ".weight", {out, in, kernel, kernel},
                         std::sqrt(2.0F / static_cast<float>(in * kernel * kernel)));
        m_builder.random(name + ".bias", {out}, 0.01F);
        m_builder.node("Conv", {x, name + ".weight", name + ".bias"}, {name + ".out"},
                       {{"strides", Ints{stride, stride}}, {"pads", Ints(4, kernel / 2)}}, name);
        return name + ".out";
    }
    std::string relu(const std::string &x)
    {
        m_builder.node("Relu", {x}, {x + ".relu"});
        return x + ".relu";
    }
    std::string block(const std::string &name, const std::string &x, int64_t in, int64_t out, int64_t stride)
    {
        const std::string first = relu(convolution(name + ".conv1", x, in, out, 3, stride));
        const std::string second = convolution(name + ".conv2", first, out, out, 3, 1);
        const std::string way = in == out ? x : convolution(name + ".downsample", x, in, out, 1, stride);
        m_builder.node("Add", {second, way}, {name + ".sum"});
        return relu(name + ".sum");
    }

    GraphBuilder m_builder;
};

} // namespace

GraphBuilder resNet18(int64_t channels)
{
    return Network(channels).builder();
}

} // namespace lathe::test
