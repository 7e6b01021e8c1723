#pragma once
// Models of one layer.
#include "core/base/error.h"
#include "core/model/model.h"
#include "tests/support/graphbuilder.h"

#include <QMetaType>
#include <QString>
#include <filesystem>
#include <fstream>
#include <functional>

namespace lathe::test {

/// Gemm of the weight [out, in], called fc.
inline Model denseLayer(const Matrix &weight)
{
    GraphBuilder graph;
    graph.input("x", {1, weight.cols()}).output("y", {1, weight.rows()});
    graph.constant(
        "w", makeTensor({weight.rows(), weight.cols()}, {weight.data(), static_cast<size_t>(weight.size())}));
    graph.node("Gemm", {"x", "w"}, {"y"}, {{"transB", int64_t(1)}}, "fc");
    return graph.build();
}

inline const std::vector<float> values{0.5F, -1.0F, 2.0F, 0.25F, -8.0F, 3.0F}; // exact in every float type
inline const Matrix expectedMatrix = Eigen::Map<const Matrix>(values.data(), 2, 3);

/// y = x * W^T with W [2, 3] as the caller stores it: expectedMatrix.
inline GraphBuilder gemmGraph()
{
    GraphBuilder builder;
    builder.input("x", {1, 3})
        .node("Gemm", {"x", "w"}, {"y"}, {{"transB", int64_t{1}}}, "fc")
        .output("y", {1, 2});
    return builder;
}

inline void writeAll(const std::filesystem::path &path, const std::string &bytes)
{
    std::ofstream(path, std::ios::binary) << bytes;
}

/// Gemm with weight [3, 4] and bias, of random numbers.
inline GraphBuilder smallGraph()
{
    GraphBuilder builder;
    builder.input("x", {1, 4}).random("w", {3, 4}).random("b", {3});
    builder.node("Gemm", {"x", "w", "b"}, {"y"}, {{"transB", int64_t{1}}}, "fc").output("y", {1, 3});
    return builder;
}

/// Its first constant.
inline onnx::TensorProto *weightOf(GraphBuilder &builder)
{
    return builder.proto().mutable_graph()->mutable_initializer(0);
}

/// @param entries as "location", "offset", "length"
inline void makeExternal(onnx::TensorProto *tensor,
                         const std::vector<std::pair<std::string, std::string>> &entries)
{
    tensor->clear_raw_data();
    tensor->set_data_location(onnx::TensorProto::EXTERNAL);
    for (const auto &[key, value] : entries) {
        auto *entry = tensor->add_external_data();
        entry->set_key(key);
        entry->set_value(value);
    }
}

using Edit = std::function<void(GraphBuilder &)>;

/// Loads and uses a model as the window would. @returns the sentence when it is refused.
inline QString attempt(const std::string &bytes, const std::filesystem::path &folder = {})
{
    try {
        const Model model = Model::parse(bytes, folder);
        for (size_t i = 0; i < model.layers().size(); ++i)
            if (model.layers()[i].untouchable.empty())
                model.weight(i);
        model.operatorCounts();
        model.serialize();
        return {};
    } catch (const Error &e) {
        return e.code() == ErrorCode::MalformedModel ? QString(e.what()) : QString("WRONG CODE: ") + e.what();
    }
}

} // namespace lathe::test

Q_DECLARE_METATYPE(lathe::test::Edit)
