#pragma once
// Networks of one product, to be trained in tests.
#include "core/model/model.h"
#include "core/train/engine.h"
#include "tests/support/graphbuilder.h"

#include <QTest>

namespace lathe::test {

/// y = x * W^T for any number of rows of x, or with a bias b.
inline Model productModel(const Matrix &weight, const std::vector<float> &bias = {})
{
    GraphBuilder graph;
    graph.input("x", {-1, weight.cols()}).output("y", {-1, weight.rows()});
    graph.constant(
        "w", makeTensor({weight.rows(), weight.cols()}, {weight.data(), static_cast<size_t>(weight.size())}));
    std::vector<std::string> inputs{"x", "w"};
    if (!bias.empty()) {
        graph.constant("b", makeTensor({weight.rows()}, bias));
        inputs.push_back("b");
    }
    graph.node("Gemm", inputs, {"y"}, {{"transB", int64_t{1}}}, "fc");
    return graph.build();
}

inline MatrixEncoding plainEncoding(const Matrix &weight)
{
    return {weight.rows(), weight.cols(), {}, DenseValues{weight}};
}

/// The weight of productModel as what is trained.
inline train::WeightForm weightForm(const Model &model, Encoding encoding)
{
    const Layer &layer = model.layers().front();
    return {layer.weightName, layer.layout, std::move(encoding)};
}

inline Tensor tensorOf(const Matrix &matrix)
{
    return makeTensor({matrix.rows(), matrix.cols()}, {matrix.data(), static_cast<size_t>(matrix.size())});
}

inline Matrix matrixOf(const Tensor &tensor)
{
    const std::vector<float> values = toFloats(tensor);
    return Eigen::Map<const Matrix>(values.data(), tensor.shape.at(0), tensor.shape.at(1));
}

/// What the network computes by now with its weight, from the identity.
inline Matrix weightInUse(train::Network &network, Index cols)
{
    const Matrix one = Matrix::Identity(cols, cols);
    return matrixOf(network.run({{"x", tensorOf(one)}}, {"y"}).front()).transpose();
}

inline double largestDifference(const Matrix &a, const Matrix &b)
{
    if (a.rows() != b.rows() || a.cols() != b.cols())
        return std::numeric_limits<double>::infinity();
    return a.size() > 0 ? static_cast<double>((a - b).cwiseAbs().maxCoeff()) : 0;
}

/// The engine; skips the test where this build or machine has none.
#define LATHE_NEED_ENGINE()                                                                                  \
    try {                                                                                                    \
        lathe::train::loadEngine();                                                                          \
    } catch (const lathe::Error &error) {                                                                    \
        QSKIP(error.what());                                                                                 \
    }

} // namespace lathe::test
