#pragma once
// LeNet-300-100 and LeNet-5 with weights nobody trained, as fine-tuning leaves them: most of them small.
#include "tests/support/graphbuilder.h"

namespace lathe::test {

/// Laplacian numbers to the power of 1.3. With structure, those of each row and each column have a size of
/// their own, and columns that are the pixels of an image more of it in the middle.
inline Tensor heavyTailed(const Shape &shape, unsigned seed, bool structure)
{
    std::mt19937 random(seed);
    const auto uniform = [&] { return (static_cast<double>(random()) + 0.5) / 4294967296.0; };
    const auto laplacian = [&] {
        const double size = std::pow(-std::log(uniform()), 1.3);
        return random() % 2 == 0 ? size : -size;
    };
    const int64_t rows = shape.front(), columns = elementCount(shape) / rows;
    const auto side = static_cast<int64_t>(std::lround(std::sqrt(static_cast<double>(columns))));
    std::vector<double> rowSize(static_cast<size_t>(rows), 1.0),
        columnSize(static_cast<size_t>(columns), 1.0);
    for (double &size : rowSize)
        size = structure ? std::exp(uniform() - 0.5) : 1.0;
    for (int64_t c = 0; structure && c < columns; ++c) {
        const double x = static_cast<double>(c % side) / static_cast<double>(side) - 0.5,
                     y = static_cast<double>(c / side) / static_cast<double>(side) - 0.5;
        columnSize[static_cast<size_t>(c)] =
            side * side == columns ? std::exp(-6.4 * (x * x + y * y)) : std::exp(1.4 * (uniform() - 0.5));
    }
    Tensor tensor = makeTensor(ElementType::Float32, shape);
    const auto values = tensor.as<float>();
    for (int64_t i = 0; i < rows * columns; ++i)
        values[static_cast<size_t>(i)] =
            static_cast<float>(0.05 * laplacian() * rowSize[static_cast<size_t>(i / columns)] *
                               columnSize[static_cast<size_t>(i % columns)]);
    return tensor;
}

inline Model lenet300(bool structure)
{
    GraphBuilder b(17, 8);
    b.input("input", {-1, 784}).output("logits", {-1, 10});
    const std::vector<int64_t> sizes{784, 300, 100, 10};
    std::string last = "input";
    for (unsigned i = 1; i < sizes.size(); ++i) {
        const std::string name = "fc" + std::to_string(i);
        b.constant(name + ".weight", heavyTailed({sizes[i], sizes[i - 1]}, i, structure))
            .constant(name + ".bias", randomTensor({sizes[i]}, i, 0.05F));
        const std::string out = i + 1 < sizes.size() ? name + ".out" : "logits";
        b.node("Gemm", {last, name + ".weight", name + ".bias"}, {out}, {{"transB", int64_t{1}}}, name);
        if (i + 1 < sizes.size())
            b.node("Relu", {out}, {last = "relu" + std::to_string(i) + ".out"}, {},
                   "relu" + std::to_string(i));
    }
    return b.build();
}

inline Model lenet5(bool structure)
{
    GraphBuilder b(17, 8);
    b.input("input", {-1, 1, 28, 28}).output("logits", {-1, 10});
    std::string last = "input";
    const auto layer = [&](const std::string &name, const Shape &shape, unsigned seed) {
        b.constant(name + ".weight", heavyTailed(shape, seed, structure))
            .constant(name + ".bias", randomTensor({shape.front()}, seed, 0.05F));
        return std::vector<std::string>{last, name + ".weight", name + ".bias"};
    };
    for (unsigned i = 1; i <= 2; ++i) {
        const std::string number = std::to_string(i), conv = "conv" + number, pool = "pool" + number;
        b.node("Conv", layer(conv, i == 1 ? Shape{20, 1, 5, 5} : Shape{50, 20, 5, 5}, i), {conv + ".out"},
               {{"kernel_shape", std::vector<int64_t>{5, 5}}}, conv);
        b.node("MaxPool", {conv + ".out"}, {last = pool + ".out"},
               {{"kernel_shape", std::vector<int64_t>{2, 2}}, {"strides", std::vector<int64_t>{2, 2}}}, pool);
    }
    b.node("Flatten", {last}, {"flatten.out"}, {}, "flatten");
    last = "flatten.out";
    b.node("Gemm", layer("fc1", {500, 800}, 3), {"fc1.out"}, {{"transB", int64_t{1}}}, "fc1");
    b.node("Relu", {"fc1.out"}, {last = "relu3.out"}, {}, "relu3");
    b.node("Gemm", layer("fc2", {10, 500}, 4), {"logits"}, {{"transB", int64_t{1}}}, "fc2");
    return b.build();
}

} // namespace lathe::test
