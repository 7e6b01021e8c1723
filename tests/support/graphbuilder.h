#pragma once
// Builds small ONNX models in tests.
#include "core/model/model.h"
#include "core/onnx/tensor.h"

#include <onnx/onnx_pb.h>
#include <random>
#include <string>
#include <variant>
#include <vector>

namespace lathe::test {

using Attribute = std::variant<int64_t, float, std::string, std::vector<int64_t>, std::vector<float>, Tensor>;

class GraphBuilder {
public:
    explicit GraphBuilder(int opset = 13, int irVersion = 7);
    GraphBuilder &input(const std::string &name, const Shape &shape,
                        ElementType type = ElementType::Float32); ///< -1: symbolic "N"
    GraphBuilder &output(const std::string &name, const Shape &shape = {},
                         ElementType type = ElementType::Float32);
    GraphBuilder &constant(const std::string &name, const Tensor &tensor); ///< initializer, raw data
    GraphBuilder &random(const std::string &name, const Shape &shape,
                         float scale = 1.0F); ///< normal float32 initializer, seeded
    GraphBuilder &node(const std::string &op, const std::vector<std::string> &inputs,
                       const std::vector<std::string> &outputs,
                       const std::vector<std::pair<std::string, Attribute>> &attributes = {},
                       const std::string &name = {});
    /// Gives the node added last a graph as attribute: a branch of an If, the body of a Loop.
    GraphBuilder &subgraph(const std::string &attribute, const GraphBuilder &inner);
    onnx::ModelProto &proto() { return m_model; }
    std::string bytes() const;
    Model build() const; ///< Model::parse of bytes()

private:
    onnx::ModelProto m_model;
    std::mt19937 m_random{7};
};

Tensor randomTensor(const Shape &shape, unsigned seed, float scale = 1.0F);
Matrix randomMatrix(Index rows, Index cols, unsigned seed, float scale = 1.0F);

/// The folder of real models and images, from LATHE_TEST_DATA; empty when it is not there.
std::string testData();

} // namespace lathe::test

/// Skips the test, saying so, when the real models are not there.
#define LATHE_NEED_TEST_DATA()                                                                               \
    do {                                                                                                     \
        if (lathe::test::testData().empty())                                                                 \
            QSKIP("needs the real models: set LATHE_TEST_DATA to their folder");                             \
    } while (false)
