#include "core/runtime/shapes.h"

#include "core/base/error.h"
#include "core/model/proto.h"
#include "core/runtime/session.h"

#include <algorithm>
#include <fmt/format.h>
#include <unordered_set>

namespace lathe {
namespace {

bool isOpen(const Layer &layer)
{
    return layer.inputShape.empty() || layer.outputShape.empty() || !layer.macs;
}

bool isOpen(const OtherProduct &product)
{
    return !product.macs;
}

bool isOfMainGraph(const LayerSite &site)
{
    return site.graph == 0;
}

/// Values around the layers whose shapes are open, as far as a run can return them.
std::vector<std::string> valuesToSee(const Model::Content &content)
{
    const onnx::GraphProto &graph = content.proto.graph();
    std::unordered_set<std::string> computed;
    for (const auto &node : graph.node())
        computed.insert(node.output().begin(), node.output().end());
    std::unordered_set<std::string> seen;
    std::vector<std::string> values;
    const auto add = [&](const std::string &name) {
        if (!name.empty() && computed.contains(name) && seen.insert(name).second)
            values.push_back(name);
    };
    const auto addAround = [&](const LayerSite &site) {
        if (!isOfMainGraph(site))
            return;
        const onnx::NodeProto &node = graph.node(site.node);
        std::ranges::for_each(node.input(), add);
        if (node.output_size() > 0)
            add(node.output(0));
    };
    for (size_t i = 0; i < content.layers.size(); ++i)
        if (isOpen(content.layers[i]))
            addAround(content.sites[i]);
    for (const OtherProduct &product : content.products)
        if (isOpen(product))
            addAround(product.site);
    return values;
}

Tensor zeros(const ValueInfo &input)
{
    if (elementBits(input.type) == 0)
        throw Error(ErrorCode::Unsupported,
                    fmt::format("input \"{}\" takes {}", input.name, elementTypeName(input.type)));
    Shape shape = input.shape;
    std::ranges::replace_if(
        shape, [](int64_t d) { return d < 0; }, 1);
    const int64_t count = elementCount(shape);
    if (count < 0 || count > int64_t(1) << 30)
        throw Error(ErrorCode::Unsupported,
                    fmt::format("input \"{}\" takes {}", input.name, shapeText(shape)));
    return makeTensor(input.type, shape);
}

std::map<std::string, Shape> shapesOfRun(const Model &model, const std::vector<std::string> &values,
                                         const JobContext &ctx)
{
    SessionOptions options;
    options.threads = ctx.threadCount();
    options.extraOutputs = values;
    const Session session(model, options);
    std::vector<Tensor> inputs;
    for (const ValueInfo &input : session.inputs())
        inputs.push_back(zeros(input));
    const std::vector<Tensor> results =
        session.run(std::vector<TensorView>(inputs.begin(), inputs.end()), ctx);
    std::map<std::string, Shape> shapes;
    for (size_t i = 0; i < inputs.size(); ++i)
        shapes[session.inputs()[i].name] = inputs[i].shape;
    for (size_t i = 0; i < results.size(); ++i)
        if (results[i].type != ElementType::Undefined)
            shapes[session.outputs()[i].name] = results[i].shape;
    return shapes;
}

} // namespace

bool hasOpenShapes(const Model &model)
{
    const auto open = [](const auto &work) { return isOpen(work); };
    return std::ranges::any_of(model.layers(), open) || std::ranges::any_of(model.content().products, open);
}

Model completeShapes(const Model &model, const JobContext &ctx)
{
    if (!hasOpenShapes(model))
        return model;
    const std::vector<std::string> values = valuesToSee(model.content());
    if (values.empty()) // what is open lies in subgraphs, which no run shows
        return model;
    try {
        return model.withLayerShapes(shapesOfRun(model, values, ctx));
    } catch (const Error &e) {
        return model.withIssue(
            {Issue::Severity::Note,
             {},
             fmt::format("Shapes and multiplications of some layers stay unknown, because the model does "
                         "not run on zeros at batch 1: {}",
                         e.what())});
    }
}

} // namespace lathe
