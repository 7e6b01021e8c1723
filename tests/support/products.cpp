#include "tests/support/products.h"

#include "core/base/fileio.h"
#include "tests/support/graphbuilder.h"

#include <cmath>
#include <fmt/format.h>
#include <ostream>
#include <random>

namespace lathe::test {
namespace {

void setEntry(onnx::TensorProto &tensor, const char *key, const std::string &value)
{
    auto *entry = tensor.add_external_data();
    entry->set_key(key);
    entry->set_value(value);
}

} // namespace

void writeProducts(const std::filesystem::path &model, Index count, Index width)
{
    const std::string data = model.filename().string() + ".data";
    const Index bytes = width * width * static_cast<Index>(sizeof(float));
    GraphBuilder graph(13, 7);
    graph.input("x", {-1, width});
    for (Index i = 0; i < count; ++i) {
        const std::string from = i == 0 ? "x" : fmt::format("y{}", i - 1);
        onnx::TensorProto &weight = *graph.proto().mutable_graph()->add_initializer();
        weight.set_name(fmt::format("w{}", i));
        weight.set_data_type(onnx::TensorProto::FLOAT);
        weight.add_dims(width);
        weight.add_dims(width);
        weight.set_data_location(onnx::TensorProto::EXTERNAL);
        setEntry(weight, "location", data);
        setEntry(weight, "offset", std::to_string(i * bytes));
        setEntry(weight, "length", std::to_string(bytes));
        graph.node("MatMul", {from, weight.name()}, {fmt::format("y{}", i)}, {}, fmt::format("p{}", i));
    }
    graph.output(fmt::format("y{}", count - 1), {-1, width});
    writeFileAtomically(model.parent_path() / data, [&](std::ostream &out) {
        std::mt19937 random(11);
        std::normal_distribution<float> normal(0.0F, 1.0F / std::sqrt(static_cast<float>(width)));
        std::vector<float> row(static_cast<size_t>(width));
        for (Index i = 0; i < count * width; ++i) {
            for (float &value : row)
                value = normal(random);
            out.write(reinterpret_cast<const char *>(row.data()), width * static_cast<Index>(sizeof(float)));
        }
    });
    writeFileAtomically(model, graph.bytes());
}

} // namespace lathe::test
