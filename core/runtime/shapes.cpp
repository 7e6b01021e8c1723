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
    return !layer.absent && (layer.inputShape.empty() || layer.outputShape.empty() || !layer.macs);
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

constexpr int64_t mostInputBytes = int64_t{64} << 20; ///< of all inputs together
/// Of the run: a small file has no business with more, and a large one unpacks codes of one bit to 32 times
/// as many bytes.
constexpr int64_t leastRunBytes = int64_t{256} << 20;
constexpr int64_t unpackedTimes = 40;

Tensor zeros(const ValueInfo &input, int64_t &bytesLeft)
{
    if (elementBits(input.type) == 0)
        throw Error(ErrorCode::Unsupported,
                    Message::tr("input \"{}\" takes {}", input.name, elementTypeName(input.type)));
    Shape shape = input.shape;
    std::ranges::replace_if(
        shape, [](int64_t d) { return d < 0; }, 1);
    const int64_t count = elementCount(shape);
    const int64_t fitting = bytesLeft * 8 / elementBits(input.type);
    if (count < 0 || count > fitting)
        throw Error(ErrorCode::Unsupported, Message::tr("input \"{}\" takes {}, which is too large to try",
                                                        input.name, shapeText(shape)));
    Tensor tensor = makeTensor(input.type, shape);
    bytesLeft -= static_cast<int64_t>(tensor.bytes.size());
    return tensor;
}

std::map<std::string, Shape> shapesOfRun(const Model &model, const std::vector<std::string> &values,
                                         const JobContext &ctx)
{
    SessionOptions options;
    options.threads = ctx.threadCount();
    options.optimize = false; // computing constants ahead asks nobody for memory
    options.countsMemory = true;
    options.extraOutputs = values;
    const MemoryLimit limit(leastRunBytes + unpackedTimes * model.serializedBytes());
    const Session session(model, options);
    std::vector<Tensor> inputs;
    int64_t bytesLeft = mostInputBytes;
    for (const ValueInfo &input : session.inputs())
        inputs.push_back(zeros(input, bytesLeft));
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
             Message::tr("Shapes and multiplications of some layers stay unknown, because the model does "
                         "not run on zeros at batch 1: {}",
                         e.message())});
    }
}

} // namespace lathe
